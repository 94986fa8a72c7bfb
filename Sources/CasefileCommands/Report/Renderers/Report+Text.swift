/// The form for a terminal.
struct ReportText {
  let report: Report
  let speech: ReportSpeech
  var ink = Ink.plain

  /// All lines; sentences are broken at a width, tables are as wide as their values.
  func lines(width: Int) -> [String] {
    var lines = wrap([speech.phrases.title(of: report.name)], width).map(ink.strong)
    lines += wrap(speech.stamp(report.stamp), width)
    for table in report.tables { lines += [""] + self.lines(table, width) }
    if !report.notes.isEmpty { lines += [""] + wrap(report.notes.map(speech.note), width) }
    let said =
      [report.exampleCommand.map { speech.phrases.opened(by: ReportSpeech.command($0)) }]
      .compactMap { $0 } + report.definitions.map(speech.definition)
    if !said.isEmpty { lines += [""] + wrap(said, width).map(ink.faint) }
    return lines
  }

  private func lines(_ table: ReportTable, _ width: Int) -> [String] {
    var lines = [ink.strong(speech.phrases.label(table.name))]
    if table.rows.isEmpty {
      lines.append(speech.phrases.noData)
    } else {
      let figures = table.columns.indices.filter { table.columns[$0].unit.isFigure }
      lines += TextTable(
        columns: table.columns.map { speech.heading($0.heading) }, numbers: Set(figures)
      ).lines(table.rows.map { $0.cells.map(speech.text) })
      for chart in table.charts where chart.style != .bars { lines += sparks(chart, table, width) }
    }
    let said = [speech.population(table)].compactMap { $0 } + speech.omissions(table)
    return lines + wrap(said, width)
  }

  // MARK: Sparklines

  private static let heights = Array("▁▂▃▄▅▆▇█")

  /// A line for each series, all on the same scale.
  private func sparks(_ chart: ReportChart, _ table: ReportTable, _ width: Int) -> [String] {
    let rows = table.rows.filter { !$0.isTotal }
    let series = chart.series.map { column in rows.map { $0.cells[column].height } }
    let top = series.joined().compactMap { $0 }.max() ?? 0
    let names = chart.series.map { speech.heading(table.columns[$0].heading) }
    let indent = (names.map(DisplayWidth.of).max() ?? 0) + 2
    let room = max(10, width - indent)
    return zip(names, series).flatMap { name, heights in
      let marks = heights.map { ReportText.mark($0, top) }
      return stride(from: 0, to: marks.count, by: room).map { start in
        DisplayWidth.pad(start == 0 ? name : "", to: indent)
          + String(marks[start..<min(start + room, marks.count)])
      }
    }
  }

  /// The lowest mark is nought alone, so that the smallest figure can be told from none.
  static func mark(_ height: Double?, _ top: Double) -> Character {
    guard let height else { return "·" }
    guard height > 0, top > 0 else { return heights[0] }
    let step = Int((height / top * Double(heights.count - 1)).rounded(.up))
    return heights[max(1, min(heights.count - 1, step))]
  }

  private func wrap(_ texts: [String], _ width: Int) -> [String] {
    texts.flatMap { DisplayWidth.wrap($0, to: width) }
  }
}

extension Report {
  /// The command of the first cell that counts anything, by which the others are opened too; nil where
  /// no cell has one.
  var exampleCommand: [String]? {
    for row in tables.flatMap(\.rows) {
      for (column, value) in row.cells.enumerated() {
        if let height = value.height, height != 0, let command = row.opens[column] {
          return command
        }
      }
    }
    return nil
  }
}
