import CasefileModel

/// What each agent did, for the histories of agents.
extension TicketFold {
  mutating func credit(_ act: AgentEntry, to agent: String) {
    acts[agent, default: []].append(act)
  }

  /// A handoff is one thing for the giver and one for the taker.
  mutating func credit(
    _ handoff: TicketState.Handoff, _ out: AgentEntry.Kind, _ in: AgentEntry.Kind,
    _ entry: TicketEntry
  ) {
    for (agent, other, kind) in [
      (handoff.from, handoff.to, out), (handoff.to, handoff.from, `in`),
    ] {
      var act = AgentEntry(kind, entry, by: entry.actor)
      act.other = other
      act.handoffKind = handoff.kind
      act.mode = handoff.mode
      act.handoff = handoff.handoff
      act.reason = handoff.reason
      act.hasSummary = handoff.hasSummary
      act.offeredAt = handoff.offeredAt
      act.acceptedBy = handoff.kind == .acknowledged ? handoff.to : nil
      act.unassignedAt = handoff.unassignedAt
      credit(act, to: agent)
    }
  }

  /// One deadline that was missed.
  struct BreachKey: Hashable {
    let clock: String
    let instance: Int64?
    let policyVersion: Int64?
  }

  /// A breach belongs to whoever held the ticket when the deadline passed, however late that was
  /// observed.
  mutating func noteBreach(_ entry: TicketEntry) throws(CodecError) {
    guard entry.typeNumber == SLABreachObserved.type.number else { return }
    let payload = try entry.payload(SLABreachObserved.self)
    let at = payload.dueAt ?? payload.observedAt ?? entry.occurredAt
    let holder = state.responsibility.last { span in
      span.from <= at && span.until.map { at < $0 } ?? true
    }?.holder
    let key = BreachKey(
      clock: payload.clock, instance: payload.instance, policyVersion: payload.policyVersion)
    guard let holder, breaches.insert(key).inserted else { return }
    var act = AgentEntry(.deadlineMissed, at: at, position: entry.position)
    act.ticket = state.ticket
    act.clock = payload.clock
    credit(act, to: holder)
  }

  /// The action groups that are no client touch; known only at the end.
  var workTouches: [(String, AgentEntry)] {
    work.filter { !touchKeys.contains($0.key) }.map { ($0.value.agent, $0.value.act) }
  }

  /// Every offer with what became of it by the instant of evaluation, for both sides.
  var offerActs: [(String, AgentEntry)] {
    (formerOffers + offers.values).flatMap { record -> [(String, AgentEntry)] in
      let offer = record.offer
      var act = AgentEntry(.offerMade, at: offer.since, position: offer.position)
      act.ticket = state.ticket
      act.other = offer.toAgent
      act.otherGroup = offer.toGroup
      act.handoff = offer.handoff
      act.reason = offer.reason
      act.hasSummary = record.hasSummary
      act.outcome = outcome(of: record)
      if let answer = record.answer {
        act.outcomeAt = answer.at
        act.outcomePosition = answer.position
        act.acceptedBy = answer.outcome == .accepted ? answer.by : nil
      } else if act.outcome == .lapsed {
        act.outcomeAt = offer.expiresAt
      }
      guard let taker = offer.toAgent else { return [(offer.from, act)] }
      return [(offer.from, act), (taker, act.seenByTaker(from: offer.from))]
    }
  }

  private func outcome(of record: OfferRecord) -> AgentEntry.OfferOutcome {
    if let answer = record.answer { return answer.outcome }
    if let end = record.offer.expiresAt, let instant = state.evaluatedAt, end < instant {
      return .lapsed
    }
    return record.offer.from == state.assignee ? .open : .moot
  }
}

extension AgentEntry {
  fileprivate func seenByTaker(from giver: String) -> AgentEntry {
    var act = AgentEntry(.offerReceived, at: at, position: position)
    act.ticket = ticket
    act.other = giver
    act.otherGroup = otherGroup
    act.handoff = handoff
    act.reason = reason
    act.hasSummary = hasSummary
    act.outcome = outcome
    act.outcomeAt = outcomeAt
    act.outcomePosition = outcomePosition
    act.acceptedBy = acceptedBy
    return act
  }
}

extension TicketEntry {
  /// Whether the summary held a text when it was written, or holds one after corrections.
  ///
  /// - Parameter number: the field's number, by which its commitment names it.
  func hasSummary(_ number: Int, _ text: String?) -> Bool {
    hasContent(number, named: "summary", text)
  }

  /// Whether a content field held a text when it was written, or holds one after corrections.
  func hasContent(_ number: Int, named name: String, _ text: String?) -> Bool {
    if let text { return text.contains { !$0.isWhitespace } }
    // What was erased was there; corrected data have it as null, and not at all if it was taken out.
    return event.envelope.commitments.contains { $0.path == "\(number)" }
      && correctedData.map { $0[name] != nil } ?? true
  }
}
