public import CasefileCalendars
internal import CasefileLog
public import CasefileModel
public import CasefileProjections

extension Store {
  /// Hands out what every ticket gives a metric, in order of the tickets' first positions, until
  /// `each` says false.
  ///
  /// ```swift
  /// var table = MetricTable(.firstReply, by: .agent)
  /// try store.metric(.firstReply, at: now) { table.add($0); return true }
  /// ```
  /// - Parameters:
  ///   - metric: what is measured.
  ///   - now: what happened later is left out.
  ///   - knownAt: leaves out what was recorded later.
  ///   - withTraits: whether what the tickets are about comes with them; see `MetricTable.needsTraits`.
  ///   - each: takes them; false ends the reading.
  /// - Throws: as `read`; what `each` throws.
  /// - Complexity: as `metrics`.
  public func metric(
    _ metric: Metric, at now: Timestamp, knownAt: KnownAt? = nil, withTraits: Bool = false,
    _ each: (TicketMetric) throws -> Bool
  ) throws {
    try metrics([metric], at: now, knownAt: knownAt, withTraits: withTraits) { try each($0[0]) }
  }

  /// The same for several metrics at once: of every ticket one `TicketMetric` for each, in the order in
  /// which they are asked for.
  ///
  /// - Parameters:
  ///   - metrics: what is measured.
  ///   - now: what happened later is left out.
  ///   - knownAt: leaves out what was recorded later.
  ///   - withTraits: whether what the tickets are about comes with them.
  ///   - each: takes them; false ends the reading.
  /// - Throws: as `read`; what `each` throws.
  /// - Complexity: a row of the view `quality` for each ticket; those that were under way at the
  ///   instant, or were told of later than was known, are folded from the log, on all cores. Twice that
  ///   for metrics that ask for other tickets of the client; with metrics of deadlines every ticket is
  ///   judged.
  public func metrics(
    _ metrics: [Metric], at now: Timestamp, knownAt: KnownAt? = nil, withTraits: Bool = false,
    _ each: ([TicketMetric]) throws -> Bool
  ) throws {
    let plan = MetricPlan(
      metrics: metrics, withTraits: withTraits, now: now, knownAt: knownAt,
      context: try metricContext(for: metrics, at: now, knownAt: knownAt))
    try scan(plan, each)
  }

  /// The values behind a figure, in order of the tickets' first positions, until `each` says false.
  ///
  /// - Parameters:
  ///   - metric: what is measured.
  ///   - now: what happened later is left out.
  ///   - knownAt: leaves out what was recorded later.
  ///   - filter: which values are meant.
  ///   - keys: the zone and the companies, for keys that need them.
  ///   - each: takes them; false ends the reading.
  /// - Throws: as `read`; what `each` throws.
  /// - Complexity: where all is known and the filter names an agent or both ends of a time, only tickets
  ///   of the agent or the time are looked at; else as `metrics`.
  public func samples(
    of metric: Metric, at now: Timestamp, knownAt: KnownAt? = nil,
    filter: MetricFilter = MetricFilter(), keys: MetricKeys = MetricKeys(),
    _ each: (MetricSample) throws -> Bool
  ) throws {
    var plan = MetricPlan(
      metrics: [metric], withTraits: filter.needsTraits, now: now, knownAt: knownAt,
      context: try metricContext(for: [metric], at: now, knownAt: knownAt))
    // Values of these lie at the instant itself, or at deadlines.
    plan.filter = metric.basis == .history || metric.basis == .company ? filter : nil
    var keys = keys
    try scan(plan) { tickets in
      for sample in tickets[0].samples
      where filter.matches(sample, on: tickets[0].traits, &keys) {
        guard try each(sample) else { return false }
      }
      return true
    }
  }

  /// The zone and the companies of clients, for the cuts that need them.
  ///
  /// - Parameters:
  ///   - zone: the IANA name of the zone in which days begin; nil: UTC.
  ///   - knownAt: leaves out what was recorded later.
  ///   - withCompanies: whether the companies of clients are read.
  ///   - zones: the zone data; the system's unless you have others.
  /// - Throws: `CalendarError` for a zone that there is not; as `read`.
  /// - Complexity: the registration of every client, where companies are asked for.
  public func metricKeys(
    zone: String? = nil, knownAt: KnownAt? = nil, withCompanies: Bool = true,
    zones: any ZoneDataSource = ZoneDirectory()
  ) throws -> MetricKeys {
    let rules = zone == nil || zone == "UTC" ? ZoneRules.utc : try zones.rules(of: zone ?? "UTC")
    guard withCompanies else { return MetricKeys(zone: rules) }
    let registered = try amendedEvents(of: [ClientRegistered.type.number], knownAt: knownAt)
    return MetricKeys(
      zone: rules, companies: ClientRecord.companies(registered, schema: schema))
  }

  // MARK: What some metrics ask for

  private func metricContext(
    for metrics: [Metric], at now: Timestamp, knownAt: KnownAt?
  ) throws -> MetricContext {
    let bases = Set(metrics.map(\.basis))
    var context = MetricContext()
    if bases.contains(.moment) || bases.contains(.company) {
      context.rules = try findingRules(at: now, knownAt: knownAt)
    }
    if bases.contains(.policies) {
      context.book = try deadlineBook(knownAt: knownAt)
    }
    if bases.contains(.company) {
      context.contacts = try clientContacts(at: now, knownAt: knownAt)
    }
    return context
  }

  private func clientContacts(at now: Timestamp, knownAt: KnownAt?) throws -> ClientContacts {
    let merges = try amendedEvents(
      of: [ClientMerged.type.number, ClientUnmerged.type.number], knownAt: knownAt)
    var contacts = ClientContacts(
      survivors: ClientContacts.survivors(merges, schema: schema))
    try scan(CoursePlan(now: now, knownAt: knownAt)) {
      contacts.add($0)
      return true
    }
    return contacts
  }
}

/// Several metrics of every ticket.
private struct MetricPlan: QualityPlan {
  let metrics: [Metric]
  let withTraits: Bool
  let now: Timestamp
  let knownAt: KnownAt?
  let context: MetricContext
  var filter: MetricFilter?

  var needsClocks: Bool { metrics.contains { $0.basis == .policies } }
  var needsFindings: Bool { false }
  var needsContacts: Bool { metrics.contains(where: \.isOfContacts) }
  var isBrief: Bool {
    !withTraits && !needsContacts && metrics.allSatisfy { $0.basis != .history }
  }

  func makeReader() -> (QualityTicket) throws -> [TicketMetric]? {
    let judge = MetricJudge(at: now, context)
    let needsCourse = metrics.contains { $0.basis == .moment || $0.basis == .company }
    var clocks = ClockFacts()
    return { ticket in
      let facts: StoredFacts
      switch ticket {
      case .folded(let history):
        return history.metrics(metrics, knownAt: knownAt, judge)
      case .contact(let record): return record.metrics(metrics, at: now)
      case .brief(let course, let row):
        if let row { try clocks.read(row: row) } else { clocks = ClockFacts() }
        return metrics.map { metric in
          if metric.basis == .policies { return judge.measure(metric, clocks) }
          return course.map { judge.measure(metric, $0) } ?? TicketMetric()
        }
      case .stored(let stored):
        facts = stored.facts
        if let row = stored.clocks { try clocks.read(row: row) } else { clocks = ClockFacts() }
      }
      let traits = withTraits ? try facts.traits() : TicketTraits()
      let course = needsCourse ? try facts.course() : nil
      var found: [TicketMetric] = []
      found.reserveCapacity(metrics.count)
      for metric in metrics {
        var one: TicketMetric
        switch metric.basis {
        case .history: one = try facts.metric(metric)
        case .moment, .company: one = course.map { judge.measure(metric, $0) } ?? TicketMetric()
        case .policies: one = judge.measure(metric, clocks)
        }
        one.contact = facts.contact
        if withTraits { one.traits = traits }
        found.append(one)
      }
      return found
    }
  }
}

/// What every ticket does for the repeats of others.
private struct CoursePlan: QualityPlan {
  let now: Timestamp
  let knownAt: KnownAt?
  var filter: MetricFilter? { nil }
  var needsClocks: Bool { false }
  var needsFindings: Bool { false }
  var needsContacts: Bool { false }
  var isBrief: Bool { true }

  func makeReader() -> (QualityTicket) throws -> TicketCourse? {
    { ticket in
      switch ticket {
      case .folded(let history): history.course(at: now, knownAt: knownAt)
      case .contact: nil
      case .stored(let stored): try stored.facts.course()
      case .brief(let course, _): course
      }
    }
  }
}
