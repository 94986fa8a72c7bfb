internal import CasefileModel

/// What mode events does with rows while they are read: they are checked by the rules, and joined.
extension RowReader {
  /// What the rules make of a row.
  enum RuleOutcome {
    case events
    /// A rule says that such rows give no event.
    case nothing
    case fault(RowFault)
  }

  /// Applies the rules to see whether they can be; they are applied once more when it is stored.
  mutating func ruleOutcome(_ row: RowTable.Row, _ plan: RowPlan) -> RuleOutcome {
    guard let index = plans.firstIndex(where: { $0.table.name == plan.table.name }),
      evaluators.indices.contains(index)
    else { return .events }
    let cells = RowCells(codes: row.cells[...], pools: pools, poolStart: plan.poolStart)
    do throws(RowFault) {
      let drafts = try evaluators[index].drafts(
        cells, at: row.time, actor: actors.text(row.actor), isFirst: nil)
      return drafts.isEmpty ? .nothing : .events
    } catch {
      if unmapped.count < ImportLimits.unmappedCount { unmapped.formUnion(error.unmapped) }
      return .fault(error)
    }
  }

  /// Keeps the row until all rows of its record are there.
  mutating func join(
    _ reader: ScannedRow, _ map: ColumnMap, _ plan: RowPlan
  ) -> ImportError? {
    guard let join = plan.table.join, let place = map.joinOrder else { return nil }
    let field = reader.field(place)
    guard let order = Int64(reader: reader.buffer, field) else {
      joins.add(row, order: 0, isRejected: true)
      return numberFailure(reader, field, "the column \(join.order), which orders joined rows")
    }
    joins.add(row, order: order)
    return nil
  }

  /// Makes rows of the records that were joined, once all files are read. A record of which a row was
  /// rejected is not whole, so its other rows are rejected too.
  mutating func finish() throws(ImportError) {
    let joins = joins
    try joins.forEachRecord { rows throws(ImportError) in try take(rows, of: joins) }
    self.joins = JoinedRecords(cellCount: table.cellCount, in: nil)
  }

  private mutating func take(_ rows: [Int], of joins: JoinedRecords) throws(ImportError) {
    let plan = plans[fileTables[Int(joins.parts.files[rows[0]]) - 1]]
    var record = JoinedRecord(plan)
    for index in rows {
      if joins.isRejected[index] {
        record.isPoisoned = true
        continue
      }
      let row = joins.parts.row(index)
      if let fault = record.add(row, order: joins.orders[index], pools: pools) {
        try reject(row, fault.code, fault.message)
      }
    }
    guard !record.isPoisoned else {
      return try reject(record, .recordIncomplete, "another row of the same record is rejected")
    }
    guard let row = record.row(pools: &pools) else { return }
    switch ruleOutcome(row, plan) {
    case .events: table.append(row)
    case .nothing: return
    case .fault(let fault): try reject(record, fault.code, fault.message)
    }
  }

  private mutating func reject(
    _ record: JoinedRecord, _ code: ImportError.Code, _ message: String
  ) throws(ImportError) {
    for part in record.parts { try reject(part.row, code, message) }
  }

  private mutating func reject(
    _ row: RowTable.Row, _ code: ImportError.Code, _ message: String
  ) throws(ImportError) {
    try reject(
      ImportError(code, message, line: Int(row.line)),
      path: paths[Int(row.file) - 1], ordinal: row.file, row: row.row, cells: cells(of: row))
  }

  /// A row's cells as far as the profile reads them, for the file of rejected rows.
  private func cells(of row: RowTable.Row) -> [(String, String)] {
    let plan = plans[fileTables[Int(row.file) - 1]]
    let cells = plan.columns.enumerated().map { index, column in
      (column.name, pools[plan.poolStart + index].text(row.cells[index]) ?? "")
    }
    return [(plan.table.ticket, tickets.text(row.ticket) ?? "")] + cells
  }
}
