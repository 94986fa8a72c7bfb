public import CasefileCalendars
public import CasefileModel

/// All that is known of policies and calendars: what verdicts are computed with.
///
/// Made of the events of policies' and calendars' streams, and of the beginnings of imports, up to a
/// moment of knowledge, once for many tickets. What can't be used is listed under `problems` and never makes a reading fail.
public struct DeadlineBook: Sendable {
  /// A published version that can't be used, and why.
  public struct Problem: Hashable, Sendable {
    /// The event.
    public let position: Position
    /// What is wrong with it.
    public let message: String
  }

  /// A policy and a calendar that are tried and not stored.
  public struct Trial: Sendable {
    /// Takes the place of all versions of the policy with its id.
    public var policy: DeadlinePolicy?
    /// Takes the place of all versions of the calendar with its id.
    public var calendar: WorkingCalendar?

    /// Nothing is tried.
    public init(policy: DeadlinePolicy? = nil, calendar: WorkingCalendar? = nil) {
      self.policy = policy
      self.calendar = calendar
    }
  }

  /// The types of the events that it is made of, corrections and retractions apart.
  public static let types: Set<UInt32> = [
    PolicyPublished.type.number, PolicyRetired.type.number, CalendarPublished.type.number,
    ImportBatchStarted.type.number,
  ]

  /// Every version of every policy, by id, then in order of coming into force.
  public private(set) var policies: [DeadlinePolicy] = []
  /// Every calendar, by id.
  public private(set) var calendars: [String: WorkingTime] = [:]
  /// Which zone data the calendars were computed with.
  public let zones: ZoneDataIdentity
  /// What can't be used.
  public private(set) var problems: [Problem] = []
  /// What each import says that its source records, by batch.
  private var records: [String: [String]] = [:]
  /// Whether something is tried that is not stored.
  public let isHypothetical: Bool
  /// The policy that is tried, by its place in `policies`; it governs as if it had always been there.
  private(set) var trial: Int?

  private struct Retirement {
    let policy: String
    let version: Int64?
    let from: Timestamp
  }
  private var retirements: [Retirement] = []
  /// The places of each policy's versions.
  private var series: [Range<Int>] = []
  /// What the policies say of each clock.
  private(set) var plans = ClockPlans([], [:])
  /// The rules of each policy.
  private var matchers: [PolicyMatcher] = []
  /// Whether a policy asks what a ticket is, for its lists too, and whether one has targets by priority.
  private(set) var asksForAttributes = false
  private(set) var asksForLists = false
  private(set) var asksForPriority = false
  /// When another policy may begin to match, ascending.
  private(set) var boundaries: [(at: Timestamp, position: Position?)] = []
  /// From which instant on each event matters that it is made of.
  private var reach: [(position: Position, from: Timestamp)] = []
  /// The zones of the calendars, each with a hash of its rules.
  package private(set) var zoneMarks: [String] = []
  /// The events that are rules themselves.
  private var rules: [Position] = []
  /// Rules that were not known.
  private var unknown: [Position] = []

  /// Reads the events of policies and calendars, in any order; others are of no account.
  ///
  /// - Parameters:
  ///   - knownAt: leaves out what was recorded later.
  ///   - trial: what is tried.
  /// - Throws: what reading zone data throws; a zone that there is not is a problem and no error.
  public init(
    events: [StoredEvent], knownAt: KnownAt? = nil, schema: EventSchema = .builtIn,
    zones: any ZoneDataSource, trying trial: Trial = Trial()
  ) throws {
    self.zones = zones.identity
    isHypothetical = trial.policy != nil || trial.calendar != nil
    let known = events.filter { knownAt?.contains($0.envelope) ?? true }
      .sorted { $0.position < $1.position }
    let amendments = Amendments(known, schema: schema)
    noteReach(events, knownAt)
    var published: [String: [WorkingCalendar]] = [:]
    for event in known where DeadlineBook.types.contains(event.envelope.typeNumber) {
      let entry = amendments.entry(of: event)
      guard entry.retractedBy == nil else { continue }
      do {
        try read(entry, calendars: &published)
        if entry.typeNumber != ImportBatchStarted.type.number { rules.append(entry.position) }
      } catch {
        problems.append(Problem(position: entry.position, message: "\(error)"))
      }
    }
    if let policy = trial.policy {
      policies.removeAll { $0.id == policy.id }
      retirements.removeAll { $0.policy == policy.id }
      policies.append(policy)
    }
    if let calendar = trial.calendar { published[calendar.id] = [calendar] }
    try compute(published, zones)
    sortPolicies(tried: trial.policy)
    plan()
  }

  private mutating func read(
    _ entry: TicketEntry, calendars: inout [String: [WorkingCalendar]]
  ) throws {
    switch entry.typeNumber {
    case PolicyPublished.type.number:
      let policy = try DeadlinePolicy(
        entry.payload(PolicyPublished.self), publishedAt: entry.effectiveAt,
        position: entry.position)
      // Who named a version finds the last one of that number, whenever it comes into force.
      let isSecond = policies.contains { $0.id == policy.id && $0.version == policy.version }
      reach.append((entry.position, isSecond ? .earliest : policy.effectiveFrom))
      policies.append(policy)
    case PolicyRetired.type.number:
      let payload = try entry.payload(PolicyRetired.self)
      let from = payload.effectiveFrom ?? entry.effectiveAt
      reach.append((entry.position, from))
      retirements.append(
        Retirement(policy: payload.policyId, version: payload.version, from: from))
    case ImportBatchStarted.type.number:
      // One that can't be read states nothing; it is no rule, so no problem of the book either.
      guard let payload = try? entry.payload(ImportBatchStarted.self),
        records[payload.batchId] == nil
      else { return }
      records[payload.batchId] = payload.records
    default:
      let calendar = try WorkingCalendar(
        entry.payload(CalendarPublished.self), position: entry.position)
      // Without its first version nothing could be judged that names it.
      let isFirst = calendars[calendar.id] == nil
      let from = isFirst ? nil : calendar.effectiveFrom
      reach.append((entry.position, from ?? .earliest))
      calendars[calendar.id, default: []].append(calendar)
    }
  }

  private mutating func compute(
    _ published: [String: [WorkingCalendar]], _ zones: any ZoneDataSource
  ) throws {
    var rules: [String: ZoneRules] = [:]
    for (id, versions) in published.sorted(by: { $0.key < $1.key }) {
      do {
        calendars[id] = try WorkingTime(versions) { zone in
          if let known = rules[zone] { return known }
          let read = try zones.rules(of: zone)
          rules[zone] = read
          let bytes = try zones.file(of: zone) ?? []
          zoneMarks.append("\(zone) \(DeadlineBook.hash(bytes))")
          return read
        }
      } catch let error as CalendarError {
        for version in versions {
          guard let position = version.position else { throw error }
          problems.append(Problem(position: position, message: "\(error)"))
        }
      }
    }
  }

  /// FNV-1a: tells whether the data are still the same, not who changed them.
  private static func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private mutating func sortPolicies(tried: DeadlinePolicy?) {
    policies.sort { left, right in
      (left.id, left.effectiveFrom, left.position?.rawValue ?? .max)
        < (right.id, right.effectiveFrom, right.position?.rawValue ?? .max)
    }
    var start = 0
    while start < policies.count {
      var end = start + 1
      while end < policies.count, policies[end].id == policies[start].id { end += 1 }
      series.append(start..<end)
      start = end
    }
    trial = tried.flatMap { policies.firstIndex(of: $0) }
    boundaries = policies.indices.filter { $0 != trial }
      .map { (policies[$0].effectiveFrom, policies[$0].position) }
      .sorted { ($0.0, $0.1?.rawValue ?? 0) < ($1.0, $1.1?.rawValue ?? 0) }
  }

  private mutating func plan() {
    plans = ClockPlans(policies, calendars)
    matchers = policies.map { PolicyMatcher($0) }
    asksForAttributes = policies.contains { !$0.rules.isEmpty }
    asksForLists = matchers.contains(where: \.asksForLists)
    asksForPriority = policies.contains { policy in
      policy.clocks.values.contains { !$0.targetSecondsByPriority.isEmpty }
    }
  }

  /// Why a missing reply proves nothing of a ticket that came by these imports alone.
  func reason(againstMissingReply imports: [String]) -> ClockReviews.Reason? {
    Assessability.reason(againstMissingReply: imports.map { records[$0] ?? [] })
  }

  /// The id of the calendar by which a policy counts one of its clocks; where it has no such clock, by
  /// which it counts the resolution, else the first of its clocks that has a calendar.
  func calendar(of policy: Int, for clock: ClockName) -> String? {
    let clocks = policies[policy].clocks
    if let terms = clocks[clock] ?? clocks[.resolution] { return terms.calendar }
    return ClockName.allCases.lazy.compactMap { clocks[$0]?.calendar }.first
  }

  // MARK: What was judged before

  /// What an import records is no matter to tickets that others tell of too; whatever corrects or
  /// retracts rules may have changed all of them.
  private mutating func noteReach(_ events: [StoredEvent], _ knownAt: KnownAt?) {
    let own = DeadlineBook.types.subtracting([ImportBatchStarted.type.number])
    for event in events where event.envelope.typeNumber != ImportBatchStarted.type.number {
      if !(knownAt?.contains(event.envelope) ?? true) {
        unknown.append(event.position)
      } else if !own.contains(event.envelope.typeNumber) {
        reach.append((event.position, .earliest))
      }
    }
  }

  /// The positions of its policies and calendars that an earlier log had.
  package func rules(before count: UInt64) -> [Position] {
    rules.filter { $0.rawValue < count }
  }

  /// Whether a rule came into force after an instant, up to another one.
  package func changes(after begin: Timestamp, until end: Timestamp) -> Bool {
    reach.contains { begin < $0.from && $0.from <= end }
  }

  /// Whether verdicts on tickets that were over by an instant are those of the book of an earlier log.
  ///
  /// - Parameters:
  ///   - count: how many events that log had.
  ///   - end: when the tickets were over.
  package func judgesAsBefore(_ count: UInt64, until end: Timestamp) -> Bool {
    !isHypothetical && !unknown.contains { $0.rawValue < count }
      && !reach.contains { $0.position.rawValue >= count && $0.from <= end }
  }

  // MARK: Which policy governs

  /// The version that an event on a ticket names; nil where it isn't known.
  func policy(id: String, version: Int64?, at instant: Timestamp) -> Int? {
    guard let places = series.first(where: { policies[$0.lowerBound].id == id }) else { return nil }
    if let trial, places.contains(trial) { return trial }
    if let version { return places.last { policies[$0].version == version } }
    // Without a version: the one in force, else the first that ever was.
    return inForce(places, at: instant) ?? places.first
  }

  /// The policy that matches a ticket at an instant, and by which rule.
  ///
  /// - Parameter current: the one that governs already; its retirement is no matter to this ticket.
  func match(
    _ ticket: TicketAttributes, at instant: Timestamp, current: Int?
  ) -> (policy: Int, rule: String)? {
    var best: (policy: Int, rule: String)?
    for places in series {
      guard let index = inForce(places, at: instant),
        index == current || !isRetired(index, at: instant),
        let rule = matchers[index].match(ticket)
      else { continue }
      if let best, rank(best.policy) <= rank(index) { continue }
      best = (index, rule)
    }
    return best
  }

  private func rank(_ policy: Int) -> Int64 { policies[policy].rank ?? .max }

  private func inForce(_ places: Range<Int>, at instant: Timestamp) -> Int? {
    if let trial, places.contains(trial) { return trial }
    return places.last { policies[$0].effectiveFrom <= instant }
  }

  private func isRetired(_ policy: Int, at instant: Timestamp) -> Bool {
    retirements.contains {
      $0.policy == policies[policy].id && $0.from <= instant
        && ($0.version.map { $0 == policies[policy].version } ?? true)
    }
  }
}
