import CasefileModel
import CasefileProjections
import Testing

@Suite("Retracted imports")
struct BatchRetractionTests {
  private static let imported = Origin(system: "old", importBatch: "b-1", basis: .imported)

  /// A ticket that was opened live, and closed by what an import brought.
  private func ticket() -> TicketCase {
    var ticket = TicketCase()
    ticket.add(TicketOpened(clientId: "c-9", priority: "3"), at: 0, by: .client)
    ticket.add(TicketAssigned(agentId: "a-1", mode: .take), at: 1)
    ticket.add(TicketClosed(kind: .confirmed), at: 10, origin: Self.imported)
    return ticket
  }

  private func retract(_ ticket: inout TicketCase, _ batch: String = "b-1") -> EventID {
    ticket.add(
      ImportBatchRetracted(batchId: batch, reason: "wrong"), at: 500, stream: "import/\(batch)")
  }

  @Test("Each event of a retracted batch counts as retracted, and no other")
  func retracted() {
    var ticket = ticket()
    _ = retract(&ticket)
    #expect(ticket.state.status == .open && ticket.state.assignee == "a-1")
    #expect(ticket.state.evaluatedAt == TicketCase.at(1))
    let entries = ticket.history.entries()
    #expect(entries.map(\.retractedBy) == [nil, nil, Position(3)])
    #expect(entries.map(\.retractedBatch) == [nil, nil, "b-1"])
    #expect(ticket.history.auditTrail()[2].changes.isEmpty)
    #expect(ticket.history.state(knownAt: .position(Position(2))).status == .closed)
    #expect(ticket.history.state(asOf: TicketCase.at(10)).status == .open)
  }

  @Test("The retraction of another batch changes nothing")
  func otherBatch() {
    var ticket = ticket()
    _ = retract(&ticket, "b-2")
    #expect(ticket.state.status == .closed)
    #expect(ticket.history.entries().allSatisfy { $0.retractedBatch == nil })
  }

  @Test("A retraction that is retracted brings the batch back, and another one takes it again")
  func restored() {
    var ticket = ticket()
    let first = retract(&ticket)
    ticket.add(EventRetracted(targetEventId: first), at: 600, stream: "import/b-1")
    #expect(ticket.state.status == .closed)
    #expect(ticket.history.entries().allSatisfy { $0.retractedBy == nil })
    #expect(ticket.history.state(knownAt: .position(Position(3))).status == .open)
    _ = retract(&ticket)
    #expect(ticket.state.status == .open)
    #expect(ticket.history.entries()[2].retractedBy == Position(5))
  }

  @Test("A correction that came with the batch acts no more")
  func correction() {
    var ticket = TicketCase()
    let opened = ticket.add(TicketOpened(priority: "3"), at: 0)
    ticket.add(
      EventCorrected(targetEventId: opened, field: "priority", newValue: "\"1\""), at: 5,
      origin: Self.imported)
    #expect(ticket.state.priority == "1")
    _ = retract(&ticket)
    #expect(ticket.state.priority == "3")
    #expect(ticket.history.entries()[0].corrections.isEmpty)
  }

  @Test("A batch that brought its own retraction is a circle and counts")
  func circle() {
    var ticket = ticket()
    ticket.add(
      ImportBatchRetracted(batchId: "b-1"), at: 500, stream: "import/b-1", origin: Self.imported)
    #expect(ticket.state.status == .closed)
  }

  @Test("Of a ticket that is wholly of the batch nothing is in force")
  func whole() {
    var ticket = TicketCase()
    ticket.add(TicketOpened(clientId: "c-9"), at: 0, origin: Self.imported)
    ticket.add(TicketAssigned(agentId: "a-1"), at: 1, origin: Self.imported)
    #expect(ticket.history.isInForce())
    _ = retract(&ticket)
    let history = ticket.history
    #expect(!history.isInForce() && history.isInForce(knownAt: .position(Position(1))))
    let state = history.state()
    #expect(state.client == nil && state.assignee == nil && state.evaluatedAt == nil)
    #expect(history.agentParts().isEmpty)
  }

  @Test("What agents registered with the batch is not known")
  func duty() {
    var ticket = TicketCase()
    ticket.add(
      AgentRegistered(agentId: "a-1", name: "Anna"), at: 0, stream: "agent/a-1",
      origin: Self.imported)
    ticket.add(AgentRegistered(agentId: "a-2", name: "Boris"), at: 0, stream: "agent/a-2")
    #expect(AgentDuty.all(events: ticket.stored()).keys.sorted() == ["a-1", "a-2"])
    _ = retract(&ticket)
    #expect(AgentDuty.all(events: ticket.stored()).keys.sorted() == ["a-2"])
  }
}
