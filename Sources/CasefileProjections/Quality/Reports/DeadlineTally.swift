public import CasefileModel

/// Counts of verdicts on deadlines, in cuts and over time.
///
/// An instance counts in the period in which it was decided: a met one when it stopped, a breached one
/// when its first deadline passed. Those that are not decided stand beside; cancelled ones and those of
/// which nothing can be told are no part of any share.
public struct DeadlineTally: Sendable {
  /// What was counted in one cell.
  public struct Counts: Hashable, Sendable {
    /// Stopped in time.
    public internal(set) var met = 0
    /// Past a deadline.
    public internal(set) var breached = 0
    /// Not decided at the instant of evaluation.
    public internal(set) var pending = 0
    /// Past a deadline, and not done at the instant of evaluation; whenever it was breached.
    public internal(set) var overdue = 0
    /// Given up before they were decided.
    public internal(set) var cancelled = 0
    /// Nothing can be told of them.
    public internal(set) var notAssessable = 0

    /// What a share is of: those that were decided.
    public var decided: Int { met + breached }

    /// Nothing counted.
    public init() {}

    /// Adds other counts.
    ///
    /// - Parameters:
    ///   - left: what is added to.
    ///   - right: what is added.
    public static func += (left: inout Counts, right: Counts) {
      left.met += right.met
      left.breached += right.breached
      left.pending += right.pending
      left.overdue += right.overdue
      left.cancelled += right.cancelled
      left.notAssessable += right.notAssessable
    }
  }

  /// By what instances are told apart beside their clock.
  public enum Cut: String, Hashable, Sendable, CaseIterable {
    /// The clock alone.
    case clock
    /// The priority when it was decided.
    case priority
    /// The group that had the ticket then.
    case group
    /// Who held it then.
    case agent
  }

  /// One cell.
  public struct Row: Hashable, Sendable {
    /// The clock.
    public let clock: ClockName
    /// The priority, the group or the agent; nil where there was none, and in the cut `clock`.
    public let key: String?
    /// What was counted.
    public let counts: Counts
  }

  /// What was so in one part of the time.
  public struct Step: Hashable, Sendable {
    /// Its first instant.
    public let from: Timestamp
    /// The first instant after it.
    public let until: Timestamp
    /// Decided in it.
    public internal(set) var counts = Counts()
    /// How many instances were overdue at its end.
    public internal(set) var overdue = 0
    /// On how many tickets.
    public internal(set) var overdueTickets = 0
  }

  /// How many tickets had an instance that counts.
  public private(set) var ticketCount = 0
  /// All together.
  public private(set) var total = Counts()
  /// The parts of the time, one after the other.
  public private(set) var steps: [Step]
  /// How many instances were overdue when the first part began.
  public private(set) var overdueBefore = 0
  private var cells: [Cut: [Cell: Counts]] = [:]
  private let since: Timestamp?
  private let until: Timestamp?
  private let isWanted: @Sendable (ClockOutcome) -> Bool

  private struct Cell: Hashable {
    let clock: ClockName
    let key: String?
  }

  /// Begins a count.
  ///
  /// - Parameters:
  ///   - since: the first instant of the period; nil: from the beginning.
  ///   - until: the first instant after it; nil: to the instant of evaluation.
  ///   - boundaries: where the parts of the time meet, in order, both ends included; fewer than two:
  ///     there are none.
  ///   - isWanted: which instances are taken.
  public init(
    since: Timestamp? = nil, until: Timestamp? = nil, boundaries: [Timestamp] = [],
    where isWanted: @escaping @Sendable (ClockOutcome) -> Bool = { _ in true }
  ) {
    self.since = since
    self.until = until
    self.isWanted = isWanted
    steps = zip(boundaries, boundaries.dropFirst()).map { Step(from: $0, until: $1) }
  }

  /// Whether an instance counts, and as what.
  ///
  /// - Parameter outcome: the instance.
  public func counts(of outcome: ClockOutcome) -> Counts? {
    guard isWanted(outcome) else { return nil }
    var counts = Counts()
    // Whatever began after the period is no part of it.
    let isBegun = until.map { outcome.judged.startedAt < $0 } ?? true
    if outcome.isOverdue, isBegun { counts.overdue = 1 }
    switch outcome.judged.verdict {
    case .met where contains(outcome.decidedAt): counts.met = 1
    case .breached where contains(outcome.decidedAt): counts.breached = 1
    case .cancelled where contains(outcome.decidedAt): counts.cancelled = 1
    case .pending where isBegun: counts.pending = 1
    case .notAssessable where contains(outcome.judged.startedAt): counts.notAssessable = 1
    default: break
    }
    return counts == Counts() ? nil : counts
  }

  /// Whether an instance belongs to the period by more than that it is overdue at its end.
  ///
  /// - Parameter outcome: the instance.
  public func wasCounted(_ outcome: ClockOutcome) -> Bool {
    var counts = counts(of: outcome) ?? Counts()
    counts.overdue = 0
    return counts != Counts()
  }

  private func contains(_ instant: Timestamp?) -> Bool {
    guard let instant else { return false }
    return since.map { $0 <= instant } ?? true && until.map { instant < $0 } ?? true
  }

  /// Adds all outcomes of one ticket.
  ///
  /// - Parameter outcomes: of one ticket, at the instant of evaluation.
  public mutating func add(_ outcomes: [ClockOutcome]) {
    var hasCounted = false
    for outcome in outcomes {
      guard let counts = counts(of: outcome) else { continue }
      hasCounted = true
      total += counts
      for cut in Cut.allCases {
        let key: String? =
          switch cut {
          case .clock: nil
          case .priority: outcome.priority
          case .group: outcome.group
          case .agent: outcome.holder
          }
        cells[cut, default: [:]][Cell(clock: outcome.judged.clock, key: key), default: Counts()] +=
          counts
      }
      if let decided = outcome.decidedAt, let step = step(containing: decided) {
        var decidedCounts = counts
        decidedCounts.overdue = 0
        steps[step].counts += decidedCounts
      }
    }
    if hasCounted { ticketCount += 1 }
    addOverdue(outcomes.filter(isWanted))
  }

  /// Which parts an instance was overdue at the end of.
  private mutating func addOverdue(_ outcomes: [ClockOutcome]) {
    guard let first = steps.first else { return }
    var late: Set<Int> = []
    for outcome in outcomes {
      for time in outcome.overdue {
        if time.from < first.from, time.until.map({ first.from <= $0 }) ?? true {
          overdueBefore += 1
        }
        var step = steps.firstPlace { time.from < $0.until }
        while step < steps.count, time.until.map({ steps[step].until <= $0 }) ?? true {
          steps[step].overdue += 1
          late.insert(step)
          step += 1
        }
      }
    }
    for step in late { steps[step].overdueTickets += 1 }
  }

  private func step(containing instant: Timestamp) -> Int? {
    let step = steps.firstPlace { instant < $0.until }
    return step < steps.count && steps[step].from <= instant ? step : nil
  }

  /// The cells of a cut: clocks in their order, keys sorted, nil last.
  ///
  /// - Parameter cut: by what instances are told apart.
  public func rows(by cut: Cut) -> [Row] {
    let places = Dictionary(
      uniqueKeysWithValues: ClockName.allCases.enumerated().map { ($1, $0) })
    return (cells[cut] ?? [:]).map { cell, counts in
      Row(clock: cell.clock, key: cell.key, counts: counts)
    }.sorted { one, other in
      func order(_ row: Row) -> (Int, Int, String) {
        (places[row.clock] ?? 0, row.key == nil ? 1 : 0, row.key ?? "")
      }
      return order(one) < order(other)
    }
  }
}

extension Array {
  /// The first place from which on a claim is true; the claim is false before and true after it.
  func firstPlace(where claim: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if claim(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
