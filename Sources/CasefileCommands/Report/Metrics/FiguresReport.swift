import ArgumentParser
import Casefile
import CasefileModel
import CasefileProjections

/// `casefile report run figures`.
struct FiguresReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figures",
    abstract: "Tell the key figures of a period against those of the period before.",
    discussion: """
      --since and --until are needed. The period before is as long: as many months before whole \
      months, else as many seconds. Both are told as the history stands at the moment of the report.

      Example:
        casefile report run figures --since 2026-03-01 --until 2026-04-01 --store ./desk
      """)

  @OptionGroup var options: MetricReportOptions

  /// How many tickets are open and how many lie still is true of an instant and of no period; topics and
  /// outcomes of calls have reports of their own.
  private static let metrics = Metric.allCases.filter {
    ![.backlog, .stale, .reasons, .callOutcomes].contains($0)
  }

  func validate() throws {
    guard options.options.period.since != nil, options.options.period.until != nil else {
      throw ValidationError("key figures are those of a period; give --since and --until")
    }
  }

  func run() async throws {
    try await options.options.run { question in
      guard let since = question.period.since, let until = question.period.until else {
        throw CommandFailure.usage("key figures are those of a period; give --since and --until")
      }
      let before = ReportSteps.before(since, until, in: question.zone)
      var wide = question
      wide.period.since = before
      var figures = MetricReport(
        question: wide, group: options.group, agent: options.agent,
        boundaries: [before, since, until])
      var course = MetricReport(question: question, group: options.group, agent: options.agent)
      try figures.read(
        Self.metrics, beside: &course, [.newContacts, .closed], by: options.by)
      var report = figures.report(.figures)
      report.notes = [.before(before, since)]
      report.tables = [
        FiguresReport(cells: figures, question: question, before: before).table(Self.metrics),
        course.overTime(
          [.init(.newContacts, .sum), .init(.closed, .sum)],
          charts: [ReportChart(title: .inflow, style: .columns, axis: 0, series: [1, 2])]),
      ]
      report.definitions = Self.metrics.filter { !figures.cells.parts(of: $0).isEmpty }
        .map { .metric($0) }
      return report
    }
  }
}

/// The key figures of two periods beside each other.
struct FiguresReport {
  let cells: MetricReport
  let question: ReportQuestion
  let before: Timestamp

  /// A row a metric and a part that has a value in one of the two.
  func table(_ metrics: [Metric]) -> ReportTable {
    var table = ReportTable(
      name: .keyFigures,
      columns: [
        .init(.figure, .term), .init(.part, .term), .init(.number, .values), .init(.now, .figure),
        .init(.numberBefore, .values), .init(.before, .figure), .init(.growth, .change),
      ])
    for metric in metrics {
      for part in cells.cells.parts(of: metric) {
        let then = cells.cells[.init(metric: metric, part: part, step: 0)]
        let now = cells.cells[.init(metric: metric, part: part, step: 1)]
        guard then.count + now.count > 0 else { continue }
        let statistic = metric.mainStatistic
        let values = [now, then].map { $0.figure(statistic, of: metric) }
        var row = ReportTable.Row(cells: [
          .heading(.metric(metric, statistic)), part == nil ? .blank : metric.value(ofPart: part),
          .count(now.count), values[0], .count(then.count), values[1],
          ReportValue.change(from: values[1], to: values[0]),
        ])
        let old = [
          "--since", "\(before)", "--until", "\(question.period.since ?? before)",
        ]
        let moment = ["metric", "open", metric.rawValue] + question.momentArguments()
        let more = cells.filters(cells.agent) + (part.map { ["--part", $0] } ?? [])
        row.opens = [
          2: moment + question.periodArguments + more, 3: moment + question.periodArguments + more,
          4: moment + old + more, 5: moment + old + more,
        ]
        table.rows.append(row)
      }
    }
    return table
  }
}

extension ReportValue {
  /// By how much a figure changed; no data where one of the two has none.
  static func change(from before: ReportValue, to now: ReportValue) -> ReportValue {
    switch (before, now) {
    case (.count(let before), .count(let now)): return .change(Int64(now - before), decimals: 0)
    case (.seconds(let before), .seconds(let now)): return .secondsChange(now - before)
    case (.decimal(let before, let decimals), .decimal(let now, _)):
      return .change(now - before, decimals: decimals)
    case (.share(let part, of: let whole), .share(let partNow, of: let wholeNow)):
      guard let before = DecimalNumber.share(part, of: whole, parts: 1_000),
        let now = DecimalNumber.share(partNow, of: wholeNow, parts: 1_000)
      else { return .noData }
      return .pointsChange(now - before)
    default: return .noData
    }
  }
}

extension ReportSteps {
  /// When a period of the same length before another one begins: so many months before whole months.
  static func before(_ since: Timestamp, _ until: Timestamp, in zone: Zone) -> Timestamp {
    func month(_ instant: Timestamp) -> Int? {
      let day = zone.day(instant)
      guard day.hasSuffix("-01"), zone.startOfDay(day) == instant,
        let civil = CivilDay(day[...])
      else { return nil }
      return civil.year * 12 + civil.month - 1
    }
    if let first = month(since), let last = month(until), first < last {
      let number = first - (last - first)
      let (year, month) = (number / 12, number % 12 + 1)
      let text = String(repeating: "0", count: max(0, 4 - "\(year)".count)) + "\(year)"
      let begin = zone.startOfDay("\(text)-\(month < 10 ? "0" : "")\(month)-01")
      if let begin { return begin }
    }
    return since.adding(microseconds: since.microseconds - until.microseconds)
  }
}
