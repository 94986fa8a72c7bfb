import CLMDB

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension LMDBError {
  /// Names a number returned by LMDB or by a system call.
  ///
  /// - Parameters:
  ///   - number: what the call returned, not 0.
  ///   - operation: what failed, as the beginning of a sentence: "commit of transaction 7 in /x".
  init(_ number: Int32, _ operation: String) {
    let kind = Code(number)
    // SAFETY: mdb_strerror returns a static or thread-local C string for any number.
    let reason = unsafe String(cString: mdb_strerror(number))
    var message = "\(operation) failed: \(reason)"
    if let advice = kind.advice { message += "; \(advice)" }
    self.init(code: kind, message: message, lmdbCode: number)
  }

  /// True when the fate of a write is unknown after it, so that the environment must end.
  var endsEnvironment: Bool {
    code == .ioFailed || code == .diskFull || code == .damaged
  }
}

extension LMDBError.Code {
  init(_ number: Int32) {
    self =
      switch number {
      case MDB_NOTFOUND: .notFound
      case MDB_KEYEXIST: .keyExists
      case MDB_MAP_FULL, MDB_MAP_RESIZED: .mapFull
      case MDB_DBS_FULL: .tooManyTables
      case MDB_READERS_FULL: .readersFull
      case MDB_TXN_FULL: .transactionTooLarge
      case MDB_BAD_TXN, MDB_BAD_DBI, MDB_BAD_RSLOT: .badTransaction
      case MDB_INCOMPATIBLE: .incompatibleTable
      case MDB_PAGE_NOTFOUND, MDB_CORRUPTED, MDB_INVALID, MDB_CURSOR_FULL, MDB_PAGE_FULL: .damaged
      case MDB_VERSION_MISMATCH: .versionMismatch
      case MDB_PANIC, EIO: .ioFailed
      case ENOSPC, EDQUOT, EFBIG: .diskFull
      case ENOENT, ENOTDIR: .noSuchDirectory
      case EEXIST, ENOTEMPTY: .alreadyExists
      case EACCES, EPERM: .permissionDenied
      case EROFS: .readOnly
      case EAGAIN, EOWNERDEAD, ENOTRECOVERABLE, ENOLCK, EDEADLK: .lockFailed
      default: .other
      }
  }

  /// What the reader can do about it, where that is always the same.
  fileprivate var advice: String? {
    switch self {
    case .mapFull: "raise mapSizeBytes and open the environment again"
    case .tooManyTables: "raise maxTables"
    case .readersFull: "end read transactions sooner, or raise maxReaders"
    case .transactionTooLarge: "abort it and write in smaller transactions"
    case .damaged: "restore the files from a copy"
    case .lockFailed: "close the environment and open it again"

    default: nil
    }
  }
}
