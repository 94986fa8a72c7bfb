import CasefileModel

/// A metric over many tickets, in cuts.
public struct MetricTable: Sendable {
  /// By what values are told apart. Whose a value is, is who acted or held the ticket then.
  public enum Cut: String, Hashable, Sendable, CaseIterable {
    /// All together.
    case all
    /// By agent.
    case agent
    /// By the group that had the ticket.
    case group
    /// By month, in UTC.
    case month
  }

  /// The values of one cell.
  public struct Row: Hashable, Sendable {
    /// The agent, the group or the month; nil for nobody's, and in the cut `all`.
    public let key: String?
    /// The criterion or the scale; nil where the metric has none.
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

  /// The metric.
  public let metric: Metric
  /// The cut.
  public let cut: Cut
  /// How many tickets were looked at.
  public private(set) var ticketCount = 0
  /// What is no value, by why.
  public private(set) var omissions: [Metric.Omission: Int] = [:]
  private var cells: [[String?]: (values: [Int64], tickets: Set<String>)] = [:]
  private let isWanted: @Sendable (MetricSample) -> Bool

  /// Begins a table.
  ///
  /// - Parameter isWanted: which values are taken; all unless it says otherwise.
  public init(
    _ metric: Metric, by cut: Cut = .all,
    where isWanted: @escaping @Sendable (MetricSample) -> Bool = { _ in true }
  ) {
    self.metric = metric
    self.cut = cut
    self.isWanted = isWanted
  }

  /// Adds what one ticket gives.
  public mutating func add(_ ticket: TicketMetric) {
    ticketCount += 1
    for (why, count) in ticket.omissions { omissions[why, default: 0] += count }
    for sample in ticket.samples where isWanted(sample) {
      let key: String? =
        switch cut {
        case .all: nil
        case .agent: sample.agent
        case .group: sample.group
        case .month: String(sample.at.description.prefix(7))
        }
      var cell = cells[[key, sample.part]] ?? ([], [])
      cell.values.append(sample.value)
      cell.tickets.insert(sample.ticket)
      cells[[key, sample.part]] = cell
    }
  }

  /// The cells by key, then by part; what is nobody's comes last.
  public var rows: [Row] {
    cells.map { place, cell in
      Row(
        key: place[0], part: place[1], ticketCount: cell.tickets.count,
        sum: cell.values.reduce(0, +), values: cell.values.sorted())
    }.sorted { one, other in
      func order(_ row: Row) -> (Int, String, String) {
        (row.key == nil ? 1 : 0, row.key ?? "", row.part ?? "")
      }
      return order(one) < order(other)
    }
  }
}
