import CasefileModel

/// Who gets a ticket, and when the holder goes on.
extension HelpDesk {
  /// Somebody of a group who is on duty and has room: the least busy of three, by chance.
  func freeAgent(of group: Int) -> Agent? {
    let members = groupAgents[group]
    guard !members.isEmpty else { return nil }
    var best: Agent?
    let first = dice.below(members.count)
    for step in 0..<min(members.count, 24) {
      // Teams lie side by side in the list: in a long one chance finds those on duty sooner.
      let place = members.count > 24 ? dice.below(members.count) : (first + step) % members.count
      let agent = members[place]
      guard agent.isOnDuty, agent.freeAt < agent.shiftEnd, agent.held.count < Agent.capacity else {
        continue
      }
      guard let other = best else {
        best = agent
        continue
      }
      return agent.freeAt < other.freeAt ? agent : other
    }
    return best
  }

  /// A ticket without holder waits for one.
  func enqueue(_ ticket: Ticket) {
    ticket.stage = .queued
    if freeAgent(of: ticket.groupPlace) != nil {
      plan(ticket, at: now + 30 + dice.about(isPeakDay ? 1500 : 500))
    } else {
      pause(ticket)
      queues[ticket.groupPlace].append(ticket)
    }
  }

  /// A queued ticket's moment has come.
  func takeUp(_ ticket: Ticket) {
    guard let agent = freeAgent(of: ticket.groupPlace) else {
      queues[ticket.groupPlace].append(ticket)
      pause(ticket)
      return
    }
    take(ticket, agent)
  }

  private func take(_ ticket: Ticket, _ agent: Agent) {
    let isRouted = ticket.groupPlace >= Group.experts || dice.chance(350)
    if isRouted {
      begin(Actor(.rule, "rule-routing"))
      assign(ticket, to: agent, .rule, ruleId: "rule-routing")
    } else if dice.chance(60) {
      begin(HelpDesk.supervisor)
      assign(ticket, to: agent, .manual)
    } else {
      begin(agent.actor)
      assign(ticket, to: agent, .take)
    }
    end(ticket)
    ticket.stage = .working
    work(ticket, seconds: dice.about(420))
  }

  /// An agent with room takes the oldest tickets of the queue.
  func pull(_ agent: Agent) {
    let group = Team.all[agent.team].group
    while agent.isOnDuty, agent.freeAt < now + 5400, agent.held.count < Agent.capacity,
      queueHeads[group] < queues[group].count
    {
      let ticket = queues[group][queueHeads[group]]
      queueHeads[group] += 1
      // Half of the list gone: what is left moves to the front.
      if queueHeads[group] * 2 > queues[group].count, queueHeads[group] > 64 {
        queues[group].removeFirst(queueHeads[group])
        queueHeads[group] = 0
      }
      guard ticket.isOpen, ticket.holder == nil, ticket.stage == .queued,
        ticket.groupPlace == group
      else { continue }
      take(ticket, agent)
    }
  }

  /// The holder works on a ticket for some time, as soon as there is time, in this shift; else the
  /// next shift's start takes it up again.
  func work(_ ticket: Ticket, seconds: Int64) {
    guard let agent = ticket.holder else { return enqueue(ticket) }
    let start = max(now, agent.freeAt)
    let finish = start + max(20, seconds * agent.pace / 100)
    guard agent.isOnDuty, finish <= agent.shiftEnd else { return pause(ticket) }
    agent.freeAt = finish
    plan(ticket, at: finish)
  }

  /// A ticket's planned moment.
  func goOn(_ ticket: Ticket) {
    switch ticket.stage {
    case .queued: takeUp(ticket)
    case .working: act(ticket)
    case .waiting: answerWait(ticket)
    case .proposed: answerProposal(ticket)
    case .closed: returnAfterClose(ticket)
    }
  }
}
