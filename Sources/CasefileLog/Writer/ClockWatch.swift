package import CasefileModel
internal import Synchronization

/// What both clocks of the machine showed at one moment.
package struct ClockReading: Sendable {
  package let wall: Timestamp
  /// Of a clock that never steps; nil where the wall clock is a caller's own and is believed.
  let elapsed: Duration?

  /// What the wall clock shows after as much time as this reading's other clock went on.
  func expected(at other: ClockReading) -> Timestamp? {
    guard let elapsed, let later = other.elapsed else { return nil }
    let (seconds, attoseconds) = (later - elapsed).components
    return wall.adding(microseconds: seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
  }

  /// How far the wall clock is ahead of what it should show by another reading.
  func microsecondsAhead(of other: ClockReading) -> Int64 {
    guard let expected = other.expected(at: self) else { return 0 }
    return wall.microseconds - expected.microseconds
  }
}

/// Judges whether the wall clock goes on as time does, from one append to the next.
///
/// The comparison lives in one process: a store that lay closed for a month opens like any other,
/// and a new process believes the clock that it finds.
struct ClockWatch: Sendable {
  enum Verdict: Equatable {
    case steady
    case stepped(expected: Timestamp)
    /// So far forward that a mistake would hold all later times of recording there.
    case jumped(expected: Timestamp)
  }

  static let stepMax: Int64 = 5 * 60 * 1_000_000
  static let jumpMax: Int64 = 24 * 60 * 60 * 1_000_000

  private var last: ClockReading

  init(_ reading: ClockReading) { last = reading }

  func judge(_ reading: ClockReading) -> Verdict {
    guard let expected = last.expected(at: reading) else { return .steady }
    let ahead = reading.microsecondsAhead(of: last)
    if ahead > Self.jumpMax { return .jumped(expected: expected) }
    return abs(ahead) > Self.stepMax ? .stepped(expected: expected) : .steady
  }

  /// Goes on from a reading whose step, if it is one, is in the log.
  mutating func take(_ reading: ClockReading) { last = reading }
}

/// A jump forward that somebody has accepted.
struct AcceptedClock: Sendable {
  let agent: String
  let reading: ClockReading

  func covers(_ other: ClockReading) -> Bool {
    abs(other.microsecondsAhead(of: reading)) <= ClockWatch.stepMax
  }
}

extension Log {
  package func clockReading() -> ClockReading {
    ClockReading(wall: configuration.clock(), elapsed: configuration.elapsed?())
  }

  /// Accepts what the clock shows now, after appends were refused with `.clockJumped`.
  ///
  /// The next append goes through, behind an event that names who accepted it. Without such a jump
  /// nothing happens.
  ///
  /// - Throws: `ModelError` for an id that is none.
  public func acceptClock(by agent: String) throws {
    try OpaqueID.check(agent, in: "acceptedBy")
    let reading = clockReading()
    acceptedClock.withLock { $0 = AcceptedClock(agent: agent, reading: reading) }
  }

  /// The event that goes ahead of an append at a clock that has stepped; nil at one that has not.
  ///
  /// - Throws: `LogError` `.clockJumped` for a jump forward that nobody has accepted.
  func clockStep(_ verdict: ClockWatch.Verdict, _ reading: ClockReading) throws -> EncodedEvents? {
    let expected: Timestamp
    var agent: String?
    switch verdict {
    case .steady: return nil
    case .stepped(let time): expected = time
    case .jumped(let time):
      guard let accepted = acceptedClock.withLock({ $0 }), accepted.covers(reading) else {
        throw LogError(
          .clockJumped,
          "the clock shows \(reading.wall), \(time) was expected; set it right, or accept it "
            + "(acceptClock): events recorded now would hold all later times of recording there")
      }
      expected = time
      agent = accepted.agent
    }
    let event = Event(
      SystemClockStepped(from: expected, to: reading.wall, acceptedBy: agent),
      on: try StreamID(kind: "system", id: "clock"), at: reading.wall, by: Actor(.system))
    var random = SystemRandomNumberGenerator()
    var seeds = SystemSeeds()
    return EncodedEvents(
      try ProposalBatch(event, id: EventID(at: reading.wall, using: &random), seeds: &seeds))
  }
}
