package import CasefileModel

/// Something derived from the log: rows that are a function of a prefix of it and of nothing else.
///
/// A view may be deleted at any time. Its rows, its position and the leaf hash there are kept in one
/// transaction, so that an event is never skipped and never applied twice.
package protocol View: Sendable {
  /// The name in `views/<name>-v<version>`: lower-case letters, digits and hyphens.
  var name: String { get }
  /// Grows whenever the rows of the same log would differ.
  var version: Int { get }

  /// Applies events in order of position, without gaps.
  ///
  /// The rows must not depend on how the log is cut into batches.
  /// - Parameters:
  ///   - events: the next events after those that the rows cover.
  ///   - rows: reads see the step's own changes.
  ///   - log: the log up to and with the last of the events; in a replay up to its end, see
  ///     `LogPrefix.isAhead`.
  /// - Throws: `ViewStepError` for an event that the view can't take: this view stops before it.
  func apply(_ events: [StoredEvent], to rows: inout ViewRows, log: LogPrefix) throws

  /// Whether a row only puts others together for who reads many of them. Which rows put what together
  /// may depend on how the log is cut into batches; what they say may not.
  func isArrangement(key: [UInt8]) -> Bool

  /// Finds the rows that put others together and say anything else than these.
  ///
  /// - Parameters:
  ///   - rows: all rows of the view.
  ///   - log: the log up to where they cover it.
  ///   - note: takes the key, and what is wrong with the row.
  /// - Throws: `ViewDamage` for a row that can't be read.
  func checkArrangements(
    _ rows: ViewRows, log: LogPrefix, _ note: (_ key: [UInt8], _ what: String) -> Void) throws

  /// What a row is about, for a report of differences; no personal data.
  func describe(key: [UInt8]) -> String
}

extension View {
  package func isArrangement(key: [UInt8]) -> Bool { false }

  package func checkArrangements(
    _ rows: ViewRows, log: LogPrefix, _ note: (_ key: [UInt8], _ what: String) -> Void
  ) throws {}
}

/// An event that a view could not take.
package struct ViewStepError: Error {
  /// Where the view stopped.
  package let position: Position
  /// Why; no ticket text.
  package let reason: String

  package init(position: Position, reason: String) {
    self.position = position
    self.reason = reason
  }
}

/// The log up to a position, as a step may read it.
package struct LogPrefix: Sendable {
  private let log: Log
  /// How many events it has.
  package let count: UInt64
  /// Whether it goes on behind the events of the step, up to where a view that is made anew shall
  /// end. A step may then do at once what later events would have it do again.
  package let isAhead: Bool
  /// The names of the views that step over the same events at the same time, the view's own too.
  package let together: Set<String>

  package init(
    _ log: Log, count: UInt64, isAhead: Bool = false, together: Set<String> = []
  ) {
    self.log = log
    self.count = count
    self.isAhead = isAhead
    self.together = together
  }

  /// A stream's events within the prefix, in order of version.
  ///
  /// - Parameter first: none is before it.
  package func events(of stream: StreamID, from first: Position? = nil) throws -> [StoredEvent] {
    var events: [StoredEvent] = []
    try read(stream, from: first, through: nil, into: &events)
    return events
  }

  /// The events of the stream that begins at a position, in order of version.
  ///
  /// - Parameter last: none is behind it; nil: within the prefix.
  /// - Complexity: looked up in those runs of the index that lie between the two. Of a ticket that was
  ///   over soon these are one or two of some dozens.
  package func events(
    beginningAt first: Position, through last: Position? = nil
  ) throws -> [StoredEvent] {
    var events = [try event(at: first)]
    let next = Position(first.rawValue + 1)
    try read(events[0].envelope.stream, from: next, through: last, into: &events)
    return events
  }

  private func read(
    _ stream: StreamID, from first: Position?, through last: Position?,
    into events: inout [StoredEvent]
  ) throws {
    guard count > 0 else { return }
    let end = min(last ?? Position(count - 1), Position(count - 1))
    guard first.map({ $0 <= end }) ?? true else { return }
    let options = EventReadOptions(
      from: first, through: end, query: EventQuery(streams: [stream]))
    try log.read(options) { event in
      events.append(event)
      return true
    }
  }

  /// Hands out the events of the prefix from a position on, without their contents.
  package func read(from first: Position, _ each: (StoredEvent) throws -> Void) throws {
    guard first.rawValue < count else { return }
    let options = EventReadOptions(
      from: first, through: Position(count - 1), includesContent: false)
    try log.read(options) { event in
      try each(event)
      return true
    }
  }

  /// Hands out the events of some types, in order of position.
  package func read(
    types: Set<UInt32>, includesContent: Bool = true, _ each: (StoredEvent) throws -> Void
  ) throws {
    guard count > 0 else { return }
    let options = EventReadOptions(
      through: Position(count - 1), query: EventQuery(types: types),
      includesContent: includesContent)
    try log.read(options) { event in
      try each(event)
      return true
    }
  }

  /// Where a stream begins; nil where the prefix has none of its events.
  package func firstPosition(of stream: StreamID) throws -> Position? {
    guard count > 0 else { return nil }
    var first: Position?
    let options = EventReadOptions(
      through: Position(count - 1), query: EventQuery(streams: [stream]), limit: 1,
      includesContent: false)
    try log.read(options) { event in
      first = event.position
      return false
    }
    return first
  }

  /// How many of its events were recorded at an instant or before.
  package func count(recordedThrough instant: Timestamp) throws -> UInt64 {
    try log.reading { transaction in
      let meta = try log.meta(transaction)
      let next = instant.adding(microseconds: 1)
      return min(count, try log.firstPosition(recordedAtOrAfter: next, meta, transaction))
    }
  }

  /// The event at a position of the prefix.
  ///
  /// - Throws: `LogError` `.damaged` where the log has none there.
  package func event(at position: Position) throws -> StoredEvent {
    guard position.rawValue < count, let event = try log.event(at: position) else {
      throw Log.missing(position)
    }
    return event
  }

  /// The event with an id; nil where the prefix has none.
  package func event(id: EventID) throws -> StoredEvent? {
    guard let position = try log.positions(of: [id])[0], position.rawValue < count else {
      return nil
    }
    return try log.event(at: position)
  }
}
