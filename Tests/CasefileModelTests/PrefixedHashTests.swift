import CSHA256
import CasefileMerkle
import CasefileModel
import Testing

/// Our hashing, by the processor's instructions and without, against OpenSSL's by way of Python.
@Suite(
  "Hashes of a byte and a message",
  .enabled(if: HashReference.shared != nil, "python3 is missing: there is nothing to compare with"))
struct PrefixedHashTests {
  private static let message = (0..<700).map { UInt8(truncatingIfNeeded: $0 * 31 + $0 / 7) }
  /// Every length around the ends of the first blocks, and some longer ones.
  private static let sizes = Array(0...260) + [319, 320, 511, 512, 513, 699, 700]

  private static func reference(_ prefix: UInt8, _ bytes: ArraySlice<UInt8>) -> Digest {
    Digest(sha256([prefix] + bytes)) ?? .zero
  }

  private static func sha256(_ message: some Sequence<UInt8>) -> [UInt8] {
    HashReference.shared?.sha256(message) ?? []
  }

  private static func hmac(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    HashReference.shared?.hmac(key: key, message) ?? []
  }

  @Test("Plain C gives the hash that SHA-256 gives, of a message of any length")
  func portable() {
    for size in PrefixedHashTests.sizes {
      let bytes = Array(PrefixedHashTests.message.prefix(size))
      var hash = [UInt8](repeating: 0, count: 32)
      casefile_sha256_portable(bytes, size, &hash)
      #expect(hash == PrefixedHashTests.sha256(bytes))
    }
  }

  @Test("A message in parts has the hash of the whole, and goes on after it was asked")
  func parts() {
    for size in PrefixedHashTests.sizes {
      let bytes = Array(PrefixedHashTests.message.prefix(size))
      for cut in Set([0, 1, 63, 64, 65, 128, size / 2, size]) where cut <= size {
        var hash = RunningHash()
        hash.add(bytes[..<cut])
        #expect(hash.digest.bytes == PrefixedHashTests.sha256(bytes[..<cut]))
        hash.add(AnySequence(bytes[cut...]))
        #expect(hash.digest.bytes == PrefixedHashTests.sha256(bytes))
      }
    }
  }

  @Test("A keyed hash is HMAC under keys and of messages of any length")
  func keyed() {
    for size in [0, 1, 16, 31, 32, 33, 63, 64, 65, 100, 200] {
      let key = Array(PrefixedHashTests.message.suffix(size))
      for length in [0, 1, 55, 56, 63, 64, 65, 300] {
        let message = Array(PrefixedHashTests.message.prefix(length))
        let code = message.withUnsafeBytes { KeyedHash(key: key).code($0) }
        #expect(code.bytes == PrefixedHashTests.hmac(key: key, message))
      }
    }
  }

  @Test("A commitment is the hash of its parts, paths and values of any length")
  func commitment() {
    let key = Array(PrefixedHashTests.message.suffix(32))
    for length in [0, 1, 3, 55, 56, 127, 128, 129, 200] {
      for size in [0, 1, 28, 29, 92, 93, 127, 128, 129, 212, 213, 600] {
        let path = String(repeating: "1", count: length)
        let value = Array(PrefixedHashTests.message.prefix(size))
        let salt = PrefixedHashTests.hmac(key: key, Array(path.utf8))
        let parts = salt + [0, UInt8(length)] + Array(path.utf8) + value
        let commitment = Commitment.hash(of: value, path: path, seed: key)
        #expect(commitment == PrefixedHashTests.reference(2, parts[...]))
      }
    }
  }

  @Test("A message of any length has the hash that SHA-256 gives it")
  func single() {
    for size in PrefixedHashTests.sizes {
      let bytes = Array(PrefixedHashTests.message.prefix(size))
      let hash = PrefixedHash.digest(7, bytes.span.bytes)
      #expect(hash == PrefixedHashTests.reference(7, bytes[...]))
    }
  }

  @Test("Two messages hashed at once have the hashes that each has alone")
  func two() {
    for size in PrefixedHashTests.sizes {
      for other in [0, 62, 63, 64, 119, 120, 200, 700] {
        let left = Array(PrefixedHashTests.message.prefix(size))
        let right = Array(PrefixedHashTests.message.suffix(other))
        let pair = PrefixedHash.digests(0, left.span.bytes, right.span.bytes)
        #expect(pair.0 == PrefixedHashTests.reference(0, left[...]))
        #expect(pair.1 == PrefixedHashTests.reference(0, right[...]))
      }
    }
  }

  @Test("A hash that was begun goes on to that of the whole, wherever it was cut")
  func beginnings() {
    let message = PrefixedHashTests.message
    let first = Array(message[..<130])
    let other = HashBeginning(3, first.span.bytes)
    let whole = message.span.bytes
    let otherHash = PrefixedHashTests.reference(3, PrefixedHashTests.message[...])
    for size in PrefixedHashTests.sizes {
      let bytes = Array(PrefixedHashTests.message.prefix(size))
      let wanted = PrefixedHashTests.reference(3, bytes[...])
      for cut in Set([0, 1, 62, 63, 64, 126, 127, 128, size / 2, size]) where cut <= size {
        let part = Array(bytes[..<cut])
        let beginning = HashBeginning(3, part.span.bytes)
        let hash = beginning.digest(of: bytes.span.bytes)
        #expect(hash == wanted)
        let pair = beginning.digests(of: bytes.span.bytes, and: other, of: whole)
        #expect(pair.0 == wanted)
        #expect(pair.1 == otherHash)
      }
    }
  }

  @Test("Nodes are hashed in place, two at once and one that is left", arguments: 0...9)
  func nodes(count: Int) {
    let hashes = (0..<2 * count + 1).map { MerkleHash.leaf([UInt8($0)]) }
    var joined = hashes
    PrefixedHash.joinPairs(1, of: &joined, count: count)
    for index in 0..<count {
      let bytes = hashes[2 * index].bytes + hashes[2 * index + 1].bytes
      #expect(joined[index] == PrefixedHashTests.reference(1, bytes[...]))
      #expect(MerkleHash.node(hashes[2 * index], hashes[2 * index + 1]) == joined[index])
    }
    #expect(joined.last == hashes.last)
  }

  @Test("A commitment is the hash that the record's format describes, for paths of any length")
  func commitments() {
    for size in [0, 1, 31, 32, 33, 55, 56, 64, 120, 250] {
      let path = String(repeating: "1.", count: size / 2)
      let value = Array(PrefixedHashTests.message.prefix(size))
      let seed = Array(PrefixedHashTests.message.suffix(32))
      let salt = PrefixedHashTests.hmac(key: seed, Array(path.utf8))
      let length = [UInt8(path.utf8.count >> 8), UInt8(path.utf8.count & 0xFF)]
      #expect(
        Commitment.hash(of: value, path: path, seed: seed)
          == PrefixedHashTests.reference(2, (salt + length + Array(path.utf8) + value)[...]))
    }
  }
}
