import Casefile
import CasefileModel
import CasefileProjections
import CasefileTesting
import Testing

@Suite("How tickets stood, told without a fold")
struct TicketStandingTests {
  @Test("It is what the state of the instant says", arguments: 0..<8)
  func standings(seed: UInt64) throws {
    let temporary = try TemporaryStore(seed: seed)
    let store = temporary.store
    var random = SeededRandom(seed)
    let desk = RandomDesk(tickets: 12, eventsEach: 16, using: &random)
    try DeadlineTallyTests.fill(store, desk.events, updating: seed < 4)
    try store.updateViews()
    let book = try store.deadlineBook()
    let known = KnownAt.position(Position(UInt64(desk.events.count / 2)))
    var (open, told, running) = (0, 0, 0)
    for number in 0..<30 {
      let moment = desk.moment(using: &random)
      let knownAt = number < 20 ? nil : known
      var states: [Position: TicketState] = [:]
      try store.tickets(asOf: moment, knownAt: knownAt) { summary in
        states[summary.firstPosition] = summary.state
        return true
      }
      var standings: [Position: TicketStanding] = [:]
      try store.standings(at: moment, knownAt: knownAt, book: book) {
        first, facts, _ in
        (first, TicketStanding(facts, at: moment))
      } _: { first, standing in
        standings[first] = standing
        return true
      }
      for (first, state) in states {
        // A ticket of which nothing was told but what clocks don't hear.
        guard let standing = standings[first] else {
          #expect(state.assignee == nil && state.status != .closed)
          continue
        }
        Self.compare(standing, state)
        open += state.isOpen ? 1 : 0
        told += standing.status == nil ? 0 : 1
      }
      let places = try store.placesOfOpenTickets(at: moment)
      let areOpen = states.filter { $0.value.isOpen }.map(\.key).sorted()
      if knownAt == nil { #expect(Set(areOpen).isSubset(of: places)) }
      running += try Self.compareDeadlines(store, moment, knownAt, book, places)
      var some: [Position: TicketState] = [:]
      try store.tickets(at: areOpen, asOf: moment, knownAt: knownAt) { summary in
        some[summary.firstPosition] = summary.state
        return true
      }
      #expect(some == states.filter { $0.value.isOpen })
    }
    #expect(open > 60 && told > 60 && running > 60)
  }

  /// Deadlines run on tickets only that may be open.
  private static func compareDeadlines(
    _ store: Store, _ moment: Timestamp, _ knownAt: KnownAt?, _ book: DeadlineBook,
    _ places: [Position]
  ) throws -> Int {
    func clocks(of firsts: [Position]?) throws -> [ClockVerdict] {
      var found: [ClockVerdict] = []
      try store.deadlines(at: moment, knownAt: knownAt, book: book, of: firsts) { deadlines in
        found += deadlines.clocks.filter { $0.state == .running || $0.state == .paused }
        return true
      }
      return found
    }
    let all = try clocks(of: nil)
    if knownAt == nil { #expect(try clocks(of: places) == all) }
    return all.count
  }

  private static func compare(_ standing: TicketStanding, _ state: TicketState) {
    #expect(standing.ticket == state.ticket)
    #expect(standing.isOpen == state.isOpen)
    #expect(standing.status == nil || standing.status == state.status)
    #expect(standing.priority == state.priority && standing.group == state.group)
    let span = state.responsibility.last { $0.until == nil }
    #expect(standing.holder == state.assignee)
    #expect(standing.heldSince == span?.from && standing.heldBy == span?.position)
    #expect(standing.waits == state.waits.map(\.reason))
    #expect(standing.mayBeOffered || state.openOffer == nil)
  }
}
