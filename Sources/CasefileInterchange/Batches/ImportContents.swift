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
  /// - Complexity: all envelopes of the log from there on are checked, and their heads read.
  init(of batch: String, from first: Position, in store: Store) throws {
    let name = Array(batch.utf8)
    let ticket = Array("ticket/".utf8)
    // Eight bytes a stream, since there may be millions; two of equal hashes are not to be expected.
    var hashes: Set<Int> = []
    var countsByNumber: [UInt32: Int] = [:]
    var times: ClosedRange<Int64>?
    try store.log.scan(from: first) { _, span in
      let header = try EnvelopeHeader(span)
      guard try span.has(name, at: header.originTexts(span).importBatch) else { return }
      events += 1
      if header.typeNumber < EventType.firstOwnNumber {
        countsByNumber[header.typeNumber, default: 0] += 1
      } else {
        // The name of an embedder's type stands in the envelope alone.
        eventsByType[store.schema.typeName(of: try Envelope(decoding: span)), default: 0] += 1
      }
      let (hash, isTicket) = span.extracting(header.streamRange).withUnsafeBytes { bytes in
        var hasher = Hasher()
        hasher.combine(bytes: bytes)
        return (hasher.finalize(), bytes.starts(with: ticket))
      }
      if hashes.insert(hash).inserted {
        streams += 1
        if isTicket { tickets += 1 }
      }
      let time = header.occurredAt
      times = min(times?.lowerBound ?? time, time)...max(times?.upperBound ?? time, time)
    }
    for (number, count) in countsByNumber {
      eventsByType[store.schema.typeName(ofNumber: number)] = count
    }
    firstTime = times.map { Timestamp(microseconds: $0.lowerBound) }
    lastTime = times.map { Timestamp(microseconds: $0.upperBound) }
  }
}
