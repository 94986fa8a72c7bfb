import CasefileModel
import CasefileProjections
import Testing

/// What is said of reviews, checklists and trainings, by hand-computed tables.
@Suite("Metrics of reviews, checklists and trainings")
struct MetricReviewTests {
  private static let day = 1_440.0
  private static let reviewer = Actor(.reviewer, "q-1")

  private func measured(
    _ metric: Metric, _ desk: FindingDesk, onDay day: Double = 100,
    knownAt: KnownAt? = nil
  ) throws -> TicketMetric {
    let now = TicketCase.at(day * Self.day)
    let stored = desk.events.stored()
    let history = TicketHistory(events: stored.filter { $0.envelope.stream.isTicket })
    var trainings = TrainingBook(events: stored, at: now, knownAt: knownAt)
    if let totals = history.metric(.reviewTotal, at: now, knownAt: knownAt) {
      trainings.count(totals)
    }
    let context = MetricContext(
      checklists: TopicChecklists(events: stored, knownAt: knownAt), trainings: trainings)
    return try #require(history.metric(metric, at: now, knownAt: knownAt, context: context))
  }

  private func rows(_ found: TicketMetric) -> [String] {
    found.samples.map {
      "\($0.part ?? "-") \($0.agent ?? "-") \($0.value) \($0.positions.map(\.rawValue))"
    }
  }

  private func reviewed(
    _ desk: inout FindingDesk, _ id: String, onDay day: Double, total: Int64 = 500,
    agent: String = "a-2"
  ) {
    desk.add(
      ReviewSubmitted(reviewId: id, totalPermille: total, reviewerId: "q-1", agentId: agent),
      at: day * Self.day, by: Self.reviewer)
  }

  @Test("The other's total less the review's own is the reviewer's")
  func calibration() throws {
    var desk = FindingDesk()
    reviewed(&desk, "r-1", onDay: 1)
    for (id, delta) in [("r-1", -120), ("r-2", 40), ("r-1", nil), ("r-1", 1_001)]
      as [(String, Int64?)]
    {
      desk.add(
        ReviewCalibrated(reviewId: id, otherReviewer: "q-2", deltaPermille: delta),
        at: 2 * Self.day, by: Actor(.reviewer, "q-2"))
    }
    let found = try measured(.calibration, desk)
    #expect(rows(found) == ["- q-1 -120 [2, 3]", "- - 40 [4]"])
    #expect(found.omissions == [.noScore: 1, .outsideScale: 1])
  }

  @Test("Who answered to a review, who disputed it, and how long that took")
  func disputes() throws {
    var desk = FindingDesk()
    for id in ["r-1", "r-2", "r-3"] { reviewed(&desk, id, onDay: 1) }
    desk.add(ReviewAgentResponded(reviewId: "r-1", agrees: false), at: 1_500, by: .boris)
    desk.add(ReviewDisputed(reviewId: "r-1"), at: 1_510, by: .boris)
    // Brought again before the decision: the same dispute.
    desk.add(ReviewDisputed(reviewId: "r-1"), at: 1_520, by: .boris)
    desk.add(ReviewResolved(reviewId: "r-1", decision: .rejected), at: 1_570, by: Self.reviewer)
    desk.add(ReviewDisputed(reviewId: "r-1"), at: 1_580, by: .boris)
    desk.add(ReviewResolved(reviewId: "r-1", decision: .upheld), at: 1_581, by: Self.reviewer)
    desk.add(ReviewDisputed(reviewId: "r-2"), at: 1_600, by: .boris)
    desk.add(ReviewResolved(reviewId: "r-3", decision: .settled), at: 1_601, by: Self.reviewer)
    #expect(
      rows(try measured(.reviewResponses, desk)) == [
        "- a-2 1 [2, 5]", "- a-2 0 [3]", "- a-2 0 [4]",
      ])
    #expect(
      rows(try measured(.reviewDisputes, desk)) == [
        "- a-2 1 [2, 6]", "- a-2 1 [3, 11]", "- a-2 0 [4]",
      ])
    let time = try measured(.disputeTime, desk)
    #expect(rows(time) == ["rejected a-2 3600 [6, 8]", "upheld a-2 60 [9, 10]"])
    #expect(time.omissions == [.notYet: 1])
    #expect(try measured(.disputeTime, FindingDesk()).samples.isEmpty)
  }

  // MARK: Checklists

  private func diagnosed() -> FindingDesk {
    var desk = FindingDesk()
    desk.add(
      TopicRegistered(topicId: "t-1", name: "Login", checklist: ["a", "b", "c", "a"]), at: -10,
      stream: "topic/t-1")
    desk.add(TicketClassified(topicId: "t-1"), at: 1)
    for (step, minutes) in [("a", 2.0), ("a", 3), ("x", 4), (nil, 5)] as [(String?, Double)] {
      desk.add(TicketDiagnosticStep(step: "looked", stepCode: step), at: minutes)
    }
    return desk
  }

  @Test("Of a checklist the steps count that were recorded by the end, each once")
  func checklist() throws {
    var desk = diagnosed()
    #expect(try measured(.checklistDone, desk).omissions == [.notEnded: 1])
    #expect(
      rows(try measured(.diagnosticActs, desk)) == [
        "a a-1 1 [4]", "a a-1 1 [5]", "x a-1 1 [6]", "- a-1 1 [7]",
      ])
    desk.add(TicketClosed(), at: 10)
    desk.add(TicketDiagnosticStep(step: "looked", stepCode: "b"), at: 11)
    #expect(rows(try measured(.checklistDone, desk)) == ["- a-1 333 [2, 4]"])
    #expect(rows(try measured(.checklistSkipped, desk)) == ["b a-1 1 [2]", "c a-1 1 [2]"])
    let found = try measured(.checklistSkipped, desk).samples[0]
    #expect(found.at == TicketCase.at(10) && found.ticket == "7" && found.group == "g-1")
  }

  @Test("Without a topic, and where the topic called for nothing then, nothing is told")
  func noChecklist() throws {
    var closed = diagnosed()
    // Until that day the list held; from then on there is none.
    closed.add(TopicRegistered(topicId: "t-1", name: "Login"), at: 20, stream: "topic/t-1")
    closed.add(TicketClosed(), at: 19)
    #expect(try measured(.checklistDone, closed).samples.map(\.value) == [333])
    var later = diagnosed()
    later.add(TopicRegistered(topicId: "t-1", name: "Login"), at: 20, stream: "topic/t-1")
    later.add(TicketClosed(), at: 21)
    for metric in [Metric.checklistDone, .checklistSkipped] {
      #expect(try measured(metric, later).omissions == [.noChecklist: 1])
    }
    // The registration that took it away was not known yet.
    #expect(
      try measured(.checklistDone, later, knownAt: .position(Position(7))).omissions
        == [.notEnded: 1])
    var bare = FindingDesk()
    bare.add(TicketClosed(), at: 10)
    #expect(try measured(.checklistDone, bare).omissions == [.noTopic: 1])
  }

  // MARK: Trainings

  /// Reviews on the days 10, 20 and 40, a training assigned on the day 40 and completed on the day 45,
  /// and reviews on some days after.
  private func trained(_ after: [Double], result: TrainingResult? = .passed) -> FindingDesk {
    var desk = FindingDesk()
    for day in [9.0, 10, 20, 39] { reviewed(&desk, "r-\(day)", onDay: day, total: 400) }
    desk.add(
      TrainingAssigned(trainingId: "t", agentId: "a-2", reviewIds: ["r-39.0", "elsewhere"]),
      at: 40 * Self.day, by: Self.reviewer, stream: "agent/a-2")
    reviewed(&desk, "between", onDay: 42)
    reviewed(&desk, "other", onDay: 50, agent: "a-1")
    desk.add(
      TrainingCompleted(trainingId: "t", agentId: "a-2", result: result), at: 45 * Self.day,
      stream: "agent/a-2")
    for day in after { reviewed(&desk, "r-\(day)", onDay: day, total: 700) }
    return desk
  }

  @Test("Reviews in the thirty days before a training and after it, three on each side")
  func training() throws {
    let found = try measured(.trainingEffect, trained([45, 60, 75, 75.1]))
    // The ninth day lies 31 days before, the last review more than 30 days after.
    #expect(
      rows(found) == [
        "before a-2 400 [3, 6, 9]", "before a-2 400 [4, 6, 9]", "before a-2 400 [5, 6, 9]",
        "after a-2 700 [10, 6, 9]", "after a-2 700 [11, 6, 9]", "after a-2 700 [12, 6, 9]",
      ])
    #expect(found.omissions.isEmpty)
  }

  @Test("Fewer reviews tell nothing, and are counted; a training that was missed is none")
  func fewReviews() throws {
    let few = try measured(.trainingEffect, trained([45, 60]))
    #expect(few.samples.isEmpty && few.omissions == [.fewReviews: 5])
    let missed = try measured(.trainingEffect, trained([45, 60, 70], result: .missed))
    #expect(missed.samples.isEmpty && missed.omissions.isEmpty)
    // It was not completed yet.
    let open = try measured(.trainingEffect, trained([45, 60, 70]), onDay: 44)
    #expect(open.samples.isEmpty && open.omissions.isEmpty)
    var unasked = trained([45, 60, 70])
    unasked.add(
      TrainingCompleted(trainingId: "free", agentId: "a-2"), at: 46 * Self.day,
      stream: "agent/a-2")
    // No review led to the other training.
    #expect(try measured(.trainingEffect, unasked).samples.count == 6)
  }

  @Test("A review led to a training that names it")
  func led() throws {
    let found = try measured(.trainedReviews, trained([60]))
    #expect(found.samples.map(\.value) == [0, 0, 0, 1, 0, 0, 0])
    #expect(found.samples[3].positions == [Position(5), Position(6)])
    #expect(found.samples[3].agent == "a-2")
    let before = try measured(.trainedReviews, trained([60]), onDay: 39.5)
    #expect(before.samples.map(\.value) == [0, 0, 0, 0])
  }
}
