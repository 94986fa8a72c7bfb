import CasefileModel
import CasefileProjections
import Testing

/// A ticket that Anna took over when a client had opened it, and what is found on it.
struct FindingDesk {
  var events = TicketCase()

  /// - Parameter takenAt: when Anna took it; nil: nobody did.
  init(takenAt: Double? = 0, channel: Channel? = nil) {
    events.add(
      TicketOpened(clientId: "c-9", channel: channel, groupId: "g-1", priority: "high"), at: 0,
      by: .client)
    if let takenAt { events.add(TicketAssigned(agentId: "a-1", mode: .take), at: takenAt) }
  }

  /// A ticket without any event.
  init(empty: Void) {}

  @discardableResult
  mutating func add(
    _ payload: some EventPayload, at minutes: Double, by actor: Actor = .anna,
    stream: String = "ticket/7", origin: Origin? = nil
  ) -> EventID {
    events.add(payload, at: minutes, by: actor, stream: stream, origin: origin)
  }

  /// Puts it under a policy of one clock that counts around the clock.
  mutating func govern(
    _ clock: String = "resolution", minutes: Int64 = 480, low: Int64? = nil,
    calendar: String? = nil, priority: String? = nil
  ) {
    add(
      PolicyPublished(
        policyId: "p", version: 1,
        clocks: [
          PolicyClock(
            clock: clock, targetSeconds: minutes * 60,
            targetSecondsByPriority: low.map { ["low": $0 * 60] } ?? [:], calendarId: calendar,
            pauseOn: [.client])
        ],
        rules: priority.map {
          [
            PolicyRule(
              ruleId: "x",
              conditions: [PolicyCondition(field: "priority", relation: .oneOf, values: [$0])])
          ]
        } ?? [], effectiveFrom: TicketCase.at(-10)), at: -10, stream: "policy/p")
  }

  /// Publishes a calendar of nine hours on each day from Monday to Friday, in UTC.
  mutating func keepHours(_ zone: String = "UTC") {
    let days: [Weekday] = [.monday, .tuesday, .wednesday, .thursday, .friday]
    add(
      CalendarPublished(
        calendarId: "cal", version: 1, timeZone: zone,
        weekly: days.map {
          WeeklyHours(day: $0, intervals: [DayInterval(from: "09:00", to: "18:00")])
        }), at: -20, stream: "calendar/cal")
  }

  func findings(
    at minutes: Double = 50_000, rules: FindingRules = .builtIn, records: [String]? = nil,
    codes: Set<FindingCode>? = nil, ends: TicketEnds = TicketEnds()
  ) throws -> TicketFindings {
    let stored = events.stored()
    let outages = stored.filter {
      $0.envelope.stream.kind == "channel" || $0.envelope.stream.kind == "system"
    }
    var context = FindingContext(
      duties: AgentDuty.all(events: stored),
      batches: records.map {
        [ImportBatchStarted(batchId: "b", source: "desk", records: $0)]
      } ?? [],
      outages: outages, book: try DeadlineBook(events: stored, zones: MachineZones()),
      contacts: ContactTrail.trails(stored), ends: ends)
    let tickets = Dictionary(
      grouping: stored.filter { $0.envelope.stream.isTicket }, by: \.envelope.stream
    ).mapValues { TicketHistory(events: $0) }
    context.closes = CloseTimes(
      tickets.values.flatMap { $0.agentCloses(at: TicketCase.at(minutes), knownAt: nil) })
    return try #require(
      tickets[StreamID(stored: "ticket/7")]?.findings(
        at: TicketCase.at(minutes), rules: rules, context: context, codes: codes))
  }

  func answer(
    _ code: FindingCode, at minutes: Double = 50_000, rules: FindingRules = .builtIn,
    records: [String]? = nil
  ) throws -> FindingAnswer {
    try #require(
      try findings(at: minutes, rules: rules, records: records, codes: [code])[code])
  }

  /// What is found of a code; nothing also where it is not so or can't be told.
  func found(
    _ code: FindingCode, at minutes: Double = 50_000, rules: FindingRules = .builtIn
  ) throws -> [Finding] {
    let answer = try answer(code, at: minutes, rules: rules)
    if case .found(let findings) = answer { return findings }
    return []
  }
}
