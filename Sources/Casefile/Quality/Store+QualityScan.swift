internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// What is read of tickets, portion by portion.
protocol PortionPlan: Sendable {
  associatedtype Answer: Sendable

  /// The instant of evaluation.
  var now: Timestamp { get }
  /// By what was known.
  var knownAt: KnownAt? { get }
  /// Which values are wanted, where tickets without any may be left out.
  var filter: MetricFilter? { get }
  /// Whether values may lie wherever the filter's agent held the ticket, though nothing happened then.
  var isOfHolders: Bool { get }
  /// Where the tickets begin that are wanted; nil: all are.
  var firsts: [Position]? { get }
  /// Which sections of blocks are wanted; nil: the tickets' own rows.
  var sections: Set<QualitySection>? { get }
  /// Which of these are wanted beside what a block's tickets have together.
  ///
  /// - Parameters:
  ///   - totals: that.
  ///   - blockEnd: the last position at which a ticket of the block may begin.
  ///   - isKept: whether values that follow from rules hold.
  func sections(
    beside totals: TotalsSection, of blockEnd: Position, isKept: Bool
  ) -> Set<QualitySection>
  /// Whether what a block's tickets have together may stand for sections.
  var readsTotals: Bool { get }
  /// Whether what clocks depend on is wanted.
  var needsClocks: Bool { get }
  /// Whether what findings are made of is wanted; with sections it is that of contacts.
  var needsFindings: Bool { get }
  /// Whether tickets are wanted.
  var needsTickets: Bool { get }
  /// Whether contacts outside of tickets are wanted too, after the tickets.
  var needsContacts: Bool { get }

  /// Whether blocks may be read where only tickets with a part in a time are wanted: others come too
  /// then, whose values lie outside of it.
  var readsBlocksByTime: Bool { get }

  /// By which book values are wanted that blocks keep; where they do, no clocks are wanted.
  var keptBook: DeadlineBook? { get }

  /// Where tickets are kept that are folded for it; nil: they are folded again by whoever asks for them.
  var moment: FoldedTickets? { get }

  /// Reads a portion; nil is not handed out.
  func read(_ portion: TicketPortion) throws -> [Answer?]
}

extension PortionPlan {
  var filter: MetricFilter? { nil }
  var isOfHolders: Bool { false }
  var firsts: [Position]? { nil }
  func sections(
    beside totals: TotalsSection, of blockEnd: Position, isKept: Bool
  ) -> Set<QualitySection> {
    sections ?? []
  }
  var readsTotals: Bool { false }
  var needsClocks: Bool { false }
  var needsFindings: Bool { false }
  var needsTickets: Bool { true }
  var needsContacts: Bool { false }
  var readsBlocksByTime: Bool { false }
  var keptBook: DeadlineBook? { nil }
  var moment: FoldedTickets? { nil }
}

/// What is read of every ticket.
protocol QualityPlan: PortionPlan {
  /// Makes what reads tickets one after the other, for each thread its own; nil is not handed out.
  func makeReader() -> (QualityTicket) throws -> Answer?
}

extension QualityPlan {
  func read(_ portion: TicketPortion) throws -> [Answer?] {
    let reader = makeReader()
    var answers: [Answer?] = []
    try portion.forEach(knownAt: knownAt) { answers.append(try reader($0)) }
    return answers
  }
}

extension Store {
  /// How many rows are a portion: so many that making a reader costs nothing beside; a history takes
  /// much longer than a row.
  private static let rowsByOne = 256

  /// Hands out what a plan reads of every ticket, in order of their first positions, until `each` says
  /// false.
  func scan<Plan: PortionPlan>(
    _ plan: Plan, _ each: (Plan.Answer) throws -> Bool
  ) throws {
    // A damaged row makes the reading begin again, without the stored rows.
    var done: TicketPortion.Place?
    try reading(qualityView) { rows, log in
      try scan(plan, rows, log, done: &done, each)
    }
  }

  private func scan<Plan: PortionPlan>(
    _ plan: Plan, _ rows: ViewRows, _ log: LogPrefix, done: inout TicketPortion.Place?,
    _ each: (Plan.Answer) throws -> Bool
  ) throws {
    let cutter = PortionCutter(
      rows: rows, needsClocks: plan.needsClocks, keptBook: plan.keptBook, now: plan.now,
      known: try log.count(knownAt: plan.knownAt),
      needsFindings: (tickets: plan.needsFindings && plan.sections == nil, plan.needsFindings),
      blocks: qualityView.blocks,
      source: TicketPortion.Source(
        retractions: try BatchRetractions(rows, log), log: log, schema: schema,
        moment: plan.moment))
    var work = OrderedWork<(last: TicketPortion.Place, answers: [Plan.Answer?])>()
    defer { work.cancel() }
    /// Begins to read a portion, and hands out what was read; false ends the reading.
    func read(_ portion: TicketPortion?) throws -> Bool {
      if let portion { work.add { (portion.last, try plan.read(portion)) } }
      while let (last, answers) = try work.next(isLast: portion == nil) {
        for answer in answers {
          if let answer, try !each(answer) { return false }
        }
        done = last
      }
      return true
    }
    let begin = done
    let places = try cutter.places(plan.filter, isOfHolders: plan.isOfHolders, plan.firsts)
    var isWanted = true
    let kinds = (plan.needsTickets ? [false] : []) + (plan.needsContacts ? [true] : [])
    for isContact in kinds where isWanted {
      // Findings stand in rows of their own.
      let areRows = isContact && plan.needsFindings
      if !areRows, plan.sections != nil, places == nil || plan.readsBlocksByTime {
        isWanted = try cutter.blocks(isContact, for: plan, at: places, after: begin, read)
      } else {
        isWanted = try cutter.rows(
          isContact, at: places, by: Store.rowsByOne, after: begin, read)
      }
    }
    if isWanted { _ = try read(nil) }
  }
}

/// Cuts what is kept of tickets into portions, with what only the snapshot has.
struct PortionCutter {
  let rows: ViewRows
  let needsClocks: Bool
  let keptBook: DeadlineBook?
  let now: Timestamp
  let known: KnownCount
  let needsFindings: (tickets: Bool, contacts: Bool)
  let blocks: QualityBlocks
  let source: TicketPortion.Source

  // MARK: Rows

  /// Cuts rows into portions, in order of their first positions, until `each` says false.
  ///
  /// - Parameter places: where the tickets begin; nil: all of them.
  func rows(
    _ isContact: Bool, at places: [Position]?, by count: Int, after begin: TicketPortion.Place?,
    _ each: (TicketPortion) throws -> Bool
  ) throws -> Bool {
    var singles: [TicketPortion.Single] = []
    var last: TicketPortion.Place?
    func cut() throws -> Bool {
      guard let last, !singles.isEmpty else { return true }
      defer { singles = [] }
      return try each(TicketPortion(source: source, last: last, singles: singles))
    }
    func take(_ first: Position, _ row: [UInt8]) throws -> Bool {
      let place = TicketPortion.Place(isContact: isContact, first: first)
      guard begin.map({ $0 < place }) ?? true else { return true }
      guard let single = try single(isContact, first, row) else { return true }
      singles.append(single)
      last = place
      return singles.count < count ? true : try cut()
    }
    let prefix = isContact ? [QualityView.Kind.contact.rawValue] : QualityView.statePrefix
    guard let places else {
      var isWanted = true
      try rows.scan(prefix) { key, row in
        isWanted = try take(TicketsView.position(in: key), row)
        return isWanted
      }
      return isWanted ? try cut() : false
    }
    for first in places {
      guard let row = try rows.value(prefix + RowCoding.key(first.rawValue)) else { continue }
      guard try take(first, row) else { return false }
    }
    return try cut()
  }

  /// A ticket that is read by itself; nil where it was not there at the moment.
  private func single(
    _ isContact: Bool, _ first: Position, _ row: [UInt8]
  ) throws -> TicketPortion.Single? {
    let head = try QualityView.head(of: row)
    switch answer(head, first) {
    case .absent: return nil
    case .unknown: return try history(isContact, first, head)
    case .state:
      let hasFindings = isContact ? needsFindings.contacts : needsFindings.tickets
      return .row(
        TicketPortion.Single.Row(
          first: first, bytes: row,
          clocks: try clocks(isContact, first),
          findings: hasFindings ? try rows.value(QualityView.key(ofFindings: first)) : nil,
          foreign: hasFindings ? try foreign(first) : []))
    }
  }

  /// A ticket that is folded.
  private func history(
    _ isContact: Bool, _ first: Position, _ head: TicketRowHead
  ) throws -> TicketPortion.Single {
    .history(
      first: first, last: head.lastPosition, foreign: try foreign(first),
      // By what was known earlier its clocks may depend on other things.
      clocks: known == .all ? try clocks(isContact, first) : nil)
  }

  private func clocks(_ isContact: Bool, _ first: Position) throws -> [UInt8]? {
    needsClocks && !isContact ? try rows.value(QualityView.key(ofClocks: first)) : nil
  }

  private func answer(
    _ head: TicketRowHead, _ first: Position
  ) -> TicketRowHead.Answer {
    known == .unclear
      ? .unknown : head.answer(asOf: now, known: known.count, first: first)
  }

  private func foreign(_ first: Position) throws -> [Position] {
    try rows.value(TicketsView.key(.foreign, first)).map { try TicketsView.positions(in: $0) }
      ?? []
  }

  // MARK: Blocks

  /// Cuts blocks into portions, in order, until `each` says false.
  ///
  /// - Parameter places: where the tickets begin that are wanted; nil: all are. Of a block that has
  ///   enough of them all tickets come that did not change since it was written.
  func blocks(
    _ isContact: Bool, for plan: some PortionPlan, at places: [Position]?,
    after begin: TicketPortion.Place?, _ each: (TicketPortion) throws -> Bool
  ) throws -> Bool {
    var isWanted = true
    try rows.scan(QualityBlocks.statePrefix(isContact)) { key, row in
      let id = try QualityBlocks.ID(key: key)
      guard begin.map({ $0 < end(of: id) }) ?? true else { return true }
      let state = try QualityBlocks.State.read(row)
      guard let places else {
        isWanted = try each(try block(id, state, plan))
        return isWanted
      }
      let firsts = blocks.firsts(of: id)
      let range =
        places.firstPlace {
          $0 >= firsts.lowerBound
        }..<places.firstPlace {
          $0 > firsts.upperBound
        }
      if range.isEmpty { return true }
      if range.count * PortionCutter.rowsOfBlock >= state.count, state.count > 0 {
        isWanted = try each(try block(id, state, plan, Set(places[range])))
      } else {
        isWanted = try self.rows(
          isContact, at: Array(places[range]), by: range.count, after: begin, each)
      }
      return isWanted
    }
    return isWanted
  }

  /// To read so many tickets of a block costs less than to read one ticket's row.
  private static let rowsOfBlock = 16

  /// Behind its last ticket.
  private func end(of id: QualityBlocks.ID) -> TicketPortion.Place {
    TicketPortion.Place(isContact: id.isContact, first: blocks.firsts(of: id).upperBound)
  }

  /// - Parameter wanted: which of those are wanted that changed since it was written; nil: all.
  private func block(
    _ id: QualityBlocks.ID, _ state: QualityBlocks.State, _ plan: some PortionPlan,
    _ wanted: Set<Position>? = nil
  ) throws -> TicketPortion {
    var portion = TicketPortion(source: source, last: end(of: id))
    for first in state.changed where wanted?.contains(first) ?? true {
      guard let row = try rows.value(id.rowKey(first)) else { continue }
      if let single = try single(id.isContact, first, row) { portion.singles.append(single) }
    }
    guard state.count > 0, let heads = try rows.value(id.key(of: nil)) else { return portion }
    portion.heads = heads
    portion.left = Set(state.changed)
    let areAll =
      try known != .unclear
      && BlockHeads.areAllOf(heads, asOf: now, known: known.count)
    if !areAll {
      for (place, one) in try BlockHeads.read(heads).tickets.enumerated()
      where !portion.left.contains(one.first) {
        switch answer(one.head, one.first) {
        case .state: continue
        case .absent: portion.left.insert(one.first)
        case .unknown:
          portion.left.insert(one.first)
          if known == .all { portion.underWay[one.first] = place }
          guard wanted?.contains(one.first) ?? true else { continue }
          portion.singles.append(try history(id.isContact, one.first, one.head))
        }
      }
      portion.singles.sort { $0.first < $1.first }
    }
    if portion.left.count >= state.count,
      try BlockHeads.read(heads).tickets.allSatisfy({ portion.left.contains($0.first) })
    {
      portion.heads = nil
      portion.underWay = [:]
      return portion
    }
    let hasClocks = try id.isContact || !needsClocks || takeKept(of: id, into: &portion, wanted)
    var sections = plan.sections ?? []
    if plan.readsTotals, !id.isContact, portion.left.isEmpty,
      let row = try rows.value(id.key(of: .totals))
    {
      let totals = try QualityBlocks.totals(row)
      sections = plan.sections(
        beside: totals, of: portion.last.first, isKept: portion.isKept)
      portion.totals = totals
    }
    for section in sections {
      portion.sections[section] = try rows.value(id.key(of: section))
    }
    if !hasClocks {
      let firsts = blocks.firsts(of: id)
      let prefix = [QualityView.Kind.clocks.rawValue]
      // One block, whatever its size: its rows belong to the tickets of this one.
      try rows.scanBlocks(
        prefix, after: QualityBlocks.key(before: firsts, prefix),
        through: QualityView.key(ofClocks: firsts.upperBound), count: .max, size: .max
      ) {
        portion.clocks = $0
        return true
      }
    }
    return portion
  }

  /// Takes what the block keeps of tickets that are over; the others are read by themselves.
  ///
  /// - Returns: whether it keeps enough that is still true.
  private func takeKept(
    of id: QualityBlocks.ID, into portion: inout TicketPortion, _ wanted: Set<Position>?
  ) throws -> Bool {
    guard let keptBook, let heads = portion.heads, let row = try rows.value(id.key(of: .kept))
    else { return false }
    guard let kept = try QualityBlocks.kept(row).kept(under: keptBook, at: now) else {
      return false
    }
    portion.isKept = true
    guard kept.contains(false) else { return true }
    for (isKept, one) in zip(kept, try BlockHeads.read(heads).tickets)
    where !isKept && !portion.left.contains(one.first) {
      portion.left.insert(one.first)
      guard wanted?.contains(one.first) ?? true, let row = try rows.value(id.rowKey(one.first))
      else { continue }
      if let single = try single(id.isContact, one.first, row) { portion.singles.append(single) }
    }
    portion.singles.sort { $0.first < $1.first }
    return true
  }

  // MARK: Places

  /// The first positions of the tickets that may have values that are wanted, sorted; nil: all.
  ///
  /// Agents and months are kept as they are known now: what was corrected or retracted since then may
  /// have been another agent's, or of another month.
  func places(
    _ filter: MetricFilter?, isOfHolders: Bool, _ firsts: [Position]?
  ) throws -> [Position]? {
    if let firsts { return firsts.sorted() }
    guard let filter, known.isAll(of: source.log) else { return nil }
    return try QualityIndex(rows: rows).places(filter, isOfHolders: isOfHolders)?.sorted()
  }
}

/// How much of the log was known at a moment, as rows can be asked for it.
enum KnownCount: Equatable {
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
