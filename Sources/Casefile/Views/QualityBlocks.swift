internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// Rows of the view `quality` put together once more: of many tickets one thing.
///
/// Who measures a million tickets wants one metric of each, a small part of a row. So the tickets that
/// begin within the same stretch of the log are a block, and what they have of a metric is one row of
/// it, a section. To write a block anew for each ticket that changes would cost much more than the
/// ticket: those that changed since the block was written are named in its state and read from their
/// own rows, until they are so many that the block is written anew. Which ones these are depends on how
/// the log was cut into steps, what the block and the rows say together does not.
package struct QualityBlocks: Sendable {
  /// How far apart first positions in a block are at most, as a power of two: some hundred tickets.
  private let width: UInt64
  /// So many events a block waits for its last tickets to come to rest before it is written.
  private let restCount: UInt64
  /// How many blocks are in memory at once while they are written.
  private static let writtenTogether = 8

  package init(width: UInt64 = 14, restCount: UInt64 = 131_072) {
    self.width = width
    self.restCount = restCount
  }

  /// A block of tickets, or one of contacts outside of tickets.
  struct ID: Hashable, Sendable, Comparable {
    let isContact: Bool
    let number: UInt64

    init(isContact: Bool, number: UInt64) {
      self.isContact = isContact
      self.number = number
    }

    /// The block whose state has a key.
    init(key: [UInt8]) throws(ViewDamage) {
      guard key.count == 10 else { throw ViewDamage("a key of the view quality can't be read") }
      isContact = key[1] == 1
      number = RowCoding.number(key[2...])
    }

    static func < (one: ID, other: ID) -> Bool {
      (one.isContact ? 1 : 0, one.number) < (other.isContact ? 1 : 0, other.number)
    }

    var stateKey: [UInt8] { QualityBlocks.statePrefix(isContact) + RowCoding.key(number) }

    /// - Parameter section: nil: what tickets the block has.
    func key(of section: QualitySection?) -> [UInt8] {
      let place = section.flatMap { QualitySection.all.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
      return [QualityView.Kind.block.rawValue, isContact ? 1 : 0, UInt8(place)]
        + RowCoding.key(number)
    }

    /// The key of the row of a ticket in it.
    func rowKey(_ first: Position) -> [UInt8] {
      isContact ? QualityView.key(ofContact: first) : TicketsView.key(.state, first)
    }
  }

  /// The block of a ticket.
  func id(of ticket: TouchedTicket) -> ID {
    ID(isContact: QualityView.isContact(ticket.stream), number: ticket.first.rawValue >> width)
  }

  /// The first positions that tickets of a block may have.
  func firsts(of id: ID) -> ClosedRange<Position> {
    Position(id.number << width)...Position(id.number << width | (1 << width - 1))
  }

  /// Behind which key the rows of tickets begin; nil: at the first one.
  static func key(before firsts: ClosedRange<Position>, _ prefix: [UInt8]) -> [UInt8]? {
    let first = firsts.lowerBound.rawValue
    return first == 0 ? nil : prefix + RowCoding.key(first - 1)
  }

  static func statePrefix(_ isContact: Bool) -> [UInt8] {
    [QualityView.Kind.blockState.rawValue, isContact ? 1 : 0]
  }

  /// What the block has to be read with.
  struct State: RowCodable, Equatable {
    /// How many tickets its sections have; nought before it was written.
    var count = 0
    /// Where the tickets begin that changed since, sorted.
    var changed: [Position] = []

    init() {}

    func write(to writer: inout RowWriter) {
      writer.put(count)
      writer.put(changed)
    }

    init(from reader: inout RowReader) throws(RowError) {
      count = try reader.get()
      changed = try reader.get()
    }

    /// Whether so many changed that it is written anew.
    var isStale: Bool { !changed.isEmpty && changed.count * 4 >= count }

    static func read(_ id: ID, _ rows: ViewRows) throws -> State {
      guard let row = try rows.value(id.stateKey) else { return State() }
      return try read(row)
    }

    static func read(_ row: [UInt8]) throws(ViewDamage) -> State {
      try QualityView.reading { () throws(RowError) in try RowReader.decode(State.self, row) }
    }
  }

  /// Notes what a step changed, and writes the blocks that are due.
  ///
  /// - Parameters:
  ///   - step: the positions of the step's events.
  ///   - rests: whether tickets don't change again soon: in a replay each is folded once.
  ///   - hasNewRules: whether values of other blocks too may not follow any more from the rules. They
  ///     are worked out anew some blocks in each step, so that no step takes long or much memory.
  ///   - book: makes the rules.
  func arrange(
    _ changed: [TouchedTicket], after step: Range<UInt64>, rests: Bool, hasNewRules: Bool,
    in rows: inout ViewRows, under book: (ViewRows) throws -> RuleBook.Edition?
  ) throws {
    var firsts: [ID: Set<Position>] = [:]
    for ticket in changed { firsts[id(of: ticket), default: []].insert(ticket.first) }
    var due: Set<ID> = []
    let rest = rests ? 0 : restCount
    /// Whether all that begins in a block begins long before an end of the log.
    func isOld(_ number: UInt64, at end: UInt64) -> Bool { (number + 1) << width + rest <= end }
    for (id, new) in firsts {
      var state = try State.read(id, rows)
      state.changed = new.union(state.changed).sorted()
      rows.put(id.stateKey, RowWriter.encode(state))
      if state.isStale, isOld(id.number, at: step.upperBound) { due.insert(id) }
    }
    // Those that were too young until this step, whatever changed in them since.
    var number = step.lowerBound > rest ? (step.lowerBound - rest) >> width : 0
    while isOld(number, at: step.upperBound) {
      for isContact in [false, true] {
        let id = ID(isContact: isContact, number: number)
        if try State.read(id, rows).isStale { due.insert(id) }
      }
      number += 1
    }
    if hasNewRules { rows.put(QualityBlocks.outdatedKey, RowCoding.key(0)) }
    let outdated = try rows.value(QualityBlocks.outdatedKey).map { RowCoding.number($0) }
    guard outdated != nil || !due.isEmpty else { return }
    let rules = try book(rows)
    if let outdated, let rules {
      let (found, next) = try self.outdated(since: outdated, rows, rules.book)
      due.formUnion(found)
      if let next {
        rows.put(QualityBlocks.outdatedKey, RowCoding.key(next))
      } else {
        rows.delete(QualityBlocks.outdatedKey)
      }
    }
    var blocks = due.sorted()[...]
    while !blocks.isEmpty {
      try write(Array(blocks.prefix(QualityBlocks.writtenTogether)), &rows, rules)
      blocks = blocks.dropFirst(QualityBlocks.writtenTogether)
    }
  }

  private static let outdatedKey = [QualityView.Kind.outdated.rawValue]

  /// The first blocks that keep what does not follow any more from the rules.
  ///
  /// - Parameter number: of the first block that is looked at.
  /// - Returns: also the number of the first block that was not looked at, where there may be more.
  private func outdated(
    since number: UInt64, _ rows: ViewRows, _ book: DeadlineBook
  ) throws -> (blocks: [ID], next: UInt64?) {
    var found: [ID] = []
    var next: UInt64?
    let prefix = QualityBlocks.statePrefix(false)
    try rows.scan(prefix, after: number == 0 ? nil : prefix + RowCoding.key(number - 1)) { key, _ in
      let id = try ID(key: key)
      guard found.count < QualityBlocks.writtenTogether else {
        next = id.number
        return false
      }
      if let row = try rows.value(id.key(of: .kept)),
        !(try QualityBlocks.kept(row).holds(under: book))
      {
        found.append(id)
      }
      return true
    }
    return (found, next)
  }

  static func kept(_ row: [UInt8]) throws(ViewDamage) -> KeptSection {
    try QualityView.reading { () throws(RowError) in try RowReader.decode(KeptSection.self, row) }
  }

  static func totals(_ row: [UInt8]) throws(ViewDamage) -> TotalsSection {
    try QualityView.reading { () throws(RowError) in try TotalsSection(row) }
  }

  /// The rows of a block in order, as they are put together.
  struct Content: Sendable {
    let id: ID
    let rows: [(first: Position, row: [UInt8])]
    /// What the clocks depend on, in the same order.
    let clocks: [(first: Position, row: [UInt8])]

    init(_ id: ID, _ firsts: ClosedRange<Position>, _ rows: ViewRows) throws {
      self.id = id
      func read(_ prefix: [UInt8]) throws -> [(first: Position, row: [UInt8])] {
        var found: [(first: Position, row: [UInt8])] = []
        try rows.scan(prefix, after: QualityBlocks.key(before: firsts, prefix)) { key, row in
          let first = TicketsView.position(in: key)
          guard first <= firsts.upperBound else { return false }
          found.append((first, row))
          return true
        }
        return found
      }
      self.rows = try read(Array(id.rowKey(Position(0)).prefix(1)))
      clocks = id.isContact ? [] : try read([QualityView.Kind.clocks.rawValue])
    }

    /// What is kept of the block, by key.
    ///
    /// - Parameter rules: nil: nothing that follows from rules is kept.
    func encoded(_ rules: RuleBook.Edition?) throws -> [[UInt8]: [UInt8]] {
      let tickets = try rows.map { (first: $0.first, row: try QualityView.read($0.row)) }
      var heads = BlockHeads()
      var writer = QualityBlockWriter()
      for (first, (head, facts)) in tickets {
        heads.add(first, head, facts)
        try QualityView.reading { () throws(RowError) in
          try writer.add(head.isInForce ? facts : nil)
        }
      }
      var sections = writer.sections
      if let rules, !id.isContact { sections += try kept(tickets, rules) }
      if !id.isContact {
        let totals = try QualityView.reading { () throws(RowError) in
          try TotalsSection.encode(sections, ids: tickets.map(\.row.facts.ticket))
        }
        sections.append((.totals, totals))
      }
      var encoded = [id.key(of: nil): heads.encoded]
      for (section, bytes) in sections { encoded[id.key(of: section)] = bytes }
      return encoded
    }

    /// The sections of what follows from rules.
    private func kept(
      _ tickets: [(first: Position, row: (head: TicketRowHead, facts: StoredFacts))],
      _ rules: RuleBook.Edition
    ) throws -> [(section: QualitySection, bytes: [UInt8])] {
      let end = tickets.map(\.row.head.end).max() ?? .earliest
      var writer = KeptWriter(rules.book, count: rules.count, at: end)
      var clocks = clocks[...]
      for (first, (head, facts)) in tickets {
        while let next = clocks.first, next.first < first { clocks.removeFirst() }
        let own = clocks.first.flatMap { $0.first == first ? $0.row : nil }
        try QualityView.reading { () throws(RowError) in
          try writer.add(head.isInForce ? facts : nil, clocks: own)
        }
      }
      return writer.sections
    }
  }

  /// Compares what the blocks say with the rows.
  func check(
    _ rows: ViewRows, _ rules: RuleBook.Edition?, _ note: (_ key: [UInt8], _ what: String) -> Void
  ) throws {
    for isContact in [false, true] {
      var states: [ID: State] = [:]
      try rows.scan(QualityBlocks.statePrefix(isContact)) { key, row in
        states[try ID(key: key)] = try State.read(row)
        return true
      }
      for (id, state) in states.sorted(by: { $0.key < $1.key }) {
        if let what = try difference(of: id, state, rows, rules) { note(id.stateKey, what) }
      }
      // Each row is in a block; one that is in none would not be measured.
      let end = try QualityView.end(of: rows) ?? .earliest
      try rows.scan(isContact ? [QualityView.Kind.contact.rawValue] : QualityView.statePrefix) {
        key, row in
        if try QualityView.head(of: row).end > end { note(key, "ends after the end of all") }
        let first = TicketsView.position(in: key)
        let id = ID(isContact: isContact, number: first.rawValue >> width)
        if states[id] == nil { note(key, "is in no block") }
        return true
      }
    }
  }

  /// What a block says other than the rows of its tickets; nil where it says the same.
  private func difference(
    of id: ID, _ state: State, _ rows: ViewRows, _ rules: RuleBook.Edition?
  ) throws -> String? {
    let content = try Content(id, firsts(of: id), rows)
    let kept = try rows.value(id.key(of: nil)).map { try BlockHeads.read($0).tickets } ?? []
    let changed = Set(state.changed)
    let known = Dictionary(content.rows.map { ($0.first, $0.row) }) { $1 }
    guard kept.count == state.count, Set(known.keys) == changed.union(kept.map(\.first)) else {
      return "has other tickets than there are rows"
    }
    var sections: [QualitySection: [UInt8]] = [:]
    for section in QualitySection.all { sections[section] = try rows.value(id.key(of: section)) }
    let keptOnes = try sections[.kept].map { try QualityBlocks.kept($0) }
    guard keptOnes.map({ $0.kinds.count == kept.count }) ?? true else {
      return "keeps values of other tickets than there are"
    }
    if !id.isContact, !kept.isEmpty {
      let totals = try QualityView.reading { () throws(RowError) in
        try TotalsSection.encode(
          sections.map { ($0.key, $0.value) }, ids: kept.map(\.ticket))
      }
      guard totals == sections[.totals] else { return "adds up to other totals" }
    }
    let clocks = Dictionary(content.clocks.map { ($0.first, $0.row) }) { $1 }
    let judge = MetricJudge(at: keptOnes?.end ?? .latest, MetricContext(book: rules?.book))
    let holds = rules.map { keptOnes?.holds(under: $0.book) ?? false } ?? false
    let isSame = try QualityView.reading { () throws(RowError) in
      let reader = try QualityBlockReader(sections)
      for (place, one) in kept.enumerated() where !changed.contains(one.first) {
        guard let row = known[one.first] else { continue }
        var rowReader = RowReader(row)
        let head = try TicketRowHead(from: &rowReader)
        let facts = try StoredFacts(from: rowReader)
        reader.move(to: place, ticket: one.ticket, contact: one.contact)
        guard head == one.head, facts.ticket == one.ticket, facts.contact == one.contact
        else { return false }
        guard head.isInForce else { continue }
        guard
          try reader.traits() == facts.traits(), try reader.course() == facts.course()
        else { return false }
        for metric in Metric.stored where try reader.metric(metric) != facts.metric(metric) {
          return false
        }
        guard holds, keptOnes?.kinds[place] == .over else { continue }
        var own = ClockFacts()
        try own.read(row: clocks[one.first] ?? [])
        let values = try judge.kept(own) { metric throws(RowError) in try facts.metric(metric) }
        guard let values else { return false }
        for (metric, value) in zip(Metric.kept, values.values)
        where try reader.metric(metric) != value {
          return false
        }
      }
      return true
    }
    return isSame ? nil : "says other than the rows of its tickets"
  }

  private func write(
    _ ids: [ID], _ rows: inout ViewRows, _ rules: RuleBook.Edition?
  ) throws {
    let contents = try ids.map { try Content($0, firsts(of: $0), rows) }
    let encoded = try TicketsStep<FoldedQuality>.onAllCores(contents.count) {
      try contents[$0].encoded(rules)
    }
    for (content, sections) in zip(contents, encoded) {
      let isNew = try State.read(content.id, rows).count == 0
      for section in [nil] + QualitySection.all.map(Optional.some) {
        let key = content.id.key(of: section)
        if let bytes = sections[key] { rows.put(key, bytes) } else if !isNew { rows.delete(key) }
      }
      var state = State()
      state.count = content.rows.count
      rows.put(content.id.stateKey, RowWriter.encode(state))
    }
  }
}

/// Which tickets the sections of a block have.
struct BlockHeads {
  /// A ticket of the block.
  struct Ticket {
    let first: Position
    let head: TicketRowHead
    let ticket: String?
    let contact: String?
  }

  /// In order of their first positions.
  private(set) var tickets: [Ticket] = []

  init() {}

  mutating func add(_ first: Position, _ head: TicketRowHead, _ facts: StoredFacts) {
    tickets.append(
      Ticket(first: first, head: head, ticket: facts.ticket, contact: facts.contact))
  }

  var encoded: [UInt8] {
    var writer = RowWriter()
    writer.put(TicketRowHead.Span(tickets.map(\.head)))
    writer.put(tickets.count)
    for one in tickets {
      writer.put(one.first)
      writer.put(one.head)
      writer.put(one.ticket)
      writer.put(one.contact)
    }
    return writer.bytes
  }

  /// Whether all tickets of a block have the state of a moment.
  static func areAllOf(
    _ bytes: [UInt8], asOf: Timestamp, known: UInt64?
  ) throws(ViewDamage) -> Bool {
    try QualityView.reading { () throws(RowError) in
      var reader = RowReader(bytes)
      return try TicketRowHead.Span(from: &reader).isState(asOf: asOf, known: known)
    }
  }

  /// How many tickets the sections have.
  static func count(_ bytes: [UInt8]) throws(ViewDamage) -> Int {
    try QualityView.reading { () throws(RowError) in
      var reader = RowReader(bytes)
      _ = try TicketRowHead.Span(from: &reader)
      let count: Int = try reader.get()
      return max(0, min(count, bytes.count))
    }
  }

  /// The tickets' ids, of which those are made that somebody asks for.
  static func ids(_ bytes: [UInt8]) throws(ViewDamage) -> TextRanges {
    try QualityView.reading { () throws(RowError) in
      var ranges: [Range<Int>] = []
      var reader = RowReader(bytes)
      _ = try TicketRowHead.Span(from: &reader)
      let count: Int = try reader.get()
      for _ in 0..<max(0, count) {
        let (_, _): (Position, TicketRowHead) = (try reader.get(), try reader.get())
        let hasTicket: Bool = try reader.get()
        ranges.append(hasTicket ? try reader.range() : 0..<0)
        let hasContact: Bool = try reader.get()
        if hasContact { _ = try reader.range() }
      }
      return TextRanges(bytes, ranges)
    }
  }

  static func read(_ bytes: [UInt8]) throws(ViewDamage) -> BlockHeads {
    try QualityView.reading { () throws(RowError) in
      var heads = BlockHeads()
      var reader = RowReader(bytes)
      _ = try TicketRowHead.Span(from: &reader)
      let count: Int = try reader.get()
      for _ in 0..<max(0, count) {
        heads.tickets.append(
          Ticket(
            first: try reader.get(), head: try reader.get(), ticket: try reader.get(),
            contact: try reader.get()))
      }
      return heads
    }
  }
}
