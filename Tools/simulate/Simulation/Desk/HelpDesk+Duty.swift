import CasefileModel

/// Shifts and absences of agents, and what they do to tickets.
extension HelpDesk {
  private static let kinds: [AbsenceKind] = [.sick, .vacation, .dayOff, .training]
  private static let sick = 0
  private static let vacation = 1

  /// Plans an agent's next seven days: shifts, and now and then an absence that is known before.
  func planWeek(_ agent: Agent) {
    guard !agent.hasLeft else { return }
    if openedCount < settings.tickets || liveCount > 0 || !calls.isEmpty {
      agenda.add(.week, at: now + 7 * 86_400, place: agent.place)
    }
    if agent.weeksAway > 0 {
      agent.weeksAway -= 1
      return
    }
    let zone = Team.all[agent.team].zone
    let first = zone.day(at: now) + 1
    if dice.chance(35) {
      // The present shift is the last one before; its end is the time to hand over.
      let weeks = 1 + dice.below(2)
      agent.weeksAway = weeks - 1
      agent.leavesAfterShift = true
      let from = zone.utc(first * 86_400 + 1800)
      agent.absenceEnd = zone.utc((first + Int64(weeks) * 7) * 86_400)
      agenda.add(.absenceStart, at: max(now + 1, from), place: agent.place, note: 1)
      return
    }
    let dayOff = dice.chance(40) ? Int64(dice.below(5)) : -1
    begin(HelpDesk.system)
    for offset in 0..<7 as Range<Int64> {
      let weekday = Zone.weekday(first + offset)
      // Every fourth agent works on weekends and has two other days off.
      let isFree = agent.place % 4 == 3 ? weekday == 1 || weekday == 2 : weekday > 4
      guard !isFree else { continue }
      let start = zone.utc((first + offset) * 86_400 + agent.shiftHour * 3600)
      guard start > now else { continue }
      if offset == dayOff {
        agent.absenceEnd = start + Team.shiftSeconds
        agenda.add(
          .absenceStart, at: start, place: agent.place, note: dice.chance(700) ? 2 : 3)
        continue
      }
      agent.shiftCount += 1
      let shift = "sh-" + agent.id.dropFirst(3) + "-" + String(agent.shiftCount)
      put(
        ShiftScheduled(
          shiftId: shift, agentId: agent.id, from: Timestamp(seconds: start),
          to: Timestamp(seconds: start + Team.shiftSeconds), timeZone: zone.name,
          groupId: Group.all[Team.all[agent.team].group].id),
        on: stream("shift", shift), tags: agent.tags)
      end(zone: zone)
      agenda.add(
        .shiftStart, at: start + dice.between(-300, 420), place: agent.place,
        stamp: UInt64(agent.shiftCount))
    }
  }

  func startShift(_ agent: Agent, number: UInt64) {
    guard !agent.hasLeft, !agent.isOnDuty else { return }
    agent.shift = "sh-" + agent.id.dropFirst(3) + "-" + String(number)
    let zone = Team.all[agent.team].zone
    if !agent.isAbsent, dice.chance(22) {
      agent.absenceEnd = now + 86_400 * (1 + Int64(dice.below(5))) - 10_800
      startAbsence(agent, kind: 0)
    }
    guard !agent.isAbsent else {
      begin(HelpDesk.supervisor)
      put(
        ShiftCancelled(shiftId: agent.shift, agentId: agent.id),
        on: stream("shift", agent.shift), tags: agent.tags)
      return end(zone: zone)
    }
    begin(agent.actor)
    put(
      ShiftStarted(
        agentId: agent.id, at: Timestamp(seconds: now), openTickets: names(agent.held),
        shiftId: agent.shift),
      on: stream("shift", agent.shift), tags: agent.tags)
    end(zone: zone)
    agent.isOnDuty = true
    agent.leavesAfterShift = false
    agent.freeAt = now + 240
    agent.shiftEnd = now + Team.shiftSeconds + dice.between(-600, 1200)
    agenda.add(.shiftEnd, at: agent.shiftEnd - 900, place: agent.place, note: 0)
    agenda.add(.shiftEnd, at: agent.shiftEnd, place: agent.place, note: 1)
    if dice.chance(7) {
      agenda.add(.absenceStart, at: now + 3600 + dice.below64(18_000), place: agent.place, note: 0)
    }
    resume(agent)
    pull(agent)
  }

  /// The holder goes on with what lay over; a few tickets are forgotten.
  private func resume(_ agent: Agent) {
    for place in agent.held {
      guard let ticket = tickets[place], ticket.stage == .working, !ticket.isForgotten else {
        continue
      }
      if dice.chance(3) {
        ticket.isForgotten = true
        plan(.stale, ticket, after: 864_000)
        continue
      }
      work(ticket, seconds: dice.about(400))
    }
  }

  /// A quarter of an hour before the end.
  func wrapUp(_ agent: Agent) {
    guard agent.isOnDuty, now < agent.shiftEnd else { return }
    handOver(agent, agent.leavesAfterShift ? .vacation : .shiftEnd)
  }

  func endShift(_ agent: Agent) {
    guard agent.isOnDuty, now >= agent.shiftEnd else { return }
    leaveDesk(agent)
  }

  private func leaveDesk(_ agent: Agent) {
    agent.isOnDuty = false
    let unhanded = agent.held.filter { place in
      guard let ticket = tickets[place] else { return false }
      return ticket.stage == .working && ticket.offer == nil
    }
    begin(agent.actor)
    put(
      ShiftEnded(
        agentId: agent.id, at: Timestamp(seconds: now), openTickets: names(agent.held),
        unhandedTickets: names(unhanded), shiftId: agent.shift),
      on: stream("shift", agent.shift), tags: agent.tags)
    end(zone: Team.all[agent.team].zone)
  }

  private func names(_ places: [Int]) -> [String] {
    places.prefix(40).compactMap { tickets[$0]?.id }
  }

  // MARK: Absences

  func startAbsence(_ agent: Agent, kind: UInt8) {
    guard !agent.hasLeft, !agent.isAbsent else { return }
    let place = Int(kind)
    if place == HelpDesk.sick, agent.isOnDuty {
      agent.absenceEnd = now + 86_400 + dice.about(200_000)
      leaveDesk(agent)
    }
    guard !agent.isOnDuty else { return }
    agent.isAbsent = true
    agent.absenceKind = HelpDesk.kinds[place]
    agent.absence = "ab-" + agent.id.dropFirst(3) + "-" + String(now)
    begin(place == HelpDesk.sick ? HelpDesk.supervisor : agent.actor)
    put(
      AbsenceStarted(
        kind: agent.absenceKind, isPlanned: place != HelpDesk.sick, agentId: agent.id,
        absenceId: agent.absence, from: Timestamp(seconds: now),
        to: place == HelpDesk.sick ? nil : Timestamp(seconds: agent.absenceEnd)),
      on: agent.stream, tags: agent.tags)
    end(zone: Team.all[agent.team].zone)
    agenda.add(.absenceEnd, at: max(now + 3600, agent.absenceEnd), place: agent.place)
    guard place <= HelpDesk.vacation else { return }
    for held in agent.held {
      guard let ticket = tickets[held], ticket.isOpen else { continue }
      let isMoved = dice.chance(place == HelpDesk.sick ? 750 : 400)
      if isMoved { plan(.forced, ticket, after: 1800 + dice.about(9000)) }
    }
  }

  func endAbsence(_ agent: Agent) {
    guard agent.isAbsent, !agent.hasLeft else { return }
    agent.isAbsent = false
    begin(agent.actor)
    put(
      AbsenceEnded(
        kind: agent.absenceKind, isPlanned: agent.absenceKind != .sick, agentId: agent.id,
        absenceId: agent.absence),
      on: agent.stream, tags: agent.tags)
    end(zone: Team.all[agent.team].zone)
  }

  // MARK: Once a month

  /// Closes in bulk before the figures are made; a release; somebody leaves and somebody comes.
  func endMonth() {
    monthCount += 1
    guard openedCount < settings.tickets else { return }
    agenda.add(.month, at: now + 30 * 86_400 + 1200)
    if !monthCount.isMultiple(of: 3) { closeInBulk() }
    begin(HelpDesk.system)
    let release = "rel-" + String(monthCount)
    put(
      ReleasePublished(
        releaseId: release, product: "site", version: "1." + String(monthCount),
        publishedAt: Timestamp(seconds: now), topics: [Topic.all[monthCount % 6].id]),
      on: stream("release", release))
    end()
    if monthCount.isMultiple(of: 4) { announce() }
    if monthCount.isMultiple(of: 2) { replace(agents[dice.below(agents.count)]) }
  }

  private func announce() {
    let id = "camp-" + String(monthCount)
    put(
      CampaignPublished(
        campaignId: id, label: "Sale " + String(monthCount), from: Timestamp(seconds: now),
        to: Timestamp(seconds: now + 7 * 86_400), channels: [.email, .telegram],
        topics: ["delivery"]),
      on: stream("campaign", id))
    end()
    let improvement = "imp-" + String(monthCount)
    put(
      ImprovementPlanned(
        improvementId: improvement, label: "Shorter form", metrics: ["firstReply"],
        plannedFor: Timestamp(seconds: now + 20 * 86_400), topics: ["delivery"]),
      on: stream("improvement", improvement))
    end()
  }

  private func closeInBulk() {
    var left = 3 + liveCount / 60
    for case let ticket? in tickets {
      guard left > 0 else { return }
      guard ticket.isOpen, ticket.stage == .waiting || ticket.isForgotten, ticket.offer == nil,
        dice.chance(500)
      else { continue }
      left -= 1
      begin(HelpDesk.supervisor)
      touch(ticket)
      close(ticket, .bulk, .closedInBulk)
      end(ticket)
      ticket.reopensLeft = dice.chance(150) ? 1 : 0
      afterClose(ticket)
    }
  }

  private func replace(_ agent: Agent) {
    guard !agent.hasLeft, !agent.isOnDuty, !agent.isAbsent else { return }
    agent.hasLeft = true
    begin(HelpDesk.supervisor)
    put(
      AgentDeactivated(agentId: agent.id, openTickets: names(agent.held)), on: agent.stream,
      tags: agent.tags)
    end(zone: Team.all[agent.team].zone)
    for place in agent.held {
      guard let ticket = tickets[place], ticket.isOpen, ticket.stage == .working else { continue }
      begin(HelpDesk.system)
      unassign(ticket, .agentDisabled)
      end(ticket)
      ticket.isForgotten = false
      enqueue(ticket)
    }
    groupAgents[Team.all[agent.team].group].removeAll { $0 === agent }
    let successor = Agent(
      place: agents.count, team: agent.team, shiftHour: agent.shiftHour, dice: &dice)
    agents.append(successor)
    groupAgents[Team.all[agent.team].group].append(successor)
    begin(HelpDesk.system)
    successor.isFirst = false
    register(successor)
    planWeek(successor)
  }
}
