import CasefileModel
import CasefileProjections

/// What people are called who appear in a case by their ids: agents, clients, groups, topics and
/// templates, each with the name of an instant and that of today.
struct NameBook: Sendable {
  /// What is named. The word is the kind of stream that tells the name.
  enum Kind: String, CaseIterable, Sendable { case agent, client, group, topic, template }

  private struct Name {
    let since: Timestamp
    let text: String
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

  /// Reads names from the events of their streams and what corrects them; what was erased is no
  /// name.
  ///
  /// - Parameter knownAt: by which knowledge; nil: all.
  init(events: [StoredEvent], knownAt: KnownAt? = nil, schema: EventSchema = .builtIn) {
    let known = events.filter { knownAt?.contains($0.envelope) ?? true }
    let amendments = Amendments(known, schema: schema)
    let entries = known.map { amendments.entry(of: $0) }.filter { $0.retractedBy == nil }
    for entry in entries.sorted(by: {
      ($0.effectiveAt, $0.position) < ($1.effectiveAt, $1.position)
    }) {
      note(entry)
    }
  }

  /// The types of events that name somebody or something of a kind, by number.
  static func types(of kind: Kind) -> Set<UInt32> {
    switch kind {
    case .agent: [AgentRegistered.type.number, AgentProfileChanged.type.number]
    case .client:
      [
        ClientRegistered.type.number, ClientIdentityAdded.type.number,
        ClientIdentityRemoved.type.number,
      ]
    case .group: [GroupRegistered.type.number, GroupRenamed.type.number]
    case .topic: [TopicRegistered.type.number, TopicRenamed.type.number]
    case .template: [TemplatePublished.type.number]
    }
  }

  /// An event that can't be read names nobody; the log's own check reports it.
  private mutating func note(_ entry: TicketEntry) {
    let id = entry.event.envelope.stream.id
    switch entry.typeNumber {
    case AgentRegistered.type.number:
      guard let known = try? AgentRegistered(from: entry.fields) else { return }
      add(known.displayName ?? known.name, .agent, id, entry)
    case AgentProfileChanged.type.number:
      guard let known = try? AgentProfileChanged(from: entry.fields) else { return }
      add(known.displayName ?? known.name, .agent, id, entry)
    case GroupRegistered.type.number:
      add((try? GroupRegistered(from: entry.fields))?.name, .group, id, entry)
    case GroupRenamed.type.number:
      add((try? GroupRenamed(from: entry.fields))?.name, .group, id, entry)
    case TopicRegistered.type.number:
      add((try? TopicRegistered(from: entry.fields))?.name, .topic, id, entry)
    case TopicRenamed.type.number:
      add((try? TopicRenamed(from: entry.fields))?.name, .topic, id, entry)
    case TemplatePublished.type.number:
      add((try? TemplatePublished(from: entry.fields))?.name, .template, id, entry)
    default: noteClient(entry, id)
    }
  }

  /// Names of clients, and their addresses without those that were removed since.
  private mutating func noteClient(_ entry: TicketEntry, _ id: String) {
    switch entry.typeNumber {
    case ClientRegistered.type.number:
      guard let known = try? ClientRegistered(from: entry.fields) else { return }
      add(known.name, .client, id, entry)
      add(known.address, channel: known.channel?.word, of: id)
    case ClientIdentityAdded.type.number:
      guard let known = try? ClientIdentityAdded(from: entry.fields) else { return }
      if known.kind == .name {
        add(known.address, .client, id, entry)
      } else {
        add(known.address, channel: known.channel?.word ?? known.kind?.word, of: id)
      }
    case ClientIdentityRemoved.type.number:
      guard let known = try? ClientIdentityRemoved(from: entry.fields) else { return }
      addresses[id]?.removeAll { $0.text == known.address }
    default: return
    }
  }

  /// Adds a name; one that was not stated, or was erased, is none.
  private mutating func add(_ text: String?, _ kind: Kind, _ id: String, _ entry: TicketEntry) {
    guard let text, !text.isEmpty else { return }
    names[Key(kind: kind, id: id), default: []].append(Name(since: entry.occurredAt, text: text))
  }

  private mutating func add(_ text: String?, channel: String?, of client: String) {
    guard let text else { return }
    let address = Address(channel: channel, text: text)
    if addresses[client]?.contains(address) != true {
      addresses[client, default: []].append(address)
    }
  }

  /// What was named otherwise at some instant than it is today: what it was called then, and today.
  func renamed(_ kind: Kind, _ id: String, at instant: Timestamp) -> (then: String, today: String)?
  {
    guard let then = name(kind, id, at: instant), let today = name(kind, id, at: nil),
      then != today
    else { return nil }
    return (then, today)
  }

  /// How a client can be reached, in the order in which it became known.
  func addresses(ofClient id: String) -> [Address] { addresses[id] ?? [] }

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
    for field in ["clientId", "fromClient", "toClient", "intoClient", "claimantId"] {
      kinds[field] = [.client]
    }
    for field in ["groupId", "fromGroup", "toGroup", "oldGroup", "escalatedToGroup"] {
      kinds[field] = [.group]
    }
    for field in ["topicId", "oldTopic"] { kinds[field] = [.topic] }
    return kinds
  }()
}
