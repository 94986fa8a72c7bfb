public import CasefileModel

/// One version of a working calendar: the hours of each week, the dates that differ, the zone, and
/// from when it is in force. Versions never change.
public struct WorkingCalendar: Hashable, Sendable {
  /// The calendar's id.
  public let id: String
  /// Its version.
  public let version: Int64
  /// The zone, by its IANA name.
  public let timeZone: String
  /// The hours of each day of the week in order, Monday first.
  public let weekly: [[DayHours]]
  /// The dates whose hours replace those of the week; none means a day off.
  public let exceptions: [LocalDate: [DayHours]]
  /// The names of the holidays.
  public let labels: [LocalDate: String]
  /// From when it is in force; nil: always has been.
  public let effectiveFrom: Timestamp?
  /// The event that published it; nil where it is only tried.
  public let position: Position?

  /// Takes a version as it was published.
  ///
  /// - Throws: `CalendarError` for hours that overlap, are empty or end before they begin, for a day
  ///   that is given twice, and for a date that does not exist.
  public init(_ payload: CalendarPublished, position: Position?) throws(CalendarError) {
    id = payload.calendarId
    version = payload.version
    timeZone = payload.timeZone
    effectiveFrom = payload.effectiveFrom
    self.position = position
    guard payload.version >= 1 else {
      throw CalendarError(
        .invalidVersion,
        "the calendar \(payload.calendarId) has the version \(payload.version); versions count from 1"
      )
    }
    weekly = try WorkingCalendar.week(payload.weekly)
    (exceptions, labels) = try WorkingCalendar.exceptions(payload.exceptions)
  }

  /// Checks that a version can follow the one before it.
  ///
  /// - Throws: `CalendarError` `.invalidVersion`, `.effectiveBackwards`.
  public func check(after last: WorkingCalendar?) throws(CalendarError) {
    guard version == (last?.version ?? 0) + 1 else {
      throw CalendarError(
        .invalidVersion,
        "the calendar \(id) is at version \(last?.version ?? 0), so the next one is "
          + "\((last?.version ?? 0) + 1) and not \(version); versions never change")
    }
    if let earlier = last?.effectiveFrom, effectiveFrom.map({ $0 < earlier }) ?? true {
      let given = effectiveFrom.map(\.description) ?? "always"
      throw CalendarError(
        .effectiveBackwards,
        "version \(version) of the calendar \(id) is in force from \(given), before version "
          + "\(version - 1) (\(earlier)); an effective date can't go backwards")
    }
  }

  private static func week(_ days: [WeeklyHours]) throws(CalendarError) -> [[DayHours]] {
    var week = [[DayHours]](repeating: [], count: 7)
    var seen: Set<Int> = []
    for day in days {
      let name = day.day.name ?? "day \(day.day.rawValue)"
      guard let index = WorkingCalendar.weekdays.firstIndex(of: day.day) else {
        throw CalendarError(
          .invalidDate, "there is no day of the week \(name); use monday … sunday")
      }
      guard seen.insert(index).inserted else {
        throw CalendarError(.duplicateDay, "\(name) is given twice; give each day once")
      }
      week[index] = try hours(day.intervals, in: name)
    }
    return week
  }

  private static func exceptions(
    _ list: [CalendarException]
  ) throws(CalendarError) -> ([LocalDate: [DayHours]], [LocalDate: String]) {
    var exceptions: [LocalDate: [DayHours]] = [:]
    var labels: [LocalDate: String] = [:]
    for exception in list {
      guard let date = LocalDate(exception.date) else {
        throw CalendarError(
          .invalidDate,
          "there is no date \(exception.date.debugDescription); write it as 2026-03-09")
      }
      guard exceptions[date] == nil else {
        throw CalendarError(
          .duplicateDay, "the exception \(date) is given twice; give each date once")
      }
      exceptions[date] = try hours(exception.intervals, in: exception.date)
      labels[date] = exception.label
    }
    return (exceptions, labels)
  }

  private static func hours(
    _ intervals: [DayInterval], in place: String
  ) throws(CalendarError) -> [DayHours] {
    var hours: [DayHours] = []
    for interval in intervals {
      hours.append(try DayHours(from: interval.from, to: interval.to, in: place))
    }
    return try DayHours.sorted(hours, in: place)
  }

  private static let weekdays: [Weekday] = [
    .monday, .tuesday, .wednesday, .thursday, .friday, .saturday, .sunday,
  ]
}
