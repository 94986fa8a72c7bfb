internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// A ticket as a reading of the view `quality` comes upon it.
enum QualityTicket {
  /// What is kept of it.
  case stored(StoredTicket)
  /// Its history, where what is kept does not tell of the moment, and what its clocks depend on where
  /// that is kept: it tells of every instant.
  case folded(TicketHistory, clocks: ClocksRow?)
  /// The same of a contact outside of tickets.
  case contact(ContactRecord)
}

/// What is kept of a ticket, with what else is asked for.
struct StoredTicket {
  let facts: any MeasuredTicket
  /// What its clocks depend on.
  let clocks: ClocksRow?
  /// What its findings are made of.
  let findings: [UInt8]?
  /// Reads the ticket from the log.
  let history: () throws -> TicketHistory
}

/// A ticket of which nobody asks more than what its clocks depend on.
private struct ClockedTicket: MeasuredTicket {
  var ticket: String? { nil }
  var contact: String? { nil }
  func traits() -> TicketTraits { TicketTraits() }
  func course() -> TicketCourse? { nil }
  func metric(_ metric: Metric) -> TicketMetric { TicketMetric() }
}

/// A row of what a ticket's clocks depend on, among others.
struct ClocksRow {
  let bytes: [UInt8]
  let range: Range<Int>

  init(_ bytes: [UInt8], in range: Range<Int>) {
    self.bytes = bytes
    self.range = range
  }

  init(_ bytes: [UInt8]) { self.init(bytes, in: bytes.indices) }
}

extension ClockFacts {
  /// Takes another row's value; the memory of the one before is used again.
  mutating func read(row: ClocksRow) throws(RowError) { try read(row: row.bytes, in: row.range) }
}

/// Some tickets that one thread reads: those of a block, of which many have what they have in common
/// in sections, or some hundred rows.
struct TicketPortion: Sendable {
  /// Where it ends: the tickets come before the contacts.
  struct Place: Comparable, Sendable {
    let isContact: Bool
    let first: Position

    static func < (one: Place, other: Place) -> Bool {
      one.isContact == other.isContact ? one.first < other.first : other.isContact
    }
  }

  /// A ticket that is read by itself.
  enum Single: Sendable {
    case row(Row)
    case history(first: Position, last: Position, foreign: [Position], clocks: [UInt8]?)

    struct Row: Sendable {
      let first: Position
      let bytes: [UInt8]
      let clocks: [UInt8]?
      let findings: [UInt8]?
      let foreign: [Position]
    }

    var first: Position {
      switch self {
      case .row(let row): row.first
      case .history(let first, _, _, _): first
      }
    }
  }

  /// What reading takes besides the portion.
  struct Source: Sendable {
    let retractions: BatchRetractions
    let log: LogPrefix
    let schema: EventSchema
    /// Where tickets are kept that are folded; nil: nobody asks for them again.
    let moment: FoldedTickets?

    /// - Parameter last: none of the ticket's own events is behind it; nil: that is not known.
    func events(
      _ first: Position, _ foreign: [Position], through last: Position? = nil
    ) throws -> [StoredEvent] {
      retractions.completing(
        try log.events(beginningAt: first, through: last),
        foreign: try foreign.map { try log.event(at: $0) })
    }
  }

  let source: Source
  let last: Place
  /// Which tickets the sections have; nil: there are no sections.
  var heads: [UInt8]?
  var sections: [QualitySection: [UInt8]] = [:]
  /// What all tickets of the block have together, where all are meant and somebody may ask for it.
  var totals: TotalsSection?
  /// Where tickets begin that the sections have, but not as they stand at the moment.
  var left: Set<Position> = []
  /// Those of them that were under way at the moment, by where they begin, with their places: of these
  /// the sections tell what was so later too.
  var underWay: [Position: Int] = [:]
  /// What the clocks of the tickets of the sections depend on, where that is wanted.
  var clocks = RowBlock()
  /// Whether there are values instead that follow from rules.
  var isKept = false
  /// The tickets that are read by themselves, in order.
  var singles: [Single] = []

  /// The tickets that the sections tell of, with their places among all that these have.
  func settled() throws(ViewDamage) -> (
    tickets: [(place: Int, ticket: BlockHeads.Ticket)], count: Int
  ) {
    guard let heads else { return ([], 0) }
    let all = try BlockHeads.read(heads).tickets
    let tickets = all.enumerated().filter { left.isEmpty || !left.contains($1.first) }
    return (tickets.map { ($0, $1) }, all.count)
  }

  /// The same for who reads the sections by themselves.
  func sectionTickets(withIDs: Bool) throws(ViewDamage) -> SectionTickets {
    guard let heads else { return SectionTickets(total: 0) }
    let ids = withIDs ? try BlockHeads.ids(heads) : nil
    // Blocks of contacts end where those of tickets do.
    let blockEnd = last.isContact ? nil : last.first
    if left.isEmpty {
      return SectionTickets(total: try BlockHeads.count(heads), ids: ids, blockEnd: blockEnd)
    }
    let all = try BlockHeads.read(heads).tickets
    return SectionTickets(
      at: all.indices.filter { !left.contains(all[$0].first) }, of: all.count, ids: ids,
      blockEnd: blockEnd)
  }

  /// The tickets of the sections with those that were under way at the moment, or not there yet, for who
  /// leaves out what was so later.
  func sectionTicketsOfAnyMoment() throws(ViewDamage) -> SectionTickets {
    guard let heads else { return SectionTickets(total: 0) }
    guard !left.isEmpty else { return try sectionTickets(withIDs: false) }
    let all = try BlockHeads.read(heads).tickets
    let places = all.indices.filter {
      !left.contains(all[$0].first) || underWay[all[$0].first] != nil
    }
    return SectionTickets(at: places, of: all.count, ids: nil, blockEnd: nil)
  }

  /// Hands out the tickets in order of their first positions.
  func forEach(
    knownAt: KnownAt?, _ body: (QualityTicket) throws -> Void
  ) throws {
    var rest = singles[...]
    try forEachSettled { first, ticket in
      while let single = rest.first, single.first < first {
        try readRow(rest.removeFirst(), knownAt, body)
      }
      try body(ticket)
    }
    for single in rest { try readRow(single, knownAt, body) }
  }

  /// Hands out the tickets that the sections tell of, with where they begin.
  func forEachSettled(_ body: (_ first: Position, QualityTicket) throws -> Void) throws {
    do {
      let reader = try QualityBlockReader(sections)
      var clocksIndex = 0
      for (place, one) in try settled().tickets {
        reader.move(to: place, ticket: one.ticket, contact: one.contact)
        let ticket = StoredTicket(
          facts: reader, clocks: try clocksRow(of: one.first, from: &clocksIndex), findings: nil,
          history: { try history(one.first, []) })
        try body(one.first, .stored(ticket))
      }
    } catch is RowError {
      throw ViewDamage("a row of the view quality can't be read")
    }
  }

  /// Hands out the tickets that no section tells of.
  ///
  /// - Parameters:
  ///   - isWanted: which of these are; all unless it says otherwise.
  ///   - byClocks: whether what their clocks depend on is enough, so that none is folded for more.
  func forEachSingle(
    knownAt: KnownAt?, byClocks: Bool = false, where isWanted: (Position) -> Bool = { _ in true },
    _ body: (QualityTicket) throws -> Void
  ) throws {
    for single in singles where isWanted(single.first) {
      if byClocks, case .history(let first, _, let foreign, let clocks?) = single {
        try body(
          .stored(
            StoredTicket(
              facts: ClockedTicket(), clocks: ClocksRow(clocks), findings: nil,
              history: { try history(first, foreign) })))
      } else {
        try readRow(single, knownAt, body)
      }
    }
  }

  private func readRow(
    _ single: Single, _ knownAt: KnownAt?, _ body: (QualityTicket) throws -> Void
  ) throws {
    do { try read(single, knownAt, body) } catch is RowError {
      throw ViewDamage("a row of the view quality can't be read")
    }
  }

  /// The row of a ticket behind the one before.
  private func clocksRow(of first: Position, from index: inout Int) throws -> ClocksRow? {
    while index < clocks.count {
      let place = TicketsView.position(in: clocks.key(at: index))
      guard place >= first else {
        index += 1
        continue
      }
      return place == first ? ClocksRow(clocks.bytes, in: try clocks.value(at: index)) : nil
    }
    return nil
  }

  private func history(
    _ first: Position, _ foreign: [Position], through last: Position? = nil
  ) throws -> TicketHistory {
    TicketHistory(
      events: try source.events(first, foreign, through: last), schema: source.schema)
  }

  private func read(
    _ single: Single, _ knownAt: KnownAt?, _ body: (QualityTicket) throws -> Void
  ) throws {
    switch single {
    case .row(let row):
      try body(
        .stored(
          StoredTicket(
            facts: try QualityView.read(row.bytes).facts, clocks: row.clocks.map { ClocksRow($0) },
            findings: row.findings, history: { try history(row.first, row.foreign) })))
    case .history(let first, let end, let foreign, let clocks):
      let clocks = clocks.map { ClocksRow($0) }
      if let moment = source.moment, !last.isContact {
        let row = try moment.row(of: first) { try history(first, foreign, through: end) }
        guard let row else { return }
        return try body(
          .stored(
            StoredTicket(
              facts: StoredFacts(from: RowReader(row.facts)),
              clocks: clocks ?? row.clocks.map { ClocksRow($0) }, findings: nil,
              history: { try history(first, foreign) })))
      }
      let all = try source.events(first, foreign, through: end)
      guard let stream = all.first?.envelope.stream, QualityView.isContact(stream) else {
        let history = TicketHistory(events: all, schema: source.schema)
        return try body(.folded(history, clocks: clocks))
      }
      let known = all.filter { knownAt?.contains($0.envelope) ?? true }
      let record = ContactRecord.records(known, schema: source.schema).first {
        $0.stream == stream
      }
      if let record { try body(.contact(record)) }
    }
  }
}
