internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// The row of an import's batch in the view `tickets`.
///
/// A retraction acts on every event of its batch; what acts is kept here once, and not with each
/// ticket, of which a batch may have millions.
struct BatchRow: RowCodable {
  /// The place of the first event that names the batch as its origin.
  var first: Position?
  /// The positions of retractions of the batch, and of what retracts those.
  var acting: [Position] = []

  init() {}

  func write(to writer: inout RowWriter) {
    writer.put(first)
    writer.put(acting)
  }

  init(from reader: inout RowReader) throws(RowError) {
    first = try reader.get()
    acting = try reader.get()
  }

  static func of(_ batch: String, _ rows: ViewRows) throws -> BatchRow? {
    try rows.value(TicketsView.key(batch: batch)).map { try TicketsView.decode(self, $0) }
  }
}

/// What retracts imports, and what brings them back: few events, read once for many tickets.
struct BatchRetractions: Sendable {
  private var byBatch: [String: [StoredEvent]] = [:]

  /// - Complexity: a row for each batch, and a read for each retraction.
  init(_ rows: ViewRows, _ log: LogPrefix) throws {
    try rows.scan([TicketsView.Kind.batch.rawValue]) { _, value in
      let acting = try TicketsView.decode(BatchRow.self, value).acting
      guard !acting.isEmpty else { return true }
      let events = try acting.map { try log.event(at: $0) }
      for batch in Set(events.compactMap(\.retractedBatch)) {
        byBatch[batch, default: []] += events
      }
      return true
    }
  }

  /// A ticket's own events, what amends them from other streams, and the retractions of the batches
  /// that brought any of these.
  func completing(_ own: [StoredEvent], foreign: [StoredEvent]) -> [StoredEvent] {
    var found = own + foreign
    guard !byBatch.isEmpty else { return found }
    var positions = Set(foreign.map(\.position))
    var batches: Set<String> = []
    var next = 0
    while next < found.count {
      defer { next += 1 }
      guard let batch = found[next].envelope.origin?.importBatch, batches.insert(batch).inserted
      else { continue }
      for event in byBatch[batch] ?? [] where positions.insert(event.position).inserted {
        found.append(event)
      }
    }
    return found
  }
}

extension TicketsView {
  static func key(batch: String) -> [UInt8] { [Kind.batch.rawValue] + RowCoding.key(batch) }
}
