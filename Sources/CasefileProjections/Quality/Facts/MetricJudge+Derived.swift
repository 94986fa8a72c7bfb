internal import CasefileCalendars
internal import CasefileModel

/// What is worked out of values that a view keeps, and of what else is known.
extension MetricJudge {
  /// A metric of a basis that is derived.
  ///
  /// - Parameters:
  ///   - metric: what is measured.
  ///   - clocks: what the ticket's clocks depend on, where the basis needs it.
  ///   - topic: the ticket's topic.
  ///   - stored: the ticket's values of a metric of the basis `history`.
  package func derive<E: Error>(
    _ metric: Metric, _ clocks: ClockFacts, topic: String?,
    _ stored: (Metric) throws(E) -> TicketMetric
  ) throws(E) -> TicketMetric {
    switch metric {
    case .firstReactionWorkingTime:
      workingTime(try stored(.firstReaction), .firstReaction, clocks)
    case .firstReplyWorkingTime: workingTime(try stored(.firstReply), .firstReply, clocks)
    case .repliesWorkingTime: workingTime(try stored(.replies), .nextReply, clocks)
    case .resolutionWorkingTime: workingTime(try stored(.resolution), .resolution, clocks)
    case .stressCases: stressCases(try stored(.arrivals), try stored(.stressFlags))
    case .stressMarks:
      stressMarks(try stored(.markLevel), try stored(.arrivals), try stored(.stressFlags))
    case .checklistDone, .checklistSkipped:
      checklist(metric, try stored(.resolution), try stored(.diagnosticActs), topic)
    case .trainedReviews: trainedReviews(try stored(.reviewResponses))
    case .trainingEffect: trainingEffect(reviews(.reviewTotal, try stored(.reviewTotal)))
    case .reviewScore, .reviewTotal, .criticalFailures: reviews(metric, try stored(.reviewTotal))
    default: TicketMetric()
    }
  }

  // MARK: Working time

  /// By the calendar of the policy that governed at the end of what is measured.
  private func workingTime(
    _ around: TicketMetric, _ clock: ClockName, _ clocks: ClockFacts
  ) -> TicketMetric {
    var result = around
    result.samples = []
    guard !around.samples.isEmpty else { return result }
    let governed = policies(of: clocks)
    for sample in around.samples {
      guard let policy = governed.last(where: { $0.from <= sample.at })?.policy else {
        result.omit(.noPolicy)
        continue
      }
      guard case .calendar(_, let time) = schedule(of: policy, for: clock) else {
        result.omit(.noCalendar)
        continue
      }
      let (length, isOver) = sample.value.multipliedReportingOverflow(by: -1_000_000)
      let begin = sample.at.adding(microseconds: isOver ? .min : length)
      result.samples.append(
        sample.with(time.elapsed(from: begin, to: sample.at) / 1_000_000, part: sample.part))
    }
    return result
  }

  // MARK: Stress

  /// A ticket counts once for each kind of stress, at the first sign of it.
  private func stressCases(_ arrivals: TicketMetric, _ flags: TicketMetric) -> TicketMetric {
    var result = TicketMetric()
    result.contact = arrivals.contact
    if let rush = rush(arrivals, nil, until: now) {
      result.samples.append(rush.with(1, part: "inflow"))
    }
    var seen: Set<String?> = []
    for flag in flags.samples where seen.insert(flag.part).inserted {
      result.samples.append(flag)
    }
    guard result.samples.isEmpty else { return result }
    if let first = arrivals.samples.first {
      result.samples = [first.with(1, part: "calm")]
    } else if arrivals.contact == nil {
      result.omit(.noHolder)
    }
    return result
  }

  /// What was flagged by the time of the mark, and the rush in which the agent whose mark it is got
  /// the ticket; of a mark that is nobody's any agent's.
  private func stressMarks(
    _ marks: TicketMetric, _ arrivals: TicketMetric, _ flags: TicketMetric
  ) -> TicketMetric {
    var result = marks
    result.samples = marks.samples.map { mark in
      let flag = flags.samples.first { $0.at <= mark.at }
      let rush = rush(arrivals, mark.agent, until: mark.at)
      let isInside = flag != nil || rush != nil
      return mark.with(
        mark.value, part: isInside ? "inside" : "outside",
        and: [rush?.positions.first, flag?.positions.first])
    }
    return result
  }

  private func rush(
    _ arrivals: TicketMetric, _ agent: String?, until end: Timestamp
  ) -> MetricSample? {
    arrivals.samples.first { arrival in
      guard arrival.at <= end, let holder = arrival.agent, agent.map({ $0 == holder }) ?? true
      else { return false }
      return context.inflow.isRush(holder, at: arrival.at)
    }
  }

  // MARK: Checklists

  /// Of a ticket that ended, by the checklist of its topic at that time; a step that was taken again
  /// counts once.
  private func checklist(
    _ metric: Metric, _ ends: TicketMetric, _ acts: TicketMetric, _ topic: String?
  ) -> TicketMetric {
    var result = TicketMetric()
    result.contact = ends.contact
    guard let end = ends.samples.first else {
      result.omissions = ends.omissions
      return result
    }
    guard let topic else {
      result.omit(.noTopic)
      return result
    }
    guard let list = context.checklists.steps(of: topic, at: end.at) else {
      result.omit(.noChecklist)
      return result
    }
    var done: [String: Position?] = [:]
    for act in acts.samples where act.at <= end.at {
      guard let step = act.part, done[step] == nil else { continue }
      done[step] = act.positions.first
    }
    let bare = MetricSample(
      ticket: end.ticket, contact: nil, at: end.at, value: 0, part: nil, agent: end.agent,
      group: end.group, positions: [list.position])
    if metric == .checklistSkipped {
      result.samples = list.steps.filter { done[$0] == nil }.map { bare.with(1, part: $0) }
    } else {
      let taken = list.steps.compactMap { done[$0] }
      result.samples = [bare.with(Int64(taken.count * 1_000 / list.steps.count), and: taken)]
    }
    return result
  }

  // MARK: Reviews

  /// - Parameter records: a `ReviewRecord` each.
  private func reviews(_ metric: Metric, _ records: TicketMetric) -> TicketMetric {
    var result = records
    result.samples = []
    for sample in records.samples {
      // Its text is made from a review, or stands in a row with a checksum.
      guard let text = sample.part, let record = try? ReviewRecord(text: text) else { continue }
      let review = JudgedReview(record, by: context.scorecards, at: sample.at)
      for (part, outcome) in review.outcomes(of: metric) {
        switch outcome {
        case .omitted(let why): result.omit(why)
        case .value(let value):
          result.samples.append(sample.with(value, part: part, and: [review.position]))
        }
      }
    }
    return result
  }

  // MARK: Trainings

  private func trainedReviews(_ reviews: TicketMetric) -> TicketMetric {
    var result = reviews
    result.samples = reviews.samples.map { review in
      let training = review.positions.first.flatMap { context.trainings.training(after: $0) }
      return MetricSample(
        ticket: review.ticket, contact: review.contact, at: review.at,
        value: training == nil ? 0 : 1, part: nil, agent: review.agent, group: review.group,
        positions: [review.positions.first, training].compactMap { $0 })
    }
    return result
  }

  /// A review that stands around several trainings counts for each of them.
  private func trainingEffect(_ totals: TicketMetric) -> TicketMetric {
    var result = TicketMetric()
    result.contact = totals.contact
    for total in totals.samples {
      guard let agent = total.agent else { continue }
      for training in context.trainings.trainings(of: agent).around(total.at) {
        guard let isAfter = training.isAfter(total.at) else { continue }
        guard context.trainings.isAssessable(training) else {
          result.omit(.fewReviews)
          continue
        }
        result.samples.append(
          total.with(total.value, part: isAfter ? "after" : "before", and: training.positions))
      }
    }
    return result
  }
}
