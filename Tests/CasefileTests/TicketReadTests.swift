import Casefile
import CasefileTesting
import Testing

@Suite("Reading a ticket with its corrections")
struct TicketReadTests {
  private static func id(_ number: UInt64) -> EventID {
    EventID(high: 0x0195_0000_0000_7000, low: number)
  }

  private static func event(
    _ number: UInt64, _ payload: some EventPayload, on stream: String
  ) throws -> Event {
    Event(
      payload, on: try StreamID(stream), at: ManualClock.start, by: .anna,
      id: TicketReadTests.id(number))
  }

  @Test("Corrections of corrections in other streams count, whichever was recorded first")
  func chain() throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    func append(_ number: UInt64, _ payload: some EventPayload, on stream: String) throws {
      _ = try store.appendBlocking([TicketReadTests.event(number, payload, on: stream)])
    }
    func subject(knownAt position: UInt64? = nil) throws -> String? {
      let known = position.map { KnownAt.position(Position($0)) }
      return try store.ticket("7")?.state(knownAt: known).subject
    }
    // The retraction of a correction stands before it, in a stream of its own.
    try append(9, EventRetracted(targetEventId: TicketReadTests.id(2)), on: "import/b-2")
    try append(1, TicketOpened(subject: "first"), on: "ticket/7")
    #expect(try subject() == "first")
    try append(
      2, EventCorrected(targetEventId: TicketReadTests.id(1), field: "subject", newValue: #""2""#),
      on: "import/b-1")
    #expect(try subject() == "first")
    try append(
      3, EventCorrected(targetEventId: TicketReadTests.id(1), field: "subject", newValue: #""3""#),
      on: "import/b-1")
    #expect(try subject() == "3")
    try append(4, EventRetracted(targetEventId: TicketReadTests.id(9)), on: "import/b-3")
    try append(
      5, EventRetracted(targetEventId: TicketReadTests.id(3)), on: "ticket/8")
    #expect(try subject() == "2")
    #expect(try subject(knownAt: 3) == "3")
    #expect(try subject(knownAt: 1) == "first")
    let positions = try store.ticketEvents(of: .ticket("7")).map(\.position.rawValue)
    #expect(positions == [1, 0, 2, 3, 4, 5])
    #expect(
      try store.ticketEvents(of: .ticket("7"), through: Position(3)).map(\.position.rawValue)
        == [1, 0, 2, 3])
    try temporary.reopen()
    #expect(try temporary.store.ticketEvents(of: .ticket("7")).count == 6)
  }

  @Test("A circle of corrections is followed once")
  func circle() throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    _ = try store.appendBlocking([
      TicketReadTests.event(1, TicketOpened(subject: "first"), on: "ticket/7"),
      TicketReadTests.event(
        2, EventCorrected(targetEventId: TicketReadTests.id(1), field: "actor.id"),
        on: "import/b-1"),
      TicketReadTests.event(
        3, EventRetracted(targetEventId: TicketReadTests.id(4)), on: "import/b-1"),
      TicketReadTests.event(
        4, EventRetracted(targetEventId: TicketReadTests.id(3)), on: "import/b-1"),
      TicketReadTests.event(
        5, EventRetracted(targetEventId: TicketReadTests.id(5)), on: "import/b-1"),
    ])
    #expect(try store.ticketEvents(of: .ticket("7")).map(\.position.rawValue) == [0, 1])
  }
}
