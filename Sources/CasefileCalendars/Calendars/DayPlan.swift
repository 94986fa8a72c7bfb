/// Working time by local clock readings alone: how much of it lies before any reading.
///
/// The zone is no matter here. All is counted in microseconds of local readings since 1970-01-01
/// 00:00, as a sum over whole weeks, days of the week and the exceptions before it, so that no length
/// of time costs a loop over its days.
///
/// Deadlines ask it dozens of times for each ticket, so it is one object with flat lists: a list of
/// lists cost more for counting references than for the sums.
final class DayPlan: Sendable {
  static let dayLength: Int64 = 86_400_000_000

  /// A part of a day's hours.
  private struct Part: Sendable {
    let from: Int64
    let to: Int64
  }

  /// A day of the week, or a date that differs.
  private struct Day: Sendable {
    /// Of a date its number, of a day of the week its place.
    let day: Int64
    /// What the days of the week before it add up to; of a date what all earlier exceptions add to the
    /// hours of their weeks.
    let before: Int64
    /// Its parts.
    let first: Int
    let end: Int
  }

  private let parts: [Part]
  private let weekly: [Day]
  private let weekLength: Int64
  private let exceptions: [Day]
  private let exceptionTotal: Int64

  init(_ calendar: WorkingCalendar) {
    var parts: [Part] = []
    func day(_ number: Int64, _ hours: [DayHours], before: Int64) -> Day {
      let first = parts.count
      parts += hours.map {
        Part(from: Int64($0.fromSeconds) * 1_000_000, to: Int64($0.toSeconds) * 1_000_000)
      }
      return Day(day: number, before: before, first: first, end: parts.count)
    }
    var weekly: [Day] = []
    var total: Int64 = 0
    for (index, hours) in calendar.weekly.enumerated() {
      weekly.append(day(Int64(index), hours, before: total))
      total += DayPlan.length(hours)
    }
    weekLength = total
    var exceptions: [Day] = []
    total = 0
    for (date, hours) in calendar.exceptions.sorted(by: { $0.key < $1.key }) {
      exceptions.append(day(date.days, hours, before: total))
      total += DayPlan.length(hours) - DayPlan.length(calendar.weekly[date.weekday])
    }
    self.parts = parts
    self.weekly = weekly
    self.exceptions = exceptions
    exceptionTotal = total
  }

  /// The working time before a local reading, counted from 1970 (less than zero before it).
  func total(before reading: Int64) -> Int64 {
    let (number, time) = LocalDate.floor(reading, DayPlan.dayLength)
    let (day, before) = day(number)
    var sum = before
    for index in day.first..<day.end {
      let part = parts[index]
      guard time > part.from else { break }
      sum += min(time, part.to) - part.from
    }
    return sum
  }

  /// Whether a local reading lies in the hours of its date.
  func contains(_ reading: Int64) -> Bool {
    let (number, time) = LocalDate.floor(reading, DayPlan.dayLength)
    let day = day(number).day
    return parts[day.first..<day.end].contains { $0.from <= time && time < $0.to }
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
      guard day(low + step).before < total else {
        high = low + step
        break
      }
      low += step
      step *= 2
    }
    // The last day at whose beginning the total isn't reached yet: it is reached within that day.
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if day(middle).before < total { low = middle } else { high = middle }
    }
    let (day, before) = day(low)
    var rest = total - before
    for index in day.first..<day.end {
      let part = parts[index]
      let length = part.to - part.from
      if rest <= length { return low * DayPlan.dayLength + part.from + rest }
      rest -= length
    }
    return last
  }

  /// A day's hours, and the working time before it.
  private func day(_ number: Int64) -> (day: Day, before: Int64) {
    // 1970-01-01 was a Thursday.
    let (week, weekday) = LocalDate.floor(number + 3, 7)
    let usual = weekly[Int(weekday)]
    let before = week * weekLength + usual.before
    if exceptions.isEmpty { return (usual, before) }
    let index = firstException(onOrAfter: number)
    guard index < exceptions.count else { return (usual, before + exceptionTotal) }
    let exception = exceptions[index]
    return (exception.day == number ? exception : usual, before + exception.before)
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
