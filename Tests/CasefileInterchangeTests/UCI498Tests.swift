import Casefile
import CasefileInterchange
import CasefileLog
import CasefileModel
import Foundation
import Testing

/// The whole of UCI 498, and every figure of its README that concerns changes and events, computed
/// again from what the store gives back.
@Suite("UCI 498")
struct UCI498Tests {
  private static let file = findAbove("../shared/data/uci498_incident_event_log.csv.gz")
  private static let profile = findAbove("Schemas/profiles/uci498.json")

  @Test(
    "An import meets every count of the data's README", .timeLimit(.minutes(15)),
    .enabled(
      if: file != nil && profile != nil,
      "the data are not at ../shared/data: get them from the UCI repository, number 498"))
  func counts() throws {
    let file = try #require(Self.file)
    let bytes = try Data(contentsOf: URL(filePath: try #require(Self.profile)))
    let directory = try TemporaryDirectory()
    // Views come at the end, in one go; Tools/check-uci498 compares them with their replay.
    let store = try directory.makeStore()
    let importer = Importer(into: store, profile: try ImportProfile(parsing: bytes))
    let summary = try importer.run(files: [file])
    #expect(summary.rows == 141_712 && summary.rejected == 0 && summary.unmapped == 0)
    #expect(summary.streams == 24_918 && summary.duplicates == 0)

    var figures = UCI498Figures()
    try store.read(EventReadOptions()) { event in
      if event.envelope.stream.kind == "ticket" { try figures.take(event) }
      return true
    }
    figures.finish()
    checkTypes(figures, summary)
    checkChanges(figures)
    checkHistory(figures)

    // Folding 24,918 tickets takes minutes without optimisation; Tools/check-uci498 checks the same
    // figures with the release build.
    if ProcessInfo.processInfo.environment["CASEFILE_UCI_FLOWS"] != nil {
      try store.updateViews()
      try checkFlows(store)
    }

    // The same rows again: nothing is written.
    let head = try store.head
    let again = try importer.run(files: [file])
    #expect(again.events == 0 && again.duplicates == summary.events)
    #expect(try store.head == head)
    store.close()
  }

  /// What the histories of tickets and agents say of responsibility.
  private func checkFlows(_ store: Store) throws {
    var direct = ResponsibilityFlow(.direct)
    var indirect = ResponsibilityFlow(.indirect)
    var groups = ResponsibilityFlow(.group)
    var pingPongs = 0
    var tickets: [String] = []
    var waiting: (incidents: Int, seconds: Int64) = (0, 0)
    try store.tickets { ticket in
      let state = ticket.state
      let waits = state.pastWaits.filter(\.isForClient)
      if !waits.isEmpty || state.waits.contains(where: \.isForClient) { waiting.incidents += 1 }
      for wait in waits {
        waiting.seconds += (wait.endedAt ?? wait.since).seconds - wait.since.seconds
      }
      direct.add(state)
      indirect.add(state)
      groups.add(state)
      pingPongs += state.isGroupPingPong ? 1 : 0
      tickets.append(state.ticket)
      return true
    }
    #expect(tickets.count == 24_918 && Set(tickets).count == 24_918)
    #expect(direct.total == 2_941)
    #expect(indirect.total == 1_932)
    #expect(groups.total == 17_915)
    #expect(pingPongs == 2_217)
    #expect(waiting == (5_471, 4_429_598_760))
    let histories = try store.agentHistories()
    // Every handoff has one giver and one taker.
    #expect(histories.map(\.counts.handoffsIn).reduce(0, +) == 2_941)
    #expect(histories.map(\.counts.handoffsOut).reduce(0, +) == 2_941)
    #expect(histories.map(\.counts.indirectHandoffsIn).reduce(0, +) == 1_932)
    #expect(histories.map(\.counts.indirectHandoffsOut).reduce(0, +) == 1_932)
    #expect(histories.map(\.counts.assignments).reduce(0, +) == 29_459)
    // At the end every incident is closed.
    #expect(histories.allSatisfy { $0.openTickets().isEmpty })
  }

  private func checkTypes(_ figures: UCI498Figures, _ summary: ImportSummary) {
    #expect(figures.types.values.reduce(0, +) == summary.events)
    #expect(figures.types == summary.eventsByType)
    #expect(figures.types["ticket.opened"] == 24_918)
    #expect(figures.types["ticket.statusChanged"] == 64_035)
    #expect(figures.types["ticket.assigned"] == 29_459)
    #expect(figures.types["ticket.unassigned"] == 2_325)
    #expect(figures.types["ticket.groupChanged"] == 23_322)
    #expect(figures.types["ticket.priorityChanged"] == 436)
    #expect(figures.types["ticket.reopened"] == 331)
    // 64,035 changes of state lead to Closed 24,930 times and to Resolved 23,417 times; 1,819
    // incidents are Resolved when they are first seen.
    #expect(figures.types["ticket.closed"] == 24_930)
    #expect(figures.types["resolution.proposed"] == 23_417 + 1_819)
    #expect(figures.types["waiting.started"] == figures.types["waiting.ended"])
    // Every column that may change and has no type of its own, by the differences of the rows.
    #expect(
      figures.fields == [
        "made_sla": 9_114, "category": 1_315, "subcategory": 2_095, "u_symptom": 2_128,
        "cmdb_ci": 8, "location": 109, "problem_id": 166, "rfc": 90, "vendor": 104, "caused_by": 1,
        "knowledge": 208, "u_priority_confirmation": 19_136, "impact": 354, "urgency": 325,
        "contact_type": 5,
      ])
    #expect(figures.types["ticket.clientChanged"] == 4)
  }

  private func checkChanges(_ figures: UCI498Figures) {
    #expect(figures.assignments == .init(gained: 8_740, lost: 2_325, passed: 2_941))
    #expect(figures.groups == .init(gained: 2_078, lost: 3_329, passed: 17_915))
    #expect(figures.initialAssignments == 17_778)
    #expect(figures.indirectHandoffs == 1_932)
    #expect(figures.priorityTickets.count == 383)
    #expect(figures.slaLost == 9_114)
    #expect(figures.madeSLA.values.count { $0 == "true" } == 15_803)
    #expect(figures.madeSLA.values.count { $0 == "false" } == 9_115)
    #expect(figures.statedOpenings == 24_918)
    // The others have an unknown resolved_at on every row.
    #expect(figures.statedResolutions.count == 24_918 - 1_556)
    #expect(figures.reopenedTickets.count == 275)
    #expect(figures.rows.count == 141_712)
    #expect(figures.quietRows == 29_352)
    #expect(
      figures.quietWords == ["ticket.clientChanged", "ticket.fieldChanged", "source.updated"])
  }

  private func checkHistory(_ figures: UCI498Figures) {
    #expect(figures.disorders == 0)
    #expect(figures.firstLabels.values.reduce(0, +) == 24_918)
    #expect(24_918 - (figures.firstLabels["New"] ?? 0) == 8_522)
    #expect(figures.waitedTickets.count == 5_471)
    #expect(figures.waitedSeconds == 4_429_598_760)
    #expect(figures.openWaits.isEmpty)
    #expect(
      figures.labelsAtInstant == [
        "New": 388, "Active": 464, "Awaiting User Info": 364, "Awaiting Problem": 21,
        "Awaiting Vendor": 13, "Resolved": 1_349, "Closed": 18_494,
      ])
    #expect(Set(figures.labels.values) == ["Closed"] && figures.labels.count == 24_918)
    #expect(figures.unmatchedStates == 0)
  }
}
