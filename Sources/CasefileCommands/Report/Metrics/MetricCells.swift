import CasefileModel
import CasefileProjections

/// The values of several metrics over many tickets, told apart by cells.
struct MetricCells {
  /// Where a value counts.
  struct Place: Hashable {
    let metric: Metric
    /// The agent or the topic; nil for nobody's, and where all count together.
    var key: String?
    /// The criterion, the scale or the kind.
    var part: String?
    /// The part of the time.
    var step: Int?
  }

  /// The values of one cell.
  struct Cell {
    private(set) var values = MetricValues()
    private(set) var sum: Int64 = 0
    /// How many tickets they are on, counted once for each cell that was put together.
    private(set) var ticketCount = 0

    var count: Int { values.count }

    init() {}

    init(_ row: MetricTable.Row) {
      values = row.values
      sum = row.sum
      ticketCount = row.ticketCount
    }

    /// Several cells together.
    init(_ cells: [Cell]) {
      guard cells.count != 1 else {
        self = cells[0]
        return
      }
      for cell in cells {
        values.append(cell.values)
        ticketCount += cell.ticketCount
        let (sum, isOver) = sum.addingReportingOverflow(cell.sum)
        self.sum = isOver ? (cell.sum > 0 ? .max : .min) : sum
      }
      values.settle()
    }

    /// By the nearest rank, as `MetricTable` has it.
    func quantile(permille: Int) -> Int64? {
      values.value(ofRank: values.rank(permille: permille))
    }
  }

  private var cells: [Place: Cell] = [:]
  private var known: [Metric: Set<String?>] = [:]
  /// What is no value, by metric and why. Whatever the period: what is not there has no time.
  private(set) var omissions: [Metric: [Metric.Omission: Int]] = [:]

  /// Takes the cells of a table: of all together, of agents, or of parts of the time.
  mutating func take(_ table: MetricTable) {
    for row in table.rows {
      var place = Place(metric: table.metric, part: row.part)
      if !table.boundaries.isEmpty {
        place.step = row.key.flatMap { Int($0) }
      } else if table.cut == .agent {
        // Nobody has the empty key; all together have none.
        place.key = row.key ?? ""
      }
      cells[place] = Cell(row)
      known[table.metric, default: []].insert(row.part)
    }
    omissions[table.metric] = table.omissions.isEmpty ? nil : table.omissions
  }

  subscript(_ place: Place) -> Cell { cells[place] ?? Cell() }

  /// The values of all parts together. Only for metrics whose parts are told on one scale.
  func merged(_ metric: Metric, key: String? = nil, step: Int? = nil) -> Cell {
    let parts = parts(of: metric).map {
      self[Place(metric: metric, key: key, part: $0, step: step)]
    }
    return parts.isEmpty ? Cell() : Cell(parts)
  }

  /// The keys that have a value of any of some metrics, sorted; nil last.
  func keys(of metrics: [Metric]) -> [String?] {
    let wanted = Set(metrics)
    let keys = Set(cells.keys.filter { wanted.contains($0.metric) }.map(\.key))
    return keys.compactMap { $0 }.sorted() + (keys.contains(nil) ? [nil] : [])
  }

  /// The parts of a metric that have a value, sorted; nil last.
  func parts(of metric: Metric) -> [String?] {
    let parts = known[metric] ?? []
    return parts.compactMap { $0 }.sorted() + (parts.contains(nil) ? [nil] : [])
  }

  /// The omissions of some metrics, in the order of the metrics.
  func omissions(of metrics: [Metric]) -> [ReportOmissionCount] {
    metrics.flatMap { metric in
      Metric.Omission.allCases.compactMap { why in
        omissions[metric]?[why].map { ReportOmissionCount(why: .metric(metric, why), count: $0) }
      }
    }
  }
}

extension Metric {
  /// What tells most of its values together.
  var mainStatistic: ReportStatistic {
    switch unit {
    case .seconds: isSummedByTicket ? .mean : .median
    case .share, .permille: .share
    case .mark, .balance, .points: .mean
    case .count:
      switch self {
      case .touches, .workTouches, .followUpQuestions, .entrySteps: .mean
      default: .sum
      }
    }
  }
}

extension MetricCells.Cell {
  /// A figure of the values; no data of none, but the number of nothing is nought.
  func figure(_ statistic: ReportStatistic, of metric: Metric) -> ReportValue {
    switch statistic {
    case .count: return .count(count)
    case .sum where metric.unit == .count || metric.unit == .share: return .count(Int(sum))
    case _ where values.count == 0: return .noData
    case .sum: return value(sum, metric)
    case .median: return quantile(permille: 500).map { value($0, metric) } ?? .noData
    case .p90: return quantile(permille: 900).map { value($0, metric) } ?? .noData
    case .share:
      let whole = metric.unit == .permille ? 1_000 * count : count
      return .part(Int(sum), of: whole)
    case .mean:
      let count = metric.isSummedByTicket ? ticketCount : count
      switch metric.unit {
      case .seconds: return .seconds(MetricCells.rounded(sum, over: count, parts: 1))
      // Points of a hundred, as such balances are told everywhere.
      case .balance:
        return .decimal(MetricCells.rounded(sum, over: count, parts: 1_000), decimals: 1)
      case .points:
        return .decimal(MetricCells.rounded(sum, over: count, parts: 1), decimals: 1)
      default: return .decimal(MetricCells.rounded(sum, over: count, parts: 100), decimals: 2)
      }
    }
  }

  private func value(_ value: Int64, _ metric: Metric) -> ReportValue {
    metric.unit == .seconds ? .seconds(value) : .decimal(value, decimals: 0)
  }
}

extension MetricCells {
  /// The mean in so many parts, rounded to the nearest, halves away from nought.
  static func rounded(_ sum: Int64, over count: Int, parts: Int64) -> Int64 {
    let (product, isOver) = sum.magnitude.multipliedReportingOverflow(by: UInt64(parts) * 2)
    guard !isOver, count > 0 else { return 0 }
    let quotient = Int64((product + UInt64(count)) / (UInt64(count) * 2))
    return sum < 0 ? -quotient : quotient
  }
}
