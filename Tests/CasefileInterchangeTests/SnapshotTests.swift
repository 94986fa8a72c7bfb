import Casefile
import CasefileInterchange
import CasefileLog
import CasefileModel
import Testing

/// What rows become, told by their events in order.
@Suite("Snapshots")
struct SnapshotTests {
  private typealias Source = SmallSource

  private static func words(
    _ rows: [String], _ edit: (String) -> String = { $0 }
  ) throws -> [String] {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("rows.csv", Source.text(rows))
    _ = try Importer(into: store, profile: Source.profile(edit)).run(files: [file])
    return try Source.words(store)
  }

  @Test("The first row opens the ticket with what it shows, and is no change")
  func first() throws {
    #expect(try Self.words([Source.row("T1", 0, "10:00")]) == ["opened:new/new/?"])
    #expect(
      try Self.words([Source.row("T1", 4, "10:00", state: "work", who: "a1", team: "g1")])
        == ["opened:work/open/g1", "assigned:a1/initial"])
  }

  @Test("A first row brings the causes of its label with it")
  func firstCauses() throws {
    #expect(
      try Self.words([Source.row("T1", 0, "10:00", state: "ask")])
        == ["opened:ask/pending/?", "wait:client"])
    #expect(
      try Self.words([Source.row("T1", 0, "10:00", state: "done")])
        == ["opened:done/resolved/?", "resolution.proposed"])
    #expect(
      try Self.words([Source.row("T1", 0, "10:00", state: "end")])
        == ["opened:end/closed/?", "closed:autoClose"])
  }

  @Test("Unknown to a value and back is an assignment and its removal")
  func unknown() throws {
    let rows = [
      Source.row("T1", 0, "10:00"), Source.row("T1", 1, "10:01", who: "a1", team: "g1"),
      Source.row("T1", 2, "10:02", who: "a2", team: "g2"), Source.row("T1", 3, "10:03"),
    ]
    #expect(
      try Self.words(rows) == [
        "opened:new/new/?", "group:?>g1", "assigned:a1", "group:g1>g2", "assigned:a2", "group:g2>?",
        "unassigned:a2",
      ])
  }

  @Test("Each changed column gives one event, and a row without any is kept")
  func columns() throws {
    let rows = [
      Source.row("T1", 0, "10:00", prio: "3"),
      Source.row("T1", 1, "10:01", prio: "2", client: "c2", lang: "ru", note: "Привет"),
      Source.row("T1", 2, "10:02", prio: "2", client: "c2", lang: "ru", note: "Привет", seen: "x"),
      Source.row("T1", 3, "10:03", prio: "2", client: "c2", lang: "ru", note: "Привет", seen: "x"),
      Source.row("T1", 4, "10:04", prio: "?", client: "c2", lang: "?", seen: "x"),
    ]
    #expect(
      try Self.words(rows) == [
        "opened:new/new/?", "priority:3>2", "client:c1>c2", "field:lang:?>ru",
        "field:note:?>\"Привет\"", "updated:seen", "updated:", "priority:2>?", "field:lang:ru>?",
        "field:note:\"Привет\">?",
      ])
  }

  @Test("A label's change brings its causes in the same group")
  func states() throws {
    let rows = [
      Source.row("T1", 0, "10:00"), Source.row("T1", 1, "10:01", state: "ask", who: "a1"),
      Source.row("T1", 2, "10:02", state: "ask", who: "a1", lang: "en"),
      Source.row("T1", 3, "10:03", state: "vendor", who: "a1", lang: "en"),
      Source.row("T1", 4, "10:04", state: "done", who: "a1", lang: "en"),
      Source.row("T1", 5, "10:05", state: "work", who: "a1", reopened: 1, lang: "en"),
      Source.row("T1", 6, "10:06", state: "ask", who: "a1", reopened: 1, lang: "en"),
      Source.row("T1", 7, "10:07", state: "end", who: "a1", reopened: 1, lang: "en"),
      Source.row("T1", 8, "10:08", state: "odd", who: "a1", reopened: 1, lang: "en"),
    ]
    #expect(
      try Self.words(rows) == [
        "opened:new/new/?", "status:new>ask", "assigned:a1", "wait:client", "field:lang:?>en",
        "status:ask>vendor", "waited:client/replaced", "wait:vendor", "status:vendor>done",
        "waited:vendor/?", "resolution.proposed", "status:done>work", "ticket.reopened",
        "status:work>ask", "wait:client", "status:ask>end", "waited:client/closed",
        "closed:autoClose", "status:end>odd",
      ])
  }

  @Test("Reopening by state needs no counter")
  func reopeningByState() throws {
    let rows = [
      Source.row("T1", 0, "10:00", state: "done"), Source.row("T1", 1, "10:01", state: "end"),
      Source.row("T1", 2, "10:02", state: "work"), Source.row("T1", 3, "10:03", state: "done"),
      Source.row("T1", 4, "10:04", state: "ask"),
    ]
    let words = try Self.words(rows) {
      $0.replacing("{\"counter\": \"reopened\"}", with: "{\"leaving\": [\"closed\", \"resolved\"]}")
        .replacing("[\"seen\"]", with: "[\"seen\", \"reopened\"]")
    }
    #expect(
      words == [
        "opened:done/resolved/?", "resolution.proposed", "status:done>end", "closed:autoClose",
        "status:end>work", "ticket.reopened", "status:work>done", "resolution.proposed",
        "status:done>ask", "ticket.reopened", "wait:client",
      ])
  }

  @Test("A count that falls is a field's change, one that jumps is one reopening")
  func counter() throws {
    let rows = [
      Source.row("T1", 0, "10:00", reopened: 1), Source.row("T1", 1, "10:01", reopened: 4),
      Source.row("T1", 2, "10:02", reopened: 2),
    ]
    #expect(
      try Self.words(rows) == ["opened:new/new/?", "ticket.reopened", "field:reopened:4>2"])
  }

  @Test("The order key decides, ties keep the file's order, tickets may be mixed")
  func order() throws {
    let rows = [
      Source.row("T1", 2, "10:05", who: "a3"), Source.row("T2", 0, "10:01"),
      Source.row("T1", 0, "10:00"), Source.row("T1", 1, "10:05", who: "a1"),
      Source.row("T1", 1, "10:05", who: "a2"), Source.row("T2", 1, "10:03", state: "work"),
    ]
    #expect(
      try Self.words(rows) == [
        "opened:new/new/?", "opened:new/new/?", "status:new>work", "assigned:a1", "assigned:a2",
        "assigned:a3",
      ])
  }

  @Test("A time that runs backwards is kept as given and does not change the order")
  func backwards() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let rows = [
      Source.row("T1", 0, "12:00"), Source.row("T1", 1, "09:00", who: "a1"),
      Source.row("T1", 2, "12:30", who: "a2"),
    ]
    let file = try directory.file("rows.csv", Source.text(rows))
    _ = try Importer(into: store, profile: Source.profile()).run(files: [file])
    let events = try store.events(of: .ticket("T1"))
    #expect(
      events.map { $0.envelope.occurredAt.description.dropFirst(11).prefix(5) } == [
        "12:00", "09:00", "12:30",
      ])
    #expect(events.map { $0.envelope.origin?.sequence } == [0, 1, 2])
  }

  @Test("Envelopes say who, whence and in which group")
  func envelopes() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let rows = [
      Source.row("T 1", 3, "10:00", who: "a1", team: "g1"),
      Source.row("T 1", 4, "10:01", who: "a2", team: "g1", by: "robot"),
      Source.row("T 1", 5, "10:02", who: "a2", team: "g2", client: "?", by: "?"),
    ]
    let file = try directory.file("private name.csv", Source.text(rows))
    let summary = try Importer(into: store, profile: Source.profile()).run(files: [file])
    let events = try store.events(of: .ticket("T 1")).map(\.envelope)
    #expect(
      events.map(\.tags) == [
        ["group:g1", "client:c1"], ["agent:a1"], ["agent:a1", "agent:a2"],
        ["group:g1", "group:g2"],
        ["client:c1"],
      ])
    #expect(
      events.map(\.actor) == [
        Actor(.agent, "u1"), Actor(.agent, "u1"), Actor(.bot, "robot"), Actor(.agent),
        Actor(.agent),
      ])
    #expect(events.map { $0.group?.index } == [1, 2, 1, 1, 2])
    #expect(events.map { $0.group?.count } == [2, 2, 1, 2, 2])
    #expect(Set(events.map { $0.group?.id }).count == 3)
    for event in events {
      let origin = try #require(event.origin)
      #expect(origin.system == "desk" && origin.basis == .imported)
      #expect(origin.importBatch == summary.batch && origin.file == 1)
      #expect(origin.sourceRecordedAt == event.occurredAt)
      #expect(event.id.description.dropFirst(14).first == "8")
      #expect(event.id.high >> 16 == UInt64(event.occurredAt.milliseconds))
    }
    #expect(events.map { $0.origin?.row } == [1, 1, 2, 3, 3])
    // The file's name may hold personal data.
    try store.read(EventReadOptions()) { event in
      #expect(!String(decoding: event.envelopeBytes, as: UTF8.self).contains("private name"))
      return true
    }
  }

  @Test("The first values of fields and the stated opening are kept, and are the state's")
  func firstValues() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let rows = [
      Source.row("T1", 3, "10:00", reopened: 2, lang: "en", note: "Да", seen: "2026-02-28 09:00"),
      Source.row("T1", 4, "10:01", reopened: 3, lang: "en", note: "Да", seen: "2026-02-28 09:00"),
      Source.row("T1", 5, "10:02", reopened: 3, note: "Да", seen: "2026-02-28 09:00"),
    ]
    func edit(_ text: String) -> String {
      text.replacing("\"untracked\": [\"seen\"]", with: "\"openedAt\": \"seen\"")
    }
    // Each row by itself: the store alone tells what the row before said.
    for (index, row) in rows.enumerated() {
      let file = try directory.file("\(index).csv", Source.text([row]))
      _ = try Importer(into: store, profile: Source.profile(edit)).run(files: [file])
    }
    #expect(try Source.words(store) == ["opened:new/new/?", "ticket.reopened", "field:lang:en>?"])
    let opened = try #require(
      try store.events(of: .ticket("T1"))[0].payload(as: TicketOpened.self))
    #expect(opened.fields == ["lang": "en", "reopened": "2"])
    #expect(opened.contentFields == ["note": "Да"])
    #expect(opened.statedOpenedAt == Timestamp("2026-02-28T09:00:00Z"))
    let ticket = try #require(try store.ticket("T1"))
    #expect(ticket.state().fields["note"] == "\"Да\"" && ticket.state().fields["lang"] == nil)
    #expect(
      ticket.state(asOf: Timestamp("2026-03-01T10:01:30Z")).fields["lang"] == "\"en\"")
    let bad = try directory.file(
      "bad.csv", Source.text([Source.row("T2", 0, "10:00", seen: "yesterday")]))
    #expect(
      code { _ = try Importer(into: store, profile: Source.profile(edit)).run(files: [bad]) }
        == "valueInvalid")
  }
}
