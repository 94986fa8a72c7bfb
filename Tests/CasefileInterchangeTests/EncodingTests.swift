import Casefile
import CasefileInterchange
import CasefileModel
import Foundation
import Testing

/// Files in other encodings: by declaration, and found out where nobody declared them.
@Suite("Encodings")
struct EncodingTests {
  private typealias Source = SmallSource

  private static let text = Source.text([
    Source.row("T1", 0, "10:00", note: "Не печатает №5 — «сбой»"),
    Source.row("T1", 1, "10:01", state: "work", note: "Ждём"),
  ])

  private static func edit(_ encoding: String) -> (String) -> String {
    { $0.replacing("{\"unknown\"", with: "{\"encoding\": \"\(encoding)\", \"unknown\"") }
  }

  private static func utf16(_ text: String, isBig: Bool, mark: Bool) -> [UInt8] {
    ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit in
      let bytes = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
      return isBig ? bytes : bytes.reversed()
    }
  }

  private static func words(_ bytes: [UInt8], _ encoding: String) throws -> [String] {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("a.csv", bytes)
    _ = try Importer(into: store, profile: Source.profile(edit(encoding))).run(files: [file])
    let opened = try store.events(of: .ticket("T1"))[0].payload(as: TicketOpened.self)
    return try Source.words(store) + [opened?.contentFields["note"] ?? ""]
  }

  @Test("The same rows in every encoding give the same events")
  func equal() throws {
    let expected = try Self.words(Array(Self.text.utf8), "UTF-8")
    #expect(expected.last == "Не печатает №5 — «сбой»")
    let smile = Self.text.replacing("сбой", with: "🙂")
    for isBig in [false, true] {
      let name = isBig ? "utf-16be" : "utf-16le"
      for (encoding, mark) in [("utf-16", true), (name, true), (name, false), ("UTF16", false)] {
        let bytes = Self.utf16(Self.text, isBig: isBig, mark: mark)
        #expect(try Self.words(bytes, encoding) == expected, "\(encoding) \(mark)")
      }
      #expect(
        try Self.words(Self.utf16(smile, isBig: isBig, mark: true), "utf-16").last
          == "Не печатает №5 — «🙂»")
    }
    let cyrillic = try #require(Self.text.data(using: .windowsCP1251))
    #expect(try Self.words(Array(cyrillic), "windows-1251") == expected)
    #expect(try Self.words(Array(cyrillic), "Windows 1251") == expected)
  }

  @Test("Every byte of the eight-bit encodings is the letter that others read there")
  func tables() throws {
    // Foundation's tables, and for those that it lacks on some systems a word.
    for (name, encoding) in [
      ("windows-1251", String.Encoding.windowsCP1251), ("windows-1252", .windowsCP1252),
    ] {
      for byte in UInt8(0x80)...0xFF where byte != 0xA0 {
        guard let letter = String(bytes: [byte], encoding: encoding) else { continue }
        let bytes = Array("a,b\n1,".utf8) + [byte] + Array("\n".utf8)
        let found = read(ChunkedBytes(bytes), encoding: name)
        // Foundation gives control characters where the tables have none.
        let isControl = letter.unicodeScalars.first.map { $0.value < 0xA0 } ?? false
        #expect(
          found == (isControl ? ["1: a|b", "2:3 csvInvalidText"] : ["1: a|b", "2: 1|\(letter)"]))
      }
    }
    let words: [(String, [UInt8])] = [
      ("koi8-r", [0xF0, 0xD2, 0xC9, 0xD7, 0xC5, 0xD4]),
      ("cp866", [0x8F, 0xE0, 0xA8, 0xA2, 0xA5, 0xE2]),
    ]
    for (name, bytes) in words {
      #expect(read(ChunkedBytes(bytes + [0x0A]), encoding: name) == ["1: Привет"])
    }
  }

  @Test("Letters that a piece of the file cuts in two are read whole", arguments: [1, 2, 3, 5])
  func pieces(_ size: Int) {
    let bytes = Self.utf16("a,b\nё,🙂\n", isBig: false, mark: true)
    #expect(read(ChunkedBytes(bytes, size: size), encoding: "utf-16") == ["1: a|b", "2: ё|🙂"])
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    let name: String
    let declared: String
    let bytes: [UInt8]
    let code: String
    let line: Int
    let part: String
    var testDescription: String { name }
  }

  static let wrong = [
    Wrong(
      name: "Windows-1251 that nobody declared", declared: "utf-8",
      bytes: Array(text.utf8.prefix { $0 < 0x80 }) + [0xCD, 0xE5, 0x0A], code: "csvInvalidText",
      line: 2, part: "windows-1251"),
    Wrong(
      name: "UTF-16 that nobody declared", declared: "utf-8",
      bytes: utf16(text, isBig: false, mark: true), code: "csvEncoding", line: 1,
      part: "\"encoding\": \"utf-16\""),
    Wrong(
      name: "UTF-8 declared as another", declared: "windows-1251",
      bytes: [0xEF, 0xBB, 0xBF] + Array(text.utf8), code: "csvEncoding", line: 1,
      part: "declare utf-8"),
    Wrong(
      name: "half a pair", declared: "utf-16",
      bytes: utf16(Source.header + "\n", isBig: false, mark: true) + [
        0x3D, 0xD8, 0x41, 0, 0x0A, 0,
      ],
      code: "csvInvalidText", line: 2, part: "utf-16"),
    Wrong(
      name: "half a letter at the end", declared: "utf-16",
      bytes: utf16(text, isBig: true, mark: true).dropLast(1), code: "csvInvalidText", line: 3,
      part: "cut"),
  ]

  @Test("Another encoding than the declared one is named by its line", arguments: wrong)
  func named(_ it: Wrong) throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("a.csv", it.bytes)
    do {
      _ = try Importer(into: store, profile: Source.profile(Self.edit(it.declared)))
        .run(files: [file])
      Issue.record("no error")
    } catch let error as ImportError {
      #expect(error.code.description == it.code && error.line == it.line && error.file == file)
      #expect(error.message.contains(it.part), "\(error.message)")
    }
    #expect(try store.head == nil)
  }
}
