import CasefileModel

extension TicketFold {
  /// An offer and what became of it.
  struct OfferRecord {
    let offer: TicketState.Offer
    /// False once it was accepted, declined, expired, replaced or overtaken by force.
    var isUnanswered = true

    /// An offer lapses after its last instant; an answer at that instant is in time.
    func isOpen(at instant: Timestamp) -> Bool {
      isUnanswered && offer.expiresAt.map { instant <= $0 } ?? true
    }
  }

  /// Who is responsible. False for events of other topics.
  mutating func applyResponsibility(_ entry: TicketEntry) throws(CodecError) -> Bool {
    switch entry.typeNumber {
    case TicketAssigned.type.number:
      let payload = try entry.payload(TicketAssigned.self)
      if payload.mode.isHuman(actor: entry.actor) { react(at: entry.occurredAt) }
      hold(payload.agentId, .assigned(payload.mode), entry)
    case TicketUnassigned.type.number:
      let payload = try entry.payload(TicketUnassigned.self)
      unassign(payload, entry)
    case HandoffOffered.type.number: offer(try entry.payload(HandoffOffered.self), entry)
    case HandoffAccepted.type.number:
      let payload = try entry.payload(HandoffAccepted.self)
      react(at: entry.occurredAt)
      accept(payload, entry)
    case HandoffDeclined.type.number:
      let payload = try entry.payload(HandoffDeclined.self)
      offers[payload.handoffId]?.isUnanswered = false
    case HandoffExpired.type.number: expire(try entry.payload(HandoffExpired.self))
    case HandoffForced.type.number:
      let payload = try entry.payload(HandoffForced.self)
      if let openOffer { offers[openOffer]?.isUnanswered = false }
      if let id = payload.handoffId { offers[id]?.isUnanswered = false }
      hold(payload.toAgent, .forced, entry)
    case TicketGroupChanged.type.number:
      let payload = try entry.payload(TicketGroupChanged.self)
      if let from = payload.fromGroup ?? state.group, let to = payload.toGroup, from != to {
        state.groupTransferCount += 1
      }
      state.group = payload.toGroup
    default: return false
    }
    return true
  }

  private mutating func offer(_ payload: HandoffOffered, _ entry: TicketEntry) {
    if let openOffer { offers[openOffer]?.isUnanswered = false }
    openOffer = payload.handoffId
    offers[payload.handoffId] = OfferRecord(
      offer: TicketState.Offer(
        handoff: payload.handoffId, from: payload.fromAgent, toAgent: payload.toAgent,
        toGroup: payload.toGroup, reason: payload.reason, since: entry.occurredAt,
        expiresAt: payload.expiresAt, position: entry.position))
  }

  private mutating func accept(_ payload: HandoffAccepted, _ entry: TicketEntry) {
    guard let record = offers[payload.handoffId], record.isOpen(at: entry.effectiveAt) else {
      contradict(.offerNotOpen, entry)
      return
    }
    offers[payload.handoffId]?.isUnanswered = false
    guard record.offer.from == state.assignee else {
      contradict(.giverNotHolder, entry)
      return
    }
    hold(payload.agentId, .accepted, entry)
  }

  private mutating func expire(_ payload: HandoffExpired) {
    // An offer that was answered or replaced can't expire; one that nobody recorded can.
    guard offers[payload.handoffId]?.isUnanswered ?? true else { return }
    offers[payload.handoffId]?.isUnanswered = false
    state.accountable = payload.escalatedTo
    state.accountableGroup = payload.escalatedToGroup
  }

  private mutating func unassign(_ payload: TicketUnassigned, _ entry: TicketEntry) {
    guard let holder = state.assignee, payload.agentId == nil || payload.agentId == holder else {
      contradict(.notHolder, entry)
      return
    }
    endSpan(entry)
    state.assignee = nil
    lastHolder = (holder, entry.effectiveAt)
  }

  private mutating func hold(
    _ agent: String, _ start: TicketState.Start, _ entry: TicketEntry
  ) {
    guard agent != state.assignee else { return }
    if let from = state.assignee {
      noteHandoff(from, agent, start, entry)
    } else if let last = lastHolder, last.agent != agent {
      state.indirectHandoffs.append(
        TicketState.Handoff(
          from: last.agent, to: agent, kind: .indirect, mode: start.mode, at: entry.occurredAt,
          unassignedAt: last.since, position: entry.position))
    }
    lastHolder = nil
    endSpan(entry)
    state.assignee = agent
    state.accountable = nil
    state.accountableGroup = nil
    state.responsibility.append(
      TicketState.Span(
        holder: agent, group: state.group, start: start, from: entry.effectiveAt,
        position: entry.position))
  }

  private mutating func noteHandoff(
    _ from: String, _ to: String, _ start: TicketState.Start, _ entry: TicketEntry
  ) {
    let kind: TicketState.Handoff.Kind
    switch start {
    case .accepted: kind = .acknowledged
    case .forced: kind = .forced
    // What was so when the ticket was first seen is no change.
    case .assigned(.initial?): return
    case .assigned: kind = .bare
    }
    state.handoffs.append(
      TicketState.Handoff(
        from: from, to: to, kind: kind, mode: start.mode, at: entry.occurredAt, unassignedAt: nil,
        position: entry.position))
  }

  private mutating func endSpan(_ entry: TicketEntry) {
    guard let index = state.responsibility.indices.last,
      state.responsibility[index].until == nil
    else { return }
    state.responsibility[index].until = entry.effectiveAt
    state.responsibility[index].endPosition = entry.position
  }
}

extension TicketState.Start {
  /// The mode of an assignment.
  fileprivate var mode: AssignmentMode? {
    if case .assigned(let mode) = self { mode } else { nil }
  }
}

extension AssignmentMode? {
  /// Whether a person did it; where no mode is stated, the actor tells.
  func isHuman(actor: Actor) -> Bool {
    switch self {
    case .manual?, .take?, .steal?, .give?: true
    case nil: actor.kind == .agent
    default: false
    }
  }
}
