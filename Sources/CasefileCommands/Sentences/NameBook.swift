import CasefileModel
import CasefileProjections

/// What people are called who appear in a case by their ids: agents, clients, groups and topics,
/// each with the name of an instant and that of today.
struct NameBook: Sendable {
  /// What is named. The word is the kind of stream that tells the name.
  enum Kind: String, CaseIterable, Sendable { case agent, client, group, topic }

  private struct Name {
    let since: Timestamp
    let text: String?
  }
  private struct Key: Hashable {
    let kind: Kind
    let id: String
  }
  private var names: [Key: [Name]] = [:]
  private var addresses: [String: [Address]] = [:]

  /// How a client can be reached: a channel's word and the address.
  struct Address: Hashable, Sendable {
    let channel: String?
    let text: String
  }

  /// Knows nobody.
  init() {}

  /// Reads names from the events of their streams; what was erased is no name.
  init(events: [StoredEvent]) {
    for event in events.sorted(by: { $0.position < $1.position }) {
      let stream = event.envelope.stream
      note(event, of: stream)
      guard let kind = Kind(rawValue: stream.kind), let found = NameBook.name(in: event) else {
        continue
      }
      names[Key(kind: kind, id: stream.id), default: []].append(
        Name(since: event.envelope.occurredAt, text: found))
    }
  }

  /// Keeps the addresses of clients, without those that were removed since.
  private mutating func note(_ event: StoredEvent, of stream: StreamID) {
    if let known = try? event.payload(as: ClientRegistered.self), let text = known.address {
      add(Address(channel: known.channel?.word, text: text), of: stream.id)
    } else if let known = try? event.payload(as: ClientIdentityAdded.self),
      let text = known.address
    {
      add(Address(channel: known.channel?.word, text: text), of: stream.id)
    } else if let known = try? event.payload(as: ClientIdentityRemoved.self) {
      addresses[stream.id]?.removeAll { $0.text == known.address }
    }
  }

  private mutating func add(_ address: Address, of client: String) {
    if addresses[client]?.contains(address) != true {
      addresses[client, default: []].append(address)
    }
  }

  /// How a client can be reached, in the order in which it became known.
  func addresses(ofClient id: String) -> [Address] { addresses[id] ?? [] }

  private static func name(in event: StoredEvent) -> String? {
    // An event that can't be read names nobody; the log's own check reports it.
    if let known = try? event.payload(as: AgentRegistered.self) {
      return known.displayName ?? known.name
    }
    if let known = try? event.payload(as: AgentProfileChanged.self) {
      return known.displayName ?? known.name
    }
    if let known = try? event.payload(as: ClientRegistered.self) { return known.name }
    if let known = try? event.payload(as: GroupRegistered.self) { return known.name }
    if let known = try? event.payload(as: GroupRenamed.self) { return known.name }
    if let known = try? event.payload(as: TopicRegistered.self) { return known.name }
    if let known = try? event.payload(as: TopicRenamed.self) { return known.name }
    return nil
  }

  /// The name at an instant; who was registered later has the first name. Nil where none is known.
  func name(_ kind: Kind, _ id: String, at instant: Timestamp?) -> String? {
    guard let all = names[Key(kind: kind, id: id)] else { return nil }
    guard let instant else { return all.last?.text }
    return (all.last { $0.since <= instant } ?? all.first)?.text
  }

  /// `Name (id)`, or the id alone.
  func text(_ kind: Kind, _ id: String, at instant: Timestamp?) -> String {
    name(kind, id, at: instant).map { "\($0) (\(id))" } ?? id
  }

  /// Which kinds of name the ids of a field may have, in order of likelihood.
  static func kinds(ofField field: String) -> [Kind] { kindsByField[field] ?? [] }

  private static let kindsByField: [String: [Kind]] = {
    var kinds: [String: [Kind]] = [:]
    for field in [
      "agentId", "fromAgent", "toAgent", "keptAgent", "brokenBy", "holderAgent", "answeringAgent",
      "reviewerId", "otherReviewer", "escalatedTo", "decidedBy",
    ] { kinds[field] = [.agent] }
    for field in ["by", "openedBy", "promisedBy", "judgedBy", "setBy"] {
      kinds[field] = [.agent, .client]
    }
    for field in ["promisedTo", "confirmedBy", "personId", "recipientId", "to", "authorId"] {
      kinds[field] = [.client, .agent]
    }
    for field in ["clientId", "fromClient", "toClient", "claimantId"] { kinds[field] = [.client] }
    for field in ["groupId", "fromGroup", "toGroup", "oldGroup", "escalatedToGroup"] {
      kinds[field] = [.group]
    }
    for field in ["topicId", "oldTopic"] { kinds[field] = [.topic] }
    return kinds
  }()
}
