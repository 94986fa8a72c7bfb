internal import CasefileLog
package import CasefileModel
internal import CasefileProjections

/// The rows of the view `tickets` by which those are found that may have had a status at a past
/// instant, without a look at all others.
///
/// Most tickets of a long log were closed long before or came long after. A row stands for the time in
/// which a ticket was under way, and one for how it has stood since, unless that is closed.
enum MomentRows {
  /// A time without an end.
  private static let endless: UInt8 = 64

  /// - Parameter length: how long a ticket was under way; nil: its state still changes by itself.
  private static func level(_ length: Int64?) -> UInt8 {
    guard let length else { return endless }
    return UInt8(Int64.bitWidth - max(0, length).leadingZeroBitCount)
  }

  private static func prefix(_ level: UInt8) -> [UInt8] {
    [TicketsView.Kind.underWay.rawValue, level]
  }

  private static func prefix(_ status: TicketStatus) -> [UInt8] {
    [TicketsView.Kind.standing.rawValue] + RowCoding.key(UInt64(status.rawValue))
  }

  /// The keys of a ticket's rows; none where all of it was retracted.
  static func keys(_ summary: HistorySummary, first: Position) -> [[UInt8]] {
    guard summary.isInForce else { return [] }
    let length = summary.end.microseconds - summary.begin.microseconds
    let level = level(summary.isSettled ? length : nil)
    let underWay =
      prefix(level) + DutyRows.descending(summary.begin) + RowCoding.key(first.rawValue)
    guard summary.isSettled, summary.state.status != .closed else { return [underWay] }
    return [underWay, prefix(summary.state.status) + RowCoding.key(first.rawValue)]
  }

  /// The first positions of the tickets that may have had a status at an instant, in order; nil for
  /// the status that most tickets of a long log have.
  ///
  /// - Complexity: as many rows as tickets were under way within twice their time, and as have the
  ///   status now.
  static func places(
    of status: TicketStatus, at instant: Timestamp, _ rows: ViewRows
  ) throws -> [Position]? {
    guard status != .closed else { return nil }
    return try places(prefix(status), at: instant, rows)
  }

  /// The same of all tickets that may not have been closed then.
  static func openPlaces(at instant: Timestamp, _ rows: ViewRows) throws -> [Position] {
    try places([TicketsView.Kind.standing.rawValue], at: instant, rows)
  }

  /// - Parameter standing: the prefix of the rows of those that are not under way.
  private static func places(
    _ standing: [UInt8], at instant: Timestamp, _ rows: ViewRows
  ) throws -> [Position] {
    var places: Set<Position> = []
    for level in 0...endless {
      let prefix = prefix(level)
      // Not one that began earlier lasts until the instant.
      let reach = level < 63 ? (1 as Int64) << Int64(level) : .max
      let oldest = level < 63 ? instant.adding(microseconds: -reach) : .earliest
      let last = DutyRows.descending(oldest)
      try rows.scan(prefix, after: prefix + DutyRows.descending(instant)) { key, _ in
        guard !last.lexicographicallyPrecedes(key[2..<10]) else { return false }
        places.insert(TicketsView.position(in: key))
        return true
      }
    }
    try rows.scan(standing) { key, _ in
      places.insert(TicketsView.position(in: key))
      return true
    }
    return places.sorted()
  }
}

extension Store {
  /// Where those tickets begin that a list of a status other than closed looks at as of an instant.
  package func placesOfTickets(
    with status: TicketStatus, at instant: Timestamp
  ) throws -> [Position] {
    try reading(ticketsView) { rows, _ in try MomentRows.places(of: status, at: instant, rows) }
      ?? []
  }

  /// Where those tickets begin that may not have been closed at an instant.
  package func placesOfOpenTickets(at instant: Timestamp) throws -> [Position] {
    try reading(ticketsView) { rows, _ in try MomentRows.openPlaces(at: instant, rows) }
  }
}
