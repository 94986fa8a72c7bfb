import CLMDB

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Environment {
  /// LMDB 0.9.26 to 0.9.31 destroy the shared mutexes when the last process closes, while another
  /// one may be waiting to open: that one has to open again.
  private static let openAttemptsMax = 20

  /// Opens an environment, or returns the one that this process has open on the same files.
  ///
  /// Checks both meta pages and the length of the data file before mapping it, and clears the
  /// slots of dead readers. If the environment is open already, its configuration stays as it is.
  /// - Throws: `.noSuchDirectory`, `.damaged`, `.versionMismatch`, `.networkFileSystem`,
  ///   `.permissionDenied`, `.addressSpaceTooSmall`, `.lockFailed`; `.poisoned` while it is open
  ///   after an I/O error; `.openedDifferently` when it is open for reading only and you ask for
  ///   more; `.closed` while a transaction of a closed one is still open.
  public static func open(
    at directory: String, configuration: Configuration = .init()
  ) throws(LMDBError) -> Environment {
    let identity = try FileIdentity(path: directory + "/data.mdb")
    let environment = try EnvironmentRegistry.shared.environment(for: identity) {
      () throws(LMDBError) in
      try NetworkFileSystem.refuse(directory)
      let pageSize = try DataFile(directory: directory).check()
      return Environment(
        core: try openCore(directory, identity, pageSize: pageSize, configuration))
    }
    if environment.isPoisoned {
      throw LMDBError(
        code: .poisoned,
        message: "an I/O error ended the environment \(directory); close it before opening it")
    }
    if environment.isReadOnly, !configuration.isReadOnly {
      throw LMDBError(
        code: .openedDifferently,
        message: "\(directory) is open in this process for reading only; close it first")
    }
    return environment
  }

  private static func openCore(
    _ directory: String, _ identity: FileIdentity, pageSize: Int, _ configuration: Configuration
  ) throws(LMDBError) -> EnvironmentCore {
    var attempt = 1
    while true {
      let handle = try openHandle(directory, configuration)
      do throws(LMDBError) {
        try checkIdentity(handle, identity, directory)
        let core = EnvironmentCore(
          handle: handle, directory: directory, identity: identity, pageSize: pageSize,
          configuration: configuration)
        try core.checkReaders(handle)
        // The first read transaction also shows whether the shared mutexes work.
        try core.tables.openAll(handle)
        return core
      } catch {
        // SAFETY: nobody else has seen the handle, and its transactions have ended.
        unsafe mdb_env_close(handle.pointer)
        guard error.code == .lockFailed, attempt < openAttemptsMax else { throw error }
        attempt += 1
        usleep(10_000)
      }
    }
  }

  /// Makes and opens a handle; closes it again on failure.
  static func openHandle(
    _ directory: String, _ configuration: Configuration
  ) throws(LMDBError) -> EnvironmentCore.Handle {
    var pointer: OpaquePointer?
    // SAFETY: the result pointer is a local variable, and set when LMDB succeeds.
    let status = unsafe mdb_env_create(&pointer)
    guard status == MDB_SUCCESS, let pointer = unsafe pointer else {
      throw LMDBError(status, "making an environment for \(directory)")
    }
    do throws(LMDBError) {
      // SAFETY: the handle is ours until it is returned.
      try check(directory, unsafe mdb_env_set_mapsize(pointer, configuration.mapSizeRounded))
      try check(directory, unsafe mdb_env_set_maxdbs(pointer, UInt32(configuration.maxTables)))
      try check(directory, unsafe mdb_env_set_maxreaders(pointer, UInt32(configuration.maxReaders)))
      // NOTLS ties reader slots to transactions, which tasks may carry to other threads. Readahead
      // stays on: replay and verification read the log in order.
      let flags = UInt32(MDB_NOTLS | (configuration.isReadOnly ? MDB_RDONLY : 0))
      // SAFETY: as above; the umask decides whether a group may share the files.
      try check(directory, unsafe mdb_env_open(pointer, directory, flags, 0o660))
      // SAFETY: the environment is open, and closed after its map is gone.
      return unsafe EnvironmentCore.Handle(
        pointer: pointer, map: try FileMap(pointer, directory))
    } catch {
      // SAFETY: LMDB asks for closing a handle that failed to open, and nobody else has it.
      unsafe mdb_env_close(pointer)
      throw error
    }
  }

  private static func check(_ directory: String, _ status: Int32) throws(LMDBError) {
    switch status {
    case MDB_SUCCESS: return
    case ENOMEM:
      throw LMDBError(
        code: .addressSpaceTooSmall,
        message: "mapping \(directory) failed: it needs addresses, not memory; raise the limit "
          + "(ulimit -v) or lower mapSizeBytes",
        lmdbCode: status)
    case EINVAL:
      throw LMDBError(code: .lockFailed, message: "locking \(directory) failed", lmdbCode: status)
    case MDB_INVALID, MDB_VERSION_MISMATCH:
      throw LMDBError(
        code: .init(status),
        message: "opening \(directory) failed although data.mdb is sound: lock.mdb is not LMDB's, "
          + "or of another version; with all processes stopped, delete lock.mdb",
        lmdbCode: status)
    default: throw LMDBError(status, "opening \(directory)")
    }
  }

  /// The file may have been replaced between the check and the opening.
  private static func checkIdentity(
    _ handle: EnvironmentCore.Handle, _ identity: FileIdentity, _ directory: String
  ) throws(LMDBError) {
    var number: Int32 = -1
    var status = stat()
    // SAFETY: the handle is open and the result pointers are local variables. The descriptor is
    // LMDB's, so it is not closed here.
    guard unsafe mdb_env_get_fd(handle.pointer, &number) == MDB_SUCCESS,
      unsafe fstat(number, &status) == 0, FileIdentity(status) == identity
    else {
      throw LMDBError(
        code: .other, message: "\(directory)/data.mdb was replaced while it was opened; try again")
    }
  }
}

extension Environment.Configuration {
  /// LMDB wants a multiple of the system's page size.
  fileprivate var mapSizeRounded: Int {
    let unit = sysconf(Int32(_SC_PAGESIZE))
    return max(mapSizeBytes / unit, 1) * unit
  }
}
