internal import CasefileModel
internal import LMDB
internal import Synchronization

/// Where events of a query may stand: from the index on disk, the index in memory, and a scan of
/// what neither covers yet. Every candidate is confirmed against its entry by the caller.
extension Log {
  /// The parts of the log that are indexed at one moment, and the postings that were asked for.
  struct Candidates {
    /// In the order that was asked for; may hold positions that don't match.
    var positions: [UInt64]
    /// Whether `limit` cut it off.
    var isCut: Bool
  }

  /// The words of the part of a query that names the fewest events.
  private func words(_ query: EventQuery) -> [(Fingerprint.Kind, UInt64)] {
    if !query.streams.isEmpty {
      return query.streams.map { (.stream, Fingerprint.of(stream: $0.description)) }
    }
    if !query.tags.isEmpty { return query.tags.map { (.tag, Fingerprint.of(tag: $0)) } }
    return query.types.map { (.type, Fingerprint.of(type: $0)) }
  }

  /// Positions within a range at which a query's events may stand.
  ///
  /// The tail is read before the view's snapshot: a block leaves the tail only after the view holds
  /// it, so none is missed.
  func candidates(
    _ query: EventQuery, in range: Range<UInt64>, isBackward: Bool, limit: Int,
    _ transaction: borrowing ReadTransaction
  ) throws -> Candidates {
    try candidates(
      words(query), in: range, isBackward: isBackward, limit: limit, transaction
    ) { entry throws(CodecError) in try query.matches(entry) }
  }

  func candidates(
    _ words: [(Fingerprint.Kind, UInt64)], in range: Range<UInt64>, isBackward: Bool, limit: Int,
    _ transaction: borrowing ReadTransaction,
    matches: (RawSpan) throws(CodecError) -> Bool
  ) throws -> Candidates {
    let known = tail.withLock { tail -> (base: UInt64, end: UInt64, positions: [UInt64])? in
      guard let tail else { return nil }
      var found: [UInt64] = []
      for (kind, fingerprint) in words {
        found += tail.positions(kind, fingerprint, in: range)
      }
      return (tail.base, tail.end, found)
    }
    var base = known?.base ?? 0
    var positions: [UInt64] = []
    var isCut = false
    if let view {
      let snapshot = try view.environment.beginRead()
      if known == nil { base = try view.position(snapshot).events }
      let part = range.clamped(to: 0..<base)
      if !part.isEmpty {
        for (kind, fingerprint) in words {
          let found = try view.positions(
            kind, fingerprint, in: part, isBackward: isBackward, limit: limit, snapshot)
          isCut = isCut || found.count == limit
          positions += found
        }
      }
    }
    positions += known?.positions ?? []
    let unindexed = range.clamped(
      to: (known?.end ?? base)..<max(known?.end ?? base, range.upperBound))
    positions += try scan(unindexed, transaction, matches: matches)
    positions = Array(Set(positions)).sorted()
    if isBackward { positions.reverse() }
    if positions.count > limit {
      isCut = true
      positions.removeLast(positions.count - limit)
    }
    return Candidates(positions: positions, isCut: isCut)
  }

  /// Reads every entry of a range; 65,536 take about 10 ms.
  private func scan(
    _ range: Range<UInt64>, _ transaction: borrowing ReadTransaction,
    matches: (RawSpan) throws(CodecError) -> Bool
  ) throws -> [UInt64] {
    guard !range.isEmpty else { return [] }
    var found: [UInt64] = []
    var cursor = try transaction.cursor(tables.entries)
    var isThere = try cursor.seek(atOrAfter: range.lowerBound)
    while isThere, cursor.integerKey < range.upperBound {
      do {
        if try matches(cursor.value) { found.append(cursor.integerKey) }
      } catch {
        throw LogError(
          .damaged, "the entry at position \(cursor.integerKey) can't be read: \(error)",
          position: Position(cursor.integerKey), cause: error)
      }
      isThere = try cursor.next()
    }
    return found
  }

  /// Builds the index in memory of a log that only reads, from its second query on.
  func indexTailIfWorthwhile(_ meta: LogMeta, _ transaction: borrowing ReadTransaction) throws {
    guard configuration.isReadOnly else { return }
    guard tailQueries.add(1, ordering: .relaxed).newValue > 1 else { return }
    guard let view else { return }
    let events = try view.environment.withRead { try view.position($0).events }
    try tail.withLock { tail in
      if tail.map({ $0.base < events }) ?? true { tail = TailIndex(base: events) }
      guard var grown = tail, grown.end < meta.events else { return }
      tail = nil
      defer { tail = grown }
      try index(from: grown.end, to: meta.events, into: &grown, transaction)
    }
  }

  /// Adds the entries of a range to an index in memory.
  func index(
    from first: UInt64, to end: UInt64, into tail: inout TailIndex,
    _ transaction: borrowing ReadTransaction
  ) throws {
    guard first < end else { return }
    var cursor = try transaction.cursor(tables.entries)
    var isThere = try cursor.seek(atOrAfter: first)
    var next = first
    while isThere, next < end {
      guard cursor.integerKey == next else { throw Log.missing(Position(next)) }
      do {
        try tail.append(cursor.value, at: next)
      } catch {
        throw LogError(
          .damaged, "the entry at position \(next) can't be read: \(error)",
          position: Position(next), cause: error)
      }
      next += 1
      isThere = try cursor.next()
    }
    guard next == end else { throw Log.missing(Position(next)) }
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
        [(kind, fingerprint)], in: range, isBackward: true, limit: limit, transaction,
        matches: matches)
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
