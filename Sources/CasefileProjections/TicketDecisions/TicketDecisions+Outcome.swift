import CasefileModel

extension TicketDecisions {
  /// Waits, resolution, closing and reopening: what no other topic has taken.
  func decideOutcome(_ action: TicketAction) throws(TicketRefusal) -> [Event] {
    switch action {
    case .wait(let reason, let until, let text, let id):
      return [try wait(reason, until, text, id)]
    case .endWait(let id, let ending): return [try endWait(id, ending)]
    case .proposeResolution(let payload):
      try requireOpen()
      try require(payload.summary, "the solution")
      return [event(payload)]
    case .requestConfirmation(var payload):
      try requireOpen()
      try requireProposal()
      try requireAhead(payload.dueAt, "the date of the answer")
      if payload.to.isEmpty, let client = state.client { payload.to = [client] }
      for person in payload.to { _ = try authority(of: person) }
      return [event(payload)]
    case .confirm(let payload): return [try confirm(payload)]
    case .rejectClose(let payload):
      if state.closedAt == nil { try requireProposal() }
      return [event(payload)]
    case .close(let payload): return [try close(payload)]
    case .reopen(let payload): return [try reopen(payload)]
    default: preconditionFailure("Every action belongs to one of four topics.")
    }
  }

  // MARK: Waits

  private func wait(
    _ reason: WaitReason, _ until: Timestamp?, _ text: String?, _ id: String?
  ) throws(TicketRefusal) -> Event {
    try requireOpen()
    try requireAhead(until, "the wait's end")
    guard reason != .scheduledUntil || until != nil else {
      throw TicketRefusal(.timePassed, "a wait for a date needs the date")
    }
    let id = id ?? request.description
    guard !(state.waits + state.pastWaits).contains(where: { $0.id == id }) else {
      throw TicketRefusal(.idUsed, "ticket \(ticket) has the wait \(id) already; use a new id")
    }
    return event(WaitingStarted(waitId: id, reason: reason, until: until, reasonText: text))
  }

  private func endWait(_ id: String?, _ ending: WaitEnding?) throws(TicketRefusal) -> Event {
    if let id {
      guard let wait = state.waits.first(where: { $0.id == id }) else {
        if let past = state.pastWaits.last(where: { $0.id == id }) {
          throw TicketRefusal(
            .waitEnded, "the wait \(id) ended at \(past.endedAt ?? past.since) already")
        }
        throw TicketRefusal(.waitUnknown, "ticket \(ticket) has no wait \(id)")
      }
      return event(WaitingEnded(waitId: wait.id, reason: wait.reason, ending: ending))
    }
    guard let wait = state.waits.first else {
      throw TicketRefusal(.waitUnknown, "ticket \(ticket) waits for nothing")
    }
    guard state.waits.count == 1 else {
      throw TicketRefusal(
        .waitUnclear,
        "ticket \(ticket) has \(state.waits.count) open waits; name one of "
          + state.waits.map(\.id).joined(separator: ", "))
    }
    return event(WaitingEnded(waitId: wait.id, reason: wait.reason, ending: ending))
  }

  // MARK: Confirmation

  private func requireProposal() throws(TicketRefusal) {
    guard state.resolvedAt == nil else { return }
    throw TicketRefusal(
      .notResolved, "ticket \(ticket) has no solution that stands; propose one first")
  }

  /// By which right a person confirms.
  private func authority(of person: String) throws(TicketRefusal) -> ConfirmationAuthority {
    if person == state.client { return .client }
    if isParticipant(person, .authorisedConfirmer) { return .authorisedList }
    throw TicketRefusal(
      .notAuthorised,
      "\(person) is neither the client of ticket \(ticket) nor authorised to confirm; add the "
        + "person as authorisedConfirmer, or name the contract's clause")
  }

  private func confirm(_ given: CloseConfirmed) throws(TicketRefusal) -> Event {
    if state.closedAt == nil { try requireProposal() }
    var payload = given
    if payload.confirmedBy == nil, actor.kind == .client { payload.confirmedBy = actor.id }
    if payload.contractId != nil, payload.clause != nil {
      payload.authority = payload.authority ?? .contractClause
    } else {
      guard let person = payload.confirmedBy else {
        throw TicketRefusal(.notAuthorised, "say who confirmed, or name the contract's clause")
      }
      payload.authority = try authority(of: person)
      guard payload.messageId != nil || payload.callId != nil else {
        throw TicketRefusal(
          .evidenceMissing, "name the message or the call in which \(person) confirmed")
      }
    }
    return event(payload)
  }

  // MARK: Close

  private func close(_ given: TicketClosed) throws(TicketRefusal) -> Event {
    if let closedAt = state.closedAt {
      throw TicketRefusal(
        .alreadyClosed,
        "ticket \(ticket) was closed at \(closedAt) as \(state.closeKind?.word ?? "unknown")")
    }
    var payload = given
    guard let kind = payload.kind else {
      throw TicketRefusal(.kindMissing, "say how ticket \(ticket) is closed, such as confirmed")
    }
    if kind == .confirmed, !isConfirmed {
      throw TicketRefusal(
        .notConfirmed,
        "no confirmation of ticket \(ticket) stands; record it, or close as agentUnconfirmed")
    }
    if actor.kind == .rule, payload.ruleId == nil { payload.ruleId = actor.id }
    return event(payload, tags: state.assignee.map { ["agent:\($0)"] } ?? [])
  }

  /// Whether somebody confirmed the proposal that stands.
  private var isConfirmed: Bool {
    guard let resolvedAt = state.resolvedAt else { return !state.confirmations.isEmpty }
    return state.confirmations.contains { $0.at >= resolvedAt }
  }

  private func reopen(_ given: TicketReopened) throws(TicketRefusal) -> Event {
    guard state.closedAt != nil || state.resolvedAt != nil else {
      throw TicketRefusal(
        .notClosed, "ticket \(ticket) is neither closed nor resolved; there is nothing to reopen")
    }
    var payload = given
    payload.byRole = payload.byRole ?? role
    if let closedAt = state.closedAt, payload.sinceClosedSeconds == nil {
      payload.sinceClosedSeconds = max(0, time.seconds - closedAt.seconds)
    }
    return event(payload)
  }
}
