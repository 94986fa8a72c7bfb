import CasefileModel
import Foundation
import Testing

@testable import CasefileCommands

@Suite("Report on deadlines", .serialized, .timeLimit(.minutes(2)))
struct SLAReportTests {
  private typealias Desk = ReportDesk

  /// 1 keeps both; 2 misses both, and is done the next day; 3 misses both, each in another group, and
  /// is not done; 4 has begun when the period ends; 5 is spam.
  private static let history = [
    Desk.opened(1, "02 10:00", "g-1", "high"), Desk.took(1, "02 10:10", "a-1"),
    Desk.replied(1, "02 10:30", "a-1"),
    Desk.line(1, "resolution.proposed", "02 12:00", "agent a-1"),
    Desk.opened(2, "02 11:00", "g-1", "low"), Desk.replied(2, "02 13:00", "a-1"),
    Desk.took(2, "02 14:00", "a-2"), Desk.line(2, "resolution.proposed", "03 09:00", "agent a-2"),
    Desk.opened(3, "03 10:00", "g-2", nil),
    Desk.line(
      3, "ticket.groupChanged", "03 12:00", "agent a-1", #"{"fromGroup": "g-2", "toGroup": "g-1"}"#),
    Desk.opened(5, "03 08:00", "g-1", "low"),
    Desk.line(5, "ticket.closed", "03 08:10", "agent a-1", #"{"kind": "spam"}"#),
    Desk.opened(4, "04 23:30", "g-2", "=2+5"),
  ]

  private static let period = ["--since", "2026-03-02", "--until", "2026-03-05"]

  private func report(
    _ tool: CommandLineTool, _ more: String..., name: String = "sla"
  ) throws -> CommandLineTool.Outcome {
    try tool.start(["report", "run", name] + Self.period + more).wait()
  }

  private func rows(_ report: JSONValue, _ table: String) throws -> [JSONValue] {
    let found = report["tables"]?.elements?.first { $0["table"] == .string(table) }
    return try #require(found?["rows"]?.elements)
  }

  /// The figures of a row: kept, missed, of how many, running, overdue.
  private func figures(_ row: JSONValue) -> [JSONValue?] {
    ["met", "breached", "keptOf", "pending", "overdue"].map { row[$0] }
  }

  @Test("Counts are those of the moment of the verdict, by deadline, priority, group and agent")
  func counts() throws {
    let tool = try Desk.made(Self.history)
    let json = try report(tool, "--format", "json").json()
    #expect(json["report"] == "sla" && json["noData"] == false)
    #expect(json["asOf"] == "2026-03-04T23:59:59.999999Z" && json["position"] == 13)
    let root = try tool.run("log", "stat", "--format", "json").json()["root"]
    #expect(json["root"] == root)
    let clocks = try rows(json, "byClock")
    #expect(clocks.map { $0["clock"] } == ["firstReply", "resolution", "all"])
    #expect(figures(clocks[0]) == [1, 2, 3, 1, 1] && clocks[0]["kept"] == .number("0.3333"))
    #expect(figures(clocks[1]) == [1, 2, 3, 1, 1])
    #expect(figures(clocks[2]) == [2, 4, 6, 2, 2] && clocks[2]["total"] == true)
    let table = try #require(json["tables"]?.elements?.first)
    #expect(table["population"] == ["count": 8, "of": "deadlines"])
    #expect(table["leftOut"] == [["why": "cancelled", "count": 2]])

    let priorities = try rows(json, "byPriority").prefix(4)
    #expect(priorities.map { $0["priority"] } == ["=2+5", "high", "low", .null])
    #expect(figures(priorities[0]) == [0, 0, .null, 1, 0] && priorities[0]["kept"] == .null)
    #expect(figures(priorities[3]) == [0, 1, 1, 0, 1])
    let groups = try rows(json, "byGroup")
    #expect(groups.map { $0["group"] } == ["g-1", "g-2", "g-1", "g-2"])
    #expect(
      groups.map(figures) == [
        [1, 1, 2, 0, 0], [0, 1, 1, 1, 1], [1, 2, 3, 0, 1], [0, 0, .null, 1, 0],
      ])
    let agents = try rows(json, "byAgent")
    #expect(agents.map { $0["agent"] } == ["a-1", .null, "a-1", "a-2", .null])
    #expect(figures(agents[1]) == [0, 2, 2, 1, 1] && figures(agents[3]) == [0, 1, 1, 0, 0])
  }

  @Test("Overdue is told at the end of each day, and where it grew")
  func overTime() throws {
    let tool = try Desk.made(Self.history)
    let json = try report(tool, "--format", "json").json()
    let days = try rows(json, "byPeriod")
    #expect(days.map { $0["from"] }.last == "2026-03-04T00:00:00.000000Z" && days.count == 3)
    #expect(days.map { $0["met"] } == [2, 0, 0] && days.map { $0["breached"] } == [2, 2, 0])
    #expect(days.map { $0["overdue"] } == [1, 2, 2])
    #expect(days.map { $0["overdueTickets"] } == [1, 1, 1])
    #expect(days.map { $0["growth"] } == [1, 1, 0] && days[2]["kept"] == .null)
    #expect(
      json["notes"] == [
        "Overdue grew in 2 of 3 days, from 0 to 2 in all; most on 2 Mar 2026, by 1."
      ])
    // A day of Tokyo ends at 15:00 UTC. That was when the second ticket's solution was due: at the
    // deadline nothing is overdue yet.
    let tokyo = try report(tool, "--format", "json", "--zone", "Asia/Tokyo").json()
    #expect(try rows(tokyo, "byPeriod").map { $0["overdue"] } == [0, 2, 2])
    let weeks = try report(tool, "--format", "json", "--by", "week").json()
    #expect(try rows(weeks, "byPeriod").map { $0["overdue"] } == [2])
  }

  @Test("The time between a stop and the reopening that continues a clock is not overdue")
  func reopened() throws {
    let tool = try Desk.made([
      Desk.opened(1, "02 10:00", "g-1", nil), Desk.replied(1, "02 10:30", "a-1"),
      Desk.line(1, "resolution.proposed", "02 16:00", "agent a-1"),
      Desk.line(1, "ticket.reopened", "04 10:00", "client c-1", #"{"byRole": "client"}"#),
    ])
    let json = try report(tool, "--format", "json", "--clock", "resolution").json()
    #expect(try rows(json, "byPeriod").map { $0["overdue"] } == [0, 0, 1])
    #expect(try rows(json, "byClock").map(figures) == [[0, 1, 1, 0, 1]])
  }

  @Test("What became overdue after the period is no part of it, though the report is of later")
  func overdueLater() throws {
    // Asked an hour before the end of the first day: the reply is due at midnight, the solution later.
    let tool = try Desk.made([Desk.opened(1, "02 23:00", "g-1", nil), Desk.asked(1, "02 23:00")])
    for (until, overdue) in [("2026-03-03T00:00:00Z", 0), ("2026-03-03T00:01:00Z", 1)] {
      let json = try tool.run(
        "report", "run", "sla", "--since", "2026-03-02", "--until", until, "--as-of",
        "2026-03-05T00:00:00Z", "--format", "json"
      ).json()
      guard let all = try rows(json, "byClock").first else {
        #expect(overdue == 0)
        continue
      }
      #expect(all["clock"] == "firstReply" && all["overdue"] == JSONValue(overdue))
      guard case .string(let command)? = all["opens"]?["overdue"] else {
        Issue.record("no command")
        continue
      }
      let words = command.split(separator: " ").dropFirst().map(String.init)
      let found = try tool.start(words + ["--format", "json"]).wait()
      #expect(found.status == 0 && found.lines.count == overdue, "\(command)")
    }
  }

  @Test("Every figure is opened by the command that stands beside it")
  func opens() throws {
    let tool = try Desk.made(Self.history)
    let json = try report(tool, "--format", "json").json()
    var opened = 0
    for table in ["byClock", "byPriority", "byGroup", "byAgent", "byPeriod"] {
      for row in try rows(json, table) {
        for column in ["breached", "overdue"] {
          guard case .string(let command)? = row["opens"]?[column] else {
            Issue.record("\(table) has no command for \(column)")
            continue
          }
          // Ids here need no quotes but the empty text, which means without one.
          let words = command.split(separator: " ").dropFirst().map { word in
            String(word.filter { $0 != "'" })
          }
          let found = try tool.start(words + ["--format", "json"]).wait()
          #expect(found.status == 0, "\(found.errors)")
          #expect(JSONValue(found.lines.count) == row[column], "\(command)")
          opened += 1
        }
      }
    }
    #expect(opened == 46)
  }

  @Test("The same position gives the same bytes, whatever came later")
  func reproducible() throws {
    let tool = try Desk.made(Self.history)
    for format in ["text", "json", "csv", "html"] {
      let first = try report(tool, "--format", format, "--lang", "ru").output
      let again = try report(tool, "--format", format, "--lang", "ru").output
      let file = tool.directory + "/report.\(format)"
      let written = try report(tool, "--format", format, "--lang", "ru", "--output", file)
      #expect(again == first && written.output.isEmpty)
      #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix(first.prefix(30)))
    }
    let before = try report(tool, "--format", "json").output
    // A reply that was recorded late turns a breach into a kept deadline.
    try #require(
      try tool.run("append", input: Desk.replied(3, "03 10:30", "a-1")).status == 0)
    let after = try report(tool, "--format", "json")
    #expect(after.output != before)
    #expect(try rows(after.json(), "byClock").map(figures)[0] == [2, 1, 3, 1, 0])
    #expect(try report(tool, "--format", "json", "--position", "13").output == before)
  }

  @Test("Text and CSV say the figures in both languages, and run nothing in a spreadsheet")
  func forms() throws {
    let tool = try Desk.made(Self.history)
    let english = try report(tool, "--lang", "en").output
    #expect(
      english.hasPrefix("Deadlines kept and missed\nfrom 2 Mar 2026 00:00 +00:00 to before 5"))
    #expect(english.contains("\nfirst reply     1       2      33.3 %        1        1\n"))
    #expect(english.contains("\n8 deadlines\nleft out: 2 that were given up"))
    #expect(english.contains("\noverdue  ▅██\n"))
    let russian = try report(tool, "--lang", "ru").output
    #expect(russian.hasPrefix("Соблюдение сроков\nс 02.03.2026 00:00 +00:00 до 05.03.2026"))
    #expect(russian.contains("33,3 %") && russian.contains("\n8 сроков\nне вошли: 2 — отменены"))
    #expect(russian.contains("Просроченных прибавилось за 2 из 3 дней, всего с 0 до 2"))
    #expect(russian.contains("нет данных") && !russian.contains("0,0 %\n8 сроков"))
    let csv = try report(tool, "--table", "byPriority", "--format", "csv").output
      .split(separator: "\r\n")
    #expect(csv[0] == "clock,priority,met,breached,kept,keptCount,keptOf,pending,overdue")
    #expect(csv[1] == "firstReply,'=2+5,0,0,,,,1,0")
    #expect(csv[2] == "firstReply,high,1,0,1.0000,1,1,0,0")
    let long = try report(tool, "--format", "csv").output.split(separator: "\r\n")
    #expect(long[0] == "table,row,column,value" && long[1] == "byClock,1,clock,firstReply")
  }

  @Test("Nothing is no data, never nought per cent")
  func empty() throws {
    let tool = try CommandLineTool()
    try #require(try tool.run("init").status == 0)
    let json = try report(tool, "--format", "json").json()
    #expect(json["noData"] == true && json["position"] == .null && json["asOf"] == .null)
    let text = try report(tool, "--lang", "en").output
    #expect(text.contains("By deadline\nno data\n") && !text.contains("%"))
    #expect(text.contains("the log is empty"))
    let quiet = try report(try Desk.made(Self.history), "--agent", "a-9", "--format", "json").json()
    let clocks = try rows(quiet, "byClock")
    #expect(quiet["agent"] == "a-9" && clocks.isEmpty && quiet["noData"] == true)
  }

  @Test(
    "What can't be asked says why",
    arguments: [
      (["--since", "2026-03-05", "--until", "2026-03-02"], 2, "not after"),
      (["--table", "byMoon"], 2, "byClock"), (["--by", "hour"], 2, "hour"),
      (["--since", "2000-01-01", "--until", "2026-04-01", "--by", "day"], 2, "at most 400"),
      (["--position", "99"], 1, "beyond the log"), (["--format", "pdf"], 2, "pdf"),
      (["--output", "/nowhere/report.txt"], 2, "/nowhere/report.txt"),
    ] as [([String], Int32, String)])
  func failures(arguments: [String], status: Int32, words: String) throws {
    let tool = try Desk.made(Self.history)
    let outcome = try tool.start(["report", "run", "sla"] + arguments).wait()
    #expect(outcome.status == status && outcome.errors.contains(words), "\(outcome.errors)")
  }
}
