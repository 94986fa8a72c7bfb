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
      recorded last. What is overdue or due next stands first. Text and HTML list 1,000 rows of a \
      table, unless --limit says how many, and tell how many more there are; JSON and CSV list all.

      Example:
        casefile report run shift-handover --group gr-billing --as-of 2026-03-20T15:00:00Z --store ./desk
      """)

  @OptionGroup var form: ReportFormOptions
  @OptionGroup var zones: ZoneDataOptions
  @Option(help: ArgumentHelp("Only tickets that this group has.", valueName: "id"))
  var group: String?
  @Option(help: ArgumentHelp("List at most so many rows of a table.", valueName: "rows"))
  var limit: Int?

  /// More than that nobody reads; two tables of so many rows make a page of 0.4 MB.
  private static let readable = 1_000

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit \(limit) is below nought") }
  }

  func run() async throws {
    let isRead = form.format == .text || form.format == .html
    let limit = limit ?? (isRead ? Self.readable : nil)
    try await form.run { question in
      var desk = ShiftHandover(group: group, limit: limit)
      try desk.read(question, zones.directory)
      return desk.report(question)
    }
  }
}

/// What is under way at an instant.
struct ShiftHandover {
  /// A ticket that is open, and the deadline that passes next.
  struct OpenTicket: Sendable {
    let first: Position
    let standing: TicketStanding
    /// Nil where only a fold tells.
    var status: TicketStatus?
    var offer: TicketState.Offer?
    var overdueCount = 0
    var next: (clock: ClockName, due: Timestamp)?
  }

  /// Something that nobody answered, or that was left behind.
  struct Leaving {
    let ticket: String
    let code: FindingCode
    let agent: String?
    let at: Timestamp
    let positions: [Position]
  }

  let group: String?
  /// How many rows of a table are listed at most; nil: all.
  let limit: Int?
  private(set) var tickets: [OpenTicket] = []
  /// In order of the tickets.
  private(set) var leavings: [Leaving] = []
  private var duties: [String: AgentDuty] = [:]
  private var names = NameBook()
  private var now = Timestamp(seconds: 0)

  init(group: String?, limit: Int? = nil) {
    self.group = group
    self.limit = limit
  }

  /// Reads the store at the moment of a question.
  mutating func read(_ question: ReportQuestion, _ zones: ZoneDirectory) throws {
    let (store, knownAt, now, group) = (
      question.store, question.knownAt, question.now, self.group
    )
    self.now = now
    let book = try store.deadlineBook(knownAt: knownAt, zones: zones)
    try store.standings(
      at: now, knownAt: knownAt, book: book, of: try firsts(question)
    ) { first, facts, outcomes -> OpenTicket? in
      let standing = TicketStanding(facts, at: now)
      guard standing.isOpen, group == nil || standing.group == group else { return nil }
      var ticket = OpenTicket(first: first, standing: standing, status: standing.status)
      for outcome in outcomes() { ticket.add(outcome) }
      return ticket
    } _: {
      tickets.append($0)
      return true
    }
    DeadlineNotes.report(book)
    try readStates(question)
    try readLeavings(question)
    names = try People(store, knownAt: knownAt).names(of: people)
  }

  /// Reads the duties, and what was left behind by them.
  private mutating func readLeavings(_ question: ReportQuestion) throws {
    let (store, knownAt) = (question.store, question.knownAt)
    let rules = try store.findingRules(at: now, knownAt: knownAt)
    // Thousands of shifts list some dozen tickets each, of which most are long over.
    var open = TextFilter()
    for ticket in tickets { open.add(ticket.standing.ticket) }
    duties = try store.agentDuties(naming: .unhanded(among: open), knownAt: knownAt)
    let context = FindingContext(duties: duties)
    let left = tickets.filter { context.mayBeLeft($0.standing, at: now) }.map(\.first)
    var found: [String: [Finding]] = [:]
    if !left.isEmpty {
      // What is found of these codes depends on nothing else than events and duties.
      try store.findings(
        at: now, knownAt: knownAt, rules: rules, context: context,
        codes: FindingContext.leftByFold, onlyFound: true, of: left
      ) {
        found[$0.ticket] = $0.findings
        return true
      }
    }
    for ticket in tickets.map(\.standing) {
      leavings += (found[ticket.ticket] ?? []).map { finding in
        Leaving(
          ticket: ticket.ticket, code: finding.code, agent: finding.agent, at: finding.at,
          positions: finding.positions)
      }
      guard rules.isOn(.leftAtShiftEnd) else { continue }
      leavings += context.shifts(leaving: ticket, by: now).map { shift in
        Leaving(
          ticket: ticket.ticket, code: .leftAtShiftEnd, agent: shift.agent, at: shift.at,
          positions: [shift.position].compactMap { $0 })
      }
    }
  }

  /// Where the tickets begin that may be open; nil: all may be.
  private func firsts(_ question: ReportQuestion) throws -> [Position]? {
    guard let knownAt = question.knownAt else {
      return try question.store.placesOfOpenTickets(at: question.now)
    }
    // Which were under way then is kept by what is known now.
    var firsts: [Position] = []
    try question.store.tickets(asOf: question.now, knownAt: knownAt) { summary in
      if summary.state.isOpen { firsts.append(summary.firstPosition) }
      return true
    }
    return firsts
  }

  /// Reads what only a fold tells, of the few tickets of which something is left to tell.
  private mutating func readStates(_ question: ReportQuestion) throws {
    let places = Dictionary(
      uniqueKeysWithValues: tickets.enumerated().compactMap { index, ticket in
        ticket.status == nil || ticket.standing.mayBeOffered ? (ticket.first, index) : nil
      })
    guard !places.isEmpty else { return }
    try question.store.tickets(
      at: Array(places.keys), asOf: now, knownAt: question.knownAt
    ) { summary in
      guard let place = places[summary.firstPosition] else { return true }
      tickets[place].status = summary.state.status
      tickets[place].offer = summary.state.openOffer
      return true
    }
  }

  private var people: Set<People.Key> {
    var keys: Set<People.Key> = []
    for ticket in tickets {
      let agents = [ticket.standing.holder, ticket.offer?.from, ticket.offer?.toAgent]
      let groups = [ticket.standing.group, ticket.offer?.toGroup]
      keys.formUnion(agents.compactMap { $0.map { .agent($0) } })
      keys.formUnion(groups.compactMap { $0.map { .group($0) } })
    }
    keys.formUnion(leavings.compactMap { $0.agent.map { .agent($0) } })
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
      byHolder(question), openTickets(question), offers, unanswered,
    ]
    report.definitions = [.openTickets, .overdue]
    return report
  }

  private func byHolder(_ question: ReportQuestion) -> ReportTable {
    var table = ReportTable(
      name: .byHolder,
      columns: [
        .init(.holder, .entity), .init(.duty, .term), .init(.open, .tickets),
        .init(.waiting, .tickets), .init(.overdue, .tickets),
      ])
    let byHolder = Dictionary(grouping: tickets, by: \.standing.holder)
    let holders = byHolder.keys.compactMap { $0 }.sorted() + (byHolder[nil] == nil ? [] : [nil])
    for holder in holders {
      let own = byHolder[holder] ?? []
      let group = self.group.map { ["--group", $0] } ?? []
      let backlog =
        ["metric", "open", "backlog"] + question.momentArguments() + group
        + (holder.map { ["--agent", $0] } ?? ["--part", "unheld"])
      table.rows.append(
        .init(
          cells: [
            holder.map { entity(.agent, $0) } ?? .nobody, duty(of: holder), .count(own.count),
            .count(own.count { !$0.standing.waits.isEmpty }),
            .count(own.count { $0.overdueCount > 0 }),
          ],
          // Which of those that nobody holds wait, no list tells; nor which deadlines are overdue of a
          // holder who was none when they passed.
          opens: holder == nil ? [2: backlog] : [2: backlog, 3: backlog + ["--part", "waiting"]]))
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
    for ticket in order.prefix(limit ?? .max).map(\.element) {
      let standing = ticket.standing
      let wait: ReportValue? = standing.waits.last.map { .word($0.word, of: "WaitReason") }
      let clock: ReportValue? = ticket.next.map { .word($0.clock.rawValue, of: nil) }
      let due: ReportValue? = ticket.next.map { .instant($0.due) }
      let priority: ReportValue? = standing.priority.map { .text($0) }
      let status: ReportValue? = ticket.status.map { .word($0.word, of: "TicketStatus") }
      let holder: ReportValue? = standing.holder.map { entity(.agent, $0) }
      let since: ReportValue? = standing.heldSince.map { .instant($0) }
      let cells: [ReportValue] = [
        .text(standing.ticket), priority ?? .nobody, status ?? .blank, holder ?? .nobody,
        duty(of: standing.holder), since ?? .blank, wait ?? .blank, .count(ticket.overdueCount),
        clock ?? .blank, due ?? .blank,
      ]
      table.rows.append(
        ReportTable.Row(
          cells: cells,
          opens: [7: ["ticket", "show", standing.ticket] + question.momentArguments()],
          positions: [standing.heldBy].compactMap { $0 }))
    }
    table.omissions = unlisted(of: order.count)
    return table
  }

  /// How many rows are not listed.
  private func unlisted(of count: Int) -> [ReportOmissionCount] {
    let rest = count - min(count, limit ?? count)
    return rest == 0 ? [] : [.init(why: .notListed, count: rest)]
  }

  private var offers: ReportTable {
    var table = ReportTable(
      name: .openOffers,
      columns: [
        .init(.ticket, .term), .init(.from, .entity), .init(.to, .entity), .init(.reason, .term),
        .init(.offeredAt, .instant), .init(.expiresAt, .instant),
      ])
    let open = tickets.compactMap { ticket in
      ticket.offer.map { (ticket.standing.ticket, $0) }
    }.sorted { ($0.1.since, $0.0) < ($1.1.since, $1.0) }
    for (ticket, offer) in open.prefix(limit ?? .max) {
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
    table.omissions = unlisted(of: open.count)
    return table
  }

  private var unanswered: ReportTable {
    var table = ReportTable(
      name: .unanswered,
      columns: [
        .init(.ticket, .term), .init(.finding, .term), .init(.agent, .entity),
        .init(.at, .instant), .init(.evidence, .positions),
      ])
    // The newest first: what was left behind long ago is of least account.
    let newest = leavings.enumerated().sorted { one, other in
      (other.element.at, one.offset) < (one.element.at, other.offset)
    }
    for leaving in newest.prefix(limit ?? .max).map(\.element) {
      let agent: ReportValue? = leaving.agent.map { entity(.agent, $0) }
      let cells: [ReportValue] = [
        .text(leaving.ticket), .finding(leaving.code), agent ?? .nobody,
        .instant(leaving.at), .positions(leaving.positions),
      ]
      table.rows.append(ReportTable.Row(cells: cells, positions: leaving.positions))
    }
    table.omissions = unlisted(of: leavings.count)
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
