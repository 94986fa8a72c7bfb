package import CasefileModel

/// Events as an append takes them: encoded, their leaf hashes begun, and their words found, all on
/// the caller's thread.
package struct EncodedEvents: Sendable {
  private(set) var proposals: ProposalBatch
  private(set) var words = EventWords()

  /// Begins the leaf hashes and finds the words.
  package init(_ proposals: consuming ProposalBatch) {
    proposals.hashBeginnings()
    words.reserveCapacity(proposals.count, tagCount: proposals.tagCount)
    for index in 0..<proposals.count { words.append(proposals, at: index) }
    self.proposals = proposals
  }

  /// Lets go of what only an answer with every event's place needs.
  package mutating func letGoOfEvents() { proposals.letGoOfEvents() }

  /// Adds the events of another part behind these.
  package mutating func append(_ other: EncodedEvents) {
    proposals.append(other.proposals)
    words.append(other.words)
  }

  var count: Int { proposals.count }
  /// What the events will take in the log.
  var sizeBytes: Int { proposals.sizeBytes }

  func id(_ index: Int) -> EventID { proposals.items[index].id }

  /// The answer to the append without what only the writer knows: made while that one is at work,
  /// since it counts a reference for each event.
  func draft() -> [Appended] {
    var appended: [Appended] = []
    appended.reserveCapacity(count)
    for index in 0..<count {
      appended.append(
        Appended(
          id: id(index), position: Position(0), stream: proposals.stream(index), version: .none,
          recordedAt: Timestamp(microseconds: 0), isDuplicate: false, isContentErased: false))
    }
    return appended
  }
}

/// One append as the writer gets it. It goes through several hands, and is a dozen references.
final class AppendRequest: Sendable {
  let events: EncodedEvents
  let condition: AppendCondition
  /// The clocks when it was handed in.
  let clock: ClockReading
  /// An id that two of the events have; nil: there is none.
  let repeatedID: EventID?

  init(events: EncodedEvents, condition: AppendCondition, clock: ClockReading) {
    self.events = events
    self.condition = condition
    self.clock = clock
    repeatedID = AppendRequest.repeatedID(among: events)
  }

  private static func repeatedID(among events: EncodedEvents) -> EventID? {
    // Ids that ascend, as those of a batch often do, are different.
    var first = 1
    while first < events.count, events.id(first - 1) < events.id(first) { first += 1 }
    guard first < events.count else { return nil }
    var ids = EventIDs()
    for index in 0..<events.count where !ids.insert(events.id(index)) { return events.id(index) }
    return nil
  }
}

/// What became of an append, as the writer knows it. The places of its events are filled in by who
/// waits for them, and not by the one thread that everybody waits for.
package struct AppendOutcome: Sendable {
  /// Where the first event that is new stands; the others follow it.
  let first: Position
  let recordedAt: Timestamp
  /// Those of the events that are new.
  let versions: [StreamVersion]
  /// The events that were stored before, by their places in the append.
  let duplicates: [Int: Appended]

  /// Of an append without events.
  static let none = AppendOutcome(
    first: Position(0), recordedAt: Timestamp(microseconds: 0), versions: [], duplicates: [:])

  /// How many events are new.
  package var storedCount: Int { versions.count }
  /// How many were stored before.
  package var duplicateCount: Int { duplicates.count }

  /// Fills in where each event of the append stands.
  func complete(_ appended: inout [Appended]) {
    var new = 0
    for index in appended.indices {
      if !duplicates.isEmpty, let known = duplicates[index] {
        appended[index] = known
        continue
      }
      appended[index].position = Position(first.rawValue + UInt64(new))
      appended[index].version = versions[new]
      appended[index].recordedAt = recordedAt
      new += 1
    }
  }
}
