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
    _ reader: CSVReader, _ map: ColumnMap, _ plan: RowPlan
  ) -> ImportError? {
    guard let join = plan.table.join, let place = map.joinOrder else { return nil }
    let field = reader.fields[place]
    guard let order = Int64(reader: reader.buffer, field) else {
      joins.poison(row)
      return numberFailure(reader, field, "the column \(join.order), which orders joined rows")
    }
    return joins.add(row, order: order, plan: plan, pools: pools).map {
      ImportError($0.code, $0.message, line: reader.line)
    }
  }

  /// Makes rows of the records that were joined, once all files are read. A record of which a row was
  /// rejected is not whole, so its other rows are rejected too.
  mutating func finish() throws(ImportError) {
    for record in joins.records {
      guard let first = record.parts.first else { continue }
      let plan = plans[fileTables[Int(first.row.file) - 1]]
      guard !record.isPoisoned else {
        try reject(record, .recordIncomplete, "another row of the same record is rejected")
        continue
      }
      let row = JoinedRecords.row(of: record, pools: &pools, plan: plan)
      switch ruleOutcome(row, plan) {
      case .events: table.append(row)
      case .nothing: continue
      case .fault(let fault): try reject(record, fault.code, fault.message)
      }
    }
    joins = JoinedRecords()
  }

  private mutating func reject(
    _ record: JoinedRecords.Record, _ code: ImportError.Code, _ message: String
  ) throws(ImportError) {
    for part in record.parts {
      try reject(
        ImportError(code, message, line: Int(part.row.line)),
        path: paths[Int(part.row.file) - 1], ordinal: part.row.file, row: part.row.row,
        cells: cells(of: part.row))
    }
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
