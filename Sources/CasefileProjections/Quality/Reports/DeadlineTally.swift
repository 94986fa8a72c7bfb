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

  /// Which instances are taken.
  public struct Filter: Hashable, Sendable {
    /// Only while this group had the ticket; nil: whichever had it.
    public var group: String?
    /// Only while this agent held the ticket; nil: whoever held it.
    public var agent: String?
    /// Only this clock; nil: all.
    public var clock: ClockName?

    /// Makes a filter; without any argument all are taken.
    ///
    /// - Parameters:
    ///   - group: only while this group had the ticket.
    ///   - agent: only while this agent held the ticket.
    ///   - clock: only this clock.
    public init(group: String? = nil, agent: String? = nil, clock: ClockName? = nil) {
      self.group = group
      self.agent = agent
      self.clock = clock
    }

    func takes(_ instance: Instance) -> Bool {
      group.map { instance.group == $0 } ?? true && agent.map { instance.holder == $0 } ?? true
        && clock.map { instance.clock == $0 } ?? true
    }
  }

  /// How many tickets had an instance that counts.
  public private(set) var ticketCount = 0
  /// All together.
  public private(set) var total = Counts()
  /// When the first instance that was taken started, whether it counts or not; nil: none was taken.
  public private(set) var firstStart: Timestamp?
  /// How many instances were overdue when the first part began.
  public private(set) var overdueBefore = 0
  private var cells = Cut.allCases.map { _ in Cells() }
  let since: Timestamp?
  let until: Timestamp?
  private let filter: Filter
  /// Their counts are those of what was decided in them; overdue ones stand below.
  private var parts: [Step]
  /// By how many more instances than at the end of the part before are overdue at the end of each
  /// part, and then of how many tickets: some are overdue for hundreds of parts.
  private var growth: [Int]
  private var ticketGrowth: [Int]
  private var hasCounted = false
  /// The parts at whose ends the ticket at hand was overdue.
  private var late: [Range<Int>] = []

  /// Begins a count.
  ///
  /// - Parameters:
  ///   - since: the first instant of the period; nil: from the beginning.
  ///   - until: the first instant after it; nil: to the instant of evaluation.
  ///   - boundaries: where the parts of the time meet, in order, both ends included; fewer than two:
  ///     there are none.
  ///   - filter: which instances are taken.
  public init(
    since: Timestamp? = nil, until: Timestamp? = nil, boundaries: [Timestamp] = [],
    where filter: Filter = Filter()
  ) {
    self.since = since
    self.until = until
    self.filter = filter
    parts = zip(boundaries, boundaries.dropFirst()).map { Step(from: $0, until: $1) }
    growth = Array(repeating: 0, count: parts.count + 1)
    ticketGrowth = growth
  }

  /// A count of the same with nothing counted.
  package var emptied: DeadlineTally {
    var tally = DeadlineTally(since: since, until: until, where: filter)
    tally.parts = parts.map { Step(from: $0.from, until: $0.until) }
    tally.growth = Array(repeating: 0, count: parts.count + 1)
    tally.ticketGrowth = tally.growth
    return tally
  }

  /// The parts of the time, one after the other.
  public var steps: [Step] {
    var steps = parts
    var (overdue, tickets) = (0, 0)
    for place in steps.indices {
      overdue += growth[place]
      tickets += ticketGrowth[place]
      steps[place].overdue = overdue
      steps[place].overdueTickets = tickets
    }
    return steps
  }

  /// Whether an instance counts, and as what.
  ///
  /// - Parameter outcome: the instance.
  public func counts(of outcome: ClockOutcome) -> Counts? {
    let instance = Instance(outcome)
    return filter.takes(instance) ? counts(of: instance, isOverdue: outcome.isOverdue) : nil
  }

  private func counts(of instance: Instance, isOverdue: Bool) -> Counts? {
    var counts = Counts()
    // Whatever began after the period is no part of it.
    let isBegun = until.map { instance.startedAt < $0 } ?? true
    // Nor is what became overdue after it.
    let isPast = until.map { until in instance.decidedAt.map { $0 < until } ?? isBegun } ?? true
    if isOverdue, isPast { counts.overdue = 1 }
    switch instance.verdict {
    case .met where contains(instance.decidedAt): counts.met = 1
    case .breached where contains(instance.decidedAt): counts.breached = 1
    case .cancelled where contains(instance.decidedAt): counts.cancelled = 1
    case .pending where isBegun: counts.pending = 1
    case .notAssessable where contains(instance.startedAt): counts.notAssessable = 1
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
    for outcome in outcomes { add(Instance(outcome), overdue: outcome.overdue) }
    endTicket()
  }

  /// Adds one instance; `endTicket` follows the last one of its ticket.
  ///
  /// - Parameter overdue: when it was overdue, in order.
  mutating func add(_ instance: Instance, overdue: [ClockOutcome.Overdue]) {
    guard filter.takes(instance) else { return }
    firstStart = min(firstStart ?? instance.startedAt, instance.startedAt)
    let isOverdue = overdue.last.map { $0.until == nil } ?? false
    if var counts = counts(of: instance, isOverdue: isOverdue) {
      hasCounted = true
      total += counts
      let clock = instance.clock
      cells[0].add(counts, clock, nil)
      cells[1].add(counts, clock, instance.priority)
      cells[2].add(counts, clock, instance.group)
      cells[3].add(counts, clock, instance.holder)
      if let decided = instance.decidedAt, let step = step(containing: decided) {
        counts.overdue = 0
        parts[step].counts += counts
      }
    }
    guard let first = parts.first else { return }
    for time in overdue {
      if time.from < first.from, time.until.map({ first.from <= $0 }) ?? true {
        overdueBefore += 1
      }
      let begin = parts.firstPlace { time.from < $0.until }
      let end = time.until.map { until in parts.firstPlace { until < $0.until } } ?? parts.count
      guard begin < end else { continue }
      growth[begin] += 1
      growth[end] -= 1
      late.append(begin..<end)
    }
  }

  /// The ticket has no more instances.
  mutating func endTicket() {
    if hasCounted { ticketCount += 1 }
    hasCounted = false
    guard !late.isEmpty else { return }
    late.sort { $0.lowerBound < $1.lowerBound }
    // However many of its instances were overdue then, it is one ticket.
    var reached = 0
    for parts in late where parts.upperBound > reached {
      ticketGrowth[max(parts.lowerBound, reached)] += 1
      ticketGrowth[parts.upperBound] -= 1
      reached = parts.upperBound
    }
    late.removeAll(keepingCapacity: true)
  }

  /// Adds what another count of the same has of other tickets.
  package mutating func add(_ other: DeadlineTally) {
    ticketCount += other.ticketCount
    total += other.total
    overdueBefore += other.overdueBefore
    if let start = other.firstStart { firstStart = min(firstStart ?? start, start) }
    for cut in cells.indices { cells[cut].add(other.cells[cut]) }
    for place in parts.indices { parts[place].counts += other.parts[place].counts }
    for place in growth.indices {
      growth[place] += other.growth[place]
      ticketGrowth[place] += other.ticketGrowth[place]
    }
  }

  private func step(containing instant: Timestamp) -> Int? {
    let step = parts.firstPlace { instant < $0.until }
    return step < parts.count && parts[step].from <= instant ? step : nil
  }

  /// The cells of a cut: clocks in their order, keys sorted, nil last.
  ///
  /// - Parameter cut: by what instances are told apart.
  public func rows(by cut: Cut) -> [Row] {
    cells[cut.place].rows.sorted { one, other in
      func order(_ row: Row) -> (Int, Int, String) {
        (row.clock.place, row.key == nil ? 1 : 0, row.key ?? "")
      }
      return order(one) < order(other)
    }
  }
}

extension DeadlineTally {
  /// Of one instance what is counted.
  struct Instance {
    let clock: ClockName
    let verdict: Verdict
    let startedAt: Timestamp
    let decidedAt: Timestamp?
    let priority: String?
    let group: String?
    let holder: String?
  }

  /// What was counted of each clock with each key of a cut.
  private struct Cells: Sendable {
    private static let clocks = ClockName.allCases.count

    private var places: [String: Int] = [:]
    /// The first is none.
    private var keys: [String?] = [nil]
    /// Of each key all clocks, one after the other.
    private var counts = [Counts](repeating: Counts(), count: clocks)
    /// The key that was asked for last: the next instance is most often of the same ticket.
    private var last = 0

    mutating func add(_ counts: Counts, _ clock: ClockName, _ key: String?) {
      let place = place(of: key)
      self.counts[place * Cells.clocks + clock.place] += counts
    }

    private mutating func place(of key: String?) -> Int {
      guard let key else { return 0 }
      if keys[last] == key { return last }
      if let known = places[key] {
        last = known
        return known
      }
      last = keys.count
      places[key] = last
      keys.append(key)
      counts.append(contentsOf: repeatElement(Counts(), count: Cells.clocks))
      return last
    }

    mutating func add(_ other: Cells) {
      for (from, key) in other.keys.enumerated() {
        let to = place(of: key)
        for clock in 0..<Cells.clocks {
          counts[to * Cells.clocks + clock] += other.counts[from * Cells.clocks + clock]
        }
      }
    }

    /// Those in which something was counted, in no order.
    var rows: [Row] {
      keys.enumerated().flatMap { place, key in
        ClockName.allCases.compactMap { clock in
          let counts = counts[place * Cells.clocks + clock.place]
          return counts == Counts() ? nil : Row(clock: clock, key: key, counts: counts)
        }
      }
    }
  }
}

extension DeadlineTally.Instance {
  init(_ outcome: ClockOutcome) {
    self.init(
      clock: outcome.judged.clock, verdict: outcome.judged.verdict,
      startedAt: outcome.judged.startedAt, decidedAt: outcome.decidedAt,
      priority: outcome.priority, group: outcome.group, holder: outcome.holder)
  }
}

extension DeadlineTally.Cut {
  /// Its place among all cases.
  fileprivate var place: Int {
    switch self {
    case .clock: 0
    case .priority: 1
    case .group: 2
    case .agent: 3
    }
  }
}

extension Array {
  /// The first place from which on a claim is true; the claim is false before and true after it.
  package func firstPlace(where claim: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if claim(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
