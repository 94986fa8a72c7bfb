import CasefileModel
import CasefileProjections
import Testing

@Suite("Agreements on client companies' reports")
struct ClientAgreementTests {
  private static func agreement(
    _ change: (inout ReportAgreementRecorded) -> Void = { _ in }
  ) -> ReportAgreementRecorded {
    var agreement = ReportAgreementRecorded(
      reportId: "acme", customerId: "co-1",
      columns: ["ticket", "openedAt", "callAt", "callLength", "subject"],
      filters: #"{"channel": ["phone", "email"], "tag": "vip"}"#, period: "P1M", version: 3,
      timeZone: "Europe/Moscow", language: "ru-RU",
      wording: [
        ReportWording(column: "openedAt", language: "ru", heading: "Поступила"),
        ReportWording(column: "openedAt", language: "en-GB", heading: "Came in"),
      ], cuts: ["topic", "month"], paymentBasis: .perMinute, purposes: ["texts"])
    change(&agreement)
    return agreement
  }

  @Test("What was agreed is read field by field")
  func read() throws {
    let read = try ClientAgreement(Self.agreement())
    #expect(read.ticketColumns == [.ticket, .openedAt, .subject])
    #expect(read.callColumns == [.callAt, .callLength])
    #expect(read.cuts == [.topic, .month] && read.purposes == [.texts])
    #expect(read.filters == [.channel: ["phone", "email"], .tag: ["vip"]])
    #expect(read.heading(of: .openedAt, in: "ru") == "Поступила")
    #expect(read.heading(of: .openedAt, in: "en") == "Came in")
    #expect(read.heading(of: .ticket, in: "en") == nil)
    #expect(read.language == "ru" && read.period == ClientPeriod("P1M"))
  }

  /// Contracts of co-1, and whether they let texts and people be passed on 100 seconds after the epoch.
  static let contracts: [([ContractPublished], Bool)] = [
    ([], true),
    ([contract()], true), ([contract(["support"])], false), ([contract(["texts"])], false),
    ([contract(["texts", "people"])], true), ([contract(["staff"], company: "co-2")], true),
    ([contract(["staff"], from: 101)], true), ([contract(["staff"], from: 100)], false),
    ([contract(["staff"], to: 100)], true), ([contract(["staff"], to: 101)], false),
    // Of one contract the version in force counts, of several all.
    ([contract(["staff"]), contract(["texts", "people"], from: 50)], true),
    ([contract(["texts", "people"]), contract(["staff"], from: 50)], false),
    ([contract(["texts"]), contract(["people"], id: "K-2")], true),
    ([contract(["texts"]), contract([], id: "K-2")], false),
  ]

  private static func contract(
    _ purposes: [String] = [], company: String = "co-1", from: Int64 = 0, to: Int64? = nil,
    id: String = "K-1"
  ) -> ContractPublished {
    ContractPublished(
      contractId: id, companyId: company, purposes: purposes,
      effectiveFrom: Timestamp(seconds: from), effectiveTo: to.map { Timestamp(seconds: $0) })
  }

  @Test("No more is passed on than contracts in force cover", arguments: contracts)
  func covered(contracts: [ContractPublished], isCovered: Bool) throws {
    let agreed = try ClientAgreement(Self.agreement { $0.purposes = ["people", "texts"] })
    let project = try ClientAgreement(
      Self.agreement {
        $0.purposes = ["people", "texts"]
        $0.customerId = nil
        $0.projectId = "pr-1"
      })
    var events = TicketCase()
    for contract in contracts {
      events.add(contract, at: 0, stream: "contract/\(contract.contractId)")
    }
    events.add(
      ProjectRegistered(projectId: "pr-1", name: "One", companyId: "co-1"), at: 0,
      stream: "project/pr-1")
    let purposes = ContractPurposes(events: events.stored(), at: Timestamp(seconds: 100))
    for agreement in [agreed, project] {
      var error: ClientAgreementError?
      do { try purposes.check(agreement) } catch let found { error = found }
      #expect(error?.code == (isCovered ? nil : .notInContract))
    }
    // Who passes nothing on needs no cover.
    try purposes.check(
      ClientAgreement(
        ReportAgreementRecorded(reportId: "acme", customerId: "co-1", columns: ["ticket"])))
  }

  /// Each mistake, its code, and what its sentence names.
  static let mistakes:
    [(ClientAgreementError.Code, String, @Sendable (inout ReportAgreementRecorded) -> Void)] = [
      (.noCustomer, "projectId", { $0.customerId = nil }),
      (.noColumns, "columns is empty", { $0.columns = [] }),
      (.unknownColumn, "columns[5] is “agnt”; is it agent?", { $0.columns.append("agnt") }),
      (.unknownColumn, "“ticket”, which stands there twice", { $0.columns.append("ticket") }),
      // What is internal is no column under any name.
      (.unknownColumn, "columns[5] is “note”", { $0.columns.append("note") }),
      (.unknownCut, "cuts[0] is “agent”", { $0.cuts = ["agent"] }),
      (.unknownCut, "“day”, which stands there twice", { $0.cuts = ["day", "day"] }),
      (.unknownPurpose, "purposes[1] is “fun”", { $0.purposes.append("fun") }),
      (.notCovered, "columns[4] is subject, which needs “texts”", { $0.purposes = [] }),
      (.notCovered, "agent, which needs “staff”", { $0.columns.append("agent") }),
      (.notCovered, "callClient, which needs “people”", { $0.columns.append("callClient") }),
      (.notCovered, "cuts has client", { $0.cuts = ["client"] }),
      (.notCovered, "filters has client", { $0.filters = #"{"client": "c-1"}"# }),
      (
        .callLengthWithheld, "callLength and paymentBasis is perCall",
        { $0.paymentBasis = .perCall }
      ),
      (
        .callLengthWithheld, "callTalk and paymentBasis is perCall",
        {
          $0.paymentBasis = .perCall
          $0.columns = ["callAt", "callTalk"]
          $0.wording = []
        }
      ),
      (
        .callLengthMissing, "no callLength",
        {
          $0.columns = ["callAt", "callTalk"]
          $0.wording = []
        }
      ),
      (.paymentNotStated, "state perMinute or flat", { $0.paymentBasis = nil }),
      (
        .paymentNotStated, "state perMinute or flat",
        { $0.paymentBasis = PaymentBasis(rawValue: 99) }
      ),
      (
        .invalidWording, "wording[0] is of “agent”, which is not among columns",
        { $0.wording = [ReportWording(column: "agent", language: "en", heading: "Who")] }
      ),
      (
        .invalidWording, "wording[0].heading has 2 characters",
        { $0.wording = [ReportWording(column: "ticket", language: "en", heading: "  ")] }
      ),
      (
        .invalidWording, "wording[0].heading has 81 characters",
        {
          $0.wording = [
            ReportWording(
              column: "ticket", language: "en", heading: String(repeating: "x", count: 81))
          ]
        }
      ),
      (
        .invalidWording, "a second heading in ru",
        {
          $0.wording.append(ReportWording(column: "openedAt", language: "ru-RU", heading: "Дата"))
        }
      ),
      (
        .unknownLanguage, "wording[0].language is “de”",
        { $0.wording = [ReportWording(column: "ticket", language: "de", heading: "Fall")] }
      ),
      (.unknownLanguage, "language is “fr”", { $0.language = "fr" }),
      (.invalidFilter, "filters is no object", { $0.filters = "[1]" }),
      (.invalidFilter, "filters[0] is “agent”", { $0.filters = #"{"agent": "a-1"}"# }),
      (.invalidFilter, "filters[0] is “month”", { $0.filters = #"{"month": "2026-03"}"# }),
      (.invalidFilter, "filters.topic has no key", { $0.filters = #"{"topic": []}"# }),
      (.invalidFilter, "filters.topic has", { $0.filters = #"{"topic": [7]}"# }),
      (.invalidPeriod, "period is “monthly”", { $0.period = "monthly" }),
      (.invalidPeriod, "period is “P0D”", { $0.period = "P0D" }),
      (.invalidPeriod, "period is “P1M2D”", { $0.period = "P1M2D" }),
    ]

  @Test(
    "What can't be obeyed is refused, with the field and its value",
    arguments: ClientAgreementTests.mistakes.indices)
  func refuses(_ index: Int) throws {
    let (code, words, change) = Self.mistakes[index]
    let error = #expect(throws: ClientAgreementError.self) {
      _ = try ClientAgreement(Self.agreement(change))
    }
    #expect(error?.code == code, "\(words): \(error?.message ?? "")")
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test(
    "A heading of 80 characters, no purposes where none are needed, and a project alone will do")
  func edges() throws {
    let words = String(repeating: "я", count: 80)
    _ = try ClientAgreement(
      Self.agreement {
        $0.wording = [ReportWording(column: "ticket", language: "ru", heading: words)]
      })
    let project = try ClientAgreement(
      Self.agreement {
        $0.customerId = nil
        $0.projectId = "pr-1"
        $0.columns = ["ticket"]
        $0.wording = []
        $0.paymentBasis = nil
        $0.purposes = []
        $0.filters = nil
        $0.period = nil
      })
    #expect(project.project == "pr-1" && project.period == nil)
    #expect(project.isOfCustomer("c-9", [:]))
    let flat = try ClientAgreement(Self.agreement { $0.paymentBasis = .flat })
    #expect(flat.columns.contains(.callLength))
  }

  @Test("Whose a client is, is told by the registration")
  func customer() throws {
    let read = try ClientAgreement(Self.agreement { $0.filters = nil })
    let companies = ["c-1": "co-1", "c-2": "co-2"]
    #expect(read.isOfCustomer("c-1", companies) && read.isOfCustomer("co-1", companies))
    #expect(!read.isOfCustomer("c-2", companies) && !read.isOfCustomer("c-3", companies))
    #expect(!read.isOfCustomer(nil, companies))
  }

  // MARK: Calls

  @Test("A call is what its events tell together")
  func calls() throws {
    var ticket = TicketCase()
    ticket.add(CallOffered(callId: "k-1", direction: .inbound, clientId: "c-1"), at: 0)
    ticket.add(CallOffered(callId: "k-2", direction: .outbound), at: 1)
    ticket.add(CallAnswered(callId: "k-1", agentId: "a-1"), at: 2)
    ticket.add(CallAnswered(callId: "k-2", agentId: "a-2", waitSeconds: 9), at: 3)
    ticket.add(
      CallEnded(
        callId: "k-1", talkSeconds: 125, holdSeconds: 5, outcome: .resolved, topicId: "lamps"),
      at: 6)
    ticket.add(CallEnded(callId: "k-2", talkSeconds: -1, outcomeCode: "X7"), at: 7)
    ticket.add(CallAbandoned(callId: "k-3", waitSeconds: 40), at: 8)
    // Without an id each event is a call of its own.
    ticket.add(CallEnded(talkSeconds: 10), at: 9)
    ticket.add(CallEnded(holdSeconds: 10), at: 10)
    let calls = CallRecord.records(ticket.history.entries())
    #expect(calls.map(\.id) == ["k-1", "k-2", "k-3", nil, nil])
    #expect(calls.map(\.at) == [0, 1, 8, 9, 10].map { TicketCase.at($0) })
    #expect(calls.map(\.lengthSeconds) == [130, 240, 0, 10, nil])
    #expect(calls.map(\.countedAt) == [6, 7, 8, 9, 10].map { TicketCase.at($0) })
    #expect(calls.map(\.talkSeconds) == [125, nil, nil, 10, nil])
    // From the offer to the answer; a call of the desk's own waits for the client.
    #expect(calls.map(\.waitSeconds) == [120, nil, 40, nil, nil])
    #expect(calls.map(\.outcome) == ["resolved", "X7", "abandoned", nil, nil])
    #expect(calls.map(\.agent).prefix(2) == ["a-1", "a-2"])
    #expect(calls[0].client == "c-1" && calls[0].topic == "lamps")
    let hidden = CallRecord.records(
      ticket.history.entries(), without: Set([2, 4].map { Position($0) }))
    #expect(hidden[0].lengthSeconds == nil && hidden[0].agent == nil)
    #expect(CallRecord.records([]).isEmpty)
  }

  @Test("A call that several answered one after the other is as long as all of them spoke")
  func transferred() throws {
    var ticket = TicketCase()
    func call() throws -> CallRecord {
      try #require(CallRecord.records(ticket.history.entries()).first)
    }
    ticket.add(CallOffered(callId: "k", direction: .inbound), at: 0)
    ticket.add(CallAnswered(callId: "k", agentId: "a-1", waitSeconds: 10), at: 1)
    // Without an end it lasts no more a day after the last that is known of it.
    #expect(try call().countedAt == TicketCase.at(1_441) && call().lengthSeconds == nil)
    ticket.add(CallEnded(callId: "k", talkSeconds: 300, outcome: .transferred), at: 6)
    #expect(try call().countedAt == TicketCase.at(6) && call().lengthSeconds == 300)
    // Told twice it is the same end.
    ticket.add(
      CallEnded(callId: "k", talkSeconds: 301, holdSeconds: 1, outcome: .transferred), at: 6)
    #expect(try call().lengthSeconds == 302)
    ticket.add(CallAnswered(callId: "k", agentId: "a-2", waitSeconds: 305), at: 6)
    #expect(try call().countedAt == TicketCase.at(1_446) && call().lengthSeconds == nil)
    ticket.add(CallEnded(callId: "k", outcome: .resolved), at: 16)
    // Of the second one the answer and the end tell it.
    let whole = try call()
    #expect(whole.lengthSeconds == 902 && whole.talkSeconds == 301 && whole.holdSeconds == 1)
    #expect(whole.outcome == "resolved" && whole.waitSeconds == 10 && whole.agent == "a-2")
    #expect(whole.at == TicketCase.at(0) && whole.countedAt == TicketCase.at(16))
    // Sums that no number holds are the greatest one.
    ticket.add(CallAnswered(callId: "k", agentId: "a-3"), at: 17)
    ticket.add(CallEnded(callId: "k", talkSeconds: .max, holdSeconds: .max), at: 18)
    #expect(try call().lengthSeconds == .max && call().talkSeconds == .max)
  }

  @Test("Passed on without an end of its own a call goes on, and its end tells all of it")
  func passedOn() throws {
    func call(talk: Int64?) throws -> CallRecord {
      var ticket = TicketCase()
      ticket.add(CallOffered(callId: "k", direction: .inbound), at: 0)
      ticket.add(CallAnswered(callId: "k", agentId: "a-1"), at: 1)
      ticket.add(CallTransferred(callId: "k", toAgent: "a-2"), at: 5)
      ticket.add(CallAnswered(callId: "k", agentId: "a-2"), at: 6)
      ticket.add(CallEnded(callId: "k", talkSeconds: talk), at: 16)
      return try #require(CallRecord.records(ticket.history.entries()).first)
    }
    #expect(try call(talk: 830).lengthSeconds == 830 && call(talk: 830).agent == "a-2")
    #expect(try call(talk: nil).lengthSeconds == 900)
  }

  @Test(
    "A call that nobody answered lasted no time; of another without an end nothing is known",
    arguments: [
      (CallOutcome.noAnswer, 0), (.busy, 0), (.voicemail, 0), (.failed, 0), (.resolved, nil),
    ] as [(CallOutcome, Int64?)])
  func unanswered(outcome: CallOutcome, seconds: Int64?) throws {
    var ticket = TicketCase()
    ticket.add(CallOffered(callId: "k", direction: .outbound), at: 0)
    ticket.add(CallEnded(callId: "k", outcome: outcome), at: 1)
    let call = try #require(CallRecord.records(ticket.history.entries()).first)
    #expect(call.lengthSeconds == seconds)
  }
}
