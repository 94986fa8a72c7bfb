internal import CasefileModel
internal import LMDB
internal import Synchronization

/// Where events of a query may stand: from the index on disk, the index in memory, and a scan of
/// what neither covers yet. Every candidate is confirmed against its entry by the caller.
extension Log {
  /// Where events may stand.
  struct Candidates {
    /// In the order that was asked for; may hold positions that don't match.
    var positions: [UInt64]
    /// Whether `limit` cut it off.
    var isCut: Bool
    /// The last one in the order that was asked for, before `positions` were narrowed: where to go on
    /// from when it is cut off.
    var last: UInt64?
  }

  /// From how many candidates on a second list of words is worth the look.
  private static let narrowedCountMin = 64

  /// The words of each part of a query; first those of the part that names the fewest events.
  private func words(_ query: EventQuery) -> [[(Fingerprint.Kind, UInt64)]] {
    [
      query.streams.map { (.stream, Fingerprint.of(stream: $0.description)) },
      query.tags.map { (.tag, Fingerprint.of(tag: $0)) },
      query.types.map { (.type, Fingerprint.of(type: $0)) },
    ].filter { !$0.isEmpty }
  }

  /// Positions within a range at which a query's events may stand.
  ///
  /// Where much is found and another part of the query names little, only what both name is left: an
  /// agent's stream holds thousands of presences and two names.
  func candidates(
    _ query: EventQuery, in range: Range<UInt64>, isBackward: Bool, limit: Int,
    _ transaction: borrowing ReadTransaction
  ) throws -> Candidates {
    let words = words(query)
    // Postings lie side by side in rows of 339, while the look at an event goes to pages of its own:
    // 32 postings more at a time are little beside one look that is saved.
    let (most, isTooMuch) = limit.multipliedReportingOverflow(by: words.count > 1 ? 32 : 1)
    var found = try candidates(
      words[0], in: range, isBackward: isBackward, limit: isTooMuch ? .max : most, transaction)
    for more in words.dropFirst() {
      guard found.positions.count >= Log.narrowedCountMin, let low = found.positions.min(),
        let high = found.positions.max()
      else { break }
      let other = try candidates(
        more, in: low..<high + 1, isBackward: false, limit: 4 * found.positions.count, transaction)
      if !other.isCut { found.positions.keep(other.positions, isBackward: isBackward) }
    }
    return found
  }

  /// The tail is read before the view's snapshot: a block leaves the tail only after the view holds
  /// it, so none is missed.
  private func candidates(
    _ words: [(Fingerprint.Kind, UInt64)], in range: Range<UInt64>, isBackward: Bool, limit: Int,
    _ transaction: borrowing ReadTransaction
  ) throws -> Candidates {
    let tail = try tailPositions(words, in: range, transaction)
    var positions = tail.positions
    var isCut = false
    let isEnough = isBackward && positions.count >= limit
    if let view, !isEnough {
      let part = range.clamped(to: 0..<tail.base)
      if !part.isEmpty {
        let snapshot = try view.environment.beginRead()
        for (kind, fingerprint) in words {
          let found = try view.positions(
            kind, fingerprint, in: part, isBackward: isBackward, limit: limit, snapshot)
          isCut = isCut || found.count == limit
          positions += found
        }
      }
    }
    positions.sort()
    if words.count > 1 { positions = positions.removingRepeats() }
    if isBackward { positions.reverse() }
    if positions.count > limit || isEnough {
      isCut = true
      positions.removeLast(max(0, positions.count - limit))
    }
    return Candidates(positions: positions, isCut: isCut, last: positions.last)
  }

  // MARK: The tail

  /// The positions of words behind the index on disk, and where that ends.
  private func tailPositions(
    _ words: [(Fingerprint.Kind, UInt64)], in range: Range<UInt64>,
    _ transaction: borrowing ReadTransaction
  ) throws -> (base: UInt64, positions: [UInt64]) {
    var positions: [UInt64] = []
    let known = tail.withLock { tail -> (base: UInt64, end: UInt64)? in
      for (kind, fingerprint) in words {
        positions += tail?.positions(kind, fingerprint, in: range) ?? []
      }
      return tail.map { ($0.base, $0.end) }
    }
    if let known {
      // What another process committed since.
      try scan(range.clamped(to: known.end..<max(known.end, range.upperBound)), transaction) {
        for (kind, fingerprint) in words { $0.add(kind, fingerprint, in: range, to: &positions) }
      }
      return (known.base, positions)
    }
    let indexed = try view.map { view in try view.environment.withRead { try view.position($0) } }
    let base = indexed?.events ?? 0
    guard range.upperBound > base else { return (base, positions) }
    guard range.upperBound - base <= Log.tailWordsMax else {
      // Without an index on disk nothing is kept: it would be the whole log.
      try scan(range.clamped(to: base..<range.upperBound), transaction) {
        for (kind, fingerprint) in words { $0.add(kind, fingerprint, in: range, to: &positions) }
      }
      return (base, positions)
    }
    let covered = try tailWords.withLock { tail -> UInt64 in
      if tail.map({ $0.base > base || $0.end < base || base - $0.base > Log.tailWordsMax }) ?? true
      {
        tail = TailWords(base: base)
      }
      guard var grown = tail else { return base }
      tail = nil
      try grow(&grown, to: range.upperBound, transaction)
      if words.contains(where: { $0.0 == .stream }) { grown.noteStreamLookup() }
      tail = grown
      for (kind, fingerprint) in words { grown.add(kind, fingerprint, in: range, to: &positions) }
      return grown.base
    }
    return (covered, positions)
  }

  /// How many events behind the index on disk are kept as words: two blocks.
  private static let tailWordsMax: UInt64 = 2 * IndexRun.positionsPerBlock

  /// Adds what is missing up to an end, half of it on another core where it is much: a whole block
  /// takes 18 ms.
  private func grow(
    _ words: inout TailWords, to end: UInt64, _ transaction: borrowing ReadTransaction
  ) throws {
    let start = words.end
    guard start < end else { return }
    guard end - start > UInt64(Log.aheadCountMin) else {
      return try scan(start..<end, transaction, into: &words)
    }
    let middle = start + (end - start) / 2
    let rest = SharedWork {
      var words = TailWords(base: middle)
      try self.reading { try self.scan(middle..<end, $0, into: &words) }
      return words
    }
    try scan(start..<middle, transaction, into: &words)
    words.append(try rest.get())
  }

  /// Hands out the words of a range in portions that are not kept.
  private func scan(
    _ range: Range<UInt64>, _ transaction: borrowing ReadTransaction,
    _ each: (TailWords) -> Void
  ) throws {
    var next = range.lowerBound
    while next < range.upperBound {
      var words = TailWords(base: next)
      next = min(next + IndexRun.positionsPerBlock, range.upperBound)
      try scan(words.base..<next, transaction, into: &words)
      each(words)
    }
  }

  private func scan(
    _ range: Range<UInt64>, _ transaction: borrowing ReadTransaction, into words: inout TailWords
  ) throws {
    try forEachEntry(in: range, transaction) { entry throws(CodecError) in try words.append(entry) }
  }

  /// Adds the entries of a range to an index in memory.
  func index(
    from first: UInt64, to end: UInt64, into tail: inout TailIndex,
    _ transaction: borrowing ReadTransaction
  ) throws {
    var next = first
    try forEachEntry(in: first..<max(first, end), transaction) { entry throws(CodecError) in
      try tail.append(entry, at: next)
      next += 1
    }
  }

  /// Lends the entries of a range, in order and without a gap, to what reads their fields.
  private func forEachEntry(
    in range: Range<UInt64>, _ transaction: borrowing ReadTransaction,
    _ body: (RawSpan) throws(CodecError) -> Void
  ) throws {
    try forEachEntry(in: range, transaction) { position, entry in
      do throws(CodecError) {
        try body(entry)
      } catch {
        throw LogError(
          .damaged, "the entry at position \(position) can't be read: \(error)",
          position: Position(position), cause: error)
      }
    }
  }

  /// Lends the entries of a range, in order and without a gap.
  func forEachEntry(
    in range: Range<UInt64>, _ transaction: borrowing ReadTransaction,
    _ body: (UInt64, RawSpan) throws -> Void
  ) throws {
    guard !range.isEmpty else { return }
    var cursor = try transaction.cursor(tables.entries)
    var isThere = try cursor.seek(atOrAfter: range.lowerBound)
    for position in range {
      guard isThere, cursor.integerKey == position else { throw Log.missing(Position(position)) }
      try body(position, cursor.value)
      isThere = try cursor.next()
    }
  }

  /// The newest position of a word that a check of the entry confirms; nil: none.
  func newest(
    _ kind: Fingerprint.Kind, _ fingerprint: UInt64, in range: Range<UInt64>,
    _ transaction: borrowing ReadTransaction,
    matches: (RawSpan) throws(CodecError) -> Bool
  ) throws -> UInt64? {
    // Most often the first candidate is it; the rest are read only after a collision.
    for limit in [1, Int.max] {
      let found = try candidates(
        [(kind, fingerprint)], in: range, isBackward: true, limit: limit, transaction)
      for position in found.positions {
        guard let entry = try transaction.value(tables.entries, position) else {
          throw Log.missing(Position(position))
        }
        if try matches(entry) { return position }
      }
      guard found.isCut else { return nil }
    }
    return nil
  }
}

extension [UInt64] {
  /// Leaves out what another list does not hold; that is in ascending order.
  fileprivate mutating func keep(_ others: [UInt64], isBackward: Bool) {
    var kept: [UInt64] = []
    var next = others.startIndex
    for position in isBackward ? reversed() : self {
      while next < others.endIndex, others[next] < position { next += 1 }
      guard next < others.endIndex else { break }
      if others[next] == position { kept.append(position) }
    }
    self = isBackward ? kept.reversed() : kept
  }

  /// A sorted list without what stands twice: several words may name one event.
  fileprivate func removingRepeats() -> [UInt64] {
    var kept: [UInt64] = []
    kept.reserveCapacity(count)
    for position in self where kept.last != position { kept.append(position) }
    return kept
  }
}
