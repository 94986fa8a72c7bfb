/// The eight words of a hash in progress.
struct SHA256Words: Sendable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  init() {}

  init(_ fill: (UnsafeMutablePointer<UInt32>) -> Void) { withUnsafeMutableWords(fill) }

  mutating func withUnsafeMutableWords(_ body: (UnsafeMutablePointer<UInt32>) -> Void) {
    withUnsafeMutableBytes(of: &words) { bytes in
      // Aligned for eight bytes, so for four.
      if let start = bytes.baseAddress { body(start.assumingMemoryBound(to: UInt32.self)) }
    }
  }

  func withUnsafeWords<Result>(_ body: (UnsafePointer<UInt32>) -> Result) -> Result {
    withUnsafePointer(to: words) { pointer in
      pointer.withMemoryRebound(to: UInt32.self, capacity: 8) { body($0) }
    }
  }
}

extension Digest {
  /// Lets a function of C write the 32 bytes.
  init(_ fill: (UnsafeMutableRawPointer) -> Void) {
    var digest = Digest.zero
    withUnsafeMutableBytes(of: &digest) { bytes in
      if let start = bytes.baseAddress { fill(start) }
    }
    self = digest
  }

  /// Lets a function of C write two hashes.
  static func pair(
    _ fill: (UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Void
  ) -> (Digest, Digest) {
    var second = Digest.zero
    let first = Digest { first in
      withUnsafeMutableBytes(of: &second) { bytes in
        if let start = bytes.baseAddress { fill(first, start) }
      }
    }
    return (first, second)
  }
}
