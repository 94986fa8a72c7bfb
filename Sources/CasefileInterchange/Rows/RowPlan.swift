internal import CasefileModel

/// Which columns of a table's files a row keeps as cells, and which make up its identity.
struct RowPlan: Sendable {
  struct Column: Sendable {
    let name: String
    let rule: ValuePool.Rule
    /// In mode snapshots: what its ids name, and what its values identify people by.
    var person: PersonRole?
    var identity = SourceTable.Identity.opaque
    /// Whether a later export may have another value for the same row, which makes it no other row.
    var mayLeak = false
  }

  let table: SourceTable
  let columns: [Column]
  /// Where the table's columns begin among the pools of all tables.
  let poolStart: Int
  /// Every column that is part of a row's identity, sorted by name: all that the profile reads,
  /// without those that may carry later values backwards.
  let identityNames: [String]
  /// Stands for the names in each row's hash, so that other columns give other ids.
  let identityDigest: Digest

  init(_ table: SourceTable, columns: [Column], poolStart: Int) {
    self.table = table
    self.columns = columns
    self.poolStart = poolStart
    var names = Set(columns.filter { !$0.mayLeak }.map(\.name))
    names.formUnion(table.fixedColumns.map(\.column))
    names.formUnion(table.recordKey)
    if let order = table.order { names.insert(order) }
    if let writtenAt = table.writtenAt { names.insert(writtenAt) }
    if let join = table.join {
      names.insert(join.order)
      names.formUnion(join.texts.map(\.column))
    }
    identityNames = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    // Equal rows of two tables are two things; a profile of one table has the names alone.
    let scope = table.name.isEmpty ? identityNames : identityNames + ["", table.name]
    identityDigest = Digest.sha256(Array(scope.joined(separator: "\n").utf8))
  }
}

extension ImportProfile {
  /// The plan of each table, in the order of the profile.
  func rowPlans(_ snapshots: SnapshotPlan) -> [RowPlan] {
    guard mode == .events else {
      return [
        RowPlan(
          tables[0],
          columns: snapshots.columns.map {
            .init(
              name: $0.name, rule: $0.rule, person: $0.person, identity: $0.identity,
              mayLeak: $0.role == .resolvedAt)
          }, poolStart: 0)
      ]
    }
    var plans: [RowPlan] = []
    var start = 0
    for table in tables {
      let columns = zip(table.columns.names, table.columns.rules).map {
        RowPlan.Column(name: $0, rule: $1)
      }
      plans.append(RowPlan(table, columns: columns, poolStart: start))
      start += columns.count
    }
    return plans
  }
}
