import CasefileModel

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
    /// The values, sorted.
    let values: [Int64]

    /// The value under which a share of all lies, by the nearest rank; nil of nothing.
    ///
    /// - Parameter permille: 500 is the median, the lower one of two in the middle.
    public func quantile(permille: Int) -> Int64? {
      guard !values.isEmpty else { return nil }
      let rank = (values.count * permille + 999) / 1_000
      return values[max(1, min(values.count, rank)) - 1]
    }
  }

  private struct Place: Hashable {
    let key: String?
    let part: String?
  }

  private struct Cell {
    var values: [Int64] = []
    var ticketCount = 0
    var sum: Int64 = 0
    var lastTicket: String?
  }

  /// The metric.
  public let metric: Metric
  /// The cut.
  public let cut: MetricCut
  /// Which values are taken.
  public let filter: MetricFilter
  /// How many tickets were looked at.
  public private(set) var ticketCount = 0
  /// How many contacts outside of tickets were looked at.
  public private(set) var contactCount = 0
  /// What is no value, by why.
  public private(set) var omissions: [Metric.Omission: Int] = [:]
  private var keys: MetricKeys
  private var places: [Place: Int] = [:]
  private var cells: [Cell] = []
  private let isWanted: (@Sendable (MetricSample) -> Bool)?

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
      if cut == .tag || cut == .cause {
        for key in keys.keys(of: sample, on: ticket.traits, by: cut) { add(sample, key) }
      } else {
        add(sample, keys.key(of: sample, on: ticket.traits, by: cut))
      }
    }
  }

  private mutating func add(_ sample: MetricSample, _ key: String?) {
    let place = Place(key: key, part: sample.part)
    let index: Int
    if let known = places[place] {
      index = known
    } else {
      index = cells.count
      places[place] = index
      cells.append(Cell())
    }
    cells[index].values.append(sample.value)
    let (sum, isOver) = cells[index].sum.addingReportingOverflow(sample.value)
    cells[index].sum = isOver ? (sample.value > 0 ? .max : .min) : sum
    if let ticket = sample.ticket, cells[index].lastTicket != ticket {
      cells[index].lastTicket = ticket
      cells[index].ticketCount += 1
    }
  }

  /// The cells by key, then by part; what is nobody's comes last.
  ///
  /// - Complexity: sorts all values; keep it.
  public var rows: [Row] {
    places.map { place, index in
      Row(
        key: place.key, part: place.part, ticketCount: cells[index].ticketCount,
        sum: cells[index].sum, values: cells[index].values.sorted())
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
