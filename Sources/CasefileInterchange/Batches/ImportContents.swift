internal import Casefile
internal import CasefileLog
public import CasefileModel

/// What the log holds of an import, counted event by event: also of one that did not end.
public struct ImportContents: Sendable {
  /// Events that name the import as their origin.
  public private(set) var events = 0
  /// The same by type.
  public private(set) var eventsByType: [String: Int] = [:]
  /// How many streams they stand in.
  public private(set) var streams = 0
  /// How many of these are tickets.
  public private(set) var tickets = 0
  /// The earliest time of an event.
  public private(set) var firstTime: Timestamp?
  /// The latest time of an event.
  public private(set) var lastTime: Timestamp?

  /// Counts what came after the import's beginning.
  ///
  /// - Complexity: all envelopes of the log from there on are read.
  init(of batch: String, from first: Position, in store: Store) throws {
    // Eight bytes a stream, since there may be millions; two of equal hashes are not to be expected.
    var hashes: Set<Int> = []
    let options = EventReadOptions(from: first, includesContent: false)
    try store.read(options) { stored in
      guard stored.envelope.origin?.importBatch == batch else { return true }
      let time = stored.envelope.occurredAt
      events += 1
      eventsByType[store.schema.typeName(of: stored.envelope), default: 0] += 1
      let stream = stored.envelope.stream
      if hashes.insert(stream.hashValue).inserted {
        streams += 1
        if stream.kind == "ticket" { tickets += 1 }
      }
      firstTime = min(firstTime ?? time, time)
      lastTime = max(lastTime ?? time, time)
      return true
    }
  }
}
