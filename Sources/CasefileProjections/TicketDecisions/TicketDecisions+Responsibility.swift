import CasefileModel

extension TicketDecisions {
  /// Who is responsible; nil for actions of other topics.
  func decideResponsibility(_ action: TicketAction) throws(TicketRefusal) -> [Event]? {
    switch action {
    case .take:
      let agent = try agent()
      try requireFree(for: agent)
      return [event(TicketAssigned(agentId: agent, mode: .take), tags: ["agent:\(agent)"])]
    case .steal(let reason):
      return [try steal(reason)]
    case .assign(let agent, let reason):
      try requireFree(for: agent)
      let payload = TicketAssigned(agentId: agent, mode: mode(to: agent), reason: reason)
      return [event(payload, tags: ["agent:\(agent)"])]
    case .unassign(let reason, let text):
      let holder = try holder()
      let payload = TicketUnassigned(agentId: holder, reason: reason, reasonText: text)
      return [event(payload, tags: ["agent:\(holder)"])]
    case .force(let agent, let code, let reason, let summary):
      return [try force(agent, code, reason, summary)]
    case .handOff(let handoff): return [try offer(handoff)]
    case .accept(let id): return [try accept(id)]
    case .decline(let id, let code, let reason): return [try decline(id, code, reason)]
    case .expireHandoff(let id, let agent, let group): return [try expire(id, agent, group)]
    default: return nil
    }
  }

  // MARK: Assignment

  func holder() throws(TicketRefusal) -> String {
    guard let holder = state.assignee else {
      throw TicketRefusal(.noHolder, "nobody holds ticket \(ticket); take or assign it")
    }
    return holder
  }

  private func requireFree(for agent: String) throws(TicketRefusal) {
    try requireOpen()
    guard let holder = state.assignee else { return }
    if holder == agent {
      throw TicketRefusal(.alreadyHeld, "\(agent) holds ticket \(ticket) already")
    }
    throw TicketRefusal(
      .heldByAnother,
      "\(holder) holds ticket \(ticket); the holder hands it off, a supervisor forces it, or an "
        + "agent steals it")
  }

  private func mode(to agent: String) -> AssignmentMode {
    switch actor.kind {
    case .agent: actor.id == agent ? .take : .manual
    case .rule: .rule
    default: .auto
    }
  }

  private func steal(_ reason: String) throws(TicketRefusal) -> Event {
    let agent = try agent()
    try requireOpen()
    try require(reason, "the reason for taking it from its holder")
    let holder = try holder()
    guard holder != agent else {
      throw TicketRefusal(.alreadyHeld, "\(agent) holds ticket \(ticket) already")
    }
    return event(
      TicketAssigned(agentId: agent, mode: .steal, reason: reason),
      tags: ["agent:\(agent)", "agent:\(holder)"])
  }

  private func force(
    _ agent: String, _ code: HandoffReason, _ reason: String?, _ summary: String?
  ) throws(TicketRefusal) -> Event {
    try requireOpen()
    let holder = try holder()
    guard holder != agent else {
      throw TicketRefusal(.alreadyHeld, "\(agent) holds ticket \(ticket) already")
    }
    guard actor.id != holder else {
      throw TicketRefusal(
        .wrongActor,
        "\(holder) holds ticket \(ticket) and hands it off with a summary; force is for others")
    }
    return event(
      HandoffForced(
        handoffId: state.openOffer?.handoff, fromAgent: holder, toAgent: agent, reason: reason,
        code: code, summary: summary),
      tags: ["agent:\(holder)", "agent:\(agent)"])
  }

  // MARK: Handoff

  private func offer(_ handoff: TicketHandoff) throws(TicketRefusal) -> Event {
    let giver = try agent()
    try requireOpen()
    let holder = try holder()
    guard holder == giver else {
      throw TicketRefusal(
        .notHolder,
        "\(holder) holds ticket \(ticket), not \(giver); only the holder hands off, a supervisor "
          + "forces")
    }
    try require(handoff.summary, "the handoff's summary")
    try requireAhead(handoff.expiresAt, "the offer's end")
    for promise in handoff.promises { _ = try agreement(promise) }
    var payload = HandoffOffered(
      handoffId: handoff.id ?? request.description, fromAgent: giver, reason: handoff.reason,
      reasonText: handoff.reasonText, summary: handoff.summary,
      openQuestions: handoff.openQuestions, promises: handoff.promises, nextStep: handoff.nextStep,
      nextStepDueAt: handoff.nextStepDueAt, checklist: handoff.checklist,
      expiresAt: handoff.expiresAt)
    guard offerRecord(payload.handoffId) == nil else {
      throw TicketRefusal(
        .idUsed, "ticket \(ticket) has a handoff \(payload.handoffId) already; use a new id")
    }
    var tags = ["agent:\(giver)"]
    switch handoff.to {
    case .agent(let taker):
      guard taker != giver else {
        throw TicketRefusal(.toOneself, "\(giver) holds ticket \(ticket); offer it to another")
      }
      payload.toAgent = taker
      tags.append("agent:\(taker)")
    case .group(let group):
      payload.toGroup = group
      tags.append("group:\(group)")
    }
    return event(payload, tags: tags)
  }

  private func accept(_ id: String?) throws(TicketRefusal) -> Event {
    let taker = try agent()
    try requireOpen()
    let offer = try openOffer(id, for: taker)
    let stored = entries.first { $0.position == offer.position }?.event.envelope
    // Field 7 of the offer is the summary; its commitment says what was read.
    let summary = stored?.commitments.first { $0.path == "7" }?.hash
    return event(
      HandoffAccepted(
        handoffId: offer.handoff, agentId: taker, acknowledgedOffer: stored?.id,
        acknowledgedSummary: summary?.bytes),
      tags: ["agent:\(offer.from)", "agent:\(taker)"])
  }

  private func decline(
    _ id: String?, _ code: HandoffDeclineReason?, _ reason: String?
  ) throws(TicketRefusal) -> Event {
    let taker = try agent()
    let offer = try openOffer(id, for: taker)
    return event(
      HandoffDeclined(handoffId: offer.handoff, agentId: taker, reason: reason, code: code),
      tags: ["agent:\(offer.from)", "agent:\(taker)"])
  }

  private func expire(
    _ id: String, _ agent: String?, _ group: String?
  ) throws(TicketRefusal) -> Event {
    guard let record = offerRecord(id) else { throw unknownOffer(id) }
    switch record.fate {
    case nil, .giverGone?:
      throw TicketRefusal(
        .offerOpen,
        "the offer \(id) waits for an answer"
          + (record.expiresAt.map { " until \($0)" } ?? " without an end"))
    case .lapsed?:
      return event(
        HandoffExpired(
          handoffId: id, afterSeconds: max(0, time.seconds - record.since.seconds),
          escalatedTo: agent, escalatedToGroup: group),
        tags: agent.map { ["agent:\($0)"] } ?? [])
    case let fate?: throw fate.refusal(id)
    }
  }

  private func openOffer(
    _ id: String?, for taker: String
  ) throws(TicketRefusal) -> TicketState.Offer {
    guard let offer = state.openOffer, id == nil || id == offer.handoff else {
      guard let id else {
        throw TicketRefusal(.noOffer, "no offer of ticket \(ticket) waits for an answer")
      }
      guard let record = offerRecord(id) else { throw unknownOffer(id) }
      throw (record.fate ?? .replaced).refusal(id)
    }
    guard taker != offer.from else {
      throw TicketRefusal(
        .toOneself, "\(taker) gave the offer \(offer.handoff); another agent answers it")
    }
    if let addressee = offer.toAgent, addressee != taker {
      throw TicketRefusal(
        .notAddressee, "the offer \(offer.handoff) is for \(addressee), not for \(taker)")
    }
    return offer
  }

  private func unknownOffer(_ id: String) -> TicketRefusal {
    TicketRefusal(.offerUnknown, "ticket \(ticket) has no offer \(id)")
  }
}
