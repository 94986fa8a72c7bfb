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
    #expect(try values(.touches, dialogue()) == [3])
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
