import Casefile
import CasefileLog
import CasefileModel
import CasefileTesting
import Foundation
import Testing

@Suite("Reading")
struct ReadTests {
  static func positions(_ store: Store, _ options: EventReadOptions) throws -> [UInt64] {
    var found: [UInt64] = []
    try store.read(options) { event in
      found.append(event.position.rawValue)
      return true
    }
    return found
  }

  @Test("Ranges, types, tags and streams are found in both directions")
  func queries() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration())
    let events = try Fixture.events(0..<1200)
    for start in stride(from: 0, to: 1200, by: 100) {
      _ = try store.appendBlocking(Array(events[start..<start + 100]))
    }
    let tag = "agent:a-3"
    let stream = try Fixture.ticket(7)
    let queries: [(EventQuery, (Event) -> Bool)] = [
      (EventQuery(), { _ in true }),
      (EventQuery(types: [TicketTagged.type.number]), { $0.type.name == "ticket.tagged" }),
      (EventQuery(tags: [tag]), { $0.tags.contains(tag) }),
      (EventQuery(streams: [stream]), { $0.stream == stream }),
      (
        EventQuery(types: [TicketOpened.type.number], tags: [tag, "client:c-2"]),
        {
          $0.type.name == "ticket.opened"
            && ($0.tags.contains(tag) || $0.tags.contains("client:c-2"))
        }
      ),
      (EventQuery(tags: ["agent:nobody"]), { _ in false }),
      (EventQuery(types: [999]), { _ in false }),
    ]
    for (query, matches) in queries {
      for (from, through) in [(0, 1199), (0, 0), (513, 1024), (1199, 5000), (1200, 1300)] {
        let expected = (0..<1200).filter { $0 >= from && $0 <= through && matches(events[$0]) }
          .map { UInt64($0) }
        var options = EventReadOptions(
          from: Position(UInt64(from)), through: Position(UInt64(through)), query: query)
        #expect(try ReadTests.positions(store, options) == expected)
        options.isBackward = true
        #expect(try ReadTests.positions(store, options) == expected.reversed())
        options.limit = 3
        #expect(try ReadTests.positions(store, options) == Array(expected.reversed().prefix(3)))
      }
    }
    // A store that is read only keeps the words of the tail, and takes in what others append.
    let reader = try Store.open(at: directory.store, configuration: .init(isReadOnly: true))
    let more = try Fixture.events(1200..<1300)
    for count in [1200, 1300] {
      for (query, matches) in queries {
        let expected = (0..<count).filter { matches($0 < 1200 ? events[$0] : more[$0 - 1200]) }
          .map { UInt64($0) }
        var options = EventReadOptions(query: query)
        #expect(try ReadTests.positions(reader, options) == expected)
        options.isBackward = true
        options.limit = 2
        #expect(try ReadTests.positions(reader, options) == Array(expected.reversed().prefix(2)))
      }
      let id = try #require(reader.event(at: Position(700))?.envelope.id)
      #expect(try reader.positions(of: [id]) == [Position(700)])
      if count == 1200 { _ = try store.appendBlocking(more) }
    }
    #expect(throws: LogError(.readOnly, "")) { try reader.appendBlocking([Fixture.event(9999)]) }
    reader.close()
    store.close()
  }

  @Test("What is rare in a long stream is found, however far back, and in order")
  func rareInLongStream() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration())
    let agent = try StreamID(kind: "agent", id: "a-1")
    let at = Fixture.time("2026-03-02T10:00:00Z")
    // Renamed at 1 and 2,900 of 3,000 events; another agent is registered at each 500th.
    let events = try (0..<3000).map { number -> Event in
      switch number {
      case 1, 2900:
        return Event(
          AgentProfileChanged(agentId: "a-1", name: "Anna \(number)"), on: agent, at: at,
          by: Actor(.rule, "r"), id: Fixture.id(number))
      case _ where number.isMultiple(of: 500):
        return Event(
          AgentRegistered(agentId: "b-\(number)", name: "Bob"),
          on: try StreamID(kind: "agent", id: "b-\(number)"), at: at,
          by: Actor(.rule, "r"), id: Fixture.id(number))
      default:
        return Event(
          AgentPresenceChanged(to: .online), on: agent, at: at, by: Actor(.agent, "a-1"),
          id: Fixture.id(number),
          tags: number.isMultiple(of: 7) ? ["desk:1"] : [])
      }
    }
    for start in stride(from: 0, to: 3000, by: 1000) {
      _ = try store.appendBlocking(Array(events[start..<start + 1000]))
    }
    let rare: Set = [AgentProfileChanged.type.number, AgentRegistered.type.number]
    var options = EventReadOptions(query: EventQuery(streams: [agent], types: rare))
    #expect(try ReadTests.positions(store, options) == [1, 2900])
    options.isBackward = true
    #expect(try ReadTests.positions(store, options) == [2900, 1])
    for limit in 1...3 {
      options.limit = limit
      #expect(try ReadTests.positions(store, options) == Array([2900, 1].prefix(limit)))
    }
    // So far back that the first look at the stream ends before it.
    options.through = Position(2899)
    options.limit = 1
    #expect(try ReadTests.positions(store, options) == [1])
    options.from = Position(2)
    #expect(try ReadTests.positions(store, options) == [])
    let common = EventQuery(
      streams: [agent], types: [AgentPresenceChanged.type.number], tags: ["desk:1"])
    let tagged = (0..<3000).filter { $0 % 7 == 0 && $0 % 500 != 0 && $0 != 2900 }
    #expect(
      try ReadTests.positions(store, EventReadOptions(query: common)) == tagged.map(UInt64.init))
    store.close()
  }

  @Test("A scan lends the bytes of every envelope in order, and passes on what its caller throws")
  func scan() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration())
    var number = 0
    try store.log.scan { _, _ in number += 1 }
    #expect(number == 0)
    for start in [0, 3000] { _ = try store.appendBlocking(Fixture.events(start..<start + 3000)) }
    var sizes: [Int] = []
    try store.log.scan { position, envelope in
      #expect(position.rawValue == UInt64(sizes.count))
      sizes.append(envelope.byteCount)
    }
    var expected: [Int] = []
    try store.read { event in
      expected.append(event.envelopeBytes.count)
      return true
    }
    #expect(sizes == expected && sizes.count == 6000)
    #expect(throws: CancellationError.self) {
      try store.log.scan { position, _ in
        if position.rawValue == 4500 { throw CancellationError() }
      }
    }
    store.close()
  }

  @Test("Times of recording bound a read: the first included, the last not")
  func times() throws {
    let directory = try TemporaryDirectory()
    let clock = ManualClock()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration(clock))
    var times: [Timestamp] = []
    for number in 0..<50 {
      times.append(try store.appendBlocking([Fixture.event(number)])[0].recordedAt)
      clock.advance(seconds: number.isMultiple(of: 3) ? 0 : 7)
    }
    #expect(times == times.sorted() && Set(times).count == 50)
    var options = EventReadOptions(recordedSince: times[10], recordedUntil: times[20])
    #expect(try ReadTests.positions(store, options) == Array(10..<20))
    options.recordedUntil = nil
    #expect(try ReadTests.positions(store, options) == Array(10..<50))
    store.close()
  }

  @Test("A clock that goes back does not take recorded times back")
  func clockBackwards() throws {
    let directory = try TemporaryDirectory()
    let clock = ManualClock()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration(clock))
    let first = try store.appendBlocking([Fixture.event(0)])[0].recordedAt
    clock.advance(seconds: -3600)
    let second = try store.appendBlocking([Fixture.event(1)])[0].recordedAt
    #expect(second == first.adding(microseconds: 1))
    store.close()
  }

  @Test("A stop in the middle reads no further, and an empty store reads nothing")
  func stops() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration())
    #expect(try ReadTests.positions(store, EventReadOptions()) == [])
    #expect(try store.events(of: Fixture.ticket(1)) == [])
    #expect(try store.event(at: Position(0)) == nil)
    #expect(try store.event(id: Fixture.id(1)) == nil)
    _ = try store.appendBlocking(Fixture.events(0..<40))
    var seen = 0
    try store.read { _ in
      seen += 1
      return seen < 7
    }
    #expect(seen == 7)
    #expect(try store.event(id: Fixture.id(31))?.position == Position(31))
    #expect(
      try store.positions(of: [Fixture.id(3), Fixture.id(99)]) == [Position(3), nil])
    store.close()
    #expect(throws: LogError(.closed, "")) { try store.head }
  }

  @Test(
    "A follower gets what is there and then what comes, each once and in order",
    .timeLimit(.minutes(2)))
  func follow() async throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration())
    _ = try await store.append(Fixture.events(0..<600))
    let other = try Store.open(at: directory.store, configuration: .init(isReadOnly: false))
    let reader = Task {
      var seen: [UInt64] = []
      for try await event in store.follow(from: Position(10)) {
        seen.append(event.position.rawValue)
        if seen.count == 690 { break }
      }
      return seen
    }
    let tagged = Task {
      var seen: [UInt64] = []
      for try await event in store.follow(query: EventQuery(tags: ["topic:t-2"])) {
        seen.append(event.position.rawValue)
        if event.position.rawValue >= 690 { break }
      }
      return seen
    }
    for number in 600..<700 { _ = try await other.append([Fixture.event(number)]) }
    #expect(try await reader.value == Array(10..<700))
    let expected = try (0..<700).filter { try Fixture.event($0).tags.contains("topic:t-2") }
    let wanted = expected.map { UInt64($0) }.prefix { $0 <= 692 }
    #expect(try await tagged.value == Array(wanted))
    let cancelled = Task {
      for try await _ in store.follow(from: Position(700)) {}
      return true
    }
    cancelled.cancel()
    #expect(try await cancelled.value)
    store.close()
    other.close()
  }

  @Test(
    "A blocking follower gets what is there and what another handle appends, and ends when told",
    .timeLimit(.minutes(2)))
  func followBlocking() async throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration())
    _ = try await store.append(Fixture.events(0..<600))
    let other = try Store.open(at: directory.store, configuration: .init(isReadOnly: true))
    let writing = Task.detached {
      for number in 600..<700 { _ = try await store.append([Fixture.event(number)]) }
    }
    var seen: [UInt64] = []
    try other.followBlocking(from: Position(10)) { events in
      #expect(events.count <= 256)
      seen += events.map(\.position.rawValue)
      return seen.count < 690
    }
    #expect(seen == Array(10..<700))
    try await writing.value
    var found = 0
    var looks = 0
    try other.followBlocking(
      query: EventQuery(tags: ["topic:t-2"]),
      while: {
        looks += 1
        return looks != 20
      }
    ) { events in
      found += events.count
      return true
    }
    #expect(looks == 20)
    let wanted = try (0..<700).filter { try Fixture.event($0).tags.contains("topic:t-2") }
    #expect(found == wanted.count)
    struct Enough: Error {}
    #expect(throws: Enough.self) { try other.followBlocking { _ in throw Enough() } }
    other.close()
    // A closed store ends it without an event and without an error.
    try other.followBlocking { _ in
      Issue.record("a closed store has no events")
      return false
    }
    store.close()
  }
}
