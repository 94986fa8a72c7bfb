internal import CasefileCalendars
internal import CasefileModel

/// By which working time a ticket's hours count: that of the calendar of the policy that governs it.
struct CountedTime {
  private let book: DeadlineBook
  private let periods: [(from: Timestamp, policy: Int?)]

  /// - Parameter evaluator: at the instant of evaluation.
  init(_ facts: ClockFacts, _ evaluator: DeadlineEvaluator, _ book: DeadlineBook) {
    self.book = book
    periods = evaluator.governed(facts)
  }

  /// Whether a policy governs at the instant of evaluation.
  var isGoverned: Bool { periods.last?.policy != nil }

  /// The calendar of the policy that governed at an instant; nil where none did, or it counts around the
  /// clock.
  func calendar(at instant: Timestamp, for clock: ClockName) -> (id: String, time: WorkingTime)? {
    guard let policy = periods.last(where: { $0.from <= instant })?.policy,
      let id = book.calendar(of: policy, for: clock), let time = book.calendars[id]
    else { return nil }
    return (id, time)
  }
}

/// How long something lasted, and how long it may: in working time where a calendar governs at its end,
/// else around the clock.
struct CountedSpan {
  let seconds: Int64
  let limit: Int64
  /// The calendar by which both are counted; nil: around the clock.
  let calendar: String?
  /// When the limit was over.
  let over: Timestamp

  /// Whether it lasted for longer than it may.
  var isTooLong: Bool { seconds > limit }

  init(
    of code: FindingCode, from begin: Timestamp, until end: Timestamp, _ rules: FindingRules,
    _ time: CountedTime?
  ) {
    let threshold = code == .hung ? FindingRules.Threshold.staleDays : .noHolderMinutes
    let clock: ClockName = code == .hung ? .resolution : .firstReaction
    let wall = rules.seconds(threshold, for: code)
    guard let (id, time) = time?.calendar(at: end, for: clock),
      let limit = code == .hung
        ? CountedSpan.seconds(
          ofDays: rules.value(threshold, for: code), time.version(at: end) ?? time.versions.first)
        : wall
    else {
      (seconds, self.limit, calendar) = (FindingCase.seconds(begin, end), wall, nil)
      over = FindingCase.end(begin, wall)
      return
    }
    (self.limit, calendar) = (limit, id)
    seconds = time.elapsed(from: begin, to: end) / 1_000_000
    let (working, isOver) = limit.multipliedReportingOverflow(by: 1_000_000)
    over = isOver ? .latest : time.instant(after: working, from: begin) ?? .latest
  }

  /// The shortest time that a ticket may lie, under any calendar.
  static func shortestHungLimit(_ rules: FindingRules, _ book: DeadlineBook?) -> Int64 {
    let days = rules.value(.staleDays, for: .hung)
    let limits = (book?.calendars ?? [:]).values.flatMap { time in
      time.versions.compactMap { seconds(ofDays: days, $0) }
    }
    return (limits + [rules.seconds(.staleDays, for: .hung)]).min() ?? 0
  }

  /// So many working days; a day is as long as the longest of the calendar's week. Nil where nobody works
  /// on any day of it.
  private static func seconds(ofDays days: Int64, _ calendar: WorkingCalendar?) -> Int64? {
    let week = calendar?.weekly ?? []
    let longest = week.map { $0.reduce(0) { $0 + Int64($1.lengthSeconds) } }.max() ?? 0
    guard longest > 0 else { return nil }
    let (seconds, isOver) = days.multipliedReportingOverflow(by: longest)
    return isOver ? .max : seconds
  }
}

extension Finding {
  /// The same with how long it lasted.
  func lasting(_ span: CountedSpan) -> Finding {
    with {
      $0.seconds = span.seconds
      $0.limitSeconds = span.limit
      $0.calendar = span.calendar
    }
  }
}
