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
  mutating func read(
    _ metrics: [Metric], cuts: [Cut], isOverTime: Bool = false, by step: ReportStep? = nil
  ) throws {
    var samples: [[MetricSample]] = metrics.map { _ in [] }
    try question.store.metrics(metrics, at: question.now, knownAt: question.knownAt) { tickets in
      for (index, ticket) in tickets.enumerated() {
        samples[index] += ticket.samples.filter(wants)
        cells.add(ticket.omissions, of: metrics[index])
      }
      return true
    }
    if isOverTime, let span = samples.joined().map(\.at).min().flatMap({ question.span(from: $0) })
    {
      self.step = step ?? ReportSteps.usual(from: span.from, until: span.until)
      boundaries = try ReportSteps.boundaries(
        from: span.from, until: span.until, by: self.step, in: question.zone)
    }
    for (metric, samples) in zip(metrics, samples) {
      for sample in samples { add(sample, of: metric, cuts) }
    }
    let agents = cuts.contains(.agent) ? cells.keys(of: metrics).compactMap { $0 } : []
    names = try People(question.store, knownAt: question.knownAt).names(
      of: Set(
        (agents + [agent].compactMap { $0 }).map { .agent($0) }
          + [group].compactMap { $0.map { .group($0) } }))
  }

  private func wants(_ sample: MetricSample) -> Bool {
    question.period.contains(sample.at) && agent.map { sample.agent == $0 } ?? true
      && group.map { sample.group == $0 } ?? true
  }

  private mutating func add(_ sample: MetricSample, of metric: Metric, _ cuts: [Cut]) {
    for cut in cuts {
      let key = cut == .agent ? sample.agent ?? "" : nil
      cells.add(sample.value, at: .init(metric: metric, key: key, part: sample.part))
    }
    guard let step = boundaries.lastIndex(where: { $0 <= sample.at }), step < boundaries.count - 1
    else { return }
    cells.add(sample.value, at: .init(metric: metric, part: sample.part, step: step))
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
    return cells.omissions(of: metrics.filter { seen.insert($0).inserted })
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
      case .sum: metric.unit == .count ? metric.counted.reportUnit : .seconds
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
