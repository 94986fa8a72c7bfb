import Casefile
import CasefileTesting
import Testing

// The code of the guide DeadlinesInYourService. GuideTests compares it with the guide's.

@Suite("The guide to deadlines")
struct DeadlineSnippets {
  // snippet: deadline-publish
  /// An hour of office time for the first reply, a day for the solution.
  func publish(in store: Store, by agent: Actor) async throws {
    let days: [Weekday] = [.monday, .tuesday, .wednesday, .thursday, .friday]
    try await store.publish(
      CalendarPublished(
        calendarId: "office", version: 0, timeZone: "Europe/Moscow",
        weekly: days.map {
          WeeklyHours(day: $0, intervals: [DayInterval(from: "09:00", to: "18:00")])
        }), by: agent)
    try await store.publish(
      PolicyPublished(
        policyId: "gold", version: 0,
        clocks: [
          PolicyClock(clock: "firstReply", targetSeconds: 3600, calendarId: "office"),
          PolicyClock(
            clock: "resolution", targetSeconds: 9 * 3600, calendarId: "office",
            pauseOn: [.client]),
        ], effectiveFrom: Timestamp("2026-01-01T00:00:00Z")), by: agent)
  }
  // end

  // snippet: deadline-judge
  @Test("A reply that was recorded late turns a breach into a deadline that was met")
  func late() async throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    let anna = Actor(.agent, "ag-anna")
    try await publish(in: store, by: anna)
    let ticket = try StreamID.ticket("4711")
    // Monday, 14:00 in Moscow.
    let opened = ManualClock.start
    _ = try await store.append([
      Event(TicketOpened(channel: .email), on: ticket, at: opened, by: Actor(.client, "c-9"))
    ])
    let head = try #require(try store.head)
    _ = try await store.append([
      Event(
        MessageSent(messageId: "m-1", agentId: "ag-anna", author: .agent), on: ticket,
        at: opened.adding(microseconds: 40 * 60_000_000), by: anna)
    ])

    let later = opened.adding(microseconds: 2 * 3_600_000_000)
    let now = try #require(try store.deadlines(of: "4711", at: later))
    #expect(now.clocks[0].verdict == .met)
    #expect(now.clocks[0].spans[0].businessSeconds == 2400)

    let changes = try #require(
      try store.deadlineChanges(of: "4711", at: later, from: .position(head)))
    #expect(changes.before.clocks[0].verdict == .breached)
    #expect(changes.steps.map(\.type) == ["message.sent"])
  }
  // end

  // snippet: deadline-many
  @Test("A book is made once for many tickets; a trial stores nothing")
  func many() async throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    let anna = Actor(.agent, "ag-anna")
    try await publish(in: store, by: anna)
    let opened = ManualClock.start
    for number in 1...3 {
      _ = try await store.append([
        Event(
          TicketOpened(channel: .email), on: try .ticket("\(number)"), at: opened,
          by: Actor(.client, "c-9"))
      ])
    }
    let later = opened.adding(microseconds: 2 * 3_600_000_000)

    let book = try store.deadlineBook()
    var missed: [String] = []
    try store.deadlines(at: later, book: book) { deadlines in
      if deadlines.clocks.contains(where: { $0.verdict == .breached }) {
        missed.append(deadlines.ticket)
      }
      return true
    }
    #expect(missed == ["1", "2", "3"])

    let longer = try DeadlinePolicy(
      PolicyPublished(
        policyId: "gold", version: 1,
        clocks: [PolicyClock(clock: "firstReply", targetSeconds: 4 * 3600, calendarId: "office")]),
      publishedAt: opened, position: nil)
    let trial = try store.deadlineBook(trying: .init(policy: longer))
    let tried = try #require(try store.deadlines(of: "1", at: later, book: trial))
    #expect(tried.isHypothetical && tried.clocks[0].verdict == .pending)

    // Each breach is written down once, however often and by however many it is looked for.
    #expect(try await store.observeDeadlines(at: later, by: Actor(.system, "watch")).count == 3)
    #expect(try await store.observeDeadlines(at: later, by: Actor(.system, "watch")).isEmpty)
  }
  // end
}
