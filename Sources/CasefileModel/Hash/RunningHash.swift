internal import CSHA256

/// SHA-256 (FIPS 180-4) of bytes that come in parts.
package struct RunningHash: Sendable {
  private var state = casefile_sha256()

  package init() { casefile_sha256_begin(&state) }

  /// Goes on with more bytes.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    casefile_sha256_add(&state, bytes.baseAddress, bytes.count)
  }

  /// Goes on with more bytes.
  package mutating func add(_ bytes: some Sequence<UInt8>) {
    if bytes.withContiguousStorageIfAvailable({ add(UnsafeRawBufferPointer($0)) }) == nil {
      add(Array(bytes))
    }
  }

  /// The hash of all bytes so far; more may be added afterwards.
  package var digest: Digest {
    var state = state
    return Digest { casefile_sha256_end(&state, $0) }
  }
}

extension Digest {
  /// SHA-256 of bytes that are in memory.
  package static func sha256(_ bytes: some Sequence<UInt8>) -> Digest {
    var hash = RunningHash()
    hash.add(bytes)
    return hash.digest
  }
}
