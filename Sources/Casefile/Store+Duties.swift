internal import CasefileLog
internal import CasefileModel
public import CasefileProjections

extension Store {
  /// What is known of agents apart from tickets: registration, shifts, absences; by agent.
  ///
  /// - Parameter knownAt: by what was recorded until then; nil: all.
  /// - Throws: as `read`.
  /// - Complexity: a row of the view `tickets` for each shift and absence; with `knownAt`, or where the
  ///   view is not there or shifts have no ids, the events themselves.
  public func agentDuties(knownAt: KnownAt? = nil) throws -> [String: AgentDuty] {
    try agentDuties(naming: .all, knownAt: knownAt)
  }

  /// The same for who does not ask for all tickets that shifts' ends list; of those left out some may
  /// be there.
  ///
  /// - Parameter tickets: which of them are wanted.
  package func agentDuties(
    naming tickets: ShiftTickets, knownAt: KnownAt? = nil
  ) throws -> [String: AgentDuty] {
    guard knownAt == nil else { return try loggedDuties(knownAt: knownAt) }
    let duties = try readingAside { rows, _ in
      var reader = DutyReader(rows)
      return try reader.duties(naming: tickets)
    }
    return try duties ?? loggedDuties(knownAt: nil)
  }

  /// The same of one agent; nil for one whom no such event names.
  ///
  /// - Throws: as `read`.
  package func agentDuty(of agent: String, knownAt: KnownAt? = nil) throws -> AgentDuty? {
    try duties(of: [agent], knownAt: knownAt) { reader, agent in try reader.duty(of: agent) }
      .duties[agent]
  }

  /// What tells how some agents stood at each instant of the times that are given for them: of shifts
  /// and absences only those on which that depends.
  ///
  /// - Parameters:
  ///   - times: for each agent a time.
  ///   - knownAt: by what was recorded until then; nil: all.
  ///   - noteRows: is told how many rows were read.
  /// - Throws: as `read`.
  /// - Complexity: the rows near the times; with `knownAt`, or where an agent's shifts have no ids, the
  ///   events of the agents.
  package func agentDuties(
    during times: [String: DutyTime], knownAt: KnownAt? = nil, noteRows: (Int) -> Void = { _ in }
  ) throws -> [String: AgentDuty] {
    guard !times.isEmpty else { return [:] }
    let found = try duties(of: times.keys, knownAt: knownAt) { reader, agent in
      guard let time = times[agent] else { return .nothing }
      return try reader.duty(of: agent, during: time)
    }
    noteRows(found.rows)
    return found.duties
  }

  private func duties(
    of agents: some Collection<String>, knownAt: KnownAt?,
    _ read: (inout DutyReader, String) throws -> DutyReader.Answer
  ) throws -> (duties: [String: AgentDuty], rows: Int) {
    typealias Found = (
      known: [String: AgentDuty], unfolded: [String: Set<Position>], rows: Int, log: LogPrefix
    )
    let found = try readingAside { rows, log -> Found in
      var reader = DutyReader(rows)
      var known: [String: AgentDuty] = [:]
      var unfolded: [String: Set<Position>] = [:]
      for agent in agents {
        let answer = try knownAt == nil ? read(&reader, agent) : .entangled
        switch answer {
        case .nothing: break
        case .duty(let duty): known[agent] = duty
        case .entangled: unfolded[agent] = try reader.events(of: agent)
        }
      }
      return (known, unfolded, reader.count, log)
    }
    guard let found else {
      let all = try loggedDuties(knownAt: knownAt)
      return (all.filter { agents.contains($0.key) }, 0)
    }
    var duties = found.known
    for (agent, positions) in found.unfolded {
      duties[agent] = try foldedDuty(of: agent, positions, knownAt, found.log)
    }
    return (duties, found.rows)
  }

  /// Folds what streams say of an agent; a source's order key counts within a whole stream.
  private func foldedDuty(
    of agent: String, _ positions: Set<Position>, _ knownAt: KnownAt?, _ log: LogPrefix
  ) throws -> AgentDuty? {
    var streams: Set<StreamID> = []
    for position in positions { streams.insert(try log.event(at: position).envelope.stream) }
    let events = try amendedEvents(of: streams, types: AgentDuty.types)
    return AgentDuty.all(
      events: events.filter { knownAt?.contains($0.envelope) ?? true }, schema: schema)[agent]
  }

  /// The same of all agents, from the log.
  private func loggedDuties(knownAt: KnownAt?) throws -> [String: AgentDuty] {
    var events: [StoredEvent] = []
    let types = AgentDuty.types.union(AmendmentIndex.types)
    try read(EventReadOptions(query: EventQuery(types: types))) { event in
      if knownAt?.contains(event.envelope) ?? true { events.append(event) }
      return true
    }
    return AgentDuty.all(events: events, schema: schema)
  }
}
