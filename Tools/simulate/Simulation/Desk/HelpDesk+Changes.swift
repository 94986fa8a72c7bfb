import CasefileModel

/// Every change of what a ticket shows: the event and the desk's own note of it go together, so
/// that the known answer is made apart from any fold of events.
extension HelpDesk {
  // MARK: Responsibility

  /// Makes an agent responsible; the event that says so is put by the caller.
  func hold(_ ticket: Ticket, _ agent: Agent) {
    guard ticket.holder !== agent else { return }
    if let giver = ticket.holder {
      ticket.handoffCount += 1
      giver.held.removeAll { $0 == ticket.place }
    } else if let last = ticket.lastHolder, last !== agent {
      ticket.indirectHandoffCount += 1
    }
    ticket.lastHolder = nil
    closeSpan(ticket)
    ticket.spans.append(Ticket.Span(holder: agent, from: now, until: nil))
    ticket.holder = agent
    ticket.offer = nil
    agent.held.append(ticket.place)
  }

  /// An agent is assigned: the usual event.
  func assign(_ ticket: Ticket, to agent: Agent, _ mode: AssignmentMode, ruleId: String? = nil) {
    put(
      TicketAssigned(
        agentId: agent.id, mode: mode,
        reason: mode == .manual ? texts(ticket).reasons[0] : nil, ruleId: ruleId),
      ticket, tags: agent.tags)
    if mode != .auto, mode != .rule { touch(ticket) }
    if ticket.label == .new { ticket.label = .open }
    hold(ticket, agent)
  }

  func unassign(_ ticket: Ticket, _ reason: UnassignReason) {
    guard let agent = ticket.holder else { return }
    put(TicketUnassigned(agentId: agent.id, reason: reason), ticket, tags: agent.tags)
    closeSpan(ticket)
    agent.held.removeAll { $0 == ticket.place }
    ticket.lastHolder = agent
    ticket.holder = nil
    ticket.offer = nil
  }

  private func closeSpan(_ ticket: Ticket) {
    if let last = ticket.spans.indices.last, ticket.spans[last].until == nil {
      ticket.spans[last].until = now
    }
  }

  func touch(_ ticket: Ticket) { ticket.isTouched = true }

  func move(_ ticket: Ticket, to group: Int, _ reason: GroupChangeReason) {
    let (from, to) = (Group.all[ticket.groupPlace], Group.all[group])
    put(
      TicketGroupChanged(
        fromGroup: from.id, toGroup: to.id, reason: reason,
        reasonText: reason == .other ? dice.pick(texts(ticket).reasons) : nil),
      ticket, tags: [from.tag, to.tag])
    ticket.transferCount += 1
    ticket.groupPlace = group
  }

  // MARK: Messages

  /// A message of the client; it ends what waits for the client.
  @discardableResult
  func receive(
    _ ticket: Ticket, _ text: String, isAutomatic: Bool = false, label: Label = .open,
    attachment: String? = nil
  ) -> String {
    let id = ticket.part("m")
    put(
      MessageReceived(
        messageId: id, authorRole: .client, autoSubmitted: isAutomatic ? true : nil,
        channel: ticket.channel,
        fromAddress: ticket.channel == .email && ticket.number % 3 == 1
          ? ticket.client.person.email : nil,
        body: text, language: ticket.isRussian ? "ru" : "en",
        attachments: attachment.map { [$0] } ?? [], clientId: ticket.client.id,
        channelId: Entry.id(of: ticket.channel)),
      ticket)
    ticket.messageCount += 1
    ticket.lastClientMessage = id
    guard !isAutomatic else { return id }
    if ticket.clientWroteAt == nil { ticket.clientWroteAt = now }
    if let wait = ticket.wait, wait.isForClient {
      put(
        WaitingEnded(waitId: wait.id, reason: wait.reason, ending: .answered, messageId: id),
        ticket)
      noteWaitEnd(ticket)
      ticket.label = label
    }
    return id
  }

  /// A public message of an agent to the client.
  @discardableResult
  func send(
    _ ticket: Ticket, _ text: String, by agent: Agent, templateId: String? = nil
  ) -> String {
    let id = ticket.part("m")
    let isEdited = templateId != nil && dice.chance(300)
    let event = put(
      MessageSent(
        messageId: id, to: [Recipient(role: .client, personId: ticket.client.id)],
        channel: ticket.channel == .phone ? .email : ticket.channel, agentId: agent.id,
        author: .agent, body: text, templateId: templateId,
        templateVersion: templateId == nil ? nil : templateVersion,
        editedPermille: isEdited ? dice.between(20, 400) : nil,
        language: ticket.isRussian ? "ru" : "en", inReplyTo: ticket.lastClientMessage,
        clientId: ticket.client.id),
      ticket, tags: agent.tags)
    ticket.replyEvent = (event, now)
    noteReply(ticket, id, agent, templateId)
    return id
  }

  func noteReply(_ ticket: Ticket, _ id: String, _ agent: Agent, _ template: String? = nil) {
    ticket.messageCount += 1
    ticket.lastReply = id
    ticket.lastReplyAgent = agent
    ticket.lastReplyTemplate = template
    ticket.clientWroteAt = nil
    if ticket.firstReplyAt == nil { ticket.firstReplyAt = now }
    touch(ticket)
  }

  // MARK: Waiting

  func startWait(
    _ ticket: Ticket, _ reason: WaitReason, _ label: Label, until: Int64? = nil,
    messageId: String? = nil
  ) {
    let wait = Ticket.Wait(id: ticket.part("w"), reason: reason, since: now)
    put(
      WaitingStarted(
        waitId: wait.id, reason: reason, until: until.map { Timestamp(seconds: $0) },
        messageId: messageId),
      ticket)
    ticket.wait = wait
    ticket.label = label
  }

  func endWait(_ ticket: Ticket, _ ending: WaitEnding, label: Label = .open) {
    guard let wait = ticket.wait else { return }
    put(WaitingEnded(waitId: wait.id, reason: wait.reason, ending: ending), ticket)
    noteWaitEnd(ticket)
    ticket.label = label
  }

  private func noteWaitEnd(_ ticket: Ticket) {
    guard let wait = ticket.wait else { return }
    ticket.waits.append(Ticket.PastWait(reason: wait.reason, since: wait.since, end: now))
    ticket.wait = nil
  }

  // MARK: Outcome

  func propose(_ ticket: Ticket, _ summary: String, by agent: Agent, messageId: String?) {
    put(
      ResolutionProposed(
        by: agent.id, summary: summary, messageId: messageId,
        expectsConfirmation: messageId != nil),
      ticket, tags: agent.tags)
    ticket.resolvedAt = now
    ticket.label = .resolved
    ticket.stage = .proposed
    touch(ticket)
  }

  func close(
    _ ticket: Ticket, _ kind: CloseKind, _ label: Label, by agent: Agent? = nil,
    ruleId: String? = nil, silentFor: Int64? = nil
  ) {
    put(
      TicketClosed(
        kind: kind, ruleId: ruleId, silentForSeconds: silentFor, by: agent?.id),
      ticket, tags: agent?.tags ?? [])
    noteWaitEnd(ticket)
    ticket.closedAt = now
    ticket.closeKind = kind
    ticket.label = label
    ticket.stage = .closed
    ticket.offer = nil
    pause(ticket)
    if let agent {
      ticket.closer = agent
      touch(ticket)
    }
    ticket.holder?.held.removeAll { $0 == ticket.place }
  }

  func reopen(_ ticket: Ticket, _ role: PartyRole, _ reason: String, messageId: String?) {
    put(
      TicketReopened(
        byRole: role, reason: reason, messageId: messageId,
        sinceClosedSeconds: ticket.closedAt.map { now - $0 }),
      ticket)
    ticket.reopenCount += 1
    let wasClosed = ticket.closedAt != nil
    ticket.closedAt = nil
    ticket.closeKind = nil
    ticket.resolvedAt = nil
    ticket.label = .open
    ticket.stage = .working
    if wasClosed, let holder = ticket.holder { holder.held.append(ticket.place) }
  }
}
