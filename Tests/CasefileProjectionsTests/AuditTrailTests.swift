import CasefileModel
import CasefileProjections
import Testing

@Suite("Audit trail")
struct AuditTrailTests {
  private func change(_ entry: AuditEntry, _ field: String) -> [JSONValue]? {
    entry.changes.first { $0.field == field }.map { [$0.before, $0.after] }
  }

  @Test("Each event has the fields that it changed, before and after")
  func changes() {
    var ticket = TicketCase()
    ticket.add(
      TicketOpened(clientId: "c-9", groupId: "g-1", priority: "3"), at: 0, by: .client)
    ticket.add(TicketAssigned(agentId: "a-1", mode: .take), at: 1)
    ticket.add(
      TicketFieldChanged(field: "impact", plainNewValue: "high"), at: 2)
    ticket.add(TicketTagged(tag: "x"), at: 3)
    ticket.add(TicketAssigned(agentId: "a-2", mode: .give), at: 4)
    ticket.add(TicketNoteAdded(noteId: "n-1"), at: 5)
    ticket.add(TicketClosed(kind: .confirmed), at: 6, by: .boris)
    let trail = ticket.history.auditTrail()
    #expect(trail.map(\.position.rawValue) == [0, 1, 2, 3, 4, 5, 6])
    #expect(change(trail[0], "status") == [nil, "new"])
    #expect(change(trail[0], "priority") == [nil, "3"])
    #expect(change(trail[0], "group") == [nil, "g-1"])
    #expect(change(trail[0], "tags") == nil)
    #expect(change(trail[1], "assignee") == [nil, "a-1"])
    #expect(change(trail[1], "status") == ["new", "open"])
    #expect(trail[2].changes.map(\.field) == ["fields.impact"])
    #expect(change(trail[2], "fields.impact") == [nil, "high"])
    #expect(change(trail[3], "tags") == [[], ["x"]])
    #expect(change(trail[4], "assignee") == ["a-1", "a-2"])
    #expect(change(trail[4], "handoffCount") == [0, 1])
    #expect(trail[5].changes.isEmpty)
    #expect(change(trail[6], "status") == ["open", "closed"])
    #expect(change(trail[6], "closeKind") == [nil, "confirmed"])
    #expect(change(trail[6], "closedBy") == [nil, ["kind": "agent", "id": "a-2"]])
  }

  @Test("A wait that ends by time is a change of the next event and says when it ended")
  func waitLapsed() {
    var ticket = TicketCase()
    ticket.add(TicketOpened(), at: 0, by: .client)
    ticket.add(
      WaitingStarted(waitId: "w", reason: .client, until: TicketCase.at(10)), at: 1)
    ticket.add(TicketTagged(tag: "x"), at: 20)
    let trail = ticket.history.auditTrail()
    #expect(change(trail[1], "status") == ["new", "pending"])
    let lapsed = trail[2].changes.filter { $0.lapsedAt != nil }
    #expect(lapsed.map(\.field) == ["status", "waits", "pastWaits.w"])
    #expect(lapsed.allSatisfy { $0.lapsedAt == TicketCase.at(10) })
    #expect(change(trail[2], "status") == ["pending", "open"])
    #expect(trail[2].changes.filter { $0.lapsedAt == nil }.map(\.field) == ["tags"])
    // Asked for a moment after the last event, its entry tells what ended since.
    let later = ticket.history.auditTrail(asOf: TicketCase.at(15))
    #expect(later.count == 2)
    #expect(later[1].changes.filter { $0.lapsedAt != nil }.map(\.field) == lapsed.map(\.field))
  }

  @Test("A wait that the client's message ends is a change of the message")
  func waitAnswered() {
    var ticket = TicketCase()
    ticket.add(TicketOpened(), at: 0, by: .client)
    ticket.add(WaitingStarted(waitId: "w", reason: .client), at: 1)
    ticket.add(MessageReceived(messageId: "m-1", channel: .email), at: 2, by: .client)
    let entry = ticket.history.auditTrail()[2]
    #expect(entry.changes.allSatisfy { $0.lapsedAt == nil })
    #expect(change(entry, "pastWaits.w")?[1]["ending"] == "clientMessage")
    #expect(change(entry, "waits")?[1] == [])
    #expect(entry.channel == "email")
  }

  @Test("An offer opens, lapses by itself, and its late acceptance is a contradiction")
  func offer() {
    var ticket = TicketCase()
    ticket.add(TicketAssigned(agentId: "a-1"), at: 0)
    ticket.add(
      HandoffOffered(
        handoffId: "h", fromAgent: "a-1", toAgent: "a-2", expiresAt: TicketCase.at(5)), at: 1)
    ticket.add(HandoffAccepted(handoffId: "h", agentId: "a-2"), at: 9, by: .boris)
    let trail = ticket.history.auditTrail()
    #expect(change(trail[1], "openOffer")?[1]["toAgent"] == "a-2")
    #expect(change(trail[2], "openOffer")?[1] == .null)
    #expect(trail[2].changes.first { $0.field == "openOffer" }?.lapsedAt == TicketCase.at(5))
    #expect(trail[2].contradictions == [.offerNotOpen])
    #expect(change(trail[2], "assignee") == nil)
  }

  @Test("Agreements are told one by one")
  func agreements() {
    var ticket = TicketCase()
    ticket.add(TicketAgreementRecorded(agreementId: "g-1", text: "one"), at: 0)
    ticket.add(TicketAgreementRecorded(agreementId: "g-2", text: "two"), at: 1)
    ticket.add(TicketAgreementFulfilled(agreementId: "g-1"), at: 2)
    let trail = ticket.history.auditTrail()
    #expect(change(trail[1], "agreements.g-2")?[0] == .null)
    #expect(change(trail[2], "agreements.g-1")?[0]["outcome"] == "open")
    #expect(change(trail[2], "agreements.g-1")?[1]["outcome"] == "fulfilled")
  }

  @Test("A correction is shown beside what it corrects, and says what it corrects")
  func corrected() throws {
    var ticket = TicketCase()
    ticket.add(TicketOpened(), at: 0, by: .client)
    let closed = ticket.add(TicketClosed(kind: .confirmed), at: 10)
    let first = ticket.add(
      EventCorrected(targetEventId: closed, field: "kind", newValue: "\"spam\""), at: 20,
      by: Actor(.reviewer, "q-1"))
    ticket.add(
      EventCorrected(targetEventId: closed, field: "kind", newValue: "\"bulk\""), at: 21)
    ticket.add(
      EventCorrected(
        targetEventId: closed, field: "occurredAt",
        newValue: JSONText("\"\(TicketCase.at(12))\"")), at: 22)
    let trail = ticket.history.auditTrail()
    #expect(change(trail[1], "closeKind") == [nil, "bulk"])
    #expect(change(trail[1], "closedAt")?[1] == JSONValue(TicketCase.at(12)))
    let corrections = trail[1].entry.corrections
    #expect(corrections.map(\.before) == ["confirmed", "spam", JSONValue(TicketCase.at(10))])
    #expect(corrections.map(\.after) == ["spam", "bulk", JSONValue(TicketCase.at(12))])
    #expect(corrections[0].actor == Actor(.reviewer, "q-1"))
    let amendment = try #require(trail[3].amendment)
    #expect(amendment.targetPosition == Position(1))
    #expect([amendment.before, amendment.after] == ["spam", "bulk"])
    #expect(amendment.isInForce && trail[3].changes.isEmpty)

    ticket.add(EventRetracted(targetEventId: first), at: 30)
    let later = ticket.history.auditTrail()
    #expect(later[2].amendment?.isInForce == false)
    #expect(later[2].entry.retractedBy == Position(5))
    #expect(later[1].entry.corrections.map(\.before)[0] == "confirmed")
    #expect(later[5].amendment?.targetPosition == Position(2))
    #expect(later[5].amendment?.isInForce == true)
  }

  @Test("What is retracted changes nothing and stays in the trail")
  func retracted() {
    var ticket = TicketCase()
    ticket.add(TicketOpened(), at: 0, by: .client)
    let wrong = ticket.add(TicketAssigned(agentId: "a-1"), at: 1)
    ticket.add(TicketAssigned(agentId: "a-2"), at: 2)
    ticket.add(EventRetracted(targetEventId: wrong), at: 3)
    let trail = ticket.history.auditTrail()
    #expect(trail.count == 4)
    #expect(trail[1].changes.isEmpty && trail[1].entry.retractedBy == Position(3))
    #expect(change(trail[2], "assignee") == [nil, "a-2"])
    #expect(change(trail[2], "handoffCount") == nil)
  }

  @Test("A retraction of an event that nobody knows is not in force")
  func strayAmendment() {
    var ticket = TicketCase()
    ticket.add(TicketOpened(), at: 0, by: .client)
    ticket.add(EventRetracted(targetEventId: TicketCase.id(99)), at: 1)
    let trail = ticket.history.auditTrail()
    #expect(trail[1].amendment?.targetPosition == nil)
    #expect(trail[1].amendment?.isInForce == false)
  }

  static let lateness: [(Origin?, Double, Bool?, Int64?)] = [
    // The store records the only event at 10,000 minutes.
    (nil, 9_985, false, 900), (nil, 9_984.99, true, 900), (nil, 10_001, false, -60),
    (Origin(basis: .enteredLater), 9_000, true, 60_000),
    (Origin(basis: .imported), 0, nil, nil),
    (Origin(basis: .imported, sourceRecordedAt: TicketCase.at(20)), 0, true, 1_200),
    (Origin(basis: .imported, sourceRecordedAt: TicketCase.at(20)), 10, false, 600),
    (Origin(importBatch: "b-1", basis: .enteredLater), 0, nil, nil),
  ]

  @Test("Late is by the record of the store, or of the source; else not known", arguments: 0..<8)
  func late(row: Int) {
    let (origin, minutes, isLate, seconds) = AuditTrailTests.lateness[row]
    var ticket = TicketCase()
    ticket.add(TicketOpened(), at: minutes, by: .client, origin: origin)
    let lateness = ticket.history.auditTrail()[0].lateness
    #expect(lateness.isLate == isLate)
    #expect(lateness.delaySeconds == seconds)
    let strict = ticket.history.auditTrail(lateLimit: .seconds(10))[0].lateness
    #expect(strict.isLate == seconds.map { $0 > 10 })
  }

  @Test(
    "Every change begins where the one before ended, and the last is the state", arguments: 0..<40)
  func chain(seed: UInt64) {
    var random = SplitMix(state: seed)
    let history = RandomTicket.make(using: &random).history
    var known: [String: JSONValue] = [:]
    for change in history.auditTrail().flatMap(\.changes) {
      if let before = known[change.field], !change.field.hasPrefix("pastWaits") {
        #expect(before == change.before, "\(change.field)")
      }
      #expect(change.before != change.after)
      known[change.field] = change.after
    }
    let state = history.state()
    #expect(known["status"] == state.status.name.map { .string($0) })
    #expect(known["assignee"] ?? .null == JSONValue(state.assignee))
    #expect(known["group"] ?? .null == JSONValue(state.group))
    #expect(known["handoffCount"] ?? 0 == JSONValue(state.handoffCount))
    #expect(known["touchCount"] ?? 0 == JSONValue(state.touchCount))
    #expect(known["openOffer"]?["handoff"] ?? .null == JSONValue(state.openOffer?.handoff))
    #expect(known["closedAt"] ?? .null == JSONValue(state.closedAt))
  }

  @Test("Any order of appends gives the same trail", arguments: 0..<40)
  func anyOrder(seed: UInt64) {
    var random = SplitMix(state: seed)
    let ticket = RandomTicket.make(using: &random)
    let expected = ticket.history.auditTrail().map(Self.comparable)
    for _ in 0..<3 {
      let order = Array(ticket.events.indices).shuffled(using: &random)
      let history = TicketHistory(events: ticket.stored(order: order).shuffled(using: &random))
      #expect(history.auditTrail().map(Self.comparable) == expected)
    }
  }

  /// An entry without what does follow the order of appends: positions and times of recording.
  private static func comparable(_ entry: AuditEntry) -> [String] {
    var texts = ["\(entry.entry.event.envelope.id) \(entry.contradictions)"]
    texts += entry.changes.map {
      "\($0.field) \(bare($0.before).text) \(bare($0.after).text) \($0.lapsedAt?.description ?? "")"
    }
    texts.append(
      entry.amendment.map { "\($0.target) \($0.before.text) \($0.after.text) \($0.isInForce)" }
        ?? "")
    return texts
  }

  private static func bare(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let values): .array(values.map(bare))
    case .object(let members):
      .object(
        members.filter { $0.name != "position" }.map { .init($0.name, bare($0.value)) })
    default: value
    }
  }
}
