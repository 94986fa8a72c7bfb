internal import CasefileLog
internal import CasefileModel

/// Decides what a reader may see; it remembers what it looked up, for one read.
struct VisibilityJudge {
  private let store: Store
  private let limit: Visibility
  /// The last stated visibility of messages, by stream and message.
  private var messages: [StreamID: [String: Visibility]] = [:]

  init(store: Store, limit: Visibility) {
    self.store = store
    self.limit = limit
  }

  mutating func judge(_ event: StoredEvent) throws -> SessionEvent {
    let visibility = try visibility(of: event, depth: 0)
    if visibility.rawValue <= limit.rawValue { return .shown(event) }
    return .withheld(
      WithheldEvent(
        position: event.position, stream: event.envelope.stream, version: event.envelope.version,
        visibility: visibility))
  }

  /// Numbers grow as readers become fewer; one that only a newer program knows counts as narrower
  /// than all that are known.
  private mutating func visibility(of event: StoredEvent, depth: Int) throws -> Visibility {
    let own = event.envelope.visibility
    // Nothing can make it narrower than a reader who sees all of this may see.
    if limit.rawValue >= Visibility.restricted.rawValue { return own }
    if let message = try VisibilityJudge.message(of: event) {
      return try stated(message, event.envelope.stream) ?? own
    }
    guard let target = try VisibilityJudge.target(of: event) else { return own }
    // A circle of corrections ends here; nobody but those who see all need to read it.
    guard depth < Limits.nestingDepth else { return .restricted }
    guard let amended = try store.event(id: target) else { return own }
    let other = try visibility(of: amended, depth: depth + 1)
    return other.rawValue > own.rawValue ? other : own
  }

  private mutating func stated(_ message: String, _ stream: StreamID) throws -> Visibility? {
    if let known = messages[stream] { return known[message] }
    var found: [String: Visibility] = [:]
    let query = EventQuery(streams: [stream], types: [MessageVisibilityChanged.type.number])
    try store.read(EventReadOptions(query: query, includesContent: false)) { event in
      if let change = try event.payload(as: MessageVisibilityChanged.self) {
        found[change.messageId] = change.to.visibility
      }
      return true
    }
    messages[stream] = found
    return found[message]
  }

  /// The message whose text an event holds.
  private static func message(of event: StoredEvent) throws -> String? {
    switch event.envelope.typeNumber {
    case MessageReceived.type.number: try event.payload(as: MessageReceived.self)?.messageId
    case MessageSent.type.number: try event.payload(as: MessageSent.self)?.messageId
    case MessageEdited.type.number: try event.payload(as: MessageEdited.self)?.messageId
    default: nil
    }
  }

  private static func target(of event: StoredEvent) throws -> EventID? {
    try event.payload(as: EventCorrected.self)?.targetEventId
      ?? event.payload(as: EventRetracted.self)?.targetEventId
  }
}

extension Audience {
  /// The same in the words of the envelope; what only a newer program knows is shown to nobody who
  /// doesn't see all.
  fileprivate var visibility: Visibility {
    switch self {
    case .public: .public
    case .internal: .internal
    default: .restricted
    }
  }
}
