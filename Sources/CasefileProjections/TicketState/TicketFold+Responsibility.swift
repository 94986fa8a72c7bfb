import CasefileModel

extension TicketFold {
  /// An offer and what became of it.
  struct OfferRecord {
    let offer: TicketState.Offer
    /// Whether it came with a summary, erased since or not.
    let hasSummary: Bool
    /// What became of it; nil while nobody answered and nothing overtook it.
    var answer: Answer?

    var isUnanswered: Bool { answer == nil }

    /// An offer lapses after its last instant; an answer at that instant is in time.
    func isOpen(at instant: Timestamp) -> Bool {
      isUnanswered && offer.expiresAt.map { instant <= $0 } ?? true
    }
  }

  /// What became of an offer.
  struct Answer {
    let outcome: AgentEntry.OfferOutcome
    let by: String?
    let at: Timestamp
    let position: Position
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
      answer(payload.handoffId, .declined, by: payload.agentId ?? entry.actor.id, entry)
    case HandoffExpired.type.number: expire(try entry.payload(HandoffExpired.self), entry)
    case HandoffForced.type.number:
      let payload = try entry.payload(HandoffForced.self)
      if let openOffer { answer(openOffer, .forced, by: payload.by ?? entry.actor.id, entry) }
      if let id = payload.handoffId {
        answer(id, .forced, by: payload.by ?? entry.actor.id, entry)
      }
      hold(
        payload.toAgent, .forced, entry,
        HandoffTerms(
          handoff: payload.handoffId, reason: payload.code,
          offeredAt: payload.handoffId.flatMap { offers[$0]?.offer.since },
          hasSummary: entry.hasSummary(7, payload.summary)
            || payload.handoffId.flatMap { offers[$0]?.hasSummary } ?? false))
    case TicketGroupChanged.type.number:
      let payload = try entry.payload(TicketGroupChanged.self)
      let change = TicketState.GroupChange(
        from: payload.fromGroup ?? state.group, to: payload.toGroup, at: entry.occurredAt,
        position: entry.position)
      state.groupChanges.append(change)
      if change.isTransfer { state.groupTransferCount += 1 }
      state.group = payload.toGroup
    default: return false
    }
    return true
  }

  private mutating func offer(_ payload: HandoffOffered, _ entry: TicketEntry) {
    if let openOffer { answer(openOffer, .replaced, by: payload.fromAgent, entry) }
    if let former = offers[payload.handoffId] { formerOffers.append(former) }
    openOffer = payload.handoffId
    offers[payload.handoffId] = OfferRecord(
      offer: TicketState.Offer(
        handoff: payload.handoffId, from: payload.fromAgent, toAgent: payload.toAgent,
        toGroup: payload.toGroup, reason: payload.reason, since: entry.occurredAt,
        expiresAt: payload.expiresAt, position: entry.position),
      hasSummary: entry.hasSummary(7, payload.summary))
  }

  /// Notes what became of an offer; what came first stands.
  private mutating func answer(
    _ handoff: String, _ outcome: AgentEntry.OfferOutcome, by agent: String?, _ entry: TicketEntry
  ) {
    guard offers[handoff]?.isUnanswered ?? false else { return }
    offers[handoff]?.answer = Answer(
      outcome: outcome, by: agent, at: entry.occurredAt, position: entry.position)
  }

  private mutating func accept(_ payload: HandoffAccepted, _ entry: TicketEntry) {
    guard let record = offers[payload.handoffId], record.isOpen(at: entry.effectiveAt) else {
      contradict(.offerNotOpen, entry)
      return
    }
    guard record.offer.from == state.assignee else {
      answer(payload.handoffId, .moot, by: payload.agentId, entry)
      contradict(.giverNotHolder, entry)
      return
    }
    answer(payload.handoffId, .accepted, by: payload.agentId, entry)
    hold(
      payload.agentId, .accepted, entry,
      HandoffTerms(
        handoff: payload.handoffId, reason: record.offer.reason, offeredAt: record.offer.since,
        hasSummary: record.hasSummary))
  }

  private mutating func expire(_ payload: HandoffExpired, _ entry: TicketEntry) {
    // An offer that was answered or replaced can't expire; one that nobody recorded can.
    guard offers[payload.handoffId]?.isUnanswered ?? true else { return }
    answer(payload.handoffId, .expired, by: nil, entry)
    state.accountable = payload.escalatedTo
    state.accountableGroup = payload.escalatedToGroup
  }

  private mutating func unassign(_ payload: TicketUnassigned, _ entry: TicketEntry) {
    guard let holder = state.assignee, payload.agentId == nil || payload.agentId == holder else {
      contradict(.notHolder, entry)
      return
    }
    endSpan(entry)
    credit(AgentEntry(.unassigned, entry, by: entry.actor), to: holder)
    state.assignee = nil
    lastHolder = (holder, entry.effectiveAt)
  }

  /// What an offer or an order says besides who hands over to whom.
  struct HandoffTerms {
    var handoff: String?
    var reason: HandoffReason?
    var offeredAt: Timestamp?
    var hasSummary: Bool?
  }

  private mutating func hold(
    _ agent: String, _ start: TicketState.Start, _ entry: TicketEntry,
    _ terms: HandoffTerms = HandoffTerms()
  ) {
    guard agent != state.assignee else { return }
    if case .assigned(let mode) = start {
      var act = AgentEntry(.assigned, entry, by: entry.actor)
      act.mode = mode
      credit(act, to: agent)
    }
    if let from = state.assignee {
      noteHandoff(from, agent, start, entry, terms)
    } else if let last = lastHolder, last.agent != agent {
      let handoff = TicketState.Handoff(
        from: last.agent, to: agent, kind: .indirect, mode: start.mode, at: entry.occurredAt,
        unassignedAt: last.since, position: entry.position)
      state.indirectHandoffs.append(handoff)
      credit(handoff, .indirectHandoffOut, .indirectHandoffIn, entry)
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
    _ from: String, _ to: String, _ start: TicketState.Start, _ entry: TicketEntry,
    _ terms: HandoffTerms
  ) {
    let kind: TicketState.Handoff.Kind
    switch start {
    case .accepted: kind = .acknowledged
    case .forced: kind = .forced
    // What was so when the ticket was first seen is no change.
    case .assigned(.initial?): return
    case .assigned: kind = .bare
    }
    let handoff = TicketState.Handoff(
      from: from, to: to, kind: kind, mode: start.mode, at: entry.occurredAt, unassignedAt: nil,
      position: entry.position, handoff: terms.handoff, reason: terms.reason,
      offeredAt: terms.offeredAt, hasSummary: terms.hasSummary)
    state.handoffs.append(handoff)
    credit(handoff, .handoffOut, .handoffIn, entry)
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
