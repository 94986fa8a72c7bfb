internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// The rows of the view `tickets` that tell of outages of channels and of gaps of the recorder: every
/// case is asked which of them fall into its time.
enum GapRows {
  /// The types of the events that tell of them, by number.
  static let types: Set<UInt32> = [
    ChannelOutage.type.number, ChannelRestored.type.number, SystemRecorderGap.type.number,
  ]

  /// Where a row stands: the byte after its kind.
  private enum Part: UInt8 {
    /// It ended within reach of its beginning; the newest first.
    case near = 0
    /// It lasts, lasted long, or its beginning is not known.
    case far = 1
  }

  private static let reach: Int64 = 2 * 24 * 3600 * 1_000_000

  private static func prefix(_ part: Part) -> [UInt8] {
    [TicketsView.Kind.gap.rawValue, part.rawValue]
  }

  private static func groupKey(_ outage: String) -> [UInt8] {
    [TicketsView.Kind.outage.rawValue] + RowCoding.key(outage)
  }

  private static func row(
    at position: Position, from: Timestamp?, until: Timestamp?, toldBy positions: [Position]
  ) -> (key: [UInt8], value: [UInt8]) {
    let isNear =
      from.map { from in until.map { $0 <= from.adding(microseconds: reach) } ?? false } ?? false
    let key =
      prefix(isNear ? .near : .far) + DutyRows.descending(from ?? .earliest)
      + RowCoding.key(position.rawValue)
    return (key, RowWriter.encode(positions))
  }

  /// What comes of a batch of events.
  struct Step {
    private var touched: Set<String> = []

    /// Notes an event; those of other types are of no account.
    mutating func note(_ event: StoredEvent, _ rows: inout ViewRows) throws {
      guard types.contains(event.envelope.typeNumber) else { return }
      // What can't be read tells of nothing; `log verify` reports it.
      var outage: String?
      if let gap = try? event.payload(as: SystemRecorderGap.self) {
        let row = row(
          at: event.position, from: gap.from, until: gap.to, toldBy: [event.position])
        return rows.put(row.key, row.value)
      } else if let payload = try? event.payload(as: ChannelOutage.self) {
        guard payload.outageId != nil else {
          let row = row(
            at: event.position, from: payload.from ?? event.envelope.occurredAt,
            until: payload.to, toldBy: [event.position])
          return rows.put(row.key, row.value)
        }
        outage = payload.outageId
      } else {
        outage = (try? event.payload(as: ChannelRestored.self))?.outageId
      }
      guard let outage else { return }
      touched.insert(outage)
      var group = try DutyGroupRow.at(groupKey(outage), rows) ?? DutyGroupRow(name: outage)
      guard !group.events.contains(event.position) else { return }
      group.events = (group.events + [event.position]).sorted()
      rows.put(groupKey(outage), RowWriter.encode(group))
    }

    /// Joins outages with what tells their end.
    mutating func fold(_ rows: inout ViewRows, _ log: LogPrefix) throws {
      for outage in touched {
        guard var group = try DutyGroupRow.at(groupKey(outage), rows) else { continue }
        let events = try group.events.map { try log.event(at: $0) }
        var end: (position: Position, at: Timestamp)?
        for event in events {
          if let payload = try? event.payload(as: ChannelRestored.self) {
            end = (event.position, payload.to ?? event.envelope.occurredAt)
          }
        }
        for key in group.keys { rows.delete(key.bytes) }
        group.keys = []
        for event in events {
          guard let payload = try? event.payload(as: ChannelOutage.self) else { continue }
          let row = row(
            at: event.position, from: payload.from ?? event.envelope.occurredAt,
            until: payload.to ?? end?.at,
            toldBy: [event.position] + (end.map { [$0.position] } ?? []))
          rows.put(row.key, row.value)
          group.keys.append(DutyGroupRow.RowKey(row.key))
        }
        rows.put(groupKey(outage), RowWriter.encode(group))
      }
    }
  }

  /// The positions of the events that tell of outages and gaps which may fall into a time.
  static func positions(
    from: Timestamp, until: Timestamp, _ rows: ViewRows
  ) throws -> Set<Position> {
    var positions: Set<Position> = []
    let near = prefix(.near)
    let first = DutyRows.descending(from.adding(microseconds: -reach))
    try rows.scan(near, after: near + DutyRows.descending(until)) { key, value in
      guard !first.lexicographicallyPrecedes(key[near.count..<near.count + 8]) else { return false }
      positions.formUnion(try TicketsView.positions(in: value))
      return true
    }
    try rows.scan(prefix(.far)) { _, value in
      positions.formUnion(try TicketsView.positions(in: value))
      return true
    }
    return positions
  }
}

extension Store {
  /// The events that tell of outages of channels and of gaps of the recorder which may fall into a
  /// time, in order of position; others may be among them.
  ///
  /// - Parameter knownAt: by what was recorded until then; nil: all.
  /// - Throws: as `read`.
  /// - Complexity: the rows near the time, and those of outages that last or lasted long; with
  ///   `knownAt` all such events.
  package func gapEvents(
    from: Timestamp, until: Timestamp, knownAt: KnownAt? = nil
  ) throws -> [StoredEvent] {
    if knownAt == nil,
      let events = try readingAside({ rows, log in
        try GapRows.positions(from: from, until: until, rows).sorted().map { try log.event(at: $0) }
      })
    {
      return events
    }
    var events: [StoredEvent] = []
    try read(EventReadOptions(query: EventQuery(types: GapRows.types))) { event in
      if knownAt?.contains(event.envelope) ?? true { events.append(event) }
      return true
    }
    return events
  }
}
