import CasefileModel
import CasefileProjections
import Testing

@Suite("Metrics")
struct MetricTests {
  private func measured(
    _ metric: Metric, _ desk: FindingDesk, at minutes: Double = 50_000
  ) throws -> TicketMetric {
    try #require(desk.events.history.metric(metric, at: TicketCase.at(minutes)))
  }

  private func values(
    _ metric: Metric, _ desk: FindingDesk, at minutes: Double = 50_000
  ) throws -> [Int64] {
    try measured(metric, desk, at: minutes).samples.map(\.value)
  }

  /// A client writes at 10, 11 and 30, a bot answers at 12, Anna at 20, Boris at 90; a note of Anna's
  /// stands before all of it.
  private func dialogue() -> FindingDesk {
    var desk = FindingDesk()
    desk.add(MessageSent(messageId: "m-0", author: .agent), at: 5)
    desk.add(MessageReceived(messageId: "q-1", authorRole: .client), at: 10, by: .client)
    desk.add(MessageReceived(messageId: "q-2", authorRole: .client), at: 11, by: .client)
    desk.add(MessageSent(messageId: "m-1", author: .bot), at: 12, by: .bot)
    desk.add(MessageSent(messageId: "m-2", author: .agent), at: 20)
    desk.add(MessageReceived(messageId: "q-3", authorRole: .client), at: 30, by: .client)
    desk.add(TicketAssigned(agentId: "a-2", mode: .give), at: 40)
    desk.add(MessageSent(messageId: "m-3", author: .agent), at: 90, by: .boris)
    return desk
  }

  @Test("The first reply is the first human one after the client's first message")
  func firstReply() throws {
    let sample = try #require(try measured(.firstReply, dialogue()).samples.first)
    #expect(sample.value == 600 && sample.agent == "a-1" && sample.group == "g-1")
    #expect(sample.positions.map(\.rawValue) == [3, 6] && sample.at == TicketCase.at(20))
    #expect(try measured(.firstReply, dialogue(), at: 19).omissions == [.notYet: 1])
    #expect(try measured(.firstReply, FindingDesk()).omissions == [.noClientMessage: 1])
  }

  @Test("Each turn of the client counts from its first message to the reply")
  func replies() throws {
    let measured = try measured(.replies, dialogue())
    #expect(measured.samples.map(\.value) == [600, 3_600])
    #expect(measured.samples.map(\.agent) == ["a-1", "a-2"])
    var open = dialogue()
    open.add(MessageReceived(messageId: "q-4", authorRole: .client), at: 95, by: .client)
    #expect(try self.measured(.replies, open).omissions == [.notYet: 1])
  }

  @Test("A handoff is the giver's; touches are turns of one agent in one channel")
  func handoffs() throws {
    let measured = try measured(.handoffs, dialogue())
    #expect(measured.samples.map(\.value) == [1] && measured.samples[0].agent == "a-1")
    let touches = try self.measured(.touches, dialogue()).samples
    #expect(touches.map(\.value) == [1, 1, 1] && touches.map(\.agent) == ["a-1", "a-1", "a-2"])
    #expect(touches.map(\.at) == [5, 20, 90].map { TicketCase.at($0) })
    #expect(touches.map { $0.positions.map(\.rawValue) } == [[2], [6], [9]])
    #expect(try values(.handoffs, FindingDesk()) == [])
    // To the same agent once more: no handoff, and a turn all the same.
    var again = dialogue()
    again.add(TicketAssigned(agentId: "a-2", mode: .manual), at: 100)
    #expect(try values(.handoffs, again) == [1])
    let turns = try self.measured(.reassignments, again).samples
    #expect(turns.map(\.agent) == ["a-1", "a-2"])
  }

  @Test("Reaction and resolution run from the opening; what has not ended is left out")
  func times() throws {
    var desk = FindingDesk(takenAt: 7)
    #expect(try values(.firstReaction, desk) == [420])
    #expect(try measured(.firstReaction, FindingDesk(takenAt: nil)).omissions == [.notYet: 1])
    #expect(try measured(.resolution, desk).omissions == [.notEnded: 1])
    #expect(try measured(.reopened, desk).omissions == [.notEnded: 1])
    desk.add(ResolutionProposed(), at: 60)
    desk.add(TicketClosed(), at: 80)
    #expect(try values(.resolution, desk) == [3_600])
    #expect(try values(.reopened, desk) == [0])
    desk.add(TicketReopened(), at: 100)
    desk.add(TicketClosed(), at: 200)
    #expect(try values(.resolution, desk) == [12_000])
    #expect(try values(.reopened, desk) == [1])
    #expect(try values(.resolution, desk, at: 90) == [3_600])
  }

  @Test("Scores as the last decision left them, by criterion; those outside the scale are left out")
  func reviews() throws {
    var desk = FindingDesk()
    desk.add(
      ReviewSubmitted(
        reviewId: "r-1",
        answers: [
          ReviewAnswer(criterion: "Q1", score: 4, scoreMax: 5),
          ReviewAnswer(criterion: "Q2", score: nil, scoreMax: 5),
          ReviewAnswer(criterion: "Q3", score: 6, scoreMax: 5),
        ], agentId: "a-2"), at: 10, by: Actor(.reviewer, "r"))
    let first = try measured(.reviewScore, desk)
    #expect(first.samples.map(\.part) == ["Q1"] && first.samples[0].agent == "a-2")
    #expect(first.omissions == [.noScore: 1, .outsideScale: 1])
    desk.add(
      ReviewResolved(
        reviewId: "r-1", changedScores: [ChangedScore(criterion: "Q1", oldScore: 4, newScore: 5)]),
      at: 20, by: Actor(.reviewer, "r"))
    #expect(try values(.reviewScore, desk) == [5])
    #expect(try values(.reviewScore, desk, at: 19) == [4])
  }

  @Test("A client's mark counts once, by the newest; outside its scale it is none")
  func marks() throws {
    func rated(_ score: Int64, _ id: String) -> RatingReceived {
      RatingReceived(
        ratingId: id, surveyId: "s", kind: .csat, score: score, scaleMin: 1, scaleMax: 5)
    }
    var desk = FindingDesk()
    desk.add(MessageSent(messageId: "m-1", author: .agent), at: 5)
    desk.add(rated(2, "k-1"), at: 10, by: .client)
    desk.add(rated(4, "k-2"), at: 20, by: .client)
    let measured = try measured(.satisfaction, desk)
    #expect(measured.samples.map(\.value) == [4] && measured.omissions == [.replaced: 1])
    #expect(measured.samples[0].part == "1–5" && measured.samples[0].agent == "a-1")
    desk.add(rated(6, "k-3"), at: 30, by: .client)
    #expect(
      try self.measured(.satisfaction, desk).omissions == [.replaced: 2, .outsideScale: 1])
  }

  @Test("A call's wait is stated, or measured from the offer; an own call is none")
  func calls() throws {
    var desk = FindingDesk()
    desk.add(CallOffered(callId: "k", direction: .inbound), at: 10, by: .client)
    desk.add(CallAnswered(callId: "k", agentId: "a-1"), at: 10.5)
    desk.add(CallAnswered(callId: "l", agentId: "a-1", waitSeconds: 7), at: 20)
    desk.add(CallAnswered(callId: "n", agentId: "a-1"), at: 21)
    desk.add(CallOffered(callId: "o", direction: .outbound), at: 30)
    desk.add(CallAnswered(callId: "o", agentId: "a-1"), at: 31)
    let measured = try measured(.callWait, desk)
    #expect(measured.samples.map(\.value) == [30, 7] && measured.omissions == [.noTime: 1])
  }

  @Test("Who takes a call over lets the client wait from the transfer on; no wait is below nought")
  func transferredCalls() throws {
    var desk = FindingDesk()
    desk.add(CallOffered(callId: "k", direction: .inbound), at: 10, by: .client)
    desk.add(CallAnswered(callId: "k", agentId: "a-1"), at: 10.5)
    desk.add(CallTransferred(callId: "k", toAgent: "a-2"), at: 15)
    desk.add(CallAnswered(callId: "k", agentId: "a-2"), at: 15.25, by: .boris)
    // Nothing tells since when the client waited for the third one.
    desk.add(CallAnswered(callId: "l", agentId: "a-1", waitSeconds: 3), at: 20)
    desk.add(CallAnswered(callId: "l", agentId: "a-2"), at: 25, by: .boris)
    desk.add(CallAnswered(callId: "m", agentId: "a-1", waitSeconds: -500), at: 30)
    desk.add(
      CallOffered(callId: "n", direction: .inbound, startedAt: TicketCase.at(41)), at: 40,
      by: .client)
    desk.add(CallAnswered(callId: "n", agentId: "a-1"), at: 40.5)
    // What is stated can't be; the offer tells it.
    desk.add(CallOffered(callId: "o", direction: .inbound), at: 50, by: .client)
    desk.add(CallAnswered(callId: "o", agentId: "a-1", waitSeconds: -1), at: 50.5)
    let found = try measured(.callWait, desk)
    #expect(found.samples.map(\.value) == [30, 15, 3, 30])
    #expect(found.samples.map(\.agent) == ["a-1", "a-2", "a-1", "a-1"])
    #expect(found.samples[1].positions.map(\.rawValue) == [4, 5])
    #expect(found.omissions == [.noTime: 3])
  }

  @Test("A call is a turn of the client, and what is said on it a reply")
  func firstReplyOnThePhone() throws {
    // It rings before the ticket has a message, and is answered half a minute later.
    var rung = FindingDesk()
    rung.add(CallOffered(callId: "k", direction: .inbound), at: 10, by: .client)
    rung.add(CallAnswered(callId: "k", agentId: "a-2"), at: 10.5, by: .boris)
    rung.add(MessageReceived(messageId: "q-1", authorRole: .client), at: 60, by: .client)
    rung.add(MessageSent(messageId: "m-1", author: .agent), at: 90)
    let first = try #require(try measured(.firstReply, rung).samples.first)
    #expect(first.value == 30 && first.agent == "a-2" && first.at == TicketCase.at(10.5))
    // An agent's own call is no turn of the client; neither is one with a vendor.
    var called = FindingDesk()
    called.add(CallOffered(callId: "k", direction: .outbound), at: 10)
    called.add(
      CallOffered(callId: "v", direction: .inbound, partyRole: .vendor), at: 11, by: .bot)
    #expect(try measured(.firstReply, called).omissions == [.noClientMessage: 1])
    // Nobody answers the phone: the reply is the message.
    var missed = FindingDesk()
    missed.add(CallOffered(callId: "k", direction: .inbound), at: 10, by: .client)
    missed.add(MessageSent(messageId: "m-1", author: .agent), at: 20)
    #expect(try values(.firstReply, missed) == [600])
  }

  @Test("A ticket that was opened from an answered call has the reply, and a turn, at its opening")
  func openedFromCall() throws {
    // The call is recorded in a stream of its own.
    var desk = FindingDesk(empty: ())
    desk.add(TicketOpened(clientId: "c-9", channel: .phone, callId: "k"), at: 0)
    desk.add(TicketAssigned(agentId: "a-1", mode: .take), at: 0)
    let reply = try measured(.firstReply, desk).samples
    #expect(reply.map(\.value) == [0] && reply.map(\.agent) == ["a-1"])
    #expect(reply.map(\.positions) == [[Position(0)]])
    let touches = try measured(.touches, desk).samples
    #expect(touches.map(\.value) == [1] && touches.map(\.agent) == ["a-1"])
    #expect(try values(.followUpQuestions, desk) == [0])
    desk.add(TicketClosed(), at: 5)
    // One turn settled it, until the client writes again.
    #expect(try values(.oneReply, desk) == [1] && values(.firstContact, desk) == [1])
    var again = desk
    again.add(MessageReceived(messageId: "q-1", authorRole: .client), at: 2, by: .client)
    again.add(MessageSent(messageId: "m-1", author: .agent), at: 3)
    #expect(try values(.oneReply, again) == [0] && values(.firstContact, again) == [0])
    #expect(try values(.followUpQuestions, again) == [1] && values(.nextReplies, again) == [60])
    #expect(try values(.firstReply, again) == [0])
    // Whoever opened it was no agent, or the call was given up: it had no answer.
    var client = FindingDesk(empty: ())
    client.add(TicketOpened(clientId: "c-9", channel: .phone, callId: "k"), at: 0, by: .client)
    #expect(try values(.touches, client) == [0])
    var given = FindingDesk(empty: ())
    given.add(TicketOpened(clientId: "c-9", channel: .phone, callId: "k"), at: 0)
    given.add(CallOffered(callId: "k", direction: .inbound), at: 0, by: .client)
    given.add(CallAbandoned(callId: "k"), at: 1, by: .bot)
    #expect(try measured(.firstReply, given).omissions == [.notYet: 1])
    #expect(try values(.touches, given) == [0])
    // The ticket tells of the call, and of nobody who was reached on it.
    var rung = FindingDesk(empty: ())
    rung.add(TicketOpened(clientId: "c-9", channel: .phone, callId: "k"), at: 0)
    rung.add(CallOffered(callId: "k", direction: .inbound), at: 0, by: .client)
    #expect(try measured(.firstReply, rung).omissions == [.notYet: 1])
    #expect(try values(.touches, rung) == [0])
    rung.add(CallAnswered(callId: "k", agentId: "a-1"), at: 1)
    #expect(try values(.firstReply, rung) == [0] && values(.touches, rung) == [1])
  }

  @Test("What was imported without anything of the kind is no value")
  func notRecorded() throws {
    let imported = Origin(system: "desk", basis: .imported)
    var desk = FindingDesk(empty: ())
    desk.add(TicketOpened(clientId: "c-9"), at: 0, by: .client, origin: imported)
    desk.add(TicketClosed(), at: 9, origin: imported)
    #expect(try measured(.touches, desk).omissions == [.notRecorded: 1])
    #expect(try measured(.unsatisfied, desk).omissions == [.notRecorded: 1])
    #expect(try measured(.promptedTouches, desk).omissions == [.notRecorded: 1])
    desk.add(ReviewSubmitted(reviewId: "r", agentId: "a-1"), at: 8, origin: imported)
    #expect(try measured(.reviewResponses, desk).omissions == [.notRecorded: 1])
    #expect(try measured(.reviewDisputes, desk).omissions == [.notRecorded: 1])
    desk.add(ReviewDisputed(reviewId: "r"), at: 8.5, origin: imported)
    #expect(try values(.reviewDisputes, desk) == [1])
    // A message, and a survey, show that these are recorded.
    desk.add(
      MessageReceived(messageId: "q", authorRole: .client), at: 1, by: .client, origin: imported)
    desk.add(SurveyOffered(surveyId: "s"), at: 10, origin: imported)
    #expect(try values(.touches, desk) == [0] && values(.unsatisfied, desk) == [1])
    // What this store recorded itself is all there was.
    #expect(try values(.touches, FindingDesk()) == [0])
    #expect(try values(.unsatisfied, FindingDesk()) == [1])
  }

  @Test("A table counts, sums and ranks by hand, in each cut")
  func table() throws {
    var desks: [FindingDesk] = []
    for (agent, minutes) in [("a-1", 10.0), ("a-1", 20.0), ("a-2", 30.0), ("a-2", 50.0)] {
      var desk = FindingDesk(takenAt: nil)
      desk.add(TicketAssigned(agentId: agent, mode: .take), at: 1)
      desk.add(ResolutionProposed(), at: minutes)
      desks.append(desk)
    }
    desks.append(FindingDesk())
    var all = MetricTable(.resolution)
    var agents = MetricTable(.resolution, by: .agent)
    var late = MetricTable(.resolution, by: .month) { $0.value > 600 }
    for desk in desks {
      let measured = try measured(.resolution, desk)
      all.add(measured)
      agents.add(measured)
      late.add(measured)
    }
    #expect(all.ticketCount == 5 && all.omissions == [.notEnded: 1])
    let row = try #require(all.rows.first)
    #expect(all.rows.count == 1 && row.count == 4 && row.sum == 6_600)
    // The same id on every desk: one ticket.
    #expect(row.ticketCount == 1)
    #expect(row.quantile(permille: 500) == 1_200 && row.quantile(permille: 900) == 3_000)
    #expect(row.quantile(permille: 0) == 600 && row.quantile(permille: 1_000) == 3_000)
    #expect(agents.rows.map(\.key) == ["a-1", "a-2"] && agents.rows.map(\.sum) == [1_800, 4_800])
    #expect(late.rows.map(\.key) == ["2026-03"] && late.rows.map(\.count) == [3])
    #expect(MetricTable(.resolution).rows.isEmpty)
  }
}
