import Casefile
import CasefileModel
import CasefileProjections

/// An agent's figures of a period, as whole numbers with their units.
struct ClosedFigures {
  let period: Period
  /// The newest event that was known.
  let position: Position
  /// By metric, statistic, part and unit.
  private(set) var values: [String: Int64] = [:]

  /// The metrics that are fixed: what is true of an instant belongs to no period, and topics and
  /// outcomes of calls are nobody's merit.
  static let metrics = Metric.allCases.filter {
    ![.backlog, .stale, .reasons, .callOutcomes].contains($0)
  }

  /// Works the figures out by what was known at a position.
  ///
  /// - Parameter isNow: by all that is known instead, of the same instant.
  init(
    agent: String, period: Period, position: Position, isNow: Bool = false, in store: Store
  ) throws {
    self.period = period
    self.position = position
    var asked = TicketQuestion()
    asked.knownAt = .position(position)
    // Figures of a whole period depend on no zone.
    let reader = Reader()
    let then = try ReportQuestion(asked, period, reader, head: try store.head, in: store)
    asked.asOf = then.now
    if isNow { asked.knownAt = nil }
    let question = try ReportQuestion(asked, period, reader, head: try store.head, in: store)
    var report = MetricReport(question: question, agent: agent)
    try report.read(ClosedFigures.metrics, cuts: [.all])
    for metric in ClosedFigures.metrics {
      for part in report.cells.parts(of: metric) {
        let cell = report.cells[.init(metric: metric, part: part)]
        guard cell.count > 0 else { continue }
        let name = metric.rawValue + (part.map { "[\($0)]" } ?? "")
        values["\(name).count.\(metric.counted.rawValue)"] = Int64(cell.count)
        let (unit, value) = ClosedFigures.figure(of: cell, metric)
        if let value { values["\(name).\(metric.mainStatistic.rawValue).\(unit)"] = value }
      }
    }
  }

  /// The figure that tells most, in a unit in which it is whole.
  private static func figure(
    of cell: MetricCells.Cell, _ metric: Metric
  ) -> (unit: String, value: Int64?) {
    switch metric.mainStatistic {
    case .median, .p90, .count: ("seconds", cell.quantile(permille: 500))
    case .sum: (metric.counted.rawValue, cell.sum)
    case .share:
      // Both parts are kept by the number beside it: nothing is lost by rounding.
      metric.unit == .permille
        ? ("permille", MetricCells.rounded(cell.sum, over: cell.count, parts: 1))
        : (metric.counted.rawValue, cell.sum)
    case .mean:
      (
        "hundredths",
        MetricCells.rounded(
          cell.sum, over: metric.isSummedByTicket ? cell.ticketCount : cell.count, parts: 100)
      )
    }
  }

  /// The values by name.
  var json: JSONValue { ClosedFigures.json(values) }

  static func json(_ values: [String: Int64]) -> JSONValue {
    .object(values.sorted { $0.key < $1.key }.map { .init($0.key, .int($0.value)) })
  }
}

/// Figures that stand in the log.
struct ClosedPeriod {
  let payload: KPIPeriodClosed
  /// The event that fixed them.
  let position: Position
  /// When that was recorded.
  let recordedAt: Timestamp
  /// The earlier event that fixed figures of the same agent, set and period, which hold; nil: these do.
  private(set) var heldBy: Position?

  /// Whether the period lasted still when they were fixed.
  var isEarly: Bool { payload.periodTo.map { $0 > recordedAt } ?? false }

  /// Of whom and of which time figures are: there is one answer to each.
  private struct Subject: Hashable {
    let kpi: String
    let agent: String
    let from: Timestamp?
    let to: Timestamp?
  }

  /// Those that were not retracted, in the order in which they were fixed: the first of the same agent,
  /// set and period hold.
  static func all(in store: Store, kpi: String?, agent: String?) throws -> [ClosedPeriod] {
    let type = KPIPeriodClosed.type.number
    var streams: Set<StreamID> = []
    try store.read(EventReadOptions(query: EventQuery(types: [type]), includesContent: false)) {
      streams.insert($0.envelope.stream)
      return true
    }
    let events = try store.amendedEvents(of: streams, types: [type])
    let amendments = Amendments(events, schema: store.schema)
    var first: [Subject: Position] = [:]
    return events.filter { $0.envelope.typeNumber == type }.sorted { $0.position < $1.position }
      .compactMap { event in
        let entry = amendments.entry(of: event)
        guard entry.retractedBy == nil, let payload = try? KPIPeriodClosed(from: entry.fields),
          kpi.map({ payload.kpiId == $0 }) ?? true, agent.map({ payload.agentId == $0 }) ?? true
        else { return nil }
        let subject = Subject(
          kpi: payload.kpiId, agent: payload.agentId, from: payload.periodFrom,
          to: payload.periodTo)
        defer { first[subject] = first[subject] ?? event.position }
        return ClosedPeriod(
          payload: payload, position: event.position, recordedAt: event.envelope.recordedAt,
          heldBy: first[subject])
      }
  }

  /// What the log gives, beside what was fixed.
  struct Comparison {
    let closed: ClosedPeriod
    /// What the log gives; nil where the event does not say by which position it was made.
    let made: [String: Int64]?

    /// The names whose values are not the same; what the log gives and nobody fixed is among them, since
    /// figures that were left out may be the bad ones.
    var differences: [String] {
      guard let made else { return ["asOfPosition"] }
      let fixed = closed.payload.values
      return Set(made.keys).union(fixed.keys).filter { made[$0] != fixed[$0] }.sorted()
    }

    /// Whether the figures are those of the agent, the set and the period, and those that the log gives.
    var isSound: Bool { differences.isEmpty && closed.heldBy == nil && !closed.isEarly }
  }

  /// Makes the figures again.
  func compared(isNow: Bool, in store: Store) throws -> Comparison {
    guard let known = payload.asOfPosition.flatMap({ UInt64(exactly: $0) }),
      Position(known) < position
    else { return Comparison(closed: self, made: nil) }
    let period = Period(since: payload.periodFrom, until: payload.periodTo)
    let figures = try ClosedFigures(
      agent: payload.agentId, period: period, position: Position(known), isNow: isNow,
      in: store)
    return Comparison(closed: self, made: figures.values)
  }
}

extension ClosedPeriod.Comparison {
  var json: JSONValue {
    let payload = closed.payload
    return [
      "kpi": .string(payload.kpiId), "agent": .string(payload.agentId),
      "since": JSONValue(payload.periodFrom), "until": JSONValue(payload.periodTo),
      "position": JSONValue(closed.position.rawValue),
      "asOfPosition": payload.asOfPosition.map { .int($0) } ?? .null,
      "values": ClosedFigures.json(payload.values),
      "made": made.map { ClosedFigures.json($0) } ?? .null,
      "differences": .array(differences.map { .string($0) }),
      "heldBy": JSONValue(closed.heldBy?.rawValue), "early": .bool(closed.isEarly),
    ]
  }

  func lines(_ phrases: any Phrases) -> [String] {
    let payload = closed.payload
    let head = phrases.checkedFigures(
      VisibleText.escape(payload.agentId), at: "\(closed.position)",
      known: payload.asOfPosition.map { "\($0)" }, differences: differences.count)
    let said =
      [closed.heldBy.map { "  " + phrases.fixedAgain(after: "\($0)") }].compactMap { $0 }
      + (closed.isEarly ? ["  " + phrases.fixedEarly] : [])
    return [head] + said
      + differences.map { name in
        let (fixed, found) = (payload.values[name], made?[name])
        return VisibleText.escape(
          "  \(name)  \(fixed.map { "\($0)" } ?? phrases.noData) → "
            + "\(found.map { "\($0)" } ?? phrases.noData)")
      }
  }
}
