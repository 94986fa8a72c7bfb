import CasefileModel

/// What quality control said, and what was said against it.
extension Meter {
  /// A review with its scores as the last decision on a dispute left them.
  private struct Review {
    let entry: TicketEntry
    let payload: ReviewSubmitted
    let agent: String?
    let isChanged: Bool
    let decision: Position?
    let scores: [(answer: ReviewAnswer, score: Int64?)]
  }

  private func reviews() -> [Review] {
    var changed: [String: [String: Int64]] = [:]
    var decisions: [String: Position] = [:]
    for (entry, payload) in one.all(ReviewResolved.self) {
      for score in payload.changedScores where score.newScore != nil {
        changed[payload.reviewId, default: [:]][score.criterion] = score.newScore
        decisions[payload.reviewId] = entry.position
      }
    }
    return one.all(ReviewSubmitted.self).map { entry, payload in
      let new = changed[payload.reviewId] ?? [:]
      return Review(
        entry: entry, payload: payload,
        agent: payload.agentId ?? one.holder(at: payload.spanFrom ?? entry.effectiveAt),
        isChanged: !new.isEmpty, decision: decisions[payload.reviewId],
        scores: payload.answers.map { ($0, new[$0.criterion] ?? $0.score) })
    }
  }

  private static func isOnScale(_ score: Int64, _ answer: ReviewAnswer) -> Bool {
    score >= 0 && answer.scoreMax.map { score <= $0 } ?? true
  }

  /// Each answer that has a score.
  mutating func measureReviews() {
    for review in reviews() {
      for (answer, score) in review.scores {
        guard let score else {
          omit(.noScore)
          continue
        }
        guard Meter.isOnScale(score, answer) else {
          omit(.outsideScale)
          continue
        }
        add(
          score, at: review.entry.occurredAt, [review.entry.position], agent: review.agent,
          part: answer.criterion)
      }
    }
  }

  /// As the review states it; without that, and where a decision changed a score, the scores as
  /// shares of their best, weighted. A criterion without a weight weighs as much as a whole.
  mutating func measureReviewTotals() {
    for review in reviews() {
      guard
        let total = review.isChanged || review.payload.totalPermille == nil
          ? Meter.weighted(review.scores) : review.payload.totalPermille
      else {
        omit(.noScore)
        continue
      }
      guard (0...1_000).contains(total) else {
        omit(.outsideScale)
        continue
      }
      add(
        total, at: review.entry.occurredAt, [review.entry.position, review.decision],
        agent: review.agent)
    }
  }

  private static func weighted(_ scores: [(answer: ReviewAnswer, score: Int64?)]) -> Int64? {
    var sum = 0.0
    var weights = 0.0
    for (answer, score) in scores {
      guard let score, let best = answer.scoreMax, best > 0, isOnScale(score, answer) else {
        continue
      }
      let weight = Double(max(0, answer.weightPermille ?? 1_000))
      sum += weight * Double(score) / Double(best)
      weights += weight
    }
    return weights > 0 ? Int64((sum / weights * 1_000).rounded()) : nil
  }

  /// A critical criterion is failed with the score nought.
  mutating func measureCriticalFailures() {
    for review in reviews() {
      let critical = review.scores.filter { $0.answer.isCritical == true && $0.score != nil }
      guard !critical.isEmpty else {
        omit(.noScore)
        continue
      }
      add(
        critical.contains { $0.score == 0 } ? 1 : 0, at: review.entry.occurredAt,
        [review.entry.position, review.decision], agent: review.agent)
    }
  }

  // MARK: What was said of reviews

  /// Of the reviewer whose review it is: it is that one who is set right.
  mutating func measureCalibration() {
    for (entry, payload) in one.all(ReviewCalibrated.self) {
      guard let delta = payload.deltaPermille else {
        omit(.noScore)
        continue
      }
      guard (-1_000...1_000).contains(delta) else {
        omit(.outsideScale)
        continue
      }
      let review = one.all(ReviewSubmitted.self).last { $0.payload.reviewId == payload.reviewId }
      add(
        delta, at: entry.occurredAt, [review?.entry.position, entry.position],
        agent: review.flatMap { $0.payload.reviewerId ?? $0.entry.actor.id })
    }
  }

  mutating func measureReviewResponses() {
    let responses = one.all(ReviewAgentResponded.self)
    for review in reviews() {
      let first = responses.first { $0.payload.reviewId == review.payload.reviewId }
      add(
        first == nil ? 0 : 1, at: review.entry.occurredAt,
        [review.entry.position, first?.entry.position], agent: review.agent)
    }
  }

  mutating func measureReviewDisputes() {
    let disputes = one.all(ReviewDisputed.self)
    for review in reviews() {
      let first = disputes.first { $0.payload.reviewId == review.payload.reviewId }
      add(
        first == nil ? 0 : 1, at: review.entry.occurredAt,
        [review.entry.position, first?.entry.position], agent: review.agent)
    }
  }

  /// A dispute that is brought again before it was decided is the same one.
  mutating func measureDisputeTimes() {
    guard one.types.contains(ReviewDisputed.type.number) else { return }
    let agents = Dictionary(
      reviews().map { ($0.payload.reviewId, $0.agent) }, uniquingKeysWith: { first, _ in first })
    var open: [String: TicketEntry] = [:]
    for entry in one.entries {
      if entry.typeNumber == ReviewDisputed.type.number,
        let payload = try? entry.payload(ReviewDisputed.self)
      {
        open[payload.reviewId] = open[payload.reviewId] ?? entry
      } else if entry.typeNumber == ReviewResolved.type.number,
        let payload = try? entry.payload(ReviewResolved.self),
        let dispute = open.removeValue(forKey: payload.reviewId)
      {
        add(
          max(0, FindingCase.seconds(dispute.effectiveAt, entry.effectiveAt)),
          at: entry.occurredAt, [dispute.position, entry.position],
          agent: agents[payload.reviewId] ?? nil, part: payload.decision?.word)
      }
    }
    for _ in open { omit(.notYet) }
  }
}
