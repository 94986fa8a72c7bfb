import Casefile
import CasefileModel
import CasefileProjections

/// A list of tickets for people: one line each, columns aligned.
struct TicketTable {
  /// One ticket.
  struct Row {
    let cells: [String]
    let subject: String
  }

  let zone: Zone
  private static let heads = ["ticket", "status", "holder", "group", "opened", "closed"]
  /// Wider cells would push the others away from each other.
  private static let cellMax = 26

  func row(_ summary: TicketSummary) -> Row {
    let state = summary.state
    return Row(
      cells: [
        summary.ticket, state.status.name ?? "\(state.status.rawValue)", state.assignee ?? "–",
        state.group ?? "–", state.openedAt.map { zone.text($0) } ?? "–",
        state.closedAt.map { zone.text($0) } ?? "–",
      ].map { VisibleText.escape($0) },
      subject: VisibleText.escape(state.subject ?? ""))
  }

  func lines(_ rows: [Row], width: Int) -> [String] {
    guard !rows.isEmpty else { return ["no tickets"] }
    let widths = TicketTable.heads.indices.map { column in
      let widest = rows.map { DisplayWidth.of($0.cells[column]) }.max() ?? 0
      return min(TicketTable.cellMax, max(widest, DisplayWidth.of(TicketTable.heads[column])))
    }
    let room = width - widths.reduce(0) { $0 + $1 + 2 }
    func line(_ cells: [String], _ subject: String) -> String {
      var text = zip(cells, widths).map { DisplayWidth.pad($0, to: $1) }.joined(separator: "  ")
      // What is cut here stands whole in ticket show.
      if room >= 12, let first = DisplayWidth.wrap(subject, to: room).first { text += "  " + first }
      while text.last == " " { text.removeLast() }
      return text
    }
    let count = rows.count == 1 ? "1 ticket" : "\(rows.count) tickets"
    return [line(TicketTable.heads, "subject")] + rows.map { line($0.cells, $0.subject) }
      + ["", count]
  }
}
