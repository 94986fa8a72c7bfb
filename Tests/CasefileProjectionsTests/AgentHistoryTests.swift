import CasefileModel
import CasefileProjections
import Foundation
import Testing

@Suite("Agent history")
struct AgentHistoryTests {
  private func history(
    _ ticket: TicketCase, _ agent: String, since: Timestamp? = nil, until: Timestamp? = nil
  ) -> AgentHistory {
    AgentHistory(
      agent: agent, parts: ticket.history.agentParts(), since: since, until: until)
  }

  private func day() -> TicketCase {
    var ticket = TicketCase()
    ticket.add(TicketOpened(clientId: "c-9"), at: 0, by: .client)
    ticket.add(TicketAssigned(agentId: "a-1", mode: .take), at: 1)
    ticket.add(
      MessageSent(messageId: "m-1", channel: .email, agentId: "a-1"), at: 2)
    ticket.add(MessageSent(messageId: "m-2", channel: .email, agentId: "a-1"), at: 3)
    ticket.add(TicketNoteAdded(noteId: "n-1"), at: 4)
    ticket.add(
      HandoffOffered(
        handoffId: "h-1", fromAgent: "a-1", toAgent: "a-2", reason: .shiftEnd, summary: "s"),
      at: 60)
    ticket.add(HandoffAccepted(handoffId: "h-1", agentId: "a-2"), at: 65, by: .boris)
    ticket.add(HandoffForced(by: "s-1", toAgent: "a-3", code: .sickLeave), at: 70, by: .rule)
    ticket.add(TicketAssigned(agentId: "a-1", mode: .give), at: 80)
    ticket.add(TicketUnassigned(agentId: "a-1"), at: 90)
    ticket.add(TicketAssigned(agentId: "a-2", mode: .take), at: 100, by: .boris)
    ticket.add(TicketClosed(kind: .confirmed), at: 110, by: .boris)
    return ticket
  }

  @Test("Counts are those of the definitions")
  func counts() {
    let anna = history(day(), "a-1").counts
    #expect(anna.assignments == 2)
    #expect(anna.handoffsIn == 1 && anna.handoffsOut == 1)
    #expect(anna.indirectHandoffsIn == 0 && anna.indirectHandoffsOut == 1)
    #expect(anna.messages == 2 && anna.touches == 1)
    // Take, note, offer, give and unassign; the messages are the touch.
    #expect(anna.workTouches == 5)
    #expect(anna.tickets == 1 && anna.calls == 0)
    let boris = history(day(), "a-2").counts
    #expect(boris.assignments == 1 && boris.handoffsIn == 1 && boris.handoffsOut == 1)
    #expect(boris.indirectHandoffsIn == 1)
    #expect(history(day(), "a-9").counts == .init())
  }

  @Test("A handoff tells how, why, and who acknowledged it")
  func handoffs() throws {
    let boris = history(day(), "a-2").entries
    let taken = try #require(boris.first { $0.kind == .handoffIn })
    #expect(taken.other == "a-1" && taken.handoffKind == .acknowledged)
    #expect(taken.reason == .shiftEnd && taken.hasSummary == true)
    #expect(taken.acceptedBy == "a-2" && taken.at == TicketCase.at(65))
    #expect(taken.offeredAt == TicketCase.at(60))
    let lost = try #require(boris.first { $0.kind == .handoffOut })
    #expect(lost.handoffKind == .forced && lost.reason == .sickLeave)
    #expect(lost.hasSummary == false && lost.acceptedBy == nil)
    let bare = try #require(history(day(), "a-1").entries.first { $0.kind == .handoffIn })
    #expect(bare.handoffKind == .bare && bare.mode == .give && bare.hasSummary == nil)
    let indirect = try #require(boris.first { $0.kind == .indirectHandoffIn })
    #expect(indirect.other == "a-1" && indirect.unassignedAt == TicketCase.at(90))
  }

  @Test("A summary that was erased was there")
  func erasedSummary() {
    var ticket = day()
    ticket.add(HandoffForced(toAgent: "a-5", summary: "s"), at: 105)
    let bare = ticket.stored().map {
      StoredEvent(
        envelope: $0.envelope, envelopeBytes: $0.envelopeBytes, leaf: $0.leaf, content: nil)
    }
    let parts = TicketHistory(events: bare).agentParts()
    let taken = AgentHistory(agent: "a-2", parts: parts).entries.first { $0.kind == .handoffIn }
    #expect(taken?.hasSummary == true)
    let ordered = AgentHistory(agent: "a-5", parts: parts).entries.first { $0.kind == .handoffIn }
    #expect(ordered?.hasSummary == true)
  }

  @Test("Every offer says what became of it, to both sides", arguments: 0..<7)
  func offers(row: Int) throws {
    var ticket = TicketCase()
    ticket.add(TicketAssigned(agentId: "a-1"), at: 0)
    ticket.add(
      HandoffOffered(
        handoffId: "h", fromAgent: "a-1", toAgent: "a-2",
        expiresAt: row == 3 ? TicketCase.at(5) : nil), at: 1)
    let expected: AgentEntry.OfferOutcome
    switch row {
    case 0: expected = .open
    case 1:
      ticket.add(HandoffDeclined(handoffId: "h"), at: 2, by: .boris)
      expected = .declined
    case 2:
      ticket.add(HandoffExpired(handoffId: "h"), at: 2, by: .rule)
      expected = .expired
    case 3:
      ticket.add(TicketTagged(tag: "x"), at: 9)
      expected = .lapsed
    case 4:
      ticket.add(
        HandoffOffered(handoffId: "h-2", fromAgent: "a-1", toAgent: "a-3"), at: 2)
      expected = .replaced
    case 5:
      ticket.add(HandoffForced(toAgent: "a-3"), at: 2)
      expected = .forced
    default:
      ticket.add(TicketAssigned(agentId: "a-3"), at: 2)
      ticket.add(HandoffAccepted(handoffId: "h", agentId: "a-2"), at: 3, by: .boris)
      expected = .moot
    }
    let received = history(ticket, "a-2").entries.first { $0.kind == .offerReceived }
    #expect(received?.outcome == expected)
    let made = history(ticket, "a-1").entries.first { $0.kind == .offerMade }
    #expect(made?.outcome == expected && made?.other == "a-2")
    #expect(made?.outcomeAt == (row == 0 ? nil : row == 3 ? TicketCase.at(5) : made?.outcomeAt))
    #expect(history(ticket, "a-2").counts.handoffsIn == 0)
  }

  @Test("Bots, rules and telephone systems are no agents")
  func machines() {
    var ticket = TicketCase()
    ticket.add(TicketOpened(clientId: "c-9"), at: 0, by: .client)
    ticket.add(MessageSent(messageId: "m-1", author: .bot), at: 1, by: .bot)
    ticket.add(CallOffered(callId: "k-1", direction: .inbound), at: 2, by: .bot)
    ticket.add(CallAnswered(callId: "k-1", agentId: "a-1"), at: 3, by: .bot)
    ticket.add(CallEnded(callId: "k-1", talkSeconds: 60), at: 4, by: Actor(.integration, "pbx"))
    ticket.add(CallEnded(callId: "k-2", talkSeconds: 60), at: 30, by: Actor(.integration, "pbx"))
    #expect(ticket.history.agentParts().map(\.agent) == ["a-1"])
    let anna = history(ticket, "a-1")
    #expect(anna.counts.calls == 1 && anna.counts.touches == 1 && anna.counts.messages == 0)
    #expect(anna.entries.map(\.kind) == [.callAnswered, .clientTouch, .callEnded])
    #expect(ticket.state.touchesByAgent == ["a-1": 1, "": 1])
  }

  @Test("Since and until bound entries and counts; until is not counted")
  func period() {
    let anna = history(day(), "a-1", since: TicketCase.at(2), until: TicketCase.at(65))
    #expect(anna.counts.assignments == 0 && anna.counts.messages == 2)
    #expect(anna.counts.handoffsOut == 0 && anna.counts.tickets == 1)
    #expect(history(day(), "a-1", since: TicketCase.at(65)).counts.handoffsOut == 1)
    #expect(history(day(), "a-1", since: TicketCase.at(91)).counts.tickets == 1)
    #expect(history(day(), "a-1", since: TicketCase.at(101)).counts.tickets == 0)
  }

  @Test("Open tickets are those held and not closed at the moment")
  func open() {
    let anna = history(day(), "a-1")
    #expect(anna.openTickets().isEmpty)
    #expect(anna.openTickets(at: TicketCase.at(0)).isEmpty)
    #expect(anna.openTickets(at: TicketCase.at(1)) == ["7"])
    #expect(anna.openTickets(at: TicketCase.at(65)).isEmpty)
    #expect(anna.openTickets(at: TicketCase.at(85)) == ["7"])
    let boris = history(day(), "a-2")
    #expect(boris.openTickets(at: TicketCase.at(109)) == ["7"])
    #expect(boris.openTickets(at: TicketCase.at(110)).isEmpty)
    #expect(boris.parts[0].isHeld && !boris.parts[0].isTicketOpen)
    #expect(history(day(), "a-2", until: TicketCase.at(110)).openTickets() == ["7"])
    var again = day()
    again.add(TicketReopened(), at: 120, by: .client)
    #expect(history(again, "a-2").openTickets() == ["7"])
    #expect(history(again, "a-2").openTickets(at: TicketCase.at(115)).isEmpty)
  }

  @Test("Corrections and retractions of a ticket's events count")
  func amended() {
    var ticket = day()
    ticket.add(EventRetracted(targetEventId: TicketCase.id(7)), at: 200)
    ticket.add(
      EventCorrected(targetEventId: TicketCase.id(9), field: "agentId", newValue: "\"a-7\""),
      at: 201)
    // Nothing came from a-1 any more; what a-2 takes later is a-7's.
    #expect(history(ticket, "a-2").entries.filter { $0.kind == .handoffIn }.map(\.other) == ["a-7"])
    #expect(history(ticket, "a-1").counts.assignments == 1)
    #expect(history(ticket, "a-7").counts.handoffsIn == 1)
  }

  @Test("What agents have adds up to what the ticket has", arguments: 0..<30)
  func sums(seed: UInt64) {
    var random = SplitMix(state: seed)
    let ticket = RandomTicket.make(using: &random).history
    let state = ticket.state()
    let parts = ticket.agentParts()
    let counts = parts.map { AgentHistory(agent: $0.agent, parts: [$0]).counts }
    #expect(counts.map(\.handoffsIn).reduce(0, +) == state.handoffCount)
    #expect(counts.map(\.handoffsOut).reduce(0, +) == state.handoffCount)
    #expect(counts.map(\.indirectHandoffsIn).reduce(0, +) == state.indirectHandoffCount)
    #expect(counts.map(\.touches).reduce(0, +) == state.touchCount)
    #expect(counts.map(\.workTouches).reduce(0, +) == state.workTouchCount)
    #expect(parts.flatMap(\.spans).count == state.responsibility.count)
    #expect(parts.filter { $0.isHeld }.map(\.agent) == [state.assignee].compactMap { $0 })
  }

  @Test("Any order of appends gives the same history", arguments: 0..<30)
  func anyOrder(seed: UInt64) {
    var random = SplitMix(state: seed)
    let ticket = RandomTicket.make(using: &random)
    let expected = Self.comparable(ticket.history)
    for _ in 0..<3 {
      let order = Array(ticket.events.indices).shuffled(using: &random)
      let shuffled = TicketHistory(events: ticket.stored(order: order).shuffled(using: &random))
      #expect(Self.comparable(shuffled) == expected)
    }
  }

  private static func comparable(_ history: TicketHistory) -> [String] {
    history.agentParts().flatMap { part in
      part.entries.map {
        "\(part.agent) \($0.kind) \($0.at) \($0.other ?? "") \($0.outcome?.rawValue ?? "")"
      }.sorted() + ["\(part.spans.map(\.from)) \(part.closures)"]
    }
  }

  @Test("A part is the same after a trip through JSON")
  func codable() throws {
    for part in day().history.agentParts() {
      let bytes = try JSONEncoder().encode(part)
      #expect(try JSONDecoder().decode(AgentPart.self, from: bytes) == part)
    }
  }

  @Test(
    "A ping-pong comes back at once to the group just left",
    arguments: [
      (["g-1"], false), (["g-1", "g-2"], false), (["g-1", "g-2", "g-1"], true),
      (["g-1", nil, "g-2", nil, "g-1"], true), (["g-1", nil, "g-1"], false),
      (["g-1", "g-2", "g-3", "g-1"], false), ([nil, "g-1", "g-2", "g-3", "g-2"], true),
    ] as [([String?], Bool)])
  func pingPong(groups: [String?], expected: Bool) {
    var ticket = TicketCase()
    ticket.add(TicketOpened(groupId: groups[0]), at: 0, by: .client)
    for (index, group) in groups.enumerated().dropFirst() {
      ticket.add(TicketGroupChanged(toGroup: group), at: Double(index))
    }
    #expect(ticket.state.isGroupPingPong == expected)
  }
}
