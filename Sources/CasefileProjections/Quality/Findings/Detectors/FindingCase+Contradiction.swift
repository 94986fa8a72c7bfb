import CasefileModel

/// Facts that do not fit those before them. The store takes them; here they are told.
extension FindingCase {
  /// It moved nothing; it is about whoever accepted.
  func deadOffers() -> [Finding] {
    contradictions([.offerNotOpen, .giverNotHolder]).compactMap { entry, kind in
      guard let payload = try? entry.payload(HandoffAccepted.self) else { return nil }
      let offer = offers.last { $0.handoff == payload.handoffId && $0.since <= entry.effectiveAt }
      return finding(
        .deadOfferAccepted, at: entry.occurredAt, [offer?.position, entry.position],
        agent: payload.agentId
      ) {
        $0.agents = [offer?.from, payload.agentId].compactMap { $0 }
        $0.word = kind.rawValue
        $0.other = payload.handoffId
      }
    }
  }

  /// With the close that stood.
  func secondCloses() -> [Finding] {
    let closes = entries.filter { $0.typeNumber == TicketClosed.type.number }
    return contradictions([.closedTwice]).map { entry, _ in
      let place = (entry.effectiveAt, entry.position)
      let former = closes.last { ($0.effectiveAt, $0.position) < place }
      return finding(
        .closedAgain, at: entry.occurredAt, [former?.position, entry.position],
        agent: agent(of: entry)
      ) {
        $0.seconds = former.map { FindingCase.seconds($0.occurredAt, entry.occurredAt) }
      }
    }
  }

  private func contradictions(
    _ kinds: Set<TicketState.Contradiction.Kind>
  ) -> [(entry: TicketEntry, kind: TicketState.Contradiction.Kind)] {
    state.contradictions.filter { kinds.contains($0.kind) }.compactMap { one in
      entry(at: one.position).map { ($0, one.kind) }
    }
  }

  /// A label that names a status of the vocabulary, against the status that follows from what happened up
  /// to it: together with it, or at the same instant, counts too. A source's own words say nothing here,
  /// and whether anybody acted yet, new or open, is no contradiction.
  func contradictedLabels() -> [Finding] {
    let labels = all(TicketStatusChanged.self)
    guard !labels.isEmpty else { return [] }
    let signals = facts.signals.filter { $0.kind == .status }
    return labels.compactMap { entry, payload in
      guard let label = payload.to?.name else { return nil }
      let group = entry.event.envelope.group?.id
      let together = entries.filter { other in
        other.effectiveAt == entry.effectiveAt
          || (group != nil && other.event.envelope.group?.id == group)
      }
      let end = together.map { ($0.effectiveAt, $0.position) }.max { $0 < $1 }
      guard let end, let last = signals.lastIndex(where: { ($0.at, $0.position) <= end }),
        let status = word(of: signals[last]), !isSame(label, status)
      else { return nil }
      // Since when it is so: the label is told by signals too.
      var first = last
      while first > 0, word(of: signals[first - 1]) == status { first -= 1 }
      let cause = signals[first].position == entry.position ? nil : signals[first].position
      return finding(
        .labelContradicted, at: entry.occurredAt, [cause, entry.position], agent: agent(of: entry)
      ) {
        $0.word = label
        $0.other = status
      }
    }
  }

  /// The status that was derived.
  private func word(of signal: ClockSignal) -> String? {
    facts.text([String].self, of: signal)?.first
  }

  private func isSame(_ label: String, _ status: String) -> Bool {
    let active = [TicketStatus.new.word, TicketStatus.open.word]
    return label == status || (active.contains(label) && active.contains(status))
  }

  /// Where there are policies at all.
  func missingDeadline() -> FindingAnswer {
    guard let time else { return .notAssessable(.noPolicy) }
    guard state.isOpen, let last = open.last, last.until == nil, !time.isGoverned else {
      return .found([])
    }
    return .found([tenure.missingDeadline(since: last.from, last.begin, at: now)])
  }

  /// A shift that lists none of its tickets does not say which were left.
  func leftAtShiftEnd() -> FindingAnswer {
    let found = tenure.leftAtShiftEnd(context.leftBehind[state.ticket] ?? [], at: now)
    guard found.isEmpty, tenure.isHeld(atEndOf: context.unlistedShifts, by: now) else {
      return byDuty(found)
    }
    return .notAssessable(.shiftNotListed)
  }
}
