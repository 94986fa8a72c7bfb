internal import CasefileModel

/// How far a view is: 48 bytes, little-endian, the checksum last.
struct ViewPosition: Equatable {
  /// The number of events that it covers.
  var events: UInt64 = 0
  /// The leaf hash of the last of them, by which another log is known.
  var leaf = Digest.zero

  init(events: UInt64 = 0, leaf: Digest = .zero) {
    self.events = events
    self.leaf = leaf
  }

  /// The stored form; a row of another version of a view has another checksum.
  func bytes(version: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    withUnsafeBytes(of: events.littleEndian) { bytes.append(contentsOf: $0) }
    leaf.withUnsafeBytes { bytes.append(contentsOf: $0) }
    let sum = Fingerprint.hash(bytes.span.bytes, seed: UInt64(version))
    withUnsafeBytes(of: sum.littleEndian) { bytes.append(contentsOf: $0) }
    return bytes
  }

  init(_ row: [UInt8]?, version: Int) throws(LogError) {
    let row = row ?? []
    let span = row.span.bytes
    guard span.byteCount == 48, let leaf = Digest(span, at: 8),
      UInt64(littleEndian: span.unsafeLoadUnaligned(fromByteOffset: 40, as: UInt64.self))
        == Fingerprint.hash(span.extracting(0..<40), seed: UInt64(version))
    else { throw LogError(.damaged, "the view's position does not match its checksum") }
    events = UInt64(littleEndian: span.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self))
    self.leaf = leaf
  }
}
