internal import CSHA256
internal import Crypto

/// The seed of a subject's commitments, ready to give salts: HMAC-SHA-256 with both of its keys
/// hashed once.
struct SaltSource {
  private let inner: SHA256Words
  private let outer: SHA256Words
  /// Nil where the processor's instructions do the work.
  private let key: SymmetricKey?

  init(seed: [UInt8]) {
    guard PrefixedHash.isAccelerated, seed.count == 32 else {
      (inner, outer, key) = (SHA256Words(), SHA256Words(), SymmetricKey(data: seed))
      return
    }
    var outer = SHA256Words()
    inner = SHA256Words { inner in
      outer.withUnsafeMutableWords { casefile_hmac_begin(seed, inner, $0) }
    }
    self.outer = outer
    key = nil
  }

  /// `HMAC(seed, path)`.
  func salt(_ path: UnsafeRawBufferPointer) -> Digest {
    if let key {
      let code = HMAC<SHA256>.authenticationCode(for: path, using: key)
      return Digest(Array(code)) ?? .zero
    }
    return inner.withUnsafeWords { inner in
      outer.withUnsafeWords { outer in
        Digest { casefile_hmac_end(inner, outer, path.baseAddress, path.count, $0) }
      }
    }
  }

  /// `SHA-256(0x02 ‖ salt ‖ u16be(length of path) ‖ path ‖ value)`.
  func commitment(path: String, value: [UInt8]) -> Digest {
    var path = path
    return path.withUTF8 { path in
      let path = UnsafeRawBufferPointer(path)
      let salt = salt(path)
      let head: (UInt8, UInt8) = (
        UInt8(truncatingIfNeeded: path.count >> 8), UInt8(truncatingIfNeeded: path.count)
      )
      guard key == nil else {
        var hash = SHA256()
        withUnsafeBytes(of: UInt8(2)) { hash.update(bufferPointer: $0) }
        salt.withUnsafeBytes { hash.update(bufferPointer: $0) }
        withUnsafeBytes(of: head) { hash.update(bufferPointer: $0) }
        hash.update(bufferPointer: path)
        value.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return Digest(hash.finalize())
      }
      var hash = casefile_sha256()
      casefile_sha256_begin(&hash)
      withUnsafeBytes(of: UInt8(2)) { casefile_sha256_add(&hash, $0.baseAddress, 1) }
      salt.withUnsafeBytes { casefile_sha256_add(&hash, $0.baseAddress, $0.count) }
      withUnsafeBytes(of: head) { casefile_sha256_add(&hash, $0.baseAddress, $0.count) }
      casefile_sha256_add(&hash, path.baseAddress, path.count)
      value.withUnsafeBytes { casefile_sha256_add(&hash, $0.baseAddress, $0.count) }
      return Digest { casefile_sha256_end(&hash, $0) }
    }
  }
}
