import Casefile
import CasefileTesting
import Testing

@Suite("Deciding waits, closes and the rest")
struct OutcomeDecisionTests {
  private static let solved = TicketAction.proposeResolution(
    ResolutionProposed(summary: "Sent again"))
  private static func close(_ kind: CloseKind?) -> TicketAction { .close(TicketClosed(kind: kind)) }

  @Test("A close as confirmed needs a confirmation by one who may, with its evidence")
  func confirmation() throws {
    var desk = try PaperDesk((.take, .anna))
    let byMessage = TicketAction.confirm(CloseConfirmed(messageId: "m-1"))
    #expect(desk.refusal(byMessage, by: .client9) == .notResolved)
    try desk.act(OutcomeDecisionTests.solved, by: .anna, at: 2)
    #expect(desk.refusal(OutcomeDecisionTests.close(.confirmed), by: .anna) == .notConfirmed)
    #expect(desk.refusal(.confirm(CloseConfirmed()), by: .client9) == .evidenceMissing)
    #expect(desk.refusal(.confirm(CloseConfirmed(messageId: "m")), by: .anna) == .notAuthorised)
    let other = TicketAction.confirm(CloseConfirmed(confirmedBy: "p-2", messageId: "m-1"))
    #expect(desk.refusal(other, by: .anna) == .notAuthorised)
    try desk.act(.addParticipant("p-2", as: .authorisedConfirmer), by: .anna, at: 3)
    try desk.act(other, by: .anna, at: 4)
    #expect(try desk.state().confirmations.map(\.authority) == [.authorisedList])
    try desk.act(.rejectClose(CloseRejected()), by: .client9, at: 5)
    #expect(desk.refusal(OutcomeDecisionTests.close(.confirmed), by: .anna) == .notConfirmed)
    #expect(desk.refusal(.rejectClose(CloseRejected()), by: .client9) == .notResolved)
    try desk.act(OutcomeDecisionTests.solved, by: .anna, at: 6)
    try desk.act(byMessage, by: .client9, at: 7)
    try desk.act(OutcomeDecisionTests.close(.confirmed), by: .anna, at: 8)
    #expect(try desk.state().closeKind == .confirmed)
    #expect(try desk.state().confirmations.map(\.by) == ["c-9"])
  }

  @Test("A confirmation of an older proposal confirms no newer one")
  func olderConfirmation() throws {
    var desk = try PaperDesk((OutcomeDecisionTests.solved, .anna))
    try desk.act(.confirm(CloseConfirmed(callId: "k-1")), by: .client9, at: 2)
    try desk.act(OutcomeDecisionTests.solved, by: .anna, at: 3)
    #expect(desk.refusal(OutcomeDecisionTests.close(.confirmed), by: .anna) == .notConfirmed)
    let clause = CloseConfirmed(contractId: "k-7", clause: "4.2")
    try desk.act(.confirm(clause), by: .anna, at: 4)
    #expect(desk.refusal(OutcomeDecisionTests.close(.confirmed), by: .anna) == nil)
  }

  @Test("What append would store as a contradiction is refused here")
  func closedTicket() throws {
    var desk = try PaperDesk((.take, .anna), (OutcomeDecisionTests.close(.agentUnconfirmed), .anna))
    #expect(desk.refusal(OutcomeDecisionTests.close(.spam), by: .anna) == .alreadyClosed)
    #expect(try PaperDesk().refusal(OutcomeDecisionTests.close(nil), by: .anna) == .kindMissing)
    for action in [
      TicketAction.take, .assign(to: "ag-boris"), .steal(reason: "x"), .handOff(.toBoris()),
      .force(to: "ag-boris", code: .other), .accept(), .wait(for: .vendor),
      OutcomeDecisionTests.solved, .requestConfirmation(CloseConfirmationRequested()),
    ] {
      #expect(desk.refusal(action, by: .boris) == .ticketClosed, "\(action)")
    }
    #expect(desk.refusal(.note("late"), by: .boris) == nil)
    let events = try desk.act(.reopen(TicketReopened()), by: .client9, at: 12)
    let reopened = try #require(try StoredEvents.make(events)[0].payload(as: TicketReopened.self))
    #expect(reopened.byRole == .client)
    #expect(reopened.sinceClosedSeconds == 600)
    #expect(desk.refusal(.reopen(TicketReopened()), by: .client9) == .notClosed)
    #expect(try desk.state().contradictions == [])
  }

  @Test("A wait ends once, by its name or as the only one")
  func waits() throws {
    var desk = try PaperDesk()
    #expect(desk.refusal(.endWait(), by: .anna) == .waitUnknown)
    #expect(desk.refusal(.wait(for: .vendor, until: PaperDesk.at(50)), by: .anna) == .timePassed)
    #expect(desk.refusal(.wait(for: .scheduledUntil), by: .anna) == .timePassed)
    try desk.act(.wait(for: .client, id: "w-1"), by: .anna, at: 1)
    #expect(desk.refusal(.wait(for: .vendor, id: "w-1"), by: .anna) == .idUsed)
    try desk.act(.wait(for: .vendor, until: PaperDesk.at(20), id: "w-2"), by: .anna, at: 2)
    #expect(desk.refusal(.endWait(), by: .anna, at: 3) == .waitUnclear)
    #expect(desk.refusal(.endWait(id: "w-2"), by: .anna, at: 20) == .waitEnded)
    #expect(desk.refusal(.endWait(id: "w-9"), by: .anna) == .waitUnknown)
    try desk.act(.endWait(), by: .anna, at: 21)
    #expect(try desk.state().waits == [])
    #expect(desk.refusal(.endWait(id: "w-1"), by: .anna) == .waitEnded)
    #expect(try desk.state().contradictions == [])
  }

  @Test("A reply goes to the client, says who wrote it, and is sent once")
  func reply() throws {
    var desk = try PaperDesk()
    let message = MessageSent(messageId: "m-1", channel: .email, body: "Here it is")
    #expect(desk.refusal(.reply(MessageSent(messageId: "m-1")), by: .anna) == .missingText)
    try desk.act(.reply(message), by: .anna, at: 1)
    #expect(desk.refusal(.reply(message), by: .anna) == .idUsed)
    #expect(desk.refusal(.receive(MessageReceived(messageId: "m-1")), by: .client9) == .idUsed)
    let state = try desk.state()
    #expect(state.firstReplyAt == PaperDesk.at(1))
    #expect(state.touchesByAgent == ["ag-anna": 1])
    var bot = try PaperDesk()
    try bot.act(.reply(message), by: Actor(.bot, "b-1"), at: 1)
    #expect(try bot.state().firstReplyAt == nil)
  }

  @Test("What is so already is not changed, and what is not there is not taken away")
  func noChange() throws {
    var desk = try PaperDesk(
      (.setPriority("high"), .anna), (.setTopic("invoice"), .rule1), (.setGroup("g-1"), .anna),
      (.setSubject("No invoice"), .anna), (.setField("size", to: "3"), .anna),
      (.setStatusLabel("In Arbeit"), .anna), (.tag("vip"), .anna),
      (.link("8", as: .related), .anna), (.addParticipant("p-1", as: .cc), .anna))
    let again: [TicketAction] = [
      .setPriority("high"), .setTopic("invoice"), .setGroup("g-1"), .setSubject("No invoice"),
      .setField("size", to: "3"), .setStatusLabel("In Arbeit"), .tag("vip"),
      .link("8", as: .related), .addParticipant("p-1", as: .cc), .setDueDate(nil),
    ]
    for action in again { #expect(desk.refusal(action, by: .anna) == .noChange, "\(action)") }
    #expect(desk.refusal(.untag("x"), by: .anna) == .notPresent)
    #expect(desk.refusal(.removeParticipant("p-1", as: .follower), by: .anna) == .notPresent)
    #expect(desk.refusal(.link("7", as: .related), by: .anna) == .toOneself)
    #expect(desk.refusal(.setDueDate(PaperDesk.at(50)), by: .anna) == .timePassed)
    let state = try desk.state()
    #expect(state.priority == "high" && state.topic == "invoice" && state.group == "g-1")
    #expect(state.fields == ["size": "3"] && state.sourceStatus == "In Arbeit")
    try desk.act(.untag("vip"), by: .anna, at: 30)
    try desk.act(.setPriority(nil), by: .anna, at: 31)
    #expect(try desk.state().tags == [] && desk.state().priority == nil)
  }

  @Test("An agreement is kept or broken once")
  func agreements() throws {
    var desk = try PaperDesk((.agree(TicketAgreement("By Friday", id: "p-1")), .anna))
    #expect(desk.refusal(.agree(TicketAgreement("x", id: "p-1")), by: .anna) == .idUsed)
    #expect(desk.refusal(.fulfil(agreement: "p-2"), by: .anna) == .agreementUnknown)
    try desk.act(.fulfil(agreement: "p-1"), by: .anna, at: 5)
    #expect(desk.refusal(.breakAgreement("p-1"), by: .anna) == .agreementSettled)
    #expect(try desk.state().agreements.map(\.promisedTo) == ["c-9"])
  }

  @Test("A merged ticket takes messages and notes only, a deleted one nothing")
  func mergedAndDeleted() throws {
    var desk = try PaperDesk()
    try desk.fact(TicketMerged(intoTicket: "8"), by: .anna, at: 2)
    #expect(desk.refusal(.take, by: .anna) == .ticketMerged)
    #expect(desk.refusal(.note("see 8"), by: .anna) == nil)
    try desk.fact(TicketDeleted(), by: .anna, at: 3)
    #expect(desk.refusal(.note("see 8"), by: .anna) == .ticketDeleted)
  }

  @Test(
    "An action a little earlier than the newest event is dated to it, a much earlier one refused")
  func clocks() throws {
    let desk = try PaperDesk((.take, .anna))
    let near = try desk.decisions(by: .boris, at: 0).decide(.note("x"))
    #expect(near.events.map(\.occurredAt) == [PaperDesk.at(1)])
    #expect(desk.refusal(.note("x"), by: .boris, at: -1) == .outOfOrder)
  }
}
