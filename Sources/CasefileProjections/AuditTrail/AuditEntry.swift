public import CasefileModel

/// A field of the ticket's state before and after.
public struct AuditChange: Hashable, Sendable {
  /// The field, as the state in JSON names it; `fields.impact` for an organisation's own field.
  public let field: String
  /// Its value before; null where it was unknown.
  public let before: JSONValue
  /// Its value after.
  public let after: JSONValue
  /// When time alone changed it, before the event or, in the last entry, after it: a wait's end came
  /// or an offer lapsed. Nil where the event changed it.
  public let lapsedAt: Timestamp?

  /// Joins a field with its values.
  public init(field: String, before: JSONValue, after: JSONValue, lapsedAt: Timestamp? = nil) {
    self.field = field
    self.before = before
    self.after = after
    self.lapsedAt = lapsedAt
  }
}

/// How long after it happened an event was written down.
public struct Lateness: Hashable, Sendable {
  /// The limit that applies unless another is given.
  public static let defaultLimit = Duration.seconds(15 * 60)

  /// From the time as corrected to the record: the store's own for what was written here, the
  /// source's for imports. Nil where the source does not say; below zero where its clock was ahead.
  public let delaySeconds: Int64?
  /// Whether the delay is over the limit; nil: not known, which is never late.
  public let isLate: Bool?

  init(_ entry: TicketEntry, limit: Duration) {
    let envelope = entry.event.envelope
    let recorded: Timestamp?
    switch envelope.origin?.basis ?? .live {
    case .live: recorded = envelope.recordedAt
    case .enteredLater where envelope.origin?.importBatch == nil: recorded = envelope.recordedAt
    default: recorded = envelope.origin?.sourceRecordedAt
    }
    let delay = recorded.map { $0.microseconds - entry.occurredAt.microseconds }
    delaySeconds = delay.map { $0 / 1_000_000 }
    isLate = delay.map { Duration.microseconds($0) > limit }
  }
}

/// What a correction or a retraction acts on.
public struct AuditAmendment: Hashable, Sendable {
  /// The event that is put right.
  public let target: EventID
  /// Where it stands; nil for an event of another ticket, or one that nobody knows.
  public let targetPosition: Position?
  /// The field that is corrected; nil for a retraction.
  public let field: String?
  /// The field's value before this correction.
  public let before: JSONValue
  /// The value that it states.
  public let after: JSONValue
  /// False where it was retracted itself, its target is not of this ticket, or the target has no
  /// such field.
  public let isInForce: Bool
}

/// One event of a ticket with everything that a reviewer asks of it: who, when, by which channel,
/// what it changed, how it is known, and what was said of it since.
public struct AuditEntry: Hashable, Sendable {
  /// The event with its corrections and its retraction.
  public let entry: TicketEntry
  /// The kind of channel or the source's word for it; nil where the event has none.
  public let channel: String?
  /// What it changed, corrections applied. Nothing for what was retracted and for corrections,
  /// which act at their target's place.
  public internal(set) var changes: [AuditChange]
  /// Whether it was written down late.
  public let lateness: Lateness
  /// What it puts right, for corrections and retractions.
  public let amendment: AuditAmendment?
  /// What it contradicts. It is stored all the same.
  public let contradictions: [TicketState.Contradiction.Kind]
  /// Whether its fields can't be read; then it changes nothing.
  public let isUnreadable: Bool

  /// Its place in the log.
  public var position: Position { entry.position }
  /// How it came into the log.
  public var basis: Origin.Basis { entry.event.envelope.origin?.basis ?? .live }
}
