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

  let voice: Voice
  /// The moment that was asked for; names are those of it.
  var asOf: Timestamp?
  var ink = Ink.plain
  private var phrases: any Phrases { voice.phrases }
  private static let columns: [TableColumn] = [
    .ticket, .status, .holder, .group, .opened, .closed,
  ]
  /// Wider cells would push the others away from each other.
  private static let cellMax = 30

  func row(_ summary: TicketSummary) -> Row {
    let state = summary.state
    func name(_ kind: NameBook.Kind, _ id: String?) -> String {
      id.map { voice.names.text(kind, $0, at: asOf) } ?? "–"
    }
    return Row(
      cells: [
        summary.ticket, phrases.word(state.status.word, of: "TicketStatus"),
        name(.agent, state.assignee), name(.group, state.group),
        state.openedAt.map { voice.zone.text($0) } ?? "–",
        state.closedAt.map { voice.zone.text($0) } ?? "–",
      ].map { VisibleText.escape($0) },
      subject: VisibleText.escape(state.subject ?? ""))
  }

  /// - Parameter reason: why there are no rows, where that is known.
  func lines(_ rows: [Row], width: Int, reason: String? = nil) -> [String] {
    guard !rows.isEmpty else {
      return DisplayWidth.wrap(VisibleText.escape(phrases.noTickets(reason)), to: width)
    }
    let heads = TicketTable.columns.map { phrases.label($0) }
    let widths = heads.indices.map { column in
      let widest = rows.map { DisplayWidth.of($0.cells[column]) }.max() ?? 0
      return min(TicketTable.cellMax, max(widest, DisplayWidth.of(heads[column])))
    }
    let total = widths.reduce(0) { $0 + $1 + 2 } - 2
    let lines: [String]
    if total <= width {
      lines =
        [ink.strong(wide(heads, phrases.label(.subject), widths, width))]
        + rows.map { wide($0.cells, $0.subject, widths, width) }
    } else {
      lines = rows.flatMap { narrow($0, heads, ticket: widths[0], status: widths[1], width) }
    }
    return lines + ["", phrases.countOfTickets(rows.count)]
  }

  private func wide(
    _ cells: [String], _ subject: String, _ widths: [Int], _ width: Int
  ) -> String {
    let room = width - widths.reduce(0) { $0 + $1 + 2 }
    var text = zip(cells, widths).map { DisplayWidth.pad($0, to: $1) }.joined(separator: "  ")
    // What is cut here stands whole in ticket show.
    if room >= 12, let first = DisplayWidth.wrap(subject, to: room).first { text += "  " + first }
    while text.last == " " { text.removeLast() }
    return text
  }

  /// Ticket, status and holder on one line, what else is known below: nothing runs over the edge.
  private func narrow(
    _ row: Row, _ heads: [String], ticket: Int, status: Int, _ width: Int
  ) -> [String] {
    let group = row.cells[3] == "–" ? "" : ", \(phrases.group(row.cells[3]))"
    let holder = row.cells[2] == "–" ? phrases.nobody : row.cells[2]
    let start = DisplayWidth.pad(row.cells[0], to: ticket)
    let rest =
      "  " + DisplayWidth.pad(row.cells[1], to: status) + "  " + holder + group
    var lines: [String]
    if ticket + DisplayWidth.of(rest) <= width {
      lines = [ink.strong(start) + rest]
    } else {
      lines = DisplayWidth.wrap(start + rest, to: width)
    }
    let times = [(4, row.cells[4]), (5, row.cells[5])].filter { $0.1 != "–" }
      .map { "\(heads[$0.0]) \($0.1)" }.joined(separator: ", ")
    let below = [times, row.subject].filter { !$0.isEmpty }
    for text in below {
      lines += DisplayWidth.wrap(text, to: max(20, width - 4)).map { "    " + $0 }
    }
    return lines
  }
}
