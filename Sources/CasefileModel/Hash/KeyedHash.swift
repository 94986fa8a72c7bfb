internal import CSHA256

/// HMAC-SHA-256 (RFC 2104) under one key, of which both forms are hashed once.
package struct KeyedHash: Sendable {
  private let inner: SHA256Words
  private let outer: SHA256Words

  /// - Parameter key: of any size.
  package init(key: [UInt8]) { self = key.withUnsafeBytes { KeyedHash(key: $0) } }

  /// - Parameter key: of any size.
  init(key: UnsafeRawBufferPointer) {
    var outer = SHA256Words()
    inner = SHA256Words { inner in
      outer.withUnsafeMutableWords {
        casefile_hmac_begin(key.baseAddress, key.count, inner, $0)
      }
    }
    self.outer = outer
  }

  /// The code of a message.
  package func code(_ message: UnsafeRawBufferPointer) -> Digest {
    inner.withUnsafeWords { inner in
      outer.withUnsafeWords { outer in
        Digest { casefile_hmac_end(inner, outer, message.baseAddress, message.count, $0) }
      }
    }
  }

  /// `SHA-256(0x02 ‖ salt ‖ u16be(length of path) ‖ path ‖ value)`: the key is a subject's seed, the
  /// salt the code of the path.
  func commitment(path: RawSpan, value: RawSpan) -> Digest {
    path.withUnsafeBytes { path in
      value.withUnsafeBytes { value in
        inner.withUnsafeWords { inner in
          outer.withUnsafeWords { outer in
            Digest {
              casefile_commitment(
                inner, outer, path.baseAddress, path.count, value.baseAddress, value.count, $0)
            }
          }
        }
      }
    }
  }
}
