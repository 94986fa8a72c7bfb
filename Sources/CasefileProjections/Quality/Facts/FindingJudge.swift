package import CasefileModel

/// Answers by what a row keeps of a ticket, under the rules, the policies and the shifts in force.
///
/// An object, of which each thread has its own: the evaluator of deadlines uses its memory again.
package final class FindingJudge {
  let now: Timestamp
  let rules: FindingRules
  let context: FindingContext
  let evaluator: DeadlineEvaluator?
  private let records: [String: [String]]
  /// Those of the ticket that is judged, once they were asked for.
  var verdicts: [ClockVerdict]?
  private var counted: CountedTime?
  /// Whether rows hold all gaps that may be too long, by whichever calendar.
  private let isHungKept: Bool
  /// The clocks that hear of waits for the client under any policy, or of statuses, which follow waits.
  let pausable: Set<ClockName>
  /// The shortest target of each clock under any policy.
  let shortestTargets: [ClockName: Int64]

  package init(at now: Timestamp, rules: FindingRules, context: FindingContext) {
    self.now = now
    self.rules = rules
    self.context = context
    evaluator = context.book.flatMap { book in
      book.policies.isEmpty
        ? nil
        : DeadlineEvaluator(at: now, book: book, duties: context.duties, detail: .verdicts)
    }
    let allTerms = (context.book?.policies ?? []).flatMap(\.clocks.values)
    pausable = Set(allTerms.filter(\.hearsWaits).map(\.clock))
    var targets: [ClockName: Int64] = [:]
    for terms in allTerms {
      let all = [terms.targetSeconds].compactMap { $0 } + terms.targetSecondsByPriority.values
      targets[terms.clock] = ([targets[terms.clock]].compactMap { $0 } + all).min()
    }
    shortestTargets = targets
    let shortest = CountedSpan.shortestHungLimit(rules, context.book)
    isHungKept = shortest >= FindingFacts.shortestGapSeconds
    records = Dictionary(
      context.batches.map { ($0.batchId, $0.records) }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether a code is judged by the ticket's deadlines, or by the calendar of its policy.
  package func needsClocks(_ code: FindingCode) -> Bool {
    switch code {
    case .delayWithoutNotice, .pauseWithoutQuestion, .lateRetarget, .recordedLate, .noResponsible,
      .hung, .noDeadline, .bulkClose:
      evaluator != nil
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
    (verdicts, counted) = (nil, nil)
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
  private func answer(
    _ code: FindingCode, _ facts: FindingFacts, _ course: TicketCourse, _ clocks: ClockFacts
  ) -> FindingAnswer? {
    guard rules.isOn(code) else { return .notAssessable(.switchedOff) }
    if facts.imported != nil, let gap = gap(code.hiddenWithout, facts) {
      return .notAssessable(gap)
    }
    guard let detected = detect(code, facts, course, clocks) else { return nil }
    guard case .found(let findings) = detected else { return detected }
    guard findings.isEmpty else { return .found(Finding.sorted(findings)) }
    guard facts.imported != nil, let gap = gap(code.shownBy, facts) else { return .notFound([]) }
    return .notAssessable(gap)
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
    let candidates = facts.candidates.isEmpty ? [] : facts.candidates[code] ?? []
    let findings = candidates.map(\.finding)
    switch code {
    case .pingPongAgents, .pingPongGroups, .handoffWithoutSummary, .handoffUnacknowledged,
      .clientReminder, .clientRetold, .reopened, .statedCause, .deadOfferAccepted,
      .closedAgain, .labelContradicted:
      return .found(findings)
    case .noResponsible: return .found(tooLong(findings, clocks) { _, _ in false })
    case .handoffExpired:
      return facts.offerLapsesAt.map { $0 >= now } ?? true ? .found(findings) : nil
    case .handoffAfterShiftEnd, .absentWithoutHandoff, .leftAtShiftEnd:
      return onDuty(code, facts)
    case .continuityBroken: return .found(broken(candidates, for: code))
    case .hung:
      guard isHungKept else { return nil }
      return .found(
        tooLong(findings, clocks) { span, finding in
          facts.waits.excuse(span.over, until: finding.details.until, at: now)
        })
    case .unanswered:
      let limit = rules.seconds(.unansweredHours, for: code)
      guard limit >= FindingFacts.shortestGapSeconds else { return nil }
      return .found(lasting(findings, limit))
    case .untrackedContact, .recordingMissing, .callAnsweredLate, .callAbandoned:
      let acts = context.contacts(of: course.ticket).flatMap { $0.acts(at: now) }
      return .found(facts.tenure.onCalls(code, facts.calls + acts, rules))
    case .templateDisliked:
      let limit = rules.value(.badMarkPermille, for: code)
      return .found(candidates.filter { $0.measure <= limit }.map(\.finding))
    case .channelOutage: return .found(facts.tenure.outages(context.outageTimes, at: now))
    case .closedWithoutConfirmation: return close(facts)
    case .promiseMoved:
      // What became of the promised dates only the history tells.
      return findings.isEmpty ? .found([]) : nil
    case .bulkClose:
      let all =
        findings
        + facts.tenure.bulkCloses(
          facts.closes, besides: findings, context.closes, rules, time(of: clocks))
      if !all.isEmpty, evaluator != nil { return nil }
      return all.isEmpty && facts.isCloseUnclear ? .notAssessable(.closeUnclear) : .found(all)
    case .automaticClose:
      return findings.isEmpty && facts.isCloseUnclear
        ? .notAssessable(.closeUnclear) : .found(findings)
    case .noDeadline:
      guard let time = time(of: clocks) else { return .notAssessable(.noPolicy) }
      guard let since = course.openSince, !time.isGoverned else { return .found([]) }
      return .found([facts.tenure.missingDeadline(since: since, course.openBegin, at: now)])
    case .repeatContact: return repeats(findings, facts, course)
    case .agreementNotKept: return .found(facts.agreements.compactMap(notKept))
    case .resolvedAndContinued:
      let window = rules.seconds(.continuedMinutes, for: code)
      return facts.continuedSeconds.map { $0 <= window } ?? false ? nil : .found([])
    case .delayWithoutNotice, .pauseWithoutQuestion, .lateRetarget, .recordedLate:
      return onClocks(code, facts, clocks)
    }
  }

  /// By which working time the ticket's hours count; nil without policies.
  private func time(of clocks: ClockFacts) -> CountedTime? {
    if let counted { return counted }
    guard let evaluator, let book = context.book else { return nil }
    let time = CountedTime(clocks, evaluator, book)
    counted = time
    return time
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

  /// What lasted, or lasts, for longer than it may, in working time.
  private func tooLong(
    _ findings: [Finding], _ clocks: ClockFacts,
    _ isExcused: (CountedSpan, Finding) -> Bool
  ) -> [Finding] {
    guard !findings.isEmpty else { return [] }
    let time = time(of: clocks)
    return findings.compactMap { finding in
      let span = CountedSpan(
        of: finding.code, from: finding.at, until: finding.details.until ?? max(now, finding.at),
        rules, time)
      return span.isTooLong && !isExcused(span, finding) ? finding.lasting(span) : nil
    }
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

  /// Nil where an offer lapsed since the row was made: whether it was open then is the history's to say.
  private func onDuty(_ code: FindingCode, _ facts: FindingFacts) -> FindingAnswer? {
    let tenure = facts.tenure
    let found: [Finding]
    switch code {
    case .handoffAfterShiftEnd: found = tenure.offersAfterShift(context.duties)
    case .absentWithoutHandoff:
      if facts.offerLapsesAt.map({ $0 < now }) ?? false { return nil }
      found = tenure.absencesWithoutHandoff(context.duties, at: now)
    default:
      found = tenure.leftAtShiftEnd(context.leftBehind[tenure.ticket] ?? [], at: now)
      if found.isEmpty, tenure.isHeld(atEndOf: context.unlistedShifts, by: now) {
        return .notAssessable(.shiftNotListed)
      }
    }
    return found.isEmpty && !tenure.isKnown(context.duties) && !tenure.spans.isEmpty
      ? .notAssessable(.dutyUnknown) : .found(found)
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
    _ links: [Finding], _ facts: FindingFacts, _ course: TicketCourse
  ) -> FindingAnswer {
    RepeatCheck(
      ticket: course.ticket, client: course.client, topic: course.topic, openedAt: course.openedAt,
      opening: course.opening, isVoid: course.isVoid, links: links
    ).answer(context.ends, rules, gap: gap(["ticket.followUpLinked"], facts))
  }

  private func notKept(_ agreement: FindingFacts.Agreement) -> Finding? {
    let isLate = agreement.dueAt.map { (agreement.outcomeAt ?? now) > $0 } ?? false
    guard agreement.isBroken || isLate else { return nil }
    return agreement.finding.with {
      $0.word = agreement.isBroken ? "broken" : agreement.isFulfilled ? "late" : "overdue"
    }
  }
}

extension ClockTerms {
  fileprivate var hearsWaits: Bool {
    pauseOn.contains(.client) || !stopStatuses.isEmpty || startOn.contains(.waitEnded)
      || stopOn.contains(.waitEnded)
  }
}

extension Finding {
  /// The same with what it did to the clocks.
  func with(clocks: [ClockEffect]) -> Finding {
    Finding(
      code: code, ticket: ticket, contact: contact, at: at, positions: positions, agent: agent,
      group: group, details: details, clocks: clocks)
  }

  /// The same with other details.
  func with(_ change: (inout Details) -> Void) -> Finding {
    var details = details
    change(&details)
    return Finding(
      code: code, ticket: ticket, contact: contact, at: at, positions: positions, agent: agent,
      group: group, details: details, clocks: clocks)
  }
}
