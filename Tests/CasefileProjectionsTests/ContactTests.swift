import CasefileModel
import CasefileProjections
import Testing

@Suite("Contact")
struct ContactTests {
  private func opened() -> TicketCase {
    var ticket = TicketCase()
    ticket.add(TicketOpened(clientId: "c-9", channel: .email), at: 0, by: .client)
    return ticket
  }

  private func reply(
    _ id: String, agent: String = "a-1", channel: Channel? = .email, author: MessageAuthor? = nil,
    to: [Recipient] = [Recipient(role: .client)]
  ) -> MessageSent {
    MessageSent(messageId: id, to: to, channel: channel, agentId: agent, author: author)
  }

  @Test("Bots, rules and automatic replies are no human reply")
  func bots() {
    var ticket = opened()
    ticket.add(reply("m-1", author: .bot), at: 1, by: .bot)
    ticket.add(reply("m-2", author: .auto), at: 2, by: .rule)
    ticket.add(MessageSent(messageId: "m-3", to: [Recipient(role: .client)]), at: 3, by: .bot)
    #expect(ticket.state.firstReplyAt == nil)
    #expect(ticket.state.firstReactionAt == nil)
    #expect(ticket.state.touchCount == 0)
    #expect(ticket.state.messageCount == 3)
    #expect(ticket.state.status == .new)
    ticket.add(reply("m-4"), at: 4)
    #expect(ticket.state.firstReplyAt == TicketCase.at(4))
    #expect(ticket.state.firstReactionAt == TicketCase.at(4))
    #expect(ticket.state.touchCount == 1)
  }

  @Test("A reply has a recipient who is the client or an authorised person, and is public")
  func recipients() {
    var ticket = opened()
    ticket.add(TicketParticipantAdded(role: .authorisedConfirmer, personId: "p-1"), at: 0.5)
    ticket.add(reply("m-1", to: [Recipient(role: .vendor)]), at: 1)
    ticket.add(reply("m-2"), at: 2, visibility: .internal)
    #expect(ticket.state.firstReplyAt == nil)
    ticket.add(reply("m-3", to: [Recipient(role: .internal, personId: "p-1")]), at: 3)
    #expect(ticket.state.firstReplyAt == TicketCase.at(3))
  }

  @Test("A failed reply counts as not sent from that knowledge on, and both are shown")
  func failed() {
    var ticket = opened()
    ticket.add(reply("m-1"), at: 1)
    ticket.add(reply("m-2"), at: 30)
    ticket.add(MessageDeliveryUpdated(messageId: "m-1", status: .failed), at: 60, by: .bot)
    let history = ticket.history
    #expect(history.state().firstReplyAt == TicketCase.at(30))
    #expect(history.state().firstReplySentAt == TicketCase.at(1))
    #expect(history.state().touchCount == 1)
    // As of a moment before the failure, by what is known now, nothing was sent either.
    #expect(history.state(asOf: TicketCase.at(5)).firstReplyAt == nil)
    #expect(history.state(knownAt: .position(Position(2))).firstReplyAt == TicketCase.at(1))
    ticket.add(MessageDeliveryUpdated(messageId: "m-1", status: .delivered), at: 70, by: .bot)
    #expect(ticket.state.firstReplyAt == TicketCase.at(1))
  }

  @Test("A failure for somebody else leaves the reply standing")
  func failedForOther() {
    var ticket = opened()
    let both = [
      Recipient(role: .client, personId: "c-9"), Recipient(role: .vendor, personId: "v-1"),
    ]
    ticket.add(reply("m-1", to: both), at: 1)
    ticket.add(
      MessageDeliveryUpdated(messageId: "m-1", status: .delivered, recipientId: "c-9"), at: 2)
    ticket.add(MessageDeliveryUpdated(messageId: "m-1", status: .failed, recipientId: "v-1"), at: 3)
    #expect(ticket.state.firstReplyAt == TicketCase.at(1))
  }

  @Test(
    "First reaction is a human assignment, never a rule's",
    arguments: [
      (AssignmentMode.take, true), (.manual, true), (.auto, false), (.rule, false),
      (.initial, false),
    ])
  func reaction(mode: AssignmentMode, counts: Bool) {
    var ticket = opened()
    ticket.add(TicketAssigned(agentId: "a-1", mode: mode), at: 2, by: .rule)
    #expect(ticket.state.firstReactionAt == (counts ? TicketCase.at(2) : nil))
    #expect(ticket.state.firstReplyAt == nil)
  }

  @Test("An answered call is reaction and reply; one with a vendor is neither")
  func calls() {
    var ticket = opened()
    ticket.add(CallOffered(callId: "k-0", direction: .outbound, partyRole: .vendor), at: 1)
    ticket.add(CallAnswered(callId: "k-0", agentId: "a-1"), at: 2)
    #expect(ticket.state.firstReplyAt == nil)
    ticket.add(CallOffered(callId: "k-1", direction: .inbound), at: 3, by: .client)
    ticket.add(
      CallAnswered(callId: "k-1", agentId: "a-1", answeredAt: TicketCase.at(3.5)), at: 4)
    ticket.add(CallEnded(callId: "k-1", talkSeconds: 60), at: 5)
    #expect(ticket.state.firstReplyAt == TicketCase.at(3.5))
    #expect(ticket.state.callCount == 2)
    #expect(ticket.state.touchCount == 1)
    // What was done on a connected call is the touch; the vendor's call is work.
    #expect(ticket.state.workTouchCount == 1)
    #expect(ticket.state.channels == ["email", "phone"])
  }

  @Test("An abandoned call is counted and is no touch")
  func abandoned() {
    var ticket = opened()
    ticket.add(CallOffered(callId: "k-1", direction: .inbound), at: 3, by: .client)
    ticket.add(CallAbandoned(callId: "k-1", waitSeconds: 40), at: 4, by: .client)
    ticket.add(CallEnded(callId: "k-1", talkSeconds: 40), at: 4.5, by: .client)
    #expect(ticket.state.callCount == 1)
    #expect(ticket.state.touchCount == 0)
  }

  @Test("A ticket opened from an answered call has both at the answer")
  func openedFromCall() {
    var ticket = TicketCase()
    ticket.add(CallOffered(callId: "k-1", direction: .inbound), at: 0, by: .client)
    ticket.add(CallAnswered(callId: "k-1", agentId: "a-1"), at: 1)
    ticket.add(TicketOpened(channel: .phone, callId: "k-1"), at: 3)
    #expect(ticket.state.firstReplyAt == TicketCase.at(1))
    #expect(ticket.state.firstReactionAt == TicketCase.at(1))
    var elsewhere = TicketCase()
    elsewhere.add(TicketOpened(channel: .phone, callId: "k-1"), at: 3)
    #expect(elsewhere.state.firstReplyAt == TicketCase.at(3))
  }

  @Test(
    "A touch ends after fifteen minutes, at the client's word, with another agent or channel",
    arguments: [
      (14.0, 1), (15.0, 1), (15.1, 2),
    ])
  func gaps(minutes: Double, touches: Int) {
    var ticket = opened()
    ticket.add(reply("m-1"), at: 1)
    ticket.add(reply("m-2"), at: 1 + minutes)
    #expect(ticket.state.touchCount == touches)
  }

  @Test("A touch is interrupted by the client only")
  func interruptions() {
    var ticket = opened()
    ticket.add(reply("m-1"), at: 1)
    ticket.add(reply("m-2", agent: "a-2"), at: 2, by: .boris)
    ticket.add(reply("m-3"), at: 3)
    #expect(ticket.state.touchCount == 2)
    ticket.add(reply("m-4", channel: .chat), at: 4)
    #expect(ticket.state.touchCount == 3)
    ticket.add(MessageReceived(messageId: "m-5"), at: 5, by: .client)
    ticket.add(reply("m-6"), at: 6)
    #expect(ticket.state.touchCount == 4)
    #expect(ticket.state.touchesByAgent == ["a-1": 3, "a-2": 1])
  }

  @Test("A work touch is an action group of an agent that is no client touch")
  func work() {
    var ticket = opened()
    ticket.add(TicketNoteAdded(noteId: "n-1", text: "x"), at: 1, group: 1)
    ticket.add(TicketPriorityChanged(to: "1"), at: 1, group: 1)
    ticket.add(reply("m-1"), at: 2, group: 2)
    ticket.add(TicketTagged(tag: "t"), at: 2, group: 2)
    ticket.add(TicketTagged(tag: "u"), at: 3)
    ticket.add(TicketTagged(tag: "v"), at: 4, by: .rule)
    ticket.add(SourceUpdated(), at: 5, by: Actor(.importer, "i-1"))
    #expect(ticket.state.touchCount == 1)
    #expect(ticket.state.workTouchCount == 2)
  }
}
