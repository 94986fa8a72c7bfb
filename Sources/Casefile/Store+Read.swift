public import CasefileLog
public import CasefileModel

extension Store {
  /// The position of the newest event; nil while the store is empty.
  public var head: Position? { get throws { try log.head() } }

  /// Where events with these ids stand; nil for ids that the store does not have.
  ///
  /// - Throws: `LogError` `.damaged`, `.closed`, `.ioFailed`.
  public func positions(of ids: [EventID]) throws -> [Position?] { try log.positions(of: ids) }

  /// Reads one event by its place; nil beyond the head.
  ///
  /// - Throws: `LogError` `.damaged` with the position if its bytes do not match its leaf hash.
  public func event(at position: Position) throws -> StoredEvent? { try log.event(at: position) }

  /// Reads one event by its id; nil if the store has none with it.
  ///
  /// - Throws: as `event(at:)`.
  public func event(id: EventID) throws -> StoredEvent? {
    try positions(of: [id])[0].flatMap { try log.event(at: $0) }
  }

  /// Hands out events one by one, in order of position or backward, until `each` returns false.
  ///
  /// What is handed out is the log up to the head at the time of the call. A slow caller pins no
  /// page: each batch takes a short snapshot of its own.
  ///
  /// - Throws: `LogError` `.damaged` with the position of an event whose bytes do not match; the
  ///   events before it have been handed out. Also what `each` throws.
  public func read(
    _ options: EventReadOptions = EventReadOptions(), _ each: (StoredEvent) throws -> Bool
  ) throws {
    try log.read(options, each)
  }

  /// A stream's events in order of their versions.
  ///
  /// - Throws: as `read`.
  public func events(of stream: StreamID) throws -> [StoredEvent] { try log.events(of: stream) }

  /// Events from a position on: first those that are there, then those that come, of this and of
  /// other processes. Ends when its task is cancelled or the store is closed.
  ///
  /// Keep the position after the last event that you have worked off, in your own database if you
  /// like; following from there goes on without a gap.
  public func follow(
    from first: Position = Position(0), query: EventQuery = EventQuery()
  ) -> AsyncThrowingStream<StoredEvent, any Error> {
    log.follow(from: first, query: query)
  }

  /// The same for a thread of its own: hands out what is there, then what comes, some events at
  /// once, until `each` says false or the store is closed.
  ///
  /// The calling thread sleeps between two looks; under full load an event is seen sooner than by
  /// `follow`, which has to wake another thread for it.
  /// - Parameters:
  ///   - first: the first position that is wanted.
  ///   - query: which events.
  ///   - isWanted: asked at least fifty times a second; false ends the following.
  ///   - each: at most 256 events in order.
  /// - Throws: `LogError` for a damaged event; what `each` throws.
  public func followBlocking(
    from first: Position = Position(0), query: EventQuery = EventQuery(),
    while isWanted: () -> Bool = { true }, _ each: (_ events: [StoredEvent]) throws -> Bool
  ) throws {
    try log.followBlocking(from: first, query: query, while: isWanted, each)
  }

  /// What the log holds.
  ///
  /// - Throws: `LogError` `.damaged`, `.closed`, `.ioFailed`.
  public func statistics() throws -> LogStatistics { try log.statistics() }

  /// The root of the Merkle tree over all events up to a position.
  ///
  /// - Parameter position: the newest event that counts; nil: over none.
  /// - Throws: `LogError` `.limit` beyond the head, `.damaged`, `.closed`, `.ioFailed`.
  public func root(through position: Position?) throws -> Digest {
    try log.root(ofFirst: position.map(\.next.rawValue) ?? 0)
  }

  /// The newest event that was recorded by an instant; nil where none was.
  ///
  /// - Parameter instant: the last one that counts.
  /// - Throws: as `read`.
  public func newestPosition(recordedBy instant: Timestamp) throws -> Position? {
    var newest: Position?
    let options = EventReadOptions(
      recordedUntil: instant.adding(microseconds: 1), isBackward: true, limit: 1,
      includesContent: false)
    try read(options) { event in
      newest = event.position
      return false
    }
    return newest
  }

  /// Recomputes every leaf, the tree, every stream's chain and every content's commitments.
  ///
  /// - Throws: `LogError` `.closed`, `.ioFailed`; damage is in the report, not thrown.
  public func verify(
    progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
  ) throws -> VerificationReport {
    try log.verify(progress: progress)
  }
}
