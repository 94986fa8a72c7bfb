internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// Finds tickets by the rows of the view `quality` that tell whose and of when their values are.
///
/// What it finds may be too much, and is never too little.
struct QualityIndex {
  let rows: ViewRows

  /// The first positions of the tickets that may have values that a filter lets through; nil: of any.
  ///
  /// - Parameter isOfHolders: whether values may lie wherever the filter's agent held the ticket, though
  ///   nothing happened then.
  /// - Complexity: the rows of the agent's months, or of the months.
  func places(_ filter: MetricFilter, isOfHolders: Bool = false) throws -> Set<Position>? {
    if let agent = filter.onlyAgent {
      return try places(of: agent, filter.since, filter.until, isOfHolders: isOfHolders)
    }
    guard !isOfHolders, let months = try months(of: filter) else { return nil }
    var places: Set<Position> = []
    for month in months { try add(QualityView.prefix(ofMonth: month), to: &places) }
    return places
  }

  /// The months in which values may lie that a filter lets through; nil: the filter names no time, or
  /// most of it. Most tickets have a part in that: to look for each takes longer than to read all.
  func months(of filter: MetricFilter) throws -> Range<Int64>? {
    guard let since = filter.since, let until = filter.until, since < until else { return nil }
    let wanted = QualityFacts.month(of: since)...QualityFacts.month(before: until)
    guard let known = try months(), known.overlaps(wanted) else { return 0..<0 }
    let months = wanted.clamped(to: known)
    return months.count * 2 < known.count ? Range(months) : nil
  }

  /// The first month in which values may lie, and the last one; nil: there are none.
  private func months() throws -> ClosedRange<Int64>? {
    func first(since month: Int64?) throws -> Int64? {
      var found: Int64?
      let begin = month.map { QualityView.prefix(ofMonth: $0) }
      try rows.scan([QualityView.Kind.month.rawValue], after: begin) { key, _ in
        found = QualityView.number(in: key)
        return false
      }
      return found
    }
    guard let earliest = try first(since: nil) else { return nil }
    var last = earliest
    var step: Int64 = 1
    while step > 0 {
      // Twice as far while there is something, then half as far.
      while let next = try first(since: last + step) {
        last = next
        step *= 2
      }
      step /= 2
    }
    return earliest...last
  }

  private func places(
    of agent: String, _ since: Timestamp?, _ until: Timestamp?, isOfHolders: Bool
  ) throws -> Set<Position> {
    var places: Set<Position> = []
    let last = until.map { QualityFacts.month(before: $0) } ?? .max
    let begin = since.map { QualityView.prefix(ofAgent: agent, QualityFacts.month(of: $0)) }
    try rows.scan(QualityView.prefix(ofAgent: agent), after: begin) { key, _ in
      guard QualityView.number(in: key) <= last else { return false }
      places.insert(TicketsView.position(in: key))
      return true
    }
    // On each ticket that is held something happened once.
    guard isOfHolders, since != nil else { return places }
    try rows.scan(QualityView.prefix(ofHolder: agent)) { key, month in
      if QualityView.number(month) <= last { places.insert(TicketsView.position(in: key)) }
      return true
    }
    return places
  }

  /// The tickets that bear on whether a close was repeated.
  ///
  /// - Complexity: a row for each of them.
  func places(
    of question: ClientContacts.Question, about ticket: String
  ) throws -> Set<Position> {
    var places: Set<Position> = []
    let last = question.times.upperBound.microseconds
    for client in question.clients {
      let begin = QualityView.prefix(ofClient: client, question.times.lowerBound)
      try rows.scan(QualityView.prefix(ofClient: client), after: begin) { key, _ in
        guard QualityView.number(in: key) <= last else { return false }
        places.insert(TicketsView.position(in: key))
        return true
      }
    }
    try add(QualityView.prefix(ofFollowed: ticket), to: &places)
    return places
  }

  /// The positions of the events of some types of `QualityView.ruleTypes`, in order.
  func rules(of types: Set<UInt32>) throws -> [Position] {
    var found: [Position] = []
    for type in types {
      try rows.scan(QualityView.prefix(ofRules: type)) { key, _ in
        found.append(TicketsView.position(in: key))
        return true
      }
    }
    return found.sorted()
  }

  /// What is known of trainings and reviews.
  ///
  /// - Parameters:
  ///   - types: some of `TrainingBook.types`.
  ///   - isWanted: whether one of those is wanted on which nothing acts; nil: all are.
  /// - Returns: also where those are on which something acts or may act.
  func trainings(
    of types: Set<UInt32>, where isWanted: ((TrainingNote) -> Bool)?
  ) throws -> (notes: [TrainingNote], others: [Position]) {
    var notes: [TrainingNote] = []
    var others: [Position] = []
    for type in types {
      try rows.scan(QualityView.prefix(ofRules: type)) { key, row in
        let position = TicketsView.position(in: key)
        guard !row.isEmpty else {
          others.append(position)
          return true
        }
        let note = try QualityIndex.note(row, at: position)
        if isWanted?(note) ?? true { notes.append(note) }
        return true
      }
    }
    return (notes, others.sorted())
  }

  /// What a training or a review tells; nil where something acts on it, or may.
  func training(at position: Position, of type: UInt32) throws -> TrainingNote? {
    let key = QualityView.prefix(ofRules: type) + RowCoding.key(position.rawValue)
    guard let row = try rows.value(key), !row.isEmpty else { return nil }
    return try QualityIndex.note(row, at: position)
  }

  /// How many tickets came to agents in each hour; nil where the rows don't tell of the instant.
  ///
  /// - Parameters:
  ///   - agents: nil: all of them.
  ///   - now: what happened later is left out.
  func inflow(of agents: Set<String>?, at now: Timestamp) throws -> AgentInflow? {
    var inflow = AgentInflow()
    guard let end = try QualityView.end(of: rows) else { return inflow }
    guard end <= now else { return nil }
    for prefix in agents?.sorted().map({ QualityView.prefix(ofHoursOf: $0) })
      ?? [QualityView.prefix(ofHoursOf: nil)]
    {
      try rows.scan(prefix) { key, row in
        let (agent, page) = try QualityView.hours(row)
        inflow.add(page, QualityView.number(key.suffix(8)), of: agent)
        return true
      }
    }
    inflow.finish()
    return inflow
  }

  private static func note(
    _ row: [UInt8], at position: Position
  ) throws(ViewDamage) -> TrainingNote {
    try QualityView.reading { () throws(RowError) in try TrainingNote(row: row, at: position) }
  }

  private func add(_ prefix: [UInt8], to places: inout Set<Position>) throws {
    try rows.scan(prefix) { key, _ in
      places.insert(TicketsView.position(in: key))
      return true
    }
  }
}

extension MetricFilter {
  /// The agent whose values alone are meant; nil: those of others too.
  var onlyAgent: String? {
    // The key of what is not known is that of what is nobody's too.
    agent ?? keys[.agent].flatMap { $0 == MetricDesk.unknown ? nil : $0 }
  }
}
