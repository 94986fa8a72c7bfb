import Casefile
import CasefileInterchange
import CasefileModel
import Foundation
import Testing

@testable import Simulation

@Suite("Simulated states")
struct StateTests {
  private static func run(_ words: [String]) throws {
    let options = try #require(try Options(words))
    _ = try SimulationRun(options).run()
  }

  @Test("A store of the events shows what the desk knows", arguments: [7, 21])
  func ownEvents(seed: Int) throws {
    let folder = try TemporaryFolder()
    try StateTests.run([
      "--tickets", "150", "--seed", "\(seed)", "--store", folder.path + "/store", "--known",
      folder.path + "/known",
    ])
    let store = try Store.open(at: folder.path + "/store")
    let found = try states(store)
    let known = try folder.lines("known")
    #expect(known.count == 150 && found.count == 150)
    for answer in known {
      guard case .string(let ticket)? = answer["ticket"] else { continue }
      // The desk's events give no label of a source.
      #expect(differences(answer, found[ticket], without: ["sourceStatus"]) == [], "\(ticket)")
    }
    #expect(try store.verify().problems.isEmpty)
  }

  /// What an import can't know: an export of states holds no messages, one of actions no labels.
  @Test(
    "An export in two shuffled files, imported, shows what the desk knows",
    arguments: [
      ("snapshots", "messageCount", 7), ("snapshots", "messageCount", 22),
      ("actions", "sourceStatus", 7), ("actions", "sourceStatus", 22),
    ])
  func exports(form: String, unknown: String, seed: Int) throws {
    let folder = try TemporaryFolder()
    try StateTests.run([
      "--tickets", "100", "--seed", "\(seed)", "--\(form)", folder.path + "/csv", "--files",
      "2", "--shuffle", "--known", folder.path + "/known",
    ])
    let profile = try ImportProfile(
      parsing: Array(
        try Data(contentsOf: URL(filePath: folder.path + "/csv/\(form).profile.json"))))
    let store = try folder.makeStore("imported")
    let files = (1...2).map { folder.path + "/csv/\(form)-\($0).csv" }
    let summary = try Importer(into: store, profile: profile).run(files: files)
    #expect(summary.rejected == 0 && summary.unmapped == 0)
    let found = try states(store)
    let known = try folder.lines("known")
    #expect(known.count == 100 && found.count == 100)
    for answer in known {
      guard case .string(let ticket)? = answer["ticket"] else { continue }
      #expect(differences(answer, found[ticket], without: [unknown]) == [], "\(ticket)")
    }
  }

  @Test("A store records by the simulated clock, as often as asked")
  func recording() throws {
    let folder = try TemporaryFolder()
    try StateTests.run([
      "--tickets", "60", "--seed", "5", "--store", folder.path + "/store", "--record-every",
      "300",
    ])
    let store = try Store.open(at: folder.path + "/store")
    var times: Set<Timestamp> = []
    var lateCount = 0
    try store.read(EventReadOptions()) { event in
      let late = event.envelope.recordedAt.seconds - event.envelope.occurredAt.seconds
      times.insert(event.envelope.recordedAt)
      if late > 900, event.envelope.stream.kind == "ticket" { lateCount += 1 }
      return true
    }
    #expect(times.count > 60)
    // Only what is written down later is late, not everything.
    #expect(lateCount > 0 && lateCount < 60)
  }
}
