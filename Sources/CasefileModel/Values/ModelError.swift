/// Why a value is no event, stream or tag: what is wrong, never the text itself.
public struct ModelError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A stable name for each kind of mistake.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
      case invalidStream, invalidID, personalData, tooLarge, missingField, unknownType
      case unknownEnumValue, unknownField, wrongType, timeOutOfRange, invalidText, invalidJSON
      case wrongStreamKind, invalidGroup, duplicateType, invalidType
    }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The word that machines read.
    public var description: String { kind.rawValue }

    /// A stream name is not `kind/id`.
    public static let invalidStream = Code(.invalidStream)
    /// An id is empty or holds control characters.
    public static let invalidID = Code(.invalidID)
    /// An id or a tag looks like an address or a phone number.
    public static let personalData = Code(.personalData)
    /// A limit of `Limits` is exceeded.
    public static let tooLarge = Code(.tooLarge)
    /// A required field is absent.
    public static let missingField = Code(.missingField)
    /// No type of this name or number is known.
    public static let unknownType = Code(.unknownType)
    /// An enumeration has no such value.
    public static let unknownEnumValue = Code(.unknownEnumValue)
    /// A type has no such field.
    public static let unknownField = Code(.unknownField)
    /// A value is of another kind than its field.
    public static let wrongType = Code(.wrongType)
    /// A time lies outside 1900 … 9999.
    public static let timeOutOfRange = Code(.timeOutOfRange)
    /// A text is not valid UTF-8.
    public static let invalidText = Code(.invalidText)
    /// A line is not JSON.
    public static let invalidJSON = Code(.invalidJSON)
    /// A type does not belong on streams of this kind.
    public static let wrongStreamKind = Code(.wrongStreamKind)
    /// An action group's index is not within its count.
    public static let invalidGroup = Code(.invalidGroup)
    /// A type is registered twice.
    public static let duplicateType = Code(.duplicateType)
    /// The description of a type contradicts itself.
    public static let invalidType = Code(.invalidType)
  }

  /// What kind of mistake it is.
  public let code: Code
  /// What is wrong, with the values that may be told, and what to do.
  public let message: String
  /// The byte of the input where it was seen, from 0, where there is one.
  public let offset: Int?

  /// Makes an error of a kind, with its sentence.
  public init(_ code: Code, _ message: String, offset: Int? = nil) {
    self.code = code
    self.message = message
    self.offset = offset
  }

  /// The sentence, then the code.
  public var description: String { "\(message) [\(code)]" }

  /// Compares codes only, so that a sentence may be bettered.
  public static func == (left: ModelError, right: ModelError) -> Bool { left.code == right.code }
}
