import Casefile
import CasefileInterchange
import CasefileModel
import CasefileProjections
import Foundation
import Testing

/// Figures of the Mendeley help desk that metrics and findings must give.
@Suite("Quality of the Mendeley help desk")
struct MendeleyQualityTests {
  private static let sentences = findAbove("../shared/data/mendeley_helpdesk_utterances.csv.gz")
  private static let turns = findAbove("../shared/data/mendeley_helpdesk_scored_turns.csv.gz")
  private static let profile = findAbove("Schemas/profiles/mendeley.json")

  private struct Message {
    let at: Timestamp
    let place: Int
    let isClient: Bool
  }

  @Test(
    "Scores, handoffs and first replies are those of the files", .timeLimit(.minutes(5)),
    .enabled(
      if: sentences != nil && turns != nil && profile != nil,
      "the data are not at ../shared/data: get them from Mendeley Data, btm76zndnt"))
  func figures() throws {
    let sentences = try #require(Self.sentences)
    let bytes = try Data(contentsOf: URL(filePath: try #require(Self.profile)))
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    _ = try Importer(into: store, profile: try ImportProfile(parsing: bytes))
      .run(files: [sentences, try #require(Self.turns)])
    let now = try #require(Timestamp("2023-04-01T00:00:00Z"))

    func table(_ metric: Metric, by cut: MetricTable.Cut = .all) throws -> MetricTable {
      var table = MetricTable(metric, by: cut)
      try store.metric(metric, at: now) {
        table.add($0)
        return true
      }
      return table
    }
    let scores = try table(.reviewScore).rows
    #expect(scores.map(\.part) == ["Q1", "Q2", "Q3"] && scores.map(\.count) == [603, 603, 603])
    // Means of 4.1177, 4.0978 and 4.1443.
    let means = scores.map { ($0.sum * 20_000 + 603) / (2 * 603) }
    #expect(means == [41_177, 40_978, 41_443])
    let agents = try table(.reviewScore, by: .agent).rows
    #expect(agents.map(\.sum).reduce(0, +) == scores.map(\.sum).reduce(0, +))
    // Thirteen scores are of turns that name nobody.
    #expect(agents.filter { $0.key == nil }.map(\.count) == [13, 13, 13])
    let turns = try #require(try table(.reassignments).rows.first)
    #expect(turns.count == 387 && turns.ticketCount == 251)
    // Four of the later turns are of the agent of the turn before: no handoff.
    let handoffs = try #require(try table(.handoffs).rows.first)
    #expect(handoffs.count == 383 && handoffs.ticketCount == 251)

    var returned = 0
    try store.findings(
      at: now, rules: .builtIn, context: FindingContext(), codes: [.pingPongAgents]
    ) {
      if !$0.findings.isEmpty { returned += 1 }
      return true
    }
    #expect(returned == 27)

    let expected = try firstReplies(sentences)
    var found: [String: Int64] = [:]
    try store.metric(.firstReply, at: now) { ticket in
      for sample in ticket.samples { found[sample.ticket ?? ""] = sample.value }
      return true
    }
    #expect(found == expected && !found.isEmpty)
    store.close()
  }

  /// Seconds from the reporter's first public message to the first public one after it by somebody
  /// else who is no bot, by issue.
  private func firstReplies(_ path: String) throws -> [String: Int64] {
    var messages: [String: [String: Message]] = [:]
    var reader = CSVReader(try FileInput(path: path))
    var names: [String] = []
    var place = 0
    while case .row = try reader.next() {
      guard !names.isEmpty else {
        names = reader.texts
        continue
      }
      place += 1
      let cells = Dictionary(zip(names, reader.texts)) { first, _ in first }
      guard cells["is_private"] == "0.0" || cells["is_private"] == "0",
        !["z2w_x", "4ggo"].contains(cells["author"] ?? ""),
        let issue = cells["issueid"], let id = cells["id"],
        let at = Timestamp((cells["created"] ?? "").replacing(" ", with: "T"))
      else { continue }
      let key = issue.replacing(".0", with: "")
      if messages[key]?[id] == nil {
        messages[key, default: [:]][id] = Message(
          at: at, place: place, isClient: cells["author_role"] == "reporter")
      }
    }
    return messages.compactMapValues { all in
      let sorted = all.values.sorted { ($0.at, $0.place) < ($1.at, $1.place) }
      guard let first = sorted.firstIndex(where: \.isClient),
        let reply = sorted[first...].first(where: { !$0.isClient })
      else { return nil }
      return reply.at.seconds - sorted[first].at.seconds
    }
  }
}
