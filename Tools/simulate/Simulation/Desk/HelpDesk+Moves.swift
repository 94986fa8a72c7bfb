import CasefileModel

/// What holders do, planned at the opening and done one by one.
extension HelpDesk {
  /// Of a thousand tickets, in how many each of the rarer things happens once.
  private static let rarities: [(Move, Int)] = [
    (.wrongGroup, 60), (.pingPong, 18), (.vendor, 70), (.department, 45), (.parts, 25),
    (.schedule, 35), (.agree, 60), (.phone, 90), (.escalate, 30), (.pauseWithoutQuestion, 14),
    (.lateRetarget, 12), (.reclassify, 40), (.untracked, 16), (.giveAway, 40), (.overload, 20),
    (.split, 8), (.dueDate, 30), (.delayNotice, 25), (.conflict, 6), (.note, 180),
    (.diagnose, 330),
  ]

  func planMoves(_ ticket: Ticket) -> [Move] {
    let ending = dice.below(1000)
    if ending < 12 { return [.spam] }
    if ending < 27 { return [.reply, .withdraw] }
    var moves: [Move] = []
    for (move, permille) in HelpDesk.rarities where dice.chance(permille) {
      if move == .split, !settings.faults.contains(.splits) { continue }
      moves.append(move)
    }
    // The rarer things come in any order; routing is seen to first.
    if moves.count > 1 {
      for index in moves.indices.reversed() { moves.swapAt(index, dice.below(index + 1)) }
    }
    if let index = moves.firstIndex(of: .wrongGroup) { moves.swapAt(0, index) }
    let questions = dice.weighted([40, 32, 16, 8, 4])
    moves.insert(questions > 0 ? .ask : .reply, at: min(moves.count, dice.below(2)))
    for _ in 0..<max(0, questions - 1) { moves.insert(.ask, at: dice.below(moves.count + 1)) }
    if ticket.channel != .chat, dice.chance(400) { moves.append(.reply) }
    if dice.chance(80) { moves.append(.orderFact) }
    if dice.chance(250) { moves.append(.logTime) }
    moves.append(ending < 39 ? .unreachable : ending < 50 ? .unresolved : .resolve)
    ticket.reopensLeft = dice.weighted([88, 10, 2])
    return moves
  }

  /// The holder's work is done: the next move is made.
  func act(_ ticket: Ticket) {
    guard let agent = ticket.holder else { return enqueue(ticket) }
    // Somebody has come upon it, be it after a forced handoff: it is quiet no longer.
    ticket.isForgotten = false
    if let twin = ticket.twin {
      ticket.twin = nil
      if twin.isOpen, twin.holder != nil, twin.stage != .closed {
        return merge(ticket, into: twin, agent)
      }
    }
    let move = ticket.nextMove < ticket.moves.count ? ticket.moves[ticket.nextMove] : .resolve
    ticket.nextMove += 1
    begin(agent.actor)
    switch move {
    case .reply: reply(ticket, agent)
    case .ask: ask(ticket, agent)
    case .resolve: resolve(ticket, agent)
    case .vendor: wait(ticket, .vendor, .waitingForVendor, about: 90_000)
    case .department: wait(ticket, .internalDepartment, .waitingForDepartment, about: 30_000)
    case .parts: wait(ticket, .partsDelivery, .waitingForParts, about: 200_000)
    case .schedule:
      let until = now + 3600 + dice.about(100_000)
      touch(ticket)
      startWait(ticket, .scheduledUntil, .scheduled, until: until)
      end(ticket)
      ticket.stage = .waiting
      plan(ticket, at: until)
    case .pauseWithoutQuestion: wait(ticket, .client, .waitingForClient, about: 40_000)
    case .spam: finish(ticket, agent, .spam, .spam)
    case .withdraw:
      begin(Actor(.client, ticket.client.id))
      receive(ticket, texts(ticket).thanks[2])
      end(ticket)
      begin(agent.actor)
      finish(ticket, agent, .withdrawnByClient, .withdrawn)
    case .unreachable: finish(ticket, agent, .clientUnreachable, .unreachable)
    case .unresolved: finish(ticket, agent, .unresolved, .unresolved)
    default:
      if isRouting(move) { route(ticket, agent, move) } else { besides(ticket, agent, move) }
    }
  }

  private func isRouting(_ move: Move) -> Bool {
    switch move {
    case .wrongGroup, .pingPong, .escalate, .resolveEscalation, .giveAway, .overload, .conflict:
      true
    default: false
    }
  }

  /// After a move that leaves the turn with the holder.
  func workOn(_ ticket: Ticket, about seconds: Int64 = 360) {
    touch(ticket)
    end(ticket)
    work(ticket, seconds: dice.about(seconds))
  }

  // MARK: Replies and questions

  private func template(_ agent: Agent) -> String? {
    dice.chance(280) ? Template.ids[dice.below(Template.ids.count)] : nil
  }

  private func reply(_ ticket: Ticket, _ agent: Agent) {
    let message = send(
      ticket, dice.pick(texts(ticket).answers), by: agent, templateId: template(agent))
    if settings.faults.contains(.late), dice.chance(10) {
      delay(ticket, by: 1800 + dice.about(20_000))
    }
    workOn(ticket, about: 700)
    afterReply(ticket, message, agent)
  }

  /// What may happen to a reply after it was written.
  private func afterReply(_ ticket: Ticket, _ message: String, _ agent: Agent) {
    if dice.chance(25) { plan(.delivery, ticket, after: 40) }
    if settings.faults.contains(.corrections), dice.chance(12) {
      plan(.correction, ticket, after: 600 + dice.about(20_000))
    }
  }

  private func ask(_ ticket: Ticket, _ agent: Agent) {
    ticket.questionCount += 1
    if ticket.hasBadHandoff { ticket.isRetold = true }
    let message = send(
      ticket, dice.pick(texts(ticket).asks), by: agent, templateId: template(agent))
    startWait(ticket, .client, .waitingForClient, messageId: message)
    end(ticket)
    ticket.stage = .waiting
    plan(ticket, at: now + 300 + dice.about(30_000))
    afterReply(ticket, message, agent)
    pull(agent)
  }

  private func wait(_ ticket: Ticket, _ reason: WaitReason, _ label: Label, about seconds: Int64) {
    touch(ticket)
    startWait(ticket, reason, label)
    end(ticket)
    ticket.stage = .waiting
    plan(ticket, at: now + 600 + dice.about(seconds))
  }

  /// Whoever was waited for has acted, or stays silent.
  func answerWait(_ ticket: Ticket) {
    guard let wait = ticket.wait else {
      ticket.stage = .working
      return work(ticket, seconds: 300)
    }
    guard wait.reason == .client else {
      begin(wait.reason == .scheduledUntil ? HelpDesk.system : Actor(.integration, "vendor-desk"))
      endWait(ticket, wait.reason == .scheduledUntil ? .untilReached : .answered)
      end(ticket)
      ticket.stage = .working
      return work(ticket, seconds: dice.about(300))
    }
    if ticket.silentCount == 0, dice.chance(140) {
      // The client is silent: the desk reminds, or in the end closes by rule.
      ticket.silentCount += 1
      return plan(ticket, at: now + 172_800)
    }
    if ticket.silentCount > 0, dice.chance(600) { return closeSilently(ticket) }
    clientAnswers(ticket)
  }

  private func clientAnswers(_ ticket: Ticket) {
    ticket.silentCount = 0
    begin(Actor(.client, ticket.client.id))
    if dice.chance(30) {
      receive(ticket, "Out of office until Monday.", isAutomatic: true)
      end(ticket)
      begin(Actor(.client, ticket.client.id))
    }
    let isRetold = ticket.isRetold
    let text = isRetold ? texts(ticket).retold[0] : dice.pick(texts(ticket).details)
    let message = receive(ticket, text)
    end(ticket)
    if isRetold {
      ticket.isRetold = false
      ticket.hasBadHandoff = false
      begin(ticket.holder?.actor ?? HelpDesk.supervisor)
      put(
        HandoffClientRetoldDetected(
          messageId: message, marker: dice.chance(500) ? .agentAsked : .clientComplained,
          handoffId: ticket.handoffId),
        ticket)
      if ticket.holder != nil { touch(ticket) }
      end(ticket)
    }
    noteStress(ticket, message)
    if ticket.questionCount > 3 { noteContinuity(ticket, message) }
    ticket.stage = .working
    work(ticket, seconds: dice.about(420))
  }

  private func noteStress(_ ticket: Ticket, _ message: String) {
    guard dice.chance(isPeakDay ? 90 : 30) else { return }
    begin(Actor(.bot, "bot-mood"))
    let flag: SentimentFlag =
      isPeakDay ? .overloadContext : ticket.priority == Priority.urgent ? .urgent : .negative
    put(
      TicketSentimentFlagged(
        flag: flag, byRole: .bot, messageId: message, confidencePermille: dice.between(550, 990)),
      ticket)
    end(ticket)
  }

  private func noteContinuity(_ ticket: Ticket, _ message: String) {
    guard let last = ticket.lastReplyAgent, let holder = ticket.holder, dice.chance(500) else {
      return
    }
    begin(Actor(.rule, "rule-continuity"))
    put(
      ContinuityRuleTriggered(
        ruleId: "rule-continuity", count: Int64(ticket.questionCount),
        keptAgent: last === holder ? holder.id : nil, brokenBy: last === holder ? nil : holder.id,
        excuse: last === holder ? nil : .shiftEnd, messageId: message),
      ticket)
    end(ticket)
  }
}
