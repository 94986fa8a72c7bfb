/// Reads the days off of an iCalendar file (RFC 5545): each event that takes whole days.
struct ICalendarReader {
  private let lines: [(name: Substring, parameters: Substring, value: Substring)]

  init(_ text: String) throws(CalendarError) {
    // A line that begins with a blank goes on with the one before it.
    let unfolded = text.replacing("\r\n", with: "\n")
      .replacing("\n ", with: "").replacing("\n\t", with: "")
    lines = unfolded.split(separator: "\n").compactMap { line in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let head = line[..<colon]
      let name = head.prefix { $0 != ";" }
      return (name, head[name.endIndex...], line[line.index(after: colon)...])
    }
    guard let first = lines.first, first.name.uppercased() == "BEGIN", first.value == "VCALENDAR"
    else { throw HolidayList.invalid("it does not begin with BEGIN:VCALENDAR") }
  }

  /// The days of all events.
  func days() throws(CalendarError) -> [HolidayList.Day] {
    var days: [HolidayList.Day] = []
    var event: Event?
    for line in lines {
      switch (line.name.uppercased(), line.value) {
      case ("BEGIN", "VEVENT"): event = Event()
      case ("END", "VEVENT"):
        if let event { days += try event.days() }
        event = nil
      case ("DTSTART", _): event?.start = try date(line.value)
      case ("DTEND", _): event?.end = try date(line.value)
      case ("SUMMARY", _): event?.label = plain(line.value)
      case ("STATUS", _): event?.isCancelled = line.value == "CANCELLED"
      case ("RRULE", _), ("RDATE", _):
        if event != nil {
          throw HolidayList.invalid(
            "an event repeats itself (\(line.name)); take a list that states each year's dates")
        }
      default: break
      }
    }
    return days
  }

  private struct Event {
    var start: LocalDate?
    var end: LocalDate?
    var label: String?
    var isCancelled = false

    func days() throws(CalendarError) -> [HolidayList.Day] {
      guard !isCancelled else { return [] }
      guard let start else { throw HolidayList.invalid("an event has no DTSTART") }
      // The end of whole days is the day after the last one.
      let end = max(end ?? start, LocalDate(days: start.days + 1))
      guard end.days - start.days <= 366 else {
        throw HolidayList.invalid("an event takes \(end.days - start.days) days, from \(start)")
      }
      return (start.days..<end.days).map {
        HolidayList.Day(date: LocalDate(days: $0), kind: .off, label: label)
      }
    }
  }

  /// `20260101`, also with a time behind it.
  private func date(_ value: Substring) throws(CalendarError) -> LocalDate {
    let digits = value.prefix(8)
    if digits.utf8.count == 8, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let date = LocalDate(
        "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))")
    {
      return date
    }
    throw HolidayList.invalid("there is no date \(value.prefix(32).debugDescription)")
  }

  private func plain(_ value: Substring) -> String {
    String(value).replacing("\\,", with: ",").replacing("\\;", with: ";")
      .replacing("\\n", with: " ").replacing("\\\\", with: "\\")
  }
}
