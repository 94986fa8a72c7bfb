internal import Casefile
internal import CasefileModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One run of an importer: first everything is read and arranged, then it is stored.
struct ImportRun {
  /// A file that was read.
  struct File {
    let digest: Digest
    let sizeBytes: UInt64
  }

  let store: Store
  let profile: ImportProfile
  let options: Importer.Options
  var reader: RowReader
  /// The values of each cell's column, with those that only the store has.
  var pools: [ValuePool] = []
  var files: [File] = []
  var paths: [String] = []
  var order = RowOrder()
  /// The rows that are to be mapped: neither in the store nor rejected.
  var isNew = ScratchArray<Bool>(in: nil)
  /// What the store holds of tickets that get new rows.
  var histories = SnapshotTable(in: nil)
  /// Labels of states and channels for which the profile says nothing.
  var unmappedValues: [ImportSummary.Unmapped] = []
  /// In mode events: tickets of which the store has something from this source.
  var begunTickets: Set<UInt32> = []
  var rejections: [ImportRejection] = []
  var duplicateEvents = 0
  /// The imports that don't count.
  var retractedBatches: Set<String> = []
  /// This import in the log.
  var batch: ImportBatch?
  /// What an earlier run of it has stored, where the store has nothing else of the source. Rows are
  /// then mapped as if the store had none of them, and those that it has are left out.
  var earlier: StoredRows?
  /// How many retracted imports had each row; empty where none was retracted.
  private var generations = ScratchArray<UInt32>(in: nil)
  /// How many rows of each retracted import come again.
  private(set) var replacedBatches: [String: Int] = [:]
  /// Records that the source has changed, and those which are to be corrected with their first event.
  var changedCount = 0
  var changedRows: [Int: StoredRow] = [:]
  let sourceDigest: Digest
  let people: PersonDirectory
  /// Where large tables lie: beside the store, which has a disk; a check may not write there.
  let scratchDirectory: String

  init(store: Store, profile: ImportProfile, options: Importer.Options) throws(ImportError) {
    self.store = store
    self.profile = profile
    self.options = options
    people = PersonDirectory(
      key: profile.identifiesPeople
        ? try IdentityKey.bytes(inStore: store.directory, isCheck: options.isCheck) : nil,
      map: options.map)
    scratchDirectory =
      options.isCheck ? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" : store.directory
    reader = RowReader(
      profile, people: people, keepsRejectedCells: options.setAside != nil, in: scratchDirectory)
    sourceDigest = Digest.sha256(Array(profile.source.utf8))
  }

  /// Reads and checks all rows of all files.
  mutating func read(_ paths: [String]) throws {
    self.paths = paths
    let progress = options.progress
    for (index, path) in paths.enumerated() {
      let input = try FileInput(path: path)
      do {
        try reader.read(input, path: path, ordinal: UInt32(index + 1)) { count in
          try progress(Importer.Progress(phase: .reading, rowsDone: count, rowsTotal: nil))
        }
      } catch var error as ImportError {
        error.file = path
        throw error
      }
      files.append(File(digest: input.digest, sizeBytes: input.sizeBytes))
    }
    try reader.finish()
  }

  /// Which table a row is of.
  func table(of row: Int) -> Int { reader.fileTables[Int(reader.table.files[row]) - 1] }

  /// Puts rows in order and finds out which of them are new.
  mutating func arrange() throws {
    order = RowOrder(
      reader.table, ticketCount: reader.tickets.count, in: scratchDirectory
    ) { isKeyed($0) }
    pools = reader.pools
    unmappedValues = findUnmappedValues()
    rejections = reader.rejections
    isNew = ScratchArray(repeating: true, count: reader.table.count, in: scratchDirectory)
    histories = SnapshotTable(in: scratchDirectory)
    let imports = try store.head == nil ? [] : store.imports()
    retractedBatches = Set(imports.filter { $0.status == .retracted }.map(\.batch))
    let batch = try ImportBatch(
      profile: profile, files: files, map: options.map.sha256, store: store,
      retracted: retractedBatches)
    self.batch = batch
    // Nothing is looked up in the store for a source that it never had an import of.
    var isLookedUp = imports.contains { $0.source == profile.source }
    let isAlone = !imports.contains { $0.source == profile.source && $0.batch != batch.id }
    // Small exports are looked up, and for large ones the log is read once.
    let isJoined = try isLookedUp && (store.head?.rawValue ?? 0) / 16 < UInt64(reader.table.count)
    let rows =
      isJoined
      ? try StoredRows(of: profile.source, in: store, directory: scratchDirectory) : nil
    if isAlone, batch.startedAt != nil, !batch.isCompleted, !options.isCheck {
      earlier = rows
      isLookedUp = rows == nil
    }
    if isLookedUp { try passOverKnownRows(rows) }
    try passOverRepeatedRecords()
    guard isLookedUp else { return }
    switch profile.mode {
    case .snapshots:
      try readHistories()
      try rejectLoneSnapshots()
    case .events: try readBegunTickets()
    }
  }

  /// Whether a row has a record key.
  func isKeyed(_ row: Int) -> Bool { !profile.tables[table(of: row)].recordKey.isEmpty }

  /// The identity from which a row's ids are derived.
  func identity(of row: Int) -> RowIdentity {
    RowIdentity(
      source: sourceDigest, key: reader.table.identities[row],
      content: reader.table.content(of: row), ordinal: order.ordinals[row],
      generation: generations.isEmpty ? 0 : generations[row])
  }

  /// Marks the rows whose first event is in the store: a row is always stored whole.
  ///
  /// - Parameter stored: what the store holds; nil where the index is to be asked.
  private mutating func passOverKnownRows(_ stored: StoredRows?) throws {
    if !retractedBatches.isEmpty {
      generations = ScratchArray(repeating: 0, count: reader.table.count, in: scratchDirectory)
    }
    // In order of time, so that the index of ids is read in its own order.
    for start in stride(from: 0, to: order.byTime.count, by: 4_096) {
      let end = min(order.byTime.count, start + 4_096)
      var rows = order.byTime.values(start..<end).map { Int($0) }
      while !rows.isEmpty { rows = try passOver(rows, stored) }
    }
  }

  /// What the store holds of rows with these first events.
  private func storedRows(_ ids: [EventID], _ stored: StoredRows?) throws -> [StoredRow?] {
    if let stored { return ids.map { stored[$0] } }
    return try store.positions(of: ids).map { position in
      try position.flatMap { try store.event(at: $0) }.map { StoredRow($0) }
    }
  }

  /// - Returns: the rows that are known from retracted imports; they are to be asked for once more,
  ///   by the ids that they would have got since.
  private mutating func passOver(_ rows: [Int], _ stored: StoredRows?) throws -> [Int] {
    let times = reader.table.times
    let identities = rows.map { identity(of: $0) }
    let ids = zip(rows, identities).map { $1.eventID(0, at: times[$0]) }
    // A record that was corrected once may have been changed back.
    let corrected =
      rows.contains { isKeyed($0) }
      ? try storedRows(
        zip(rows, identities).map { $1.corrected(1).eventID(0, at: times[$0]) }, stored) : []
    var again: [Int] = []
    for (offset, known) in try storedRows(ids, stored).enumerated() {
      guard let known else { continue }
      let row = rows[offset]
      if let batch = known.batch, retractedBatches.contains(batch) {
        generations[row] += 1
        replacedBatches[batch, default: 0] += 1
        again.append(row)
        continue
      }
      isNew[row] = false
      let isCorrected = !corrected.isEmpty && corrected[offset] != nil
      if isKeyed(row), isCorrected || known.groupID != identities[offset].groupID(at: times[row]) {
        try settleChanged(row, first: known)
      } else {
        duplicateEvents += try eventCount(of: row, known)
      }
    }
    return again
  }

  /// Passes over rows that repeat a record of the same files, and finds those that contradict it.
  private mutating func passOverRepeatedRecords() throws {
    let identities = reader.table.identities
    let entries = ScratchArray<SortEntry>(in: scratchDirectory)
    for row in 0..<reader.table.count where isKeyed(row) {
      let key = identities[row].withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
      entries.append(SortEntry(key: key, row: UInt32(row)))
    }
    let sorted = entries.sorted(in: scratchDirectory)
    var contradicting: [Int] = []
    var start = 0
    for place in 0..<sorted.count {
      if sorted[place].key != sorted[start].key { start = place }
      let row = Int(sorted[place].row)
      // Equal keys are equal records, but for what no source will ever hold.
      let first = (start..<place).first { identities[Int(sorted[$0].row)] == identities[row] }
      guard let other = first.map({ Int(sorted[$0].row) }), isNew[row] else { continue }
      isNew[row] = false
      if reader.table.content(of: row) != reader.table.content(of: other) {
        contradicting.append(row)
      }
    }
    for row in contradicting.sorted() { try rejectChanged(row) }
  }

  /// Reads what the store holds of tickets that get new rows, and rejects rows that come too late.
  private mutating func readHistories() throws {
    let table = reader.table
    for rows in order.ticketRanges {
      let indices = order.rows(rows)
      guard indices.contains(where: { isNew[$0] }) else { continue }
      let ticket = table.tickets[indices[0]]
      let events = try store.events(of: stream(of: ticket))
      guard !events.isEmpty,
        var history = try StoredHistory(
          events.filter { !isRetracted($0) }, profile: profile, plan: reader.plan, pools: &pools)
      else { continue }
      for row in indices where isNew[row] {
        let low = identity(of: row).eventID(0, at: table.times[row]).low
        if let first = history.firstEvents[low] {
          isNew[row] = false
          try settleChanged(row, first: StoredRow(first))
        } else if table.orders[row] < history.lastOrder {
          isNew[row] = false
          try reject(
            row, .rowStale,
            "the row is older than the last one imported for its ticket; a snapshot can't be put "
              + "between others afterwards")
        }
      }
      let last = indices.last { !isNew[$0] && table.orders[$0] <= history.lastOrder }
      history.complete(by: last.map { table.cells(of: $0) }, pools: &pools)
      histories.set(history.snapshot, of: ticket)
    }
  }

  func isRetracted(_ event: StoredEvent) -> Bool {
    event.envelope.origin?.importBatch.map(retractedBatches.contains) ?? false
  }

  func stream(of ticket: UInt32) throws -> StreamID {
    let text = reader.tickets.text(ticket) ?? ""
    // See RowReader.ticketCode: a zero byte stands before the names of other streams.
    return text.utf8.first == 0 ? try StreamID(String(text.dropFirst())) : try .ticket(text)
  }

  // MARK: Rejections

  /// Decides about a row whose record the store has with another time or other content.
  mutating func settleChanged(_ row: Int, first: StoredRow) throws {
    var chains = Chains()
    try chains.add(stream(of: reader.table.tickets[row]), of: store)
    if let chain = chain(of: row, in: chains), isUpToDate(row, chain) {
      duplicateEvents += try eventCount(of: row, first)
      return
    }
    changedCount += 1
    if options.changed == .correct {
      changedRows[row] = first
    } else {
      try rejectChanged(row)
    }
  }

  mutating func rejectChanged(
    _ row: Int,
    _ message: String =
      "the record key is known and the row has other content; see --changed for what to do"
  ) throws {
    guard options.changed != .stop || options.isCheck else {
      throw ImportError(
        .rowChanged, message + ". Nothing was stored", file: path(of: row),
        line: Int(reader.table.lines[row]))
    }
    try reject(row, .rowChanged, message)
  }

  private mutating func reject(
    _ row: Int, _ code: ImportError.Code, _ message: String
  ) throws {
    guard rejections.count < ImportLimits.rejectionCount else {
      throw ImportError(
        .rowsRejected,
        "more than \(ImportLimits.rejectionCount) rows are rejected, the last "
          + "because \(message)", file: path(of: row), line: Int(reader.table.lines[row]))
    }
    let table = reader.table
    let plan = reader.plans[self.table(of: row)]
    let cells = zip(plan.columns, table.cells(of: row)).enumerated().map { index, pair in
      (pair.0.name, pools[plan.poolStart + index].text(pair.1) ?? "")
    }
    let ticket = [(plan.table.ticket, reader.tickets.text(table.tickets[row]) ?? "")]
    rejections.append(
      ImportRejection(
        fileOrdinal: Int(table.files[row]), row: UInt64(table.rows[row]),
        error: ImportError(code, message, file: path(of: row), line: Int(table.lines[row])),
        cells: ticket + cells))
  }

  func path(of row: Int) -> String? {
    let index = Int(reader.table.files[row]) - 1
    return paths.indices.contains(index) ? paths[index] : nil
  }

  /// Writes rejected rows aside, or refuses the import because of them.
  mutating func settleRejections() throws {
    rejections.sort { ($0.fileOrdinal, $0.row) < ($1.fileOrdinal, $1.row) }
    guard let first = rejections.first, !options.isCheck else { return }
    guard let path = options.setAside else {
      let others = rejections.count - 1
      throw ImportError(
        others == 0 ? first.error.code : .rowsRejected,
        first.error.message
          + (others == 0
            ? ""
            : ". \(others) more \(others == 1 ? "row is" : "rows are") rejected; --check lists them")
          + ". Nothing was stored", file: first.error.file, line: first.error.line,
        position: first.error.position, cause: first.error)
    }
    try SetAsideFile.write(rejections, to: path)
  }
}
