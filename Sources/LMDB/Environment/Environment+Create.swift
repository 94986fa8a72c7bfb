import CLMDB

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Environment {
  /// Makes a new, empty environment.
  ///
  /// It is made under a temporary name (`.<name>.new-<process>-<number>`), synced, and renamed, so
  /// that a crash leaves either nothing of this name or a sound environment. A directory left over
  /// by a crash may be deleted.
  /// - Throws: `.alreadyExists` when the path is taken, `.noSuchDirectory` when its parent does not
  ///   exist, `.networkFileSystem`, `.permissionDenied`, `.diskFull`, `.ioFailed`. After an
  ///   `.ioFailed` of the last step, the sync of the parent, the environment exists.
  public static func create(
    at directory: String, configuration: Configuration = .init()
  ) throws(LMDBError) {
    var writable = configuration
    writable.isReadOnly = false
    try publish(directory) { temporary throws(LMDBError) in
      let handle = try openHandle(temporary, writable)
      // SAFETY: nobody else has the handle.
      unsafe mdb_env_close(handle.pointer)
    }
  }

  /// Writes a copy of the newest snapshot as a new environment, while others read and write.
  ///
  /// - Parameters:
  ///   - path: the directory to make; it appears when the copy is complete and synced.
  ///   - compacting: leave free pages out. Slower, and cheaper to keep.
  /// - Throws: as ``create(at:configuration:)`` about the copy; it never ends this environment.
  /// - Complexity: O(*n*) bytes.
  public func copy(to path: String, compacting: Bool) throws(LMDBError) {
    let handle = try core.enter()
    defer { core.leave() }
    guard core.writerThread != DedicatedThread.currentID else {
      throw LMDBError(
        code: .badTransaction, message: "copying \(directory) waits for this thread's own write")
    }
    // A compacting copy follows every number of every tree; the other one copies pages as they are.
    if compacting { try checkTrees() }
    try Self.publish(path) { temporary throws(LMDBError) in
      // SAFETY: `enter` keeps the handle open; the path is valid during the call.
      let status = unsafe mdb_env_copy2(
        handle.pointer, temporary, compacting ? UInt32(MDB_CP_COMPACT) : 0)
      guard status == MDB_SUCCESS else {
        throw LMDBError(
          FileSystem.cause(of: status, in: temporary), "copying \(directory) to \(path)")
      }
    }
  }

  private func checkTrees() throws(LMDBError) {
    let transaction = try core.beginRead()
    defer {
      transaction.abort()
      core.leave()
    }
    try transaction.snapshot.checkAll()
  }

  /// Makes a directory durably: all of it or nothing.
  private static func publish(
    _ directory: String, _ fill: (_ temporary: String) throws(LMDBError) -> Void
  ) throws(LMDBError) {
    guard !FileSystem.exists(directory) else {
      throw LMDBError(code: .alreadyExists, message: "\(directory) exists; nothing was changed")
    }
    let (parent, name) = FileSystem.split(directory)
    try NetworkFileSystem.refuse(parent)
    let temporary = "\(parent)/.\(name).new-\(getpid())-\(SerialNumber.next())"
    try FileSystem.makeDirectory(temporary)
    do throws(LMDBError) {
      try fill(temporary)
      // No environment of this process is open on these files, so opening them drops no locks.
      try FileSystem.synchronize(temporary + "/data.mdb")
      try FileSystem.synchronize(temporary)
      // Replaces at most an empty directory that was made meanwhile.
      try FileSystem.rename(temporary, to: directory)
    } catch {
      FileSystem.discard(temporary)
      throw error
    }
    try FileSystem.synchronize(parent)
  }
}
