internal import CLMDB
internal import CasefileModel
internal import Workload

/// The log's four tables through LMDB's own functions, and nothing else: what a commit of ours stores
/// can't be stored with less.
///
/// LMDB's options are those of `RawLMDB`.
// SAFETY: its users hand it from thread to thread and use it on one at a time.
final class LimitTables: @unchecked Sendable {
  private let environment: OpaquePointer
  private let entries: MDB_dbi
  private let contents: MDB_dbi
  private let tree: MDB_dbi
  private let meta: MDB_dbi
  private var transaction: OpaquePointer?

  init(at directory: String) throws {
    try Files.makeDirectory(directory)
    var opened: OpaquePointer?
    try LimitTables.check(mdb_env_create(&opened))
    guard let opened else { throw RawLMDBError(code: 0) }
    environment = opened
    try LimitTables.check(mdb_env_set_mapsize(opened, 1 << 40))
    try LimitTables.check(mdb_env_set_maxdbs(opened, 4))
    try LimitTables.check(mdb_env_open(opened, directory, UInt32(MDB_NOTLS), 0o644))
    var transaction: OpaquePointer?
    try LimitTables.check(mdb_txn_begin(opened, nil, 0, &transaction))
    func table(_ name: String, _ flags: Int32) throws -> MDB_dbi {
      var table: MDB_dbi = 0
      try LimitTables.check(mdb_dbi_open(transaction, name, UInt32(MDB_CREATE | flags), &table))
      return table
    }
    entries = try table("entries", MDB_INTEGERKEY)
    contents = try table("contents", MDB_INTEGERKEY)
    tree = try table("tree", MDB_INTEGERKEY)
    meta = try table("meta", 0)
    try LimitTables.check(mdb_txn_commit(transaction))
  }

  deinit { mdb_env_close(environment) }

  func begin() throws {
    try LimitTables.check(mdb_txn_begin(environment, nil, 0, &transaction))
  }

  /// Puts entries and contents.
  func put(_ batch: LimitBatch, from first: UInt64) throws {
    try put(entries, batch.envelopes) { first + UInt64($0) }
    try put(contents, batch.contents) {
      first + UInt64(batch.contentOwners[$0])
    }
  }

  /// Puts the rows of the tree that became full and the row that says what the log is.
  func finish(_ batch: LimitBatch) throws {
    for row in batch.treeRows {
      try row.hashes.withUnsafeBytes { try put(tree, row.key, $0) }
    }
    var row = (UInt64(1), UInt64(2), batch.root, UInt64(3), batch.root)
    var name: UInt32 = 0x67_6F_6C
    try withUnsafeMutableBytes(of: &row) { row in
      try withUnsafeMutableBytes(of: &name) { name in
        var key = MDB_val(mv_size: 3, mv_data: name.baseAddress)
        var value = MDB_val(mv_size: 88, mv_data: row.baseAddress)
        try LimitTables.check(mdb_put(transaction, meta, &key, &value, 0))
      }
    }
  }

  func commit() throws {
    try LimitTables.check(mdb_txn_commit(transaction))
    transaction = nil
  }

  private func put(
    _ table: MDB_dbi, _ rows: LimitRows, key: (Int) -> UInt64
  ) throws {
    guard rows.count > 0 else { return }
    var cursor: OpaquePointer?
    try LimitTables.check(mdb_cursor_open(transaction, table, &cursor))
    defer { mdb_cursor_close(cursor) }
    try rows.bytes.withUnsafeBytes { bytes in
      for index in 0..<rows.count {
        var number = key(index)
        let range = rows.range(index)
        try withUnsafeMutableBytes(of: &number) { number in
          var key = MDB_val(mv_size: 8, mv_data: number.baseAddress)
          var value = MDB_val(
            mv_size: range.count,
            mv_data: UnsafeMutableRawPointer(
              mutating: bytes.baseAddress.map { $0 + range.lowerBound }))
          try LimitTables.check(mdb_cursor_put(cursor, &key, &value, UInt32(MDB_APPEND)))
        }
      }
    }
  }

  private func put(
    _ table: MDB_dbi, _ key: UInt64, _ value: UnsafeRawBufferPointer
  ) throws {
    var number = key
    try withUnsafeMutableBytes(of: &number) { number in
      var key = MDB_val(mv_size: 8, mv_data: number.baseAddress)
      var value = MDB_val(
        mv_size: value.count, mv_data: UnsafeMutableRawPointer(mutating: value.baseAddress))
      try LimitTables.check(mdb_put(transaction, table, &key, &value, 0))
    }
  }

  private static func check(_ status: Int32) throws {
    guard status == MDB_SUCCESS else { throw RawLMDBError(code: status) }
  }
}
