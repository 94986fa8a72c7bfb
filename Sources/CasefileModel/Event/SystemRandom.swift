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
