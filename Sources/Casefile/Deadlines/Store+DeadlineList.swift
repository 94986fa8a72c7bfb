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
  ///   - each: takes them; false ends the reading.
  /// - Throws: as `read`; what `each` throws.
  /// - Complexity: a row of the view for each ticket.
  public func deadlines(
    at now: Timestamp, knownAt: KnownAt? = nil, book: DeadlineBook,
    detail: DeadlineDetail = .verdicts, _ each: (TicketDeadlines) throws -> Bool
  ) throws {
    let evaluator = DeadlineEvaluator(
      at: now, book: book, duties: try agentDuties(knownAt: knownAt), detail: detail)
    try clockFacts(knownAt: knownAt) { facts in
      guard facts.isOpened(at: now) else { return true }
      return try each(evaluator.deadlines(of: facts))
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
    let evaluator = DeadlineEvaluator(at: now, book: book, duties: duties, detail: .verdicts)
    let other = DeadlineEvaluator(at: now, book: trial, duties: duties, detail: .verdicts)
    try clockFacts(knownAt: knownAt) { facts in
      guard facts.isOpened(at: now) else { return true }
      return try each(evaluator.deadlines(of: facts), other.deadlines(of: facts))
    }
  }

  private func clockFacts(knownAt: KnownAt?, _ each: (ClockFacts) throws -> Bool) throws {
    guard let knownAt else {
      // A damaged row makes the reading begin again, without the stored rows.
      var last: Position?
      var facts = ClockFacts()
      return try reading(ticketsView) { rows, _ in
        try rows.scan([TicketsView.Kind.clocks.rawValue]) { key, value in
          let first = TicketsView.position(in: key)
          guard last.map({ $0 < first }) ?? true else { return true }
          last = first
          do throws(RowError) { try facts.read(row: value) } catch {
            throw ViewDamage("a row of the view tickets can't be read")
          }
          return try each(facts)
        }
      }
    }
    var ids: [String] = []
    try tickets(knownAt: knownAt) { ticket in
      ids.append(ticket.ticket)
      return true
    }
    for id in ids {
      guard let history = try ticket(id) else { continue }
      guard try each(history.clockFacts(knownAt: knownAt)) else { return }
    }
  }
}
