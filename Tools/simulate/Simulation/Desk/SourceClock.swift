import CasefileModel

/// A deadline as the desk's own system follows it.
struct SourceClock {
  enum Name: String { case firstReply, nextReply, resolution }

  let name: Name
  let instance: Int64
  /// Seconds of working time in all.
  var target: Int64
  /// What was used before it last began to run.
  var used: Int64 = 0
  /// Since when it runs; nil while it is paused or stopped.
  var since: Int64?
  /// When it runs out; nil unless it runs.
  var due: Int64?
  var isPaused = false
  var cause = BreachCause.elapsed
  /// Whether the target was missed and that is written down.
  var isNoted = false

  var isActive: Bool { since != nil || isPaused }
}

extension WorkCalendar {
  /// Seconds of local clocks in which work is done.
  private var readings: [(from: Int64, to: Int64)] {
    hours.map { (WorkCalendar.seconds($0.from), WorkCalendar.seconds($0.to)) }
  }

  private static func seconds(_ reading: String) -> Int64 {
    reading.split(separator: ":").prefix(2).reduce(0) { $0 * 60 + (Int64($1) ?? 0) } * 60
  }

  /// The working time between two instants, day by day: no deadline lies far ahead.
  ///
  /// - Parameter years: for which the holidays are known.
  func elapsed(from start: Int64, to end: Int64, years: ClosedRange<Int>) -> Int64 {
    var sum: Int64 = 0
    walk(from: start, years: years) { from, to in
      sum += max(0, min(to, end) - from)
      return to < end
    }
    return sum
  }

  /// When so much working time has passed.
  func instant(after seconds: Int64, from start: Int64, years: ClosedRange<Int>) -> Int64 {
    guard seconds > 0 else { return start }
    var rest = seconds
    var found = start
    walk(from: start, years: years) { from, to in
      found = from + rest
      rest -= to - from
      return rest > 0
    }
    return found
  }

  private func walk(
    from start: Int64, years: ClosedRange<Int>, _ each: (_ from: Int64, _ to: Int64) -> Bool
  ) {
    let readings = readings
    var day = zone.day(at: start)
    // Two years without work end the walk.
    let last = day + 800
    while day < last {
      defer { day += 1 }
      guard days.contains(Zone.weekday(day)), !isHoliday(day, years) else { continue }
      for reading in readings {
        let from = max(start, zone.utc(day * 86_400 + reading.from))
        let to = zone.utc(day * 86_400 + reading.to)
        if from < to, !each(from, to) { return }
      }
    }
  }

  private func isHoliday(_ day: Int64, _ years: ClosedRange<Int>) -> Bool {
    let date = CivilTime(secondsSince1970: day * 86_400)
    guard years.contains(date.year) else { return false }
    return holidays.contains { $0.month == date.month && $0.day == date.day }
  }
}

extension Policy {
  /// Seconds of working time that a version allows.
  func target(_ clock: SourceClock.Name, version: Int64, priority: Int) -> Int64 {
    (clock == .resolution ? resolution : reply)[priority] * Policy.percent(version) / 100
  }

  /// Whether a version takes a proposed solution for the end, and not a confirmation or the close.
  static func endsByProposal(_ version: Int64) -> Bool { !version.isMultiple(of: 3) }

  /// Whether a reopened ticket gets all of its time anew.
  static func beginsAnew(_ version: Int64) -> Bool { version.isMultiple(of: 2) }
}
