import CasefileModel

/// How tickets change hands and groups.
extension HelpDesk {
  func route(_ ticket: Ticket, _ agent: Agent, _ move: Move) {
    switch move {
    case .wrongGroup:
      let group =
        ticket.groupPlace == Group.experts
        ? Group.billing
        : ticket.groupPlace == Group.billing
          ? Group.firstEnglish : Group.experts
      transfer(ticket, to: group, .wrongGroup)
    case .pingPong:
      // There, and, by the move that follows, back again.
      if let back = ticket.previousGroup {
        transfer(ticket, to: back, .returned)
      } else {
        ticket.previousGroup = ticket.groupPlace
        ticket.moves.insert(.pingPong, at: ticket.nextMove)
        transfer(
          ticket, to: ticket.groupPlace == Group.experts ? Group.billing : Group.experts, .other)
      }
    case .escalate:
      let id = ticket.part("e")
      ticket.escalation = id
      put(
        EscalationRaised(
          level: 2, toGroup: Group.all[Group.experts].id, reason: dice.pick(texts(ticket).reasons),
          escalationId: id, kind: dice.chance(700) ? .functional : .hierarchical),
        ticket)
      ticket.moves.insert(
        .resolveEscalation, at: min(ticket.moves.count, ticket.nextMove + 1))
      workOn(ticket)
    case .resolveEscalation:
      put(
        EscalationResolved(
          escalationId: ticket.escalation, level: 2, outcome: texts(ticket).solutions[0]),
        ticket)
      workOn(ticket)
    default: giveAway(ticket, agent, move)
    }
  }

  /// The ticket goes to another group's queue; its holder keeps it where nobody is there.
  private func transfer(_ ticket: Ticket, to group: Int, _ reason: GroupChangeReason) {
    touch(ticket)
    move(ticket, to: group, reason)
    if dice.chance(750) { unassign(ticket, .returnedToQueue) }
    end(ticket)
    ticket.holder == nil ? enqueue(ticket) : work(ticket, seconds: dice.about(400))
  }

  private func giveAway(_ ticket: Ticket, _ agent: Agent, _ move: Move) {
    guard let taker = taker(from: agent, ticket) else { return workOn(ticket) }
    if dice.chance(150) {
      giveBare(ticket, to: taker, .give)
    } else {
      let reason: HandoffReason =
        move == .overload ? .overload : move == .conflict ? .conflict : .competence
      offer(ticket, from: agent, to: taker, reason)
      work(ticket, seconds: dice.about(1200))
    }
  }

  /// Somebody else on duty in the ticket's group, for another hour at least.
  private func taker(from agent: Agent, _ ticket: Ticket) -> Agent? {
    for _ in 0..<3 {
      guard let other = freeAgent(of: ticket.groupPlace) else { return nil }
      if other !== agent, other.shiftEnd > now + 3600 { return other }
    }
    return nil
  }

  private func giveBare(_ ticket: Ticket, to taker: Agent, _ mode: AssignmentMode) {
    assign(ticket, to: taker, mode)
    ticket.hasBadHandoff = dice.chance(600)
    ticket.handoffId = nil
    touch(ticket)
    end(ticket)
    goOnAfterHandoff(ticket)
  }

  private func goOnAfterHandoff(_ ticket: Ticket) {
    if ticket.stage == .working { work(ticket, seconds: dice.about(400)) }
  }

  // MARK: Offers

  func offer(_ ticket: Ticket, from agent: Agent, to taker: Agent, _ reason: HandoffReason) {
    let texts = texts(ticket)
    let id = ticket.part("h")
    let isBlank = dice.chance(15 + agent.carelessness)
    begin(agent.actor)
    let event = put(
      HandoffOffered(
        handoffId: id, fromAgent: agent.id, toAgent: taker.id, reason: reason,
        summary: isBlank ? " " : dice.pick(texts.summaries),
        openQuestions: !isBlank && dice.chance(300) ? [dice.pick(texts.asks)] : [],
        promises: ticket.agreement.map { [$0] } ?? [],
        nextStep: isBlank ? nil : dice.pick(texts.nextSteps),
        nextStepDueAt: dice.chance(400) ? Timestamp(seconds: now + 7200) : nil,
        expiresAt: dice.chance(500) ? Timestamp(seconds: now + 3600) : nil),
      ticket, tags: agent.tags + taker.tags)
    touch(ticket)
    end(ticket)
    ticket.offer = Ticket.Offer(id: id, event: event, to: taker, reason: reason)
    ticket.hasBadHandoff = isBlank || dice.chance(100)
    ticket.handoffId = id
    plan(.offerAnswer, ticket, after: 60 + dice.between(0, 1500))
  }

  /// The one to whom a ticket was offered takes it, declines, or never looks.
  func answerOffer(_ ticket: Ticket) {
    guard let offer = ticket.offer, ticket.isOpen, let giver = ticket.holder else { return }
    ticket.offer = nil
    let luck = dice.below(100)
    if luck < 84, offer.to.isOnDuty {
      begin(offer.to.actor)
      put(
        HandoffAccepted(
          handoffId: offer.id, agentId: offer.to.id, acknowledgedOffer: offer.event),
        ticket, tags: offer.to.tags)
      touch(ticket)
      hold(ticket, offer.to)
      end(ticket)
      goOnAfterHandoff(ticket)
    } else if luck < 92, offer.to.isOnDuty {
      begin(offer.to.actor)
      put(
        HandoffDeclined(
          handoffId: offer.id, agentId: offer.to.id, reason: dice.pick(texts(ticket).reasons),
          code: dice.chance(500) ? .overload : .incompleteSummary),
        ticket, tags: offer.to.tags)
      touch(ticket)
      end(ticket)
    } else {
      begin(HelpDesk.system)
      put(
        HandoffExpired(handoffId: offer.id, afterSeconds: 1800, escalatedTo: "ag-sofia"), ticket)
      end(ticket)
      if !giver.isOnDuty, dice.chance(600) { plan(.forced, ticket, after: 1800) }
    }
  }

  /// The supervisor moves a ticket whose holder is not there.
  func force(_ ticket: Ticket) {
    guard ticket.isOpen, let giver = ticket.holder, !giver.isOnDuty else { return }
    guard let taker = taker(from: giver, ticket) else {
      if giver.isAbsent, dice.chance(700) { plan(.forced, ticket, after: 14_400) }
      return
    }
    let hasSummary = dice.chance(600)
    begin(HelpDesk.supervisor)
    put(
      HandoffForced(
        by: "ag-sofia", fromAgent: giver.id, toAgent: taker.id,
        reason: dice.pick(texts(ticket).reasons),
        code: giver.isAbsent
          ? (giver.absenceKind == .sick ? .sickLeave : .vacation) : .shiftEnd,
        summary: hasSummary ? dice.pick(texts(ticket).summaries) : nil),
      ticket, tags: giver.tags + taker.tags)
    touch(ticket)
    hold(ticket, taker)
    end(ticket)
    ticket.hasBadHandoff = !hasSummary
    goOnAfterHandoff(ticket)
  }

  /// At the end of a shift: what can't wait is offered to somebody who stays.
  func handOver(_ agent: Agent, _ reason: HandoffReason) {
    for place in agent.held {
      guard let ticket = tickets[place], ticket.holder === agent, ticket.offer == nil,
        ticket.isOpen
      else { continue }
      let isPressing = ticket.stage == .working && ticket.priority > 0
      guard isPressing || reason != .shiftEnd, !dice.chance(120 + agent.carelessness) else {
        continue
      }
      // Ordinary work of an ordinary day often waits for its holder's next shift.
      if reason == .shiftEnd, dice.chance(450) { continue }
      guard let taker = taker(from: agent, ticket) else { continue }
      if dice.chance(70 + agent.carelessness) {
        begin(agent.actor)
        giveBare(ticket, to: taker, .give)
      } else {
        offer(ticket, from: agent, to: taker, reason)
      }
    }
  }
}
