public import CasefileLog
public import CasefileModel
public import CasefileProjections

/// Why somebody reads: a word such as `support` or `audit`, never a name or a sentence.
public struct Purpose: Hashable, Sendable, CustomStringConvertible {
  /// The word.
  public let description: String

  /// Checks and keeps a word of letters, digits and hyphens.
  ///
  /// - Throws: `ModelError` `.invalidID`, `.tooLarge`.
  public init(_ word: String) throws(ModelError) {
    let isWord =
      !word.isEmpty
      && word.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
          || $0 == UInt8(ascii: "-")
      }
    guard isWord else {
      throw ModelError(
        .invalidID, "a purpose is a word of letters, digits and hyphens, such as support")
    }
    guard word.utf8.count <= Limits.shortTextSizeBytes else {
      throw ModelError(
        .tooLarge,
        "the purpose has \(word.utf8.count) bytes; the limit is \(Limits.shortTextSizeBytes)")
    }
    description = word
  }

  private init(known word: String) { description = word }

  /// The daily work at the desk.
  public static let support = Purpose(known: "support")
  /// A reviewer reconstructs a case.
  public static let audit = Purpose(known: "audit")
  /// The quality of the work is judged.
  public static let quality = Purpose(known: "quality")
  /// A program works with the events.
  public static let service = Purpose(known: "service")
}

extension Store {
  /// Reads on behalf of somebody: what that reader may not see is withheld.
  ///
  /// - Parameters:
  ///   - actor: who reads.
  ///   - onBehalfOf: for whom, where that is another.
  ///   - purpose: why.
  ///   - visibility: the most that is shown: `.public` shows what a client may see, `.internal` what
  ///     the desk may see, `.restricted` all.
  public func session(
    actor: Actor, onBehalfOf: String? = nil, purpose: Purpose, visibility: Visibility
  ) -> StoreSession {
    var actor = actor
    if let onBehalfOf { actor.onBehalfOf = onBehalfOf }
    return StoreSession(store: self, actor: actor, purpose: purpose, visibility: visibility)
  }
}

/// Reads of one reader for one purpose; what the reader may not see is named by its place only.
///
/// An event is as visible as its envelope says; a message whose visibility was changed later, as the
/// last change says; a correction or retraction at most as its target. The session decides by what
/// is in the store now, not by what was known at another time.
///
/// It carries actor and purpose so that reads can be recorded as access events; this version records
/// none.
public struct StoreSession: Sendable {
  let store: Store
  /// Who reads, and for whom.
  public let actor: Actor
  /// Why.
  public let purpose: Purpose
  /// The most that is shown.
  public let visibility: Visibility

  /// Reads one event by its place; nil beyond the head.
  ///
  /// - Throws: `LogError` as `Store.event(at:)`.
  public func event(at position: Position) throws -> SessionEvent? {
    guard let event = try store.event(at: position) else { return nil }
    var judge = VisibilityJudge(store: store, limit: visibility)
    return try judge.judge(event)
  }

  /// A stream's events in order of their versions.
  ///
  /// - Throws: `LogError` as `Store.read`.
  public func events(of stream: StreamID) throws -> [SessionEvent] {
    var judge = VisibilityJudge(store: store, limit: visibility)
    return try store.events(of: stream).map { try judge.judge($0) }
  }

  /// Hands out events one by one, in order of position or backward, until `each` returns false.
  ///
  /// Withheld events are handed out as such, unless the query names types or tags: the answer would
  /// tell what is withheld, so they are left out. A limit counts what is handed out.
  ///
  /// - Throws: `LogError` as `Store.read`, and what `each` throws.
  public func read(
    _ options: EventReadOptions = EventReadOptions(), _ each: (SessionEvent) throws -> Bool
  ) throws {
    var judge = VisibilityJudge(store: store, limit: visibility)
    let isTelling = !options.query.types.isEmpty || !options.query.tags.isEmpty
    var options = options
    var left = options.limit ?? .max
    options.limit = nil
    guard left > 0 else { return }
    try store.read(options) { event in
      let judged = try judge.judge(event)
      if case .withheld = judged, isTelling { return true }
      left -= 1
      return try each(judged) && left > 0
    }
  }

  /// A ticket as the reader may see it; nil for one that is not there, or was not known then.
  ///
  /// - Parameters:
  ///   - id: the ticket's id.
  ///   - asOf: what was true then; nil: at the newest event.
  ///   - knownAt: by what was recorded until then; nil: all.
  /// - Throws: `ModelError` for an id that can't be a ticket's; `LogError` as `Store.read`.
  public func ticket(
    _ id: String, asOf: Timestamp? = nil, knownAt: KnownAt? = nil
  ) throws -> SessionTicket? {
    let stream = try StreamID.ticket(id)
    var judge = VisibilityJudge(store: store, limit: visibility)
    var shown: [StoredEvent] = []
    var withheld: [WithheldEvent] = []
    var isKnown = false
    for event in try store.ticketEvents(of: stream) {
      guard knownAt?.contains(event.envelope) ?? true else { continue }
      isKnown = isKnown || event.envelope.stream == stream
      switch try judge.judge(event) {
      case .shown(let event): shown.append(event)
      case .withheld(let event): withheld.append(event)
      }
    }
    guard isKnown else { return nil }
    return SessionTicket(
      ticket: id, asOf: asOf, history: TicketHistory(events: shown, schema: store.schema),
      withheld: withheld)
  }
}
