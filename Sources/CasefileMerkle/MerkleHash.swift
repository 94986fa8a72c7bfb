public import CasefileModel
internal import struct Crypto.SHA256

/// The two hashes of a transparency log's tree (RFC 6962 §2.1): leaves and nodes differ in their
/// first byte, so that no leaf can pass for a node.
public enum MerkleHash {
  /// The root of a tree without leaves: the hash of nothing.
  public static let emptyRoot = Digest(SHA256.hash(data: [UInt8]()))

  /// `SHA-256(0x00 ‖ entry)`, about 0.3 µs for an envelope.
  public static func leaf(_ entry: RawSpan) -> Digest {
    var hash = SHA256()
    withUnsafeBytes(of: UInt8(0)) { hash.update(bufferPointer: $0) }
    entry.withUnsafeBytes { hash.update(bufferPointer: $0) }
    return Digest(hash.finalize())
  }

  /// `SHA-256(0x00 ‖ entry)` of an array.
  public static func leaf(_ entry: [UInt8]) -> Digest { leaf(entry.span.bytes) }

  /// `SHA-256(0x01 ‖ left ‖ right)`.
  public static func node(_ left: Digest, _ right: Digest) -> Digest {
    var hash = SHA256()
    withUnsafeBytes(of: UInt8(1)) { hash.update(bufferPointer: $0) }
    left.withUnsafeBytes { hash.update(bufferPointer: $0) }
    right.withUnsafeBytes { hash.update(bufferPointer: $0) }
    return Digest(hash.finalize())
  }
}
