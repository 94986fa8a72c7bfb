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
  /// - Complexity: of tickets that were over what the view `quality` keeps of them, of others a row of
  ///   it each, judged and counted on all cores; with `knownAt` every ticket is read from the log.
  public func deadlineTally(
    _ empty: DeadlineTally, at now: Timestamp, knownAt: KnownAt? = nil, book: DeadlineBook
  ) throws -> DeadlineTally {
    let empty = empty.emptied
    guard knownAt == nil else {
      var tally = empty
      let judge = DeadlineEvaluator(at: now, book: book, detail: .verdicts)
      try clockFacts(at: now, knownAt: knownAt) {
        judge.add($1, to: &tally)
        return true
      }
      return tally
    }
    // A damaged row makes the reading begin again, without the stored rows: and the count too.
    return try reading(qualityView) { rows, _ in
      var tally = empty
      var work = OrderedWork<DeadlineTally>()
      defer { work.cancel() }
      try rows.scan(QualityBlocks.statePrefix(false)) { key, state in
        let id = try QualityBlocks.ID(key: key)
        let portion = try OutcomePortion(
          id, QualityBlocks.State.read(state), rows, qualityView.blocks, at: now, book)
        work.add { try portion.counted(empty, at: now, book) }
        while let part = try work.next(isLast: false) { tally.add(part) }
        return true
      }
      while let part = try work.next(isLast: true) { tally.add(part) }
      return tally
    }
  }
}

/// What became of the clocks of a block's tickets, as far as it is kept, and what the clocks of the
/// others depend on.
private struct OutcomePortion: Sendable {
  private var outcomes: [UInt8] = []
  /// Which tickets of the block count by it.
  private var isMeant: [Bool] = []
  private var clocks = RowBlock()

  init(
    _ id: QualityBlocks.ID, _ state: QualityBlocks.State, _ rows: ViewRows,
    _ blocks: QualityBlocks, at now: Timestamp, _ book: DeadlineBook
  ) throws {
    let firsts = blocks.firsts(of: id)
    guard try take(id, state, rows, at: now, book) else {
      let prefix = [QualityView.Kind.clocks.rawValue]
      try rows.scanBlocks(
        prefix, after: QualityBlocks.key(before: firsts, prefix),
        through: QualityView.key(ofClocks: firsts.upperBound), count: .max, size: .max
      ) {
        clocks = $0
        return true
      }
      return
    }
  }

  /// Takes what is kept, and the rows of the others; false where not enough of it is kept.
  private mutating func take(
    _ id: QualityBlocks.ID, _ state: QualityBlocks.State, _ rows: ViewRows, at now: Timestamp,
    _ book: DeadlineBook
  ) throws -> Bool {
    guard let heads = try rows.value(id.key(of: nil)), let row = try rows.value(id.key(of: .kept))
    else { return false }
    let kept = try QualityBlocks.kept(row)
    // At an earlier instant some of them ran.
    guard kept.end <= now, let isKept = kept.kept(under: book, at: now) else { return false }
    outcomes = try rows.value(id.key(of: .outcomes)) ?? []
    isMeant = isKept
    var single = Set(state.changed)
    if !single.isEmpty || isMeant.contains(false) {
      let tickets = try BlockHeads.read(heads).tickets
      guard tickets.count == isMeant.count else { return false }
      for (place, one) in tickets.enumerated() {
        if !isMeant[place] { single.insert(one.first) }
        if single.contains(one.first) { isMeant[place] = false }
      }
    }
    for first in single.sorted() {
      let key = QualityView.key(ofClocks: first)
      if let row = try rows.value(key) { clocks.add(key, row) }
    }
    return true
  }

  func counted(
    _ empty: DeadlineTally, at now: Timestamp, _ book: DeadlineBook
  ) throws -> DeadlineTally {
    var tally = empty
    try QualityView.reading { () throws(RowError) in
      try tally.add(outcomes, at: now) { $0 < isMeant.count && isMeant[$0] }
    }
    guard clocks.count > 0 else { return tally }
    let judge = DeadlineEvaluator(at: now, book: book, detail: .verdicts)
    try Store.forEachClockFacts(in: clocks, at: now) { judge.add($1, to: &tally) }
    return tally
  }
}
