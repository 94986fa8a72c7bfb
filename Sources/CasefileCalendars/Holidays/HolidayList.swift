public import CasefileModel

/// The dates on which a year differs from its weeks, as a published list states them.
public struct HolidayList: Hashable, Sendable {
  /// How a date differs.
  public enum Kind: Hashable, Sendable {
    /// Nobody works.
    case off
    /// The last working hours are cut.
    case short
    /// A day off of the week on which work is done.
    case working
  }

  /// A date of the list.
  public struct Day: Hashable, Sendable {
    /// The date.
    public let date: LocalDate
    /// How it differs.
    public let kind: Kind
    /// The name of the holiday.
    public let label: String?
  }

  /// The largest list that is read.
  public static let sizeMax = 4 << 20

  /// The dates in order, each once.
  public let days: [Day]

  /// Reads a list by what it begins with: iCalendar (RFC 5545), or the Russian production calendar
  /// in its usual JSON or XML form.
  ///
  /// - Throws: `CalendarError` `.invalidSource`, with what is wrong.
  public init(reading bytes: [UInt8]) throws(CalendarError) {
    guard bytes.count <= HolidayList.sizeMax else {
      throw HolidayList.invalid("it has \(bytes.count) bytes; the limit is \(HolidayList.sizeMax)")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let start = text.unicodeScalars.first { !$0.properties.isWhitespace && $0 != "\u{FEFF}" }
    switch start {
    case "B"?: days = try HolidayList.sorted(ICalendarReader(text).days())
    case "{"?: days = try HolidayList.sorted(RussianCalendarReader.json(bytes))
    case "<"?: days = try HolidayList.sorted(RussianCalendarReader.xml(text))
    default:
      throw HolidayList.invalid(
        "it is neither iCalendar (BEGIN:VCALENDAR) nor a production calendar in JSON or XML")
    }
  }

  /// The exceptions of a calendar with these hours a week.
  ///
  /// A short day ends earlier by so many seconds; a working day off has the hours of the first
  /// weekday that has some. Dates that a calendar already treats so are left out.
  public func exceptions(
    weekly: [WeeklyHours], shortBySeconds: Int = 3600
  ) throws(CalendarError) -> [CalendarException] {
    let calendar = try WorkingCalendar(
      CalendarPublished(calendarId: "c", version: 1, timeZone: "UTC", weekly: weekly),
      position: nil)
    let usual = calendar.weekly.first { !$0.isEmpty } ?? []
    return days.compactMap { day in
      let hours = calendar.weekly[day.date.weekday]
      let new: [DayHours]
      switch day.kind {
      case .off: new = []
      case .short: new = HolidayList.shortened(hours.isEmpty ? usual : hours, by: shortBySeconds)
      case .working: new = hours.isEmpty ? usual : hours
      }
      guard new != hours else { return nil }
      return CalendarException(
        date: "\(day.date)",
        intervals: new.map {
          DayInterval(
            from: DayHours.reading($0.fromSeconds), to: DayHours.reading($0.toSeconds))
        }, label: day.label)
    }
  }

  private static func shortened(_ hours: [DayHours], by seconds: Int) -> [DayHours] {
    var hours = hours
    var rest = seconds
    while rest > 0, let last = hours.popLast() {
      if last.lengthSeconds > rest {
        hours.append(last.cut(by: rest))
        break
      }
      rest -= last.lengthSeconds
    }
    return hours
  }

  private static func sorted(_ days: [Day]) throws(CalendarError) -> [Day] {
    guard !days.isEmpty else { throw invalid("it has no date") }
    var byDate: [LocalDate: Day] = [:]
    for day in days {
      // Two holidays may fall on one date; a day off is one, whatever else it is.
      if let known = byDate[day.date], known.kind != day.kind, known.kind != .off, day.kind != .off
      {
        throw invalid("\(day.date) is both a short and a working day")
      }
      if byDate[day.date] == nil || day.kind == .off { byDate[day.date] = day }
    }
    return byDate.values.sorted { $0.date < $1.date }
  }

  static func invalid(_ what: String) -> CalendarError {
    CalendarError(.invalidSource, "the list of holidays can't be read: \(what)")
  }
}
