import Casefile
import CasefileTesting
import Synchronization
import Testing

/// How many notes stand on each ticket; closed tickets are forgotten.
struct NoteCounts: Projection {
  static let name = "note-counts"
  static let version = 1

  func keys(of event: StoredEvent) throws -> [String] {
    switch event.envelope.typeNumber {
    case TicketNoteAdded.type.number, TicketClosed.type.number: [event.envelope.stream.id]
    default: []
    }
  }

  func apply(_ event: StoredEvent, to state: Int?, key: String) throws -> Int? {
    event.envelope.typeNumber == TicketClosed.type.number ? nil : (state ?? 0) + 1
  }
}

/// A projection whose faults a test chooses.
private struct Faulty<Fault: FaultKind>: Projection {
  static var name: String { Fault.name }
  static var version: Int { 1 }
  func keys(of event: StoredEvent) throws -> [String] { Fault.keys(of: event) }
  func apply(_ event: StoredEvent, to state: Fault.State?, key: String) throws -> Fault.State? {
    Fault.apply(event, to: state)
  }
}

private protocol FaultKind {
  associatedtype State: Codable & Equatable & Sendable
  static var name: String { get }
  static func keys(of event: StoredEvent) -> [String]
  static func apply(_ event: StoredEvent, to state: State?) -> State?
}

extension FaultKind {
  static var name: String { "faulty" }
  static func keys(of event: StoredEvent) -> [String] { [event.envelope.stream.id] }
}

private enum TwiceSameKey: FaultKind {
  static func keys(of event: StoredEvent) -> [String] { ["a", "a"] }
  static func apply(_ event: StoredEvent, to state: Int?) -> Int? { 1 }
}
private enum LongKey: FaultKind {
  static func keys(of event: StoredEvent) -> [String] { [String(repeating: "k", count: 401)] }
  static func apply(_ event: StoredEvent, to state: Int?) -> Int? { 1 }
}
private enum BadName: FaultKind {
  static var name: String { "Bad Name" }
  static func apply(_ event: StoredEvent, to state: Int?) -> Int? { 1 }
}
private enum Counting: FaultKind {
  static let count = Atomic<Int>(0)
  static func apply(_ event: StoredEvent, to state: Int?) -> Int? {
    count.add(1, ordering: .relaxed).newValue
  }
}
private enum RandomKeys: FaultKind {
  static let count = Atomic<Int>(0)
  static func keys(of event: StoredEvent) -> [String] {
    ["k-\(count.add(1, ordering: .relaxed).newValue)"]
  }
  static func apply(_ event: StoredEvent, to state: Int?) -> Int? { 1 }
}
/// Leaves its second number out of the JSON.
private enum Forgetting: FaultKind {
  struct State: Codable, Equatable {
    var kept = 0
    var lost = 0
    enum CodingKeys: CodingKey { case kept }
  }
  static func apply(_ event: StoredEvent, to state: State?) -> State? {
    State(kept: (state?.kept ?? 0) + 1, lost: 1)
  }
}
/// Remembers in an equality that doesn't see it, so that a restart forgets.
private enum Hidden: FaultKind {
  struct State: Codable, Equatable {
    var shown = 0
    var hidden = 0
    enum CodingKeys: CodingKey { case shown }
    static func == (left: State, right: State) -> Bool { left.shown == right.shown }
  }
  static func apply(_ event: StoredEvent, to state: State?) -> State? {
    let hidden = (state?.hidden ?? 0) + 1
    return State(shown: hidden > 3 ? 3 : hidden, hidden: hidden)
  }
}
/// A set has no order of its own.
private enum Unordered: FaultKind {
  static func apply(_ event: StoredEvent, to state: Set<String>?) -> Set<String>? {
    (state ?? []).union(["v-\(event.position)"])
  }
}

@Suite("Projections of one's own")
struct ProjectionTests {
  private static func events(_ count: Int = 120) throws -> [Event] {
    try (0..<count).map { number in
      let stream = try StreamID.ticket("\(number % 7)")
      let at = ManualClock.start.adding(microseconds: Int64(number) * 1_000_000)
      return switch number % 11 {
      case 3: Event(TicketTagged(tag: "t"), on: stream, at: at, by: .anna)
      case 10: Event(TicketClosed(kind: .bulk), on: stream, at: at, by: .anna)
      default:
        Event(
          TicketNoteAdded(noteId: "n-\(number)", text: "w"), on: stream, at: at, by: .anna)
      }
    }
  }

  @Test("A sound one conforms, with many events, one and none", arguments: [0, 1, 120])
  func conforms(count: Int) throws {
    try ProjectionConformance.check(
      NoteCounts.self, events: StoredEvents.make(ProjectionTests.events(count)))
  }

  @Test("Its states are those that its events give")
  func assertion() throws {
    let events = try ProjectionTests.events(11)
    try assertFold(
      events, by: NoteCounts(),
      gives: ["0": 2, "1": 2, "2": 2, "4": 1, "5": 1, "6": 1])
    let wrong = #expect(throws: ProjectionFailure.self) {
      try assertFold(events, by: NoteCounts(), gives: ["0": 2])
    }
    #expect(wrong?.rule == .otherState && wrong?.key == "1")
    #expect(wrong?.description.contains("the state is 2, expected none") == true)
  }

  private func broken<Fault: FaultKind>(_ fault: Fault.Type) throws -> ProjectionFailure.Rule? {
    let stored = try StoredEvents.make(ProjectionTests.events())
    let failure = #expect(throws: ProjectionFailure.self, "\(fault)") {
      try ProjectionConformance.check(Faulty<Fault>.self, events: stored)
    }
    return failure?.rule
  }

  @Test("Each rule that is broken is found")
  func faults() throws {
    #expect(try broken(BadName.self) == .badName)
    #expect(try broken(TwiceSameKey.self) == .badKey)
    #expect(try broken(LongKey.self) == .badKey)
    #expect(try broken(RandomKeys.self) == .unstableKeys)
    #expect(try broken(Counting.self) == .unstableState)
    #expect(try broken(Forgetting.self) == .lossyCoding)
    #expect(try broken(Hidden.self) == .dependsOnBatches)
    #expect(try broken(Unordered.self) == .unstableCoding)
  }
}
