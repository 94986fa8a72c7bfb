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
  /// Nil in a writing transaction, whose changed pages are not in the file.
  let bounds: PageBounds?

  private init(_ pointer: OpaquePointer, _ bounds: PageBounds?) {
    unsafe self.pointer = pointer
    self.bounds = bounds
  }

  /// Begins a transaction on an open environment.
  ///
  /// - Throws: LMDB's number, which means different things to different callers.
  static func begin(
    _ environment: EnvironmentCore.Handle, flags: Int32
  ) throws(StatusError) -> OpenTransaction {
    var pointer: OpaquePointer?
    // SAFETY: the caller keeps the environment open; the result pointer is a local variable.
    let status = unsafe mdb_txn_begin(environment.pointer, nil, UInt32(flags), &pointer)
    // SAFETY: LMDB sets the pointer when it succeeds.
    guard status == MDB_SUCCESS, let pointer = unsafe pointer else {
      throw StatusError(number: status)
    }
    // SAFETY: the transaction was just begun.
    return unsafe OpenTransaction(
      pointer, flags & MDB_RDONLY != 0 ? PageBounds(environment) : nil)
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

// MARK: - Reading

extension OpenTransaction {
  /// Reads a value; the holder narrows its lifetime to its own.
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
    guard unsafe bounds?.contain(value.bytes) ?? true else { throw PageBounds.error(table) }
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

  /// Opens a cursor; the holder narrows its lifetime to its own.
  @_lifetime(borrow self)
  func cursor(_ table: Table) throws(LMDBError) -> Cursor {
    var opened: OpaquePointer?
    // SAFETY: the transaction is open, and the result pointer is a local variable.
    let status = unsafe mdb_cursor_open(pointer, table.handle, &opened)
    // SAFETY: LMDB sets the pointer when it succeeds.
    guard status == MDB_SUCCESS, let opened = unsafe opened else {
      throw Self.readError(status, table)
    }
    // SAFETY: the cursor was just opened, and it does not outlive the transaction.
    let cursor = unsafe Cursor(opened, table, bounds)
    return unsafe _overrideLifetime(cursor, borrowing: self)
  }

  /// The keys of the main table that can be names.
  func names() throws(LMDBError) -> [String] {
    var cursor = try cursor(.main)
    var names: [String] = []
    while try cursor.next() {
      let key = cursor.key
      let bytes = key.byteOffsets.map { key.number(at: $0, as: UInt8.self) }
      guard let name = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
        continue
      }
      names.append(name)
    }
    return names
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
