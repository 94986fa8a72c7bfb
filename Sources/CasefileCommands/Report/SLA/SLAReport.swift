import CasefileModel
import CasefileProjections

/// The report on deadlines, made of counts.
struct SLAReport {
  let tally: DeadlineTally
  let question: ReportQuestion
  let step: ReportStep
  let names: NameBook

  /// The report, without definitions where there is nothing to define.
  var report: Report {
    var report = Report(name: .sla, stamp: question.stamp)
    report.tables = [table(.byClock, .clock)]
    report.tables.append(overTime)
    report.tables += [
      table(.byPriority, .priority), table(.byGroup, .group), table(.byAgent, .agent),
    ]
    report.notes = growth.map { [$0] } ?? []
    report.definitions = [.decided, .attribution, .overdue]
    return report
  }

  // MARK: By clock and something else

  private func table(_ name: ReportLabel, _ cut: DeadlineTally.Cut) -> ReportTable {
    var table = ReportTable(
      name: name,
      columns: [.init(.clock, .term)] + keyColumn(cut) + [
        .init(.met, .deadlines), .init(.breached, .deadlines), .init(.kept, .share),
        .init(.pending, .deadlines), .init(.overdue, .deadlines),
      ])
    let rows = tally.rows(by: cut)
    table.rows = rows.map { row(of: $0.counts, clock: $0.clock, cut, $0.key) }
    if cut == .clock, rows.count > 1 {
      var total = row(of: tally.total, clock: nil, cut, nil)
      total.isTotal = true
      table.rows.append(total)
    }
    let total = tally.total
    table.population = .init(count: total.decided + total.pending, unit: .deadlines)
    table.omissions = [
      .init(why: .cancelled, count: total.cancelled),
      .init(why: .notAssessable, count: total.notAssessable),
    ]
    if cut == .clock, !rows.isEmpty {
      let first = table.columns.count - 5
      table.charts = [
        ReportChart(
          title: .verdicts, style: .bars, axis: 0, series: [first, first + 1, first + 3])
      ]
    }
    return table
  }

  private func keyColumn(_ cut: DeadlineTally.Cut) -> [ReportTable.Column] {
    switch cut {
    case .clock: []
    case .priority: [.init(.priority, .term)]
    case .group: [.init(.group, .entity)]
    case .agent: [.init(.agent, .entity)]
    }
  }

  private func row(
    of counts: DeadlineTally.Counts, clock: ClockName?, _ cut: DeadlineTally.Cut, _ key: String?
  ) -> ReportTable.Row {
    var row = ReportTable.Row(cells: [clock.map { .word($0.rawValue, of: nil) } ?? .label(.all)])
    var arguments = ["deadline", "list"] + question.momentArguments()
    if let clock { arguments += ["--clock", clock.rawValue] }
    let option: String?
    switch cut {
    case .clock: option = nil
    case .priority:
      row.cells.append(key.map { .text($0) } ?? .nobody)
      option = "--priority"
    case .group:
      row.cells.append(entity(.group, key))
      option = "--group"
    case .agent:
      row.cells.append(entity(.agent, key))
      option = "--agent"
    }
    // The empty text means without one.
    if let option { arguments += [option, key ?? ""] }
    arguments += filters(except: option)
    let first = row.cells.count
    row.cells += [
      .count(counts.met), .count(counts.breached), .part(counts.met, of: counts.decided),
      .count(counts.pending), .count(counts.overdue),
    ]
    let period = question.periodArguments
    let end = question.period.until.map { ["--until", "\($0)"] } ?? []
    row.opens = [
      first: arguments + period + ["--verdict", "met"],
      first + 1: arguments + period + ["--verdict", "breached"],
      first + 2: arguments + period + ["--verdict", "met", "--verdict", "breached"],
      first + 3: arguments + end + ["--verdict", "pending"],
      first + 4: arguments + end + SLAReport.overdueArguments,
    ]
    return row
  }

  private static let overdueArguments = [
    "--verdict", "breached", "--state", "running", "--state", "paused",
  ]

  /// The group and the agent of which alone the report tells.
  private func filters(except option: String?) -> [String] {
    var arguments: [String] = []
    for (name, value) in [("--group", question.stamp.group), ("--agent", question.stamp.agent)]
    where name != option {
      if case .entity(_, let id, name: _)? = value { arguments += [name, id] }
    }
    return arguments
  }

  private func entity(_ kind: NameBook.Kind, _ id: String?) -> ReportValue {
    guard let id else { return .nobody }
    return .entity(kind, id, name: names.name(kind, id, at: nil))
  }

  // MARK: Over time

  private var overTime: ReportTable {
    var table = ReportTable(
      name: .byPeriod,
      columns: [
        .init(.period, .period), .init(.met, .deadlines), .init(.breached, .deadlines),
        .init(.kept, .share), .init(.overdue, .deadlines), .init(.overdueTickets, .tickets),
        .init(.growth, .change),
      ])
    var before = tally.overdueBefore
    for step in tally.steps {
      var row = ReportTable.Row(cells: [
        .step(step.from, step.until, self.step), .count(step.counts.met),
        .count(step.counts.breached), .part(step.counts.met, of: step.counts.decided),
        .count(step.overdue), .count(step.overdueTickets),
        .change(Int64(step.overdue - before), decimals: 0),
      ])
      before = step.overdue
      let moment = ["deadline", "list"] + question.momentArguments() + filters(except: nil)
      let period = ["--since", "\(step.from)", "--until", "\(step.until)"]
      let end =
        ["deadline", "list"] + question.momentArguments(step.until.adding(microseconds: -1))
        + filters(except: nil) + SLAReport.overdueArguments
      row.opens = [
        1: moment + period + ["--verdict", "met"], 2: moment + period + ["--verdict", "breached"],
        3: moment + period + ["--verdict", "met", "--verdict", "breached"], 4: end, 5: end,
      ]
      table.rows.append(row)
    }
    if !table.rows.isEmpty {
      table.charts = [
        ReportChart(title: .overdueOverTime, style: .line, axis: 0, series: [4], growth: 6),
        ReportChart(title: .decidedOverTime, style: .columns, axis: 0, series: [1, 2]),
      ]
    }
    return table
  }

  /// Whether overdue grew, and where most.
  private var growth: ReportNote? {
    guard let last = tally.steps.last else { return nil }
    let before = [tally.overdueBefore] + tally.steps.map(\.overdue)
    let changes = zip(before, before.dropFirst()).map { $1 - $0 }
    let count = changes.count { $0 > 0 }
    guard count > 0, let most = changes.max(), let place = changes.firstIndex(of: most) else {
      return .overdueDidNotGrow(
        of: changes.count, step: step, first: tally.overdueBefore, last: last.overdue)
    }
    return .overdueGrew(
      count: count, of: changes.count, step: step, first: tally.overdueBefore, last: last.overdue,
      most: most, at: tally.steps[place].from)
  }
}
