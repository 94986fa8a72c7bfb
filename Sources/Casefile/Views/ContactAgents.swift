internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// The agents of contacts: of calls, chats and messages before or without a ticket.
enum ContactAgents {
  /// Whom an event of a contact names as its actor or in a field, and whom a correction puts there;
  /// nobody for other events.
  static func named(in event: StoredEvent) -> Set<String> {
    if let correction = try? event.payload(as: EventCorrected.self) {
      guard ["agentId", "actor.id"].contains(correction.field),
        case .string(let id)? = correction.newValue.flatMap({ try? JSONValue($0) })
      else { return [] }
      return id.isEmpty ? [] : [id]
    }
    guard ["contact", "call"].contains(event.envelope.stream.kind) else { return [] }
    var agents: Set<String> = []
    if event.envelope.actor.kind == .agent, let id = event.envelope.actor.id { agents.insert(id) }
    // What can't be read names nobody; `log verify` reports it.
    if let id = (try? event.payload(as: CallAnswered.self))?.agentId { agents.insert(id) }
    if let id = (try? event.payload(as: MessageSent.self))?.agentId { agents.insert(id) }
    return agents.filter { !$0.isEmpty }
  }
}

extension Store {
  /// What agents did in contacts outside of tickets, by agent in order of time.
  ///
  /// - Parameter agent: only what this one did.
  /// - Throws: as `read`.
  /// - Complexity: all events of the contacts that name an agent.
  public func agentContacts(of agent: String? = nil) throws -> [String: [AgentEntry]] {
    var positions: Set<Position> = []
    let prefix =
      agent.map { TicketsView.prefix(.contact, $0) } ?? [TicketsView.Kind.contact.rawValue]
    try reading(ticketsView) { rows, _ in
      // A damaged row makes the reading begin again.
      positions = []
      try rows.scan(prefix) { key, _ in
        positions.insert(TicketsView.position(in: key))
        return true
      }
    }
    var streams: Set<StreamID> = []
    for position in positions {
      if let stream = try contact(of: position) { streams.insert(stream) }
    }
    var found: [String: [AgentEntry]] = [:]
    for stream in streams.sorted() {
      let entries = AgentPart.contactEntries(
        try amendedEvents(of: [stream]), schema: schema)
      for (name, acts) in entries where agent == nil || name == agent {
        found[name, default: []] += acts
      }
    }
    return found.mapValues { $0.sorted { ($0.at, $0.position) < ($1.at, $1.position) } }
  }

  /// The contact of an event, or of what an event corrects; nil for other streams.
  private func contact(of position: Position) throws -> StreamID? {
    var event = try event(at: position)
    for _ in 0..<Limits.nestingDepth {
      guard let known = event else { return nil }
      let stream = known.envelope.stream
      if ["contact", "call"].contains(stream.kind), !known.isAmendment { return stream }
      event = try known.amendedEvent.flatMap { try self.event(id: $0) }
    }
    return nil
  }
}
