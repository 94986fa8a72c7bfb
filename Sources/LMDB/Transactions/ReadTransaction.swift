/// A snapshot of an environment: it sees what was committed when it began, and nothing later.
///
/// Reads are not copied: the spans point into the page cache and are valid until the transaction
/// ends, which the compiler checks. End it soon: pages which it can see cannot be used again, so
/// the file grows while it lasts.
///
/// It may be sent to another thread or task, but is used by one at a time.
public struct ReadTransaction: ~Copyable {
  private let environment: Environment
  /// Nil when it was ended.
  private var open: OpenTransaction?
  /// The transaction whose commit made this snapshot.
  public let id: UInt64

  init(_ environment: Environment) throws(LMDBError) {
    self.environment = environment
    let transaction = try environment.core.beginRead()
    open = transaction
    id = transaction.id
  }

  deinit {
    // Views and cursors cannot outlive self, so nothing uses the transaction any more.
    if let open { Self.end(open, environment.core) }
  }

  /// Ends the transaction now rather than at the end of its scope; it cannot be used after that.
  ///
  /// It is not `consuming`, since the compiler does not let a constant be consumed once a view was
  /// taken from it, however short (Swift 6.3.1).
  public mutating func end() {
    // Views and cursors cannot outlive a change of self.
    if let open { Self.end(open, environment.core) }
    open = nil
  }

  private static func end(_ transaction: OpenTransaction, _ core: EnvironmentCore) {
    // After a fork the reader slot is the parent's: giving it back would release its snapshot.
    if !core.isForked { transaction.abort() }
    core.leave()
  }

  private var transaction: OpenTransaction {
    guard let open else { preconditionFailure("The transaction has ended.") }
    return open
  }

  /// Finds a table; nil when this snapshot has none of that name.
  ///
  /// - Throws: `.incompatibleTable` when its keys are of the other kind.
  public func openTable(_ name: String, keys: Table.Keys) throws(LMDBError) -> Table? {
    try environment.core.tables.table(name, in: id)?.checked(keys)
  }

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

  /// Looks up the values of several keys together; the same ones as so many single lookups.
  ///
  /// A lookup mostly waits for memory, and here the waits of all keys overlap. 10 to 50 keys at a time
  /// are best: what was asked for ahead must not be pushed out before it is read.
  ///
  /// - Parameter offset: where in the value of the key with this index the caller will look first.
  /// - Throws: `.damaged` where the table's record is; damage on the way to a key comes out where
  ///   its value is asked for.
  /// - Complexity: O(log *n*) page reads a key.
  @_lifetime(borrow self)
  public func values(
    _ table: Table, _ keys: [UInt64], readAt offset: (_ index: Int) -> Int = { _ in 0 }
  ) throws(LMDBError) -> Values {
    precondition(
      table.keyKind == .integer, "The table \(table.name) has byte string keys, not integers.")
    try environment.core.tables.check(table)
    let snapshot = transaction.snapshot
    let tree = try snapshot.knownTree(table)
    // SAFETY: the snapshot is kept until self ends, and the values borrow self.
    return unsafe _overrideLifetime(
      Values(snapshot.values(keys, in: tree, readAt: offset), table), borrowing: self)
  }

  /// The number of rows of a table.
  public func count(_ table: Table) throws(LMDBError) -> Int { try statistics(table).entries }

  /// The size and shape of a table.
  public func statistics(_ table: Table) throws(LMDBError) -> TableStatistics {
    try environment.core.tables.check(table)
    return try transaction.snapshot.statistics(table)
  }

  /// Opens a cursor.
  @_lifetime(borrow self)
  public func cursor(_ table: Table) throws(LMDBError) -> Cursor {
    try environment.core.tables.check(table)
    let snapshot = transaction.snapshot
    let cursor = try snapshot.cursor(table)
    // SAFETY: the snapshot is kept until self ends, and the cursor borrows self.
    return unsafe _overrideLifetime(cursor, borrowing: self)
  }

  @_lifetime(borrow self)
  private func get(_ table: Table, _ key: RawSpan) throws(LMDBError) -> RawSpan? {
    try environment.core.tables.check(table)
    let snapshot = transaction.snapshot
    guard let value = try snapshot.value(table, key) else { return nil }
    // SAFETY: the snapshot is kept until self ends, and the span borrows self.
    return unsafe _overrideLifetime(value, borrowing: self)
  }
}

extension Environment {
  /// Begins a read transaction on the newest snapshot. Never waits for a writer.
  ///
  /// - Throws: `.readersFull`, `.closed`, `.poisoned`, `.usedAfterFork` or `.lockFailed`.
  public func beginRead() throws(LMDBError) -> ReadTransaction { try ReadTransaction(self) }

  /// Runs `body` with a read transaction and ends it.
  ///
  /// - Throws: what ``beginRead()`` and `body` throw.
  public func withRead<Value>(
    _ body: (borrowing ReadTransaction) throws -> Value
  ) throws -> Value {
    let transaction = try beginRead()
    return try body(transaction)
  }
}
