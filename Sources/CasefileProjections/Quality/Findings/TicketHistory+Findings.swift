public import CasefileModel

extension TicketHistory {
  /// What the ticket's history shows of the quality of service; nil where nothing had happened.
  ///
  /// ```swift
  /// let findings = try store.ticket("4711")?.findings(at: now, rules: .builtIn)
  /// ```
  /// A pure function of the events, the rules, the context and the instant.
  /// - Parameters:
  ///   - now: the instant of evaluation; what happened later is left out.
  ///   - knownAt: leaves out what was recorded later. Make the context with the same one.
  ///   - codes: what is looked for.
  /// - Complexity: O(n log n) in the ticket's events, and the same again for each act whose effect on
  ///   the clocks is judged.
  public func findings(
    at now: Timestamp, knownAt: KnownAt? = nil, rules: FindingRules,
    context: FindingContext = FindingContext(), codes: Set<FindingCode>? = nil
  ) -> TicketFindings? {
    guard
      let one = FindingCase(self, at: now, knownAt: knownAt, rules: rules, context: context)
    else { return nil }
    return TicketFindings(
      ticket: one.state.ticket, evaluatedAt: now, rules: rules,
      answers: FindingCode.allCases.filter { codes?.contains($0) ?? true }.map {
        TicketFindings.Answer(code: $0, answer: one.answer($0))
      })
  }
}

extension FindingCase {
  func answer(_ code: FindingCode) -> FindingAnswer {
    guard rules.isOn(code) else { return .notAssessable(.switchedOff) }
    // What shows itself by the absence of events needs a source that would have recorded them.
    if let gap = gap(code.hiddenWithout) { return .notAssessable(gap) }
    let findings: [Finding]
    switch detect(code) {
    case .found(let found): findings = found
    case let other: return other
    }
    if !findings.isEmpty {
      return .found(Finding.sorted(findings))
    }
    // Nothing was found of what the source would have to record.
    if let gap = gap(code.shownBy) { return .notAssessable(gap) }
    return .notFound([])
  }

  private func detect(_ code: FindingCode) -> FindingAnswer {
    switch code {
    case .noResponsible: .found(timesWithoutHolder())
    case .pingPongAgents: .found(pingPongOfAgents())
    case .pingPongGroups: .found(pingPongOfGroups())
    case .handoffWithoutSummary: .found(handoffsWithoutSummary())
    case .handoffUnacknowledged: .found(forcedHandoffs())
    case .handoffExpired: .found(expiredOffers())
    case .deadOfferAccepted: .found(deadOffers())
    case .handoffAfterShiftEnd: byDuty(tenure.offersAfterShift(context.duties))
    case .absentWithoutHandoff: byDuty(tenure.absencesWithoutHandoff(context.duties, at: now))
    case .leftAtShiftEnd: leftAtShiftEnd()
    case .continuityBroken: .found(brokenContinuity())
    case .hung: .found(hung())
    case .unanswered: .found(unanswered())
    case .clientReminder: .found(reminders())
    case .clientRetold: .found(retold())
    case .untrackedContact, .recordingMissing, .callAnsweredLate, .callAbandoned:
      .found(onCalls(code))
    case .templateDisliked: .found(dislikedTemplates())
    case .channelOutage: .found(outages())
    case .closedWithoutConfirmation: unconfirmedClose()
    case .automaticClose: byClose(automaticCloses())
    case .reopened: .found(reopenings())
    case .closedAgain: .found(secondCloses())
    case .labelContradicted: .found(contradictedLabels())
    case .repeatContact: repeats()
    case .agreementNotKept: .found(brokenAgreements())
    case .statedCause: .found(statedCauses())
    case .noDeadline: missingDeadline()
    case .delayWithoutNotice: byPolicy { $0.delaysWithoutNotice() }
    case .pauseWithoutQuestion: byPolicy { $0.pausesWithoutQuestion() }
    case .lateRetarget: byPolicy { $0.lateRetargets() }
    case .resolvedAndContinued: .found(continuedSolutions())
    case .promiseMoved: .found(movedPromises())
    case .recordedLate: byPolicy { $0.lateRecords() }
    case .bulkClose: byClose(bulkCloses())
    }
  }

  /// Without any shift or absence of those who held it, nothing is known of when they were at work.
  func byDuty(_ findings: [Finding]) -> FindingAnswer {
    findings.isEmpty && !tenure.isKnown(context.duties) && !tenure.spans.isEmpty
      ? .notAssessable(.dutyUnknown) : .found(findings)
  }

  /// A source that says of a close only that it happened does not say how.
  private func byClose(_ findings: [Finding]) -> FindingAnswer {
    findings.isEmpty && isCloseUnclear ? .notAssessable(.closeUnclear) : .found(findings)
  }

  var isCloseUnclear: Bool {
    all(TicketClosed.self).contains { entry, payload in
      payload.kind == .unknown && entry.event.envelope.origin?.basis == .imported
    }
  }

  private func byPolicy(_ detect: (FindingCase) -> [Finding]) -> FindingAnswer {
    deadlines == nil ? .notAssessable(.noPolicy) : .found(detect(self))
  }
}

extension FindingCode {
  /// The types of which a source must record one, so that their absence shows something.
  var hiddenWithout: [String] {
    switch self {
    case .noResponsible: ["ticket.assigned"]
    case .hung: ["message.sent", "ticket.noteAdded", "source.updated"]
    case .unanswered, .delayWithoutNotice, .pauseWithoutQuestion: ["message.sent", "call.answered"]
    default: []
    }
  }

  /// The types of which a source must record one, so that finding nothing means that there is
  /// nothing.
  var shownBy: [String] {
    switch self {
    case .pingPongAgents: ["ticket.assigned"]
    case .pingPongGroups: ["ticket.groupChanged"]
    case .handoffWithoutSummary, .handoffUnacknowledged, .handoffExpired, .handoffAfterShiftEnd:
      ["handoff.offered", "handoff.forced", "handoff.accepted"]
    case .deadOfferAccepted: ["handoff.accepted"]
    case .closedAgain: ["ticket.closed"]
    case .labelContradicted: ["ticket.statusChanged"]
    case .continuityBroken: ["message.sent", "call.answered"]
    case .clientReminder: ["ticket.clientReminder"]
    case .clientRetold: ["handoff.clientRetoldDetected"]
    case .untrackedContact: ["channel.untrackedContactReported"]
    case .recordingMissing: ["call.recordingMissing"]
    case .callAnsweredLate: ["call.answered"]
    case .callAbandoned: ["call.abandoned"]
    case .templateDisliked: ["rating.received"]
    case .channelOutage: ["channel.outage"]
    case .reopened: ["ticket.reopened"]
    case .agreementNotKept: ["ticket.agreementRecorded"]
    case .statedCause: ["cause.stated", "sla.breachExplained"]
    case .resolvedAndContinued: ["resolution.proposed"]
    case .promiseMoved: ["ticket.dueDateSet"]
    default: []
    }
  }
}

extension FindingCode {
  /// All types of which answers ask whether a source records them.
  static let askedTypes = Set(
    allCases.flatMap { $0.hiddenWithout + $0.shownBy } + [
      "close.confirmed", "ticket.followUpLinked",
    ])
}

extension Finding {
  /// In order of time, then of their first events.
  static func sorted(_ findings: [Finding]) -> [Finding] {
    findings.sorted { ($0.at, $0.place) < ($1.at, $1.place) }
  }

  private var place: Position { positions.first ?? Position(0) }
}
