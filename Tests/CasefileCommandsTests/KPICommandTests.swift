import CasefileModel
import Foundation
import Testing

@testable import CasefileCommands

@Suite("Figures that were fixed", .serialized, .timeLimit(.minutes(2)))
struct KPICommandTests {
  private typealias Desk = ReportDesk

  private func closed(_ tool: CommandLineTool, _ more: String...) throws -> CommandLineTool.Outcome
  {
    try tool.start(
      [
        "kpi", "close", "--agent", "a-1", "--since", "2026-03-02", "--until", "2026-03-03",
        "--format", "json",
      ] + more
    ).wait()
  }

  private func checks(_ tool: CommandLineTool, _ more: String...) throws -> (Int32, [JSONValue]) {
    let outcome = try tool.start(["kpi", "check", "--format", "json"] + more).wait()
    return (outcome.status, try outcome.lines.map { try JSONValue(parsing: Array($0.utf8)) })
  }

  @Test("Fixed figures are made again by what was known then, whatever came later")
  func close() throws {
    let tool = try Desk.made(Desk.solvedAndAsked)
    #expect(try closed(tool, "--check").json()["position"] == .null)
    let fixed = try closed(tool, "--by", "q-1", "--bonus", "--reason", "good work").json()
    #expect(fixed["asOfPosition"] == 7 && fixed["position"] == 8)
    let values = try #require(fixed["values"])
    #expect(values["firstReply.median.seconds"] == 1_800 && values["firstReply.count.tickets"] == 1)
    #expect(values["resolution.median.seconds"] == 7_200)
    // Acts are told by ticket, as the reports tell them.
    let acts = try tool.run(
      "metric", "run", "workTouches", "--agent", "a-1", "--format", "json"
    ).json()["rows"]?.elements?.first
    #expect(acts?["tickets"] == 1 && acts?["sum"] != 1)
    let sum = try #require(acts?["sum"]).asInt("sum")
    #expect(values["workTouches.mean.hundredths"] == .int(sum * 100))
    #expect(values["reopened.share.tickets"] == 0 && values["reopened.count.tickets"] == 1)
    let stored = try tool.run(
      "log", "read", "--type", "kpi.periodClosed", "--format", "json"
    ).json()
    #expect(stored["data"]?["bonusGranted"] == true && stored["data"]?["values"] == values)
    let first = try checks(tool)
    #expect(first.0 == 0 && first.1.count == 1 && first.1[0]["differences"] == [])
    // The second ticket turns out to have been answered after two hours.
    try #require(
      try tool.run("append", input: Desk.replied(2, "02 13:00", "a-1")).status == 0)
    #expect(try checks(tool).0 == 0)
    let now = try checks(tool, "--now")
    #expect(now.0 == 0 && now.1[0]["made"]?["firstReply.count.tickets"] == 2)
    #expect(
      now.1[0]["differences"]?.elements?.contains("firstReply.count.tickets") == true
        && now.1[0]["values"] == values)
  }

  @Test("Figures that the log does not give are named, until they are retracted")
  func forged() throws {
    let tool = try Desk.made(Desk.solvedAndAsked)
    try #require(try closed(tool).status == 0)
    let id = "01960000-0000-7000-8000-000000000001"
    let forged =
      #"{"id": "\#(id)", "stream": "kpi/figures", "type": "kpi.periodClosed", "#
      + #""occurredAt": "2026-03-04T00:00:00Z", "actor": {"kind": "agent", "id": "q-1"}, "#
      + #""data": {"kpiId": "figures", "agentId": "a-1", "asOfPosition": 7, "#
      + #""periodFrom": "2026-03-02T00:00:00Z", "periodTo": "2026-03-03T00:00:00Z", "#
      + #""values": {"firstReply.median.seconds": 60}}}"#
    let appended = try tool.run("append", input: forged)
    try #require(appended.status == 0, "\(appended.errors)")
    let found = try checks(tool)
    #expect(found.0 == 1 && found.1.count == 2 && found.1[0]["differences"] == [])
    #expect(found.1[0]["heldBy"] == .null && found.1[1]["heldBy"] == 8)
    let names = try #require(found.1[1]["differences"]?.elements)
    // What was left out is told as well as what is another value.
    #expect(
      names.contains("firstReply.median.seconds") && names.contains("firstReply.count.tickets"))
    #expect(names.contains("reopened.share.tickets"))
    let text = try tool.run("kpi", "check", "--lang", "ru")
    #expect(text.status == 1 && text.output.contains("пересчитаны по позиции 7: те же"))
    #expect(text.output.contains("  firstReply.median.seconds  60 → 1800"))
    #expect(text.output.contains("  reopened.share.tickets  нет данных → 0"))
    #expect(text.output.contains("\n  не действуют: зафиксированы раньше, позиция 8\n"))
    let retracted =
      #"{"stream": "kpi/figures", "type": "event.retracted", "#
      + #""occurredAt": "2026-03-05T00:00:00Z", "actor": {"kind": "agent", "id": "q-1"}, "#
      + #""data": {"targetEventId": "\#(id)", "reason": "forged"}}"#
    let gone = try tool.run("append", input: retracted)
    try #require(gone.status == 0, "\(gone.errors)")
    #expect(try checks(tool).0 == 0)
  }

  @Test("Figures that were left out are told, all of them where none was fixed")
  func leftOut() throws {
    let tool = try Desk.made(Desk.solvedAndAsked)
    guard case .object(let values)? = try closed(tool, "--check").json()["values"] else {
      Issue.record("values is no object")
      return
    }
    let empty =
      #"{"stream": "kpi/figures", "type": "kpi.periodClosed", "#
      + #""occurredAt": "2026-03-04T00:00:00Z", "actor": {"kind": "agent", "id": "q-1"}, "#
      + #""data": {"kpiId": "figures", "agentId": "a-1", "asOfPosition": 7, "#
      + #""periodFrom": "2026-03-02T00:00:00Z", "periodTo": "2026-03-03T00:00:00Z"}}"#
    let appended = try tool.run("append", input: empty)
    try #require(appended.status == 0, "\(appended.errors)")
    let found = try checks(tool)
    #expect(found.0 == 1 && found.1[0]["differences"]?.elements?.count == values.count)
    #expect(found.1[0]["heldBy"] == .null && found.1[0]["early"] == false)
  }

  /// What failed; which instants dates mean is told before.
  private func failure(_ outcome: CommandLineTool.Outcome) throws -> JSONValue {
    let last = try #require(outcome.errors.split(separator: "\n").last)
    return try #require(try JSONValue(parsing: Array(last.utf8))["error"])
  }

  @Test("A period is fixed once, and not before it is over")
  func once() throws {
    let tool = try Desk.made(Desk.solvedAndAsked)
    let early = try tool.run(
      "kpi", "close", "--agent", "a-1", "--since", "2026-03-01", "--until", "9000-01-01",
      "--format", "json")
    #expect(early.status == 1)
    #expect(try failure(early)["code"] == "notOver")
    let kept = try tool.run("log", "read", "--type", "kpi.periodClosed", "--format", "json")
    #expect(kept.output.isEmpty)
    try #require(try closed(tool).status == 0)
    let again = try closed(tool)
    #expect(again.status == 1)
    #expect(try failure(again)["code"] == "fixedAlready" && failure(again)["position"] == 8)
    // Another set and another period are others.
    #expect(try closed(tool, "--kpi", "other").status == 0)
    // An event from elsewhere may say that it was fixed early.
    let forged =
      #"{"stream": "kpi/figures", "type": "kpi.periodClosed", "#
      + #""occurredAt": "2026-03-04T00:00:00Z", "actor": {"kind": "agent", "id": "q-1"}, "#
      + #""data": {"kpiId": "early", "agentId": "a-1", "asOfPosition": 7, "#
      + #""periodFrom": "2026-03-02T00:00:00Z", "periodTo": "9000-01-01T00:00:00Z"}}"#
    try #require(try tool.run("append", input: forged).status == 0)
    let found = try checks(tool, "--kpi", "early")
    #expect(found.0 == 1 && found.1[0]["early"] == true)
    let text = try tool.run("kpi", "check", "--kpi", "early", "--lang", "en")
    #expect(text.output.contains("\n  fixed before the period was over\n"))
  }

  @Test("What can't be fixed says why")
  func failures() throws {
    let tool = try Desk.made(Desk.solvedAndAsked)
    let other = try tool.run(
      "kpi", "close", "--agent", "a-9", "--since", "2026-03-02", "--until", "2026-03-03")
    #expect(other.status == 1 && other.errors.contains("a-9 has no figure"))
    let endless = try tool.run("kpi", "close", "--agent", "a-1", "--since", "2026-03-02")
    #expect(endless.status == 2 && endless.errors.contains("--since and --until"))
    // Nothing that was asked for is not there: nothing was ever fixed.
    let none = try tool.run("kpi", "check", "--lang", "en")
    #expect(none.status == 0 && none.output == "no data\n")
    let early = try tool.run("kpi", "check", "--agent", "a-1")
    #expect(early.status == 1 && early.errors.contains("no figures of agent a-1 are fixed"))
    try #require(try closed(tool).status == 0)
    let near = try tool.run("kpi", "check", "--agent", "a-2", "--format", "json")
    #expect(near.status == 1 && near.output.isEmpty)
    #expect(try near.error()["code"] == "notFound")
    #expect(try near.error()["message"]?.textValue?.contains("is it a-1?") == true)
    let set = try tool.run("kpi", "check", "--kpi", "figuers")
    #expect(set.status == 1 && set.errors.contains("of the set figuers are fixed; is it figures?"))
    let both = try tool.run("kpi", "check", "--kpi", "figures", "--agent", "a-1")
    #expect(both.status == 0)
  }
}
