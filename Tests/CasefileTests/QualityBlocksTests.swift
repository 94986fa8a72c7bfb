import Casefile
import CasefileProjections
import CasefileTesting
import Testing

/// Tables that are filled from blocks against those that take one value after the other.
@Suite("Blocks of the view of quality")
struct QualityBlocksTests {
  private static func filters(_ known: [MetricSample]) -> [MetricFilter] {
    let sample = known.randomElement()
    let month = Timestamp("2026-03-01T00:00:00Z") ?? .earliest
    return [
      MetricFilter(), MetricFilter(since: month), MetricFilter(until: month),
      MetricFilter(agent: sample?.agent), MetricFilter(group: sample?.group ?? "none"),
      MetricFilter(part: sample?.part ?? "none"), MetricFilter(keys: [.channel: "email"]),
    ]
  }

  @Test("Tables of blocks have what the values one by one give", arguments: 0..<4)
  func tables(seed: UInt64) throws {
    let temporary = try TemporaryStore(
      seed: seed, qualityBlocks: QualityBlocks(width: 3 + seed, restCount: seed * 7))
    let store = temporary.store
    var random = SeededRandom(seed)
    let desk = QualityDesk(using: &random)
    try QualityDesk.publish(store)
    try desk.fill(
      store, batch: Int.random(in: 3...20, using: &random), updating: seed.isMultiple(of: 2))
    if seed.isMultiple(of: 3) { _ = try store.replay() }
    let keys = try store.metricKeys(for: MetricCut.allCases, zone: "Europe/Moscow")
    var valueCount = 0
    for now in [Timestamp.latest, desk.base.moment(using: &random)] {
      var all: [[TicketMetric]] = []
      try store.metrics(Metric.allCases, at: now, withTraits: true, withCalendars: true) {
        all.append($0)
        return true
      }
      let times = (0..<4).map { _ in desk.base.moment(using: &random) }.sorted()
      let period = MetricFilter(since: times[1], until: times[2])
      var tables: [MetricTable] = []
      var limited: [MetricTable] = []
      for (place, metric) in Metric.allCases.enumerated() {
        let filters = Self.filters(all.flatMap { $0[place].samples })
        for cut in MetricCut.allCases {
          let some =
            cut == .all ? filters : filters.randomElement(using: &random).map { [$0] } ?? []
          tables += some.map { MetricTable(metric, by: cut, filter: $0, keys: keys) }
        }
        var parts = MetricTable(metric, keys: keys)
        parts.boundaries = times
        tables.append(parts)
        limited += [MetricCut.agent, .topic, .hours].map {
          MetricTable(metric, by: $0, filter: period, keys: keys)
        }
      }
      // Deadlines alone are judged without folding what was under way.
      let deadlines = [Metric.overdueTickets, .overdueReplies].flatMap { metric in
        [MetricCut.all, .agent, .group].map {
          MetricTable(metric, by: $0, filter: period, keys: keys)
        }
      }
      var expected = tables + limited + deadlines
      for ticket in all {
        for index in expected.indices {
          guard let place = Metric.allCases.firstIndex(of: expected[index].metric),
            ticket[place].contact == nil || expected[index].metric.isOfContacts
          else { continue }
          expected[index].add(ticket[place])
          valueCount += ticket[place].samples.count
        }
      }
      // Of a time alone the same values, without what is none.
      let found =
        try store.fill(tables, at: now) + store.fill(limited, at: now, withOmissions: false)
        + store.fill(deadlines, at: now, withOmissions: false)
      for (index, (found, expected)) in zip(found, expected).enumerated() {
        let what = "\(found.metric) by \(found.cut) \(found.filter)"
        #expect(found.rows == expected.rows, "\(what)")
        #expect(found.earliest == expected.earliest, "\(what)")
        guard index < tables.count else { continue }
        #expect(found.omissions == expected.omissions, "\(what)")
        #expect(found.ticketCount == expected.ticketCount, "\(what)")
        #expect(found.contactCount == expected.contactCount, "\(what)")
      }
    }
    #expect(valueCount > 1_000)
  }

  /// What each metric that follows from rules gives, from tables and from values one by one.
  private static func compare(
    _ store: Store, at now: Timestamp = .latest, knownAt: KnownAt? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) throws -> Int {
    var expected = Metric.kept.flatMap { metric in
      [MetricCut.all, .agent, .group].map { MetricTable(metric, by: $0) }
    }
    var tables = expected
    try store.metrics(Metric.kept, at: now, knownAt: knownAt) { ticket in
      for index in expected.indices { expected[index].add(ticket[index / 3]) }
      return true
    }
    tables = try store.fill(tables, at: now, knownAt: knownAt)
    for (found, expected) in zip(tables, expected) {
      #expect(found.rows == expected.rows, "\(found.metric)", sourceLocation: location)
      #expect(found.omissions == expected.omissions, "\(found.metric)", sourceLocation: location)
    }
    return tables.reduce(0) { $0 + $1.rows.reduce(0) { $0 + $1.count } }
  }

  @Test(
    "What is kept of tickets that are over follows from the rules of the moment", arguments: 0..<4)
  func rules(seed: UInt64) throws {
    let temporary = try TemporaryStore(
      seed: seed, qualityBlocks: QualityBlocks(width: 4, restCount: 0))
    let store = temporary.store
    var desk = RuleDesk(store: store, seed: seed)

    // Without rules nothing is judged, and that is kept too.
    _ = try desk.append(desk.tickets(0))
    _ = try Self.compare(store)
    let first = try desk.append([
      desk.policy(1, minutes: 30, from: 10, at: 1), desk.calendar(1, from: "00:00", at: 1),
    ])
    _ = try desk.append(desk.tickets(20))
    #expect(try Self.compare(store) > 0)
    #expect(try store.keptTicketCount() >= 6)
    // A version for later tickets leaves alone what is over.
    _ = try desk.append([desk.policy(2, minutes: 90, from: 40, at: 30)])
    #expect(try store.keptTicketCount() >= 6)
    _ = try desk.append(desk.tickets(50))
    let before = try Self.compare(store)
    // One that reaches back does not; nor does another calendar, or what is retracted.
    let back = try desk.append([desk.policy(3, minutes: 5, from: 45, at: 60)])
    #expect(try Self.compare(store) == before)
    #expect(
      try store.keptTicketCount() >= 12, "the step that brought the rule worked all of it out again"
    )
    _ = try desk.append([desk.calendar(2, from: "12:00", at: 61)])
    _ = try Self.compare(store)
    _ = try desk.append([
      Event(
        EventRetracted(targetEventId: EventID(high: 0x7101, low: 3)),
        on: StreamID(stored: "policy/p"), at: RuleDesk.at(62), by: Actor(.reviewer, "r-1"),
        id: EventID(high: 0x7103, low: 1))
    ])
    _ = try Self.compare(store)
    // As it was known, though it is kept by what is known now.
    for position in [first, back] {
      _ = try Self.compare(store, knownAt: .position(position))
      _ = try Self.compare(store, at: RuleDesk.at(50), knownAt: .position(position))
    }
    #expect(try store.compareView(named: "quality").isEqual)
    _ = try store.replay()
    _ = try Self.compare(store)
    #expect(try store.keptTicketCount() >= 12)
  }

  @Test("What rules outdate is worked out anew some blocks in a step, and in a replay once")
  func outdated() throws {
    let temporary = try TemporaryStore(
      seed: 5, qualityBlocks: QualityBlocks(width: 4, restCount: 0))
    let store = temporary.store
    var desk = RuleDesk(store: store, seed: 5)
    _ = try desk.append([
      desk.policy(1, minutes: 30, from: 0, at: 1), desk.calendar(1, from: "00:00", at: 1),
    ])
    for hour: Int64 in 10..<20 { _ = try desk.append(desk.tickets(hour)) }
    #expect(try store.keptTicketCount() >= 50)
    // It reaches back to the first ticket.
    let back = try desk.append([desk.calendar(2, from: "01:00", at: 90)])
    var counts = [try store.keptTicketCount()]
    _ = try Self.compare(store)
    for number: Int64 in 1..<8 {
      _ = try desk.append([desk.agent(number, at: 91)])
      counts.append(try store.keptTicketCount())
    }
    #expect(counts == counts.sorted(), "a step undid what another one did")
    #expect(counts[0] < counts[1] && counts[1] < counts[2], "no step works out all of it")
    _ = try Self.compare(store)
    #expect(try store.compareView(named: "quality").isEqual)
    _ = try store.replay()
    #expect(try store.keptTicketCount() == counts.last, "the steps did not come to an end")
    // Steps that look ahead know the rules that come later, and what acts on these.
    _ = try desk.append([
      Event(
        EventRetracted(targetEventId: EventID(high: 0x7102, low: 2)),
        on: StreamID(stored: "calendar/c"), at: RuleDesk.at(92), by: Actor(.reviewer, "r-1"),
        id: EventID(high: 0x7103, low: 1))
    ])
    _ = try store.replay()
    #expect(try store.keptTicketCount() >= 50)
    _ = try Self.compare(store)
    _ = try Self.compare(store, knownAt: .position(back))
  }

  @Test("A table goes on where it was")
  func goingOn() throws {
    let temporary = try TemporaryStore(qualityBlocks: QualityBlocks(width: 4, restCount: 0))
    var random = SeededRandom(3)
    let desk = QualityDesk(using: &random)
    try desk.fill(temporary.store, batch: 20, updating: true)
    let once = try temporary.store.fill([MetricTable(.replies, by: .agent)], at: .latest)
    let twice = try temporary.store.fill(once, at: .latest)
    #expect(once[0].rows.map { $0.count * 2 } == twice[0].rows.map(\.count))
    #expect(once[0].ticketCount * 2 == twice[0].ticketCount)
    #expect(try temporary.store.fill([], at: .latest).isEmpty)
  }
}

/// A desk whose policies and calendars change.
private struct RuleDesk {
  let store: Store
  var random: SeededRandom
  var number: UInt64 = 0

  init(store: Store, seed: UInt64) {
    self.store = store
    random = SeededRandom(seed)
  }

  func append(_ events: [Event]) throws -> Position {
    let last = try store.appendBlocking(events).last
    try store.updateViews()
    return try #require(last).position
  }

  static func at(_ hour: Int64) -> Timestamp { Timestamp(seconds: 1_767_600_000 + hour * 3_600) }

  /// A policy whose targets all tickets of these hours miss or meet.
  func policy(_ version: Int64, minutes: Int64, from hour: Int64, at now: Int64) -> Event {
    Event(
      PolicyPublished(
        policyId: "p", version: version,
        clocks: ["firstReply", "resolution"].map {
          PolicyClock(clock: $0, targetSeconds: minutes * 60, calendarId: "c")
        }, effectiveFrom: RuleDesk.at(hour)), on: StreamID(stored: "policy/p"),
      at: RuleDesk.at(now), by: Actor(.agent, "a-1"),
      id: EventID(high: 0x7101, low: UInt64(version)))
  }

  func calendar(_ version: Int64, from: String, at now: Int64) -> Event {
    Event(
      CalendarPublished(
        calendarId: "c", version: version, timeZone: "Europe/Moscow",
        weekly: [.monday, .tuesday, .wednesday, .thursday, .friday, .saturday, .sunday].map {
          WeeklyHours(day: $0, intervals: [DayInterval(from: from, to: "23:00")])
        }, effectiveFrom: RuleDesk.at(-1_000)), on: StreamID(stored: "calendar/c"),
      at: RuleDesk.at(now), by: Actor(.agent, "a-1"),
      id: EventID(high: 0x7102, low: UInt64(version)))
  }

  /// Something that is no rule and on no ticket.
  func agent(_ number: Int64, at now: Int64) -> Event {
    Event(
      AgentRegistered(agentId: "n-\(number)"), on: StreamID(stored: "agent/n-\(number)"),
      at: RuleDesk.at(now), by: Actor(.agent, "a-1"),
      id: EventID(high: 0x7104, low: UInt64(number)))
  }

  /// Tickets that begin within an hour; three of four are closed.
  mutating func tickets(_ hour: Int64) -> [Event] {
    var events: [Event] = []
    for place in 0..<8 {
      number += 1
      let stream = StreamID.known("t-\(number)")
      let begin = Int64.random(in: 0..<1_800, using: &random)
      let steps: [(Int64, any EventPayload, Actor)] = [
        (0, TicketOpened(channel: .email), Actor(.client, "k-1")),
        (1, MessageReceived(messageId: "m"), Actor(.client, "k-1")),
        (600, TicketAssigned(agentId: "a-\(place % 3)"), Actor(.agent, "a-1")),
        (1_200, MessageSent(messageId: "n", body: "-"), Actor(.agent, "a-\(place % 3)")),
        (3_000, TicketClosed(kind: .confirmed), Actor(.agent, "a-\(place % 3)")),
      ]
      events += steps.prefix(place % 4 == 3 ? 3 : 5).enumerated().map { index, step in
        Event(
          step.1, on: stream,
          at: RuleDesk.at(hour).adding(microseconds: (begin + step.0) * 1_000_000), by: step.2,
          id: EventID(high: 0x7100, low: number * 8 + UInt64(index)))
      }
    }
    return events
  }
}
