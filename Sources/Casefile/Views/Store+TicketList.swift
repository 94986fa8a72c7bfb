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
  /// view `tickets` and, after its position, folded from the log. With either every ticket is folded
  /// from the log. Tickets of which nothing had happened, or was known, or all was retracted, are left
  /// out.
  /// With `after` the list begins after that ticket.
  /// - Throws: `LogError`; `ModelError` `.invalidID` for a ticket to begin after that is not there.
  ///   Also what `each` throws.
  /// - Complexity: a row of the view for each ticket; with a moment, every event of every ticket.
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

  private func listFolded(
    _ filter: TicketFilter, _ meant: Set<Position>?, _ asOf: Timestamp?, _ knownAt: KnownAt?,
    _ rows: ViewRows, _ log: LogPrefix, after: [UInt8]?, _ each: (TicketSummary) throws -> Bool
  ) throws {
    var last = after
    let retractions = try BatchRetractions(rows, log)
    while true {
      var keys: [[UInt8]] = []
      var places: [(first: Position, foreign: [Position])] = []
      try rows.scan([TicketsView.Kind.state.rawValue], after: last) { key, _ in
        let first = TicketsView.position(in: key)
        keys.append(key)
        guard meant?.contains(first) ?? true else { return keys.count < Store.foldedTogether }
        let foreign = try rows.value(TicketsView.key(.foreign, first))
        places.append((first, try foreign.map { try TicketsView.positions(in: $0) } ?? []))
        return keys.count < Store.foldedTogether
      }
      guard let newest = keys.last else { return }
      last = newest
      for summary in try fold(places, asOf, knownAt, retractions, log)
      where filter.matches(summary.state) {
        guard try each(summary) else { return }
      }
    }
  }

  /// Folds tickets on all cores; they are handed back in order.
  private func fold(
    _ places: [(first: Position, foreign: [Position])], _ asOf: Timestamp?, _ knownAt: KnownAt?,
    _ retractions: BatchRetractions, _ log: LogPrefix
  ) throws -> [TicketSummary] {
    let folded = Mutex<[Int: Result<TicketSummary?, any Error>]>([:])
    let schema = schema
    DispatchQueue.concurrentPerform(iterations: places.count) { index in
      let result = Result {
        let (first, foreign) = places[index]
        return try Store.fold(
          TicketHistory(
            events: retractions.completing(
              log.events(of: log.event(at: first).envelope.stream),
              foreign: foreign.map { try log.event(at: $0) }),
            schema: schema), first, asOf, knownAt)
      }
      folded.withLock { $0[index] = result }
    }
    let results = folded.withLock { $0 }
    return try places.indices.compactMap { try results[$0]?.get() }
  }

  private static func fold(
    _ history: TicketHistory, _ first: Position, _ asOf: Timestamp?, _ knownAt: KnownAt?
  ) -> TicketSummary? {
    guard let ticket = history.ticket, history.isInForce(asOf: asOf, knownAt: knownAt) else {
      return nil
    }
    return TicketSummary(
      ticket: ticket, firstPosition: first, version: history.version(knownAt: knownAt),
      state: history.state(asOf: asOf, knownAt: knownAt))
  }
}
