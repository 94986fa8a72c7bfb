import CasefileModel
import Foundation
import Testing

@testable import CasefileCommands

/// A desk with a handful of tickets whose figures are worked out by hand in the tests.
enum ReportDesk {
  /// A line of a ticket; the time is day, hour and minute of March 2026 in UTC, such as `02 10:30`.
  static func line(
    _ ticket: Int, _ type: String, _ time: String, _ actor: String, _ data: String = "{}"
  ) -> String {
    let parts = time.split(separator: " ")
    return Lines.line(type, String(parts[1]), actor, data)
      .replacing("ticket/7", with: "ticket/\(ticket)")
      .replacing("2026-03-02T", with: "2026-03-\(parts[0])T")
  }

  static func opened(_ ticket: Int, _ time: String, _ group: String, _ priority: String?) -> String
  {
    line(
      ticket, "ticket.opened", time, "client c-\(ticket)",
      #"{"clientId": "c-\#(ticket)", "channel": "email", "groupId": "\#(group)""#
        + (priority.map { #", "priority": "\#($0)""# } ?? "") + "}")
  }

  static func asked(_ ticket: Int, _ time: String) -> String {
    line(
      ticket, "message.received", time, "client c-\(ticket)",
      #"{"messageId": "q-\#(ticket)", "authorRole": "client", "channel": "email"}"#)
  }

  static func replied(_ ticket: Int, _ time: String, _ agent: String) -> String {
    line(
      ticket, "message.sent", time, "agent \(agent)",
      #"{"messageId": "m-\#(ticket)", "agentId": "\#(agent)", "author": "agent"}"#)
  }

  static func took(_ ticket: Int, _ time: String, _ agent: String) -> String {
    line(
      ticket, "ticket.assigned", time, "agent \(agent)",
      #"{"agentId": "\#(agent)", "mode": "take"}"#)
  }

  /// 1 is answered by a-1 in half an hour and solved in two hours; 2 is asked an hour after it.
  static let solvedAndAsked = [
    opened(1, "02 10:00", "g-1", "high"), asked(1, "02 10:00"), took(1, "02 10:10", "a-1"),
    replied(1, "02 10:30", "a-1"), line(1, "resolution.proposed", "02 12:00", "agent a-1"),
    opened(2, "02 11:00", "g-1", "low"), asked(2, "02 11:00"),
  ]

  /// Both deadlines run around the clock: a first reply in an hour, a solution in four.
  static let policy = """
    {"policyId": "gold", "effectiveFrom": "2026-01-01T00:00:00Z", "clocks": [
      {"clock": "firstReply", "targetSeconds": 3600},
      {"clock": "resolution", "targetSeconds": 14400}]}
    """

  /// A store with lines in it, under the policy.
  static func made(_ lines: [String]) throws -> CommandLineTool {
    let tool = try CommandLineTool()
    try #require(try tool.run("init").status == 0)
    let file = try tool.write("gold.json", policy)
    let published = try tool.run("policy", "publish", file, "--by", "a-1")
    try #require(published.status == 0, "\(published.errors)")
    if !lines.isEmpty {
      let outcome = try tool.run("append", input: lines.joined(separator: "\n"))
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    return tool
  }
}
