import CasefileModel
import Testing

@testable import CasefileCommands

@Suite("Text for terminals")
struct TextTests {
  @Test(
    "Characters take the columns that a terminal gives them",
    arguments: [
      ("", 0), ("abc", 3), ("Привет", 6), ("é", 1), ("e\u{301}", 1), ("й", 1), ("и\u{306}", 1),
      ("日本", 4), ("한국", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("ｱ", 1), ("Ａ", 2), ("🔥", 2),
      ("👩‍👩‍👧", 2), ("🇷🇺", 2), ("❤️", 2), ("❤", 1), ("👍🏽", 2), ("a\u{200D}b", 2), ("…", 1), ("│", 1),
      ("#️⃣", 2), ("\u{300}", 0), ("🇷", 1), ("हिन्दी", 5), ("ก็", 1), ("👨🏽‍💻", 2), ("🏴‍☠️", 2), ("№", 1),
    ])
  func widths(text: String, columns: Int) {
    #expect(DisplayWidth.of(text) == columns)
  }

  @Test("Padding and cutting keep columns aligned")
  func padding() {
    #expect(DisplayWidth.pad("日本", to: 6) == "日本  ")
    #expect(DisplayWidth.pad("Привет", to: 6) == "Привет")
    #expect(DisplayWidth.pad("日本語", to: 4) == "日… ")
    #expect(DisplayWidth.pad("abcdef", to: 4) == "abc…")
    for text in ["🔥🔥🔥🔥", "Привет, мир", "日本語テキスト"] {
      for width in 1...9 { #expect(DisplayWidth.of(DisplayWidth.pad(text, to: width)) == width) }
    }
  }

  @Test("Lines break between words, and within a word that is longer than a line")
  func wrapping() {
    #expect(DisplayWidth.wrap("one two three", to: 7) == ["one two", "three"])
    #expect(DisplayWidth.wrap("abcdefgh ij", to: 3) == ["abc", "def", "gh", "ij"])
    #expect(DisplayWidth.wrap("日本語", to: 4) == ["日本", "語"])
    #expect(DisplayWidth.wrap("", to: 4) == [""])
    #expect(DisplayWidth.wrap("a 🔥🔥🔥", to: 4) == ["a", "🔥🔥", "🔥"])
  }

  @Test(
    "What a terminal would obey is written out",
    arguments: [
      ("plain", "plain"), ("Привет 🔥", "Привет 🔥"), ("\u{1B}[31mred", "\\u{001B}[31mred"),
      ("a\u{202E}b", "a\\u{202E}b"), ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
      ("\u{200F}", "\\u{200F}"), ("\u{61C}", "\\u{061C}"), ("\u{9B}2J", "\\u{009B}2J"),
      ("\u{FEFF}a\u{200B}b", "\\u{FEFF}a\\u{200B}b"), ("a\nb", "a b"), ("a\r\nb", "a b"),
      ("a\tb", "a b"), ("\u{7F}", "\\u{007F}"), ("\u{E0041}", "\\u{E0041}"), ("\0", "\\u{0000}"),
      ("👩‍👩‍👧", "👩‍👩‍👧"),
    ])
  func escaping(text: String, shown: String) {
    #expect(VisibleText.escape(text) == shown)
  }

  @Test("A text of several lines keeps them")
  func lines() {
    #expect(VisibleText.lines("a\r\nb\n\nc\u{2028}d\n\n") == ["a", "b", "", "c", "d"])
    #expect(VisibleText.lines("") == [""])
  }

  @Test(
    "Durations in their two largest units",
    arguments: [
      (0, "0 s"), (59, "59 s"), (60, "1 min"), (61, "1 min 1 s"), (3600, "1 h"),
      (3660, "1 h 1 min"),
      (172_800, "2 d"), (180_000, "2 d 2 h"),
    ] as [(Int64, String)])
  func durations(seconds: Int64, text: String) {
    #expect(EnglishPhrases().duration(seconds) == text)
  }

  @Test("Progress says what is done, how fast, and how long it takes")
  func progress() {
    #expect(
      Progress.line("events", 120_000, of: 480_000, after: .seconds(2))
        == "120000 of 480000 events, 60000 a second, 6 s left")
    #expect(Progress.line("rows", 10, of: nil, after: .seconds(1)) == "10 rows, 10 a second")
    #expect(Progress.line("rows", 0, of: 5, after: .zero) == "0 of 5 rows, 0 a second")
  }
}

@Suite("Zones and times")
struct ZoneTests {
  @Test(
    "A date is the start of that day in its zone",
    arguments: [
      ("UTC", "2026-03-02", "2026-03-02T00:00:00.000000Z"),
      ("Europe/Moscow", "2026-03-02", "2026-03-01T21:00:00.000000Z"),
      // Midnight was skipped there.
      ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000000Z"),
      // Midnight came twice there: the first one counts.
      ("America/Havana", "2026-11-01", "2026-11-01T04:00:00.000000Z"),
      ("Asia/Kathmandu", "2026-03-02", "2026-03-01T18:15:00.000000Z"),
    ])
  func dates(zone: String, date: String, instant: String) throws {
    let argument = try TimeArgument(date, option: "--as-of", zone: try Zone(named: zone))
    #expect(argument.time.description == instant)
    #expect(argument.isDate)
  }

  @Test("Local time is shown with its offset")
  func text() throws {
    let time = try #require(Timestamp("2026-03-02T11:05:09.5Z"))
    #expect(Zone.utc.text(time) == "2026-03-02 11:05:09 +00:00")
    #expect(try Zone(named: "Europe/Moscow").text(time) == "2026-03-02 14:05:09 +03:00")
    #expect(try Zone(named: "America/St_Johns").text(time) == "2026-03-02 07:35:09 -03:30")
    #expect(
      try Zone(named: "Asia/Tokyo").day(try #require(Timestamp("2026-03-02T15:00:00Z")))
        == "2026-03-03")
  }

  @Test("Anything else is wrong usage", arguments: ["2026-3-2", "yesterday", "2026-02-30", ""])
  func wrong(text: String) {
    #expect(throws: CommandFailure.self) {
      try TimeArgument(text, option: "--as-of", zone: .utc)
    }
  }

  @Test("A zone is an IANA name", arguments: ["MSK", "Mars/Base", "../etc/passwd", ""])
  func zones(name: String) {
    #expect(throws: CommandFailure.self) { try Zone(named: name) }
  }
}
