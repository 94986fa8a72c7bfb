import Casefile
import CasefileLog
import CasefileModel
import CasefileProjections

/// Finds a ticket's events, and what to say where there are none.
struct TicketLookup {
  private let store: Store

  init(_ store: Store) { self.store = store }

  /// The ticket's own events, and corrections of them from other streams.
  ///
  /// - Throws: a failure `notFound` that names a ticket whose id is nearly the same.
  func events(of id: String) throws -> [StoredEvent] {
    let stream: StreamID
    do {
      stream = try .ticket(id)
    } catch {
      throw CommandFailure.usage("the ticket's id can't be one: \(error.message)")
    }
    guard let events = try events(in: stream) else {
      throw CommandFailure.notFound(
        "there is no ticket \(id) in this store" + (try hint(id)))
    }
    return events
  }

  /// The same for a ticket that another one names; nil where there is none.
  func eventsIfAny(of id: String) throws -> [StoredEvent]? {
    guard let stream = try? StreamID.ticket(id) else { return nil }
    return try events(in: stream)
  }

  private func events(in stream: StreamID) throws -> [StoredEvent]? {
    let events = try store.ticketEvents(of: stream)
    return events.isEmpty ? nil : events
  }

  /// A question for the tickets that may have been meant.
  func hint(_ id: String) throws -> String {
    guard try store.head != nil else { return ", which is empty" }
    var found: [String] = []
    for candidate in NearTicketIDs.of(id) where try isThere(candidate) {
      found.append(candidate)
      if found.count == 3 { break }
    }
    return found.isEmpty
      ? "; casefile ticket list and casefile search find those that are"
      : "; is it \(found.joined(separator: ", or "))?"
  }

  private func isThere(_ id: String) throws -> Bool {
    guard let stream = try? StreamID.ticket(id) else { return false }
    var options = EventReadOptions()
    options.query.streams = [stream]
    options.limit = 1
    options.includesContent = false
    var isThere = false
    try store.read(options) { _ in
      isThere = true
      return false
    }
    return isThere
  }

  /// Refuses to answer by a knowledge that there never was: an empty answer would look like one.
  func refuseUnknownMoment(_ known: KnownAt?) throws {
    switch known {
    case .recorded(let time)?:
      guard let began = try store.statistics().firstRecordedAt, time < began else { return }
      throw CommandFailure.notFound("nothing was known at \(time): this store began at \(began)")
    case .position(let position)?:
      guard let head = try store.head, head < position else { return }
      throw CommandFailure.notFound(
        "position \(position) is beyond the log, which ends with position \(head)")
    case .sourceClaim?, nil: return
    }
  }

  /// Why a ticket that is there has nothing to show.
  func nothingKnown(
    _ events: [StoredEvent], of id: String, _ question: TicketQuestion
  ) throws -> CommandFailure {
    let knownAt = question.knownAt
    let own = events.filter { $0.envelope.stream.id == id }
    let isKnown = own.contains { knownAt?.contains($0.envelope) ?? true }
    if isKnown, let asOf = question.asOf {
      let first = TicketHistory(events: events).entries(knownAt: knownAt).first?.effectiveAt
      return .notFound(
        "ticket \(id) had no event by \(asOf)" + (first.map { "; its first is of \($0)" } ?? ""))
    }
    if case .recorded? = knownAt { try refuseUnknownMoment(knownAt) }
    if case .sourceClaim(let time)? = knownAt {
      return .notFound("by its source's own claim, nothing of ticket \(id) was written by \(time)")
    }
    let first = own.map(\.envelope).min { $0.position < $1.position }
    return .notFound(
      "ticket \(id) was not known then"
        + (first.map {
          "; its first event was recorded at \($0.recordedAt), position \($0.position)"
        }
          ?? ""))
  }
}
