/// Why an import can't be done or a row can't be taken: what is wrong, where, and what to do.
///
/// The message never holds a cell's text, which may be personal: it names the column and says what
/// shape the text has.
public struct ImportError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A stable name for each kind of mistake.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
      case fileMissing, fileUnreadable, fileEmpty
      case gzipDamaged, gzipTruncated, gzipTrailingBytes
      case csvUnclosedQuote, csvStrayQuote, csvFieldCount, csvRowTooLong, csvNulByte
      case csvInvalidText, csvEncoding, csvLineEnd, csvHeader
      case columnMissing, columnUnknown
      case profileInvalid
      case valueMissing, valueInvalid, valuePersonal, valueTooLong, valueUnmapped
      case rowStale, rowChanged, rowsRejected
      case recordContradicts, recordIncomplete
      case setAsideFailed, batchIncomplete
      case batchMissing, batchRetracted, batchNotRetracted, batchReplaced
      case mapInvalid, identityKeyFailed
    }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The word that machines read.
    public var description: String { kind.rawValue }

    /// There is no file of that name.
    public static let fileMissing = Code(.fileMissing)
    /// The file can't be opened or read, or is no plain file.
    public static let fileUnreadable = Code(.fileUnreadable)
    /// The file has no header line.
    public static let fileEmpty = Code(.fileEmpty)
    /// The gzip data are not what was once compressed.
    public static let gzipDamaged = Code(.gzipDamaged)
    /// The gzip data end too early.
    public static let gzipTruncated = Code(.gzipTruncated)
    /// Something follows the gzip data that is no gzip data.
    public static let gzipTrailingBytes = Code(.gzipTrailingBytes)
    /// A quoted field is open at the end of the file.
    public static let csvUnclosedQuote = Code(.csvUnclosedQuote)
    /// A quote stands inside an unquoted field, or text follows a closing quote.
    public static let csvStrayQuote = Code(.csvStrayQuote)
    /// A row has more or fewer fields than the header.
    public static let csvFieldCount = Code(.csvFieldCount)
    /// A row is longer than the limit.
    public static let csvRowTooLong = Code(.csvRowTooLong)
    /// A row holds a NUL byte.
    public static let csvNulByte = Code(.csvNulByte)
    /// A row is not UTF-8.
    public static let csvInvalidText = Code(.csvInvalidText)
    /// The whole file is in another encoding, such as UTF-16.
    public static let csvEncoding = Code(.csvEncoding)
    /// A carriage return stands alone.
    public static let csvLineEnd = Code(.csvLineEnd)
    /// The header line has empty, doubled or too many names.
    public static let csvHeader = Code(.csvHeader)
    /// The file lacks a column that the profile names.
    public static let columnMissing = Code(.columnMissing)
    /// The file has a column that the profile doesn't name.
    public static let columnUnknown = Code(.columnUnknown)
    /// The profile has mistakes.
    public static let profileInvalid = Code(.profileInvalid)
    /// A cell that every row needs is empty or unknown.
    public static let valueMissing = Code(.valueMissing)
    /// A cell is no time, no number or no id.
    public static let valueInvalid = Code(.valueInvalid)
    /// A cell that should be opaque looks like an address or a phone number.
    public static let valuePersonal = Code(.valuePersonal)
    /// A cell is longer than its place allows.
    public static let valueTooLong = Code(.valueTooLong)
    /// A cell holds what no rule of the profile names.
    public static let valueUnmapped = Code(.valueUnmapped)
    /// A row is older than the last one imported for its ticket.
    public static let rowStale = Code(.rowStale)
    /// A row has the record key of an imported one and other content.
    public static let rowChanged = Code(.rowChanged)
    /// Rows that make up one record contradict each other.
    public static let recordContradicts = Code(.recordContradicts)
    /// Another row of the same record was rejected.
    public static let recordIncomplete = Code(.recordIncomplete)
    /// Rows were rejected, so nothing is stored.
    public static let rowsRejected = Code(.rowsRejected)
    /// The file for rejected rows can't be written, or exists.
    public static let setAsideFailed = Code(.setAsideFailed)
    /// The map of identities has mistakes.
    public static let mapInvalid = Code(.mapInvalid)
    /// The key from which opaque ids are made can't be read or made.
    public static let identityKeyFailed = Code(.identityKeyFailed)
    /// Storing stopped midway; running the import again completes it.
    public static let batchIncomplete = Code(.batchIncomplete)
    /// The store has no such import.
    public static let batchMissing = Code(.batchMissing)
    /// The import was retracted already.
    public static let batchRetracted = Code(.batchRetracted)
    /// The import is not retracted, so that nothing can be restored.
    public static let batchNotRetracted = Code(.batchNotRetracted)
    /// Another import may have brought the same rows since.
    public static let batchReplaced = Code(.batchReplaced)
  }

  /// What kind of mistake it is.
  public let code: Code
  /// What is wrong, with the values that may be told, and what to do.
  public let message: String
  /// The file as the caller named it.
  public var file: String?
  /// The line of the file, from 1.
  public internal(set) var line: Int?
  /// The byte in the line, from 1; of a gzip file the byte of the file.
  public let position: Int?
  /// What led to it.
  public let cause: (any Error)?

  /// Makes an error of a kind, with its sentence and place.
  public init(
    _ code: Code, _ message: String, file: String? = nil, line: Int? = nil, position: Int? = nil,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.file = file
    self.line = line
    self.position = position
    self.cause = cause
  }

  /// The place, the sentence, then the code.
  public var description: String {
    var place = file ?? ""
    if let line { place += "\(place.isEmpty ? "line " : ":")\(line)" }
    if let position { place += "\(line == nil ? " byte " : ":")\(position)" }
    return (place.isEmpty ? "" : place + ": ") + "\(message) [\(code)]"
  }

  /// Compares codes only, so that a sentence may be bettered.
  public static func == (left: ImportError, right: ImportError) -> Bool { left.code == right.code }
}
