package import CasefileModel

/// A table is filled from sections without making a value of its own of each: a million tickets have
/// some millions of them.
extension MetricTable {
  /// The same question without answers, for a part of the tickets.
  package var emptied: MetricTable {
    var table = MetricTable(metric, by: cut, filter: filter, keys: keys, where: isWanted)
    table.boundaries = boundaries
    return table
  }

  /// Whether a section has all that tells its values apart.
  package var readsSections: Bool { metric.basis == .history && isToldApartBySections }

  /// Whether sections have all that its values are worked out of.
  package var derivesSections: Bool {
    DerivedSection.Group(metric) != nil && isToldApartBySections
  }

  /// Whether a section has all of tickets whose values are kept.
  package var readsKept: Bool { metric.isKept && isToldApartBySections }

  /// Whether tickets of sections must come with their ids.
  package func needsIDs(_ context: MetricContext) -> Bool {
    metric.isOfContacts || (metric.basis == .company && context.contacts.hasLinks)
  }

  private var isToldApartBySections: Bool {
    guard isWanted == nil, filter.keys.allSatisfy({ $0.key == .all }) else { return false }
    switch cut {
    case .tag, .cause, .template, .tenure, .shift, .release, .hours: return false
    default: return true
    }
  }

  /// The sections that it reads.
  package var sections: Set<QualitySection> {
    var sections = Set(metric.keptIn)
    if readsKept { sections.formUnion([.kept, .metric(metric)]) }
    if needsTraits { sections.insert(.traits) }
    return sections
  }

  /// Adds what a block's tickets give.
  ///
  /// - Parameters:
  ///   - sections: what the block has.
  ///   - tickets: which of its tickets are meant.
  ///   - isContact: whether these are contacts outside of tickets.
  package mutating func add(
    _ sections: [QualitySection: [UInt8]], _ tickets: SectionTickets, isContact: Bool
  ) throws(RowError) {
    if isContact { contactCount += tickets.count } else { ticketCount += tickets.count }
    guard let bytes = sections[.metric(metric)], !bytes.isEmpty else { return }
    var section = try MetricSection(bytes)
    let texts = section.texts
    var slots = try SectionSlots(self, sections[.traits], tickets.total) { text in
      texts.firstIndex(of: text) ?? -1
    }
    // Of other metrics a ticket has all its values here.
    let ids = metric.isOfContacts ? tickets.ids : nil
    var left = OmissionCounts()
    while let place = section.ticket {
      guard place < tickets.total else { throw RowError() }
      if tickets.isMeant(place) {
        for (why, count) in section.omissions { left.add(why, count) }
        while section.valueCount > 0 {
          try add(section.next(), on: place, ids, texts, &slots)
        }
      } else {
        try section.passValues()
      }
      try section.advance()
    }
    endRun(&slots)
    left.add(to: &omissions)
  }

  /// Adds what is worked out for a block's tickets to those of some tables for which `derivesSections`
  /// is true.
  ///
  /// - Parameters:
  ///   - tables: all of them.
  ///   - wanted: the places of those that are meant.
  ///   - sections: what the block has.
  ///   - tickets: which of its tickets are meant.
  ///   - now: what happened later is left out.
  ///   - context: what else is asked for.
  ///   - span: in which time values are wanted, where nobody asks what is no value.
  package static func add(
    derived sections: [QualitySection: [UInt8]], to tables: inout [MetricTable], at wanted: [Int],
    _ tickets: SectionTickets, at now: Timestamp, _ context: MetricContext, span: MetricFilter?
  ) throws(RowError) {
    var groups: [DerivedSection.Group: [Int]] = [:]
    for index in wanted {
      if let group = DerivedSection.Group(tables[index].metric) {
        groups[group, default: []].append(index)
      }
    }
    for (group, indices) in groups {
      var metrics: [Metric] = []
      for index in indices where !metrics.contains(tables[index].metric) {
        metrics.append(tables[index].metric)
      }
      var section = try DerivedSection(
        group, metrics, sections, of: tickets, at: now, context, span: span)
      var fills: [Fill] = []
      for index in indices {
        let slots = try SectionSlots(tables[index], sections[.traits], tickets.total) {
          section.place($0)
        }
        let metric = metrics.firstIndex(of: tables[index].metric) ?? 0
        fills.append(Fill(table: index, metric: metric, slots: slots))
      }
      for place in 0..<tickets.total where tickets.isMeant(place) {
        try section.read(place, ids: tickets.ids)
        for one in section.values {
          for number in fills.indices where fills[number].metric == one.metric {
            tables[fills[number].table].add(
              one.value, on: place, nil, section.texts, &fills[number].slots)
          }
        }
        for one in section.omissions {
          for number in fills.indices where fills[number].metric == one.metric {
            fills[number].left.add(one.why, one.count)
          }
        }
      }
      for var fill in fills {
        tables[fill.table].endRun(&fill.slots)
        tables[fill.table].ticketCount += tickets.count
        fill.left.add(to: &tables[fill.table].omissions)
      }
    }
  }

  /// A table that is filled, with the place of its metric among those that are worked out together.
  private struct Fill {
    let table: Int
    let metric: Int
    var slots: SectionSlots
    var left = OmissionCounts()
  }

  @inline(__always)
  private mutating func add(
    _ value: MetricSection.Value, on place: Int, _ ids: TextRanges?, _ texts: [String?],
    _ slots: inout SectionSlots
  ) {
    if slots.run.take(value, on: place) { return }
    endRun(&slots)
    begin(value, on: place, ids, texts, &slots)
  }

  /// Adds a value that falls into another cell than the one before.
  @inline(never)
  private mutating func begin(
    _ value: MetricSection.Value, on place: Int, _ ids: TextRanges?, _ texts: [String?],
    _ slots: inout SectionSlots
  ) {
    guard slots.matches(value), let cell = cell(of: value, on: place, texts, &slots) else {
      return
    }
    let time = Timestamp(microseconds: value.at)
    if earliest.map({ time < $0 }) ?? true { earliest = time }
    if let ids {
      return count(value.value, of: ids[place], in: cell)
    }
    count(value.value, isFirst: slots.isFirst(of: place, in: cell), in: cell)
    if let times = slots.times(at: value.at) {
      slots.run.begin(cell, value.part, times, place)
    }
  }

  /// Adds the values of the run, and ends it.
  private mutating func endRun(_ slots: inout SectionSlots) {
    guard !slots.run.values.isEmpty else { return }
    let time = Timestamp(microseconds: slots.run.earliest)
    if earliest.map({ time < $0 }) ?? true { earliest = time }
    count(slots.run.values, ticketCount: slots.run.ticketCount, in: slots.run.cell)
    slots.endRun()
  }

  private mutating func cell(
    of value: MetricSection.Value, on place: Int, _ texts: [String?], _ slots: inout SectionSlots
  ) -> Int? {
    guard let slot = slots.slot(of: value, on: place, keys) else { return nil }
    if let known = slots.cell(slot, value.part) { return known }
    let index = cell(at: slots.key(of: slot, texts, keys), part: texts[value.part])
    slots.note(index, slot, value.part)
    return index
  }

  /// Adds what another table of the same question has of the tickets that come next.
  package mutating func merge(_ other: MetricTable) {
    ticketCount += other.ticketCount
    contactCount += other.contactCount
    for (why, count) in other.omissions { omissions[why, default: 0] += count }
    if let time = other.earliest, earliest.map({ time < $0 }) ?? true { earliest = time }
    for (place, index) in other.places {
      merge(other.cells[index], into: cell(at: place.key, part: place.part))
    }
  }
}

/// Values one after the other that fall into one cell, as most of a block's do: the cell is looked for
/// once, and they are added to it together.
private struct CellRun {
  private(set) var cell = -1
  private var part = 0
  private var since: Int64 = 0
  /// Without a cell none is before it.
  private var until: Int64 = 0
  private(set) var values: [Int64] = []
  private(set) var earliest = Int64.max
  /// The last ticket with a value in the cell.
  private(set) var ticket = -1
  /// How many others there are since the run began.
  private(set) var ticketCount = 0

  /// Takes the next value where it falls into the cell.
  @inline(__always)
  mutating func take(_ value: MetricSection.Value, on place: Int) -> Bool {
    guard value.at >= since, value.at < until, value.part == part else { return false }
    values.append(value.value)
    if value.at < earliest { earliest = value.at }
    if place != ticket {
      ticket = place
      ticketCount += 1
    }
    return true
  }

  /// - Parameters:
  ///   - times: when values of the part fall into the cell.
  ///   - place: the last ticket with a value in it.
  mutating func begin(_ cell: Int, _ part: Int, _ times: Range<Int64>, _ place: Int) {
    (self.cell, self.part) = (cell, part)
    (since, until) = (times.lowerBound, times.upperBound)
    ticket = place
  }

  mutating func end() {
    values.removeAll(keepingCapacity: true)
    (since, until, earliest, ticketCount) = (0, 0, .max, 0)
  }
}

/// Which tickets of a block are meant.
package struct SectionTickets {
  /// How many tickets the block has.
  let total: Int
  /// How many are meant.
  let count: Int
  /// By their places, whether they are meant; nil: all are.
  private let meant: [Bool]?
  /// By their places, their ids, and of contacts those of the tickets to which they belong; nil where
  /// nobody asked for them.
  let ids: TextRanges?
  /// The last position at which a ticket of the block may begin; nil where nobody tells blocks apart.
  let blockEnd: Position?

  /// All tickets of a block.
  package init(total: Int, ids: TextRanges? = nil, blockEnd: Position? = nil) {
    self.total = total
    self.ids = ids
    self.blockEnd = blockEnd
    count = total
    meant = nil
  }

  /// Those at some places.
  package init(at places: [Int], of total: Int, ids: TextRanges?, blockEnd: Position?) {
    self.total = total
    self.ids = ids
    self.blockEnd = blockEnd
    count = places.count
    var meant = [Bool](repeating: false, count: total)
    for place in places { meant[place] = true }
    self.meant = meant
  }

  @inline(__always)
  func isMeant(_ place: Int) -> Bool { meant.map { $0[place] } ?? true }
}

/// What is no value, by why. Of a block's tickets there are few kinds of it, so looking through a list
/// takes less than a table.
private struct OmissionCounts {
  private var counts: [(why: Metric.Omission, count: Int)] = []

  mutating func add(_ why: Metric.Omission, _ count: Int) {
    if let place = counts.firstIndex(where: { $0.why == why }) {
      counts[place].count += count
    } else {
      counts.append((why, count))
    }
  }

  func add(to omissions: inout [Metric.Omission: Int]) {
    for (why, count) in counts { omissions[why, default: 0] += count }
  }
}

extension MetricCut {
  /// Of which trait its keys are, where they are of one.
  fileprivate var trait: TraitsSection.One? {
    switch self {
    case .channel: .channel
    case .topic: .topic
    case .priority: .priority
    case .client, .company: .client
    case .project: .project
    case .kind: .kind
    case .entryPoint: .entryPoint
    case .closeKind: .closeKind
    default: nil
    }
  }
}

/// What tells the values of a section apart, as numbers.
private struct SectionSlots {
  private enum Kind {
    case all, agent, group, trait, time, boundaries
  }

  private let kind: Kind
  private let cut: MetricCut
  /// By the ticket's place, what it is about, as a place of a text of `texts`.
  private var traits: [Int] = []
  private let boundaries: [Int64]
  /// The part of the time in which the last value lay; none at first.
  private var near: (since: Int64, until: Int64, slot: Int) = (0, 0, 0)
  /// The texts of traits.
  private let texts: [String?]
  private let since: Int64
  private let until: Int64
  private let agent: Int?
  private let group: Int?
  private let part: Int?
  private var cells: [UInt64: Int] = [:]
  /// The same where slots and parts have small numbers; -1 where there is no cell.
  private var nearCells: [Int] = []
  /// By the cell, the place of the last ticket that has a value in it.
  private var counted: [Int] = []
  var run = CellRun()

  /// - Parameters:
  ///   - bytes: the section of traits.
  ///   - count: how many tickets the block has.
  ///   - place: the place of a text; none where no value has it.
  init(
    _ table: MetricTable, _ bytes: [UInt8]?, _ count: Int, _ place: (String) -> Int
  ) throws(RowError) {
    cut = table.cut
    since = table.filter.since?.microseconds ?? .min
    until = table.filter.until?.microseconds ?? .max
    agent = table.filter.agent.map(place)
    group = table.filter.group.map(place)
    part = table.filter.part.map(place)
    boundaries = table.boundaries.map(\.microseconds)
    var trait: TraitsSection.One?
    if !boundaries.isEmpty {
      kind = .boundaries
    } else {
      switch table.cut {
      case .agent: kind = .agent
      case .group: kind = .group
      case .day, .week, .month, .weekday, .hour: kind = .time
      default:
        trait = table.cut.trait
        kind = trait == nil ? .all : .trait
      }
    }
    guard let trait, let bytes, !bytes.isEmpty else {
      texts = [nil]
      if trait != nil { traits = Array(repeating: 0, count: count) }
      return
    }
    var section = try TraitsSection(bytes)
    texts = section.texts
    traits = try section.places(of: trait, count: count)
  }

  func matches(_ value: MetricSection.Value) -> Bool {
    value.at >= since && (value.at < until || until == .max)
      && (agent ?? value.agent) == value.agent
      && (group ?? value.group) == value.group && (part ?? value.part) == value.part
  }

  /// Nil where the value is in none of the parts of the time.
  @inline(__always)
  mutating func slot(of value: MetricSection.Value, on ticket: Int, _ keys: MetricKeys) -> Int? {
    switch kind {
    case .all: return 0
    case .agent: return value.agent
    case .group: return value.group
    case .trait: return traits[ticket]
    case .time: return keys.slot(of: Timestamp(microseconds: value.at), by: cut)
    case .boundaries: return slot(at: value.at)
    }
  }

  /// The part of the time in which an instant lies.
  @inline(__always)
  private mutating func slot(at time: Int64) -> Int? {
    // Mostly that of the value before.
    if time >= near.since, time < near.until { return near.slot }
    var (low, high) = (0, boundaries.count)
    while low < high {
      let middle = (low + high) / 2
      if boundaries[middle] <= time { low = middle + 1 } else { high = middle }
    }
    guard low > 0, low < boundaries.count else { return nil }
    near = (boundaries[low - 1], boundaries[low], low - 1)
    return low - 1
  }

  /// The times around one in whose cell all values of its part fall; nil where other things tell them
  /// apart too.
  func times(at time: Int64) -> Range<Int64>? {
    guard agent == nil, group == nil, part == nil else { return nil }
    switch kind {
    case .all: return since..<max(since, until)
    case .boundaries:
      // The part of the time that was looked up last.
      let begin = max(since, near.since)
      return begin..<max(begin, min(until, near.until))
    default: return nil
    }
  }

  func key(of slot: Int, _ own: [String?], _ keys: MetricKeys) -> String? {
    switch kind {
    case .all: nil
    case .agent, .group: own[slot]
    case .trait:
      switch cut {
      case .company: texts[slot].flatMap { keys.companies[$0] }
      case .kind, .entryPoint: texts[slot] ?? MetricDesk.unknown
      default: texts[slot]
      }
    case .time: keys.key(ofSlot: slot, by: cut)
    case .boundaries: "\(slot)"
    }
  }

  /// Whether a ticket has no value in a cell yet; from now on it has.
  mutating func isFirst(of ticket: Int, in cell: Int) -> Bool {
    if cell >= counted.count {
      counted.append(contentsOf: repeatElement(-1, count: cell + 1 - counted.count))
    }
    if counted[cell] == ticket { return false }
    counted[cell] = ticket
    return true
  }

  mutating func endRun() {
    counted[run.cell] = run.ticket
    run.end()
  }

  mutating func cell(_ slot: Int, _ part: Int) -> Int? {
    if let near = SectionSlots.near(slot, part) {
      return near < nearCells.count && nearCells[near] >= 0 ? nearCells[near] : nil
    }
    return cells[SectionSlots.place(slot, part)]
  }

  mutating func note(_ cell: Int, _ slot: Int, _ part: Int) {
    guard let near = SectionSlots.near(slot, part) else {
      cells[SectionSlots.place(slot, part)] = cell
      return
    }
    if near >= nearCells.count {
      nearCells.append(contentsOf: repeatElement(-1, count: near + 1 - nearCells.count))
    }
    nearCells[near] = cell
  }

  /// Where a cell stands whose slot and part have small numbers.
  private static func near(_ slot: Int, _ part: Int) -> Int? {
    slot >= 0 && slot < 64 && part < 64 ? slot << 6 | part : nil
  }

  /// A block has some thousand texts at most, and days count few millions.
  private static func place(_ slot: Int, _ part: Int) -> UInt64 {
    UInt64(bitPattern: Int64(slot)) << 24 | UInt64(part)
  }
}
