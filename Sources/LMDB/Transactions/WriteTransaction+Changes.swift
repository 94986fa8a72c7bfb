import CLMDB

extension WriteTransaction {
  /// Sets the value of a key, whether or not it has one.
  ///
  /// - Throws: `.mapFull`, `.transactionTooLarge`, `.valueTooLong`; `.ioFailed` or `.diskFull` end
  ///   the environment. After any of the first two the transaction can only be aborted.
  /// - Complexity: O(log *n*) pages.
  public mutating func put(
    _ table: Table, _ key: UInt64, _ value: RawSpan
  ) throws(LMDBError) {
    let number = table.integerKey(key)
    try put(table, number.bytes, value, flags: 0)
  }

  /// Sets the value of a key, whether or not it has one.
  ///
  /// - Throws: as for integer keys, and `.keyTooLong` or `.keyEmpty`.
  public mutating func put(
    _ table: Table, _ key: RawSpan, _ value: RawSpan
  ) throws(LMDBError) {
    try table.checkKey(key)
    try put(table, key, value, flags: 0)
  }

  /// Adds a row after the last one. Pages are filled to the end rather than split in half.
  ///
  /// - Throws: `.keyExists` when the key is not greater than the last one; nothing has changed then
  ///   and the transaction can go on. Else as ``put(_:_:_:)-(_,UInt64,_)``.
  public mutating func append(
    _ table: Table, _ key: UInt64, _ value: RawSpan
  ) throws(LMDBError) {
    let number = table.integerKey(key)
    try put(table, number.bytes, value, flags: MDB_APPEND)
  }

  /// Adds a row after the last one. Pages are filled to the end rather than split in half.
  ///
  /// - Throws: `.keyExists` when the key is not greater than the last one; nothing has changed then
  ///   and the transaction can go on. Else as ``put(_:_:_:)-(_,RawSpan,_)``.
  public mutating func append(
    _ table: Table, _ key: RawSpan, _ value: RawSpan
  ) throws(LMDBError) {
    try table.checkKey(key)
    try put(table, key, value, flags: MDB_APPEND)
  }

  /// Adds rows after the last one, whose values lie one after the other and end where `ends` says.
  ///
  /// One search for the end of the table serves all of them.
  /// - Throws: as ``append(_:_:_:)-(_,UInt64,_)``; the rows before the refused one are added.
  public mutating func append(
    _ table: Table, keys: Span<UInt64>, values: RawSpan, ends: Span<Int>
  ) throws(LMDBError) {
    precondition(table.keyKind == .integer, "The table \(table.name) has byte string keys.")
    precondition(keys.count == ends.count, "There are \(keys.count) keys for \(ends.count) rows.")
    guard keys.count > 0 else { return }
    try checkChange(table, sizeBytes: values.byteCount)
    try core.writeCheck.end(of: table, transaction.snapshot)
    let status = transaction.append(table, keys: keys, values: values, ends: ends)
    guard status == MDB_SUCCESS else { throw changeError(status, table) }
  }

  /// Adds a row after the last one and lets `fill` write its value in place, without a copy.
  ///
  /// Bytes that `fill` leaves out are zero.
  /// - Throws: as ``append(_:_:_:)-(_,UInt64,_)``.
  public mutating func appendReserving(
    _ table: Table, _ key: UInt64, sizeBytes: Int, _ fill: (inout OutputRawSpan) -> Void
  ) throws(LMDBError) {
    precondition(sizeBytes >= 0, "A value cannot have \(sizeBytes) bytes.")
    try checkChange(table, sizeBytes: sizeBytes)
    try core.writeCheck.end(of: table, transaction.snapshot)
    let number = table.integerKey(key)
    let status = transaction.append(table, number.bytes, sizeBytes: sizeBytes, fill)
    guard status == MDB_SUCCESS else { throw changeError(status, table) }
  }

  /// Removes a row; false when there is none.
  public mutating func delete(_ table: Table, _ key: UInt64) throws(LMDBError) -> Bool {
    let number = table.integerKey(key)
    return try remove(table, number.bytes)
  }

  /// Removes a row; false when there is none.
  public mutating func delete(_ table: Table, _ key: RawSpan) throws(LMDBError) -> Bool {
    try table.checkKey(key)
    return try remove(table, key)
  }

  /// Removes all rows of a table; the table stays.
  ///
  /// - Complexity: O(pages) of the table.
  public mutating func removeAll(_ table: Table) throws(LMDBError) {
    try checkChange(table, sizeBytes: 0)
    try core.writeCheck.all(of: table, transaction.snapshot)
    let status = transaction.removeAll(table)
    guard status == MDB_SUCCESS else { throw changeError(status, table) }
  }

  private mutating func put(
    _ table: Table, _ key: RawSpan, _ value: RawSpan, flags: Int32
  ) throws(LMDBError) {
    try checkChange(table, sizeBytes: value.byteCount)
    if flags & MDB_APPEND != 0 {
      try core.writeCheck.end(of: table, transaction.snapshot)
    } else {
      try core.writeCheck.path(to: key, table, transaction.snapshot)
    }
    let status = transaction.put(table, key, value, flags: flags)
    guard status == MDB_SUCCESS else { throw changeError(status, table) }
  }

  private mutating func remove(_ table: Table, _ key: RawSpan) throws(LMDBError) -> Bool {
    try checkChange(table, sizeBytes: 0)
    try core.writeCheck.neighbourhood(of: key, table, transaction.snapshot)
    let status = transaction.delete(table, key)
    if status == MDB_NOTFOUND { return false }
    guard status == MDB_SUCCESS else { throw changeError(status, table) }
    return true
  }

  private mutating func checkChange(_ table: Table, sizeBytes: Int) throws(LMDBError) {
    try core.tables.check(table)
    try table.checkValue(sizeBytes: sizeBytes)
    hasChanged = true
    guard table == .main, core.tables.count > 0 || !made.isEmpty else { return }
    throw LMDBError(
      code: .incompatibleTable,
      message: "the main table of \(core.directory) holds the names of its tables, so it cannot "
        + "hold rows")
  }

  private func changeError(_ status: Int32, _ table: Table) -> LMDBError {
    core.writeError(status, "a change to the table \(table.name)")
  }
}

extension Environment {
  /// Begins a write transaction; waits until no other thread and no other process has one.
  ///
  /// - Throws: `.readOnly`, `.closed`, `.poisoned`, `.usedAfterFork`, `.lockFailed`, and
  ///   `.badTransaction` when this thread has one already.
  public func beginWrite() throws(LMDBError) -> WriteTransaction { try WriteTransaction(self) }
}
