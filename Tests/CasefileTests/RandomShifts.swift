import Casefile
import CasefileTesting

/// Shifts, absences and presence of a few agents, recorded late, moved, taken back and put right.
struct RandomShifts {
  static let agents = ["a-1", "a-2", "a-3", "a-4"]
  /// Whether every clocking names its shift and stands in its stream, and no source numbers its rows.
  let isOrderly: Bool
  private(set) var events: [Event] = []
  private var random: SeededRandom
  private let start = Timestamp(seconds: 1_772_445_600)
  private var count: UInt64 = 0

  /// - Parameter known: how many events there are already that corrections may be of.
  init(_ seed: UInt64, steps: Int, isOrderly: Bool, known: UInt64 = 0) {
    self.isOrderly = isOrderly
    count = known
    random = SeededRandom(seed)
    for step in 1...steps {
      // Most in order of time, some much later or earlier than what they tell of.
      let hours = Double(step) * 5 + Double.random(in: -40..<1, using: &random)
      switch below(9) {
      case 0: amend(hours)
      case 1: tell(hours)
      default: work(step, hours)
      }
    }
  }

  /// An instant in or near what is told.
  func moment(using random: inout SeededRandom) -> Timestamp {
    let event = events[Int.random(in: events.indices, using: &random)]
    let hours = Int64.random(in: -60...60, using: &random)
    return event.occurredAt.adding(microseconds: hours * 3_600_000_000)
  }

  private mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }

  private func at(_ hours: Double) -> Timestamp {
    start.adding(microseconds: Int64(hours * 3_600_000) * 1000)
  }

  private mutating func agent() -> String {
    RandomShifts.agents[below(RandomShifts.agents.count)]
  }

  private mutating func add(
    _ payload: some EventPayload, _ kind: String, _ id: String, _ hours: Double
  ) {
    guard let stream = try? StreamID(kind: kind, id: id) else {
      preconditionFailure("A test chose an id that no stream can have.")
    }
    count += 1
    var event = Event(
      payload, on: stream, at: at(hours), by: Actor(.system),
      id: EventID(high: 0x0195_0000_0000_7000, low: count))
    let batch = below(6) == 0 ? "b-\(below(2) + 1)" : nil
    let sequence = !isOrderly && below(5) == 0 ? Int64(below(40)) : nil
    if batch != nil || sequence != nil {
      event.origin = Origin(
        system: "old", importBatch: batch, sequence: sequence, basis: .imported)
    }
    events.append(event)
  }

  // MARK: Shifts

  private mutating func work(_ step: Int, _ hours: Double) {
    let shift = "s-\(max(1, step / 4 + below(3) - 1))"
    let agent = agent()
    // Some stand in the stream of another shift, and clockings in that of the agent.
    let strayed = isOrderly ? 0 : below(12)
    let id = strayed == 2 ? "s-1" : shift
    let (place, placeID) = strayed == 1 ? ("agent", agent) : ("shift", id)
    // Now and then one that lasts for weeks: somebody forgot to end it.
    let length = below(15) == 0 ? 700.0 : 8
    switch below(10) {
    case 0, 1, 2:
      add(
        ShiftScheduled(
          shiftId: shift, agentId: agent, from: at(hours + 10), to: at(hours + 10 + length),
          groupId: "g-\(below(2))"), "shift", id, hours)
    case 3:
      add(
        ShiftChanged(
          shiftId: shift, agentId: below(2) == 0 ? agent : nil,
          from: below(2) == 0 ? at(hours + 20) : nil, to: below(3) == 0 ? at(hours + 30) : nil),
        "shift", id, hours)
    case 4:
      add(ShiftCancelled(shiftId: shift, agentId: below(3) == 0 ? agent : nil), "shift", id, hours)
    case 5, 6:
      let isNamed = isOrderly || below(4) > 0
      add(
        ShiftStarted(
          agentId: agent, at: below(2) == 0 ? at(hours + 1) : nil, shiftId: isNamed ? shift : nil),
        place, placeID, hours)
    default:
      let isNamed = isOrderly || below(4) > 0
      add(
        ShiftEnded(
          agentId: agent, at: below(2) == 0 ? at(hours + length) : nil,
          openTickets: ["T-1", "T-2"], unhandedTickets: ["T-\(below(3))"],
          shiftId: isNamed ? shift : nil), place, placeID, hours)
    }
  }

  // MARK: Agents

  private mutating func tell(_ hours: Double) {
    let agent = agent()
    switch below(8) {
    case 0:
      add(
        AgentRegistered(agentId: agent, displayName: "D\(below(9))", groups: ["g-1"]), "agent",
        agent, hours)
    case 1:
      add(
        AgentProfileChanged(agentId: agent, name: "N\(below(9))", removedGroups: ["g-1"]), "agent",
        agent, hours)
    case 2 where below(3) == 0: add(AgentDeactivated(agentId: agent), "agent", agent, hours)
    case 3:
      add(
        AgentPresenceChanged(to: .busy, agentId: below(2) == 0 ? agent : nil), "agent", agent,
        hours)
    case 4, 5:
      let until = [nil, at(hours + 30), at(hours + 900)][below(3)]
      add(
        AbsenceStarted(
          kind: .sick, agentId: below(2) == 0 ? agent : nil,
          absenceId: below(2) == 0 ? "ab-\(below(4))" : nil, to: until), "agent", agent, hours)
    default:
      add(
        AbsenceEnded(
          agentId: below(2) == 0 ? agent : nil, absenceId: below(3) == 0 ? "ab-\(below(4))" : nil),
        "agent", agent, hours)
    }
  }

  // MARK: Corrections

  /// Of any event, or of one that comes later.
  private mutating func amend(_ hours: Double) {
    let target = EventID(
      high: 0x0195_0000_0000_7000,
      low: UInt64.random(in: 1...(count + (below(5) == 0 ? 9 : 1)), using: &random))
    let (kind, id) = [("import", "b-1"), ("agent", "a-1"), ("shift", "s-2")][below(3)]
    func text(_ text: String) -> JSONText { JSONText("\"\(text)\"") }
    let correction: (field: String, value: JSONText?)
    switch below(9) {
    case 0: return add(EventRetracted(targetEventId: target), kind, id, hours)
    case 1 where below(4) == 0:
      return add(ImportBatchRetracted(batchId: "b-\(below(2) + 1)"), "import", "b-1", hours)
    case 2, 3: correction = ("occurredAt", text("\(at(hours / 2))"))
    case 4: correction = (["at", "from", "to"][below(3)], text("\(at(hours + 3))"))
    case 5: correction = ("agentId", text(agent()))
    case 6: correction = ("shiftId", below(3) == 0 && !isOrderly ? nil : text("s-\(below(9) + 1)"))
    case 7: correction = ("newValue", text(below(2) == 0 ? agent() : "s-\(below(9) + 1)"))
    default: correction = ("field", text(["agentId", "shiftId", "at"][below(3)]))
    }
    add(
      EventCorrected(
        targetEventId: target, field: correction.field, newValue: correction.value), kind, id,
      hours)
  }
}
