#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A mapped file without a name. Its name is taken away as soon as it is open, so that the system
/// frees its room when the process ends, in whatever way: nothing is left over after a kill.
final class ScratchFile {
  /// Smaller arrays are not worth a file.
  static let sizeBytesMin = 1 << 20

  /// How much is mapped.
  private(set) var sizeBytes = 0
  private let descriptor: Int32
  private var base: UnsafeMutableRawPointer?

  /// Makes an empty file; nil where the directory takes none.
  init?(in directory: String) {
    var path = Array("\(directory)/import-XXXXXX".utf8CString)
    descriptor = mkstemp(&path)
    guard descriptor >= 0 else { return nil }
    unlink(path)
  }

  deinit {
    if let base { munmap(base, sizeBytes) }
    close(descriptor)
  }

  /// Makes the file larger and maps it anew; what it holds stays, and earlier addresses don't.
  ///
  /// - Returns: nil where the disk has no room; the file is then as it was.
  func grow(toSizeBytes size: Int) -> UnsafeMutableRawPointer? {
    let page = 1 << 20
    let size = (size + page - 1) / page * page
    guard reserve(from: sizeBytes, to: size) else { return nil }
    let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let mapped, Int(bitPattern: mapped) != -1 else { return nil }
    if let base { munmap(base, sizeBytes) }
    base = mapped
    sizeBytes = size
    return mapped
  }

  /// Asks for the room before it is written to: a mapped write to a full disk would end the process.
  private func reserve(from start: Int, to end: Int) -> Bool {
    #if canImport(Glibc)
      return posix_fallocate(descriptor, off_t(start), off_t(end - start)) == 0
    #else
      let zeros = [UInt8](repeating: 0, count: 1 << 20)
      var offset = start
      while offset < end {
        let count = pwrite(descriptor, zeros, min(zeros.count, end - offset), off_t(offset))
        guard count > 0 else { return false }
        offset += count
      }
      return true
    #endif
  }
}
