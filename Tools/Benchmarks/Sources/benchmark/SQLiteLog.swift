internal import CSQLite

/// One events table in SQLite, as an application would make it: WAL and synchronous=FULL.
final class SQLiteLog {
  private var database: OpaquePointer?
  private var insert: OpaquePointer?
  private var count: Int64 = 0

  init(at path: String) throws {
    try check(sqlite3_open(path, &database))
    try run("PRAGMA journal_mode=WAL")
    try run("PRAGMA synchronous=FULL")
    try run(
      """
      CREATE TABLE events(
        position INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL,
        id BLOB NOT NULL UNIQUE, event BLOB NOT NULL, UNIQUE(stream, version))
      """)
    try check(
      sqlite3_prepare_v2(database, "INSERT INTO events VALUES(?,?,?,?,?)", -1, &insert, nil))
  }

  deinit {
    sqlite3_finalize(insert)
    sqlite3_close(database)
  }

  /// Inserts rows in one transaction.
  func append(_ rows: ArraySlice<Payload>) throws {
    try run("BEGIN IMMEDIATE")
    for row in rows {
      sqlite3_bind_int64(insert, 1, count)
      bind(2, row.stream, isText: true)
      sqlite3_bind_int64(insert, 3, row.version)
      bind(4, row.id, isText: false)
      bind(5, row.bytes, isText: false)
      guard sqlite3_step(insert) == SQLITE_DONE else { throw failure() }
      try check(sqlite3_reset(insert))
      count += 1
    }
    try run("COMMIT")
  }

  /// Visits all rows.
  func scan() throws -> Int {
    var select: OpaquePointer?
    try check(
      sqlite3_prepare_v2(
        database, "SELECT position, event FROM events ORDER BY position", -1, &select, nil))
    defer { sqlite3_finalize(select) }
    var sum = 0
    while sqlite3_step(select) == SQLITE_ROW {
      sum &+= Int(sqlite3_column_bytes(select, 1))
      if let blob = sqlite3_column_blob(select, 1) { sum &+= Int(blob.load(as: UInt8.self)) }
    }
    return sum
  }

  // The bytes are bound without a copy (a nil destructor is SQLITE_STATIC): they belong to the row,
  // which outlives the step.
  private func bind(_ column: Int32, _ bytes: [UInt8], isText: Bool) {
    _ = bytes.withUnsafeBytes { bytes in
      if isText {
        sqlite3_bind_text(
          insert, column, bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count), nil)
      } else {
        sqlite3_bind_blob(insert, column, bytes.baseAddress, Int32(bytes.count), nil)
      }
    }
  }

  private func run(_ statement: String) throws {
    guard sqlite3_exec(database, statement, nil, nil, nil) == SQLITE_OK else { throw failure() }
  }

  private func check(_ status: Int32) throws {
    guard status == SQLITE_OK else { throw failure() }
  }

  private func failure() -> SQLiteError {
    SQLiteError(description: "SQLite: \(String(cString: sqlite3_errmsg(database)))")
  }
}

/// A failure of SQLite.
struct SQLiteError: Error, CustomStringConvertible {
  let description: String
}

/// One event as the peers store it.
struct Payload {
  let bytes: [UInt8]
  let id: [UInt8]
  let stream: [UInt8]
  let version: Int64
}
