/// Reads the fields of one event from its body and its content.
///
/// It owns a copy of the bytes, so that it may outlive the transaction. Fields may stand in any
/// order; of a scalar that stands twice the last counts, and a message in parts is their union, as
/// in protobuf.
public struct FieldReader: Sendable {
  private let storage: [UInt8]
  private let range: Range<Int>
  let contents: [Content.Value]
  private let path: String
  private let depth: Int
  /// Which numbers stand there, by bits; the last one stands for all greater ones too. Most fields that
  /// a type has are on few of its events, and are asked for on each.
  private let seen: UInt64
  /// Which of them stand there more than once.
  private let repeated: UInt64

  /// Makes a reader of a body and the content that belongs to it, if it can be read.
  public init(body: [UInt8], content: Content?) {
    self.init(body: body, values: content?.values ?? [])
  }

  package init(body: [UInt8], values: [Content.Value]) {
    self.init(storage: body, range: 0..<body.count, contents: values, path: "", depth: 0)
  }

  private init(
    storage: [UInt8], range: Range<Int>, contents: [Content.Value], path: String, depth: Int
  ) {
    self.storage = storage
    self.range = range
    self.contents = contents
    self.path = path
    self.depth = depth
    (seen, repeated) = FieldReader.numbers(storage, range)
  }

  /// Where fields can't be read any number may be there: whoever asks for one comes upon the error.
  private static func numbers(_ storage: [UInt8], _ range: Range<Int>) -> (UInt64, UInt64) {
    var seen: UInt64 = 0
    var repeated: UInt64 = 0
    var reader = WireReader(storage.span.bytes, in: range)
    do throws(CodecError) {
      while let field = try reader.next() {
        let bit = FieldReader.bit(field.number)
        repeated |= seen & bit
        seen |= bit
      }
    } catch {
      return (.max, .max)
    }
    return (seen, repeated)
  }

  private static func bit(_ number: UInt32) -> UInt64 { 1 << UInt64(min(number, 63)) }

  /// The value, or an error that names the field.
  public func required<Value>(_ value: Value?, _ name: String) throws(CodecError) -> Value {
    guard let value else {
      throw CodecError(.missingField, "the body has no \(name)", at: range.lowerBound)
    }
    return value
  }

  // MARK: Plain fields

  /// Reads a text.
  public func string(_ number: UInt32) throws(CodecError) -> String? {
    guard let field = try last(number, .length) else { return nil }
    return try text(field)
  }

  /// Reads an opaque id.
  public func id(_ number: UInt32) throws(CodecError) -> String? { try string(number) }

  /// Reads a signed number.
  public func int(_ number: UInt32) throws(CodecError) -> Int64? {
    try last(number, .varint).map { Int64(bitPattern: $0.value) }
  }

  /// Reads a truth value.
  public func bool(_ number: UInt32) throws(CodecError) -> Bool? {
    try last(number, .varint).map { $0.value != 0 }
  }

  /// Reads an instant.
  public func time(_ number: UInt32) throws(CodecError) -> Timestamp? {
    try last(number, .fixed64).map { Timestamp(microseconds: Int64(bitPattern: $0.value)) }
  }

  /// Reads bytes.
  public func bytes(_ number: UInt32) throws(CodecError) -> [UInt8]? {
    try last(number, .length).map { Array(storage[$0.range]) }
  }

  /// Reads an event id.
  public func eventID(_ number: UInt32) throws(CodecError) -> EventID? {
    guard let field = try last(number, .length) else { return nil }
    return try eventID(field)
  }

  /// Reads an enumeration; numbers that are not known here are kept.
  public func enumeration<Value: OpenEnum>(_ number: UInt32) throws(CodecError) -> Value? {
    try last(number, .varint).map { Value(rawValue: UInt32(truncatingIfNeeded: $0.value)) }
  }

  /// Reads a message.
  public func message<Value: EventMessage>(_ number: UInt32) throws(CodecError) -> Value? {
    try message(number).map { reader throws(CodecError) in try Value(from: reader) }
  }

  /// Reads several texts.
  public func strings(_ number: UInt32) throws(CodecError) -> [String] {
    var values: [String] = []
    for field in try all(number, .length) { values.append(try text(field)) }
    return values
  }

  /// Reads several opaque ids.
  public func ids(_ number: UInt32) throws(CodecError) -> [String] { try strings(number) }

  /// Reads several numbers, packed or not.
  public func ints(_ number: UInt32) throws(CodecError) -> [Int64] {
    var values: [Int64] = []
    for field in try all(number, nil) {
      if field.kind == .varint {
        values.append(Int64(bitPattern: field.value))
        continue
      }
      try field.require(.length, "field \(number)")
      var offset = field.range.lowerBound
      while offset < field.range.upperBound {
        values.append(Int64(bitPattern: try packedVarint(&offset, field.range.upperBound)))
      }
    }
    return values
  }

  /// Reads several event ids.
  public func eventIDs(_ number: UInt32) throws(CodecError) -> [EventID] {
    var values: [EventID] = []
    for field in try all(number, .length) { values.append(try eventID(field)) }
    return values
  }

  /// Reads several enumeration values.
  public func enumerations<Value: OpenEnum>(_ number: UInt32) throws(CodecError) -> [Value] {
    try ints(number).map { Value(rawValue: UInt32(truncatingIfNeeded: $0)) }
  }

  /// Reads several messages.
  public func messages<Value: EventMessage>(_ number: UInt32) throws(CodecError) -> [Value] {
    var values: [Value] = []
    for (index, field) in try all(number, .length).enumerated() {
      values.append(try Value(from: nested(field.range, "\(number).\(index).")))
    }
    return values
  }

  /// Reads a map of texts; of equal keys the last counts.
  public func map(_ number: UInt32) throws(CodecError) -> [String: String] {
    var values: [String: String] = [:]
    for field in try all(number, .length) {
      let entry = try nested(field.range, "")
      values[try entry.string(1) ?? ""] = try entry.string(2) ?? ""
    }
    return values
  }

  /// Reads a map of numbers; of equal keys the last counts.
  public func intMap(_ number: UInt32) throws(CodecError) -> [String: Int64] {
    var values: [String: Int64] = [:]
    for field in try all(number, .length) {
      let entry = try nested(field.range, "")
      values[try entry.string(1) ?? ""] = try entry.int(2) ?? 0
    }
    return values
  }

  // MARK: Content fields

  /// Reads a text from the content; nil also when it was erased.
  public func contentString(_ number: UInt32) throws(CodecError) -> String? {
    try contentValue("\(number)").map { bytes throws(CodecError) in try contentText(bytes) }
  }

  /// Reads a JSON value from the content.
  public func contentJSON(_ number: UInt32) throws(CodecError) -> JSONText? {
    try contentString(number).map { JSONText($0) }
  }

  /// Reads a number from the content.
  public func contentInt(_ number: UInt32) throws(CodecError) -> Int64? {
    guard let bytes = contentValue("\(number)") else { return nil }
    guard bytes.count == 8 else {
      throw CodecError(.wrongSize, "content \(path)\(number) is no number", at: 0)
    }
    return Int64(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) })
  }

  /// Reads an instant from the content.
  public func contentTime(_ number: UInt32) throws(CodecError) -> Timestamp? {
    try contentInt(number).map { Timestamp(microseconds: $0) }
  }

  /// Reads bytes from the content.
  public func contentBytes(_ number: UInt32) throws(CodecError) -> [UInt8]? {
    contentValue("\(number)")
  }

  /// Reads several texts from the content; the list ends before the first that was erased.
  public func contentStrings(_ number: UInt32) throws(CodecError) -> [String] {
    var values: [String] = []
    while let bytes = contentValue("\(number).\(values.count)") {
      values.append(try contentText(bytes))
    }
    return values
  }

  /// Reads a map from the content.
  public func contentMap(_ number: UInt32) throws(CodecError) -> [String: String] {
    var values: [String: String] = [:]
    var index = 0
    while let key = contentValue("\(number).\(index).1") {
      let value = contentValue("\(number).\(index).2") ?? []
      values[try contentText(key)] = try contentText(value)
      index += 1
    }
    return values
  }

  // MARK: Parts

  func contentValue(_ suffix: @autoclosure () -> String) -> [UInt8]? {
    guard !contents.isEmpty else { return nil }
    let wanted = path + suffix()
    return contents.first { $0.path == wanted }?.bytes
  }

  private func contentText(_ bytes: [UInt8]) throws(CodecError) -> String {
    guard let text = String(utf8: bytes) else {
      throw CodecError(.invalidText, "a content text is not UTF-8", at: 0)
    }
    return text
  }

  func nested(
    _ range: Range<Int>, _ suffix: @autoclosure () -> String
  ) throws(CodecError) -> FieldReader {
    guard depth < Limits.nestingDepth else {
      throw CodecError(.tooDeep, "messages nest deeper than here allowed", at: range.lowerBound)
    }
    return FieldReader(
      storage: storage, range: range, contents: contents,
      path: contents.isEmpty ? "" : path + suffix(), depth: depth + 1)
  }

  /// The fields of a message; its parts one after the other are their union (protobuf.dev,
  /// Encoding, "Last One Wins").
  func message(_ number: UInt32) throws(CodecError) -> FieldReader? {
    let parts = try all(number, .length)
    guard let last = parts.last else { return nil }
    guard parts.count > 1 else { return try nested(last.range, "\(number).") }
    guard depth < Limits.nestingDepth else {
      throw CodecError(.tooDeep, "messages nest deeper than here allowed", at: last.start)
    }
    let joined = parts.flatMap { storage[$0.range] }
    return FieldReader(
      storage: joined, range: 0..<joined.count, contents: contents, path: "\(path)\(number).",
      depth: depth + 1)
  }

  func text(_ field: WireField) throws(CodecError) -> String {
    try storage.span.bytes.text(field.range, "field \(field.number)")
  }

  func bytes(_ field: WireField) -> [UInt8] { Array(storage[field.start..<field.end]) }

  func payload(_ field: WireField) -> [UInt8] { Array(storage[field.range]) }

  func eventID(_ field: WireField) throws(CodecError) -> EventID {
    guard let id = EventID(storage.span.bytes, field.range) else {
      throw CodecError(
        .wrongSize, "an event id has \(field.range.count) bytes", at: field.range.lowerBound)
    }
    return id
  }

  private func last(_ number: UInt32, _ kind: WireKind) throws(CodecError) -> WireField? {
    let bit = FieldReader.bit(number)
    guard seen & bit != 0 else { return nil }
    let isOne = repeated & bit == 0
    var found: WireField?
    var reader = WireReader(storage.span.bytes, in: range)
    while let field = try reader.next() {
      guard field.number == number else { continue }
      try field.require(kind, "field \(number)")
      found = field
      if isOne { break }
    }
    return found
  }

  /// Every field, or those of a number.
  func all(_ number: UInt32?, _ kind: WireKind?) throws(CodecError) -> [WireField] {
    if let number, seen & FieldReader.bit(number) == 0 { return [] }
    var found: [WireField] = []
    var reader = WireReader(storage.span.bytes, in: range)
    while let field = try reader.next() {
      if let number, field.number != number { continue }
      if let kind { try field.require(kind, "field \(field.number)") }
      found.append(field)
    }
    return found
  }

  private func packedVarint(_ offset: inout Int, _ end: Int) throws(CodecError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while offset < end, shift < 64 {
      let byte = storage[offset]
      offset += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw CodecError(.truncated, "a packed number does not end", at: offset)
  }
}
