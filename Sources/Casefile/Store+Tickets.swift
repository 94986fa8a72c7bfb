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
  /// - Complexity: the ticket's events, and one envelope for each correction and retraction of the
  ///   whole store, since those may stand in other streams.
  public func ticket(_ id: String) throws -> TicketHistory? {
    let events = try ticketEvents(of: .ticket(id))
    return events.isEmpty ? nil : TicketHistory(events: events, schema: schema)
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
    return events + (try amendments(of: events, outside: stream, through: last))
  }

  private func amendments(
    of events: [StoredEvent], outside stream: StreamID, through last: Position
  ) throws -> [StoredEvent] {
    var waiting: [(id: EventID, target: EventID, position: Position)] = []
    let options = EventReadOptions(
      through: last, query: EventQuery(types: Store.amendmentTypes), includesContent: false)
    try read(options) { event in
      guard event.envelope.stream != stream else { return true }
      let target =
        try event.payload(as: EventCorrected.self)?.targetEventId
        ?? event.payload(as: EventRetracted.self)?.targetEventId
      if let target { waiting.append((event.envelope.id, target, event.position)) }
      return true
    }
    var targets = Set(events.map(\.envelope.id))
    var found: [Position] = []
    // What corrects may itself be corrected or retracted, by events before or after it.
    var count = -1
    while count != found.count {
      count = found.count
      waiting.removeAll { amendment in
        guard targets.contains(amendment.target) else { return false }
        targets.insert(amendment.id)
        found.append(amendment.position)
        return true
      }
    }
    return try found.sorted().compactMap { try event(at: $0) }
  }

  /// The types of events that act on others, in whatever stream.
  static let amendmentTypes: Set<UInt32> = [EventCorrected.type.number, EventRetracted.type.number]
}
