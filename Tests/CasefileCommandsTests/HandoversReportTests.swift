import CasefileModel
import Foundation
import Testing

@testable import CasefileCommands

@Suite("Report of handovers", .serialized, .timeLimit(.minutes(2)))
struct HandoversReportTests {
  /// Four tickets of one priority, of which three are resolved; a fifth has another.
  private static let events: [String] = {
    func line(_ ticket: Int, _ type: String, _ time: String, _ data: String) -> String {
      Lines.line(type, time, "agent a-1", data)
        .replacing("ticket/7", with: "ticket/\(ticket)")
    }
    func opened(_ ticket: Int, _ priority: String, _ made: String) -> String {
      line(
        ticket, "ticket.opened", "10:00",
        #"{"groupId": "g-1", "priority": "\#(priority)", "fields": {"made_sla": "\#(made)"}}"#)
    }
    func moved(_ ticket: Int, _ from: String, _ to: String) -> String {
      line(
        ticket, "ticket.groupChanged", "10:01", #"{"fromGroup": "\#(from)", "toGroup": "\#(to)"}"#)
    }
    return [
      opened(1, "3 - Moderate", "true"), line(1, "resolution.proposed", "11:09", "{}"),
      opened(2, "3 - Moderate", "false"), moved(2, "g-1", "g-2"), moved(2, "g-2", "g-1"),
      line(2, "resolution.proposed", "13:00", "{}"),
      opened(3, "3 - Moderate", "true"), line(3, "resolution.proposed", "11:09", "{}"),
      opened(4, "3 - Moderate", "true"),
      opened(5, "=1 - High", "true"), line(5, "resolution.proposed", "11:00", "{}"),
    ]
  }()

  private func made() throws -> CommandLineTool {
    let tool = try CommandLineTool()
    try #require(try tool.run("init").status == 0)
    let outcome = try tool.run("append", input: Self.events.joined(separator: "\n"))
    try #require(outcome.status == 0, "\(outcome.errors)")
    return tool
  }

  private func report(_ tool: CommandLineTool, _ more: String...) throws
    -> CommandLineTool.Outcome
  {
    try tool.start(["report", "run", "handovers"] + more).wait()
  }

  @Test("JSON has every figure, with what it is a part of")
  func json() throws {
    let tool = try made()
    let answer = try report(tool, "--priority", "3", "--format", "json").json()
    #expect(answer["population"] == 4 && answer["base"] == 3)
    #expect(answer["priorities"] == ["3 - Moderate"] && answer["position"] == 10)
    #expect(answer["leftOut"]?["withoutResolution"] == 1)
    #expect(answer["resolvedByFirstGroup"]?["count"] == 2)
    #expect(answer["lastWithFirstGroup"]?["share"] == .number("1.0000"))
    #expect(answer["meanHandoffs"] == .number("0.6667"))
    guard case .array(let rows)? = answer["rows"] else {
      Issue.record("rows is no list")
      return
    }
    #expect(rows.count == 5 && answer["total"]?["incidents"] == 3)
    #expect(rows[0]["incidents"] == 2 && rows[0]["medianSeconds"] == 4140)
    #expect(rows[0]["medianHours"] == .number("1.15") && rows[0]["gotBack"] == .null)
    #expect(rows[2]["breached"] == ["count": 1, "of": 1, "share": .number("1.0000")])
    // Of nothing there is no share and no median.
    #expect(rows[1]["medianSeconds"] == .null && rows[1]["breached"]?["share"] == .null)
    #expect(answer["noData"] == false)
  }

  @Test("Text says the figures and their definitions in both languages")
  func text() throws {
    let tool = try made()
    let english = try report(tool, "--priority", "3", "--lang", "en").output
    #expect(english.hasPrefix("Handovers between groups, priority 3 - Moderate\n3 tickets of 4\n"))
    #expect(english.contains("left out: 1 whose resolution is not stated\n"))
    #expect(english.contains("\n0               2       1.1     0.0 %     0.0 %\n"))
    #expect(english.contains("\n1               0   no data   no data   no data\n"))
    #expect(english.contains("never handed over: 66.7 %"))
    #expect(english.contains("made_sla is false at the end"))
    let russian = try report(tool, "--priority", "3", "--lang", "ru").output
    #expect(russian.hasPrefix("Передачи между группами, приоритет 3 - Moderate\n3 заявки из 4\n"))
    #expect(russian.contains("1,1       0,0 %"))
    #expect(russian.contains("нет данных"))
  }

  @Test("CSV is a table of the same figures")
  func csv() throws {
    let tool = try made()
    let lines = try report(tool, "--priority", "3", "--format", "csv").output
      .split(separator: "\r\n")
    #expect(lines.count == 19)
    #expect(
      lines[0]
        == "gotBack,handoffs,incidents,medianSeconds,medianHours,breached,assessed,breachedShare,"
        + "handoffsTotal,lastWithFirstGroup,reopened")
    #expect(lines[1] == "all,0,2,4140,1.15,0,2,0.0000,0,2,0")
    #expect(lines[2] == "all,1,0,,,0,0,,0,0,0")
  }

  @Test("By what was known at a position it is the same bytes, whatever came later")
  func position() throws {
    let tool = try made()
    func all() throws -> [String] {
      try ["json", "csv", "text", "html"].map {
        try report(tool, "--position", "6", "--format", $0, "--lang", "en").output
      }
    }
    let before = try all()
    let json = try JSONValue(parsing: Array(before[0].utf8))
    #expect(json["position"] == 6 && json["root"]?.textValue?.count == 64)
    #expect(before[2].contains("\nlog up to position 6, root "))
    let more = Lines.line("ticket.opened", "12:00", "agent a-1", #"{"priority": "3 - Moderate"}"#)
    try #require(
      try tool.run("append", input: more.replacing("ticket/7", with: "ticket/9")).status == 0)
    #expect(try all() == before)
    let metric = try tool.run("metric", "run", "newContacts", "--position", "6", "--format", "json")
    #expect(try metric.json()["position"] == 6)
  }

  @Test("A page has the tables, what was left out and the definitions, in a file too")
  func page() throws {
    let tool = try made()
    let file = tool.directory + "/handovers.html"
    let written = try report(
      tool, "--priority", "3", "--format", "html", "--lang", "en", "--output", file)
    #expect(written.status == 0 && written.output.isEmpty, "\(written.errors)")
    let page = try String(contentsOfFile: file, encoding: .utf8)
    #expect(
      page == (try report(tool, "--priority", "3", "--format", "html", "--lang", "en").output))
    for words in [
      "<h1 >Handovers between groups</h1>", "priority: 3 - Moderate", ">median h<", ">got back<",
      "4 tickets; left out: 1 whose resolution is not stated", "made_sla is false at the end",
      "log up to position 10, root",
    ] {
      #expect(page.replacing("<h1>", with: "<h1 >").contains(words), "\(words)")
    }
    let russian = try report(tool, "--priority", "9", "--format", "html", "--lang", "ru").output
    #expect(russian.contains("нет данных") && !russian.contains("%</td>"))
    let text = tool.directory + "/handovers.txt"
    try #require(try report(tool, "--lang", "en", "--output", text).status == 0)
    #expect(try String(contentsOfFile: text, encoding: .utf8).hasPrefix("Handovers between"))
  }

  @Test("The tickets of each row are listed")
  func opens() throws {
    let tool = try made()
    let answer = try report(tool, "--priority", "3", "--format", "json").json()
    let all = answer["rows"]?.elements ?? []
    let split = answer["byReturn"]?.elements ?? []
    for row in all + split + [answer["total"] ?? .null] {
      guard case .string(let command)? = row["opens"] else {
        Issue.record("a row has no command")
        continue
      }
      let words = command.split(separator: " ").dropFirst().map {
        String($0).replacing("'", with: "")
      }
      let lines = try tool.start(words + ["--format", "json"]).wait().lines
      #expect(row["incidents"] == .int(Int64(lines.count)), "\(command)")
    }
    let one = try report(
      tool, "--priority", "3", "--open", "2", "--got-back", "yes", "--format", "json"
    ).json()
    #expect(one["ticket"] == "2" && one["groups"] == ["g-1", "g-2", "g-1"])
    #expect(one["seconds"] == 10_800 && one["breached"] == true && one["gotBack"] == true)
    let text = try report(tool, "--priority", "3", "--open", "all", "--lang", "en").output
    #expect(text.hasPrefix("1  1 h 9 min  0  g-1\n2  3 h  2  g-1 → g-2 → g-1\n"))
    let none = try report(tool, "--open", "1", "--lang", "en")
    #expect(none.status == 0 && none.output == "no data\n")
    for wrong in [["--open", "5"], ["--open", "1", "--format", "csv"], ["--got-back", "yes"]] {
      let outcome = try tool.start(["report", "run", "handovers"] + wrong).wait()
      #expect(outcome.status == 2, "\(wrong)")
    }
  }

  @Test("An empty population has no data, and the priorities that there are")
  func empty() throws {
    let tool = try made()
    let outcome = try report(tool, "--priority", "9", "--lang", "en")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("no ticket has the priority 9; there are: 3 - Moderate, =1"))
    #expect(outcome.output.contains("no data\n") && !outcome.output.contains("%"))
    let early = try report(tool, "--as-of", "2020-01-01T00:00:00Z", "--format", "json").json()
    #expect(early["base"] == 0 && early["noData"] == true && early["meanHandoffs"] == .null)
  }

  @Test(
    "What can't be asked says why",
    arguments: [
      (["report", "run", "handovers", "--breached", "made_sla"], "--breached is made_sla"),
      (["report", "run", "handovers", "--format", "pdf"], "pdf"),
      (["report", "run", "nothing"], "nothing"),
      // Whatever follows it.
      (
        ["report", "run", "nothing", "--store", "desk"], "casefile report run has no nothing; there"
      ),
      (
        ["report", "run", "handover", "--format", "csv"], "is it handovers? there are: sla, agents"
      ),
      (["metrics", "--store", "desk"], "casefile has no metrics; is it metric?"),
    ])
  func failures(arguments: [String], words: String) throws {
    let tool = try made()
    let outcome = try tool.start(arguments).wait()
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }
}
