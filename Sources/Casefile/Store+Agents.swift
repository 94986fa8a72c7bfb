internal import CasefileLog
public import CasefileModel
public import CasefileProjections

extension Store {
  /// What every ticket says of every agent that it names, by agent, then in order of the tickets'
  /// first positions.
  ///
  /// - Parameter agent: only what is said of this one.
  /// - Throws: as `read`.
  /// - Complexity: a row of the view `tickets` for each part.
  public func agentParts(of agent: String? = nil) throws -> [AgentPart] {
    var parts: [AgentPart] = []
    let prefix =
      agent.map { TicketsView.prefix(.part, $0) } ?? [TicketsView.Kind.part.rawValue]
    try reading(ticketsView) { rows, _ in
      // A damaged row makes the reading begin again.
      parts = []
      try rows.scan(prefix) { _, value in
        let part = try TicketsView.decode(AgentPart.self, value)
        // A long id is cut in the key.
        if agent.map({ $0.utf8.elementsEqual(part.agent.utf8) }) ?? true { parts.append(part) }
        return true
      }
    }
    return parts
  }

  /// The history of one agent; nil where no ticket, contact, registration or shift names that one.
  ///
  /// - Throws: as `read`.
  public func agentHistory(
    of agent: String, since: Timestamp? = nil, until: Timestamp? = nil
  ) throws -> AgentHistory? {
    let parts = try agentParts(of: agent)
    let duty = try agentDuty(of: agent)
    let contacts = try agentContacts(of: agent)[agent] ?? []
    guard !parts.isEmpty || duty != nil || !contacts.isEmpty else { return nil }
    return AgentHistory(
      agent: agent, parts: parts, contacts: contacts, duty: duty, since: since, until: until)
  }

  /// The history of every agent whom a ticket, a contact, a registration or a shift names, by id.
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
    let contacts = try agentContacts()
    let agents = Set(parts.keys).union(duties.keys).union(contacts.keys)
    return agents.sorted { $0.isBefore($1) }.map { agent in
      AgentHistory(
        agent: agent, parts: parts[agent] ?? [], contacts: contacts[agent] ?? [],
        duty: duties[agent], since: since, until: until)
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
}
