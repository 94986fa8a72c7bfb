internal import Casefile
internal import CasefileLog
internal import CasefileModel

/// The second part of a run: rows become events, and events are stored.
extension ImportRun {
  /// Maps the new rows in order of time and stores their events, or only counts them.
  mutating func finish() throws -> ImportSummary {
    guard var batch else { preconditionFailure("Rows are arranged before they are stored.") }
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
    var tickets = TicketProgress(count: reader.tickets.count, in: scratchDirectory)
    var queue = EventQueue(AppendPipeline(store), in: scratchDirectory)
    // Who people are comes first, then what is corrected, which later rows may build upon.
    do {
      try registerPeople(&queue, &summary, batch: batch)
      try correctRecords(mapper, &tickets, &queue, &summary, batch: batch)
      try mapRows(mapper, &tickets, &queue, &summary)
      try queue.finish(&summary)
    } catch {
      // Nothing is under way any more when the import has failed; the first failure is the one to
      // be told.
      summary.events = queue.abandon()
      throw error
    }
    queue.streams.forEach { stream in
      let isTicket = reader.tickets.find(RowReader.poolText(of: stream)).map {
        tickets.hasBegun($0)
      }
      if isTicket != true { summary.streams += 1 }
      // Only corrections: no row of it is new.
      if isTicket == false, stream.kind == "ticket" { summary.extendedTickets += 1 }
    }
  }

  private func mapRows(
    _ mapper: RowMapper, _ tickets: inout TicketProgress, _ queue: inout EventQueue,
    _ summary: inout ImportSummary
  ) throws {
    let table = reader.table
    var rowsDone = 0
    for place in 0..<order.byTime.count {
      let row = Int(order.byTime[place])
      rowsDone += 1
      if rowsDone.isMultiple(of: 8_192) {
        try options.progress(
          Importer.Progress(
            phase: .storing, rowsDone: rowsDone, rowsTotal: order.byTime.count))
      }
      prefetch(behind: place, tickets)
      guard isNew[row] else { continue }
      let stream = try self.stream(of: table.tickets[row])
      let stored = earlier?[identity(of: row).eventID(0, at: table.times[row])]
      let (events, beginning) = try map(
        row, on: stream, mapper, &tickets, isStored: stored != nil)
      if let stored {
        summary.duplicates += profile.mode == .snapshots ? stored.eventCount : events.count
        if beginning != nil { tickets.noteStored(table.tickets[row]) }
        continue
      }
      if events.contains(where: { $0.stream == stream }) {
        let isExtended = tickets.takeStored(table.tickets[row])
        if beginning == .new { summary.newTickets += 1 }
        if beginning == .extended || isExtended { summary.extendedTickets += 1 }
        if beginning != nil || isExtended { summary.streams += 1 }
      }
      if profile.mode == .events {
        for event in events where event.stream != stream { queue.streams.note(event.stream) }
      }
      try enqueue(events, &queue, &summary)
    }
  }

  /// Asks for what the rows behind a place will need, in three steps, of which each needs what the
  /// one before has brought. Shuffled rows and their tickets' last ones lie anywhere in gigabytes.
  private func prefetch(behind place: Int, _ progress: TicketProgress) {
    func row(_ distance: Int) -> Int? {
      place + distance < order.byTime.count ? Int(order.byTime[place + distance]) : nil
    }
    let table = reader.table
    if let row = row(24) {
      table.prefetch(row)
      isNew.prefetch(row)
      order.ordinals.prefetch(row)
    }
    if let row = row(16) {
      progress.prefetch(table.tickets[row])
      reader.tickets.prefetch(table.tickets[row])
    }
    if let row = row(8) {
      progress.prefetchSnapshot(of: table.tickets[row], in: table)
      reader.tickets.prefetchText(table.tickets[row])
    }
  }

  /// Puts the events of one row into the queue, which is stored when it is full.
  func enqueue(
    _ events: [Event], _ queue: inout EventQueue, _ summary: inout ImportSummary
  ) throws {
    for event in events {
      if options.isCheck { try store.check(event) }
      summary.count(event)
    }
    if !options.isCheck { try queue.add(events) }
  }

  private func registerPeople(
    _ queue: inout EventQueue, _ summary: inout ImportSummary, batch: String
  ) throws {
    guard isNew.contains(true) || !changedRows.isEmpty else { return }
    let registrations = PersonRegistrations(
      profile: profile, store: store, batch: batch, actor: options.actor,
      retracted: retractedBatches)
    for event in try registrations.events(for: people.people) {
      queue.streams.note(event.stream)
      try enqueue([event], &queue, &summary)
    }
  }

  /// How a ticket begins with a row.
  private enum Beginning {
    /// The store has nothing of it from this source.
    case new
    /// The store has rows of it from an earlier import.
    case extended
  }

  /// The events of a row. A ticket has begun with its first event: rows may give none, or events of
  /// other streams.
  ///
  /// - Parameter isStored: whether the row is only gone past; in mode snapshots no events are made.
  private func map(
    _ row: Int, on stream: StreamID, _ mapper: RowMapper, _ tickets: inout TicketProgress,
    isStored: Bool
  ) throws -> (events: [Event], beginning: Beginning?) {
    let table = reader.table
    let ticket = table.tickets[row]
    let hasBegun = tickets.hasBegun(ticket)
    let base = hasBegun ? nil : tickets.base(of: ticket) ?? histories.snapshot(of: ticket)
    let isFirst = !hasBegun && base == nil && !begunTickets.contains(ticket)
    let previous = hasBegun ? tickets.snapshot(of: ticket, in: table) : base
    let source = snapshotRow(table, row, on: stream)
    if isStored, case .snapshots(let mapper) = mapper {
      tickets.set(row, mapper.snapshot(of: source, after: previous), of: ticket)
      return ([], hasBegun ? nil : isFirst ? .new : .extended)
    }
    let (events, snapshot) = try mapper.map(
      source, table: self.table(of: row), after: previous, isFirst: isFirst)
    let begins = !hasBegun && events.contains { $0.stream == stream }
    if hasBegun || begins { tickets.set(row, snapshot, of: ticket) }
    return (events, begins ? isFirst ? .new : .extended : nil)
  }

  func snapshotRow(_ table: RowTable, _ row: Int, on stream: StreamID) -> SnapshotRow {
    SnapshotRow(
      stream: stream, cells: table.cells(of: row), time: table.times[row],
      writtenAt: table.writtenTimes[row],
      sequence: profile.tables[self.table(of: row)].order == nil ? nil : table.orders[row],
      actor: table.actors[row],
      identity: identity(of: row), file: table.files[row], row: UInt64(table.rows[row]))
  }

  /// Labels of states and channels for which the profile says nothing, before the store's values
  /// come to those of the files.
  func findUnmappedValues() -> [ImportSummary.Unmapped] {
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
