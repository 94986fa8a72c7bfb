import CLMDB

/// A place in a table, in key order.
///
/// A new cursor is before the first and after the last row at once: ``next()`` goes to the first,
/// ``previous()`` to the last. After it ran off one end it stays there, and going back finds the
/// row at that end. It cannot leave its transaction; ``value`` can outlive the cursor.
@safe
public struct Cursor: ~Copyable, ~Escapable {
  private enum Place { case nowhere, row, start, end }

  private let pointer: OpaquePointer
  private let table: Table
  private let bounds: PageBounds?
  private var place = Place.nowhere
  // SAFETY: no bytes at all until the cursor is at a row.
  private var currentKey = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
  private var currentValue = unsafe UnsafeRawBufferPointer(start: nil, count: 0)

  /// Takes over an open cursor; the caller ties it to its transaction.
  @_lifetime(immortal)
  init(_ pointer: OpaquePointer, _ table: Table, _ bounds: PageBounds?) {
    // SAFETY: a pointer is copied.
    unsafe self.pointer = pointer
    self.bounds = bounds
    self.table = table
  }

  deinit {
    // SAFETY: the lifetime of the cursor is inside that of its transaction, so it is still open.
    unsafe mdb_cursor_close(pointer)
  }

  /// Goes to the first row; false when the table is empty.
  public mutating func first() throws(LMDBError) -> Bool {
    try move(MDB_FIRST, otherwise: .nowhere)
  }

  /// Goes to the last row; false when the table is empty.
  public mutating func last() throws(LMDBError) -> Bool {
    try move(MDB_LAST, otherwise: .nowhere)
  }

  /// Goes to the row after this one; false at the end.
  public mutating func next() throws(LMDBError) -> Bool {
    switch place {
    case .nowhere, .start: try move(MDB_FIRST, otherwise: .end)
    case .row: try move(MDB_NEXT, otherwise: .end)
    case .end: false
    }
  }

  /// Goes to the row before this one; false at the start.
  public mutating func previous() throws(LMDBError) -> Bool {
    switch place {
    case .nowhere, .end: try move(MDB_LAST, otherwise: .start)
    case .row: try move(MDB_PREV, otherwise: .start)
    case .start: false
    }
  }

  /// Goes to the row with this key; false when there is none, and the cursor is nowhere then.
  public mutating func seek(_ key: UInt64) throws(LMDBError) -> Bool {
    let number = table.integerKey(key)
    return try move(MDB_SET_KEY, to: number.bytes, otherwise: .nowhere)
  }

  /// Goes to the row with this key; false when there is none, and the cursor is nowhere then.
  public mutating func seek(_ key: RawSpan) throws(LMDBError) -> Bool {
    try table.checkKey(key)
    return try move(MDB_SET_KEY, to: key, otherwise: .nowhere)
  }

  /// Goes to the row with this key or the next greater one; false when all keys are smaller, and
  /// the cursor is at the end then.
  public mutating func seek(atOrAfter key: UInt64) throws(LMDBError) -> Bool {
    let number = table.integerKey(key)
    return try move(MDB_SET_RANGE, to: number.bytes, otherwise: .end)
  }

  /// Goes to the row with this key or the next greater one; false when all keys are smaller, and
  /// the cursor is at the end then.
  public mutating func seek(atOrAfter key: RawSpan) throws(LMDBError) -> Bool {
    try table.checkKey(key)
    return try move(MDB_SET_RANGE, to: key, otherwise: .end)
  }

  /// Whether the cursor is at a row.
  public var isAtRow: Bool { place == .row }

  /// The key of the current row of a table with integer keys. The cursor must be at a row.
  public var integerKey: UInt64 {
    precondition(table.keyKind == .integer, "The table \(table.name) has byte string keys.")
    return key.number(at: 0, as: UInt64.self)
  }

  /// The key of the current row. The cursor must be at a row. Valid as long as the transaction.
  public var key: RawSpan {
    @_lifetime(copy self)
    get {
      precondition(place == .row, "The cursor is not at a row.")
      // SAFETY: the pages of a snapshot stay where they are until its transaction ends or writes,
      // and the cursor's lifetime, which the span takes over, ends before either.
      let span = unsafe RawSpan(_unsafeBytes: currentKey)
      return unsafe _overrideLifetime(span, copying: self)
    }
  }

  /// The value of the current row. The cursor must be at a row. Valid as long as the transaction.
  public var value: RawSpan {
    @_lifetime(copy self)
    get {
      precondition(place == .row, "The cursor is not at a row.")
      // SAFETY: as for the key.
      let span = unsafe RawSpan(_unsafeBytes: currentValue)
      return unsafe _overrideLifetime(span, copying: self)
    }
  }

  private mutating func move(
    _ operation: MDB_cursor_op, to target: RawSpan = RawSpan(), otherwise: Place
  ) throws(LMDBError) -> Bool {
    place = .nowhere
    // SAFETY: descriptions of no bytes; the target is valid during the call, and LMDB replaces it
    // by the key in the page, whose memory lasts as long as the transaction.
    var value = unsafe MDB_val()
    var key = unsafe MDB_val()
    let status = unsafe target.withUnsafeBytes { bytes in
      unsafe key = MDB_val(bytes)
      return unsafe mdb_cursor_get(pointer, &key, &value, operation)
    }
    if status == MDB_NOTFOUND {
      place = otherwise
      return false
    }
    guard status == MDB_SUCCESS else { throw OpenTransaction.readError(status, table) }
    guard
      bounds.map({ unsafe $0.contain(key.bytes) && $0.contain(value.bytes) }) ?? true
    else { throw PageBounds.error(table) }
    // SAFETY: LMDB has described a row, and only sizes and pointers are copied.
    guard unsafe table.keyKind == .bytes || key.mv_size == 8 else {
      throw LMDBError(
        code: .damaged, message: "a key of the table \(table.name) is not 8 bytes long")
    }
    unsafe currentKey = key.bytes
    unsafe currentValue = value.bytes
    place = .row
    return true
  }
}
