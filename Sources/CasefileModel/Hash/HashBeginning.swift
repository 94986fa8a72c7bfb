internal import CSHA256

/// The state of a prefixed hash after the whole blocks of a message's beginning, so that the end
/// can be hashed by somebody else: callers hash a proposal, the writer goes on with the seal.
package struct HashBeginning: Sendable {
  private let prefix: UInt8
  /// How many bytes of the message were seen, those of the last block without effect.
  private let sizeBytes: Int
  private let words: SHA256Words

  /// Hashes the whole blocks of a beginning.
  package init(_ prefix: UInt8, _ bytes: RawSpan) {
    self.prefix = prefix
    sizeBytes = bytes.byteCount
    words = bytes.withUnsafeBytes { bytes in
      SHA256Words { casefile_sha256_prefix_state(prefix, bytes.baseAddress, bytes.count, $0) }
    }
  }

  private init(_ prefix: UInt8, sizeBytes: Int, _ words: SHA256Words) {
    self.prefix = prefix
    self.sizeBytes = sizeBytes
    self.words = words
  }

  /// Hashes the whole blocks of two beginnings, in little more time than one takes.
  package static func pair(
    _ prefix: UInt8, _ left: RawSpan, _ right: RawSpan
  ) -> (HashBeginning, HashBeginning) {
    var rightWords = SHA256Words()
    let leftWords = left.withUnsafeBytes { left in
      right.withUnsafeBytes { right in
        SHA256Words { words in
          rightWords.withUnsafeMutableWords {
            casefile_sha256_prefix_state_two(
              prefix, left.baseAddress, left.count, right.baseAddress, right.count, words, $0)
          }
        }
      }
    }
    return (
      HashBeginning(prefix, sizeBytes: left.byteCount, leftWords),
      HashBeginning(prefix, sizeBytes: right.byteCount, rightWords)
    )
  }

  /// The hash of the whole message, which begins as it was said.
  package func digest(of bytes: RawSpan) -> Digest {
    precondition(bytes.byteCount >= sizeBytes, "The message is shorter than its beginning.")
    return bytes.withUnsafeBytes { bytes in
      words.withUnsafeWords { words in
        Digest {
          casefile_sha256_resume(words, prefix, bytes.baseAddress, sizeBytes, bytes.count, $0)
        }
      }
    }
  }

  /// The hashes of this message and another one, in little more time than one takes.
  package func digests(
    of bytes: RawSpan, and other: HashBeginning, of otherBytes: RawSpan
  ) -> (Digest, Digest) {
    precondition(
      bytes.byteCount >= sizeBytes && otherBytes.byteCount >= other.sizeBytes
        && prefix == other.prefix, "The messages are shorter than their beginnings.")
    return bytes.withUnsafeBytes { left in
      otherBytes.withUnsafeBytes { right in
        words.withUnsafeWords { words in
          other.words.withUnsafeWords { otherWords in
            Digest.pair {
              casefile_sha256_resume_two(
                words, left.baseAddress, sizeBytes, left.count, otherWords, right.baseAddress,
                other.sizeBytes, right.count, prefix, $0, $1)
            }
          }
        }
      }
    }
  }
}
