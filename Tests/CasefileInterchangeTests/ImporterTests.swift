import Casefile
import CasefileInterchange
import CasefileLog
import CasefileModel
import Foundation
import Synchronization
import Testing

@Suite("Importer")
struct ImporterTests {
  private typealias Source = SmallSource

  private static let rows = [
    Source.row("T1", 0, "10:00"), Source.row("T2", 0, "10:00", who: "a1"),
    Source.row("T1", 1, "10:01", state: "ask"), Source.row("T1", 2, "10:02", state: "work"),
    Source.row("T2", 1, "10:03", state: "end"), Source.row("T2", 2, "10:04", state: "end"),
    Source.row("T2", 2, "10:04", state: "end"),
  ]

  private static func ids(_ store: Store) throws -> [EventID] {
    var ids: [EventID] = []
    try store.read(EventReadOptions()) { event in
      if event.envelope.stream.kind == "ticket" { ids.append(event.envelope.id) }
      return true
    }
    return ids
  }

  private static func batches(_ store: Store) throws -> [StoredEvent] {
    var found: [StoredEvent] = []
    try store.read(EventReadOptions()) { event in
      if event.envelope.stream.kind == "import" { found.append(event) }
      return true
    }
    return found
  }

  private static func run(
    _ store: Store, _ file: String, _ options: Importer.Options = .init(),
    _ edit: (String) -> String = { $0 }
  ) throws -> ImportSummary {
    try Importer(into: store, profile: Source.profile(edit)).run(files: [file], options: options)
  }

  @Test("The summary has the documented words")
  func summary() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("a.csv", Source.text(Self.rows))
    let summary = try Self.run(store, file)
    let batch = try #require(summary.batch)
    #expect(batch.count == 16)
    #expect(
      summary.json.text
        == "{\"batch\":\"\(batch)\",\"rows\":7,\"events\":12,\"streams\":2,\"duplicates\":0,"
        + "\"rejected\":0,\"unmapped\":0}")
    #expect(summary.newTickets == 2 && summary.extendedTickets == 0)
    #expect(summary.eventsByType["source.updated"] == 2)
    let batches = try Self.batches(store)
    #expect(batches.count == 2)
    let started = try #require(try batches[0].payload(as: ImportBatchStarted.self))
    #expect(started.batchId == batch && started.source == "desk" && started.profileId == "small")
    #expect(started.profileVersion == "1" && started.expectedRows == 7)
    #expect(started.files.map(\.ordinal) == [1] && started.files[0].name == nil)
    #expect(started.files[0].sizeBytes == Int64(Source.text(Self.rows).utf8.count))
    let completed = try #require(try batches[1].payload(as: ImportBatchCompleted.self))
    #expect(completed.rows == 7 && completed.events == 12 && completed.streams == 2)
    #expect(completed.eventsByType["ticket.opened"] == 2)
    #expect(batches.allSatisfy { $0.envelope.origin == nil })
  }

  @Test("A check stores nothing and counts the same")
  func check() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("a.csv", Source.text(Self.rows))
    var options = Importer.Options()
    options.isCheck = true
    let summary = try Self.run(store, file, options)
    #expect(try store.head == nil)
    #expect(summary.events == 12 && summary.eventsByType["ticket.opened"] == 2)
    #expect(try Self.run(store, file).json == summary.json)
  }

  @Test("All rows known: nothing is written, under whatever name and order")
  func duplicates() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    _ = try Self.run(store, try directory.file("a.csv", Source.text(Self.rows)))
    let head = try store.head
    let ids = Set(try Self.ids(store))
    let variants = [
      Source.text(Self.rows), Source.text(Self.rows.reversed()),
      "\u{FEFF}" + Source.text(Self.rows).replacing("\n", with: "\r\n"),
      Source.text(Self.rows).replacing("T1", with: "\"T1\""),
    ]
    for (index, text) in variants.enumerated() {
      let summary = try Self.run(store, try directory.file("v\(index).csv", text))
      #expect(summary.events == 0 && summary.duplicates == 12 && summary.streams == 0)
      #expect(summary.batch == nil || index == 0)
      #expect(try store.head == head)
    }
    #expect(ids.count == 12)
  }

  @Test("Columns in another order give the same ids")
  func columnOrder() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    _ = try Self.run(store, try directory.file("a.csv", Source.text(Self.rows)))
    let turned = Source.text(Self.rows).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).reversed().joined(separator: ",")
    }
    let file = try directory.file("b.csv", turned.joined(separator: "\n"))
    #expect(try Self.run(store, file).events == 0)
  }

  @Test("Columns that leak may change without a trace")
  func leaking() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    func text(_ end: String) -> String {
      Source.header + ",end\n" + Self.rows.map { $0 + ",\(end)\n" }.joined()
    }
    _ = try Self.run(store, try directory.file("a.csv", text("?")))
    #expect(try Self.run(store, try directory.file("b.csv", text("2026-04-01 10:00"))).events == 0)
  }

  @Test("A growing export adds what is new, with the very events of one import of it all")
  func growing() throws {
    let directory = try TemporaryDirectory()
    let whole = try Store.create(at: directory.path + "/whole")
    _ = try Self.run(whole, try directory.file("whole.csv", Source.text(Self.rows)))
    let parts = try Store.create(at: directory.path + "/parts")
    for count in 1...Self.rows.count {
      let file = try directory.file("\(count).csv", Source.text(Array(Self.rows[..<count])))
      let summary = try Self.run(parts, file)
      #expect(summary.rows == count && summary.events > 0)
    }
    #expect(Set(try Self.ids(parts)) == Set(try Self.ids(whole)))
    #expect(try Self.ids(parts).count == 12)
    for ticket in ["T1", "T2"] {
      let left = try whole.events(of: .ticket(ticket)).map { try Source.word($0) }
      #expect(left == (try parts.events(of: .ticket(ticket)).map { try Source.word($0) }))
    }
  }

  @Test("An export of new rows alone is compared with what the store holds")
  func increments() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let rows = [
      Source.row("T1", 0, "10:00", state: "ask", who: "a1", team: "g1", lang: "en"),
      Source.row("T1", 1, "10:01", state: "ask", who: "a1", team: "g1", lang: "ru"),
      Source.row("T1", 2, "10:02", state: "work", who: "a2", team: "g1", lang: "ru"),
      Source.row("T1", 3, "10:03", state: "work", team: "g1", reopened: 1, lang: "en"),
    ]
    for (index, row) in rows.enumerated() {
      let summary = try Self.run(store, try directory.file("\(index)", Source.text([row])))
      #expect(summary.extendedTickets == (index == 0 ? 0 : 1))
    }
    // The first row's language lies in the opening.
    #expect(
      try Source.words(store) == [
        "opened:ask/pending/g1", "assigned:a1/initial", "wait:client", "field:lang:en>ru",
        "status:ask>work", "waited:client/?", "assigned:a2", "ticket.reopened", "unassigned:a2",
        "field:lang:ru>en",
      ])
    let opened = try store.events(of: .ticket("T1"))[0].payload(as: TicketOpened.self)
    #expect(opened?.fields == ["lang": "en"] && opened?.contentFields == [:])
    let waits = try store.events(of: .ticket("T1")).compactMap {
      try $0.payload(as: WaitingStarted.self)?.waitId ?? $0.payload(as: WaitingEnded.self)?.waitId
    }
    #expect(Set(waits).count == 1 && waits.count == 2)
  }

  @Test("Columns that the profile does not name can be ignored")
  func otherColumns() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    _ = try Self.run(store, try directory.file("a.csv", Source.text(Self.rows)))
    let text = Source.header + ",extra\n" + Self.rows.map { $0 + ",9\n" }.joined()
    let summary = try Self.run(store, try directory.file("b.csv", text)) {
      $0.replacing("\"tags\"", with: "\"otherColumns\": \"ignore\", \"tags\"")
    }
    #expect(summary.events == 0 && summary.duplicates == 12)
  }

  @Test("Labels without a mapping are kept, counted and listed")
  func unmapped() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let rows = [Source.row("T1", 0, "10:00", state: "brand new"), Source.row("T1", 1, "10:01")]
    let summary = try Self.run(store, try directory.file("a.csv", Source.text(rows)))
    #expect(summary.unmapped == 1)
    #expect(summary.unmappedValues.first?.value == "brand new")
    #expect(try Source.words(store) == ["opened:brand new/?/?", "status:brand new>new"])
  }

  @Test("Record keys: a repeated row is one, a changed one stops or is put aside")
  func recordKeys() throws {
    func edit(_ text: String) -> String {
      text.replacing("\"order\": \"n\"", with: "\"order\": \"n\", \"recordKey\": [\"id\", \"n\"]")
    }
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("a.csv", Source.text(Self.rows))
    // The last row repeats the one before it.
    #expect(try Self.run(store, file, .init(), edit).events == 11)
    #expect(try Self.run(store, file, .init(), edit).events == 0)
    for (index, change) in [
      Source.row("T1", 1, "10:01", state: "vendor"), Source.row("T1", 1, "11:11", state: "ask"),
    ].enumerated() {
      let changed = try directory.file("b\(index).csv", Source.text([Self.rows[0], change]))
      #expect(code { _ = try Self.run(store, changed, .init(), edit) } == "rowChanged")
      var options = Importer.Options()
      options.changed = .setAside
      options.setAside = directory.path + "/aside\(index).ndjson"
      let summary = try Self.run(store, changed, options, edit)
      #expect(summary.rejected == 1 && summary.events == 0)
    }
    let twice = Source.text([
      Source.row("T5", 0, "10:00"), Source.row("T5", 0, "10:00", lang: "en"),
    ])
    let file5 = try directory.file("c.csv", twice)
    #expect(code { _ = try Self.run(store, file5, .init(), edit) } == "rowChanged")
  }

  @Test("Several files are one batch")
  func files() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let first = try directory.file("a.csv", Source.text(Array(Self.rows[4...])))
    let second = try directory.file(
      "b.csv.gz", gzip(Array(Source.text(Array(Self.rows[..<4])).utf8)))
    let importer = try Importer(into: store, profile: Source.profile())
    let summary = try importer.run(files: [first, second])
    #expect(summary.rows == 7 && summary.events == 12)
    let started = try Self.batches(store).first?.payload(as: ImportBatchStarted.self)
    #expect(started?.files.count == 2)
    let files = try store.events(of: .ticket("T2")).map { $0.envelope.origin?.file }
    #expect(Set(files) == [1, 2] && files.first == 2)
  }

  @Test("An interrupted import continues where it was and is completed once")
  func interrupted() throws {
    let directory = try TemporaryDirectory()
    let rows = (0..<9_000).map { index in
      Source.row(
        "T\(index % 700)", index / 700, "1\(index / 900):00", state: index % 3 == 0 ? "ask" : "work"
      )
    }
    let file = try directory.file("a.csv", Source.text(rows))
    let whole = try Store.create(at: directory.path + "/whole")
    let expected = try Self.run(whole, file)
    let store = try directory.makeStore()
    var options = Importer.Options()
    options.progress = { if $0.phase == .storing { throw CancellationError() } }
    let found = code { _ = try Self.run(store, file, options) }
    #expect(found == "batchIncomplete")
    let partial = try Self.ids(store).count
    #expect(partial > 0 && partial < expected.events)
    #expect(try Self.batches(store).count == 1)
    let summary = try Self.run(store, file)
    #expect(summary.events == expected.events - partial && summary.duplicates == partial)
    #expect(try Self.ids(store) == Self.ids(whole))
    let batches = try Self.batches(store)
    #expect(batches.count == 2)
    let completed = try #require(try batches[1].payload(as: ImportBatchCompleted.self))
    let reference = try #require(
      try Self.batches(whole)[1].payload(as: ImportBatchCompleted.self))
    #expect(completed == reference)
    // Once more: everything is there.
    let head = try store.head
    #expect(try Self.run(store, file).events == 0)
    #expect(try store.head == head)
  }

  @Test("A missing end of a batch whose rows are all stored is added")
  func missingEnd() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("a.csv", Source.text(Self.rows))
    var options = Importer.Options()
    let calls = Mutex(0)
    options.clock = {
      calls.withLock { $0 += 1 }
      return Timestamp(seconds: 1_800_000_000)
    }
    let summary = try Self.run(store, file, options)
    #expect(calls.withLock { $0 } == 2)
    // The same batch in a store that lost its end.
    let other = try Store.create(at: directory.path + "/other")
    var events: [Event] = []
    try store.read(EventReadOptions()) { stored in
      guard stored.envelope.typeNumber != ImportBatchCompleted.type.number else { return true }
      events.append(try EventLine(EventLine.json(of: stored)).event)
      return true
    }
    _ = try other.appendBlocking(events)
    let again = try Self.run(other, file, options)
    #expect(again.events == 0 && again.duplicates == 12 && again.batch == summary.batch)
    let completed = try #require(
      try Self.batches(other).last?.payload(as: ImportBatchCompleted.self))
    #expect(completed.events == 12 && completed.duplicates == 0)
  }
}
