import CLMDB
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The LMDB handle of one open environment, and who uses it.
///
/// The handle is closed when ``close()`` was called and the last transaction has ended, so a late
/// transaction never reads unmapped memory.
final class EnvironmentCore: Sendable {
  /// A pointer to LMDB's environment, and our own map of its data file.
  // SAFETY: LMDB allows every call made here on one MDB_env from several threads at a time, apart
  // from mdb_env_close and mdb_dbi_open; `state` excludes the first, `TableHandles` the second.
  @safe
  struct Handle: @unchecked Sendable {
    let pointer: OpaquePointer
    let map: FileMap
  }

  private struct State {
    var handle: Handle?
    var isClosing = false
    var users = 0
  }

  let directory: String
  let identity: FileIdentity
  let configuration: Environment.Configuration
  let pageSize: Int
  let serial: UInt64
  let tables: TableHandles
  private let forkCount: Int
  private let poison = Atomic<Bool>(false)
  private let writer = Atomic<UInt>(0)
  private let state: Mutex<State>
  let upkeep = ReaderUpkeep()
  let writeCheck = WriteCheck()

  init(
    handle: Handle, directory: String, identity: FileIdentity, pageSize: Int,
    configuration: Environment.Configuration
  ) {
    self.directory = directory
    self.identity = identity
    self.configuration = configuration
    self.pageSize = pageSize
    ForkWatch.install()
    forkCount = ForkWatch.count
    serial = SerialNumber.next()
    tables = TableHandles(environment: serial)
    state = Mutex(State(handle: handle))
  }

  var isPoisoned: Bool { poison.load(ordering: .acquiring) }
  var isClosed: Bool { state.withLock { $0.handle == nil || $0.isClosing } }
  var isForked: Bool { ForkWatch.count != forkCount }

  func markPoisoned() { poison.store(true, ordering: .releasing) }

  /// The thread that has a write transaction here, or 0.
  var writerThread: UInt {
    get { writer.load(ordering: .acquiring) }
    set { writer.store(newValue, ordering: .releasing) }
  }

  /// Throws when the environment came to its end by a fork or an I/O error.
  func checkUsable() throws(LMDBError) {
    if isForked {
      throw LMDBError(
        code: .usedAfterFork,
        message: "\(directory) was opened by the parent process; open it again in this one")
    }
    if isPoisoned {
      throw LMDBError(
        code: .poisoned,
        message: "an I/O error ended the environment \(directory); close it and open it again")
    }
  }

  /// Counts a user in; the handle stays open until ``leave()``.
  func enter() throws(LMDBError) -> Handle {
    try checkUsable()
    let handle = state.withLock { state -> Handle? in
      guard !state.isClosing, let handle = state.handle else { return nil }
      state.users += 1
      return handle
    }
    guard let handle else {
      throw LMDBError(code: .closed, message: "the environment \(directory) is closed")
    }
    return handle
  }

  /// Counts a user out, and closes the handle after the last one when that is due.
  func leave() {
    let isLast = state.withLock { state in
      state.users -= 1
      return state.isClosing && state.users == 0
    }
    if isLast { close() }
  }

  /// Refuses new users and closes the handle as soon as there are none. Closing twice is fine.
  func close() {
    EnvironmentRegistry.shared.close(self)
  }

  /// Does the work of ``close()``; only the registry calls it, under its lock, so that no second
  /// environment is opened on the files before this one has let go of its locks.
  ///
  /// - Returns: false while transactions keep the handle open.
  func closeUnderRegistryLock() -> Bool {
    state.withLock { state in
      state.isClosing = true
      // After a fork the handle is the parent's; closing it could release the parent's locks.
      if isForked { state.handle = nil }
      guard let handle = state.handle else { return true }
      guard state.users == 0 else { return false }
      state.handle = nil
      // SAFETY: no transaction uses the handle (users is 0) and none can begin any more.
      unsafe mdb_env_close(handle.pointer)
      return true
    }
  }

  /// Clears the slots of dead readers.
  @discardableResult
  func checkReaders(_ handle: Handle) throws(LMDBError) -> Int {
    var cleared: Int32 = 0
    // SAFETY: the caller keeps the handle open, and the result pointer is a local variable.
    let status = unsafe mdb_reader_check(handle.pointer, &cleared)
    guard status == MDB_SUCCESS else { throw lockError(status, "checking readers") }
    return Int(cleared)
  }
}

/// Numbers that are never given twice in the life of the process.
enum SerialNumber {
  private static let last = Atomic<UInt64>(0)

  static func next() -> UInt64 { last.add(1, ordering: .relaxed).newValue }
}
