internal import CasefileLog
public import CasefileModel
public import CasefileProjections

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
  ///   - firsts: where the tickets begin that are looked at; nil: all are.
  ///   - each: takes them; false ends the reading.
  /// - Throws: as `read`; what `each` throws.
  /// - Complexity: a row of the view for each ticket, judged on two cores.
  public func deadlines(
    at now: Timestamp, knownAt: KnownAt? = nil, book: DeadlineBook,
    detail: DeadlineDetail = .verdicts, of firsts: [Position]? = nil,
    _ each: (TicketDeadlines) throws -> Bool
  ) throws {
    let duties = try agentDuties(naming: .none, knownAt: knownAt)
    try judged(at: now, knownAt: knownAt, of: firsts) {
      let evaluator = DeadlineEvaluator(at: now, book: book, duties: duties, detail: detail)
      return { evaluator.deadlines(of: $1) }
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
    let duties = try agentDuties(naming: .none, knownAt: knownAt)
    try judged(at: now, knownAt: knownAt) {
      let actual = DeadlineEvaluator(at: now, book: book, duties: duties, detail: .verdicts)
      let tried = DeadlineEvaluator(at: now, book: trial, duties: duties, detail: .verdicts)
      return { (actual.deadlines(of: $1), tried.deadlines(of: $1)) }
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
  ///   - since: leaves out tickets that were closed for good before this instant.
  ///   - until: leaves out tickets that came at this instant or later.
  ///   - firsts: where the tickets begin that are looked at; nil: all are.
  ///   - each: takes those of one ticket, none of one that no policy governs; false ends the reading.
  /// - Throws: as `deadlines`.
  /// - Complexity: as `deadlines`; tickets that are left out are not judged.
  public func clockOutcomes(
    at now: Timestamp, knownAt: KnownAt? = nil, book: DeadlineBook, since: Timestamp? = nil,
    until: Timestamp? = nil, of firsts: [Position]? = nil,
    _ each: ([ClockOutcome]) throws -> Bool
  ) throws {
    let duties = try agentDuties(naming: .none, knownAt: knownAt)
    try judged(at: now, knownAt: knownAt, of: firsts) {
      let verdicts = DeadlineEvaluator(at: now, book: book, duties: duties, detail: .verdicts)
      let derived = DeadlineEvaluator(at: now, book: book, duties: duties, detail: .derivation)
      return { _, facts in
        guard facts.mayRun(since: since, until: until, at: now) else { return [] }
        return facts.outcomes(of: verdicts.deadlines(of: facts)) { derived.deadlines(of: facts) }
      }
    } _: {
      try each($0)
    }
  }

  /// Hands out how every ticket stood at an instant and what became of its clocks, in order of the
  /// tickets' first positions, until `each` says false. Whether anybody was at work is not told.
  ///
  /// - Parameters:
  ///   - now: the instant of evaluation; what happened later is left out.
  ///   - knownAt: leaves out what was recorded later. Make the book with the same one.
  ///   - book: the policies and calendars.
  ///   - firsts: where the tickets begin that are looked at; nil: all are.
  ///   - read: what is made of a ticket on one of the cores; nil is not handed out.
  ///   - each: takes it; false ends the reading.
  /// - Throws: as `deadlines`.
  /// - Complexity: as `deadlines`.
  package func standings<Answer: Sendable>(
    at now: Timestamp, knownAt: KnownAt? = nil, book: DeadlineBook, of firsts: [Position]? = nil,
    read: @escaping @Sendable (Position, ClockFacts, () -> [ClockOutcome]) -> Answer?,
    _ each: (Answer) throws -> Bool
  ) throws {
    try judged(at: now, knownAt: knownAt, of: firsts) {
      let verdicts = DeadlineEvaluator(at: now, book: book, detail: .verdicts)
      let derived = DeadlineEvaluator(at: now, book: book, detail: .derivation)
      return { first, facts in
        read(first, facts) {
          facts.outcomes(of: verdicts.deadlines(of: facts)) { derived.deadlines(of: facts) }
        }
      }
    } _: {
      try $0.map(each) ?? true
    }
  }

  /// How many rows one core judges at a time: so many that making a judge costs nothing beside.
  static let judgedByOne = 512
  /// How many bytes of rows at most, so that long ones don't fill the memory.
  static let judgedBytes = 1 << 20

  /// Judges every ticket that was opened at an instant, and hands out what comes of it in order.
  ///
  /// - Parameter makeJudge: makes what judges tickets one after the other.
  private func judged<Verdict: Sendable>(
    at now: Timestamp, knownAt: KnownAt?, of firsts: [Position]? = nil,
    _ makeJudge: @escaping @Sendable () -> (Position, ClockFacts) -> Verdict,
    _ each: (Verdict) throws -> Bool
  ) throws {
    guard knownAt == nil else {
      let judge = makeJudge()
      return try clockFacts(at: now, knownAt: knownAt, of: firsts) { try each(judge($0, $1)) }
    }
    // A damaged row makes the reading begin again, without the stored rows.
    var done: Position?
    return try reading(ticketsView) { rows, _ in
      var work = OrderedWork<(last: Position, verdicts: [Verdict])>()
      defer { work.cancel() }
      /// Begins to judge rows, and hands out what was judged; false ends the reading.
      func judge(_ block: RowBlock?) throws -> Bool {
        if let block, block.count > 0 {
          work.add {
            var verdicts: [Verdict] = []
            verdicts.reserveCapacity(block.count)
            let judge = makeJudge()
            try Store.forEachClockFacts(in: block, at: now) { verdicts.append(judge($0, $1)) }
            return (TicketsView.position(in: block.key(at: block.count - 1)), verdicts)
          }
        }
        while let (last, verdicts) = try work.next(isLast: block == nil) {
          for verdict in verdicts {
            guard try each(verdict) else { return false }
          }
          done = last
        }
        return true
      }
      let begin = done
      var isWanted = true
      if let firsts {
        var block = RowBlock()
        for first in firsts.sorted() where isWanted && begin.map({ $0 < first }) ?? true {
          let key = TicketsView.key(.clocks, first)
          if let row = try rows.value(key) { block.add(key, row) }
          guard block.count >= Store.judgedByOne || block.size >= Store.judgedBytes else {
            continue
          }
          isWanted = try judge(block)
          block = RowBlock()
        }
        if isWanted { isWanted = try judge(block) }
      } else {
        try rows.scanBlocks(
          [TicketsView.Kind.clocks.rawValue], after: begin.map { TicketsView.key(.clocks, $0) },
          count: Store.judgedByOne, size: Store.judgedBytes
        ) {
          isWanted = try judge($0)
          return isWanted
        }
      }
      if isWanted { _ = try judge(nil) }
    }
  }

  /// Hands out what the clocks of every ticket depend on that was opened at an instant, by what was
  /// known at a moment, in order of their first positions: each is folded from the log.
  func clockFacts(
    at now: Timestamp, knownAt: KnownAt?, of firsts: [Position]? = nil,
    _ each: (Position, ClockFacts) throws -> Bool
  ) throws {
    var found: [(first: Position, id: String)] = []
    let wanted = firsts.map { Set($0) }
    try tickets(knownAt: knownAt) { ticket in
      if wanted?.contains(ticket.firstPosition) ?? true {
        found.append((ticket.firstPosition, ticket.ticket))
      }
      return true
    }
    for (first, id) in found {
      guard let facts = try ticket(id)?.clockFacts(knownAt: knownAt), facts.isOpened(at: now)
      else { continue }
      guard try each(first, facts) else { return }
    }
  }

  /// Hands out what the clocks of the tickets of a block depend on that were opened at an instant.
  static func forEachClockFacts(
    in block: RowBlock, at now: Timestamp, _ body: (Position, ClockFacts) -> Void
  ) throws {
    var facts = ClockFacts()
    for index in 0..<block.count {
      let range = try block.value(at: index)
      do throws(RowError) { try facts.read(row: block.bytes, in: range) } catch {
        throw ViewDamage("a row of the view tickets can't be read")
      }
      if facts.isOpened(at: now) { body(TicketsView.position(in: block.key(at: index)), facts) }
    }
  }
}
