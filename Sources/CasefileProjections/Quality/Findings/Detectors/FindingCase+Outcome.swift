import CasefileModel

/// How it ended, and what was agreed.
extension FindingCase {
  /// The close that stands. Ends that need no confirmation are none: a duplicate, a merge, spam, a
  /// withdrawal; a rule's close is a finding of its own.
  func unconfirmedClose() -> FindingAnswer {
    let answer = recordedClose()
    // That nobody confirmed it shows something only where a confirmation would have been recorded.
    if case .found = answer, let gap = gap(["close.confirmed"]) { return .notAssessable(gap) }
    return answer
  }

  /// The same by the record, whatever it would have told.
  func recordedClose() -> FindingAnswer {
    guard let close = CloseReview(entries: entries) else { return .notFound([]) }
    switch close.evidenced {
    case .confirmed?: return .notFound([close.confirmation, close.position].compactMap { $0 })
    case .merged?, .duplicate?, .spam?, .withdrawnByClient?, .autoClose?: return .notFound([])
    case nil: return .notAssessable(.closeUnclear)
    default: break
    }
    if close.stated == .spam { return .notFound([]) }
    var doubtful: Position?
    let why: String
    switch close.doubt {
    case .rejected(let position)?: (doubtful, why) = (position, "rejected")
    case .notEntitled(let position)?: (doubtful, why) = (position, "notEntitled")
    case .withoutEvidence(let position)?: (doubtful, why) = (position, "withoutEvidence")
    case .noConfirmation?, nil: why = "noConfirmation"
    }
    let entry = entries.first { $0.position == close.position }
    return .found([
      finding(
        .closedWithoutConfirmation, at: close.closedAt, [doubtful, close.position],
        agent: entry.flatMap(agent(of:))
      ) {
        $0.word = why
        $0.other = close.stated?.word
      }
    ])
  }

  func automaticCloses() -> [Finding] {
    all(TicketClosed.self).compactMap { entry, payload in
      guard payload.kind == .autoClose || entry.actor.kind == .rule else { return nil }
      return finding(
        .automaticClose, at: entry.occurredAt, [entry.position],
        agent: holder(at: entry.effectiveAt)
      ) {
        $0.seconds = payload.silentForSeconds
        $0.other = payload.ruleId
      }
    }
  }

  /// It is about whoever held the ticket when it was closed.
  func reopenings() -> [Finding] {
    let ends = entries.filter {
      $0.typeNumber == TicketClosed.type.number || $0.typeNumber == ResolutionProposed.type.number
    }
    return all(TicketReopened.self).map { entry, payload in
      let end = ends.last {
        ($0.effectiveAt, $0.position) < (entry.effectiveAt, entry.position)
      }
      return finding(
        .reopened, at: entry.occurredAt, [end?.position, entry.position],
        agent: holder(at: end?.effectiveAt ?? entry.effectiveAt)
      ) {
        $0.seconds =
          payload.sinceClosedSeconds
          ?? end.map { FindingCase.seconds($0.occurredAt, entry.occurredAt) }
        $0.word = payload.byRole?.word
      }
    }
  }

  func brokenAgreements() -> [Finding] {
    state.agreements.compactMap { agreement in
      let isBroken = agreement.outcome == .broken
      let isLate = agreement.dueAt.map { (agreement.outcomeAt ?? now) > $0 } ?? false
      guard isBroken || isLate else { return nil }
      return finding(of: agreement).with {
        $0.word = isBroken ? "broken" : agreement.outcome == .fulfilled ? "late" : "overdue"
      }
    }
  }

  /// What is found of an agreement that was not kept.
  func finding(of agreement: TicketState.Agreement) -> Finding {
    finding(
      .agreementNotKept, at: agreement.dueAt ?? agreement.outcomeAt ?? agreement.at,
      [agreement.position, agreement.outcomePosition],
      agent: agreement.promisedBy ?? holder(at: agreement.at)
    ) {
      $0.other = agreement.id
      $0.until = agreement.dueAt
    }
  }

  /// No authority, or information that was missing: then the agent is not to blame.
  func statedCauses() -> [Finding] {
    let codes: Set<CauseCode> = [.noAuthority, .missingInfoFromCustomer]
    let breaches = all(SLABreachExplained.self).compactMap { entry, payload in
      payload.causeCode.map { (entry, $0, payload.agentId) }
    }
    let causes = all(CauseStated.self).compactMap { entry, payload in
      payload.code.map { (entry, $0, payload.agentId) }
    }
    return (breaches + causes).filter { codes.contains($0.1) }.map { entry, code, agent in
      finding(
        .statedCause, at: entry.occurredAt, [entry.position],
        agent: agent ?? holder(at: entry.effectiveAt)
      ) { $0.word = code.word }
    }
  }
}
