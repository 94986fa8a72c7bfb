public import CasefileModel

extension AgentDuty {
  /// The types of the events that tell of agents apart from tickets, by number.
  public static let types: Set<UInt32> = [
    AgentRegistered.type.number, AgentProfileChanged.type.number, AgentDeactivated.type.number,
    AgentErased.type.number, ShiftScheduled.type.number, ShiftChanged.type.number,
    ShiftCancelled.type.number, ShiftStarted.type.number, ShiftEnded.type.number,
    AbsenceStarted.type.number, AbsenceEnded.type.number, AgentPresenceChanged.type.number,
  ]

  /// What the events of agents' and shifts' streams say of each agent, by agent.
  ///
  /// Events may come in any order and of other streams too; of those only corrections and
  /// retractions act.
  /// - Complexity: O(n log n).
  public static func all(
    events: [StoredEvent], schema: EventSchema = .builtIn
  ) -> [String: AgentDuty] {
    let amendments = Amendments(events, schema: schema)
    let own = events.filter {
      $0.envelope.stream.kind == "agent" || $0.envelope.stream.kind == "shift"
    }
    // The order key of a source counts within one stream.
    let entries = Dictionary(grouping: own, by: \.envelope.stream).values.flatMap { events in
      DomainOrder.sort(events.map { amendments.entry(of: $0) })
    }
    var fold = DutyFold()
    for entry in entries.sorted(by: {
      ($0.effectiveAt, $0.position) < ($1.effectiveAt, $1.position)
    })
    where entry.retractedBy == nil && !entry.isAmendment {
      fold.apply(entry)
    }
    return fold.finished()
  }
}

/// Folds what agents and shifts say, in domain order.
struct DutyFold {
  private var duties: [String: AgentDuty] = [:]
  /// Whose a shift is, for events that name only the shift.
  private var owners: [String: String] = [:]

  /// Applies an entry; one that can't be read changes nothing.
  mutating func apply(_ entry: TicketEntry) {
    do {
      if try applyProfile(entry) { return }
      if try applyPlan(entry) { return }
      try applyClock(entry)
    } catch {
      // `log verify` and `ticket show` name unreadable events; here nothing is known by them.
      return
    }
  }

  func finished() -> [String: AgentDuty] {
    duties.mapValues { duty in
      var duty = duty
      duty.sort()
      return duty
    }
  }

  private mutating func change(_ agent: String?, _ body: (inout AgentDuty) -> Void) {
    guard let agent, !agent.isEmpty else { return }
    body(&duties[agent, default: AgentDuty(agent: agent)])
  }

  // MARK: Who it is

  private mutating func applyProfile(_ entry: TicketEntry) throws(CodecError) -> Bool {
    switch entry.typeNumber {
    case AgentRegistered.type.number:
      let payload = try entry.payload(AgentRegistered.self)
      change(payload.agentId) { duty in
        duty.registeredAt = duty.registeredAt ?? entry.occurredAt
        duty.deactivatedAt = nil
        duty.displayName = payload.displayName
        duty.name = payload.name
        duty.groups = Array(Set(payload.groups)).sorted { $0.isBefore($1) }
      }
    case AgentProfileChanged.type.number:
      let payload = try entry.payload(AgentProfileChanged.self)
      change(payload.agentId) { duty in
        duty.displayName = payload.displayName ?? duty.displayName
        duty.name = payload.name ?? duty.name
        duty.groups = Set(duty.groups).union(payload.groups).subtracting(payload.removedGroups)
          .sorted { $0.isBefore($1) }
      }
    case AgentDeactivated.type.number:
      change(try entry.payload(AgentDeactivated.self).agentId) {
        $0.deactivatedAt = entry.occurredAt
      }
    case AgentErased.type.number:
      change(try entry.payload(AgentErased.self).agentId) { duty in
        duty.displayName = nil
        duty.name = nil
        duty.deactivatedAt = duty.deactivatedAt ?? entry.occurredAt
      }
    default: return false
    }
    return true
  }

  // MARK: Plans

  private mutating func applyPlan(_ entry: TicketEntry) throws(CodecError) -> Bool {
    switch entry.typeNumber {
    case ShiftScheduled.type.number:
      let payload = try entry.payload(ShiftScheduled.self)
      owners[payload.shiftId] = payload.agentId
      changeShift(payload.shiftId, of: payload.agentId) { shift in
        shift.plannedFrom = payload.from
        shift.plannedTo = payload.to
        shift.group = payload.groupId
        shift.isCancelled = false
        shift.planPosition = entry.position
      }
    case ShiftChanged.type.number:
      let payload = try entry.payload(ShiftChanged.self)
      move(payload, entry)
    case ShiftCancelled.type.number:
      let payload = try entry.payload(ShiftCancelled.self)
      changeShift(payload.shiftId, of: payload.agentId ?? owners[payload.shiftId]) { shift in
        shift.plannedFrom = shift.plannedFrom ?? payload.from
        shift.plannedTo = shift.plannedTo ?? payload.to
        shift.isCancelled = true
        shift.planPosition = shift.planPosition ?? entry.position
      }
    default: return false
    }
    return true
  }

  /// A changed shift may go to another agent.
  private mutating func move(_ payload: ShiftChanged, _ entry: TicketEntry) {
    let owner = owners[payload.shiftId]
    let agent = payload.agentId ?? owner
    var planned: AgentDuty.Shift?
    if let owner, owner != agent {
      change(owner) { duty in
        guard let index = duty.shifts.firstIndex(where: { $0.id == payload.shiftId }) else {
          return
        }
        planned = duty.shifts.remove(at: index)
      }
    }
    if let agent { owners[payload.shiftId] = agent }
    changeShift(payload.shiftId, of: agent) { shift in
      shift.plannedFrom =
        payload.from ?? shift.plannedFrom ?? planned?.plannedFrom ?? payload.oldFrom
      shift.plannedTo = payload.to ?? shift.plannedTo ?? planned?.plannedTo ?? payload.oldTo
      shift.group = payload.groupId ?? shift.group ?? planned?.group
      shift.planPosition = entry.position
    }
  }

  private mutating func changeShift(
    _ id: String, of agent: String?, _ body: (inout AgentDuty.Shift) -> Void
  ) {
    change(agent) { duty in
      let index: Int
      if let known = duty.shifts.lastIndex(where: { $0.id == id }) {
        index = known
      } else {
        index = duty.shifts.count
        duty.shifts.append(AgentDuty.Shift(id: id))
      }
      body(&duty.shifts[index])
    }
  }

  // MARK: What really was

  private mutating func applyClock(_ entry: TicketEntry) throws(CodecError) {
    let stream = entry.event.envelope.stream
    let streamAgent = stream.kind == "agent" ? stream.id : nil
    switch entry.typeNumber {
    case ShiftStarted.type.number:
      let payload = try entry.payload(ShiftStarted.self)
      start(payload, entry)
    case ShiftEnded.type.number:
      let payload = try entry.payload(ShiftEnded.self)
      end(payload, entry)
    case AbsenceStarted.type.number:
      let payload = try entry.payload(AbsenceStarted.self)
      change(payload.agentId ?? streamAgent) { duty in
        duty.absences.append(
          AgentDuty.Absence(
            id: payload.absenceId, kind: payload.kind, isPlanned: payload.isPlanned,
            coveredBy: payload.coveredBy, from: payload.from ?? entry.occurredAt,
            until: payload.to, position: entry.position))
      }
    case AbsenceEnded.type.number:
      let payload = try entry.payload(AbsenceEnded.self)
      change(payload.agentId ?? streamAgent) { duty in
        let index = duty.absences.lastIndex { absence in
          absence.endPosition == nil && absence.from <= entry.occurredAt
            && (payload.absenceId == nil || absence.id == payload.absenceId)
        }
        guard let index else { return }
        duty.absences[index].until = entry.occurredAt
        duty.absences[index].endPosition = entry.position
      }
    case AgentPresenceChanged.type.number:
      let payload = try entry.payload(AgentPresenceChanged.self)
      change(payload.agentId ?? streamAgent) { duty in
        duty.presences.append(
          AgentDuty.PresenceChange(
            presence: payload.to, at: entry.occurredAt, position: entry.position))
      }
    default: return
    }
  }

  private mutating func start(_ payload: ShiftStarted, _ entry: TicketEntry) {
    let at = payload.at ?? entry.occurredAt
    if let id = payload.shiftId {
      owners[id] = payload.agentId
      changeShift(id, of: payload.agentId) { shift in
        shift.startedAt = at
        shift.startPosition = entry.position
      }
    } else {
      change(payload.agentId) { duty in
        var shift = AgentDuty.Shift(id: nil)
        shift.startedAt = at
        shift.startPosition = entry.position
        duty.shifts.append(shift)
      }
    }
  }

  private mutating func end(_ payload: ShiftEnded, _ entry: TicketEntry) {
    let at = payload.at ?? entry.occurredAt
    change(payload.agentId) { duty in
      let open = duty.shifts.lastIndex { shift in
        if let id = payload.shiftId { return shift.id == id }
        return shift.endedAt == nil && shift.startedAt.map { $0 <= at } ?? false
      }
      // An end without a beginning still says what was left open.
      if open == nil { duty.shifts.append(AgentDuty.Shift(id: payload.shiftId)) }
      let index = open ?? duty.shifts.count - 1
      duty.shifts[index].endedAt = at
      duty.shifts[index].endPosition = entry.position
      duty.shifts[index].openTickets = payload.openTickets
      duty.shifts[index].unhandedTickets = payload.unhandedTickets
    }
  }
}
