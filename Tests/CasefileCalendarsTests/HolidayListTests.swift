import CasefileCalendars
import CasefileModel
import Testing

@Suite("HolidayList")
struct HolidayListTests {
  static let week = WorkingTimeTests.week(["09:00-13:00", "14:00-18:00"], days: 0..<5)

  private func text(_ list: String) throws -> [String] {
    try HolidayList(reading: Array(list.utf8)).exceptions(weekly: HolidayListTests.week).map {
      let hours = $0.intervals.map { "\($0.from)-\($0.to)" }.joined(separator: " ")
      return "\($0.date) \(hours)" + ($0.label.map { " (\($0))" } ?? "")
    }
  }

  @Test("Whole days of an iCalendar file are days off, with folded lines and several days")
  func iCalendar() throws {
    let list = [
      "BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "DTSTART;VALUE=DATE:20260101",
      "DTEND;VALUE=DATE:20260103", "SUMMARY:New Year\\, ", " holidays", "END:VEVENT",
      "BEGIN:VEVENT", "DTSTART:20260309T000000Z", "END:VEVENT", "BEGIN:VEVENT",
      "STATUS:CANCELLED", "DTSTART:20260310", "END:VEVENT", "BEGIN:VEVENT", "DTSTART:20260704",
      "END:VEVENT", "END:VCALENDAR",
    ].joined(separator: "\r\n")
    // 4 July 2026 is a Saturday and free anyhow.
    #expect(
      try text(list) == [
        "2026-01-01  (New Year, holidays)", "2026-01-02  (New Year, holidays)", "2026-03-09 ",
      ])
  }

  @Test("The Russian production calendar in JSON tells days off, short days and working Saturdays")
  func russianJSON() throws {
    let list = """
      {"year": 2024, "months": [
        {"month": 2, "days": "3,4,10,11,17,18,22*,23,24,25"},
        {"month": 4, "days": "6,7,13,14,20,21,28,29+,30+"},
        {"month": 12, "days": "1,7,8,14,15,21,22,29,30+,31+"}], "transitions": []}
      """
    #expect(
      try text(list) == [
        "2024-02-22 09:00-13:00 14:00-17:00", "2024-02-23 ", "2024-04-27 09:00-13:00 14:00-18:00",
        "2024-04-29 ", "2024-04-30 ", "2024-12-28 09:00-13:00 14:00-18:00", "2024-12-30 ",
        "2024-12-31 ",
      ])
  }

  @Test("The same in XML, with the holidays' names")
  func russianXML() throws {
    let list = """
      <?xml version="1.0" encoding="UTF-8"?>
      <calendar year="2024" lang="ru"><holidays><holiday id="2" title="День &quot;защитника&quot;"/>
      </holidays><days><day d="02.22" t="2"/><day d="02.23" t="1" h="2"/><day d="04.27" t="3"/>
      </days></calendar>
      """
    #expect(
      try text(list) == [
        "2024-02-22 09:00-13:00 14:00-17:00", "2024-02-23  (День \"защитника\")",
        "2024-04-27 09:00-13:00 14:00-18:00",
      ])
  }

  @Test("A short day may cost whole intervals")
  func shortDay() throws {
    let list = try HolidayList(
      reading: Array("<calendar year='2024'><day d='02.22' t='2'/></calendar>".utf8))
    let cut = try list.exceptions(weekly: HolidayListTests.week, shortBySeconds: 5 * 3600)
    #expect(cut.first?.intervals == [DayInterval(from: "09:00", to: "12:00")])
    let all = try list.exceptions(weekly: HolidayListTests.week, shortBySeconds: 9 * 3600)
    #expect(all.first?.intervals.isEmpty == true)
  }

  @Test(
    "Lists that say nothing or the impossible are refused",
    arguments: [
      "", "hello", "BEGIN:VEVENT", "BEGIN:VCALENDAR\nEND:VCALENDAR",
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260230\nEND:VEVENT",
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT",
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nRRULE:FREQ=YEARLY\nEND:VEVENT",
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nDTEND:20290101\nEND:VEVENT",
      "{", "{}", #"{"year": 2024, "months": [{"month": 13, "days": "1"}]}"#,
      #"{"year": 2024, "months": [{"month": 2, "days": "30"}]}"#,
      #"{"year": 2024, "months": [{"month": 2, "days": "1x"}]}"#,
      "<calendar><day d='01.01' t='1'/>",
      "<calendar year='2024'><day d='13.01' t='1'/></calendar>",
      "<calendar year='2024'><day d='01.01' t='9'/></calendar>",
    ])
  func refusals(_ list: String) {
    #expect(throws: CalendarError(.invalidSource, "")) {
      try HolidayList(reading: Array(list.utf8))
    }
  }
}
