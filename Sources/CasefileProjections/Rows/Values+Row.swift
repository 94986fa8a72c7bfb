package import CasefileModel

// How the simple values stand in a row.

extension Bool: RowCodable {
  package func write(to writer: inout RowWriter) { writer.put(byte: self ? 1 : 0) }

  package init(from reader: inout RowReader) throws(RowError) {
    switch try reader.byte() {
    case 0: self = false
    case 1: self = true
    default: throw RowError()
    }
  }
}

extension UInt64: RowCodable {
  package func write(to writer: inout RowWriter) { writer.put(number: self) }

  package init(from reader: inout RowReader) throws(RowError) { self = try reader.number() }
}

extension Int64: RowCodable {
  /// Small numbers of either sign are short.
  package func write(to writer: inout RowWriter) {
    writer.put(number: UInt64(bitPattern: self << 1 ^ self >> 63))
  }

  package init(from reader: inout RowReader) throws(RowError) {
    let number = try reader.number()
    self = Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
  }
}

extension Int: RowCodable {
  package func write(to writer: inout RowWriter) { Int64(self).write(to: &writer) }

  package init(from reader: inout RowReader) throws(RowError) {
    self = Int(try Int64(from: &reader))
  }
}

extension String: RowCodable {
  package func write(to writer: inout RowWriter) { writer.put(utf8: self) }

  package init(from reader: inout RowReader) throws(RowError) { self = try reader.text() }
}

extension Optional: RowCodable where Wrapped: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(byte: self == nil ? 0 : 1)
    if let self { self.write(to: &writer) }
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self = try Bool(from: &reader) ? Wrapped(from: &reader) : nil
  }
}

extension Array: RowCodable where Element: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(number: UInt64(count))
    for element in self { element.write(to: &writer) }
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self = []
    let count = try reader.count()
    reserveCapacity(count)
    for _ in 0..<count { append(try Element(from: &reader)) }
  }
}

extension Dictionary: RowCodable where Key == String, Value: RowCodable {
  /// In order of the bytes of the keys: equal dictionaries give equal bytes.
  package func write(to writer: inout RowWriter) {
    writer.put(number: UInt64(count))
    for (key, value) in sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      key.write(to: &writer)
      value.write(to: &writer)
    }
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self = [:]
    for _ in 0..<(try reader.count()) {
      let key = try String(from: &reader)
      self[key] = try Value(from: &reader)
    }
  }
}

extension Timestamp: RowCodable {
  package func write(to writer: inout RowWriter) { microseconds.write(to: &writer) }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(microseconds: try reader.get())
  }
}

extension Position: RowCodable {
  package func write(to writer: inout RowWriter) { rawValue.write(to: &writer) }

  package init(from reader: inout RowReader) throws(RowError) { self.init(try reader.get()) }
}

extension StreamVersion: RowCodable {
  package func write(to writer: inout RowWriter) { rawValue.write(to: &writer) }

  package init(from reader: inout RowReader) throws(RowError) { self.init(try reader.get()) }
}

extension Actor: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(kind)
    writer.put(id)
    writer.put(onBehalfOf)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(try reader.get(), try reader.get(), onBehalfOf: try reader.get())
  }
}

// The generated enumerations, and those of the states.

extension RowCodable where Self: RawRepresentable, RawValue == UInt32 {
  package func write(to writer: inout RowWriter) { writer.put(number: UInt64(rawValue)) }

  package init(from reader: inout RowReader) throws(RowError) {
    guard let number = UInt32(exactly: try reader.number()), let value = Self(rawValue: number)
    else { throw RowError() }
    self = value
  }
}

extension RowCodable where Self: RawRepresentable, RawValue == String {
  package func write(to writer: inout RowWriter) { writer.put(utf8: rawValue) }

  package init(from reader: inout RowReader) throws(RowError) {
    guard let value = Self(rawValue: try reader.text()) else { throw RowError() }
    self = value
  }
}

extension Actor.Kind: RowCodable {}
extension AbsenceKind: RowCodable {}
extension AssignmentMode: RowCodable {}
extension CloseKind: RowCodable {}
extension ConfirmationAuthority: RowCodable {}
extension HandoffReason: RowCodable {}
extension LinkRelation: RowCodable {}
extension ParticipantRole: RowCodable {}
extension TicketStatus: RowCodable {}
extension WaitReason: RowCodable {}
