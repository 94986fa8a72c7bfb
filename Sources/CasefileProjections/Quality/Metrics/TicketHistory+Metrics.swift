public import CasefileModel

extension TicketHistory {
  /// The values that a ticket gives a metric; nil where nothing had happened.
  ///
  /// - Parameters:
  ///   - now: what happened later is left out.
  ///   - knownAt: leaves out what was recorded later.
  ///   - contacts: calls outside of the ticket that belong to it.
  /// - Complexity: O(n log n): the ticket is folded once.
  public func metric(
    _ metric: Metric, at now: Timestamp, knownAt: KnownAt? = nil,
    context: FindingContext = FindingContext()
  ) -> TicketMetric? {
    guard
      let one = FindingCase(self, at: now, knownAt: knownAt, rules: .builtIn, context: context)
    else { return nil }
    var meter = Meter(one)
    meter.measure(metric)
    return meter.result
  }
}

/// Measures one ticket.
private struct Meter {
  let one: FindingCase
  var result = TicketMetric()

  init(_ one: FindingCase) { self.one = one }

  mutating func measure(_ metric: Metric) {
    switch metric {
    case .reviewScore: measureReviews()
    case .handoffs:
      for handoff in one.state.handoffs {
        add(1, at: handoff.at, [handoff.position], agent: handoff.from)
      }
    case .reassignments: measureReassignments()
    case .firstReply: measureFirstReply()
    case .replies: measureReplies()
    case .firstReaction: measureFirstReaction()
    case .resolution: measureResolution()
    case .reopened: measureReopened()
    case .touches:
      add(Int64(one.state.touchCount), at: end, [], agent: one.holder(at: end))
    case .satisfaction: measureMarks()
    case .callWait: measureCalls()
    }
  }

  private var end: Timestamp { one.entries.last?.effectiveAt ?? one.now }

  private mutating func add(
    _ value: Int64, at instant: Timestamp, _ positions: [Position?], agent: String?,
    part: String? = nil
  ) {
    result.samples.append(
      MetricSample(
        ticket: one.state.ticket, at: instant, value: value, part: part, agent: agent,
        group: one.group(at: instant), positions: positions.compactMap { $0 }))
  }

  private mutating func omit(_ why: Metric.Omission) { result.omissions[why, default: 0] += 1 }

  // MARK: Quality control and marks

  /// Each answer that has a score, as the last decision on a dispute left it.
  private mutating func measureReviews() {
    var changed: [String: [String: Int64]] = [:]
    for (_, payload) in one.all(ReviewResolved.self) {
      for score in payload.changedScores where score.newScore != nil {
        changed[payload.reviewId, default: [:]][score.criterion] = score.newScore
      }
    }
    for (entry, payload) in one.all(ReviewSubmitted.self) {
      for answer in payload.answers {
        guard let score = changed[payload.reviewId]?[answer.criterion] ?? answer.score else {
          omit(.noScore)
          continue
        }
        guard score >= 0, answer.scoreMax.map({ score <= $0 }) ?? true else {
          omit(.outsideScale)
          continue
        }
        add(
          score, at: entry.occurredAt, [entry.position],
          agent: payload.agentId ?? one.holder(at: payload.spanFrom ?? entry.effectiveAt),
          part: answer.criterion)
      }
    }
  }

  private mutating func measureMarks() {
    for mark in MarkReview.marks(in: one.entries) where mark.kind == .csat {
      guard mark.withdrawnBy == nil, mark.replacedBy == nil else {
        omit(.replaced)
        continue
      }
      guard let score = mark.score else {
        omit(.noScore)
        continue
      }
      guard let low = mark.scaleMin, let high = mark.scaleMax, low < high, low...high ~= score
      else {
        omit(.outsideScale)
        continue
      }
      add(
        score, at: mark.at, [mark.position, mark.changedBy], agent: mark.agent,
        part: "\(low)–\(high)")
    }
  }

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

  // MARK: Replies

  /// Who made a human reply, and where.
  private func replies() -> [(at: Timestamp, entry: TicketEntry)] {
    let byPosition = Dictionary(
      one.entries.map { ($0.position, $0) }, uniquingKeysWith: { first, _ in first })
    return one.facts.signals.compactMap { signal in
      guard signal.kind == .reply, signal.at <= one.now else { return nil }
      return byPosition[signal.position].map { (signal.at, $0) }
    }
  }

  private mutating func measureFirstReply() {
    let first = one.all(MessageReceived.self).first { _, payload in
      switch payload.authorRole {
      case nil, .client?, .authorised?: payload.autoSubmitted != true
      default: false
      }
    }
    guard let first else { return omit(.noClientMessage) }
    let place = (first.entry.effectiveAt, first.entry.position)
    let reply = replies().first { ($0.entry.effectiveAt, $0.entry.position) > place }
    guard let reply else { return omit(.notYet) }
    add(
      FindingCase.seconds(first.entry.effectiveAt, reply.at), at: reply.at,
      [first.entry.position, reply.entry.position], agent: one.replier(reply.entry))
  }

  /// A run of client messages without a reply between is one turn, and counts from its first.
  private mutating func measureReplies() {
    let byPosition = Dictionary(
      one.entries.map { ($0.position, $0) }, uniquingKeysWith: { first, _ in first })
    var turn: (at: Timestamp, position: Position)?
    for signal in one.facts.signals where signal.at <= one.now {
      if signal.kind == .clientTurn { turn = turn ?? (signal.at, signal.position) }
      guard signal.kind == .reply, let began = turn, let entry = byPosition[signal.position] else {
        continue
      }
      turn = nil
      add(
        FindingCase.seconds(began.at, signal.at), at: signal.at, [began.position, entry.position],
        agent: one.replier(entry))
    }
    if turn != nil { omit(.notYet) }
  }

  private mutating func measureFirstReaction() {
    guard let opened = one.state.openedAt, let reacted = one.state.firstReactionAt else {
      return omit(.notYet)
    }
    let signal = one.facts.signals.first { $0.kind == .reaction && $0.at == reacted }
    add(
      max(0, FindingCase.seconds(opened, reacted)), at: reacted,
      [one.open.first?.begin, signal?.position], agent: one.holder(at: reacted))
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

  private mutating func measureCalls() {
    for (entry, payload) in one.all(CallAnswered.self) {
      let offer = one.all(CallOffered.self).last {
        $0.payload.callId == payload.callId && payload.callId != nil
      }
      guard offer?.payload.direction != .outbound else { continue }
      let answered = payload.answeredAt ?? entry.occurredAt
      let measured = offer.map {
        FindingCase.seconds($0.payload.startedAt ?? $0.entry.occurredAt, answered)
      }
      guard let waited = payload.waitSeconds ?? measured else {
        omit(.noTime)
        continue
      }
      add(
        waited, at: answered, [offer?.entry.position, entry.position],
        agent: payload.agentId ?? one.agent(of: entry))
    }
  }
}
