/// The seed of a subject's commitments, ready to give salts.
struct SaltSource {
  private let key: KeyedHash

  init(seed: [UInt8]) { key = KeyedHash(key: seed) }

  /// `SHA-256(0x02 ‖ HMAC(seed, path) ‖ u16be(length of path) ‖ path ‖ value)`.
  func commitment(path: String, value: [UInt8]) -> Digest {
    key.commitment(path: path.utf8.span.bytes, value: value.span.bytes)
  }
}
