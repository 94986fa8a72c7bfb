public import CasefileModel

/// What was known: a prefix of the log, named by its last position or by a time of recording.
public enum KnownAt: Hashable, Sendable {
  /// Everything up to and with this position.
  case position(Position)
  /// Everything that was recorded at this instant or before.
  case recorded(Timestamp)

  /// Whether an event belongs to the prefix.
  public func contains(_ envelope: Envelope) -> Bool {
    switch self {
    case .position(let last): envelope.position <= last
    case .recorded(let instant): envelope.recordedAt <= instant
    }
  }
}
