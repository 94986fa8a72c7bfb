import CasefileModel

/// What of a ticket its findings are made of, whatever limits, policies and shifts are.
///
/// Of most codes it holds all that could be found with the lowest limits, to be compared with those in
/// force; of the others what shows that there is nothing, so that few tickets are folded.
package struct FindingFacts: Hashable, Sendable {
  /// Something that is found where its measure passes the limit in force.
  struct Candidate: Hashable, Sendable {
    let finding: Finding
    /// What is compared besides the seconds and the number in the finding.
    var measure: Int64 = 0
  }

  /// How the close that stands is confirmed.
  enum Close: Hashable, Sendable {
    /// There is none, or it needs no confirmation, or these show it.
    case shown([Position])
    case unclear
    case doubtful(Finding)
  }

  /// Something on the clocks, at its place in domain order.
  struct Act: Hashable, Sendable {
    let at: Timestamp
    let position: Position
  }

  struct Pause: Hashable, Sendable {
    let since: Timestamp
    let silentSeconds: Int64
  }

  struct Wait: Hashable, Sendable {
    let since: Timestamp
    let until: Timestamp
    let endedAt: Timestamp?
  }

  /// That the client was told that it takes longer.
  struct Notice: Hashable, Sendable {
    let at: Timestamp
    /// The clock about which; nil: no certain one.
    let clock: String?

    /// Whether it tells of a clock that ran from an instant until its deadline passed.
    func tells(of clock: ClockName, from start: Timestamp, until breach: Timestamp) -> Bool {
      at >= start && at <= breach && self.clock.map { $0 == clock.rawValue } ?? true
    }
  }

  struct Agreement: Hashable, Sendable {
    let id: String
    let isBroken: Bool
    let isFulfilled: Bool
    let dueAt: Timestamp?
    let outcomeAt: Timestamp?
    /// What is found if it was not kept.
    let finding: Finding
  }

  /// What imports brought, where nothing else did; nil for others, of which all can be told.
  struct Imported: Hashable, Sendable {
    /// One without an id is the empty text.
    let batches: [String]
    /// Those of its types that answers ask about.
    let types: [String]
  }

  /// Gaps shorter than this are not kept: no limit in days or hours is so short.
  static let shortestGapSeconds: Int64 = 3_600

  var imported: Imported?
  var candidates: [FindingCode: [Candidate]] = [:]
  var close = Close.shown([])
  var isCloseUnclear = false
  /// When an offer that waits at the newest event lapses.
  var offerLapsesAt: Timestamp?
  var waits: [Wait] = []
  var agreements: [Agreement] = []
  var notices: [Notice] = []
  /// Who had it when, and when it was open.
  var tenure: TicketTenure
  /// The closes by agents.
  var closes: [AgentClose] = []
  /// What happened on the phone, on the ticket itself.
  var calls: [CallAct] = []
  /// Changes of the priority, the topic, the policy or the group.
  var retargets: [Act] = []
  /// Whether anything stands elsewhere than at its own time, so that without an act others move.
  var isReordered = false
  /// The longest time between what happened and its writing down.
  var lateSeconds: Int64?
  /// The shortest time between a solution and its continuation by the same agent.
  var continuedSeconds: Int64?
  /// Waits for the client, each with the time since something was said to the client.
  var pauses: [Pause] = []

  init(tenure: TicketTenure) { self.tenure = tenure }

  /// Reads it off a folded ticket.
  init(_ folded: FindingCase) {
    var one = folded
    one.rules = .lowest
    self.init(tenure: one.tenure)
    closes = one.agentCloses
    calls = one.calls
    imported = Imported(one)
    let fixed: [(FindingCode, [Finding])] = [
      (.pingPongAgents, one.pingPongOfAgents()), (.pingPongGroups, one.pingPongOfGroups()),
      (.handoffWithoutSummary, one.handoffsWithoutSummary()),
      (.handoffUnacknowledged, one.forcedHandoffs()), (.handoffExpired, one.expiredOffers()),
      (.clientReminder, one.reminders()), (.clientRetold, one.retold()),
      (.automaticClose, one.automaticCloses()), (.reopened, one.reopenings()),
      (.statedCause, one.statedCauses()), (.promiseMoved, one.movedDates().map(\.finding)),
      (.deadOfferAccepted, one.deadOffers()), (.closedAgain, one.secondCloses()),
      (.labelContradicted, one.contradictedLabels()),
      (.bulkClose, one.statedBulkCloses()), (.noResponsible, one.timesWithoutHolder()),
    ]
    for (code, findings) in fixed where !findings.isEmpty {
      candidates[code] = findings.filter { $0.code != .noResponsible || $0.isLongerThan(0) }.map {
        Candidate(finding: $0)
      }
    }
    for (code, findings) in [
      (FindingCode.hung, one.hung(waitsExcuse: false)), (.unanswered, one.unanswered()),
    ] {
      let long = findings.filter { $0.isLongerThan(FindingFacts.shortestGapSeconds) }
      if !long.isEmpty { candidates[code] = long.map { Candidate(finding: $0) } }
    }
    let links = one.followUps()
    if !links.isEmpty { candidates[.repeatContact] = links.map { Candidate(finding: $0) } }
    noteContinuity(one)
    noteTemplates(one)
    noteClose(one)
    noteClocks(one)
    noteAgreements(one)
    let ends = one.fold.offers.values.filter(\.isUnanswered).compactMap(\.offer.expiresAt)
    offerLapsesAt =
      (ends + one.fold.formerOffers.filter(\.isUnanswered).compactMap(\.offer.expiresAt))
      .filter { $0 >= one.now }.min()
    waits = one.waits
  }

  private mutating func noteContinuity(_ one: FindingCase) {
    let found = one.brokenContinuity().map { finding in
      Candidate(
        finding: finding,
        measure: finding.positions.last.flatMap { one.entry(at: $0) }?.effectiveAt.microseconds ?? 0
      )
    }
    if !found.isEmpty { candidates[.continuityBroken] = found }
  }

  /// The measure is the lowest limit by which the mark is a bad one.
  private mutating func noteTemplates(_ one: FindingCase) {
    let marks = Dictionary(
      one.marks.map { ($0.position, $0) },
      uniquingKeysWith: { first, _ in first })
    let found = one.dislikedTemplates().compactMap { finding -> Candidate? in
      guard let mark = finding.positions.last.flatMap({ marks[$0] }) else { return nil }
      return Candidate(finding: finding, measure: one.lowestBadLimit(mark))
    }
    if !found.isEmpty { candidates[.templateDisliked] = found }
  }

  private mutating func noteClose(_ one: FindingCase) {
    isCloseUnclear = one.isCloseUnclear
    switch one.recordedClose() {
    case .notFound(let positions): close = .shown(positions)
    case .found(let findings): if let first = findings.first { close = .doubtful(first) }
    case .notAssessable: close = .unclear
    }
  }

  private mutating func noteClocks(_ one: FindingCase) {
    notices = one.notices
    retargets = one.entries.filter { FindingCase.retargets.contains($0.typeNumber) }.map {
      Act(at: $0.effectiveAt, position: $0.position)
    }
    isReordered = one.entries.contains { $0.effectiveAt != $0.occurredAt }
    lateSeconds = one.entries.compactMap { one.recordedLateSeconds($0) }.max()
    continuedSeconds = one.continuations().map {
      FindingCase.seconds($0.solution.effectiveAt, $0.next.effectiveAt)
    }.min()
    let said = one.facts.signals.filter { $0.kind == .reply }.map(\.at)
    pauses = (one.state.pastWaits + one.state.waits).filter { $0.reason == .client }.map { wait in
      let last = said.last { $0 <= wait.since }
      return Pause(
        since: wait.since,
        silentSeconds: last.map { FindingCase.seconds($0, wait.since) } ?? .max)
    }
  }

  private mutating func noteAgreements(_ one: FindingCase) {
    agreements = one.state.agreements.map { agreement in
      Agreement(
        id: agreement.id, isBroken: agreement.outcome == .broken,
        isFulfilled: agreement.outcome == .fulfilled, dueAt: agreement.dueAt,
        outcomeAt: agreement.outcomeAt, finding: one.finding(of: agreement))
    }
  }
}

extension FindingFacts.Imported {
  fileprivate init?(_ one: FindingCase) {
    guard let names = one.assessability.importedTypes else { return nil }
    batches = one.assessability.batchIDs
    types = names.intersection(FindingCode.askedTypes).sorted()
  }
}

extension Finding {
  /// Whether it lasts, or lasted for longer.
  fileprivate func isLongerThan(_ limit: Int64) -> Bool {
    details.until == nil || (details.seconds ?? 0) > limit
  }
}
