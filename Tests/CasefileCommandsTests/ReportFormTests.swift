import CasefileModel
import CasefileProjections
import Foundation
import Testing

@testable import CasefileCommands

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The forms of a report, over small ones made by hand.
@Suite("Forms of reports")
struct ReportFormTests {
  private func instant(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

  /// A row that somebody wrote to break out of the page and into the spreadsheet, one without data and
  /// one over time.
  private func report() throws -> Report {
    let day = try instant("2026-03-02T00:00:00Z")
    let next = try instant("2026-03-03T00:00:00Z")
    var report = Report(name: .sla, stamp: ReportStamp(since: day, until: next, asOf: day))
    var table = ReportTable(
      name: .byPriority,
      columns: [
        .init(.priority, .term), .init(.group, .entity), .init(.met, .deadlines),
        .init(.kept, .share),
      ])
    table.rows = [
      .init(
        cells: [
          .text("=HYPERLINK(\"http://x\")<script>alert('1')</script>"),
          .entity(.group, "g-1", name: "A & \"B\""), .count(12_345), .share(1, of: 3),
        ], opens: [2: ["deadline", "list", "--priority", "it's"]]),
      .init(cells: [.nobody, .nobody, .count(0), .noData]),
    ]
    table.omissions = [.init(why: .cancelled, count: 21), .init(why: .notAssessable, count: 0)]
    table.population = .init(count: 22, unit: .deadlines)
    var time = ReportTable(
      name: .byPeriod,
      columns: [.init(.period, .period), .init(.overdue, .deadlines), .init(.growth, .change)])
    time.rows = [
      .init(cells: [.step(day, next, .day), .count(3), .change(-1, decimals: 0)]),
      .init(
        cells: [
          .step(next, try instant("2026-03-04T00:00:00Z"), .day), .count(5),
          .change(2, decimals: 0),
        ]),
    ]
    time.charts = [
      ReportChart(title: .overdueOverTime, style: .line, axis: 0, series: [1], growth: 2),
      ReportChart(title: .decidedOverTime, style: .columns, axis: 0, series: [1]),
    ]
    report.tables = [table, time]
    report.definitions = [.overdue]
    return report
  }

  @Test(
    "A page is well formed, loads nothing, and shows texts as texts", arguments: Language.allCases)
  func page(language: Language) throws {
    let speech = ReportSpeech(language, zone: .utc)
    let bytes = ReportPage(report: try report(), speech: speech, language: language).bytes
    let page = String(decoding: bytes, as: UTF8.self)
    let parser = XMLParser(data: Data(bytes))
    let names = NameCollector()
    parser.delegate = names
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    // None of them loads or runs anything.
    #expect(names.elements.isDisjoint(with: ["script", "link", "img", "iframe", "object", "a"]))
    #expect(
      names.attributes.isSubset(of: [
        "lang", "charset", "http-equiv", "content", "name", "id", "class", "scope", "tabindex",
        "role", "aria-labelledby", "aria-hidden", "viewBox", "d", "x", "y", "text-anchor",
      ]), "\(names.attributes)")
    #expect(!page.contains("url(") && !page.contains("@import"))
    #expect(!page.contains("<script") && page.contains("&lt;script&gt;alert(&#39;1&#39;)"))
    #expect(page.contains("A &amp; &quot;B&quot; <span class=\"id\">(g-1)</span></td>"))
    // Beside the name of an attribute the only one is in what somebody wrote, as text.
    #expect(page.ranges(of: "http").count == 2 && page.contains("default-src 'none'"))
    #expect(page.contains("<html lang=\"\(language.rawValue)\">"))
    #expect(page.contains("prefers-color-scheme:dark") && page.contains("@media print"))
    // A drawing for each width, and the table that says the same; the second day grew.
    #expect(page.ranges(of: "<svg class=\"wide\"").count == 2)
    #expect(page.ranges(of: "<svg class=\"narrow\"").count == 2)
    #expect(page.ranges(of: "class=\"mark\"").count == 2 && page.ranges(of: "<table").count == 2)
    // Figures stand to the right, by a rule a column.
    #expect(page.contains("<table class=\"r3 r4\">") && page.contains("<table class=\"r2 r3\">"))
    for place in 1...5 {
      #expect(
        page.contains("\n.r\(place) tbody tr>:nth-child(\(place)){") == (2...4).contains(place))
    }
    #expect(page.contains("<td class=\"grew\">+2</td>"))
    #expect(page.contains("<td>\u{2212}1</td>"))
    let figure = language == .en ? "12,345" : "12\u{A0}345"
    #expect(page.contains("<td>\(figure)</td>"))
    #expect(page.contains("<td class=\"empty\">\(language.phrases.noData)</td>"))
    #expect(page.contains("casefile deadline list --priority &#39;it&#39;\\&#39;&#39;s&#39;"))
  }

  @Test("A table of many columns has a page that is wider, and a time is broken after its day")
  func manyColumns() throws {
    var report = try report()
    for count in [8, 9] {
      var table = ReportTable(
        name: .byPriority, columns: Array(repeating: .init(.at, .instant), count: count))
      let cell = ReportValue.instant(try instant("2026-03-02T10:11:12Z"))
      table.rows = [.init(cells: Array(repeating: cell, count: count))]
      report.tables = [table]
      let page = ReportPage(
        report: report, speech: ReportSpeech(.en, zone: .utc), language: .en)
      let text = String(decoding: page.bytes, as: UTF8.self)
      #expect(text.contains("<table class=\"many\">") == (count == 9))
      #expect(text.contains("<td>2 Mar 2026 10:11:12\u{A0}+00:00</td>"))
    }
  }

  @Test("CSV guards what a spreadsheet would compute, and leaves no data empty")
  func csv() throws {
    var report = try report()
    let many = String(decoding: report.csv, as: UTF8.self).components(separatedBy: "\r\n")
    #expect(many[0] == "table,row,column,value")
    #expect(many[1].hasPrefix("byPriority,1,priority,\"'=HYPERLINK("))
    #expect(many.contains("byPriority,2,kept,") && many.contains("byPeriod,1,growth,-1"))
    report.tables.removeFirst()
    #expect(
      String(decoding: report.csv, as: UTF8.self)
        == "from,until,overdue,growth\r\n"
        + "2026-03-02T00:00:00.000000Z,2026-03-03T00:00:00.000000Z,3,-1\r\n"
        + "2026-03-03T00:00:00.000000Z,2026-03-04T00:00:00.000000Z,5,2\r\n")
  }

  @Test("JSON names every value, and its charts by their columns")
  func json() throws {
    let json = try report().json()
    let tables = try #require(json["tables"]?.elements)
    let row = try #require(tables[0]["rows"]?.elements?[0])
    #expect(row["group"] == "g-1" && row["groupName"] == "A & \"B\"" && row["met"] == 12_345)
    #expect(row["kept"] == .number("0.3333") && row["keptCount"] == 1 && row["keptOf"] == 3)
    #expect(row["opens"] == ["met": .string("casefile deadline list --priority 'it'\\''s'")])
    #expect(tables[0]["leftOut"] == [["why": "cancelled", "count": 21]])
    #expect(tables[1]["charts"]?.elements?[0]["growth"] == "growth")
    #expect(try JSONValue(parsing: Array(json.text.utf8)) == json)
  }

  @Test("Figures, dates and nouns are written as each language has them")
  func language() throws {
    let (english, russian) = (EnglishPhrases(), RussianPhrases())
    let numbers: [Int64] = [0, 999, 1_234, 12_345, 1_234_567, -12_345]
    #expect(
      numbers.map { english.number($0, decimals: 0) } == [
        "0", "999", "1,234", "12,345", "1,234,567", "-12,345",
      ])
    #expect(
      numbers.map { russian.number($0, decimals: 0) } == [
        "0", "999", "1234", "12\u{A0}345", "1\u{A0}234\u{A0}567", "-12\u{A0}345",
      ])
    #expect(english.number(1_234_567, decimals: 2) == "12,345.67")
    #expect(russian.number(1_234_567, decimals: 2) == "12\u{A0}345,67")
    #expect(
      [1, 2, 5, 11, 21, 104].map { russian.population($0, of: .tickets) } == [
        "1 заявка", "2 заявки", "5 заявок", "11 заявок", "21 заявка", "104 заявки",
      ])
    #expect(english.population(1, of: .replies) == "1 reply")
    let speech = [Language.en, .ru].map { ReportSpeech($0, zone: .utc) }
    let from = try instant("2025-12-29T00:00:00Z")
    let week = ReportValue.step(from, try instant("2026-01-05T00:00:00Z"), .week)
    #expect(
      speech.map { $0.text(week) } == [
        "29 Dec 2025 – 4 Jan 2026", "29.12.2025 – 04.01.2026",
      ])
    let january = ReportValue.step(
      try instant("2026-01-01T00:00:00Z"), try instant("2026-02-01T00:00:00Z"), .month)
    #expect(speech.map { $0.text(january) } == ["Jan 2026", "янв. 2026"])
    #expect(
      speech.map { $0.time(from) } == [
        "29 Dec 2025 00:00 +00:00", "29.12.2025 00:00 +00:00",
      ])
    #expect(speech[1].text(.share(0, of: 0)) == "нет данных")
    #expect(
      Set(ReportLabel.allCases.map { english.label($0) + russian.label($0) }).count
        == ReportLabel.allCases.count)
  }

  @Test("Parts of the time are cut at local midnights, weeks at Monday")
  func steps() throws {
    let zone = try Zone(named: "Europe/Berlin")
    let begin = try instant("2026-03-27T11:00:00Z")
    let end = try instant("2026-03-30T11:00:00Z")
    // On the 29th the clocks go from +01:00 to +02:00.
    #expect(
      try ReportSteps.boundaries(from: begin, until: end, by: .day, in: zone).dropFirst().map(
        \.description)
        == ["27T23", "28T23", "29T22", "30T11"].map { "2026-03-\($0):00:00.000000Z" })
    #expect(
      try ReportSteps.boundaries(from: begin, until: end, by: .week, in: .utc).map(\.description)
        == ["27T11", "30T00", "30T11"].map { "2026-03-\($0):00:00.000000Z" })
    let months = try ReportSteps.boundaries(
      from: try instant("2024-01-15T00:00:00Z"), until: try instant("2024-03-01T00:00:00Z"),
      by: .month, in: .utc)
    #expect(months.map { $0.description.prefix(10) } == ["2024-01-15", "2024-02-01", "2024-03-01"])
    #expect(try ReportSteps.boundaries(from: end, until: begin, by: .day, in: zone).isEmpty)
    #expect(throws: CommandFailure.self) {
      try ReportSteps.boundaries(from: .earliest, until: end, by: .day, in: zone)
    }
  }

  @Test("Axes end at round numbers, and sparklines tell nought from little")
  func scales() {
    #expect(ChartScale(peak: 42, isWhole: true).marks == [0, 10, 20, 30, 40, 50])
    #expect(ChartScale(peak: 1, isWhole: true).marks == [0, 1])
    #expect(ChartScale(peak: 7, isWhole: true).marks == [0, 2, 4, 6, 8])
    #expect(ChartScale(peak: 0, isWhole: true).marks == [0])
    #expect(ChartScale(peak: 1_000_000, isWhole: true).marks.count == 6)
    #expect(
      ChartScale(peak: 0.8, isWhole: false).marks.last == ChartScale(peak: 0.8, isWhole: false).top)
    #expect(String([0, 1, 50, 100].map { ReportText.mark($0, 100) }) == "▁▂▅█")
    #expect(ReportText.mark(nil, 1) == "·" && ReportText.mark(0, 0) == "▁")
  }
}

/// What a page is made of.
private final class NameCollector: NSObject, XMLParserDelegate {
  var elements: Set<String> = []
  var attributes: Set<String> = []

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes names: [String: String]
  ) {
    elements.insert(element)
    attributes.formUnion(names.keys)
  }
}
