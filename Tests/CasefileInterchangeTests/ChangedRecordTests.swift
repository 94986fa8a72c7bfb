import Casefile
import CasefileInterchange
import CasefileLog
import CasefileModel
import Testing

/// Records that the source changed after they were imported.
@Suite("Changed records")
struct ChangedRecordTests {
  private typealias Actions = ActionSource
  private typealias Rows = SmallSource

  private static func correct(
    _ store: Store, _ file: String, isCheck: Bool = false
  ) throws -> ImportSummary {
    var options = Importer.Options()
    options.changed = .correct
    options.isCheck = isCheck
    return try Importer(into: store, profile: Actions.profile()).run(
      files: [file], options: options)
  }

  private static func text(_ row: String) -> String {
    Actions.text(
      Actions.actions, [Actions.action("T1", 1, "10:00", "open", who: "c1", by: "c1"), row])
  }

  /// The corrections on a ticket: what they do to which field.
  private static func amendments(_ store: Store) throws -> [String] {
    try store.events(of: .ticket("T1")).compactMap { event in
      if let it = try event.payload(as: EventCorrected.self) {
        return "\(it.field):\(it.oldValue?.text ?? "-")>\(it.newValue?.text ?? "-")"
      }
      return try event.payload(as: EventRetracted.self).map { _ in "retracted" }
    }
  }

  @Test("A changed record is corrected once, and once more when it is changed back")
  func correction() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let first = try directory.file(
      "a", Self.text(Actions.action("T1", 2, "10:01", "take", who: "a1")))
    let second = try directory.file(
      "b", Self.text(Actions.action("T1", 2, "10:01", "give", who: "a2", by: "u2")))
    _ = try Self.correct(store, first)
    #expect(try store.ticket("T1")?.state().assignee == "a1")
    let check = try Self.correct(store, second, isCheck: true)
    #expect(
      check.changed == 1 && check.rejected == 0 && check.eventsByType == ["event.corrected": 3])
    let summary = try Self.correct(store, second)
    #expect(summary.events == 3 && summary.duplicates == 1 && summary.extendedTickets == 1)
    #expect(
      try Self.amendments(store) == [
        "agentId:\"a1\">\"a2\"", "mode:\"take\">-", "actor.id:\"u1\">\"u2\"",
      ])
    #expect(try store.ticket("T1")?.state().assignee == "a2")
    let head = try store.head
    #expect(try Self.correct(store, second).events == 0)
    #expect(try store.head == head)
    // With the usual choice too: the record is as the source has it.
    let importer = Importer(into: store, profile: try Actions.profile())
    #expect(try importer.run(files: [second]).duplicates == 2)
    // Back again.
    #expect(code { _ = try importer.run(files: [first]) } == "rowChanged")
    #expect(try Self.correct(store, first).events == 3)
    #expect(try store.ticket("T1")?.state().assignee == "a1")
    #expect(try Self.correct(store, first).events == 0)
    #expect(try Self.correct(store, second).events == 3)
    #expect(try store.ticket("T1")?.state().assignee == "a2")
    #expect(try Self.amendments(store).count == 9)
  }

  @Test("A record at another time, and one that is another thing now")
  func otherTimes() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let versions = [
      Actions.action("T1", 2, "10:01", "take", who: "a1"),
      Actions.action("T1", 2, "10:07", "take", who: "a1"),
      Actions.action("T1", 2, "10:07", "log", who: "a1", note: "3"),
    ]
    for (index, row) in versions.enumerated() {
      _ = try Self.correct(store, try directory.file("\(index)", Self.text(row)))
      let again = try directory.file("again\(index)", Self.text(row))
      #expect(try Self.correct(store, again).events == 0)
    }
    #expect(
      try Self.amendments(store) == [
        "occurredAt:\"2026-03-01T10:01:00.000000Z\">\"2026-03-01T10:07:00.000000Z\"", "retracted",
      ])
    let state = try #require(try store.ticket("T1")?.state())
    #expect(state.assignee == nil)
    #expect(try Actions.words(store).contains { $0.contains("\"seconds\":180") })
  }

  @Test("A message whose sentences changed")
  func joined() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    func file(_ name: String, _ last: String) throws -> String {
      try directory.file(
        name,
        Actions.text(
          Actions.messages,
          [
            Actions.sentence("T1", 7, 0, "10:10", "One."),
            Actions.sentence("T1", 7, 1, "10:10", last),
          ]))
    }
    _ = try Self.correct(store, file("a", "Two."))
    let importer = Importer(into: store, profile: try Actions.profile())
    #expect(code { _ = try importer.run(files: [file("b", "Three.")]) } == "rowChanged")
    #expect(try Self.correct(store, file("b", "Three.")).events == 1)
    #expect(try Self.amendments(store) == ["body:\"One. Two.\">\"One. Three.\""])
  }

  @Test("A snapshot is corrected with those after it, whose changes are differences from it")
  func snapshots() throws {
    func edit(_ text: String) -> String {
      text.replacing("\"order\": \"n\"", with: "\"order\": \"n\", \"recordKey\": [\"id\", \"n\"]")
    }
    func run(_ store: Store, _ file: String, _ changed: Importer.ChangedRows) throws
      -> ImportSummary
    {
      var options = Importer.Options()
      options.changed = changed
      return try Importer(into: store, profile: Rows.profile(edit)).run(
        files: [file], options: options)
    }
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let rows = [
      Rows.row("T1", 0, "10:00", who: "a1", prio: "3"),
      Rows.row("T1", 1, "10:01", who: "a2", prio: "3"),
      Rows.row("T1", 2, "10:02", who: "a3", prio: "3"),
    ]
    var changed = rows
    changed[1] = Rows.row("T1", 1, "10:01", who: "a3", prio: "2")
    let first = try directory.file("a", Rows.text(rows))
    _ = try run(store, first, .stop)
    let alone = try directory.file("b", Rows.text([changed[1]]))
    #expect(code { _ = try run(store, alone, .correct) } == "rowChanged")
    let whole = try directory.file("c", Rows.text(changed))
    #expect(code { _ = try run(store, whole, .stop) } == "rowChanged")
    let summary = try run(store, whole, .correct)
    // Row 1: another holder and a priority; row 2: nothing is left, and the priority comes back.
    #expect(summary.changed == 1)
    let state = try #require(try store.ticket("T1")?.state())
    #expect(state.assignee == "a3" && state.priority == "3" && state.handoffs.count == 1)
    let head = try store.head
    #expect(try run(store, whole, .correct).events == 0)
    #expect(try run(store, whole, .stop).events == 0)
    #expect(try store.head == head)
    // What comes next is compared with what the source says now.
    let more = try directory.file(
      "d", Rows.text([Rows.row("T1", 3, "10:03", who: "a3", prio: "3")]))
    #expect(try run(store, more, .stop).eventsByType == ["source.updated": 1])
  }
}
