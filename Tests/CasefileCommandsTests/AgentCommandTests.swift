import CasefileModel
import Foundation
import Testing

@testable import CasefileCommands

@Suite("Agents", .serialized, .timeLimit(.minutes(2)))
struct AgentCommandTests {
  private static let events =
    [
      #"{"stream": "agent/a-1", "type": "agent.registered", "occurredAt": "2026-03-01T08:00:00Z", "#
        + #""actor": {"kind": "system"}, "data": {"agentId": "a-1", "displayName": "Anna", "#
        + #""groups": ["g-1"]}}"#,
      #"{"stream": "shift/s-1", "type": "shift.started", "occurredAt": "2026-03-02T08:00:00Z", "#
        + #""actor": {"kind": "system"}, "data": {"agentId": "a-1", "shiftId": "s-1"}}"#,
      #"{"stream": "shift/s-1", "type": "shift.ended", "occurredAt": "2026-03-02T17:00:00Z", "#
        + #""actor": {"kind": "system"}, "data": {"agentId": "a-1", "shiftId": "s-1", "#
        + #""unhandedTickets": ["9"]}}"#,
    ] + TicketTextTests.story + [
      Lines.line(
        "ticket.groupChanged", "19:10", "agent a-2", #"{"fromGroup": "g-1", "toGroup": "g-2"}"#),
      Lines.line("ticket.unassigned", "19:20", "agent a-2", #"{"agentId": "a-2"}"#),
      Lines.line("ticket.assigned", "19:30", "agent a-3", #"{"agentId": "a-3", "mode": "take"}"#),
    ]

  private func made() throws -> CommandLineTool {
    let tool = try CommandLineTool()
    try #require(try tool.run("init").status == 0)
    let outcome = try tool.run("append", input: Self.events.joined(separator: "\n"))
    try #require(outcome.status == 0, "\(outcome.errors)")
    return tool
  }

  private func lines(_ outcome: CommandLineTool.Outcome) throws -> [JSONValue] {
    try outcome.lines.map { try JSONValue(parsing: Array($0.utf8)) }
  }

  @Test("list and show as JSON have the documented members")
  func json() throws {
    let tool = try made()
    let list = try lines(try tool.run("agent", "list", "--format", "json"))
    #expect(list.map { $0["agent"] } == ["a-1", "a-2", "a-3"])
    let names = [
      "agent", "assignments", "handoffsIn", "handoffsOut", "indirectHandoffsIn",
      "indirectHandoffsOut", "touches", "messages", "calls", "tickets", "openTickets",
    ]
    for agent in list {
      guard case .object(let members) = agent else {
        Issue.record("an agent is no object")
        continue
      }
      #expect(Array(members.map(\.name).prefix(names.count)) == names)
    }
    #expect(list[0]["handoffsOut"] == 1 && list[0]["touches"] == 1 && list[0]["messages"] == 1)
    #expect(list[1]["handoffsIn"] == 1 && list[1]["indirectHandoffsOut"] == 1)
    #expect(list[2]["indirectHandoffsIn"] == 1 && list[2]["openTickets"] == 0)
    #expect(list[0]["displayName"] == "Anna" && list[1]["displayName"] == .null)

    let shown = try tool.run(
      "agent", "show", "a-1", "--until", "2026-03-02T15:04:00Z", "--format", "json"
    ).json()
    #expect(shown["handoffsOut"] == 0 && shown["openTickets"] == 1)
    #expect(shown["openTicketIds"] == ["7"] && shown["duty"]?["standing"] == "onDuty")
    guard case .array(let entries)? = shown["entries"] else {
      Issue.record("entries is no list")
      return
    }
    #expect(entries.contains { $0["kind"] == "offerMade" && $0["outcome"] == "accepted" })
    #expect(entries.contains { $0["kind"] == "shiftStarted" && $0["ticket"] == .null })
  }

  @Test("Handoffs between agents, indirect ones, and transfers between groups")
  func handoffs() throws {
    let tool = try made()
    func pairs(_ more: String...) throws -> [String] {
      let outcome = try tool.start(["agent", "handoffs", "--format", "json"] + more).wait()
      return try lines(outcome).map {
        "\($0["from"]?.text ?? "") \($0["to"]?.text ?? "") \($0["count"]?.text ?? "")"
      }
    }
    #expect(try pairs() == [#""a-1" "a-2" 1"#])
    #expect(try pairs("--kind", "indirect") == [#""a-2" "a-3" 1"#])
    #expect(try pairs("--by", "group") == [#""g-1" "g-2" 1"#])
    #expect(try pairs("--since", "2026-03-02T15:04:00Z") == [#""a-1" "a-2" 1"#])
    #expect(try pairs("--until", "2026-03-02T15:04:00Z") == [])
    let text = try tool.run("agent", "handoffs")
    #expect(text.output.hasPrefix("1 direct handoff:"))
  }

  @Test("show in words answers first")
  func text() throws {
    let tool = try made()
    let output = try tool.run("agent", "show", "a-1", "--zone", "Europe/Moscow").output
    #expect(output.hasPrefix("Agent a-1: Anna\n"))
    #expect(output.contains("  groups      g-1\n"))
    #expect(output.contains("  handoffs    0 in, 1 out (1 acknowledged)\n"))
    #expect(output.contains("with tickets not handed over: 9"))
    #expect(output.contains("2026-03-02 18:04:00 +03:00  7  handoff to a-2, accepted by a-2"))
    let list = try tool.run("agent", "list").output
    #expect(list.hasPrefix("3 agents\n"))
  }

  @Test(
    "What can't be answered says why",
    arguments: [
      (["agent", "show", "A-1"], 1, "is it a-1?"),
      (["agent", "show", "agent/a-2"], 1, "is it a-2?"),
      (["agent", "show", "nobody-at-all"], 1, "agent list"),
      (["agent", "show", "a-1", "--zone", "Mars/Base"], 2, "Mars/Base"),
      (["agent", "list", "--since", "x"], 2, "--since is x"),
      (["agent", "list", "--since", "2026-03-02", "--until", "2026-03-02"], 2, "not after"),
      (["agent", "handoffs", "--by", "group", "--kind", "indirect"], 2, "--kind indirect"),
      (["agent", "handoffs", "--by", "team"], 2, "team"),
      (["ticket", "audit", "8"], 1, "no ticket 8"), (["ticket", "audit", "#7"], 1, "is it 7?"),
      (["ticket", "audit", "7", "--as-of", "2020-01-01"], 1, "had no event by"),
      (["ticket", "audit", "7", "--position", "1", "--known-at", "2026-03-02"], 2, "one of them"),
      (["ticket", "audit", "7", "--zone", "Mars/Base"], 2, "Mars/Base"),
      (["ticket", "audit", "7", "--late-after", "-5"], 2, "late-after"),
    ] as [([String], Int32, String)])
  func failures(arguments: [String], status: Int32, words: String) throws {
    let tool = try made()
    let outcome = try tool.start(arguments).wait()
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test("An audit prints one line of JSON an event")
  func audit() throws {
    let tool = try made()
    let entries = try lines(try tool.run("ticket", "audit", "7", "--format", "json"))
    #expect(entries.count == TicketTextTests.story.count + 3)
    #expect(entries[8]["correctedBy"] == [12])
    #expect(entries[8]["corrections"] != nil && entries[9]["amends"]?["field"] == "kind")
    #expect(entries[9]["amends"]?["before"] == "agentUnconfirmed")
    let known = try lines(
      try tool.run("ticket", "audit", "7", "--position", "5", "--format", "json"))
    #expect(known.count == 3)
  }
}
