import CasefileCalendars
import CasefileModel
import CasefileProjections
import Testing

/// Working time, and the cuts that ask what the desk was like, by hand-computed tables.
@Suite("Metrics and cuts by calendars, shifts and releases")
struct MetricCalendarTests {
  private static let hours = [DayInterval(from: "09:00", to: "18:00")]

  /// A calendar of Monday to Friday from 9 to 18 UTC, and policies with one clock each: `p` by the
  /// calendar, `q` around the clock, `r` by a calendar that nobody published.
  private func governed(_ policy: String?, clock: String = "firstReply") -> FindingDesk {
    var desk = FindingDesk(empty: ())
    desk.add(
      CalendarPublished(
        calendarId: "c", version: 1, timeZone: "UTC",
        weekly: [.monday, .tuesday, .wednesday, .thursday, .friday].map {
          WeeklyHours(day: $0, intervals: Self.hours)
        }), at: -10, stream: "calendar/c")
    for (id, calendar) in [("p", "c"), ("q", nil), ("r", "nowhere")] as [(String, String?)] {
      desk.add(
        PolicyPublished(
          policyId: id, version: 1,
          clocks: [PolicyClock(clock: clock, targetSeconds: 3_600, calendarId: calendar)],
          rules: [
            PolicyRule(
              ruleId: "x",
              conditions: [PolicyCondition(field: "priority", relation: .oneOf, values: [id])])
          ], effectiveFrom: TicketCase.at(-10)), at: -10, stream: "policy/\(id)")
    }
    desk.add(
      TicketOpened(clientId: "c-9", groupId: "g-1", priority: policy ?? "none"), at: 0, by: .client)
    return desk
  }

  private func measured(_ metric: Metric, _ desk: FindingDesk) throws -> TicketMetric {
    let stored = desk.events.stored()
    let context = MetricContext(book: try DeadlineBook(events: stored, zones: MachineZones()))
    let judge = MetricJudge(at: TicketCase.at(50_000), context)
    let history = TicketHistory(events: stored.filter { $0.envelope.stream.isTicket })
    return try #require(
      history.metrics([metric], knownAt: nil, judge, withCalendars: true)?.first)
  }

  /// The client writes on Monday at 17:50, Anna took it at 17:00 and answers on Tuesday at 9:20; it is
  /// solved on Tuesday at 10.
  private func answered(_ policy: String?, clock: String = "firstReply") -> FindingDesk {
    var desk = governed(policy, clock: clock)
    desk.add(TicketAssigned(agentId: "a-1", mode: .take), at: 420)
    desk.add(MessageReceived(messageId: "m-1"), at: 470, by: .client)
    desk.add(MessageSent(messageId: "m-2", author: .agent), at: 1_400)
    desk.add(ResolutionProposed(), at: 1_440)
    return desk
  }

  @Test(
    "Working time is that of the calendar by which the policy counts",
    arguments: [
      // Ten minutes of Monday and twenty of Tuesday.
      (Metric.firstReplyWorkingTime, Metric.firstReply, Int64(1_800)),
      (.repliesWorkingTime, .replies, 1_800),
      (.firstReactionWorkingTime, .firstReaction, 25_200),
      (.resolutionWorkingTime, .resolution, 32_400),
    ])
  func workingTime(metric: Metric, around: Metric, seconds: Int64) throws {
    for clock in ["firstReply", "groupHold"] {
      let desk = answered("p", clock: clock)
      let found = try measured(metric, desk)
      let whole = try measured(around, desk)
      #expect(found.samples.map(\.at) == whole.samples.map(\.at))
      #expect(found.samples.map(\.positions) == whole.samples.map(\.positions))
      #expect(found.samples.map(\.agent) == ["a-1"])
      #expect(found.samples.map(\.value) == [seconds])
      #expect(
        found.samples[0].value < whole.samples[0].value || metric == .firstReactionWorkingTime)
    }
  }

  @Test("Without a policy or a calendar nothing is measured, and that is counted")
  func unmeasured() throws {
    for (policy, why) in [(nil, .noPolicy), ("q", .noCalendar), ("r", .noCalendar)]
      as [(String?, Metric.Omission)]
    {
      let found = try measured(.resolutionWorkingTime, answered(policy))
      #expect(found.samples.isEmpty && found.omissions == [why: 1])
    }
    let open = try measured(.resolutionWorkingTime, governed("p"))
    #expect(open.omissions == [.notEnded: 1] && open.samples.isEmpty)
    // No book at all.
    let bare = answered("p").events.history.metric(
      .resolutionWorkingTime, at: TicketCase.at(50_000))
    #expect(bare?.omissions == [.noPolicy: 1])
  }

  @Test("The policy counts that governed at the end of what is measured")
  func change() throws {
    var desk = answered("p")
    desk.add(SLAPolicyApplied(policyId: "q", policyVersion: 1), at: 1_410, by: .rule)
    #expect(try measured(.firstReplyWorkingTime, desk).samples.map(\.value) == [1_800])
    #expect(try measured(.resolutionWorkingTime, desk).omissions == [.noCalendar: 1])
    desk.add(SLAPolicyDetached(), at: 1_420, by: .rule)
    #expect(try measured(.resolutionWorkingTime, desk).omissions == [.noPolicy: 1])
  }

  // MARK: Cuts

  private func key(
    _ cut: MetricCut, of metric: Metric, _ desk: FindingDesk, zone: ZoneRules = .utc
  ) throws -> [String?] {
    let stored = desk.events.stored()
    let known = MetricDesk(
      events: stored, duties: AgentDuty.all(events: stored),
      calendars: try DeadlineBook(events: stored, zones: MachineZones()).calendars)
    var keys = MetricKeys(zone: zone, desk: known)
    let found = try measured(metric, desk)
    return found.samples.flatMap { keys.keys(of: $0, on: found.traits, by: cut) }
  }

  @Test(
    "Working hours are those of the ticket's calendar",
    arguments: [
      ("p", 479.0, "working"), ("p", 480, "outside"), ("q", 480, "aroundTheClock"),
      ("r", 100, "unknown"), ("none", 100, "unknown"),
    ])
  func hours(policy: String, minutes: Double, expected: String) throws {
    var desk = governed(policy)
    desk.add(TicketClosed(), at: minutes)
    #expect(try key(.hours, of: .closed, desk) == [expected])
  }

  @Test(
    "Tenure is counted from the day of hiring that is stated",
    arguments: [
      (0.0, "0-89"), (89.9, "0-89"), (90, "90-364"), (364.9, "90-364"), (365, "365-1094"),
      (1_094.9, "365-1094"), (1_095, "1095+"), (-1, "unknown"),
    ])
  func tenure(days: Double, expected: String) throws {
    var desk = FindingDesk()
    desk.add(TicketClosed(), at: 10)
    desk.add(
      AgentRegistered(agentId: "a-1", hiredAt: TicketCase.at(10 - days * 1_440)), at: -5,
      stream: "agent/a-1")
    // Another profile says nothing of it.
    desk.add(AgentProfileChanged(agentId: "a-1", groups: ["g"]), at: -4, stream: "agent/a-1")
    #expect(try key(.tenure, of: .closed, desk) == [expected])
    var unknown = FindingDesk()
    unknown.add(TicketClosed(), at: 10, by: .boris)
    #expect(try key(.tenure, of: .closed, unknown) == ["unknown"])
  }

  @Test(
    "Days are counted since the last release before, of the ticket's project where it names one",
    arguments: [
      (-1.0, nil, "p-1", "none"), (0, nil, "p-1", "0-1"), (1.9, nil, "p-1", "0-1"),
      (2, nil, "p-1", "2-7"), (8, "p-1", "p-1", "8-30"), (31, nil, nil, "31+"),
      (5, "p-2", "p-1", "none"), (5, "p-2", nil, "none"),
    ] as [(Double, String?, String?, String)])
  func release(days: Double, of project: String?, ticket: String?, expected: String) throws {
    var desk = FindingDesk(empty: ())
    desk.add(TicketOpened(projectId: ticket), at: 0, by: .client)
    var event = Event(
      ReleasePublished(releaseId: "r", publishedAt: TicketCase.at(-days * 1_440)),
      on: StreamID(stored: "release/r"), at: TicketCase.at(5), by: .anna, id: TicketCase.id(77))
    event.project = project
    desk.events.add(event)
    #expect(try key(.release, of: .newContacts, desk) == [expected])
  }

  @Test("A shift is told by its group and the hour of its beginning in the reader's zone")
  func shifts() throws {
    let moscow = try MachineZones().rules(of: "Europe/Moscow")
    func closed(_ minutes: Double, _ more: (inout FindingDesk) -> Void) -> FindingDesk {
      var desk = FindingDesk()
      desk.add(TicketClosed(), at: minutes)
      more(&desk)
      return desk
    }
    func planned(_ desk: inout FindingDesk) {
      desk.add(
        ShiftScheduled(
          shiftId: "s", agentId: "a-1", from: TicketCase.at(-60), to: TicketCase.at(420),
          groupId: "g-7"), at: -100, stream: "shift/s")
    }
    // Planned from 9 to 17 UTC.
    #expect(try key(.shift, of: .closed, closed(419, planned)) == ["g-7 09"])
    #expect(try key(.shift, of: .closed, closed(419, planned), zone: moscow) == ["g-7 12"])
    #expect(try key(.shift, of: .closed, closed(420, planned)) == ["offShift"])
    #expect(try key(.shift, of: .closed, closed(10, { _ in })) == ["unknown"])
    let clocked = closed(10) { desk in
      desk.add(ShiftStarted(agentId: "a-1", shiftId: "s"), at: 5, stream: "shift/s")
    }
    #expect(try key(.shift, of: .closed, clocked) == ["10"])
    let ill = closed(10) { desk in
      planned(&desk)
      desk.add(
        AbsenceStarted(kind: .sick, agentId: "a-1", from: TicketCase.at(0)), at: 0,
        stream: "agent/a-1")
    }
    #expect(try key(.shift, of: .closed, ill) == ["absent"])
  }

  @Test("The template is that of the last human reply before the value")
  func template() throws {
    var desk = FindingDesk()
    desk.add(MessageSent(messageId: "b", author: .bot, templateId: "t-9"), at: 1, by: .bot)
    desk.add(TicketClosed(), at: 2)
    desk.add(TicketReopened(), at: 3)
    desk.add(
      MessageSent(messageId: "m-1", author: .agent, templateId: "t-1", templateVersion: 2), at: 4)
    desk.add(TicketClosed(), at: 5)
    desk.add(TicketReopened(), at: 6)
    desk.add(MessageSent(messageId: "m-2", author: .agent, templateId: "t-1"), at: 7)
    desk.add(TicketClosed(), at: 7)
    desk.add(TicketReopened(), at: 8)
    desk.add(MessageSent(messageId: "m-3", author: .agent), at: 9)
    desk.add(TicketClosed(), at: 10)
    #expect(try key(.template, of: .closed, desk) == ["unknown", "t-1 v2", "t-1", "none"])
  }

  @Test("Kind and entry point are the ticket's as they stand; unknown is a key of its own")
  func kinds() throws {
    var desk = FindingDesk(empty: ())
    desk.add(TicketOpened(entryPoint: "help", kind: .question), at: 0, by: .client)
    #expect(try key(.kind, of: .newContacts, desk) == ["question"])
    desk.add(TicketClassified(kind: .incident), at: 5)
    desk.add(TicketClassified(topicId: "t"), at: 6)
    #expect(try key(.kind, of: .newContacts, desk) == ["incident"])
    #expect(try key(.entryPoint, of: .newContacts, desk) == ["help"])
    let bare = FindingDesk()
    #expect(try key(.kind, of: .newContacts, bare) == ["unknown"])
    #expect(try key(.entryPoint, of: .newContacts, bare) == ["unknown"])
    // What is nobody's in the older cuts can be asked for by the same word.
    let found = try measured(.newContacts, bare)
    var keys = MetricKeys()
    for (cut, expected) in [
      (MetricCut.kind, true), (.topic, true), (.tag, true), (.client, false), (.hours, true),
    ] {
      let filter = MetricFilter(keys: [cut: "unknown"])
      #expect(filter.matches(found.samples[0], on: found.traits, &keys) == expected, "\(cut)")
    }
  }

  @Test("Bands of days stand in their order, words after them")
  func order() throws {
    var table = MetricTable(.newContacts, by: .release, keys: MetricKeys(desk: desk()))
    for days in [33.0, 0, 3, 20, 0, -1] {
      var desk = FindingDesk(empty: ())
      desk.add(TicketOpened(), at: days * 1_440, by: .client)
      table.add(try measured(.newContacts, desk))
    }
    #expect(table.rows.map(\.key) == ["0-1", "2-7", "8-30", "31+", "none"])
    #expect(table.rows.map(\.count) == [2, 1, 1, 1, 1])
  }

  private func desk() -> MetricDesk {
    var events = TicketCase()
    events.add(ReleasePublished(releaseId: "r"), at: 0, stream: "release/r")
    return MetricDesk(events: events.stored())
  }

  // MARK: Shifts found by search

  private struct Shuffle: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }
  }

  @Test("The search for shifts tells what the walk over all of them tells", arguments: 0..<20)
  func search(seed: UInt64) throws {
    var random = Shuffle(state: seed)
    var events = TicketCase()
    let isClocked = seed.isMultiple(of: 2)
    for number in 0..<12 {
      let begin = Double(Int.random(in: 0..<60, using: &random) * 120)
      let end = begin + Double(Int.random(in: 1..<12, using: &random) * 60)
      let stream = "shift/s-\(number)"
      if Int.random(in: 0..<4, using: &random) > 0 {
        events.add(
          ShiftScheduled(
            shiftId: "s-\(number)", agentId: "a-1", from: TicketCase.at(begin),
            to: TicketCase.at(end)), at: -10, stream: stream)
      }
      if Int.random(in: 0..<5, using: &random) == 0 {
        events.add(ShiftCancelled(shiftId: "s-\(number)", agentId: "a-1"), at: -9, stream: stream)
      }
      guard isClocked, Int.random(in: 0..<3, using: &random) > 0 else { continue }
      events.add(
        ShiftStarted(agentId: "a-1", shiftId: "s-\(number)"), at: begin + 30, stream: stream)
      if Int.random(in: 0..<3, using: &random) > 0 {
        events.add(ShiftEnded(agentId: "a-1", shiftId: "s-\(number)"), at: end, stream: stream)
      }
    }
    if seed.isMultiple(of: 3) {
      events.add(
        AbsenceStarted(kind: .sick, from: TicketCase.at(900), to: TicketCase.at(2_000)), at: 900,
        stream: "agent/a-1")
    }
    if seed.isMultiple(of: 5) {
      events.add(AgentDeactivated(agentId: "a-1"), at: 6_000, stream: "agent/a-1")
    }
    let duties = AgentDuty.all(events: events.stored())
    let duty = try #require(duties["a-1"])
    var keys = MetricKeys(desk: MetricDesk(duties: duties))
    var kinds: Set<AgentDuty.Standing.Kind> = []
    for minutes in stride(from: -200.0, to: 9_500, by: 30) {
      var desk = FindingDesk(empty: ())
      desk.add(TicketOpened(), at: minutes)
      let found = try #require(desk.events.history.metric(.newContacts, at: .latest))
      let key = keys.keys(of: found.samples[0], on: found.traits, by: .shift)[0]
      let kind = duty.standing(at: TicketCase.at(minutes)).kind
      kinds.insert(kind)
      switch kind {
      case .onDuty: #expect(key.map { $0.count == 2 } == true, "\(minutes) \(key ?? "")")
      case .offShift: #expect(key == "offShift", "\(minutes)")
      case .absent: #expect(key == "absent", "\(minutes)")
      case .unknown: #expect(key == "unknown", "\(minutes)")
      }
    }
    #expect(kinds.count > 1)
  }
}
