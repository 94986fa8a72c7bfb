import CasefileModel

/// Calls: ringing, answered or given up, ended, with a recording or without.
extension HelpDesk {
  /// A call that is going on.
  struct LiveCall {
    let id: String
    let client: Client
    let stream: StreamID
    /// The ticket that it opens or belongs to.
    let ticket: Ticket?
    let isInbound: Bool
    let since: Int64
    let patience: Int64
    /// Who talks; nil while it rings.
    var agent: Agent?
    var answeredAt: Int64 = 0
  }

  /// A client calls.
  func ring(_ client: Client, for ticket: Ticket?) {
    callCount += 1
    let id = "call-" + String(1000 + callCount)
    let stream = stream("call", id)
    begin(Actor(.client, client.id))
    put(
      CallOffered(
        callId: id, direction: .inbound, fromNumber: Person.dialled(client.number),
        toLine: "line-100", clientId: client.id, partyRole: .client),
      on: stream)
    end()
    let wait = dice.about(isPeakDay ? 60 : 20)
    begin(
      LiveCall(
        id: id, client: client, stream: stream, ticket: ticket, isInbound: true, since: now,
        patience: 60 + dice.about(120)), after: min(wait, 600))
  }

  /// An agent calls the client back about a ticket.
  func dial(_ ticket: Ticket, _ agent: Agent) {
    callCount += 1
    let id = "call-" + String(1000 + callCount)
    begin(agent.actor)
    put(
      CallOffered(
        callId: id, direction: .outbound, clientId: ticket.client.id, partyRole: .client),
      ticket, tags: agent.tags)
    end(ticket)
    touch(ticket)
    ticket.sideCount += 1
    begin(
      LiveCall(
        id: id, client: ticket.client, stream: ticket.stream, ticket: ticket, isInbound: false,
        since: now, patience: 40, agent: agent), after: dice.about(20))
  }

  private func begin(_ call: LiveCall, after seconds: Int64) {
    calls[callCount] = call
    agenda.add(.call, at: now + seconds, place: callCount)
  }

  func goOn(call place: Int) {
    guard var call = calls[place] else { return }
    let isRinging = call.answeredAt == 0
    if isRinging {
      let isAnswered = call.isInbound ? answer(&call) : connect(&call)
      if isAnswered {
        call.answeredAt = now
        calls[place] = call
        agenda.add(.call, at: now + 20 + dice.about(220), place: place)
        return
      }
    } else {
      finish(call)
    }
    calls[place] = nil
    if !call.isInbound, let ticket = call.ticket {
      ticket.sideCount -= 1
      release(ticket)
    }
  }

  /// Somebody takes an inbound call, or the client gives up.
  private func answer(_ call: inout LiveCall) -> Bool {
    let group = call.ticket?.groupPlace ?? (call.client.isRussian ? 0 : 1)
    let agent = call.ticket == nil && dice.chance(400) ? nil : freeAgent(of: group)
    guard let agent, agent.shiftEnd > now + 1800, now - call.since < call.patience else {
      begin(HelpDesk.system)
      put(
        CallAbandoned(callId: call.id, waitSeconds: now - call.since, queueId: "line-100"),
        on: call.stream)
      end()
      if let ticket = call.ticket { openAfterLostCall(ticket) }
      return false
    }
    call.agent = agent
    begin(agent.actor)
    let wait = now - call.since
    put(
      CallAnswered(callId: call.id, agentId: agent.id, waitSeconds: wait, rings: wait / 5 + 1),
      on: call.stream, tags: agent.tags)
    end()
    agent.freeAt = max(agent.freeAt, now + 300)
    if let ticket = call.ticket { open(ticket, by: agent, call) }
    return true
  }

  /// Who answers opens the ticket at once.
  private func open(_ ticket: Ticket, by agent: Agent, _ call: LiveCall) {
    ticket.openedAt = now
    ticket.callId = call.id
    keep(ticket)
    begin(agent.actor)
    putOpening(ticket, role: .agent)
    assign(ticket, to: agent, .take)
    end(ticket)
    begin(agent.actor)
    put(ContactLinkedToTicket(contactId: call.id, ticketId: ticket.id), on: call.stream)
    end()
    ticket.firstReplyAt = now
    ticket.stage = .working
    afterOpening(ticket)
    work(ticket, seconds: 600)
  }

  /// The desk opens a ticket for a client who gave up and left a message.
  private func openAfterLostCall(_ ticket: Ticket) {
    ticket.openedAt = now
    keep(ticket)
    begin(Actor(.system, "callback"))
    putOpening(ticket, role: .system)
    receive(ticket, texts(ticket).questions[dice.below(4)])
    end(ticket)
    afterOpening(ticket)
    enqueue(ticket)
  }

  /// The client takes an agent's call, or doesn't.
  private func connect(_ call: inout LiveCall) -> Bool {
    guard let agent = call.agent, let ticket = call.ticket else { return false }
    begin(agent.actor)
    guard dice.chance(700) else {
      put(
        CallEnded(callId: call.id, talkSeconds: 0, outcome: .noAnswer, endedBy: .agent), ticket,
        tags: agent.tags)
      end(ticket)
      return false
    }
    put(
      CallAnswered(callId: call.id, agentId: agent.id, waitSeconds: now - call.since), ticket,
      tags: agent.tags)
    if ticket.firstReplyAt == nil { ticket.firstReplyAt = now }
    ticket.clientWroteAt = nil
    ticket.lastReplyAgent = agent
    end(ticket)
    return true
  }

  /// A call ends; its recording is there, or missing.
  private func finish(_ call: LiveCall) {
    guard let agent = call.agent else { return }
    let talk = now - call.answeredAt
    let ticket = call.ticket
    let opens = call.isInbound && ticket != nil
    begin(agent.actor)
    put(
      CallEnded(
        callId: call.id, talkSeconds: talk, holdSeconds: talk / 9, wrapUpSeconds: talk / 6,
        outcome: opens ? .ticketOpened : .informed,
        endedBy: dice.chance(700) ? .client : .agent),
      on: call.stream, tags: agent.tags)
    complete(call)
    begin(HelpDesk.system)
    let isOut = outageUntil[Entry.phone] > now
    if settings.faults.contains(.recordings), isOut || dice.chance(40) {
      let reasons: [RecordingMissingReason] = [.notRecorded, .refused, .expired]
      put(
        CallRecordingMissing(
          reason: isOut ? .technicalFailure : dice.pick(reasons), callId: call.id),
        on: call.stream)
    } else {
      attachRecording(call, talk)
    }
    complete(call)
  }

  private func attachRecording(_ call: LiveCall, _ talk: Int64) {
    let recording = "r" + call.id
    put(
      CallRecordingAttached(
        recordingId: recording, sha256: randomBytes(), sizeBytes: talk * 4000, codec: "opus",
        durationSeconds: talk, storageRef: "calls/" + recording,
        consent: RecordingConsent(kind: dice.chance(800) ? .announced : .spoken),
        callId: call.id),
      on: call.stream)
    if dice.chance(150), let ticket = call.ticket {
      put(
        CallTranscribed(
          recordingId: recording, transcript: texts(ticket).questions[1], engine: "local",
          language: ticket.isRussian ? "ru" : "en", callId: call.id),
        on: call.stream)
    }
  }

  private func complete(_ call: LiveCall) {
    if let ticket = call.ticket, ticket.stream == call.stream { end(ticket) } else { end() }
  }

  // MARK: Contacts that stay without a ticket

  /// Calls, chats and messages that never become a ticket.
  func contactWithoutTicket(_ client: Client) {
    contactCount += 1
    let id = "k-" + String(contactCount)
    let stream = stream("contact", id)
    switch dice.below(4) {
    case 0, 1:
      meet(client)
      ring(client, for: nil)
    case 2:
      begin(Actor(.client, client.id))
      put(ChatStarted(chatId: id, clientId: client.id, channel: .chat), on: stream)
      put(ChatAbandoned(chatId: id, waitSeconds: dice.about(100)), on: stream)
      end()
    default:
      begin(Actor(.client))
      put(
        MessageReceived(
          messageId: "m" + id, authorRole: .client, autoSubmitted: true, channel: .email,
          body: "Out of office until Monday."),
        on: stream)
      end()
    }
  }
}
