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
    guard !isOfHolders, let since = filter.since, let until = filter.until, since < until else {
      return nil
    }
    let wanted = QualityFacts.month(of: since)...QualityFacts.month(before: until)
    guard let known = try months(), known.overlaps(wanted) else { return [] }
    let months = wanted.clamped(to: known)
    // Most tickets have a part in most of the time: to look for each takes longer than to read all.
    guard months.count * 2 < known.count else { return nil }
    var places: Set<Position> = []
    for month in months { try add(QualityView.prefix(ofMonth: month), to: &places) }
    return places
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
  ///
  /// - Parameter isWanted: tells by the agent of a training and its reviews, or by a review itself,
  ///   whether it is wanted; nil: every event is. One on which something acts always is.
  func rules(
    of types: Set<UInt32>, where isWanted: ((_ names: [String]) -> Bool)?
  ) throws -> [Position] {
    try namedRules(of: types, where: isWanted).map(\.position)
  }

  /// The same, with whether it is known that nothing acts on the event.
  func namedRules(
    of types: Set<UInt32>, where isWanted: ((_ names: [String]) -> Bool)?
  ) throws -> [(position: Position, isPlain: Bool)] {
    var found: [(position: Position, isPlain: Bool)] = []
    for type in types {
      try rows.scan(QualityView.prefix(ofRules: type)) { key, row in
        if let isWanted, !row.isEmpty {
          let names = try QualityView.reading { () throws(RowError) in
            try RowReader.decode([String].self, row)
          }
          guard isWanted(names) else { return true }
        }
        found.append((TicketsView.position(in: key), !row.isEmpty))
        return true
      }
    }
    return found.sorted { $0.position < $1.position }
  }

  /// Whether it is known that nothing acts on an event of one of `QualityView.ruleTypes`.
  func isPlain(_ position: Position, of type: UInt32) throws -> Bool {
    let key = QualityView.prefix(ofRules: type) + RowCoding.key(position.rawValue)
    return try rows.value(key).map { !$0.isEmpty } ?? false
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
