import Casefile
import CasefileModel
import CasefileProjections
import Testing

@testable import Simulation

@Suite("The clocks of the simulated desk's own system")
struct SourceClockTests {
  /// A miss: the ticket, the clock, its instance and when it was due.
  private struct Miss: Hashable {
    let clockName: String
    let clock: String
    let dueAt: Timestamp?

    init(_ ticket: String, _ clock: String, _ instance: Int64, _ dueAt: Timestamp?) {
      clockName = clock
      self.clock = "\(ticket) \(clock) \(instance)"
      self.dueAt = dueAt
    }
  }

  private func misses(_ faults: Faults) throws -> (observed: Set<Miss>, judged: Set<Miss>) {
    var settings = Histories.settings(tickets: 400, seed: 11)
    settings.days = 40
    settings.faults = faults
    let folder = try TemporaryFolder()
    let store = try folder.makeStore("store")
    let events = Histories.events(settings)
    for start in stride(from: 0, to: events.count, by: 1000) {
      _ = try store.appendBlocking(Array(events[start..<min(start + 1000, events.count)]))
    }
    var observed: Set<Miss> = []
    try store.read(
      EventReadOptions(query: EventQuery(types: [SLABreachObserved.type.number]))
    ) { event in
      let breach = try #require(try event.payload(as: SLABreachObserved.self))
      observed.insert(
        Miss(event.envelope.stream.id, breach.clock, breach.instance ?? 1, breach.dueAt))
      return true
    }
    var judged: Set<Miss> = []
    let now = try #require(events.map(\.occurredAt).max())
    try store.deadlines(at: now, book: try store.deadlineBook()) { deadlines in
      for clock in deadlines.clocks {
        for breach in clock.breaches {
          judged.insert(
            Miss(deadlines.ticket, clock.clock.rawValue, Int64(clock.instance), breach.at))
        }
      }
      return true
    }
    store.close()
    return (observed, judged)
  }

  @Test(
    "The view of a simulated desk, brought forward step by step, gives what the pure evaluation does"
  )
  func views() throws {
    var settings = Histories.settings(tickets: 60, seed: 12)
    settings.days = 15
    let folder = try TemporaryFolder()
    let store = try folder.makeStore("store")
    let events = Histories.events(settings)
    let last = try #require(events.map(\.occurredAt).max())
    var judged = 0
    for start in stride(from: 0, to: events.count, by: 700) {
      let part = Array(events[start..<min(start + 700, events.count)])
      _ = try store.appendBlocking(part)
      // The newest part is read from the log's tail.
      if (start / 700).isMultiple(of: 2) { try store.updateViews() }
      let book = try store.deadlineBook()
      let duties = try store.agentDuties()
      for now in [part[part.count / 2].occurredAt, last] {
        var seen = 0
        try store.deadlines(at: now, book: book, detail: .derivation) { deadlines in
          seen += 1
          // Every ticket at the end, some on the way there.
          guard seen.isMultiple(of: 7) || start + 700 >= events.count else { return true }
          let history = try #require(try store.ticket(deadlines.ticket))
          #expect(history.deadlines(at: now, book: book, duties: duties) == deadlines)
          judged += deadlines.clocks.count
          return true
        }
      }
    }
    #expect(judged > 150)
    try store.updateViews()
    #expect(try store.compareView(named: "tickets").isEqual)
    store.close()
  }

  @Test("Where nothing goes wrong it observes what the evaluator finds")
  func agree() throws {
    let (observed, judged) = try misses([])
    // Two programs that count by rules of their own agree but for a few: tickets to which no policy
    // was applied, misses of seconds, and clocks that a reopening brings back.
    let both = observed.intersection(judged).count
    #expect(both > 200)
    #expect(both * 10 > observed.count * 9 && both * 10 > judged.count * 9)
    #expect(Set(observed.map(\.clockName)) == ["firstReply", "nextReply", "resolution"])
  }

  @Test("Under faults it observes some late or wrongly")
  func disagree() throws {
    let (observed, judged) = try misses(.all)
    #expect(observed.count > 150)
    #expect(!observed.isSubset(of: judged))
  }
}
