/// Working time by local clock readings alone: how much of it lies before any reading.
///
/// The zone is no matter here. All is counted in microseconds of local readings since 1970-01-01
/// 00:00, as a sum over whole weeks, days of the week and the exceptions before it, so that no length
/// of time costs a loop over its days.
struct DayPlan: Sendable {
  static let dayLength: Int64 = 86_400_000_000

  private struct Exception: Sendable {
    let day: Int64
    /// What all earlier exceptions add to the hours of their weeks.
    let before: Int64
    let hours: [DayHours]
  }

  private let weekly: [[DayHours]]
  /// What the days before each one of the week add up to; the eighth is the whole week.
  private let weekBefore: [Int64]
  private let exceptions: [Exception]
  private let exceptionTotal: Int64

  init(_ calendar: WorkingCalendar) {
    weekly = calendar.weekly
    var before: [Int64] = [0]
    for hours in calendar.weekly { before.append(before[before.count - 1] + DayPlan.length(hours)) }
    weekBefore = before
    var exceptions: [Exception] = []
    var total: Int64 = 0
    for (date, hours) in calendar.exceptions.sorted(by: { $0.key < $1.key }) {
      exceptions.append(Exception(day: date.days, before: total, hours: hours))
      total += DayPlan.length(hours) - DayPlan.length(calendar.weekly[date.weekday])
    }
    self.exceptions = exceptions
    exceptionTotal = total
  }

  /// The working time before a local reading, counted from 1970 (less than zero before it).
  func total(before reading: Int64) -> Int64 {
    let (day, time) = LocalDate.floor(reading, DayPlan.dayLength)
    var sum = total(beforeDay: day)
    for hours in self.hours(of: day) {
      let from = Int64(hours.fromSeconds) * 1_000_000
      guard time > from else { break }
      sum += min(time, Int64(hours.toSeconds) * 1_000_000) - from
    }
    return sum
  }

  /// Whether a local reading lies in the hours of its date.
  func contains(_ reading: Int64) -> Bool {
    let (day, time) = LocalDate.floor(reading, DayPlan.dayLength)
    return hours(of: day).contains {
      Int64($0.fromSeconds) * 1_000_000 <= time && time < Int64($0.toSeconds) * 1_000_000
    }
  }

  /// The earliest reading before which so much working time lies.
  ///
  /// - Parameters:
  ///   - first: a reading before which less lies.
  ///   - last: a reading before which no less lies.
  func reading(at total: Int64, after first: Int64, through last: Int64) -> Int64 {
    var low = LocalDate.floor(first, DayPlan.dayLength).quotient
    var high = LocalDate.floor(last, DayPlan.dayLength).quotient + 1
    // Most deadlines are a few days ahead: the steps double until one goes too far.
    var step: Int64 = 1
    while high - low > step {
      guard self.total(beforeDay: low + step) < total else {
        high = low + step
        break
      }
      low += step
      step *= 2
    }
    // The last day at whose beginning the total isn't reached yet: it is reached within that day.
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if self.total(beforeDay: middle) < total { low = middle } else { high = middle }
    }
    var rest = total - self.total(beforeDay: low)
    for hours in hours(of: low) {
      let length = Int64(hours.lengthSeconds) * 1_000_000
      if rest <= length {
        return low * DayPlan.dayLength + Int64(hours.fromSeconds) * 1_000_000 + rest
      }
      rest -= length
    }
    return last
  }

  private func total(beforeDay day: Int64) -> Int64 {
    // 1970-01-01 was a Thursday.
    let (week, weekday) = LocalDate.floor(day + 3, 7)
    let index = firstException(onOrAfter: day)
    let exceptional = index < exceptions.count ? exceptions[index].before : exceptionTotal
    return week * weekBefore[7] + weekBefore[Int(weekday)] + exceptional
  }

  private func hours(of day: Int64) -> [DayHours] {
    let index = firstException(onOrAfter: day)
    if index < exceptions.count, exceptions[index].day == day { return exceptions[index].hours }
    return weekly[Int(LocalDate.floor(day + 3, 7).remainder)]
  }

  private func firstException(onOrAfter day: Int64) -> Int {
    var low = 0
    var high = exceptions.count
    while low < high {
      let middle = (low + high) / 2
      if exceptions[middle].day < day { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func length(_ hours: [DayHours]) -> Int64 {
    hours.reduce(0) { $0 + Int64($1.lengthSeconds) * 1_000_000 }
  }
}
