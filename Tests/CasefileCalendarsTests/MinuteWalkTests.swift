import CasefileCalendars
import CasefileModel
import Foundation
import Testing

/// Working time by the letter: each minute is asked whether its reading lies in the hours of its date.
@Suite("Working time by the minute")
struct MinuteWalkTests {
  /// A random calendar, and hours for the plain walk.
  struct Case {
    var weekly: [[(Int, Int)]] = []
    var exceptions: [Int64: [(Int, Int)]] = [:]

    /// - Parameter day: a day since 1970 near which exceptions lie.
    init(near day: Int64, using random: inout some RandomNumberGenerator) {
      for _ in 0..<7 { weekly.append(Case.hours(using: &random)) }
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        exceptions[day + .random(in: -3...8, using: &random)] = Case.hours(using: &random)
      }
    }

    private static func hours(using random: inout some RandomNumberGenerator) -> [(Int, Int)] {
      switch Int.random(in: 0..<8, using: &random) {
      case 0: return []
      case 1: return [(0, 1440)]
      case 2: return [(0, 360), (1320, 1440)]
      default:
        var marks: Set<Int> = []
        let count = 2 * Int.random(in: 1...3, using: &random)
        while marks.count < count { marks.insert(.random(in: 0...1440, using: &random)) }
        let sorted = marks.sorted()
        return stride(from: 0, to: count, by: 2).map { (sorted[$0], sorted[$0 + 1]) }
      }
    }

    func calendar(zone: String) throws -> WorkingCalendar {
      let days: [Weekday] = [
        .monday, .tuesday, .wednesday, .thursday, .friday, .saturday, .sunday,
      ]
      func intervals(_ hours: [(Int, Int)]) -> [DayInterval] {
        hours.map { DayInterval(from: Case.reading($0.0), to: Case.reading($0.1)) }
      }
      return try WorkingCalendar(
        CalendarPublished(
          calendarId: "c", version: 1, timeZone: zone,
          weekly: zip(days, weekly).map { WeeklyHours(day: $0, intervals: intervals($1)) },
          exceptions: exceptions.map {
            CalendarException(date: "\(LocalDate(days: $0))", intervals: intervals($1))
          }), position: nil)
    }

    private static func reading(_ minutes: Int) -> String {
      String(format: "%02d:%02d", minutes / 60, minutes % 60)
    }

    /// Whether the minute with this local reading is worked.
    func isWorked(_ local: Int64) -> Bool {
      var day = local / 86_400
      if local % 86_400 < 0 { day -= 1 }
      let minute = Int((local - day * 86_400) / 60)
      let weekday = Int(((day + 3) % 7 + 7) % 7)
      return (exceptions[day] ?? weekly[weekday]).contains { $0.0 <= minute && minute < $0.1 }
    }
  }

  @Test("Elapsed time and deadlines equal a walk over all minutes, in every zone")
  func walk() throws {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["CASEFILE_MINUTES"].flatMap(Int.init) ?? 400
    var random = SplitMix(state: environment["CASEFILE_SEED"].flatMap(UInt64.init) ?? 7)
    let first: Int64 = 946_684_800  // 2000-01-01
    let end: Int64 = 1_924_991_999  // 2030-12-31
    var zones: [(rules: ZoneRules, changes: [Int64])] = []
    for name in SystemZones.names {
      let rules = try SystemZones().rules(of: name)
      let changes = rules.changes(from: first, to: end)
      if !changes.isEmpty { zones.append((rules, changes)) }
    }
    guard !zones.isEmpty else { return }
    var differences = 0
    for number in 0..<count {
      let (rules, changes) = zones[number % zones.count]
      let isAtChange = (number / zones.count + number) % 2 == 0
      let days = Int64.random(in: 0...(count > 1000 ? 9 : 3), using: &random)
      let length = days * 86_400 + .random(in: 0...86_400, using: &random)
      var start = Int64.random(in: first...end, using: &random)
      if isAtChange, let change = changes.randomElement(using: &random) {
        start = change - length / 2 + .random(in: -7200...7200, using: &random)
      }
      let plan = Case(near: start / 86_400, using: &random)
      let time = try WorkingTime([plan.calendar(zone: rules.name)]) { _ in rules }
      differences += difference(plan, rules, time, start: start, length: length)
    }
    #expect(differences == 0, "of \(count)")
  }

  /// One where the two disagree.
  private func difference(
    _ plan: Case, _ rules: ZoneRules, _ time: WorkingTime, start: Int64, length: Int64
  ) -> Int {
    let end = start + length
    var worked: Int64 = 0
    // What was worked when so many seconds had passed, to find the deadline for a part of it.
    let goal =
      time.elapsed(from: Timestamp(seconds: start), to: Timestamp(seconds: end)) / 2_000_000
    var due: Int64?
    var minute = start - (start % 60 + 60) % 60
    while minute < end {
      if plan.isWorked(minute + rules.offsetSeconds(at: minute)) {
        let from = max(minute, start)
        let seconds = min(minute + 60, end) - from
        if due == nil, goal > 0, worked + seconds >= goal { due = from + goal - worked }
        worked += seconds
      }
      minute += 60
    }
    let elapsed = time.elapsed(from: Timestamp(seconds: start), to: Timestamp(seconds: end))
    let found = time.instant(after: goal * 1_000_000, from: Timestamp(seconds: start))
    let isRight =
      elapsed == worked * 1_000_000
      && (goal == 0 || found == due.map { Timestamp(seconds: $0) })
    if !isRight {
      Issue.record("\(rules.name) from \(start) for \(length): \(elapsed) and \(worked)")
    }
    return isRight ? 0 : 1
  }
}

/// Repeatable random numbers.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
