internal import CasefileLog
package import CasefileModel
public import CasefileProjections

extension Store {
  /// A ticket's history, from which its state at any moment follows; nil for a ticket that is not
  /// there.
  ///
  /// ```swift
  /// if let history = try store.ticket("4711") {
  ///   let now = history.state()
  ///   let then = history.state(asOf: complaint, knownAt: .recorded(complaint))
  /// }
  /// ```
  /// - Throws: `ModelError` for an id that can't be a ticket's; `LogError` as `read`.
  /// - Complexity: the ticket's events. The first call also reads the envelopes of all corrections and
  ///   retractions of the store, since those may stand in other streams; later ones read the new ones.
  public func ticket(_ id: String) throws -> TicketHistory? {
    let events = try ticketEvents(of: .ticket(id))
    return events.isEmpty ? nil : TicketHistory(events: events, schema: schema)
  }

  /// Events as they were stored, without those that were retracted, singly or with their import.
  package func withoutRetracted(_ events: [StoredEvent]) throws -> [StoredEvent] {
    guard let head = try head, !events.isEmpty else { return events }
    let known = Amendments(try amended(events, through: head), schema: schema)
    return events.filter { known.entry(of: $0).retractedBy == nil }
  }

  /// A ticket's own events in order of their versions, then what other streams correct in them;
  /// empty for a ticket that is not there.
  ///
  /// - Parameter last: leaves out what was recorded later; nil: the head at the time of the call.
  package func ticketEvents(
    of stream: StreamID, through last: Position? = nil
  ) throws -> [StoredEvent] {
    // One head for both reads: the answer is a prefix of the log.
    guard let last = try last ?? head else { return [] }
    var events: [StoredEvent] = []
    try read(EventReadOptions(through: last, query: EventQuery(streams: [stream]))) { event in
      events.append(event)
      return true
    }
    guard !events.isEmpty else { return [] }
    let acting = try acting(on: events, through: last)
    let elsewhere = acting.subtracting(events.map(\.position)).sorted()
    return events + (try elsewhere.compactMap { try event(at: $0) })
  }
}
