internal import CasefileMerkle
public import CasefileModel
internal import LMDB
internal import Synchronization

extension Log {
  /// The position of the newest event; nil while the log is empty.
  ///
  /// - Throws: `LogError` `.closed`, `.damaged`, `.ioFailed`.
  public func head() throws(LogError) -> Position? {
    try reading { transaction in
      let events = try meta(transaction).events
      return events == 0 ? nil : Position(events - 1)
    }
  }

  /// Reads one event by its place; nil beyond the head.
  ///
  /// - Throws: `LogError` `.damaged` with the position, `.closed`, `.ioFailed`.
  public func event(at position: Position) throws(LogError) -> StoredEvent? {
    try reading { transaction in
      let meta = try meta(transaction)
      guard position.rawValue < meta.events else { return nil }
      return try event(at: position.rawValue, meta, includesContent: true, transaction)
    }
  }

  /// Where events with these ids stand; nil for ids that the log does not have.
  ///
  /// - Throws: `LogError` `.damaged`, `.closed`, `.ioFailed`.
  public func positions(of ids: [EventID]) throws(LogError) -> [Position?] {
    try reading { transaction in
      let meta = try meta(transaction)
      return try ids.map { id in
        try position(of: id, in: 0..<meta.events, transaction).map { Position($0) }
      }
    }
  }

  /// Hands out events one by one, in order of position or backward, until `each` returns false.
  ///
  /// The events are those up to the head at the time of the call. Each batch of up to 512, or of 4,096
  /// where much of the log is read, takes a short snapshot of its own and is handed out after it has
  /// ended, so that a slow caller pins no page.
  ///
  /// - Throws: `LogError` `.damaged` with the position of an event whose bytes do not match; what
  ///   was read before it has been handed out. Also what `each` throws.
  public func read(
    _ options: EventReadOptions, _ each: (StoredEvent) throws -> Bool
  ) throws {
    var left = options.limit ?? Int.max
    // The first portion is read in the snapshot that tells how far the log goes: to begin one takes
    // as long as to look up two events.
    var (range, batch) = try reading { transaction -> (Range<UInt64>, Batch?) in
      let meta = try meta(transaction)
      let range = try bounds(options, meta, transaction)
      guard !range.isEmpty, left > 0, !isLong(range, options) else { return (range, nil) }
      return (
        range,
        try self.batch(options, in: range, limit: min(left, Log.batchCount), meta, transaction)
      )
    }
    if isLong(range, options) {
      return try readAhead(range, includesContent: options.includesContent, each)
    }
    while let read = batch {
      for event in read.events {
        guard try each(event) else { return }
      }
      if let error = read.error { throw error }
      left -= read.events.count
      range = read.rest
      guard !range.isEmpty, left > 0 else { return }
      batch = try reading { transaction in
        try self.batch(
          options, in: range, limit: min(left, Log.batchCount), meta(transaction), transaction)
      }
    }
  }

  /// Whether so much of the log is asked for that it is read ahead on two cores.
  private func isLong(_ range: Range<UInt64>, _ options: EventReadOptions) -> Bool {
    options.query.isEmpty && !options.isBackward && options.limit == nil
      && range.count > Log.aheadCountMin
  }

  /// A stream's events in order of their versions.
  ///
  /// - Throws: `LogError` `.damaged`, `.closed`, `.ioFailed`.
  public func events(of stream: StreamID) throws -> [StoredEvent] {
    var events: [StoredEvent] = []
    try read(EventReadOptions(query: EventQuery(streams: [stream]))) { event in
      events.append(event)
      return true
    }
    return events
  }

  /// What the log holds.
  ///
  /// - Throws: `LogError` `.damaged`, `.closed`, `.ioFailed`.
  public func statistics() throws(LogError) -> LogStatistics {
    try reading { transaction in
      let meta = try meta(transaction)
      let indexed = try view.map { view in
        try view.environment.withRead { try view.position($0).events }
      }
      var first: Timestamp?
      if let entry = try transaction.value(tables.entries, 0) {
        first = try Seal(of: entry).recordedAt
      }
      return LogStatistics(
        events: meta.events, streams: meta.streams, root: meta.root, firstRecordedAt: first,
        lastRecordedAt: meta.events == 0 ? nil : meta.lastRecordedAt,
        bytes: UInt64(environment.usedBytes), envelopeBytes: meta.envelopeBytes,
        contentBytes: meta.contentBytes, indexedEvents: indexed ?? 0)
    }
  }

  // MARK: Parts

  /// Runs `body` in a snapshot of its own; errors come out in the log's words.
  func reading<Value>(
    _ body: (borrowing ReadTransaction) throws -> Value
  ) throws(LogError) -> Value {
    guard !isClosed.load(ordering: .acquiring) else {
      throw LogError(.closed, "the log was closed; open it again")
    }
    do {
      return try environment.withRead(body)
    } catch {
      throw LogError.wrap(error)
    }
  }

  /// The positions that options name, times turned into positions.
  private func bounds(
    _ options: EventReadOptions, _ meta: LogMeta, _ transaction: borrowing ReadTransaction
  ) throws -> Range<UInt64> {
    var low = options.from?.rawValue ?? 0
    var high = meta.events
    if let through = options.through, through.rawValue < high { high = through.rawValue + 1 }
    if let since = options.recordedSince {
      low = max(low, try firstPosition(recordedAtOrAfter: since, meta, transaction))
    }
    if let until = options.recordedUntil {
      high = min(high, try firstPosition(recordedAtOrAfter: until, meta, transaction))
    }
    return low..<max(low, high)
  }

  /// Times of recording never go backwards, so the position is found by halving.
  func firstPosition(
    recordedAtOrAfter time: Timestamp, _ meta: LogMeta, _ transaction: borrowing ReadTransaction
  ) throws -> UInt64 {
    var low: UInt64 = 0
    var high = meta.events
    while low < high {
      let middle = (low + high) / 2
      guard let entry = try transaction.value(tables.entries, middle) else {
        throw Log.missing(Position(middle))
      }
      if try Seal(of: entry).recordedAt < time {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
