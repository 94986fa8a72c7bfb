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
  ///   - withCalendars: whether the calendars by which their policies count come with that; see
  ///     `MetricTable.needsCalendars`.
  ///   - each: takes them; false ends the reading.
  /// - Throws: as `read`; what `each` throws.
  /// - Complexity: as `metrics`.
  public func metric(
    _ metric: Metric, at now: Timestamp, knownAt: KnownAt? = nil, withTraits: Bool = false,
    withCalendars: Bool = false, _ each: (TicketMetric) throws -> Bool
  ) throws {
    try metrics(
      [metric], at: now, knownAt: knownAt, withTraits: withTraits, withCalendars: withCalendars
    ) { try each($0[0]) }
  }

  /// The same for several metrics at once: of every ticket one `TicketMetric` for each, in the order in
  /// which they are asked for.
  ///
  /// - Parameters:
  ///   - metrics: what is measured.
  ///   - now: what happened later is left out.
  ///   - knownAt: leaves out what was recorded later.
  ///   - withTraits: whether what the tickets are about comes with them.
  ///   - withCalendars: whether the calendars by which their policies count come with that.
  ///   - each: takes them; false ends the reading.
  /// - Throws: as `read`; what `each` throws.
  /// - Complexity: a row of the view `quality` for each ticket; those that were under way at the
  ///   instant, or were told of later than was known, are folded from the log, on all cores. Twice that
  ///   for metrics that ask for other tickets of the client, for the inflow of agents or for what
  ///   trainings did; with metrics of deadlines every ticket is judged.
  public func metrics(
    _ metrics: [Metric], at now: Timestamp, knownAt: KnownAt? = nil, withTraits: Bool = false,
    withCalendars: Bool = false, _ each: ([TicketMetric]) throws -> Bool
  ) throws {
    let plan = MetricPlan(
      metrics: metrics, withTraits: withTraits, withCalendars: withCalendars, now: now,
      knownAt: knownAt,
      context: try metricContext(
        for: metrics, withCalendars: withCalendars, at: now, knownAt: knownAt))
    try scan(plan, each)
  }

  /// Fills tables with what all tickets give them.
  ///
  /// ```swift
  /// let tables = try store.fill([MetricTable(.firstReply, by: .agent)], at: now)
  /// print(tables[0].rows)
  /// ```
  /// - Parameters:
  ///   - tables: the questions; what they have already stays in them.
  ///   - now: what happened later is left out.
  ///   - knownAt: leaves out what was recorded later.
  ///   - withOmissions: whether the tables shall tell what is no value. Without that, and with a filter
  ///     that names both ends of a time, only tickets with a part in the time are looked at.
  /// - Returns: the tables, in the same order.
  /// - Throws: as `read`.
  /// - Complexity: the same as of `metrics`, but nothing is made of a single value where a metric needs
  ///   the ticket's own events alone and the cut has one key a value.
  public func fill(
    _ tables: [MetricTable], at now: Timestamp, knownAt: KnownAt? = nil,
    withOmissions: Bool = true
  ) throws -> [MetricTable] {
    var tables = tables
    // Values of some lie at deadlines, or at the instant, in whatever month that is.
    let isFixed = { (index: Int) in ![.policies, .moment].contains(tables[index].metric.basis) }
    let parts =
      withOmissions
      ? [Array(tables.indices)]
      : [tables.indices.filter(isFixed), tables.indices.filter { !isFixed($0) }]
    for (number, part) in parts.enumerated() where !part.isEmpty {
      let some = part.map { tables[$0] }
      let withCalendars = some.contains(where: \.needsCalendars)
      let span = withOmissions ? nil : MetricFilter(spanOf: some.map(\.filter))
      var plan = TablePlan(
        tables: some.map(\.emptied), now: now, knownAt: knownAt,
        context: try metricContext(
          for: some.map(\.metric), withCalendars: withCalendars, at: now, knownAt: knownAt,
          span: span))
      plan.span = span
      if number == 0 { plan.filter = span }
      try scan(plan) { found in
        for (index, table) in zip(part, found) { tables[index].merge(table) }
        return true
      }
    }
    let filled = tables
    return try TicketsStep<FoldedQuality>.onAllCores(filled.count) {
      var table = filled[$0]
      table.sort()
      return table
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

  /// The same for some cuts, with what the desk was like where these ask for it.
  ///
  /// - Parameters:
  ///   - cuts: by what values are told apart or filtered.
  ///   - zone: the IANA name of the zone in which days begin; nil: UTC.
  ///   - knownAt: leaves out what was recorded later.
  ///   - zones: the zone data; the system's unless you have others.
  /// - Throws: `CalendarError` for a zone that there is not; as `read`.
  /// - Complexity: the registrations of clients, agents and releases, and the duty of agents, as far as
  ///   the cuts ask for them.
  public func metricKeys(
    for cuts: some Sequence<MetricCut>, zone: String? = nil, knownAt: KnownAt? = nil,
    zones: any ZoneDataSource = ZoneDirectory()
  ) throws -> MetricKeys {
    let cuts = Set(cuts)
    let keys = try metricKeys(
      zone: zone, knownAt: knownAt, withCompanies: cuts.contains(.company), zones: zones)
    guard cuts.contains(where: \.needsDesk) else { return keys }
    let events = cuts.contains(.tenure) || cuts.contains(.release)
    let desk = MetricDesk(
      events: events ? try amendedEvents(of: MetricDesk.types, knownAt: knownAt) : [],
      duties: cuts.contains(.shift) ? try agentDuties(knownAt: knownAt) : [:],
      calendars: cuts.contains(.hours)
        ? try deadlineBook(knownAt: knownAt, zones: zones).calendars : [:],
      knownAt: knownAt, schema: schema)
    return MetricKeys(zone: keys.zone, companies: keys.companies, desk: desk)
  }

  /// Of how many tickets the view `quality` keeps values that follow from the policies and calendars, so
  /// that nobody has to judge them.
  package func keptTicketCount() throws -> Int {
    let context = try metricContext(
      for: Metric.kept, withCalendars: false, at: .latest, knownAt: nil)
    guard let book = context.book else { return 0 }
    var count = 0
    try reading(qualityView) { rows, _ in
      count = 0
      try rows.scan(QualityBlocks.statePrefix(false)) { key, _ in
        let id = try QualityBlocks.ID(key: key)
        guard let row = try rows.value(id.key(of: .kept)) else { return true }
        count += try QualityBlocks.kept(row).kept(under: book, at: .latest)?.count { $0 } ?? 0
        return true
      }
    }
    return count
  }

  // MARK: What some metrics ask for

  /// - Parameters:
  ///   - withOthers: whether what other tickets bear on a value is read.
  ///   - span: in which time values are wanted; nil: in any.
  func metricContext(
    for metrics: [Metric], withCalendars: Bool, at now: Timestamp, knownAt: KnownAt?,
    withOthers: Bool = true, span: MetricFilter? = nil
  ) throws -> MetricContext {
    let bases = Set(metrics.map(\.basis))
    var context = MetricContext()
    if bases.contains(.moment) || bases.contains(.company) {
      context.rules = FindingRules(
        events: try ruleEvents(of: FindingRules.types), at: now, knownAt: knownAt, schema: schema)
    }
    if bases.contains(where: \.needsClocks) || withCalendars {
      context.book = try DeadlineBook(
        events: ruleEvents(of: DeadlineBook.types), knownAt: knownAt, schema: schema,
        zones: UnnamedZones(directory: ZoneDirectory()))
    }
    if withOthers, bases.contains(.company) {
      context.contacts = try clientContacts(
        at: now, knownAt: knownAt,
        window: ClientContacts.Window(span, within: context.rules.followUpSeconds))
    }
    if bases.contains(.inflow) {
      let plan = CountPlan(
        metric: .arrivals, now: now, knownAt: knownAt, empty: AgentInflow(),
        addSection: { inflow, section, tickets throws(RowError) in
          try inflow.add(section, tickets)
        }, addTicket: { $0.add($1) })
      try scan(plan) {
        context.inflow.merge($0)
        return true
      }
      context.inflow.finish()
    }
    if bases.contains(.checklists) {
      context.checklists = TopicChecklists(
        events: try ruleEvents(of: TopicChecklists.types, knownAt: knownAt), knownAt: knownAt,
        schema: schema)
    }
    if withOthers, bases.contains(.trainings) {
      context.trainings = try trainings(
        at: now, knownAt: knownAt, withReviews: metrics.contains(.trainedReviews),
        withTotals: metrics.contains(.trainingEffect))
    }
    return context
  }

  /// The same as `amendedEvents(of:knownAt:)` of some of `QualityView.ruleTypes`, by the rows of the
  /// view that metrics read anyway: the index would look at the whole end of the log first.
  ///
  /// - Parameter isWanted: as `QualityIndex.rules` has it.
  func ruleEvents(
    of types: Set<UInt32>, knownAt: KnownAt? = nil, where isWanted: (([String]) -> Bool)? = nil
  ) throws -> [StoredEvent] {
    let (events, count) = try reading(qualityView) { rows, log in
      let positions = try QualityIndex(rows: rows).rules(of: types, where: isWanted)
      return (try positions.map { try log.event(at: $0) }, log.count)
    }
    guard count > 0 else { return [] }
    return try amended(events, through: Position(count - 1)).filter {
      knownAt?.contains($0.envelope) ?? true
    }.sorted { $0.position < $1.position }
  }

  /// - Parameters:
  ///   - withReviews: whether it is told which reviews led to trainings.
  ///   - withTotals: whether the reviews around trainings are counted.
  private func trainings(
    at now: Timestamp, knownAt: KnownAt?, withReviews: Bool, withTotals: Bool
  ) throws -> TrainingBook {
    let types = TrainingBook.types.subtracting([ReviewSubmitted.type.number])
    var book = TrainingBook(
      events: try ruleEvents(of: types, knownAt: knownAt), at: now, knownAt: knownAt,
      schema: schema)
    if withReviews {
      let named = book
      book.add(
        reviews: try reviewEvents { named.isCause($0) }, at: now, knownAt: knownAt, schema: schema)
    }
    guard withTotals, !book.isEmpty else { return book }
    let plan = CountPlan(
      metric: .reviewTotal, now: now, knownAt: knownAt, empty: book.emptied,
      addSection: { book, section, tickets throws(RowError) in
        try book.count(section, tickets)
      }, addTicket: { $0.count($1) })
    try scan(plan) {
      book.merge($0)
      return true
    }
    return book
  }

  /// Reviews, with what corrects or retracts them.
  ///
  /// - Parameter isWanted: tells by its id whether a review is wanted.
  /// - Complexity: a row for each review; those that are wanted, and those on which something acts or
  ///   may act. Where there are any of these, the envelopes of all corrections too.
  private func reviewEvents(where isWanted: @escaping (String) -> Bool) throws -> [StoredEvent] {
    let (plain, others, count) = try reading(qualityView) { rows, log in
      let found = try QualityIndex(rows: rows).namedRules(of: [ReviewSubmitted.type.number]) {
        $0.first.map(isWanted) ?? true
      }
      func events(isPlain: Bool) throws -> [StoredEvent] {
        try found.filter { $0.isPlain == isPlain }.map { try log.event(at: $0.position) }
      }
      return (try events(isPlain: true), try events(isPlain: false), log.count)
    }
    guard count > 0 else { return [] }
    return plain + (try amended(others, through: Position(count - 1)))
  }

  private func clientContacts(
    at now: Timestamp, knownAt: KnownAt?, window: ClientContacts.Window
  ) throws -> ClientContacts {
    let contacts = try noContacts(knownAt: knownAt)
    var parts: [ClientContacts.Part] = []
    try scan(ContactsPlan(now: now, knownAt: knownAt, empty: contacts.part(window))) {
      parts.append($0)
      return true
    }
    return try contacts.knowing(parts) { try TicketsStep<FoldedQuality>.onAllCores($0, $1) }
  }

  /// Which clients are one, and nothing of what they brought.
  func noContacts(knownAt: KnownAt?) throws -> ClientContacts {
    let merges = try ruleEvents(
      of: [ClientMerged.type.number, ClientUnmerged.type.number], knownAt: knownAt)
    return ClientContacts(survivors: ClientContacts.survivors(merges, schema: schema))
  }
}

/// Zone data of which nobody asks which they are: to tell that, all of them are read.
private struct UnnamedZones: ZoneDataSource {
  let directory: ZoneDirectory
  var identity: ZoneDataIdentity { .none }

  func file(of zone: String) throws -> [UInt8]? { try directory.file(of: zone) }
}

/// Several metrics of every ticket.
struct MetricPlan: QualityPlan {
  typealias Answer = [TicketMetric]

  let metrics: [Metric]
  let withTraits: Bool
  let withCalendars: Bool
  let now: Timestamp
  let knownAt: KnownAt?
  var context: MetricContext
  var filter: MetricFilter?
  var isOfHolders = false
  var firsts: [Position]?
  /// In which time values are wanted, where nobody asks what is no value.
  var span: MetricFilter?

  var needsClocks: Bool { withCalendars || metrics.contains { $0.basis.needsClocks } }
  var needsFindings: Bool { false }
  var needsContacts: Bool { metrics.contains(where: \.isOfContacts) }
  var sections: Set<QualitySection>? {
    var sections = Set(metrics.flatMap(\.keptIn))
    if withTraits { sections.insert(.traits) }
    return sections
  }

  func makeReader() -> (QualityTicket) throws -> [TicketMetric]? {
    let judge = MetricJudge(at: now, context)
    let needsCourse = metrics.contains { $0.basis == .moment || $0.basis == .company }
    let needsTraits = withTraits || metrics.contains { $0.basis == .checklists }
    var clocks = ClockFacts()
    return { ticket in
      let facts: any MeasuredTicket
      switch ticket {
      case .folded(let history):
        return history.metrics(
          metrics, knownAt: knownAt, judge, withCalendars: withTraits && withCalendars)
      case .contact(let record): return record.metrics(metrics, at: now)
      case .stored(let stored):
        facts = stored.facts
        if let row = stored.clocks { try clocks.read(row: row) } else { clocks = ClockFacts() }
      }
      var traits = needsTraits ? try facts.traits() : TicketTraits()
      if withTraits, withCalendars { traits.calendars = judge.calendarPeriods(of: clocks) }
      let course = needsCourse ? try facts.course() : nil
      var found: [TicketMetric] = []
      found.reserveCapacity(metrics.count)
      for metric in metrics {
        var one: TicketMetric
        switch metric.basis {
        case .history: one = try facts.metric(metric)
        case .moment, .company: one = course.map { judge.measure(metric, $0) } ?? TicketMetric()
        case .policies:
          let isWanted = span.map { clocks.mayRun(since: $0.since, until: $0.until, at: now) }
          one = isWanted ?? true ? judge.measure(metric, clocks) : TicketMetric()
        case .calendars, .inflow, .checklists, .trainings:
          one = try judge.derive(metric, clocks, topic: traits.topic) { try facts.metric($0) }
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
struct CoursePlan: QualityPlan {
  typealias Answer = TicketCourse

  let now: Timestamp
  let knownAt: KnownAt?
  var filter: MetricFilter?
  var firsts: [Position]?
  var sections: Set<QualitySection>? { [.courses] }

  func makeReader() -> (QualityTicket) throws -> TicketCourse? {
    { ticket in
      switch ticket {
      case .folded(let history): history.course(at: now, knownAt: knownAt)
      case .contact: nil
      case .stored(let stored): try stored.facts.course()
      }
    }
  }
}

/// The same of all tickets together.
private struct ContactsPlan: PortionPlan {
  typealias Answer = ClientContacts.Part

  let now: Timestamp
  let knownAt: KnownAt?
  let empty: ClientContacts.Part
  var sections: Set<QualitySection>? { [.courses] }

  func read(_ portion: TicketPortion) throws -> [ClientContacts.Part?] {
    var contacts = empty
    let tickets = try portion.sectionTickets(withIDs: false)
    try QualityView.reading { () throws(RowError) in
      try contacts.add(portion.sections[.courses] ?? [], tickets)
    }
    try portion.forEachSingle(knownAt: knownAt) { ticket in
      let course: TicketCourse?
      switch ticket {
      case .folded(let history): course = history.course(at: now, knownAt: knownAt)
      case .contact: course = nil
      case .stored(let stored): course = try stored.facts.course()
      }
      if let course { contacts.add(course) }
    }
    return [contacts]
  }
}

/// What is counted of the values of one metric, without making those of blocks.
private struct CountPlan<Counter: Sendable>: PortionPlan {
  typealias Answer = Counter

  /// One of the basis `history` that contacts outside of tickets don't have.
  let metric: Metric
  let now: Timestamp
  let knownAt: KnownAt?
  let empty: Counter
  let addSection: @Sendable (inout Counter, [UInt8], SectionTickets) throws(RowError) -> Void
  let addTicket: @Sendable (inout Counter, TicketMetric) -> Void
  var sections: Set<QualitySection>? { [.metric(metric)] }

  func read(_ portion: TicketPortion) throws -> [Counter?] {
    var counter = empty
    let tickets = try portion.sectionTickets(withIDs: false)
    try QualityView.reading { () throws(RowError) in
      try addSection(&counter, portion.sections[.metric(metric)] ?? [], tickets)
    }
    let judge = MetricJudge(at: now, MetricContext())
    try portion.forEachSingle(knownAt: knownAt) { ticket in
      let values: TicketMetric?
      switch ticket {
      case .folded(let history):
        values = history.metrics([metric], knownAt: knownAt, judge)?.first
      case .contact: values = nil
      case .stored(let stored): values = try stored.facts.metric(metric)
      }
      if let values { addTicket(&counter, values) }
    }
    return [counter]
  }
}
