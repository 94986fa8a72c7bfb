internal import CasefileLog
public import CasefileModel
public import CasefileProjections
internal import Dispatch
internal import Synchronization

extension Store {
  /// Hands out the deadlines of every ticket, in order of their first positions, until `each` says
  /// false.
  ///
  /// Without `knownAt` they come from the view `tickets`, which keeps what clocks depend on whatever
  /// the policies are; with it every ticket is read from the log. Tickets that were not opened at the
  /// instant are left out.
  ///
  /// - Parameters:
  ///   - now: the instant of evaluation.
  ///   - knownAt: leaves out what was recorded later. Make the book with the same one.
  ///   - book: the policies and calendars.
  ///   - detail: whether derivations are worked out too.
  ///   - each: takes them; false ends the reading.
  /// - Throws: as `read`; what `each` throws.
  /// - Complexity: a row of the view for each ticket, judged on two cores.
  public func deadlines(
    at now: Timestamp, knownAt: KnownAt? = nil, book: DeadlineBook,
    detail: DeadlineDetail = .verdicts, _ each: (TicketDeadlines) throws -> Bool
  ) throws {
    let duties = try agentDuties(knownAt: knownAt)
    try judged(at: now, knownAt: knownAt) {
      DeadlineEvaluator(at: now, book: book, duties: duties, detail: detail).deadlines(of:)
    } _: {
      try each($0)
    }
  }

  /// The same under two books, ticket by ticket: what is, and what would be.
  ///
  /// - Throws: as `deadlines`.
  public func compareDeadlines(
    at now: Timestamp, knownAt: KnownAt? = nil, book: DeadlineBook, trying trial: DeadlineBook,
    _ each: (_ actual: TicketDeadlines, _ tried: TicketDeadlines) throws -> Bool
  ) throws {
    let duties = try agentDuties(knownAt: knownAt)
    try judged(at: now, knownAt: knownAt) {
      let actual = DeadlineEvaluator(at: now, book: book, duties: duties, detail: .verdicts)
      let tried = DeadlineEvaluator(at: now, book: trial, duties: duties, detail: .verdicts)
      return { (actual.deadlines(of: $0), tried.deadlines(of: $0)) }
    } _: {
      try each($0.0, $0.1)
    }
  }

  /// Hands out what became of every ticket's clocks, and what the ticket was when it was decided, in
  /// order of the tickets' first positions, until `each` says false.
  ///
  /// - Parameters:
  ///   - now: the instant of evaluation; what happened later is left out.
  ///   - knownAt: leaves out what was recorded later. Make the book with the same one.
  ///   - book: the policies and calendars.
  ///   - each: takes those of one ticket, none of one that no policy governs; false ends the reading.
  /// - Throws: as `deadlines`.
  /// - Complexity: as `deadlines`.
  public func clockOutcomes(
    at now: Timestamp, knownAt: KnownAt? = nil, book: DeadlineBook,
    _ each: ([ClockOutcome]) throws -> Bool
  ) throws {
    let duties = try agentDuties(knownAt: knownAt)
    try judged(at: now, knownAt: knownAt) {
      let verdicts = DeadlineEvaluator(at: now, book: book, duties: duties, detail: .verdicts)
      let derived = DeadlineEvaluator(at: now, book: book, duties: duties, detail: .derivation)
      return { facts in
        facts.outcomes(of: verdicts.deadlines(of: facts)) { derived.deadlines(of: facts) }
      }
    } _: {
      try each($0)
    }
  }

  /// How many rows are judged before any of them is handed out: so many that making the judges costs
  /// nothing beside.
  private static let judgedTogether = 4_096

  /// Judges every ticket that was opened at an instant, and hands out what comes of it in order.
  ///
  /// - Parameter makeJudge: makes what judges tickets one after the other, for each core its own.
  private func judged<Verdict: Sendable>(
    at now: Timestamp, knownAt: KnownAt?, _ makeJudge: @Sendable () -> (ClockFacts) -> Verdict,
    _ each: (Verdict) throws -> Bool
  ) throws {
    guard let knownAt else {
      // A damaged row makes the reading begin again, without the stored rows.
      var last: Position?
      return try reading(ticketsView) { rows, _ in
        var block: [(first: Position, row: [UInt8])] = []
        func handOut() throws -> Bool {
          for verdict in try Store.judge(block.map(\.row), at: now, makeJudge) {
            guard try each(verdict) else { return false }
          }
          last = block.last?.first ?? last
          block.removeAll(keepingCapacity: true)
          return true
        }
        var isWanted = true
        try rows.scan([TicketsView.Kind.clocks.rawValue]) { key, value in
          let first = TicketsView.position(in: key)
          guard last.map({ $0 < first }) ?? true else { return true }
          block.append((first, value))
          if block.count == Store.judgedTogether { isWanted = try handOut() }
          return isWanted
        }
        if isWanted { _ = try handOut() }
      }
    }
    var ids: [String] = []
    try tickets(knownAt: knownAt) { ticket in
      ids.append(ticket.ticket)
      return true
    }
    let judge = makeJudge()
    for id in ids {
      guard let facts = try ticket(id)?.clockFacts(knownAt: knownAt), facts.isOpened(at: now)
      else { continue }
      guard try each(judge(facts)) else { return }
    }
  }

  /// Judges rows of the view, the two halves at once.
  private static func judge<Verdict: Sendable>(
    _ rows: [[UInt8]], at now: Timestamp, _ makeJudge: @Sendable () -> (ClockFacts) -> Verdict
  ) throws -> [Verdict] {
    let middle = rows.count / 2
    let halves = [0..<middle, middle..<rows.count]
    let results = Mutex<[Result<[Verdict], any Error>?]>([nil, nil])
    DispatchQueue.concurrentPerform(iterations: halves.count) { half in
      let result = Result {
        let judge = makeJudge()
        var facts = ClockFacts()
        var verdicts: [Verdict] = []
        verdicts.reserveCapacity(halves[half].count)
        for index in halves[half] {
          do throws(RowError) { try facts.read(row: rows[index]) } catch {
            throw ViewDamage("a row of the view tickets can't be read")
          }
          if facts.isOpened(at: now) { verdicts.append(judge(facts)) }
        }
        return verdicts
      }
      results.withLock { $0[half] = result }
    }
    return try results.withLock { results in
      try results.compactMap { $0 }.flatMap { try $0.get() }
    }
  }
}
