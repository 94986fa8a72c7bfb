import CasefileModel
import CasefileProjections
import Testing

/// Reviews by scorecards, by hand-computed tables.
@Suite("Metrics of reviews by scorecards")
struct MetricScorecardTests {
  private static let reviewer = Actor(.reviewer, "q-1")

  private func measured(
    _ metric: Metric, _ desk: FindingDesk, knownAt: KnownAt? = nil
  ) throws -> TicketMetric {
    let stored = desk.events.stored()
    let history = TicketHistory(events: stored.filter { $0.envelope.stream.isTicket })
    let context = MetricContext(scorecards: Scorecards(events: stored, knownAt: knownAt))
    return try #require(
      history.metric(metric, at: TicketCase.at(50_000), knownAt: knownAt, context: context))
  }

  private func publish(
    _ desk: inout FindingDesk, _ version: Int64 = 1, at minutes: Double = -10,
    from: Double? = nil, best: Int64 = 5
  ) {
    desk.add(
      ScorecardPublished(
        scorecardId: "sc", version: version,
        criteria: [
          Criterion(criterion: "tone", weightPermille: 200, scoreMax: best, isCritical: false),
          Criterion(criterion: "data", weightPermille: 800, scoreMax: best, isCritical: true),
        ], effectiveFrom: from.map { TicketCase.at($0) }), at: minutes, stream: "scorecard/sc")
  }

  private func review(
    _ desk: inout FindingDesk, _ id: String, at minutes: Double = 10,
    _ scores: [(String, Int64?)], total: Int64? = nil, card: String? = "sc", version: Int64? = 1
  ) {
    desk.add(
      ReviewSubmitted(
        reviewId: id, scorecardId: card, version: version,
        answers: scores.map { ReviewAnswer(criterion: $0, score: $1) }, totalPermille: total,
        agentId: "a-2"), at: minutes, by: Self.reviewer)
  }

  private func values(_ metric: Metric, _ desk: FindingDesk) throws -> [Int64] {
    try measured(metric, desk).samples.map(\.value)
  }

  @Test("Weights, scales and what is critical are the scorecard's where the review is silent")
  func silent() throws {
    var desk = FindingDesk()
    publish(&desk)
    review(&desk, "a", [("tone", 5), ("data", 4)])
    review(&desk, "b", at: 11, [("tone", 5), ("data", 0)])
    review(&desk, "c", at: 12, [("tone", 6), ("data", 5)])
    review(&desk, "d", at: 13, [("tone", 5), ("data", 0)], total: 900)
    // 0.2 · 5/5 + 0.8 · 4/5 = 0.84; what is critical fails the whole, whatever total is stated.
    let totals = try measured(.reviewTotal, desk)
    #expect(totals.samples.map(\.value) == [840, 0, 0] && totals.omissions == [.outsideScale: 1])
    #expect(totals.samples[0].positions == [Position(3), Position(2)])
    #expect(totals.samples.allSatisfy { $0.part == nil && $0.agent == "a-2" })
    #expect(try values(.criticalFailures, desk) == [0, 1, 0, 1])
    let scores = try measured(.reviewScore, desk)
    #expect(scores.samples.map(\.value) == [5, 4, 5, 0, 5, 5, 0])
    #expect(scores.samples[0].part == "tone" && scores.omissions == [.outsideScale: 1])
  }

  @Test("What the review says itself goes before what its scorecard says")
  func own() throws {
    var desk = FindingDesk()
    publish(&desk)
    desk.add(
      ReviewSubmitted(
        reviewId: "r", scorecardId: "sc",
        answers: [
          ReviewAnswer(criterion: "tone", weightPermille: 500, score: 10, scoreMax: 10),
          ReviewAnswer(
            criterion: "data", weightPermille: 500, isCritical: false, score: 0, scoreMax: 10),
        ]), at: 10, by: Self.reviewer)
    #expect(try values(.reviewTotal, desk) == [500])
    #expect(try measured(.criticalFailures, desk).omissions == [.noScore: 1])
  }

  @Test("A scorecard, a version or a criterion that was not published is no hundred per cent")
  func unpublished() throws {
    var desk = FindingDesk()
    publish(&desk)
    review(&desk, "a", [("tone", 5)], total: 1_000, card: "nope", version: 7)
    review(&desk, "b", at: 11, [("tone", 5)], total: 1_000, version: 9)
    review(&desk, "c", at: 12, [("tone", 5), ("zzz", 5)], total: 1_000)
    for metric in [Metric.reviewTotal, .criticalFailures] {
      let found = try measured(metric, desk)
      #expect(found.samples.isEmpty && found.omissions == [.noScorecard: 3], "\(metric)")
    }
    let scores = try measured(.reviewScore, desk)
    #expect(scores.samples.map(\.value) == [5] && scores.omissions == [.noScorecard: 3])
    // A review of no scorecard tells all itself.
    review(&desk, "d", at: 13, [("zzz", 5)], total: 1_000, card: nil, version: nil)
    #expect(try values(.reviewTotal, desk) == [1_000])
  }

  @Test("The scorecard counts that was published at or before the review, and never changes")
  func versions() throws {
    var desk = FindingDesk()
    publish(&desk, 1, at: 5)
    review(&desk, "early", at: 4, [("data", 4)])
    review(&desk, "same", at: 5, [("data", 4)])
    publish(&desk, 1, at: 6, best: 8)
    publish(&desk, 2, at: 7, from: 20, best: 10)
    review(&desk, "again", at: 8, [("data", 4)])
    review(&desk, "named", at: 9, [("data", 4)], version: 2)
    review(&desk, "silent", at: 10, [("data", 4)], version: nil)
    review(&desk, "later", at: 20, [("data", 4)], version: nil)
    let found = try measured(.reviewTotal, desk)
    // 4 of 5, and 4 of 10 by the second version, which is in force from the minute 20 on.
    #expect(found.samples.map(\.value) == [800, 800, 400, 800, 400])
    #expect(found.omissions == [.noScorecard: 1])
    // At first only the first three events and the first publication were known.
    let before = try measured(.reviewTotal, desk, knownAt: .position(Position(3)))
    #expect(before.samples.isEmpty && before.omissions == [.noScorecard: 1])
  }

  @Test("A scorecard that was retracted was not published; a correction holds from the beginning")
  func corrected() throws {
    var desk = FindingDesk()
    let id = desk.add(
      ScorecardPublished(
        scorecardId: "sc", version: 1, criteria: [Criterion(criterion: "tone", scoreMax: 5)]),
      at: -10, stream: "scorecard/sc")
    review(&desk, "r", [("tone", 4)])
    #expect(try values(.reviewTotal, desk) == [800])
    desk.add(
      EventCorrected(targetEventId: id, field: "version", newValue: "2"), at: 20,
      stream: "scorecard/sc")
    #expect(try measured(.reviewTotal, desk).omissions == [.noScorecard: 1])
    desk.add(EventRetracted(targetEventId: id), at: 21, stream: "scorecard/sc")
    #expect(try measured(.reviewTotal, desk).omissions == [.noScorecard: 1])
  }

  @Test("The last decision on a dispute states the total, or the scores that tell it")
  func decisions() throws {
    var desk = FindingDesk()
    publish(&desk)
    review(&desk, "r", [("tone", 1), ("data", 5)], total: 200)
    #expect(try values(.reviewTotal, desk) == [200])
    desk.add(
      ReviewResolved(reviewId: "r", decision: .upheld, totalPermille: 900), at: 20,
      by: Self.reviewer)
    let stated = try measured(.reviewTotal, desk).samples
    #expect(stated.map(\.value) == [900])
    #expect(stated[0].positions == [Position(3), Position(4), Position(2)])
    // 0.2 · 3/5 + 0.8 · 5/5 = 0.92: a decision that changes scores alone leaves no stated total.
    desk.add(
      ReviewResolved(
        reviewId: "r", decision: .partlyUpheld,
        changedScores: [ChangedScore(criterion: "tone", oldScore: 1, newScore: 3)]), at: 30,
      by: Self.reviewer)
    #expect(try values(.reviewTotal, desk) == [920])
    #expect(try values(.reviewScore, desk) == [3, 5])
    // A dispute that was rejected changes nothing, whatever else stands with the decision.
    desk.add(
      ReviewResolved(
        reviewId: "r", decision: .rejected,
        changedScores: [ChangedScore(criterion: "tone", oldScore: 3, newScore: 5)],
        totalPermille: 1_000), at: 40, by: Self.reviewer)
    desk.add(ReviewResolved(reviewId: "x", totalPermille: 1), at: 41, by: Self.reviewer)
    #expect(try values(.reviewTotal, desk) == [920])
  }

  @Test("A critical score outside its scale is neither failed nor kept")
  func outside() throws {
    var desk = FindingDesk()
    publish(&desk)
    review(&desk, "r", [("tone", 5), ("data", -1)])
    for metric in [Metric.criticalFailures, .reviewTotal] {
      let found = try measured(metric, desk)
      #expect(found.samples.isEmpty && found.omissions == [.outsideScale: 1], "\(metric)")
    }
    #expect(try values(.reviewScore, desk) == [5])
  }

  @Test("A review that is submitted again stands in the place of the one before")
  func again() throws {
    var desk = FindingDesk()
    publish(&desk)
    review(&desk, "r", [("data", 1)])
    desk.add(ReviewDisputed(reviewId: "r"), at: 11)
    desk.add(ReviewResolved(reviewId: "r", totalPermille: 300), at: 12, by: Self.reviewer)
    review(&desk, "r", at: 13, [("data", 4)])
    // What was decided about the first one is no matter of the second.
    let totals = try measured(.reviewTotal, desk)
    #expect(totals.samples.map(\.value) == [800] && totals.omissions == [.replaced: 1])
    for metric in [Metric.reviewDisputes, .reviewResponses, .criticalFailures] {
      let found = try measured(metric, desk)
      #expect(found.samples.count == 1 && found.omissions == [.replaced: 1], "\(metric)")
    }
    desk.add(ReviewResolved(reviewId: "r", totalPermille: 700), at: 14, by: Self.reviewer)
    #expect(try values(.reviewTotal, desk) == [700])
  }
}
