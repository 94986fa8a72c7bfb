extension JSONValue {
  /// Reads one JSON value and nothing after it but white space.
  ///
  /// - Throws: `ModelError` `.invalidJSON` or `.invalidText` with the byte: not JSON, a doubled
  ///   member, a text that is not UTF-8, half of a surrogate pair, nesting beyond
  ///   `Limits.nestingDepth`.
  public init(parsing bytes: some Collection<UInt8>) throws(ModelError) {
    try self.init(parsing: bytes, depth: 0)
  }

  /// Reads a value that is to stand this deep in another one.
  init(parsing bytes: some Collection<UInt8>, depth: Int) throws(ModelError) {
    var reader = JSONReader(Array(bytes))
    self = try reader.document(depth: depth)
  }

  /// Reads one JSON value from a text.
  ///
  /// - Throws: as `init(parsing:)` of bytes.
  public init(_ text: JSONText) throws(ModelError) { try self.init(parsing: text.text.utf8) }
}

struct JSONReader {
  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document(depth: Int) throws(ModelError) -> JSONValue {
    let value = try value(depth: depth)
    skipSpace()
    guard index == bytes.count else { throw failure("there is more after the value") }
    return value
  }

  private func failure(_ what: String) -> ModelError {
    ModelError(.invalidJSON, "not JSON at byte \(index): \(what)", offset: index)
  }

  private mutating func skipSpace() {
    while index < bytes.count,
      bytes[index] == 0x20 || bytes[index] == 0x09 || bytes[index] == 0x0A || bytes[index] == 0x0D
    {
      index += 1
    }
  }

  private mutating func value(depth: Int) throws(ModelError) -> JSONValue {
    guard depth <= Limits.nestingDepth else {
      throw failure("values nest deeper than \(Limits.nestingDepth)")
    }
    skipSpace()
    guard index < bytes.count else { throw failure("the text ends where a value should be") }
    switch bytes[index] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ text: String, _ value: JSONValue) throws(ModelError) -> JSONValue {
    guard bytes[index...].starts(with: text.utf8) else { throw failure("no value begins here") }
    index += text.utf8.count
    return value
  }

  private mutating func object(depth: Int) throws(ModelError) -> JSONValue {
    index += 1
    var members: [JSONValue.Member] = []
    var names: Set<String> = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object([]) }
    while true {
      skipSpace()
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
        throw failure("a member's name should be here")
      }
      let place = index
      let name = try string()
      guard names.insert(name).inserted else {
        index = place
        throw failure("this member is here for the second time")
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw failure("a colon should follow the name") }
      members.append(JSONValue.Member(name, try value(depth: depth + 1)))
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "}")) else { throw failure("the object does not end") }
      return .object(members)
    }
  }

  private mutating func array(depth: Int) throws(ModelError) -> JSONValue {
    index += 1
    var values: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array([]) }
    while true {
      values.append(try value(depth: depth + 1))
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "]")) else { throw failure("the list does not end") }
      return .array(values)
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func number() throws(ModelError) -> JSONValue {
    let start = index
    _ = take(UInt8(ascii: "-"))
    let leadingZero = index < bytes.count && bytes[index] == UInt8(ascii: "0")
    let integerDigits = digits()
    guard integerDigits > 0, !(leadingZero && integerDigits > 1) else {
      throw failure("no value begins here")
    }
    var isInteger = true
    if take(UInt8(ascii: ".")) {
      isInteger = false
      guard digits() > 0 else { throw failure("digits should follow the point") }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard digits() > 0 else { throw failure("digits should follow the exponent") }
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if isInteger, let value = Int64(text) { return .int(value) }
    return .number(text)
  }

  private mutating func digits() -> Int {
    let start = index
    while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
    return index - start
  }

  private mutating func string() throws(ModelError) -> String {
    index += 1
    let start = index
    while index < bytes.count, bytes[index] != UInt8(ascii: "\""),
      bytes[index] != UInt8(ascii: "\\"),
      bytes[index] >= 0x20
    {
      index += 1
    }
    if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
      let text = try validated(Array(bytes[start..<index]), at: start)
      index += 1
      return text
    }
    var text = Array(bytes[start..<index])
    while index < bytes.count {
      let byte = bytes[index]
      guard byte >= 0x20 else { throw failure("a control character stands in a text") }
      index += 1
      if byte == UInt8(ascii: "\"") { return try validated(text, at: start) }
      if byte == UInt8(ascii: "\\") {
        try escape(into: &text)
      } else {
        text.append(byte)
      }
    }
    throw failure("a text does not end")
  }

  private func validated(_ text: [UInt8], at start: Int) throws(ModelError) -> String {
    guard let string = String(utf8: text) else {
      throw ModelError(
        .invalidText, "the text that begins at byte \(start) is not UTF-8", offset: start)
    }
    return string
  }

  private mutating func escape(into text: inout [UInt8]) throws(ModelError) {
    guard index < bytes.count else { throw failure("a text does not end") }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800...0xDBFF).contains(code) {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
          throw failure("half of a surrogate pair stands alone")
        }
        let low = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(low) else {
          throw failure("half of a surrogate pair stands alone")
        }
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw failure("half of a surrogate pair stands alone")
      }
      text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    default:
      throw failure("no escape has this letter")
    }
  }

  private mutating func hexadecimal() throws(ModelError) -> UInt32 {
    guard index + 4 <= bytes.count,
      let high = Hex.decode(String(decoding: bytes[index..<index + 2], as: UTF8.self)),
      let low = Hex.decode(String(decoding: bytes[index + 2..<index + 4], as: UTF8.self)),
      high.count == 1, low.count == 1
    else { throw failure("four hexadecimal digits should be here") }
    index += 4
    return UInt32(high[0]) << 8 | UInt32(low[0])
  }
}
