import Casefile
import CasefileTesting
import Testing

@Suite("Contacts outside of tickets in agents' histories")
struct AgentContactTests {
  private static let start = Timestamp(seconds: 1_772_445_600)

  private func at(_ minutes: Int64) -> Timestamp {
    AgentContactTests.start.adding(microseconds: minutes * 60_000_000)
  }

  private func call(_ id: String, _ minutes: Int64, by agent: String) throws -> [Event] {
    let stream = try StreamID(kind: "contact", id: id)
    let phones = Actor(.integration, "pbx")
    return [
      Event(
        CallOffered(callId: id, direction: .inbound), on: stream, at: at(minutes), by: phones),
      Event(
        CallAnswered(callId: id, agentId: agent), on: stream, at: at(minutes + 1), by: phones),
      Event(
        CallEnded(callId: id, talkSeconds: 90), on: stream, at: at(minutes + 3), by: phones),
    ]
  }

  @Test("Calls without a ticket count, each once, though a ticket tells of them too")
  func calls() async throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    let ticket = try StreamID.ticket("7")
    _ = try await store.append(try call("k-1", 0, by: "a-1") + call("k-2", 10, by: "a-1"))
    _ = try await store.append([
      Event(TicketOpened(clientId: "c-9"), on: ticket, at: at(20), by: Actor(.agent, "a-1")),
      Event(
        CallAnswered(callId: "k-2", agentId: "a-1"), on: ticket, at: at(21),
        by: Actor(.agent, "a-1")),
    ])
    let anna = try #require(try store.agentHistory(of: "a-1"))
    #expect(anna.counts.calls == 2 && anna.counts.tickets == 1)
    let answered = anna.entries.filter { $0.kind == .callAnswered }
    #expect(answered.map(\.contact) == ["k-1", "k-2"])
    #expect(answered.map(\.ticket) == [nil, "7"])
    let ended = anna.entries.first { $0.kind == .callEnded }
    #expect(ended?.talkSeconds == 90)
    let march = try #require(try store.agentHistory(of: "a-1", since: at(20)))
    #expect(march.counts.calls == 1)
    #expect(try store.agentHistories().map(\.agent) == ["a-1"])
    #expect(try store.agentHistory(of: "a-2") == nil)
  }

  @Test("Whoever a correction puts on a call has it, and the other one has not")
  func corrected() async throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    let stored = try await store.append(try call("k-1", 0, by: "a-1"))
    let answer = try #require(try store.event(at: stored[1].position))
    _ = try await store.append([
      Event(
        EventCorrected(
          targetEventId: answer.envelope.id, field: "agentId", newValue: #""a-2""#),
        on: try StreamID(kind: "import", id: "i-1"), at: at(60), by: Actor(.reviewer, "q-1"))
    ])
    for _ in 0..<2 {
      #expect(try store.agentHistory(of: "a-2")?.counts.calls == 1)
      #expect(try store.agentHistory(of: "a-1")?.counts.calls ?? 0 == 0)
      // Once from the log's tail, once from the stored view.
      try await store.waitUntil(Position(3))
    }
    #expect(try store.compareView(named: "tickets").isEqual)
  }
}
