import CasefileModel
import CasefileProjections
import Testing

@Suite("Agent duty")
struct AgentDutyTests {
  private func duty(_ events: TicketCase, order: [Int]? = nil) -> AgentDuty {
    AgentDuty.all(events: events.stored(order: order))["a-1"] ?? AgentDuty(agent: "a-1")
  }

  private func word(_ standing: AgentDuty.Standing) -> String {
    switch standing {
    case .onDuty: "on"
    case .offShift: "off"
    case .absent: "absent"
    case .unknown: "unknown"
    }
  }

  /// Minutes; a day is 1,440.
  private func clocked() -> TicketCase {
    var events = TicketCase()
    events.add(
      AgentRegistered(agentId: "a-1", displayName: "Anna", groups: ["g-2", "g-1"]), at: 0,
      stream: "agent/a-1")
    events.add(
      ShiftStarted(agentId: "a-1", at: TicketCase.at(100), shiftId: "s-1"), at: 101,
      stream: "shift/s-1")
    events.add(
      ShiftEnded(
        agentId: "a-1", at: TicketCase.at(500), openTickets: ["7", "8"], unhandedTickets: ["8"],
        shiftId: "s-1"), at: 501, stream: "shift/s-1")
    events.add(
      AbsenceStarted(kind: .sick, from: TicketCase.at(1_400), to: TicketCase.at(3_000)), at: 1_300,
      stream: "agent/a-1")
    events.add(AbsenceEnded(), at: 2_000, stream: "agent/a-1")
    events.add(ShiftStarted(agentId: "a-1"), at: 2_100, stream: "agent/a-1")
    return events
  }

  @Test(
    "Clocked shifts and absences tell who was at work",
    arguments: [
      (99, "unknown"), (100, "on"), (499, "on"), (500, "off"), (1_399, "off"), (1_400, "absent"),
      (1_999, "absent"), (2_000, "off"), (2_099, "off"), (2_100, "on"), (3_539, "on"),
      // A shift without an end goes on for a day; then nothing is known.
      (3_540, "unknown"),
    ] as [(Double, String)])
  func clocked(minute: Double, expected: String) {
    #expect(word(duty(clocked()).standing(at: TicketCase.at(minute))) == expected)
  }

  @Test("An absence names its event, a shift too")
  func evidence() {
    let duty = duty(clocked())
    #expect(duty.standing(at: TicketCase.at(200)) == .onDuty(by: Position(1)))
    #expect(duty.standing(at: TicketCase.at(1_500)) == .absent(by: Position(3)))
    #expect(duty.groups == ["g-1", "g-2"] && duty.displayName == "Anna")
    #expect(duty.shifts.first?.unhandedTickets == ["8"])
    #expect(
      duty.entries.map(\.kind) == [
        .shiftStarted, .shiftEnded, .absenceStarted, .absenceEnded, .shiftStarted,
      ])
  }

  @Test(
    "Plans count where nothing is clocked",
    arguments: [
      (50, "unknown"), (100, "on"), (599, "on"), (600, "off"), (1_600, "off"), (1_700, "on"),
      (2_600, "off"), (4_000, "off"), (4_050, "unknown"),
    ] as [(Double, String)])
  func planned(minute: Double, expected: String) {
    var events = TicketCase()
    for (id, from, to) in [("s-1", 100.0, 500.0), ("s-2", 1_540, 2_040), ("s-3", 2_200, 2_300)] {
      events.add(
        ShiftScheduled(
          shiftId: id, agentId: "a-1", from: TicketCase.at(from), to: TicketCase.at(to)), at: 0,
        stream: "shift/\(id)")
    }
    events.add(ShiftChanged(shiftId: "s-1", to: TicketCase.at(600)), at: 1, stream: "shift/s-1")
    events.add(
      ShiftChanged(shiftId: "s-2", from: TicketCase.at(1_700), to: TicketCase.at(2_600)), at: 2,
      stream: "shift/s-2")
    events.add(ShiftCancelled(shiftId: "s-3"), at: 3, stream: "shift/s-3")
    #expect(word(duty(events).standing(at: TicketCase.at(minute))) == expected)
  }

  @Test("A plan that nobody began is unknown where shifts are clocked")
  func noShow() {
    var events = clocked()
    events.add(
      ShiftScheduled(
        shiftId: "s-9", agentId: "a-1", from: TicketCase.at(800), to: TicketCase.at(900)), at: 0,
      stream: "shift/s-9")
    #expect(duty(events).standing(at: TicketCase.at(850)) == .unknown)
  }

  @Test("A changed shift may go to somebody else")
  func swapped() {
    var events = TicketCase()
    events.add(
      ShiftScheduled(
        shiftId: "s-1", agentId: "a-2", from: TicketCase.at(0), to: TicketCase.at(100)), at: 0,
      stream: "shift/s-1")
    events.add(ShiftChanged(shiftId: "s-1", agentId: "a-1"), at: 1, stream: "shift/s-1")
    let all = AgentDuty.all(events: events.stored())
    #expect(all["a-1"]?.standing(at: TicketCase.at(50)) == .onDuty(by: Position(1)))
    #expect(all["a-2"]?.shifts == [])
  }

  @Test("Who left the desk is off shift; corrections and retractions act")
  func amended() {
    var events = clocked()
    let left = events.add(AgentDeactivated(agentId: "a-1"), at: 9_000, stream: "agent/a-1")
    #expect(duty(events).standing(at: TicketCase.at(9_500)) == .offShift)
    events.add(EventRetracted(targetEventId: left), at: 9_600, stream: "agent/a-1")
    #expect(duty(events).standing(at: TicketCase.at(9_500)) == .unknown)
    events.add(
      EventCorrected(
        targetEventId: TicketCase.id(3), field: "at",
        newValue: JSONText("\"\(TicketCase.at(700))\"")), at: 9_700, stream: "system/review")
    #expect(duty(events).standing(at: TicketCase.at(650)) == .onDuty(by: Position(1)))
  }

  @Test("Any order of appends gives the same duty", arguments: 0..<10)
  func anyOrder(seed: UInt64) {
    var random = SplitMix(state: seed)
    let events = clocked()
    let expected = duty(events)
    let order = Array(events.events.indices).shuffled(using: &random)
    let shuffled = duty(events, order: order)
    for minute in stride(from: 0.0, to: 4_000, by: 50) {
      let instant = TicketCase.at(minute)
      #expect(word(shuffled.standing(at: instant)) == word(expected.standing(at: instant)))
    }
    #expect(shuffled.entries.map(\.kind) == expected.entries.map(\.kind))
  }

  @Test("Nothing known is unknown")
  func nothing() {
    #expect(AgentDuty(agent: "a-1").standing(at: TicketCase.at(0)) == .unknown)
    #expect(AgentDuty.all(events: []).isEmpty)
  }
}
