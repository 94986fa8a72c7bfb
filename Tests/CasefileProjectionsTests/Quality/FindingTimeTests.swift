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
