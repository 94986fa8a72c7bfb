public import CasefileModel

/// How a view stands to the log.
public struct ViewStatus: Hashable, Sendable {
  /// What can be said of a view's file.
  public enum Condition: String, Hashable, Sendable {
    /// It can be used.
    case ready
    /// There is no file; it is made anew when the store is written to.
    case missing
    /// It stopped at an event that it could not take.
    case stopped
    /// It was made from another log; it is made anew when the store is written to.
    case otherLog
    /// Its file can't be read; it is made anew when the store is written to.
    case damaged
  }

  /// The view's name.
  public let name: String
  /// The version of its rows.
  public let version: Int
  /// What can be said of its file.
  public let condition: Condition
  /// How many events it covers; nil where that can't be read.
  public let events: UInt64?
  /// How many events the log has more.
  public let lag: UInt64?
  /// The bytes of its file that are in use.
  public let sizeBytes: UInt64
  /// The event that it could not take, and why.
  public let failure: ViewFailure?
}

/// What a comparison of a view with its replay found.
public struct ViewComparison: Hashable, Sendable {
  /// The view's name.
  public let name: String
  /// How many events were replayed.
  public let events: UInt64
  /// How many rows the replay has.
  public let rows: UInt64
  /// How many rows differ, are missing, or should not be there.
  public let differences: UInt64
  /// The first differing rows, by what they are about.
  public let examples: [String]
  /// What kept the view from being compared row by row; such a view differs.
  public let problem: String?

  /// Whether the view is what its replay gives.
  public var isEqual: Bool { differences == 0 && problem == nil }
}

/// How a rebuild of a view went.
public struct ViewRebuild: Hashable, Sendable {
  /// The view's name.
  public let name: String
  /// How many events were replayed.
  public let events: UInt64
  /// How long it took, in seconds.
  public let seconds: Double
  /// How it compares with the view that was there; nil where that was not asked.
  public let comparison: ViewComparison?
  /// Whether it took the place of the one before.
  public let isSwapped: Bool
  /// The event that the view could not take, and why.
  public let failure: ViewFailure?
}

/// An event that a view could not take.
public struct ViewFailure: Hashable, Sendable {
  /// The event.
  public let position: Position
  /// Why; no ticket text.
  public let reason: String

  init(position: Position, reason: String) {
    self.position = position
    self.reason = reason
  }

  init?(json: JSONValue) {
    guard case .int(let position)? = json["position"], position >= 0,
      case .string(let reason)? = json["reason"]
    else { return nil }
    self.init(position: Position(UInt64(position)), reason: reason)
  }

  var json: JSONValue {
    ["position": .int(Int64(clamping: position.rawValue)), "reason": .string(reason)]
  }
}
