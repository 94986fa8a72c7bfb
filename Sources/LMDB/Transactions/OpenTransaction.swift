import CLMDB

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// LMDB's transaction, and all of LMDB's calls on one.
///
/// The holder sees to three things, on which every `unsafe` below rests: it calls nothing after
/// ``commit()`` or ``abort()``, uses the transaction on one thread at a time (a writing one on its
/// own), and lets no view outlive the next change or the end. C gets local variables only.
@safe
struct OpenTransaction {
  private let pointer: OpaquePointer
  /// What was committed when it began.
  let snapshot: Snapshot
  /// A reader may be preempted between two calls for as long as two commits take, but not so often.
  private static let attemptsMax = 1_000

  private init(_ pointer: OpaquePointer, _ snapshot: Snapshot) {
    unsafe self.pointer = pointer
    self.snapshot = snapshot
  }

  /// Begins a transaction on an open environment.
  ///
  /// - Throws: LMDB's number, which means different things to different callers.
  static func begin(
    _ environment: EnvironmentCore.Handle, flags: Int32
  ) throws(StatusError) -> OpenTransaction {
    for _ in 0..<attemptsMax {
      var pointer: OpaquePointer?
      // SAFETY: the caller keeps the environment open; the result pointer is a local variable.
      let status = unsafe mdb_txn_begin(environment.pointer, nil, UInt32(flags), &pointer)
      // SAFETY: LMDB sets the pointer when it succeeds.
      guard status == MDB_SUCCESS, let pointer = unsafe pointer else {
        throw StatusError(number: status)
      }
      // SAFETY: the transaction was just begun.
      let id = unsafe UInt64(mdb_txn_id(pointer))
      if let snapshot = environment.map.snapshot(flags & MDB_RDONLY != 0 ? id : id &- 1) {
        return unsafe OpenTransaction(pointer, snapshot)
      }
      // SAFETY: the transaction is open, and not used again.
      unsafe mdb_txn_abort(pointer)
    }
    // Not a race any more: the meta page is not the one that the transaction was begun on.
    throw StatusError(number: MDB_CORRUPTED)
  }

  /// What LMDB returned.
  struct StatusError: Error { let number: Int32 }

  var id: UInt64 {
    // SAFETY: the transaction is open.
    unsafe UInt64(mdb_txn_id(pointer))
  }

  /// Ends the transaction, whether or not it succeeds, and returns LMDB's status.
  func commit() -> Int32 {
    // SAFETY: the transaction is open, and not used again.
    unsafe mdb_txn_commit(pointer)
  }

  func abort() {
    // SAFETY: the transaction is open, and not used again.
    unsafe mdb_txn_abort(pointer)
  }
}

// MARK: - Reading what a writing transaction has changed

extension OpenTransaction {
  /// Reads a value; the holder has had the pages checked, and narrows its lifetime to its own.
  @_lifetime(borrow self)
  func value(_ table: Table, _ key: RawSpan) throws(LMDBError) -> RawSpan? {
    // SAFETY: a description of no bytes; the key is valid during the call and LMDB does not write
    // to it.
    var value = unsafe MDB_val()
    let status = unsafe key.withUnsafeBytes { bytes in
      var key = unsafe MDB_val(bytes)
      return unsafe mdb_get(pointer, table.handle, &key, &value)
    }
    if status == MDB_NOTFOUND { return nil }
    guard status == MDB_SUCCESS else { throw Self.readError(status, table) }
    // SAFETY: pages stay where they are until the transaction changes them or ends.
    let span = unsafe RawSpan(_unsafeBytes: value.bytes)
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  func statistics(_ table: Table) throws(LMDBError) -> TableStatistics {
    var result = MDB_stat()
    // SAFETY: the transaction is open, and the result pointer is a local variable.
    let status = unsafe mdb_stat(pointer, table.handle, &result)
    guard status == MDB_SUCCESS else { throw Self.readError(status, table) }
    // The numbers come from the file, so they may be anything.
    return TableStatistics(
      depth: Int(result.ms_depth), branchPages: Int(clamping: result.ms_branch_pages),
      leafPages: Int(clamping: result.ms_leaf_pages),
      overflowPages: Int(clamping: result.ms_overflow_pages),
      entries: Int(clamping: result.ms_entries))
  }

  /// Hands out the first row whose key is not below `key`; nil when all are. The holder has had the
  /// pages checked.
  func row<Result>(
    _ table: Table, atOrAfter key: RawSpan, _ body: (_ key: RawSpan, _ value: RawSpan) -> Result
  ) throws(LMDBError) -> Result? {
    var cursor: OpaquePointer?
    // SAFETY: the transaction is open, and the result pointer is a local variable.
    let opened = unsafe mdb_cursor_open(pointer, table.handle, &cursor)
    // SAFETY: LMDB sets the pointer when it succeeds.
    guard opened == MDB_SUCCESS, let cursor = unsafe cursor else {
      throw Self.readError(opened, table)
    }
    // SAFETY: closed once, before the transaction ends.
    defer { unsafe mdb_cursor_close(cursor) }
    // SAFETY: descriptions of no bytes; the key is valid during the call, and LMDB replaces its
    // description by that of the key in the page.
    var value = unsafe MDB_val()
    var found = unsafe MDB_val()
    let status = unsafe key.withUnsafeBytes { bytes in
      unsafe found = MDB_val(bytes)
      return unsafe mdb_cursor_get(cursor, &found, &value, MDB_SET_RANGE)
    }
    if status == MDB_NOTFOUND { return nil }
    guard status == MDB_SUCCESS else { throw Self.readError(status, table) }
    // SAFETY: both stay where they are until the next change, and `body` cannot make one.
    return unsafe body(RawSpan(_unsafeBytes: found.bytes), RawSpan(_unsafeBytes: value.bytes))
  }

  static func readError(_ status: Int32, _ table: Table) -> LMDBError {
    // EINVAL: the handle is younger than the transaction.
    guard status == EINVAL else { return LMDBError(status, "reading the table \(table.name)") }
    return LMDBError(
      code: .badTransaction,
      message: "the table \(table.name) did not exist when this transaction began; begin another",
      lmdbCode: status)
  }
}

// MARK: - Changing

extension OpenTransaction {
  func put(_ table: Table, _ key: RawSpan, _ value: RawSpan, flags: Int32) -> Int32 {
    // SAFETY: key and value are valid during the call, which copies them and writes to neither.
    unsafe key.withUnsafeBytes { keyBytes in
      unsafe value.withUnsafeBytes { valueBytes in
        var key = unsafe MDB_val(keyBytes)
        var value = unsafe MDB_val(valueBytes)
        return unsafe mdb_put(pointer, table.handle, &key, &value, UInt32(flags))
      }
    }
  }

  /// Adds rows after the last one, whose values lie one after the other.
  func append(
    _ table: Table, keys: Span<UInt64>, values: RawSpan, ends: Span<Int>
  ) -> Int32 {
    var cursor: OpaquePointer?
    // SAFETY: the transaction is open, and the result pointer is a local variable.
    let opened = unsafe mdb_cursor_open(pointer, table.handle, &cursor)
    // SAFETY: LMDB sets the pointer when it succeeds.
    guard opened == MDB_SUCCESS, let cursor = unsafe cursor else { return opened }
    // SAFETY: closed once, before the transaction ends.
    defer { unsafe mdb_cursor_close(cursor) }
    var start = 0
    for index in keys.indices {
      var number = keys[index]
      // The span checks that the value lies within.
      let bytes = values.extracting(start..<ends[index])
      // SAFETY: key and value are valid during the call, which copies them and writes to neither.
      let status = unsafe withUnsafeMutableBytes(of: &number) { keyBytes in
        unsafe bytes.withUnsafeBytes { valueBytes in
          var key = unsafe MDB_val(UnsafeRawBufferPointer(keyBytes))
          var value = unsafe MDB_val(valueBytes)
          return unsafe mdb_cursor_put(cursor, &key, &value, UInt32(MDB_APPEND))
        }
      }
      guard status == MDB_SUCCESS else { return status }
      start = ends[index]
    }
    return Int32(MDB_SUCCESS)
  }

  /// Adds a row after the last one, whose value `fill` writes; what it leaves out is zero.
  func append(
    _ table: Table, _ key: RawSpan, sizeBytes: Int, _ fill: (inout OutputRawSpan) -> Void
  ) -> Int32 {
    // SAFETY: a description of a size only; the key is valid during the call and LMDB does not
    // write to it.
    var value = unsafe MDB_val(mv_size: sizeBytes, mv_data: nil)
    let status = unsafe key.withUnsafeBytes { bytes in
      var key = unsafe MDB_val(bytes)
      let flags = UInt32(MDB_APPEND | MDB_RESERVE)
      return unsafe mdb_put(pointer, table.handle, &key, &value, flags)
    }
    guard status == MDB_SUCCESS else { return status }
    // SAFETY: LMDB reserved sizeBytes there, which are ours until the next change; `fill` cannot
    // keep the span, nor make another change meanwhile.
    let buffer = unsafe UnsafeMutableRawBufferPointer(start: value.mv_data, count: sizeBytes)
    var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
    fill(&output)
    // SAFETY: the span was made from this buffer, and the offsets are inside of it.
    let filled = unsafe output.finalize(for: buffer)
    for offset in filled..<sizeBytes { unsafe buffer[offset] = 0 }
    return status
  }

  func delete(_ table: Table, _ key: RawSpan) -> Int32 {
    // SAFETY: the key is valid during the call, and LMDB does not write to it.
    unsafe key.withUnsafeBytes { bytes in
      var key = unsafe MDB_val(bytes)
      return unsafe mdb_del(pointer, table.handle, &key, nil)
    }
  }

  func removeAll(_ table: Table) -> Int32 {
    // SAFETY: the transaction is open, and no cursor is, since this is a change.
    unsafe mdb_drop(pointer, table.handle, 0)
  }
}

// MARK: - Tables

extension OpenTransaction {
  /// Opens a table by name; ``TableHandles`` sees to it that one transaction does so at a time.
  func openTable(_ name: String, flags: Int32) throws(StatusError) -> (handle: UInt32, flags: Int32)
  {
    var handle: UInt32 = 0
    var found: UInt32 = 0
    // SAFETY: the transaction is open, and the result pointers are local variables.
    var status = unsafe mdb_dbi_open(pointer, name, UInt32(flags), &handle)
    if status == MDB_SUCCESS { status = unsafe mdb_dbi_flags(pointer, handle, &found) }
    guard status == MDB_SUCCESS else { throw StatusError(number: status) }
    return (handle, Int32(bitPattern: found))
  }
}

extension MDB_val {
  /// Describes bytes to LMDB, which does not write to them.
  init(_ bytes: UnsafeRawBufferPointer) {
    // SAFETY: a pointer is copied and nothing is read.
    unsafe self.init(
      mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
  }

  var bytes: UnsafeRawBufferPointer {
    // SAFETY: a pointer is copied and nothing is read.
    unsafe UnsafeRawBufferPointer(start: mv_data, count: mv_size)
  }
}
