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
      let near = try nearMatch(id).map { "; is it \($0)?" } ?? ""
      throw CommandFailure.notFound("there is no ticket \(id) in this store\(near)")
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

  /// Other ways to write the same id; one read each.
  private func nearMatch(_ id: String) throws -> String? {
    var candidates: [String] = []
    if let slash = id.firstIndex(of: "/") {
      candidates.append(String(id[id.index(after: slash)...]))
    }
    let bare = id.drop { $0 == "#" || $0 == "0" }
    candidates += [String(bare), id.uppercased(), id.lowercased()]
    if let digits = id.lastIndex(where: { !$0.isNumber }) {
      let number = String(id[id.index(after: digits)...])
      candidates += [number, String(number.drop { $0 == "0" })]
    }
    for candidate in candidates where candidate != id && !candidate.isEmpty {
      guard let stream = try? StreamID.ticket(candidate) else { continue }
      var options = EventReadOptions()
      options.query.streams = [stream]
      options.limit = 1
      options.includesContent = false
      var isThere = false
      try store.read(options) { _ in
        isThere = true
        return false
      }
      if isThere { return candidate }
    }
    return nil
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
    if case .recorded(let time)? = knownAt, let began = try store.statistics().firstRecordedAt,
      time < began
    {
      return .notFound("nothing was known at \(time): this store began at \(began)")
    }
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
