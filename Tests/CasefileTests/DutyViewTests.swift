import Casefile
import CasefileTesting
import Foundation
import Testing

/// What the view keeps of agents' duty against the fold of all events.
@Suite("Duty in the view of tickets")
struct DutyViewTests {
  /// How many random desks are compared; `CASEFILE_MOMENTS=900` asks for 90.
  private static let seeds =
    ProcessInfo.processInfo.environment["CASEFILE_MOMENTS"].flatMap { UInt64($0) }.map { $0 / 10 }
    ?? 9

  private static func events(_ store: Store) throws -> [StoredEvent] {
    var events: [StoredEvent] = []
    try store.read { event in
      events.append(event)
      return true
    }
    return events
  }

  private static func fill(
    _ store: Store, _ events: [Event], using random: inout SeededRandom
  ) throws {
    var start = 0
    while start < events.count {
      let end = min(start + Int.random(in: 1...40, using: &random), events.count)
      _ = try store.appendBlocking(Array(events[start..<end]))
      // The rows of the newest events are left to the reader.
      if end < events.count * 9 / 10, Bool.random(using: &random) { try store.updateViews() }
      start = end
    }
  }

  /// Compares what a time needs with all that is known, at every instant that may differ.
  private static func compare(
    _ part: AgentDuty?, _ whole: AgentDuty?, _ time: DutyTime, _ name: String
  ) {
    guard let part, let whole else {
      #expect(part == nil && whole == nil, "\(name)")
      return
    }
    let until = time.until?.adding(microseconds: 1)
    #expect(
      part.periods(from: time.from, until: until) == whole.periods(from: time.from, until: until),
      "\(name)")
    #expect(part.deactivatedAt == whole.deactivatedAt && part.groups == whole.groups)
    let span = (time.until ?? time.from.adding(microseconds: 1 << 44)).microseconds
    let length = span - time.from.microseconds
    for step in 0...24 as ClosedRange<Int64> {
      let instant = time.from.adding(microseconds: length / 24 * step)
      #expect(part.standing(at: instant) == whole.standing(at: instant), "\(name) at \(instant)")
    }
  }

  /// Compares what is read without all lists of tickets.
  private static func compareListed(_ store: Store, _ expected: [String: AgentDuty]) throws {
    var one = TextFilter()
    one.add("T-1")
    for (tickets, isOne) in [(ShiftTickets.none, false), (.unhanded(among: one), true)] {
      let found = try store.agentDuties(naming: tickets)
      #expect(found.keys.sorted() == expected.keys.sorted())
      for (agent, duty) in expected {
        let listed = found[agent]?.shifts ?? []
        #expect(listed.map(\.withoutTickets) == duty.shifts.map(\.withoutTickets))
        #expect(found[agent]?.absences == duty.absences && found[agent]?.groups == duty.groups)
        for (shift, whole) in zip(listed, duty.shifts) where isOne {
          #expect(Set(shift.unhandedTickets).isSubset(of: whole.unhandedTickets))
          #expect(shift.unhandedTickets.contains("T-1") == whole.unhandedTickets.contains("T-1"))
        }
      }
    }
  }

  @Test("Rows tell what the fold of all events tells", arguments: 0..<seeds)
  func rows(seed: UInt64) throws {
    let temporary = try TemporaryStore(seed: seed)
    let store = temporary.store
    var random = SeededRandom(seed &+ 1000)
    let desk = RandomShifts(seed, steps: 220, isOrderly: !seed.isMultiple(of: 3))
    try DutyViewTests.fill(store, desk.events, using: &random)
    let stored = try DutyViewTests.events(store)
    let expected = AgentDuty.all(events: stored)
    let agents = expected.keys.sorted()
    #expect(agents.count >= RandomShifts.agents.count)
    for isWhole in [false, true] {
      if isWhole { try store.updateViews() }
      #expect(try store.agentDuties() == expected)
      try DutyViewTests.compareListed(store, expected)
      for agent in agents {
        #expect(try store.agentDuty(of: agent) == expected[agent])
      }
      for _ in 0..<12 {
        let moments = [desk.moment(using: &random), desk.moment(using: &random)].sorted()
        let time = DutyTime(
          from: moments[0], until: Int.random(in: 0..<4, using: &random) == 0 ? nil : moments[1])
        let times = Dictionary(uniqueKeysWithValues: agents.map { ($0, time) })
        let found = try store.agentDuties(during: times)
        for agent in agents {
          DutyViewTests.compare(
            found[agent], expected[agent], time, "\(agent) \(moments) seed \(seed)")
        }
      }
    }
    #expect(try store.agentDuty(of: "a-9") == nil)
    #expect(try store.compareView(named: "tickets").isEqual)
    for count in seed.isMultiple(of: 4) ? [3, 50] : [] {
      var configuration = Store.Configuration(isReadOnly: true)
      configuration.viewBatchCount = count
      let reader = try Store.open(at: temporary.directory, configuration: configuration)
      let comparison = try reader.compareView(named: "tickets")
      #expect(comparison.isEqual, "\(comparison)")
      reader.close()
    }
  }

  @Test("An earlier knowledge is answered by the events that were known", arguments: 0..<6)
  func knownThen(seed: UInt64) throws {
    let temporary = try TemporaryStore(seed: seed)
    let store = temporary.store
    var random = SeededRandom(seed)
    let desk = RandomShifts(seed &+ 70, steps: 160, isOrderly: seed.isMultiple(of: 2))
    try DutyViewTests.fill(store, desk.events, using: &random)
    let stored = try DutyViewTests.events(store)
    for _ in 0..<8 {
      let known = KnownAt.position(
        Position(UInt64.random(in: 0..<UInt64(stored.count), using: &random)))
      let expected = AgentDuty.all(events: stored.filter { known.contains($0.envelope) })
      let from = desk.moment(using: &random)
      let times = Dictionary(
        uniqueKeysWithValues: Set(expected.keys).union(RandomShifts.agents).map {
          ($0, DutyTime(from: from, until: nil))
        })
      #expect(try store.agentDuties(during: times, knownAt: known) == expected)
      #expect(try store.agentDuties(knownAt: known) == expected)
    }
  }

  @Test("Without the view, or with a damaged one, the log answers")
  func damage() throws {
    let temporary = try TemporaryStore()
    let desk = RandomShifts(5, steps: 200, isOrderly: true)
    _ = try temporary.store.appendBlocking(desk.events)
    try temporary.store.updateViews()
    let expected = AgentDuty.all(events: try DutyViewTests.events(temporary.store))
    let time = DutyTime(from: desk.events[20].occurredAt, until: desk.events[60].occurredAt)
    let times = Dictionary(uniqueKeysWithValues: RandomShifts.agents.map { ($0, time) })
    func check() throws {
      #expect(try temporary.store.agentDuties() == expected)
      let found = try temporary.store.agentDuties(during: times)
      for agent in RandomShifts.agents {
        DutyViewTests.compare(found[agent], expected[agent], time, agent)
      }
    }
    try check()
    let view = try #require(
      try temporary.store.viewStatuses().first { $0.name == "tickets" })
    temporary.store.close()
    let file = temporary.directory + "/views/tickets-v\(view.version)/data.mdb"
    var bytes = try #require(FileManager.default.contents(atPath: file))
    for index in stride(from: 8192 + 100, to: bytes.count, by: 61) { bytes[index] ^= 0x20 }
    try bytes.write(to: URL(filePath: file))
    try temporary.reopen()
    try check()
    try temporary.store.dropView(named: "tickets")
    try check()
  }

  /// A desk whose agents work every day.
  private static func days(_ count: Int) throws -> [Event] {
    let start = Timestamp(seconds: 1_772_445_600)
    func at(_ day: Int, _ hour: Int64) -> Timestamp {
      start.adding(microseconds: (Int64(day) * 24 + hour) * 3_600_000_000)
    }
    return try (0..<count).flatMap { day in
      try ["a-1", "a-2"].flatMap { agent -> [Event] in
        let shift = "\(agent)-\(day)"
        let stream = try StreamID(kind: "shift", id: shift)
        return [
          Event(
            ShiftScheduled(shiftId: shift, agentId: agent, from: at(day, 0), to: at(day, 8)),
            on: stream, at: at(day, -2), by: Actor(.system)),
          Event(
            ShiftStarted(agentId: agent, shiftId: shift), on: stream, at: at(day, 0),
            by: Actor(.agent, agent)),
          Event(
            ShiftEnded(agentId: agent, shiftId: shift), on: stream, at: at(day, 8),
            by: Actor(.agent, agent)),
        ]
      }
    }
  }

  @Test("Who still holds a closed ticket is asked for until the moment that is told of")
  func times() throws {
    let temporary = try TemporaryStore()
    let start = Timestamp(seconds: 1_772_445_600)
    func at(_ hours: Int64) -> Timestamp { start.adding(microseconds: hours * 3_600_000_000) }
    let stream = try StreamID.ticket("7")
    let agent = Actor(.agent, "a-1")
    _ = try temporary.store.appendBlocking([
      Event(TicketOpened(), on: stream, at: at(0), by: agent),
      Event(TicketAssigned(agentId: "a-2"), on: stream, at: at(1), by: agent),
      Event(TicketAssigned(agentId: "a-1"), on: stream, at: at(3), by: agent),
      Event(TicketClosed(kind: .confirmed), on: stream, at: at(8), by: agent),
    ])
    let history = try #require(try temporary.store.ticket("7"))
    let passed = DutyTime(from: at(1), until: at(3))
    #expect(
      history.dutyTimes() == ["a-1": DutyTime(from: at(3), until: at(8)), "a-2": passed])
    #expect(
      history.dutyTimes(asOf: at(99)) == [
        "a-1": DutyTime(from: at(3), until: at(99)), "a-2": passed,
      ]
    )
  }

  @Test("A lookup reads the rows near its time, however many there are")
  func bounded() throws {
    var counts: [Int] = []
    for days in [40, 1_000] {
      let temporary = try TemporaryStore()
      let events = try DutyViewTests.days(days)
      for start in stride(from: 0, to: events.count, by: 1_000) {
        _ = try temporary.store.appendBlocking(
          Array(events[start..<min(start + 1_000, events.count)]))
      }
      try temporary.store.updateViews()
      let from = events[20 * 6 + 1].occurredAt.adding(microseconds: 4 * 3_600_000_000)
      let time = DutyTime(from: from, until: from.adding(microseconds: 24 * 3_600_000_000))
      var read = 0
      let found = try temporary.store.agentDuties(during: ["a-1": time]) { read = $0 }
      let duty = try #require(found["a-1"])
      // From noon to noon: at work for four hours, off for sixteen, at work again.
      #expect(
        duty.periods(from: from, until: time.until).map(\.standing.kind)
          == [.onDuty, .offShift, .onDuty])
      counts.append(read)
    }
    // Shifts of the day, of the two days after it and of the three before it, the row after these,
    // and a few that bound what is known.
    #expect(counts[0] == counts[1] && counts[0] <= 20, "\(counts)")
  }
}
