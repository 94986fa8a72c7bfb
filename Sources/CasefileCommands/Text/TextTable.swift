/// Rows of short values under headings, each column as wide as its widest value.
struct TextTable {
  let columns: [String]
  /// The columns that hold numbers, which stand to the right.
  let numbers: Set<Int>

  /// The lines of rows of escaped values, headings first.
  func lines(_ rows: [[String]]) -> [String] {
    let widths = columns.indices.map { column in
      ([columns] + rows).map { DisplayWidth.of($0[column]) }.max() ?? 0
    }
    return ([columns] + rows).map { row in
      var line = ""
      for (column, text) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - DisplayWidth.of(text))
        if column > 0 { line += "  " }
        line += numbers.contains(column) ? space + text : text + space
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
