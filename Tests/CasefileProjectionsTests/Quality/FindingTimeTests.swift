import CasefileModel
import CasefileProjections
import Testing

/// Hours of a calendar, contradictions, missing deadlines and closes at the end of a month.
@Suite("Findings by calendars and across tickets")
struct FindingTimeTests {
  /// The start is a Monday, 10:00.
  private static let day = 1_440.0

  @Test(
    "Nobody responsible counts in the working time of the policy's calendar, else around the clock",
    arguments: [
      // From Friday 17:58 to Monday 9:05 it is seven working minutes, to 9:58 an hour.
      ("cal", 10_025.0, 0, nil), ("cal", 10_078.0, 0, nil), ("cal", 10_079.0, 1, "cal"),
      (nil, 10_025.0, 1, nil),
    ] as [(String?, Double, Int, String?)])
  func noResponsible(calendar: String?, takenAt: Double, count: Int, by: String?) throws {
    // Monday 10:00 of the start is minute 0, so Friday 17:58 is minute 6,238.
    var desk = FindingDesk(empty: ())
    desk.keepHours()
    desk.govern(calendar: calendar)
    desk.add(TicketOpened(clientId: "c-9"), at: 6_238, by: .client)
    desk.add(TicketAssigned(agentId: "a-1", mode: .take), at: takenAt)
    let found = try desk.found(.noResponsible)
    #expect(found.count == count)
    if let one = found.first {
      #expect(one.details.calendar == by && one.details.limitSeconds == 3_600)
    }
  }

  @Test(
    "A ticket hangs after so many working days, as long as the calendar's day is",
    arguments: [
      // Ten days of nine hours from Monday 10:00: the eleventh working day, at 10:00.
      ("cal", 14 * 1_440.0, 0), ("cal", 14 * 1_440.0 + 1, 1), (nil, 10 * 1_440.0, 0),
      (nil, 10 * 1_440.0 + 1, 1),
    ] as [(String?, Double, Int)])
  func hung(calendar: String?, until: Double, count: Int) throws {
    var desk = FindingDesk()
    desk.keepHours()
    desk.govern(calendar: calendar)
    let found = try desk.found(.hung, at: until)
    #expect(found.count == count)
    #expect(found.allSatisfy { $0.details.calendar == calendar })
    if calendar != nil { #expect(found.allSatisfy { $0.details.limitSeconds == 324_000 }) }
    // A wait that covers the end of the limit, by the calendar, excuses it as long as it lasts.
    var waiting = desk
    waiting.add(
      WaitingStarted(waitId: "w", reason: .vendor, until: TicketCase.at(until + 500)), at: 0,
      by: .rule)
    #expect(try waiting.found(.hung, at: until + 499) == [])
    #expect(try waiting.found(.hung, at: until + 500).count == 1)
  }

  // MARK: Contradictions

  @Test("An offer is accepted that expired, was declined, or whose giver holds it no more")
  func deadOffers() throws {
    var desk = FindingDesk()
    let offer = HandoffOffered(handoffId: "h", fromAgent: "a-1", toAgent: "a-2", summary: "x")
    desk.add(offer, at: 10)
    var live = desk
    live.add(HandoffAccepted(handoffId: "h", agentId: "a-2"), at: 11, by: .boris)
    #expect(try live.answer(.deadOfferAccepted) == .notFound([]))
    var declined = desk
    declined.add(HandoffDeclined(handoffId: "h", agentId: "a-2"), at: 11, by: .boris)
    declined.add(HandoffAccepted(handoffId: "h", agentId: "a-2"), at: 12, by: .boris)
    let found = try #require(try declined.found(.deadOfferAccepted).first)
    #expect(found.agent == "a-2" && found.details.agents == ["a-1", "a-2"])
    #expect(found.details.word == "offerNotOpen" && found.positions.map(\.rawValue) == [2, 4])
    desk.add(TicketAssigned(agentId: "a-3", mode: .take), at: 11)
    desk.add(HandoffAccepted(handoffId: "h", agentId: "a-2"), at: 12, by: .boris)
    #expect(try desk.found(.deadOfferAccepted).map(\.details.word) == ["giverNotHolder"])
  }

  @Test("A closed ticket is closed again, with the close that stood")
  func closedAgain() throws {
    var desk = FindingDesk()
    desk.add(TicketClosed(kind: .confirmed), at: 10)
    var again = desk
    again.add(TicketReopened(), at: 11, by: .client)
    again.add(TicketClosed(kind: .confirmed), at: 12)
    #expect(try again.answer(.closedAgain) == .notFound([]))
    desk.add(TicketClosed(kind: .confirmed), at: 13, by: .boris)
    let found = try #require(try desk.found(.closedAgain).first)
    #expect(found.agent == "a-2" && found.positions.map(\.rawValue) == [2, 3])
    #expect(found.details.seconds == 180)
  }

  @Test(
    "A label says another status than what happened",
    arguments: [
      (TicketStatus.closed, 1), (.pending, 1), (.open, 0), (.new, 0),
    ])
  func labels(label: TicketStatus, count: Int) throws {
    var desk = FindingDesk()
    #expect(try desk.answer(.labelContradicted) == .notFound([]))
    desk.add(TicketStatusChanged(to: label), at: 10)
    let found = try desk.found(.labelContradicted)
    #expect(found.count == count)
    if let one = found.first {
      #expect(one.details.word == label.word && one.details.other == "open")
      #expect(one.positions.last == Position(2) && one.agent == "a-1")
    }
  }

  @Test("A cause of the same moment fits its label, whichever stands first; own words say nothing")
  func labelsTogether() throws {
    var desk = FindingDesk()
    desk.add(TicketStatusChanged(to: .closed), at: 10)
    desk.add(TicketClosed(kind: .confirmed), at: 10)
    desk.add(TicketStatusChanged(sourceLabel: "Waiting for a spare"), at: 12)
    #expect(try desk.answer(.labelContradicted) == .notFound([]))
    desk.add(TicketStatusChanged(to: .open), at: 20)
    #expect(try desk.found(.labelContradicted).map(\.details.other) == ["closed"])
  }

  // MARK: Deadlines and shifts

  @Test("Open, and no policy matches; without any policy nothing is said")
  func noDeadline() throws {
    var desk = FindingDesk()
    #expect(try desk.answer(.noDeadline) == .notAssessable(.noPolicy))
    var other = desk
    desk.govern(priority: "high")
    #expect(try desk.answer(.noDeadline) == .notFound([]))
    other.govern(priority: "low")
    let found = try #require(try other.found(.noDeadline, at: 100).first)
    #expect(found.details.seconds == 6_000 && found.agent == "a-1")
    #expect(found.positions == [Position(0)])
    other.add(TicketClosed(kind: .confirmed), at: 50)
    #expect(try other.answer(.noDeadline, at: 100) == .notFound([]))
  }

  @Test(
    "A shift that lists none of its tickets does not tell which were left",
    arguments: [
      ([], [], 480.0, FindingAnswer.notAssessable(.shiftNotListed)),
      (["7", "8"], ["8"], 480.0, .notFound([])), ([], [], -60.0, .notFound([])),
    ] as [([String], [String], Double, FindingAnswer)])
  func shifts(open: [String], left: [String], endedAt: Double, answer: FindingAnswer) throws {
    var desk = FindingDesk()
    desk.add(ShiftStarted(agentId: "a-1", shiftId: "s"), at: -100, stream: "shift/s")
    desk.add(
      ShiftEnded(agentId: "a-1", openTickets: open, unhandedTickets: left, shiftId: "s"),
      at: endedAt, stream: "shift/s")
    #expect(try desk.answer(.leftAtShiftEnd) == answer)
  }

  // MARK: Closes in bulk

  /// Tickets that one agent closes at some minutes, the seventh among them.
  private func closes(_ minutes: [Double], by actor: Actor = .anna) -> FindingDesk {
    var desk = FindingDesk()
    desk.add(TicketClosed(kind: .agentUnconfirmed), at: minutes[0], by: actor)
    for (index, minute) in minutes.dropFirst().enumerated() {
      let stream = "ticket/1\(index)"
      desk.add(TicketOpened(clientId: "c-\(index)"), at: 0, by: .client, stream: stream)
      desk.add(TicketClosed(kind: .agentUnconfirmed), at: minute, by: actor, stream: stream)
    }
    return desk
  }

  /// The end of March in UTC, in minutes after the start.
  private static let month = 30 * day - 600

  @Test(
    "Many closes by one agent within a short time, at the end of a month",
    arguments: [
      (19, 10.0, 0.5, 0), (20, 10.0, 0.5, 1), (20, 10.0, 0.6, 0), (20, 1_440.0, 0.5, 1),
      (20, 1_441.0, 0.5, 0), (20, -1.0, 0.5, 0),
    ] as [(Int, Double, Double, Int)])
  func bulk(count: Int, before: Double, apart: Double, found: Int) throws {
    let begin = Self.month - before
    let desk = closes((0..<count).map { begin + Double($0) * apart })
    let findings = try desk.found(.bulkClose)
    #expect(findings.count == found)
    if let one = findings.first {
      #expect(one.agent == "a-1" && one.details.count == 20 && one.details.limitSeconds == 600)
    }
    // By several agents, or by a rule, it is none.
    var some = closes((0..<(count - 1)).map { begin + Double($0) * apart })
    some.add(TicketOpened(clientId: "c"), at: 0, by: .client, stream: "ticket/2")
    some.add(TicketClosed(kind: .agentUnconfirmed), at: begin, by: .boris, stream: "ticket/2")
    #expect(try some.found(.bulkClose).isEmpty)
    let rule = closes((0..<count).map { begin + Double($0) * apart }, by: .rule)
    #expect(try rule.found(.bulkClose).isEmpty)
  }

  @Test("The month ends in the zone of the calendar, and a rule set has limits of its own")
  func bulkRules() throws {
    let rules = FindingRules(
      RuleSetPublished(
        ruleSetId: "rs",
        rules: [
          FindingRule(
            ruleId: "bulkClose",
            thresholds: ["bulkCloses": 3, "bulkMinutes": 1, "bulkEndHours": 1])
        ], version: 1))
    func desk(_ before: Double) -> FindingDesk {
      var desk = closes((0..<3).map { Self.month - before + Double($0) * 0.4 })
      desk.keepHours("Europe/Moscow")
      desk.govern(minutes: 60_000, calendar: "cal")
      return desk
    }
    // In Moscow it ends three hours before.
    #expect(try desk(190).found(.bulkClose, rules: rules).count == 1)
    #expect(try desk(30).found(.bulkClose, rules: rules) == [])
    #expect(try desk(190).found(.bulkClose) == [])
  }

  @Test("A close in bulk and a moved promise come with the verdicts without them")
  func effects() throws {
    var desk = FindingDesk()
    desk.govern()
    desk.add(TicketClosed(kind: .bulk), at: 400)
    let close = try #require(try desk.found(.bulkClose).first)
    #expect(close.clocks.map(\.clock) == [.resolution] && close.clocks[0].verdict == .met)
    #expect(close.clocks[0].verdictWithout == .breached)
  }

  @Test(
    "A moved promise comes with what became of the new date, and of the one before",
    arguments: [(150.0, nil, Verdict.pending), (201.0, nil, .breached), (300.0, 180.0, .met)]
      as [(Double, Double?, Verdict)])
  func promises(now: Double, resolved: Double?, verdict: Verdict) throws {
    var desk = FindingDesk()
    desk.add(TicketDueDateSet(dueAt: TicketCase.at(100)), at: 10)
    desk.add(TicketDueDateSet(dueAt: TicketCase.at(200)), at: 101)
    if let resolved { desk.add(ResolutionProposed(), at: resolved) }
    let effect = try #require(try desk.found(.promiseMoved, at: now).first?.clocks.first)
    #expect(effect.clock == nil && effect.verdict == verdict)
    #expect(effect.verdictWithout == .breached && effect.dueAtWithout == TicketCase.at(100))
    #expect(effect.dueAt == TicketCase.at(200))
  }

  // MARK: Rule sets

  @Test("A version of a rule set stays as it was published, and the later one is told")
  func versions() {
    var events = TicketCase()
    func publish(_ hours: Int64, _ version: Int64, at minutes: Double) {
      events.add(
        RuleSetPublished(
          ruleSetId: "rs", thresholds: ["unansweredHours": hours], version: version), at: minutes,
        stream: "ruleSet/rs")
    }
    publish(48, 1, at: 10)
    publish(1, 1, at: 20)
    publish(48, 1, at: 30)
    func rules(_ minutes: Double) -> FindingRules {
      FindingRules(events: events.stored(), at: TicketCase.at(minutes))
    }
    #expect(rules(40).value(.unansweredHours) == 48 && rules(40).position == Position(0))
    #expect(rules(40).republished == [Position(1)])
    publish(24, 2, at: 50)
    #expect(rules(60).version == 2 && rules(60).value(.unansweredHours) == 24)
  }
}
