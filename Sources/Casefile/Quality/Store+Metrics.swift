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
    let span = withOmissions ? nil : MetricFilter(spanOf: tables.map(\.filter))
    // Whether tickets are passed over that have no part in the time.
    let isNarrow =
      try span.map { span in
        try reading(qualityView) { rows, _ in try QualityIndex(rows: rows).months(of: span) != nil }
      } ?? false
    // Values of some lie at deadlines, or at the instant, in whatever month that is.
    let isFixed = { (index: Int) in ![.policies, .moment].contains(tables[index].metric.basis) }
    let parts =
      isNarrow
      ? [tables.indices.filter(isFixed), tables.indices.filter { !isFixed($0) }]
      : [Array(tables.indices), []]
    let moment = FoldedTickets(at: now, knownAt: knownAt)
    for (number, part) in parts.enumerated() where !part.isEmpty {
      let some = part.map { tables[$0] }
      let withCalendars = some.contains(where: \.needsCalendars)
      var plan = TablePlan(
        tables: some.map(\.emptied), now: now, knownAt: knownAt,
        context: try metricContext(
          for: some.map(\.metric), withCalendars: withCalendars, at: now, knownAt: knownAt,
          span: span, moment: moment, closes: some.filter { $0.metric.basis == .company }))
      // Without a second reading no ticket is asked for again.
      plan.moment = moment.isEmpty && parts.contains(where: \.isEmpty) ? nil : moment
      plan.span = span
      if isNarrow, number == 0 { plan.filter = span }
      try scan(plan) { found in
        for (index, table) in zip(part, found) { tables[index].merge(table) }
        return true
      }
    }
    let filled = tables
    return try TicketsStep<FoldedQuality>.onAllCores(filled.count) {
      var table = filled[$0]
      table.settle()
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
      duties: cuts.contains(.shift) ? try agentDuties(naming: .none, knownAt: knownAt) : [:],
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
  ///   - moment: where tickets are kept that are folded.
  ///   - closes: the tables of which closes may be taken together.
  func metricContext(
    for metrics: [Metric], withCalendars: Bool, at now: Timestamp, knownAt: KnownAt?,
    withOthers: Bool = true, span: MetricFilter? = nil, moment: FoldedTickets? = nil,
    closes tables: [MetricTable] = []
  ) throws -> MetricContext {
    let bases = Set(metrics.map(\.basis))
    var context = MetricContext()
    // Read beside the rest: a row for each, one after the other.
    let trainings =
      withOthers && bases.contains(.trainings)
      ? SharedWork {
        try self.trainings(
          at: now, knownAt: knownAt, withReviews: metrics.contains(.trainedReviews))
      } : nil
    if bases.contains(.moment) || bases.contains(.company) {
      context.rules = FindingRules(
        events: try ruleEvents(of: FindingRules.types), at: now, knownAt: knownAt, schema: schema)
    }
    if bases.contains(where: \.needsClocks) || withCalendars {
      context.book = try DeadlineBook(
        events: ruleEvents(of: DeadlineBook.types), knownAt: knownAt, schema: schema,
        zones: UnnamedZones(directory: ZoneDirectory()))
    }
    if bases.contains(.checklists) {
      context.checklists = TopicChecklists(
        events: try ruleEvents(of: TopicChecklists.types, knownAt: knownAt), knownAt: knownAt,
        schema: schema)
    }
    if bases.contains(.scorecards) || metrics.contains(.trainingEffect) {
      context.scorecards = Scorecards(
        events: try ruleEvents(of: Scorecards.types, knownAt: knownAt), knownAt: knownAt,
        schema: schema)
    }
    var others = OtherTickets()
    if withOthers, bases.contains(.inflow) {
      if let known = try inflow(at: now, knownAt: knownAt) {
        context.inflow = known
      } else {
        others.inflow = AgentInflow.Part()
      }
    }
    if withOthers, bases.contains(.company) {
      context.contacts = try noContacts(knownAt: knownAt)
      others.contacts = context.contacts.part(
        ClientContacts.Window(span, within: context.rules.followUpSeconds),
        CloseTally.Question(
          at: now, within: context.rules.followUpSeconds, span: span
        ) { times in
          !tables.isEmpty && tables.allSatisfy { $0.takesCloses(of: times) }
        })
    }
    if let trainings {
      context.trainings = try trainings.get()
      if metrics.contains(.trainingEffect), !context.trainings.isEmpty {
        others.trainings = context.trainings
      }
    }
    guard !others.sections.isEmpty else { return context }
    var contacts: [ClientContacts.Part] = []
    let plan = OthersPlan(
      now: now, knownAt: knownAt, scorecards: context.scorecards, empty: others, moment: moment)
    try scan(plan) { found in
      if let part = found.contacts { contacts.append(part) }
      if let inflow = found.inflow { context.inflow.add(inflow) }
      if let trainings = found.trainings { context.trainings.merge(trainings) }
      return true
    }
    if others.inflow != nil { context.inflow.finish() }
    if !contacts.isEmpty {
      context.contacts = try context.contacts.knowing(
        contacts, within: context.rules.followUpSeconds
      ) { try TicketsStep<FoldedQuality>.onAllCores($0, $1) }
    }
    return context
  }

  /// The same as `amendedEvents(of:knownAt:)` of some of `QualityView.ruleTypes`, by the rows of the
  /// view that metrics read anyway: the index would look at the whole end of the log first.
  ///
  func ruleEvents(of types: Set<UInt32>, knownAt: KnownAt? = nil) throws -> [StoredEvent] {
    let (events, count) = try reading(qualityView) { rows, log in
      (try log.events(at: QualityIndex(rows: rows).rules(of: types)), log.count)
    }
    guard count > 0 else { return [] }
    return try amended(events, through: Position(count - 1)).filter {
      knownAt?.contains($0.envelope) ?? true
    }.sorted { $0.position < $1.position }
  }

  /// How many tickets came to agents in each hour, as the view tells it; nil where that is not as it was
  /// at the moment.
  ///
  /// - Parameter agents: nil: all of them.
  func inflow(
    of agents: Set<String>? = nil, at now: Timestamp, knownAt: KnownAt?
  ) throws -> AgentInflow? {
    guard knownAt == nil else { return nil }
    return try reading(qualityView) { rows, _ in
      try QualityIndex(rows: rows).inflow(of: agents, at: now)
    }
  }

  /// The trainings, before the reviews around them are counted.
  ///
  /// - Parameter withReviews: whether it is told which reviews led to trainings.
  private func trainings(
    at now: Timestamp, knownAt: KnownAt?, withReviews: Bool
  ) throws -> TrainingBook {
    let reviews: Set<UInt32> = [ReviewSubmitted.type.number]
    var book = TrainingBook(
      try trainingNotes(of: TrainingBook.types.subtracting(reviews), knownAt: knownAt), at: now)
    if withReviews {
      let named = book
      book.add(
        reviews: try trainingNotes(of: reviews, knownAt: knownAt) { named.isCause($0.name) },
        at: now)
    }
    return book
  }

  /// What is known of trainings and reviews.
  ///
  /// - Parameters:
  ///   - types: some of `TrainingBook.types`.
  ///   - isWanted: which ones are; others may come too.
  /// - Complexity: a row for each of them. Those on which something acts, or may, are read from the log,
  ///   with the envelopes of all corrections; with `knownAt` all of them.
  func trainingNotes(
    of types: Set<UInt32>, knownAt: KnownAt? = nil, where isWanted: ((TrainingNote) -> Bool)? = nil
  ) throws -> [TrainingNote] {
    guard knownAt == nil else {
      return [TrainingNote](
        events: try ruleEvents(of: types, knownAt: knownAt), knownAt: knownAt, schema: schema)
    }
    let (notes, others, count) = try reading(qualityView) { rows, log in
      let found = try QualityIndex(rows: rows).trainings(of: types, where: isWanted)
      return (found.notes, try log.events(at: found.others), log.count)
    }
    guard !others.isEmpty else { return notes }
    return notes
      + [TrainingNote](
        events: try amended(others, through: Position(count - 1)), knownAt: nil, schema: schema)
  }

  /// Which clients are one, and nothing of what they brought.
  func noContacts(knownAt: KnownAt?) throws -> ClientContacts {
    ClientContacts(survivors: try clientSurvivors(knownAt: knownAt))
  }

  /// The client that survives, of each that was merged.
  func clientSurvivors(knownAt: KnownAt?) throws -> [String: String] {
    let merges = try ruleEvents(
      of: [ClientMerged.type.number, ClientUnmerged.type.number], knownAt: knownAt)
    return ClientContacts.survivors(merges, schema: schema)
  }
}

extension LogPrefix {
  /// The events at some positions, in that order, read on all cores.
  fileprivate func events(at positions: [Position]) throws -> [StoredEvent] {
    let size = 256
    return try TicketsStep<FoldedQuality>.onAllCores((positions.count + size - 1) / size) { part in
      try positions[part * size..<min(positions.count, (part + 1) * size)].map { try event(at: $0) }
    }.flatMap(\.self)
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
      case .folded(let history, let row):
        try row.map { try clocks.read(row: $0) }
        return history.metrics(
          metrics, knownAt: knownAt, judge, withCalendars: withTraits && withCalendars,
          clocks: row == nil ? nil : clocks)
      case .contact(let record): return record.metrics(metrics, at: now)
      case .stored(let stored):
        facts = stored.facts
        if let row = stored.clocks { try clocks.read(row: row) } else { clocks = ClockFacts() }
      }
      var traits = needsTraits ? try facts.traits() : TicketTraits()
      if withTraits, withCalendars { traits.calendars = judge.calendarPeriods(of: clocks) }
      // What is asked of the course is asked of tickets alone.
      let course = needsCourse && facts.contact == nil ? try facts.course() : nil
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
        case .calendars, .inflow, .checklists, .trainings, .scorecards:
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

/// What every ticket, and every contact outside of tickets, does for the repeats of others.
struct CoursePlan: QualityPlan {
  typealias Answer = TicketCourse

  let now: Timestamp
  let knownAt: KnownAt?
  var filter: MetricFilter?
  var firsts: [Position]?
  var needsContacts = false
  var sections: Set<QualitySection>? { [.courses] }

  func makeReader() -> (QualityTicket) throws -> TicketCourse? {
    { ticket in
      switch ticket {
      case .folded(let history, _): history.course(at: now, knownAt: knownAt)
      case .contact(let record): TicketCourse(record, at: now)
      case .stored(let stored): try stored.facts.course()
      }
    }
  }
}

/// What all tickets have that bears on values of others, as far as it is asked for.
private struct OtherTickets {
  var contacts: ClientContacts.Part?
  var inflow: AgentInflow.Part?
  var trainings: TrainingBook?

  var sections: Set<QualitySection> {
    var sections: Set<QualitySection> = []
    if contacts != nil { sections.insert(.courses) }
    if inflow != nil { sections.insert(.metric(.arrivals)) }
    if trainings != nil { sections.insert(.metric(.reviewTotal)) }
    return sections
  }
}

/// Gathers it, portion by portion.
private struct OthersPlan: PortionPlan {
  typealias Answer = OtherTickets

  let now: Timestamp
  let knownAt: KnownAt?
  let scorecards: Scorecards
  let empty: OtherTickets
  let moment: FoldedTickets?
  var sections: Set<QualitySection>? { empty.sections }
  var needsContacts: Bool { empty.contacts != nil }

  func read(_ portion: TicketPortion) throws -> [OtherTickets?] {
    var found = empty
    // A link names the ticket that it follows up.
    let tickets = try portion.sectionTickets(withIDs: found.contacts != nil)
    let underWay = portion.underWay
    let all = underWay.isEmpty ? tickets : try portion.sectionTicketsOfAnyMoment()
    var reviewed: Set<Int> = []
    func section(_ metric: Metric) -> [UInt8] { portion.sections[.metric(metric)] ?? [] }
    try QualityView.reading { () throws(RowError) in
      try found.contacts?.add(portion.sections[.courses] ?? [], tickets)
      // To whom a ticket came by an instant no later event changes.
      try found.inflow?.add(section(.arrivals), all, until: now)
      try found.trainings?.count(section(.reviewTotal), tickets, by: scorecards)
      if found.trainings != nil, !underWay.isEmpty {
        reviewed = try MetricSection.tickets(in: section(.reviewTotal))
      }
    }
    // Whatever else a ticket that was under way bears on must be folded; but one that was opened before
    // all closes that are meant repeats none of them.
    let early = found.contacts?.earlyPlaces
    try addSingles(of: portion, to: &found, withInflow: false) { first in
      underWay[first].map { !(early?.contains($0) ?? true) || reviewed.contains($0) } ?? false
    }
    try addSingles(of: portion, to: &found, withInflow: true) { underWay[$0] == nil }
    return [found]
  }

  private func addSingles(
    of portion: TicketPortion, to found: inout OtherTickets, withInflow: Bool,
    where isWanted: (Position) -> Bool
  ) throws {
    let judge = MetricJudge(at: now, MetricContext(scorecards: scorecards))
    try portion.forEachSingle(knownAt: knownAt, where: isWanted) { ticket in
      let course: TicketCourse?
      let values: [TicketMetric]
      switch ticket {
      case .folded(let history, _):
        course = found.contacts == nil ? nil : history.course(at: now, knownAt: knownAt)
        values = history.metrics([.arrivals, .reviewTotal], knownAt: knownAt, judge) ?? []
      // Of what else is counted here none of the contacts outside of tickets has any.
      case .contact(let record):
        if let course = TicketCourse(record, at: now) { found.contacts?.add(course) }
        return
      case .stored(let stored):
        course = try stored.facts.course()
        let totals = try judge.derive(.reviewTotal, ClockFacts(), topic: nil) {
          try stored.facts.metric($0)
        }
        values = [try stored.facts.metric(.arrivals), totals]
      }
      if let course { found.contacts?.add(course) }
      guard values.count == 2 else { return }
      if withInflow { found.inflow?.add(values[0]) }
      found.trainings?.count(values[1])
    }
  }
}
