import CasefileModel
import Testing

/// RFC 8259.
@Suite("The JSON reader")
struct JSONReaderTests {
  @Test(
    "Reads every kind of value",
    arguments: [
      ("null", .null), (" true\n", .bool(true)), ("\tfalse\r\n", .bool(false)), ("0", .int(0)),
      ("-0", .int(0)), ("-1", .int(-1)), ("9223372036854775807", .int(.max)),
      ("-9223372036854775808", .int(.min)),
      ("9223372036854775808", .number("9223372036854775808")),
      ("1.50", .number("1.50")), ("-0.0", .number("-0.0")), ("1e5", .number("1e5")),
      ("1E+05", .number("1E+05")), ("0.1e-0", .number("0.1e-0")),
      (String(repeating: "9", count: 500), .number(String(repeating: "9", count: 500))),
      ("[]", .array([])), ("[ ]", .array([])), ("{}", .object([])), ("{ }", .object([])),
      ("[1,[2],{}]", [1, [2], [:]]), ("{\"a\":{\"b\":null},\"\":1}", ["a": ["b": nil], "": 1]),
      ("\"\"", ""), ("\"a b\"", "a b"), ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\u{8}\u{C}\n\r\t"),
      ("\"\\u0041\\u00e9\\u0416\\u20AC\"", "AéЖ€"), ("\"\\uD83D\\uDE00\"", "😀"),
      ("\"\\udbff\\udfff\"", "\u{10FFFF}"), ("\"\\u0000\"", "\u{0}"),
      ("\"Ж😀\u{2028}\"", "Ж😀\u{2028}"),
      ("\"\u{7F}\"", "\u{7F}"), ("\"\\uFFFF\\uFEFF\"", "\u{FFFF}\u{FEFF}"),
    ] as [(String, JSONValue)])
  func reads(text: String, value: JSONValue) throws {
    let found = try JSONValue(JSONText(text))
    #expect(found == value)
    #expect(try JSONValue(JSONText(found.text)) == value)
  }

  @Test(
    "Refuses what is no JSON, with the byte",
    arguments: [
      ("", 0), (" ", 1), ("nul", 0), ("nulL", 0), ("True", 0), ("NaN", 0), ("Infinity", 0),
      ("+1", 0), ("-", 1), ("01", 2), ("-01", 3), (".5", 0), ("1.", 2), ("1.e5", 2), ("1e", 2),
      ("1e+", 3), ("0x1F", 1), ("1 2", 2), ("[1,]", 3), ("[,1]", 1), ("[1", 2), ("[1 2]", 3),
      ("[", 1), ("]", 0), ("{", 1), ("{\"a\"}", 4), ("{\"a\":}", 5), ("{\"a\":1,}", 7),
      ("{a:1}", 1), ("{'a':1}", 1), ("{\"a\":1 \"b\":2}", 7), ("{\"a\":1", 6), ("\"", 1),
      ("\"a", 2), ("\"\\\"", 3), ("\"\\x\"", 3), ("\"\\u12\"", 3), ("\"\\u12G4\"", 3),
      ("\"\\u+123\"", 3), ("\"\\uD83D\"", 7), ("\"\\uD83D\\n\"", 8), ("\"\\uD83D\\u0041\"", 13),
      ("\"\\uDE00\"", 7), ("\"a\nb\"", 2), ("\"\t\"", 1), ("\"\u{1F}\"", 1), ("null,", 4),
      ("nullnull", 4), ("/* */ 1", 0), ("1 // one", 2), ("\u{FEFF}1", 0), ("\u{A0}1", 0),
    ] as [(String, Int)])
  func refuses(text: String, offset: Int) {
    let error = modelError { _ = try JSONValue(JSONText(text)) }
    #expect(error?.code == .invalidJSON)
    #expect(error?.offset == offset)
  }

  @Test(
    "Refuses texts that are not UTF-8",
    arguments: [
      [0xFF], [0xC0, 0x80], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
      [0x80], [0xF0, 0x9F, 0x98], [0x5C, 0x6E, 0xFF],
    ] as [[UInt8]])
  func notUTF8(bytes: [UInt8]) {
    let error = modelError { _ = try JSONValue(parsing: [0x22] + bytes + [0x22]) }
    #expect(error?.code == .invalidText)
    #expect(error?.offset == 1)
  }

  @Test("Refuses a member that is there twice, also when it is escaped")
  func doubled() {
    for text in [
      "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "{\"x\":{\"a\":1,\"b\":2,\"a\":3}}",
    ] {
      #expect(modelError { _ = try JSONValue(JSONText(text)) }?.code == .invalidJSON)
    }
    #expect(throws: Never.self) { try JSONValue(JSONText("{\"a\":{\"a\":1},\"A\":2}")) }
  }

  @Test("Nests 32 levels and no more")
  func depth() {
    func nested(_ levels: Int, _ open: String, _ close: String) -> JSONText {
      JSONText(
        String(repeating: open, count: levels) + "1" + String(repeating: close, count: levels))
    }
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      #expect(throws: Never.self) { try JSONValue(nested(Limits.nestingDepth, open, close)) }
      let over = nested(Limits.nestingDepth + 1, open, close)
      #expect(modelError { _ = try JSONValue(over) }?.code == .invalidJSON)
      // A hostile depth takes no stack.
      let hostile = nested(1_000_000, open, close)
      #expect(modelError { _ = try JSONValue(hostile) }?.code == .invalidJSON)
    }
  }

  @Test("Writes control characters escaped, so that a value is one line")
  func writes() throws {
    let all = String(String.UnicodeScalarView((0..<0x80).compactMap { Unicode.Scalar($0) }))
    let text = JSONValue.string(all).text
    #expect(text.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
    #expect(try JSONValue(JSONText(text)) == .string(all))
  }

  @Test("A number beyond 63 bits is written as it is")
  func unsigned() {
    #expect(JSONValue(UInt64.max).text == "18446744073709551615")
    #expect(JSONValue(UInt64(Int64.max)) == .int(.max))
  }
}
