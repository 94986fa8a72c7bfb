import Casefile
import CasefileInterchange
import CasefileLog
import CasefileModel
import Foundation
import Testing

/// The whole of the Mendeley help desk: every figure of its README, computed again from what the store
/// gives back and compared with the rows of the files.
@Suite("Mendeley help desk")
struct MendeleyTests {
  private static let sentences = findAbove("../shared/data/mendeley_helpdesk_utterances.csv.gz")
  private static let turns = findAbove("../shared/data/mendeley_helpdesk_scored_turns.csv.gz")
  private static let profile = findAbove("Schemas/profiles/mendeley.json")

  @Test(
    "An import meets every count of the data's README", .timeLimit(.minutes(5)),
    .enabled(
      if: sentences != nil && turns != nil && profile != nil,
      "the data are not at ../shared/data: get them from Mendeley Data, btm76zndnt"))
  func counts() throws {
    let paths = [try #require(Self.sentences), try #require(Self.turns)]
    let bytes = try Data(contentsOf: URL(filePath: try #require(Self.profile)))
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let importer = Importer(into: store, profile: try ImportProfile(parsing: bytes))
    let summary = try importer.run(files: paths)
    #expect(summary.rows == 30_104 + 747 && summary.rejected == 0 && summary.unmapped == 0)
    #expect(summary.newTickets == 360)
    #expect(
      summary.eventsByType == [
        "ticket.opened": 360, "ticket.assigned": 728, "source.updated": 747,
        "review.submitted": 603, "ticket.fieldChanged": 8, "ticket.noteAdded": 1_690,
        "message.received": 1_595, "message.sent": 4_001,
      ])

    var figures = MendeleyFigures()
    try store.read(EventReadOptions()) { event in
      if event.envelope.stream.kind == "ticket" { try figures.take(event) }
      return true
    }
    check(figures)
    let opened = try store.events(of: .ticket("1004361"))[0].payload(as: TicketOpened.self)
    #expect(opened?.fields == ["type": "Ticket"] && opened?.priority == "Medium")
    try compareTurns(figures, paths[1])
    try compareTexts(figures, paths[0])

    // The other file first, and once more: nothing is added.
    let head = try store.head
    let again = try importer.run(files: paths.reversed())
    #expect(again.events == 0 && again.duplicates == summary.events)
    #expect(try store.head == head)
  }

  private func check(_ figures: MendeleyFigures) {
    #expect(figures.disorders == 0)
    let turns = figures.turns.values
    #expect(turns.count == 360 && turns.map(\.count).reduce(0, +) == 747)
    // Every later turn is handed over from the one before: 387 in 251 issues; 27 go A, B, A.
    #expect(turns.map { $0.count - 1 }.reduce(0, +) == 387)
    #expect(turns.count { $0.count > 1 } == 251)
    let returned = turns.count { turns in
      zip(turns, turns.dropFirst(2)).contains { $0.agent == $1.agent }
    }
    #expect(returned == 27)
    #expect(turns.allSatisfy { zip($0, $0.dropFirst()).allSatisfy { $0.ended == $1.started } })
    let messages = figures.messages.values
    #expect(messages.count == 7_286)
    #expect(
      messages.count { !$0.isPrivate } == 5_596 && messages.count(where: \.isPrivate) == 1_690)
    #expect(figures.visibilities["ticket.noteAdded"] == [.internal])
    #expect(figures.visibilities["message.sent"] == [.public])
    #expect(figures.visibilities["review.submitted"] == [.restricted])
    #expect(figures.reviews == 603 && figures.loneComments == 8)
    let scored = turns.joined().filter { !$0.scores.isEmpty }
    for (criterion, mean) in [("Q1", 41_177), ("Q2", 40_978), ("Q3", 41_443)] {
      let sum = scored.map { $0.scores[criterion] ?? 0 }.reduce(0, +)
      #expect((sum * 20_000 + 603) / (2 * 603) == mean, "\(criterion)")
    }
    #expect(figures.bots == ["4ggo": 368, "z2w_x": 360])
    #expect(figures.firstDeskAuthors.values.count { $0 == .bot } == 353)
    #expect(figures.first.description.hasPrefix("2022-01-02"))
    #expect(figures.last.description.hasPrefix("2023-03-09"))
  }

  /// Each row of a file as its cells by column.
  private func read(_ path: String, _ body: ([String: String]) throws -> Void) throws {
    var reader = CSVReader(try FileInput(path: path))
    var names: [String] = []
    while case .row = try reader.next() {
      guard !names.isEmpty else {
        names = reader.texts
        continue
      }
      try body(Dictionary(zip(names, reader.texts)) { first, _ in first })
    }
  }

  /// `spent hours` and `contributors` of every row, from what was stored.
  private func compareTurns(_ figures: MendeleyFigures, _ path: String) throws {
    var rows = 0
    try read(path) { cells in
      rows += 1
      let turns = try #require(figures.turns[cells["id"] ?? ""])
      let number = try #require(Int(cells["turn_no"] ?? ""))
      let turn = turns[number - 1]
      let ended = try #require(turn.ended)
      // The source rounds to a thousandth of an hour; of two that are equally near it takes either.
      let thousandths = Int64((try #require(Double(cells["spent hours"] ?? "")) * 1_000).rounded())
      let seconds = ended.seconds - turn.started.seconds
      #expect(abs(thousandths * 3_600 - seconds * 1_000) <= 1_800, "\(cells["id"] ?? "") \(number)")
      #expect(Set(turns.map(\.agent)).count == Int(cells["contributors"] ?? ""))
      #expect(turn.agent ?? "" == cells["assignee"])
      #expect(figures.reporters[cells["id"] ?? ""] == cells["reporter"])
      guard cells["Q1"] != "0" else { return }
      for name in ["Q1", "Q2", "Q3"] { #expect(turn.scores[name].map(String.init) == cells[name]) }
      #expect(turn.comment ?? "" == cells["Notes"])
    }
    #expect(rows == 747)
  }

  /// Every sentence, role and mark of privacy, from the messages that were stored.
  private func compareTexts(_ figures: MendeleyFigures, _ path: String) throws {
    var sentences: [String: [(place: Int, text: String)]] = [:]
    var rows = 0
    var wrong = 0
    try read(path) { cells in
      rows += 1
      let id = String((cells["id"] ?? "").dropLast(2))
      let message = try #require(figures.messages[id])
      let place = try #require(Int(cells["utr_seq"] ?? ""))
      sentences[id, default: []].append((place: place, text: cells["actionbody"] ?? ""))
      if message.ticket + ".0" != cells["issueid"] || message.author != cells["author"] {
        wrong += 1
      }
      if message.isPrivate != (cells["is_private"] == "1.0") { wrong += 1 }
      let isClient = cells["author_role"] == "reporter" && !message.isPrivate
      if message.isFromClient != isClient { wrong += 1 }
      if Timestamp((cells["created"] ?? "").replacing(" ", with: "T")) != message.sentAt {
        wrong += 1
      }
    }
    #expect(rows == 30_104 && wrong == 0 && sentences.count == 7_286)
    for (id, parts) in sentences {
      let text = parts.sorted { $0.place < $1.place }.map(\.text).joined(separator: "\n")
      #expect(figures.messages[id]?.text == text, "\(id)")
    }
  }
}
