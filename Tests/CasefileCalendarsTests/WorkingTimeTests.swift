import CasefileCalendars
import CasefileModel
import Testing

@Suite("WorkingTime")
struct WorkingTimeTests {
  static let officeHours = week(["09:00-18:00"], days: 0..<5)

  /// The same hours on a range of days, Monday being 0.
  static func week(_ hours: [String], days: Range<Int> = 0..<7) -> [WeeklyHours] {
    let all: [Weekday] = [
      .monday, .tuesday, .wednesday, .thursday, .friday, .saturday, .sunday,
    ]
    return days.map { WeeklyHours(day: all[$0], intervals: intervals(hours)) }
  }

  static func intervals(_ hours: [String]) -> [DayInterval] {
    hours.map { text in
      let parts = text.split(separator: "-").map(String.init)
      return DayInterval(from: parts[0], to: parts.count > 1 ? parts[1] : "")
    }
  }

  static func calendar(
    _ zone: String, _ weekly: [WeeklyHours], exceptions: [(String, [String])] = [],
    version: Int64 = 1, from: String? = nil
  ) throws -> WorkingCalendar {
    try WorkingCalendar(
      CalendarPublished(
        calendarId: "c", version: version, timeZone: zone, weekly: weekly,
        exceptions: exceptions.map {
          CalendarException(date: $0.0, intervals: intervals($0.1))
        }, effectiveFrom: from.flatMap(Timestamp.init)),
      position: Position(UInt64(version)))
  }

  static func time(_ calendars: WorkingCalendar...) throws -> WorkingTime {
    try WorkingTime(calendars) { try SystemZones().rules(of: $0) }
  }

  static func at(_ text: String) throws -> Timestamp { try #require(Timestamp(text), "\(text)") }

  @Test("A night in which clocks are set is as long as its instants, not as its readings")
  func clockChanges() throws {
    let nights = WorkingTimeTests.week(["00:00-08:00"])
    let moscow = try WorkingTimeTests.time(
      WorkingTimeTests.calendar("Europe/Moscow", nights))
    let start = try WorkingTimeTests.at("2014-10-26T00:00:00+04:00")
    let end = try WorkingTimeTests.at("2014-10-26T05:00:00Z")
    #expect(moscow.instant(after: 9 * 3_600_000_000, from: start) == end)
    #expect(moscow.elapsed(from: start, to: end) == 9 * 3_600_000_000)

    let york = try WorkingTimeTests.time(
      WorkingTimeTests.calendar(
        "America/New_York", WorkingTimeTests.week(["00:00-06:00", "22:00-24:00"])))
    let saturday = try WorkingTimeTests.at("2026-03-07T20:00:00-05:00")
    #expect(
      york.instant(after: 16 * 3_600_000_000, from: saturday)
        == (try WorkingTimeTests.at("2026-03-10T03:00:00Z")))

    // Lord Howe goes back by half an hour: 01:30–02:00 comes twice on 2026-04-05.
    let howe = try WorkingTimeTests.time(
      WorkingTimeTests.calendar(
        "Australia/Lord_Howe", WorkingTimeTests.week(["01:00-03:00"])))
    #expect(
      howe.elapsed(
        from: try WorkingTimeTests.at("2026-04-04T13:00:00Z"),
        to: try WorkingTimeTests.at("2026-04-05T13:00:00Z")) == 9_000_000_000)

    // Samoa had no 30 December 2011.
    let apia = try WorkingTimeTests.time(
      WorkingTimeTests.calendar("Pacific/Apia", WorkingTimeTests.week(["00:00-24:00"])))
    let before = try WorkingTimeTests.at("2011-12-29T09:59:00Z")
    #expect(
      apia.elapsed(from: before, to: before.adding(microseconds: 86_400_000_000)) == 86_400_000_000)
  }

  @Test("A deadline that falls on closing time is closing time, and nothing is left is at once")
  func closingTime() throws {
    let office = try WorkingTimeTests.time(
      WorkingTimeTests.calendar("Europe/Moscow", WorkingTimeTests.officeHours))
    let five = try WorkingTimeTests.at("2026-11-17T17:00:00+03:00")
    #expect(
      office.instant(after: 3_600_000_000, from: five)
        == (try WorkingTimeTests.at("2026-11-17T18:00:00+03:00")))
    #expect(
      office.instant(after: 3_600_000_001, from: five)
        == (try WorkingTimeTests.at("2026-11-18T09:00:00.000001+03:00")))
    let night = try WorkingTimeTests.at("2026-11-17T23:00:00+03:00")
    #expect(office.instant(after: 0, from: night) == night)
    #expect(!office.contains(try WorkingTimeTests.at("2026-11-17T18:00:00+03:00")))
    #expect(office.contains(try WorkingTimeTests.at("2026-11-17T09:00:00+03:00")))
  }

  @Test("Holidays, short days and working Saturdays replace the hours of their date")
  func exceptions() throws {
    let office = try WorkingTimeTests.time(
      WorkingTimeTests.calendar(
        "Europe/Moscow", WorkingTimeTests.week(["09:00-13:00", "14:00-18:00"], days: 0..<5),
        exceptions: [
          ("2026-11-04", []), ("2026-11-03", ["09:00-13:00", "14:00-17:00"]),
          ("2026-11-07", ["10:00-12:00"]),
        ]))
    let monday = try WorkingTimeTests.at("2026-11-02T00:00:00+03:00")
    let next = try WorkingTimeTests.at("2026-11-09T00:00:00+03:00")
    #expect(office.elapsed(from: monday, to: next) == (8 + 7 + 0 + 8 + 8 + 2) * 3_600_000_000)
    // Nine working hours after Tuesday 10:00: six on Tuesday, none on Wednesday, three on Thursday.
    #expect(
      office.instant(
        after: 9 * 3_600_000_000, from: try WorkingTimeTests.at("2026-11-03T10:00:00+03:00"))
        == (try WorkingTimeTests.at("2026-11-05T12:00:00+03:00")))
  }

  @Test("The version with the latest effective date is in force; of equal ones the last published")
  func versions() throws {
    let old = try WorkingTimeTests.calendar("Europe/Moscow", WorkingTimeTests.officeHours)
    let new = try WorkingTimeTests.calendar(
      "Asia/Yekaterinburg", WorkingTimeTests.week(["00:00-24:00"]), version: 2,
      from: "2026-11-17T12:00:00+03:00")
    let again = try WorkingTimeTests.calendar(
      "Europe/Moscow", WorkingTimeTests.week(["12:00-13:00"]), version: 3,
      from: "2026-11-17T12:00:00+03:00")
    let start = try WorkingTimeTests.at("2026-11-17T10:00:00+03:00")
    let end = try WorkingTimeTests.at("2026-11-17T20:00:00+03:00")
    #expect(try WorkingTimeTests.time(new, old).elapsed(from: start, to: end) == 10 * 3_600_000_000)
    let three = try WorkingTimeTests.time(again, new, old)
    #expect(three.elapsed(from: start, to: end) == 3 * 3_600_000_000)
    #expect(three.version(at: end)?.version == 3)
    #expect(try WorkingTimeTests.time(new).elapsed(from: start, to: end) == 8 * 3_600_000_000)
  }

  @Test("A calendar without working time ahead never comes to an end")
  func nothingAhead() throws {
    let none = try WorkingTimeTests.time(
      WorkingTimeTests.calendar("UTC", [], exceptions: [("2026-11-17", ["09:00-10:00"])]))
    let start = try WorkingTimeTests.at("2026-11-17T00:00:00Z")
    #expect(none.instant(after: 3_600_000_001, from: start) == nil)
    #expect(
      none.instant(after: 3_600_000_000, from: start)
        == (try WorkingTimeTests.at("2026-11-17T10:00:00Z")))
    #expect(none.instant(after: .max, from: start) == nil)
    #expect(WorkingTime.always.instant(after: .max, from: start) == nil)
    #expect(WorkingTime.always.instant(after: 5, from: start) == start.adding(microseconds: 5))
  }

  @Test(
    "Hours that make no sense are refused, each with its own code",
    arguments: [
      (["09:00-09:00"], CalendarError.Code.emptyInterval),
      (["22:00-06:00"], .reversedInterval),
      (["09:00-13:00", "12:59-18:00"], .overlappingIntervals),
      (["09:00-24:01"], .invalidClockReading), (["9:00-18:00"], .invalidClockReading),
      (["09:60-18:00"], .invalidClockReading), (["09:00-"], .invalidClockReading),
      (["-09:00"], .invalidClockReading), (["09:00-٠٠:00"], .invalidClockReading),
    ])
  func badHours(_ hours: [String], _ code: CalendarError.Code) {
    #expect(throws: CalendarError(code, "")) {
      try WorkingTimeTests.calendar("UTC", WorkingTimeTests.week(hours, days: 0..<1))
    }
    #expect(throws: CalendarError(code, "")) {
      try WorkingTimeTests.calendar("UTC", [], exceptions: [("2026-01-01", hours)])
    }
  }

  @Test("Doubled days, dates that do not exist and versions that go backwards are refused")
  func badCalendars() throws {
    #expect(throws: CalendarError(.duplicateDay, "")) {
      try WorkingTimeTests.calendar(
        "UTC", WorkingTimeTests.officeHours + WorkingTimeTests.officeHours)
    }
    #expect(throws: CalendarError(.duplicateDay, "")) {
      try WorkingTimeTests.calendar(
        "UTC", [], exceptions: [("2026-01-01", []), ("2026-01-01", [])])
    }
    for date in ["2026-02-29", "2026-1-1", "26-01-01", "2026-13-01", "x"] {
      #expect(throws: CalendarError(.invalidDate, "")) {
        try WorkingTimeTests.calendar("UTC", [], exceptions: [(date, [])])
      }
    }
    let first = try WorkingTimeTests.calendar("UTC", [], from: "2026-02-01T00:00:00Z")
    try first.check(after: nil)
    try WorkingTimeTests.calendar("UTC", [], version: 2, from: "2026-02-01T00:00:00Z")
      .check(after: first)
    #expect(throws: CalendarError(.invalidVersion, "")) {
      try WorkingTimeTests.calendar("UTC", [], version: 3).check(after: first)
    }
    for from in ["2026-01-31T00:00:00Z", nil] {
      #expect(throws: CalendarError(.effectiveBackwards, "")) {
        try WorkingTimeTests.calendar("UTC", [], version: 2, from: from).check(after: first)
      }
    }
    #expect(throws: CalendarError(.unknownZone, "")) {
      try WorkingTimeTests.time(WorkingTimeTests.calendar("Europe/Nowhere", []))
    }
  }
}
