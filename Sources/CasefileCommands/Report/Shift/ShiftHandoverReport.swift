import ArgumentParser
import Casefile
import CasefileModel
import CasefileProjections

/// `casefile report run shift-handover`.
struct ShiftHandoverReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shift-handover",
    abstract:
      "Tell what the next shift takes over: open tickets, offers, and what nobody answered.",
    discussion: """
      Of a group, or of the whole desk, at an instant. Without --as-of it is the moment of what was \
      recorded last. What is overdue or due next stands first.

      Example:
        casefile report run shift-handover --group gr-billing --as-of 2026-03-20T15:00:00Z --store ./desk
      """)

  @OptionGroup var form: ReportFormOptions
  @OptionGroup var zones: ZoneDataOptions
  @Option(help: ArgumentHelp("Only tickets that this group has.", valueName: "id"))
  var group: String?

  func run() async throws {
    try await form.run { question in
      var desk = ShiftHandover(group: group)
      try desk.read(question, zones.directory)
      return desk.report(question)
    }
  }
}

/// What is under way at an instant.
struct ShiftHandover {
  /// A ticket that is open, and the deadline that passes next.
  struct OpenTicket {
    let state: TicketState
    var overdueCount = 0
    var next: (clock: ClockName, due: Timestamp)?
  }

  /// What nobody answered, or was left behind.
  static let codes: Set<FindingCode> = [
    .handoffUnacknowledged, .handoffExpired, .absentWithoutHandoff, .leftAtShiftEnd,
  ]

  let group: String?
  private(set) var tickets: [OpenTicket] = []
  private(set) var findings: [Finding] = []
  private var duties: [String: AgentDuty] = [:]
  private var names = NameBook()
  private var now = Timestamp(seconds: 0)

  init(group: String?) { self.group = group }

  /// Reads the store at the moment of a question.
  mutating func read(_ question: ReportQuestion, _ zones: ZoneDirectory) throws {
    let (store, knownAt) = (question.store, question.knownAt)
    now = question.now
    var filter = TicketFilter()
    filter.group = group
    var places: [String: Int] = [:]
    var firsts: [Position] = []
    try store.tickets(filter, asOf: now, knownAt: knownAt) { summary in
      guard summary.state.isOpen else { return true }
      places[summary.ticket] = tickets.count
      firsts.append(summary.firstPosition)
      tickets.append(OpenTicket(state: summary.state))
      return true
    }
    let book = try store.deadlineBook(knownAt: knownAt, zones: zones)
    try store.clockOutcomes(at: now, knownAt: knownAt, book: book, of: firsts) { outcomes in
      guard let ticket = outcomes.first?.ticket, let place = places[ticket] else { return true }
      for outcome in outcomes { tickets[place].add(outcome) }
      return true
    }
    DeadlineNotes.report(book)
    let rules = try store.findingRules(at: now, knownAt: knownAt)
    let context = try store.findingContext(knownAt: knownAt, codes: Self.codes, zones: zones)
    try store.findings(
      at: now, knownAt: knownAt, rules: rules, context: context, codes: Self.codes,
      onlyFound: true, of: firsts
    ) { found in
      findings += found.findings.filter { $0.ticket.map { places[$0] != nil } ?? false }
      return true
    }
    duties = try store.agentDuties(knownAt: knownAt)
    names = try People(store, knownAt: knownAt).names(of: people)
  }

  private var people: Set<People.Key> {
    var keys: Set<People.Key> = []
    for state in tickets.map(\.state) {
      let agents = [state.assignee, state.openOffer?.from, state.openOffer?.toAgent]
      let groups = [state.group, state.openOffer?.toGroup]
      keys.formUnion(agents.compactMap { $0.map { .agent($0) } })
      keys.formUnion(groups.compactMap { $0.map { .group($0) } })
    }
    keys.formUnion(findings.compactMap { $0.agent.map { .agent($0) } })
    if let group { keys.insert(.group(group)) }
    return keys
  }

  // MARK: The report

  /// The report on what was read.
  func report(_ question: ReportQuestion) -> Report {
    var report = Report(name: .shiftHandover, stamp: question.stamp)
    report.stamp.group = group.map { entity(.group, $0) }
    report.stamp.isInstant = true
    report.tables = [
      byHolder, openTickets(question), offers, unanswered,
    ]
    report.definitions = [.openTickets, .overdue]
    return report
  }

  private var byHolder: ReportTable {
    var table = ReportTable(
      name: .byHolder,
      columns: [
        .init(.holder, .entity), .init(.duty, .term), .init(.open, .tickets),
        .init(.waiting, .tickets), .init(.overdue, .tickets),
      ])
    let holders = Set(tickets.map(\.state.assignee))
    for holder in holders.compactMap({ $0 }).sorted() + (holders.contains(nil) ? [nil] : []) {
      let own = tickets.filter { $0.state.assignee == holder }
      table.rows.append(
        .init(cells: [
          holder.map { entity(.agent, $0) } ?? .nobody, duty(of: holder), .count(own.count),
          .count(own.count { !$0.state.waits.isEmpty }), .count(own.count { $0.overdueCount > 0 }),
        ]))
    }
    table.population = .init(count: tickets.count, unit: .tickets)
    return table
  }

  private func openTickets(_ question: ReportQuestion) -> ReportTable {
    var table = ReportTable(
      name: .openTickets,
      columns: [
        .init(.ticket, .term), .init(.priority, .term), .init(.status, .term),
        .init(.holder, .entity), .init(.duty, .term), .init(.heldSince, .instant),
        .init(.waitsFor, .term), .init(.overdue, .deadlines), .init(.nextDeadline, .term),
        .init(.due, .instant),
      ])
    // Of those that are equal the older ticket stands first, as they were read.
    let order = tickets.enumerated().sorted { one, other in
      func place(_ ticket: OpenTicket, _ index: Int) -> (Int, Timestamp, Int) {
        (ticket.overdueCount > 0 ? 0 : 1, ticket.next?.due ?? .latest, index)
      }
      return place(one.element, one.offset) < place(other.element, other.offset)
    }
    for ticket in order.map(\.element) {
      let state = ticket.state
      let held = state.responsibility.last { $0.until == nil }
      let wait: ReportValue? = state.waits.last.map { .word($0.reason.word, of: "WaitReason") }
      let clock: ReportValue? = ticket.next.map { .word($0.clock.rawValue, of: nil) }
      let due: ReportValue? = ticket.next.map { .instant($0.due) }
      let priority: ReportValue? = state.priority.map { .text($0) }
      let holder: ReportValue? = state.assignee.map { entity(.agent, $0) }
      let since: ReportValue? = held.map { .instant($0.from) }
      let cells: [ReportValue] = [
        .text(state.ticket), priority ?? .nobody, .word(state.status.word, of: "TicketStatus"),
        holder ?? .nobody, duty(of: state.assignee), since ?? .blank, wait ?? .blank,
        .count(ticket.overdueCount), clock ?? .blank, due ?? .blank,
      ]
      table.rows.append(
        ReportTable.Row(
          cells: cells,
          opens: [7: ["ticket", "show", state.ticket] + question.momentArguments()],
          positions: held.map { [$0.position] } ?? []))
    }
    return table
  }

  private var offers: ReportTable {
    var table = ReportTable(
      name: .openOffers,
      columns: [
        .init(.ticket, .term), .init(.from, .entity), .init(.to, .entity), .init(.reason, .term),
        .init(.offeredAt, .instant), .init(.expiresAt, .instant),
      ])
    let open = tickets.compactMap { ticket in
      ticket.state.openOffer.map { (ticket.state.ticket, $0) }
    }
    for (ticket, offer) in open.sorted(by: { ($0.1.since, $0.0) < ($1.1.since, $1.0) }) {
      let agent: ReportValue? = offer.toAgent.map { entity(.agent, $0) }
      let group: ReportValue? = offer.toGroup.map { entity(.group, $0) }
      let reason: ReportValue? = offer.reason.map { .word($0.word, of: "HandoffReason") }
      let end: ReportValue? = offer.expiresAt.map { .instant($0) }
      let cells: [ReportValue] = [
        .text(ticket), entity(.agent, offer.from), agent ?? group ?? .nobody, reason ?? .blank,
        .instant(offer.since), end ?? .blank,
      ]
      table.rows.append(ReportTable.Row(cells: cells, positions: [offer.position]))
    }
    return table
  }

  private var unanswered: ReportTable {
    var table = ReportTable(
      name: .unanswered,
      columns: [
        .init(.ticket, .term), .init(.finding, .term), .init(.agent, .entity),
        .init(.at, .instant), .init(.evidence, .positions),
      ])
    for finding in findings {
      let agent: ReportValue? = finding.agent.map { entity(.agent, $0) }
      let cells: [ReportValue] = [
        .text(finding.ticket ?? ""), .finding(finding.code), agent ?? .nobody,
        .instant(finding.at), .positions(finding.positions),
      ]
      table.rows.append(ReportTable.Row(cells: cells, positions: finding.positions))
    }
    return table
  }

  private func entity(_ kind: NameBook.Kind, _ id: String) -> ReportValue {
    .entity(kind, id, name: names.name(kind, id, at: nil))
  }

  private func duty(of holder: String?) -> ReportValue {
    guard let holder else { return .blank }
    return .duty(duties[holder]?.standing(at: now).kind ?? .unknown)
  }
}

extension ShiftHandover.OpenTicket {
  /// Takes note of a clock: the deadline ahead that comes first counts.
  mutating func add(_ outcome: ClockOutcome) {
    if outcome.isOverdue { overdueCount += 1 }
    guard outcome.judged.state == .running, outcome.judged.verdict == .pending,
      let due = outcome.judged.dueAt
    else { return }
    if next.map({ due < $0.due }) ?? true { next = (outcome.judged.clock, due) }
  }
}
