import CasefileModel
import CasefileProjections
import Testing

@Suite("Corrections and retractions")
struct AmendmentTests {
  private func ticket() -> (TicketCase, closed: EventID) {
    var ticket = TicketCase()
    ticket.add(TicketOpened(clientId: "c-9", priority: "3"), at: 0, by: .client)
    ticket.add(TicketAssigned(agentId: "a-1", mode: .take), at: 1)
    let closed = ticket.add(TicketClosed(kind: .confirmed, reason: "done"), at: 10)
    return (ticket, closed)
  }

  @Test("A corrected field acts at the target's place")
  func field() {
    var (ticket, closed) = ticket()
    ticket.add(
      EventCorrected(targetEventId: closed, field: "kind", newValue: "\"spam\""), at: 100)
    let history = ticket.history
    #expect(history.state().closeKind == .spam)
    #expect(history.state(asOf: TicketCase.at(10)).closeKind == .spam)
    #expect(history.state(knownAt: .position(Position(2))).closeKind == .confirmed)
    let entry = history.entries()[2]
    #expect(entry.corrections.map(\.field) == ["kind"])
    #expect(entry.corrections.map(\.position) == [Position(3)])
    #expect((try? entry.event.payload(as: TicketClosed.self))??.kind == .confirmed)
  }

  @Test("Content, nested and unknown values can be corrected")
  func paths() throws {
    var ticket = TicketCase()
    let sent = ticket.add(
      MessageSent(
        messageId: "m-1", to: [Recipient(role: .vendor, personId: "v-1", address: "v at x")],
        body: "old"), at: 1)
    ticket.add(EventCorrected(targetEventId: sent, field: "body", newValue: "\"new\""), at: 2)
    ticket.add(
      EventCorrected(targetEventId: sent, field: "to.0.role", newValue: "\"client\""), at: 3)
    ticket.add(EventCorrected(targetEventId: sent, field: "to.0.personId"), at: 4)
    ticket.add(EventCorrected(targetEventId: sent, field: "to.7.role", newValue: "1"), at: 5)
    ticket.add(EventCorrected(targetEventId: sent, field: "channel", newValue: "\"moon\""), at: 6)
    let entry = ticket.history.entries()[0]
    let payload = try MessageSent(from: entry.fields)
    #expect(payload.body == "new")
    #expect(payload.to.map(\.role) == [.client])
    #expect(payload.to.map(\.personId) == [nil])
    #expect(payload.to.map(\.address) == ["v at x"])
    #expect(entry.corrections.map(\.isApplied) == [true, true, true, false, false])
    #expect(ticket.state.firstReplyAt == TicketCase.at(1))
  }

  @Test("A corrected time moves the target")
  func time() {
    var (ticket, closed) = ticket()
    ticket.add(TicketReopened(), at: 12)
    #expect(ticket.state.status == .open)
    ticket.add(
      EventCorrected(
        targetEventId: closed, field: "occurredAt",
        newValue: JSONText("\"\(TicketCase.at(20))\"")), at: 100)
    #expect(ticket.state.closedAt == TicketCase.at(20))
    #expect(ticket.state.status == .closed)
    #expect(ticket.history.state(asOf: TicketCase.at(10)).closedAt == nil)
    #expect(ticket.history.entries().map(\.position.rawValue) == [0, 1, 3, 2, 4])
  }

  @Test("The actor can be corrected")
  func actor() {
    var (ticket, closed) = ticket()
    ticket.add(
      EventCorrected(targetEventId: closed, field: "actor.id", newValue: "\"a-7\""), at: 11)
    #expect(ticket.state.closedBy == Actor(.agent, "a-7"))
    ticket.add(
      EventCorrected(targetEventId: closed, field: "actor.kind", newValue: "\"rule\""), at: 12)
    #expect(ticket.state.closedBy == Actor(.rule, "a-7"))
  }

  @Test("For one field the later position wins")
  func twice() {
    var (ticket, closed) = ticket()
    ticket.add(EventCorrected(targetEventId: closed, field: "kind", newValue: "\"spam\""), at: 99)
    ticket.add(EventCorrected(targetEventId: closed, field: "kind", newValue: "\"bulk\""), at: 50)
    #expect(ticket.state.closeKind == .bulk)
  }

  @Test("A retraction takes the target away, a retraction of it brings it back")
  func retraction() {
    var (ticket, closed) = ticket()
    let first = ticket.add(EventRetracted(targetEventId: closed), at: 100)
    #expect(ticket.state.status == .open)
    #expect(ticket.history.state(asOf: TicketCase.at(10)).status == .open)
    #expect(ticket.history.entries()[2].retractedBy == Position(3))
    ticket.add(EventRetracted(targetEventId: first), at: 101)
    #expect(ticket.state.status == .closed)
    #expect(ticket.history.entries()[2].retractedBy == nil)
  }

  @Test("A retracted correction does not act; a corrected correction acts as corrected")
  func correctionAmended() {
    var (ticket, closed) = ticket()
    let wrong = ticket.add(
      EventCorrected(targetEventId: closed, field: "kind", newValue: "\"spam\""), at: 100)
    ticket.add(EventRetracted(targetEventId: wrong), at: 101)
    #expect(ticket.state.closeKind == .confirmed)
    let other = ticket.add(
      EventCorrected(targetEventId: closed, field: "kind", newValue: "\"spam\""), at: 102)
    ticket.add(
      EventCorrected(targetEventId: other, field: "newValue", newValue: "\"bulk\""), at: 103)
    #expect(ticket.state.closeKind == .bulk)
  }

  @Test("A correction selected as of a moment stays with its target")
  func selection() {
    var (ticket, closed) = ticket()
    ticket.add(EventCorrected(targetEventId: closed, field: "kind", newValue: "\"spam\""), at: 100)
    #expect(
      ticket.history.entries(asOf: TicketCase.at(10)).map(\.position.rawValue) == [0, 1, 2, 3])
    #expect(ticket.history.entries(asOf: TicketCase.at(9)).map(\.position.rawValue) == [0, 1])
  }

  @Test("A correction in another stream acts, and is no entry of the ticket")
  func otherStream() {
    var (ticket, closed) = ticket()
    ticket.add(
      EventCorrected(targetEventId: closed, field: "kind", newValue: "\"spam\""), at: 100,
      stream: "system/review")
    #expect(ticket.state.closeKind == .spam)
    #expect(ticket.history.entries().count == 3)
    #expect(ticket.history.version() == StreamVersion(3))
  }

  @Test("Retractions in a circle end")
  func circle() {
    var ticket = TicketCase()
    ticket.add(TicketOpened(), at: 0, by: .client)
    ticket.add(EventRetracted(targetEventId: TicketCase.id(3)), at: 1)
    ticket.add(EventRetracted(targetEventId: TicketCase.id(2)), at: 2)
    ticket.add(EventRetracted(targetEventId: TicketCase.id(4)), at: 3)
    #expect(ticket.history.entries().count == 4)
    #expect(ticket.history.entries(asOf: TicketCase.at(0)).count == 1)
  }

  @Test("A new value that was erased makes the field unknown; erased texts break nothing")
  func erased() {
    var (ticket, closed) = ticket()
    ticket.add(EventCorrected(targetEventId: closed, field: "kind", newValue: "\"spam\""), at: 100)
    let bare = ticket.stored().map {
      StoredEvent(
        envelope: $0.envelope, envelopeBytes: $0.envelopeBytes, leaf: $0.leaf, content: nil)
    }
    let state = TicketHistory(events: bare).state()
    #expect(state.status == .closed)
    #expect(state.closeKind == nil)
    #expect(state.unreadable.isEmpty)
  }
}
