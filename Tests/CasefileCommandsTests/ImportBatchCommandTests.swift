import CasefileModel
import Foundation
import Testing

@Suite("Imports on the command line", .serialized, .timeLimit(.minutes(3)))
struct ImportBatchCommandTests {
  private static let profile = """
    {"profile": "small", "version": "1", "source": "desk", "mode": "snapshots",
     "time": {"formats": ["yyyy-MM-dd HH:mm"], "zone": "UTC"},
     "ticket": "id", "order": "n", "eventTime": "at",
     "actor": {"column": "by", "identity": "opaque"},
     "snapshots": {"state": {"column": "state", "labels": {
       "new": {"status": "new"}, "end": {"status": "closed"}}}}}
    """
  private static let rows = """
    id,n,at,by,state
    T1,0,2026-03-01 10:00,u1,new
    T2,0,2026-03-01 10:01,u1,new
    T1,1,2026-03-01 10:02,u1,end

    """

  private func made() throws -> (tool: CommandLineTool, batch: String) {
    let tool = try CommandLineTool()
    try #require(try tool.run("init").status == 0)
    let outcome = try Self.importRows(tool)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return (tool, try outcome.json().text("batch"))
  }

  private static func importRows(_ tool: CommandLineTool) throws -> CommandLineTool.Outcome {
    let rows = try tool.write("rows.csv", rows)
    let profile = try tool.write("profile.json", profile)
    return try tool.run("import", "csv", rows, "--profile", profile, "--format", "json")
  }

  private func json(_ outcome: CommandLineTool.Outcome) throws -> [JSONValue] {
    try outcome.lines.map { try JSONValue(parsing: Array($0.utf8)) }
  }

  @Test("import list and show tell what an import brought, in words and in JSON")
  func show() throws {
    let (tool, batch) = try made()
    let listed = try json(try tool.run("import", "list", "--format", "json"))
    #expect(listed.count == 1)
    for name in [
      "batch", "status", "source", "profile", "profileVersion", "position", "startedAt",
      "completedAt", "retractedAt", "expectedRows", "rows", "events", "streams", "duplicates",
      "rejected", "unmapped", "fromTime", "toTime", "supersedes",
    ] { #expect(listed[0][name] != nil, "\(name)") }
    #expect(listed[0]["batch"] == .string(batch) && listed[0]["status"] == "complete")
    let shown = try tool.run("import", "show", batch, "--format", "json").json()
    #expect(shown["stored"]?["events"] == 4 && shown["stored"]?["tickets"] == 2)
    #expect(shown["retractions"] == .array([]))
    let words = try tool.run("import", "show", batch).output
    #expect(words.contains("complete") && words.contains("2 ticket.opened"))
    #expect(try tool.run("import", "list").output.contains(batch))
    let missing = try tool.run("import", "show", "none", "--format", "json")
    #expect(missing.status == 1)
    #expect(try missing.error()["code"] == "batchMissing")
  }

  @Test("A retracted import is in no view and in the log; restored, it is as before")
  func retract() throws {
    let (tool, batch) = try made()
    let before = try tool.run("ticket", "list", "--format", "json").output
    let retracted = try tool.run(
      "import", "retract", batch, "--reason", "the wrong export", "--by", "admin",
      "--format", "json")
    #expect(retracted.status == 0)
    #expect(try retracted.json()["status"] == "retracted")
    #expect(try tool.run("ticket", "list", "--format", "json").output.isEmpty)
    #expect(try tool.run("agent", "list", "--format", "json").output.isEmpty)
    let shown = try tool.run("ticket", "show", "T1", "--format", "json").json()
    #expect(shown["state"]?["status"] == "new" && shown["state"]?["openedAt"] == .null)
    guard case .array(let events)? = shown["events"] else {
      Issue.record("There are no events.")
      return
    }
    #expect(events.count == 3 && events.allSatisfy { $0["retractedBy"] != .null })
    for entry in try json(try tool.run("ticket", "audit", "T1", "--format", "json")) {
      #expect(entry["retractedBy"] != .null && entry["changes"] == .array([]))
    }
    #expect(try tool.run("ticket", "show", "T1").output.contains("retracts #"))
    #expect(try tool.run("log", "read", "--stream", "ticket/T1").lines.count == 3)
    #expect(try tool.run("import", "retract", batch, "--reason", "again").status == 1)
    #expect(try tool.run("import", "retract", batch, "--reason", " ").status == 2)
    #expect(try tool.run("import", "retract", batch).status == 2)
    let restored = try tool.run("import", "restore", batch, "--reason", "it was right")
    #expect(restored.status == 0 && restored.output.contains("count again"))
    #expect(try tool.run("ticket", "list", "--format", "json").output == before)
    #expect(try tool.run("replay", "--compare", "--dry-run").status == 0)
  }

  @Test("The rows of a retracted import can be imported again")
  func again() throws {
    let (tool, batch) = try made()
    try tool.run("import", "retract", batch, "--reason", "wrong")
    let second = try Self.importRows(tool).json()
    #expect(second["events"] == 4 && second["duplicates"] == 0 && second["batch"] != .string(batch))
    let listed = try json(try tool.run("import", "list", "--format", "json"))
    #expect(listed.map { $0["status"] } == ["retracted", "complete"])
    #expect(listed[1]["supersedes"] == .string(batch))
    let refused = try tool.run(
      "import", "restore", batch, "--reason", "both", "--format", "json")
    #expect(refused.status == 1)
    #expect(try refused.error()["code"] == "batchReplaced")
  }

  @Test("import reconcile answers 0 where all agrees, and 1 with each difference and its line")
  func reconcile() throws {
    let (tool, _) = try made()
    let profile = try tool.write("profile.json", Self.profile)
    let same = try tool.write("rows.csv", Self.rows)
    let agreeing = try tool.run("import", "reconcile", same, "--profile", profile)
    #expect(agreeing.status == 0)
    #expect(agreeing.output == "3 rows, 2 tickets: the store agrees with the export\n")
    let other = try tool.write(
      "other.csv",
      """
      id,n,at,by,state
      T1,0,2026-03-01 10:00,u1,new
      T1,1,2026-03-01 10:02,u1,end
      T1,2,2026-03-01 10:03,u1,new
      T3,0,2026-03-01 10:04,u1,new

      """)
    let words = ["import", "reconcile", other, "--profile", profile]
    let json = try tool.start(words + ["--format", "json"], input: nil).wait()
    #expect(json.status == 1 && json.errors.isEmpty)
    let lines = try self.json(json)
    #expect(
      lines[0]
        == [
          "rows": 4, "tickets": 2, "differences": 4, "ticketsMissing": 1, "ticketsGone": 1,
          "fields": 1, "rowsNew": 1, "rowsChanged": 0, "rowsRejected": 0,
        ])
    #expect(
      lines.dropFirst().map { $0["kind"] } == ["rowNew", "field", "ticketMissing", "ticketGone"])
    #expect(
      lines[2]
        == [
          "kind": "field", "ticket": "T1", "field": "state", "store": "end", "export": "new",
          "file": .string(other), "line": 4, "reason": .null,
        ])
    let english = try tool.start(words + ["--lang", "en"], input: nil).wait()
    #expect(english.status == 1 && english.lines.count == 5)
    #expect(english.lines[0].hasPrefix("4 rows, 2 tickets: 4 differences: 1 ticket missing"))
    #expect(english.lines[2].hasSuffix("ticket T1: state is end in the store, new in the export"))
    let russian = try tool.start(words + ["--lang", "ru"], input: nil).wait()
    #expect(russian.lines[0].hasPrefix("4 строки, 2 заявки: 4 расхождения: 1 заявки нет"))
    #expect(russian.lines[4].hasSuffix("заявка T2 есть в хранилище, но её нет в выгрузке"))
    #expect(try tool.run("log", "stat", "--format", "json").json()["events"] == 6)
  }

  @Test("Views that are to take in an import later take it in when they are read")
  func viewsLater() throws {
    let tool = try CommandLineTool()
    try tool.run("init")
    let rows = try tool.write("rows.csv", Self.rows)
    let profile = try tool.write("profile.json", Self.profile)
    let outcome = try tool.run("import", "csv", rows, "--profile", profile, "--views", "later")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let views = try json(try tool.run("view", "list", "--format", "json"))
    #expect(views.first { $0["view"] == "tickets" }?["lag"] != 0)
    #expect(try tool.run("ticket", "list", "--format", "json").lines.count == 2)
    #expect(try tool.run("import", "csv", rows, "--profile", profile, "--views", "x").status == 2)
  }
}

extension JSONValue {
  fileprivate func text(_ name: String) throws -> String {
    guard case .string(let text)? = self[name] else { throw MissingMember(name: name) }
    return text
  }

  private struct MissingMember: Error { let name: String }
}
