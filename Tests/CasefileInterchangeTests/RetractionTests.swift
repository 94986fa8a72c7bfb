import Casefile
import CasefileInterchange
import CasefileLog
import CasefileModel
import Testing

@Suite("Retracted and restored imports")
struct RetractionTests {
  private typealias Source = SmallSource

  private static let rows = [
    Source.row("T1", 0, "10:00"), Source.row("T2", 0, "10:00", who: "a1"),
    Source.row("T1", 1, "10:01", state: "ask"), Source.row("T2", 1, "10:03", state: "end"),
    Source.row("T2", 1, "10:03", state: "end"),
  ]
  private static let admin = Actor(.agent, "admin")

  private static func run(
    _ store: Store, _ file: String, _ edit: (String) -> String = { $0 }
  ) throws -> ImportSummary {
    try Importer(into: store, profile: Source.profile(edit)).run(files: [file])
  }

  private static func states(_ store: Store) throws -> [String: String] {
    var found: [String: String] = [:]
    try store.tickets {
      found[$0.ticket] =
        "\($0.state.status) \($0.state.sourceStatus ?? "?") \($0.state.assignee ?? "?")"
      return true
    }
    return found
  }

  private static func words(_ store: Store, ofBatch batch: String?) throws -> [String] {
    var words: [String] = []
    try store.read(EventReadOptions()) { event in
      if event.envelope.origin?.importBatch == batch, event.envelope.stream.kind == "ticket" {
        words.append(try Source.word(event))
      }
      return true
    }
    return words
  }

  @Test("An import is listed with what it brought, and as incomplete until its end")
  func list() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    #expect(try store.imports().isEmpty)
    let file = try directory.file("a.csv", Source.text(Self.rows))
    let batch = try #require(try Self.run(store, file).batch)
    let record = try #require(try store.importRecord(batch))
    #expect(record.status == .complete && record.source == "desk" && record.batch == batch)
    #expect(record.position == Position(0) && record.completed?.rows == 5)
    let contents = try store.contents(of: record)
    #expect(contents.events == Int(record.completed?.events ?? 0) && contents.streams == 2)
    let stream = try StreamID(kind: "import", id: "open")
    _ = try store.appendBlocking([
      Event(
        ImportBatchStarted(batchId: "open", source: "desk"), on: stream, at: .init(seconds: 1),
        by: Self.admin)
    ])
    #expect(try store.imports().map(\.status) == [.complete, .incomplete])
    #expect(try store.importRecord("other") == nil)
  }

  @Test("Retracted, an import leaves no ticket; imported again, the same tickets under new ids")
  func again() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("a.csv", Source.text(Self.rows))
    let first = try #require(try Self.run(store, file).batch)
    let states = try Self.states(store)
    let words = try Self.words(store, ofBatch: first)
    try store.retractImport(first, reason: "wrong", by: Self.admin)
    #expect(try Self.states(store).isEmpty)
    let second = try Self.run(store, file)
    let batch = try #require(second.batch)
    #expect(batch != first && second.duplicates == 0 && second.events == words.count)
    #expect(second.newTickets == 2 && second.extendedTickets == 0)
    #expect(try Self.states(store) == states)
    #expect(try Self.words(store, ofBatch: batch) == words)
    #expect(try store.importRecord(batch)?.started?.supersedes == first)
    // And once more nothing, as long as that one counts.
    let third = try Self.run(store, file)
    #expect(third.events == 0 && third.duplicates == words.count)
    try store.retractImport(batch, reason: "wrong again", by: Self.admin)
    let fourth = try Self.run(store, file)
    #expect(fourth.events == words.count && fourth.batch != batch && fourth.batch != first)
    #expect(try Self.states(store) == states)
    #expect(try store.imports().map(\.status) == [.retracted, .retracted, .complete])
    #expect(try store.verify().isSound)
  }

  @Test("A better profile may bring the rows of a retracted import in another way")
  func otherProfile() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("a.csv", Source.text(Self.rows))
    let first = try #require(try Self.run(store, file).batch)
    try store.retractImport(first, reason: "wrong labels", by: Self.admin)
    let better = try Self.run(store, file) {
      $0.replacing(
        "\"ask\": {\"status\": \"pending\", \"waitsFor\": \"client\"}",
        with: "\"ask\": {\"status\": \"resolved\"}")
    }
    #expect(better.duplicates == 0)
    var statuses: [String: TicketStatus] = [:]
    try store.tickets {
      statuses[$0.ticket] = $0.state.status
      return true
    }
    #expect(statuses["T1"] == .resolved)
  }

  @Test("Restored, an import counts again; not where its rows came again since")
  func restore() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("a.csv", Source.text(Self.rows))
    let batch = try #require(try Self.run(store, file).batch)
    let states = try Self.states(store)
    #expect(
      code { try store.restoreImport(batch, reason: "r", by: Self.admin) } == "batchNotRetracted")
    try store.retractImport(batch, reason: "wrong", by: Self.admin)
    #expect(
      code { try store.retractImport(batch, reason: "r", by: Self.admin) } == "batchRetracted")
    try store.restoreImport(batch, reason: "right after all", by: Self.admin)
    #expect(try Self.states(store) == states)
    #expect(try store.importRecord(batch)?.retractions.map(\.isInForce) == [false])
    #expect(try Self.run(store, file).events == 0)
    try store.retractImport(batch, reason: "wrong", by: Self.admin)
    let other = try #require(try Self.run(store, file).batch)
    #expect(code { try store.restoreImport(batch, reason: "r", by: Self.admin) } == "batchReplaced")
    try store.retractImport(other, reason: "back to the first", by: Self.admin)
    try store.restoreImport(batch, reason: "back", by: Self.admin)
    #expect(try Self.states(store) == states)
    #expect(code { try store.retractImport("none", reason: "r", by: Self.admin) } == "batchMissing")
  }

  @Test("What a retracted import said is no base for the rows of the next one")
  func base() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let old = try directory.file("a.csv", Source.text([Source.row("T1", 0, "10:00", who: "a1")]))
    let batch = try #require(try Self.run(store, old).batch)
    try store.retractImport(batch, reason: "wrong", by: Self.admin)
    let new = try directory.file("b.csv", Source.text([Source.row("T1", 5, "11:00", who: "a2")]))
    let summary = try Self.run(store, new)
    #expect(summary.newTickets == 1)
    #expect(
      try Self.words(store, ofBatch: summary.batch) == ["opened:new/new/?", "assigned:a2/initial"])
  }

  @Test("A batch that is retracted while it is stored is not completed")
  func meanwhile() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let many = (0..<9_000).map { Source.row("T\($0)", 0, "10:00") }
    let file = try directory.file("a.csv", Source.text(many))
    var options = Importer.Options()
    options.progress = { step in
      guard step.phase == .storing, let batch = try store.imports().first?.batch else { return }
      try store.retractImport(batch, reason: "stop", by: Self.admin)
    }
    let importer = try Importer(into: store, profile: Source.profile())
    #expect(code { _ = try importer.run(files: [file], options: options) } == "batchIncomplete")
    #expect(try store.imports().map(\.status) == [.retracted])
    #expect(try Self.states(store).isEmpty)
  }
}
