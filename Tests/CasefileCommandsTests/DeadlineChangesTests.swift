import CasefileModel
import Foundation
import Testing

/// What changed an answer that was given before.
@Suite("Deadlines that are judged otherwise later")
struct DeadlineChangesTests {
  private static func policy(_ minutes: Int, version: Int64 = 1) -> String {
    """
    {"policyId": "gold", "version": \(version), "effectiveFrom": "2026-01-01T00:00:00Z",
     "mode": "retargetKeepElapsed",
     "clocks": [{"clock": "firstReply", "targetSeconds": \(minutes * 60)}]}
    """
  }

  /// Position 0 is the policy, 1 the opening.
  private func tool() throws -> CommandLineTool {
    let tool = try CommandLineTool()
    try tool.run("init", "--store", tool.store)
    let policy = try tool.write("gold.json", DeadlineChangesTests.policy(60))
    #expect(try tool.run("policy", "publish", policy).status == 0)
    try append(
      tool, Lines.line("ticket.opened", "11:00", "client c-1", #"{"channel": "email"}"#))
    return tool
  }

  private func append(_ tool: CommandLineTool, _ lines: String...) throws {
    #expect(try tool.run("append", input: lines.joined(separator: "\n")).status == 0)
  }

  private let reply = Lines.line(
    "message.sent", "11:45", "agent a-1",
    #"{"messageId": "m-1", "agentId": "a-1", "author": "agent"}"#,
    id: "0195f000-0000-7000-8000-000000000001")
  private let correction = Lines.line(
    "event.corrected", "13:00", "reviewer q-1",
    #"{"targetEventId": "0195f000-0000-7000-8000-000000000001", "field": "occurredAt", "#
      + #""newValue": "2026-03-02T12:10:00Z", "reason": "by the mailbox"}"#)
  private let retraction = Lines.line(
    "event.retracted", "14:00", "reviewer q-1",
    #"{"targetEventId": "0195f000-0000-7000-8000-000000000001", "reason": "another ticket's"}"#)

  private func verdicts(_ step: JSONValue?) -> [JSONValue?] {
    let change = step?["changes"]?.elements?.first
    return [change?["before"]?["verdict"], change?["after"]?["verdict"]]
  }

  @Test("A late, a corrected and a retracted event are named, each with what it changed")
  func events() throws {
    let tool = try tool()
    try append(tool, reply)
    try append(
      tool, Lines.line("ticket.tagged", "11:50", "agent a-1", #"{"tag": "x"}"#), correction)
    try append(tool, retraction)
    let asked = ["deadline", "changes", "7", "--as-of", "2026-03-02T12:30:00Z"]
    let found = try tool.start(asked + ["--since-position", "1", "--format", "json"]).wait()
    let json = try found.json()
    let steps = try #require(json["steps"]?.elements)
    // The tag at position 3 changes nothing.
    #expect(steps.map { $0["position"] } == [2, 4, 5])
    #expect(
      steps.map { $0["type"] } == ["message.sent", "event.corrected", "event.retracted"])
    #expect(verdicts(steps[0]) == ["breached", "met"])
    #expect(verdicts(steps[1]) == ["met", "breached"])
    #expect(verdicts(steps[2]) == ["breached", "breached"])
    #expect(json["before"]?.elements?.first?["state"] == "running")
    #expect(json["changes"]?.elements?.isEmpty == true)
    let part = try tool.start(
      asked + ["--since-position", "1", "--position", "2", "--format", "json"]
    ).wait().json()
    #expect(part["after"]?.elements?.first?["verdict"] == "met")
    // The old answer stays reachable.
    let old = try tool.run(
      "deadline", "explain", "7", "--position", "1", "--as-of", "2026-03-02T12:30:00Z", "--format",
      "json")
    #expect(
      try old.json()["clocks"]?.elements?.first?["verdict"]
        == json["before"]?.elements?.first?["verdict"])
    let text = try tool.start(asked + ["--since-position", "3"]).wait().output
    #expect(text.contains("#4 correction (ticket/7), recorded "))
    let russian = try tool.start(asked + ["--since-position", "5", "--lang", "ru"]).wait().output
    #expect(russian.contains("ничто из записанного позже вывод не изменило"))
  }

  @Test("A policy that is published afterwards is named too")
  func policies() throws {
    let tool = try tool()
    try append(tool, reply)
    let next = try tool.write("next.json", DeadlineChangesTests.policy(30, version: 2))
    #expect(try tool.run("policy", "publish", next).status == 0)
    let found = try tool.run(
      "deadline", "changes", "7", "--since-position", "2", "--as-of", "2026-03-02T12:30:00Z",
      "--format", "json")
    let step = try #require(try found.json()["steps"]?.elements?.first)
    #expect(step["stream"] == "policy/gold")
    #expect(verdicts(step) == ["met", "breached"])
  }

  @Test(
    "Whose time it was and whether they were at work is compared too, and nothing else is judged")
  func duty() throws {
    let tool = try tool()
    // Position 2 is the assignment; the breach is at 12:00.
    try append(
      tool,
      Lines.line(
        "ticket.assigned", "11:10", "agent a-1", #"{"agentId": "a-1", "mode": "take"}"#))
    func shift(_ agent: String, _ from: String, _ to: String) -> [String] {
      [
        Lines.line(
          "shift.started", from, "agent \(agent)",
          #"{"agentId": "\#(agent)", "shiftId": "s-\#(agent)"}"#
        ).replacing("ticket/7", with: "agent/\(agent)"),
        Lines.line(
          "shift.ended", to, "agent \(agent)",
          #"{"agentId": "\#(agent)", "shiftId": "s-\#(agent)"}"#
        ).replacing("ticket/7", with: "agent/\(agent)"),
      ]
    }
    // Somebody who never held it, then the holder, who had gone home before the breach.
    for line in shift("a-9", "08:00", "17:00") + shift("a-1", "08:00", "11:30") {
      try append(tool, line)
    }
    try append(tool, Lines.line("ticket.tagged", "11:50", "agent a-1", #"{"tag": "x"}"#))
    let asked = ["deadline", "changes", "7", "--as-of", "2026-03-02T12:30:00Z"]
    let json = try tool.start(asked + ["--since-position", "2", "--format", "json"]).wait().json()
    let steps = try #require(json["steps"]?.elements)
    #expect(steps.map { $0["position"] } == [5, 6])
    #expect(steps.map { $0["type"] } == ["shift.started", "shift.ended"])
    #expect(verdicts(steps[1]) == ["breached", "breached"])
    let change = steps[1]["changes"]?.elements?.first
    func standing(_ verdict: JSONValue?) -> JSONValue? {
      verdict?["breaches"]?.elements?.first?["holderStanding"]?["state"]
    }
    #expect(standing(change?["before"]) == "onDuty")
    #expect(standing(change?["after"]) == "offShift")
    #expect(
      change?["after"]?["elapsedByDutySec"]?.elements?.map { $0["duty"] }
        == ["unknown", "onDuty", "offShift"])
    let text = try tool.start(asked + ["--since-position", "5"]).wait().output
    #expect(
      text.contains("a-1 was responsible then, on duty → a-1 was responsible then, off shift"))
    #expect(text.contains("by holder: unassigned 10 min, a-1 (on duty) 1 h 20 min →"))
    // Another holder: the time is another one's.
    try append(
      tool,
      Lines.line(
        "ticket.assigned", "11:40", "agent a-9", #"{"agentId": "a-9", "mode": "take"}"#))
    let moved = try tool.start(asked + ["--since-position", "7", "--format", "json"]).wait().json()
    #expect(moved["steps"]?.elements?.map { $0["position"] } == [8])
    #expect(
      moved["changes"]?.elements?.first?["after"]?["breaches"]?.elements?.first?["holder"]
        == "a-9")
  }

  @Test("Tickets that were merged in a circle have no survivor: their clocks end, and it is said")
  func circle() throws {
    let tool = try tool()
    let other = Lines.line("ticket.opened", "11:00", "client c-1", #"{"channel": "email"}"#)
      .replacing("ticket/7", with: "ticket/8")
    let back = Lines.line("ticket.merged", "11:30", "agent a-1", #"{"intoTicket": "7"}"#)
      .replacing("ticket/7", with: "ticket/8")
    try append(
      tool, other, Lines.line("ticket.merged", "11:20", "agent a-1", #"{"intoTicket": "8"}"#),
      back)
    let shown = try tool.run("ticket", "show", "7", "--format", "json").json()
    #expect(shown["mergeCircle"] == ["7", "8", "7"])
    #expect(
      shown["deadlines"]?["clocks"]?.elements?.first?["cancelReason"] == "merged")
    let text = try tool.run("ticket", "show", "8")
    #expect(text.output.contains("merged in a circle: 8, 7, 8"))
    let alone = try self.tool()
    #expect(try alone.run("ticket", "show", "7", "--format", "json").json()["mergeCircle"] == .null)
  }
}
