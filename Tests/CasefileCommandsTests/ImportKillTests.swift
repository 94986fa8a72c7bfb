import Casefile
import CasefileLog
import CasefileModel
import Foundation
import Testing

/// An export in the columns of UCI 498, made up: incidents that change state, group and assignee.
private enum Export {
  static let columns =
    "number,incident_state,active,reassignment_count,reopen_count,sys_mod_count,made_sla,"
    + "caller_id,opened_by,opened_at,sys_created_by,sys_created_at,sys_updated_by,sys_updated_at,"
    + "contact_type,location,category,subcategory,u_symptom,cmdb_ci,impact,urgency,priority,"
    + "assignment_group,assigned_to,knowledge,u_priority_confirmation,notify,problem_id,rfc,"
    + "vendor,caused_by,closed_code,resolved_by,resolved_at,closed_at"

  static func text(incidents: Int) -> String {
    let states = ["New", "Active", "Awaiting User Info", "Active", "Resolved", "Closed"]
    var rows = [columns]
    for (step, state) in states.enumerated() {
      for incident in 0..<incidents {
        let day = 1 + (incident / 60) % 20 + step
        rows.append(
          "INC\(1_000_000 + incident),\(state),true,0,0,\(step),true,Caller \(incident % 40),"
            + "Opened by 1,\(day)/3/2016 0\(step):0\(incident % 10),Created by 1,?,"
            + "Updated by \(incident % 9),\(day)/3/2016 0\(step):\(10 + incident % 50),Phone,"
            + "Location 1,Category 1,Subcategory 1,Symptom 1,?,2 - Medium,2 - Medium,3 - Moderate,"
            + "Group \((incident + step / 2) % 7),\(step == 0 ? "?" : "Resolver \(incident % 11)"),"
            + "false,false,Do Not Notify,?,?,?,?,code 1,?,?,?")
      }
    }
    return rows.joined(separator: "\n") + "\n"
  }
}

@Suite("An import that is killed")
struct ImportKillTests {
  private static func events(_ store: String) throws -> [String] {
    let store = try Store.open(at: store, configuration: .init(isReadOnly: true))
    defer { store.close() }
    var events: [String] = []
    try store.read { event in
      if !event.envelope.stream.description.hasPrefix("import/") {
        events.append("\(event.envelope.id) \(event.envelope.stream) \(event.envelope.typeNumber)")
      }
      return true
    }
    return events
  }

  /// The size of the log's file, without opening it.
  private static func size(_ store: String) -> Int {
    let path = store + "/log/data.mdb"
    let found = try? FileManager.default.attributesOfItem(atPath: path)[.size]
    return (found as? Int) ?? 0
  }

  @Test(
    "Twenty kills at random moments lose nothing, repeat nothing, and the import completes",
    .timeLimit(.minutes(10)))
  func kills() throws {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    let profile = root.appendingPathComponent("Schemas/profiles/uci498.json").path
    let tool = try CommandLineTool()
    let file = try tool.write("export.csv", Export.text(incidents: 500))
    let arguments = ["import", "csv", file, "--profile", profile, "--format", "json"]

    // The answer, and how large the log becomes.
    let whole = tool.directory + "/whole"
    try tool.run("init", "--store", whole)
    #expect(try tool.start(arguments + ["--store", whole]).wait().status == 0)
    let expected = try ImportKillTests.events(whole)
    #expect(expected.count > 4000)
    let target = ImportKillTests.size(whole)

    try tool.run("init")
    let empty = ImportKillTests.size(tool.store)
    var random = SystemRandomNumberGenerator()
    var last: (position: Position, leaf: Digest)?
    var midway = 0
    for round in 0..<20 {
      // Each round gets a little further, to a random moment in the midst of the storing.
      let share = (Double(round) + Double.random(in: 0..<1, using: &random)) / 20
      let size = empty + Int(Double(target - empty) * share)
      let running = try tool.start(arguments)
      while running.process.isRunning, ImportKillTests.size(tool.store) < size { usleep(500) }
      usleep(UInt32.random(in: 0..<20_000, using: &random))
      kill(running.process.processIdentifier, SIGKILL)
      _ = try running.wait()
      let store = try Store.open(at: tool.store)
      #expect(try store.verify().isSound)
      if let last {
        // What an earlier round had stored is still there, byte for byte.
        #expect(try store.event(at: last.position)?.leaf == last.leaf)
        #expect(try (store.head ?? Position(0)) >= last.position)
      }
      if let head = try store.head, let event = try store.event(at: head) {
        last = (head, event.leaf)
        if head.rawValue < UInt64(expected.count) { midway += 1 }
      }
      store.close()
    }
    #expect(midway > 3, "only \(midway) of 20 kills came in the midst of the storing")
    let outcome = try tool.start(arguments).wait()
    #expect(outcome.status == 0)
    let found = try ImportKillTests.events(tool.store)
    #expect(found == expected)
    // And once more: nothing is left to do.
    let again = try tool.start(arguments).wait().json()
    #expect(again["events"] == 0)
    print("killed 20 times, \(midway) times with a part of \(expected.count) events stored")
  }
}
