import CasefileModel

/// Cuts a period at local midnights into days, weeks from Monday, or months.
enum ReportSteps {
  /// More points than this are no picture that anybody reads.
  static let countMax = 400
  private static let secondsPerDay: Int64 = 86_400

  /// The step that gives so many points as can be told apart.
  static func usual(from since: Timestamp, until: Timestamp) -> ReportStep {
    let days = (until.seconds - since.seconds) / secondsPerDay
    return days <= 45 ? .day : days <= 315 ? .week : .month
  }

  /// Where the parts meet, both ends included; none of a period that is empty.
  ///
  /// - Throws: a usage failure for more parts than `countMax`.
  static func boundaries(
    from since: Timestamp, until: Timestamp, by step: ReportStep, in zone: Zone
  ) throws -> [Timestamp] {
    guard since < until else { return [] }
    let length: Int64 =
      switch step {
      case .day: 1
      case .week: 7
      case .month: 28
      }
    let count = (until.seconds - since.seconds) / secondsPerDay / length
    guard count <= Int64(countMax) else {
      throw CommandFailure.usage(
        "--by \(step.rawValue) cuts \(since) to \(until) into about \(count) parts; at most "
          + "\(countMax) are shown, choose a longer step or a shorter period")
    }
    var boundaries = [since]
    var day = Self.day(of: since, in: zone)
    while let last = boundaries.last, last < until {
      day = next(day, step)
      let midnight = Timestamp(seconds: day * secondsPerDay)
      guard let start = zone.startOfDay(Zone.utc.day(midnight)), start < until else {
        boundaries.append(until)
        break
      }
      if start > last { boundaries.append(start) }
    }
    return boundaries
  }

  /// The local date as days since 1970-01-01.
  private static func day(of instant: Timestamp, in zone: Zone) -> Int64 {
    Timestamp(zone.day(instant) + "T00:00:00Z").map { $0.seconds / secondsPerDay } ?? 0
  }

  /// The first day of the next part.
  private static func next(_ day: Int64, _ step: ReportStep) -> Int64 {
    switch step {
    case .day: return day + 1
    case .week:
      // 1970-01-01 was a Thursday.
      let weekday = ((day + 3) % 7 + 7) % 7
      return day + 7 - weekday
    case .month:
      var next = day + 1
      while CivilTime(secondsSince1970: next * secondsPerDay).day != 1 { next += 1 }
      return next
    }
  }
}
