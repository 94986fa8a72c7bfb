internal import CSHA256

/// SHA-256 of one byte and the bytes after it: the form of leaves, nodes and commitments.
///
/// Without an allocation, and by the processor's own instructions where it has them.
package enum PrefixedHash {
  /// The hash of a byte and a message.
  package static func digest(_ prefix: UInt8, _ bytes: RawSpan) -> Digest {
    return bytes.withUnsafeBytes { bytes in
      Digest { casefile_sha256_prefixed(prefix, bytes.baseAddress, bytes.count, $0) }
    }
  }

  /// The hashes of two messages, in little more time than one takes.
  package static func digests(
    _ prefix: UInt8, _ left: RawSpan, _ right: RawSpan
  ) -> (Digest, Digest) {
    return left.withUnsafeBytes { left in
      right.withUnsafeBytes { right in
        Digest.pair {
          casefile_sha256_prefixed_two(
            prefix, left.baseAddress, left.count, right.baseAddress, right.count, $0, $1)
        }
      }
    }
  }

  /// The hash of a byte and two hashes.
  package static func digest(_ prefix: UInt8, _ left: Digest, _ right: Digest) -> Digest {
    let pair = (left, right)
    return withUnsafeBytes(of: pair) { pair in
      Digest { casefile_sha256_pairs(prefix, pair.baseAddress, 1, $0) }
    }
  }

  /// Replaces the first half of some hashes by those of each two of them in turn.
  ///
  /// - Parameter count: how many pairs; what lies behind them in `hashes` stays.
  package static func joinPairs(_ prefix: UInt8, of hashes: inout [Digest], count: Int) {
    precondition(count >= 0 && count * 2 <= hashes.count, "There are fewer pairs.")
    hashes.withUnsafeMutableBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      casefile_sha256_pairs(prefix, start, count, start)
    }
  }
}
