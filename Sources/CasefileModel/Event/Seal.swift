/// What the writer adds to a proposal: 65 bytes at the end of every envelope.
///
/// | offset from the end | bytes | meaning |
/// |---|---|---|
/// | 65 | `E1 7F` + 8 | position, little-endian (field 2044, fixed64) |
/// | 55 | `E9 7F` + 8 | version (field 2045, fixed64) |
/// | 45 | `F1 7F` + 8 | recordedAt, microseconds since 1970 (field 2046, fixed64) |
/// | 35 | `FA 7F 20` + 32 | leaf hash of the stream's previous event (field 2047, bytes) |
package struct Seal: Hashable, Sendable {
  package static let sizeBytes = 65

  package let position: Position
  package let version: StreamVersion
  package let recordedAt: Timestamp
  package let previous: Digest

  package init(
    position: Position, version: StreamVersion, recordedAt: Timestamp, previous: Digest
  ) {
    self.position = position
    self.version = version
    self.recordedAt = recordedAt
    self.previous = previous
  }

  /// Appends the 65 bytes.
  package func write(to bytes: inout [UInt8]) {
    bytes.append(addingCapacity: Seal.sizeBytes) { write(to: &$0) }
  }

  /// Appends the 65 bytes.
  @_lifetime(out: copy out)
  package func write(to out: inout OutputSpan<UInt8>) {
    // In one piece, since every event of a batch comes by here.
    var seal = InlineArray<65, UInt8>(repeating: 0)
    var span = seal.mutableSpan
    var raw = span.mutableBytes
    raw.storeBytes(of: UInt16(0x7FE1).littleEndian, toByteOffset: 0, as: UInt16.self)
    raw.storeBytes(of: position.rawValue.littleEndian, toByteOffset: 2, as: UInt64.self)
    raw.storeBytes(of: UInt16(0x7FE9).littleEndian, toByteOffset: 10, as: UInt16.self)
    raw.storeBytes(of: version.rawValue.littleEndian, toByteOffset: 12, as: UInt64.self)
    raw.storeBytes(of: UInt16(0x7FF1).littleEndian, toByteOffset: 20, as: UInt16.self)
    raw.storeBytes(of: recordedAt.microseconds.littleEndian, toByteOffset: 22, as: Int64.self)
    raw.storeBytes(of: UInt16(0x7FFA).littleEndian, toByteOffset: 30, as: UInt16.self)
    raw.storeBytes(of: 0x20, toByteOffset: 32, as: UInt8.self)
    raw.storeBytes(of: previous, toByteOffset: 33, as: Digest.self)
    out.add(seal.span.bytes)
  }

  /// Reads the seal at the end of an envelope.
  ///
  /// - Throws: `CodecError` `.wrongSeal` if it is not there.
  package init(of envelope: RawSpan) throws(CodecError) {
    let start = envelope.byteCount - Seal.sizeBytes
    guard start >= 0 else {
      throw CodecError(
        .truncated, "an envelope of \(envelope.byteCount) bytes has no room for a seal", at: 0)
    }
    func tag(_ offset: Int) -> UInt16 {
      UInt16(littleEndian: envelope.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }
    func word(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: envelope.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    guard tag(start) == 0x7FE1, tag(start + 10) == 0x7FE9, tag(start + 20) == 0x7FF1,
      tag(start + 30) == 0x7FFA,
      envelope.unsafeLoad(fromByteOffset: start + 32, as: UInt8.self) == 0x20,
      let previous = Digest(envelope, at: start + 33)
    else {
      throw CodecError(.wrongSeal, "the last 65 bytes are no seal", at: start)
    }
    position = Position(word(start + 2))
    version = StreamVersion(word(start + 12))
    recordedAt = Timestamp(microseconds: Int64(bitPattern: word(start + 22)))
    self.previous = previous
  }
}
