public import CasefileModel

/// What was known: a prefix of the log, named by its last position or by a time of recording.
public enum KnownAt: Hashable, Sendable {
  /// Everything up to and with this position.
  case position(Position)
  /// Everything that was recorded at this instant or before.
  case recorded(Timestamp)
  /// Everything that its source says it had written at this instant or before: a claim of the
  /// source, not a proof of this store. What an imported event's source doesn't tell counts from
  /// the import on.
  case sourceClaim(Timestamp)

  /// Whether an event belongs to the prefix.
  public func contains(_ envelope: Envelope) -> Bool {
    switch self {
    case .position(let last): envelope.position <= last
    case .recorded(let instant): envelope.recordedAt <= instant
    case .sourceClaim(let instant):
      (KnownAt.sourceTime(of: envelope) ?? envelope.recordedAt) <= instant
    }
  }

  /// When the source of an imported event says that it wrote it; nil for all others.
  public static func sourceTime(of envelope: Envelope) -> Timestamp? {
    guard let origin = envelope.origin, origin.basis == .imported else { return nil }
    return origin.sourceRecordedAt
  }
}
