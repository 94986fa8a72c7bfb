/// The form that is passed on: one page of HTML that needs no network and no script.
///
/// Every chart is drawn twice, for a wide and for a narrow page, since letters that shrink with their
/// picture can't be read on a telephone; style sheets show one of them. Its numbers stand in the table
/// below it, which is what a screen reader reads.
struct ReportPage {
  let report: Report
  let speech: ReportSpeech
  let language: Language

  /// The page.
  var bytes: [UInt8] {
    var page = HTMLText()
    let title = speech.phrases.title(of: report.name)
    page.raw("<!DOCTYPE html>\n<html lang=\"\(language.rawValue)\">\n<head>\n")
    page.raw("<meta charset=\"utf-8\"/>\n")
    // Nothing is ever loaded, whatever a text in the page may say.
    page.raw(
      "<meta http-equiv=\"Content-Security-Policy\" "
        + "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n")
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
    page.raw("<meta name=\"color-scheme\" content=\"light dark\"/>\n")
    page.element("title", "", title)
    page.raw(
      "\n<style>\n\(ReportPage.style)\(figureRules)</style>\n</head>\n<body>\n<main>\n<header>\n")
    page.element("h1", "", title)
    page.raw("\n")
    let stamp = speech.stamp(report.stamp)
    for line in stamp.dropLast() {
      page.element("p", "class=\"stamp\"", line)
      page.raw("\n")
    }
    if let proof = stamp.last {
      page.element("p", "class=\"proof\"", proof)
      page.raw("\n")
    }
    for note in report.notes {
      page.element("p", "class=\"note\"", speech.note(note))
      page.raw("\n")
    }
    page.raw("</header>\n")
    for table in report.tables { write(table, &page) }
    writeDefinitions(&page)
    page.raw("</main>\n</body>\n</html>\n")
    return page.bytes
  }

  // MARK: Tables

  private func write(_ table: ReportTable, _ page: inout HTMLText) {
    let id = table.name.rawValue
    page.raw("<section aria-labelledby=\"\(id)\">\n")
    page.element("h2", "id=\"\(id)\"", speech.phrases.label(table.name))
    page.raw("\n")
    if table.rows.isEmpty {
      page.element("p", "class=\"empty\"", speech.phrases.noData)
      page.raw("\n")
    } else {
      for chart in table.charts { write(chart, of: table, &page) }
      writeRows(of: table, &page)
    }
    let said = [speech.population(table)].compactMap { $0 } + speech.omissions(table)
    if !said.isEmpty {
      page.element("p", "class=\"counted\"", said.joined(separator: "; "))
      page.raw("\n")
    }
    page.raw("</section>\n")
  }

  /// The classes that put columns of figures to the right: a class a cell would be a tenth of a long
  /// page.
  private static func classes(of table: ReportTable) -> String {
    var classes = table.columns.indices.filter { table.columns[$0].unit.isFigure }
      .map { "r\($0 + 1)" }
    if table.columns.count > columnsMax { classes.append("many") }
    return classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
  }

  /// More columns than these need a wider page, and smaller letters on paper.
  private static let columnsMax = 8

  /// The rules of those classes, of the columns that the report has.
  private var figureRules: String {
    let places = report.tables.flatMap { table in
      table.columns.indices.filter { table.columns[$0].unit.isFigure }
    }
    return Set(places).sorted().map {
      ".r\($0 + 1) tbody tr>:nth-child(\($0 + 1)){text-align:right;white-space:nowrap}\n"
    }.joined()
  }

  private func writeRows(of table: ReportTable, _ page: inout HTMLText) {
    page.raw(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        + "aria-labelledby=\"\(table.name.rawValue)\">\n<table\(ReportPage.classes(of: table))>\n"
        + "<thead><tr>")
    for column in table.columns {
      let figure = column.unit.isFigure ? " class=\"figure\"" : ""
      page.element("th", "scope=\"col\"\(figure)", speech.heading(column.heading))
    }
    page.raw("</tr></thead>\n<tbody>\n")
    for row in table.rows {
      page.raw(row.isTotal ? "<tr class=\"total\">" : "<tr>")
      for (index, value) in row.cells.enumerated() { write(value, index, row, table, &page) }
      page.raw("</tr>\n")
    }
    page.raw("</tbody>\n</table>\n</div>\n")
  }

  private func write(
    _ value: ReportValue, _ index: Int, _ row: ReportTable.Row, _ table: ReportTable,
    _ page: inout HTMLText
  ) {
    let column = table.columns[index]
    var classes: [String] = []
    if value == .noData { classes.append("empty") }
    if column.unit == .change, let height = value.height, height > 0,
      table.charts.contains(where: { $0.growth == index })
    {
      classes.append("grew")
    }
    let tag = index == 0 ? "th" : "td"
    page.raw(
      "<\(tag)" + (index == 0 ? " scope=\"row\"" : "")
        + (classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\"") + ">")
    var text = speech.text(value)
    // A narrow column breaks a time after its day, never before its offset; and never breaks an id.
    if case .instant = value, let space = text.lastIndex(of: " ") {
      text.replaceSubrange(space...space, with: "\u{A0}")
      page.text(text)
    } else if case .entity(_, let id, name: _?) = value, text != VisibleText.escape(id) {
      page.text(String(text.dropLast(VisibleText.escape(id).count + 2)))
      page.element("span", "class=\"id\"", "(\(VisibleText.escape(id)))")
    } else {
      page.text(text)
    }
    page.raw("</\(tag)>")
  }

  private func write(_ chart: ReportChart, of table: ReportTable, _ page: inout HTMLText) {
    page.raw("<figure>\n")
    page.element("figcaption", "", speech.phrases.label(chart.title))
    page.raw("\n")
    if chart.series.count > 1 || chart.growth != nil {
      page.raw("<p class=\"legend\" aria-hidden=\"true\">")
      for (place, column) in chart.series.enumerated() {
        page.raw("<span><i class=\"s\(place)\"></i>")
        page.text(speech.heading(table.columns[column].heading))
        page.raw("</span> ")
      }
      if chart.growth != nil {
        page.raw("<span class=\"grew\">")
        page.text("\u{25B2} \(speech.phrases.grew)")
        page.raw("</span>")
      }
      page.raw("</p>\n")
    }
    for size in ChartSize.allCases {
      page.raw(ReportChartDrawing(chart, table, speech, size).svg)
      page.raw("\n")
    }
    page.raw("</figure>\n")
  }

  private func writeDefinitions(_ page: inout HTMLText) {
    let command = report.exampleCommand
    guard command != nil || !report.definitions.isEmpty else { return }
    page.raw("<footer>\n")
    if let command {
      page.raw("<p>")
      page.text(speech.phrases.opened(by: ""))
      page.element("code", "", ReportSpeech.command(command))
      page.raw("</p>\n")
    }
    for definition in report.definitions {
      page.element("p", "", speech.definition(definition))
      page.raw("\n")
    }
    page.raw("</footer>\n")
  }
}
