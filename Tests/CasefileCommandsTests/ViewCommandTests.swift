import CasefileModel
import Foundation
import Testing

@Suite("Views, replay and ticket lists", .serialized, .timeLimit(.minutes(3)))
struct ViewCommandTests {
  private func made() throws -> CommandLineTool {
    let tool = try CommandLineTool()
    try #require(try tool.run("init").status == 0)
    let other = Lines.line(
      "ticket.opened", "09:00", "client c-8", #"{"number": "8", "priority": "low"}"#
    ).replacingOccurrences(of: "ticket/7", with: "ticket/8")
    let outcome = try tool.run(
      "append", input: (TicketTextTests.story + [other]).joined(separator: "\n"))
    try #require(outcome.status == 0, "\(outcome.errors)")
    return tool
  }

  private func lines(_ outcome: CommandLineTool.Outcome) throws -> [JSONValue] {
    try outcome.lines.map { try JSONValue(parsing: Array($0.utf8)) }
  }

  @Test("view list tells position, lag, version, size and last error")
  func list() throws {
    let tool = try made()
    let views = try lines(try tool.run("view", "list", "--format", "json"))
    #expect(views.map { $0["view"] } == ["index", "quality", "search", "tickets"])
    for view in views {
      for name in ["version", "condition", "position", "lag", "sizeBytes", "lastError"] {
        #expect(view[name] != nil, "\(name)")
      }
    }
    // The append brought it up to the log.
    #expect(views[3]["lag"] == 0 && views[3]["condition"] == "ready")
    let text = try tool.run("view", "list")
    #expect(text.status == 0 && text.output.contains("tickets"))
  }

  @Test("A dropped view differs, answers stay the same, and replay brings it back")
  func drop() throws {
    let tool = try made()
    let before = try tool.run("ticket", "list", "--format", "json").output
    #expect(try tool.run("view", "diff", "tickets").status == 0)
    #expect(try tool.run("view", "drop", "tickets").status == 0)
    #expect(try tool.run("view", "diff", "tickets").status == 1)
    #expect(try tool.run("ticket", "list", "--format", "json").output == before)
    let replay = try lines(try tool.run("replay", "--format", "json"))
    #expect(replay.contains { $0["view"] == "tickets" && $0["swapped"] == true })
    for name in ["view", "events", "seconds", "differences"] {
      #expect(replay.allSatisfy { $0[name] != nil }, "\(name)")
    }
    #expect(try tool.run("view", "diff", "tickets").status == 0)
    let proven = try tool.run("replay", "--compare")
    #expect(proven.status == 0)
    #expect(proven.lines.last?.hasPrefix("proven: ") == true)
  }

  @Test("A changed event is found by replay --compare")
  func tampered() throws {
    let tool = try made()
    let file = tool.store + "/log/data.mdb"
    var bytes = try #require(FileManager.default.contents(atPath: file))
    let word = Array("a-1".utf8)
    let index = try #require(bytes.indices.first { bytes[$0...].starts(with: word) })
    bytes[index] ^= 1
    try bytes.write(to: URL(fileURLWithPath: file))
    let outcome = try tool.run("replay", "--compare")
    #expect(outcome.status == 1)
    #expect(!outcome.output.contains("proven: ") || outcome.output.contains("not proven"))
  }

  @Test("ticket list filters, limits, pages and looks back")
  func tickets() throws {
    let tool = try made()
    func ids(_ arguments: String...) throws -> [JSONValue?] {
      let outcome = try tool.start(["ticket", "list", "--format", "json"] + arguments).wait()
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try lines(outcome).map { $0["ticket"] }
    }
    #expect(try ids() == ["7", "8"])
    #expect(try ids("--status", "new") == ["8"])
    #expect(try ids("--limit", "1") == ["7"])
    #expect(try ids("--limit", "0").isEmpty)
    #expect(try ids("--after", "7") == ["8"])
    #expect(try ids("--as-of", "2026-03-02T09:30:00Z") == ["8"])
    #expect(try ids("--as-of", "2020-01-01").isEmpty)
    #expect(try ids("--position", "0") == ["7"])
    #expect(try ids("--opened-to", "2026-03-02T09:30:00Z") == ["8"])
    let nobody = try tool.run("ticket", "list", "--client", "nobody", "--format", "json")
    #expect(nobody.status == 1 && nobody.output.isEmpty)
  }

  @Test("Wrong input is told apart: what is not there, what can't be meant")
  func refusals() throws {
    let tool = try made()
    let unknown = try tool.run("view", "diff", "ticket", "--format", "json")
    #expect(unknown.status == 1)
    #expect(try unknown.error()["code"] == "noSuchView")
    #expect(try tool.run("view", "drop", "nothing").status == 1)
    #expect(try tool.run("replay", "--to", "99999").status == 1)
    #expect(try tool.run("replay", "--to", "1", "--known-at", "2026-01-01").status == 2)
    #expect(try tool.run("replay", "--to", "1", "--compare").status == 2)
    #expect(try tool.run("replay", "--known-at", "2020-01-01").status == 1)
    #expect(try tool.run("ticket", "list", "--status", "odd").status == 2)
    #expect(try tool.run("ticket", "list", "--zone", "Mars/Base").status == 2)
    #expect(try tool.run("ticket", "list", "--after", "none").status == 1)
    #expect(try tool.run("ticket", "list", "--known-at", "2020-01-01").status == 1)
    #expect(
      try tool.run("ticket", "list", "--known-at", "2030-01-01", "--position", "1").status == 2)
    let part = try tool.run("replay", "--to", "1", "--view", "tickets")
    #expect(part.status == 0 && part.output.contains("not kept"))
  }
}
