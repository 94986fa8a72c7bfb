import Casefile
import CasefileTesting
import Foundation
import Testing

/// The view of tickets against the pure fold, whatever was appended and however it was cut.
@Suite("Views")
struct ViewTests {
  /// How many random moments each seed is asked for; `CASEFILE_MOMENTS=900` asks for over 10,000.
  private static let moments =
    ProcessInfo.processInfo.environment["CASEFILE_MOMENTS"].flatMap { Int($0) } ?? 6

  private static func fill(
    _ store: Store, _ events: [Event], batch: Int, updating: Bool
  ) throws {
    var start = 0
    while start < events.count {
      let end = min(start + batch, events.count)
      _ = try store.appendBlocking(Array(events[start..<end]))
      if updating { try store.updateViews() }
      start = end
    }
  }

  static func listed(
    _ store: Store, asOf: Timestamp? = nil, knownAt: KnownAt? = nil
  ) throws -> [String: TicketState] {
    var found: [String: TicketState] = [:]
    try store.tickets(asOf: asOf, knownAt: knownAt) { summary in
      found[summary.ticket] = summary.state
      return true
    }
    return found
  }

  @Test("The list, the view and the pure fold agree at random moments", arguments: 0..<12)
  func moments(seed: UInt64) throws {
    let temporary = try TemporaryStore(seed: seed)
    var random = SeededRandom(seed)
    let desk = RandomDesk(tickets: 5, using: &random)
    try ViewTests.fill(
      temporary.store, desk.events, batch: Int.random(in: 1...9, using: &random),
      updating: seed.isMultiple(of: 2))
    let store = temporary.store
    #expect(try store.compareView(named: "tickets").problem != nil || seed.isMultiple(of: 2))
    var histories: [String: TicketHistory] = [:]
    for ticket in desk.tickets {
      let history = try #require(try store.ticket(ticket))
      histories[ticket] = history
    }
    #expect(try ViewTests.listed(store) == histories.mapValues { $0.state() })
    for _ in 0..<ViewTests.moments {
      let asOf = Bool.random(using: &random) ? desk.moment(using: &random) : nil
      let known = try store.event(
        at: Position(UInt64.random(in: 0..<UInt64(desk.events.count), using: &random)))
      let knownAt: KnownAt? =
        switch (UInt8.random(in: 0..<5, using: &random), known) {
        case (0...1, let known?): .position(known.position)
        case (2, let known?): .recorded(known.envelope.recordedAt)
        case (3, let known?): .sourceClaim(known.envelope.recordedAt)
        default: nil
        }
      let expected = histories.filter { $0.value.isInForce(asOf: asOf, knownAt: knownAt) }
        .mapValues { $0.state(asOf: asOf, knownAt: knownAt) }
      #expect(try ViewTests.listed(store, asOf: asOf, knownAt: knownAt) == expected)
    }
    try store.updateViews()
    for status in try store.viewStatuses() where status.name != "index" {
      #expect(status.condition == .ready && status.lag == 0)
    }
    #expect(try ViewTests.listed(store) == histories.mapValues { $0.state() })
    let comparison = try store.compareView(named: "tickets")
    #expect(comparison.isEqual, "\(comparison)")
    #expect(comparison.rows > 5)
    // A replay looks ahead of its batches; however they are cut, it gives what was kept step by step.
    for count in seed.isMultiple(of: 4) ? [2, 40] : [] {
      var configuration = Store.Configuration(isReadOnly: true)
      configuration.viewBatchCount = count
      let reader = try Store.open(at: temporary.directory, configuration: configuration)
      for view in ["search", "tickets"] {
        let comparison = try reader.compareView(named: view)
        #expect(comparison.isEqual, "\(comparison)")
      }
      reader.close()
    }
  }

  @Test("Any order of appends gives the same states", arguments: 0..<6)
  func shuffled(seed: UInt64) throws {
    var random = SeededRandom(seed)
    let desk = RandomDesk(tickets: 4, using: &random)
    let first = try TemporaryStore()
    try ViewTests.fill(first.store, desk.events, batch: 50, updating: true)
    let second = try TemporaryStore()
    try ViewTests.fill(
      second.store, desk.events.shuffled(using: &random), batch: 3, updating: true)
    // Positions differ with the order, so those are left out.
    let left = try ViewTests.listed(first.store).mapValues(OrderFree.init)
    let right = try ViewTests.listed(second.store).mapValues(OrderFree.init)
    #expect(left == right)
    #expect(try second.store.compareView(named: "tickets").isEqual)
  }

  @Test("A dropped, damaged or foreign view costs no answer and comes back")
  func damage() throws {
    var random = SeededRandom(7)
    let desk = RandomDesk(tickets: 6, using: &random)
    let temporary = try TemporaryStore()
    try ViewTests.fill(temporary.store, desk.events, batch: 20, updating: true)
    let expected = try ViewTests.listed(temporary.store)
    let view = temporary.directory + "/views/tickets-v10"
    try temporary.store.dropView(named: "tickets")
    #expect(!FileManager.default.fileExists(atPath: view))
    #expect(try temporary.store.viewStatuses().last?.condition == .missing)
    #expect(try ViewTests.listed(temporary.store) == expected)
    try temporary.store.updateViews()
    #expect(try temporary.store.compareView(named: "tickets").isEqual)

    temporary.store.close()
    let file = view + "/data.mdb"
    var bytes = try #require(FileManager.default.contents(atPath: file))
    for index in stride(from: 8192 + 100, to: bytes.count, by: 61) { bytes[index] ^= 0x20 }
    try bytes.write(to: URL(filePath: file))
    try temporary.reopen()
    #expect(try ViewTests.listed(temporary.store) == expected)
    #expect(try !temporary.store.compareView(named: "tickets").isEqual)
    _ = try temporary.store.replay(ReplayOptions(views: ["tickets"]))
    #expect(try temporary.store.compareView(named: "tickets").isEqual)

    // The view of another store, put in its place.
    temporary.store.close()
    let other = try TemporaryStore(seed: 99)
    try ViewTests.fill(other.store, desk.events, batch: 20, updating: true)
    other.store.close()
    try FileManager.default.removeItem(atPath: view)
    try FileManager.default.copyItem(
      atPath: other.directory + "/views/tickets-v10", toPath: view)
    try temporary.reopen()
    #expect(try temporary.store.viewStatuses().last?.condition == .otherLog)
    #expect(try ViewTests.listed(temporary.store) == expected)
    try temporary.store.updateViews()
    #expect(try temporary.store.viewStatuses().last?.condition == .ready)
    #expect(try temporary.store.compareView(named: "tickets").isEqual)
  }

  @Test("A store that may only be read answers without its views")
  func readOnly() throws {
    var random = SeededRandom(3)
    let desk = RandomDesk(tickets: 3, using: &random)
    let temporary = try TemporaryStore()
    try ViewTests.fill(temporary.store, desk.events, batch: 20, updating: false)
    let expected = try ViewTests.listed(temporary.store)
    temporary.store.close()
    try FileManager.default.removeItem(atPath: temporary.directory + "/views/tickets-v10")
    let reader = try temporary.openReadOnly()
    defer { reader.close() }
    #expect(try ViewTests.listed(reader) == expected)
    #expect(throws: LogError(.readOnly, "")) { try reader.updateViews() }
    #expect(throws: LogError(.readOnly, "")) { try reader.dropView(named: "tickets") }
    #expect(throws: LogError(.noSuchView, "")) { try reader.compareView(named: "ticket") }
  }

  @Test("What was waited for has been seen, also where another handle writes")
  func waiting() async throws {
    let temporary = try TemporaryStore()
    let ticket = try StreamID.ticket("7")
    let reader = temporary.store
    let waiting = Task { try await reader.waitUntil(Position(0)) }
    let event = Event(
      TicketOpened(number: "7"), on: ticket, at: .init(seconds: 1), by: .init(.client))
    _ = try await temporary.store.append([event])
    try await waiting.value
    #expect(try reader.viewStatuses().last?.events == 1)
  }
}

/// What of a state does not depend on where its events stand in the log.
struct OrderFree: Equatable {
  let texts: [String]

  init(_ state: TicketState) {
    texts = [
      "\(state.status) \(state.assignee ?? "") \(state.group ?? "") \(state.priority ?? "")",
      "\(state.tags) \(state.channels) \(state.handoffCount) \(state.indirectHandoffCount)",
      "\(state.messageCount) \(state.touchCount) \(state.workTouchCount) \(state.reopenCount)",
      "\(String(describing: state.firstReplyAt)) \(String(describing: state.closedAt))",
      "\(state.responsibility.map { "\($0.holder) \($0.from) \(String(describing: $0.until))" })",
      "\(state.handoffs.map { "\($0.from) \($0.to) \($0.kind) \($0.at)" })",
      "\(state.waits.map(\.id)) \(state.pastWaits.map { "\($0.id) \(String(describing: $0.endedAt))" })",
      "\(state.mergedInto ?? "") \(state.absorbed) \(state.contradictions.map(\.kind))",
    ]
  }
}
