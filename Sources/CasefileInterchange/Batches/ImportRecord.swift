public import CasefileModel

/// An import as the log tells it: when it began, what it brought, whether it still counts.
public struct ImportRecord: Sendable {
  /// Whether an import counts.
  public enum Status: String, Sendable, Hashable {
    /// It began and did not end: what it brought counts, and running it again completes it.
    case incomplete
    /// It was stored to its end.
    case complete
    /// It was retracted: nothing of what it brought counts.
    case retracted
  }

  /// A retraction of the import.
  public struct Retraction: Sendable, Hashable {
    /// The place of the retraction.
    public let position: Position
    /// Its event's id, by which it can be retracted itself.
    public let id: EventID
    /// Who retracted.
    public let actor: Actor
    /// When it was recorded.
    public let recordedAt: Timestamp
    /// Why; nil where that was erased or never said.
    public let reason: String?
    /// False where it was taken back.
    public let isInForce: Bool
  }

  /// The import's id.
  public let batch: String
  /// The version of the import's own stream.
  public private(set) var version: StreamVersion = .none
  /// The place of its beginning; nil where the log has none.
  public private(set) var position: Position?
  /// How it began; nil where the log has no beginning of it.
  public private(set) var started: ImportBatchStarted?
  /// When that was recorded.
  public private(set) var startedAt: Timestamp?
  /// What it brought; nil while it has not ended.
  public private(set) var completed: ImportBatchCompleted?
  /// When its end was recorded.
  public private(set) var completedAt: Timestamp?
  /// The place of its end.
  public private(set) var completedPosition: Position?
  /// Its retractions, in order.
  public private(set) var retractions: [Retraction] = []

  init(batch: String) { self.batch = batch }

  /// Whether it counts.
  public var status: Status {
    retraction != nil ? .retracted : completed == nil ? .incomplete : .complete
  }

  /// The retraction that is in force.
  public var retraction: Retraction? { retractions.first(where: \.isInForce) }

  /// The source system, as the profile names it.
  public var source: String? { started?.source }

  /// Takes the next event of the import's stream.
  mutating func apply(_ event: StoredEvent, isInForce: Bool) throws(CodecError) {
    version = max(version, event.envelope.version)
    if let payload = try event.payload(as: ImportBatchStarted.self) {
      guard started == nil else { return }
      started = payload
      startedAt = event.envelope.recordedAt
      position = event.position
    } else if let payload = try event.payload(as: ImportBatchCompleted.self) {
      completed = payload
      completedAt = event.envelope.recordedAt
      completedPosition = event.position
    } else if let payload = try event.payload(as: ImportBatchRetracted.self) {
      retractions.append(
        Retraction(
          position: event.position, id: event.envelope.id, actor: event.envelope.actor,
          recordedAt: event.envelope.recordedAt, reason: payload.reason, isInForce: isInForce))
    }
  }
}
