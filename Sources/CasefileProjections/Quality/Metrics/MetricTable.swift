package import CasefileModel

/// A metric over many tickets, in cuts.
public struct MetricTable: Sendable {
  /// By what values are told apart.
  public typealias Cut = MetricCut

  /// The values of one cell.
  public struct Row: Hashable, Sendable {
    /// The agent, the month or whatever the cut tells apart; nil for nobody's, and in the cut `all`.
    public let key: String?
    /// The criterion, the scale or the kind; nil where the metric has none.
    public let part: String?
    /// How many values.
    public var count: Int { values.count }
    /// How many tickets they are on.
    public let ticketCount: Int
    /// All of them together.
    public let sum: Int64
    /// The values.
    package let values: MetricValues

    /// The value under which a share of all lies, by the nearest rank; nil of nothing.
    ///
    /// - Parameter permille: 500 is the median, the lower one of two in the middle.
    public func quantile(permille: Int) -> Int64? {
      values.value(ofRank: values.rank(permille: permille))
    }
  }

  struct Place: Hashable {
    let key: String?
    let part: String?
  }

  struct Cell {
    var values = MetricValues()
    var ticketCount = 0
    var sum: Int64 = 0
    var firstTicket: String?
    var lastTicket: String?

    mutating func add(_ value: Int64) {
      values.append(value)
      add(toSum: value)
    }

    mutating func add(_ more: [Int64]) {
      values.append(more)
      for value in more { add(toSum: value) }
    }

    mutating func add(_ value: Int64, of ticket: String?) {
      add(value)
      guard let ticket, lastTicket != ticket else { return }
      if lastTicket == nil { firstTicket = ticket }
      lastTicket = ticket
      ticketCount += 1
    }

    fileprivate mutating func add(toSum value: Int64) {
      let (sum, isOver) = sum.addingReportingOverflow(value)
      self.sum = isOver ? (value > 0 ? .max : .min) : sum
    }
  }

  /// The metric.
  public let metric: Metric
  /// The cut.
  public let cut: MetricCut
  /// Which values are taken.
  public let filter: MetricFilter
  /// How many tickets were looked at.
  public internal(set) var ticketCount = 0
  /// How many contacts outside of tickets were looked at.
  public internal(set) var contactCount = 0
  /// What is no value, by why.
  public internal(set) var omissions: [Metric.Omission: Int] = [:]
  /// When the first of its values was so.
  package internal(set) var earliest: Timestamp?
  /// Where parts of the time meet by which values are told apart in the place of the cut; the key is
  /// the number of the part.
  package var boundaries: [Timestamp] = []
  var keys: MetricKeys
  private(set) var places: [Place: Int] = [:]
  private(set) var cells: [Cell] = []
  let isWanted: (@Sendable (MetricSample) -> Bool)?

  /// Begins a table.
  ///
  /// - Parameters:
  ///   - metric: what is measured.
  ///   - cut: by what values are told apart.
  ///   - filter: which values are taken.
  ///   - keys: the zone and the companies, for the cuts that need them.
  ///   - isWanted: which values are taken of those; all unless it says otherwise.
  public init(
    _ metric: Metric, by cut: MetricCut = .all, filter: MetricFilter = MetricFilter(),
    keys: MetricKeys = MetricKeys(), where isWanted: (@Sendable (MetricSample) -> Bool)? = nil
  ) {
    self.metric = metric
    self.cut = cut
    self.filter = filter
    self.keys = keys
    self.isWanted = isWanted
  }

  /// Whether tickets must come with their traits.
  public var needsTraits: Bool { cut.needsTraits || filter.needsTraits }

  /// Whether tickets must come with the calendars by which their policies count.
  public var needsCalendars: Bool { cut == .hours || filter.needsCalendars }

  /// Adds what one ticket gives; tickets come one after the other.
  public mutating func add(_ ticket: TicketMetric) {
    if ticket.contact == nil { ticketCount += 1 } else { contactCount += 1 }
    if !ticket.omissions.isEmpty {
      for (why, count) in ticket.omissions { omissions[why, default: 0] += count }
    }
    for sample in ticket.samples {
      guard filter.matches(sample, on: ticket.traits, &keys), isWanted?(sample) ?? true else {
        continue
      }
      if !boundaries.isEmpty {
        let part = boundaries.lastIndex { $0 <= sample.at }
        if let part, part < boundaries.count - 1 { add(sample, "\(part)") }
      } else if cut == .tag || cut == .cause {
        for key in keys.keys(of: sample, on: ticket.traits, by: cut) { add(sample, key) }
      } else {
        add(sample, keys.key(of: sample, on: ticket.traits, by: cut))
      }
    }
  }

  private mutating func add(_ sample: MetricSample, _ key: String?) {
    if earliest.map({ sample.at < $0 }) ?? true { earliest = sample.at }
    count(sample.value, of: sample.ticket, in: cell(at: key, part: sample.part))
  }

  /// The number of a cell, which may be a new one.
  mutating func cell(at key: String?, part: String?) -> Int {
    let place = Place(key: key, part: part)
    if let known = places[place] { return known }
    places[place] = cells.count
    cells.append(Cell())
    return cells.count - 1
  }

  mutating func count(_ value: Int64, of ticket: String?, in cell: Int) {
    cells[cell].add(value, of: ticket)
  }

  /// The same of a ticket that no other portion has.
  ///
  /// - Parameter isFirst: whether it is the first value of the ticket in the cell.
  mutating func count(_ value: Int64, isFirst: Bool, in cell: Int) {
    cells[cell].add(value)
    if isFirst { cells[cell].ticketCount += 1 }
  }

  /// The same of several values.
  ///
  /// - Parameter ticketCount: of how many tickets they are the first values in the cell.
  mutating func count(_ values: [Int64], ticketCount: Int, in cell: Int) {
    cells[cell].add(values)
    cells[cell].ticketCount += ticketCount
  }

  /// The same of ones and noughts, each on a ticket of its own that no other portion has.
  mutating func count(shares no: Int, _ yes: Int, in cell: Int) {
    merge(
      Cell(
        values: MetricValues(shares: no, yes), ticketCount: no + yes, sum: Int64(yes)), into: cell)
  }

  /// The same of values that were put together before, on tickets that no other portion has.
  mutating func count(_ part: TotalsSection.Part, in cell: Int) {
    merge(
      Cell(
        values: part.values, ticketCount: part.ticketCount, sum: part.values.sum,
        firstTicket: part.tickets.first, lastTicket: part.tickets.last), into: cell)
  }

  /// Looks up what `rows` does else.
  package mutating func settle() {
    for cell in cells.indices { cells[cell].values.settle() }
  }

  /// Adds a cell of tickets that come next.
  mutating func merge(_ other: Cell, into cell: Int) {
    cells[cell].values.append(other.values)
    cells[cell].add(toSum: other.sum)
    cells[cell].ticketCount += other.ticketCount
    guard let first = other.firstTicket else { return }
    if cells[cell].lastTicket == first { cells[cell].ticketCount -= 1 }
    if cells[cell].firstTicket == nil { cells[cell].firstTicket = first }
    cells[cell].lastTicket = other.lastTicket
  }

  /// The cells by key, then by part; what is nobody's comes last.
  ///
  /// - Complexity: looks at all values some times; keep it.
  public var rows: [Row] {
    places.map { place, index in
      var values = cells[index].values
      values.settle()
      return Row(
        key: place.key, part: place.part, ticketCount: cells[index].ticketCount,
        sum: cells[index].sum, values: values)
    }.sorted { one, other in
      func order(_ row: Row) -> (Int, Int, String, String) {
        (
          row.key == nil ? 1 : 0, row.key.map { cut.rank(of: $0) } ?? 0, row.key ?? "",
          row.part ?? ""
        )
      }
      return order(one) < order(other)
    }
  }
}
