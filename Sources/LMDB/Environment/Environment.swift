import CLMDB

/// An LMDB environment: a directory with one data file and one lock file.
///
/// Commits are fully synced; no other mode is offered. There is one object for each data file in a
/// process, so a second ``open(at:configuration:)`` returns the same one. Readers never wait for
/// the writer, nor it for them; there is one writer at a time among all processes.
///
/// ```swift
/// try Environment.create(at: path)
/// let environment = try Environment.open(at: path)
/// var write = try environment.beginWrite()
/// let table = try write.makeTable("entries", keys: .integer)
/// try write.put(table, 1, value)
/// try write.commit()
/// ```
///
/// An I/O error in a write ends the environment: it throws ``LMDBError/Code/poisoned`` until it is
/// closed and opened again, since LMDB would go on after a failed sync as if nothing had happened.
///
/// An environment does not survive `fork`: the child gets ``LMDBError/Code/usedAfterFork``.
public final class Environment: Sendable {
  let core: EnvironmentCore

  /// The path that it was opened with.
  public var directory: String { core.directory }
  /// The size of a page of the data file.
  public var pageSize: Int { core.pageSize }
  /// Whether an I/O error ended this environment.
  public var isPoisoned: Bool { core.isPoisoned }
  /// Whether it was opened for reading only.
  public var isReadOnly: Bool { core.configuration.isReadOnly }

  init(core: EnvironmentCore) { self.core = core }

  deinit { core.close() }

  /// Closes the environment for all who hold it; closing twice is fine. It happens by itself when
  /// the last reference goes.
  ///
  /// Transactions that are open stay valid. The files are let go of when the last of them ends;
  /// until then, opening the environment again throws ``LMDBError/Code/closed``.
  public func close() { core.close() }

  /// The last transaction that any process committed.
  ///
  /// Takes no snapshot and no lock of LMDB, so it may be polled for a change. While a commit is
  /// being synced it may be one ahead of what ``beginRead()`` sees, so remember
  /// ``ReadTransaction/id`` as what you have read, not this.
  /// - Throws: `.closed`, `.poisoned` or `.usedAfterFork`.
  public var lastTransactionID: UInt64 {
    get throws(LMDBError) { try information().transactionID }
  }

  /// The bytes up to the last page in use, free pages before it included; 0 after closing.
  public var usedBytes: Int {
    guard let information = try? information() else { return 0 }
    return (information.lastPage &+ 1) &* pageSize
  }

  /// Clears the slots of readers whose process has died, which pin their old pages.
  ///
  /// Opening does it, and so does beginning a write every 4,096 transactions or 10 seconds.
  /// - Returns: how many were cleared.
  /// - Throws: `.closed`, `.poisoned`, `.usedAfterFork` or `.lockFailed`.
  @discardableResult
  public func checkReaders() throws(LMDBError) -> Int {
    let handle = try core.enter()
    defer { core.leave() }
    return try core.checkReaders(handle)
  }

  private func information() throws(LMDBError) -> (transactionID: UInt64, lastPage: Int) {
    let handle = try core.enter()
    defer { core.leave() }
    // SAFETY: `enter` keeps the handle open, and the result pointer is a local variable.
    var information = unsafe MDB_envinfo()
    let status = unsafe mdb_env_info(handle.pointer, &information)
    guard status == MDB_SUCCESS else {
      throw LMDBError(status, "reading the state of \(directory)")
    }
    // SAFETY: two numbers of a local variable; its address of the map is not used.
    return unsafe (UInt64(information.me_last_txnid), Int(clamping: information.me_last_pgno))
  }
}

extension Environment {
  /// How an environment is opened.
  public struct Configuration: Sendable {
    /// The addresses set aside for the data file, which also limit its size. They cost neither
    /// memory nor disk; changing them under live transactions of other processes is not safe in
    /// LMDB, so it is large from the start.
    public var mapSizeBytes: Int
    /// How many named tables may be open.
    public var maxTables: Int
    /// How many read transactions may be open in all processes together. The lock
    /// file keeps the largest number that it was ever opened with.
    public var maxReaders: Int
    /// Opens the files for reading only. The lock file is still written to, except on a read-only
    /// file system.
    public var isReadOnly: Bool

    /// Makes a configuration; the defaults fit a log.
    public init(
      mapSizeBytes: Int = 1 << 40, maxTables: Int = 16, maxReaders: Int = 512,
      isReadOnly: Bool = false
    ) {
      self.mapSizeBytes = mapSizeBytes
      self.maxTables = maxTables
      self.maxReaders = maxReaders
      self.isReadOnly = isReadOnly
    }
  }
}
