import CasefileModel
import Foundation
import Testing

/// What the head of a ticket says of its deadlines.
@Suite("Deadlines of a ticket shown")
struct TicketDeadlineTests {
  private static let policy = """
    {"policyId": "gold", "effectiveFrom": "2026-01-01T00:00:00Z", "clocks": [
      {"clock": "firstReply", "targetSeconds": 3600}]}
    """

  private func tool(_ lines: String..., policyFirst: Bool = true) throws -> CommandLineTool {
    let tool = try CommandLineTool()
    try tool.run("init", "--store", tool.store)
    let policy = try tool.write("gold.json", TicketDeadlineTests.policy)
    if policyFirst { #expect(try tool.run("policy", "publish", policy).status == 0) }
    #expect(try tool.run("append", input: lines.joined(separator: "\n")).status == 0)
    if !policyFirst { #expect(try tool.run("policy", "publish", policy).status == 0) }
    return tool
  }

  private static let opened = Lines.line(
    "ticket.opened", "11:00", "client c-1", #"{"channel": "email"}"#)
  private static func reply(_ time: String) -> String {
    Lines.line(
      "message.sent", time, "agent a-1",
      #"{"messageId": "m-1", "agentId": "a-1", "author": "agent"}"#)
  }

  /// What is shown, in one line.
  private func shown(_ tool: CommandLineTool, _ arguments: String...) throws -> String {
    let found = try tool.start(["ticket", "show", "7"] + arguments).wait()
    #expect(found.status == 0)
    return found.output.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
  }

  private func deadlines(_ tool: CommandLineTool, _ arguments: String...) throws -> JSONValue {
    let found = try tool.start(["ticket", "show", "7", "--format", "json"] + arguments).wait()
    return try #require(try found.json()["deadlines"])
  }

  @Test("A verdict of the published policy is shown, with how much, and where it is derived")
  func breached() throws {
    let tool = try tool(TicketDeadlineTests.opened, TicketDeadlineTests.reply("12:30"))
    let text = try shown(tool)
    #expect(
      text.contains(
        "first reply: breached, due 2026-03-02 12:00:00 +00:00, over by 30 min of working time, "
          + "30 min in all"))
    #expect(text.contains("casefile deadline explain 7 --as-of 2026-03-02T12:30:00.000000Z"))
    #expect(
      try shown(tool, "--lang", "ru").contains(
        "первый ответ: нарушен, срок 2026-03-02 12:00:00 +00:00, сверх срока 30 мин"))
    let shownAsJSON = try deadlines(tool)
    let clock = try #require(shownAsJSON["clocks"]?.elements?.first)
    #expect(clock["verdict"] == "breached")
    #expect(clock["notAssessable"] == .null)
    #expect(clock["breaches"]?.elements?.first?["overrunBusinessSec"] == 1800)
  }

  @Test("The moment and the knowledge that are asked for are those of the verdict")
  func moments() throws {
    let tool = try tool(TicketDeadlineTests.opened, TicketDeadlineTests.reply("11:40"))
    #expect(
      try shown(tool).contains(
        "first reply: met, due 2026-03-02 12:00:00 +00:00, used 40 min of 1 h"))
    #expect(
      try shown(tool, "--as-of", "2026-03-02T11:30:00Z").contains(
        "first reply: running, due 2026-03-02 12:00:00 +00:00, 30 min of working time left"))
    // Position 0 is the policy, 1 the opening.
    let known = try shown(tool, "--position", "1", "--as-of", "2026-03-02T12:20:00Z")
    #expect(known.contains("first reply: breached"))
    #expect(known.contains("--as-of 2026-03-02T12:20:00.000000Z --position 1"))
    let later = try self.tool(
      TicketDeadlineTests.opened, TicketDeadlineTests.reply("11:40"), policyFirst: false)
    #expect(try shown(later).contains("first reply: met"))
    #expect(
      try deadlines(later, "--position", "1")["notAssessable"] == "noPolicyPublished")
  }

  @Test("Nobody is found guilty by what a source doesn't record or by what is withheld")
  func notAssessable() throws {
    let imported = try tool(
      Lines.line(
        "ticket.opened", "11:00", "client c-1", #"{"channel": "email"}"#,
        more: #", "origin": {"basis": "imported"}"#),
      Lines.line(
        "sla.breachObserved", "13:00", "system",
        #"{"clock": "firstReply", "dueAt": "2026-03-02T12:00:00Z"}"#,
        more: #", "origin": {"basis": "imported"}"#))
    let text = try shown(imported)
    #expect(text.contains("first reply: not assessable: the source doesn't state whether"))
    #expect(
      text.contains(
        "as its source states: first reply, due 2026-03-02 12:00:00 +00:00: passed"))
    let json = try deadlines(imported)
    #expect(json["clocks"]?.elements?.first?["notAssessable"] == "repliesNotStated")
    #expect(json["recorded"]?.elements?.first?["isImported"] == true)
    // The list, the derivation and the case judge by one rule.
    let asked = ["--as-of", "2026-03-02T13:30:00Z", "--format", "json"]
    let listed = try imported.start(["deadline", "list"] + asked).wait().json()
    let explained = try imported.start(["deadline", "explain", "7"] + asked).wait().json()
    for clock in [listed, try #require(explained["clocks"]?.elements?.first)] {
      #expect(clock["verdict"] == "notAssessable" && clock["notAssessable"] == "repliesNotStated")
      #expect(clock["breaches"]?.elements?.isEmpty == true)
    }
    #expect(json["clocks"]?.elements?.first?["verdict"] == "notAssessable")
    let words = try imported.start(["deadline", "list", "--as-of", "2026-03-02T13:30:00Z"]).wait()
    #expect(words.output.contains("first reply 1  not assessable: the source doesn't state"))
    // No monitor writes down a breach that nobody can know of.
    #expect(try imported.run("deadline", "watch", "--once").output.isEmpty)
    let withheld = try tool(
      TicketDeadlineTests.opened,
      Lines.line(
        "ticket.tagged", "11:20", "agent a-1", #"{"tag": "x"}"#,
        more: #", "visibility": "internal""#))
    #expect(
      try deadlines(withheld, "--visibility", "public")["notAssessable"] == "entriesWithheld")
    #expect(try deadlines(withheld)["clocks"]?.elements?.count == 1)
    let matched = try tool(Lines.line("ticket.tagged", "11:20", "agent a-1", #"{"tag": "x"}"#))
    #expect(try deadlines(matched)["notAssessable"] == "noPolicyMatches")
  }
}
