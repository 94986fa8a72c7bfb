internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#endif

/// Small files and directory entries that survive a power cut.
enum SyncedFile {
  /// Writes a file and syncs it.
  static func write(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("opening", path) }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else { throw failure("writing", path) }
      written += count
    }
    guard fsync(descriptor) == 0 else { throw failure("syncing", path) }
  }

  /// Syncs the entries of a directory.
  static func syncDirectory(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("opening", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("syncing", path) }
  }

  /// Renames a directory over an empty one or to a new name.
  static func rename(_ source: String, to target: String) throws {
    guard Glibc.rename(source, target) == 0 else { throw failure("renaming to", target) }
  }

  private static func failure(_ what: String, _ path: String) -> LogError {
    let number = errno
    let code: LogError.Code =
      switch number {
      case ENOSPC, EDQUOT: .diskFull
      case EACCES, EPERM, EROFS: .permissionDenied
      default: .ioFailed
      }
    return LogError(code, "\(what) \(path) failed: \(String(cString: strerror(number)))")
  }
}
