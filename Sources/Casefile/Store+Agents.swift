internal import CasefileLog
public import CasefileModel
public import CasefileProjections

extension Store {
  /// Hands out the history of every ticket, in order of their first positions, until `each` returns
  /// false.
  ///
  /// What is handed out is the log up to the head at the time of the call.
  /// - Throws: as `read`, and what `each` throws.
  /// - Complexity: reads the log twice; holds the events of 128 tickets at a time.
  public func readTickets(_ each: (TicketHistory) throws -> Bool) throws {
    guard let head = try head else { return }
    var streams: [StreamID] = []
    var known: Set<StreamID> = []
    try read(EventReadOptions(through: head, includesContent: false)) { event in
      let stream = event.envelope.stream
      if stream.kind == "ticket", known.insert(stream).inserted { streams.append(stream) }
      return true
    }
    known = []
    let amendments = try amendments(through: head)
    for start in stride(from: 0, to: streams.count, by: Store.ticketsAtOnce) {
      let some = streams[start..<min(start + Store.ticketsAtOnce, streams.count)]
      var events: [StreamID: [StoredEvent]] = [:]
      let query = EventQuery(streams: Set(some))
      try read(EventReadOptions(through: head, query: query)) { event in
        events[event.envelope.stream, default: []].append(event)
        return true
      }
      for stream in some {
        let own = events[stream] ?? []
        let history = TicketHistory(
          events: own + Store.amendments(amendments, of: own, besides: stream), schema: schema)
        guard try each(history) else { return }
      }
    }
  }

  /// What every ticket says of every agent that it names, by ticket, then by agent.
  ///
  /// - Parameter agent: only what is said of this one.
  /// - Throws: as `read`.
  public func agentParts(of agent: String? = nil) throws -> [AgentPart] {
    var parts: [AgentPart] = []
    try readTickets { history in
      for part in history.agentParts()
      where agent.map({ $0.utf8.elementsEqual(part.agent.utf8) }) ?? true {
        parts.append(part)
      }
      return true
    }
    return parts
  }

  /// What is known of agents apart from tickets: registration, shifts, absences; by agent.
  ///
  /// - Throws: as `read`.
  public func agentDuties() throws -> [String: AgentDuty] {
    var events: [StoredEvent] = []
    let types = AgentDuty.types.union(Store.amendmentTypes)
    try read(EventReadOptions(query: EventQuery(types: types))) { event in
      events.append(event)
      return true
    }
    return AgentDuty.all(events: events, schema: schema)
  }

  /// The history of every agent whom a ticket, a registration or a shift names, by id.
  ///
  /// - Parameters:
  ///   - since: counts nothing before it.
  ///   - until: counts nothing at it or later.
  /// - Throws: as `read`.
  public func agentHistories(
    since: Timestamp? = nil, until: Timestamp? = nil
  ) throws -> [AgentHistory] {
    let parts = Dictionary(grouping: try agentParts(), by: \.agent)
    let duties = try agentDuties()
    return Set(parts.keys).union(duties.keys).sorted { $0.isBefore($1) }.map { agent in
      AgentHistory(
        agent: agent, parts: parts[agent] ?? [], duty: duties[agent], since: since, until: until)
    }
  }

  /// Between whom responsibility moved.
  ///
  /// - Throws: as `read`.
  public func responsibilityFlow(
    _ kind: ResponsibilityFlow.Kind, since: Timestamp? = nil, until: Timestamp? = nil
  ) throws -> ResponsibilityFlow {
    var flow = ResponsibilityFlow(kind, since: since, until: until)
    try tickets { ticket in
      flow.add(ticket.state)
      return true
    }
    return flow
  }

  /// A query of so many streams costs one lookup each; their events are held in memory.
  private static let ticketsAtOnce = 128

  /// Corrections and retractions by what they act on, with their streams.
  private func amendments(through head: Position) throws -> [EventID: [StoredEvent]] {
    var found: [EventID: [StoredEvent]] = [:]
    let query = EventQuery(types: Store.amendmentTypes)
    try read(EventReadOptions(through: head, query: query)) { event in
      let target =
        try event.payload(as: EventCorrected.self)?.targetEventId
        ?? event.payload(as: EventRetracted.self)?.targetEventId
      if let target { found[target, default: []].append(event) }
      return true
    }
    return found
  }

  /// Those from other streams that act on a ticket's events, and those that act on them in turn.
  private static func amendments(
    _ all: [EventID: [StoredEvent]], of events: [StoredEvent], besides stream: StreamID
  ) -> [StoredEvent] {
    guard !all.isEmpty else { return [] }
    var found: [StoredEvent] = []
    var seen: Set<EventID> = []
    var targets = events.map(\.envelope.id)
    while let target = targets.popLast() {
      for event in all[target] ?? [] where event.envelope.stream != stream {
        guard seen.insert(event.envelope.id).inserted else { continue }
        found.append(event)
        targets.append(event.envelope.id)
      }
    }
    return found
  }
}
