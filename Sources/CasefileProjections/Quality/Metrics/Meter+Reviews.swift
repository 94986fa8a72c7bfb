import CasefileModel

/// What quality control said, and what was said against it.
extension Meter {
  /// A review as the last decision on a dispute left it.
  private struct Review {
    let entry: TicketEntry
    let payload: ReviewSubmitted
    let agent: String?
    let decision: Position?
    let record: ReviewRecord
  }

  /// Those that stand: one that is submitted again stands in the place of the one before.
  private func reviews() -> [Review] {
    let submitted = one.all(ReviewSubmitted.self)
    var newest: [String: Int] = [:]
    for (place, review) in submitted.enumerated() { newest[review.payload.reviewId] = place }
    let isAgain = newest.count < submitted.count
    let resolved = one.all(ReviewResolved.self)
    return submitted.enumerated().compactMap { place, review in
      let (entry, payload) = review
      guard newest[payload.reviewId] == place else { return nil }
      var scores: [String: Int64] = [:]
      var total = payload.totalPermille
      var decision: Position?
      for (other, said) in resolved where said.reviewId == payload.reviewId {
        // What was decided about one that does not stand any more is no matter of this one.
        if isAgain, (other.effectiveAt, other.position) < (entry.effectiveAt, entry.position) {
          continue
        }
        let changed = said.changedScores.filter { $0.newScore != nil }
        if case .rejected? = said.decision { continue }
        guard !changed.isEmpty || said.totalPermille != nil else { continue }
        for score in changed { scores[score.criterion] = score.newScore }
        // Where a decision states none, the scores that it changed tell it.
        total = said.totalPermille
        decision = other.position
      }
      return Review(
        entry: entry, payload: payload,
        agent: payload.agentId ?? one.holder(at: payload.spanFrom ?? entry.effectiveAt),
        decision: decision,
        record: ReviewRecord(
          scorecard: payload.scorecardId, version: payload.version, total: total,
          answers: payload.answers.map {
            ReviewRecord.Answer(
              criterion: $0.criterion, score: scores[$0.criterion] ?? $0.score, best: $0.scoreMax,
              weight: $0.weightPermille, isCritical: $0.isCritical)
          }))
    }
  }

  /// Tells of reviews that do not stand.
  private mutating func omitReplaced(_ reviews: [Review]) {
    for _ in reviews.count..<one.all(ReviewSubmitted.self).count { omit(.replaced) }
  }

  /// What totals, scores and failures are made of: a review each, with all that its own events say in the
  /// place of a part, and no value yet.
  mutating func measureReviews() {
    let reviews = reviews()
    for review in reviews {
      add(
        0, at: review.entry.occurredAt, [review.entry.position, review.decision],
        agent: review.agent, part: review.record.text)
    }
    omitReplaced(reviews)
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
    let reviews = reviews()
    let isSilent = one.isSilentImport(of: [ReviewAgentResponded.type.number])
    for review in reviews {
      guard !isSilent else {
        omit(.notRecorded)
        continue
      }
      let first = responses.first { $0.payload.reviewId == review.payload.reviewId }
      add(
        first == nil ? 0 : 1, at: review.entry.occurredAt,
        [review.entry.position, first?.entry.position], agent: review.agent)
    }
    omitReplaced(reviews)
  }

  mutating func measureReviewDisputes() {
    let disputes = one.all(ReviewDisputed.self)
    let reviews = reviews()
    let isSilent = one.isSilentImport(of: [ReviewDisputed.type.number])
    for review in reviews {
      guard !isSilent else {
        omit(.notRecorded)
        continue
      }
      let first = disputes.first { $0.payload.reviewId == review.payload.reviewId }
      add(
        first == nil ? 0 : 1, at: review.entry.occurredAt,
        [review.entry.position, first?.entry.position], agent: review.agent)
    }
    omitReplaced(reviews)
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
