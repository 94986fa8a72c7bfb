internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections
internal import Dispatch
internal import Synchronization

/// A ticket as a reading of the view `quality` comes upon it.
enum QualityTicket {
  /// Its row, and what its clocks depend on where that is asked for.
  case stored(StoredFacts, clocks: [UInt8]?)
  /// Its history, where the row does not tell of the moment.
  case folded(TicketHistory)
}

/// What is read of every ticket.
protocol QualityPlan: Sendable {
  associatedtype Answer: Sendable

  /// The instant of evaluation.
  var now: Timestamp { get }
  /// By what was known.
  var knownAt: KnownAt? { get }
  /// Which values are wanted, where tickets without any may be left out.
  var filter: MetricFilter? { get }
  /// Whether what clocks depend on is wanted.
  var needsClocks: Bool { get }

  /// Makes what reads tickets one after the other, for each thread its own; nil is not handed out.
  func makeReader() -> (QualityTicket) throws(RowError) -> Answer?
}

extension Store {
  /// How many tickets are read before any of them is handed out.
  private static let readTogether = 4_096
  /// How many of them one thread reads at a time; a history takes much longer than a row.
  private static let readByOne = 256

  /// A ticket that waits to be read.
  private enum Waiting: Sendable {
    case row([UInt8], clocks: [UInt8]?)
    case history(first: Position, foreign: [Position])
  }

  /// Hands out what a plan reads of every ticket, in order of their first positions, until `each` says
  /// false.
  func scan<Plan: QualityPlan>(
    _ plan: Plan, _ each: (Plan.Answer) throws -> Bool
  ) throws {
    // A damaged row makes the reading begin again, without the stored rows.
    var done: Position?
    try reading(qualityView) { rows, log in
      guard plan.needsClocks else {
        return try scan(plan, rows, clocks: nil, log, done: &done, each)
      }
      try reading(ticketsView) { tickets, _ in
        try scan(plan, rows, clocks: tickets, log, done: &done, each)
      }
    }
  }

  private func scan<Plan: QualityPlan>(
    _ plan: Plan, _ rows: ViewRows, clocks: ViewRows?, _ log: LogPrefix, done: inout Position?,
    _ each: (Plan.Answer) throws -> Bool
  ) throws {
    let retractions = try BatchRetractions(rows, log)
    let known = try log.count(knownAt: plan.knownAt)
    var block: [(first: Position, ticket: Waiting)] = []
    /// False ends the reading.
    func handOut() throws -> Bool {
      for answer in try read(block.map(\.ticket), plan, retractions, log) {
        if let answer, try !each(answer) { return false }
      }
      done = block.last?.first ?? done
      block.removeAll(keepingCapacity: true)
      return true
    }
    let begin = done
    var isWanted = true
    func take(_ key: [UInt8], _ value: [UInt8]) throws -> Bool {
      let first = TicketsView.position(in: key)
      guard begin.map({ $0 < first }) ?? true else { return true }
      var answer = TicketRowHead.Answer.unknown
      if known != .unclear {
        answer = try QualityView.read(value).head.answer(
          asOf: plan.now, known: known.count, first: first)
      }
      switch answer {
      case .absent: return true
      case .state:
        let row = try clocks?.value(TicketsView.key(.clocks, first))
        block.append((first, .row(value, clocks: row)))
      case .unknown:
        let foreign = try rows.value(TicketsView.key(.foreign, first))
        block.append(
          (
            first,
            .history(
              first: first, foreign: try foreign.map { try TicketsView.positions(in: $0) } ?? [])
          ))
      }
      if block.count == Store.readTogether { isWanted = try handOut() }
      return isWanted
    }
    if let places = try Store.places(of: plan, rows) {
      for first in places {
        let key = TicketsView.key(.state, first)
        guard let value = try rows.value(key) else { continue }
        guard try take(key, value) else { return }
      }
    } else {
      try rows.scan([TicketsView.Kind.state.rawValue], take)
    }
    if isWanted { _ = try handOut() }
  }

  /// The first positions of the tickets that may have values that a plan wants, sorted; nil: all.
  private static func places(
    of plan: some QualityPlan, _ rows: ViewRows
  ) throws -> [Position]? {
    guard let filter = plan.filter else { return nil }
    if let agent = filter.agent ?? filter.keys[.agent] {
      var places: [Position] = []
      try rows.scan(QualityView.prefix(ofAgent: agent)) { key, _ in
        places.append(TicketsView.position(in: key))
        return true
      }
      return places
    }
    guard let since = filter.since, let until = filter.until, since < until else { return nil }
    let months = QualityFacts.month(of: since)...QualityFacts.month(of: until)
    var places: Set<Position> = []
    for month in months {
      try rows.scan(QualityView.prefix(ofMonth: month)) { key, _ in
        places.insert(TicketsView.position(in: key))
        return true
      }
    }
    return places.sorted()
  }

  /// Reads tickets on all cores; the answers are in their order.
  private func read<Plan: QualityPlan>(
    _ tickets: [Waiting], _ plan: Plan, _ retractions: BatchRetractions, _ log: LogPrefix
  ) throws -> [Plan.Answer?] {
    let count = (tickets.count + Store.readByOne - 1) / Store.readByOne
    let parts = Mutex<[Result<[Plan.Answer?], any Error>?]>(Array(repeating: nil, count: count))
    let schema = schema
    DispatchQueue.concurrentPerform(iterations: count) { number in
      let range =
        number * Store.readByOne..<min((number + 1) * Store.readByOne, tickets.count)
      let result = Result {
        let reader = plan.makeReader()
        return try tickets[range].map { waiting in
          let ticket: QualityTicket
          switch waiting {
          case .row(let bytes, let clocks):
            ticket = .stored(try QualityView.read(bytes).facts, clocks: clocks)
          case .history(let first, let foreign):
            ticket = .folded(
              TicketHistory(
                events: retractions.completing(
                  try log.events(of: log.event(at: first).envelope.stream),
                  foreign: try foreign.map { try log.event(at: $0) }),
                schema: schema))
          }
          return try QualityView.reading { () throws(RowError) in try reader(ticket) }
        }
      }
      parts.withLock { $0[number] = result }
    }
    return try parts.withLock { try $0.compactMap { $0 }.flatMap { try $0.get() } }
  }
}

/// How much of the log was known at a moment, as rows can be asked for it.
private enum KnownCount: Equatable {
  case all
  case events(UInt64)
  /// A source's claim picks events out of the log: no row tells which.
  case unclear

  var count: UInt64? {
    if case .events(let count) = self { count } else { nil }
  }
}

extension LogPrefix {
  fileprivate func count(knownAt: KnownAt?) throws -> KnownCount {
    switch knownAt {
    case .position(let last)?: .events(min(last.rawValue, .max - 1) + 1)
    case .recorded(let instant)?: .events(try count(recordedThrough: instant))
    case .sourceClaim?: .unclear
    case nil: .all
    }
  }
}
