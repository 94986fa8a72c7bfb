import Casefile
import CasefileTesting
import Testing

/// Deadlines of a store: what was known when, what was only tried, and what a monitor writes.
@Suite("Deadlines of a store")
struct DeadlineStoreTests {
  /// 2026-03-02T11:00:00Z, a Monday; 14:00 in Moscow.
  static let start = ManualClock.start

  static func at(_ minutes: Int64) -> Timestamp {
    start.adding(microseconds: minutes * 60_000_000)
  }

  static let calendar = CalendarPublished(
    calendarId: "office", version: 0, timeZone: "Europe/Moscow",
    weekly: [Weekday.monday, .tuesday, .wednesday, .thursday, .friday].map {
      WeeklyHours(day: $0, intervals: [DayInterval(from: "09:00", to: "18:00")])
    })

  static func policy(minutes: Int64, from: Timestamp? = nil) -> PolicyPublished {
    PolicyPublished(
      policyId: "gold", version: 0,
      clocks: [
        PolicyClock(
          clock: "firstReply", targetSeconds: minutes * 60, calendarId: "office",
          warnBeforeSeconds: [600]),
        PolicyClock(
          clock: "resolution", targetSeconds: 8 * 3600, calendarId: "office",
          pauseOn: [.client]),
      ], effectiveFrom: from)
  }

  static func published() async throws -> TemporaryStore {
    let temporary = try TemporaryStore()
    try await temporary.store.publish(calendar, by: Actor(.agent, "a-1"))
    try await temporary.store.publish(
      policy(minutes: 60, from: at(-600)), by: Actor(.agent, "a-1"))
    return temporary
  }

  static func open(_ ticket: String, _ store: Store, at minutes: Int64 = 0) async throws {
    _ = try await store.append([
      Event(
        TicketOpened(channel: .email), on: try StreamID.ticket(ticket), at: at(minutes),
        by: Actor(.client, "c-1"))
    ])
  }

  static func reply(_ ticket: String, _ store: Store, at minutes: Int64) async throws {
    _ = try await store.append([
      Event(
        MessageSent(messageId: "m-\(minutes)", agentId: "a-1", author: .agent),
        on: try StreamID.ticket(ticket), at: at(minutes), by: Actor(.agent, "a-1"))
    ])
  }

  @Test("A late reply changes the answer of today and not the one of then")
  func knownThen() async throws {
    let temporary = try await DeadlineStoreTests.published()
    let store = temporary.store
    try await DeadlineStoreTests.open("1", store)
    let then = try #require(try store.head)
    try await DeadlineStoreTests.reply("1", store, at: 45)
    let now = DeadlineStoreTests.at(90)
    let known = KnownAt.position(then)
    let old = try #require(
      try store.deadlines(of: "1", at: now, knownAt: known))
    #expect(old.clocks.first?.verdict == .breached)
    let new = try #require(try store.deadlines(of: "1", at: now))
    #expect(new.clocks.first?.verdict == .met)
    #expect(new.clocks.first?.elapsedSeconds == 2700)
    #expect(new.zones.sha256 != nil)
    // A policy that is published later leaves both as they were.
    try await store.publish(
      DeadlineStoreTests.policy(minutes: 5, from: DeadlineStoreTests.at(0)),
      by: Actor(.agent, "a-1"))
    #expect(try store.deadlines(of: "1", at: now, knownAt: known) == old)
    #expect(try store.deadlines(of: "2", at: now) == nil)
  }

  @Test("What is tried is labelled, and nothing of it is stored")
  func whatIf() async throws {
    let temporary = try await DeadlineStoreTests.published()
    let store = temporary.store
    try await DeadlineStoreTests.open("1", store)
    try await DeadlineStoreTests.reply("1", store, at: 45)
    let head = try store.head
    let trial = try store.deadlineBook(
      trying: DeadlineBook.Trial(
        policy: try DeadlinePolicy(
          {
            var policy = DeadlineStoreTests.policy(minutes: 30)
            policy.version = 1
            return policy
          }(), publishedAt: DeadlineStoreTests.at(500), position: nil)))
    var verdicts: [Verdict] = []
    try store.compareDeadlines(
      at: DeadlineStoreTests.at(90), book: try store.deadlineBook(), trying: trial
    ) { actual, tried in
      #expect(!actual.isHypothetical && tried.isHypothetical)
      #expect(tried.observations.isEmpty)
      verdicts += [actual, tried].compactMap { $0.clocks.first?.verdict }
      return true
    }
    #expect(verdicts == [.met, .breached])
    #expect(try store.head == head)
  }

  @Test("A monitor writes each warning and each breach once, also after a restart")
  func monitor() async throws {
    let temporary = try await DeadlineStoreTests.published()
    try await DeadlineStoreTests.open("1", temporary.store)
    func observe(at minutes: Int64) async throws -> [String] {
      temporary.clock.set(DeadlineStoreTests.at(minutes))
      return try await temporary.store.observeDeadlines().map {
        if case .breach = $0.kind { return "breach \($0.clock.clock.rawValue)" }
        return "warning \($0.clock.clock.rawValue)"
      }
    }
    #expect(try await observe(at: 49).isEmpty)
    #expect(try await observe(at: 50) == ["warning firstReply"])
    #expect(try await observe(at: 51).isEmpty)
    #expect(try await observe(at: 60).isEmpty)
    #expect(try await observe(at: 61) == ["breach firstReply"])
    try temporary.reopen()
    #expect(try await observe(at: 62).isEmpty)
    let found = try #require(
      try temporary.store.deadlines(of: "1", at: DeadlineStoreTests.at(70)))
    let breach = try #require(found.clocks.first?.breaches.first)
    #expect(breach.observedBy != nil)
    _ = try await temporary.store.append([
      Event(
        SLABreachExplained(clock: "firstReply", instance: 1, causeCode: .overload),
        on: try StreamID.ticket("1"), at: DeadlineStoreTests.at(65), by: Actor(.agent, "a-1"))
    ])
    let explained = try #require(
      try temporary.store.deadlines(of: "1", at: DeadlineStoreTests.at(70)))
    #expect(explained.clocks.first?.causes.map(\.code) == ["overload"])
  }

  @Test("Monitors that look at once write each observation once, and a warning names the holder")
  func monitors() async throws {
    let temporary = try await DeadlineStoreTests.published()
    let store = temporary.store
    for ticket in 1...6 {
      try await DeadlineStoreTests.open("\(ticket)", store)
      _ = try await store.append([
        Event(
          TicketAssigned(agentId: "a-\(ticket)", mode: .take),
          on: try StreamID.ticket("\(ticket)"), at: DeadlineStoreTests.at(5),
          by: Actor(.agent, "a-\(ticket)"))
      ])
    }
    for (minutes, kinds) in [(55, 1), (65, 2)] as [(Int64, Int)] {
      let now = DeadlineStoreTests.at(minutes)
      async let first = store.observeDeadlines(at: now)
      async let second = store.observeDeadlines(at: now.adding(microseconds: 1_000_000))
      let written = try await first + second
      #expect(written.count == 6 && Set(written.map(\.identity)).count == 6)
      #expect(
        Set(written.map { $0.warning?.holderAgent ?? $0.breach?.holderAgent })
          == Set((1...6).map { "a-\($0)" }))
      var count = 0
      let types = [SLAWarningIssued.type.number, SLABreachObserved.type.number]
      try store.read(EventReadOptions(query: EventQuery(types: Set(types)))) { _ in
        count += 1
        return true
      }
      #expect(count == 6 * kinds)
    }
  }

  @Test("The list of all tickets equals the evaluation of each, whatever was appended")
  func listed() async throws {
    for seed in UInt64(0)..<4 {
      let temporary = try TemporaryStore(seed: seed)
      let store = temporary.store
      try await store.publish(DeadlineStoreTests.calendar, by: Actor(.agent, "a-1"))
      var policy = DeadlineStoreTests.policy(minutes: 60, from: Timestamp(seconds: 0))
      policy.clocks += [
        "firstReaction", "nextReply", "periodicUpdate", "requesterWait", "groupHold",
      ]
      .map { PolicyClock(clock: $0, targetSeconds: 3600, pauseOn: [.client, .vendor]) }
      try await store.publish(policy, by: Actor(.agent, "a-1"))
      var random = SeededRandom(seed)
      let desk = RandomDesk(tickets: 5, using: &random)
      for (index, event) in desk.events.enumerated() {
        _ = try store.appendBlocking([event])
        if index % 40 == 7 { try store.updateViews() }
      }
      let book = try store.deadlineBook()
      var clocks = 0
      var breaches = 0
      for _ in 0..<4 {
        let now = desk.moment(using: &random)
        try store.deadlines(at: now, book: book, detail: .derivation) { deadlines in
          let pure = try store.deadlines(of: deadlines.ticket, at: now, book: book)
          #expect(pure == deadlines)
          clocks += deadlines.clocks.count
          return true
        }
        // Without derivations spans are kept only from a breach on, and memory is used again.
        try store.deadlines(at: now, book: book) { deadlines in
          let pure = try #require(try store.deadlines(of: deadlines.ticket, at: now, book: book))
          #expect(deadlines.clocks.map(\.verdict) == pure.clocks.map(\.verdict))
          #expect(deadlines.clocks.map(\.dueAt) == pure.clocks.map(\.dueAt))
          #expect(deadlines.clocks.map(\.elapsedSeconds) == pure.clocks.map(\.elapsedSeconds))
          #expect(deadlines.clocks.map(\.breaches) == pure.clocks.map(\.breaches))
          breaches += deadlines.clocks.reduce(0) { $0 + $1.breaches.count }
          return true
        }
      }
      #expect(clocks > 20 && breaches > 5)
      try store.updateViews()
      #expect(try store.compareView(named: "tickets").isEqual)
    }
  }

  @Test("What can't be published is refused, and nothing is stored")
  func refusals() async throws {
    let temporary = try await DeadlineStoreTests.published()
    let store = temporary.store
    let head = try store.head
    func refused(_ code: PolicyError.Code, _ change: (inout PolicyPublished) -> Void) async {
      var policy = DeadlineStoreTests.policy(minutes: 60, from: DeadlineStoreTests.at(0))
      change(&policy)
      let wanted = policy
      await #expect(throws: PolicyError(code, "")) {
        try await store.publish(wanted, by: Actor(.agent, "a-1"))
      }
    }
    await refused(.missingCalendar) { $0.clocks[0].calendarId = "nowhere" }
    await refused(.unknownClock) { $0.clocks[0].clock = "firstAnswer" }
    await refused(.duplicateClock) { $0.clocks[1].clock = "firstReply" }
    await refused(.negativeTarget) { $0.clocks[0].targetSeconds = -1 }
    await refused(.negativeTarget) { $0.clocks[0].targetSecondsByPriority = ["high": -1] }
    await refused(.targetTooLarge) { $0.clocks[0].targetSeconds = .max }
    await refused(.missingTarget) { $0.clocks[0].targetSeconds = nil }
    await refused(.noClocks) { $0.clocks = [] }
    await refused(.automaticAuthor) { $0.clocks[0].fulfilmentAuthors = [.bot] }
    await refused(.negativeWarning) { $0.clocks[0].warnBeforeSeconds = [-1] }
    await refused(.invalidVersion) { $0.version = 1 }
    await refused(.effectiveBackwards) { $0.effectiveFrom = DeadlineStoreTests.at(-601) }
    await refused(.invalidCondition) {
      $0.rules = [PolicyRule(ruleId: "r", conditions: [PolicyCondition(field: "tag")])]
    }
    await refused(.duplicateRule) { $0.rules = [PolicyRule(ruleId: "r"), PolicyRule(ruleId: "r")] }
    await refused(.unknownEvent) { $0.clocks[0].startOn = [ClockEvent(rawValue: 99)] }
    var nowhere = DeadlineStoreTests.calendar
    nowhere.timeZone = "Europe/Nowhere"
    let wanted = nowhere
    await #expect(throws: CalendarError(.unknownZone, "")) {
      try await store.publish(wanted, by: Actor(.agent, "a-1"))
    }
    #expect(try store.head == head)
  }
}
