import CasefileModel

/// Moves beside the dialogue: notes, diagnosis, promises, and what should not be done.
extension HelpDesk {
  func besides(_ ticket: Ticket, _ agent: Agent, _ move: Move) {
    let texts = texts(ticket)
    switch move {
    case .diagnose:
      let code = ["dx-account", "dx-log", "dx-vendor", "dx-repeat"][dice.below(4)]
      let event = put(
        TicketDiagnosticStep(
          step: texts.notes[1], stepCode: code,
          outcome: [.passed, .failed, .inconclusive][dice.below(3)]),
        ticket, visibility: .internal)
      disturb(ticket, event)
    case .note:
      let event = put(
        TicketNoteAdded(noteId: ticket.part("n"), text: dice.pick(texts.notes)), ticket,
        visibility: .internal)
      disturb(ticket, event)
    case .logTime:
      put(
        TicketTimeLogged(agentId: agent.id, seconds: 60 + dice.about(1500), activity: "work"),
        ticket, tags: agent.tags)
    case .orderFact:
      put(
        OrderFact(
          facts: ["what": texts.subjects[0], "quantity": String(1 + dice.below(9))],
          orderId: ticket.part("o"), clientId: ticket.client.id,
          sourceMessage: ticket.lastClientMessage),
        ticket)
    case .phone:
      workOn(ticket, about: 600)
      return dial(ticket, agent)
    case .reclassify:
      let old = ticket.topicId
      ticket.topicId = Topic.all[dice.below(Topic.all.count)].id
      put(
        TicketClassified(
          topicId: ticket.topicId, oldTopic: old, byRole: .agent,
          confidencePermille: dice.between(600, 1000)),
        ticket)
    case .split: return split(ticket, agent)
    case .untracked: reportUntracked(ticket, agent)
    case .lateRetarget:
      let old = ticket.priority
      ticket.priority = 0
      if old != 0 {
        put(
          TicketPriorityChanged(
            from: Priority.all[old], to: Priority.all[0], reason: dice.pick(texts.reasons)),
          ticket)
      }
    default: promise(ticket, agent, move)
    }
    workOn(ticket)
  }

  private func promise(_ ticket: Ticket, _ agent: Agent, _ move: Move) {
    let texts = texts(ticket)
    switch move {
    case .agree:
      let id = ticket.part("a")
      let message = send(ticket, dice.pick(texts.agreements), by: agent)
      ticket.agreement = id
      ticket.agreementDue = now + 86_400 * (1 + Int64(dice.below(3)))
      put(
        TicketAgreementRecorded(
          agreementId: id, text: dice.pick(texts.agreements), promisedBy: agent.id,
          promisedTo: ticket.client.id, dueAt: Timestamp(seconds: ticket.agreementDue),
          sourceMessage: message),
        ticket, tags: agent.tags)
      plan(.agreementDue, ticket, after: ticket.agreementDue - now + 60)
    case .dueDate:
      let old = ticket.dueDate
      // Some are moved only after they have passed.
      let due = now + (dice.chance(300) ? 1800 : 86_400)
      ticket.dueDate = due
      put(
        TicketDueDateSet(
          dueAt: Timestamp(seconds: due), reason: dice.pick(texts.reasons), setBy: agent.id,
          oldDueAt: old.map { Timestamp(seconds: $0) }),
        ticket)
      if old == nil, dice.chance(400) { ticket.moves.insert(.dueDate, at: ticket.nextMove) }
    case .delayNotice:
      let message = send(ticket, texts.delays[0], by: agent)
      put(
        TicketDelayNoticeSent(
          messageId: message, newPromisedAt: Timestamp(seconds: now + 86_400),
          clock: "resolution"),
        ticket)
    default: break
    }
  }

  /// A contact outside the tracked channels, told of hours later.
  private func reportUntracked(_ ticket: Ticket, _ agent: Agent) {
    put(
      ChannelUntrackedContactReported(
        agentId: agent.id, description: dice.pick(texts(ticket).answers),
        channel: dice.chance(600) ? .personalMobile : .personalMessenger,
        clientId: ticket.client.id, direction: dice.chance(500) ? .inbound : .outbound,
        durationSeconds: dice.about(300)),
      ticket, tags: agent.tags)
    makeEarlier(by: 1800 + dice.about(20_000), ticket)
  }

  private func split(_ ticket: Ticket, _ agent: Agent) {
    guard openedCount < settings.tickets else { return workOn(ticket) }
    openedCount += 1
    let other = makeTicket(ticket.client, (ticket.topicPlace + 1) % Topic.all.count, ticket.channel)
    put(
      TicketSplit(
        newTicket: other.id, messageIds: ticket.lastClientMessage.map { [$0] } ?? [],
        reason: texts(ticket).reasons[0]),
      ticket)
    workOn(ticket)
    keep(other)
    begin(agent.actor)
    putOpening(other, role: .agent)
    put(
      TicketSplitFrom(
        fromTicket: ticket.id, messageIds: ticket.lastClientMessage.map { [$0] } ?? []),
      other)
    end(other)
    afterOpening(other)
    enqueue(other)
  }

  /// The same matter twice: the newer ticket lives on in the older one.
  func merge(_ ticket: Ticket, into other: Ticket, _ agent: Agent) {
    begin(agent.actor)
    put(TicketMerged(intoTicket: other.id, reason: texts(ticket).reasons[3]), ticket)
    close(ticket, .merged, .merged, by: agent)
    end(ticket)
    begin(agent.actor)
    put(
      TicketAbsorbed(fromTicket: ticket.id, firstVersion: 1, lastVersion: ticket.version), other)
    touch(other)
    end(other)
    ticket.isDone = true
    release(ticket)
  }
}
