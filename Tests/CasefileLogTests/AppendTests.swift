import Casefile
import CasefileLog
import CasefileMerkle
import CasefileModel
import Dispatch
import Synchronization
import Testing

@Suite("Appending")
struct AppendTests {
  @Test("What was appended is read back, also after closing and opening")
  func roundTrip() async throws {
    let directory = try TemporaryDirectory()
    let events = try Fixture.events(0..<300)
    let root: Digest
    do {
      let store = try Store.create(
        at: directory.store, origin: "log.example/desk", configuration: Fixture.configuration())
      #expect(try store.head == nil)
      let appended = try await store.append(events)
      #expect(appended.map(\.position.rawValue) == Array(0..<300))
      #expect(appended[4].version == StreamVersion(5))
      #expect(appended[5].version == StreamVersion(1))
      #expect(Set(appended.map(\.recordedAt)).count == 1)
      root = try store.statistics().root
      store.close()
    }
    let store = try Store.open(at: directory.store, configuration: Fixture.configuration())
    #expect(store.identity.origin == "log.example/desk")
    let statistics = try store.statistics()
    #expect(statistics.events == 300)
    #expect(statistics.streams == 60)
    #expect(statistics.root == root)
    var read: [StoredEvent] = []
    try store.read { event in
      read.append(event)
      return true
    }
    #expect(read.count == 300)
    for (index, event) in read.enumerated() {
      #expect(event.envelope.id == events[index].id)
      #expect(event.envelope.stream == events[index].stream)
      #expect(event.envelope.actor == events[index].actor)
      #expect(event.envelope.occurredAt == events[index].occurredAt)
    }
    let note = try #require(try read[1].payload(as: TicketNoteAdded.self))
    #expect(note.text == "note text 1")
    #expect(try store.verify().isSound)
    store.close()
  }

  /// A store whose last owner may be another thread.
  private final class Owner: Sendable {
    let store: Mutex<Store?>

    init(_ store: Store) { self.store = Mutex(store) }
  }

  @Test("A store whose last reference an answer holds is closed, and can be opened again")
  func lastReference() async throws {
    let directory = try TemporaryDirectory()
    let released = DispatchSemaphore(value: 0)
    func handOver() throws {
      let owner = Owner(
        try Store.create(at: directory.store, configuration: Fixture.configuration()))
      let log = try #require(owner.store.withLock { $0?.log })
      let event = try Fixture.event(0)
      var seeds = SystemSeeds()
      let batch = try ProposalBatch(event, id: #require(event.id), seeds: &seeds)
      try log.append(EncodedEvents(batch), if: .any, at: log.clockReading()) { _ in
        released.wait()
        owner.store.withLock { $0 = nil }
      }
    }
    try handOver()
    released.signal()
    var found: UInt64?
    for _ in 0..<500 where found == nil {
      try await Task.sleep(for: .milliseconds(20))
      found = try? Store.open(at: directory.store, configuration: Fixture.configuration())
        .statistics().events
    }
    #expect(found == 1)
  }

  @Test("A stream at another version refuses, with both versions in the words")
  func versionConflict() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration())
    let ticket = try Fixture.ticket(0)
    _ = try store.appendBlocking([Fixture.event(0)], if: .newStream(ticket))
    _ = try store.appendBlocking([Fixture.event(1)], if: .version(ticket, StreamVersion(1)))
    let error = #expect(throws: LogError.self) {
      try store.appendBlocking([Fixture.event(2)], if: .version(ticket, StreamVersion(1)))
    }
    #expect(error?.code == .versionConflict)
    #expect(error?.message.contains("ticket/T-0 is at version 2, the append expected 1") == true)
    #expect(throws: LogError(.versionConflict, "")) {
      try store.appendBlocking([Fixture.event(2)], if: .newStream(ticket))
    }
    #expect(try store.head == Position(1))
    store.close()
  }

  @Test("A decision that was overtaken is refused, one that was not is stored")
  func unchanged() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration())
    _ = try store.appendBlocking(Fixture.events(0..<3))
    let tagged = EventQuery(types: [TicketTagged.type.number], tags: ["topic:t-2"])
    #expect(throws: LogError(.changedSince, "")) {
      try store.appendBlocking([Fixture.event(3)], if: .unchanged(since: Position(1), tagged))
    }
    #expect(throws: LogError(.changedSince, "")) {
      try store.appendBlocking([Fixture.event(3)], if: .unchanged(since: nil, tagged))
    }
    _ = try store.appendBlocking([Fixture.event(3)], if: .unchanged(since: Position(2), tagged))
    let streams = EventQuery(streams: [try Fixture.ticket(0)])
    #expect(throws: LogError(.changedSince, "")) {
      try store.appendBlocking([Fixture.event(4)], if: .unchanged(since: Position(2), streams))
    }
    let everything = AppendCondition.all([
      .unchanged(since: Position(3), EventQuery()),
      .version(try Fixture.ticket(0), StreamVersion(4)),
    ])
    _ = try store.appendBlocking([Fixture.event(4)], if: everything)
    #expect(throws: LogError(.changedSince, "")) {
      try store.appendBlocking([Fixture.event(5)], if: everything)
    }
    store.close()
  }

  @Test("A repeated append gets its first answer, marked duplicate, whatever the condition says")
  func idempotent() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration())
    let ticket = try Fixture.ticket(0)
    let events = try Fixture.events(0..<3)
    let first = try store.appendBlocking(events, if: .newStream(ticket))
    // Other seeds than at first: the commitments differ, the event is the same.
    let again = try store.appendBlocking(events, if: .newStream(ticket))
    #expect(again.map(\.position) == first.map(\.position))
    #expect(again.map(\.version) == first.map(\.version))
    #expect(again.map(\.recordedAt) == first.map(\.recordedAt))
    #expect(again.map(\.isDuplicate) == [true, true, true])
    #expect(try store.head == Position(2))
    store.close()
    let reopened = try Store.open(at: directory.store)
    #expect(try reopened.appendBlocking(events).map(\.isDuplicate) == [true, true, true])
    reopened.close()
  }

  @Test("The same id with another event is an error")
  func idReused() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration())
    _ = try store.appendBlocking(Fixture.events(0..<3))
    var plain = try Fixture.event(2)
    plain.tags = []
    #expect(throws: LogError(.idReused, "")) { try store.appendBlocking([plain]) }
    var content = try Event(
      TicketNoteAdded(noteId: "n-1", text: "another text"), on: Fixture.ticket(0),
      at: Fixture.event(1).occurredAt, by: Fixture.event(1).actor, id: Fixture.id(1))
    content.visibility = .internal
    #expect(throws: LogError(.idReused, "")) { try store.appendBlocking([content]) }
    #expect(throws: LogError(.idReused, "")) {
      try store.appendBlocking([Fixture.event(7), Fixture.event(7)])
    }
    #expect(try store.head == Position(2))
    store.close()
  }

  @Test("Many concurrent callers get gapless positions, and refusals harm no neighbour")
  func concurrent() async throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store)
    let positions = try await withThrowingTaskGroup(of: [Position].self) { group in
      for caller in 0..<16 {
        group.addTask {
          var positions: [Position] = []
          for step in 0..<20 {
            let number = caller * 1000 + step
            let stream = try Fixture.ticket(caller)
            positions += try await store.append(
              [Fixture.event(number, ticket: caller)],
              if: .version(stream, StreamVersion(UInt64(step)))
            ).map(\.position)
            _ = try? await store.append(
              [Fixture.event(number + 500, ticket: caller)], if: .newStream(stream))
          }
          return positions
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(positions.map(\.rawValue).sorted() == Array(0..<320))
    #expect(try store.verify().isSound)
    store.close()
  }

  @Test(
    "The same requests give the same root, however they are grouped", arguments: [1, 7, 64, 300])
  func grouping(size: Int) throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration())
    let requests = try (0..<300).map { [try Fixture.event($0)] }
    var index = 0
    while index < requests.count {
      let end = min(index + size, requests.count)
      _ = try store.appendBlocking(separately: Array(requests[index..<end]))
      index = end
    }
    let root = try store.statistics().root
    store.close()
    let other = try TemporaryDirectory()
    let second = try Store.create(at: other.store, configuration: Fixture.configuration())
    for request in requests { _ = try second.appendBlocking(request) }
    #expect(try second.statistics().root == root)
    second.close()
  }

  @Test("The root is that of all leaves after batches of any size, whichever core grew the tree")
  func roots() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration())
    defer { store.close() }
    var count = 0
    for size in [1, 255, 256, 700, 1, 300] {
      _ = try store.appendBlocking(try Fixture.events(count..<count + size))
      count += size
      var tree = MerkleTree()
      try store.read { event in
        tree.append(MerkleHash.leaf(event.envelopeBytes)) { _ in }
        return true
      }
      #expect(tree.size == UInt64(count))
      #expect(try store.statistics().root == tree.root)
    }
    #expect(try store.verify().isSound)
  }
}
