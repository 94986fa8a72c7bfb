import CasefileModel
import CasefileProjections
import Testing

@Suite("The derivation of a deadline")
struct DerivationTests {
  @Test("Each span names the event by which it began, and the spans follow each other")
  func positions() throws {
    var desk = DeadlineDesk()
    desk.add(
      PolicyPublished(
        policyId: "p", version: 1, clocks: [PolicyClock(clock: "resolution", targetSeconds: 86_400)]
      ), at: Timestamp(seconds: 0), stream: "policy/p")
    let at = TicketCase.at
    desk.add(TicketOpened(channel: .email), at: at(0), by: .client)
    desk.add(TicketAssigned(agentId: "a-1", mode: .take), at: at(10))
    desk.add(
      HandoffOffered(handoffId: "h", fromAgent: "a-1", toAgent: "a-2", summary: "s"), at: at(20))
    desk.add(HandoffAccepted(handoffId: "h", agentId: "a-2"), at: at(30), by: .boris)
    let clock = try #require(try desk.deadlines(at: at(40)).clocks.first)
    #expect(clock.spans.map(\.position.rawValue) == [1, 2, 3, 4])
    #expect(clock.spans.map(\.holder) == [nil, "a-1", "a-1", "a-2"])
    #expect(clock.spans.map { $0.offer?.to } == [nil, nil, "a-2", nil])
    for (earlier, later) in zip(clock.spans, clock.spans.dropFirst()) {
      #expect(earlier.until == later.from)
    }
    #expect(clock.spans.last?.until == nil)
    #expect(clock.policyPosition == Position(0))
  }

  @Test("Before the ticket was opened there is no deadline")
  func before() throws {
    var desk = DeadlineDesk()
    desk.add(
      PolicyPublished(
        policyId: "p", version: 1, clocks: [PolicyClock(clock: "resolution", targetSeconds: 60)]),
      at: Timestamp(seconds: 0), stream: "policy/p")
    desk.add(TicketOpened(), at: TicketCase.at(0), by: .client)
    #expect(try desk.deadlines(at: TicketCase.at(-1)).clocks.isEmpty)
    #expect(try desk.deadlines(at: TicketCase.at(0)).clocks.count == 1)
  }

  @Test("A policy that nobody published is named, and judges nothing")
  func unknownPolicy() throws {
    var desk = DeadlineDesk()
    desk.add(TicketOpened(), at: TicketCase.at(0), by: .client)
    desk.add(SLAPolicyApplied(policyId: "lost"), at: TicketCase.at(1), by: .rule)
    let found = try desk.deadlines(at: TicketCase.at(2))
    #expect(found.unknownPolicies.map(\.id) == ["lost"])
    #expect(found.clocks.isEmpty)
  }

  @Test("Two tickets that were merged into each other give up their clocks each at its own merge")
  func mergeCircle() throws {
    for (ticket, other, minutes) in [("7", "8", 10.0), ("8", "7", 20.0)] {
      var desk = DeadlineDesk()
      desk.add(
        PolicyPublished(
          policyId: "p", version: 1, clocks: [PolicyClock(clock: "resolution", targetSeconds: 3600)]
        ), at: Timestamp(seconds: 0), stream: "policy/p")
      desk.add(TicketOpened(), at: TicketCase.at(0), by: .client, stream: "ticket/\(ticket)")
      desk.add(
        TicketMerged(intoTicket: other), at: TicketCase.at(minutes), stream: "ticket/\(ticket)")
      let clock = try #require(try desk.deadlines(at: TicketCase.at(120)).clocks.first)
      #expect(clock.cancelReason == .merged)
      #expect(clock.stoppedAt == TicketCase.at(minutes))
    }
  }
}
