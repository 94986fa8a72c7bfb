internal import CasefileModel

/// Where a file has the columns of a plan.
struct ColumnMap {
  let ticket: Int
  let order: Int?
  let eventTime: Int
  let writtenAt: Int?
  let actor: Int?
  let recordKey: [Int]
  let cells: [Int]
  let identity: [Int]
  let wholeNumbers: [Int]
  let joinOrder: Int?
  let names: [String]

  /// Finds the columns in a header.
  ///
  /// - Throws: `ImportError` `.csvHeader`, `.columnMissing` or `.columnUnknown`.
  init(header names: [String], plan: RowPlan) throws(ImportError) {
    // Before the names are checked: a header that was not split is too long a name.
    if names.count == 1, plan.identityNames.count > 1, let other = ColumnMap.delimiter(in: names[0])
    {
      throw ImportError(
        .csvHeader,
        "the header has one column, and it holds \(other.count) times \(other.name); is that the "
          + "delimiter? Declare it by \"delimiter\" in csv of the profile", line: 1)
    }
    try ColumnMap.check(names)
    var places: [String: Int] = [:]
    for (index, name) in names.enumerated() { places[name] = index }
    let needed = plan.identityNames + plan.columns.filter(\.mayLeak).map(\.name)
    let missing = needed.filter { places[$0] == nil }
    guard missing.isEmpty else {
      let unused = names.filter { !needed.contains($0) }
      let list = missing.map { name in
        name + (NearMatch.best(for: name, in: unused).map { " (is it \($0)?)" } ?? "")
      }
      throw ImportError(
        .columnMissing,
        "the file has no column \(list.joined(separator: ", ")), which the profile names. "
          + "It has \(names.prefix(40).joined(separator: ", "))", line: 1)
    }
    let known = Set(needed).union(plan.table.leaking)
    let unknown = names.filter { !known.contains($0) }
    guard unknown.isEmpty || plan.table.otherColumns == .ignore else {
      throw ImportError(
        .columnUnknown,
        "the profile does not say what \(unknown.prefix(40).joined(separator: ", ")) is; "
          + (plan.table.rules.isEmpty
            ? "add it to snapshots.fields, snapshots.untracked or leaking"
            : "read it in a rule, add it to leaking")
          + ", or set otherColumns to ignore",
        line: 1)
    }
    // Every name asked for is in `places`, as was just checked.
    func place(_ name: String) -> Int { places[name] ?? 0 }
    let table = plan.table
    ticket = place(table.ticket)
    order = table.order.map(place)
    eventTime = place(table.eventTime)
    writtenAt = table.writtenAt.map(place)
    actor = table.actor.column.map(place)
    recordKey = table.recordKey.map(place)
    cells = plan.columns.map { place($0.name) }
    identity = plan.identityNames.map(place)
    wholeNumbers = table.wholeNumbers.compactMap { places[$0] }
    joinOrder = table.join.map { place($0.order) }
    self.names = names
  }

  /// The plan whose columns a header has.
  ///
  /// - Throws: what is wrong with the nearest one, if none fits; `.csvHeader` if several do.
  static func choose(
    header names: [String], among plans: [RowPlan]
  ) throws(ImportError) -> (table: Int, map: ColumnMap) {
    guard plans.count > 1 else { return (0, try ColumnMap(header: names, plan: plans[0])) }
    var fitting: [(Int, ColumnMap)] = []
    var failures: [(missing: Int, error: ImportError)] = []
    for (index, plan) in plans.enumerated() {
      do {
        fitting.append((index, try ColumnMap(header: names, plan: plan)))
      } catch {
        let missing = plan.identityNames.filter { !names.contains($0) }.count
        let message = "as a file of \(plan.table.name), \(error.message)"
        failures.append((missing, ImportError(error.code, message, line: 1)))
      }
    }
    if let found = fitting.first, fitting.count == 1 { return found }
    guard fitting.isEmpty, let nearest = failures.min(by: { $0.missing < $1.missing }) else {
      let tables = fitting.map { plans[$0.0].table.name }.joined(separator: ", ")
      throw ImportError(
        .csvHeader, "the file has the columns of several tables of the profile: \(tables)", line: 1)
    }
    throw nearest.error
  }

  /// What may be the delimiter of a header that was not split.
  private static func delimiter(in header: String) -> (name: String, count: Int)? {
    let counts = [
      (";", "a semicolon"), ("\t", "a tabulator"), (",", "a comma"), ("|", "a vertical bar"),
    ].map { mark, name in
      (name: name, count: header.count { String($0) == mark })
    }
    return counts.filter { $0.count > 0 }.max { $0.count < $1.count }
  }

  private static func check(_ names: [String]) throws(ImportError) {
    guard names.count <= ImportLimits.columnCount else {
      throw ImportError(
        .csvHeader,
        "the header has \(names.count) columns; the limit is \(ImportLimits.columnCount)", line: 1)
    }
    var seen: Set<String> = []
    for (index, name) in names.enumerated() {
      guard !name.isEmpty, name.utf8.count <= ImportLimits.columnNameSizeBytes else {
        throw ImportError(
          .csvHeader,
          "column \(index + 1) of the header has \(name.utf8.count) bytes; a name has 1 to "
            + "\(ImportLimits.columnNameSizeBytes)", line: 1)
      }
      guard seen.insert(name).inserted else {
        throw ImportError(
          .csvHeader, "the header has the column \(name) twice; rename one of them", line: 1)
      }
    }
  }
}
