public import CasefileModel

/// One event of a ticket as the fold sees it: what was stored, with what is known to be wrong in it
/// put right, and its place in domain order.
public struct TicketEntry: Hashable, Sendable {
  /// A correction that acts on an entry.
  public struct Correction: Hashable, Sendable {
    /// The position of the `event.corrected`.
    public let position: Position
    /// The path of the field.
    public let field: String
    /// False where the event has no such field or the value does not fit it.
    public let isApplied: Bool
    /// The field's value before it, as JSON; null where it was unknown.
    public let before: JSONValue
    /// The value that it states; null where the field becomes unknown.
    public let after: JSONValue
    /// Who corrected.
    public let actor: Actor
    /// When the correction was recorded.
    public let recordedAt: Timestamp
  }

  /// The event as it was stored.
  public let event: StoredEvent
  /// The name of its type.
  public let typeName: String
  /// When it happened, corrections applied: the time that is shown.
  public internal(set) var occurredAt: Timestamp
  /// Its place in domain order: `occurredAt`, or later where the source's order key says so.
  public internal(set) var effectiveAt: Timestamp
  /// Who did it, corrections applied.
  public internal(set) var actor: Actor
  /// The corrections that act on it, in order of position.
  public internal(set) var corrections: [Correction] = []
  /// The retraction that makes it not count, its own or that of its import's batch.
  public internal(set) var retractedBy: Position?
  /// The batch with which it came, where that was retracted as a whole.
  public internal(set) var retractedBatch: String?
  /// The fields as JSON, only where a correction changed them.
  package internal(set) var correctedData: JSONValue?
  /// The same fields in wire format.
  var correctedBody: [UInt8] = []
  var correctedContents: [Content.Value] = []

  init(_ event: StoredEvent, typeName: String) {
    self.event = event
    self.typeName = typeName
    occurredAt = event.envelope.occurredAt
    effectiveAt = event.envelope.occurredAt
    actor = event.envelope.actor
  }

  /// Its place in the log.
  public var position: Position { event.position }

  /// The number of its type.
  public var typeNumber: UInt32 { event.envelope.typeNumber }

  /// A reader of its fields, corrections applied.
  public var fields: FieldReader {
    correctedData == nil
      ? event.fields : FieldReader(body: correctedBody, values: correctedContents)
  }

  /// Whether it is a correction or a retraction, which acts at its target's place.
  public var isAmendment: Bool {
    typeNumber == EventCorrected.type.number || typeNumber == EventRetracted.type.number
  }

  /// Reads the fields as a payload of a type that the caller has matched.
  func payload<Payload: EventPayload>(_ type: Payload.Type) throws(CodecError) -> Payload {
    try Payload(from: fields)
  }
}
