import Casefile
import CasefileTesting
import Testing

/// What acts on an event from other streams: rows of the view against a search of all corrections.
@Suite("What acts on events from elsewhere")
struct ActingTests {
  /// A desk of tickets and of shifts; of either some events came with imports that were retracted.
  private static func events(_ seed: UInt64) -> [Event] {
    var random = SeededRandom(seed)
    let desk = RandomDesk(tickets: 5, using: &random).events.map { event in
      guard Int.random(in: 0..<3, using: &random) == 0 else { return event }
      var event = event
      event.origin = Origin(
        system: "old", importBatch: "b-\(Int.random(in: 1...2, using: &random))",
        sequence: event.origin?.sequence, basis: .imported)
      return event
    }
    let shifts = RandomShifts(seed, steps: 120, isOrderly: true, known: UInt64(desk.count))
    return desk + shifts.events
  }

  private static func found(_ store: Store, through last: Position?) throws -> [[Position]] {
    var streams: Set<StreamID> = []
    try store.read { event in
      streams.insert(event.envelope.stream)
      return true
    }
    return try streams.sorted().map { stream in
      try stream.kind == "ticket"
        ? store.ticketEvents(of: stream, through: last).map(\.position)
        : store.amendedEvents(of: [stream]).map(\.position)
    }
  }

  @Test("Rows find what a search of the log finds", arguments: 0..<8)
  func rows(seed: UInt64) throws {
    let temporary = try TemporaryStore(seed: seed)
    let store = temporary.store
    let events = ActingTests.events(seed)
    let middle = events.count * 2 / 3
    _ = try store.appendBlocking(Array(events[..<middle]))
    try store.updateViews()
    // The rest stands behind the rows.
    _ = try store.appendBlocking(Array(events[middle...]))
    let lasts = [nil, Position(UInt64(middle / 2)), Position(UInt64(events.count - 10))]
    let behind = try lasts.map { try ActingTests.found(store, through: $0) }
    try store.updateViews()
    let whole = try lasts.map { try ActingTests.found(store, through: $0) }
    try store.dropView(named: "tickets")
    let searched = try lasts.map { try ActingTests.found(store, through: $0) }
    #expect(behind == searched)
    #expect(whole == searched)
    // Corrections from other streams are among them.
    #expect(searched[0].contains { $0 != $0.sorted() || $0.count > 24 })
  }
}
