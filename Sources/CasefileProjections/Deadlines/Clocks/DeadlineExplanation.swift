internal import CasefileModel

/// Turns what a machine followed into verdicts that explain themselves.
final class DeadlineExplanation {
  private let book: DeadlineBook
  private let plans: ClockPlans
  private let duties: [String: AgentDuty]
  private let detail: DeadlineDetail
  private let now: Timestamp
  private var silence: (imports: [String], reason: ClockReviews.Reason?)?

  init(now: Timestamp, book: DeadlineBook, duties: [String: AgentDuty], detail: DeadlineDetail) {
    self.now = now
    self.book = book
    plans = book.plans
    self.duties = duties
    self.detail = detail
  }

  func verdicts(on runs: [ClockRun], _ facts: ClockFacts) -> [ClockVerdict] {
    var verdicts: [ClockVerdict] = []
    verdicts.reserveCapacity(runs.count)
    // A span hands out its elements without copies of them and their lists.
    let runs = runs.span
    let silence = silence(facts)
    for index in runs.indices { verdicts.append(verdict(on: runs[index], facts, silence)) }
    return verdicts
  }

  /// Why a missing reply proves nothing of a ticket; nil where it does.
  private func silence(_ facts: ClockFacts) -> ClockReviews.Reason? {
    guard !facts.silentImports.isEmpty else { return nil }
    // One import brought many tickets.
    if let known = silence, known.imports == facts.silentImports { return known.reason }
    let reason = book.reason(againstMissingReply: facts.silentImports)
    silence = (facts.silentImports, reason)
    return reason
  }

  /// Counts what became of the instances of a ticket; false where that takes their spans: then nothing
  /// was counted.
  func add(_ runs: [ClockRun], _ facts: ClockFacts, to sink: inout some OutcomeSink) -> Bool {
    guard !runs.isEmpty else { return true }
    let runs = runs.span
    let silence = silence(facts)
    for index in runs.indices where !runs[index].cycles.isEmpty {
      if !runs[index].breaches.isEmpty, !isSilent(runs[index], silence) { return false }
    }
    let moments = TicketMoments(facts)
    for index in runs.indices {
      let found = verdict(of: runs[index])
      let reason = reason(against: runs[index].clock, found, silence)
      let breachedAt =
        reason != nil && reason == silence ? nil : runs[index].breaches.first?.at
      let verdict = reason == nil ? found : .notAssessable
      let stoppedAt = runs[index].stoppedAt
      let decided: Timestamp? =
        switch verdict {
        case .breached: breachedAt
        case .met, .cancelled: stoppedAt
        default: nil
        }
      let instant = decided ?? now
      let overdue = breachedAt.map {
        ClockOutcome.Overdue(from: $0, until: runs[index].isActive ? nil : stoppedAt)
      }
      sink.add(
        DeadlineTally.Instance(
          clock: runs[index].clock, verdict: verdict, startedAt: runs[index].startedAt,
          decidedAt: decided, priority: moments.priority(at: instant),
          group: runs[index].group ?? moments.group(at: instant),
          holder: moments.holder(at: instant)),
        overdue: overdue.map { [$0] } ?? [])
    }
    sink.endTicket()
    return true
  }

  private func isSilent(_ run: ClockRun, _ silence: ClockReviews.Reason?) -> Bool {
    silence != nil && reason(against: run.clock, verdict(of: run), silence) == silence
  }

  /// What counts ask of verdicts.
  func outlines(on runs: [ClockRun], _ facts: ClockFacts) -> [ClockOutline] {
    guard !runs.isEmpty else { return [] }
    var outlines: [ClockOutline] = []
    outlines.reserveCapacity(runs.count)
    let runs = runs.span
    let silence = silence(facts)
    for index in runs.indices {
      let found = verdict(of: runs[index])
      let reason = reason(against: runs[index].clock, found, silence)
      outlines.append(
        ClockOutline(
          clock: runs[index].clock, verdict: reason == nil ? found : .notAssessable,
          breachedAt: runs[index].breaches.first?.at, startPosition: runs[index].startPosition,
          stoppedAt: runs[index].stoppedAt, stopPosition: runs[index].stopPosition))
    }
    return outlines
  }

  /// - Parameter silence: why a missing reply proves nothing.
  private func verdict(
    on run: ClockRun, _ facts: ClockFacts, _ silence: ClockReviews.Reason?
  ) -> ClockVerdict {
    let found = verdict(of: run)
    let reason = reason(against: run.clock, found, silence)
    let isSilent = reason != nil && reason == silence
    let clock = run.clock
    let end = run.stoppedAt ?? now
    let policy = run.plan.policy
    return ClockVerdict(
      clock: clock, instance: run.number, policy: book.policies[policy].id,
      policyVersion: book.policies[policy].version,
      policyPosition: book.policies[policy].position,
      calendar: plans.terms(of: run.plan).calendar,
      calendarVersion: plans.calendarVersion(run.plan, at: end),
      state: state(run.state), verdict: reason == nil ? found : .notAssessable, reason: reason,
      verdictUnderCurrentPolicy: run.state == .stopped && reason == nil && run.plan.isAssessable
        ? (run.isLatched ? .breached : .met) : nil,
      startedAt: run.startedAt, startPosition: run.startPosition, dueAt: run.dueAt,
      stoppedAt: run.stoppedAt, stopPosition: run.stopPosition,
      cancelReason: run.cancelReason,
      elapsedSeconds: run.used(at: now, book.plans) / 1_000_000,
      targetSeconds: run.target / 1_000_000, group: run.group,
      breaches: run.breaches.isEmpty || isSilent ? [] : breaches(of: run, facts),
      cycles: run.cycles.map {
        ClockVerdict.Cycle(
          stoppedAt: $0.stoppedAt, position: $0.position,
          verdict: $0.isBreached ? .breached : .met, elapsedSeconds: $0.used / 1_000_000,
          dueAt: $0.dueAt)
      },
      causes: recorded(.explanation, of: run, facts).map {
        ClockVerdict.Cause(code: $0.code, position: $0.position)
      },
      warnings: isSilent ? [] : warnings(of: run, facts),
      spans: detail == .derivation ? spans(of: run, facts) : [])
  }

  private func state(_ state: ClockRun.State) -> ClockState {
    switch state {
    case .running: .running
    case .paused: .paused
    case .stopped: .stopped
    case .cancelled: .cancelled
    }
  }

  private func verdict(of run: ClockRun) -> Verdict {
    if !run.breaches.isEmpty { return .breached }
    guard run.plan.isAssessable else { return .notAssessable }
    return switch run.state {
    case .running, .paused: .pending
    case .stopped: .met
    case .cancelled: .cancelled
    }
  }

  /// What was met is shown by an event; that there was no reply is shown by nothing where the source
  /// records none.
  private func reason(
    against clock: ClockName, _ verdict: Verdict, _ silence: ClockReviews.Reason?
  ) -> ClockReviews.Reason? {
    if verdict == .notAssessable { return .unknownCalendar }
    guard clock.endsWithReply, verdict == .breached || verdict == .pending else { return nil }
    return silence
  }

  /// What was written of an instance, up to the instant of evaluation. Without a number it is of the
  /// first one.
  private func recorded(
    _ kind: RecordedSignal.Kind, of run: ClockRun, _ facts: ClockFacts
  ) -> [RecordedSignal] {
    if facts.recorded.isEmpty { return [] }
    return facts.recorded.filter {
      $0.kind == kind && $0.clock == run.clock.rawValue && ($0.instance ?? 1) == Int64(run.number)
        && $0.at <= now
    }
  }

  private func warnings(of run: ClockRun, _ facts: ClockFacts) -> [ClockVerdict.Warning] {
    let moments = plans.terms(of: run.plan).warnBeforeSeconds
    guard !moments.isEmpty else { return [] }
    let policy = book.policies[run.plan.policy]
    let issued = recorded(.warning, of: run, facts).filter {
      $0.policy == policy.id && $0.policyVersion == policy.version && $0.dueAt == run.dueAt
    }
    return moments.compactMap { seconds in
      guard let at = run.instant(remaining: seconds, book.plans) else { return nil }
      return ClockVerdict.Warning(
        at: at, remainingSeconds: seconds,
        issuedBy: issued.first { $0.remaining == seconds }?.position)
    }
  }

  private func breaches(of run: ClockRun, _ facts: ClockFacts) -> [DeadlineBreach] {
    let around = circumstances(facts)
    let observed = recorded(.breach, of: run, facts)
    return run.breaches.map { breach($0, of: run, around, observed) }
  }

  private func breach(
    _ breach: ClockRun.Breach, of run: ClockRun, _ circumstances: Circumstances,
    _ observed: [RecordedSignal]
  ) -> DeadlineBreach {
    var business: Int64 = 0
    var wall: Int64 = 0
    for span in run.spans where span.state == .running || span.state == .paused {
      let from = max(span.from, breach.at)
      let until = span.until ?? now
      guard from < until else { continue }
      wall += until.microseconds - from.microseconds
      guard span.state == .running else { continue }
      business += plans.elapsed(span.plan, from: from, to: until)
    }
    let policy = book.policies[breach.policy]
    let around = circumstances.at(breach.at)
    return DeadlineBreach(
      at: breach.at, policy: policy.id, policyVersion: policy.version,
      targetSeconds: breach.targetSeconds, cause: breach.cause, holder: around.holder?.holder,
      standing: around.standing, offer: around.offer,
      overrunBusinessSeconds: business / 1_000_000, overrunWallSeconds: wall / 1_000_000,
      observedBy: observed.first {
        $0.policy.map { $0 == policy.id } ?? true
          && $0.policyVersion.map { $0 == policy.version } ?? true
          && $0.dueAt.map { $0 == breach.at } ?? true
      }?.position)
  }

  private func circumstances(_ facts: ClockFacts) -> Circumstances {
    Circumstances(holders: facts.holders, offers: facts.offers, duties: duties)
  }

  private func spans(of run: ClockRun, _ facts: ClockFacts) -> [DeadlineSpan] {
    let around = circumstances(facts)
    var spans: [DeadlineSpan] = []
    for span in run.spans {
      // The last span of a stopped instance says only why it stopped.
      if span.until == nil, span.state == .stopped || span.state == .cancelled {
        spans.append(
          piece(of: span, from: span.from, until: span.from, span.position, around, facts))
        continue
      }
      let end = span.until ?? now
      var from = span.from
      var position = span.position
      for cut in around.cuts(from: span.from, until: end) {
        spans.append(piece(of: span, from: from, until: cut.at, position, around, facts))
        from = cut.at
        position = cut.position ?? span.position
      }
      spans.append(piece(of: span, from: from, until: span.until, position, around, facts))
    }
    return spans
  }

  private func piece(
    of span: ClockRun.Span, from: Timestamp, until: Timestamp?, _ position: Position,
    _ circumstances: Circumstances, _ facts: ClockFacts
  ) -> DeadlineSpan {
    let around = circumstances.at(from)
    let end = until ?? now
    let business =
      span.state == .running ? plans.elapsed(span.plan, from: from, to: end) : 0
    return DeadlineSpan(
      from: from, until: until, state: state(span.state), why: why(span, facts), position: position,
      businessSeconds: business / 1_000_000,
      wallSeconds: max(0, end.microseconds - from.microseconds) / 1_000_000,
      holder: around.holder?.holder, standing: around.standing, offer: around.offer,
      calendar: plans.terms(of: span.plan).calendar,
      calendarVersion: plans.calendarVersion(span.plan, at: from))
  }

  private func why(_ span: ClockRun.Span, _ facts: ClockFacts) -> DeadlineSpan.Why {
    switch span.why {
    case .started(let event): .started(event)
    case .paused(let signal):
      .paused(
        (signal.flatMap { facts.text([WaitReason].self, of: $0) } ?? [])
          .filter { plans.terms(of: span.plan).pauseOn.contains($0) })
    case .resumed: .resumed
    case .retargeted: .retargeted
    case .restarted: .restarted
    case .reopened: .reopened
    case .stopped(let event): .stopped(event)
    case .cancelled(let reason): .cancelled(reason)
    }
  }
}
