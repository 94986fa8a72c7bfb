internal import Casefile
internal import CasefileLog
internal import CasefileModel

/// The second part of a run: rows become events, and events are stored.
extension ImportRun {
  /// Maps the new rows in order of time and stores their events, or only counts them.
  mutating func finish() throws -> ImportSummary {
    var batch = try ImportBatch(
      profile: profile, files: files, store: store, retracted: retractedBatches)
    var summary = ImportSummary()
    summary.rows = reader.rowCount
    summary.rejected = rejections.count
    summary.rejections = rejections
    summary.duplicates = duplicateEvents
    summary.unmappedValues = unmappedValues
    let wasResumed = batch.startedAt != nil
    let hasNews = isNew.contains(true)
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
    var otherStreams: Set<StreamID> = []
    var tickets = TicketProgress(count: reader.tickets.count)
    var pending: [Event] = []
    var pendingBytes = 0
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
      if profile.mode == .events, let stream = tickets.stream(of: table.tickets[row]) {
        for event in events where event.stream != stream { otherStreams.insert(event.stream) }
      } else if profile.mode == .events {
        otherStreams.formUnion(events.map(\.stream))
      }
      if options.isCheck {
        for event in events {
          try store.check(event)
          summary.count(event)
        }
        continue
      }
      let bytes = events.reduce(0) { $0 + $1.approximateSizeBytes }
      if pending.count + events.count > ImportLimits.eventsPerAppend
        || pendingBytes + bytes > ImportLimits.bytesPerAppend
      {
        try append(&pending, &summary)
        pendingBytes = 0
      }
      pending += events
      pendingBytes += bytes
    }
    try append(&pending, &summary)
    for stream in otherStreams {
      let isTicket = reader.tickets.find(RowReader.poolText(of: stream)).map {
        tickets.hasBegun($0)
      }
      if isTicket != true { summary.streams += 1 }
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
      after: hasBegun ? tickets.snapshot(of: ticket) : history?.snapshot, isFirst: isFirst)
    if hasBegun {
      tickets.set(snapshot, of: ticket)
    } else if events.contains(where: { $0.stream == stream }) {
      tickets.begin(ticket, stream: stream, snapshot: snapshot)
      if isFirst { summary.newTickets += 1 } else { summary.extendedTickets += 1 }
      summary.streams += 1
    }
    return events
  }

  private func append(_ pending: inout [Event], _ summary: inout ImportSummary) throws {
    guard !pending.isEmpty else { return }
    for (event, appended) in zip(pending, try store.appendBlocking(pending)) {
      // Somebody else may have imported the same rows meanwhile.
      if appended.isDuplicate { summary.duplicates += 1 } else { summary.count(event) }
    }
    pending.removeAll(keepingCapacity: true)
  }

  private func snapshotRow(_ table: RowTable, _ row: Int, on stream: StreamID) -> SnapshotRow {
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

/// Where each ticket stands while rows of all tickets are mapped in order of time.
private struct TicketProgress {
  private var streams: [StreamID?]
  private var snapshots: [Snapshot?]

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

  mutating func set(_ snapshot: Snapshot?, of ticket: UInt32) {
    snapshots[Int(ticket)] = snapshot
  }
}
