import Casefile
import CasefileModel
import CasefileProjections
import Testing

@testable import CasefileCommands

/// Every word and every sentence of lists, agents, clients and duty, in both languages.
@Suite("Phrases")
struct PhraseTests {
  private func latin(_ text: String) -> String {
    String(
      text.unicodeScalars.filter { ("a"..."z").contains($0) || ("A"..."Z").contains($0) }
        .map(Character.init))
  }

  /// All that a language says by labels, in one order.
  private func labels(_ phrases: any Phrases) -> [String] {
    var labels = HeadLabel.allCases.map { phrases.label($0) }
    labels += AuditLabel.allCases.map { phrases.label($0) }
    labels += AgentLabel.allCases.map { phrases.label($0) }
    labels += ClientLabel.allCases.map { phrases.label($0) }
    labels += TableColumn.allCases.map { phrases.label($0) }
    labels += DeadlineColumn.allCases.map { phrases.label($0) }
    labels += PolicyColumn.allCases.map { phrases.label($0) }
    labels += PolicyField.allCases.map { phrases.label($0) }
    labels += (0..<7).map { phrases.weekday($0) }
    labels += ClockReviews.Reason.allCases.map { phrases.notAssessable($0, nil) }
    labels += DeadlineShade.allCases.map { phrases.caption($0) }
    return labels
  }

  private let outcomes: [AgentEntry.OfferOutcome] = [
    .open, .accepted, .declined, .expired, .lapsed, .replaced, .forced, .moot,
  ]
  private let standings: [AgentDuty.Standing] = [
    .onDuty(by: Position(1)), .offShift, .absent(by: Position(2)), .unknown,
  ]

  /// An entry with everything that there can be of it.
  private func full(_ kind: AgentEntry.Kind) -> [AgentEntryPhrase] {
    var phrase = AgentEntryPhrase(kind: kind)
    let bare = phrase
    phrase.by = "1"
    phrase.other = "2"
    phrase.mode = "3"
    phrase.acceptedBy = "4"
    phrase.offeredAt = "5"
    phrase.reason = "6"
    phrase.hasSummary = false
    phrase.gap = "7"
    phrase.outcomeAt = "8"
    phrase.outcomePosition = "#9"
    phrase.contact = "10"
    phrase.channel = "11"
    phrase.talked = "12"
    phrase.shift = "13"
    phrase.absence = "14"
    phrase.clock = "15"
    phrase.standing = "16"
    phrase.openTickets = "17"
    phrase.unhandedTickets = "18"
    let kinds: [TicketState.Handoff.Kind] = [.acknowledged, .forced, .bare, .indirect]
    return [bare]
      + outcomes.map { outcome in
        var phrase = phrase
        phrase.outcome = outcome
        return phrase
      }
      + kinds.map { kind in
        var phrase = phrase
        phrase.handoffKind = kind
        return phrase
      }
  }

  private func said(_ phrases: any Phrases) -> [String] {
    var texts = AgentEntry.Kind.allCases.flatMap { kind in
      full(kind).map(phrases.entry) + [phrases.kind(kind)]
    }
    for standing in standings {
      let word = phrases.standing(standing.kind)
      texts += [
        phrases.dutyPart(word, from: "1", duration: "2"),
        phrases.heldAtBreach(
          by: "3", standing: word, offer: phrases.offered(to: "4", since: "5")),
        phrases.standing(word, by: "#6", at: "7", hasShifts: false),
      ]
    }
    for outcome in outcomes {
      texts.append(
        phrases.openOffer(
          to: nil, toGroup: nil, since: "1", until: "2", outcome: phrases.outcome(outcome)))
    }
    var counts = AgentHistory.Counts()
    counts.touches = 2
    let change = ChangePhrase(before: "1", after: "2", isApplied: false)
    let kinds: [ResponsibilityFlow.Kind] = [.direct, .indirect, .group]
    texts += kinds.flatMap { [phrases.flowTitle(1, $0), phrases.flowTitle(5, $0)] }
    return texts + [
      phrases.heldAtBreach(by: nil, standing: "1", offer: nil), phrases.statedHolder("1"),
      phrases.unattended("1", offeredTo: phrases.anybody), phrases.agentContacts(counts),
      phrases.agentTitle("1", names: ["2"]), phrases.agents(2), phrases.agentLegend,
      phrases.period(since: "1", until: "2") ?? "", phrases.registered(nil, left: "1"),
      phrases.presence("1", since: "2", position: "#3"), phrases.ticketsHeld(1, open: 2),
      phrases.more("1", 2), phrases.timesAssigned(2, modes: phrases.modeNotStated),
      phrases.inAndOut((1, " (2)"), (3, " (4)")),
      phrases.dutyUnknown, phrases.indirectly(in: 1, out: 2),
      phrases.heldTotals("1", parts: ["2"], unattended: "3"), phrases.breaches(0, away: 0),
      phrases.breaches(2, away: 1), phrases.unhanded("1", tickets: "2"), phrases.noEntries,
      phrases.dayOfEntries(1, tickets: 2, kinds: "3"), phrases.within("1"),
      phrases.auditTitle("1"), phrases.proof(since: "1", imported: 2, of: 3),
      phrases.counts(
        AuditCounts(all: 5, corrected: 1, retracted: 1, contradicting: 1, unreadable: 1)),
      phrases.lateness(limit: "1", late: 2, inTime: 3, unknown: 4), phrases.writtenLate("1"),
      phrases.correctedField("1", by: "#2", "3", recorded: "4", change),
      phrases.corrects("1", of: nil, change), phrases.retracts(nil, isInForce: false),
      phrases.changesNothing(retractedBy: "#1"), phrases.unreadableEvent, phrases.lapsed("1"),
      phrases.clientTitle("1", name: "2"), phrases.mergedInto("1"),
      phrases.ticketCounts(4, open: 1, closed: 2),
      phrases.openTicket("1", status: "2", holder: nil, opened: "3"),
      phrases.clientContacts(messages: 1, calls: 2, chats: 5),
      phrases.shownEvents(1, of: 2, period: "3"),
      phrases.identity(
        IdentityPhrase(
          kind: nil, address: nil, channel: "1", isVerified: true, formerClient: "2",
          removedAt: "3")),
      phrases.promised("1", text: nil, at: "2", by: "3", due: "4"),
      phrases.clientMark(
        ClientMarkPhrase(
          kind: nil, score: nil, scaleMin: 1, scaleMax: 5, at: "1", place: "2", agent: "3",
          withdrawnAt: "4")),
      phrases.foundByAddress, phrases.runOfPlace("1", count: 2, kinds: "3"),
      phrases.nobodyFound, phrases.candidates(2), phrases.noKnownClient, phrases.foundAs("1"),
      phrases.foundBy([
        .id, .phone, .email, .name, .account, .contract, .call, .message, .participant,
      ]), phrases.candidateTickets(5, open: 1), phrases.seen("1", "2"), phrases.matches(0),
      phrases.matches(3), phrases.countOfTickets(3),
      phrases.noTickets(phrases.nothingBy("1", began: "2")),
    ]
  }

  private func saidOfDeadlines(_ phrases: any Phrases) -> [String] {
    let events: [ClockEvent] = ClockEvent.names.compactMap { ClockEvent(name: $0.0) }
    let reasons: [ClockVerdict.CancelReason] = [
      .closed, .merged, .deleted, .resolved, .policyRestart, .policyChanged, .policyDetached,
    ]
    let whys: [DeadlineSpan.Why] =
      events.flatMap { [.started($0), .stopped($0)] } + reasons.map { .cancelled($0) }
      + [.paused([.client, .vendor]), .resumed, .retargeted, .restarted, .reopened]
    return whys.map(phrases.why) + [
      phrases.hypothetical, phrases.deadlinesTitle("1", at: "2"),
      phrases.governed(by: "1", version: 2), phrases.ungoverned,
      phrases.zoneData(nil, sha256: nil), phrases.zoneData("1", sha256: nil),
      phrases.unknownPolicy("1", position: "#2"), phrases.clock("1", 2, "3"),
      phrases.underLastTarget("1"),
      phrases.terms(policy: "1", version: 2, calendar: nil, calendarVersion: nil),
      phrases.terms(policy: "1", version: 2, calendar: "3", calendarVersion: nil),
      phrases.terms(policy: "1", version: 2, calendar: "3", calendarVersion: 4),
      phrases.progress(started: "1", position: "#2", target: "3", used: "4"),
      phrases.due(nil, isPaused: true), phrases.due(nil, isPaused: false),
      phrases.due("1", isPaused: false), phrases.ended("1", position: "#2"),
      phrases.missed("1", policy: "2", version: 3, byNewTarget: true),
      phrases.overrun(business: "1", wall: "2"), phrases.observed("#1"),
      phrases.hadStopped("1", position: "#2", verdict: "3", after: "4"),
      phrases.putDown(to: nil, position: "#1"), phrases.byHolder(["1", phrases.unassigned]),
      phrases.dueMark, phrases.listed("1", "2", "3", due: "4", used: "5"),
      phrases.used("1", of: "2"), phrases.noDeadlines,
    ]
  }

  @Test("Every label and every sentence is there in both languages, and Russian has no English")
  func complete() {
    func all(_ phrases: any Phrases) -> [String] {
      labels(phrases) + said(phrases) + saidOfDeadlines(phrases)
    }
    let english = all(EnglishPhrases())
    let russian = all(RussianPhrases())
    #expect(english.count == russian.count)
    for (left, right) in zip(english, russian) {
      #expect(!left.isEmpty && !right.isEmpty, "\(left) – \(right)")
      #expect(latin(right).isEmpty, "\(right)")
      // What is a figure in one language is one in the other.
      let figures = { (text: String) in Set(text.split { !$0.isNumber }.map(String.init)) }
      #expect(figures(left).subtracting(["0"]) == figures(right).subtracting(["0"]), "\(left)")
    }
  }

  @Test("Each field of a state that an audit compares has a Russian name")
  func stateFields() throws {
    let audit = TicketAudit(try Lines.view(TicketTextTests.story))
    let fields = Set(audit.entries.flatMap { $0.changes.map(\.field) })
    #expect(fields.count > 10)
    for field in fields where !field.contains(".") {
      #expect(latin(RussianPhrases().stateField(field)).isEmpty, "\(field)")
    }
  }
}
