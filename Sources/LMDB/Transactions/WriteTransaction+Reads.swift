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

  /// Opens a cursor.
  @_lifetime(borrow self)
  public func cursor(_ table: Table) throws(LMDBError) -> Cursor {
    try core.tables.check(table)
    let transaction = transaction
    let cursor = try transaction.cursor(table)
    // SAFETY: changes and the end need self exclusively, and the cursor borrows it.
    return unsafe _overrideLifetime(cursor, borrowing: self)
  }

  @_lifetime(borrow self)
  private func get(_ table: Table, _ key: RawSpan) throws(LMDBError) -> RawSpan? {
    try core.tables.check(table)
    let transaction = transaction
    guard let value = try transaction.value(table, key) else { return nil }
    // SAFETY: changes and the end need self exclusively, and the span borrows it.
    return unsafe _overrideLifetime(value, borrowing: self)
  }
}
