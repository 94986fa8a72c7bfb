import Casefile
import CasefileModel
import CasefileProjections

/// Builds tables of metrics: the way from the store to cells, and from cells to tables.
struct MetricReport {
  let question: ReportQuestion
  var group: String?
  var agent: String?
  var cells = MetricCells()
  var names = NameBook()
  /// The parts of the time; none where nothing is told over time.
  var boundaries: [Timestamp] = []
  var step = ReportStep.day

  /// By what a value is told apart.
  enum Cut { case all, agent }

  /// Reads metrics of all tickets once.
  ///
  /// - Parameters:
  ///   - metrics: what is measured.
  ///   - cuts: the cells in which each value counts.
  ///   - period: of which time; nil: the one that is asked for.
  ///   - isOverTime: whether values count by parts of the time too, cut as `by` says.
  ///   - withOmissions: whether what is no value is told too.
  mutating func read(
    _ metrics: [Metric], cuts: [Cut], isOverTime: Bool = false, by step: ReportStep? = nil,
    withOmissions: Bool = true
  ) throws {
    var wanted: [Metric] = []
    for metric in metrics where !wanted.contains(metric) { wanted.append(metric) }
    var tables = wanted.flatMap { metric in
      cuts.map { MetricTable(metric, by: $0 == .agent ? .agent : .all, filter: filter) }
    }
    // Where the period has no beginning, over time is told from the first value on.
    let isSecond = isOverTime && question.period.since == nil
    if isOverTime, !isSecond { try cut(from: nil, by: step) }
    if !boundaries.isEmpty { tables += wanted.map(overTime) }
    if tables.isEmpty { tables = wanted.map { MetricTable($0, filter: filter) } }
    tables = try question.store.fill(
      tables, at: question.now, knownAt: question.knownAt, withOmissions: withOmissions)
    if isOverTime {
      guard let first = tables.compactMap(\.earliest).min() else {
        boundaries = []
        return try take(tables, wanted, cuts)
      }
      if isSecond {
        try cut(from: first, by: step)
        if !boundaries.isEmpty {
          tables += try question.store.fill(
            wanted.map(overTime), at: question.now, knownAt: question.knownAt)
        }
      }
    }
    try take(tables, wanted, cuts)
  }

  /// Reads metrics by the given parts of the time, and in the same go those of a second report over its
  /// time, which lies within; what is no value is not told.
  ///
  /// - Parameters:
  ///   - metrics: what is measured.
  ///   - course: the second report, whose period has a beginning.
  ///   - others: what is measured for that.
  ///   - step: the parts of its time; nil: the usual ones.
  mutating func read(
    _ metrics: [Metric], beside course: inout MetricReport, _ others: [Metric],
    by step: ReportStep?
  ) throws {
    try course.cut(from: nil, by: step)
    let wanted = course.boundaries.isEmpty ? [] : others.map(course.overTime)
    let tables = try question.store.fill(
      metrics.map(overTime) + wanted, at: question.now, knownAt: question.knownAt,
      withOmissions: false)
    try take(Array(tables.prefix(metrics.count)), metrics, [])
    let more = Array(tables.dropFirst(metrics.count))
    if more.allSatisfy({ $0.earliest == nil }) { course.boundaries = [] }
    try course.take(more, others, [])
  }

  private var filter: MetricFilter {
    MetricFilter(
      since: question.period.since, until: question.period.until, agent: agent, group: group)
  }

  private func overTime(_ metric: Metric) -> MetricTable {
    var table = MetricTable(metric, filter: filter)
    table.boundaries = boundaries
    return table
  }

  /// Cuts the time into parts.
  private mutating func cut(from first: Timestamp?, by step: ReportStep?) throws {
    guard let span = question.span(from: first) else { return }
    self.step = step ?? ReportSteps.usual(from: span.from, until: span.until)
    boundaries = try ReportSteps.boundaries(
      from: span.from, until: span.until, by: self.step, in: question.zone)
  }

  private mutating func take(
    _ tables: [MetricTable], _ metrics: [Metric], _ cuts: [Cut]
  ) throws {
    for table in tables { cells.take(table) }
    let agents = cuts.contains(.agent) ? cells.keys(of: metrics).compactMap { $0 } : []
    names = try People(question.store, knownAt: question.knownAt).names(
      of: Set(
        (agents + [agent].compactMap { $0 }).map { .agent($0) }
          + [group].compactMap { $0.map { .group($0) } }))
  }

  // MARK: Tables

  /// A report of the name, with what it is asked about.
  func report(_ name: ReportName) -> Report {
    var stamp = question.stamp
    stamp.group = group.map { .entity(.group, $0, name: names.name(.group, $0, at: nil)) }
    stamp.agent = agent.map { .entity(.agent, $0, name: names.name(.agent, $0, at: nil)) }
    return Report(name: name, stamp: stamp)
  }

  func omissions(of metrics: [Metric]) -> [ReportOmissionCount] {
    var seen: Set<Metric> = []
    // What is no value has no time and is nobody's, so that no filter can tell it apart.
    let isPart = filter.isAny
    return cells.omissions(of: metrics.filter { seen.insert($0).inserted }).map {
      ReportOmissionCount(why: $0.why, count: $0.count, isOfAll: isPart)
    }
  }

  /// The command that lists the values behind a figure.
  func opens(_ metric: Metric, agent: String? = nil, part: String? = nil) -> [String] {
    ["metric", "open", metric.rawValue] + question.momentArguments() + question.periodArguments
      + filters(agent) + (part.map { ["--part", $0] } ?? [])
  }

  func filters(_ agent: String?) -> [String] {
    (agent.map { ["--agent", $0] } ?? []) + (group.map { ["--group", $0] } ?? [])
  }
}

/// A figure of a metric: a column of a table.
struct ReportFigure: Hashable {
  let metric: Metric
  let statistic: ReportStatistic

  init(_ metric: Metric, _ statistic: ReportStatistic) {
    self.metric = metric
    self.statistic = statistic
  }

  /// The column that shows it.
  var column: ReportTable.Column {
    let unit: ReportUnit =
      switch statistic {
      case .count: metric.counted.reportUnit
      case .share: .share
      case .sum:
        metric.unit == .count || metric.unit == .share ? metric.counted.reportUnit : .seconds
      case .median, .mean, .p90: metric.unit == .seconds ? .seconds : .mark
      }
    return ReportTable.Column(heading: .metric(metric, statistic), unit: unit)
  }
}

extension Metric {
  /// A criterion, a scale or a kind of the metric; nil: it tells none.
  func value(ofPart part: String?) -> ReportValue {
    guard let part else { return .nobody }
    switch self {
    case .overdueReplies: return .word(part, of: nil)
    case .badMarks, .goodMarks, .comments, .loyalty: return .word(part, of: "RatingKind")
    case .callOutcomes: return .word(part, of: "CallOutcome")
    case .disputeTime: return .word(part, of: "DisputeDecision")
    default: return .part(self, part)
    }
  }
}

extension Metric.Counted {
  /// The unit of a number of them.
  var reportUnit: ReportUnit {
    switch self {
    case .tickets: .tickets
    case .contacts: .contacts
    case .replies: .replies
    case .events: .events
    case .answers: .answers
    case .marks: .marks
    case .calls: .calls
    case .reviews: .reviews
    case .surveys: .surveys
    case .steps: .steps
    }
  }
}
