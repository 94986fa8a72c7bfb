import Casefile
import CasefileInterchange
import CasefileLog
import CasefileModel
import Testing

@Suite("Reconciling an export with the store")
struct ReconcileTests {
  private typealias Source = SmallSource
  private typealias Actions = ActionSource

  private static let rows = [
    Source.row("T1", 0, "10:00", who: "a1", team: "g1", lang: "en"),
    Source.row("T1", 1, "10:05", state: "work", who: "a2", team: "g1", lang: "en", note: "hm"),
    Source.row("T2", 0, "10:01", team: "g2", prio: "high"),
  ]

  /// Each difference in a line: kind, ticket, field, store's value, export's value, line.
  private static func differences(
    _ store: Store, _ profile: ImportProfile, _ files: [String]
  ) throws -> (found: Reconciliation, lines: [String]) {
    let head = try store.head
    let found = try Importer(into: store, profile: profile).reconcile(files: files)
    var lines: [String] = []
    found.forEach { it in
      lines.append(
        [
          it.kind.rawValue, it.ticket ?? "-", it.field ?? "-", it.store ?? "-", it.export ?? "-",
          it.line.map { "\($0)" } ?? "-",
        ].joined(separator: " "))
    }
    #expect(try store.head == head && lines.count == found.differences)
    return (found, lines)
  }

  @Test("What was imported agrees with the export, in whatever order its rows are")
  func agreement() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("a.csv", Source.text(Self.rows))
    let profile = try Source.profile()
    _ = try Importer(into: store, profile: profile).run(files: [file])
    let turned = try directory.file("b.csv", Source.text(Self.rows.reversed()))
    let (found, lines) = try Self.differences(store, profile, [turned])
    #expect(lines.isEmpty && found.rows == 3 && found.tickets == 2)
  }

  @Test("An empty store lacks every ticket")
  func empty() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file("a.csv", Source.text(Self.rows))
    let (_, lines) = try Self.differences(directory.makeStore(), Source.profile(), [file])
    #expect(lines == ["ticketMissing T1 - - - 2", "ticketMissing T2 - - - 4"])
  }

  @Test("Tickets, rows and fields that differ are told with their lines")
  func differences() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let profile = try Source.profile()
    let file = try directory.file("a.csv", Source.text(Self.rows))
    _ = try Importer(into: store, profile: profile).run(files: [file])
    // The store's own people hand T1 on; the source goes on, has a new ticket and has lost T2.
    _ = try store.appendBlocking([
      Event(
        TicketAssigned(agentId: "a9"), on: .ticket("T1"),
        at: #require(Timestamp("2026-03-01T12:00:00Z")), by: Actor(.agent, "a9"))
    ])
    let later = try directory.file(
      "b.csv",
      Source.text(
        Self.rows.prefix(2) + [
          Source.row("T3", 0, "11:00"),
          Source.row(
            "T1", 2, "11:05", state: "done", who: "a2", team: "g1", lang: "en", note: "hm"),
        ]))
    let (found, lines) = try Self.differences(store, profile, [later])
    #expect(
      lines == [
        "rowNew T1 - - - 5", "field T1 state work done 5", "field T1 who a9 a2 5",
        "ticketMissing T3 - - - 4", "ticketGone T2 - - - -",
      ])
    #expect(found.counts[.field] == 2 && found.rows == 4 && found.tickets == 2)
  }

  @Test("A ticket that was closed here differs from an export in which it is open")
  func closedHere() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let profile = try Source.profile()
    let file = try directory.file("a.csv", Source.text(Self.rows))
    _ = try Importer(into: store, profile: profile).run(files: [file])
    _ = try store.appendBlocking([
      Event(
        TicketClosed(kind: .confirmed), on: .ticket("T1"),
        at: #require(Timestamp("2026-03-01T12:00:00Z")), by: Actor(.agent, "a2"))
    ])
    let (_, lines) = try Self.differences(store, profile, [file])
    #expect(lines == ["field T1 state closed work 3"])
  }

  @Test("Changed records and rows that can't be imported are told")
  func rows() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let profile = try Actions.profile()
    func text(_ row: String) -> String {
      Actions.text(
        Actions.actions, [Actions.action("T1", 1, "10:00", "open", who: "c1", by: "c1"), row])
    }
    let first = try directory.file("a", text(Actions.action("T1", 2, "10:01", "take", who: "a1")))
    _ = try Importer(into: store, profile: profile).run(files: [first])
    #expect(try Self.differences(store, profile, [first]).lines.isEmpty)
    let second = try directory.file(
      "b", text(Actions.action("T1", 2, "10:01", "give", who: "a2", by: "u2")))
    #expect(try Self.differences(store, profile, [second]).lines == ["rowChanged T1 - - - 3"])
    let third = try directory.file("c", text(Actions.action("T1", 3, "10:99", "take", who: "a1")))
    #expect(try Self.differences(store, profile, [third]).lines == ["rowRejected - - - - 3"])
  }

  @Test("A retracted import is as if it had not been")
  func retracted() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let profile = try Source.profile()
    let file = try directory.file("a.csv", Source.text(Self.rows))
    let batch = try Importer(into: store, profile: profile).run(files: [file]).batch
    try store.retractImport(batch ?? "", reason: "wrong", by: Actor(.importer))
    #expect(
      try Self.differences(store, profile, [file]).lines == [
        "ticketMissing T1 - - - 2", "ticketMissing T2 - - - 4",
      ])
    let other = try directory.file("b.csv", Source.text([Self.rows[2]]))
    #expect(try Self.differences(store, profile, [other]).lines == ["ticketMissing T2 - - - 2"])
  }
}
