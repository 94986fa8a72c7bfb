#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Which file it is, whatever the path to it: symbolic links and relative paths do not matter.
struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64

  init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
  }

  /// Looks the file up without opening it.
  init(path: String) throws(LMDBError) {
    var status = stat()
    // SAFETY: both pointers are valid during the call.
    guard unsafe stat(path, &status) == 0 else {
      throw LMDBError(errno, "looking for \(path)")
    }
    self.init(status)
  }
}

/// The system calls of this module that are not LMDB's.
enum FileSystem {
  /// Below this much free space, a failed write is taken for a full disk.
  private static let freeBytesMin: UInt64 = 1 << 20

  /// Replaces EIO by ENOSPC when the file system has no room: LMDB reports a short write as EIO.
  static func cause(of number: Int32, in path: String) -> Int32 {
    guard number == EIO else { return number }
    var status = statvfs()
    // SAFETY: both pointers are valid during the call.
    guard unsafe statvfs(path, &status) == 0 else { return number }
    let freeBytes = UInt64(status.f_bavail) * UInt64(status.f_frsize)
    return freeBytes < freeBytesMin ? ENOSPC : number
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    // SAFETY: both pointers are valid during the call.
    return unsafe lstat(path, &status) == 0
  }

  /// Makes names and contents of a file or a directory durable.
  static func synchronize(_ path: String) throws(LMDBError) {
    let file = try FileDescriptor(reading: path)
    guard fsync(file.number) == 0 else { throw LMDBError(errno, "fsync of \(path)") }
  }

  static func makeDirectory(_ path: String) throws(LMDBError) {
    // The umask decides whether a group may share the store; others never may.
    // SAFETY: the path is a valid C string during the call.
    guard unsafe mkdir(path, 0o770) == 0 else { throw LMDBError(errno, "making \(path)") }
  }

  static func rename(_ source: String, to target: String) throws(LMDBError) {
    // SAFETY: the paths are valid C strings during the call.
    #if canImport(Glibc)
      let status = unsafe Glibc.rename(source, target)
    #else
      let status = unsafe Darwin.rename(source, target)
    #endif
    guard status == 0 else { throw LMDBError(errno, "renaming \(source) to \(target)") }
  }

  /// Removes an environment's directory that never came into use. Failures are ignored: what
  /// stays behind has a temporary name that nothing opens.
  static func discard(_ directory: String) {
    // SAFETY: the paths are valid C strings during the calls.
    unsafe unlink(directory + "/data.mdb")
    unsafe unlink(directory + "/lock.mdb")
    unsafe rmdir(directory)
  }

  /// The directory that holds `path`, and the last part of `path`.
  static func split(_ path: String) -> (parent: String, name: String) {
    var trimmed = path[...]
    while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
    guard let slash = trimmed.lastIndex(of: "/") else { return (".", String(trimmed)) }
    let parent = trimmed[..<slash]
    return (parent.isEmpty ? "/" : String(parent), String(trimmed[trimmed.index(after: slash)...]))
  }
}

/// An open file, closed at the end of its scope.
struct FileDescriptor: ~Copyable {
  let number: Int32

  init(reading path: String) throws(LMDBError) {
    // SAFETY: the path is a valid C string during the call.
    number = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { throw LMDBError(errno, "opening \(path)") }
  }

  deinit { close(number) }

  func status() throws(LMDBError) -> stat {
    var status = stat()
    // SAFETY: the pointer is valid during the call.
    guard unsafe fstat(number, &status) == 0 else { throw LMDBError(errno, "fstat") }
    return status
  }

  /// Reads up to `count` bytes; fewer at the end of the file.
  func read(count: Int, at offset: Int) throws(LMDBError) -> [UInt8] {
    var failure: Int32 = 0
    // SAFETY: pread writes at most the capacity that is left, and the count says how much it was.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        // SAFETY: the offset is inside the buffer.
        let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled...])
        let size = unsafe pread(number, rest.baseAddress, rest.count, off_t(offset + filled))
        if size < 0, errno == EINTR { continue }
        if size < 0 { failure = errno }
        if size <= 0 { return }
        filled += size
      }
    }
    guard failure == 0 else { throw LMDBError(failure, "reading \(count) bytes at \(offset)") }
    return bytes
  }
}
