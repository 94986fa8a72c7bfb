import CasefileModel

/// Acts on clocks. Whether one did anything is told by the ticket without it, which only its history
/// gives; here is seen on how few it can have.
extension FindingJudge {
  func onClocks(
    _ code: FindingCode, _ facts: FindingFacts, _ clocks: ClockFacts
  ) -> FindingAnswer? {
    let judged = deadlines(of: clocks)
    guard !judged.isEmpty else { return .notAssessable(.noPolicy) }
    let isPossible: Bool
    switch code {
    case .delayWithoutNotice:
      return .found(facts.tenure.delaysWithoutNotice(judged, notices: facts.notices))
    case .pauseWithoutQuestion:
      let window = rules.seconds(.pauseQuestionMinutes, for: code)
      isPossible = facts.pauses.contains {
        $0.silentSeconds > window && mayRelieve($0, facts, judged)
      }
    case .lateRetarget:
      isPossible = facts.retargets.contains { mayBeLate($0, facts, clocks, judged) }
    default:
      let limit = rules.seconds(.lateRecordMinutes, for: code)
      isPossible = facts.lateSeconds.map { $0 > limit } ?? false
    }
    return isPossible ? nil : .found([])
  }

  /// Several codes ask for the deadlines of the same ticket.
  private func deadlines(of clocks: ClockFacts) -> [ClockVerdict] {
    if let verdicts { return verdicts }
    let judged = evaluator?.deadlines(of: clocks).clocks ?? []
    verdicts = judged
    return judged
  }

  /// Whether a clock that hears of waits, and was not missed, was there to be relieved by one.
  private func mayRelieve(
    _ pause: FindingFacts.Pause, _ facts: FindingFacts, _ judged: [ClockVerdict]
  ) -> Bool {
    facts.isReordered
      || judged.contains { clock in
        clock.verdict != .breached && pausable.contains(clock.clock)
          && clock.stoppedAt.map { $0 >= pause.since } ?? true
      }
  }

  /// Whether a clock that was not missed may have been late in its target when a change came.
  private func mayBeLate(
    _ act: FindingFacts.Act, _ facts: FindingFacts, _ clocks: ClockFacts, _ judged: [ClockVerdict]
  ) -> Bool {
    guard !facts.isReordered else { return true }
    let share = rules.value(.lateChangePermille, for: .lateRetarget)
    // Of a clock that ran then, instance and start are the same without the change. Working time is
    // never longer than the time itself.
    let candidates = judged.filter { clock in
      guard clock.verdict != .breached, clock.startedAt <= act.at,
        clock.stoppedAt.map({ $0 >= act.at }) ?? true
      else { return false }
      let longest = FindingCase.seconds(clock.startedAt, act.at)
      return isLate(longest, of: shortestTargets[clock.clock] ?? 0, share)
    }
    guard !candidates.isEmpty, let book = context.book else { return !candidates.isEmpty }
    // What else changed at the same instant says what was true with the change.
    let changes: ClockSignal.Kinds = [
      .group, ClockSignal.Kinds(.attributes), ClockSignal.Kinds(.policyApplied),
      ClockSignal.Kinds(.policyDetached),
    ]
    var before = clocks
    before.signals.removeAll { $0.at > act.at || $0.position == act.position }
    guard !before.signals.contains(where: { $0.at == act.at && changes.contains($0.kind) }) else {
      return true
    }
    return before.deadlines(
      at: act.at, book: book, duties: context.duties, detail: .verdicts
    ).clocks.contains { clock in
      (clock.state == .running || clock.state == .paused)
        && isLate(clock.elapsedSeconds, of: clock.targetSeconds, share)
        && candidates.contains { $0.clock == clock.clock && $0.instance == clock.instance }
    }
  }

  private func isLate(_ elapsed: Int64, of target: Int64, _ share: Int64) -> Bool {
    Double(elapsed) * 1_000 >= Double(target) * Double(share)
  }
}
