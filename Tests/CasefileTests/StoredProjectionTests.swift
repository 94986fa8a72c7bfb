import Casefile
import CasefileTesting
import Foundation
import Testing

/// Counts assignments of each agent and can't take the fifth event of the log.
private struct Unwilling: Projection {
  static let name = "unwilling"
  static let version = 1

  struct Refusal: Error {}

  func keys(of event: StoredEvent) throws -> [String] { ["all"] }

  func apply(_ event: StoredEvent, to state: Int?, key: String) throws -> Int? {
    guard event.position.rawValue != 4 else { throw Refusal() }
    return (state ?? 0) + 1
  }
}

@Suite("Projections that a store keeps")
struct StoredProjectionTests {
  private static func note(_ ticket: String, _ number: Int) -> Event {
    Event(
      TicketNoteAdded(noteId: "n-\(number)", text: "b"), on: StreamID.known(ticket),
      at: Timestamp(seconds: 1_772_445_600 + Int64(number)), by: Actor(.agent, "a-1"))
  }

  @Test("States are current at once, survive a restart, and equal their replay")
  func states() throws {
    let temporary = try TemporaryStore(projections: [NoteCounts.self])
    for number in 0..<10 {
      _ = try temporary.store.appendBlocking([Self.note("T-\(number % 3)", number)])
    }
    #expect(try temporary.store.state(of: NoteCounts.self, key: "T-0") == 4)
    try temporary.store.updateViews()
    let closed = Event(
      TicketClosed(), on: StreamID.known("T-0"), at: Timestamp(seconds: 1_772_450_000),
      by: Actor(.agent, "a-1"))
    _ = try temporary.store.appendBlocking([closed, Self.note("T-1", 11)])
    try temporary.reopen()
    var found: [String: Int] = [:]
    try temporary.store.states(of: NoteCounts.self) { key, state in
      found[key] = state
      return true
    }
    #expect(found == ["T-1": 4, "T-2": 3])
    #expect(try temporary.store.state(of: NoteCounts.self, key: "T-0") == nil)
    try temporary.store.updateViews()
    #expect(try temporary.store.compareView(named: NoteCounts.name).isEqual)
  }

  // snippet: kept-projection
  @Test("A store keeps the states of a projection that it was opened with")
  func kept() throws {
    let temporary = try TemporaryStore(projections: [NoteCounts.self])
    _ = try temporary.store.appendBlocking([StoredProjectionTests.note("4711", 1)])
    #expect(try temporary.store.state(of: NoteCounts.self, key: "4711") == 1)
  }
  // end

  @Test("A step that throws stops that view alone and says at which event and why")
  func stopped() throws {
    let temporary = try TemporaryStore(projections: [Unwilling.self, NoteCounts.self])
    for number in 0..<8 {
      _ = try temporary.store.appendBlocking([Self.note("T-1", number)])
    }
    let store = temporary.store
    try store.updateViews()
    let statuses = try store.viewStatuses()
    let stopped = try #require(statuses.first { $0.name == Unwilling.name })
    #expect(stopped.condition == .stopped && stopped.events == 4 && stopped.lag == 4)
    #expect(stopped.failure?.position == Position(4))
    #expect(stopped.failure?.reason == "its step threw Refusal")
    for other in statuses where other.name != Unwilling.name && other.name != "index" {
      #expect(other.condition == .ready && other.lag == 0)
    }
    do {
      _ = try store.state(of: Unwilling.self, key: "all")
      Issue.record("a view that stopped answered")
    } catch let error as LogError {
      #expect(error.code == .viewStopped && error.position == Position(4))
    }
    #expect(try store.state(of: NoteCounts.self, key: "T-1") == 8)
    // A second attempt stops at the same event and changes nothing.
    try store.updateViews()
    #expect(try store.viewStatuses().first { $0.name == Unwilling.name } == stopped)
  }

  @Test("A projection that the store was not opened with is told apart")
  func unknown() throws {
    let temporary = try TemporaryStore()
    #expect(throws: LogError(.noSuchView, "")) {
      try temporary.store.state(of: NoteCounts.self, key: "T-1")
    }
  }
}
