import CasefileModel
import CasefileProjections

/// Writes down what happened on a ticket and turns it into stored events, in any order of appends.
struct TicketCase {
  static let start = Timestamp(seconds: 1_772_445_600)  // 2026-03-02 10:00 UTC
  var events: [Event] = []
  private var count: UInt64 = 0

  /// An instant so many minutes after the start.
  static func at(_ minutes: Double) -> Timestamp {
    start.adding(microseconds: Int64(minutes * 60_000_000))
  }

  /// An id that tests can name.
  static func id(_ number: UInt64) -> EventID { EventID(high: 0x0195_0000_0000_7000, low: number) }

  /// Adds an event; its number is its place among those added, from 1.
  @discardableResult
  mutating func add(
    _ payload: some EventPayload, at minutes: Double, by actor: Actor = Actor(.agent, "a-1"),
    sequence: Int64? = nil, group: UInt64? = nil, visibility: Visibility = .public,
    stream: String = "ticket/7", origin: Origin? = nil
  ) -> EventID {
    count += 1
    let id = TicketCase.id(count)
    var event = Event(
      payload, on: StreamID(stored: stream), at: TicketCase.at(minutes), by: actor, id: id,
      visibility: visibility)
    if let sequence { event.origin = Origin(system: "desk", sequence: sequence, basis: .imported) }
    if let origin { event.origin = origin }
    if let group {
      event.group = ActionGroup(id: TicketCase.id(1_000_000 + group), index: 1, count: 1)
    }
    events.append(event)
    return id
  }

  /// Adds an event as it is.
  mutating func add(_ event: Event) {
    count += 1
    events.append(event)
  }

  /// The events as a log holds them after appends in the given order of their places from 0.
  func stored(order: [Int]? = nil) -> [StoredEvent] {
    var seeds = CountingSeeds()
    var versions: [StreamID: UInt64] = [:]
    var stored: [StoredEvent] = []
    for (position, index) in (order ?? Array(events.indices)).enumerated() {
      let event = events[index]
      guard let id = event.id, let proposal = try? Proposal(event, id: id, seeds: &seeds) else {
        preconditionFailure("A test wrote an event that no store takes.")
      }
      versions[event.stream, default: 0] += 1
      let seal = Seal(
        position: Position(UInt64(position)), version: StreamVersion(versions[event.stream] ?? 0),
        recordedAt: TicketCase.at(10_000 + Double(position)),
        previous: .zero)
      var bytes = proposal.bytes
      seal.write(to: &bytes)
      guard let envelope = try? Envelope(decoding: bytes.span.bytes) else {
        preconditionFailure("An envelope that was written can't be read.")
      }
      let content =
        proposal.content.isEmpty ? nil : try? Content(decoding: proposal.content.span.bytes)
      stored.append(
        StoredEvent(envelope: envelope, envelopeBytes: bytes, leaf: .zero, content: content))
    }
    return stored
  }

  var history: TicketHistory { TicketHistory(events: stored()) }
  var state: TicketState { history.state() }
}

struct CountingSeeds: SeedSource {
  private var count: UInt8 = 0
  mutating func next() -> [UInt8] {
    count &+= 1
    return [UInt8](repeating: count, count: 32)
  }
}

extension Actor {
  static let anna = Actor(.agent, "a-1")
  static let boris = Actor(.agent, "a-2")
  static let client = Actor(.client, "c-9")
  static let rule = Actor(.rule, "r-1")
  static let bot = Actor(.bot, "b-1")
}
