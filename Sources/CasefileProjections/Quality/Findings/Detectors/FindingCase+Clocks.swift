import CasefileModel

/// How clocks were kept, and how they are gamed. An act is left out and the ticket judged again by
/// the same evaluator: what differs is what the act did.
extension FindingCase {
  /// The clocks whose verdict or deadline is another one without some events.
  func effects(without positions: Set<Position>) -> [Finding.ClockEffect] {
    guard let deadlines, let book = context.book else { return [] }
    let less = TicketHistory(
      events: history.events.filter { !positions.contains($0.position) }, schema: history.schema)
    let without = less.clockFacts(knownAt: knownAt).deadlines(
      at: now, book: book, duties: context.duties, detail: .verdicts)
    return deadlines.clocks.compactMap { with in
      let other = without.clocks.first { $0.clock == with.clock && $0.instance == with.instance }
      guard other?.verdict != with.verdict || other?.dueAt != with.dueAt else { return nil }
      return Finding.ClockEffect(
        clock: with.clock, instance: with.instance, verdict: with.verdict,
        verdictWithout: other?.verdict, dueAt: with.dueAt, dueAtWithout: other?.dueAt)
    }
  }

  func delaysWithoutNotice() -> [Finding] {
    tenure.delaysWithoutNotice(deadlines?.clocks ?? [], notices: notices)
  }

  /// When the client was told that it takes longer, and about which clock.
  var notices: [FindingFacts.Notice] {
    all(TicketDelayNoticeSent.self).map { entry, payload in
      FindingFacts.Notice(at: entry.effectiveAt, clock: payload.clock)
    }
  }

  /// A question is anything that a human wrote or said to the client.
  func pausesWithoutQuestion() -> [Finding] {
    let window = rules.seconds(.pauseQuestionMinutes, for: .pauseWithoutQuestion)
    let said = facts.signals.filter { $0.kind == .reply }.map(\.at)
    return (state.pastWaits + state.waits).compactMap { wait in
      guard wait.reason == .client,
        !said.contains(where: {
          $0 <= wait.since && FindingCase.seconds($0, wait.since) <= window
        })
      else { return nil }
      let effects = effects(without: [wait.position])
      guard effects.contains(where: \.isRelief) else { return nil }
      let entry = entries.first { $0.position == wait.position }
      return finding(
        .pauseWithoutQuestion, at: wait.since, [wait.position], agent: entry.flatMap(agent(of:)),
        clocks: effects
      ) {
        $0.until = wait.endedAt
        $0.seconds = wait.endedAt.map { FindingCase.seconds(wait.since, $0) }
        $0.limitSeconds = window
      }
    }
  }

  /// A change of the priority, the topic, the policy or the group.
  static let retargets: Set<UInt32> = [
    TicketPriorityChanged.type.number, TicketClassified.type.number,
    SLAPolicyApplied.type.number, TicketGroupChanged.type.number,
  ]

  func lateRetargets() -> [Finding] {
    let share = rules.value(.lateChangePermille, for: .lateRetarget)
    guard let book = context.book else { return [] }
    return entries.filter { FindingCase.retargets.contains($0.typeNumber) }.compactMap { entry in
      // How far the clocks were at that moment, by what was true before the change.
      let before = TicketHistory(
        events: history.events.filter { $0.position != entry.position }, schema: history.schema
      ).clockFacts(knownAt: knownAt).deadlines(
        at: entry.effectiveAt, book: book, duties: context.duties, detail: .verdicts)
      let late = before.clocks.filter { clock in
        guard clock.state == .running || clock.state == .paused, clock.targetSeconds > 0 else {
          return false
        }
        return Double(clock.elapsedSeconds) * 1_000 >= Double(clock.targetSeconds) * Double(share)
      }
      guard !late.isEmpty else { return nil }
      let effects = effects(without: [entry.position]).filter { effect in
        late.contains { $0.clock == effect.clock && $0.instance == effect.instance }
          && effect.isRelief
      }
      guard !effects.isEmpty else { return nil }
      return finding(
        .lateRetarget, at: entry.occurredAt, [entry.position], agent: agent(of: entry),
        clocks: effects
      ) { $0.word = entry.typeName }
    }
  }

  func continuedSolutions() -> [Finding] {
    let window = rules.seconds(.continuedMinutes, for: .resolvedAndContinued)
    return continuations().compactMap { solution, next in
      let seconds = FindingCase.seconds(solution.effectiveAt, next.effectiveAt)
      guard seconds <= window else { return nil }
      return finding(
        .resolvedAndContinued, at: solution.occurredAt, [solution.position, next.position],
        agent: solution.actor.id, clocks: effects(without: [solution.position])
      ) {
        $0.seconds = seconds
        $0.limitSeconds = window
        $0.word = next.typeName
      }
    }
  }

  /// Solutions of agents, each with the next act by which the same agent went on.
  func continuations() -> [(solution: TicketEntry, next: TicketEntry)] {
    // What goes with a solution, and what ends the ticket, continues nothing.
    let still: Set<UInt32> = [
      ResolutionProposed.type.number, TicketClosed.type.number,
      CloseConfirmationRequested.type.number, CloseRequested.type.number,
      CloseConfirmed.type.number, SurveyOffered.type.number, TicketTagged.type.number,
      TicketTimeLogged.type.number, TicketStatusChanged.type.number, WaitingStarted.type.number,
    ]
    return all(ResolutionProposed.self).compactMap { entry, _ in
      guard entry.actor.kind == .agent, entry.actor.id != nil else { return nil }
      let group = entry.event.envelope.group?.id
      let next = entries.first { other in
        (other.effectiveAt, other.position) > (entry.effectiveAt, entry.position)
          && other.actor == entry.actor && !still.contains(other.typeNumber)
          && (group == nil || other.event.envelope.group?.id != group)
      }
      return next.map { (entry, $0) }
    }
  }

  /// Changes of a promised date after it had passed, to a later one. The date before is the one that the
  /// change names, else the one that was set last.
  func movedDates() -> [(finding: Finding, former: Timestamp, due: Timestamp)] {
    var last: (due: Timestamp, position: Position)?
    var moves: [(finding: Finding, former: Timestamp, due: Timestamp)] = []
    for (entry, payload) in all(TicketDueDateSet.self) {
      let former = payload.oldDueAt ?? last?.due
      if let former, let due = payload.dueAt, former < entry.effectiveAt, due > former {
        let moved = finding(
          .promiseMoved, at: entry.occurredAt, [last?.position, entry.position],
          agent: payload.setBy ?? agent(of: entry)
        ) {
          $0.until = due
          $0.seconds = FindingCase.seconds(former, entry.effectiveAt)
        }
        moves.append((moved, former, due))
      }
      if let due = payload.dueAt { last = (due, entry.position) }
    }
    return moves
  }

  /// Each with what became of the date that was promised then, and of the one before it.
  func movedPromises() -> [Finding] {
    let end = state.resolvedAt ?? state.closedAt
    func verdict(_ due: Timestamp) -> Verdict {
      if let end { return end <= due ? .met : .breached }
      return due < now ? .breached : .pending
    }
    return movedDates().map { move in
      move.finding.with(clocks: [
        Finding.ClockEffect(
          clock: nil, instance: 1, verdict: verdict(move.due),
          verdictWithout: verdict(move.former), dueAt: move.due, dueAtWithout: move.former)
      ])
    }
  }

  /// How long after it happened something was written down that clocks hear; of an import by what its
  /// source says.
  func recordedLateSeconds(_ entry: TicketEntry) -> Int64? {
    guard FindingCase.recordedTypes.contains(entry.typeNumber) else { return nil }
    let origin = entry.event.envelope.origin
    // An import that does not say when its source wrote a row is never late.
    let written =
      origin?.basis == .imported ? origin?.sourceRecordedAt : entry.event.envelope.recordedAt
    return written.map { FindingCase.seconds(entry.occurredAt, $0) }
  }

  private static let recordedTypes: Set<UInt32> = [
    MessageSent.type.number, TicketNoteAdded.type.number, CallAnswered.type.number,
    CallEnded.type.number, ResolutionProposed.type.number, WaitingStarted.type.number,
    TicketAssigned.type.number,
  ]

  /// Written down more than the limit after it happened.
  func lateRecords() -> [Finding] {
    let limit = rules.seconds(.lateRecordMinutes, for: .recordedLate)
    return entries.compactMap { entry in
      guard let seconds = recordedLateSeconds(entry), seconds > limit else { return nil }
      let effects = effects(without: [entry.position]).filter {
        $0.verdict == .met && $0.verdictWithout == .breached
      }
      guard !effects.isEmpty else { return nil }
      return finding(
        .recordedLate, at: entry.occurredAt, [entry.position], agent: agent(of: entry),
        clocks: effects
      ) {
        $0.seconds = seconds
        $0.limitSeconds = limit
        $0.word = entry.typeName
      }
    }
  }
}

extension Finding.ClockEffect {
  /// Whether the clock is better off with the act: a missed deadline less, or a later one.
  var isRelief: Bool {
    if verdictWithout == .breached, verdict != .breached { return true }
    guard let without = dueAtWithout else { return false }
    return verdict != .breached && dueAt.map { $0 > without } ?? (verdict == .pending)
  }
}
