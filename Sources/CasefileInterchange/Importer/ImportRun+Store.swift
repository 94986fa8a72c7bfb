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
    let mapper = SnapshotMapper(
      profile: profile, plan: reader.plan, pools: pools, actors: reader.actors, batch: batch)
    let table = reader.table
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
      let ticket = table.tickets[row]
      if !tickets.hasBegun(ticket) {
        let history = histories[ticket]
        try tickets.begin(ticket, stream: stream(of: ticket), snapshot: history?.snapshot)
        if history == nil { summary.newTickets += 1 } else { summary.extendedTickets += 1 }
        summary.streams += 1
      }
      guard let stream = tickets.stream(of: ticket) else { continue }
      let (events, snapshot) = mapper.map(
        snapshotRow(table, row, on: stream), after: tickets.snapshot(of: ticket))
      tickets.set(snapshot, of: ticket)
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
      sequence: profile.order == nil ? nil : table.orders[row], actor: table.actors[row],
      identity: identity(of: row), file: table.files[row], row: UInt64(table.rows[row]))
  }

  /// Labels of states and channels for which the profile says nothing.
  private var unmappedValues: [ImportSummary.Unmapped] {
    var values: [ImportSummary.Unmapped] = []
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

  mutating func set(_ snapshot: Snapshot, of ticket: UInt32) {
    snapshots[Int(ticket)] = snapshot
  }
}
