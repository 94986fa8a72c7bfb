internal import CasefileCalendars
package import CasefileModel

extension ClockFacts {
  /// Judges all clocks under a book at an instant.
  package func deadlines(
    at now: Timestamp, book: DeadlineBook, duties: [String: AgentDuty] = [:],
    detail: DeadlineDetail
  ) -> TicketDeadlines {
    var governance = Governance(self, book: book)
    governance.run(until: now)
    var judge = ClockJudge(facts: self, book: book, duties: duties, now: now, detail: detail)
    for clock in ClockName.allCases where governance.names(clock) {
      var machine = ClockMachine(clock, self, book.plans)
      machine.run(governance.count, governance.changes, until: now)
      for run in machine.runs { judge.add(run, clock) }
    }
    return TicketDeadlines(
      ticket: ticket, evaluatedAt: now,
      policy: governance.current.map {
        TicketDeadlines.PolicyVersion(
          id: book.policies[$0].id, version: book.policies[$0].version)
      },
      clocks: judge.verdicts,
      unknownPolicies: governance.unknown.map {
        TicketDeadlines.UnknownPolicy(id: $0.policy, position: $0.position)
      },
      zones: book.zones, isHypothetical: book.isHypothetical)
  }
}

/// Turns what a machine followed into verdicts that explain themselves.
struct ClockJudge {
  private let facts: ClockFacts
  private let book: DeadlineBook
  private let detail: DeadlineDetail
  private let now: Timestamp
  private let circumstances: Circumstances
  private(set) var verdicts: [ClockVerdict] = []

  init(
    facts: ClockFacts, book: DeadlineBook, duties: [String: AgentDuty], now: Timestamp,
    detail: DeadlineDetail
  ) {
    self.facts = facts
    self.book = book
    self.detail = detail
    self.now = now
    circumstances = Circumstances(holders: facts.holders, offers: facts.offers, duties: duties)
  }

  mutating func add(_ run: ClockRun, _ clock: ClockName) {
    let end = run.stoppedAt ?? now
    let policy = book.policies[run.policy]
    verdicts.append(
      ClockVerdict(
        clock: clock, instance: run.number, policy: policy.id, policyVersion: policy.version,
        policyPosition: policy.position, calendar: run.terms.calendar,
        calendarVersion: run.plan.workingTime?.versionNumber(at: end),
        state: state(run.state), verdict: verdict(of: run),
        verdictUnderCurrentPolicy: run.state == .stopped && run.isAssessable
          ? (run.isLatched ? .breached : .met) : nil,
        startedAt: run.startedAt, startPosition: run.startPosition, dueAt: run.dueAt,
        stoppedAt: run.stoppedAt, stopPosition: run.stopPosition,
        cancelReason: run.cancelReason, elapsedSeconds: run.used(at: now) / 1_000_000,
        targetSeconds: run.target / 1_000_000, group: run.group,
        breaches: run.breaches.map { breach($0, of: run, clock) },
        cycles: run.cycles.map {
          ClockVerdict.Cycle(
            stoppedAt: $0.stoppedAt, position: $0.position,
            verdict: $0.isBreached ? .breached : .met, elapsedSeconds: $0.used / 1_000_000,
            dueAt: $0.dueAt)
        },
        causes: recorded(.explanation, clock, run.number).map {
          ClockVerdict.Cause(code: $0.code, position: $0.position)
        },
        warnings: warnings(of: run, clock),
        spans: detail == .derivation ? spans(of: run) : []))
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
    guard run.isAssessable else { return .notAssessable }
    return switch run.state {
    case .running, .paused: .pending
    case .stopped: .met
    case .cancelled: .cancelled
    }
  }

  /// What was written of an instance, up to the instant of evaluation. Without a number it is of the
  /// first one.
  private func recorded(
    _ kind: RecordedSignal.Kind, _ clock: ClockName, _ number: Int
  ) -> [RecordedSignal] {
    if facts.recorded.isEmpty { return [] }
    return facts.recorded.filter {
      $0.kind == kind && $0.clock == clock.rawValue && ($0.instance ?? 1) == Int64(number)
        && $0.at <= now
    }
  }

  private func warnings(of run: ClockRun, _ clock: ClockName) -> [ClockVerdict.Warning] {
    guard !run.terms.warnBeforeSeconds.isEmpty else { return [] }
    let policy = book.policies[run.policy]
    let issued = recorded(.warning, clock, run.number).filter {
      $0.policy == policy.id && $0.policyVersion == policy.version && $0.dueAt == run.dueAt
    }
    return run.terms.warnBeforeSeconds.compactMap { seconds in
      guard let at = run.instant(remaining: seconds) else { return nil }
      return ClockVerdict.Warning(
        at: at, remainingSeconds: seconds,
        issuedBy: issued.first { $0.remaining == seconds }?.position)
    }
  }

  private func breach(
    _ breach: ClockRun.Breach, of run: ClockRun, _ clock: ClockName
  ) -> DeadlineBreach {
    var business: Int64 = 0
    var wall: Int64 = 0
    for span in run.spans where span.state == .running || span.state == .paused {
      let from = max(span.from, breach.at)
      let until = span.until ?? now
      guard from < until else { continue }
      wall += until.microseconds - from.microseconds
      guard span.state == .running else { continue }
      business += span.plan.workingTime?.elapsed(from: from, to: until) ?? 0
    }
    let policy = book.policies[breach.policy]
    let around = circumstances.at(breach.at)
    return DeadlineBreach(
      at: breach.at, policy: policy.id, policyVersion: policy.version,
      targetSeconds: breach.targetSeconds, cause: breach.cause, holder: around.holder?.holder,
      standing: around.standing, offer: around.offer,
      overrunBusinessSeconds: business / 1_000_000, overrunWallSeconds: wall / 1_000_000,
      observedBy: recorded(.breach, clock, run.number).first {
        $0.policy.map { $0 == policy.id } ?? true
          && $0.policyVersion.map { $0 == policy.version } ?? true
          && $0.dueAt.map { $0 == breach.at } ?? true
      }?.position)
  }

  private func spans(of run: ClockRun) -> [DeadlineSpan] {
    var spans: [DeadlineSpan] = []
    for span in run.spans {
      // The last span of a stopped instance says only why it stopped.
      if span.until == nil, span.state == .stopped || span.state == .cancelled {
        spans.append(piece(of: span, from: span.from, until: span.from, span.position))
        continue
      }
      let end = span.until ?? now
      var from = span.from
      var position = span.position
      for cut in circumstances.cuts(from: span.from, until: end) {
        spans.append(piece(of: span, from: from, until: cut.at, position))
        from = cut.at
        position = cut.position ?? span.position
      }
      spans.append(piece(of: span, from: from, until: span.until, position))
    }
    return spans
  }

  private func piece(
    of span: ClockRun.Span, from: Timestamp, until: Timestamp?, _ position: Position
  ) -> DeadlineSpan {
    let around = circumstances.at(from)
    let end = until ?? now
    let workingTime = span.plan.workingTime
    let business = span.state == .running ? workingTime?.elapsed(from: from, to: end) ?? 0 : 0
    return DeadlineSpan(
      from: from, until: until, state: state(span.state), why: why(span), position: position,
      businessSeconds: business / 1_000_000,
      wallSeconds: max(0, end.microseconds - from.microseconds) / 1_000_000,
      holder: around.holder?.holder, standing: around.standing, offer: around.offer,
      calendar: span.plan.terms.calendar,
      calendarVersion: workingTime?.versionNumber(at: from))
  }

  private func why(_ span: ClockRun.Span) -> DeadlineSpan.Why {
    switch span.why {
    case .started(let event): .started(event)
    case .paused(let signal):
      .paused(
        (signal.flatMap { facts.text([WaitReason].self, of: $0) } ?? [])
          .filter { span.plan.terms.pauseOn.contains($0) })
    case .resumed: .resumed
    case .retargeted: .retargeted
    case .restarted: .restarted
    case .reopened: .reopened
    case .stopped(let event): .stopped(event)
    case .cancelled(let reason): .cancelled(reason)
    }
  }
}

extension ClockFacts {
  /// Whether anything had happened on the ticket by an instant.
  package func isOpened(at now: Timestamp) -> Bool { signals.first.map { $0.at <= now } ?? false }
}
