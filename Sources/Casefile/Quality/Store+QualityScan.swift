internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// A ticket as a reading of the view `quality` comes upon it.
enum QualityTicket {
  /// Its row.
  case stored(StoredTicket)
  /// What bears on the instant and on other tickets, with what its clocks depend on, where a plan asks
  /// for no more.
  case brief(TicketCourse?, clocks: [UInt8]?)
  /// Its history, where the row does not tell of the moment.
  case folded(TicketHistory)
  /// The same of a contact outside of tickets.
  case contact(ContactRecord)
}

/// A ticket's row, with what else is asked for.
struct StoredTicket {
  let facts: StoredFacts
  /// What its clocks depend on.
  let clocks: [UInt8]?
  /// What its findings are made of; of a contact its `ContactTrail`.
  let findings: [UInt8]?
  /// Reads the ticket from the log.
  let history: () throws -> TicketHistory
}

/// What is read of every ticket.
protocol QualityPlan: Sendable {
  associatedtype Answer: Sendable

  /// The instant of evaluation.
  var now: Timestamp { get }
  /// By what was known.
  var knownAt: KnownAt? { get }
  /// Which values are wanted, where tickets without any may be left out.
  var filter: MetricFilter? { get }
  /// Where the tickets begin that are wanted; nil: all are.
  var firsts: [Position]? { get }
  /// Whether what clocks depend on is wanted.
  var needsClocks: Bool { get }
  /// Whether nothing else is wanted of a row but what bears on the instant and on other tickets.
  var isBrief: Bool { get }
  /// Whether what findings are made of is wanted; of a brief plan it is that of contacts.
  var needsFindings: Bool { get }
  /// Whether tickets are wanted.
  var needsTickets: Bool { get }
  /// Whether contacts outside of tickets are wanted too, after the tickets.
  var needsContacts: Bool { get }

  /// Makes what reads tickets one after the other, for each thread its own; nil is not handed out.
  func makeReader() -> (QualityTicket) throws -> Answer?
}

extension QualityPlan {
  var firsts: [Position]? { nil }
  var isBrief: Bool { false }
  var needsTickets: Bool { true }
}

extension Store {
  /// How many tickets one thread reads at a time: so many that making a reader costs nothing beside; a
  /// history takes much longer than a row.
  private static let readByOne = 256

  /// How far a reading came: the tickets come before the contacts.
  private struct Place: Comparable {
    let isContact: Bool
    let first: Position

    static func < (one: Place, other: Place) -> Bool {
      one.isContact == other.isContact ? one.first < other.first : other.isContact
    }
  }

  /// A ticket that waits to be read.
  private enum Waiting: Sendable {
    case row(Row)
    case history(first: Position, foreign: [Position])

    struct Row: Sendable {
      let first: Position
      let isContact: Bool
      let bytes: [UInt8]
      let clocks: [UInt8]?
      let findings: [UInt8]?
      let foreign: [Position]
    }
  }

  /// Hands out what a plan reads of every ticket, in order of their first positions, until `each` says
  /// false.
  func scan<Plan: QualityPlan>(
    _ plan: Plan, _ each: (Plan.Answer) throws -> Bool
  ) throws {
    // A damaged row makes the reading begin again, without the stored rows.
    var done: Place?
    try reading(qualityView) { rows, log in
      guard plan.needsClocks else {
        return try scan(plan, rows, clocks: nil, log, done: &done, each)
      }
      try reading(ticketsView) { tickets, _ in
        try scan(plan, rows, clocks: tickets, log, done: &done, each)
      }
    }
  }

  private func scan<Plan: QualityPlan>(
    _ plan: Plan, _ rows: ViewRows, clocks: ViewRows?, _ log: LogPrefix, done: inout Place?,
    _ each: (Plan.Answer) throws -> Bool
  ) throws {
    let retractions = try BatchRetractions(rows, log)
    let known = try log.count(knownAt: plan.knownAt)
    var work = OrderedWork<(last: Place, answers: [Plan.Answer?])>()
    defer { work.cancel() }
    var block: [Waiting] = []
    /// Begins to read what waits, and hands out what was read; false ends the reading.
    func read(through last: Place?, isLast: Bool = false) throws -> Bool {
      if let last, !block.isEmpty {
        let tickets = block
        let schema = schema
        work.add { (last, try Store.read(tickets, plan, retractions, log, schema)) }
        block.removeAll(keepingCapacity: true)
      }
      while let (last, answers) = try work.next(isLast: isLast) {
        for answer in answers {
          if let answer, try !each(answer) { return false }
        }
        done = last
      }
      return true
    }
    func foreign(_ first: Position) throws -> [Position] {
      try rows.value(TicketsView.key(.foreign, first)).map { try TicketsView.positions(in: $0) }
        ?? []
    }
    let begin = done
    var last: Place?
    var isWanted = true
    func take(_ key: [UInt8], _ value: [UInt8]) throws -> Bool {
      let first = TicketsView.position(in: key)
      let isContact = key.first == QualityView.Kind.contact.rawValue
      let place = Place(isContact: isContact, first: first)
      guard begin.map({ $0 < place }) ?? true else { return true }
      var answer = TicketRowHead.Answer.unknown
      if known != .unclear {
        answer = try QualityView.head(of: value).answer(
          asOf: plan.now, known: known.count, first: first)
      }
      switch answer {
      case .absent: return true
      case .state:
        let hasFindings = plan.needsFindings && (isContact || !plan.isBrief)
        block.append(
          .row(
            Waiting.Row(
              first: first, isContact: isContact, bytes: value,
              clocks: isContact ? nil : try clocks?.value(TicketsView.key(.clocks, first)),
              findings: hasFindings ? try rows.value(QualityView.key(ofFindings: first)) : nil,
              foreign: hasFindings ? try foreign(first) : [])))
      case .unknown:
        block.append(.history(first: first, foreign: try foreign(first)))
      }
      last = place
      if block.count == Store.readByOne { isWanted = try read(through: last) }
      return isWanted
    }
    let kind = plan.isBrief ? QualityView.Kind.course.rawValue : TicketsView.Kind.state.rawValue
    let places = try Store.places(of: plan, rows, isAllKnown: known.isAll(of: log))
    let kinds =
      (plan.needsTickets ? [kind] : [])
      + (plan.needsContacts ? [QualityView.Kind.contact.rawValue] : [])
    for kind in kinds {
      if let places {
        for first in places where isWanted {
          let key = [kind] + RowCoding.key(first.rawValue)
          guard let value = try rows.value(key) else { continue }
          _ = try take(key, value)
        }
      } else if isWanted {
        try rows.scan([kind], take)
      }
    }
    if isWanted { _ = try read(through: last, isLast: true) }
  }

  /// The first positions of the tickets that may have values that a plan wants, sorted; nil: all.
  ///
  /// Agents and months are kept as they are known now: what was corrected or retracted since then may
  /// have been another agent's, or of another month.
  private static func places(
    of plan: some QualityPlan, _ rows: ViewRows, isAllKnown: Bool
  ) throws -> [Position]? {
    if let firsts = plan.firsts { return firsts.sorted() }
    guard let filter = plan.filter, isAllKnown else { return nil }
    if let agent = filter.agent ?? filter.keys[.agent] {
      var places: [Position] = []
      try rows.scan(QualityView.prefix(ofAgent: agent)) { key, _ in
        places.append(TicketsView.position(in: key))
        return true
      }
      return places
    }
    guard let since = filter.since, let until = filter.until, since < until else { return nil }
    let months = QualityFacts.month(of: since)...QualityFacts.month(of: until)
    var places: Set<Position> = []
    for month in months {
      try rows.scan(QualityView.prefix(ofMonth: month)) { key, _ in
        places.insert(TicketsView.position(in: key))
        return true
      }
    }
    return places.sorted()
  }

  /// Reads tickets one after the other.
  private static func read<Plan: QualityPlan>(
    _ tickets: [Waiting], _ plan: Plan, _ retractions: BatchRetractions, _ log: LogPrefix,
    _ schema: EventSchema
  ) throws -> [Plan.Answer?] {
    let reader = plan.makeReader()
    func events(_ first: Position, _ foreign: [Position]) throws -> [StoredEvent] {
      retractions.completing(
        try log.events(of: log.event(at: first).envelope.stream),
        foreign: try foreign.map { try log.event(at: $0) })
    }
    return try tickets.map { waiting -> Plan.Answer? in
      let ticket: QualityTicket
      switch waiting {
      case .row(let row) where plan.isBrief && !row.isContact:
        ticket = .brief(try BriefTicket.read(row.bytes).course, clocks: row.clocks)
      case .row(let row):
        ticket = .stored(
          StoredTicket(
            facts: try QualityView.read(row.bytes).facts, clocks: row.clocks,
            findings: row.findings,
            history: {
              TicketHistory(events: try events(row.first, row.foreign), schema: schema)
            }))
      case .history(let first, let foreign):
        let all = try events(first, foreign)
        guard let stream = all.first?.envelope.stream, QualityView.isContact(stream) else {
          ticket = .folded(TicketHistory(events: all, schema: schema))
          break
        }
        let known = all.filter { plan.knownAt?.contains($0.envelope) ?? true }
        let record = ContactRecord.records(known, schema: schema).first { $0.stream == stream }
        guard let record else { return nil }
        ticket = .contact(record)
      }
      do { return try reader(ticket) } catch is RowError {
        throw ViewDamage("a row of the view quality can't be read")
      }
    }
  }
}

/// How much of the log was known at a moment, as rows can be asked for it.
private enum KnownCount: Equatable {
  case all
  case events(UInt64)
  /// A source's claim picks events out of the log: no row tells which.
  case unclear

  var count: UInt64? {
    if case .events(let count) = self { count } else { nil }
  }

  /// Whether nothing of a prefix was not known.
  func isAll(of log: LogPrefix) -> Bool { self == .all || (count.map { $0 >= log.count } ?? false) }
}

extension LogPrefix {
  fileprivate func count(knownAt: KnownAt?) throws -> KnownCount {
    switch knownAt {
    case .position(let last)?: .events(min(last.rawValue, .max - 1) + 1)
    case .recorded(let instant)?: .events(try count(recordedThrough: instant))
    case .sourceClaim?: .unclear
    case nil: .all
    }
  }
}
