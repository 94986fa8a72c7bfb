import Casefile
import CasefileTesting
import Testing

@Suite("Lists of a status as of a past instant")
struct MomentRowTests {
  private static let statuses: [TicketStatus] = [
    .new, .open, .pending, .onHold, .resolved, .closed,
  ]

  private static func listed(
    _ store: Store, _ status: TicketStatus?, _ asOf: Timestamp, after: String? = nil
  ) throws -> [TicketSummary] {
    var found: [TicketSummary] = []
    let filter = TicketFilter(status: status)
    try store.tickets(filter, asOf: asOf, after: after) { ticket in
      found.append(ticket)
      return true
    }
    return found
  }

  @Test("They have those of the list of all that have it", arguments: 0..<8)
  func statuses(seed: UInt64) throws {
    let temporary = try TemporaryStore(seed: seed)
    let store = temporary.store
    var random = SeededRandom(seed)
    let desk = RandomDesk(tickets: 12, eventsEach: 10, using: &random)
    let middle = desk.events.count / 2
    _ = try store.appendBlocking(Array(desk.events[..<middle]))
    try store.updateViews()
    _ = try store.appendBlocking(Array(desk.events[middle...]))
    var found = 0
    for isWhole in [false, true] {
      if isWhole { try store.updateViews() }
      for _ in 0..<10 {
        let moment = desk.moment(using: &random)
        let all = try MomentRowTests.listed(store, nil, moment)
        for status in MomentRowTests.statuses {
          let expected = all.filter { $0.state.status == status }
          #expect(try MomentRowTests.listed(store, status, moment) == expected)
          if let first = expected.first {
            let rest = try MomentRowTests.listed(store, status, moment, after: first.ticket)
            #expect(rest == Array(expected.dropFirst()))
          }
          found += expected.count
        }
      }
    }
    #expect(found > 60)
    #expect(try store.compareView(named: "tickets").isEqual)
  }

  @Test("Tickets that were over by then, or came later, are not looked at")
  func bounded() throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    let start = Timestamp(seconds: 1_772_445_600)
    func at(_ hours: Int64) -> Timestamp { start.adding(microseconds: hours * 3_600_000_000) }
    var events: [Event] = []
    for number in 0..<400 as Range<Int64> {
      let ticket = StreamID.known("T-\(number)")
      let client = Actor(.client, "c-1")
      events.append(Event(TicketOpened(), on: ticket, at: at(number * 5), by: client))
      // Every hundredth stays open.
      if number % 100 != 7 {
        events.append(
          Event(TicketClosed(kind: .confirmed), on: ticket, at: at(number * 5 + 8), by: client))
      }
    }
    _ = try store.appendBlocking(events)
    try store.updateViews()
    // Two were under way, and two stand open since.
    #expect(
      try MomentRowTests.listed(store, .new, at(1_001)).map(\.ticket)
        == ["T-7", "T-107", "T-199", "T-200"])
    let looked = try store.placesOfTickets(with: .new, at: at(1_001))
    // Of those under way within twice eight hours, and of the four that stand open now.
    #expect(looked.count <= 8, "\(looked)")
  }
}
