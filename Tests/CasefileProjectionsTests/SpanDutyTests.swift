import CasefileModel
import CasefileProjections
import Testing

@Suite("Duty on spans of responsibility")
struct SpanDutyTests {
  /// Anna's shift is from 0 to 480, she is sick from 1,440 on; an offer waits from 450 to 600.
  private func story(expires: Double? = nil) -> TicketCase {
    var events = TicketCase()
    events.add(ShiftStarted(agentId: "a-1", shiftId: "s-1"), at: 0, stream: "shift/s-1")
    events.add(TicketOpened(clientId: "c-9"), at: 10, by: .client)
    events.add(TicketAssigned(agentId: "a-1", mode: .take), at: 30)
    events.add(
      HandoffOffered(
        handoffId: "h-1", fromAgent: "a-1", toAgent: "a-2", reason: .shiftEnd, summary: "s",
        expiresAt: expires.map { TicketCase.at($0) }), at: 450)
    events.add(ShiftEnded(agentId: "a-1", shiftId: "s-1"), at: 480, stream: "shift/s-1")
    events.add(HandoffAccepted(handoffId: "h-1", agentId: "a-2"), at: 600, by: .boris)
    return events
  }

  private func review(
    _ events: TicketCase, asOf: Double? = nil
  ) -> ResponsibilityReview {
    let stored = events.stored()
    let history = TicketHistory(events: stored)
    let instant = asOf.map { TicketCase.at($0) }
    return ResponsibilityReview(
      history, asOf: instant,
      deadlines: DeadlineReviews(entries: history.entries(asOf: instant)),
      duties: AgentDuty.all(events: stored))
  }

  private func minutes(_ instant: Timestamp?) -> Int64? {
    instant.map { ($0.microseconds - TicketCase.start.microseconds) / 60_000_000 }
  }

  @Test("A span is divided where the holder's duty changes, without a gap")
  func periods() throws {
    let spans = review(story()).spans
    let anna = try #require(spans.first)
    #expect(anna.periods.map(\.standing.word) == ["onDuty", "offShift"])
    #expect(anna.periods.map { minutes($0.from) } == [30, 480])
    #expect(anna.periods.map { minutes($0.until) } == [480, 600])
    #expect(anna.periods[0].standing.position == Position(0))
    #expect(anna.seconds == 570 * 60)
    #expect(anna.periods.map { anna.seconds(of: $0) } == [450 * 60, 120 * 60])
    // Of Boris nothing is known, which is said and held against nobody.
    #expect(spans[1].periods.map(\.standing) == [.unknown])
    #expect(spans[1].unattendedSeconds == 0 && spans[1].periods[0].until == nil)
  }

  @Test("After the giver's shift, an open offer leaves the ticket unattended until it is answered")
  func unattended() throws {
    let anna = try #require(review(story()).spans.first)
    #expect(anna.offers.map(\.toAgent) == ["a-2"] && anna.offers[0].outcome == .accepted)
    #expect(anna.unattendedSeconds == 120 * 60)
    let time = try #require(anna.unattended.first)
    #expect(minutes(time.from) == 480 && minutes(time.until) == 600)
    #expect(time.offer.toAgent == "a-2")
  }

  @Test(
    "Before the answer it lasts up to the moment that is asked for; a lapsed offer ends it",
    arguments: [(nil, 500, 20, true), (490.0, 600, 10, false), (470.0, 600, 0, false)]
      as [(Double?, Double, Int64, Bool)])
  func asOf(expires: Double?, asOf: Double, unattended: Int64, isOpen: Bool) throws {
    var events = story(expires: expires)
    if !isOpen { events.add(TicketNoteAdded(noteId: "n"), at: 700, by: .boris) }
    let anna = try #require(review(events, asOf: isOpen ? asOf : nil).spans.first)
    #expect(anna.unattendedSeconds == unattended * 60)
    #expect((anna.offers.first?.outcome == .open) == isOpen)
  }

  @Test("A breach belongs to the holder at that moment, with the mark of duty and the open offer")
  func breaches() throws {
    var events = story()
    events.add(
      SLABreachObserved(
        clock: "resolution", dueAt: TicketCase.at(540), observedAt: TicketCase.at(610),
        holderAgent: "a-2"), at: 610, by: .rule)
    let breach = try #require(review(events).breaches.first)
    #expect(breach.holder == "a-1" && breach.statedHolder == "a-2")
    #expect(breach.standing == .offShift && breach.offer?.toAgent == "a-2")
    let parts = TicketHistory(events: events.stored()).agentParts()
    let duties = AgentDuty.all(events: events.stored())
    let anna = AgentHistory(agent: "a-1", parts: parts, duty: duties["a-1"])
    #expect(anna.counts.breaches == 1 && anna.counts.breachesAway == 1)
    let missed = try #require(anna.entries.first { $0.kind == .deadlineMissed })
    #expect(missed.clock == "resolution" && minutes(missed.at) == 540)
    #expect(AgentHistory(agent: "a-2", parts: parts).counts.breaches == 0)
    let spans = anna.spans(now: TicketCase.at(2_000))
    #expect(spans.map(\.ticket) == ["7"] && spans[0].duty.unattendedSeconds == 120 * 60)
  }

  @Test("A breach that is observed twice is one, and one without a holder is nobody's")
  func onceOnly() throws {
    var events = TicketCase()
    events.add(TicketOpened(clientId: "c-9"), at: 10, by: .client)
    let breach = SLABreachObserved(
      clock: "firstReply", dueAt: TicketCase.at(70), observedAt: TicketCase.at(71))
    events.add(breach, at: 71, by: .rule)
    events.add(breach, at: 72, by: .rule)
    events.add(TicketAssigned(agentId: "a-1", mode: .take), at: 80)
    let review = review(events)
    #expect(review.breaches.map(\.holder) == [nil])
    #expect(review.breaches.map(\.standing) == [.unknown])
    let parts = TicketHistory(events: events.stored()).agentParts()
    #expect(AgentHistory(agent: "a-1", parts: parts).counts.breaches == 0)
    events.add(
      SLABreachObserved(clock: "resolution", dueAt: TicketCase.at(90)), at: 91, by: .rule)
    events.add(
      SLABreachObserved(clock: "resolution", dueAt: TicketCase.at(90)), at: 95, by: .rule)
    let later = TicketHistory(events: events.stored()).agentParts()
    #expect(AgentHistory(agent: "a-1", parts: later).counts.breaches == 1)
  }

  @Test("A holder who is absent is said to be, by which event")
  func absent() throws {
    var events = TicketCase()
    events.add(TicketOpened(clientId: "c-9"), at: 10, by: .client)
    events.add(TicketAssigned(agentId: "a-1", mode: .take), at: 30)
    events.add(
      AbsenceStarted(kind: .sick, agentId: "a-1", from: TicketCase.at(60)), at: 60,
      stream: "agent/a-1")
    events.add(TicketNoteAdded(noteId: "n"), at: 100, by: .boris)
    let anna = try #require(review(events).spans.first)
    #expect(anna.periods.map(\.standing) == [.unknown, .absent(by: Position(2))])
    #expect(anna.periods.map { anna.seconds(of: $0) } == [30 * 60, 40 * 60])
    #expect(anna.unattendedSeconds == 0)
  }

  @Test("Periods say at every minute what the standing at that minute is")
  func periodsEqualStandings() throws {
    var events = TicketCase()
    for day in 0..<4 {
      let start = Double(day) * 1_440
      events.add(
        ShiftScheduled(
          shiftId: "s-\(day)", agentId: "a-1", from: TicketCase.at(start + 60),
          to: TicketCase.at(start + 540)), at: 0, stream: "shift/s-\(day)")
      if day % 2 == 0 {
        events.add(
          ShiftStarted(agentId: "a-1", shiftId: "s-\(day)"), at: start + 70,
          stream: "shift/s-\(day)")
      }
    }
    events.add(
      AbsenceStarted(
        agentId: "a-1", from: TicketCase.at(3_000), to: TicketCase.at(3_100)), at: 2_900,
      stream: "agent/a-1")
    let duty = try #require(AgentDuty.all(events: events.stored())["a-1"])
    let periods = duty.periods(from: TicketCase.at(0), until: TicketCase.at(9_000))
    #expect(zip(periods, periods.dropFirst()).allSatisfy { $0.until == $1.from })
    for minute in stride(from: 0.0, to: 9_000, by: 5) {
      let instant = TicketCase.at(minute)
      let period = periods.last { $0.from <= instant }
      #expect(period?.standing == duty.standing(at: instant), "minute \(minute)")
    }
    #expect(duty.periods(from: TicketCase.at(5), until: TicketCase.at(5)).isEmpty)
  }
}
