import CasefileModel
import CasefileProjections
import Testing

@Suite("Responsibility")
struct ResponsibilityTests {
  private func offered(_ handoff: String = "h-1", expires: Double? = nil) -> HandoffOffered {
    HandoffOffered(
      handoffId: handoff, fromAgent: "a-1", toAgent: "a-2", reason: .shiftEnd, summary: "all of it",
      expiresAt: expires.map { TicketCase.at($0) })
  }

  private func held() -> TicketCase {
    var ticket = TicketCase()
    ticket.add(TicketOpened(), at: 0, by: .client)
    ticket.add(TicketAssigned(agentId: "a-1", mode: .take), at: 1)
    return ticket
  }

  @Test("While an offer is open the giver stays responsible")
  func openOffer() {
    var ticket = held()
    ticket.add(offered(), at: 2)
    let state = ticket.state
    #expect(state.assignee == "a-1")
    #expect(state.openOffer?.handoff == "h-1")
    #expect(state.openOffer?.toAgent == "a-2")
    #expect(state.handoffCount == 0)
  }

  @Test("An accepted offer moves responsibility at the acceptance")
  func accepted() {
    var ticket = held()
    ticket.add(offered(), at: 2)
    ticket.add(HandoffAccepted(handoffId: "h-1", agentId: "a-2"), at: 5, by: .boris)
    let state = ticket.state
    #expect(state.assignee == "a-2")
    #expect(state.openOffer == nil)
    #expect(state.handoffs.map(\.kind) == [.acknowledged])
    #expect(state.responsibility.map(\.holder) == ["a-1", "a-2"])
    #expect(state.responsibility.map(\.from) == [TicketCase.at(1), TicketCase.at(5)])
    #expect(state.responsibility.map(\.until) == [TicketCase.at(5), nil])
  }

  @Test("A declined or expired offer moves nothing, nor does its late acceptance")
  func answered() {
    var declined = held()
    declined.add(offered(), at: 2)
    declined.add(HandoffDeclined(handoffId: "h-1", agentId: "a-2"), at: 3, by: .boris)
    declined.add(HandoffAccepted(handoffId: "h-1", agentId: "a-2"), at: 4, by: .boris)
    #expect(declined.state.assignee == "a-1")
    #expect(declined.state.openOffer == nil)
    #expect(declined.state.contradictions.map(\.kind) == [.offerNotOpen])

    var expired = held()
    expired.add(offered(), at: 2)
    expired.add(HandoffExpired(handoffId: "h-1", escalatedTo: "s-1"), at: 3, by: .rule)
    #expect(expired.state.assignee == "a-1")
    #expect(expired.state.accountable == "s-1")
    expired.add(HandoffAccepted(handoffId: "h-1", agentId: "a-2"), at: 4, by: .boris)
    #expect(expired.state.assignee == "a-1")
    #expect(expired.state.accountable == "s-1")
    expired.add(TicketAssigned(agentId: "a-3", mode: .manual), at: 5)
    #expect(expired.state.accountable == nil)
  }

  @Test(
    "An offer lapses after its last instant",
    arguments: [(4.0, "a-2"), (4.5, "a-1")])
  func lapsed(minutes: Double, holder: String) {
    var ticket = held()
    ticket.add(offered(expires: 4), at: 2)
    ticket.add(HandoffAccepted(handoffId: "h-1", agentId: "a-2"), at: minutes, by: .boris)
    #expect(ticket.state.assignee == holder)
    #expect(ticket.history.state(asOf: TicketCase.at(4)).openOffer == nil || holder == "a-1")
  }

  @Test("A newer offer replaces the open one")
  func replaced() {
    var ticket = held()
    ticket.add(offered("h-1"), at: 2)
    ticket.add(offered("h-2"), at: 3)
    #expect(ticket.state.openOffer?.handoff == "h-2")
    ticket.add(HandoffAccepted(handoffId: "h-1", agentId: "a-2"), at: 4, by: .boris)
    #expect(ticket.state.assignee == "a-1")
    ticket.add(HandoffAccepted(handoffId: "h-2", agentId: "a-2"), at: 5, by: .boris)
    #expect(ticket.state.assignee == "a-2")
    #expect(ticket.state.handoffCount == 1)
  }

  @Test("Accepting an offer whose giver no longer holds moves nothing")
  func giverGone() {
    var ticket = held()
    ticket.add(offered(), at: 2)
    ticket.add(TicketAssigned(agentId: "a-3", mode: .steal), at: 3, by: Actor(.agent, "a-3"))
    #expect(ticket.state.openOffer == nil)
    ticket.add(HandoffAccepted(handoffId: "h-1", agentId: "a-2"), at: 4, by: .boris)
    #expect(ticket.state.assignee == "a-3")
    #expect(ticket.state.contradictions.map(\.kind) == [.giverNotHolder])
    #expect(ticket.state.handoffs.map(\.kind) == [.bare])
    #expect(ticket.state.handoffs.first?.mode == .steal)
  }

  @Test("A forced handoff moves responsibility and ends the offer")
  func forced() {
    var ticket = held()
    ticket.add(offered(), at: 2)
    ticket.add(
      HandoffForced(by: "s-1", fromAgent: "a-1", toAgent: "a-4"), at: 3, by: Actor(.agent, "s-1"))
    #expect(ticket.state.assignee == "a-4")
    #expect(ticket.state.openOffer == nil)
    #expect(ticket.state.handoffs.map(\.kind) == [.forced])
  }

  @Test("An indirect handoff is counted apart and never added in")
  func indirect() {
    var ticket = held()
    ticket.add(TicketUnassigned(agentId: "a-1", reason: .returnedToQueue), at: 2)
    #expect(ticket.state.assignee == nil)
    ticket.add(TicketAssigned(agentId: "a-2", mode: .take), at: 6, by: .boris)
    #expect(ticket.state.handoffCount == 0)
    #expect(ticket.state.indirectHandoffCount == 1)
    #expect(ticket.state.indirectHandoffs.first?.unassignedAt == TicketCase.at(2))
    ticket.add(TicketUnassigned(agentId: "a-2"), at: 7, by: .boris)
    ticket.add(TicketAssigned(agentId: "a-2", mode: .take), at: 8, by: .boris)
    #expect(ticket.state.indirectHandoffCount == 1)
  }

  @Test("Assigning the holder again, or as first seen, is no handoff")
  func noHandoff() {
    var ticket = TicketCase()
    ticket.add(TicketOpened(), at: 0, by: .client)
    ticket.add(TicketAssigned(agentId: "a-1", mode: .initial), at: 0)
    ticket.add(TicketAssigned(agentId: "a-1", mode: .manual), at: 1)
    #expect(ticket.state.handoffCount == 0)
    #expect(ticket.state.responsibility.count == 1)
  }

  @Test("A person taken off who does not hold it is a contradiction")
  func notHolder() {
    var ticket = held()
    ticket.add(TicketUnassigned(agentId: "a-2"), at: 2)
    #expect(ticket.state.assignee == "a-1")
    #expect(ticket.state.contradictions.map(\.kind) == [.notHolder])
  }

  @Test("A group transfer is between two named groups and keeps the holder")
  func groups() {
    var ticket = held()
    ticket.add(TicketGroupChanged(toGroup: "g-1"), at: 2)
    #expect(ticket.state.groupTransferCount == 0)
    ticket.add(TicketGroupChanged(fromGroup: "g-1", toGroup: "g-2"), at: 3)
    ticket.add(TicketClassified(groupId: "g-9"), at: 4)
    #expect(ticket.state.groupTransferCount == 1)
    #expect(ticket.state.group == "g-2")
    #expect(ticket.state.assignee == "a-1")
    ticket.add(TicketGroupChanged(fromGroup: "g-2", toGroup: nil), at: 5)
    #expect(ticket.state.group == nil)
    #expect(ticket.state.groupTransferCount == 1)
  }
}
