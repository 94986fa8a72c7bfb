import Casefile
import CasefileTesting
import Foundation
import Testing

/// The view of quality against the pure measures, whatever was appended, corrected and retracted.
@Suite("View of quality")
struct QualityViewTests {
  private static let moments =
    ProcessInfo.processInfo.environment["CASEFILE_MOMENTS"].flatMap { Int($0) } ?? 5

  /// All metrics of all tickets from their histories alone.
  private static func computed(
    _ store: Store, _ tickets: [String], at now: Timestamp, knownAt: KnownAt?
  ) throws -> [[TicketMetric]] {
    let histories = try tickets.compactMap { try store.ticket($0) }
    var merges: [StoredEvent] = []
    try store.read { event in
      if knownAt?.contains(event.envelope) ?? true { merges.append(event) }
      return true
    }
    let contacts = ClientContacts(
      survivors: ClientContacts.survivors(merges),
      courses: histories.compactMap { $0.course(at: now, knownAt: knownAt) }
        + ContactRecord.records(merges).compactMap { TicketCourse($0, at: now) })
    var inflow = AgentInflow()
    var trainings = TrainingBook(events: merges, at: now)
    let scorecards = MetricContext(scorecards: Scorecards(events: merges))
    for history in histories {
      history.metric(.arrivals, at: now, knownAt: knownAt).map { inflow.add($0) }
      history.metric(.reviewTotal, at: now, knownAt: knownAt, context: scorecards)
        .map { trainings.count($0) }
    }
    inflow.finish()
    let context = MetricContext(
      book: try store.deadlineBook(knownAt: knownAt), contacts: contacts, inflow: inflow,
      checklists: TopicChecklists(events: merges), trainings: trainings,
      scorecards: scorecards.scorecards)
    return try histories.compactMap {
      $0.metrics(
        Metric.allCases, knownAt: knownAt, MetricJudge(at: now, context), withCalendars: true)
    } + Self.measuredContacts(store, at: now, knownAt: knownAt)
  }

  /// All metrics of calls before a ticket, from their events alone.
  private static func measuredContacts(
    _ store: Store, at now: Timestamp, knownAt: KnownAt?
  ) throws -> [[TicketMetric]] {
    var events: [StoredEvent] = []
    var firsts: [StreamID: Position] = [:]
    try store.read { event in
      let stream = event.envelope.stream
      if stream.kind == "call", firsts[stream] == nil { firsts[stream] = event.position }
      if knownAt?.contains(event.envelope) ?? true { events.append(event) }
      return true
    }
    return ContactRecord.records(events).sorted {
      firsts[$0.stream] ?? Position(0) < firsts[$1.stream] ?? Position(0)
    }.compactMap { $0.metrics(Metric.allCases, at: now) }
  }

  private static func stored(
    _ store: Store, at now: Timestamp, knownAt: KnownAt?
  ) throws -> [[TicketMetric]] {
    var found: [[TicketMetric]] = []
    try store.metrics(
      Metric.allCases, at: now, knownAt: knownAt, withTraits: true, withCalendars: true
    ) {
      found.append($0)
      return true
    }
    return found
  }

  /// What bears on findings from contacts and from other tickets, from the events alone.
  private static func compareOthers(
    _ store: Store, _ tickets: [String], knownAt: KnownAt?
  ) throws {
    var events: [StoredEvent] = []
    try store.read { event in
      if knownAt?.contains(event.envelope) ?? true { events.append(event) }
      return true
    }
    var ends = TicketEnds(survivors: ClientContacts.survivors(events))
    var closes: [AgentClose] = []
    for ticket in tickets {
      guard let history = try store.ticket(ticket) else { continue }
      ends.add(history, knownAt: knownAt)
      closes += history.agentCloses(at: .latest, knownAt: knownAt)
    }
    let context = try store.findingContext(knownAt: knownAt)
    #expect(context.contacts == ContactTrail.trails(events).filter { !$0.isEmpty })
    #expect(context.ends == ends)
    #expect(context.closes == CloseTimes(closes))
    let some = try store.findingContext(knownAt: knownAt, codes: [.callAbandoned])
    #expect(some.contacts == context.contacts && some.ends == TicketEnds())
    #expect(some.closes == CloseTimes())
  }

  /// Metrics that are asked for alone read other parts of what is kept.
  private static func compareAlone(
    _ store: Store, _ pure: [[TicketMetric]], at now: Timestamp, knownAt: KnownAt?
  ) throws {
    for (index, metric) in Metric.allCases.enumerated() where metric.basis != .history {
      var alone: [TicketMetric] = []
      try store.metric(metric, at: now, knownAt: knownAt) {
        alone.append($0)
        return true
      }
      let expected = pure.map { $0[index] }.filter { $0.contact == nil }
      #expect(alone.map(\.samples) == expected.map(\.samples), "\(metric)")
      #expect(alone.map(\.omissions) == expected.map(\.omissions), "\(metric)")
    }
  }

  /// The tickets in order of their first positions.
  private static func order(_ store: Store) throws -> [String] {
    var order: [String] = []
    try store.read { event in
      let stream = event.envelope.stream
      if stream.isTicket, event.envelope.version.rawValue == 1 { order.append(stream.id) }
      return true
    }
    return order
  }

  @Test("The view and the histories give the same values at random moments", arguments: 0..<6)
  func moments(seed: UInt64) throws {
    // Small blocks, so that some tickets are read from them and some beside them.
    let temporary = try TemporaryStore(
      seed: seed,
      qualityBlocks: seed < 4 ? QualityBlocks(width: seed + 3, restCount: seed * 5) : nil)
    let store = temporary.store
    var random = SeededRandom(seed)
    let desk = QualityDesk(using: &random)
    try QualityDesk.publish(store)
    try desk.fill(
      store, batch: Int.random(in: 1...9, using: &random),
      updating: seed.isMultiple(of: 2))
    let tickets = try Self.order(store)
    var values = 0
    func check() throws {
      for round in 0..<Self.moments {
        let now = round == 0 ? Timestamp.latest : desk.base.moment(using: &random)
        let known = try store.event(
          at: Position(UInt64.random(in: 0..<UInt64(desk.events.count), using: &random)))
        let knownAt: KnownAt? =
          switch (round % 4, known) {
          case (2, let known?): .position(known.position)
          case (3, let known?): .recorded(known.envelope.recordedAt)
          default: nil
          }
        let pure = try Self.computed(store, tickets, at: now, knownAt: knownAt)
        #expect(try Self.stored(store, at: now, knownAt: knownAt) == pure)
        try Self.compareAlone(store, pure, at: now, knownAt: knownAt)
        try Self.compareOthers(store, tickets, knownAt: knownAt)
        values += pure.joined().reduce(0) { $0 + $1.samples.count }
      }
    }
    try check()
    try store.updateViews()
    try check()
    #expect(values > 300)
    // Both views were brought up to the log by common folds; each is compared with one of its own.
    for isReplayed in [false, true] {
      if isReplayed { _ = try store.replay() }
      for name in ["quality", "tickets"] {
        let comparison = try store.compareView(named: name)
        #expect(comparison.isEqual, "\(comparison)")
      }
    }
    // A whole import goes, and comes back.
    let stream = try StreamID(kind: "import", id: "b-1")
    let retraction = EventID(high: 0x7006, low: 1)
    let acts: [any EventPayload] = [
      ImportBatchRetracted(batchId: "b-1", reason: "wrong file"),
      EventRetracted(targetEventId: retraction),
    ]
    for (index, payload) in acts.enumerated() {
      _ = try store.appendBlocking([
        Event(
          payload, on: stream, at: ManualClock.start, by: Actor(.agent, "admin"),
          id: EventID(high: 0x7006, low: UInt64(index + 1)))
      ])
      #expect(
        try Self.stored(store, at: .latest, knownAt: nil)
          == Self.computed(store, tickets, at: .latest, knownAt: nil))
      try Self.compareOthers(store, tickets, knownAt: nil)
      try store.updateViews()
      #expect(try store.compareView(named: "quality").isEqual)
      try Self.compareOthers(store, tickets, knownAt: nil)
    }
  }

  /// Rules of which each limit differs from the built-in one, and one that no row answers.
  private static func rules(_ seed: UInt64) -> FindingRules {
    guard !seed.isMultiple(of: 2) else { return .builtIn }
    return FindingRules(
      RuleSetPublished(
        ruleSetId: "r", rules: [FindingRule(ruleId: "reopened", isOff: true)],
        thresholds: [
          "noHolderMinutes": 5, "staleDays": seed == 1 ? 0 : 1, "unansweredHours": 1,
          "callWaitSeconds": 0, "continuityQuestions": 1, "badMarkPermille": 400,
          "pauseQuestionMinutes": 5, "continuedMinutes": 120, "lateRecordMinutes": 1,
          "followUpDays": 1, "lateChangePermille": Int64(seed) * 100,
        ], version: 1))
  }

  @Test("Findings by the rows are those of the histories", arguments: 0..<6)
  func findings(seed: UInt64) throws {
    let temporary = try TemporaryStore(seed: seed)
    let store = temporary.store
    var random = SeededRandom(seed)
    let desk = QualityDesk(using: &random)
    if seed.isMultiple(of: 3) { try QualityDesk.publish(store) }
    try desk.fill(store, batch: 20, updating: true)
    // Shifts, an absence and an outage, of which rows know nothing.
    if seed > 2 {
      let actor = Actor(.agent, "a-1")
      let shift = StreamID(stored: "shift/s-1")
      let from = desk.base.moment(using: &random)
      _ = try store.appendBlocking([
        Event(
          ShiftStarted(agentId: "a-1", at: from, shiftId: "s-1"), on: shift, at: from, by: actor),
        Event(
          ShiftEnded(
            agentId: "a-1", at: from.adding(microseconds: 3_600_000_000),
            unhandedTickets: [desk.base.tickets[2]], shiftId: "s-1"), on: shift,
          at: from.adding(microseconds: 3_600_000_000), by: actor),
        Event(
          AbsenceStarted(kind: .sick, agentId: "a-2", absenceId: "z", from: from),
          on: StreamID(stored: "agent/a-2"), at: from, by: actor),
        Event(
          ChannelOutage(channel: .email, from: from, to: from.adding(microseconds: 600_000_000)),
          on: StreamID(stored: "channel/mail"), at: from, by: actor),
      ])
    }
    let rules = Self.rules(seed)
    let tickets = try Self.order(store)
    var found: Set<FindingCode> = []
    let known = Position(UInt64.random(in: 9..<UInt64(desk.events.count), using: &random))
    for (now, knownAt) in [
      (Timestamp.latest, nil), (desk.base.moment(using: &random), nil),
      (.latest, KnownAt.position(known)),
    ] {
      let context = try store.findingContext(knownAt: knownAt)
      let pure = try tickets.compactMap {
        try store.ticket($0)?.findings(
          at: now, knownAt: knownAt, rules: rules, context: context)
      }
      var rows: [TicketFindings] = []
      try store.findings(at: now, knownAt: knownAt, rules: rules, context: context) {
        rows.append($0)
        return true
      }
      #expect(rows == pure)
      for one in pure
      where one.findings.contains(where: { FindingContext.left.contains($0.code) }) {
        let facts = try #require(try store.ticket(one.ticket)).clockFacts(knownAt: knownAt)
        let standing = TicketStanding(facts, at: now)
        #expect(
          context.mayBeLeft(standing, at: now)
            || !context.shifts(leaving: standing, by: now).isEmpty)
      }
      for code in [FindingCode.hung, .handoffExpired, .lateRetarget, .repeatContact] {
        var some: [Finding] = []
        try store.findings(
          at: now, knownAt: knownAt, rules: rules, context: context, codes: [code], onlyFound: true
        ) {
          #expect(!$0.findings.isEmpty)
          some += $0.findings
          return true
        }
        #expect(some == pure.flatMap(\.findings).filter { $0.code == code })
      }
      found.formUnion(pure.flatMap(\.findings).map(\.code))
    }
    #expect(found.count > 8)
  }

  @Test("What is opened behind a figure is what the figure is made of", arguments: 0..<2)
  func drillDown(seed: UInt64) throws {
    let temporary = try TemporaryStore(seed: seed)
    let store = temporary.store
    var random = SeededRandom(seed)
    let desk = QualityDesk(using: &random)
    try QualityDesk.publish(store)
    try desk.fill(store, batch: 20, updating: true)
    let month = try #require(Timestamp("2026-03-01T00:00:00Z"))
    let next = try #require(Timestamp("2026-04-01T00:00:00Z"))
    let filters = [
      MetricFilter(), MetricFilter(agent: "a-1"), MetricFilter(agent: "a-9"),
      MetricFilter(since: month, until: next), MetricFilter(since: next, until: .latest),
      MetricFilter(keys: [.client: "c-2"]), MetricFilter(agent: "a-2", keys: [.weekday: "1"]),
      MetricFilter(keys: [.hours: "outside"]), MetricFilter(keys: [.hours: "working"]),
      MetricFilter(since: month, until: next, keys: [.template: "none", .tenure: "unknown"]),
    ]
    let known = try store.metricKeys(for: MetricCut.allCases)
    for now in [Timestamp.latest, desk.base.moment(using: &random)] {
      let metrics: [Metric] =
        now == .latest
        ? Metric.allCases
        : [
          .replies, .resolution, .backlog, .oneReply, .overdueTickets, .resolutionWorkingTime,
          .stressCases, .checklistDone,
        ]
      var all: [Metric: [(MetricSample, TicketTraits)]] = [:]
      try store.metrics(metrics, at: now, withTraits: true, withCalendars: true) { tickets in
        for (metric, ticket) in zip(metrics, tickets) {
          all[metric, default: []] += ticket.samples.map { ($0, ticket.traits) }
        }
        return true
      }
      for metric in metrics {
        // Without a filter there is no index to go by.
        let some: Set<Metric> = [.replies, .closed, .goodMarks, .stressCases, .callTalk]
        for filter in metric == .replies ? filters : Array(filters.dropFirst())
        where filter.keys.keys.allSatisfy({ !$0.hasUnknown }) || some.contains(metric) {
          var keys = known
          let expected = (all[metric] ?? []).filter { filter.matches($0.0, on: $0.1, &keys) }
          var found: [MetricSample] = []
          try store.samples(of: metric, at: now, filter: filter, keys: known) {
            found.append($0)
            return true
          }
          #expect(found == expected.map(\.0), "\(metric) \(filter)")
        }
      }
    }
  }

  @Test("Tickets without a part in a period change no count of its deadlines", arguments: 0..<4)
  func periods(seed: UInt64) throws {
    let temporary = try TemporaryStore(seed: seed)
    let store = temporary.store
    var random = SeededRandom(seed &+ 40)
    let desk = QualityDesk(using: &random)
    try QualityDesk.publish(store)
    try desk.fill(store, batch: 20, updating: true)
    let book = try store.deadlineBook()
    var (counted, leftOut) = (0, 0)
    for round in 0..<20 {
      let moments = (0..<3).map { _ in desk.base.moment(using: &random) }.sorted()
      let now = round == 0 || Bool.random(using: &random) ? Timestamp.latest : moments[2]
      // Once before all tickets, of which none is left then.
      let begin = round == 0 ? Timestamp(seconds: 0) : moments[0]
      let (since, until) = (begin, round == 0 ? Timestamp(seconds: 1) : moments[1])
      func tally(isLimited: Bool) throws -> DeadlineTally {
        var tally = DeadlineTally(
          since: since, until: until, boundaries: since < until ? [since, until] : [])
        try store.clockOutcomes(
          at: now, book: book, since: isLimited ? since : nil, until: isLimited ? until : nil
        ) {
          if isLimited { leftOut += $0.isEmpty ? 1 : 0 }
          tally.add($0)
          return true
        }
        return tally
      }
      let (all, some) = (try tally(isLimited: false), try tally(isLimited: true))
      #expect(all.total == some.total && all.ticketCount == some.ticketCount)
      #expect(all.steps == some.steps && all.overdueBefore == some.overdueBefore)
      for cut in DeadlineTally.Cut.allCases { #expect(all.rows(by: cut) == some.rows(by: cut)) }
      counted += all.total.decided
    }
    #expect(counted > 5 && leftOut > 5)
  }

  @Test("A dropped or damaged view costs no answer")
  func damage() throws {
    var random = SeededRandom(5)
    let desk = QualityDesk(using: &random)
    let temporary = try TemporaryStore()
    try desk.fill(temporary.store, batch: 20, updating: true)
    let expected = try Self.stored(temporary.store, at: .latest, knownAt: nil)
    try temporary.store.dropView(named: "quality")
    #expect(try Self.stored(temporary.store, at: .latest, knownAt: nil) == expected)
    try temporary.store.updateViews()
    temporary.store.close()
    let views = temporary.directory + "/views/"
    let folder = try #require(
      try FileManager.default.contentsOfDirectory(atPath: views).first { $0.hasPrefix("quality-") })
    let file = views + folder + "/data.mdb"
    var bytes = try #require(FileManager.default.contents(atPath: file))
    for index in stride(from: 8192 + 100, to: bytes.count, by: 61) { bytes[index] ^= 0x20 }
    try bytes.write(to: URL(filePath: file))
    try temporary.reopen()
    #expect(try Self.stored(temporary.store, at: .latest, knownAt: nil) == expected)
    #expect(try !temporary.store.compareView(named: "quality").isEqual)
  }

  @Test("The companies of clients are those of their last registrations; a zone must be there")
  func keys() throws {
    let temporary = try TemporaryStore()
    func registered(_ client: String, _ company: String?, _ minute: Int64) throws -> Event {
      Event(
        ClientRegistered(clientId: client, companyId: company),
        on: try StreamID(kind: "client", id: client), at: Timestamp(seconds: minute * 60),
        by: Actor(.agent, "a-1"))
    }
    _ = try temporary.store.appendBlocking([
      try registered("c-1", "acme", 2), try registered("c-1", "old", 1),
      try registered("c-2", nil, 3),
    ])
    let keys = try temporary.store.metricKeys(zone: "Europe/Moscow")
    #expect(keys.companies == ["c-1": "acme"] && keys.zone.name == "Europe/Moscow")
    #expect(try temporary.store.metricKeys(withCompanies: false).companies.isEmpty)
    #expect(throws: (any Error).self) { try temporary.store.metricKeys(zone: "Moon/Base") }
  }
}
