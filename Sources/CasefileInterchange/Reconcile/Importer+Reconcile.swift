internal import Casefile
internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

extension Importer {
  /// Compares an export of the source with the store and writes nothing.
  ///
  /// In mode snapshots the last row of each ticket is held against the ticket's state in the store as
  /// everybody is shown it, whatever brought it about. Rows of mode events tell no states: what they
  /// are asked is whether they were imported.
  ///
  /// - Throws: `ImportError` for a file that can't be read; `LogError` as `Store.read`.
  /// - Complexity: as `run`, and the events of all tickets of the source; differences lie on disk.
  public func reconcile(
    files: [String], options: Options = Options()
  ) throws -> Reconciliation {
    guard !files.isEmpty else { throw ImportError(.fileMissing, "no file was named") }
    var options = options
    // As a check: rows that can't be imported are reported, and nothing is stored.
    options.isCheck = true
    options.changed = .stop
    var run = try ImportRun(store: store, profile: profile, options: options)
    try run.read(files)
    try run.arrange()
    return try run.reconciled()
  }
}

extension ImportRun {
  /// What differs between the rows, which are arranged, and the store.
  mutating func reconciled() throws -> Reconciliation {
    rejections.sort { ($0.fileOrdinal, $0.row) < ($1.fileOrdinal, $1.row) }
    var found = Reconciliation(self)
    found.rows = reader.rowCount
    for rejection in rejections {
      found.counts[rejection.error.code == .rowChanged ? .rowChanged : .rowRejected, default: 0] +=
        1
    }
    let isEmpty = try store.head == nil
    var done = 0
    for range in order.ticketRanges {
      let rows = order.rows(range)
      done += rows.count
      let stream = try stream(of: reader.table.tickets[rows[0]])
      guard stream.kind == "ticket" else {
        for row in rows where isNew[row] { found.note(.rowNew, row: row) }
        continue
      }
      found.tickets += 1
      if found.tickets.isMultiple(of: 1_024) {
        try options.progress(
          Importer.Progress(phase: .storing, rowsDone: done, rowsTotal: reader.table.count))
      }
      let history = isEmpty ? nil : try store.ticket(stream.id)
      guard let history, history.isInForce() else {
        if rows.contains(where: { isNew[$0] }) { found.note(.ticketMissing, row: rows[0]) }
        continue
      }
      for row in rows where isNew[row] { found.note(.rowNew, row: row) }
      guard profile.mode == .snapshots, let last = rows.last else { continue }
      try compare(last, with: history.state(), try store.events(of: stream), &found)
    }
    if !isEmpty { try findGoneTickets(&found) }
    return found
  }

  private mutating func compare(
    _ row: Int, with state: TicketState, _ events: [StoredEvent], _ found: inout Reconciliation
  ) throws {
    let cells = reader.table.cells(of: row)
    let history = try StoredHistory(
      events.filter { !isRetracted($0) }, profile: profile, plan: reader.plan, pools: &pools)
    for (index, column) in reader.plan.columns.enumerated() {
      let export = pools[index].text(cells[index])
      let shown: String?
      switch column.role {
      case .state:
        let meaning = export.flatMap { profile.snapshots.labels[$0]?.status }
        // A ticket that was closed here, or opened again, keeps the source's label.
        let isClosed = state.status == .closed
        if state.sourceStatus == export, meaning.map({ ($0 == .closed) == isClosed }) ?? true {
          continue
        }
        shown = state.sourceStatus == export ? state.status.name : state.sourceStatus
      case .group: shown = state.group
      case .assignee: shown = state.assignee
      case .client: shown = state.client
      case .priority: shown = state.priority
      case .subject: shown = state.subject
      case .topic: shown = state.topic
      case .plainField: shown = plainText(state.fields[column.name])
      case .number, .impact, .urgency, .openedBy, .channel, .contentField:
        guard let code = history?.snapshot.cells[index], code != ValuePool.notRecorded else {
          continue
        }
        shown = pools[index].text(code)
      // The store keeps no count and no value of these to compare.
      case .counter, .openedAt, .resolvedAt, .untracked: continue
      }
      if shown != export { found.note(.field, row: row, column: index, store: shown) }
    }
  }

  /// The text of a field, which a state holds as JSON.
  private func plainText(_ json: String?) -> String? {
    guard let json, case .string(let text)? = try? JSONValue(parsing: Array(json.utf8)) else {
      return json
    }
    return text
  }

  /// Finds the tickets that imports of this source brought and of which the export has no row.
  private func findGoneTickets(_ found: inout Reconciliation) throws {
    // A snapshot's ticket begins with its opening; by rules it may begin with anything.
    let types: Set<UInt32> = profile.mode == .snapshots ? [TicketOpened.type.number] : []
    var seen = StreamList(in: scratchDirectory)
    let options = EventReadOptions(query: EventQuery(types: types), includesContent: false)
    try store.read(options) { event in
      guard let origin = event.envelope.origin, origin.basis == .imported,
        origin.system == profile.source, event.envelope.stream.kind == "ticket",
        !isRetracted(event),
        reader.tickets.find(RowReader.poolText(of: event.envelope.stream)) == nil
      else { return true }
      seen.note(event.envelope.stream)
      return true
    }
    seen.forEach { found.note(gone: $0.id) }
  }

  /// How people know a ticket.
  func ticketName(_ ticket: UInt32) -> String? {
    (try? stream(of: ticket)).map { $0.kind == "ticket" ? $0.id : $0.description }
  }
}
