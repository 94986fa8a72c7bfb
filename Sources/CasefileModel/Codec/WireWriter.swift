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

  package mutating func zigzag(_ number: UInt32, _ value: Int64) {
    varint(number, UInt64(bitPattern: value << 1 ^ value >> 63))
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
    bytes.append(contentsOf: text.utf8)
  }

  package mutating func bytes(_ number: UInt32, _ value: some Collection<UInt8>) {
    tag(number, .length)
    varint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  package mutating func digest(_ number: UInt32, _ value: Digest) {
    tag(number, .length)
    varint(UInt64(Digest.sizeBytes))
    value.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }
}

/// The wire types of protobuf that are still in use.
package enum WireKind: UInt8 {
  case varint = 0
  case fixed64 = 1
  case length = 2
  case fixed32 = 5
}
