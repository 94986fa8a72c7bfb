import CasefileModel
import CasefileProjections
import Testing

@Suite("Findings about the outcome")
struct FindingOutcomeTests {
  private func closed(
    confirmed by: String?, message: String? = "m-9", kind: CloseKind = .confirmed,
    closer: Actor = .anna, more: (inout FindingDesk) -> Void = { _ in }
  ) -> FindingDesk {
    var desk = FindingDesk()
    desk.add(ResolutionProposed(), at: 10)
    if let by {
      desk.add(
        CloseConfirmed(confirmedBy: by, messageId: message, authority: .client), at: 20,
        by: .client)
    }
    more(&desk)
    desk.add(TicketClosed(kind: kind), at: 30, by: closer)
    return desk
  }

  @Test("Confirmed by the client is no finding, and shown by its event")
  func confirmed() throws {
    let answer = try closed(confirmed: "c-9").answer(.closedWithoutConfirmation)
    #expect(answer == .notFound([Position(3), Position(4)]))
    #expect(try FindingDesk().answer(.closedWithoutConfirmation) == .notFound([]))
  }

  @Test("Stated as confirmed, and not confirmed, by another one, or shown by nothing")
  func unconfirmed() throws {
    func why(_ desk: FindingDesk) throws -> String? {
      try desk.found(.closedWithoutConfirmation).first?.details.word
    }
    #expect(try why(closed(confirmed: nil)) == "noConfirmation")
    #expect(try why(closed(confirmed: "c-1")) == "notEntitled")
    #expect(try why(closed(confirmed: "c-9", message: nil)) == "withoutEvidence")
    #expect(
      try why(closed(confirmed: "c-9") { $0.add(CloseRejected(by: "c-9"), at: 25, by: .client) })
        == "rejected")
    // A person who was authorised by then may confirm.
    #expect(
      try why(
        closed(confirmed: "c-1") {
          $0.add(
            TicketParticipantAdded(role: .authorisedConfirmer, personId: "c-1"), at: 5)
        }) == nil)
    #expect(try closed(confirmed: nil).found(.closedWithoutConfirmation).map(\.agent) == ["a-1"])
  }

  @Test("A merge, a withdrawal and a rule's close want no confirmation; an import may not tell")
  func excused() throws {
    #expect(
      try closed(confirmed: nil, kind: .autoClose, closer: .rule)
        .answer(.closedWithoutConfirmation) == .notFound([]))
    #expect(
      try closed(confirmed: nil) {
        $0.add(CloseRequested(reason: "gone", byRole: .client), at: 25, by: .client)
      }.answer(.closedWithoutConfirmation) == .notFound([]))
    #expect(
      try closed(confirmed: nil, closer: Actor(.importer, "i")).answer(.closedWithoutConfirmation)
        == .notAssessable(.closeUnclear))
  }

  @Test(
    "A rule closes, or whoever says that a rule did",
    arguments: [
      (CloseKind.autoClose, Actor.anna, 1), (.autoClose, .rule, 1), (.agentUnconfirmed, .rule, 1),
      (.agentUnconfirmed, .anna, 0),
    ])
  func automatic(kind: CloseKind, actor: Actor, count: Int) throws {
    let found = try closed(confirmed: nil, kind: kind, closer: actor).found(.automaticClose)
    #expect(found.count == count && found.allSatisfy { $0.agent == "a-1" })
  }

  @Test("Each reopening is one, with the end that it takes back and who held the ticket then")
  func reopened() throws {
    var desk = closed(confirmed: nil)
    #expect(try desk.answer(.reopened) == .notFound([]))
    desk.add(TicketAssigned(agentId: "a-2", mode: .take), at: 60, by: .boris)
    desk.add(TicketReopened(byRole: .client), at: 90, by: .client)
    let id = desk.add(TicketReopened(), at: 95)
    let found = try desk.found(.reopened)
    #expect(found.map { $0.positions.map(\.rawValue) } == [[3, 5], [3, 6]])
    #expect(found[0].agent == "a-1" && found[0].details.seconds == 3_600)
    #expect(try desk.found(.reopened, at: 94).count == 1)
    desk.add(EventRetracted(targetEventId: id), at: 100)
    #expect(try desk.found(.reopened).count == 1)
  }

  @Test(
    "Of a ticket that is not there a link tells by its own days whether it is repeated",
    arguments: [(7, true, 1), (8, true, 0), (0, nil, 1), (1, false, 0), (nil, true, 0)]
      as [(Int64?, Bool?, Int)])
  func repeats(days: Int64?, same: Bool?, count: Int) throws {
    var desk = FindingDesk()
    desk.add(
      TicketFollowUpLinked(previousTicket: "6", daysSinceClose: days, sameTopic: same), at: 5)
    #expect(try desk.found(.repeatContact).count == count)
  }

  @Test(
    "An agreement that is broken, overdue or kept late; at its instant it is kept",
    arguments: [
      ("broken", 90.0, "broken"), ("kept", 100.0, nil), ("kept", 101.0, "late"),
      ("open", 0.0, "overdue"),
    ] as [(String, Double, String?)])
  func agreements(outcome: String, minutes: Double, word: String?) throws {
    var desk = FindingDesk()
    desk.add(
      TicketAgreementRecorded(
        agreementId: "g", text: "a call", promisedBy: "a-1", promisedTo: "c-9",
        dueAt: TicketCase.at(100)), at: 10)
    if outcome == "broken" { desk.add(TicketAgreementBroken(agreementId: "g"), at: minutes) }
    if outcome == "kept" { desk.add(TicketAgreementFulfilled(agreementId: "g"), at: minutes) }
    let found = try desk.found(.agreementNotKept)
    #expect(found.map(\.details.word) == [word].filter { $0 != nil })
    #expect(found.allSatisfy { $0.agent == "a-1" && $0.details.other == "g" })
    if outcome == "open" { #expect(try desk.found(.agreementNotKept, at: 100) == []) }
  }

  @Test("No authority or missing information as the cause, and nothing else")
  func causes() throws {
    var desk = FindingDesk()
    desk.add(SLABreachExplained(clock: "resolution", causeCode: .overload), at: 5)
    #expect(try desk.answer(.statedCause) == .notFound([]))
    desk.add(SLABreachExplained(clock: "resolution", causeCode: .noAuthority), at: 6)
    desk.add(
      CauseStated(causeId: "x", code: .missingInfoFromCustomer, agentId: "a-2"), at: 7)
    let found = try desk.found(.statedCause)
    #expect(found.map(\.details.word) == ["noAuthority", "missingInfoFromCustomer"])
    #expect(found.map(\.agent) == ["a-1", "a-2"])
  }

  @Test("Closed in bulk, as it is stated", arguments: [(CloseKind.bulk, 1), (.unresolved, 0)])
  func bulk(kind: CloseKind, count: Int) throws {
    #expect(try closed(confirmed: nil, kind: kind).found(.bulkClose).count == count)
  }

  // MARK: Rules

  @Test("What a rule set does not say is built in; a code may have its own limit or be off")
  func rules() throws {
    #expect(FindingRules.builtIn.version == 0 && FindingRules.builtIn.ruleSet == nil)
    let rules = FindingRules(
      RuleSetPublished(
        ruleSetId: "rs",
        rules: [
          FindingRule(ruleId: "noResponsible", thresholds: ["noHolderMinutes": 5]),
          FindingRule(ruleId: "reopened", isOff: true), FindingRule(ruleId: "mood"),
        ], thresholds: ["noHolderMinutes": 30, "unansweredHours": -1, "colour": 3], version: 4))
    #expect(rules.value(.noHolderMinutes) == 30)
    #expect(rules.value(.noHolderMinutes, for: .noResponsible) == 5)
    #expect(rules.value(.unansweredHours) == 72)
    #expect(rules.unused == ["colour", "mood", "unansweredHours"])
    let desk = FindingDesk(takenAt: 6)
    #expect(try desk.found(.noResponsible) == [])
    #expect(try desk.found(.noResponsible, rules: rules).count == 1)
    #expect(try desk.answer(.reopened, rules: rules) == .notAssessable(.switchedOff))
    #expect(try desk.findings(rules: rules).rules.version == 4)
  }

  @Test("The rules in force are those with the latest beginning by then, as far as known")
  func inForce() {
    var events = TicketCase()
    func publish(_ version: Int64, from: Double?, at: Double) -> EventID {
      events.add(
        RuleSetPublished(
          ruleSetId: "rs", version: version, effectiveFrom: from.map { TicketCase.at($0) }),
        at: at, stream: "ruleSet/rs")
    }
    _ = publish(1, from: nil, at: 10)
    _ = publish(2, from: 100, at: 20)
    let third = publish(3, from: 100, at: 30)
    func version(_ minutes: Double, _ knownAt: KnownAt? = nil) -> Int64 {
      FindingRules(events: events.stored(), at: TicketCase.at(minutes), knownAt: knownAt).version
    }
    #expect(version(9) == 0 && version(10) == 1 && version(99) == 1)
    // Of equal beginnings the one that was published last.
    #expect(version(100) == 3)
    #expect(version(100, .position(Position(1))) == 2)
    events.add(EventRetracted(targetEventId: third), at: 40, stream: "ruleSet/rs")
    #expect(version(100) == 2)
  }

  @Test("All codes have an answer, the same however the events were appended")
  func allCodes() throws {
    var desk = closed(confirmed: nil)
    desk.add(TicketReopened(), at: 40)
    desk.add(TicketAssigned(agentId: "a-2", mode: .give), at: 50)
    let findings = try desk.findings()
    #expect(findings.answers.map(\.code) == FindingCode.allCases)
    let stored = desk.events.stored(order: [4, 2, 0, 5, 1, 3])
    let other = try #require(
      TicketHistory(events: stored).findings(at: TicketCase.at(50_000), rules: .builtIn))
    // Without a book clocks are not assessable, with an empty one neither.
    #expect(other.findings.map(\.code) == findings.findings.map(\.code))
    #expect(other.findings.map(\.at) == findings.findings.map(\.at))
  }
}
