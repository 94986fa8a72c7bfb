internal import CLMDB
internal import Foundation

/// LMDB through its own C functions, with one table of integer keys: the limit to compare with.
///
/// Options as the log's: full sync, MDB_NOTLS, MDB_APPEND, a map of 1 TiB.
// SAFETY: its users hand it from thread to thread and use it on one at a time.
package final class RawLMDB: @unchecked Sendable {
  private let environment: OpaquePointer
  private let table: MDB_dbi
  package private(set) var count: UInt64

  /// Opens the directory's environment and makes it where it is missing.
  package init(at directory: String) throws {
    try Files.makeDirectory(directory)
    var opened: OpaquePointer?
    try RawLMDB.check(mdb_env_create(&opened))
    guard let opened else { throw RawLMDBError(code: 0) }
    try RawLMDB.check(mdb_env_set_mapsize(opened, 1 << 40))
    try RawLMDB.check(mdb_env_set_maxdbs(opened, 4))
    try RawLMDB.check(mdb_env_open(opened, directory, UInt32(MDB_NOTLS), 0o644))
    var transaction: OpaquePointer?
    try RawLMDB.check(mdb_txn_begin(opened, nil, 0, &transaction))
    var table: MDB_dbi = 0
    try RawLMDB.check(
      mdb_dbi_open(transaction, "entries", UInt32(MDB_CREATE | MDB_INTEGERKEY), &table))
    var statistics = MDB_stat()
    try RawLMDB.check(mdb_stat(transaction, table, &statistics))
    try RawLMDB.check(mdb_txn_commit(transaction))
    environment = opened
    self.table = table
    count = UInt64(statistics.ms_entries)
  }

  deinit { mdb_env_close(environment) }

  /// Appends rows in one commit.
  package func append(_ rows: ArraySlice<[UInt8]>) throws {
    var transaction: OpaquePointer?
    try RawLMDB.check(mdb_txn_begin(environment, nil, 0, &transaction))
    for row in rows {
      try row.withUnsafeBytes { bytes in
        try withUnsafeMutableBytes(of: &count) { number in
          var key = MDB_val(mv_size: 8, mv_data: number.baseAddress)
          var value = MDB_val(
            mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
          try RawLMDB.check(mdb_put(transaction, table, &key, &value, UInt32(MDB_APPEND)))
        }
      }
      count += 1
    }
    try RawLMDB.check(mdb_txn_commit(transaction))
  }

  /// Visits all rows; the limit of any replay. Returns what keeps the work from being left out.
  package func scan() throws -> UInt64 {
    var transaction: OpaquePointer?
    try RawLMDB.check(mdb_txn_begin(environment, nil, UInt32(MDB_RDONLY), &transaction))
    defer { mdb_txn_abort(transaction) }
    var cursor: OpaquePointer?
    try RawLMDB.check(mdb_cursor_open(transaction, table, &cursor))
    defer { mdb_cursor_close(cursor) }
    var key = MDB_val()
    var value = MDB_val()
    var sum: UInt64 = 0
    while mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == MDB_SUCCESS {
      sum &+= UInt64(value.mv_size)
      if let data = value.mv_data { sum &+= UInt64(data.load(as: UInt8.self)) }
    }
    return sum
  }

  /// Lends the rows of a range of numbers in order.
  package func forEach(
    in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard !range.isEmpty else { return }
    var transaction: OpaquePointer?
    try RawLMDB.check(mdb_txn_begin(environment, nil, UInt32(MDB_RDONLY), &transaction))
    defer { mdb_txn_abort(transaction) }
    var cursor: OpaquePointer?
    try RawLMDB.check(mdb_cursor_open(transaction, table, &cursor))
    defer { mdb_cursor_close(cursor) }
    var number = UInt64(range.lowerBound)
    try withUnsafeMutableBytes(of: &number) { number in
      var key = MDB_val(mv_size: 8, mv_data: number.baseAddress)
      var value = MDB_val()
      var operation = MDB_SET
      for _ in range {
        try RawLMDB.check(mdb_cursor_get(cursor, &key, &value, operation))
        try body(UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size))
        operation = MDB_NEXT
      }
    }
  }

  private static func check(_ status: Int32) throws {
    guard status == MDB_SUCCESS else { throw RawLMDBError(code: status) }
  }
}

/// A failure of LMDB.
package struct RawLMDBError: Error, CustomStringConvertible {
  package let code: Int32

  package init(code: Int32) { self.code = code }

  package var description: String { "LMDB: \(String(cString: mdb_strerror(code)))" }
}
