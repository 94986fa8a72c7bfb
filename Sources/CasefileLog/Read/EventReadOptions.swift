public import CasefileModel

/// Which events are read, and in which order.
public struct EventReadOptions: Sendable, Hashable {
  /// The first position, included; nil: the beginning.
  public var from: Position?
  /// The last position, included; nil: the head at the time of the call.
  public var through: Position?
  /// Which events.
  public var query: EventQuery
  /// Recorded at this time or later.
  public var recordedSince: Timestamp?
  /// Recorded before this time.
  public var recordedUntil: Timestamp?
  /// Newest first.
  public var isBackward: Bool
  /// At most so many; nil: all.
  public var limit: Int?
  /// Whether contents are read and checked too.
  public var includesContent: Bool

  /// Makes options; what is left out does not restrict.
  public init(
    from: Position? = nil, through: Position? = nil, query: EventQuery = EventQuery(),
    recordedSince: Timestamp? = nil, recordedUntil: Timestamp? = nil, isBackward: Bool = false,
    limit: Int? = nil, includesContent: Bool = true
  ) {
    self.from = from
    self.through = through
    self.query = query
    self.recordedSince = recordedSince
    self.recordedUntil = recordedUntil
    self.isBackward = isBackward
    self.limit = limit
    self.includesContent = includesContent
  }
}

/// What a log holds, counted in its commits.
public struct LogStatistics: Sendable, Hashable {
  /// The number of events.
  public let events: UInt64
  /// The number of streams.
  public let streams: UInt64
  /// The root of the Merkle tree over all events.
  public let root: Digest
  /// When the first event was recorded.
  public let firstRecordedAt: Timestamp?
  /// When the newest event was recorded.
  public let lastRecordedAt: Timestamp?
  /// The bytes of the log's file that are in use.
  public let bytes: UInt64
  /// The bytes of all envelopes.
  public let envelopeBytes: UInt64
  /// The bytes of all contents.
  public let contentBytes: UInt64
  /// The number of events that the index view on disk covers.
  public let indexedEvents: UInt64
}
