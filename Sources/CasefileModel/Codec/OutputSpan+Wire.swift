/// Writes the protobuf wire format into memory whose size was found before: no byte asks whether the
/// array has room and one owner, which took `WireWriter` most of its time with small fields.
extension OutputSpan<UInt8> {
  /// The most bytes of a field besides its payload: tag and length, five each.
  static var fieldSizeMax: Int { 10 }

  @_lifetime(self: copy self)
  @inline(__always)
  mutating func varint(_ value: UInt64) {
    // Nearly every tag and length is one byte.
    if value < 0x80 { append(UInt8(value)) } else { longVarint(value) }
  }

  @_lifetime(self: copy self)
  private mutating func longVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  @_lifetime(self: copy self)
  mutating func tag(_ number: UInt32, _ kind: WireKind) {
    varint(UInt64(number) << 3 | UInt64(kind.rawValue))
  }

  @_lifetime(self: copy self)
  mutating func varint(_ number: UInt32, _ value: UInt64) {
    tag(number, .varint)
    varint(value)
  }

  @_lifetime(self: copy self)
  mutating func fixed64(_ number: UInt32, _ value: UInt64) {
    tag(number, .fixed64)
    withUnsafeBytes(of: value.littleEndian) { add($0) }
  }

  @_lifetime(self: copy self)
  mutating func text(_ number: UInt32, _ text: String) {
    tag(number, .length)
    let span = text.utf8.span.bytes
    varint(UInt64(span.byteCount))
    add(span)
  }

  @_lifetime(self: copy self)
  mutating func bytes(_ number: UInt32, _ value: [UInt8]) {
    value.withUnsafeBytes { bytes(number, $0) }
  }

  @_lifetime(self: copy self)
  mutating func bytes(_ number: UInt32, _ value: UnsafeRawBufferPointer) {
    tag(number, .length)
    varint(UInt64(value.count))
    add(value)
  }

  @_lifetime(self: copy self)
  mutating func id(_ number: UInt32, _ id: EventID) {
    withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) { bytes(number, $0) }
  }

  @_lifetime(self: copy self)
  mutating func digest(_ number: UInt32, _ value: Digest) {
    value.withUnsafeBytes { bytes(number, $0) }
  }

  /// Adds bytes as they are; there must be room for them.
  @_lifetime(self: copy self)
  package mutating func add(_ bytes: RawSpan) { bytes.withUnsafeBytes { add($0) } }

  @_lifetime(self: copy self)
  private mutating func add(_ bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count <= freeCapacity, "The size that was found before is too small.")
    withUnsafeMutableBufferPointer { buffer, count in
      UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
        .copyMemory(from: bytes)
      count += bytes.count
    }
  }
}

/// How many bytes parts of a message take.
enum WireSize {
  static func varint(_ value: UInt64) -> Int { (max(1, 64 - value.leadingZeroBitCount) + 6) / 7 }

  /// A field of so many bytes.
  static func bytes(_ number: UInt32, _ count: Int) -> Int {
    varint(UInt64(number) << 3) + varint(UInt64(count)) + count
  }

  static func text(_ number: UInt32, _ text: String) -> Int { bytes(number, text.utf8.count) }
}
