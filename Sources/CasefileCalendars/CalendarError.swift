/// Why zone data or a calendar can't be used: what is wrong, with the value, and what to do.
public struct CalendarError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A stable name for each kind of mistake.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
      case unknownZone, invalidZoneData, leapSeconds, invalidClockReading, emptyInterval
      case reversedInterval, overlappingIntervals, invalidDate, duplicateDay, invalidVersion
      case effectiveBackwards, invalidSource
    }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The word that machines read.
    public var description: String { kind.rawValue }

    /// The zone data have no zone of this name.
    public static let unknownZone = Code(.unknownZone)
    /// A zone's bytes are no TZif file (RFC 8536).
    public static let invalidZoneData = Code(.invalidZoneData)
    /// A zone counts leap seconds, which the times of events do not.
    public static let leapSeconds = Code(.leapSeconds)
    /// A reading is none of a clock.
    public static let invalidClockReading = Code(.invalidClockReading)
    /// An interval has no length.
    public static let emptyInterval = Code(.emptyInterval)
    /// An interval ends before it begins.
    public static let reversedInterval = Code(.reversedInterval)
    /// Two intervals of a day share an instant.
    public static let overlappingIntervals = Code(.overlappingIntervals)
    /// A date does not exist.
    public static let invalidDate = Code(.invalidDate)
    /// A day of the week or a date is given twice.
    public static let duplicateDay = Code(.duplicateDay)
    /// A version's number does not follow the one before it.
    public static let invalidVersion = Code(.invalidVersion)
    /// A version is in force from an earlier instant than the one before it.
    public static let effectiveBackwards = Code(.effectiveBackwards)
    /// A list of holidays can't be read.
    public static let invalidSource = Code(.invalidSource)
  }

  /// What kind of mistake it is.
  public let code: Code
  /// What is wrong, with the value, and what to do.
  public let message: String

  /// Makes an error of a kind, with its sentence.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The sentence, then the code.
  public var description: String { "\(message) [\(code)]" }

  /// Compares codes only, so that a sentence may be bettered.
  public static func == (left: CalendarError, right: CalendarError) -> Bool {
    left.code == right.code
  }
}
