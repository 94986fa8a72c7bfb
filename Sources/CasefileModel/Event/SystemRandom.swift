#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Random bytes of the operating system, many with one call: Swift's own generator and swift-crypto
/// ask for eight at a time, which took most of the time of checking an input.
enum SystemRandom {
  static func bytes(count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    bytes.withUnsafeMutableBytes { buffer in
      guard let start = buffer.baseAddress else { return }
      arc4random_buf(start, buffer.count)
    }
    return bytes
  }
}

/// Random bytes that were drawn in advance: few for a caller that takes few, many for the next ones.
struct SystemRandomBuffer {
  private static let firstSizeBytes = 64
  private static let sizeBytes = 2048

  private var bytes: [UInt8] = []
  private var used = 0

  mutating func take(_ count: Int) -> ArraySlice<UInt8> {
    if used + count > bytes.count {
      let size =
        bytes.isEmpty ? SystemRandomBuffer.firstSizeBytes : SystemRandomBuffer.sizeBytes
      bytes = SystemRandom.bytes(count: max(size, count))
      used = 0
    }
    defer { used += count }
    return bytes[used..<used + count]
  }
}
