internal import CasefileMerkle
internal import CasefileModel
internal import Dispatch
internal import LMDB
internal import Synchronization

/// Reading in portions, each in a snapshot of its own.
extension Log {
  struct Batch {
    var events: [StoredEvent] = []
    var rest: Range<UInt64>
    /// What ended the batch early, after the events before it.
    var error: LogError?
  }

  /// The most bytes of one batch: large contents make batches of few events.
  private static let batchSizeBytes = 16 << 20

  /// The most events of one batch.
  static let batchCount = 512

  func batch(
    _ options: EventReadOptions, in range: Range<UInt64>, limit: Int, _ meta: LogMeta,
    _ transaction: borrowing ReadTransaction
  ) throws -> Batch {
    let wanted: [UInt64]
    let isCut: Bool
    // What was looked at when all that is wanted has been.
    let lastCandidate: UInt64?
    if options.query.isEmpty {
      guard options.isBackward else {
        return try sequence(
          in: range, limit: limit, includesContent: options.includesContent, meta, transaction)
      }
      let count = min(UInt64(limit), UInt64(range.count))
      isCut = count < range.count
      wanted = (range.upperBound - count..<range.upperBound).reversed()
      lastCandidate = wanted.last
    } else {
      let found = try candidates(
        options.query, in: range, isBackward: options.isBackward, limit: max(limit, 64),
        transaction)
      wanted = found.positions
      isCut = found.isCut
      lastCandidate = found.last
    }
    guard !wanted.isEmpty || isCut else {
      return Batch(rest: range.upperBound..<range.upperBound)
    }
    var batch = Batch(rest: range)
    var size = 0
    var last = wanted.isEmpty ? lastCandidate : nil
    var rest = wanted[...]
    while !rest.isEmpty, batch.events.count < limit, size < Log.batchSizeBytes {
      let known = batch.events.count
      let portion = Array(rest.prefix(Log.portionCount(options.query, left: limit - known)))
      batch.error = addEvents(options, at: portion, meta, transaction, to: &batch.events)
      if batch.events.count > limit {
        batch.events.removeLast(batch.events.count - limit)
        batch.error = nil
        last = batch.events.last?.position.rawValue
        break
      }
      if batch.error != nil { return batch }
      for index in known..<batch.events.count { size += Log.size(of: batch.events[index]) }
      rest = rest.dropFirst(portion.count)
      last = rest.isEmpty ? lastCandidate : portion.last
    }
    let isDone = !isCut && last == lastCandidate
    if isDone {
      batch.rest = range.upperBound..<range.upperBound
    } else if let last {
      batch.rest = options.isBackward ? range.lowerBound..<last : last + 1..<range.upperBound
    }
    return batch
  }

  /// How many candidates are looked up together where so many events are left to find.
  ///
  /// Most of those of a stream are wanted; of others it may be one in many.
  private static func portionCount(_ query: EventQuery, left: Int) -> Int {
    let isMostlyMeant = query.isEmpty || query.streamsAlone != nil
    return min(togetherCount, isMostlyMeant ? left : max(left, 8))
  }

  private static func size(of event: StoredEvent) -> Int {
    event.envelopeSizeBytes + (event.hasContent ? 4096 : 0)
  }

  /// Neighbours in order: entries by a cursor, and a row of the tree for 127 of them.
  private func sequence(
    in range: Range<UInt64>, limit: Int, includesContent: Bool, _ meta: LogMeta,
    _ transaction: borrowing ReadTransaction
  ) throws -> Batch {
    let end = min(range.upperBound, range.lowerBound + UInt64(limit))
    var batch = Batch(rest: range)
    batch.events.reserveCapacity(Int(end - range.lowerBound))
    var size = 0
    var next = range.lowerBound
    do {
      var leaves = LeafRow()
      var cursor = try transaction.cursor(tables.entries)
      var isThere = try cursor.seek(atOrAfter: next)
      while next < end, size < Log.batchSizeBytes {
        guard isThere, cursor.integerKey == next else { throw Log.missing(Position(next)) }
        let event = try self.event(
          cursor.value, at: next, expecting: leaves.leaf(next, meta, self, transaction),
          includesContent: includesContent, transaction)
        batch.events.append(event)
        size += Log.size(of: event)
        next += 1
        isThere = try cursor.next()
      }
    } catch {
      batch.error = LogError.wrap(error)
    }
    batch.rest = next..<range.upperBound
    return batch
  }

  /// Portions of the log, each read on a core of its own.
  ///
  /// - Returns: the events of each range, fewer where they are large, with what ended it early.
  func batches(
    _ ranges: [Range<UInt64>], includesContent: Bool
  ) throws -> [(start: UInt64, events: [StoredEvent], error: LogError?)] {
    let read = Mutex<[Result<Batch, any Error>?]>(Array(repeating: nil, count: ranges.count))
    DispatchQueue.concurrentPerform(iterations: ranges.count) { index in
      let range = ranges[index]
      let batch = Result {
        try reading { transaction in
          try sequence(
            in: range, limit: range.count, includesContent: includesContent, meta(transaction),
            transaction)
        }
      }
      read.withLock { $0[index] = batch }
    }
    return try zip(ranges, read.withLock { $0 }).map { range, batch in
      guard let batch = try batch?.get() else { return (range.lowerBound, [], nil) }
      return (range.lowerBound, batch.events, batch.error)
    }
  }

  /// From how many events on a read of neighbours goes ahead of its caller.
  static let aheadCountMin = 8_192
  /// How many events a core reads at once.
  static let partCount: UInt64 = 2_048

  /// Hands out neighbours while the next ones are read on two cores.
  func readAhead(
    _ range: Range<UInt64>, includesContent: Bool, _ each: (StoredEvent) throws -> Bool
  ) throws {
    @Sendable func read(from first: UInt64) throws -> (events: [StoredEvent], error: LogError?) {
      let ranges = (0..<2).map { first + $0 * Log.partCount }.filter { $0 < range.upperBound }
        .map { $0..<min($0 + Log.partCount, range.upperBound) }
      var events: [StoredEvent] = []
      for part in try batches(ranges, includesContent: includesContent) {
        // After one that was cut short, what comes next is read again.
        guard part.start == first + UInt64(events.count) else { break }
        events += part.events
        if let error = part.error { return (events, error) }
      }
      return (events, nil)
    }
    var next = range.lowerBound
    var ahead = Ahead { try read(from: range.lowerBound) }
    while next < range.upperBound {
      let (events, error) = try ahead.get()
      next += UInt64(events.count)
      if error == nil, next < range.upperBound {
        let first = next
        ahead = Ahead { try read(from: first) }
      }
      for event in events {
        guard try each(event) else { return }
      }
      if let error { throw error }
      if events.isEmpty { throw Log.missing(Position(next)) }
    }
  }

  // MARK: Following

  /// What a follower gets at once.
  struct NextBatch {
    var events: [StoredEvent]
    /// Where it goes on.
    let next: Position
    /// Whether more is there already.
    let isCut: Bool
    /// The snapshot that it was read in.
    let snapshot: UInt64
  }

  /// The next events of a query from a position on, in one snapshot.
  func nextBatch(from first: Position, _ query: EventQuery, limit: Int) throws -> NextBatch {
    try reading { transaction in
      let meta = try meta(transaction)
      let end = meta.events
      guard first.rawValue < end else {
        return NextBatch(events: [], next: first, isCut: false, snapshot: transaction.id)
      }
      let batch = try batch(
        EventReadOptions(query: query), in: first.rawValue..<end, limit: limit, meta, transaction)
      if let error = batch.error {
        guard let last = batch.events.last else { throw error }
        return NextBatch(
          events: batch.events, next: last.position.next, isCut: true, snapshot: transaction.id)
      }
      return NextBatch(
        events: batch.events, next: Position(batch.rest.isEmpty ? end : batch.rest.lowerBound),
        isCut: !batch.rest.isEmpty, snapshot: transaction.id)
    }
  }
}
