import Casefile
import CasefileTesting
import Testing

/// Findings that a simulated desk has too seldom, through a store: each found, not found, and at the
/// edge between.
@Suite("Findings of a store")
struct FindingStoreTests {
  /// A ticket under a policy, of which everything is recorded when it happens unless a test says
  /// otherwise.
  private struct Desk {
    let temporary: TemporaryStore
    private var count: UInt64 = 0

    static func at(_ minutes: Double) -> Timestamp {
      ManualClock.start.adding(microseconds: Int64(minutes * 60_000_000))
    }

    init() throws {
      temporary = try TemporaryStore()
      try add(
        PolicyPublished(
          policyId: "p", version: 1,
          clocks: [
            PolicyClock(
              clock: "resolution", targetSeconds: 480 * 60,
              targetSecondsByPriority: ["low": 960 * 60])
          ], effectiveFrom: Desk.at(-10)), at: 0, on: "policy/p")
      try add(TicketOpened(clientId: "c-9", groupId: "g-1", priority: "high"), at: 0)
      try add(TicketAssigned(agentId: "a-1", mode: .take), at: 0)
    }

    mutating func add(
      _ payload: any EventPayload, at minutes: Double, recorded: Double? = nil,
      on stream: String = "ticket/7", by agent: String = "a-1"
    ) throws {
      let now = Desk.at(recorded ?? minutes)
      let seconds = (now.microseconds - temporary.clock.now().microseconds) / 1_000_000
      temporary.clock.advance(seconds: seconds)
      count += 1
      _ = try temporary.store.appendBlocking([
        Event(
          payload, on: StreamID(stored: stream), at: Desk.at(minutes), by: Actor(.agent, agent),
          id: EventID(high: 0x7001, low: count))
      ])
    }

    /// What is found of a code, with and without rows of the view.
    func found(_ code: FindingCode) throws -> [Finding] {
      let store = temporary.store
      let now = Desk.at(50_000)
      func read() throws -> [Finding] {
        var found: [Finding] = []
        try store.findings(
          at: now, rules: try store.findingRules(at: now), context: try store.findingContext(),
          codes: [code]
        ) {
          found += $0.findings
          return true
        }
        return found
      }
      let folded = try read()
      try store.updateViews()
      let rows = try read()
      #expect(rows == folded)
      #expect(rows.allSatisfy { $0.code == code && $0.ticket == "7" })
      return rows
    }
  }

  @Test("An offer after the giver's shift", arguments: [(479.0, 0), (480.0, 1), (600.0, 1)])
  func handoffAfterShiftEnd(minutes: Double, count: Int) throws {
    var desk = try Desk()
    try desk.add(ShiftStarted(agentId: "a-1", shiftId: "s"), at: 0, on: "shift/s")
    let end = ShiftEnded(agentId: "a-1", at: Desk.at(480), shiftId: "s")
    if minutes >= 480 { try desk.add(end, at: 480, on: "shift/s") }
    try desk.add(
      HandoffOffered(
        handoffId: "h", fromAgent: "a-1", toAgent: "a-2", reason: .shiftEnd, summary: "so far"),
      at: minutes)
    if minutes < 480 { try desk.add(end, at: 480, on: "shift/s") }
    let found = try desk.found(.handoffAfterShiftEnd)
    #expect(found.count == count)
    if let one = found.first {
      #expect(one.agent == "a-1" && one.details.seconds == Int64(minutes - 480) * 60)
      #expect(one.positions.map(\.rawValue) == [4, 5])
    }
  }

  @Test(
    "A change late in the target by which it grew",
    arguments: [(383.0, "low", 0), (384.0, "low", 1), (384.0, "urgent", 0)])
  func lateRetarget(minutes: Double, priority: String, count: Int) throws {
    var desk = try Desk()
    try desk.add(TicketPriorityChanged(from: "high", to: priority), at: minutes)
    try desk.add(ResolutionProposed(), at: 600)
    let found = try desk.found(.lateRetarget)
    #expect(found.count == count)
    if let one = found.first {
      #expect(one.clocks.map(\.verdict) == [.met] && one.clocks[0].verdictWithout == .breached)
      #expect(one.positions.contains(Position(3)) && one.agent == "a-1")
    }
  }

  @Test(
    "A promised date that was moved after it had passed",
    arguments: [(100.0, 200.0, 0), (101.0, 200.0, 1), (101.0, 90.0, 0)])
  func promiseMoved(minutes: Double, due: Double, count: Int) throws {
    var desk = try Desk()
    try desk.add(TicketDueDateSet(dueAt: Desk.at(100), setBy: "a-1"), at: 10)
    try desk.add(TicketDueDateSet(dueAt: Desk.at(due), setBy: "a-2"), at: minutes, by: "a-2")
    let found = try desk.found(.promiseMoved)
    #expect(found.count == count)
    if let one = found.first {
      #expect(one.agent == "a-2" && one.positions.map(\.rawValue) == [3, 4])
    }
  }

  @Test(
    "What was written down late and made a missed deadline a kept one",
    arguments: [(400.0, 415.0, 0), (400.0, 416.0, 1), (481.0, 700.0, 0)])
  func recordedLate(happened: Double, written: Double, count: Int) throws {
    var desk = try Desk()
    try desk.add(ResolutionProposed(), at: happened, recorded: written)
    let found = try desk.found(.recordedLate)
    #expect(found.count == count)
    if let one = found.first {
      #expect(one.clocks.map(\.verdict) == [.met] && one.clocks[0].verdictWithout == .breached)
      #expect(one.details.seconds == 960 && one.positions.first == Position(3))
    }
  }

  @Test(
    "Closes in bulk are told by other tickets too, of all tickets and of one", arguments: [19, 20])
  func bulkCloses(count: Int) throws {
    var desk = try Desk()
    let month = QualityFacts.month(of: Desk.at(0))
    let end = try #require(
      (0..<45_000).first { QualityFacts.month(of: Desk.at(Double($0))) > month })
    for ticket in 1..<count {
      try desk.add(TicketOpened(clientId: "c-\(ticket)"), at: 1, on: "ticket/b-\(ticket)")
    }
    let begin = Double(end) - 9
    for ticket in 1..<count {
      try desk.add(TicketClosed(kind: .agentUnconfirmed), at: begin, on: "ticket/b-\(ticket)")
    }
    try desk.add(TicketClosed(kind: .agentUnconfirmed), at: begin + 1)
    let store = desk.temporary.store
    let now = Desk.at(50_000)
    let rules = try store.findingRules(at: now)
    for isUpdated in [false, true] {
      if isUpdated { try store.updateViews() }
      var found: [Finding] = []
      try store.findings(
        at: now, rules: rules, context: try store.findingContext(at: now, codes: [.bulkClose]),
        codes: [.bulkClose]
      ) {
        found += $0.findings
        return true
      }
      #expect(found.count == (count < 20 ? 0 : 20))
      #expect(found.allSatisfy { $0.details.count == 20 && $0.agent == "a-1" })
      let one = try store.ticket("7")?.findings(
        at: now, rules: rules, context: try store.findingContext(at: now, ticket: "7"),
        codes: [.bulkClose])
      #expect(one?.findings == found.filter { $0.ticket == "7" })
    }
  }
}
