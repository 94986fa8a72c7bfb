import CasefileModel
import CasefileProjections
import Testing

@Suite("Findings about responsibility")
struct FindingResponsibilityTests {
  private func numbers(_ finding: Finding?) -> [UInt64] {
    finding?.positions.map(\.rawValue) ?? []
  }

  private func offered(
    _ summary: String? = "all of it", expires: Double? = nil
  ) -> HandoffOffered {
    HandoffOffered(
      handoffId: "h-1", fromAgent: "a-1", toAgent: "a-2", reason: .shiftEnd, summary: summary,
      expiresAt: expires.map { TicketCase.at($0) })
  }

  private let accepted = HandoffAccepted(handoffId: "h-1", agentId: "a-2")

  @Test(
    "Nobody was responsible for longer than the limit",
    arguments: [(0.0, 0), (60.0, 0), (60.5, 1)])
  func noResponsible(takenAt: Double, count: Int) throws {
    let found = try FindingDesk(takenAt: takenAt).found(.noResponsible)
    #expect(found.count == count)
    if let one = found.first {
      #expect(one.details.seconds == 3_630 && one.details.limitSeconds == 3_600)
      #expect(numbers(one) == [0, 1] && one.agent == nil && one.group == "g-1")
    }
  }

  @Test("A removal begins another time, a close ends it, a reopening begins it again")
  func noResponsibleLater() throws {
    var desk = FindingDesk()
    desk.add(TicketUnassigned(agentId: "a-1"), at: 100)
    desk.add(TicketClosed(), at: 150)
    #expect(try desk.found(.noResponsible) == [])
    #expect(try desk.answer(.noResponsible) == .notFound([]))
    desk.add(TicketReopened(), at: 1_000)
    let found = try desk.found(.noResponsible, at: 1_100)
    #expect(found.map(\.at) == [TicketCase.at(1_000)])
    #expect(numbers(found.first) == [4] && found[0].details.until == nil)
    #expect(try desk.found(.noResponsible, at: 1_060) == [])
    // Held through a close and a reopening.
    var held = FindingDesk()
    held.add(TicketClosed(), at: 10)
    held.add(TicketReopened(), at: 500)
    #expect(try held.found(.noResponsible) == [])
  }

  @Test(
    "Back and forth between agents is A, B, A at once",
    arguments: [
      (["a-2", "a-1"], 1), (["a-2", "a-3"], 0), (["a-2", "a-3", "a-1"], 0),
      (["a-2", "a-1", "a-2"], 2), (["a-1", "a-2"], 0),
    ])
  func agents(holders: [String], count: Int) throws {
    var desk = FindingDesk()
    for (index, holder) in holders.enumerated() {
      desk.add(TicketAssigned(agentId: holder, mode: .give), at: Double(10 * index + 10))
    }
    let found = try desk.found(.pingPongAgents)
    #expect(found.count == count)
    if let one = found.first {
      #expect(one.details.agents == ["a-1", "a-2", "a-1"] && one.details.seconds == 600)
      #expect(numbers(one) == [1, 2, 3] && one.agent == "a-1")
    }
  }

  @Test(
    "Back and forth between groups; a time without a group is none",
    arguments: [
      (["g-2", "g-1"], 1), ([nil, "g-1"], 0), (["g-2", nil, "g-1"], 1), (["g-2", "g-3"], 0),
      (["g-2", "g-3", "g-1"], 0),
    ] as [([String?], Int)])
  func groups(path: [String?], count: Int) throws {
    var desk = FindingDesk()
    var group: String? = "g-1"
    for (index, next) in path.enumerated() {
      desk.add(
        TicketGroupChanged(fromGroup: group, toGroup: next), at: Double(10 * index + 10))
      group = next
    }
    let found = try desk.found(.pingPongGroups)
    #expect(found.count == count)
    #expect(found.isEmpty != desk.events.state.isGroupPingPong)
    if let one = found.first { #expect(one.details.groups == ["g-1", "g-2", "g-1"]) }
  }

  @Test(
    "A handover without words has no summary, one of spaces neither",
    arguments: [("all of it", 0), (nil, 1), ("  ", 1)] as [(String?, Int)])
  func summary(text: String?, count: Int) throws {
    var desk = FindingDesk()
    desk.add(offered(text), at: 10)
    #expect(try desk.found(.handoffWithoutSummary) == [])
    desk.add(accepted, at: 20, by: .boris)
    let found = try desk.found(.handoffWithoutSummary)
    #expect(found.count == count)
    if let one = found.first { #expect(numbers(one) == [2, 3] && one.agent == "a-1") }
  }

  @Test("An order is acknowledged by nobody; an accepted offer is; a bare one is not judged")
  func unacknowledged() throws {
    var forced = FindingDesk()
    forced.add(HandoffForced(by: "s-1", fromAgent: "a-1", toAgent: "a-2", summary: "x"), at: 10)
    let found = try forced.found(.handoffUnacknowledged)
    #expect(found.map(\.details.agents) == [["a-1", "a-2"]] && found[0].agent == "a-2")
    var taken = FindingDesk()
    taken.add(offered(), at: 10)
    taken.add(accepted, at: 20, by: .boris)
    #expect(try taken.answer(.handoffUnacknowledged) == .notFound([]))
    var bare = FindingDesk()
    bare.add(TicketAssigned(agentId: "a-2", mode: .steal), at: 10)
    #expect(try bare.answer(.handoffUnacknowledged) == .notFound([]))
    #expect(try bare.answer(.handoffWithoutSummary) == .notFound([]))
  }

  @Test("An offer expires by an event or by its own end, not at its last instant")
  func expired() throws {
    var stated = FindingDesk()
    stated.add(offered(), at: 10)
    stated.add(HandoffExpired(handoffId: "h-1", escalatedTo: "s-1"), at: 70, by: .rule)
    let found = try stated.found(.handoffExpired)
    #expect(numbers(found.first) == [2, 3] && found.first?.details.word == "expired")
    #expect(found.first?.details.seconds == 3_600 && found.first?.agent == "a-1")

    var lapsed = FindingDesk()
    lapsed.add(offered(expires: 60), at: 10)
    #expect(try lapsed.found(.handoffExpired, at: 60) == [])
    #expect(try lapsed.found(.handoffExpired, at: 61).first?.details.word == "lapsed")
    lapsed.add(accepted, at: 60, by: .boris)
    #expect(try lapsed.found(.handoffExpired) == [])
  }

  @Test(
    "An offer after the giver's shift; of an unknown shift nothing is said",
    arguments: [(479.0, 0), (480.0, 1)])
  func afterShift(minutes: Double, count: Int) throws {
    var desk = FindingDesk()
    desk.add(offered(), at: minutes)
    #expect(try desk.answer(.handoffAfterShiftEnd) == .notAssessable(.dutyUnknown))
    desk.add(ShiftStarted(agentId: "a-1", shiftId: "s-1"), at: 0, stream: "shift/s-1")
    desk.add(ShiftEnded(agentId: "a-1", shiftId: "s-1"), at: 480, stream: "shift/s-1")
    let found = try desk.found(.handoffAfterShiftEnd)
    #expect(found.count == count)
    if let one = found.first { #expect(numbers(one) == [4, 2] && one.details.seconds == 0) }
  }

  @Test(
    "Ill with the ticket and without an offer; an open offer, or a ticket given on or closed, is none",
    arguments: [("nothing", 1), ("offer", 0), ("given", 0), ("closed", 0), ("later", 1)])
  func absent(before: String, count: Int) throws {
    var desk = FindingDesk()
    desk.add(
      AbsenceStarted(
        kind: .sick, agentId: "a-1", from: TicketCase.at(100), to: TicketCase.at(900)), at: 100,
      stream: "agent/a-1")
    switch before {
    case "offer": desk.add(offered(), at: 90)
    case "given": desk.add(TicketAssigned(agentId: "a-2", mode: .give), at: 90)
    case "closed": desk.add(TicketClosed(), at: 90)
    case "later": desk.add(TicketAssigned(agentId: "a-2", mode: .give), at: 200)
    default: break
    }
    let found = try desk.found(.absentWithoutHandoff)
    #expect(found.count == count)
    if let one = found.first {
      #expect(one.agent == "a-1" && one.details.word == "sick")
      #expect(one.details.seconds == (before == "later" ? 6_000 : 48_000))
    }
  }

  @Test(
    "A shift that ended with the ticket not handed over",
    arguments: [(["7"], 500.0, 1), (["8"], 500.0, 0), (["7"], 479.0, 0)])
  func leftAtShiftEnd(tickets: [String], now: Double, count: Int) throws {
    var desk = FindingDesk()
    desk.add(ShiftStarted(agentId: "a-1", shiftId: "s-1"), at: 0, stream: "shift/s-1")
    desk.add(
      ShiftEnded(agentId: "a-1", unhandedTickets: tickets, shiftId: "s-1"), at: 480,
      stream: "shift/s-1")
    #expect(try desk.found(.leftAtShiftEnd, at: now).count == count)
  }

  /// Five questions: Anna answers as many as are asked for, then Boris.
  private func dialogue(
    _ byAnna: Int, _ more: (inout FindingDesk) -> Void = { _ in }
  ) -> FindingDesk {
    var desk = FindingDesk()
    for number in 1...5 {
      let at = Double(number * 10)
      if number == byAnna + 1 { more(&desk) }
      desk.add(
        MessageReceived(messageId: "q-\(number)", authorRole: .client), at: at, by: .client)
      desk.add(
        MessageSent(messageId: "m-\(number)", author: .agent), at: at + 1,
        by: number <= byAnna ? .anna : .boris)
    }
    return desk
  }

  @Test(
    "After the third question another agent breaks continuity",
    arguments: [(5, 0), (4, 1), (3, 1), (2, 0), (0, 0)])
  func continuity(byAnna: Int, count: Int) throws {
    let found = try dialogue(byAnna).found(.continuityBroken)
    #expect(found.count == count)
    if let one = found.first {
      #expect(one.details.agents == ["a-1", "a-2"] && one.agent == "a-2")
      #expect(one.details.count == Int64(byAnna + 1))
    }
  }

  @Test("A handoff for a good reason, an absence, or a rule's word excuses it")
  func continuityExcused() throws {
    func handed(_ reason: HandoffReason) -> FindingDesk {
      dialogue(3) {
        $0.add(
          HandoffForced(fromAgent: "a-1", toAgent: "a-2", code: reason, summary: "x"), at: 32)
      }
    }
    #expect(try handed(.shiftEnd).found(.continuityBroken) == [])
    #expect(try handed(.overload).found(.continuityBroken).count == 1)
    var absent = dialogue(3)
    absent.add(
      AbsenceStarted(kind: .sick, agentId: "a-1", from: TicketCase.at(35)), at: 35,
      stream: "agent/a-1")
    #expect(try absent.found(.continuityBroken) == [])
    var stated = dialogue(3)
    stated.add(
      ContinuityRuleTriggered(count: 4, excuse: .clientWish, messageId: "q-4"), at: 42, by: .rule)
    #expect(try stated.found(.continuityBroken) == [])
    var other = dialogue(3)
    other.add(
      ContinuityRuleTriggered(count: 4, excuse: .clientWish, messageId: "q-5"), at: 42, by: .rule)
    #expect(try other.found(.continuityBroken).count == 1)
  }
}
