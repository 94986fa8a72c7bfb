import CasefileCalendars
import CasefileModel
import CasefileProjections
import Foundation

/// Writes down what happened on a ticket, what was published, and when each was recorded.
struct DeadlineDesk {
  private var events: [(event: Event, recordedAt: Timestamp)] = []

  /// Adds an event; without another time it is recorded when it happens.
  @discardableResult
  mutating func add(
    _ payload: some EventPayload, at time: Timestamp, recorded: Timestamp? = nil,
    by actor: Actor = .anna, stream: String = "ticket/7", group: UInt64? = nil,
    sequence: Int64? = nil
  ) -> EventID {
    let id = TicketCase.id(UInt64(events.count + 1))
    var event = Event(payload, on: StreamID(stored: stream), at: time, by: actor, id: id)
    if let group {
      event.group = ActionGroup(id: TicketCase.id(1_000_000 + group), index: 1, count: 2)
    }
    if let sequence { event.origin = Origin(system: "desk", sequence: sequence, basis: .imported) }
    events.append((event, recorded ?? time))
    return id
  }

  /// What a log holds of it; positions are the order of adding.
  var stored: [StoredEvent] {
    var seeds = CountingSeeds()
    var versions: [StreamID: UInt64] = [:]
    return events.enumerated().map { place, item in
      guard let id = item.event.id,
        let proposal = try? Proposal(item.event, id: id, seeds: &seeds)
      else { preconditionFailure("A test wrote an event that no store takes.") }
      versions[item.event.stream, default: 0] += 1
      let seal = Seal(
        position: Position(UInt64(place)),
        version: StreamVersion(versions[item.event.stream] ?? 0), recordedAt: item.recordedAt,
        previous: .zero)
      var bytes = proposal.bytes
      seal.write(to: &bytes)
      guard let envelope = try? Envelope(decoding: bytes.span.bytes) else {
        preconditionFailure("An envelope that was written can't be read.")
      }
      let content =
        proposal.content.isEmpty ? nil : try? Content(decoding: proposal.content.span.bytes)
      return StoredEvent(envelope: envelope, envelopeBytes: bytes, leaf: .zero, content: content)
    }
  }

  /// The deadlines of the ticket.
  func deadlines(
    at now: Timestamp, knownAt: KnownAt? = nil, trying trial: DeadlineBook.Trial = .init(),
    detail: DeadlineDetail = .derivation
  ) throws -> TicketDeadlines {
    let stored = stored
    let book = try DeadlineBook(
      events: stored, knownAt: knownAt, zones: MachineZones(), trying: trial)
    let known = stored.filter { knownAt?.contains($0.envelope) ?? true }
    return TicketHistory(events: stored.filter { $0.envelope.stream.kind != "agent" })
      .deadlines(
        at: now, knownAt: knownAt, book: book, duties: AgentDuty.all(events: known),
        detail: detail)
  }
}

/// The zone data of this machine.
struct MachineZones: ZoneDataSource {
  let identity = ZoneDataIdentity(version: "of this machine", sha256: nil)
  func file(of zone: String) throws -> [UInt8]? {
    FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(zone)").map(Array.init)
  }
}
