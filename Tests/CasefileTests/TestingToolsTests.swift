import Casefile
import CasefileTesting
import Foundation
import Testing

@Suite("The tools for embedders' tests")
struct TestingToolsTests {
  @Test("The same seed gives the same store, another one another")
  func determinism() async throws {
    func root(_ seed: UInt64) async throws -> Digest {
      let temporary = try TemporaryStore(seed: seed)
      for number in 1...5 {
        try await temporary.store.perform(
          .open(TicketOpened(subject: "Subject")), on: "\(number)", by: .client9)
        try await temporary.store.perform(.take, on: "\(number)", by: .anna)
      }
      return try temporary.store.statistics().root
    }
    let first = try await root(1)
    #expect(try await root(1) == first)
    #expect(try await root(2) != first)
  }

  @Test("A temporary store is gone when it is")
  func removal() async throws {
    var temporary: TemporaryStore? = try TemporaryStore()
    let directory = try #require(temporary?.directory)
    #expect(FileManager.default.fileExists(atPath: directory + "/casefile.json"))
    temporary = nil
    #expect(!FileManager.default.fileExists(atPath: directory))
  }

  @Test("The clock moves by hand only, also backwards")
  func clock() async throws {
    let temporary = try TemporaryStore()
    #expect(temporary.clock.now() == Timestamp("2026-03-02T11:00:00Z"))
    temporary.clock.advance(seconds: 90)
    temporary.clock.advance(by: .milliseconds(1500))
    #expect(temporary.clock.now() == Timestamp("2026-03-02T11:01:31.500Z"))
    let opened = try await temporary.store.perform(
      .open(TicketOpened()), on: "1", by: .client9)
    #expect(opened.appended.map(\.recordedAt) == [temporary.clock.now()])
    temporary.clock.set(ManualClock.start)
    #expect(temporary.clock.now() == ManualClock.start)
  }

  @Test("Faults come at their turn, and the log below stays sound")
  func faults() async throws {
    let temporary = try TemporaryStore()
    let event = Event(
      TicketOpened(), on: try .ticket("1"), at: ManualClock.start, by: .client9,
      id: EventID(high: 1, low: 1))
    temporary.faults.fail(append: 2, with: .diskFull)
    temporary.faults.lose(append: 3)
    _ = try temporary.store.appendBlocking([event])
    #expect(throws: LogError(.diskFull, "")) { try temporary.store.appendBlocking([event]) }
    #expect(throws: LogError(.unknownOutcome, "")) {
      try temporary.store.appendBlocking(separately: [[event]])
    }
    #expect(try await temporary.store.append([event]).map(\.isDuplicate) == [true])
    #expect(temporary.faults.appendCount == 4)
    let readOnly = try temporary.openReadOnly()
    #expect(throws: LogError(.readOnly, "")) { try readOnly.appendBlocking([event]) }
    #expect(try readOnly.statistics().events == 1)
    readOnly.close()
    try temporary.reopen()
    #expect(try temporary.store.verify().isSound)
  }

  @Test("Events sealed in memory are those that a store holds")
  func storedEvents() async throws {
    let temporary = try TemporaryStore()
    let events = try (1...4).map { number in
      Event(
        TicketNoteAdded(noteId: "n-\(number)", text: "Words"), on: try .ticket("\(number % 2)"),
        at: ManualClock.start, by: .anna, id: EventID(high: 1, low: UInt64(number)))
    }
    _ = try await temporary.store.append(events)
    var stored: [StoredEvent] = []
    try temporary.store.read { event in
      stored.append(event)
      return true
    }
    let made = try StoredEvents.make(events)
    #expect(made.map(\.envelope.id) == stored.map(\.envelope.id))
    #expect(made.map(\.envelope.version) == stored.map(\.envelope.version))
    #expect(made.map(\.position) == stored.map(\.position))
    #expect(made.map(\.content?.values) == stored.map(\.content?.values))
    #expect(throws: ModelError(.missingField, "")) {
      try StoredEvents.make([
        Event(
          HandoffOffered(handoffId: "h", fromAgent: "a"), on: try .ticket("1"),
          at: ManualClock.start, by: .anna)
      ])
    }
  }
}
