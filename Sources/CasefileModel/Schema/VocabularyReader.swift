/// Reads the generated table of all types, byte by byte.
///
/// Cut into texts by `split` it took 5 ms of each start of the command line (2026-11-25).
struct VocabularyReader {
  private let bytes: [UInt8]
  private var next = 0

  init(_ table: String) { bytes = Array(table.utf8) }

  /// Goes to the next line and reads its first letter; nil at the end.
  mutating func nextRecord() -> UInt8? {
    while next < bytes.count, bytes[next] == UInt8(ascii: "\n") { next += 1 }
    guard next < bytes.count else { return nil }
    defer { next += 1 }
    return bytes[next]
  }

  /// Whether the line has no more words.
  var isAtEnd: Bool { next >= bytes.count || bytes[next] == UInt8(ascii: "\n") }

  /// The next word of the line, up to one of the bytes that end it here.
  private mutating func word(until ends: StaticString = "") -> Range<Int> {
    if !isAtEnd, bytes[next] == UInt8(ascii: " ") { next += 1 }
    let start = next
    while !isAtEnd, bytes[next] != UInt8(ascii: " "),
      !ends.withUTF8Buffer({ $0.contains(bytes[next]) })
    {
      next += 1
    }
    return start..<next
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// The next word, without the equals sign that parts a name from its number.
  mutating func text() -> String { text(word(until: "=")) }

  /// What stands behind the equals sign of the next word.
  mutating func value() -> String {
    _ = word(until: "=")
    if !isAtEnd { next += 1 }
    return text(word())
  }

  /// Passes over the rest of the line.
  mutating func skipLine() {
    while !isAtEnd { next += 1 }
  }

  /// The next number; behind a name also after an equals sign.
  mutating func number() -> UInt32 {
    if !isAtEnd, bytes[next] == UInt8(ascii: "=") { next += 1 }
    return bytes[word()].reduce(0) { $0 &* 10 &+ UInt32($1 &- UInt8(ascii: "0")) }
  }

  /// The lines of fields that follow.
  mutating func fields() -> [EventSchema.Field] {
    var fields: [EventSchema.Field] = []
    while next + 1 < bytes.count, bytes[next] == UInt8(ascii: "\n"),
      bytes[next + 1] == UInt8(ascii: "F")
    {
      next += 2
      let number = number()
      let name = text()
      var field = EventSchema.Field(number: number, name: name, kind: kind())
      while !isAtEnd, bytes[next] != UInt8(ascii: " ") {
        switch bytes[next] {
        case UInt8(ascii: "@"): field.isContent = true
        case UInt8(ascii: "!"): field.isRequired = true
        default: field.isList = true
        }
        next += 1
      }
      if !isAtEnd { field.subject = String(text().dropFirst()) }
      fields.append(field)
    }
    return fields
  }

  private mutating func kind() -> EventSchema.FieldKind {
    let kind = text(word(until: ":@!*"))
    var name = ""
    if !isAtEnd, bytes[next] == UInt8(ascii: ":") {
      next += 1
      name = text(word(until: "@!*"))
    }
    switch kind {
    case "string": return .string
    case "id": return .id
    case "int": return .int
    case "bool": return .bool
    case "time": return .time
    case "bytes": return .bytes
    case "eventID": return .eventID
    case "json": return .json
    case "map": return .map
    case "intMap": return .intMap
    case "enum": return .enumeration(name)
    case "message": return .message(name)
    default: preconditionFailure("The generated vocabulary table has a field of no known kind.")
    }
  }
}
