/// Writes the protobuf wire format (protobuf.dev/programming-guides/encoding) into one array.
package struct WireWriter {
  package var bytes: [UInt8] = []

  package init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  package mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  package mutating func tag(_ number: UInt32, _ kind: WireKind) {
    varint(UInt64(number) << 3 | UInt64(kind.rawValue))
  }

  package mutating func varint(_ number: UInt32, _ value: UInt64) {
    tag(number, .varint)
    varint(value)
  }

  package mutating func fixed64(_ value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func fixed64(_ number: UInt32, _ value: UInt64) {
    tag(number, .fixed64)
    fixed64(value)
  }

  package mutating func string(_ number: UInt32, _ text: String) {
    tag(number, .length)
    varint(UInt64(text.utf8.count))
    var text = text
    // As a buffer, which is copied as a whole.
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  package mutating func id(_ number: UInt32, _ id: EventID) {
    tag(number, .length)
    bytes.append(16)
    withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) { bytes.append(contentsOf: $0) }
  }

  /// Writes a message whose fields `fill` writes, without a buffer between.
  package mutating func message<E: Error>(
    _ number: UInt32, _ fill: (inout WireWriter) throws(E) -> Void
  ) throws(E) {
    tag(number, .length)
    let start = bytes.count
    bytes.append(0)
    try fill(&self)
    close(from: start)
  }

  /// Writes the length of what follows the byte that was kept for it.
  mutating func close(from start: Int) {
    let size = bytes.count - start - 1
    guard size >= 0x80 else {
      bytes[start] = UInt8(size)
      return
    }
    var length = WireWriter()
    length.varint(UInt64(size))
    bytes.replaceSubrange(start...start, with: length.bytes)
  }

  package mutating func bytes(_ number: UInt32, _ value: some Collection<UInt8>) {
    tag(number, .length)
    varint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }
}

/// The wire types of protobuf that are still in use.
package enum WireKind: UInt8 {
  case varint = 0
  case fixed64 = 1
  case length = 2
  case fixed32 = 5
}
