internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// Rows of the view `tickets` that are no tickets': they can be brought up to the head without folding
/// a ticket.
extension Store {
  /// Reads those rows; nil where there are none, or `body` says so.
  func readingAside<Result>(
    _ body: (ViewRows, LogPrefix) throws -> Result?
  ) throws -> Result? {
    try viewSet.withStored(of: ticketsView, newer: TicketsView.asideTypes) { rows, newer, log in
      guard var rows else { return nil }
      try ticketsView.applyAside(newer, to: &rows, log: log)
      return try body(rows, log)
    }
  }

  /// The positions of what acts on all events of a ticket, or on some that stand outside of tickets,
  /// directly or on what acts on them, up to a position.
  ///
  /// - Throws: as `read`.
  /// - Complexity: a few rows of the view `tickets`; where it is not there, as `AmendmentIndex`.
  func acting(on events: [StoredEvent], through last: Position) throws -> Set<Position> {
    guard let first = events.first else { return [] }
    let found = try readingAside { rows, log -> Set<Position>? in
      var search = try ActingSearch(rows, log, last)
      if first.envelope.stream.isTicket {
        try search.add(actingOnTicket: events)
      } else {
        for event in events { try search.add(actingOn: event) }
      }
      return search.found(events)
    }
    return try found ?? amendments.positions(actingOn: events, through: last, in: log)
  }
}

/// Follows rows from events to what acts on them.
private struct ActingSearch {
  let rows: ViewRows
  let log: LogPrefix
  let last: Position
  /// Whether anything waits for its target.
  private let isPending: Bool
  private var acting: [Position: StoredEvent] = [:]
  private var batches: Set<String> = []

  init(_ rows: ViewRows, _ log: LogPrefix, _ last: Position) throws {
    self.rows = rows
    self.log = log
    self.last = last
    isPending = try rows.value([TicketsView.Kind.pendingCount.rawValue]) != nil
  }

  /// - Parameter events: all events of the ticket.
  mutating func add(actingOnTicket events: [StoredEvent]) throws {
    guard let first = events.first?.position else { return }
    if let row = try rows.value(TicketsView.key(.foreign, first)) {
      for position in try TicketsView.positions(in: row) { try add(position) }
    }
    for event in events {
      if event.isAmendment { acting[event.position] = event }
      try addWaiting(for: event)
    }
  }

  mutating func add(actingOn event: StoredEvent) throws {
    for position in try TicketsView.amendments(of: event.position, rows) { try add(position) }
    try addWaiting(for: event)
  }

  /// What came before its target, where the rows do not have the target yet; and what acts on the
  /// import that brought the event.
  private mutating func addWaiting(for event: StoredEvent) throws {
    if isPending,
      let row = try rows.value([TicketsView.Kind.pending.rawValue] + event.envelope.id.bytes)
    {
      for position in try TicketsView.positions(in: row) { try add(position) }
    }
    guard let batch = event.envelope.importBatch, batches.insert(batch).inserted,
      let row = try BatchRow.of(batch, rows)
    else { return }
    for position in row.acting { try add(position) }
  }

  private mutating func add(_ position: Position) throws {
    guard position <= last, acting[position] == nil else { return }
    let event = try log.event(at: position)
    acting[position] = event
    try addWaiting(for: event)
  }

  /// Those which act by way of nothing that came after `last`.
  func found(_ events: [StoredEvent]) -> Set<Position> {
    var ids = Set(events.map(\.envelope.id))
    var named = Set(events.compactMap(\.envelope.importBatch))
    var found: Set<Position> = []
    var isMore = true
    while isMore {
      isMore = false
      for (position, event) in acting where !found.contains(position) {
        let isActing =
          event.amendedEvent.map(ids.contains) ?? event.retractedBatch.map(named.contains) ?? false
        guard isActing else { continue }
        found.insert(position)
        ids.insert(event.envelope.id)
        if let batch = event.envelope.importBatch { named.insert(batch) }
        isMore = true
      }
    }
    return found
  }
}
