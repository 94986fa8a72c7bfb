public import CasefileModel
public import CasefileProjections

/// Which tickets are listed: those that meet everything that is not nil.
public struct TicketFilter: Sendable, Hashable {
  /// The derived status.
  public var status: TicketStatus?
  /// The holder.
  public var agent: String?
  /// The group.
  public var group: String?
  /// The client.
  public var client: String?
  /// The kind of channel by which it was opened, or that was used since, by its word.
  public var channel: String?
  /// The topic.
  public var topic: String?
  /// A tag that it has.
  public var tag: String?
  /// Opened at this time or later.
  public var openedFrom: Timestamp?
  /// Opened before this time.
  public var openedTo: Timestamp?
  /// Words that one of its texts has, as `Store.search` finds them; retracted texts don't count.
  public var text: String?

  /// Makes a filter; what is left out does not restrict.
  public init(
    status: TicketStatus? = nil, agent: String? = nil, group: String? = nil,
    client: String? = nil, channel: String? = nil, topic: String? = nil, tag: String? = nil,
    openedFrom: Timestamp? = nil, openedTo: Timestamp? = nil, text: String? = nil
  ) {
    self.status = status
    self.agent = agent
    self.group = group
    self.client = client
    self.channel = channel
    self.topic = topic
    self.tag = tag
    self.openedFrom = openedFrom
    self.openedTo = openedTo
    self.text = text
  }

  /// Whether a ticket in this state is meant. A state has no texts: `text` is left to the store.
  ///
  /// A ticket whose opening is not known is not meant where a time of opening is asked for.
  public func matches(_ state: TicketState) -> Bool {
    (status.map { state.status == $0 } ?? true)
      && (agent.map { state.assignee == $0 } ?? true)
      && (group.map { state.group == $0 } ?? true)
      && (client.map { state.client == $0 } ?? true)
      && (channel.map { state.channel == $0 || state.channels.contains($0) } ?? true)
      && (topic.map { state.topic == $0 } ?? true)
      && (tag.map { state.tags.contains($0) } ?? true)
      && (openedFrom.map { from in state.openedAt.map { $0 >= from } ?? false } ?? true)
      && (openedTo.map { to in state.openedAt.map { $0 < to } ?? false } ?? true)
  }
}

/// A ticket in a list.
public struct TicketSummary: Sendable, Hashable {
  /// The ticket's id.
  public let ticket: String
  /// The place of its first event: lists are in its order.
  public let firstPosition: Position
  /// The version of its stream by what was known.
  public let version: StreamVersion
  /// Its state at the moment that was asked for.
  public let state: TicketState
}
