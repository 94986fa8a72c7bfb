/// A value that is kept in the rows of a view.
///
/// Fields stand one after the other without names: a rebuild of every ticket writes some hundred
/// thousand rows, and Foundation's JSON took ten times as long as the folds themselves. The form needs
/// no compatibility: a view whose rows change gets a new version and is made anew from the log.
package protocol RowCodable {
  /// Writes the value; equal values give equal bytes.
  func write(to writer: inout RowWriter)
  /// Reads what `write` wrote.
  init(from reader: inout RowReader) throws(RowError)
}

/// Bytes that are no row of the type that was asked for.
package struct RowError: Error {}

/// Writes values one after the other.
package struct RowWriter {
  /// What was written.
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// The bytes of one value.
  package static func encode(_ value: some RowCodable) -> [UInt8] {
    var writer = RowWriter()
    writer.bytes.reserveCapacity(256)
    value.write(to: &writer)
    return writer.bytes
  }

  package mutating func put(_ value: some RowCodable) { value.write(to: &self) }

  mutating func put(byte: UInt8) { bytes.append(byte) }

  mutating func put(utf8 text: String) {
    var text = text
    text.withUTF8 { utf8 in
      put(number: UInt64(utf8.count))
      bytes.append(contentsOf: utf8)
    }
  }

  /// Bytes as they are.
  package mutating func put(blob: [UInt8]) {
    put(number: UInt64(blob.count))
    bytes.append(contentsOf: blob)
  }

  /// Seven bits a byte, the lowest first.
  mutating func put(number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// Reads values in the order in which they were written.
package struct RowReader {
  private let bytes: [UInt8]
  private var offset = 0
  private let end: Int

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    end = bytes.count
  }

  /// Begins within bytes; at a place that they don't have there is nothing to read.
  init(_ bytes: [UInt8], at offset: Int) {
    self.bytes = bytes
    self.offset = min(offset, bytes.count)
    end = bytes.count
  }

  /// Reads a part of bytes; what they don't have of it is not there to be read.
  package init(_ bytes: [UInt8], in range: Range<Int>) {
    self.bytes = bytes
    offset = min(range.lowerBound, bytes.count)
    end = min(range.upperBound, bytes.count)
  }

  /// Reads bytes that are one value and nothing else.
  package static func decode<Value: RowCodable>(
    _ type: Value.Type, _ bytes: [UInt8]
  ) throws(RowError) -> Value {
    var reader = RowReader(bytes)
    let value = try Value(from: &reader)
    guard reader.isAtEnd else { throw RowError() }
    return value
  }

  /// Whether all bytes were read.
  package var isAtEnd: Bool { offset == end }

  package mutating func get<Value: RowCodable>() throws(RowError) -> Value {
    try Value(from: &self)
  }

  mutating func byte() throws(RowError) -> UInt8 {
    guard offset < end else { throw RowError() }
    defer { offset += 1 }
    return bytes[offset]
  }

  @inline(__always)
  mutating func number() throws(RowError) -> UInt64 {
    // Most numbers are small.
    if offset < end, bytes[offset] < 0x80 {
      offset += 1
      return UInt64(bytes[offset - 1])
    }
    return try longNumber()
  }

  private mutating func longNumber() throws(RowError) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while shift <= 63 {
      guard offset < end else { throw RowError() }
      let byte = bytes[offset]
      offset += 1
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
      shift += 7
    }
    throw RowError()
  }

  /// A count of things that have a byte each at least, so that no length is trusted.
  package mutating func count() throws(RowError) -> Int {
    let count = try number()
    return try checked(count: count)
  }

  /// A count of things that have a byte each at least and are still to be read.
  func checked(count: UInt64) throws(RowError) -> Int {
    guard count <= UInt64(end - offset) else { throw RowError() }
    return Int(count)
  }

  /// Bytes as they are, in the place of others.
  package mutating func blob(into blob: inout [UInt8]) throws(RowError) {
    let count = try count()
    defer { offset += count }
    blob.removeAll(keepingCapacity: true)
    blob.append(contentsOf: bytes[offset..<offset + count])
  }

  /// Reads what comes next as bytes; `body` moves the offset over what it took.
  mutating func read<Value>(
    _ body: (_ bytes: Span<UInt8>, _ offset: inout Int) throws(RowError) -> Value
  ) throws(RowError) -> Value {
    // The bytes belong to the reader, whose offset can't be lent while they are.
    var place = offset
    defer { offset = place }
    return try body(bytes.span.extracting(..<end), &place)
  }

  /// Where bytes that are a value of their own stand; it goes on behind them.
  package mutating func range() throws(RowError) -> Range<Int> {
    let count = try count()
    defer { offset += count }
    return offset..<offset + count
  }

  /// The same bytes, read from another place.
  func moved(to place: Int) -> RowReader { RowReader(bytes, at: place) }

  mutating func text() throws(RowError) -> String {
    String(decoding: bytes[try range()], as: UTF8.self)
  }

  /// A text where it may be one of some.
  mutating func text(among filter: TextFilter) throws(RowError) -> String? {
    let range = try range()
    return filter.mayContain(bytes.span.extracting(range))
      ? String(decoding: bytes[range], as: UTF8.self) : nil
  }
}
