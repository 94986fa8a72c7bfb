import CasefileModel
import Testing

@Suite("A timestamp")
struct TimestampTests {
  @Test(
    "Reads RFC 3339 and prints it in UTC with six digits",
    arguments: [
      ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000000Z"),
      ("1970-01-01T00:00:00.000001Z", 1, "1970-01-01T00:00:00.000001Z"),
      ("1969-12-31T23:59:59.999999Z", -1, "1969-12-31T23:59:59.999999Z"),
      ("1969-12-31T23:59:59Z", -1_000_000, "1969-12-31T23:59:59.000000Z"),
      ("1900-01-01T00:00:00Z", -2_208_988_800_000_000, "1900-01-01T00:00:00.000000Z"),
      ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
      ("2000-02-29T12:00:00Z", 951_825_600_000_000, "2000-02-29T12:00:00.000000Z"),
      ("2024-02-29T23:59:59.5Z", 1_709_251_199_500_000, "2024-02-29T23:59:59.500000Z"),
      ("2026-03-02T14:05:00+03:00", 1_772_449_500_000_000, "2026-03-02T11:05:00.000000Z"),
      ("2026-03-02T06:35:00-04:30", 1_772_449_500_000_000, "2026-03-02T11:05:00.000000Z"),
      ("2026-03-02T11:05:00-00:00", 1_772_449_500_000_000, "2026-03-02T11:05:00.000000Z"),
      ("2026-03-02t11:05:00z", 1_772_449_500_000_000, "2026-03-02T11:05:00.000000Z"),
      ("2026-01-01T00:30:00+23:59", 1_767_141_060_000_000, "2025-12-31T00:31:00.000000Z"),
      ("2026-03-02T11:05:00.1Z", 1_772_449_500_100_000, "2026-03-02T11:05:00.100000Z"),
      ("2026-03-02T11:05:00.123456Z", 1_772_449_500_123_456, "2026-03-02T11:05:00.123456Z"),
      // Leap seconds, in UTC and in a zone: the microsecond before.
      ("2016-12-31T23:59:60Z", 1_483_228_799_999_999, "2016-12-31T23:59:59.999999Z"),
      ("2017-01-01T02:59:60.5+03:00", 1_483_228_799_999_999, "2016-12-31T23:59:59.999999Z"),
      ("2015-06-30T23:59:60.25Z", 1_435_708_799_999_999, "2015-06-30T23:59:59.999999Z"),
    ] as [(String, Int64, String)])
  func reads(text: String, microseconds: Int64, printed: String) throws {
    let time = try #require(Timestamp(text))
    #expect(time.microseconds == microseconds)
    #expect(time.description == printed)
    #expect(Timestamp(printed) == time)
  }

  @Test(
    "Refuses dates that don't exist, other formats and times out of range",
    arguments: [
      "", "2026-03-02", "2026-03-02T11:05Z", "2026-03-02T11:05:00", "2026-03-02 11:05:00Z",
      "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
      "2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
      "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
      "2026-01-01T00:00:61Z", "2026-03-02T11:05:60Z", "2026-03-02T23:59:60Z",
      "2016-12-31T23:59:60+03:00", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567Z",
      "2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+03:60",
      "2026-01-01T00:00:00+0300", "2026-01-01T00:00:00+03", "2026-01-01T00:00:00Z ",
      " 2026-01-01T00:00:00Z", "26-01-01T00:00:00Z", "+2026-01-01T00:00:00Z",
      "2026-1-1T00:00:00Z", "0000-01-01T00:00:00Z", "1899-12-31T23:59:59.999999Z",
      "1900-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "10000-01-01T00:00:00Z",
      "２026-01-01T00:00:00Z", "2026-01-01T00:00:00\u{0}Z",
    ])
  func refuses(text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test(
    "Every 64-bit number prints as itself and as no other time",
    arguments: [
      (.min, "-290308-12-21T19:59:05.224192Z"), (.max, "+294247-01-10T04:00:54.775807Z"),
      (-62_167_219_200_000_001, "-000001-12-31T23:59:59.999999Z"),
      (-62_167_219_200_000_000, "0000-01-01T00:00:00.000000Z"),
      (253_402_300_800_000_000, "+010000-01-01T00:00:00.000000Z"),
    ] as [(Int64, String)])
  func extremes(microseconds: Int64, printed: String) {
    let time = Timestamp(microseconds: microseconds)
    #expect(time.description == printed)
    #expect(!time.isInRange)
    // Only what is in range is taken back.
    #expect(Timestamp(printed) == nil)
  }

  @Test("Seconds and additions stay at the ends of 64 bits")
  func saturates() {
    #expect(Timestamp(seconds: .max).microseconds == .max)
    #expect(Timestamp(seconds: .min).microseconds == .min)
    #expect(Timestamp(seconds: -1).microseconds == -1_000_000)
    #expect(Timestamp.latest.adding(microseconds: .max).microseconds == .max)
    #expect(Timestamp(microseconds: -2).adding(microseconds: .min).microseconds == .min)
    #expect(Timestamp(microseconds: .min).milliseconds == -9_223_372_036_854_776)
    #expect(Timestamp(microseconds: -1).seconds == -1)
    #expect(Timestamp(microseconds: -1_000_000).seconds == -1)
  }

  @Test("Civil dates follow the calendar day by day for 8,000 years")
  func calendar() throws {
    var expected = (year: 1900, month: 1, day: 1)
    var time = Timestamp.earliest
    while expected.year < 9900 {
      let civil = CivilTime(secondsSince1970: time.seconds)
      guard civil.year == expected.year, civil.month == expected.month, civil.day == expected.day,
        civil.secondsSince1970 == time.seconds
      else {
        Issue.record("\(expected) is \(civil)")
        return
      }
      // Whole years but the leap days' surroundings are skipped, to be fast.
      let days: Int64 = expected.month == 3 && expected.day == 2 ? 360 : 1
      for _ in 0..<days { expected = TimestampTests.next(expected) }
      time = time.adding(microseconds: days * 86_400_000_000)
    }
  }

  private static func next(_ date: (year: Int, month: Int, day: Int)) -> (
    year: Int, month: Int, day: Int
  ) {
    let isLeap =
      date.year % 4 == 0 && date.year % 100 != 0 || date.year % 400 == 0
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    if date.day < days[date.month - 1] { return (date.year, date.month, date.day + 1) }
    return date.month < 12 ? (date.year, date.month + 1, 1) : (date.year + 1, 1, 1)
  }
}
