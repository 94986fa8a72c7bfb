import CasefileModel
import CasefileProjections
import Testing

@Suite("Status and waiting")
struct StatusTests {
  private func opened() -> TicketCase {
    var ticket = TicketCase()
    ticket.add(TicketOpened(sourceLabel: "Eingang"), at: 0, by: .client)
    return ticket
  }

  @Test("New without any human act, open with one")
  func newAndOpen() {
    var ticket = opened()
    ticket.add(TicketAssigned(agentId: "a-1", mode: .rule), at: 1, by: .rule)
    ticket.add(TicketTagged(tag: "vip"), at: 2, by: .bot)
    #expect(ticket.state.status == .new)
    #expect(ticket.state.sourceStatus == "Eingang")
    ticket.add(TicketNoteAdded(noteId: "n-1", text: "looking"), at: 3)
    #expect(ticket.state.status == .open)
  }

  @Test("What came with the opening is no act of the desk")
  func openingGroup() {
    var ticket = TicketCase()
    ticket.add(TicketOpened(), at: 0, group: 1)
    ticket.add(TicketAssigned(agentId: "a-1", mode: .initial), at: 0, group: 1)
    #expect(ticket.state.status == .new)
  }

  @Test("The source's label changes the label only")
  func label() {
    var ticket = opened()
    ticket.add(TicketStatusChanged(to: .closed, sourceLabel: "Fermé"), at: 1)
    #expect(ticket.state.status == .open)
    #expect(ticket.state.sourceStatus == "Fermé")
    #expect(ticket.state.closedAt == nil)
    ticket.add(TicketStatusChanged(to: .pending), at: 2)
    #expect(ticket.state.sourceStatus == "pending")
    #expect(ticket.state.status == .open)
  }

  @Test(
    "Waits for the client are pending, others on hold",
    arguments: [
      (WaitReason.client, TicketStatus.pending), (.clientConfirmation, .pending),
      (.vendor, .onHold), (.scheduledUntil, .onHold), (.other, .onHold),
    ])
  func waits(reason: WaitReason, status: TicketStatus) {
    var ticket = opened()
    ticket.add(WaitingStarted(waitId: "w-1", reason: reason), at: 1)
    #expect(ticket.state.status == status)
    #expect(ticket.state.waits.map(\.id) == ["w-1"])
    ticket.add(WaitingEnded(waitId: "w-1"), at: 2)
    #expect(ticket.state.status == .open)
    #expect(ticket.state.pastWaits.map(\.ending) == [.ended])
  }

  @Test("Pending goes before on hold, resolved before both, closed before all")
  func precedence() {
    var ticket = opened()
    ticket.add(WaitingStarted(waitId: "w-1", reason: .vendor), at: 1)
    ticket.add(WaitingStarted(waitId: "w-2", reason: .client), at: 2)
    #expect(ticket.state.status == .pending)
    ticket.add(ResolutionProposed(), at: 3)
    #expect(ticket.state.status == .resolved)
    #expect(ticket.state.resolvedAt == TicketCase.at(3))
    ticket.add(TicketClosed(kind: .autoClose), at: 4, by: .rule)
    #expect(ticket.state.status == .closed)
    #expect(ticket.state.waits.isEmpty)
    #expect(ticket.state.pastWaits.map(\.ending) == [.closed, .closed])
  }

  @Test("A wait ends at its until, whichever comes first")
  func until() {
    var ticket = opened()
    ticket.add(
      WaitingStarted(waitId: "w-1", reason: .scheduledUntil, until: TicketCase.at(10)), at: 1)
    #expect(ticket.history.state(asOf: TicketCase.at(9)).status == .onHold)
    #expect(ticket.history.state(asOf: TicketCase.at(10)).status == .open)
    // Without an instant the newest event decides, not today's clock.
    #expect(ticket.state.status == .onHold)
    ticket.add(WaitingEnded(waitId: "w-1"), at: 12)
    let past = ticket.state.pastWaits
    #expect(past.map(\.endedAt) == [TicketCase.at(10)])
    #expect(past.map(\.ending) == [.untilReached])
    #expect(ticket.state.contradictions.isEmpty)
  }

  @Test("A client's message ends waits for the client only; an automatic one ends none")
  func clientMessage() {
    var ticket = opened()
    ticket.add(WaitingStarted(waitId: "w-1", reason: .client), at: 1)
    ticket.add(WaitingStarted(waitId: "w-2", reason: .vendor), at: 2)
    ticket.add(MessageReceived(messageId: "m-1", autoSubmitted: true), at: 3, by: .client)
    ticket.add(MessageReceived(messageId: "m-2", authorRole: .vendor), at: 4, by: .client)
    #expect(ticket.state.waits.map(\.id) == ["w-1", "w-2"])
    ticket.add(MessageReceived(messageId: "m-3"), at: 5, by: .client)
    #expect(ticket.state.waits.map(\.id) == ["w-2"])
    #expect(ticket.state.pastWaits.map(\.ending) == [.clientMessage])
    #expect(ticket.state.status == .onHold)
  }

  @Test("Close, reopen, close again")
  func closing() {
    var ticket = opened()
    ticket.add(ResolutionProposed(), at: 1)
    ticket.add(CloseConfirmed(confirmedBy: "c-9", authority: .client), at: 2, by: .client)
    ticket.add(TicketClosed(kind: .confirmed), at: 3)
    #expect(ticket.state.closeKind == .confirmed)
    #expect(ticket.state.closedAt == TicketCase.at(3))
    #expect(ticket.state.confirmations.map(\.by) == ["c-9"])
    ticket.add(TicketReopened(byRole: .client), at: 4, by: .client)
    #expect(ticket.state.status == .open)
    #expect(ticket.state.reopenCount == 1)
    #expect(ticket.state.closedAt == nil)
    #expect(ticket.state.closeKind == nil)
    #expect(ticket.state.resolvedAt == nil)
    #expect(ticket.state.confirmations.isEmpty)
    ticket.add(TicketClosed(kind: .agentUnconfirmed), at: 5)
    ticket.add(TicketClosed(kind: .bulk), at: 6)
    #expect(ticket.state.closeKind == .agentUnconfirmed)
    #expect(ticket.state.closedAt == TicketCase.at(5))
    #expect(ticket.state.contradictions.map(\.kind) == [.closedTwice])
  }

  @Test("A rejected proposal no longer stands")
  func rejected() {
    var ticket = opened()
    ticket.add(ResolutionProposed(), at: 1)
    ticket.add(CloseRejected(), at: 2, by: .client)
    #expect(ticket.state.status == .open)
    #expect(ticket.state.resolvedAt == nil)
  }

  @Test("Reopening an open ticket is counted and does not fit")
  func reopenedOpen() {
    var ticket = opened()
    ticket.add(TicketReopened(), at: 1)
    #expect(ticket.state.reopenCount == 1)
    #expect(ticket.state.contradictions.map(\.kind) == [.reopenedWhileOpen])
  }
}
