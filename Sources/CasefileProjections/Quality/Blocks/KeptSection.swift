package import CasefileModel

extension Metric {
  /// Those that follow from the ticket's own events and from policies and calendars, in the order of
  /// their sections: of tickets that are over a block keeps the values.
  package static let kept: [Metric] =
    allCases.filter { $0.basis == .policies || $0.basis == .calendars }

  /// Whether blocks keep its values of tickets that are over.
  package var isKept: Bool { basis == .policies || basis == .calendars }
}

/// Of which tickets a block keeps what follows from policies and calendars, and from which of these.
///
/// It was judged at the newest event of all of them. Of a ticket that was over then later instants give
/// the same, and later rules too, unless they reach back. So they do of one that is open, where nothing
/// was pending then, as long as no other rules came into force.
package struct KeptSection {
  /// What is kept of a ticket.
  package enum Kind: UInt8, Sendable {
    case nothing, over, open
  }

  /// How many events the log had of whose rules the values follow.
  private let count: UInt64
  /// The zone data with which they were worked out.
  private let zones: [String]
  /// Where the policies and calendars stand.
  private let rules: [Position]
  /// At which instant the tickets were judged.
  package let end: Timestamp
  /// By their places.
  package let kinds: [Kind]

  /// - Parameters:
  ///   - count: how many events the log had from which the book was made.
  ///   - end: at which instant the tickets were judged.
  ///   - kinds: what is kept of each ticket of the block.
  package init(_ book: DeadlineBook, count: UInt64, end: Timestamp, kinds: [Kind]) {
    self.count = count
    zones = book.zoneMarks
    rules = book.rules(before: count)
    self.end = end
    self.kinds = kinds
  }

  /// Whether the values of tickets that were over follow from another book too.
  package func holds(under book: DeadlineBook) -> Bool {
    zones == book.zoneMarks && book.judgesAsBefore(count, until: end)
      && rules == book.rules(before: count)
  }

  /// Of which tickets the values hold under a book at an instant, by their places; nil where they do of
  /// too few to be worth it.
  package func kept(under book: DeadlineBook, at now: Timestamp) -> [Bool]? {
    guard holds(under: book) else { return nil }
    let isOpenKept =
      now >= end && book.judgesAsBefore(count, until: now) && !book.changes(after: end, until: now)
    let isKept = kinds.map { $0 == .over || (isOpenKept && $0 == .open) }
    return isKept.count { !$0 } * 4 <= isKept.count ? isKept : nil
  }
}

extension KeptSection: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(count)
    writer.put(zones)
    writer.put(rules)
    writer.put(end)
    writer.put(kinds.count)
    // Most are over.
    var last = 0
    for place in kinds.indices where kinds[place] != .over {
      writer.put(number: UInt64(place - last) + 1)
      writer.put(byte: kinds[place].rawValue)
      last = place
    }
    writer.put(number: 0)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    count = try reader.get()
    zones = try reader.get()
    rules = try reader.get()
    end = try reader.get()
    let number: Int = try reader.get()
    guard number >= 0, number <= Limits.blockTickets else { throw RowError() }
    var kinds = [Kind](repeating: .over, count: number)
    var place = 0
    while true {
      let step = try reader.number()
      if step == 0 { break }
      guard step <= UInt64(number), let kind = Kind(rawValue: try reader.byte()) else {
        throw RowError()
      }
      place += Int(step) - 1
      guard place < number else { throw RowError() }
      kinds[place] = kind
    }
    self.kinds = kinds
  }

  private enum Limits {
    /// A block has one ticket a position at most.
    static let blockTickets = 1 << 20
  }
}

extension MetricJudge {
  /// The values of `Metric.kept` of a ticket at the judge's instant, which is not before its newest
  /// event; nil where time alone, or a rule that names it, may give it others.
  ///
  /// - Parameter stored: the ticket's values of a metric of the basis `history`.
  package func kept(
    _ clocks: ClockFacts, _ stored: (Metric) throws(RowError) -> TicketMetric
  ) throws(RowError) -> (kind: KeptSection.Kind, values: [TicketMetric])? {
    guard clocks.silentImports.isEmpty, !namesUnknownPolicy(clocks),
      clocks.isOver || isDecided(clocks)
    else { return nil }
    var values: [TicketMetric] = []
    values.reserveCapacity(Metric.kept.count)
    for metric in Metric.kept {
      if metric.basis == .policies {
        values.append(measure(metric, clocks))
      } else {
        values.append(try derive(metric, clocks, topic: nil, stored))
      }
    }
    return (clocks.isOver ? .over : .open, values)
  }
}
