import CasefileModel

/// How tickets are solved, closed and opened again.
extension HelpDesk {
  /// The holder proposes a solution; most clients are asked to confirm it.
  func resolve(_ ticket: Ticket, _ agent: Agent) {
    let texts = texts(ticket)
    if ticket.agreement != nil, now < ticket.agreementDue { keepAgreement(ticket, agent) }
    let asks = dice.chance(820)
    let message = asks ? send(ticket, dice.pick(texts.solutions), by: agent) : nil
    propose(ticket, dice.pick(texts.solutions), by: agent, messageId: message)
    guard let message else {
      end(ticket)
      begin(agent.actor)
      close(ticket, .agentUnconfirmed, .closedUnconfirmed, by: agent)
      end(ticket)
      return afterClose(ticket)
    }
    let waits = dice.chance(450)
    if waits {
      put(
        CloseConfirmationRequested(
          messageId: message, to: [ticket.client.id], dueAt: Timestamp(seconds: now + 259_200)),
        ticket)
    }
    end(ticket)
    if waits {
      begin(HelpDesk.system)
      startWait(ticket, .clientConfirmation, .waitingForConfirmation, messageId: message)
      end(ticket)
    }
    plan(ticket, at: now + 300 + dice.about(40_000))
    pull(agent)
  }

  private func keepAgreement(_ ticket: Ticket, _ agent: Agent) {
    guard let id = ticket.agreement else { return }
    put(TicketAgreementFulfilled(agreementId: id, evidenceRef: ticket.lastReply), ticket)
    ticket.agreement = nil
  }

  /// The client says what came of a proposal, or nothing.
  func answerProposal(_ ticket: Ticket) {
    let luck = dice.below(1000)
    if ticket.reopensLeft > 0, luck < 500 { return reject(ticket) }
    if luck < 620 { return confirm(ticket) }
    if luck < 700, let agent = ticket.holder {
      // Closed by the agent before the client has said anything.
      guard agent.isOnDuty else { return plan(ticket, at: now + 36_000) }
      begin(agent.actor)
      close(ticket, .agentUnconfirmed, .closedUnconfirmed, by: agent)
      end(ticket)
      return afterClose(ticket)
    }
    closeSilently(ticket, after: 259_200)
  }

  /// Closes by rule when the client has been silent for days.
  func closeSilently(_ ticket: Ticket, after seconds: Int64 = 0) {
    guard seconds == 0 || ticket.silentCount > 5 else {
      ticket.silentCount = 9
      // The next answer comes when the time has run out.
      return plan(ticket, at: now + seconds)
    }
    begin(Actor(.rule, "rule-autoclose"))
    close(
      ticket, .autoClose, .closedAutomatically, ruleId: "rule-autoclose", silentFor: 259_200)
    end(ticket)
    afterClose(ticket)
  }

  private func confirm(_ ticket: Ticket) {
    let client = ticket.client
    var person = client.id
    var authority = ConfirmationAuthority.client
    if let company = client.company, HelpDesk.confirmer(of: company) != client.number,
      dice.chance(300)
    {
      person = "c-\(HelpDesk.confirmer(of: company))"
      authority = .authorisedList
    }
    begin(Actor(.client, client.id))
    let message = receive(ticket, dice.pick(texts(ticket).thanks), label: .confirmed)
    put(CloseConfirmed(confirmedBy: person, messageId: message, authority: authority), ticket)
    guard dice.chance(350) else {
      // The desk closes at once, in the same action.
      close(ticket, .confirmed, .closedConfirmed)
      end(ticket)
      return afterClose(ticket)
    }
    end(ticket)
    ticket.clientWroteAt = nil
    if let agent = ticket.holder, agent.isOnDuty {
      begin(agent.actor)
      close(ticket, .confirmed, .closedConfirmed, by: agent)
    } else {
      begin(HelpDesk.system)
      close(ticket, .confirmed, .closedConfirmed)
    }
    end(ticket)
    afterClose(ticket)
  }

  private func reject(_ ticket: Ticket) {
    ticket.reopensLeft -= 1
    let text = dice.pick(texts(ticket).refusals)
    begin(Actor(.client, ticket.client.id))
    let message = receive(ticket, text)
    put(CloseRejected(messageId: message, reason: text), ticket)
    reopen(ticket, .client, text, messageId: message)
    end(ticket)
    continueAfterReopening(ticket)
  }

  private func continueAfterReopening(_ ticket: Ticket) {
    ticket.silentCount = 0
    ticket.moves = dice.chance(600) ? [.diagnose, .reply, .resolve] : [.ask, .reply, .resolve]
    ticket.nextMove = 0
    if let holder = ticket.holder, holder.hasLeft {
      begin(HelpDesk.system)
      unassign(ticket, .agentDisabled)
      end(ticket)
    }
    ticket.stage = .working
    work(ticket, seconds: dice.about(400))
  }

  /// Ends without a solution, for a stated reason.
  func finish(_ ticket: Ticket, _ agent: Agent, _ kind: CloseKind, _ label: Label) {
    close(ticket, kind, label, by: agent)
    end(ticket)
    ticket.reopensLeft = 0
    afterClose(ticket)
  }

  // MARK: After a close

  func afterClose(_ ticket: Ticket) {
    let holder = ticket.holder
    if ticket.reopensLeft > 0 {
      plan(ticket, at: now + 3600 + dice.about(200_000))
    } else {
      ticket.isDone = true
      offerSurvey(ticket)
      planRepeat(ticket)
    }
    // A few are gone on with at once by the very agent who closed them.
    if let holder, dice.chance(6), ticket.closer === holder, holder.isOnDuty {
      ticket.isDone = false
      ticket.reopensLeft = max(1, ticket.reopensLeft)
      ticket.isReopenedByAgent = true
      plan(ticket, at: now + 600 + dice.between(0, 2400))
    }
    if let holder { pull(holder) }
    release(ticket)
  }

  /// A closed ticket comes back.
  func returnAfterClose(_ ticket: Ticket) {
    ticket.reopensLeft -= 1
    if ticket.isReopenedByAgent, let holder = ticket.holder, holder.isOnDuty {
      ticket.isReopenedByAgent = false
      begin(holder.actor)
      reopen(ticket, .agent, texts(ticket).reasons[3], messageId: nil)
      touch(ticket)
    } else {
      let text = dice.pick(texts(ticket).again)
      begin(Actor(.client, ticket.client.id))
      let message = receive(ticket, text)
      reopen(ticket, .client, text, messageId: message)
    }
    end(ticket)
    continueAfterReopening(ticket)
  }

  /// Some clients come back with the same, in another ticket.
  private func planRepeat(_ ticket: Ticket) {
    guard openedCount < settings.tickets, dice.chance(45) else { return }
    openedCount += 1
    contactCount += 1
    repeats[contactCount] = Repeat(
      client: ticket.client, topicPlace: ticket.topicPlace,
      channel: ticket.channel == .phone
        ? .email : ticket.channel, previous: ticket.id, closedAt: now, twin: nil)
    agenda.add(.contact, at: now + 7200 + dice.about(250_000), place: contactCount)
  }
}
