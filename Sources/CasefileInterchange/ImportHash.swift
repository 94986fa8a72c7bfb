internal import CasefileModel
internal import struct Crypto.SHA256

/// SHA-256 of bytes that are in memory.
enum ImportHash {
  static func digest(of bytes: [UInt8]) -> Digest { Digest(SHA256.hash(data: bytes)) }
}
