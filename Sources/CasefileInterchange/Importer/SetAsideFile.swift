internal import CasefileModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file of rejected rows: a JSON object a line, with the place, the reason and the row itself.
enum SetAsideFile {
  /// Writes a new file and makes it durable before anything is stored.
  ///
  /// - Throws: `ImportError` `.setAsideFailed`, also if the file exists: it may be the only copy of
  ///   rows that an earlier import put aside.
  static func write(_ rejections: [ImportRejection], to path: String) throws(ImportError) {
    // Rows hold personal data: nobody but the owner reads them.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw ImportError(
        .setAsideFailed,
        errno == EEXIST
          ? "the file for rejected rows exists; name another one, or move it away"
          : "the file for rejected rows can't be made: \(reason)", file: path)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    for rejection in rejections {
      bytes.append(contentsOf: rejection.json.text.utf8)
      bytes.append(UInt8(ascii: "\n"))
      if bytes.count > 1 << 20 {
        try write(bytes, descriptor, path)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    try write(bytes, descriptor, path)
    guard fsync(descriptor) == 0 else { throw failure(path) }
  }

  private static func write(
    _ bytes: [UInt8], _ descriptor: Int32, _ path: String
  ) throws(ImportError) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { raw in
        let rest = UnsafeRawBufferPointer(rebasing: raw[done...])
        #if canImport(Glibc)
          return Glibc.write(descriptor, rest.baseAddress, rest.count)
        #else
          return Darwin.write(descriptor, rest.baseAddress, rest.count)
        #endif
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(path) }
      done += count
    }
  }

  private static var reason: String { strerror(errno).map { String(cString: $0) } ?? "" }

  private static func failure(_ path: String) -> ImportError {
    ImportError(.setAsideFailed, "rejected rows can't be written: \(reason)", file: path)
  }
}
