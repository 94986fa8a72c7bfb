import CasefileInterchange
import Testing

@Suite("CSVReader")
struct CSVReaderTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let text: String
    let found: [String]
    var testDescription: String { name }
    init(_ name: String, _ text: String, _ found: [String]) {
      self.name = name
      self.text = text
      self.found = found
    }
  }

  static let cases = [
    Case("an empty file", "", []),
    Case("a header alone", "a,b", ["1: a|b"]),
    Case("rows with and without a last line end", "a,b\n1,2\n3,4", ["1: a|b", "2: 1|2", "3: 3|4"]),
    Case("CR LF", "a,b\r\n1,2\r\n", ["1: a|b", "2: 1|2"]),
    Case("empty fields", "a,b,c\n,,\nx,,\n", ["1: a|b|c", "2: ||", "3: x||"]),
    Case("quoted fields", "a,b\n\"1\",\"2,3\"\n", ["1: a|b", "2: 1|2,3"]),
    Case("doubled quotes", "a,b\n\"x\"\"y\",\"\"\"\"\n", ["1: a|b", "2: x\"y|\""]),
    Case(
      "line ends inside quotes keep the line numbers", "a,b\n\"1\n2\r\n3\",4\n5,6\n",
      ["1: a|b", "2: 1\n2\r\n3|4", "5: 5|6"]),
    Case("an empty quoted field", "a,b\n\"\",x\n", ["1: a|b", "2: |x"]),
    Case("spaces stay", "a,b\n 1 , 2\n", ["1: a|b", "2:  1 | 2"]),
    Case("empty lines are passed over", "a,b\n\n1,2\n\r\n3,4\n\n", ["1: a|b", "3: 1|2", "5: 3|4"]),
    Case("one column with an empty quoted cell", "a\n\"\"\nx\n", ["1: a", "2: ", "3: x"]),
    Case("a byte order mark", "\u{FEFF}a,b\n1,2\n", ["1: a|b", "2: 1|2"]),
    Case("letters beyond ASCII", "а,б\nё,🙂\n", ["1: а|б", "2: ё|🙂"]),
    Case(
      "too few and too many fields", "a,b\n1\n1,2,3\n4,5\n",
      ["1: a|b", "2:2 csvFieldCount", "3:6 csvFieldCount", "4: 4|5"]),
    Case(
      "a quote inside an unquoted field", "a,b\nx\"y,2\n3,4\n",
      ["1: a|b", "2:2 csvStrayQuote", "3: 3|4"]),
    Case(
      "text after a closing quote", "a,b\n\"x\"y,2\n3,4\n",
      ["1: a|b", "2:4 csvStrayQuote", "3: 3|4"]),
    Case(
      "a fault after a quoted line end resumes behind it", "a,b\n\"x\n\",y\"z\n3,4\n",
      ["1: a|b", "3:4 csvStrayQuote", "4: 3|4"]),
    Case(
      "an unclosed quote", "a,b\n1,2\n3,\"4\n5,6\n",
      ["1: a|b", "2: 1|2", "stop 3:3 csvUnclosedQuote"]),
    Case("a NUL byte", "a,b\n1,\u{0}2\n3,4\n", ["1: a|b", "2:3 csvNulByte", "3: 3|4"]),
    Case(
      "a NUL byte in quotes", "a,b\n1,\"\n\u{0}\n2\"\n3,4\n",
      ["1: a|b", "3:1 csvNulByte", "5: 3|4"]),
    Case("a carriage return alone", "a,b\n1\r2,3\n4,5\n", ["1: a|b", "2:2 csvLineEnd", "3: 4|5"]),
  ]

  @Test("A text is split in the same way wherever its pieces end", arguments: cases)
  func splits(_ it: Case) {
    let bytes = Array(it.text.utf8)
    #expect(read(ChunkedBytes(bytes)) == it.found)
    for size in 1...max(1, bytes.count) {
      #expect(read(ChunkedBytes(bytes, size: size)) == it.found, "pieces of \(size)")
      #expect(read(ChunkedBytes(bytes, first: size)) == it.found, "a first piece of \(size)")
    }
  }

  @Test("Delimiter and quote are the profile's")
  func dialect() {
    var dialect = CSVDialect()
    dialect.delimiter = UInt8(ascii: "\t")
    dialect.quote = UInt8(ascii: "'")
    let text = "a\tb\n'1\t2'\t\"x\n"
    #expect(read(ChunkedBytes(Array(text.utf8)), dialect: dialect) == ["1: a|b", "2: 1\t2|\"x"])
  }

  @Test(
    "Bytes that are not UTF-8 are named by their line",
    arguments: [
      [0x80], [0xC0, 0xAF], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
      [0xF4, 0x90, 0x80, 0x80],
      [0xF8], [0xFF], [0xE2, 0x82],
    ] as [[UInt8]])
  func invalidText(_ noise: [UInt8]) {
    let bytes = Array("a,b\n1,".utf8) + noise + Array("\n3,4\n".utf8)
    #expect(read(ChunkedBytes(bytes)) == ["1: a|b", "2:3 csvInvalidText", "3: 3|4"])
  }

  @Test("UTF-16 is named, with and without a mark, in both orders", arguments: [true, false])
  func encodings(_ isBig: Bool) {
    for mark in ["\u{FEFF}", ""] {
      let units = Array((mark + "a,b\n").utf16)
      let bytes = units.flatMap { unit -> [UInt8] in
        let pair = [UInt8(unit >> 8), UInt8(unit & 255)]
        return isBig ? pair : pair.reversed()
      }
      #expect(read(ChunkedBytes(bytes, size: 1)) == ["stop 1:1 csvEncoding"])
    }
  }

  @Test("A row may have the limit's bytes and not one more")
  func limit() {
    let row = String(repeating: "x", count: 98) + ",y"
    let text = "a,b\n\(row)\n"
    #expect(read(ChunkedBytes(Array(text.utf8)), limit: 100).last?.hasPrefix("2: xx") == true)
    #expect(
      read(ChunkedBytes(Array("a,b\nz\(row)\n\n".utf8)), limit: 98).last == "stop 2:1 csvRowTooLong"
    )
    let open = "a,b\n1,\"" + String(repeating: "word\n", count: 1_000)
    #expect(read(ChunkedBytes(Array(open.utf8)), limit: 1_000).last == "stop 2:1 csvRowTooLong")
  }
}
