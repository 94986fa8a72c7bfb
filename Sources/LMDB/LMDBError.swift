/// An operation on an LMDB environment that did not succeed.
///
/// Two errors are equal when their ``code-swift.property`` is equal; the message is for people. It
/// never holds keys or values, so that personal data cannot reach a log file through it.
public struct LMDBError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it was; decide by this.
  public let code: Code
  /// What failed, with the values involved, and what the reader can do.
  public let message: String
  /// The number that LMDB or the system returned (negative for LMDB's own codes, else an `errno`),
  /// or 0 when this layer found the problem by itself.
  public let lmdbCode: Int32

  /// Makes an error.
  public init(code: Code, message: String, lmdbCode: Int32 = 0) {
    self.code = code
    self.message = message
    self.lmdbCode = lmdbCode
  }

  /// The code, the message and the number behind it, in one line.
  public var description: String {
    lmdbCode == 0 ? "\(code): \(message)" : "\(code): \(message) (\(lmdbCode))"
  }

  /// Compares the codes only.
  public static func == (left: LMDBError, right: LMDBError) -> Bool { left.code == right.code }
}

extension LMDBError {
  /// The kinds of failure. More may be added, so a `switch` needs a `default`.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String, Sendable {
      case notFound, keyExists, keyTooLong, keyEmpty, valueTooLong, mapFull, tooManyTables
      case readersFull, transactionTooLarge, badTransaction, incompatibleTable, ioFailed, diskFull
      case noSuchDirectory, alreadyExists, permissionDenied, damaged, networkFileSystem
      case versionMismatch, addressSpaceTooSmall, closed, poisoned, usedAfterFork, lockFailed
      case openedDifferently, readOnly, other
    }

    private let kind: Kind

    private init(_ kind: Kind) { self.kind = kind }

    /// The name of the code, as in the source.
    public var description: String { kind.rawValue }

    /// The key or the table is not there.
    public static let notFound = Code(.notFound)
    /// The key exists already, or an appended key does not follow the last one.
    public static let keyExists = Code(.keyExists)
    /// The key is longer than ``Table/keySizeMax`` bytes.
    public static let keyTooLong = Code(.keyTooLong)
    /// The key has no bytes.
    public static let keyEmpty = Code(.keyEmpty)
    /// The value is longer than LMDB can store (4 GiB).
    public static let valueTooLong = Code(.valueTooLong)
    /// The data would outgrow the memory map.
    public static let mapFull = Code(.mapFull)
    /// More tables than the configuration allows.
    public static let tooManyTables = Code(.tooManyTables)
    /// All reader slots are in use.
    public static let readersFull = Code(.readersFull)
    /// One transaction changed more pages than LMDB can hold; split it.
    public static let transactionTooLarge = Code(.transactionTooLarge)
    /// The transaction failed before, or cannot be begun here.
    public static let badTransaction = Code(.badTransaction)
    /// The table exists with another kind of key.
    public static let incompatibleTable = Code(.incompatibleTable)
    /// A read, a write or a sync failed. The fate of a commit is unknown.
    public static let ioFailed = Code(.ioFailed)
    /// No space is left on the device. The fate of a commit is unknown.
    public static let diskFull = Code(.diskFull)
    /// The directory, or the data file in it, does not exist.
    public static let noSuchDirectory = Code(.noSuchDirectory)
    /// The path is taken.
    public static let alreadyExists = Code(.alreadyExists)
    /// The file permissions forbid it.
    public static let permissionDenied = Code(.permissionDenied)
    /// The files are not what LMDB wrote.
    public static let damaged = Code(.damaged)
    /// The directory is on a network file system, where LMDB's locks and maps do not work.
    public static let networkFileSystem = Code(.networkFileSystem)
    /// The files belong to another version of LMDB.
    public static let versionMismatch = Code(.versionMismatch)
    /// The process may not map as many addresses as the configuration asks for.
    public static let addressSpaceTooSmall = Code(.addressSpaceTooSmall)
    /// The environment was closed.
    public static let closed = Code(.closed)
    /// An I/O error ended this environment; close it and open it again.
    public static let poisoned = Code(.poisoned)
    /// The environment was opened by the parent of this process.
    public static let usedAfterFork = Code(.usedAfterFork)
    /// The lock file could not be locked.
    public static let lockFailed = Code(.lockFailed)
    /// This process has the environment open with a configuration that does not fit.
    public static let openedDifferently = Code(.openedDifferently)
    /// The environment was opened for reading only.
    public static let readOnly = Code(.readOnly)
    /// Anything else; see the message.
    public static let other = Code(.other)
  }
}
