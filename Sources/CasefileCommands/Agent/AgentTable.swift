import CasefileModel
import CasefileProjections

/// `agent list` for people: one line an agent.
struct AgentTable {
  private let histories: [AgentHistory]
  private let period: Period
  private let voice: Voice
  private var phrases: any Phrases { voice.phrases }

  init(_ histories: [AgentHistory], period: Period, voice: Voice) {
    self.histories = histories
    self.period = period
    self.voice = voice
  }

  /// The lines; on a narrow terminal without the names, which stand in `agent show`, or where even
  /// that is too wide, a few lines for each agent.
  func lines(width: Int) -> [String] {
    var lines = [phrases.agents(histories.count)]
    let zone = voice.zone
    if let text = phrases.period(
      since: period.since.map(zone.text), until: period.until.map(zone.text))
    {
      lines[0] += ", \(text)"
    }
    guard !histories.isEmpty else { return lines }
    lines += DisplayWidth.wrap(phrases.agentLegend, to: width)
    let table = TextTable(
      columns: AgentTable.columns.map { phrases.label($0) }, numbers: Set(2...12))
    let rows = table.lines(histories.map(row))
    guard rows.contains(where: { DisplayWidth.of($0) > width }) else { return lines + [""] + rows }
    let narrow = TextTable(
      columns: AgentTable.columns.filter { $0 != .name }.map { phrases.label($0) },
      numbers: Set(1...11))
    let short = narrow.lines(
      histories.map { history in
        var cells = row(history)
        cells.remove(at: 1)
        return cells
      })
    if !short.contains(where: { DisplayWidth.of($0) > width }) { return lines + [""] + short }
    return lines + histories.flatMap { block($0, width: width) }
  }

  /// Who it is, then every number that is not nought.
  private func block(_ history: AgentHistory, width: Int) -> [String] {
    let cells = row(history)
    let head = [cells[0], cells[1], cells[cells.count - 1]].filter { !$0.isEmpty }
    let numbers = zip(AgentTable.columns, cells).dropFirst(2).dropLast().filter { $0.1 != "0" }
      .map { "\(phrases.label($0.0)) \($0.1)" }
    return [""] + DisplayWidth.wrap(head.joined(separator: "  "), to: width)
      + (numbers.isEmpty
        ? []
        : DisplayWidth.wrap(numbers.joined(separator: ", "), to: max(20, width - 4))
          .map { "    " + $0 })
  }

  private static let columns: [TableColumn] = [
    .agent, .name, .tickets, .open, .assigned, .handoffsIn, .handoffsOut, .indirectIn,
    .indirectOut, .touches, .sent, .calls, .missed, .duty,
  ]

  private func standing(_ standing: AgentDuty.Standing) -> String {
    standing == .unknown ? phrases.dutyUnknown : phrases.standing(standing.kind)
  }

  private func row(_ history: AgentHistory) -> [String] {
    let counts = history.counts
    let numbers = [
      counts.tickets, history.openTickets().count, counts.assignments, counts.handoffsIn,
      counts.handoffsOut, counts.indirectHandoffsIn, counts.indirectHandoffsOut, counts.touches,
      counts.messages, counts.calls, counts.breaches,
    ]
    return [
      VisibleText.escape(history.agent),
      VisibleText.escape(history.duty.displayName ?? history.duty.name ?? ""),
    ] + numbers.map { "\($0)" } + [standing(history.duty.standing(at: period.instant))]
  }
}
