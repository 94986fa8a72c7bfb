import Casefile
import CasefileTesting
import Foundation
import Testing

/// The view of quality against the pure measures, whatever was appended, corrected and retracted.
@Suite("View of quality")
struct QualityViewTests {
  private static let moments =
    ProcessInfo.processInfo.environment["CASEFILE_MOMENTS"].flatMap { Int($0) } ?? 5

  /// A random desk with marks, reviews, calls and logged time, some of it with an import, some of it
  /// corrected or retracted.
  private struct Desk {
    let base: RandomDesk
    private(set) var events: [Event] = []

    init(using random: inout SeededRandom) {
      base = RandomDesk(tickets: 6, using: &random)
      events = base.events
      let count = events.count
      for number in 0..<count * 2 / 3 {
        let ticket = base.tickets[Int.random(in: 0..<base.tickets.count, using: &random)]
        events.append(extra(UInt64(number), ticket, using: &random))
      }
      for target in 0..<8 {
        let id = EventID(high: 0x7002, low: UInt64(target * 5))
        events.append(
          Event(
            EventRetracted(targetEventId: id), on: StreamID.known(base.tickets[0]),
            at: base.moment(using: &random), by: Actor(.reviewer, "r-1"),
            id: EventID(high: 0x7003, low: UInt64(target))))
      }
      for number in 0..<24 {
        let payload: any EventPayload =
          switch number % 4 {
          case 0: CallOffered(callId: "k", direction: .inbound, clientId: "c-1")
          case 1: CallAnswered(callId: "k", agentId: "a-\(number % 3 + 1)")
          case 2: CallEnded(callId: "k", talkSeconds: Int64(number), outcome: .resolved)
          default: ContactLinkedToTicket(contactId: "x", ticketId: base.tickets[number % 5])
          }
        // Some calls end without an answer, some are never linked.
        guard Int.random(in: 0..<4, using: &random) > 0 else { continue }
        events.append(
          Event(
            payload, on: StreamID(stored: "call/x-\(number / 4)"),
            at: base.moment(using: &random), by: Actor(.agent, "a-4"),
            id: EventID(high: 0x7008, low: UInt64(number))))
      }
      for target in [1, 6] {
        events.append(
          Event(
            EventRetracted(targetEventId: EventID(high: 0x7008, low: UInt64(target))),
            on: StreamID.known(base.tickets[1]), at: base.moment(using: &random),
            by: Actor(.reviewer, "r-1"), id: EventID(high: 0x7009, low: UInt64(target))))
      }
      for number in 1...4 {
        let agent = "a-\(number)"
        let at = base.moment(using: &random)
        let trainings: [any EventPayload] = [
          TrainingAssigned(
            trainingId: "t", agentId: agent, reviewIds: ["v-\(number)", "v-\(number / 2)"]),
          TrainingCompleted(trainingId: "t", agentId: agent),
        ]
        for (index, payload) in trainings.enumerated() {
          events.append(
            Event(
              payload, on: StreamID(stored: "agent/\(agent)"), at: at, by: Actor(.agent, "q-1"),
              id: EventID(high: 0x700A, low: UInt64(number * 2 + index))))
        }
      }
      events.append(
        Event(
          ClientMerged(intoClient: "c-2", clientId: "c-1"), on: StreamID(stored: "client/c-1"),
          at: base.moment(using: &random), by: Actor(.agent, "a-1"),
          id: EventID(high: 0x7004, low: 0)))
      events.shuffle(using: &random)
      for index in events.indices where Int.random(in: 0..<4, using: &random) == 0 {
        let number = events[index].origin?.sequence
        events[index].origin = Origin(
          system: "old", importBatch: "b-1", sequence: number, basis: .imported)
      }
    }

    private func extra(
      _ number: UInt64, _ ticket: String, using random: inout SeededRandom
    ) -> Event {
      let word = "\(Int.random(in: 1...3, using: &random))"
      let agent = "a-\(Int.random(in: 1...4, using: &random))"
      let score = Int64.random(in: 0...6, using: &random)
      let payload: any EventPayload =
        switch Int.random(in: 0..<20, using: &random) {
        case 0: CallOffered(callId: "k-\(word)", direction: .inbound)
        case 1: CallAnswered(callId: "k-\(word)", agentId: agent)
        case 2: CallAbandoned(callId: "k-\(word)")
        case 3: CallEnded(callId: "k-\(word)", talkSeconds: score * 20, outcome: .resolved)
        case 4: SurveyOffered(surveyId: "s-\(word)")
        case 5, 6:
          RatingReceived(
            ratingId: "r-\(word)", surveyId: "s-\(word)", kind: .csat, score: score, scaleMin: 1,
            scaleMax: 5)
        case 7:
          RatingReceived(ratingId: "n-\(word)", kind: .nps, score: score, scaleMin: 0, scaleMax: 6)
        case 8:
          ReviewSubmitted(
            reviewId: "v-\(word)",
            answers: [ReviewAnswer(criterion: "q", isCritical: true, score: score, scoreMax: 5)])
        case 9: TicketTimeLogged(agentId: agent, seconds: score * 60)
        case 10: TicketClassified(topicId: "t-\(word)")
        case 11: TicketFollowUpLinked(previousTicket: base.tickets[0], sameTopic: true)
        case 12: ResolutionProposed()
        case 13: TicketDiagnosticStep(step: "looked", stepCode: "s-\(word)")
        case 14: TicketSentimentFlagged(flag: score < 3 ? .negative : .urgent)
        case 15: ReviewCalibrated(reviewId: "v-\(word)", deltaPermille: score * 40 - 100)
        case 16: ReviewDisputed(reviewId: "v-\(word)")
        case 17: ReviewResolved(reviewId: "v-\(word)", decision: score < 3 ? .upheld : .rejected)
        case 18: ReviewAgentResponded(reviewId: "v-\(word)", text: "-", agrees: false)
        default: TicketNoteAdded(noteId: "x-\(number)", text: "-")
        }
      return Event(
        payload, on: StreamID.known(ticket), at: base.moment(using: &random),
        by: Actor(.agent, agent), id: EventID(high: 0x7002, low: number))
    }
  }

  private static func fill(
    _ store: Store, _ events: [Event], batch: Int, updating: Bool
  ) throws {
    for start in stride(from: 0, to: events.count, by: batch) {
      _ = try store.appendBlocking(Array(events[start..<min(start + batch, events.count)]))
      if updating { try store.updateViews() }
    }
  }

  private static func publish(_ store: Store) throws {
    _ = try store.appendBlocking([
      Event(
        PolicyPublished(
          policyId: "p", version: 1,
          clocks: ["firstReply", "nextReply", "resolution"].map {
            PolicyClock(
              clock: $0, targetSeconds: 1_800,
              calendarId: $0 == "nextReply" ? nil : "c", pauseOn: [.client])
          }, effectiveFrom: Timestamp(seconds: 0)), on: StreamID(stored: "policy/p"),
        at: Timestamp(seconds: 0), by: Actor(.agent, "a-1"), id: EventID(high: 0x7005, low: 1)),
      Event(
        CalendarPublished(
          calendarId: "c", version: 1, timeZone: "Europe/Moscow",
          weekly: [.monday, .tuesday, .wednesday, .thursday, .friday, .saturday, .sunday].map {
            WeeklyHours(day: $0, intervals: [DayInterval(from: "11:00", to: "16:00")])
          }), on: StreamID(stored: "calendar/c"), at: Timestamp(seconds: 0),
        by: Actor(.agent, "a-1"), id: EventID(high: 0x7005, low: 2)),
      Event(
        TopicRegistered(topicId: "t-1", name: "Login", checklist: ["s-1", "s-2"]),
        on: StreamID(stored: "topic/t-1"), at: Timestamp(seconds: 0), by: Actor(.agent, "a-1"),
        id: EventID(high: 0x7005, low: 3)),
    ])
  }

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
    var contacts = ClientContacts(survivors: ClientContacts.survivors(merges))
    for history in histories {
      if let course = history.course(at: now, knownAt: knownAt) { contacts.add(course) }
    }
    var inflow = AgentInflow()
    var trainings = TrainingBook(events: merges, at: now)
    for history in histories {
      history.metric(.arrivals, at: now, knownAt: knownAt).map { inflow.add($0) }
      history.metric(.reviewTotal, at: now, knownAt: knownAt).map { trainings.count($0) }
    }
    inflow.finish()
    let context = MetricContext(
      book: try store.deadlineBook(knownAt: knownAt), contacts: contacts, inflow: inflow,
      checklists: TopicChecklists(events: merges), trainings: trainings)
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
    var firsts: [String: Position] = [:]
    try store.read { event in
      let stream = event.envelope.stream
      if stream.isTicket { firsts[stream.id] = firsts[stream.id] ?? event.position }
      if knownAt?.contains(event.envelope) ?? true { events.append(event) }
      return true
    }
    var ends = TicketEnds()
    for ticket in tickets {
      guard let history = try store.ticket(ticket), history.isInForce(knownAt: knownAt) else {
        continue
      }
      ends.add(history.state(knownAt: knownAt), first: try #require(firsts[ticket]))
    }
    let context = try store.findingContext(knownAt: knownAt)
    #expect(context.contacts == ContactTrail.trails(events).filter { !$0.isEmpty })
    #expect(context.ends == ends)
    let some = try store.findingContext(knownAt: knownAt, codes: [.callAbandoned])
    #expect(some.contacts == context.contacts && some.ends == TicketEnds())
  }

  /// Metrics that ask for little of a row read a shorter one, when they are asked for alone.
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
    let temporary = try TemporaryStore(seed: seed)
    let store = temporary.store
    var random = SeededRandom(seed)
    let desk = Desk(using: &random)
    try Self.publish(store)
    try Self.fill(
      store, desk.events, batch: Int.random(in: 1...9, using: &random),
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
    let desk = Desk(using: &random)
    if seed.isMultiple(of: 3) { try Self.publish(store) }
    try Self.fill(store, desk.events, batch: 20, updating: true)
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
    let desk = Desk(using: &random)
    try Self.publish(store)
    try Self.fill(store, desk.events, batch: 20, updating: true)
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
    let desk = Desk(using: &random)
    try Self.publish(store)
    try Self.fill(store, desk.events, batch: 20, updating: true)
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
    let desk = Desk(using: &random)
    let temporary = try TemporaryStore()
    try Self.fill(temporary.store, desk.events, batch: 20, updating: true)
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
