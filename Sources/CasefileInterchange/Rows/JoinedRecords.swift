internal import CasefileModel

/// The rows of records that are several rows, such as a message of its sentences, while files are read:
/// rows come in any order and from several files, so that nothing is whole before the last was read.
struct JoinedRecords {
  /// All rows, in the order in which they were read.
  let parts: RowTable
  /// The place of each row in its record.
  let orders: ScratchArray<Int64>
  /// Whether the row is rejected, so that its record can't be whole.
  let isRejected: ScratchArray<Bool>
  private let directory: String?

  init(cellCount: Int, in directory: String?) {
    self.directory = directory
    parts = RowTable(cellCount: cellCount, keepsContents: true, in: directory)
    orders = ScratchArray(in: directory)
    isRejected = ScratchArray(in: directory)
  }

  func add(_ row: RowTable.Row, order: Int64, isRejected: Bool = false) {
    parts.append(row)
    orders.append(order)
    self.isRejected.append(isRejected)
  }

  /// Hands out the rows of each record, in the order of their first rows.
  func forEachRecord(
    _ body: ([Int]) throws(ImportError) -> Void
  ) throws(ImportError) {
    let entries = ScratchArray<SortEntry>(in: directory)
    for row in 0..<parts.count {
      let key = parts.identities[row].withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
      entries.append(SortEntry(key: key, row: UInt32(row)))
    }
    let sorted = entries.sorted(in: directory)
    let starts = ScratchArray<SortEntry>(in: directory)
    for place in 0..<sorted.count
    where place == 0
      || parts.identities[Int(sorted[place].row)]
        != parts.identities[Int(sorted[place - 1].row)]
    {
      starts.append(SortEntry(key: UInt64(sorted[place].row), row: UInt32(place)))
    }
    let records = starts.sorted(in: directory)
    for record in 0..<records.count {
      var place = Int(records[record].row)
      let identity = parts.identities[Int(sorted[place].row)]
      var rows: [Int] = []
      while place < sorted.count, parts.identities[Int(sorted[place].row)] == identity {
        rows.append(Int(sorted[place].row))
        place += 1
      }
      try body(rows)
    }
  }
}

/// One record, while its rows are put together.
struct JoinedRecord {
  private let plan: RowPlan
  /// Its rows, with their places.
  private(set) var parts: [(order: Int64, row: RowTable.Row)] = []
  /// Whether a row of it is rejected, so that it can't be whole.
  var isPoisoned = false
  /// The content of each row by its place, so that a row that comes again is known.
  private var contents: [Int64: Digest] = [:]
  private var sizeBytes = 0

  init(_ plan: RowPlan) { self.plan = plan }

  /// Takes a row.
  ///
  /// - Returns: why it can't be one with the record's other rows.
  mutating func add(_ row: RowTable.Row, order: Int64, pools: [ValuePool]) -> RowFault? {
    let content = row.content ?? row.identity
    if let known = contents[order] {
      // The same row in a second file, as of exports that overlap.
      if known == content { return nil }
      return fault(
        "two rows of one record have the same \(plan.table.join?.order ?? "") and differ")
    }
    if let first = parts.first?.row, let column = contradiction(first, row) {
      return fault("the rows of one record differ in \(column), which is not joined")
    }
    sizeBytes += joinedPlaces.reduce(0) {
      $0 + pools[plan.poolStart + $1.place].sizeBytes(row.cells[$1.place]) + $1.between.utf8.count
    }
    guard sizeBytes <= ImportLimits.recordSizeBytes else {
      return fault("the joined texts have more than \(ImportLimits.recordSizeBytes) bytes")
    }
    contents[order] = content
    parts.append((order, row))
    return nil
  }

  private mutating func fault(_ message: String) -> RowFault {
    isPoisoned = true
    return RowFault(
      code: .recordContradicts, message: message + "; is recordKey the record's own id?")
  }

  private var joinedPlaces: [(place: Int, between: String)] {
    (plan.table.join?.texts ?? []).compactMap { text in
      plan.columns.firstIndex { $0.name == text.column }.map { ($0, text.between) }
    }
  }

  /// The column in which two rows of one record may not differ and do.
  private func contradiction(_ first: RowTable.Row, _ row: RowTable.Row) -> String? {
    if first.ticket != row.ticket { return plan.table.ticket }
    if first.time != row.time { return plan.table.eventTime }
    if first.writtenAt != row.writtenAt { return plan.table.writtenAt }
    if first.actor != row.actor { return plan.table.actor.column }
    let joined = Set(joinedPlaces.map(\.place))
    for (place, column) in plan.columns.enumerated() where !joined.contains(place) {
      // The place within the record differs by its nature, also where a rule shows it.
      if first.cells[place] != row.cells[place], column.name != plan.table.join?.order {
        return column.name
      }
    }
    return nil
  }

  /// One row of the record: its first one, with the joined texts and the hash of all contents.
  func row(pools: inout [ValuePool]) -> RowTable.Row? {
    let parts = parts.sorted { $0.order < $1.order }
    guard var row = parts.first?.row else { return nil }
    for (place, between) in joinedPlaces {
      let texts = parts.map { pools[plan.poolStart + place].text($0.row.cells[place]) }
      guard texts.contains(where: { $0 != nil }) else { continue }
      // An empty sentence keeps its place, so that the text can be taken apart again.
      let text = texts.map { $0 ?? "" }.joined(separator: between)
      row.cells[place] = pools[plan.poolStart + place].code(text)
    }
    var contents: [UInt8] = []
    for part in parts { contents += (part.row.content ?? part.row.identity).bytes }
    row.content = Digest.sha256(contents)
    return row
  }
}
