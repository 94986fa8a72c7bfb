internal import CSHA256

/// HMAC-SHA-256 (RFC 2104) under one key, of which both forms are hashed once.
package struct KeyedHash: Sendable {
  private let inner: SHA256Words
  private let outer: SHA256Words

  /// - Parameter key: of any size.
  package init(key: [UInt8]) {
    var outer = SHA256Words()
    inner = SHA256Words { inner in
      outer.withUnsafeMutableWords { casefile_hmac_begin(key, key.count, inner, $0) }
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
}
