internal import CasefileMerkle
internal import CasefileModel

/// The one row of the table `meta`: what the log is at a commit. 88 bytes, little-endian.
///
/// | offset | bytes | meaning |
/// |---|---|---|
/// | 0 | 4 | format version |
/// | 4 | 4 | zero |
/// | 8 | 8 | number of events |
/// | 16 | 8 | number of streams |
/// | 24 | 8 | bytes of all envelopes |
/// | 32 | 8 | bytes of all contents |
/// | 40 | 8 | `recordedAt` of the newest event, microseconds since 1970 |
/// | 48 | 32 | root of the Merkle tree |
/// | 80 | 8 | checksum of the bytes before |
struct LogMeta: Equatable {
  static let formatVersion: UInt32 = 1
  static let key: [UInt8] = Array("log".utf8)
  static let sizeBytes = 88

  var events: UInt64 = 0
  var streams: UInt64 = 0
  var envelopeBytes: UInt64 = 0
  var contentBytes: UInt64 = 0
  var lastRecordedAt = Timestamp(microseconds: Int64.min)
  var root = MerkleHash.emptyRoot

  init() {}

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(LogMeta.sizeBytes)
    func put(_ value: UInt64) {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    put(UInt64(LogMeta.formatVersion))
    put(events)
    put(streams)
    put(envelopeBytes)
    put(contentBytes)
    put(UInt64(bitPattern: lastRecordedAt.microseconds))
    root.withUnsafeBytes { bytes.append(contentsOf: $0) }
    put(Fingerprint.hash(bytes.span.bytes, seed: 0))
    return bytes
  }

  init(_ row: [UInt8]?) throws(LogError) {
    let row = row ?? []
    let span = row.span.bytes
    guard span.byteCount >= 4 else {
      throw LogError(.damaged, "the log has no meta row; restore the store from a backup")
    }
    let format = UInt32(littleEndian: span.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self))
    guard format <= LogMeta.formatVersion else {
      throw LogError(
        .newerFormat,
        "the log has format \(format); this program reads up to \(LogMeta.formatVersion). "
          + "Use a newer one.")
    }
    guard span.byteCount == LogMeta.sizeBytes, let root = Digest(span, at: 48) else {
      throw LogError(.damaged, "the log's meta row has \(span.byteCount) bytes")
    }
    func word(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: span.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    guard word(80) == Fingerprint.hash(span.extracting(0..<80), seed: 0) else {
      throw LogError(.damaged, "the log's meta row does not match its checksum")
    }
    events = word(8)
    streams = word(16)
    envelopeBytes = word(24)
    contentBytes = word(32)
    lastRecordedAt = Timestamp(microseconds: Int64(bitPattern: word(40)))
    self.root = root
  }
}
