import Casefile
import CasefileTesting
import Foundation
import Testing

/// Counts of deadlines by the view against those that are judged one by one.
@Suite("Counts of deadlines")
struct DeadlineTallyTests {
  /// Publishes a policy, and appends.
  static func fill(_ store: Store, _ events: [Event], updating: Bool) throws {
    _ = try store.appendBlocking([
      Event(
        PolicyPublished(
          policyId: "p", version: 1,
          clocks: ["firstReply", "nextReply", "resolution", "groupHold"].map {
            PolicyClock(
              clock: $0, targetSeconds: 1_800,
              calendarId: $0 == "nextReply" ? nil : "c", pauseOn: [.client])
          },
          rules: [
            PolicyRule(
              ruleId: "r",
              conditions: [PolicyCondition(field: "tag", relation: .noneOf, values: ["t-1"])])
          ], effectiveFrom: Timestamp(seconds: 0)), on: StreamID(stored: "policy/p"),
        at: Timestamp(seconds: 0), by: Actor(.agent, "a-1"), id: EventID(high: 0x7005, low: 1)),
      Event(
        CalendarPublished(
          calendarId: "c", version: 1, timeZone: "Europe/Moscow",
          weekly: [WeeklyHours(day: .monday, intervals: [DayInterval(from: "11:00", to: "16:00")])]),
        on: StreamID(stored: "calendar/c"), at: Timestamp(seconds: 0), by: Actor(.agent, "a-1"),
        id: EventID(high: 0x7005, low: 2)),
    ])
    for start in stride(from: 0, to: events.count, by: 20) {
      _ = try store.appendBlocking(Array(events[start..<min(start + 20, events.count)]))
      if updating { try store.updateViews() }
    }
  }

  private static func expectSame(_ one: DeadlineTally, _ other: DeadlineTally) {
    #expect(one.total == other.total && one.ticketCount == other.ticketCount)
    #expect(one.steps == other.steps && one.overdueBefore == other.overdueBefore)
    #expect(one.firstStart == other.firstStart)
    for cut in DeadlineTally.Cut.allCases { #expect(one.rows(by: cut) == other.rows(by: cut)) }
  }

  @Test("Counts by the view are those of what is judged one by one", arguments: 0..<6)
  func counts(seed: UInt64) throws {
    let temporary = try TemporaryStore(seed: seed)
    let store = temporary.store
    var random = SeededRandom(seed &+ 60)
    let desk = RandomDesk(tickets: 8, using: &random)
    try Self.fill(store, desk.events, updating: seed % 3 > 0)
    let last = try #require(try store.head).rawValue
    var (decided, overdue, filtered, reopened) = (0, 0, 0, 0)
    for round in 0..<24 {
      let moments = (0..<6).map { _ in desk.moment(using: &random) }.sorted()
      let now = round % 3 == 0 ? Timestamp.latest : moments[5]
      let knownAt: KnownAt? =
        round % 4 == 3 ? .position(Position(UInt64.random(in: 0...last, using: &random))) : nil
      let book = try store.deadlineBook(knownAt: knownAt)
      var filter = DeadlineTally.Filter()
      switch round % 6 {
      case 1: filter.agent = "a-\(Int.random(in: 1...4, using: &random))"
      case 2: filter.clock = ClockName.allCases.randomElement(using: &random)
      case 4: filter.group = "g-\(Int.random(in: 1...3, using: &random))"
      default: break
      }
      let since = round % 5 == 0 ? nil : moments[1]
      let until = round % 7 == 0 ? nil : moments[4]
      let empty = DeadlineTally(
        since: since, until: until,
        boundaries: round % 8 == 7 ? [] : Array(Set(moments[0...4])).sorted(), where: filter)
      var one = empty
      try store.clockOutcomes(
        at: now, knownAt: knownAt, book: book, since: since, until: until
      ) { outcomes in
        one.add(outcomes)
        reopened += outcomes.count { !$0.judged.cycles.isEmpty && !$0.judged.breaches.isEmpty }
        return true
      }
      let all = try store.deadlineTally(empty, at: now, knownAt: knownAt, book: book)
      Self.expectSame(one, all)
      // What was counted before is no matter.
      Self.expectSame(all, try store.deadlineTally(all, at: now, knownAt: knownAt, book: book))
      decided += all.total.decided
      overdue += all.steps.map(\.overdueTickets).reduce(0, +)
      filtered += filter == DeadlineTally.Filter() ? 0 : all.ticketCount
    }
    #expect(decided > 20 && overdue > 5 && filtered > 2 && reopened > 2)
  }

  @Test("Damaged rows cost no count")
  func damage() throws {
    var random = SeededRandom(5)
    let desk = RandomDesk(tickets: 8, using: &random)
    let temporary = try TemporaryStore()
    try Self.fill(temporary.store, desk.events, updating: true)
    func tally() throws -> DeadlineTally {
      try temporary.store.deadlineTally(
        DeadlineTally(), at: .latest, book: try temporary.store.deadlineBook())
    }
    let expected = try tally()
    #expect(expected.ticketCount > 4)
    temporary.store.close()
    let views = temporary.directory + "/views"
    let name = try #require(
      FileManager.default.contentsOfDirectory(atPath: views).first { $0.hasPrefix("tickets-v") })
    let file = "\(views)/\(name)/data.mdb"
    let whole = try #require(FileManager.default.contents(atPath: file))
    for round in 0..<12 {
      var bytes = whole
      for index in stride(from: 8192 + 97 * round, to: bytes.count, by: 1_531) {
        bytes[index] ^= 0x20
      }
      try bytes.write(to: URL(filePath: file))
      try temporary.reopen()
      Self.expectSame(try tally(), expected)
      temporary.store.close()
    }
    try temporary.reopen()
  }

  @Test("The parts of a time tell of each ticket once, however many of its clocks are overdue")
  func parts() throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    let opened = Timestamp(seconds: 1_772_445_600)
    func at(_ minutes: Int64) -> Timestamp { opened.adding(microseconds: minutes * 60_000_000) }
    try Self.fill(store, [], updating: false)
    _ = try store.appendBlocking(
      (1...3).map { number in
        Event(
          TicketOpened(channel: .email), on: StreamID.known("T-\(number)"), at: at(number),
          by: Actor(.client, "c-1"))
      } + [
        Event(
          MessageSent(messageId: "m", channel: .email, agentId: "a-1"),
          on: StreamID.known("T-1"), at: at(95), by: Actor(.agent, "a-1"))
      ])
    let empty = DeadlineTally(boundaries: [at(20), at(60), at(90), at(120)])
    let tally = try store.deadlineTally(empty, at: at(121), book: try store.deadlineBook())
    #expect(tally.overdueBefore == 0 && tally.firstStart == at(1))
    // Reply and resolution of all three; in the end one of them was answered.
    #expect(tally.steps.map(\.overdue) == [6, 6, 5])
    #expect(tally.steps.map(\.overdueTickets) == [3, 3, 3])
    #expect(tally.steps.map(\.counts.breached) == [6, 0, 0])
  }
}
