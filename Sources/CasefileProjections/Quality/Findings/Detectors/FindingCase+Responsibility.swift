import CasefileModel

/// Who was responsible, and how it changed hands.
extension FindingCase {
  /// From the opening, from every removal and from every reopening, in working time.
  func timesWithoutHolder() -> [Finding] {
    open.flatMap { period -> [Finding] in
      var findings: [Finding] = []
      var from = period.from
      var begin = period.begin
      func note(until end: Timestamp?, _ position: Position?) {
        let span = CountedSpan(
          of: .noResponsible, from: from, until: end ?? max(now, from), rules, time)
        guard span.isTooLong else { return }
        findings.append(
          finding(.noResponsible, at: from, [begin, position], agent: nil) { $0.until = end }
            .lasting(span))
      }
      for span in state.responsibility where span.until.map({ $0 > period.from }) ?? true {
        if let end = period.until, span.from >= end { break }
        note(until: max(span.from, from), span.position)
        guard let end = span.until, period.until.map({ end < $0 }) ?? true else { return findings }
        from = max(from, end)
        begin = span.endPosition ?? begin
      }
      note(until: period.until, period.end)
      return findings
    }
  }

  func pingPongOfAgents() -> [Finding] {
    var turns: [(name: String, at: Timestamp, position: Position)] = []
    for span in state.responsibility where span.holder != turns.last?.name {
      turns.append((span.holder, span.from, span.position))
    }
    return pingPong(.pingPongAgents, turns) { $0.agents = $1 }
  }

  func pingPongOfGroups() -> [Finding] {
    var turns: [(name: String, at: Timestamp, position: Position)] = []
    if let first = state.groupChanges.first, let group = first.from, let begin = open.first {
      turns.append((group, begin.from, begin.begin))
    }
    // A time without a group is none: the group after it may be the one before it.
    for change in state.groupChanges {
      if let group = change.to, group != turns.last?.name {
        turns.append((group, change.at, change.position))
      }
    }
    return pingPong(.pingPongGroups, turns) { $0.groups = $1 }
  }

  private func pingPong(
    _ code: FindingCode, _ turns: [(name: String, at: Timestamp, position: Position)],
    _ fill: (inout Finding.Details, [String]) -> Void
  ) -> [Finding] {
    turns.indices.dropFirst(2).filter { turns[$0].name == turns[$0 - 2].name }.map { index in
      let three = turns[(index - 2)...index]
      return finding(
        code, at: turns[index].at, three.map(\.position),
        agent: code == .pingPongAgents ? turns[index].name : holder(at: turns[index].at)
      ) {
        fill(&$0, three.map(\.name))
        $0.seconds = FindingCase.seconds(turns[index - 1].at, turns[index].at)
      }
    }
  }

  /// Only of those that were acknowledged or ordered: the others are no handovers in words.
  func handoffsWithoutSummary() -> [Finding] {
    state.handoffs.filter { $0.hasSummary == false }.map { handoff in
      finding(
        .handoffWithoutSummary, at: handoff.at, [offer(of: handoff), handoff.position],
        agent: handoff.from
      ) { $0.agents = [handoff.from, handoff.to] }
    }
  }

  func forcedHandoffs() -> [Finding] {
    state.handoffs.filter { $0.kind == .forced }.map { handoff in
      finding(
        .handoffUnacknowledged, at: handoff.at, [offer(of: handoff), handoff.position],
        agent: handoff.to
      ) { $0.agents = [handoff.from, handoff.to] }
    }
  }

  /// The event of the offer that a handoff accepts.
  private func offer(of handoff: TicketState.Handoff) -> Position? {
    guard let id = handoff.handoff else { return nil }
    return offers.last { $0.handoff == id && $0.since <= handoff.at }?.position
  }

  func expiredOffers() -> [Finding] {
    let expiries = Dictionary(
      all(HandoffExpired.self).map { ($0.payload.handoffId, $0.entry.position) },
      uniquingKeysWith: { first, _ in first })
    return offers.filter { $0.outcome == .expired || $0.outcome == .lapsed }.map { offer in
      finding(
        .handoffExpired, at: offer.until ?? offer.since,
        [offer.position, offer.handoff.flatMap { expiries[$0] }], agent: offer.from
      ) {
        $0.agents = [offer.from] + [offer.toAgent].compactMap { $0 }
        $0.groups = [offer.toGroup].compactMap { $0 }
        $0.seconds = offer.until.map { FindingCase.seconds(offer.since, $0) }
        $0.word = offer.outcome.rawValue
      }
    }
  }

  /// A question that another agent answered than the one before it, after the limit of questions. The
  /// end of a shift, an absence, an agreed escalation and the client's wish excuse it: as a rule
  /// states them, as a handoff gives them as its reason, or as the shifts show.
  func brokenContinuity() -> [Finding] {
    let limit = rules.value(.continuityQuestions, for: .continuityBroken)
    let excused = Set(
      all(ContinuityRuleTriggered.self).filter { $0.payload.excuse != nil }
        .compactMap(\.payload.messageId))
    var findings: [Finding] = []
    var questions: Int64 = 0
    var open: Position?
    var last: (agent: String, position: Position)?
    for signal in facts.signals where signal.at <= now {
      if signal.kind == .clientTurn {
        if open == nil { questions += 1 }
        open = open ?? signal.position
      }
      guard signal.kind == .reply, let entry = self.entry(at: signal.position),
        let agent = replier(entry)
      else { continue }
      if let question = open, let last, last.agent != agent, questions > limit,
        !isExcused(last.agent, at: entry.effectiveAt),
        !excused.contains(message(at: self.entry(at: question)) ?? "")
      {
        findings.append(
          finding(
            .continuityBroken, at: entry.occurredAt, [last.position, question, entry.position],
            agent: agent
          ) {
            $0.agents = [last.agent, agent]
            $0.count = questions
          })
      }
      open = nil
      last = (agent, entry.position)
    }
    return findings
  }

  private func message(at entry: TicketEntry?) -> String? {
    entry.flatMap { try? $0.payload(MessageReceived.self) }?.messageId
  }

  /// Who wrote or spoke a human reply.
  func replier(_ entry: TicketEntry) -> String? {
    switch entry.typeNumber {
    case MessageSent.type.number:
      (try? entry.payload(MessageSent.self))?.humanAuthor(actor: entry.actor)
    case CallAnswered.type.number:
      (try? entry.payload(CallAnswered.self))?.agentId ?? entry.actor.id
    default: entry.actor.kind == .agent ? entry.actor.id : nil
    }
  }

  private func isExcused(_ agent: String, at instant: Timestamp) -> Bool {
    if context.duties[agent]?.standing(at: instant).isAway == true { return true }
    let reasons: Set<HandoffReason> = [
      .shiftEnd, .sickLeave, .vacation, .dayOff, .escalation, .clientRequest,
    ]
    return state.handoffs.contains { handoff in
      handoff.from == agent && handoff.at <= instant
        && handoff.reason.map(reasons.contains) ?? false
    }
  }
}
