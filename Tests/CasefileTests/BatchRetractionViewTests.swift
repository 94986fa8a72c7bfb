import Casefile
import CasefileTesting
import Testing

/// Views of a store from which an import was retracted, against stores that never had it.
@Suite("Views of retracted imports")
struct BatchRetractionViewTests {
  /// A desk of which some events came with imports, corrections among them.
  private struct Desk {
    let tickets: [String]
    var events: [Event]

    init(_ seed: UInt64, using random: inout SeededRandom) {
      let desk = RandomDesk(tickets: 5, using: &random)
      tickets = desk.tickets
      // One ticket wholly of the batch that goes, another wholly of the one that stays.
      let whole = [desk.tickets[0]: "b-1", desk.tickets[1]: "b-2"]
      events = desk.events.map { event in
        let drawn = Int.random(in: 1...3, using: &random)
        guard let batch = whole[event.stream.id] ?? (drawn < 3 ? "b-\(drawn)" : nil) else {
          return event
        }
        var event = event
        event.origin = Origin(
          system: "old", importBatch: batch, sequence: event.origin?.sequence, basis: .imported)
        return event
      }
    }

    func isOf(_ batch: String, _ event: Event) -> Bool { event.origin?.importBatch == batch }
  }

  private static func stream(_ batch: String) throws -> StreamID {
    try StreamID(kind: "import", id: batch)
  }

  private static func retraction(_ batch: String, id: UInt64) throws -> Event {
    Event(
      ImportBatchRetracted(batchId: batch, reason: "wrong file"), on: try stream(batch),
      at: ManualClock.start, by: Actor(.agent, "admin"), id: EventID(high: 0x7001, low: id))
  }

  private static func retraction(of target: UInt64, id: UInt64) throws -> Event {
    Event(
      EventRetracted(targetEventId: EventID(high: 0x7001, low: target)), on: try stream("b-1"),
      at: ManualClock.start, by: Actor(.agent, "admin"), id: EventID(high: 0x7001, low: id))
  }

  private static func fill(_ store: Store, _ events: [Event], updating: Bool) throws {
    for start in stride(from: 0, to: events.count, by: 7) {
      _ = try store.appendBlocking(Array(events[start..<min(start + 7, events.count)]))
      if updating { try store.updateViews() }
    }
  }

  private static func parts(_ store: Store) throws -> [AgentPart] {
    try store.agentParts().sorted { ($0.agent, $0.ticket) < ($1.agent, $1.ticket) }
  }

  @Test("A retracted batch is as if each of its events were retracted", arguments: 0..<8)
  func singly(seed: UInt64) throws {
    var random = SeededRandom(seed)
    let desk = Desk(seed, using: &random)
    // Some of the batch come after its retraction: an importer ran on.
    let cut = Int.random(in: desk.events.count / 2...desk.events.count, using: &random)
    let whole = try TemporaryStore()
    var events = desk.events
    events.insert(try Self.retraction("b-1", id: 1), at: cut)
    try Self.fill(whole.store, events, updating: seed.isMultiple(of: 2))
    let single = try TemporaryStore()
    var other = desk.events
    // The same positions: an event of no ticket stands in the place of the retraction.
    other.insert(
      Event(
        SystemRecorderGap(from: ManualClock.start), on: try StreamID(kind: "system", id: "x"),
        at: ManualClock.start, by: Actor(.system), id: EventID(high: 0x7001, low: 9)), at: cut)
    for (index, event) in desk.events.enumerated() where desk.isOf("b-1", event) {
      let target = try #require(event.id)
      other.append(
        Event(
          EventRetracted(targetEventId: target), on: try Self.stream("b-1"), at: ManualClock.start,
          by: Actor(.agent, "admin"), id: EventID(high: 0x7002, low: UInt64(index))))
    }
    try Self.fill(single.store, other, updating: true)
    #expect(try ViewTests.listed(whole.store) == ViewTests.listed(single.store))
    #expect(try whole.store.agentParts() == single.store.agentParts())
    for _ in 0..<4 {
      let moment = desk.events[Int.random(in: desk.events.indices, using: &random)].occurredAt
      #expect(
        try ViewTests.listed(whole.store, asOf: moment)
          == ViewTests.listed(single.store, asOf: moment))
    }
    #expect(try ViewTests.listed(whole.store)[desk.tickets[0]] == nil)
    try whole.store.updateViews()
    #expect(try whole.store.compareView(named: "tickets").isEqual)
    #expect(try whole.store.compareView(named: "search").isEqual)
  }

  @Test("After the retraction all views are those of a store without the batch", arguments: 0..<8)
  func never(seed: UInt64) throws {
    var random = SeededRandom(seed &+ 100)
    let desk = Desk(seed, using: &random)
    let with = try TemporaryStore()
    try Self.fill(with.store, desk.events, updating: seed.isMultiple(of: 2))
    let before = try ViewTests.listed(with.store)
    let known = KnownAt.position(try #require(try with.store.head))
    try Self.fill(with.store, [try Self.retraction("b-1", id: 1)], updating: false)
    let without = try TemporaryStore()
    try Self.fill(
      without.store, desk.events.filter { !desk.isOf("b-1", $0) }, updating: true)
    for isStored in [false, true] {
      if isStored { try with.store.updateViews() }
      #expect(
        try ViewTests.listed(with.store).mapValues(OrderFree.init)
          == ViewTests.listed(without.store).mapValues(OrderFree.init))
      let moment = desk.events[desk.events.count / 2].occurredAt
      #expect(
        try ViewTests.listed(with.store, asOf: moment).mapValues(OrderFree.init)
          == ViewTests.listed(without.store, asOf: moment).mapValues(OrderFree.init))
      #expect(
        try with.store.agentParts().map { "\($0.agent) \($0.ticket)" }.sorted()
          == without.store.agentParts().map { "\($0.agent) \($0.ticket)" }.sorted())
      #expect(try ViewTests.listed(with.store, knownAt: known) == before)
    }
    #expect(try with.store.compareView(named: "tickets").isEqual)

    // Taken back, the batch counts again, and everything is as before.
    try Self.fill(with.store, [try Self.retraction(of: 1, id: 2)], updating: true)
    #expect(try ViewTests.listed(with.store) == before)
    #expect(try with.store.compareView(named: "tickets").isEqual)
    try Self.fill(
      with.store, [try Self.retraction("b-1", id: 3), try Self.retraction("b-2", id: 4)],
      updating: true)
    #expect(try with.store.compareView(named: "tickets").isEqual)
    #expect(try Set(ViewTests.listed(with.store).keys).isDisjoint(with: desk.tickets[0...1]))
  }

  @Test("A retraction may stand before its batch, and its own retraction before it")
  func order() throws {
    var random = SeededRandom(3)
    let desk = Desk(3, using: &random)
    let early = try TemporaryStore()
    let acting = [try Self.retraction(of: 1, id: 2), try Self.retraction("b-1", id: 1)]
    try Self.fill(early.store, acting + desk.events, updating: true)
    let late = try TemporaryStore()
    try Self.fill(late.store, desk.events + acting.reversed(), updating: true)
    for store in [early.store, late.store] {
      #expect(try store.compareView(named: "tickets").isEqual)
      #expect(try ViewTests.listed(store)[desk.tickets[0]] != nil)
    }
    #expect(
      try ViewTests.listed(early.store).mapValues(OrderFree.init)
        == ViewTests.listed(late.store).mapValues(OrderFree.init))
  }
}

/// Texts and people of a retracted import.
@Suite("Search in retracted imports")
struct BatchRetractionSearchTests {
  private static let imported = Origin(system: "old", importBatch: "b-1", basis: .imported)

  private static func event(
    _ payload: some EventPayload, _ stream: String, _ number: UInt64, imported: Bool
  ) throws -> Event {
    let parts = stream.split(separator: "/")
    var event = Event(
      payload, on: try StreamID(kind: String(parts[0]), id: String(parts[1])),
      at: ManualClock.start, by: Actor(.agent, "a-1"), id: EventID(high: 0x7003, low: number))
    if imported { event.origin = Self.imported }
    return event
  }

  private static func retraction() throws -> Event {
    try event(
      ImportBatchRetracted(batchId: "b-1", reason: "wrong"), "import/b-1", 99, imported: false)
  }

  private static func filled() throws -> TemporaryStore {
    let temporary = try TemporaryStore()
    _ = try temporary.store.appendBlocking([
      try event(
        ClientRegistered(clientId: "c-1", name: "Vera Ash"), "client/c-1", 1, imported: true),
      try event(
        ClientRegistered(clientId: "c-2", name: "Vera Bloom"), "client/c-2", 2, imported: false),
      try event(
        TicketOpened(subject: "Broken invoice", clientId: "c-1"), "ticket/1", 3, imported: true),
      try event(
        TicketOpened(subject: "Another invoice", clientId: "c-2"), "ticket/2", 4, imported: false),
    ])
    return temporary
  }

  private static func found(_ store: Store) throws -> [String] {
    var found: [String] = []
    try store.search("invoice") { match in
      found.append(match.ticket ?? "")
      return true
    }
    return found.sorted()
  }

  @Test("Texts and clients of a retracted import are not found, and come back with it")
  func search() throws {
    let temporary = try Self.filled()
    let store = temporary.store
    #expect(try Self.found(store) == ["1", "2"])
    #expect(try store.findClients("vera").compactMap(\.client).sorted() == ["c-1", "c-2"])
    let known = KnownAt.position(try #require(try store.head))
    let retraction = try Self.retraction()
    _ = try store.appendBlocking([retraction])
    for isStored in [false, true] {
      if isStored { try store.updateViews() }
      #expect(try Self.found(store) == ["2"])
      #expect(try store.findClients("vera").compactMap(\.client) == ["c-2"])
      #expect(try store.client("c-1") == nil)
      #expect(try store.client("c-2") != nil)
      var listed: [String] = []
      try store.tickets(TicketFilter(text: "invoice"), knownAt: known) {
        listed.append($0.ticket)
        return true
      }
      #expect(listed == ["1", "2"])
    }
    let id = try #require(retraction.id)
    _ = try store.appendBlocking([
      try Self.event(EventRetracted(targetEventId: id), "import/b-1", 100, imported: false)
    ])
    #expect(try Self.found(store) == ["1", "2"])
    #expect(try store.client("c-1")?.tickets.map(\.ticket) == ["1"])
  }

  @Test("A ticket of the batch that goes on live keeps what was live")
  func mixed() throws {
    let temporary = try Self.filled()
    let store = temporary.store
    _ = try store.appendBlocking([
      try Self.event(
        TicketNoteAdded(noteId: "n", text: "A live note"), "ticket/1", 5, imported: false),
      try Self.retraction(),
    ])
    let history = try #require(try store.ticket("1"))
    #expect(history.isInForce() && history.state().client == nil)
    #expect(history.entries().map(\.retractedBatch) == ["b-1", nil])
    var listed: [String: String?] = [:]
    try store.tickets {
      listed[$0.ticket] = $0.state.client
      return true
    }
    #expect(listed == ["1": nil, "2": "c-2"])
  }
}
