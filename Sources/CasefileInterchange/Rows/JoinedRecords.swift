internal import CasefileModel

/// Records of several rows, such as a message of its sentences, while files are read: rows come in
/// any order and from several files, so that nothing is whole before the last row was read.
struct JoinedRecords {
  struct Part {
    let order: Int64
    let row: RowTable.Row
  }

  struct Record {
    fileprivate(set) var parts: [Part]
    /// The content of each row by its place, so that a row that comes again is known.
    fileprivate var orders: [Int64: Digest]
    fileprivate var sizeBytes = 0
    /// Whether a row of it was rejected, so that it can't be whole.
    fileprivate(set) var isPoisoned = false
  }

  /// In the order of their first rows.
  private(set) var records: [Record] = []
  private var places: [Digest: Int] = [:]

  /// Notes that a row of the record is rejected.
  mutating func poison(_ row: RowTable.Row) { records[place(of: row)].isPoisoned = true }

  /// Takes a row.
  ///
  /// - Returns: why it can't be one with the record's other rows.
  mutating func add(
    _ row: RowTable.Row, order: Int64, plan: RowPlan, pools: [ValuePool]
  ) -> RowFault? {
    let place = place(of: row)
    let content = row.content ?? row.identity
    if let known = records[place].orders[order] {
      // The same row in a second file, as of exports that overlap.
      if known == content { return nil }
      return fault(
        place, "two rows of one record have the same \(plan.table.join?.order ?? "") and differ")
    }
    if let first = records[place].parts.first?.row,
      let column = JoinedRecords.contradiction(first, row, plan)
    {
      return fault(place, "the rows of one record differ in \(column), which is not joined")
    }
    let texts = JoinedRecords.joinedPlaces(plan)
    records[place].sizeBytes += texts.reduce(0) {
      $0 + pools[plan.poolStart + $1.place].sizeBytes(row.cells[$1.place]) + $1.between.utf8.count
    }
    guard records[place].sizeBytes <= ImportLimits.recordSizeBytes else {
      return fault(
        place, "the joined texts have more than \(ImportLimits.recordSizeBytes) bytes")
    }
    records[place].orders[order] = content
    records[place].parts.append(Part(order: order, row: row))
    return nil
  }

  private mutating func fault(_ place: Int, _ message: String) -> RowFault {
    records[place].isPoisoned = true
    return RowFault(
      code: .recordContradicts, message: message + "; is recordKey the record's own id?")
  }

  private mutating func place(of row: RowTable.Row) -> Int {
    if let place = places[row.identity] { return place }
    places[row.identity] = records.count
    records.append(Record(parts: [], orders: [:]))
    return records.count - 1
  }

  private static func joinedPlaces(_ plan: RowPlan) -> [(place: Int, between: String)] {
    (plan.table.join?.texts ?? []).compactMap { text in
      plan.columns.firstIndex { $0.name == text.column }.map { ($0, text.between) }
    }
  }

  /// The column in which two rows of one record may not differ and do.
  private static func contradiction(
    _ first: RowTable.Row, _ row: RowTable.Row, _ plan: RowPlan
  ) -> String? {
    if first.ticket != row.ticket { return plan.table.ticket }
    if first.time != row.time { return plan.table.eventTime }
    if first.writtenAt != row.writtenAt { return plan.table.writtenAt }
    if first.actor != row.actor { return plan.table.actor.column }
    let joined = Set(joinedPlaces(plan).map(\.place))
    for (place, column) in plan.columns.enumerated() where !joined.contains(place) {
      // The place within the record differs by its nature, also where a rule shows it.
      if first.cells[place] != row.cells[place], column.name != plan.table.join?.order {
        return column.name
      }
    }
    return nil
  }

  /// One row of the record: its first one, with the joined texts and the hash of all contents.
  static func row(of record: Record, pools: inout [ValuePool], plan: RowPlan) -> RowTable.Row {
    let parts = record.parts.sorted { $0.order < $1.order }
    var row = parts[0].row
    for (place, between) in joinedPlaces(plan) {
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
