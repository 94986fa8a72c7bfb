import Casefile
import CasefileModel
import CasefileProjections
import CasefileTesting
import Testing

@Suite("What is left to others of tickets, told without a fold")
struct LeftTicketsTests {
  /// What a finding says to whoever takes over.
  private struct Leaving: Hashable {
    let code: FindingCode
    let agent: String?
    let at: Timestamp
    let positions: [Position]

    init(_ finding: Finding) {
      (code, agent, at) = (finding.code, finding.agent, finding.at)
      positions = finding.positions
    }

    init(_ shift: FindingContext.ShiftEnd) {
      (code, agent, at) = (.leftAtShiftEnd, shift.agent, shift.at)
      positions = [shift.position].compactMap { $0 }
    }
  }

  /// Tickets and shifts of one time, each recorded in any order, with corrections of all of them.
  private static func fill(_ store: Store, _ seed: UInt64) throws -> QualityDesk {
    var random = SeededRandom(seed &+ 300)
    let desk = QualityDesk(spread: 150, using: &random)
    let known = UInt64(desk.base.events.count)
    let shifts = RandomShifts(
      seed &+ 20, steps: 160, isOrderly: !seed.isMultiple(of: 3), known: known)
    let events = (desk.events + shifts.events).shuffled(using: &random)
    for start in stride(from: 0, to: events.count, by: 40) {
      _ = try store.appendBlocking(Array(events[start..<min(start + 40, events.count)]))
    }
    // Of some the newest rows are left to the reader.
    if seed.isMultiple(of: 2) { try store.updateViews() }
    return desk
  }

  @Test("It is what the histories show, at any moment and by any knowledge")
  func told() throws {
    var found: [FindingCode: Int] = [:]
    var (spared, folded) = (0, 0)
    for seed in 0..<4 as Range<UInt64> {
      let temporary = try TemporaryStore(seed: seed)
      let store = temporary.store
      let desk = try Self.fill(store, seed)
      var random = SeededRandom(seed)
      let head = try #require(try store.head).rawValue
      for number in 0..<16 {
        let now = number == 0 ? .latest : desk.moment(using: &random)
        let knownAt =
          number < 10
          ? nil : KnownAt.position(Position(UInt64.random(in: 9...head, using: &random)))
        let whole = try store.findingContext(
          knownAt: knownAt, codes: Set(FindingContext.left))
        var wanted = TextFilter()
        for ticket in desk.base.tickets { wanted.add(ticket) }
        let context = FindingContext(
          duties: try store.agentDuties(naming: .unhanded(among: wanted), knownAt: knownAt))
        for ticket in desk.base.tickets {
          guard let history = try store.ticket(ticket) else { continue }
          let facts = history.clockFacts(knownAt: knownAt)
          guard facts.isOpened(at: now) else { continue }
          func findings(_ codes: Set<FindingCode>, _ context: FindingContext) -> [Leaving] {
            let found = history.findings(
              at: now, knownAt: knownAt, rules: .builtIn, context: context, codes: codes)
            return (found?.findings ?? []).map(Leaving.init)
          }
          let expected = findings(Set(FindingContext.left), whole)
          let standing = TicketStanding(facts, at: now)
          let isFolded = context.mayBeLeft(standing, at: now)
          let told =
            (isFolded ? findings(FindingContext.leftByFold, context) : [])
            + context.shifts(leaving: standing, by: now).map(Leaving.init)
          #expect(told == expected, "\(ticket) at \(now) known \(knownAt as Any) seed \(seed)")
          for one in expected { found[one.code, default: 0] += 1 }
          if isFolded { folded += 1 } else { spared += 1 }
        }
      }
    }
    #expect(folded > 100 && spared > 100, "\(folded) \(spared)")
    for code in FindingContext.left where code != .handoffExpired {
      #expect(found[code] ?? 0 > 20, "\(found)")
    }
  }
}
