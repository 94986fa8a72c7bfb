import Casefile
import CasefileModel
import CasefileProjections

/// Builds a client company's report: the rows, the columns and the summaries that were agreed, and
/// nothing else.
struct ClientReport {
  let agreement: ClientAgreement
  let cases: ClientCases
  let question: ReportQuestion
  let language: Language
  let names: NameBook

  /// Gathers what the agreement asks for.
  init(
    _ agreement: ClientAgreement, _ question: ReportQuestion, _ language: Language
  ) throws {
    self.agreement = agreement
    self.question = question
    self.language = language
    cases = try question.store.clientCases(
      of: agreement, since: question.period.since, until: question.period.until,
      at: question.now, knownAt: question.knownAt)
    names = try People(question.store, knownAt: question.knownAt).names(
      of: ClientReport.keys(agreement, cases))
  }

  /// Who and what is named. Of people only those whom the agreement names.
  private static func keys(_ agreement: ClientAgreement, _ cases: ClientCases) -> Set<People.Key> {
    var keys = Set(
      [agreement.customer].compactMap { $0 }.map { People.Key.client($0) }
        + (agreement.filters[.topic] ?? []).map { .topic($0) }
        + (agreement.filters[.client] ?? []).map { .client($0) })
    let traits = cases.tickets.map(\.traits) + cases.calls.map(\.traits)
    keys.formUnion(traits.compactMap(\.topic).map { .topic($0) })
    keys.formUnion(cases.calls.compactMap(\.record.topic).map { .topic($0) })
    if agreement.columns.contains(.group) {
      keys.formUnion(cases.tickets.compactMap(\.state.group).map { .group($0) })
    }
    if agreement.purposes.contains(.people) {
      keys.formUnion(traits.compactMap(\.client).map { .client($0) })
      keys.formUnion(cases.calls.compactMap(\.client).map { .client($0) })
    }
    if agreement.purposes.contains(.staff) {
      keys.formUnion(cases.tickets.compactMap(\.state.assignee).map { .agent($0) })
      keys.formUnion(cases.calls.compactMap(\.record.agent).map { .agent($0) })
    }
    return keys
  }

  /// The report.
  ///
  /// - Parameter event: the event of the agreement.
  func report(_ event: EventID) throws -> Report {
    var stamp = question.stamp
    stamp.agreement = ReportAgreement(
      id: agreement.id, version: agreement.version, event: event,
      customer: agreement.customer.map {
        .entity(.client, $0, name: names.name(.client, $0, at: nil))
      },
      project: agreement.project)
    var report = Report(name: .client, stamp: stamp)
    report.tables = [totals] + (try agreement.cuts.map { try summary(by: $0) })
    if !agreement.ticketColumns.isEmpty { report.tables.append(ticketTable) }
    if !agreement.callColumns.isEmpty { report.tables.append(callTable) }
    report.notes =
      ClientAgreement.cuts.compactMap { cut in
        agreement.filters[cut].map { keys in
          .onlyKeys(cut, keys.sorted().map { value(ofKey: $0, in: cut) })
        }
      } + [.withheld]
    if agreement.paymentBasis == .perCall { report.notes.append(.withheldLength) }
    report.definitions = definitions
    return report
  }

  private var definitions: [ReportDefinition] {
    var found: [ReportDefinition] = []
    if !agreement.ticketColumns.isEmpty { found.append(.clientTickets) }
    if !agreement.callColumns.isEmpty { found.append(.clientCalls) }
    if agreement.columns.contains(.callLength) { found.append(.callLength) }
    if agreement.columns.contains(.firstReply) { found.append(.metric(.firstReply)) }
    if agreement.columns.contains(.resolution) { found.append(.metric(.resolution)) }
    return found
  }

  private func name(_ kind: NameBook.Kind, _ id: String?) -> ReportValue {
    // Ids of our own say nothing to a client where there is a name.
    id.map { .text(names.name(kind, $0, at: nil) ?? $0) } ?? .blank
  }

  // MARK: Rows

  private func column(_ column: ClientColumn) -> ReportTable.Column {
    ReportTable.Column(
      heading: .agreed(
        column, wording: agreement.heading(of: column, in: language.rawValue)),
      unit: column.reportUnit)
  }

  private var ticketTable: ReportTable {
    let columns = agreement.ticketColumns
    var table = ReportTable(name: .tickets, columns: columns.map(column))
    table.rows = cases.tickets.map { ticket in
      ReportTable.Row(cells: columns.map { value(of: ticket, $0) })
    }
    table.population = .init(count: cases.tickets.count, unit: .tickets)
    table.omissions = [.init(why: .deleted, count: cases.deletedCount)]
    return table
  }

  private var callTable: ReportTable {
    let columns = agreement.callColumns
    var table = ReportTable(name: .calls, columns: columns.map(column))
    table.rows = cases.calls.map { call in
      ReportTable.Row(cells: columns.map { value(of: call, $0) })
    }
    table.population = .init(count: cases.calls.count, unit: .calls)
    table.omissions = [.init(why: .notEnded, count: cases.unendedCount)]
    return table
  }

  /// Nothing but what the column names.
  private func value(of ticket: ClientCases.Ticket, _ column: ClientColumn) -> ReportValue {
    let state = ticket.state
    func text(_ text: String?) -> ReportValue { text.map { .text($0) } ?? .blank }
    func instant(_ time: Timestamp?) -> ReportValue { time.map { .instant($0) } ?? .blank }
    func seconds(_ seconds: Int64?) -> ReportValue { seconds.map { .seconds($0) } ?? .blank }
    return switch column {
    case .ticket: .text(state.ticket)
    case .number: text(ticket.number)
    case .subject: text(state.subject)
    case .kind: ticket.kind.map { .word($0, of: "TicketKind") } ?? .blank
    case .channel: state.channel.map { .word($0, of: "Channel") } ?? .blank
    case .topic: name(.topic, state.topic)
    case .priority: text(state.priority)
    case .project: text(ticket.traits.project)
    case .tags: state.tags.isEmpty ? .blank : .text(state.tags.joined(separator: ", "))
    // Whoever looks for it finds it in the other one.
    case .status:
      state.mergedInto == nil
        ? .word(state.status.word, of: "TicketStatus")
        : .word(CloseKind.merged.word, of: "CloseKind")
    case .openedAt: instant(state.openedAt)
    case .firstReplyAt: instant(state.firstReplyAt)
    case .resolvedAt: instant(state.resolvedAt)
    case .closedAt: instant(state.closedAt)
    case .closeKind:
      state.closedAt == nil
        ? .blank : .word((state.closeKind ?? .unknown).word, of: "CloseKind")
    case .reopenCount: .count(state.reopenCount)
    case .messages: .count(state.messageCount)
    case .calls: .count(state.callCount)
    case .firstReply: seconds(ticket.firstReplySeconds)
    case .resolution: seconds(ticket.resolutionSeconds)
    case .group: name(.group, state.group)
    case .client: name(.client, state.client)
    case .agent: name(.agent, state.assignee)
    case .callId, .callAt, .callDirection, .callOutcome, .callWait, .callLength, .callTalk,
      .callHold, .callTicket, .callTopic, .callClient, .callAgent:
      .blank
    }
  }

  private func value(of call: ClientCases.Call, _ column: ClientColumn) -> ReportValue {
    let record = call.record
    func text(_ text: String?) -> ReportValue { text.map { .text($0) } ?? .blank }
    func seconds(_ seconds: Int64?) -> ReportValue { seconds.map { .seconds($0) } ?? .noData }
    return switch column {
    case .callId: text(record.id)
    case .callAt: .instant(record.at)
    case .callDirection: record.direction.map { .word($0.word, of: "CallDirection") } ?? .blank
    case .callOutcome: record.outcome.map { .word($0, of: "CallOutcome") } ?? .blank
    case .callWait: record.direction == .outbound ? .blank : seconds(record.waitSeconds)
    case .callLength: seconds(record.lengthSeconds)
    case .callTalk: seconds(record.talkSeconds)
    case .callHold: seconds(record.holdSeconds)
    case .callTicket: text(call.ticket)
    case .callTopic: name(.topic, record.topic ?? call.traits.topic)
    case .callClient: name(.client, call.client)
    case .callAgent: name(.agent, record.agent)
    default: .blank
    }
  }

  // MARK: Summaries

  /// The figures of some tickets and calls; which there are follows from the agreed columns.
  private struct Figures {
    var tickets = 0
    var calls = 0
    var lengths: Int64 = 0
    var unknownLengths = 0
    var replies: [Int64] = []
    var resolutions: [Int64] = []

    mutating func add(_ ticket: ClientCases.Ticket) {
      tickets += 1
      if let seconds = ticket.firstReplySeconds { replies.append(seconds) }
      if let seconds = ticket.resolutionSeconds { resolutions.append(seconds) }
    }

    mutating func add(_ call: ClientCases.Call) {
      calls += 1
      guard let seconds = call.record.lengthSeconds else { return unknownLengths += 1 }
      let (sum, isOver) = lengths.addingReportingOverflow(seconds)
      lengths = isOver ? .max : sum
    }
  }

  private var figureColumns: [ReportTable.Column] {
    var columns: [ReportTable.Column] = []
    if !agreement.ticketColumns.isEmpty { columns.append(.init(.ticketCount, .tickets)) }
    if !agreement.callColumns.isEmpty { columns.append(.init(.callCount, .calls)) }
    if agreement.columns.contains(.callLength) { columns.append(.init(.callLengthSum, .seconds)) }
    for metric in medians { columns.append(ReportFigure(metric, .median).column) }
    return columns
  }

  private var medians: [Metric] {
    (agreement.columns.contains(.firstReply) ? [.firstReply] : [])
      + (agreement.columns.contains(.resolution) ? [.resolution] : [])
  }

  private func cells(_ figures: Figures) -> [ReportValue] {
    func median(_ values: [Int64]) -> ReportValue {
      // By nearest rank, as metrics have it.
      values.isEmpty ? .noData : .seconds(values.sorted()[(values.count + 1) / 2 - 1])
    }
    var cells: [ReportValue] = []
    if !agreement.ticketColumns.isEmpty { cells.append(.count(figures.tickets)) }
    if !agreement.callColumns.isEmpty { cells.append(.count(figures.calls)) }
    if agreement.columns.contains(.callLength) {
      cells.append(figures.calls > figures.unknownLengths ? .seconds(figures.lengths) : .noData)
    }
    for metric in medians {
      cells.append(median(metric == .firstReply ? figures.replies : figures.resolutions))
    }
    return cells
  }

  private var all: Figures {
    var all = Figures()
    for ticket in cases.tickets { all.add(ticket) }
    for call in cases.calls { all.add(call) }
    return all
  }

  private var isEmpty: Bool { cases.tickets.isEmpty && cases.calls.isEmpty }

  private func lengthOmissions(_ figures: Figures) -> [ReportOmissionCount] {
    agreement.columns.contains(.callLength)
      ? [.init(why: .noLength, count: figures.unknownLengths)] : []
  }

  private var totals: ReportTable {
    var table = ReportTable(name: .totals, columns: figureColumns)
    if !isEmpty { table.rows = [ReportTable.Row(cells: cells(all))] }
    table.omissions = lengthOmissions(all)
    return table
  }

  private func summary(by cut: MetricCut) throws -> ReportTable {
    let step = cut.reportStep
    var table = ReportTable(
      name: cut.tableLabel,
      columns: [step == nil ? .init(cut.keyLabel, .term) : .init(.period, .period)]
        + figureColumns)
    guard !isEmpty else { return table }
    table.rows = try step.map { try rows(by: $0) } ?? rows(by: cut)
    var total = ReportTable.Row(cells: [.label(.all)] + cells(all))
    total.isTotal = true
    table.rows.append(total)
    if step != nil {
      let counts = table.columns.indices.filter {
        [.tickets, .calls].contains(table.columns[$0].unit)
      }
      table.charts = [
        ReportChart(title: .casesOverTime, style: .columns, axis: 0, series: Array(counts))
      ]
    }
    return table
  }

  private func rows(by step: ReportStep) throws -> [ReportTable.Row] {
    let times =
      cases.tickets.map { $0.state.openedAt ?? question.now } + cases.calls.map(\.record.countedAt)
    guard let span = question.span(from: times.min()) else { return [] }
    let ends: [Timestamp]
    do {
      ends = try ReportSteps.boundaries(
        from: span.from, until: span.until, by: step, in: question.zone)
    } catch is CommandFailure {
      throw CommandFailure.usage(
        "the agreement tells tickets apart by \(step.rawValue), and \(span.from) to \(span.until) has "
          + "more than \(ReportSteps.countMax) of them; ask for a shorter period")
    }
    var figures = Array(repeating: Figures(), count: max(0, ends.count - 1))
    func place(_ instant: Timestamp) -> Int? {
      let next = ends.partitioningIndex { $0 > instant }
      return next > 0 && next < ends.count ? next - 1 : nil
    }
    for ticket in cases.tickets {
      if let place = ticket.state.openedAt.flatMap(place) { figures[place].add(ticket) }
    }
    for call in cases.calls {
      if let place = place(call.record.countedAt) { figures[place].add(call) }
    }
    return figures.enumerated().map { index, figures in
      ReportTable.Row(cells: [.step(ends[index], ends[index + 1], step)] + cells(figures))
    }
  }

  /// The most first; what has no key comes last.
  private func rows(by cut: MetricCut) -> [ReportTable.Row] {
    var figures: [String?: Figures] = [:]
    for ticket in cases.tickets {
      for key in ticket.traits.keys(by: cut) { figures[key, default: Figures()].add(ticket) }
    }
    for call in cases.calls {
      for key in call.traits.keys(by: cut) { figures[key, default: Figures()].add(call) }
    }
    let sorted = figures.sorted { one, other in
      func order(_ key: String?, _ figures: Figures) -> (Int, Int, String) {
        (key == nil ? 1 : 0, -figures.tickets - figures.calls, key ?? "")
      }
      return order(one.key, one.value) < order(other.key, other.value)
    }
    return sorted.map { key, figures in
      ReportTable.Row(
        cells: [key.map { value(ofKey: $0, in: cut) } ?? .nobody] + cells(figures))
    }
  }

  private func value(ofKey key: String, in cut: MetricCut) -> ReportValue {
    switch cut {
    case .channel: .word(key, of: "Channel")
    case .closeKind: .word(key, of: "CloseKind")
    case .topic: name(.topic, key)
    case .client: name(.client, key)
    default: .text(key)
    }
  }
}

extension ClientColumn {
  /// What its cells hold.
  fileprivate var reportUnit: ReportUnit {
    switch self {
    case .openedAt, .firstReplyAt, .resolvedAt, .closedAt, .callAt: .instant
    case .reopenCount, .messages: .events
    case .calls: .calls
    case .firstReply, .resolution, .callWait, .callLength, .callTalk, .callHold: .seconds
    default: .term
    }
  }
}

extension MetricCut {
  /// How long a part of the time is that it tells apart; nil where it tells something else.
  fileprivate var reportStep: ReportStep? {
    switch self {
    case .day: .day
    case .week: .week
    case .month: .month
    default: nil
    }
  }

  fileprivate var tableLabel: ReportLabel {
    switch self {
    case .channel: .byChannel
    case .topic: .byTopic
    case .tag: .byTag
    case .priority: .byPriority
    case .project: .byProject
    case .closeKind: .byCloseKind
    case .client: .byClient
    case .day: .byDay
    case .week: .byWeek
    case .month: .byMonth
    default: .totals
    }
  }

  fileprivate var keyLabel: ReportLabel {
    switch self {
    case .channel: .channel
    case .topic: .topic
    case .tag: .tag
    case .priority: .priority
    case .project: .project
    case .closeKind: .closeKind
    case .client: .client
    default: .part
    }
  }
}

extension Array {
  /// The first index whose element and all later ones have a property; the elements without it come
  /// first.
  fileprivate func partitioningIndex(_ isLater: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if isLater(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
