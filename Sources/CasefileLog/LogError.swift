public import CasefileModel
internal import LMDB

/// Why a log could not do what was asked: what failed, with the values, and what to do.
public struct LogError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A stable name for each kind of failure.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
      case versionConflict, idReused, changedSince, invalidEvent, tooLarge, emptyAppend
      case storeMissing, storeExists, directoryNotEmpty, newerFormat, olderFormat, notAStore
      case locked, readOnly, permissionDenied, diskFull, ioFailed, damaged, networkFileSystem
      case closed, cancelled, unknownOutcome, wrongLog, limit
      case noSuchView, viewStopped, clockJumped
    }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The word that machines read.
    public var description: String { kind.rawValue }

    /// A stream is at another version than the append expected.
    public static let versionConflict = Code(.versionConflict)
    /// An event id is in the log already, with another event.
    public static let idReused = Code(.idReused)
    /// Events that a decision was based on have been recorded since.
    public static let changedSince = Code(.changedSince)
    /// An event's form is wrong; the cause says how.
    public static let invalidEvent = Code(.invalidEvent)
    /// An append exceeds a limit of `Limits`.
    public static let tooLarge = Code(.tooLarge)
    /// An append has no event.
    public static let emptyAppend = Code(.emptyAppend)
    /// No store is at the path.
    public static let storeMissing = Code(.storeMissing)
    /// A store is at the path already.
    public static let storeExists = Code(.storeExists)
    /// The directory for a new store holds something.
    public static let directoryNotEmpty = Code(.directoryNotEmpty)
    /// The store was written by a newer program.
    public static let newerFormat = Code(.newerFormat)
    /// The store has a provisional format that is no longer read.
    public static let olderFormat = Code(.olderFormat)
    /// The directory holds something, but no store.
    public static let notAStore = Code(.notAStore)
    /// LMDB's locks could not be had.
    public static let locked = Code(.locked)
    /// The store is open for reading only.
    public static let readOnly = Code(.readOnly)
    /// The operating system refuses access.
    public static let permissionDenied = Code(.permissionDenied)
    /// The disk is full.
    public static let diskFull = Code(.diskFull)
    /// Reading or writing failed; the environment has to be opened again.
    public static let ioFailed = Code(.ioFailed)
    /// Stored bytes are not what was written.
    public static let damaged = Code(.damaged)
    /// The store is on a network file system, which LMDB forbids.
    public static let networkFileSystem = Code(.networkFileSystem)
    /// The log was closed.
    public static let closed = Code(.closed)
    /// The caller's task was cancelled before anything was written.
    public static let cancelled = Code(.cancelled)
    /// It is not known whether the append was stored; repeat it with the same ids.
    public static let unknownOutcome = Code(.unknownOutcome)
    /// A view or a sealed event belongs to another log.
    public static let wrongLog = Code(.wrongLog)
    /// A limit of the machine was hit, such as readers or address space.
    public static let limit = Code(.limit)
    /// There is no view of that name.
    public static let noSuchView = Code(.noSuchView)
    /// A view can't take an event, and so can't answer for what comes after it.
    public static let viewStopped = Code(.viewStopped)
    /// The clock jumped forward by more than a day; see `acceptClock`.
    public static let clockJumped = Code(.clockJumped)
  }

  /// What kind of failure it is.
  public let code: Code
  /// What failed, with the values, and what to do; no ticket text.
  public let message: String
  /// The position that it is about, where there is one.
  public let position: Position?
  /// What lies under it.
  public let cause: (any Error)?

  /// Makes an error of a kind, with its sentence.
  public init(
    _ code: Code, _ message: String, position: Position? = nil, cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.position = position
    self.cause = cause
  }

  /// The sentence, then the code.
  public var description: String { "\(message) [\(code)]" }

  /// Compares codes only.
  public static func == (left: LogError, right: LogError) -> Bool { left.code == right.code }

  /// The log's word for an error of the layer below.
  init(_ error: LMDBError) {
    let code: Code =
      switch error.code {
      case .diskFull, .mapFull: .diskFull
      case .ioFailed, .poisoned: .ioFailed
      case .noSuchDirectory: .storeMissing
      case .permissionDenied: .permissionDenied
      case .damaged, .notFound, .incompatibleTable: .damaged
      case .networkFileSystem: .networkFileSystem
      case .versionMismatch: .newerFormat
      case .closed, .usedAfterFork: .closed
      case .lockFailed, .openedDifferently: .locked
      case .readOnly: .readOnly
      case .readersFull, .addressSpaceTooSmall, .transactionTooLarge: .limit
      default: .ioFailed
      }
    self.init(code, error.message, cause: error)
  }

  /// Any error of the layers below in the log's words.
  package static func wrap(_ error: any Error) -> LogError {
    switch error {
    case let error as LogError: error
    case let error as LMDBError: LogError(error)
    case let error as ModelError: LogError(.invalidEvent, error.message, cause: error)
    case let error as ViewStepError:
      LogError(
        .viewStopped, "a view stopped at position \(error.position): \(error.reason)",
        position: error.position, cause: error)
    case let error as ViewDamage: LogError(.damaged, error.what, cause: error)
    case let error as CodecError: LogError(.damaged, error.description, cause: error)
    default: LogError(.ioFailed, String(describing: error), cause: error)
    }
  }
}
