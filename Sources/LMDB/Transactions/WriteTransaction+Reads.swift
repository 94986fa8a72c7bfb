extension WriteTransaction {
  /// Reads the value of a key; nil when there is none.
  /// - Complexity: O(log *n*) page reads.
  @_lifetime(borrow self)
  public func value(_ table: Table, _ key: UInt64) throws(LMDBError) -> RawSpan? {
    let number = table.integerKey(key)
    return try get(table, number.bytes)
  }

  /// Reads the value of a key; nil when there is none.
  /// - Throws: `.keyTooLong` or `.keyEmpty`.
  /// - Complexity: O(log *n*) page reads.
  @_lifetime(borrow self)
  public func value(_ table: Table, _ key: RawSpan) throws(LMDBError) -> RawSpan? {
    try table.checkKey(key)
    return try get(table, key)
  }

  /// The number of rows of a table.
  public func count(_ table: Table) throws(LMDBError) -> Int { try statistics(table).entries }

  /// The size and shape of a table.
  public func statistics(_ table: Table) throws(LMDBError) -> TableStatistics {
    try core.tables.check(table)
    return try transaction.statistics(table)
  }

  /// Hands out the first row whose key is not below `key`; nil when all are.
  ///
  /// - Throws: `.keyTooLong` or `.keyEmpty`, `.damaged`.
  /// - Complexity: O(log *n*) page reads.
  public func row<Result>(
    _ table: Table, atOrAfter key: RawSpan, _ body: (_ key: RawSpan, _ value: RawSpan) -> Result
  ) throws(LMDBError) -> Result? {
    try table.checkKey(key)
    try core.tables.check(table)
    try core.writeCheck.neighbourhood(of: key, table, transaction.snapshot)
    return try transaction.row(table, atOrAfter: key, body)
  }

  @_lifetime(borrow self)
  private func get(_ table: Table, _ key: RawSpan) throws(LMDBError) -> RawSpan? {
    try core.tables.check(table)
    let transaction = transaction
    try core.writeCheck.path(to: key, table, transaction.snapshot)
    guard let value = try transaction.value(table, key) else { return nil }
    // SAFETY: changes and the end need self exclusively, and the span borrows it.
    return unsafe _overrideLifetime(value, borrowing: self)
  }
}
