import Casefile
import CasefileProjections
import CasefileTesting
import Testing

/// What came to each agent in each hour, as the view keeps it, against what the tickets say.
@Suite("Rows of agents' hours")
struct InflowRowTests {
  private static func at(_ hour: Int64, _ minute: Int64 = 0) -> Timestamp {
    Timestamp(seconds: 1_767_600_000 + hour * 3_600 + minute * 60)
  }

  private static func id(_ ticket: Int, _ step: UInt64) -> EventID {
    EventID(high: 0x7200, low: UInt64(ticket) * 8 + step)
  }

  /// A ticket that an agent takes.
  private static func ticket(_ number: Int, _ agent: String, at time: Timestamp) -> [Event] {
    [
      Event(
        TicketOpened(channel: .email), on: StreamID.known("t-\(number)"), at: time,
        by: Actor(.client, "k-1"), id: id(number, 0)),
      Event(
        TicketAssigned(agentId: agent, mode: .take), on: StreamID.known("t-\(number)"), at: time,
        by: Actor(.agent, agent), id: id(number, 1)),
    ]
  }

  /// The parts of all values, from the rows of hours, from a period and one by one, which all must be
  /// what the tickets alone say.
  private static func parts(_ store: Store, at now: Timestamp = .latest) throws -> [String: Int] {
    var inflow = AgentInflow()
    var histories: [TicketHistory] = []
    try store.tickets { summary in
      let history = try #require(try store.ticket(summary.ticket))
      history.metric(.arrivals, at: now).map { inflow.add($0) }
      histories.append(history)
      return true
    }
    inflow.finish()
    let context = MetricContext(inflow: inflow)
    let expected = histories.compactMap { $0.metric(.stressCases, at: now, context: context) }
      .flatMap(\.samples)
    var values: [MetricSample] = []
    try store.metric(.stressCases, at: now) {
      values += $0.samples
      return true
    }
    #expect(Set(values) == Set(expected))
    let rows = try store.fill([MetricTable(.stressCases)], at: now)[0].rows
    for agent in ["a-1", "a-2"] {
      var opened: [MetricSample] = []
      try store.samples(of: .stressCases, at: now, filter: MetricFilter(agent: agent)) {
        opened.append($0)
        return true
      }
      #expect(Set(opened) == Set(expected.filter { $0.agent == agent }), "\(agent)")
    }
    let counts = Dictionary(uniqueKeysWithValues: rows.map { ($0.part ?? "", $0.count) })
    #expect(counts == Dictionary(grouping: expected) { $0.part ?? "" }.mapValues(\.count))
    return counts
  }

  @Test("Hours follow what is taken, corrected, retracted and replayed")
  func hours() throws {
    let temporary = try TemporaryStore(
      seed: 1, qualityBlocks: QualityBlocks(width: 4, restCount: 0))
    let store = temporary.store
    func append(_ events: [Event]) throws {
      _ = try store.appendBlocking(events)
      try store.updateViews()
    }
    // One ticket an hour for both, over several pages of hours, and four more in one hour of Anna's.
    for hour in 0..<20 {
      let time = Self.at(Int64(hour) * 101)
      try append(
        Self.ticket(hour * 2, "a-1", at: time) + Self.ticket(hour * 2 + 1, "a-2", at: time))
    }
    #expect(try Self.parts(store) == ["calm": 40])
    try append((50..<54).flatMap { Self.ticket($0, "a-1", at: Self.at(505, Int64($0) - 49)) })
    #expect(try Self.parts(store) == ["calm": 39, "inflow": 5])
    // Nobody knew of the four before they came.
    #expect(try Self.parts(store, at: Self.at(505)) == ["calm": 12])
    // One of them was another agent's, one was another day's, one never was.
    func reviewer(_ payload: some EventPayload, _ ticket: Int, _ number: UInt64) -> Event {
      Event(
        payload, on: StreamID.known("t-\(ticket)"), at: Self.at(3_000, Int64(number)),
        by: Actor(.reviewer, "r-1"), id: EventID(high: 0x7201, low: number))
    }
    try append([
      reviewer(
        EventCorrected(
          targetEventId: Self.id(50, 1), field: "agentId", newValue: JSONText("\"a-2\"")), 50, 0)
    ])
    // Two in an hour are many for whom none brought more than one.
    #expect(try Self.parts(store) == ["calm": 38, "inflow": 6])
    try append([
      reviewer(
        EventCorrected(
          targetEventId: Self.id(51, 1), field: "occurredAt",
          newValue: JSONText("\"2026-02-20T10:00:00Z\"")), 51, 1),
      reviewer(EventRetracted(targetEventId: Self.id(52, 1)), 52, 2),
    ])
    #expect(try Self.parts(store) == ["calm": 39, "inflow": 4])
    #expect(try store.compareView(named: "quality").isEqual)
    _ = try store.replay()
    #expect(try Self.parts(store) == ["calm": 39, "inflow": 4])
    #expect(try store.compareView(named: "quality").isEqual)
  }
}
