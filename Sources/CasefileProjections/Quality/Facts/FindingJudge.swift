package import CasefileModel

/// Answers by what a row keeps of a ticket, under the rules, the policies and the shifts in force.
///
/// An object, of which each thread has its own: the evaluator of deadlines uses its memory again.
package final class FindingJudge {
  private let now: Timestamp
  private let rules: FindingRules
  private let context: FindingContext
  private let evaluator: DeadlineEvaluator?
  private let records: [String: [String]]

  package init(at now: Timestamp, rules: FindingRules, context: FindingContext) {
    self.now = now
    self.rules = rules
    self.context = context
    evaluator = context.book.flatMap { book in
      book.policies.isEmpty
        ? nil
        : DeadlineEvaluator(at: now, book: book, duties: context.duties, detail: .verdicts)
    }
    records = Dictionary(
      context.batches.map { ($0.batchId, $0.records) }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether a code is judged by what clocks depend on: by its deadlines, or by who held the ticket
  /// and when it was offered.
  package func needsClocks(_ code: FindingCode) -> Bool {
    switch code {
    case .delayWithoutNotice, .pauseWithoutQuestion, .lateRetarget, .recordedLate: evaluator != nil
    case .handoffAfterShiftEnd, .absentWithoutHandoff: !context.duties.isEmpty
    default: false
    }
  }

  /// What is found of some codes, by the row where that tells, else by the ticket's history.
  ///
  /// - Parameter history: folds the ticket for those codes of which the row does not tell.
  package func findings(
    _ codes: [FindingCode], _ facts: FindingFacts, _ course: TicketCourse, _ clocks: ClockFacts,
    history: (Set<FindingCode>) throws -> TicketFindings?
  ) rethrows -> TicketFindings? {
    let known = codes.map { answer($0, facts, course, clocks) }
    var folded: TicketFindings?
    let missing = Set(zip(codes, known).filter { $0.1 == nil }.map(\.0))
    if !missing.isEmpty { folded = try history(missing) }
    return TicketFindings(
      ticket: course.ticket, evaluatedAt: now, rules: rules,
      answers: zip(codes, known).compactMap { code, answer in
        (answer ?? folded?[code]).map { TicketFindings.Answer(code: code, answer: $0) }
      })
  }

  /// The answer of a code; nil where only the ticket's history tells.
  package func answer(
    _ code: FindingCode, _ facts: FindingFacts, _ course: TicketCourse, _ clocks: ClockFacts
  ) -> FindingAnswer? {
    guard rules.isOn(code) else { return .notAssessable(.switchedOff) }
    if let gap = gap(code.hiddenWithout, facts) { return .notAssessable(gap) }
    guard let detected = detect(code, facts, course, clocks) else { return nil }
    guard case .found(let findings) = detected else { return detected }
    return findings.isEmpty
      ? gap(code.shownBy, facts).map { .notAssessable($0) } ?? .notFound([])
      : .found(Finding.sorted(findings))
  }

  private func gap(_ types: [String], _ facts: FindingFacts) -> FindingAnswer.Gap? {
    guard let imported = facts.imported, let first = types.first else { return nil }
    let assessability = Assessability(
      importedTypes: Set(imported.types),
      statements: imported.batches.map { $0.isEmpty ? [] : records[$0] ?? [] })
    return switch assessability.answer(anyOf: types) {
    case .assessable: nil
    case .notRecorded: .notRecorded(first)
    case .notStated: .notStated(first)
    }
  }

  private func detect(
    _ code: FindingCode, _ facts: FindingFacts, _ course: TicketCourse, _ clocks: ClockFacts
  ) -> FindingAnswer? {
    let candidates = facts.candidates[code] ?? []
    let findings = candidates.map(\.finding)
    switch code {
    case .pingPongAgents, .pingPongGroups, .handoffWithoutSummary, .handoffUnacknowledged,
      .clientReminder, .clientRetold, .reopened, .statedCause, .promiseMoved:
      return .found(findings)
    case .noResponsible:
      return .found(lasting(findings, rules.seconds(.noHolderMinutes, for: code)))
    case .handoffExpired:
      return facts.offerLapsesAt.map { $0 >= now } ?? true ? .found(findings) : nil
    case .handoffAfterShiftEnd: return isOfferedAfterShift(facts, clocks) ? nil : byDuty(facts)
    case .absentWithoutHandoff: return isHeldWhileAbsent(facts, clocks) ? nil : byDuty(facts)
    case .leftAtShiftEnd: return context.leftBehind.contains(course.ticket) ? nil : byDuty(facts)
    case .continuityBroken: return .found(broken(candidates, for: code))
    case .hung:
      let limit = rules.seconds(.staleDays, for: code)
      guard limit >= FindingFacts.shortestGapSeconds else { return nil }
      return .found(lasting(findings, limit).filter { !isWaiting($0.at, limit, facts) })
    case .unanswered:
      let limit = rules.seconds(.unansweredHours, for: code)
      guard limit >= FindingFacts.shortestGapSeconds else { return nil }
      return .found(lasting(findings, limit))
    case .untrackedContact, .recordingMissing, .callAnsweredLate, .callAbandoned:
      guard context.contacts(of: course.ticket).isEmpty else { return nil }
      return .found(code == .callAnsweredLate ? late(findings) : findings)
    case .templateDisliked:
      let limit = rules.value(.badMarkPermille, for: code)
      return .found(candidates.filter { $0.measure <= limit }.map(\.finding))
    case .channelOutage: return hasOutage(facts) ? nil : .found([])
    case .closedWithoutConfirmation: return close(facts)
    case .automaticClose, .bulkClose:
      return findings.isEmpty && facts.isCloseUnclear
        ? .notAssessable(.closeUnclear) : .found(findings)
    case .repeatContact: return repeats(findings, facts, course)
    case .agreementNotKept: return .found(facts.agreements.compactMap(notKept))
    case .resolvedAndContinued:
      let window = rules.seconds(.continuedMinutes, for: code)
      return facts.continuedSeconds.map { $0 <= window } ?? false ? nil : .found([])
    case .delayWithoutNotice, .pauseWithoutQuestion, .lateRetarget, .recordedLate:
      return onClocks(code, facts, clocks)
    }
  }

  /// What lasted, or lasts, for longer than a limit.
  private func lasting(_ findings: [Finding], _ limit: Int64) -> [Finding] {
    findings.compactMap { finding in
      let seconds =
        finding.details.until == nil
        ? FindingCase.seconds(finding.at, max(now, finding.at)) : finding.details.seconds ?? 0
      guard seconds > limit else { return nil }
      return finding.with {
        $0.seconds = seconds
        $0.limitSeconds = limit
      }
    }
  }

  /// Whether a wait stood at the end of the limit whose own end lay ahead then.
  private func isWaiting(_ from: Timestamp, _ limit: Int64, _ facts: FindingFacts) -> Bool {
    let end = FindingCase.end(from, limit)
    return facts.waits.contains { wait in
      wait.since <= end && wait.until > end && wait.endedAt.map { $0 > end } ?? true
    }
  }

  private func late(_ findings: [Finding]) -> [Finding] {
    let limit = rules.seconds(.callWaitSeconds, for: .callAnsweredLate)
    let rings = rules.value(.callRings, for: .callAnsweredLate)
    return findings.filter {
      ($0.details.seconds ?? 0) > limit || ($0.details.count ?? 0) > rings
    }.map { $0.with { $0.limitSeconds = limit } }
  }

  private func broken(
    _ candidates: [FindingFacts.Candidate], for code: FindingCode
  ) -> [Finding] {
    let limit = rules.value(.continuityQuestions, for: code)
    return candidates.filter { candidate in
      guard let last = candidate.finding.details.agents.first,
        candidate.finding.details.count ?? 0 > limit
      else { return false }
      let at = Timestamp(microseconds: candidate.measure)
      return context.duties[last]?.standing(at: at).isAway != true
    }.map(\.finding)
  }

  /// Whether any offer may have been made by a giver who had gone home.
  private func isOfferedAfterShift(_ facts: FindingFacts, _ clocks: ClockFacts) -> Bool {
    facts.givers.contains { giver in
      guard let duty = context.duties[giver], !duty.shifts.isEmpty else { return false }
      return clocks.offers.contains { duty.standing(at: $0.from) == .offShift }
    }
  }

  /// Whether an absence of a holder began while the ticket may have been open.
  private func isHeldWhileAbsent(_ facts: FindingFacts, _ clocks: ClockFacts) -> Bool {
    clocks.holders.contains { span in
      guard let duty = context.duties[span.holder], !duty.absences.isEmpty else { return false }
      let ends = [span.until, facts.openUntil, now.adding(microseconds: 1)].compactMap { $0 }
      return duty.timeline.isAbsence(after: span.from, before: ends.min())
    }
  }

  /// Nothing was found; whether anything is known of the holders' work at all.
  private func byDuty(_ facts: FindingFacts) -> FindingAnswer {
    let isKnown = facts.holders.contains { holder in
      context.duties[holder].map { !$0.shifts.isEmpty || !$0.absences.isEmpty } ?? false
    }
    return isKnown || facts.holders.isEmpty ? .found([]) : .notAssessable(.dutyUnknown)
  }

  private func hasOutage(_ facts: FindingFacts) -> Bool {
    guard !context.outageTimes.isEmpty, let begin = facts.openFrom else { return false }
    return !context.outageTimes.gaps(
      from: begin, until: facts.openUntil ?? now, channels: facts.channels
    ).isEmpty
  }

  private func close(_ facts: FindingFacts) -> FindingAnswer {
    switch facts.close {
    case .shown(let positions): .notFound(positions)
    case .unclear: .notAssessable(.closeUnclear)
    case .doubtful(let finding):
      gap(["close.confirmed"], facts).map { .notAssessable($0) } ?? .found([finding])
    }
  }

  private func repeats(
    _ findings: [Finding], _ facts: FindingFacts, _ course: TicketCourse
  ) -> FindingAnswer {
    let days = rules.value(.followUpDays, for: .repeatContact)
    var found = findings.filter { $0.details.count ?? .max <= days }
    if found.isEmpty, let client = course.client, let topic = course.topic,
      let opened = course.openedAt
    {
      let end = context.ends.last(
        of: client, on: topic, within: rules.seconds(.followUpDays, for: .repeatContact),
        before: opened, besides: course.ticket)
      if let end {
        var details = Finding.Details()
        details.other = end.ticket
        details.count = FindingCase.seconds(end.closedAt, opened) / 86_400
        found.append(
          Finding(
            code: .repeatContact, ticket: course.ticket, contact: nil, at: opened,
            positions: [end.first, course.opening].compactMap { $0 }, agent: facts.openHolder,
            group: facts.openGroup, details: details, clocks: []))
      }
    }
    guard found.isEmpty, course.client == nil || course.topic == nil,
      let gap = gap(["ticket.followUpLinked"], facts)
    else { return .found(found) }
    return .notAssessable(gap)
  }

  private func notKept(_ agreement: FindingFacts.Agreement) -> Finding? {
    let isLate = agreement.dueAt.map { (agreement.outcomeAt ?? now) > $0 } ?? false
    guard agreement.isBroken || isLate else { return nil }
    return agreement.finding.with {
      $0.word = agreement.isBroken ? "broken" : agreement.isFulfilled ? "late" : "overdue"
    }
  }

  private func onClocks(
    _ code: FindingCode, _ facts: FindingFacts, _ clocks: ClockFacts
  ) -> FindingAnswer? {
    let judged = evaluator?.deadlines(of: clocks).clocks ?? []
    guard !judged.isEmpty else { return .notAssessable(.noPolicy) }
    let isPossible: Bool
    switch code {
    case .delayWithoutNotice:
      isPossible = judged.contains { verdict in
        [.firstReply, .nextReply, .resolution].contains(verdict.clock)
          && verdict.breaches.contains { breach in
            !facts.notices.contains { $0 >= verdict.startedAt && $0 <= breach.at }
          }
      }
    case .pauseWithoutQuestion:
      let window = rules.seconds(.pauseQuestionMinutes, for: code)
      isPossible = facts.unaskedSeconds.map { $0 > window } ?? false
    case .lateRetarget: isPossible = facts.hasRetargets
    default:
      let limit = rules.seconds(.lateRecordMinutes, for: code)
      isPossible = facts.lateSeconds.map { $0 > limit } ?? false
    }
    return isPossible ? nil : .found([])
  }
}

extension Finding {
  /// The same with other details.
  func with(_ change: (inout Details) -> Void) -> Finding {
    var details = details
    change(&details)
    return Finding(
      code: code, ticket: ticket, contact: contact, at: at, positions: positions, agent: agent,
      group: group, details: details, clocks: clocks)
  }
}
