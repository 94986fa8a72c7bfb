internal import CasefileModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The key from which opaque ids of people are made: 32 random bytes beside the log, not in it.
enum IdentityKey {
  static let fileName = "identities.key"
  private static let sizeBytes = 32

  /// The store's key; it is made where there is none.
  ///
  /// - Parameter isCheck: nothing is written; where there is no key yet, one for this run alone does.
  /// - Throws: `ImportError` `.identityKeyFailed` if it can't be read, made, or is not whole: with
  ///   another one every person would become two.
  static func bytes(inStore directory: String, isCheck: Bool) throws(ImportError) -> [UInt8] {
    let path = directory + "/" + fileName
    if let bytes = try read(path) { return bytes }
    var seeds = SystemSeeds()
    let bytes = seeds.next()
    if isCheck { return bytes }
    // Written whole under another name, so that no reader sees a part of it; linked, not renamed, so
    // that of two importers at once the first one's key stays.
    let draft = path + ".\(getpid())"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("made", path) }
    defer { unlink(draft) }
    let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    let isSynced = fsync(descriptor) == 0
    close(descriptor)
    guard written == sizeBytes, isSynced else { throw failure("written", path) }
    guard link(draft, path) == 0 || errno == EEXIST else { throw failure("made", path) }
    syncDirectory(directory)
    guard let kept = try read(path) else { throw failure("read", path) }
    return kept
  }

  private static func read(_ path: String) throws(ImportError) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure("read", path)
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: sizeBytes + 1)
    let count = bytes.withUnsafeMutableBytes { raw in
      #if canImport(Glibc)
        Glibc.read(descriptor, raw.baseAddress, raw.count)
      #else
        Darwin.read(descriptor, raw.baseAddress, raw.count)
      #endif
    }
    guard count == sizeBytes else {
      throw ImportError(
        .identityKeyFailed,
        "the key of identities has not \(sizeBytes) bytes; bring it back from a backup, since with "
          + "another one every person becomes two", file: path)
    }
    return Array(bytes.prefix(sizeBytes))
  }

  private static func syncDirectory(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func failure(_ what: String, _ path: String) -> ImportError {
    let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
    return ImportError(
      .identityKeyFailed, "the key of identities can't be \(what): \(reason)", file: path)
  }
}
