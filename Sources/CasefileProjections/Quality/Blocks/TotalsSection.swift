import CasefileModel

/// What the tickets of a block have together of each metric: whoever asks for all values of a time, and
/// not whose they are, reads this instead of the values one by one.
///
/// Small values are counted, and the others stand in order, so most take a byte or two.
package struct TotalsSection: Sendable {
  /// The metrics, in their order; of those that are derived sections have no values yet.
  private static let metrics = (Metric.stored + Metric.kept).filter {
    !$0.basis.isDerived || $0.isKept
  }
  private static let places = Dictionary(uniqueKeysWithValues: zip(metrics, metrics.indices))

  /// What there is of one metric.
  private struct Entry {
    /// The times of the earliest and of the latest value; nil where there is none.
    let times: ClosedRange<Int64>?
    let content: Range<Int>
  }

  private let bytes: [UInt8]
  private var entries: [Entry] = []

  package init(_ bytes: [UInt8]) throws(RowError) {
    self.bytes = bytes
    var reader = RowReader(bytes)
    entries.reserveCapacity(TotalsSection.metrics.count)
    for _ in TotalsSection.metrics {
      var times: ClosedRange<Int64>?
      if try reader.get() as Bool {
        let earliest: Int64 = try reader.get()
        let latest = earliest &+ Int64(bitPattern: try reader.number())
        guard earliest <= latest else { throw RowError() }
        times = earliest...latest
      }
      entries.append(Entry(times: times, content: try reader.range()))
    }
    guard reader.isAtEnd else { throw RowError() }
  }

  /// When the values of a metric are; nil where there is none.
  func times(of metric: Metric) -> ClosedRange<Int64>? {
    TotalsSection.places[metric].flatMap { entries[$0].times }
  }

  /// What is no value of a metric, and its values by part.
  func content(
    of metric: Metric
  ) throws(RowError) -> (omissions: [(why: Metric.Omission, count: Int)], parts: [Part]) {
    guard let place = TotalsSection.places[metric] else { return ([], []) }
    var reader = RowReader(bytes, in: entries[place].content)
    var omissions: [(why: Metric.Omission, count: Int)] = []
    let all = Metric.Omission.allCases
    for _ in 0..<(try reader.count()) {
      let place = try reader.number()
      guard place < UInt64(all.count) else { throw RowError() }
      omissions.append((all[Int(place)], try reader.get()))
    }
    var parts: [Part] = []
    for _ in 0..<(try reader.count()) { parts.append(try Part(from: &reader)) }
    return (omissions, parts)
  }

  /// The values of one part of a metric.
  struct Part {
    let name: String?
    /// On how many tickets they are.
    let ticketCount: Int
    /// The first of these and the last one, where contacts outside of tickets have values too: they may
    /// belong to one of them.
    let tickets: [String]
    let values: MetricValues
  }

  /// Puts together what the sections of a block have.
  ///
  /// - Parameter ids: the tickets' ids, by their places.
  package static func encode(
    _ sections: [(section: QualitySection, bytes: [UInt8])], ids: [String?]
  ) throws(RowError) -> [UInt8] {
    var known: [Metric: [UInt8]] = [:]
    for (section, bytes) in sections {
      if case .metric(let metric) = section { known[metric] = bytes }
    }
    var writer = RowWriter()
    for metric in metrics {
      var totals = Totals()
      try totals.read(MetricSection(known[metric] ?? []), metric.isOfContacts ? ids : nil)
      totals.write(to: &writer)
    }
    return writer.bytes
  }

  /// What is put together of a metric.
  private struct Totals {
    private var times: ClosedRange<Int64>?
    private var omissions: [Metric.Omission: Int] = [:]
    private var parts: [String?: Content] = [:]

    private struct Content {
      var ticketCount = 0
      var lastPlace = -1
      var tickets: [String] = []
      var values: [Int64] = []

      mutating func add(_ value: Int64, on ticket: Int, _ ids: [String?]?) {
        values.append(value)
        guard lastPlace != ticket else { return }
        lastPlace = ticket
        guard let ids else {
          ticketCount += 1
          return
        }
        guard ticket < ids.count, let id = ids[ticket] else { return }
        ticketCount += 1
        tickets = [tickets.first ?? id, id]
      }
    }

    /// - Parameter ids: those of tickets on which values are; nil where nobody asks for them.
    mutating func read(_ section: MetricSection, _ ids: [String?]?) throws(RowError) {
      var section = section
      while let ticket = section.ticket {
        for (why, count) in section.omissions { omissions[why, default: 0] += count }
        while section.valueCount > 0 {
          let value = try section.next()
          let known = times ?? value.at...value.at
          times = min(known.lowerBound, value.at)...max(known.upperBound, value.at)
          parts[section.texts[value.part], default: Content()].add(value.value, on: ticket, ids)
        }
        try section.advance()
      }
    }

    private func writeTimes(to writer: inout RowWriter) {
      writer.put(times != nil)
      if let times {
        writer.put(times.lowerBound)
        writer.put(number: UInt64(bitPattern: times.upperBound &- times.lowerBound))
      }
    }

    func write(to writer: inout RowWriter) {
      writeTimes(to: &writer)
      var content = RowWriter()
      content.put(number: UInt64(omissions.count))
      for (place, why) in Metric.Omission.allCases.enumerated() {
        guard let count = omissions[why] else { continue }
        content.put(number: UInt64(place))
        content.put(count)
      }
      content.put(number: UInt64(parts.count))
      // Nobody's come first, so that equal values give equal bytes.
      let names = parts.keys.sorted { one, other in
        (one == nil ? 0 : 1, one ?? "") < (other == nil ? 0 : 1, other ?? "")
      }
      for name in names {
        guard let part = parts[name] else { continue }
        content.put(name)
        content.put(part.ticketCount)
        content.put(part.tickets)
        MetricValues.write(part.values, to: &content)
      }
      writer.put(blob: content.bytes)
    }
  }
}

extension TotalsSection.Part {
  init(from reader: inout RowReader) throws(RowError) {
    name = try reader.get()
    ticketCount = try reader.get()
    tickets = try reader.get()
    values = try MetricValues(from: &reader)
  }
}

extension MetricTable {
  /// Whether all values of a block fall into one cell of the time, or into none, so that its totals
  /// tell all.
  ///
  /// - Parameter isKept: whether values that follow from rules hold.
  package func takes(_ totals: TotalsSection, isKept: Bool) -> Bool {
    guard readsSections || (isKept && readsKept), isOfAll else { return false }
    return totals.times(of: metric).map { place(of: $0) != .several } ?? true
  }

  /// Whether nobody asks whose values are.
  var isOfAll: Bool {
    cut == .all && filter.agent == nil && filter.group == nil && filter.part == nil
  }

  /// Adds what a block's tickets give together, where `takes` says so.
  ///
  /// - Parameter tickets: how many it has.
  package mutating func add(_ totals: TotalsSection, of tickets: Int) throws(RowError) {
    ticketCount += tickets
    let (omitted, parts) = try totals.content(of: metric)
    for (why, count) in omitted { omissions[why, default: 0] += count }
    guard let times = totals.times(of: metric), case .one(let key) = place(of: times) else {
      return
    }
    let time = Timestamp(microseconds: times.lowerBound)
    if earliest.map({ time < $0 }) ?? true { earliest = time }
    for part in parts {
      count(part, in: cell(at: key, part: part.name))
    }
  }

  /// Where values of some times count.
  enum TotalsPlace: Equatable {
    case none, several
    case one(key: String?)
  }

  func place(of times: ClosedRange<Int64>) -> TotalsPlace {
    let since = filter.since?.microseconds ?? .min
    let until = filter.until?.microseconds ?? .max
    guard times.upperBound >= since, times.lowerBound < until || until == .max else {
      return .none
    }
    guard times.lowerBound >= since, times.upperBound < until || until == .max else {
      return .several
    }
    guard !boundaries.isEmpty else { return .one(key: nil) }
    func part(_ time: Int64) -> Int? { boundaries.lastIndex { $0.microseconds <= time } }
    let first = part(times.lowerBound)
    guard first == part(times.upperBound) else { return .several }
    guard let first, first < boundaries.count - 1 else { return .none }
    return .one(key: "\(first)")
  }
}
