import CasefileModel
import CasefileProjections
import Testing

@Suite("How a close is shown by the record")
struct CloseReviewTests {
  private func opened() -> TicketCase {
    var ticket = TicketCase()
    ticket.add(TicketOpened(clientId: "c-9"), at: 0, by: .client)
    ticket.add(ResolutionProposed(summary: "done"), at: 10)
    return ticket
  }

  private func review(_ ticket: TicketCase) -> CloseReview? {
    CloseReview(entries: ticket.history.entries())
  }

  @Test("An open ticket has no close")
  func open() {
    #expect(review(opened()) == nil)
    var ticket = opened()
    ticket.add(TicketClosed(kind: .confirmed), at: 20)
    ticket.add(TicketReopened(), at: 30)
    #expect(review(ticket) == nil)
  }

  @Test("A confirmation of the client with its message shows a confirmed close")
  func confirmed() throws {
    var ticket = opened()
    ticket.add(CloseConfirmed(confirmedBy: "c-9", messageId: "m-1"), at: 15, by: .client)
    ticket.add(TicketClosed(kind: .agentUnconfirmed), at: 20)
    let close = try #require(review(ticket))
    #expect(close.stated == .agentUnconfirmed)
    #expect(close.evidenced == .confirmed)
    #expect(close.confirmation == Position(2))
    #expect(close.doubt == nil)
  }

  @Test(
    "A confirmation must stand, be entitled and be shown",
    arguments: [
      // Before the last proposal.
      (-5, "c-9", "m-1", nil, CloseReview.Doubt.noConfirmation),
      (5, "c-8", "m-1", nil, .notEntitled(Position(2))),
      (5, "c-9", nil, nil, .withoutEvidence(Position(2))),
      (5, "c-9", "m-1", 7, .rejected(Position(3))),
    ] as [(Double, String, String?, Double?, CloseReview.Doubt)])
  func doubts(
    after: Double, person: String, message: String?, rejected: Double?, doubt: CloseReview.Doubt
  ) throws {
    var ticket = opened()
    ticket.add(CloseConfirmed(confirmedBy: person, messageId: message), at: 10 + after)
    if let rejected { ticket.add(CloseRejected(by: "c-9"), at: 10 + rejected, by: .client) }
    ticket.add(TicketClosed(kind: .confirmed), at: 20)
    let close = try #require(review(ticket))
    #expect(close.stated == .confirmed)
    #expect(close.evidenced == .agentUnconfirmed)
    #expect(close.doubt == doubt)
  }

  @Test("Who is authorised on that day may confirm, and a clause of a contract too")
  func authorised() throws {
    var ticket = opened()
    ticket.add(TicketParticipantAdded(role: .authorisedConfirmer, personId: "p-1"), at: 1)
    ticket.add(CloseConfirmed(confirmedBy: "p-1", callId: "k-1"), at: 15)
    ticket.add(TicketClosed(), at: 20)
    #expect(try #require(review(ticket)).evidenced == .confirmed)

    var revoked = opened()
    revoked.add(TicketParticipantAdded(role: .authorisedConfirmer, personId: "p-1"), at: 1)
    revoked.add(TicketParticipantRemoved(role: .authorisedConfirmer, personId: "p-1"), at: 12)
    revoked.add(CloseConfirmed(confirmedBy: "p-1", callId: "k-1"), at: 15)
    revoked.add(TicketClosed(), at: 20)
    #expect(try #require(review(revoked)).doubt == .notEntitled(Position(4)))

    var clause = opened()
    clause.add(CloseConfirmed(authority: .contractClause, clause: "5.2"), at: 15, by: .rule)
    clause.add(TicketClosed(), at: 20)
    #expect(try #require(review(clause)).evidenced == .confirmed)
  }

  @Test("A later confirmation stands beside the kind")
  func later() throws {
    var ticket = opened()
    ticket.add(TicketClosed(kind: .autoClose, ruleId: "r-1"), at: 20, by: .rule)
    ticket.add(CloseConfirmed(confirmedBy: "c-9", messageId: "m-1"), at: 30, by: .client)
    let close = try #require(review(ticket))
    #expect(close.evidenced == .autoClose)
    #expect(close.later == [Position(3)])
  }

  @Test("An importer's close shows nothing but itself")
  func imported() throws {
    var ticket = TicketCase()
    ticket.add(TicketClosed(kind: .unknown), at: 20, by: Actor(.importer, "i-1"))
    #expect(try #require(review(ticket)).evidenced == nil)
  }
}

@Suite("Marks, deadlines and reasons")
struct MarkAndDeadlineTests {
  @Test(
    "A mark belongs to whom it names, else to the last reply before the survey, else the holder")
  func marks() {
    var ticket = TicketCase()
    ticket.add(TicketOpened(clientId: "c-9"), at: 0, by: .client)
    ticket.add(TicketAssigned(agentId: "a-1"), at: 1)
    ticket.add(ResolutionProposed(), at: 2)
    ticket.add(RatingReceived(ratingId: "r-0", kind: .ces, score: 3), at: 3, by: .client)
    ticket.add(MessageSent(messageId: "m-1", agentId: "a-1"), at: 4)
    ticket.add(SurveyOffered(surveyId: "s-1"), at: 5)
    ticket.add(MessageSent(messageId: "m-2", agentId: "a-2"), at: 6, by: .boris)
    ticket.add(MessageSent(messageId: "m-3", author: .bot), at: 7, by: .bot)
    ticket.add(
      RatingReceived(ratingId: "r-1", surveyId: "s-1", kind: .csat, score: 2), at: 8, by: .client)
    ticket.add(
      RatingReceived(ratingId: "r-2", kind: .csat, score: 5, about: RatingAbout(agentId: "a-3")),
      at: 9, by: .client)
    ticket.add(RatingChanged(ratingId: "r-1", newScore: 4), at: 10, by: .client)
    ticket.add(
      RatingReceived(ratingId: "r-3", surveyId: "s-1", kind: .csat, score: 1), at: 11, by: .client)
    let marks = MarkReview.marks(in: ticket.history.entries())
    #expect(marks.map(\.agent) == ["a-1", "a-1", "a-3", "a-1"])
    #expect(marks.map(\.ground) == [.holder, .lastReply, .named, .lastReply])
    #expect(marks[1].score == 4)
    #expect(marks[1].firstScore == 2)
    #expect(marks[1].replacedBy == Position(11))
    #expect(marks[2].replacedBy == nil)
    #expect(marks.map(\.holderAtResolution) == ["a-1", "a-1", "a-1", "a-1"])
  }

  @Test("A deadline's verdict is what was observed, and a breach stays one")
  func deadlines() throws {
    var ticket = TicketCase()
    ticket.add(SLAPolicyApplied(policyId: "p-1", policyVersion: 2), at: 0)
    ticket.add(SLAWarningIssued(clock: "firstReply", instance: 1, dueAt: TicketCase.at(60)), at: 50)
    ticket.add(
      SLABreachObserved(clock: "firstReply", instance: 1, holderAgent: "a-1"), at: 61, by: .rule)
    ticket.add(SLAEvaluated(clock: "firstReply", instance: 1, verdict: .met), at: 70, by: .rule)
    ticket.add(SLAEvaluated(clock: "resolution", verdict: .met), at: 71, by: .rule)
    ticket.add(
      SLABreachExplained(clock: "firstReply", instance: 1, causeCode: .lateHandoff), at: 80)
    let review = DeadlineReviews(entries: ticket.history.entries())
    #expect(review.policy == "p-1")
    #expect(review.deadlines.map(\.verdict) == [.breached, .evaluated(.met)])
    #expect(review.deadlines[0].dueAt == TicketCase.at(60))
    #expect(review.deadlines[0].holder == "a-1")
    #expect(review.deadlines[0].causes.map(\.code) == ["lateHandoff"])
  }

  @Test("The reason of a handoff stands in its offer, of an indirect one in the removal")
  func reasons() {
    var ticket = TicketCase()
    ticket.add(TicketAssigned(agentId: "a-1"), at: 0)
    ticket.add(
      HandoffOffered(
        handoffId: "h-1", fromAgent: "a-1", toAgent: "a-2", reason: .sickLeave, summary: "s"),
      at: 1)
    ticket.add(HandoffAccepted(handoffId: "h-1", agentId: "a-2"), at: 2, by: .boris)
    ticket.add(TicketUnassigned(reason: .lostAccess), at: 3)
    ticket.add(TicketAssigned(agentId: "a-3"), at: 4)
    ticket.add(TicketAssigned(agentId: "a-4"), at: 5)
    let reasons = HandoffReasons(entries: ticket.history.entries())
    #expect(reasons.reason(at: Position(2))?.word == "sickLeave")
    #expect(reasons.reason(at: Position(2))?.position == Position(1))
    #expect(reasons.reason(at: Position(4))?.word == "lostAccess")
    #expect(reasons.reason(at: Position(5)) == nil)
  }
}

@Suite("Gaps, origins and what can be judged")
struct GapTests {
  @Test("Gaps of the entries, and outages that fall into the case's time")
  func gaps() {
    var ticket = TicketCase()
    ticket.add(TicketOpened(channel: .email), at: 0, by: .client)
    ticket.add(CallRecordingMissing(reason: .personalPhone), at: 1)
    ticket.add(ChannelOutage(channel: .email, outageId: "o-1"), at: 5, stream: "channel/e")
    ticket.add(ChannelOutage(channel: .chat), at: 6, stream: "channel/c")
    ticket.add(
      ChannelOutage(from: TicketCase.at(-50), to: TicketCase.at(-40)), at: 7, stream: "channel/d")
    ticket.add(ChannelRestored(outageId: "o-1"), at: 8, stream: "channel/e")
    ticket.add(TicketClosed(), at: 10)
    let events = ticket.stored()
    let history = TicketHistory(events: events.filter { $0.envelope.stream.kind == "ticket" })
    let review = CaseReview(
      entries: history.entries(), state: history.state(),
      context: events.filter { $0.envelope.stream.kind == "channel" })
    #expect(review.gaps.map(\.kind) == [.recordingMissing, .outage])
    #expect(review.gaps[1].until == TicketCase.at(8))
    #expect(review.gaps[1].channel == "email")
  }

  @Test("What an imported source does not record can't be judged")
  func assessability() {
    var ticket = TicketCase()
    ticket.add(TicketOpened(), at: 0, sequence: 1)
    let entries = ticket.history.entries()
    let silent = Assessability(entries: entries, batches: [])
    #expect(silent.answer(.messages) == .notStated)
    var event = ticket.events[0]
    event.origin?.importBatch = "b-1"
    var imported = TicketCase()
    imported.add(event)
    let batch = ImportBatchStarted(batchId: "b-1", records: ["ticket.*", "message.*"])
    let stated = Assessability(entries: imported.history.entries(), batches: [batch])
    #expect(stated.answer(.messages) == .assessable)
    #expect(stated.answer(.agreements) == .assessable)
    #expect(stated.answer(.calls) == .notRecorded)
    ticket.add(TicketTagged(tag: "x"), at: 1)
    let live = Assessability(entries: ticket.history.entries(), batches: [])
    #expect(live.answer(.calls) == .assessable)
  }

  @Test("Provenance counts what was imported, live and entered later")
  func provenance() {
    var ticket = TicketCase()
    ticket.add(TicketOpened(), at: 0, sequence: 1)
    ticket.add(TicketTagged(tag: "x"), at: 1, sequence: 2)
    ticket.add(TicketTagged(tag: "y"), at: 2)
    let provenance = Provenance(entries: ticket.history.entries())
    #expect(provenance.imports.map(\.count) == [2])
    #expect(provenance.imports.map(\.since) == [TicketCase.at(10_000)])
    #expect(provenance.liveCount == 1)
    #expect(provenance.withoutSourceTimeCount == 2)
    #expect(!provenance.isImportedOnly)
  }

  @Test("Every type has a topic, and a corrected entry is about corrections too")
  func topics() {
    for type in EventSchema.builtIn.types { #expect(!EventTopic.topics(of: type.name).isEmpty) }
    var ticket = TicketCase()
    let id = ticket.add(TicketTagged(tag: "x"), at: 0)
    #expect(!EventTopic.corrections.covers(ticket.history.entries()[0]))
    ticket.add(EventRetracted(targetEventId: id), at: 1)
    let entries = ticket.history.entries()
    #expect(entries.map { EventTopic.corrections.covers($0) } == [true, true])
    #expect(EventTopic.changes.covers(entries[0]))
    #expect(EventTopic.topics(of: "acme.refundPaid") == [.changes])
  }

  @Test("By the source's own claim, what it wrote later was not known")
  func sourceClaim() {
    var ticket = TicketCase()
    ticket.add(TicketOpened(), at: 0, sequence: 1)
    var event = ticket.events[0]
    event.origin?.sourceRecordedAt = TicketCase.at(30)
    var claimed = TicketCase()
    claimed.add(event)
    #expect(claimed.history.entries(knownAt: .sourceClaim(TicketCase.at(30))).count == 1)
    #expect(claimed.history.entries(knownAt: .sourceClaim(TicketCase.at(29))).isEmpty)
    #expect(claimed.history.entries(knownAt: .recorded(TicketCase.at(30))).isEmpty)
    // Without a claim it counts from its import on.
    #expect(ticket.history.entries(knownAt: .sourceClaim(TicketCase.at(9_999))).isEmpty)
    #expect(ticket.history.entries(knownAt: .sourceClaim(TicketCase.at(10_000))).count == 1)
  }
}

@Suite("What is not for the client's eyes")
struct WithheldTests {
  @Test("Visibility of the event, or what its message was made last")
  func withheld() {
    var ticket = TicketCase()
    ticket.add(TicketOpened(), at: 0)
    ticket.add(TicketNoteAdded(noteId: "n", text: "secret"), at: 1, visibility: .internal)
    ticket.add(MessageSent(messageId: "m-1", body: "oops"), at: 2)
    ticket.add(MessageSent(messageId: "m-2", body: "ok"), at: 3, visibility: .internal)
    ticket.add(MessageVisibilityChanged(messageId: "m-1", to: .restricted), at: 4)
    ticket.add(MessageVisibilityChanged(messageId: "m-2", to: .public), at: 5)
    let events = ticket.stored()
    let withheld = Withheld.entries(TicketHistory(events: events).entries())
    #expect(withheld == [Position(1): .internal, Position(2): .restricted])
    let stripped = Withheld.strip(events, withheld: withheld)
    #expect(stripped.map { $0.content != nil } == [false, false, false, true, false, false])
  }

  @Test("A correction of what may be shown keeps its value")
  func corrections() throws {
    var ticket = TicketCase()
    let id = ticket.add(TicketClosed(kind: .unknown), at: 0)
    ticket.add(
      EventCorrected(targetEventId: id, field: "kind", newValue: "\"confirmed\""),
      at: 1, visibility: .internal)
    let events = ticket.stored()
    let withheld = Withheld.entries(TicketHistory(events: events).entries())
    let stripped = TicketHistory(events: Withheld.strip(events, withheld: withheld))
    #expect(withheld.count == 1)
    #expect(stripped.state().closeKind == .confirmed)
  }
}
