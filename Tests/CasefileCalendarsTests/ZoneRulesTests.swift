import CasefileCalendars
import Foundation
import Testing

@Suite("ZoneRules")
struct ZoneRulesTests {
  /// A file of version 2 with one type, no change and a footer.
  static func file(footer: String, version: UInt8 = 0x32, offset: Int32 = 0) -> [UInt8] {
    block(version: version, changes: [], offsets: [offset], timeSize: 4)
      + block(version: version, changes: [], offsets: [offset], timeSize: 8)
      + Array("\n\(footer)\n".utf8)
  }

  static func block(
    version: UInt8, changes: [(Int64, UInt8)], offsets: [Int32], timeSize: Int, leaps: UInt32 = 0
  ) -> [UInt8] {
    func big(_ value: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: value.bigEndian, Array.init)
    }
    var bytes = Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
    for count in [0, 0, leaps, UInt32(changes.count), UInt32(offsets.count), 4] {
      bytes += big(count)
    }
    for (time, _) in changes { bytes += timeSize == 8 ? big(time) : big(Int32(clamping: time)) }
    bytes += changes.map(\.1)
    for offset in offsets { bytes += big(offset) + [0, 0] }
    bytes += [0x41, 0x42, 0x43, 0]
    bytes += [UInt8](repeating: 0, count: Int(leaps) * (timeSize + 4))
    return bytes
  }

  @Test("The clocks of Moscow were set back for good on 2014-10-26")
  func permanentChange() throws {
    let moscow = try SystemZones().rules(of: "Europe/Moscow")
    let change: Int64 = 1_414_274_400  // 2014-10-25T22:00:00Z
    #expect(moscow.offsetSeconds(at: change - 1) == 4 * 3600)
    #expect(moscow.offsetSeconds(at: change) == 3 * 3600)
    #expect(moscow.offsetSeconds(at: 4_000_000_000) == 3 * 3600)
  }

  @Test("A file of version 1 is read by its 32-bit times")
  func versionOne() throws {
    let file = ZoneRulesTests.block(
      version: 0, changes: [(-1000, 1), (1000, 0)], offsets: [3600, -7200], timeSize: 4)
    let rules = try ZoneRules(name: "X", file: file)
    #expect([-1001, -1000, 999, 1000].map(rules.offsetSeconds) == [3600, -7200, -7200, 3600])
  }

  @Test(
    "The footer tells of the years after the table",
    arguments: [
      // 2100-03-28T01:00Z is the last Sunday of March; 02:59:59 CET is the second before.
      ("CET-1CEST,M3.5.0,M10.5.0/3", 4_109_878_800, 3600, 7200),
      // Southern summer time: ends on 2100-04-04 at 03:00 NZDT.
      ("NZST-12NZDT,M9.5.0,M4.1.0/3", 4_110_444_000, 46_800, 43_200),
      // Saturday 22:00 as the hour -2 of Sunday, as Greenland has it.
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 4_109_878_800, -7200, -3600),
      // Day 60 of 2100, which is no leap year: 1 March by both ways of counting.
      ("AAA0BBB,J60/0,J300/0", 4_107_542_400, 0, 3600),
      ("AAA0BBB,59/0,299/0", 4_107_542_400, 0, 3600),
      // 2096 is one: J60 is 1 March, and 59 is 29 February.
      ("AAA0BBB,J60/0,J300/0", 3_981_398_400, 0, 3600),
      ("AAA0BBB,59/0,299/0", 3_981_312_000, 0, 3600),
    ] as [(String, Int64, Int64, Int64)])
  func footer(_ footer: String, _ change: Int64, _ before: Int64, _ after: Int64) throws {
    let rules = try ZoneRules(name: "X", file: ZoneRulesTests.file(footer: footer))
    #expect(rules.offsetSeconds(at: change - 1) == before)
    #expect(rules.offsetSeconds(at: change) == after)
  }

  @Test("Summer time without an end has no gap at the turn of the year")
  func allYearSummer() throws {
    let file = ZoneRulesTests.file(footer: "XXX3EDT4,0/0,J365/23")
    let rules = try ZoneRules(name: "X", file: file)
    for year in 0..<200 {
      let time = 1_704_067_200 + Int64(year) * 31_556_952
      #expect(rules.offsetSeconds(at: time) == -4 * 3600)
    }
  }

  @Test("Damaged zone data give an error and never a trap")
  func damage() throws {
    let good = ZoneRulesTests.file(footer: "CET-1CEST,M3.5.0,M10.5.0/3")
    for length in 0..<good.count {
      #expect(throws: CalendarError.self) {
        try ZoneRules(name: "X", file: Array(good.prefix(length)))
      }
    }
    var random = SystemRandomNumberGenerator()
    let moscow = try #require(try SystemZones().file(of: "Europe/Moscow"))
    for _ in 0..<2000 {
      var bytes = moscow
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
      }
      let rules = try? ZoneRules(name: "X", file: bytes)
      _ = rules?.offsetSeconds(at: .random(in: .min ... .max, using: &random))
    }
    for footer in ["CET", "CET-1CEST", "C-1", "CET-25", "CET-1CEST,M13.1.0,M1.1.0", "CET-1,"] {
      #expect(throws: CalendarError(.invalidZoneData, "")) {
        try ZoneRules(name: "X", file: ZoneRulesTests.file(footer: footer))
      }
    }
  }

  @Test("Leap seconds, unknown names and names that leave the directory are refused")
  func refusals() throws {
    let leap = ZoneRulesTests.block(
      version: 0, changes: [], offsets: [0], timeSize: 4, leaps: 1)
    #expect(throws: CalendarError(.leapSeconds, "")) { try ZoneRules(name: "X", file: leap) }
    for name in ["", "Europe/Nowhere", "../etc/passwd", "/etc/localtime", "Europe/", "right/UTC"] {
      #expect(throws: CalendarError(.unknownZone, "")) { try SystemZones().rules(of: name) }
    }
  }

  @Test("All zones of the machine are read, and agree with the system's C library at their changes")
  func secondOpinion() throws {
    var readings = 0
    let names = SystemZones.names
    let old = getenv("TZ").map { String(cString: $0) }
    defer {
      if let old { setenv("TZ", old, 1) } else { unsetenv("TZ") }
      tzset()
    }
    // The cheap run takes every eighth zone; links repeat most of them.
    let isFull = ProcessInfo.processInfo.environment["CASEFILE_ZONES"] != nil
    for (index, name) in names.enumerated() {
      let rules = try SystemZones().rules(of: name)
      guard isFull || index % 8 == 0 else { continue }
      setenv("TZ", name, 1)
      tzset()
      // 2000 … 2045, past the end of most tables.
      for change in rules.changes(from: 946_684_800, to: 2_366_841_600) {
        for time in [change - 1, change, change + 86_400 * 100] {
          var seconds = time_t(time)
          var local = tm()
          localtime_r(&seconds, &local)
          #expect(rules.offsetSeconds(at: time) == Int64(local.tm_gmtoff), "\(name) at \(time)")
          readings += 1
        }
      }
    }
    #expect(names.isEmpty || readings > 1000)
  }
}
