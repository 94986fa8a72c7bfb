internal import Foundation

/// Says that a process works on a directory beside the views, and finds those whose process was killed.
///
/// The claim is a lock on a file next to the directory: the system lets go of it with the process,
/// however that ends and whatever number it has. A rename takes the directory and leaves the file.
final class ReplayClaim {
  private static let suffix = ".lock"
  /// What has no claim is from an older program, or about to be renamed.
  private static let unclaimedSeconds: TimeInterval = 24 * 3600

  private let path: String
  private let descriptor: CInt

  /// Claims a path before anything is there.
  ///
  /// - Throws: `LogError` where the file can't be made.
  init(_ directory: String) throws(LogError) {
    path = directory + ReplayClaim.suffix
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw LogError(
        errno == ENOSPC ? .diskFull : errno == EACCES ? .permissionDenied : .ioFailed,
        "the file \(path) could not be made: \(String(cString: strerror(errno)))")
    }
    // Nobody else knows the path yet; where locks are not to be had, its age protects the directory.
    _ = flock(descriptor, LOCK_EX | LOCK_NB)
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  /// Takes away what killed processes left beside the views. What can't be taken away stays: it does no
  /// harm.
  static func removeStale(in directory: String) {
    let files = FileManager.default
    let names = (try? files.contentsOfDirectory(atPath: directory)) ?? []
    let now = Date()
    for name in names where name.hasPrefix(".") {
      let path = directory + "/" + name
      if name.hasSuffix(suffix) {
        guard isFree(path) else { continue }
        try? files.removeItem(atPath: String(path.dropLast(suffix.count)))
        unlink(path)
      } else if !names.contains(name + suffix) {
        let attributes = try? files.attributesOfItem(atPath: path)
        guard let changed = attributes?[.modificationDate] as? Date,
          now.timeIntervalSince(changed) > unclaimedSeconds
        else { continue }
        try? files.removeItem(atPath: path)
      }
    }
  }

  /// Whether nobody holds a claim.
  private static func isFree(_ path: String) -> Bool {
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0
  }
}
