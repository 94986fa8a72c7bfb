import Casefile
import CasefileTesting
import Testing

@Suite("Outages and gaps of the recorder by rows of the view")
struct GapRowTests {
  private static let start = Timestamp(seconds: 1_772_445_600)

  private static func at(_ hours: Int) -> Timestamp {
    start.adding(microseconds: Int64(hours) * 3_600_000_000)
  }

  /// Outages with and without an id, some never ended, some ended twice or before they were told of.
  private static func events(_ count: Int, using random: inout SeededRandom) throws -> [Event] {
    let channel = try StreamID(kind: "channel", id: "mail")
    let system = try StreamID(kind: "system", id: "recorder")
    return (0..<count).map { step in
      let hours = step * 7 + Int.random(in: -20...20, using: &random)
      func sometimes(_ time: Timestamp) -> Timestamp? {
        Int.random(in: 0..<3, using: &random) == 0 ? time : nil
      }
      let length = Int.random(in: 0..<9, using: &random) == 0 ? 400 : 5
      let outage = "o-\(step / 3 + Int.random(in: 0...1, using: &random))"
      switch Int.random(in: 0..<6, using: &random) {
      case 0:
        return Event(
          SystemRecorderGap(from: sometimes(at(hours - 3)), to: sometimes(at(hours + length))),
          on: system, at: at(hours), by: Actor(.system))
      case 1, 2:
        return Event(
          ChannelRestored(
            channel: .email, to: sometimes(at(hours + length)),
            outageId: step.isMultiple(of: 5) ? nil : outage), on: channel, at: at(hours),
          by: Actor(.system))
      default:
        return Event(
          ChannelOutage(
            channel: step.isMultiple(of: 4) ? .chat : .email, from: sometimes(at(hours - 2)),
            to: sometimes(at(hours + length)), outageId: step.isMultiple(of: 6) ? nil : outage),
          on: channel, at: at(hours), by: Actor(.system))
      }
    }
  }

  @Test("A time finds what falls into it", arguments: 0..<8)
  func times(seed: UInt64) throws {
    let temporary = try TemporaryStore(seed: seed)
    let store = temporary.store
    var random = SeededRandom(seed)
    let events = try GapRowTests.events(150, using: &random)
    _ = try store.appendBlocking(Array(events[..<100]))
    try store.updateViews()
    _ = try store.appendBlocking(Array(events[100...]))
    var all: [StoredEvent] = []
    try store.read { event in
      all.append(event)
      return true
    }
    var found = 0
    for isWhole in [false, true] {
      if isWhole { try store.updateViews() }
      for _ in 0..<40 {
        let from = GapRowTests.at(Int.random(in: -20...1_100, using: &random))
        let length = Int64.random(in: 0...60, using: &random)
        let until = from.adding(microseconds: length * 3_600_000_000)
        func gaps(_ events: [StoredEvent]) -> [CaseGap] {
          CaseGap.outages(in: events, from: from, until: until, channels: ["email"])
        }
        let near = try store.gapEvents(from: from, until: until)
        #expect(gaps(near) == gaps(all))
        #expect(near.count < all.count / 2)
        found += gaps(near).count
        let known = KnownAt.position(Position(60))
        #expect(
          try gaps(store.gapEvents(from: from, until: until, knownAt: known))
            == gaps(Array(all[...60])))
      }
    }
    #expect(found > 80)
    #expect(try store.compareView(named: "tickets").isEqual)
    try store.dropView(named: "tickets")
    #expect(try store.gapEvents(from: .earliest, until: .latest).count == events.count)
  }
}
