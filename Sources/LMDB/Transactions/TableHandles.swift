import CLMDB
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The tables of one environment, and the rule that only one transaction at a time opens them.
///
/// LMDB gives a table handle to the transaction that opened it; others see it once that one has
/// ended and they begin. So all existing tables are opened with the environment, and again when a
/// transaction begins and finds that the main table, which holds their names, has grown. A
/// transaction therefore knows every table of its snapshot from the start.
final class TableHandles: Sendable {
  /// In place of a row count: the main table holds rows of the caller, so there are no names.
  private static let notNames = -1
  /// An environment with so many rows in its main table has no table names there.
  private static let namesMax = 1_024

  private struct Entry {
    let table: Table
    /// The first transaction id that sees the table by this handle.
    let since: UInt64
  }

  private struct State {
    var entries: [String: Entry] = [:]
    var abandoned: Set<UInt64> = []
    var isWriterMaking = false
  }

  private let environment: UInt64
  private let rowCount = Atomic<Int>(-2)
  private let abandonedCount = Atomic<Int>(0)
  private let state = Mutex(State())

  init(environment: UInt64) { self.environment = environment }

  /// Whether a transaction that sees so many rows in the main table knows all its tables.
  func isCurrent(mainRows: Int) -> Bool {
    let known = rowCount.load(ordering: .acquiring)
    return known == mainRows || known == Self.notNames
  }

  /// Finds a table by name, if the snapshot `id` has it.
  func table(_ name: String, in id: UInt64) -> Table? {
    state.withLock { state in
      guard let entry = state.entries[name], entry.since <= id else { return nil }
      return entry.table
    }
  }

  var count: Int { state.withLock { $0.entries.count } }

  /// Checks that a handle belongs to this environment and was not given back.
  func check(_ table: Table) throws(LMDBError) {
    precondition(
      table.environment == environment || table.environment == 0,
      "The table \(table.name) belongs to another environment, or to this one before it was closed."
    )
    guard abandonedCount.load(ordering: .acquiring) > 0 else { return }
    guard state.withLock({ $0.abandoned.contains(table.serial) }) else { return }
    throw LMDBError(
      code: .badTransaction,
      message: "the table \(table.name) was made in a transaction that was not committed")
  }

  /// Opens all tables that the newest snapshot has.
  func openAll(_ handle: EnvironmentCore.Handle) throws(LMDBError) {
    let failure = state.withLock { state -> LMDBError? in
      // All committed tables are known then, and no other process can commit.
      guard !state.isWriterMaking else { return nil }
      do throws(LMDBError) {
        try openAll(handle, &state)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
  }

  private func openAll(
    _ handle: EnvironmentCore.Handle, _ state: inout State
  ) throws(LMDBError) {
    let transaction: OpenTransaction
    do throws(OpenTransaction.StatusError) {
      transaction = try .begin(handle, flags: MDB_RDONLY)
    } catch {
      throw LMDBError(
        code: error.number == EINVAL ? .lockFailed : .init(error.number),
        message: "beginning a read to look for tables failed", lmdbCode: error.number)
    }
    let id = transaction.id
    var found: [Table] = []
    let rows: Int
    do throws(LMDBError) {
      let snapshot = transaction.snapshot
      let main = snapshot.meta.main.statistics
      var hasRows = main.entries > Self.namesMax
      // Opening a table is a search of LMDB's in the main table.
      if !hasRows { try snapshot.checkMain() }
      let names = hasRows ? [] : try snapshot.names()
      for name in names where state.entries[name] == nil {
        guard let table = try open(name, in: transaction) else {
          hasRows = true
          continue
        }
        found.append(table)
      }
      rows = hasRows ? Self.notNames : main.entries
    } catch {
      transaction.abort()
      throw error
    }
    // Committing a read transaction is what shares its table handles.
    let status = transaction.commit()
    guard status == MDB_SUCCESS else { throw LMDBError(status, "opening the tables") }
    for table in found { state.entries[table.name] = Entry(table: table, since: id) }
    rowCount.store(rows, ordering: .releasing)
  }

  /// Opens a table; nil when the row of this name is no table.
  private func open(
    _ name: String, in transaction: OpenTransaction, flags: Int32 = 0
  ) throws(LMDBError) -> Table? {
    let handle: UInt32
    let kind: Int32
    do throws(OpenTransaction.StatusError) {
      (handle, kind) = try transaction.openTable(name, flags: flags)
    } catch {
      if error.number == MDB_INCOMPATIBLE, flags & MDB_CREATE == 0 { return nil }
      throw LMDBError(error.number, "opening the table \(name)")
    }
    guard kind & ~MDB_INTEGERKEY == 0 else {
      throw LMDBError(
        code: .incompatibleTable,
        message: "the table \(name) has LMDB flags \(kind), which this layer does not use")
    }
    return Table(
      name: name, keyKind: kind & MDB_INTEGERKEY != 0 ? .integer : .bytes, handle: handle,
      serial: SerialNumber.next(), environment: environment)
  }
}

// MARK: - Tables made by a write transaction

extension TableHandles {
  /// Makes a table in a write transaction, which must end with ``commit(_:id:made:)`` or
  /// ``abort(_:made:)``.
  func make(
    _ name: String, keys: Table.Keys, in transaction: OpenTransaction
  ) throws(LMDBError) -> Table {
    try state.withLock { state -> Result<Table, LMDBError> in
      do throws(LMDBError) {
        let flags = MDB_CREATE | (keys == .integer ? MDB_INTEGERKEY : 0)
        let table = try open(name, in: transaction, flags: flags)
        guard let table, table.keyKind == keys else {
          throw LMDBError(
            code: .incompatibleTable, message: "the table \(name) exists with other keys")
        }
        state.isWriterMaking = true
        return .success(table)
      } catch {
        return .failure(error)
      }
    }.get()
  }

  /// Commits a transaction that made tables, and shares their handles.
  ///
  /// The lock is held meanwhile, so that a reader which begins in between and finds the main table
  /// grown waits until LMDB has shared them.
  func commit(_ transaction: OpenTransaction, id: UInt64, made: [Table]) -> Int32 {
    state.withLock { state in
      let status = transaction.commit()
      state.isWriterMaking = false
      if status == MDB_SUCCESS {
        for table in made { state.entries[table.name] = Entry(table: table, since: id) }
        rowCount.store(state.entries.count, ordering: .releasing)
      } else {
        state.abandoned.formUnion(made.map(\.serial))
        abandonedCount.add(made.count, ordering: .releasing)
      }
      return status
    }
  }

  /// Aborts a transaction that made tables; their handles are void.
  func abort(_ transaction: OpenTransaction, made: [Table]) {
    state.withLock { state in
      transaction.abort()
      state.isWriterMaking = false
      state.abandoned.formUnion(made.map(\.serial))
      abandonedCount.add(made.count, ordering: .releasing)
    }
  }
}
