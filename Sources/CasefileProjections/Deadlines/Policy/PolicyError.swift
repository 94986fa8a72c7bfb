/// Why a deadline policy can't be used: what is wrong, with the value, and what to do.
public struct PolicyError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A stable name for each kind of mistake.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
      case unknownClock, duplicateClock, noClocks, negativeTarget, targetTooLarge, missingTarget
      case unknownEvent, invalidCondition, duplicateRule, automaticAuthor, invalidVersion
      case effectiveBackwards, missingCalendar, negativeWarning
    }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The word that machines read.
    public var description: String { kind.rawValue }

    /// A clock has a name that there is not.
    public static let unknownClock = Code(.unknownClock)
    /// A clock is given twice.
    public static let duplicateClock = Code(.duplicateClock)
    /// A policy without clocks sets no deadline.
    public static let noClocks = Code(.noClocks)
    /// A target is below zero.
    public static let negativeTarget = Code(.negativeTarget)
    /// A target is longer than anybody waits.
    public static let targetTooLarge = Code(.targetTooLarge)
    /// A clock has no target at all.
    public static let missingTarget = Code(.missingTarget)
    /// Something that starts or stops a clock is not known.
    public static let unknownEvent = Code(.unknownEvent)
    /// A condition has no values where it needs some, or compares with no number.
    public static let invalidCondition = Code(.invalidCondition)
    /// A rule's id is given twice.
    public static let duplicateRule = Code(.duplicateRule)
    /// Automatic messages start and stop nothing, so they can't fulfil a clock.
    public static let automaticAuthor = Code(.automaticAuthor)
    /// A version's number does not follow the one before it.
    public static let invalidVersion = Code(.invalidVersion)
    /// A version is in force from an earlier instant than the one before it.
    public static let effectiveBackwards = Code(.effectiveBackwards)
    /// A clock names a calendar that is not published.
    public static let missingCalendar = Code(.missingCalendar)
    /// A warning is set for after the deadline.
    public static let negativeWarning = Code(.negativeWarning)
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
  public static func == (left: PolicyError, right: PolicyError) -> Bool { left.code == right.code }
}
