import CLMDB

/// A change to an environment that happens as a whole when ``commit()`` returns, or not at all.
///
/// It sees its own changes. It holds the write lock of the environment, among all processes, from
/// its beginning to its end, and must begin, be used and end on one OS thread: LMDB's lock belongs
/// to that thread. So there is no `await` between; see ``DedicatedThread``.
///
/// A span or a cursor taken from it must be done with before the next change, which the compiler
/// checks. Dropping the transaction aborts it.
public struct WriteTransaction: ~Copyable {
  let environment: Environment
  /// Nil when it was committed or aborted.
  private var open: OpenTransaction?
  private let thread: UInt
  /// The tables made so far, which other transactions cannot see yet.
  private(set) var made: [Table] = []
  /// Whether it tried a change; LMDB gives no id to a commit of nothing.
  var hasChanged = false
  /// The id that the commit will have.
  public let id: UInt64

  var core: EnvironmentCore { environment.core }

  /// The open transaction, for calls on its thread.
  var transaction: OpenTransaction {
    guard let open else { preconditionFailure("The transaction has ended.") }
    precondition(
      thread == DedicatedThread.currentID, "A write transaction was used on another thread.")
    return open
  }

  init(_ environment: Environment) throws(LMDBError) {
    self.environment = environment
    thread = DedicatedThread.currentID
    let transaction = try environment.core.beginWrite(thread: thread)
    open = transaction
    id = transaction.id
  }

  deinit {
    guard let open else { return }
    // After a fork the lock is the parent's.
    if !core.isForked {
      precondition(
        thread == DedicatedThread.currentID, "A write transaction ended on another thread.")
      core.writerThread = 0
      // Views and cursors cannot outlive self, so nothing uses the transaction any more.
      if made.isEmpty { open.abort() } else { core.tables.abort(open, made: made) }
    }
    core.leave()
  }

  /// Makes all changes durable and visible, and ends the transaction.
  ///
  /// Returns after the data and then the meta page were synced to the disk.
  /// - Throws: `.ioFailed` or `.diskFull`: the fate of the transaction is unknown, and the
  ///   environment ends; see ``LMDBError/Code/poisoned``. `.mapFull`, `.transactionTooLarge` or
  ///   `.badTransaction`: nothing was written.
  public consuming func commit() throws(LMDBError) {
    let transaction = transaction
    try core.checkUsable()
    open = nil
    let core = core
    core.writerThread = 0
    defer { core.leave() }
    let status =
      made.isEmpty
      ? transaction.commit() : core.tables.commit(transaction, id: id, made: made)
    guard status == MDB_SUCCESS else {
      throw core.writeError(status, "commit of transaction \(id)")
    }
    if hasChanged || !made.isEmpty { core.writeCheck.committed(id) }
  }

  /// Drops all changes now rather than at the end of the scope.
  public consuming func abort() {}

  /// Finds a table or makes it. It can be used at once, and in transactions begun after the commit.
  ///
  /// - Throws: `.incompatibleTable` when it exists with keys of the other kind, or the main table
  ///   holds other rows; `.tooManyTables`; `.keyEmpty` or `.keyTooLong` for the name.
  public mutating func makeTable(
    _ name: String, keys: Table.Keys
  ) throws(LMDBError) -> Table {
    if let table = try openTable(name, keys: keys) { return table }
    precondition(!name.utf8.contains(0), "A table name has no NUL.")
    // SAFETY: a byte has no padding.
    try unsafe Table.main.checkKey(name.utf8.span.bytes)
    guard try count(.main) == core.tables.count + made.count else {
      throw LMDBError(
        code: .incompatibleTable,
        message: "the main table of \(core.directory) holds rows, so it cannot hold table names")
    }
    let table = try core.tables.make(name, keys: keys, in: transaction)
    made.append(table)
    return table
  }

  /// Finds a table; nil when there is none of that name.
  ///
  /// - Throws: `.incompatibleTable` when its keys are of the other kind.
  public func openTable(_ name: String, keys: Table.Keys) throws(LMDBError) -> Table? {
    let table = made.first { $0.name == name } ?? core.tables.table(name, in: id)
    return try table?.checked(keys)
  }
}
