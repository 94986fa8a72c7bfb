internal import CasefileLog
public import CasefileModel
public import CasefileProjections

extension Store {
  /// Counts what became of every ticket's clocks.
  ///
  /// ```swift
  /// let march = DeadlineTally(since: first, until: end, boundaries: days)
  /// let tally = try store.deadlineTally(march, at: end, book: try store.deadlineBook())
  /// ```
  /// The same as to add all `clockOutcomes` to it, without making them.
  ///
  /// - Parameters:
  ///   - empty: says what is counted; what was counted in it is left out.
  ///   - now: the instant of evaluation; what happened later is left out.
  ///   - knownAt: leaves out what was recorded later. Make the book with the same one.
  ///   - book: the policies and calendars.
  /// - Returns: the count.
  /// - Throws: as `read`.
  /// - Complexity: a row of the view `tickets` for each ticket, judged and counted on all cores; with
  ///   `knownAt` every ticket is read from the log.
  public func deadlineTally(
    _ empty: DeadlineTally, at now: Timestamp, knownAt: KnownAt? = nil, book: DeadlineBook
  ) throws -> DeadlineTally {
    let empty = empty.emptied
    guard knownAt == nil else {
      var tally = empty
      let judge = DeadlineEvaluator(at: now, book: book, detail: .verdicts)
      try clockFacts(at: now, knownAt: knownAt) {
        judge.add($0, to: &tally)
        return true
      }
      return tally
    }
    // A damaged row makes the reading begin again, without the stored rows: and the count too.
    return try reading(ticketsView) { rows, _ in
      var tally = empty
      var work = OrderedWork<DeadlineTally>()
      defer { work.cancel() }
      try rows.scanBlocks(
        [TicketsView.Kind.clocks.rawValue], count: Store.judgedByOne, size: Store.judgedBytes
      ) { block in
        work.add {
          var part = empty
          let judge = DeadlineEvaluator(at: now, book: book, detail: .verdicts)
          try Store.forEachClockFacts(in: block, at: now) { judge.add($0, to: &part) }
          return part
        }
        while let part = try work.next(isLast: false) { tally.add(part) }
        return true
      }
      while let part = try work.next(isLast: true) { tally.add(part) }
      return tally
    }
  }
}
