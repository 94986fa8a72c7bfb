import CasefileModel
import Testing

@testable import CasefileCommands

/// What a desk does to its tickets and people in a period of which figures are asked.
@Suite("Metrics of tickets and people that changed", .serialized, .timeLimit(.minutes(2)))
struct MetricEdgeTests {
  private static func mark(_ id: String, _ survey: String, _ time: String, score: Int) -> String {
    Lines.line(
      "rating.received", time, "client c-9",
      #"{"ratingId": "\#(id)", "surveyId": "\#(survey)", "kind": "csat", "score": \#(score), "#
        + #""scaleMin": 1, "scaleMax": 5}"#)
  }

  private static func line(
    _ type: String, _ stream: String, _ time: String, _ actor: String, _ data: String
  ) -> String {
    Lines.line(type, time, actor, data).replacing("ticket/7", with: stream)
  }

  /// Ticket 8 is merged into 7, of which 9 is split off; a-1 takes 7, is renamed and leaves.
  private static let events = [
    line(
      "agent.registered", "agent/a-1", "09:00", "system", #"{"agentId": "a-1", "name": "Anna"}"#),
    line("ticket.opened", "ticket/7", "10:00", "client c-9", #"{"clientId": "c-9"}"#),
    line("ticket.opened", "ticket/8", "10:30", "client c-9", #"{"clientId": "c-9"}"#),
    line(
      "ticket.assigned", "ticket/7", "11:00", "agent a-1", #"{"agentId": "a-1", "mode": "take"}"#),
    line("ticket.absorbed", "ticket/7", "11:30", "agent a-1", #"{"fromTicket": "8"}"#),
    line("ticket.merged", "ticket/8", "11:30", "agent a-1", #"{"intoTicket": "7"}"#),
    line("ticket.split", "ticket/7", "11:40", "agent a-1", #"{"newTicket": "9"}"#),
    line("ticket.splitFrom", "ticket/9", "11:40", "agent a-1", #"{"fromTicket": "7"}"#),
    line(
      "agent.profileChanged", "agent/a-1", "12:00", "system",
      #"{"agentId": "a-1", "name": "Anna Ivanova"}"#),
    line("agent.deactivated", "agent/a-1", "13:00", "system", #"{"agentId": "a-1"}"#),
    mark("r-1", "s-1", "15:00", score: 2), mark("r-2", "s-1", "16:00", score: 5),
    mark("r-3", "s-2", "17:00", score: 9),
  ]

  private func made() throws -> CommandLineTool {
    let tool = try CommandLineTool()
    try #require(try tool.run("init").status == 0)
    let outcome = try tool.run("append", input: Self.events.joined(separator: "\n"))
    try #require(outcome.status == 0, "\(outcome.errors)")
    return tool
  }

  private func rows(
    _ tool: CommandLineTool, _ metric: String, asOf: String = "2026-03-03"
  ) throws -> (rows: [[JSONValue?]], leftOut: JSONValue?) {
    let answer = try tool.run(
      "metric", "run", metric, "--by", "agent", "--as-of", asOf, "--format", "json"
    ).json()
    guard case .array(let rows)? = answer["rows"] else { return ([], answer["leftOut"]) }
    return (rows.map { [$0["key"], $0["count"], $0["sum"]] }, answer["leftOut"])
  }

  @Test("Tickets that were merged and split in the period count as what they were")
  func merged() throws {
    let tool = try made()
    // Both came; the one that was split off never did.
    #expect(try rows(tool, "newContacts").rows == [[.null, 2, 2]])
    // The merged one waits for nobody: the survivor alone is open, for fourteen hours.
    #expect(try rows(tool, "backlog").rows == [["a-1", 1, 50_400]])
  }

  @Test("Of two marks for one survey the newest counts, and none outside its scale")
  func marks() throws {
    let tool = try made()
    let end = try rows(tool, "satisfaction")
    #expect(end.rows == [[.null, 1, 5]])
    #expect(end.leftOut == ["outsideScale": 1, "replaced": 1])
    let before = try rows(tool, "satisfaction", asOf: "2026-03-02T15:30:00Z")
    #expect(before.rows == [[.null, 1, 2]] && before.leftOut == [:])
  }

  @Test("What an agent did stays the agent's after another name and a departure")
  func renamed() throws {
    let tool = try made()
    #expect(try rows(tool, "firstReaction").rows == [["a-1", 1, 3_600]])
    let agent = try tool.run("agent", "show", "a-1", "--format", "json").json()
    #expect(agent["name"] == "Anna Ivanova" && agent["assignments"] == 1)
    #expect(agent["deactivatedAt"] == "2026-03-02T13:00:00.000000Z")
  }
}
