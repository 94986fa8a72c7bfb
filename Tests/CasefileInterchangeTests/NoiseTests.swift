import Casefile
import CasefileInterchange
import CasefileModel
import Foundation
import Testing

/// Input that nobody meant: it may be refused, and never ends the process.
@Suite("Noise")
struct NoiseTests {
  /// `CASEFILE_NOISE` sets the number of cases; 2,000 where it is missing, which take some seconds.
  private static var count: Int {
    ProcessInfo.processInfo.environment["CASEFILE_NOISE"].flatMap { Int($0) } ?? 2_000
  }

  /// SplitMix64: a failing seed repeats.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
      return value ^ value >> 31
    }
  }

  private static func mutate(
    _ bytes: [UInt8], _ words: [String], _ generator: inout Generator
  ) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &generator)
      let end = min(bytes.count, index + Int.random(in: 0...12, using: &generator))
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes.removeSubrange(index..<end)
      case 2: bytes.insert(contentsOf: bytes[index..<end], at: index)
      case 3: bytes.removeLast(bytes.count - index)
      default:
        let word = words.randomElement(using: &generator) ?? ""
        bytes.replaceSubrange(index..<end, with: Array(word.utf8))
      }
    }
    return bytes
  }

  @Test("Mutated profiles are read or refused")
  func profiles() throws {
    var generator = Generator(state: 1)
    let words = [
      "\"", "{", "}", "[", "]", ",", ":", "null", "1e9", "\"status\"", "-1", "\\u0000", "true",
    ]
    let text = Array(SmallSource.profileText.utf8)
    var read = 0
    for _ in 0..<Self.count / 4 {
      let bytes = Self.mutate(text, words, &generator)
      if (try? ImportProfile(parsing: bytes)) != nil { read += 1 }
    }
    #expect(read > 0)
  }

  @Test("Mutated rows are read or refused, and every event of them is in form")
  func rows() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let profile = try SmallSource.profile()
    var generator = Generator(state: 2)
    let words = [
      "\"", "\"\"", ",", "\n", "\r\n", "\r", "\u{0}", "?", "ask", "end", "T1", "a@b.example",
      "2026-03-01 10:00", "9223372036854775807", "-9223372036854775808", "\u{FEFF}", "ё🙂", "odd",
    ]
    let text = Array(
      SmallSource.text([
        SmallSource.row("T1", 0, "10:00"), SmallSource.row("T1", 1, "10:01", state: "ask"),
        SmallSource.row("T2", 0, "10:00", who: "a1", note: "\"x, \"\"y\"\"\""),
        SmallSource.row("T1", 1, "10:01", state: "work", reopened: 1),
        SmallSource.row("T2", 1, "10:03", state: "end", who: "a2"),
      ]).utf8)
    let importer = Importer(into: store, profile: profile)
    var options = Importer.Options()
    options.isCheck = true
    var taken = 0
    for index in 0..<Self.count {
      var bytes = Self.mutate(text, words, &generator)
      if index.isMultiple(of: 16) { bytes = Self.mutate(gzip(bytes), words, &generator) }
      let file = try directory.file("noise.csv", bytes)
      do {
        taken += try importer.run(files: [file], options: options).events
      } catch is ImportError {
        continue
      }
    }
    #expect(taken > Self.count)
  }

  @Test("Mutated rules, rows of actions and sentences are read or refused")
  func actions() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    var generator = Generator(state: 3)
    let rules = Array(ActionSource.profileText.utf8)
    let ruleWords = [
      "\"", "{", "}", "[", "]", ",", "{who}", "{", "null", "\"event\"", "\"none\"", "-1",
      "\"times\"",
      "\"values\"", "ticket.opened", "\"known\"", "9223372036854775807",
    ]
    let rowWords = [
      "\"", ",", "\n", "?", "open", "log", "noise", "9223372036854775807", "-0.9999999999", "1.0",
      "a@b.example", "2026-03-01 10:00", "\u{0}", "ё🙂", "T1", "7",
    ]
    let texts = [
      ActionSource.text(
        ActionSource.actions,
        [
          ActionSource.action("T1", 1, "10:00", "open", who: "c1", note: "x"),
          ActionSource.action("T1", 2, "10:01", "take", who: "a1"),
          ActionSource.action("T1", 3, "10:02", "log", who: "a1", note: "1.5"),
          ActionSource.action("T2", 4, "10:02", "shift", who: "a1", note: "in"),
        ]),
      ActionSource.text(
        ActionSource.messages,
        [
          ActionSource.sentence("T1", 7, 0, "10:10", "One."),
          ActionSource.sentence("T1", 7, 1, "10:10", "Two."),
          ActionSource.sentence("T2", 8, 0, "10:11", "Three."),
        ]),
    ].map { Array($0.utf8) }
    var options = Importer.Options()
    options.isCheck = true
    var taken = 0
    for _ in 0..<Self.count / 10 {
      let text = Self.mutate(rules, ruleWords, &generator)
      let profile = try (try? ImportProfile(parsing: text)) ?? ActionSource.profile()
      let files = try texts.enumerated().map { index, text in
        try directory.file("\(index)", Self.mutate(text, rowWords, &generator))
      }
      do {
        taken += try Importer(into: store, profile: profile).run(files: files, options: options)
          .events
      } catch is ImportError {
        continue
      }
    }
    #expect(taken > Self.count / 20)
  }
}
