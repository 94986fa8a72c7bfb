/// The seed of a subject's commitments, ready to give salts.
struct SaltSource {
  private let key: KeyedHash

  init(seed: [UInt8]) { key = KeyedHash(key: seed) }

  /// `HMAC(seed, path)`.
  func salt(_ path: UnsafeRawBufferPointer) -> Digest { key.code(path) }

  /// `SHA-256(0x02 ‖ salt ‖ u16be(length of path) ‖ path ‖ value)`.
  func commitment(path: String, value: [UInt8]) -> Digest {
    var path = path
    return path.withUTF8 { path in
      let path = UnsafeRawBufferPointer(path)
      var hash = RunningHash()
      withUnsafeBytes(of: UInt8(2)) { hash.add($0) }
      salt(path).withUnsafeBytes { hash.add($0) }
      withUnsafeBytes(of: UInt16(truncatingIfNeeded: path.count).bigEndian) { hash.add($0) }
      hash.add(path)
      value.withUnsafeBytes { hash.add($0) }
      return hash.digest
    }
  }
}
