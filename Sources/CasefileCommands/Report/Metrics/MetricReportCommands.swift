import ArgumentParser
import CasefileModel
import CasefileProjections

/// Of whom and of which group metrics are reported.
struct MetricReportOptions: ParsableArguments {
  @OptionGroup var options: PeriodReportOptions
  @Option(help: ArgumentHelp("Only what is this agent's.", valueName: "id")) var agent: String?
  @Option(help: ArgumentHelp("Only while this group had the ticket.", valueName: "id"))
  var group: String?
  @Option(
    help: "How long a point over time is: day, week or month; without it as suits the period.",
    transform: ReportStep.word)
  var by: ReportStep?

  /// A report that reads metrics once.
  func run(
    _ metrics: [Metric], cuts: [MetricReport.Cut] = [.all, .agent], isOverTime: Bool = true,
    _ make: @escaping (MetricReport) throws -> Report
  ) async throws {
    try await options.run { question in
      var report = MetricReport(question: question, group: group, agent: agent)
      try report.read(metrics, cuts: cuts, isOverTime: isOverTime, by: by)
      var made = try make(report)
      made.definitions += metrics.map { .metric($0) }
      return made
    }
  }
}

/// `casefile report run agents`.
struct AgentsReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agents",
    abstract: "Tell the figures of agents side by side, each by its written definition.",
    discussion: """
      A figure is whose who acted or held the ticket at that instant. Marks and reviews have tables of \
      their own, since marks of different scales can't be put together.

      Example:
        casefile report run agents --since 2026-03-01 --until 2026-04-01 --store ./desk
      """)

  @OptionGroup var options: MetricReportOptions

  func run() async throws {
    let work: [ReportFigure] = [
      .init(.replies, .count), .init(.firstReply, .median), .init(.nextReplies, .median),
      .init(.overdueReplies, .share), .init(.resolution, .count), .init(.resolution, .median),
      .init(.reopened, .share), .init(.handoffs, .sum),
    ]
    let reviews: [ReportFigure] = [
      .init(.reviewTotal, .count), .init(.reviewTotal, .share), .init(.criticalFailures, .share),
    ]
    let metrics: [Metric] = [
      .replies, .firstReply, .nextReplies, .overdueReplies, .resolution, .reopened, .handoffs,
      .satisfaction, .reviewTotal, .criticalFailures,
    ]
    try await options.run(metrics, isOverTime: false) { cells in
      var report = cells.report(.agents)
      report.tables = [
        cells.byAgent(.agentWork, work),
        cells.byAgentAndPart(.agentMarks, .scale, .satisfaction, [.count, .mean]),
        cells.byAgent(.agentReviews, reviews),
      ]
      return report
    }
  }
}

/// `casefile report run satisfaction`.
struct SatisfactionReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "satisfaction",
    abstract:
      "Tell the marks of clients: how many were asked, how many answered, and what they gave.",
    discussion: """
      Marks of different scales stand in lines of their own. A mark counts once, for the agent whom it \
      names, else who replied last, else who held the ticket at its end.

      Example:
        casefile report run satisfaction --since 2026-03-01 --until 2026-04-01 --store ./desk
      """)

  @OptionGroup var options: MetricReportOptions

  func run() async throws {
    let metrics: [Metric] = [.satisfaction, .badMarks, .comments, .loyalty, .surveyAnswers]
    try await options.run(metrics) { cells in
      var report = cells.report(.satisfaction)
      report.tables = [
        cells.totals(
          .surveys,
          [
            .init(.surveyAnswers, .count), .init(.surveyAnswers, .sum),
            .init(.surveyAnswers, .share),
          ]),
        cells.byPart(.byScale, .scale, .satisfaction, [.count, .mean, .median]),
        cells.distribution(of: .satisfaction),
        cells.byPart(.badMarksByKind, .kind, .badMarks, [.count, .sum, .share]),
        cells.totals(.loyaltyOfAll, [.init(.loyalty, .count), .init(.loyalty, .mean)]),
        cells.byAgentAndPart(.byAgent, .scale, .satisfaction, [.count, .mean]),
        cells.overTime(by: .satisfaction, .scale, [.count, .mean]),
      ]
      return report
    }
  }
}

/// `casefile report run reviews`.
struct ReviewsReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reviews",
    abstract: "Tell the scores of quality control, by criterion and by agent.",
    discussion: """
      A score is what the last decision on a dispute left of it.

      Example:
        casefile report run reviews --since 2026-03-01 --until 2026-04-01 --store ./desk
      """)

  @OptionGroup var options: MetricReportOptions

  func run() async throws {
    let totals: [ReportFigure] = [
      .init(.reviewTotal, .count), .init(.reviewTotal, .share), .init(.criticalFailures, .share),
    ]
    try await options.run([.reviewScore, .reviewTotal, .criticalFailures]) { cells in
      var report = cells.report(.reviews)
      report.tables = [
        cells.byPart(.byCriterion, .criterion, .reviewScore, [.count, .mean, .median]),
        cells.totals(.reviewTotals, totals), cells.byAgent(.agentReviews, totals),
        cells.byAgentAndPart(.byAgent, .criterion, .reviewScore, [.count, .mean]),
        cells.overTime(
          totals,
          charts: [
            ReportChart(title: .reviewsOverTime, style: .columns, axis: 0, series: [1])
          ]),
      ]
      return report
    }
  }
}

/// `casefile report run calls`.
struct CallsReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calls",
    abstract: "Tell how long callers waited, spoke and were on hold, and how many gave up.",
    discussion: """
      Example:
        casefile report run calls --since 2026-03-01 --until 2026-04-01 --store ./desk
      """)

  @OptionGroup var options: MetricReportOptions

  func run() async throws {
    let incoming: [ReportFigure] = [
      .init(.callsAbandoned, .count), .init(.callsAbandoned, .sum), .init(.callsAbandoned, .share),
    ]
    // A call that was given up is nobody's.
    let figures: [ReportFigure] = [
      .init(.callOutcomes, .sum), .init(.callWait, .count), .init(.callWait, .median),
      .init(.callWait, .p90), .init(.callTalk, .median), .init(.callHold, .median),
    ]
    let metrics: [Metric] = [.callWait, .callTalk, .callHold, .callsAbandoned, .callOutcomes]
    try await options.run(metrics) { cells in
      var report = cells.report(.calls)
      report.tables = [
        cells.totals(.callTotals, incoming + figures),
        cells.byPart(.byOutcome, .outcome, .callOutcomes, [.sum]),
        cells.byAgent(.byAgent, figures),
        cells.overTime(
          [.init(.callWait, .count), .init(.callWait, .median), .init(.callsAbandoned, .share)],
          charts: [
            ReportChart(title: .callsOverTime, style: .columns, axis: 0, series: [1]),
            ReportChart(title: .waitOverTime, style: .line, axis: 0, series: [2]),
          ]),
      ]
      return report
    }
  }
}

/// `casefile report run reasons`.
struct ReasonsReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reasons",
    abstract: "Tell why clients turned to the desk: topics, the most frequent first.",
    discussion: """
      Example:
        casefile report run reasons --since 2026-03-01 --until 2026-04-01 --store ./desk
      """)

  @OptionGroup var options: MetricReportOptions

  func run() async throws {
    try await options.run([.reasons], cuts: [.all]) { cells in
      var report = cells.report(.reasons)
      report.tables = [try cells.byTopic(), cells.inAll(.reasons, chart: .contactsOverTime)]
      return report
    }
  }
}
