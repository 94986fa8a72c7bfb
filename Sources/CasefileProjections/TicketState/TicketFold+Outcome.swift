import CasefileModel

extension TicketFold {
  /// Waits, resolution, closing and reopening. False for events of other topics.
  mutating func applyOutcome(_ entry: TicketEntry) throws(CodecError) -> Bool {
    switch entry.typeNumber {
    case WaitingStarted.type.number: startWait(try entry.payload(WaitingStarted.self), entry)
    case WaitingEnded.type.number: endWait(try entry.payload(WaitingEnded.self).waitId, entry)
    case ResolutionProposed.type.number:
      _ = try entry.payload(ResolutionProposed.self)
      state.resolvedAt = entry.occurredAt
    case CloseConfirmed.type.number:
      let payload = try entry.payload(CloseConfirmed.self)
      state.confirmations.append(
        TicketState.Confirmation(
          by: payload.confirmedBy, authority: payload.authority, at: entry.occurredAt,
          position: entry.position))
    case CloseRejected.type.number:
      _ = try entry.payload(CloseRejected.self)
      state.confirmations = []
      // On a closed ticket a rejection is a word for the reviewer; only a reopening opens it.
      if state.closedAt == nil { state.resolvedAt = nil }
    case TicketClosed.type.number: close(try entry.payload(TicketClosed.self), entry)
    case TicketReopened.type.number:
      _ = try entry.payload(TicketReopened.self)
      reopen(entry)
    default: return false
    }
    return true
  }

  private mutating func close(_ payload: TicketClosed, _ entry: TicketEntry) {
    if let label = payload.sourceLabel { state.sourceStatus = label }
    guard state.closedAt == nil else {
      contradict(.closedTwice, entry)
      return
    }
    for wait in state.waits { end(wait, at: entry.occurredAt, .closed) }
    state.waits = []
    state.statedResolvedAt = payload.statedResolvedAt ?? state.statedResolvedAt
    closures.append(AgentPart.Closure(from: entry.effectiveAt))
    state.closedAt = entry.occurredAt
    state.closeKind = payload.kind
    state.closedBy = payload.by.map { Actor(entry.actor.kind, $0) } ?? entry.actor
  }

  private mutating func reopen(_ entry: TicketEntry) {
    if state.closedAt == nil, state.resolvedAt == nil { contradict(.reopenedWhileOpen, entry) }
    if let last = closures.indices.last, closures[last].until == nil {
      closures[last].until = entry.effectiveAt
    }
    state.reopenCount += 1
    state.closedAt = nil
    state.closeKind = nil
    state.closedBy = nil
    state.resolvedAt = nil
    state.confirmations = []
  }

  // MARK: Waits

  private mutating func startWait(_ payload: WaitingStarted, _ entry: TicketEntry) {
    if let label = payload.sourceLabel { state.sourceStatus = label }
    guard state.closedAt == nil else {
      contradict(.waitWhileClosed, entry)
      return
    }
    var since = entry.occurredAt
    var position = entry.position
    if let index = state.waits.firstIndex(where: { $0.id == payload.waitId }) {
      // The same wait stated again: its beginning stays, what is said of it is new.
      since = state.waits[index].since
      position = state.waits[index].position
      state.waits.remove(at: index)
    }
    state.waits.append(
      TicketState.Wait(
        id: payload.waitId, reason: payload.reason, since: since, until: payload.until,
        position: position))
    endWaits(until: entry.effectiveAt)
  }

  private mutating func endWait(_ id: String, _ entry: TicketEntry) {
    guard let index = state.waits.firstIndex(where: { $0.id == id }) else {
      // A wait that ended by itself before is ended once more by those who didn't know.
      if !state.pastWaits.contains(where: { $0.id == id }) { contradict(.waitNotOpen, entry) }
      return
    }
    end(state.waits.remove(at: index), at: entry.occurredAt, .ended)
  }

  /// Ends the waits whose own end has come.
  mutating func endWaits(until instant: Timestamp) {
    for wait in state.waits {
      guard let until = wait.until, until <= instant else { continue }
      end(wait, at: max(until, wait.since), .untilReached)
    }
    state.waits.removeAll { $0.until.map { $0 <= instant } ?? false }
  }

  /// Ends the waits for a client who has written.
  mutating func endClientWaits(at instant: Timestamp) {
    for wait in state.waits where wait.isForClient { end(wait, at: instant, .clientMessage) }
    state.waits.removeAll(where: \.isForClient)
  }

  private mutating func end(
    _ wait: TicketState.Wait, at instant: Timestamp, _ ending: TicketState.Wait.Ending
  ) {
    var wait = wait
    wait.endedAt = instant
    wait.ending = ending
    state.pastWaits.append(wait)
  }
}
