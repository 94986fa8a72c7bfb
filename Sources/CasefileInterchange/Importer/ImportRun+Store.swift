internal import Casefile
internal import CasefileLog
internal import CasefileModel

/// The second part of a run: rows become events, and events are stored.
extension ImportRun {
  /// Maps the new rows in order of time and stores their events, or only counts them.
  mutating func finish() throws -> ImportSummary {
    var batch = try ImportBatch(
      profile: profile, files: files, map: options.map.sha256, store: store,
      retracted: retractedBatches)
    var summary = ImportSummary()
    summary.rows = reader.rowCount
    summary.rejected = rejections.count
    summary.rejections = rejections
    summary.duplicates = duplicateEvents
    summary.unmappedValues = unmappedValues
    summary.changed = changedCount
    let wasResumed = batch.startedAt != nil
    let hasNews = isNew.contains(true) || !changedRows.isEmpty
    if !options.isCheck, hasNews, !wasResumed { try batch.start(self) }
    summary.batch = batch.startedAt == nil && !(options.isCheck && hasNews) ? nil : batch.id
    do {
      try mapAll(&summary, batch: batch.id)
      let isOpen = batch.startedAt != nil && !batch.isCompleted
      if !options.isCheck, isOpen {
        try batch.complete(self, summary, wasResumed: wasResumed)
      }
    } catch {
      guard !options.isCheck else { throw error }
      throw ImportError(
        .batchIncomplete,
        "storing stopped after \(summary.events) events of batch \(batch.id): \(error). Run the "
          + "same import again to complete it", cause: error)
    }
    return summary
  }

  private func mapAll(_ summary: inout ImportSummary, batch: String) throws {
    let mapper = RowMapper(self, batch: batch)
    let table = reader.table
    var tickets = TicketProgress(count: reader.tickets.count)
    var queue = EventQueue()
    // Who people are comes first, then what is corrected, which later rows may build upon.
    try registerPeople(&queue, &summary, batch: batch)
    try correctRecords(mapper, &tickets, &queue, &summary, batch: batch)
    var rowsDone = 0
    for place in order.byTime {
      let row = Int(place)
      rowsDone += 1
      if rowsDone.isMultiple(of: 8_192) {
        try options.progress(
          Importer.Progress(
            phase: .storing, rowsDone: rowsDone, rowsTotal: order.byTime.count))
      }
      guard isNew[row] else { continue }
      let events = try map(row, mapper, &tickets, &summary)
      if profile.mode == .events {
        let stream = tickets.stream(of: table.tickets[row])
        queue.streams.formUnion(events.lazy.map(\.stream).filter { $0 != stream })
      }
      try enqueue(events, &queue, &summary)
    }
    try append(&queue, &summary)
    for stream in queue.streams {
      let isTicket = reader.tickets.find(RowReader.poolText(of: stream)).map {
        tickets.hasBegun($0)
      }
      if isTicket != true { summary.streams += 1 }
      // Only corrections: no row of it is new.
      if isTicket == false, stream.kind == "ticket" { summary.extendedTickets += 1 }
    }
  }

  /// Puts the events of one row into the queue, which is stored when it is full.
  func enqueue(
    _ events: [Event], _ queue: inout EventQueue, _ summary: inout ImportSummary
  ) throws {
    guard !options.isCheck else {
      for event in events {
        try store.check(event)
        summary.count(event)
      }
      return
    }
    let bytes = events.reduce(0) { $0 + $1.approximateSizeBytes }
    if queue.events.count + events.count > ImportLimits.eventsPerAppend
      || queue.sizeBytes + bytes > ImportLimits.bytesPerAppend
    {
      try append(&queue, &summary)
    }
    queue.events += events
    queue.sizeBytes += bytes
  }

  private func registerPeople(
    _ queue: inout EventQueue, _ summary: inout ImportSummary, batch: String
  ) throws {
    guard isNew.contains(true) || !changedRows.isEmpty else { return }
    let registrations = PersonRegistrations(
      profile: profile, store: store, batch: batch, actor: options.actor,
      retracted: retractedBatches)
    for event in try registrations.events(for: people.people) {
      queue.streams.insert(event.stream)
      try enqueue([event], &queue, &summary)
    }
  }

  /// The events of a row. A ticket has begun with its first event: rows may give none, or events of
  /// other streams.
  private func map(
    _ row: Int, _ mapper: RowMapper, _ tickets: inout TicketProgress,
    _ summary: inout ImportSummary
  ) throws -> [Event] {
    let table = reader.table
    let ticket = table.tickets[row]
    let stream = try tickets.stream(of: ticket) ?? self.stream(of: ticket)
    let hasBegun = tickets.hasBegun(ticket)
    let history = hasBegun ? nil : histories[ticket]
    let isFirst = !hasBegun && history == nil && !begunTickets.contains(ticket)
    let (events, snapshot) = try mapper.map(
      snapshotRow(table, row, on: stream), table: self.table(of: row),
      after: hasBegun
        ? tickets.snapshot(of: ticket) : tickets.base(of: ticket) ?? history?.snapshot,
      isFirst: isFirst)
    if hasBegun {
      tickets.set(snapshot, of: ticket)
    } else if events.contains(where: { $0.stream == stream }) {
      tickets.begin(ticket, stream: stream, snapshot: snapshot)
      if isFirst { summary.newTickets += 1 } else { summary.extendedTickets += 1 }
      summary.streams += 1
    }
    return events
  }

  private func append(_ queue: inout EventQueue, _ summary: inout ImportSummary) throws {
    guard !queue.events.isEmpty else { return }
    for (event, appended) in zip(queue.events, try store.appendBlocking(queue.events)) {
      // Somebody else may have imported the same rows meanwhile.
      if appended.isDuplicate { summary.duplicates += 1 } else { summary.count(event) }
    }
    queue.events.removeAll(keepingCapacity: true)
    queue.sizeBytes = 0
  }

  func snapshotRow(_ table: RowTable, _ row: Int, on stream: StreamID) -> SnapshotRow {
    SnapshotRow(
      stream: stream, cells: table.cells(of: row), time: table.times[row],
      writtenAt: table.writtenTimes[row],
      sequence: profile.tables[self.table(of: row)].order == nil ? nil : table.orders[row],
      actor: table.actors[row],
      identity: identity(of: row), file: table.files[row], row: UInt64(table.rows[row]))
  }

  /// Labels of states and channels for which the profile says nothing.
  private var unmappedValues: [ImportSummary.Unmapped] {
    var values = reader.unmapped.sorted { ($0.column, $0.value) < ($1.column, $1.value) }
    for (column, pool) in zip(reader.plan.columns, reader.pools) {
      let known: Set<String>
      switch column.role {
      case .state: known = Set(profile.snapshots.labels.keys)
      case .channel: known = Set(profile.snapshots.channels.keys)
      default: continue
      }
      for text in pool.codes.compactMap({ pool.text($0) }) where !known.contains(text) {
        values.append(ImportSummary.Unmapped(column: column.name, value: text))
      }
    }
    return values
  }
}

extension Event {
  /// Enough to keep an append within its limit of bytes: fields and a usual envelope.
  fileprivate var approximateSizeBytes: Int {
    body.count + contents.reduce(400) { $0 + $1.bytes.count + 100 }
  }
}

/// Events that wait for their append, and the streams that are counted besides those of rows.
struct EventQueue {
  fileprivate(set) var events: [Event] = []
  fileprivate var sizeBytes = 0
  var streams: Set<StreamID> = []
}

/// Where each ticket stands while rows of all tickets are mapped in order of time.
struct TicketProgress {
  private var streams: [StreamID?]
  private var snapshots: [Snapshot?]
  private var bases: [UInt32: Snapshot] = [:]

  init(count: Int) {
    streams = Array(repeating: nil, count: count)
    snapshots = Array(repeating: nil, count: count)
  }

  func hasBegun(_ ticket: UInt32) -> Bool { streams[Int(ticket)] != nil }

  mutating func begin(_ ticket: UInt32, stream: StreamID, snapshot: Snapshot?) {
    streams[Int(ticket)] = stream
    snapshots[Int(ticket)] = snapshot
  }

  func stream(of ticket: UInt32) -> StreamID? { streams[Int(ticket)] }
  func snapshot(of ticket: UInt32) -> Snapshot? { snapshots[Int(ticket)] }

  /// Sets what a ticket's next rows are compared with, where its earlier rows were corrected.
  mutating func setBase(_ snapshot: Snapshot, of ticket: UInt32) {
    bases[ticket] = snapshot
  }

  func base(of ticket: UInt32) -> Snapshot? { bases[ticket] }

  mutating func set(_ snapshot: Snapshot?, of ticket: UInt32) {
    snapshots[Int(ticket)] = snapshot
  }
}
