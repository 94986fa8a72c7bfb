import ArgumentParser
import Casefile
import CasefileModel
import CasefileProjections

/// `casefile report run sla`.
struct SLAReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sla",
    abstract: "Tell which deadlines were kept, by priority, group and agent, and if overdue grows.",
    discussion: """
      Without --as-of it is the end of the period, or the moment of what was recorded last if that is \
      earlier: the same log gives the same bytes. A cell is opened by the command that JSON gives \
      for it under opens. --zone cuts days, weeks and months.

      Example:
        casefile report run sla --since 2026-03-01 --until 2026-04-01 --format html --store ./desk
      """)

  @OptionGroup var options: PeriodReportOptions
  @OptionGroup var zones: ZoneDataOptions
  @Option(help: ArgumentHelp("Only while this group had the ticket.", valueName: "id"))
  var group: String?
  @Option(help: ArgumentHelp("Only while this agent held the ticket.", valueName: "id"))
  var agent: String?
  @Option(help: "Only this clock.", transform: ClockName.read) var clock: ClockName?
  @Option(
    help: "How long a point over time is: day, week or month; without it as suits the period.",
    transform: ReportStep.word)
  var by: ReportStep?

  func run() async throws {
    try await options.run { try report($0) }
  }

  private func report(_ question: ReportQuestion) throws -> Report {
    let book = try question.store.deadlineBook(
      knownAt: question.knownAt, zones: zones.directory)
    let period = question.period
    let filter = DeadlineTally.Filter(group: group, agent: agent, clock: clock)
    func count(_ boundaries: [Timestamp] = []) throws -> DeadlineTally {
      try question.store.deadlineTally(
        DeadlineTally(
          since: period.since, until: period.until, boundaries: boundaries, where: filter),
        at: question.now, knownAt: question.knownAt, book: book)
    }
    // Where no beginning is asked for, the first clock tells it. All are judged again then: to keep
    // what became of a million tickets would take gigabytes.
    let first = try period.since ?? count().firstStart
    DeadlineNotes.report(book)
    let span = first.flatMap { question.span(from: $0) }
    let step = by ?? span.map { ReportSteps.usual(from: $0.from, until: $0.until) } ?? .day
    var tally = try count(
      span.map {
        try ReportSteps.boundaries(from: $0.from, until: $0.until, by: step, in: question.zone)
      } ?? [])
    // Of nothing there is no course over time either.
    if tally.firstStart == nil {
      tally = DeadlineTally(since: period.since, until: period.until)
    }
    var question = question
    let names = try People(question.store, knownAt: question.knownAt).names(
      of: Set(
        (tally.rows(by: .group).compactMap(\.key) + [group].compactMap { $0 }).map { .group($0) }
          + (tally.rows(by: .agent).compactMap(\.key) + [agent].compactMap { $0 })
          .map { .agent($0) }))
    question.stamp.group = group.map { .entity(.group, $0, name: names.name(.group, $0, at: nil)) }
    question.stamp.agent = agent.map { .entity(.agent, $0, name: names.name(.agent, $0, at: nil)) }
    return SLAReport(tally: tally, question: question, step: step, names: names).report
  }
}
