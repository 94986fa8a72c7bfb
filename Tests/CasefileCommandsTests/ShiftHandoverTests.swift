import CasefileModel
import Foundation
import Testing

@testable import CasefileCommands

/// What a shift takes over of what others left behind, against what findings say of the same tickets.
@Suite("Report of a shift's handover", .serialized, .timeLimit(.minutes(2)))
struct ShiftHandoverTests {
  private typealias Desk = ReportDesk

  /// A line of a shift's stream.
  private static func shift(
    _ id: String, _ type: String, _ time: String, _ data: String
  ) -> String {
    Desk.line(7, type, time, "system", data).replacing("ticket/7", with: "shift/\(id)")
  }

  private static func ended(
    _ id: String, _ time: String, _ agent: String, leaving tickets: String
  ) -> String {
    shift(
      id, "shift.ended", time,
      #"{"shiftId": "\#(id)", "agentId": "\#(agent)", "openTickets": ["1", "2", "3", "4"], "#
        + #""unhandedTickets": [\#(tickets)]}"#)
  }

  private static func started(_ id: String, _ time: String, _ agent: String) -> String {
    shift(id, "shift.started", time, #"{"shiftId": "\#(id)", "agentId": "\#(agent)"}"#)
  }

  /// With the id that a correction names.
  private static func known(_ number: Int, _ line: String) -> String {
    let id = "01950000-0000-7000-8000-00000000000\(number)"
    return #"{"id": "\#(id)", "# + line.dropFirst()
  }

  private static func correction(
    _ type: String, of number: Int, _ time: String, _ more: String = ""
  ) -> String {
    let id = "01950000-0000-7000-8000-00000000000\(number)"
    return Desk.line(9, type, time, "reviewer r-1", #"{"targetEventId": "\#(id)"\#(more)}"#)
  }

  /// 1 is held by a-1 all along; 2 goes from a-1 to a-2, and so does 3, which is closed in the end;
  /// nobody has 4 any more.
  private static let history =
    (1...4).flatMap {
      [Desk.opened($0, "02 08:00", "g-1", "high"), Desk.took($0, "02 08:10", "a-1")]
    } + [
      Desk.opened(9, "02 08:00", "g-9", nil),
      started("s-1", "02 08:00", "a-1"),
      // A list that names a ticket twice, and one that is not there.
      known(1, ended("s-1", "02 16:00", "a-1", leaving: #""1", "2", "1", "77""#)),
      Desk.took(2, "02 17:00", "a-2"), Desk.took(3, "02 17:00", "a-2"),
      Desk.line(4, "ticket.unassigned", "02 17:30", "agent a-1"),
      started("s-2", "02 16:00", "a-2"),
      // One of a ticket that the agent never held, and of one that is closed later.
      known(2, ended("s-2", "03 00:00", "a-2", leaving: #""1", "2", "3""#)),
      Desk.line(3, "ticket.closed", "03 01:00", "agent a-2", #"{"kind": "confirmed"}"#),
      started("s-3", "03 08:00", "a-1"),
      known(3, ended("s-3", "03 16:00", "a-1", leaving: #""1", "4""#)),
      // Told late: at eight in the morning of the third nobody knew of it.
      known(4, ended("s-0", "02 12:00", "a-1", leaving: #""4""#)),
      Desk.line(
        7, "absence.started", "02 20:00", "system",
        #"{"agentId": "a-2", "absenceId": "ab-1", "kind": "sick"}"#
      ).replacing("ticket/7", with: "agent/a-2"),
      // The first shift ended an hour later, the second one's end was an error.
      correction(
        "event.corrected", of: 1, "02 18:30",
        #", "field": "occurredAt", "newValue": "2026-03-02T17:10:00Z""#),
      correction("event.retracted", of: 2, "03 17:30"),
    ]

  private func rows(_ tool: CommandLineTool, _ moment: [String], _ table: String) throws
    -> [JSONValue]
  {
    let words = ["report", "run", "shift-handover", "--format", "json"] + moment
    let outcome = try tool.start(words).wait()
    try #require(outcome.status == 0, "\(outcome.errors)")
    let found = try outcome.json()["tables"]?.elements?.first { $0["table"] == .string(table) }
    return try #require(found?["rows"]?.elements)
  }

  @Test("What somebody holds is opened down to the tickets")
  func opens() throws {
    let tool = try Desk.made(
      Self.history + [
        Desk.line(
          2, "waiting.started", "02 17:05", "agent a-2",
          #"{"waitId": "w-1", "reason": "client"}"#)
      ])
    let holders = try rows(tool, ["--as-of", "2026-03-02T18:00:00Z"], "byHolder")
    #expect(holders.map { $0["open"] } == [1, 2, 2] && holders.map { $0["waiting"] } == [0, 1, 0])
    func tickets(_ row: JSONValue, _ column: String) throws -> [JSONValue?] {
      guard case .string(let command)? = row["opens"]?[column] else { return [] }
      let words = command.split(separator: " ").dropFirst().map(String.init)
      let opened = try tool.start(words + ["--format", "json"]).wait()
      return try opened.lines.map { try JSONValue(parsing: Array($0.utf8))["ticket"] }
    }
    #expect(try holders.map { try tickets($0, "open") } == [["1"], ["2", "3"], ["4", "9"]])
    #expect(try holders.map { try tickets($0, "waiting") } == [[], ["2"], []])
  }

  private static let codes = [
    "handoffUnacknowledged", "handoffExpired", "absentWithoutHandoff", "leftAtShiftEnd",
  ]

  /// What findings say of open tickets, the newest first.
  private func expected(_ tool: CommandLineTool, _ moment: [String]) throws -> [[JSONValue?]] {
    let open = try rows(tool, moment, "openTickets").map { $0["ticket"] }
    let words =
      ["findings", "list", "--format", "json"] + moment + Self.codes.flatMap { ["--code", $0] }
    let outcome = try tool.start(words).wait()
    try #require(outcome.status == 0, "\(outcome.errors)")
    let found = try outcome.lines.map { try JSONValue(parsing: Array($0.utf8)) }
      .filter { open.contains($0["ticket"]) }
    func time(_ finding: JSONValue) -> String {
      if case .string(let text)? = finding["at"] { text } else { "" }
    }
    return found.enumerated().sorted { one, other in
      let (first, second) = (time(one.element), time(other.element))
      return first == second ? one.offset < other.offset : first > second
    }.map { [$0.1["ticket"], $0.1["code"], $0.1["agent"], $0.1["at"]] }
  }

  @Test("It lists what findings say of open tickets, by whatever was known")
  func unanswered() throws {
    let tool = try Desk.made(Self.history)
    var counts: [Int] = []
    for time in ["02T16:30", "02T18:00", "03T12:00", "05T00:00"] {
      for position in [nil, 16, 19, 20, 22] {
        let moment =
          ["--as-of", "2026-03-\(time):00Z"] + (position.map { ["--position", "\($0)"] } ?? [])
        let told = try rows(tool, moment, "unanswered")
        let expected = try expected(tool, moment)
        #expect(
          told.map { [$0["ticket"], $0["finding"], $0["agent"], $0["at"]] } == expected,
          "\(moment)")
        counts.append(expected.count)
      }
    }
    #expect(Set(counts).count > 3 && (counts.max() ?? 0) > 4, "\(counts)")
    let last = try rows(tool, ["--as-of", "2026-03-05T00:00:00Z"], "unanswered")
    #expect(last.map { $0["ticket"] } == ["1", "4", "2", "1", "2", "4"], "\(last)")
    #expect(last.map { $0["agent"] } == ["a-1", "a-1", "a-2", "a-1", "a-1", "a-1"], "\(last)")
  }
}
