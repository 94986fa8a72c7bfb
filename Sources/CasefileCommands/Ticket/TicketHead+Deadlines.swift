import CasefileModel
import CasefileProjections

/// Which deadlines were kept: as the published policies judge them, and as it was written down.
extension TicketHead {
  var deadlines: [Answer] {
    let clocks = review.clocks
    var texts = clocks.clocks.map(judged)
    if let reason = clocks.reason {
      texts.append(phrases.notAssessable(reason, review.deadlines.policy))
    } else if let now = clocks.evaluatedAt {
      texts.append(phrases.judgedAt(time(now), command: derivation(at: now)))
    }
    let breaches = file.responsibility.breaches
    texts += review.deadlines.deadlines.filter { view.isTold($0.position) }.map { deadline in
      phrases.recordedDeadline(
        recorded(deadline, breaches.first { $0.position == deadline.position }),
        isImported: deadline.isImported)
    }
    return answer(.deadlines, all: texts) + answer(.due, state.dueAt.map(promise))
  }

  // MARK: As judged

  private func judged(_ verdict: ClockVerdict) -> String {
    let positions = [verdict.stopPosition, verdict.breaches.last?.observedBy].compactMap { $0 }
    return phrases.judged(
      phrases.word(verdict.clock.rawValue, of: nil), instance: verdict.instance,
      due: time(verdict.dueAt), verdict: word(verdict), by: measure(verdict))
      + Set(positions).sorted().map { " #\($0)" }.joined()
  }

  private func word(_ verdict: ClockVerdict) -> String {
    if let reason = verdict.reason { return phrases.notAssessable(reason, verdict.calendar) }
    // A clock without a verdict is told by what it does.
    guard verdict.verdict != .pending else {
      return phrases.word(verdict.state.word, of: "ClockState")
    }
    let word = phrases.word(verdict.verdict.word, of: "Verdict")
    return word + (verdict.cancelReason.map { " (\(phrases.cancelled($0)))" } ?? "")
  }

  /// By how much: what is over, what is left, or what was used.
  private func measure(_ verdict: ClockVerdict) -> String? {
    guard verdict.reason == nil, verdict.verdict != .cancelled else { return nil }
    func text(_ seconds: Int64) -> String { DeadlineText.duration(seconds, phrases) }
    if let breach = verdict.breaches.last {
      let held = phrases.heldAtBreach(
        by: breach.holder.map { agent($0, at: breach.at) },
        standing: DutyWords(voice: voice).text(breach.standing),
        offer: breach.offer.map { offer in
          phrases.offered(
            to: offer.to.map { agent($0, at: offer.since) } ?? phrases.anybody,
            since: time(offer.since))
        })
      return phrases.overrun(
        business: text(breach.overrunBusinessSeconds), wall: text(breach.overrunWallSeconds))
        + "; " + held
    }
    if verdict.verdict == .pending {
      return phrases.left(text(verdict.targetSeconds - verdict.elapsedSeconds))
    }
    return phrases.used(text(verdict.elapsedSeconds), of: text(verdict.targetSeconds))
  }

  /// The command that derives the same verdicts.
  private func derivation(at now: Timestamp) -> String {
    let known =
      switch view.question.knownAt {
      case .position(let position)?: " --position \(position)"
      case .recorded(let instant)?: " --known-at \(instant)"
      case .sourceClaim(let instant)?: " --known-at-source \(instant)"
      case nil: ""
      }
    return "casefile deadline explain \(view.ticket) --as-of \(now)\(known)"
  }

  // MARK: As written down

  private func recorded(
    _ deadline: DeadlineReview, _ breach: ResponsibilityReview.Breach?
  ) -> String {
    let verdict =
      switch deadline.verdict {
      case .breached:
        phrases.breached(
          at: time(deadline.observedAt),
          holder: breach.map { DutyWords(voice: voice).text($0) })
      case .warned: phrases.warned(at: time(deadline.observedAt))
      case .evaluated(let verdict): phrases.evaluated(verdict, at: time(deadline.observedAt))
      }
    let causes = deadline.causes.filter { view.isTold($0.position) }.map { cause in
      "; " + phrases.cause(cause.code.map { phrases.word($0, of: "CauseCode") } ?? phrases.unknown)
        + " #\(cause.position)"
    }
    return phrases.deadline(
      phrases.word(deadline.clock, of: nil), instance: deadline.instance,
      due: time(deadline.dueAt), verdict: verdict) + " #\(deadline.position)" + causes.joined()
  }
}
