extension TicketTimeline {
  /// The columns of a table of rows.
  private struct Columns {
    let ticket: Int
    let who: Int
    let what: Int
    let how: Int
    /// Where what happened begins.
    var indent: Int { 26 + 2 + (ticket > 0 ? ticket + 2 : 0) + who + 2 }
  }

  /// The rows as a table, or where the terminal is narrow, each on lines of its own.
  func layout(_ rows: [Row], _ width: Int) -> [String] {
    func widest(_ text: (Row) -> String) -> Int {
      rows.map { DisplayWidth.of(text($0)) }.max() ?? 0
    }
    let ticket = min(20, widest { $0.ticket ?? "" })
    let who = min(24, widest(\.who))
    let how = min(24, widest(\.how))
    let room = width - 26 - (ticket > 0 ? ticket + 2 : 0) - who - how - 6
    // The last column stays near the others, however wide the terminal is.
    let what = min(room, max(60, min(100, widest(\.what))))
    let columns = Columns(ticket: ticket, who: who, what: what, how: how)
    return rows.flatMap { room >= 40 ? wide($0, columns) : narrow($0, who, width) }
  }

  /// Everything on one line.
  private func wide(_ row: Row, _ columns: Columns) -> [String] {
    let tickets = columns.ticket > 0 ? DisplayWidth.wrap(row.ticket ?? "", to: columns.ticket) : []
    let whos = DisplayWidth.wrap(row.who, to: columns.who)
    let whats = DisplayWidth.wrap(row.what, to: columns.what)
    let hows = DisplayWidth.wrap(row.how, to: columns.how)
    var lines: [String] = []
    for index in 0..<max(tickets.count, whos.count, whats.count, hows.count) {
      func cell(_ texts: [String]) -> String { index < texts.count ? texts[index] : "" }
      var cells = [
        index == 0 ? DisplayWidth.pad(row.time, to: 26) : String(repeating: " ", count: 26)
      ]
      if columns.ticket > 0 { cells.append(DisplayWidth.pad(cell(tickets), to: columns.ticket)) }
      cells.append(inked(cell(whos), to: columns.who, ink.strong))
      // What is behind the last text of a line is left out.
      if cell(hows).isEmpty {
        cells.append(cell(whats))
      } else {
        cells += [DisplayWidth.pad(cell(whats), to: columns.what), ink.faint(cell(hows))]
      }
      lines.append(trimmed(cells.joined(separator: "  ")))
    }
    let indent = columns.indent
    return lines + quotes(row, indent: indent, width: indent + columns.what)
  }

  /// When, who and how on one line, what below.
  private func narrow(_ row: Row, _ who: Int, _ width: Int) -> [String] {
    let ticket = place(row).map { $0 + "  " } ?? ""
    let head = "\(row.time)  \(ticket)"
    let left = DisplayWidth.of(head) + max(who, DisplayWidth.of(row.who))
    var lines: [String]
    if left + 2 + DisplayWidth.of(row.how) <= width {
      lines = [head + inked(row.who, to: who, ink.strong) + "  " + ink.faint(row.how)]
    } else if left <= width {
      lines = [head + ink.strong(row.who)]
      lines += DisplayWidth.wrap(row.how, to: width - 4).map { "    " + ink.faint($0) }
    } else {
      lines = DisplayWidth.wrap("\(head)\(row.who)  \(row.how)", to: width)
    }
    lines += DisplayWidth.wrap(row.what, to: width - 4).map { "    " + $0 }
    return lines + quotes(row, indent: 4, width: width)
  }

  private func inked(_ text: String, to width: Int, _ style: (String) -> String) -> String {
    let padding = DisplayWidth.pad(text, to: width)
    let spaces = padding.reversed().prefix { $0 == " " }.count
    return style(String(padding.dropLast(spaces))) + String(repeating: " ", count: spaces)
  }

  private func quotes(_ row: Row, indent: Int, width: Int) -> [String] {
    let space = String(repeating: " ", count: indent)
    return row.quotes.flatMap { quote in
      let label = quote.label.map { "\($0): " } ?? ""
      return VisibleText.lines(quote.text).enumerated().flatMap { index, text in
        DisplayWidth.wrap((index == 0 ? label : "") + text, to: max(20, width - indent - 2))
          .map { trimmed("\(space)│ \($0)") }
      }
    }
  }

  private func trimmed(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
  }
}
