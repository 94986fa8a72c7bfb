package import CasefileModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file's bytes in order, decompressed where it is gzip by its first bytes, and hashed as it is.
package final class FileInput: ByteSource {
  private enum Form { case unknown, plain, gzip(GzipInflater) }

  // Large enough that a system call costs nothing beside the bytes it brings.
  private static let chunkSizeBytes = 256 << 10

  /// The path as the caller gave it.
  let path: String
  /// The file's own bytes so far.
  package private(set) var sizeBytes: UInt64 = 0

  private let descriptor: Int32
  private let chunk: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  private var form = Form.unknown
  private var hash = RunningHash()

  package init(path: String) throws(ImportError) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let number = errno
      throw ImportError(
        number == ENOENT ? .fileMissing : .fileUnreadable,
        number == ENOENT
          ? "there is no such file" : "the file can't be opened: \(FileInput.reason(number))",
        file: path)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      close(descriptor)
      throw ImportError(.fileUnreadable, "this is a directory; name a file in it", file: path)
    }
    self.descriptor = descriptor
    chunk = .allocate(byteCount: FileInput.chunkSizeBytes, alignment: 16)
  }

  deinit {
    close(descriptor)
    chunk.deallocate()
  }

  /// The hash of the file's own bytes; whole once `read` has returned 0.
  package var digest: Digest { hash.digest }

  private static func reason(_ number: Int32) -> String {
    strerror(number).map { String(cString: $0) } ?? "error \(number)"
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
    while true {
      if start == end, !hasPendingOutput { try fill() }
      switch form {
      case .unknown:
        guard start < end else { return 0 }
        form = isGzip ? .gzip(GzipInflater()) : .plain
      case .plain:
        let count = min(end - start, buffer.count)
        guard count > 0 else { return 0 }
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: chunk[start..<start + count]))
        start += count
        return count
      case .gzip(let inflater):
        if start == end, !inflater.mayHaveOutput {
          try checkEnd(of: inflater)
          return 0
        }
        let made = try inflate(inflater, into: buffer)
        if made > 0 { return made }
      }
    }
  }

  private var isGzip: Bool { end - start >= 2 && chunk[start] == 0x1F && chunk[start + 1] == 0x8B }

  private var hasPendingOutput: Bool {
    if case .gzip(let inflater) = form { inflater.mayHaveOutput } else { false }
  }

  private func checkEnd(of inflater: GzipInflater) throws(ImportError) {
    guard inflater.isBetweenMembers else {
      throw ImportError(
        .gzipTruncated,
        "the gzip data end after \(sizeBytes) bytes in the middle; fetch the file again",
        file: path, position: Int(sizeBytes))
    }
    if inflater.hasStrayByte { throw trailingBytes(at: Int(sizeBytes) - 1) }
  }

  private func trailingBytes(at offset: Int) -> ImportError {
    ImportError(
      .gzipTrailingBytes,
      "after the gzip data, near byte \(offset), comes something that is no gzip data; "
        + "fetch the file again", file: path, position: offset)
  }

  private func inflate(
    _ inflater: GzipInflater, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ImportError) -> Int {
    let offset = Int(sizeBytes) - (end - start)
    let (used, made, step) = inflater.inflate(
      UnsafeRawBufferPointer(rebasing: chunk[start..<end]), into: buffer)
    start += used
    switch step {
    case .progress, .memberEnd: return made
    case .noMember: throw trailingBytes(at: offset)
    case .damaged(let reason):
      throw ImportError(
        .gzipDamaged,
        "the gzip data are damaged near byte \(offset + used) (\(reason)); fetch the file again",
        file: path, position: offset + used)
    }
  }

  /// Reads until the chunk is full, so that two bytes of a pipe are enough to know the form.
  private func fill() throws(ImportError) {
    start = 0
    end = 0
    while end < chunk.count, !isAtEnd {
      let room = UnsafeMutableRawBufferPointer(rebasing: chunk[end...])
      #if canImport(Glibc)
        let count = Glibc.read(descriptor, room.baseAddress, room.count)
      #else
        let count = Darwin.read(descriptor, room.baseAddress, room.count)
      #endif
      if count < 0 {
        if errno == EINTR { continue }
        throw ImportError(
          .fileUnreadable,
          "reading stopped after \(sizeBytes) bytes: \(FileInput.reason(errno))", file: path)
      }
      if count == 0 { isAtEnd = true }
      end += count
      sizeBytes += UInt64(count)
    }
    hash.add(UnsafeRawBufferPointer(rebasing: chunk[0..<end]))
  }
}
