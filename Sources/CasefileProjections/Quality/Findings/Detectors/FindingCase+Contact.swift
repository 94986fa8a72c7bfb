import CasefileModel

/// What was done for the client, and what the client met with.
extension FindingCase {
  /// Between two acts of agents, and before the first and after the last one, in working time.
  ///
  /// - Parameter waitsExcuse: whether a wait with its end ahead does; else all such times are told.
  func hung(waitsExcuse: Bool = true) -> [Finding] {
    let acts = fold.work.values.map { (at: $0.act.at, position: $0.act.position) }
      .sorted { ($0.at, $0.position) < ($1.at, $1.position) }
    return open.flatMap { period -> [Finding] in
      var findings: [Finding] = []
      var from = period.from
      var begin = period.begin
      func note(until end: Timestamp?, _ position: Position?) {
        let span = CountedSpan(of: .hung, from: from, until: end ?? max(now, from), rules, time)
        guard span.isTooLong,
          !waitsExcuse || !waits.excuse(span.over, until: end, at: now)
        else { return }
        findings.append(
          finding(.hung, at: from, [begin, position], agent: holder(at: from)) {
            $0.until = end
          }.lasting(span))
      }
      for act in acts where act.at >= period.from && period.until.map({ act.at < $0 }) ?? true {
        note(until: act.at, act.position)
        (from, begin) = (act.at, act.position)
      }
      note(until: period.until, period.end)
      return findings
    }
  }

  /// The waits whose end was announced.
  var waits: [FindingFacts.Wait] {
    (state.pastWaits + state.waits).compactMap { wait in
      wait.until.map { FindingFacts.Wait(since: wait.since, until: $0, endedAt: wait.endedAt) }
    }
  }

  /// Around the clock, whatever calendars and pauses: the client is lost meanwhile.
  func unanswered() -> [Finding] {
    let limit = rules.seconds(.unansweredHours, for: .unanswered)
    var findings: [Finding] = []
    var turn: (at: Timestamp, position: Position)?
    func note(until end: Timestamp?, _ position: Position?) {
      guard let began = turn else { return }
      turn = nil
      let seconds = FindingCase.seconds(began.at, end ?? max(now, began.at))
      guard seconds > limit else { return }
      findings.append(
        finding(.unanswered, at: began.at, [began.position, position], agent: holder(at: began.at))
        {
          $0.seconds = seconds
          $0.limitSeconds = limit
          $0.until = end
        })
    }
    for signal in facts.signals where signal.at <= now {
      switch signal.kind {
      case .clientTurn: turn = turn ?? (signal.at, signal.position)
      case .opened where signal.value == ClockSignal.Opening.needsReply:
        turn = turn ?? (signal.at, signal.position)
      case .reply, .closed, .merged, .deleted: note(until: signal.at, signal.position)
      default: continue
      }
    }
    note(until: nil, nil)
    return findings
  }

  func reminders() -> [Finding] {
    all(TicketClientReminder.self).map { entry, payload in
      finding(
        .clientReminder, at: entry.occurredAt, [entry.position],
        agent: holder(at: entry.effectiveAt)
      ) { $0.other = payload.messageId ?? payload.callId }
    }
  }

  /// A defect of the handover: it is about whoever gave the ticket last.
  func retold() -> [Finding] {
    all(HandoffClientRetoldDetected.self).map { entry, payload in
      let handoff = state.handoffs.last { handoff in
        payload.handoffId.map { handoff.handoff == $0 } ?? (handoff.at <= entry.effectiveAt)
      }
      return finding(
        .clientRetold, at: entry.occurredAt, [handoff?.position, entry.position],
        agent: handoff?.from ?? holder(at: entry.effectiveAt)
      ) {
        $0.agents = handoff.map { [$0.from, $0.to] } ?? []
        $0.word = payload.marker?.word
        $0.other = payload.messageId
      }
    }
  }

  /// What happened on the phone, on the ticket itself and on the contacts that belong to it.
  func onCalls(_ code: FindingCode) -> [Finding] {
    let contacts = context.contacts(of: state.ticket).flatMap { $0.acts(at: now) }
    return tenure.onCalls(code, calls + contacts, rules)
  }

  func outages() -> [Finding] {
    let outages = knownAt.map { knownAt in
      OutageTimes(context.outages.filter { knownAt.contains($0.envelope) })
    }
    return tenure.outages(outages ?? context.outageTimes, at: now)
  }

  // MARK: Marks

  /// A mark belongs to the template that it names, else to that of the message that it names, else to
  /// that of the last human reply before it.
  func dislikedTemplates() -> [Finding] {
    let marks = marks
    guard !marks.isEmpty else { return [] }
    let replies = all(MessageSent.self).filter {
      $0.payload.humanAuthor(actor: $0.entry.actor) != nil
    }
    let about = Dictionary(
      all(RatingReceived.self).map { ($0.entry.position, $0.payload.about) },
      uniquingKeysWith: { first, _ in first })
    return marks.compactMap { mark in
      guard mark.withdrawnBy == nil, mark.replacedBy == nil, isBad(mark) else { return nil }
      let named = about[mark.position].flatMap { $0 }
      let message =
        replies.last { $0.payload.messageId == named?.messageId }
        ?? replies.last { $0.entry.effectiveAt <= mark.at }
      guard let template = named?.templateId ?? message?.payload.templateId else { return nil }
      return finding(
        .templateDisliked, at: mark.at, [message?.entry.position, mark.position], agent: mark.agent
      ) {
        $0.other = template
        $0.count = mark.score
        $0.word = mark.kind?.word
      }
    }
  }

  private func isBad(_ mark: MarkReview) -> Bool {
    guard let score = mark.score else { return false }
    if mark.kind == .solved { return score == 0 }
    // Effort: the more, the worse; what its scale means is the survey's, so nothing is said.
    guard let low = mark.scaleMin, let high = mark.scaleMax, low < high, low...high ~= score,
      mark.kind != .ces
    else { return false }
    // Who would not recommend, by the usual reading of nought to ten: up to six.
    if mark.kind == .nps {
      return (Double(score) - Double(low)) * 10 <= (Double(high) - Double(low)) * 6
    }
    return FindingCase.isBad(
      score, from: low, to: high, permille: rules.value(.badMarkPermille, for: .templateDisliked))
  }

  private static func isBad(
    _ score: Int64, from low: Int64, to high: Int64, permille: Int64
  ) -> Bool {
    // As fractions, since the ends of a scale may be anything.
    (Double(score) - Double(low)) * 1_000 <= (Double(high) - Double(low)) * Double(permille)
  }

  /// The lowest limit by which a mark that is bad by the highest one is still bad.
  func lowestBadLimit(_ mark: MarkReview) -> Int64 {
    guard let score = mark.score, let low = mark.scaleMin, let high = mark.scaleMax, low < high,
      mark.kind != .nps, mark.kind != .solved
    else { return 0 }
    let share = (Double(score) - Double(low)) / (Double(high) - Double(low))
    var limit = max(0, Int64((share * 1_000).rounded(.down)) - 1)
    while limit < 1_000, !FindingCase.isBad(score, from: low, to: high, permille: limit) {
      limit += 1
    }
    return limit
  }
}

extension [FindingFacts.Wait] {
  /// Whether from the end of a limit on, as long as nobody worked, a wait stood whose own end lay ahead.
  ///
  /// - Parameters:
  ///   - over: when the limit was over.
  ///   - end: when somebody worked again; nil: nobody did.
  func excuse(_ over: Timestamp, until end: Timestamp?, at now: Timestamp) -> Bool {
    var covered: Timestamp?
    for wait in sorted(by: { $0.since < $1.since }) where wait.since <= covered ?? over {
      let last = Swift.min(wait.until, wait.endedAt ?? wait.until)
      if last > covered ?? over { covered = last }
    }
    guard let covered else { return false }
    // At its end a wait has no end ahead any more.
    return end.map { covered >= $0 } ?? (covered > now)
  }
}
