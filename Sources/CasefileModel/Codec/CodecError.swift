/// Bytes that are no record: what is wrong and at which byte. Reading never traps on such bytes.
public struct CodecError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A stable name for each kind of damage.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
      case truncated, malformed, wrongSize, invalidText, missingField, tooDeep, wrongSeal
    }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The word that machines read.
    public var description: String { kind.rawValue }

    /// A length or value reaches past the end of the bytes.
    public static let truncated = Code(.truncated)
    /// A tag or number is not of the protobuf wire format.
    public static let malformed = Code(.malformed)
    /// A fixed-size value such as an id or hash has another size.
    public static let wrongSize = Code(.wrongSize)
    /// A text is not UTF-8.
    public static let invalidText = Code(.invalidText)
    /// A field that every record has is absent.
    public static let missingField = Code(.missingField)
    /// Messages nest deeper than `Limits.nestingDepth`.
    public static let tooDeep = Code(.tooDeep)
    /// The seal is not at its place at the end.
    public static let wrongSeal = Code(.wrongSeal)
  }

  /// What kind of damage it is.
  public let code: Code
  /// What is wrong, without any stored text.
  public let message: String
  /// The byte of the record where it was seen, from 0.
  public let offset: Int

  /// Makes an error of a kind, with its sentence and place.
  public init(_ code: Code, _ message: String, at offset: Int) {
    self.code = code
    self.message = message
    self.offset = offset
  }

  /// The sentence, the byte, then the code.
  public var description: String { "\(message) at byte \(offset) [\(code)]" }

  /// Compares codes only.
  public static func == (left: CodecError, right: CodecError) -> Bool { left.code == right.code }
}
