import CasefileInterchange
import CasefileModel

extension Report {
  /// One table with a column for each of its own; several as one line a value, since tables of
  /// different columns are no table together.
  var csv: [UInt8] {
    var writer = CSVWriter()
    if tables.count == 1 {
      for row in tables[0].cells { writer.write(row) }
    } else {
      writer.write(["table", "row", "column", "value"].map { .plain($0) })
      for table in tables {
        let rows = table.cells
        for (number, row) in rows.dropFirst().enumerated() {
          for (name, value) in zip(rows[0], row) {
            writer.write(
              [.plain(table.name.rawValue), .number(Int64(number) + 1), name, value])
          }
        }
      }
    }
    return writer.take()
  }
}

extension ReportTable {
  /// The names, then the rows; a total is left to whoever sums up the column.
  fileprivate var cells: [[CSVWriter.Field]] {
    // Whoever opens a spreadsheet looks for the words that were agreed.
    let names = columns.flatMap { column in
      column.heading.wording.map { [CSVWriter.Field.text($0)] }
        ?? ReportFields.names(column).map { .plain($0) }
    }
    return [names]
      + rows.filter { !$0.isTotal }.map { row in
        zip(columns, row.cells).flatMap { column, value in
          ReportFields.values(value, column).map(ReportFields.cell)
        }
      }
  }
}
