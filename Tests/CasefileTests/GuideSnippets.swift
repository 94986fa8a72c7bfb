import Casefile
import CasefileTesting
import Testing

// The code of the guide TestingYourService. GuideTests compares it with the guide's.

@Suite("The guide to testing")
struct GuideSnippets {
  // snippet: testing-service
  @Test("A second agent can't take the ticket, and is told who holds it")
  func secondTake() async throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    try await store.perform(
      .open(TicketOpened(clientId: "c-9")), on: "4711", by: Actor(.client, "c-9"))
    temporary.clock.advance(seconds: 60)
    try await store.perform(.take, on: "4711", by: Actor(.agent, "ag-anna"))
    await #expect(throws: TicketRefusal(.heldByAnother, "")) {
      try await store.perform(.take, on: "4711", by: Actor(.agent, "ag-boris"))
    }
  }
  // end

  // snippet: testing-faults
  @Test("An action whose answer was lost is performed once")
  func lostAnswer() async throws {
    let temporary = try TemporaryStore()
    let request = EventID("0195a3b2-0000-7000-8000-000000000042")
    let open = TicketAction.open(TicketOpened(clientId: "c-9"))
    temporary.faults.lose()
    await #expect(throws: LogError(.unknownOutcome, "")) {
      try await temporary.store.perform(
        open, on: "4711", by: Actor(.client, "c-9"), request: request)
    }
    let again = try await temporary.reopen().perform(
      open, on: "4711", by: Actor(.client, "c-9"), request: request)
    #expect(again.isRepeated)
  }
  // end

  // snippet: testing-projection
  @Test("The counts conform to what a store relies on")
  func projection() throws {
    let events = try (1...100).map { number in
      Event(
        TicketNoteAdded(noteId: "n-\(number)", text: "Words"),
        on: try .ticket("\(number % 7)"), at: ManualClock.start, by: Actor(.agent, "ag-anna"))
    }
    try ProjectionConformance.check(NoteCounts.self, events: StoredEvents.make(events))
    try assertFold(
      Array(events.prefix(8)), by: NoteCounts(),
      gives: [
        "0": 1, "1": 2, "2": 1, "3": 1, "4": 1, "5": 1, "6": 1,
      ])
  }
  // end

  // snippet: testing-fold
  @Test("A ticket that was stolen has a bare handoff")
  func fold() throws {
    let ticket = try StreamID.ticket("4711")
    let state = try foldTicket([
      Event(
        TicketAssigned(agentId: "ag-anna", mode: .take), on: ticket, at: ManualClock.start,
        by: Actor(.agent, "ag-anna")),
      Event(
        TicketAssigned(agentId: "ag-boris", mode: .steal), on: ticket, at: ManualClock.start,
        by: Actor(.agent, "ag-boris")),
    ])
    #expect(state.handoffs.map(\.kind) == [.bare])
  }
  // end
}
