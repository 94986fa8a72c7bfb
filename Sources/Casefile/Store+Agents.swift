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
    try agentParts(of: agent, since: nil, until: nil).parts
  }

  /// The parts that may have to do with a time, and whether there are any at all.
  ///
  /// - Complexity: a row for each part; of those of other times only the first bytes.
  private func agentParts(
    of agent: String?, since: Timestamp?, until: Timestamp?
  ) throws -> (parts: [AgentPart], isKnown: Bool) {
    var parts: [AgentPart] = []
    var isKnown = false
    let prefix =
      agent.map { TicketsView.prefix(.part, $0) } ?? [TicketsView.Kind.part.rawValue]
    // A long id is cut in the key; such a row has to be read to know whose it is.
    let isWhole = agent.map { RowCoding.isWhole($0) } ?? true
    try reading(ticketsView) { rows, _ in
      // A damaged row makes the reading begin again.
      parts = []
      isKnown = false
      try rows.scan(prefix) { _, value in
        if isWhole {
          isKnown = true
          guard try TicketsView.mayTouch(value, since: since, until: until) else { return true }
        }
        let part = try TicketsView.decode(AgentPart.self, value)
        if agent.map({ $0.utf8.elementsEqual(part.agent.utf8) }) ?? true {
          isKnown = true
          parts.append(part)
        }
        return true
      }
    }
    return (parts, isKnown)
  }

  /// The agents whom tickets name.
  ///
  /// - Throws: as `read`.
  /// - Complexity: a look at the view `tickets` for each agent.
  package func agentsOfTickets() throws -> Set<String> {
    var agents: Set<String> = []
    try reading(ticketsView) { rows, _ in
      agents = []
      var after: [UInt8]?
      var isMore = true
      while isMore {
        isMore = false
        try rows.scan([TicketsView.Kind.part.rawValue], after: after) { key, value in
          agents.insert(try TicketsView.decode(AgentPart.self, value).agent)
          after = key.dropLast(8) + [UInt8](repeating: 0xFF, count: 8)
          isMore = true
          return false
        }
      }
    }
    return agents
  }

  /// The history of one agent; nil where no ticket, contact, registration or shift names that one.
  ///
  /// - Parameters:
  ///   - agent: the agent's id.
  ///   - since: counts nothing before it.
  ///   - until: counts nothing at it or later.
  /// - Throws: as `read`.
  /// - Complexity: the parts of the time; of the others a look each.
  public func agentHistory(
    of agent: String, since: Timestamp? = nil, until: Timestamp? = nil
  ) throws -> AgentHistory? {
    let (parts, isKnown) = try agentParts(of: agent, since: since, until: until)
    let duty = try agentDuty(of: agent)
    let contacts = try agentContacts(of: agent)[agent] ?? []
    guard isKnown || duty != nil || !contacts.isEmpty else { return nil }
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
    let parts = Dictionary(
      grouping: try agentParts(of: nil, since: since, until: until).parts, by: \.agent)
    let duties = try agentDuties()
    let contacts = try agentContacts()
    let agents = try agentsOfTickets().union(duties.keys).union(contacts.keys)
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
