import Foundation

/// Files that are there whole or not at all, also after a loss of power.
enum AtomicFile {
  /// Writes beside the file, syncs, and renames over it.
  static func write(_ bytes: [UInt8], to path: String) throws {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      // A device or a pipe can't be replaced, and must not be.
      return try writeThrough(bytes, to: path)
    }
    let temporary = "\(path).new-\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw CommandFailure.file(path, "cannot write: \(Descriptor.reason())")
    }
    do {
      defer { close(descriptor) }
      try Descriptor.write(bytes, to: descriptor, name: path)
      guard fsync(descriptor) == 0 else {
        throw CommandFailure.file(path, "cannot sync: \(Descriptor.reason())")
      }
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else {
      let reason = Descriptor.reason()
      unlink(temporary)
      throw CommandFailure.file(path, "cannot rename: \(reason)")
    }
  }

  private static func writeThrough(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CommandFailure.file(path, "cannot write: \(Descriptor.reason())")
    }
    defer { close(descriptor) }
    try Descriptor.write(bytes, to: descriptor, name: path)
  }
}
