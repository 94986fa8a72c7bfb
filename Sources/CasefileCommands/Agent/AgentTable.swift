import CasefileModel
import CasefileProjections

/// `agent list` for people: one line an agent.
struct AgentTable {
  private let histories: [AgentHistory]
  private let period: Period

  init(_ histories: [AgentHistory], period: Period) {
    self.histories = histories
    self.period = period
  }

  var lines: [String] {
    var lines = ["\(histories.count) \(histories.count == 1 ? "agent" : "agents")"]
    if let text = period.text { lines[0] += ", \(text)" }
    guard !histories.isEmpty else { return lines }
    lines.append(
      "in, out: direct handoffs; ~in, ~out: indirect ones; touches: turns to the client")
    let rows = histories.map { history in
      let counts = history.counts
      let numbers = [
        counts.tickets, history.openTickets().count, counts.assignments, counts.handoffsIn,
        counts.handoffsOut, counts.indirectHandoffsIn, counts.indirectHandoffsOut, counts.touches,
        counts.messages, counts.calls,
      ]
      return [VisibleText.escape(history.agent)] + numbers.map { "\($0)" }
        + [AgentText.word(history.duty.standing(at: period.instant))]
    }
    let table = TextTable(
      columns: [
        "agent", "tickets", "open", "assigned", "in", "out", "~in", "~out", "touches", "sent",
        "calls", "duty",
      ], numbers: Set(1...10))
    return lines + [""] + table.lines(rows)
  }
}
