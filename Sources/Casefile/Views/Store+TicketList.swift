internal import CasefileLog
public import CasefileModel
public import CasefileProjections
internal import Dispatch
internal import Synchronization

extension Store {
  /// Hands out the tickets that a filter means, in order of their first positions, until `each` says
  /// false.
  ///
  /// Without `asOf` and `knownAt` the states are those of each ticket's newest event, read from the
  /// view `tickets` and, after its position, folded from the log. With either the tickets that were
  /// under way at the moment are folded; those that were over are read as they are. Tickets of which
  /// nothing had happened, or was known, or all was retracted, are left out.
  /// With `after` the list begins after that ticket.
  /// - Throws: `LogError`; `ModelError` `.invalidID` for a ticket to begin after that is not there.
  ///   Also what `each` throws.
  /// - Complexity: a row of the view for each ticket; with a moment, also every event of those that
  ///   were under way; with a source's claim, of all. With `asOf` and a status other than closed only
  ///   the rows of those that were under way then or have the status since.
  public func tickets(
    _ filter: TicketFilter = TicketFilter(), asOf: Timestamp? = nil, knownAt: KnownAt? = nil,
    after: String? = nil, _ each: (TicketSummary) throws -> Bool
  ) throws {
    let start = try after.map { TicketsView.key(.state, try firstPosition(ofTicket: $0)) }
    // First positions: a ticket that has no such text need not be decoded or folded.
    let meant = try filter.text.map { text in
      Set(
        try tickets(matching: text, asOf: asOf, knownAt: knownAt).compactMap {
          try firstPosition(of: $0)
        })
    }
    // A damaged row makes the reading begin again, without the stored rows.
    var last: Position?
    func once(_ summary: TicketSummary) throws -> Bool {
      guard last.map({ $0 < summary.firstPosition }) ?? true else { return true }
      last = summary.firstPosition
      return try each(summary)
    }
    try reading(ticketsView) { rows, log in
      if asOf == nil, knownAt == nil {
        return try listNewest(filter, meant, rows, after: start, once)
      }
      try listFolded(filter, meant, asOf, knownAt, rows, log, after: start, once)
    }
  }

  /// The same of the tickets that begin at some positions.
  package func tickets(
    at firsts: [Position], asOf: Timestamp? = nil, knownAt: KnownAt? = nil,
    _ each: (TicketSummary) throws -> Bool
  ) throws {
    var rest = firsts.sorted()[...]
    try reading(ticketsView) { rows, log in
      try listFolded(TicketFilter(), nil, asOf, knownAt, rows, log, at: rest) { summary in
        rest = rest.drop { $0 <= summary.firstPosition }
        return try each(summary)
      }
    }
  }

  private func firstPosition(ofTicket id: String) throws -> Position {
    guard let first = try firstPosition(of: .ticket(id)) else {
      throw ModelError(.invalidID, "there is no ticket \(id) in this store to begin after")
    }
    return first
  }

  /// Where a stream begins; nil where there is none.
  func firstPosition(of stream: StreamID) throws -> Position? {
    var first: Position?
    try read(
      EventReadOptions(query: EventQuery(streams: [stream]), limit: 1, includesContent: false)
    ) { event in
      first = event.position
      return false
    }
    return first
  }

  private func listNewest(
    _ filter: TicketFilter, _ meant: Set<Position>?, _ rows: ViewRows, after: [UInt8]?,
    _ each: (TicketSummary) throws -> Bool
  ) throws {
    func handOut(_ key: [UInt8], _ value: [UInt8]) throws -> Bool {
      guard meant?.contains(TicketsView.position(in: key)) ?? true else { return true }
      let row = try TicketsView.decode(TicketRow.self, value)
      guard row.isInForce, filter.matches(row.state) else { return true }
      return try each(
        TicketSummary(
          ticket: row.state.ticket, firstPosition: TicketsView.position(in: key),
          version: row.version, state: row.state))
    }
    guard let client = filter.client else {
      return try rows.scan([TicketsView.Kind.state.rawValue], after: after, handOut)
    }
    let prefix = TicketsView.prefix(.client, client)
    try rows.scan(prefix, after: after.map { prefix + $0.dropFirst() }) { key, _ in
      let stateKey = TicketsView.key(.state, TicketsView.position(in: key))
      guard let value = try rows.value(stateKey) else { return true }
      return try handOut(stateKey, value)
    }
  }

  /// How many tickets are folded side by side; their events are in memory at once.
  private static let foldedTogether = 256

  /// A ticket of a list: answered by its row, or to be folded.
  private enum Listed: Sendable {
    case ready(TicketSummary)
    case folded(first: Position, last: Position, foreign: [Position])
  }

  private func listFolded(
    _ filter: TicketFilter, _ meant: Set<Position>?, _ asOf: Timestamp?, _ knownAt: KnownAt?,
    _ rows: ViewRows, _ log: LogPrefix, after: [UInt8]? = nil,
    at firsts: ArraySlice<Position>? = nil,
    _ each: (TicketSummary) throws -> Bool
  ) throws {
    let moment = try Moment(asOf, knownAt, log)
    var last = after
    let retractions = try BatchRetractions(rows, log)
    var places = try firsts ?? self.places(filter, asOf, knownAt, rows, after: after)?[...]
    while true {
      var newest: [UInt8]?
      var listed: [Listed] = []
      func look(_ key: [UInt8], _ value: [UInt8]) throws -> Bool {
        let first = TicketsView.position(in: key)
        newest = key
        if meant?.contains(first) ?? true, let one = try moment.look(first, value, rows) {
          listed.append(one)
        }
        return listed.count < Store.foldedTogether
      }
      if places == nil {
        try rows.scan([TicketsView.Kind.state.rawValue], after: last, look)
      } else {
        while let first = places?.popFirst() {
          let key = TicketsView.key(.state, first)
          if let value = try rows.value(key), try !look(key, value) { break }
        }
      }
      for summary in try fold(listed, asOf, knownAt, retractions, log)
      where filter.matches(summary.state) {
        guard try each(summary) else { return }
      }
      guard let newest else { return }
      last = newest
    }
  }

  /// Where those tickets begin that may be meant, where rows tell; nil: all are to be looked at.
  ///
  /// By what was known earlier a ticket may have been under way at other times.
  private func places(
    _ filter: TicketFilter, _ asOf: Timestamp?, _ knownAt: KnownAt?, _ rows: ViewRows,
    after: [UInt8]?
  ) throws -> [Position]? {
    guard let asOf, knownAt == nil, let status = filter.status else { return nil }
    let start = after.map { TicketsView.position(in: $0) }
    return try MomentRows.places(of: status, at: asOf, rows)?.filter { place in
      start.map { $0 < place } ?? true
    }
  }

  /// The moment of a list, as the rows of the view can be asked for it.
  private struct Moment {
    let asOf: Timestamp?
    /// How many events of the log were known; nil: all.
    let known: UInt64?
    /// A source's claim picks events out of the log: no row tells which.
    let isClaim: Bool

    init(_ asOf: Timestamp?, _ knownAt: KnownAt?, _ log: LogPrefix) throws {
      self.asOf = asOf
      switch knownAt {
      case .position(let last)?: known = min(last.rawValue, .max - 1) + 1
      case .recorded(let instant)?: known = try log.count(recordedThrough: instant)
      case .sourceClaim?, nil: known = nil
      }
      if case .sourceClaim? = knownAt { isClaim = true } else { isClaim = false }
    }

    /// What a row says of its ticket; nil where the ticket was not there.
    func look(_ first: Position, _ value: [UInt8], _ rows: ViewRows) throws -> Listed? {
      let (head, state) = try TicketsView.read(value)
      if !isClaim {
        switch head.answer(asOf: asOf, known: known, first: first) {
        case .absent: return nil
        case .state(let instant):
          var state = try state()
          if let instant { state.evaluatedAt = instant }
          return .ready(
            TicketSummary(
              ticket: state.ticket, firstPosition: first, version: head.version, state: state))
        case .unknown: break
        }
      }
      let foreign = try rows.value(TicketsView.key(.foreign, first))
      return .folded(
        first: first, last: head.lastPosition,
        foreign: try foreign.map { try TicketsView.positions(in: $0) } ?? [])
    }
  }

  /// Folds tickets on all cores; they are handed back in order.
  private func fold(
    _ listed: [Listed], _ asOf: Timestamp?, _ knownAt: KnownAt?,
    _ retractions: BatchRetractions, _ log: LogPrefix
  ) throws -> [TicketSummary] {
    let folded = Mutex<[Int: Result<TicketSummary?, any Error>]>([:])
    let schema = schema
    let places = listed.enumerated().compactMap { index, one in
      if case .folded(let first, let last, let foreign) = one {
        (index, first, last, foreign)
      } else {
        nil
      }
    }
    DispatchQueue.concurrentPerform(iterations: places.count) { number in
      let (index, first, last, foreign) = places[number]
      let result = Result {
        try Store.fold(
          TicketHistory(
            events: retractions.completing(
              log.events(beginningAt: first, through: last),
              foreign: foreign.map { try log.event(at: $0) }),
            schema: schema), first, asOf, knownAt)
      }
      folded.withLock { $0[index] = result }
    }
    let results = folded.withLock { $0 }
    return try listed.enumerated().compactMap { index, one in
      if case .ready(let summary) = one { summary } else { try results[index]?.get() }
    }
  }

  private static func fold(
    _ history: TicketHistory, _ first: Position, _ asOf: Timestamp?, _ knownAt: KnownAt?
  ) -> TicketSummary? {
    guard let ticket = history.ticket,
      let state = history.stateInForce(asOf: asOf, knownAt: knownAt)
    else { return nil }
    return TicketSummary(
      ticket: ticket, firstPosition: first, version: history.version(knownAt: knownAt),
      state: state)
  }
}
