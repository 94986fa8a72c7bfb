internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections
internal import Dispatch
internal import Synchronization

/// One batch of events on their way into the rows of a view of tickets.
struct TicketsStep<Rows: TicketRows> {
  let schema: EventSchema
  var rows: ViewRows
  let log: LogPrefix
  /// Where tickets are folded for another view too; nil: for this one alone.
  private let folds: SharedFolds?
  /// The first event.
  private let step: Position?
  /// The tickets that changed, in order of their first event in the batch.
  private var order: [StreamID] = []
  private var own: [StreamID: [StoredEvent]] = [:]
  /// Where streams begin that begin in the batch.
  private var begins: [StreamID: Position] = [:]
  private var foreign: [StreamID: Set<Position>] = [:]
  /// What has new rows.
  private var changed: [TouchedTicket] = []
  private var duties = DutyStep()
  private var gaps = GapRows.Step()
  /// Batches whose row has their first position.
  private var knownBatches: Set<String> = []

  private init(
    schema: EventSchema, rows: ViewRows, log: LogPrefix, step: Position?, folds: SharedFolds?
  ) {
    self.schema = schema
    self.rows = rows
    self.log = log
    self.step = step
    self.folds = folds
  }

  /// Applies the next events.
  ///
  /// - Returns: the tickets of which there are new rows.
  @discardableResult
  static func apply(
    _ events: [StoredEvent], to rows: inout ViewRows, log: LogPrefix, schema: EventSchema,
    folds: SharedFolds?
  ) throws -> [TouchedTicket] {
    var step = TicketsStep(
      schema: schema, rows: rows, log: log, step: events.first?.position, folds: folds)
    // The step owns the rows while it works, so that they are not copied.
    rows = ViewRows()
    defer { rows = step.rows }
    for event in events { try step.note(event) }
    let last = events.last.map { $0.position.rawValue + 1 }
    try step.fold(isEnd: last == log.count)
    return step.changed
  }

  /// Applies the next of those events that have one of `TicketsView.asideTypes`, and folds no ticket.
  static func applyAside(
    _ events: [StoredEvent], to rows: inout ViewRows, log: LogPrefix, schema: EventSchema
  ) throws {
    guard !events.isEmpty else { return }
    var step = TicketsStep(schema: schema, rows: rows, log: log, step: nil, folds: nil)
    rows = ViewRows()
    defer { rows = step.rows }
    for event in events { try step.note(event) }
    try step.foldAside()
  }

  private mutating func note(_ event: StoredEvent) throws {
    let stream = event.envelope.stream
    if Rows.keeps(stream) {
      if event.envelope.version.rawValue == 1 { begins[stream] = event.position }
      if !log.isAhead {
        touch(stream)
        own[stream, default: []].append(event)
      } else if event.envelope.version.rawValue == 1 {
        // Folded with all that comes after it, and not again.
        touch(stream)
      }
    }
    if Rows.keepsAside {
      for agent in ContactAgents.named(in: event) {
        rows.put(TicketsView.key(.contact, agent, event.position), [])
      }
      try duties.note(event, &rows, log)
      try gaps.note(event, &rows)
    }
    try settlePending(event.envelope.id)
    try noteBatch(of: event)
    if event.isAmendment {
      try link(event)
    } else if let batch = event.retractedBatch {
      try add(event.position, actingOn: batch)
    }
  }

  private mutating func touch(_ stream: StreamID) {
    if own[stream] == nil {
      own[stream] = []
      order.append(stream)
    }
  }

  // MARK: What acts on tickets from elsewhere

  /// Follows an amendment to the ticket on which it acts, by way of others that it amends.
  private mutating func link(_ amendment: StoredEvent) throws {
    var target = amendment.amendedEvent
    for _ in 0..<Limits.nestingDepth {
      guard let id = target else { return }
      guard let event = try log.event(id: id) else {
        return try addPending(id, amendment.position)
      }
      let stream = event.envelope.stream
      if Rows.keeps(stream), stream != amendment.envelope.stream {
        touch(stream)
        foreign[stream, default: []].insert(amendment.position)
      }
      if Rows.keepsAside, !stream.isTicket {
        try add(amendment.position, actingOn: event.position)
        try duties.note(event, &rows, log)
      }
      if let batch = event.retractedBatch { try add(amendment.position, actingOn: batch) }
      target = event.amendedEvent
    }
  }

  private mutating func add(_ amendment: Position, actingOn event: Position) throws {
    let known = try TicketsView.amendments(of: event, rows)
    guard !known.contains(amendment) else { return }
    rows.put(TicketsView.key(.amended, event), RowWriter.encode((known + [amendment]).sorted()))
  }

  private func pendingKey(_ id: EventID) -> [UInt8] {
    [TicketsView.Kind.pending.rawValue] + id.bytes
  }

  private func pendingCount() throws -> UInt64 {
    try rows.value([TicketsView.Kind.pendingCount.rawValue]).map { RowCoding.number($0) } ?? 0
  }

  private mutating func setPendingCount(_ count: UInt64) {
    let key = [TicketsView.Kind.pendingCount.rawValue]
    if count == 0 { rows.delete(key) } else { rows.put(key, RowCoding.key(count)) }
  }

  private mutating func addPending(_ id: EventID, _ position: Position) throws {
    let key = pendingKey(id)
    let known = try rows.value(key).map { try TicketsView.positions(in: $0) } ?? []
    guard !known.contains(position) else { return }
    rows.put(key, RowWriter.encode((known + [position]).sorted()))
    if known.isEmpty { setPendingCount(try pendingCount() + 1) }
  }

  private mutating func settlePending(_ id: EventID) throws {
    guard try pendingCount() > 0 else { return }
    let key = pendingKey(id)
    guard let row = try rows.value(key) else { return }
    rows.delete(key)
    setPendingCount(try pendingCount() - 1)
    for position in try TicketsView.positions(in: row) {
      try link(log.event(at: position))
    }
  }

  // MARK: Batches of imports

  /// Keeps where a batch begins.
  private mutating func noteBatch(of event: StoredEvent) throws {
    guard let batch = event.envelope.importBatch, knownBatches.insert(batch).inserted else {
      return
    }
    var row = try BatchRow.of(batch, rows) ?? BatchRow()
    guard row.first == nil else { return }
    row.first = event.position
    rows.put(TicketsView.key(batch: batch), RowWriter.encode(row))
  }

  /// Keeps what retracts a batch, or brings it back, and marks all tickets that have events of it.
  private mutating func add(_ position: Position, actingOn batch: String) throws {
    var row = try BatchRow.of(batch, rows) ?? BatchRow()
    guard !row.acting.contains(position) else { return }
    row.acting = (row.acting + [position]).sorted()
    rows.put(TicketsView.key(batch: batch), RowWriter.encode(row))
    try touch(batch: batch)
  }

  /// Marks what has events of a batch, and what these put right or retracted elsewhere.
  private mutating func touch(batch: String) throws {
    var streams: Set<StreamID> = []
    var told: Set<Position> = []
    var seen = Set([batch])
    var batches = [batch]
    func mark(_ event: StoredEvent) {
      if Rows.keeps(event.envelope.stream) { streams.insert(event.envelope.stream) }
      if Rows.keepsAside, DutyGroup.has(event) { told.insert(event.position) }
      // An import may bring the retraction of another one.
      if let other = event.retractedBatch, seen.insert(other).inserted { batches.append(other) }
    }
    while let batch = batches.popLast() {
      guard let first = try BatchRow.of(batch, rows)?.first else { continue }
      try log.read(from: first) { event in
        guard event.envelope.importBatch == batch else { return }
        mark(event)
        var target = event.amendedEvent
        for _ in 0..<Limits.nestingDepth {
          guard let id = target, let amended = try log.event(id: id) else { return }
          mark(amended)
          target = amended.amendedEvent
        }
      }
    }
    for stream in streams.sorted() { touch(stream) }
    for position in told { try duties.note(log.event(at: position), &rows, log) }
  }

  // MARK: Folding

  /// How many tickets are folded side by side; their events are in memory at once.
  private static var foldedTogether: Int { 512 }

  /// Folds what was touched.
  ///
  /// - Parameter isEnd: whether the log ends with the batch.
  private mutating func fold(isEnd: Bool) throws {
    let retractions = try BatchRetractions(rows, log)
    try duties.fold(retractions, schema: schema, isEnd: isEnd, &rows, log)
    try gaps.fold(&rows, log)
    var start = 0
    while start < order.count {
      let end = min(start + TicketsStep.foldedTogether, order.count)
      try fold(order[start..<end], retractions)
      start = end
    }
  }

  /// Folds what was touched, and leaves the tickets.
  private mutating func foldAside() throws {
    for (stream, positions) in foreign {
      guard let first = try log.firstPosition(of: stream) else { continue }
      _ = try addForeign(positions, first)
    }
    try gaps.fold(&rows, log)
    guard !duties.isEmpty else { return }
    let retractions = try BatchRetractions(rows, log)
    try duties.fold(retractions, schema: schema, isEnd: true, &rows, log)
  }

  /// Reading, folding and encoding, which need most of the time, are done on all cores.
  private mutating func fold(
    _ streams: ArraySlice<StreamID>, _ retractions: BatchRetractions
  ) throws {
    var touched: [TouchedTicket] = []
    for stream in streams {
      let events = own.removeValue(forKey: stream) ?? []
      // A stream that an amendment named is in the log.
      guard let first = try begins[stream] ?? log.firstPosition(of: stream) else { continue }
      touched.append(
        TouchedTicket(
          stream: stream, first: first,
          events: events.first?.envelope.version.rawValue == 1 ? events : nil,
          foreign: try addForeign(foreign[stream] ?? [], first)))
    }
    let tickets = touched
    let folder = TicketFolder<Rows>(
      schema: schema, log: log, retractions: retractions, step: step, folds: folds)
    let made = try TicketsStep.onAllCores(tickets.count) { try folder.fold(tickets[$0]) }
    // What the other view folds meanwhile is waited for when nothing else is left to do.
    for (ticket, made) in zip(tickets, made) {
      guard let new = try folder.rows(of: ticket, made) else { continue }
      try new.put(into: &rows)
      changed.append(ticket.withoutEvents)
    }
  }

  /// The results in order; the first error in order where there is one.
  static func onAllCores<Value: Sendable>(
    _ count: Int, _ body: @Sendable (_ index: Int) throws -> Value
  ) throws -> [Value] {
    let results = Mutex<[Result<Value, any Error>?]>(Array(repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let result = Result { try body(index) }
      results.withLock { $0[index] = result }
    }
    return try results.withLock { $0 }.compactMap { try $0?.get() }
  }

  /// Adds to what acts on a ticket from other streams, and gives all of it in order.
  private mutating func addForeign(
    _ positions: Set<Position>, _ first: Position
  ) throws -> [Position] {
    let key = TicketsView.key(.foreign, first)
    let known = try rows.value(key).map { try TicketsView.positions(in: $0) } ?? []
    let all = positions.union(known).sorted()
    if all.count != known.count { rows.put(key, RowWriter.encode(all)) }
    return all
  }
}
