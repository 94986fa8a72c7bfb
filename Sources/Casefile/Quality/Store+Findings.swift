internal import CasefileLog
public import CasefileModel
public import CasefileProjections

extension Store {
  /// The rules of findings in force at an instant, by what was known; the built-in ones where no rule
  /// set is published.
  ///
  /// - Throws: as `read`.
  public func findingRules(at instant: Timestamp, knownAt: KnownAt? = nil) throws -> FindingRules {
    FindingRules(
      events: try amendedEvents(of: FindingRules.types), at: instant, knownAt: knownAt,
      schema: schema)
  }

  /// What bears on findings besides the tickets' own events. Make it once for many tickets.
  ///
  /// - Parameters:
  ///   - now: the instant of evaluation: closes that came later can't be repeated.
  ///   - knownAt: leaves out what was recorded later.
  ///   - ticket: of contacts outside of tickets only those that belong to this one.
  ///   - codes: what is looked for; nil: everything. What none of them asks about is not read.
  ///   - zones: the zone data; the system's unless you have others.
  /// - Throws: as `read`; what reading zone data throws.
  /// - Complexity: a short row of the view `quality` for each ticket and contact, or what bears on the
  ///   one ticket.
  public func findingContext(
    at now: Timestamp = .latest, knownAt: KnownAt? = nil, ticket: String? = nil,
    codes: Set<FindingCode>? = nil,
    zones: any ZoneDataSource = ZoneDirectory()
  ) throws -> FindingContext {
    let book = try deadlineBook(knownAt: knownAt, zones: zones)
    let types: Set<UInt32> = [
      ImportBatchStarted.type.number, ChannelOutage.type.number, ChannelRestored.type.number,
      SystemRecorderGap.type.number,
    ]
    // By what was known: a retraction that came later takes nothing away.
    let known = try amendedEvents(of: types, knownAt: knownAt)
    let amendments = Amendments(known, schema: schema)
    let events = known.filter {
      types.contains($0.envelope.typeNumber) && amendments.entry(of: $0).retractedBy == nil
    }
    var context = FindingContext(
      duties: try agentDuties(knownAt: knownAt),
      batches: events.compactMap { try? $0.payload(as: ImportBatchStarted.self) },
      outages: events.filter { $0.envelope.typeNumber != ImportBatchStarted.type.number },
      book: book)
    try addOthers(to: &context, of: ticket, at: now, knownAt, codes)
    return context
  }

  /// Adds what other tickets and contacts bear on findings.
  private func addOthers(
    to context: inout FindingContext, of ticket: String?, at now: Timestamp, _ knownAt: KnownAt?,
    _ codes: Set<FindingCode>?
  ) throws {
    let needsTrails = !(codes?.isDisjoint(with: ContactTrail.codes) ?? false)
    let needsEnds = codes?.contains(.repeatContact) ?? true
    let needsCloses = codes?.contains(.bulkClose) ?? true
    if let ticket {
      if needsTrails { context.contacts = try contactTrails(of: ticket, knownAt: knownAt) }
      if needsEnds { context.ends = try ticketEnds(bearingOn: ticket, at: now, knownAt) }
      if needsCloses { context.closes = try closes(beside: ticket, at: now, knownAt) }
      return
    }
    guard needsTrails || needsEnds || needsCloses else { return }
    var trails: [ContactTrail] = []
    var closes: [AgentClose] = []
    var ends = TicketEnds(survivors: needsEnds ? try clientSurvivors(knownAt: knownAt) : [:])
    let plan = OthersPlan(
      now: now, knownAt: knownAt, needsTickets: needsEnds || needsCloses,
      needsContacts: needsTrails, needsCloses: needsCloses)
    try scan(plan) { other in
      switch other {
      case .ticket(let course, let some):
        if needsEnds { ends.add(course) }
        closes += some
      case .contact(let trail): if !trail.isEmpty { trails.append(trail) }
      }
      return true
    }
    context.ends = ends
    context.closes = CloseTimes(closes)
    context.contacts = trails.sorted { $0.stream < $1.stream }
  }

  /// Those of the client's tickets, and of the tickets that it is said to follow up.
  private func ticketEnds(
    bearingOn ticket: String, at now: Timestamp, _ knownAt: KnownAt?
  ) throws -> TicketEnds {
    var ends = TicketEnds(survivors: try clientSurvivors(knownAt: knownAt))
    guard let history = try self.ticket(ticket),
      let course = history.course(at: now, knownAt: knownAt)
    else { return ends }
    for previous in Set(course.followedTickets).sorted() {
      if let history = try self.ticket(previous) { ends.add(history, at: now, knownAt: knownAt) }
    }
    guard let client = course.client else { return ends }
    var firsts: [Position] = []
    for one in ends.clients(oneWith: client) {
      try tickets(TicketFilter(client: one), knownAt: knownAt) { summary in
        firsts.append(summary.firstPosition)
        return true
      }
    }
    let plan = OthersPlan(
      now: now, knownAt: knownAt, needsTickets: true, needsContacts: false, firsts: firsts)
    try scan(plan) { other in
      if case .ticket(let course, _) = other { ends.add(course) }
      return true
    }
    return ends
  }

  /// Those of the agents who closed the ticket, as far as they may count together with it.
  private func closes(
    beside ticket: String, at now: Timestamp, _ knownAt: KnownAt?
  ) throws -> CloseTimes {
    let own = try self.ticket(ticket)?.agentCloses(at: now, knownAt: knownAt) ?? []
    let longest = CloseTimes.longestSeconds * 1_000_000
    var closes: [AgentClose] = []
    for (agent, some) in Dictionary(grouping: own, by: \.agent) {
      let times = some.map(\.at)
      let filter = MetricFilter(
        since: times.min()?.adding(microseconds: -longest),
        until: times.max()?.adding(microseconds: longest), agent: agent)
      let plan = OthersPlan(
        now: now, knownAt: knownAt, needsTickets: true, needsContacts: false, needsCloses: true,
        filter: filter)
      try scan(plan) { other in
        if case .ticket(_, let some) = other { closes += some.filter { $0.agent == agent } }
        return true
      }
    }
    return CloseTimes(closes)
  }

  private func contactTrails(of ticket: String, knownAt: KnownAt?) throws -> [ContactTrail] {
    var streams: Set<StreamID> = []
    try read(EventReadOptions(query: EventQuery(types: [ContactLinkedToTicket.type.number]))) {
      event in
      if (try? event.payload(as: ContactLinkedToTicket.self))?.ticketId == ticket {
        streams.insert(event.envelope.stream)
      }
      return true
    }
    guard !streams.isEmpty else { return [] }
    return ContactTrail.trails(
      try amendedEvents(of: streams).filter { knownAt?.contains($0.envelope) ?? true },
      schema: schema)
  }

  /// Hands out what is found on every ticket, in order of their first positions, until `each` says
  /// false. Tickets of which nothing had happened, or was known, are left out.
  ///
  /// - Parameters:
  ///   - now: the instant of evaluation; what happened later is left out.
  ///   - knownAt: leaves out what was recorded later. Make rules and context with the same one.
  ///   - rules: the limits.
  ///   - context: what is judged by apart from the ticket.
  ///   - codes: what is looked for; nil: everything.
  ///   - onlyFound: also leaves out tickets on which nothing is found.
  ///   - firsts: where the tickets begin that are looked at; nil: all are.
  ///   - each: takes them; false ends the reading.
  /// - Throws: as `read`; what `each` throws.
  /// - Complexity: a row of the view `quality` for each ticket, compared with the limits. Folded from
  ///   the log, on all cores, are those of which the rows don't tell the moment, and those on which an
  ///   act may have changed a verdict.
  public func findings(
    at now: Timestamp, knownAt: KnownAt? = nil, rules: FindingRules, context: FindingContext,
    codes: Set<FindingCode>? = nil, onlyFound: Bool = false, of firsts: [Position]? = nil,
    _ each: (TicketFindings) throws -> Bool
  ) throws {
    var context = context
    if let knownAt {
      context.outages = context.outages.filter { knownAt.contains($0.envelope) }
    }
    let plan = FindingPlan(
      now: now, knownAt: knownAt, rules: rules, context: context, firsts: firsts,
      codes: FindingCode.allCases.filter { codes?.contains($0) ?? true })
    try scan(plan) { onlyFound && $0.findings.isEmpty ? true : try each($0) }
  }
}

/// What is found on every ticket.
private struct FindingPlan: QualityPlan {
  typealias Answer = TicketFindings

  let now: Timestamp
  let knownAt: KnownAt?
  let rules: FindingRules
  let context: FindingContext
  let firsts: [Position]?
  let codes: [FindingCode]

  var sections: Set<QualitySection>? { nil }
  var needsFindings: Bool { true }
  var needsClocks: Bool {
    let judge = FindingJudge(at: now, rules: rules, context: context)
    return codes.contains(where: judge.needsClocks)
  }

  func makeReader() -> (QualityTicket) throws -> TicketFindings? {
    let judge = FindingJudge(at: now, rules: rules, context: context)
    var clocks = ClockFacts()
    func fold(_ history: TicketHistory, _ codes: Set<FindingCode>) -> TicketFindings? {
      history.findings(at: now, knownAt: knownAt, rules: rules, context: context, codes: codes)
    }
    return { ticket in
      switch ticket {
      case .contact: return nil
      case .folded(let history, _): return fold(history, Set(codes))
      case .stored(let stored):
        guard let row = stored.findings, let course = try stored.facts.course() else {
          return fold(try stored.history(), Set(codes))
        }
        if let row = stored.clocks { try clocks.read(row: row) } else { clocks = ClockFacts() }
        return try judge.findings(
          codes, try RowReader.decode(FindingFacts.self, row), course, clocks
        ) { fold(try stored.history(), $0) }
      }
    }
  }
}

/// What other tickets and contacts bear on findings.
private struct OthersPlan: QualityPlan {
  typealias Answer = Other

  enum Other: Sendable {
    case ticket(TicketCourse, [AgentClose])
    case contact(ContactTrail)
  }

  let now: Timestamp
  let knownAt: KnownAt?
  let needsTickets: Bool
  let needsContacts: Bool
  var needsCloses = false
  var filter: MetricFilter?
  var firsts: [Position]?
  var sections: Set<QualitySection>? { needsCloses ? nil : [.courses] }
  var needsFindings: Bool { true }

  func makeReader() -> (QualityTicket) throws -> Other? {
    { ticket in
      switch ticket {
      case .folded(let history, _):
        history.course(at: now, knownAt: knownAt).map {
          .ticket($0, needsCloses ? history.agentCloses(at: now, knownAt: knownAt) : [])
        }
      case .contact(let record): .contact(record.trail)
      case .stored(let stored) where stored.facts.contact == nil:
        try stored.facts.course().map {
          .ticket($0, try needsCloses ? FindingFacts.closes(inRow: stored.findings ?? []) : [])
        }
      case .stored(let stored):
        try stored.findings.map { .contact(try RowReader.decode(ContactTrail.self, $0)) }
      }
    }
  }
}
