import CasefileModel

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
  package var readsSections: Bool {
    guard metric.basis == .history, isWanted == nil, filter.keys.allSatisfy({ $0.key == .all })
    else { return false }
    switch cut {
    case .tag, .cause, .template, .tenure, .shift, .release, .hours: return false
    default: return true
    }
  }

  /// The sections that it reads.
  package var sections: Set<QualitySection> {
    var sections = Set(metric.keptIn)
    if needsTraits { sections.insert(.traits) }
    return sections
  }

  /// Adds what a block's tickets give.
  ///
  /// - Parameters:
  ///   - sections: what the block has.
  ///   - tickets: which tickets are meant, by their places, with their ids; sorted.
  ///   - total: how many tickets the block has.
  ///   - isContact: whether these are contacts outside of tickets.
  package mutating func add(
    _ sections: [QualitySection: [UInt8]], _ tickets: [(place: Int, ticket: String?)],
    of total: Int, isContact: Bool
  ) throws(RowError) {
    if isContact { contactCount += tickets.count } else { ticketCount += tickets.count }
    guard let bytes = sections[.metric(metric)], !bytes.isEmpty else { return }
    var section = try MetricSection(bytes)
    var slots = try SectionSlots(self, section.texts, sections[.traits], total)
    var wanted = tickets[...]
    while let place = section.ticket {
      while let next = wanted.first, next.place < place { wanted.removeFirst() }
      guard let next = wanted.first else { return }
      if next.place == place {
        for (why, count) in section.omissions { omissions[why, default: 0] += count }
      }
      while section.valueCount > 0 {
        let value = try section.next()
        if next.place == place { add(value, of: next.ticket, on: place, section.texts, &slots) }
      }
      try section.advance()
    }
  }

  private mutating func add(
    _ value: MetricSection.Value, of ticket: String?, on place: Int, _ texts: [String?],
    _ slots: inout SectionSlots
  ) {
    guard slots.matches(value), let slot = slots.slot(of: value, on: place, keys) else { return }
    let time = Timestamp(microseconds: value.at)
    if earliest.map({ time < $0 }) ?? true { earliest = time }
    let index: Int
    if let known = slots.cell(slot, value.part) {
      index = known
    } else {
      index = cell(at: slots.key(of: slot, texts, keys), part: texts[value.part])
      slots.note(index, slot, value.part)
    }
    count(value.value, of: ticket, in: index)
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

/// What tells the values of a section apart, as numbers.
private struct SectionSlots {
  private enum Kind {
    case all
    case agent
    case group
    /// By what the ticket is about, as a place of a text of `texts`, by the ticket's place.
    case trait([Int])
    case time
    case boundaries([Int64])
  }

  private let kind: Kind
  private let cut: MetricCut
  /// The texts of traits.
  private let texts: [String?]
  private let since: Int64
  private let until: Int64
  private let agent: Int?
  private let group: Int?
  private let part: Int?
  private var cells: [UInt64: Int] = [:]
  private var last: (slot: Int, part: Int, cell: Int)?

  init(
    _ table: MetricTable, _ texts: [String?], _ traits: [UInt8]?, _ count: Int
  ) throws(RowError) {
    cut = table.cut
    since = table.filter.since?.microseconds ?? .min
    until = table.filter.until?.microseconds ?? .max
    /// A text that the section does not have is no place.
    func place(_ text: String?) -> Int? { text.map { texts.firstIndex(of: $0) ?? -1 } }
    agent = place(table.filter.agent)
    group = place(table.filter.group)
    part = place(table.filter.part)
    var traitTexts: [String?] = [nil]
    func trait(_ one: TraitsSection.One) throws(RowError) -> Kind {
      guard let traits, !traits.isEmpty else {
        return .trait(Array(repeating: 0, count: count))
      }
      var section = try TraitsSection(traits)
      traitTexts = section.texts
      return .trait(try section.places(of: one, count: count))
    }
    if !table.boundaries.isEmpty {
      kind = .boundaries(table.boundaries.map(\.microseconds))
    } else {
      switch table.cut {
      case .agent: kind = .agent
      case .group: kind = .group
      case .channel: kind = try trait(.channel)
      case .topic: kind = try trait(.topic)
      case .priority: kind = try trait(.priority)
      case .client, .company: kind = try trait(.client)
      case .project: kind = try trait(.project)
      case .kind: kind = try trait(.kind)
      case .entryPoint: kind = try trait(.entryPoint)
      case .closeKind: kind = try trait(.closeKind)
      case .day, .week, .month, .weekday, .hour: kind = .time
      default: kind = .all
      }
    }
    self.texts = traitTexts
  }

  func matches(_ value: MetricSection.Value) -> Bool {
    value.at >= since && (value.at < until || until == .max)
      && (agent ?? value.agent) == value.agent
      && (group ?? value.group) == value.group && (part ?? value.part) == value.part
  }

  /// Nil where the value is in none of the parts of the time.
  func slot(of value: MetricSection.Value, on ticket: Int, _ keys: MetricKeys) -> Int? {
    switch kind {
    case .all: return 0
    case .agent: return value.agent
    case .group: return value.group
    case .trait(let places): return places[ticket]
    case .time: return keys.slot(of: Timestamp(microseconds: value.at), by: cut)
    case .boundaries(let boundaries):
      var (low, high) = (0, boundaries.count)
      while low < high {
        let middle = (low + high) / 2
        if boundaries[middle] <= value.at { low = middle + 1 } else { high = middle }
      }
      return low > 0 && low < boundaries.count ? low - 1 : nil
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

  mutating func cell(_ slot: Int, _ part: Int) -> Int? {
    if let last, last.slot == slot, last.part == part { return last.cell }
    guard let cell = cells[SectionSlots.place(slot, part)] else { return nil }
    last = (slot, part, cell)
    return cell
  }

  mutating func note(_ cell: Int, _ slot: Int, _ part: Int) {
    cells[SectionSlots.place(slot, part)] = cell
    last = (slot, part, cell)
  }

  /// A block has some thousand texts at most, and days count few millions.
  private static func place(_ slot: Int, _ part: Int) -> UInt64 {
    UInt64(bitPattern: Int64(slot)) << 24 | UInt64(part)
  }
}
