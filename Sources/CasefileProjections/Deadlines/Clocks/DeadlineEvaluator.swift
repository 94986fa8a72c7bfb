package import CasefileModel

extension ClockFacts {
  /// Judges all clocks under a book at an instant.
  package func deadlines(
    at now: Timestamp, book: DeadlineBook, duties: [String: AgentDuty] = [:],
    detail: DeadlineDetail
  ) -> TicketDeadlines {
    let evaluator = DeadlineEvaluator(at: now, book: book, duties: duties, detail: detail)
    return evaluator.deadlines(of: self)
  }

  /// Whether anything had happened on the ticket by an instant.
  package func isOpened(at now: Timestamp) -> Bool { signals.first.map { $0.at <= now } ?? false }
}

/// Judges tickets one after the other, at one instant under one book.
///
/// What that needs is set up once, and its memory is used again for each ticket. An object, since a
/// value that hands itself to its own methods is copied, with a dozen references.
package final class DeadlineEvaluator {
  private let book: DeadlineBook
  private let now: Timestamp
  private let explanation: DeadlineExplanation
  private var governance: Governance
  private var machine: ClockMachine
  /// Works out spans, where they are needed.
  private var deriving: DeadlineEvaluator?

  package init(
    at now: Timestamp, book: DeadlineBook, duties: [String: AgentDuty] = [:],
    detail: DeadlineDetail
  ) {
    self.now = now
    self.book = book
    explanation = DeadlineExplanation(now: now, book: book, duties: duties, detail: detail)
    governance = Governance(book)
    machine = ClockMachine(book.plans, keepsSpans: detail == .derivation)
  }

  /// What became of some clocks of a ticket, without all that explains it: for counts over many
  /// tickets.
  ///
  /// - Returns: nil where no clock of the ticket ran at all.
  func outlines(of facts: ClockFacts, _ wanted: [ClockName]) -> [ClockOutline]? {
    governance.run(facts, until: now)
    machine.begin(facts, forCounts: true)
    func run(_ clock: ClockName) {
      guard governance.names(clock) else { return }
      machine.run(clock, governance.count, governance.changes, until: now)
    }
    for clock in wanted { run(clock) }
    let outlines = explanation.outlines(on: machine.runs, facts)
    if outlines.isEmpty {
      for clock in ClockName.allCases where machine.runs.isEmpty && !wanted.contains(clock) {
        run(clock)
      }
    }
    let isGoverned = !machine.runs.isEmpty
    machine.begin(ClockFacts())
    return isGoverned ? outlines : nil
  }

  /// Whether somebody put the ticket under a policy that is not known.
  func namesUnknownPolicy(_ facts: ClockFacts) -> Bool {
    governance.run(facts, until: now)
    return !governance.unknown.isEmpty
  }

  /// Which policy, by its place in the book, governed a ticket from when on; nil: none.
  func governed(_ facts: ClockFacts) -> [(from: Timestamp, policy: Int?)] {
    governance.run(facts, until: now)
    return governance.changes.compactMap { change in
      guard case .governed(let policy, _, _) = change.kind else { return nil }
      return (change.at, policy)
    }
  }

  /// Judges all clocks of a ticket, and counts what became of them: the same as to judge it and to add
  /// its outcomes, without making them.
  package func add(_ facts: ClockFacts, to tally: inout DeadlineTally) {
    guard facts.mayRun(since: tally.since, until: tally.until, at: now) else { return }
    add(facts, into: &tally)
  }

  /// The same for who counts in another way.
  func add(_ facts: ClockFacts, into sink: inout some OutcomeSink) {
    follow(facts, forCounts: true)
    defer { machine.begin(ClockFacts()) }
    if explanation.add(machine.runs, facts, to: &sink) { return }
    // Few tickets were late and reopened.
    let judge = deriving ?? DeadlineEvaluator(at: now, book: book, detail: .derivation)
    deriving = judge
    let derived = judge.deadlines(of: facts)
    for outcome in facts.outcomes(of: derived, derive: { derived }) {
      sink.add(DeadlineTally.Instance(outcome), overdue: outcome.overdue)
    }
    sink.endTicket()
  }

  /// Follows all clocks of a ticket.
  private func follow(_ facts: ClockFacts, forCounts: Bool = false) {
    governance.run(facts, until: now)
    machine.begin(facts, forCounts: forCounts)
    for clock in ClockName.allCases where governance.names(clock) {
      machine.run(clock, governance.count, governance.changes, until: now)
    }
  }

  /// Judges all clocks of a ticket.
  package func deadlines(of facts: ClockFacts) -> TicketDeadlines {
    follow(facts)
    let verdicts = explanation.verdicts(on: machine.runs, facts)
    // Whoever reads the next ticket's facts into the place of these would have to copy them else.
    machine.begin(ClockFacts())
    return TicketDeadlines(
      ticket: facts.ticket, evaluatedAt: now,
      policy: governance.current.map {
        TicketDeadlines.PolicyVersion(
          id: book.policies[$0].id, version: book.policies[$0].version)
      },
      clocks: verdicts,
      unknownPolicies: governance.unknown.map {
        TicketDeadlines.UnknownPolicy(id: $0.policy, position: $0.position)
      },
      zones: book.zones, isHypothetical: book.isHypothetical)
  }
}
