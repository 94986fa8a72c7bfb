import Casefile
import CasefileProjections
import CasefileTesting
import Testing

/// An agent's history within a time, of which the store reads only the parts that may count.
@Suite("An agent's history of a time")
struct AgentPeriodTests {
  private static let day: Int64 = 24 * 3600

  private static func at(_ seconds: Int64) -> Timestamp {
    ManualClock.start.adding(microseconds: seconds * 1_000_000)
  }

  /// Sixty tickets, one every other day, each of three days' work by one of two agents; every fifth
  /// stays open. Every tenth is handed over in its last hour.
  private static func desk() throws -> [Event] {
    var events: [Event] = []
    for number in 0..<60 {
      let ticket = try StreamID.ticket("T-\(number)")
      let begin = Int64(number) * 2 * day
      let agent = number.isMultiple(of: 3) ? "a-2" : "a-1"
      func add(_ payload: some EventPayload, _ seconds: Int64) {
        events.append(
          Event(
            payload, on: ticket, at: at(begin + seconds), by: Actor(.agent, agent),
            id: EventID(high: 0x7002, low: UInt64(events.count))))
      }
      add(TicketOpened(), 0)
      add(TicketAssigned(agentId: agent), 60)
      add(MessageSent(messageId: "m-\(number)", channel: .email), 3600)
      if number.isMultiple(of: 10) { add(TicketAssigned(agentId: "a-3"), 3 * day - 3600) }
      if !number.isMultiple(of: 5) { add(TicketClosed(kind: .agentUnconfirmed), 3 * day) }
    }
    return events
  }

  @Test("It is that of all parts, wherever its bounds lie")
  func bounds() throws {
    let temporary = try TemporaryStore(seed: 1)
    defer { withExtendedLifetime(temporary) {} }
    let store = temporary.store
    let events = try AgentPeriodTests.desk()
    _ = try store.appendBlocking(events)
    try store.updateViews()
    #expect(try store.agentsOfTickets() == ["a-1", "a-2", "a-3"])
    let instants: [Timestamp?] =
      [nil]
      + [-1, 0, 60, 61, 3600, 86_400 * 20, 86_400 * 21, 86_400 * 23 + 1, 86_400 * 130]
      .map(AgentPeriodTests.at)
    for agent in ["a-1", "a-2", "a-3"] {
      let parts = try store.agentParts(of: agent)
      for since in instants {
        for until in instants
        where since == nil || until == nil || since ?? .latest <= until ?? .earliest {
          let expected = AgentHistory(
            agent: agent, parts: parts, duty: try store.agentDuty(of: agent), since: since,
            until: until)
          let found = try #require(
            try store.agentHistory(of: agent, since: since, until: until))
          #expect(found.counts == expected.counts)
          #expect(found.entries == expected.entries)
          #expect(found.openTickets() == expected.openTickets())
          #expect(found.spans(now: .latest) == expected.spans(now: .latest))
          let all = try store.agentHistories(since: since, until: until)
          #expect(all.map(\.agent) == ["a-1", "a-2", "a-3"])
          #expect(all.first { $0.agent == agent }?.counts == expected.counts)
        }
      }
    }
    #expect(try store.agentHistory(of: "a-4", since: AgentPeriodTests.at(0)) == nil)
  }

  @Test("A ticket that was closed before is not of the time; one that is open is")
  func closedBefore() throws {
    let temporary = try TemporaryStore(seed: 1)
    defer { withExtendedLifetime(temporary) {} }
    let store = temporary.store
    _ = try store.appendBlocking(try AgentPeriodTests.desk())
    // From day 30 to day 33: T-14, open since day 28 and closed on day 31; T-15 of a-2; T-16, opened
    // on day 32. Of those before, T-5 was never closed; T-0 and T-10 went to a-3.
    let history = try #require(
      try store.agentHistory(
        of: "a-1", since: AgentPeriodTests.at(30 * AgentPeriodTests.day),
        until: AgentPeriodTests.at(33 * AgentPeriodTests.day)))
    #expect(history.counts.tickets == 3)
    #expect(history.spans(now: .latest).map(\.ticket) == ["T-5", "T-14", "T-16"])
    #expect(history.openTickets() == ["T-5", "T-16"])
    #expect(history.counts.assignments == 1 && history.counts.messages == 1)
  }
}
