import CasefileModel

/// Measures one ticket: all that its own events say, the same at every instant after the newest one.
struct Meter {
  let one: FindingCase
  var result = TicketMetric()

  /// By the event, what corrected it: it says what the event does not.
  private let corrections: [Position: [Position]]

  init(_ one: FindingCase) {
    self.one = one
    var corrections: [Position: [Position]] = [:]
    for entry in one.entries where !entry.corrections.isEmpty {
      corrections[entry.position] = entry.corrections.filter(\.isApplied).map(\.position)
    }
    self.corrections = corrections
  }

  /// The values that a ticket gives a metric.
  static func measure(_ metric: Metric, of one: FindingCase) -> TicketMetric {
    var meter = Meter(one)
    meter.measure(metric)
    return meter.result
  }

  /// The values that a ticket gives metrics, in their order.
  static func measure(_ metrics: [Metric], of one: FindingCase) -> [TicketMetric] {
    // One for all: to copy a ticket takes longer than most metrics do.
    var meter = Meter(one)
    return metrics.map { metric in
      meter.result = TicketMetric()
      meter.measure(metric)
      return meter.result
    }
  }

  private mutating func measure(_ metric: Metric) {
    switch metric {
    case .newContacts: measureNewContacts()
    case .closed: measureCloses()
    case .reasons: measureReasons()
    case .arrivals: measureArrivals()
    case .timeToFind: measureTimeToFind()
    case .entrySteps: measureEntrySteps()
    case .firstReaction: measureFirstReaction()
    case .firstReply: measureFirstReply()
    case .nextReplies: measureReplies(onlyLater: true)
    case .replies: measureReplies(onlyLater: false)
    case .resolution: measureResolution()
    case .reopened: measureReopened()
    case .followUpQuestions: measureFollowUpQuestions()
    case .touches: measureTouches()
    case .promptedTouches: measurePromptedTouches()
    case .workTouches: measureWorkTouches()
    case .handlingTime: measureHandlingTime()
    case .diagnosticActs: measureDiagnosticActs()
    case .handoffs:
      for handoff in one.state.handoffs {
        add(1, at: handoff.at, [handoff.position], agent: handoff.from)
      }
    case .reassignments: measureReassignments()
    case .acknowledgement: measureAcknowledgement()
    case .continuity: measureContinuity()
    case .callWait, .callTalk, .callHold, .callsAbandoned, .callOutcomes: measureCalls(metric)
    case .satisfaction: measureSatisfaction()
    case .markLevel: measureMarkLevels()
    case .goodMarks: measureGoodMarks()
    case .badMarks: measureBadMarks()
    case .comments: measureComments()
    case .loyalty: measureLoyalty()
    case .surveyAnswers: measureSurveys()
    case .unsatisfied: measureUnsatisfied()
    case .reviewTotal: measureReviews()
    case .stressFlags: measureStressFlags()
    case .calibration: measureCalibration()
    case .reviewResponses: measureReviewResponses()
    case .reviewDisputes: measureReviewDisputes()
    case .disputeTime: measureDisputeTimes()
    // These depend on more than the ticket's events: `MetricJudge` has them.
    case .backlog, .stale, .repeatContacts, .oneReply, .firstContact, .overdueTickets,
      .overdueReplies, .firstReactionWorkingTime, .firstReplyWorkingTime, .repliesWorkingTime,
      .resolutionWorkingTime, .stressCases, .stressMarks, .checklistDone, .checklistSkipped,
      .trainedReviews, .trainingEffect, .reviewScore, .criticalFailures:
      break
    }
  }

  mutating func add(
    _ value: Int64, at instant: Timestamp, _ positions: [Position?], agent: String?,
    part: String? = nil
  ) {
    let places = positions.compactMap { $0 }
    let more = corrections.isEmpty ? [] : places.flatMap { corrections[$0] ?? [] }
    result.samples.append(
      MetricSample(
        ticket: one.state.ticket, contact: nil, at: instant, value: value, part: part, agent: agent,
        group: one.group(at: instant), positions: places + more))
  }

  mutating func omit(_ why: Metric.Omission) { result.omit(why) }

  var hasCalls: Bool {
    one.types.contains { (CallOffered.type.number...CallEnded.type.number).contains($0) }
  }

  private mutating func measureCalls(_ metric: Metric) {
    guard hasCalls else { return }
    let found = CallMeter(one.entries, agent: one.agent(of:)).measured(metric)
    for call in found.values {
      add(call.value, at: call.at, call.positions, agent: call.agent, part: call.part)
    }
    for (why, count) in found.omissions { result.omissions[why, default: 0] += count }
  }

  // MARK: Load

  var opening: (entry: TicketEntry, payload: TicketOpened)? {
    one.all(TicketOpened.self).first
  }

  private mutating func measureNewContacts() {
    guard let (entry, _) = opening else { return }
    add(1, at: entry.occurredAt, [entry.position], agent: one.agent(of: entry))
  }

  /// The topic is the last one that was found: the first is often a guess.
  private mutating func measureReasons() {
    guard let (entry, _) = opening else { return }
    guard let topic = one.state.topic else { return omit(.noTopic) }
    let said = one.all(TicketClassified.self).last { $0.payload.topicId != nil }?.entry
    add(
      1, at: entry.occurredAt, [entry.position, said?.position], agent: one.agent(of: entry),
      part: topic)
  }

  /// A close of a closed ticket is none.
  private mutating func measureCloses() {
    let places = Set(one.facts.signals.filter { $0.kind == .closed }.map(\.position))
    for entry in one.entries
    where entry.typeNumber == TicketClosed.type.number && places.contains(entry.position) {
      add(1, at: entry.occurredAt, [entry.position], agent: one.agent(of: entry))
    }
  }

  // MARK: The end

  private mutating func measureResolution() {
    guard let opened = one.state.openedAt, let ended = one.state.resolvedAt ?? one.state.closedAt
    else { return omit(.notEnded) }
    let last = one.entries.last {
      ($0.typeNumber == ResolutionProposed.type.number
        || $0.typeNumber == TicketClosed.type.number) && $0.occurredAt == ended
    }
    add(
      max(0, FindingCase.seconds(opened, ended)), at: ended,
      [one.open.first?.begin, last?.position], agent: one.holder(at: last?.effectiveAt ?? ended))
  }

  private mutating func measureReopened() {
    let ends = one.entries.filter {
      $0.typeNumber == ResolutionProposed.type.number || $0.typeNumber == TicketClosed.type.number
    }
    let again = one.all(TicketReopened.self).map(\.entry)
    guard let first = ends.first ?? again.first else { return omit(.notEnded) }
    let at = again.first?.occurredAt ?? first.occurredAt
    add(
      again.isEmpty ? 0 : 1, at: at, [first.position] + again.map(\.position),
      agent: one.holder(at: first.effectiveAt))
  }

  // MARK: Responsibility

  /// Whoever was responsible before gave it, as far as anybody was.
  private mutating func measureReassignments() {
    let types: Set<UInt32> = [
      TicketAssigned.type.number, HandoffAccepted.type.number, HandoffForced.type.number,
    ]
    for entry in one.entries.filter({ types.contains($0.typeNumber) }).dropFirst() {
      let before = one.state.responsibility.last {
        $0.from < entry.effectiveAt && $0.until.map { $0 >= entry.effectiveAt } ?? true
      }
      add(1, at: entry.occurredAt, [entry.position], agent: before?.holder)
    }
  }

  /// Only of those that were accepted: the others were not acknowledged at all.
  private mutating func measureAcknowledgement() {
    for handoff in one.state.handoffs where handoff.kind == .acknowledged {
      guard let offered = handoff.offeredAt else {
        omit(.noTime)
        continue
      }
      let offer = one.offers.last {
        $0.handoff == handoff.handoff && $0.since <= handoff.at
      }
      add(
        max(0, FindingCase.seconds(offered, handoff.at)), at: handoff.at,
        [offer?.position, handoff.position], agent: handoff.to)
    }
  }
}
