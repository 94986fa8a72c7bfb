import CasefileModel

/// The desk's own system runs a clock for each deadline and writes down each one that is missed.
///
/// It knows what has come into the record so far, and what it wrote stays: a reply that is recorded
/// late is a miss to it. Under the fault `late` it is sometimes down when a clock runs out and notices
/// hours later; under `clocks` it sometimes counts an hour wrong. Whoever judges later by the events
/// finds these out.
extension HelpDesk {
  /// A policy was put on a ticket: clocks start, or go by other targets from now on.
  func setClocks(_ ticket: Ticket, _ mode: PolicyMode) {
    guard !ticket.clocks.isEmpty else {
      for name in [SourceClock.Name.firstReply, .resolution] {
        guard name == .resolution || ticket.firstReplyAt == nil else { continue }
        start(name, ticket, at: ticket.openedAt)
      }
      return
    }
    guard mode != .grandfather else { return }
    for place in ticket.clocks.indices where ticket.clocks[place].isActive {
      let name = ticket.clocks[place].name
      if mode == .restart {
        halt(&ticket.clocks[place])
        start(name, ticket, at: now)
      } else {
        retarget(place, ticket)
      }
    }
  }

  /// Follows what an action did to a ticket.
  func followClocks(_ ticket: Ticket, _ events: ArraySlice<Event>) {
    guard !ticket.clocks.isEmpty else { return }
    for event in events {
      switch event.type.number {
      case MessageSent.type.number, CallAnswered.type.number:
        guard event.actor.kind == .agent else { continue }
        stop(ticket) { $0 != .resolution }
      case ResolutionProposed.type.number:
        if Policy.endsByProposal(ticket.policyVersion) { stop(ticket) { $0 == .resolution } }
      case CloseConfirmed.type.number:
        if !Policy.endsByProposal(ticket.policyVersion) { stop(ticket) { $0 == .resolution } }
      case TicketClosed.type.number, TicketMerged.type.number: stop(ticket) { _ in true }
      case TicketReopened.type.number: resume(ticket)
      default: break
      }
    }
    guard ticket.isOpen else { return }
    if ticket.clockPriority != ticket.priority {
      ticket.clockPriority = ticket.priority
      for place in ticket.clocks.indices where ticket.clocks[place].isActive {
        retarget(place, ticket)
      }
    }
    let isPaused =
      ticket.wait.map { [.client, .clientConfirmation, .vendor].contains($0.reason) } ?? false
    for place in ticket.clocks.indices
    where ticket.clocks[place].name == .resolution && ticket.clocks[place].isActive
      && ticket.clocks[place].isPaused != isPaused
    {
      isPaused ? rest(place, ticket) : run(place, ticket)
      ticket.clocks[place].isPaused = isPaused
    }
    // A turn after the first reply; those of a burst are one.
    if ticket.clientWroteAt != nil, ticket.firstReplyAt != nil,
      !ticket.clocks.contains(where: { $0.name != .resolution && $0.isActive })
    {
      start(.nextReply, ticket, at: now)
    }
  }

  // MARK: One clock

  private func start(_ name: SourceClock.Name, _ ticket: Ticket, at time: Int64) {
    ticket.clockPriority = ticket.priority
    let instance = ticket.clocks.count { $0.name == name }
    ticket.clocks.append(
      SourceClock(
        name: name, instance: Int64(instance + 1), target: target(name, ticket), since: time))
    settle(ticket.clocks.count - 1, ticket)
  }

  private func target(_ name: SourceClock.Name, _ ticket: Ticket) -> Int64 {
    Policy.all[ticket.policy].target(
      name, version: ticket.policyVersion, priority: ticket.priority)
  }

  private func run(_ place: Int, _ ticket: Ticket) {
    ticket.clocks[place].since = now
    settle(place, ticket)
  }

  private func rest(_ place: Int, _ ticket: Ticket) {
    guard let since = ticket.clocks[place].since else { return }
    ticket.clocks[place].used += elapsed(ticket, from: since)
    halt(&ticket.clocks[place])
  }

  private func halt(_ clock: inout SourceClock) {
    clock.since = nil
    // What has just run out is still to be noticed.
    if let due = clock.due, due >= now || clock.isNoted { clock.due = nil }
    clock.isPaused = false
  }

  private func stop(_ ticket: Ticket, _ isMeant: (SourceClock.Name) -> Bool) {
    for place in ticket.clocks.indices where isMeant(ticket.clocks[place].name) {
      rest(place, ticket)
      halt(&ticket.clocks[place])
    }
  }

  private func retarget(_ place: Int, _ ticket: Ticket) {
    let target = target(ticket.clocks[place].name, ticket)
    guard target != ticket.clocks[place].target else { return }
    ticket.clocks[place].target = target
    ticket.clocks[place].isNoted = false
    guard !ticket.clocks[place].isPaused else { return }
    rest(place, ticket)
    ticket.clocks[place].cause = ticket.clocks[place].used > target ? .retarget : .elapsed
    run(place, ticket)
  }

  private func resume(_ ticket: Ticket) {
    guard !ticket.clocks.contains(where: { $0.name == .resolution && $0.isActive }) else { return }
    if Policy.beginsAnew(ticket.policyVersion) {
      start(.resolution, ticket, at: now)
    } else if let place = ticket.clocks.lastIndex(where: { $0.name == .resolution }) {
      run(place, ticket)
    }
  }

  /// Works out when it runs out, and plans to look then.
  private func settle(_ place: Int, _ ticket: Ticket) {
    let clock = ticket.clocks[place]
    guard let since = clock.since, !clock.isNoted else { return }
    var due = instant(ticket, after: clock.target - clock.used, from: since)
    if settings.faults.contains(.clocks), dice.chance(15) { due -= 3600 }
    ticket.clocks[place].due = max(due, now)
    var seconds = max(due, now) + 60 - now
    if settings.faults.contains(.late), dice.chance(30) { seconds += 1800 + dice.about(15_000) }
    plan(.breach, ticket, after: seconds)
  }

  // MARK: Working time

  /// The calendar of a ticket's policy, and for which years its holidays are known by now.
  private func calendar(_ ticket: Ticket) -> (calendar: WorkCalendar, years: ClosedRange<Int>)? {
    guard let id = Policy.all[ticket.policy].calendar,
      let place = WorkCalendar.all.firstIndex(where: { $0.id == id })
    else { return nil }
    let year = CivilTime(secondsSince1970: settings.start).year
    return (WorkCalendar.all[place], year...(year + Int(calendarVersions[place]) - 1))
  }

  private func elapsed(_ ticket: Ticket, from start: Int64) -> Int64 {
    guard let (calendar, years) = calendar(ticket) else { return now - start }
    return calendar.elapsed(from: start, to: now, years: years)
  }

  private func instant(_ ticket: Ticket, after seconds: Int64, from start: Int64) -> Int64 {
    guard let (calendar, years) = calendar(ticket) else { return start + max(0, seconds) }
    return calendar.instant(after: seconds, from: start, years: years)
  }

  // MARK: What is written down

  /// Writes down each clock that has run out.
  func noteBreaches(_ ticket: Ticket) {
    for place in ticket.clocks.indices {
      let clock = ticket.clocks[place]
      guard let due = clock.due, !clock.isNoted, now >= due + 60 else { continue }
      ticket.clocks[place].isNoted = true
      if clock.name == .firstReply { ticket.breachDue = due }
      begin(HelpDesk.system)
      put(
        SLABreachObserved(
          clock: clock.name.rawValue, instance: clock.instance, dueAt: Timestamp(seconds: due),
          observedAt: Timestamp(seconds: now), policyId: Policy.all[ticket.policy].id,
          policyVersion: ticket.policyVersion, holderAgent: ticket.holder?.id, cause: clock.cause,
          overrunBusinessSeconds: elapsed(ticket, from: due), overrunWallSeconds: now - due,
          openHandoff: ticket.offer?.id),
        ticket, tags: ticket.holder?.tags ?? [])
      end(ticket)
      guard ticket.explainedClock == nil, dice.chance(clock.name == .firstReply ? 600 : 200) else {
        continue
      }
      ticket.explainedClock = (clock.name.rawValue, clock.instance)
      plan(.breachExplained, ticket, after: 3600 + dice.about(40_000))
    }
  }
}
