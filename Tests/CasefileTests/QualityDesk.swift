import Casefile
import CasefileModel
import CasefileTesting

/// A random desk with marks, reviews, calls and logged time, some of it with an import, some of it
/// corrected or retracted.
struct QualityDesk {
  let base: RandomDesk
  private(set) var events: [Event] = []

  /// - Parameter spread: how many times longer all of it lasts than some hours; with that there are
  ///   more tickets on which less happens, and some of them change their client.
  init(spread: Int64 = 1, using random: inout SeededRandom) {
    base =
      spread == 1
      ? RandomDesk(tickets: 6, using: &random)
      : RandomDesk(tickets: 16, eventsEach: 5, using: &random)
    events = base.events
    let count = events.count
    for number in 0..<count * 2 / 3 {
      let ticket = base.tickets[Int.random(in: 0..<base.tickets.count, using: &random)]
      events.append(extra(UInt64(number), ticket, using: &random))
    }
    for target in 0..<8 {
      let id = EventID(high: 0x7002, low: UInt64(target * 5))
      events.append(
        Event(
          EventRetracted(targetEventId: id), on: StreamID.known(base.tickets[0]),
          at: base.moment(using: &random), by: Actor(.reviewer, "r-1"),
          id: EventID(high: 0x7003, low: UInt64(target))))
    }
    for number in 0..<24 {
      let payload: any EventPayload =
        switch number % 4 {
        case 0: CallOffered(callId: "k", direction: .inbound, clientId: "c-1")
        case 1: CallAnswered(callId: "k", agentId: "a-\(number % 3 + 1)")
        case 2: CallEnded(callId: "k", talkSeconds: Int64(number), outcome: .resolved)
        default: ContactLinkedToTicket(contactId: "x", ticketId: base.tickets[number % 5])
        }
      // Some calls end without an answer, some are never linked.
      guard Int.random(in: 0..<4, using: &random) > 0 else { continue }
      events.append(
        Event(
          payload, on: StreamID(stored: "call/x-\(number / 4)"),
          at: base.moment(using: &random), by: Actor(.agent, "a-4"),
          id: EventID(high: 0x7008, low: UInt64(number))))
    }
    for target in [1, 6] {
      events.append(
        Event(
          EventRetracted(targetEventId: EventID(high: 0x7008, low: UInt64(target))),
          on: StreamID.known(base.tickets[1]), at: base.moment(using: &random),
          by: Actor(.reviewer, "r-1"), id: EventID(high: 0x7009, low: UInt64(target))))
    }
    for number in 1...4 {
      let agent = "a-\(number)"
      let at = base.moment(using: &random)
      let trainings: [any EventPayload] = [
        TrainingAssigned(
          trainingId: "t", agentId: agent, reviewIds: ["v-\(number)", "v-\(number / 2)"]),
        TrainingCompleted(trainingId: "t", agentId: agent),
      ]
      for (index, payload) in trainings.enumerated() {
        events.append(
          Event(
            payload, on: StreamID(stored: "agent/\(agent)"), at: at, by: Actor(.agent, "q-1"),
            id: EventID(high: 0x700A, low: UInt64(number * 2 + index))))
      }
    }
    events.append(
      Event(
        ClientMerged(intoClient: "c-2", clientId: "c-1"), on: StreamID(stored: "client/c-1"),
        at: base.moment(using: &random), by: Actor(.agent, "a-1"),
        id: EventID(high: 0x7004, low: 0)))
    if spread > 1 {
      for number in 0..<6 {
        let ticket = base.tickets[Int.random(in: 0..<base.tickets.count, using: &random)]
        events.append(
          Event(
            TicketClientChanged(toClient: "c-\(number % 4)"), on: StreamID.known(ticket),
            at: base.moment(using: &random), by: Actor(.agent, "a-1"),
            id: EventID(high: 0x700B, low: UInt64(number))))
      }
      // What acts on trainings, some of it before they are known.
      for number in 2...7 {
        let target = EventID(high: 0x700A, low: UInt64(number))
        let payload: any EventPayload =
          number.isMultiple(of: 3)
          ? EventRetracted(targetEventId: target)
          : EventCorrected(targetEventId: target, field: "agentId", newValue: JSONText("\"a-1\""))
        events.append(
          Event(
            payload, on: StreamID(stored: "agent/a-1"), at: base.moment(using: &random),
            by: Actor(.reviewer, "r-1"), id: EventID(high: 0x700C, low: UInt64(number))))
      }
      let begin = events[0].occurredAt
      for index in events.indices {
        let length = events[index].occurredAt.microseconds - begin.microseconds
        events[index].occurredAt = begin.adding(microseconds: length * spread)
      }
    }
    events.shuffle(using: &random)
    for index in events.indices where Int.random(in: 0..<4, using: &random) == 0 {
      let number = events[index].origin?.sequence
      events[index].origin = Origin(
        system: "old", importBatch: "b-1", sequence: number, basis: .imported)
    }
  }

  /// A moment at or near an event.
  func moment(using random: inout SeededRandom) -> Timestamp {
    events[Int.random(in: events.indices, using: &random)].occurredAt.adding(
      microseconds: Int64.random(in: -1...1, using: &random))
  }

  private func extra(
    _ number: UInt64, _ ticket: String, using random: inout SeededRandom
  ) -> Event {
    let word = "\(Int.random(in: 1...3, using: &random))"
    let agent = "a-\(Int.random(in: 1...4, using: &random))"
    let score = Int64.random(in: 0...6, using: &random)
    let payload: any EventPayload =
      switch Int.random(in: 0..<20, using: &random) {
      case 0: CallOffered(callId: "k-\(word)", direction: .inbound)
      case 1: CallAnswered(callId: "k-\(word)", agentId: agent)
      case 2: CallAbandoned(callId: "k-\(word)")
      case 3: CallEnded(callId: "k-\(word)", talkSeconds: score * 20, outcome: .resolved)
      case 4: SurveyOffered(surveyId: "s-\(word)")
      case 5, 6:
        RatingReceived(
          ratingId: "r-\(word)", surveyId: "s-\(word)", kind: .csat, score: score, scaleMin: 1,
          scaleMax: 5)
      case 7:
        RatingReceived(ratingId: "n-\(word)", kind: .nps, score: score, scaleMin: 0, scaleMax: 6)
      case 8:
        ReviewSubmitted(
          reviewId: "v-\(word)", scorecardId: word == "1" ? nil : "s",
          version: word == "2" ? score.quotientAndRemainder(dividingBy: 3).remainder : nil,
          answers: [
            ReviewAnswer(
              criterion: score == 4 ? "other" : "q", isCritical: word == "1" ? true : nil,
              score: score, scoreMax: word == "1" ? 5 : nil)
          ], totalPermille: score == 2 ? 700 : nil)
      case 9: TicketTimeLogged(agentId: agent, seconds: score * 60)
      case 10: TicketClassified(topicId: "t-\(word)")
      case 11: TicketFollowUpLinked(previousTicket: base.tickets[0], sameTopic: true)
      case 12: ResolutionProposed()
      case 13: TicketDiagnosticStep(step: "looked", stepCode: "s-\(word)")
      case 14: TicketSentimentFlagged(flag: score < 3 ? .negative : .urgent)
      case 15: ReviewCalibrated(reviewId: "v-\(word)", deltaPermille: score * 40 - 100)
      case 16: ReviewDisputed(reviewId: "v-\(word)")
      case 17:
        ReviewResolved(
          reviewId: "v-\(word)", decision: score < 3 ? .upheld : .rejected,
          changedScores: score == 1 ? [ChangedScore(criterion: "q", newScore: 3)] : [],
          totalPermille: score == 2 ? 800 : nil)
      case 18: ReviewAgentResponded(reviewId: "v-\(word)", text: "-", agrees: false)
      default: TicketNoteAdded(noteId: "x-\(number)", text: "-")
      }
    return Event(
      payload, on: StreamID.known(ticket), at: base.moment(using: &random),
      by: Actor(.agent, agent), id: EventID(high: 0x7002, low: number))
  }

  /// Appends all of it.
  func fill(_ store: Store, batch: Int, updating: Bool) throws {
    for start in stride(from: 0, to: events.count, by: batch) {
      _ = try store.appendBlocking(Array(events[start..<min(start + batch, events.count)]))
      if updating { try store.updateViews() }
    }
  }

  /// Publishes a policy, a calendar, a topic with a checklist and two versions of a scorecard.
  ///
  /// - Parameter target: of each clock, in seconds.
  static func publish(_ store: Store, target: Int64 = 1_800) throws {
    _ = try store.appendBlocking([
      Event(
        PolicyPublished(
          policyId: "p", version: 1,
          clocks: ["firstReply", "nextReply", "resolution"].map {
            PolicyClock(
              clock: $0, targetSeconds: target,
              calendarId: $0 == "nextReply" ? nil : "c", pauseOn: [.client])
          }, effectiveFrom: Timestamp(seconds: 0)), on: StreamID(stored: "policy/p"),
        at: Timestamp(seconds: 0), by: Actor(.agent, "a-1"), id: EventID(high: 0x7005, low: 1)),
      Event(
        CalendarPublished(
          calendarId: "c", version: 1, timeZone: "Europe/Moscow",
          weekly: [.monday, .tuesday, .wednesday, .thursday, .friday, .saturday, .sunday].map {
            WeeklyHours(day: $0, intervals: [DayInterval(from: "11:00", to: "16:00")])
          }), on: StreamID(stored: "calendar/c"), at: Timestamp(seconds: 0),
        by: Actor(.agent, "a-1"), id: EventID(high: 0x7005, low: 2)),
      Event(
        TopicRegistered(topicId: "t-1", name: "Login", checklist: ["s-1", "s-2"]),
        on: StreamID(stored: "topic/t-1"), at: Timestamp(seconds: 0), by: Actor(.agent, "a-1"),
        id: EventID(high: 0x7005, low: 3)),
    ])
    _ = try store.appendBlocking(
      [(1, 0), (2, 5)].map { (version: Int64, best: Int64) in
        Event(
          ScorecardPublished(
            scorecardId: "s", version: version,
            criteria: [Criterion(criterion: "q", scoreMax: 5 + best, isCritical: version == 1)]),
          on: StreamID(stored: "scorecard/s"), at: Timestamp(seconds: version),
          by: Actor(.agent, "a-1"),
          id: EventID(high: 0x7005, low: UInt64(version) + 3))
      })
  }
}
