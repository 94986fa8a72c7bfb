internal import CasefileModel
internal import LMDB

/// The rows of a view as a step or a reader sees them: those of a snapshot, overlaid with changes
/// that are kept in memory.
///
/// The runner writes the changes at the end of a batch, sorted; a reader applies the log's tail to
/// an overlay of its own and never waits for a writer.
package struct ViewRows {
  let snapshot: ViewSnapshot?
  private(set) var changes: [[UInt8]: [UInt8]?] = [:]

  init(_ snapshot: ViewSnapshot?) { self.snapshot = snapshot }

  /// No rows at all: a view that is built in memory.
  package init() { snapshot = nil }

  /// The value of a key; nil where there is none.
  ///
  /// - Throws: `ViewDamage` for a row that does not match its checksum.
  package func value(_ key: [UInt8]) throws -> [UInt8]? {
    if let change = changes[key] { return change }
    return try snapshot?.value(key)
  }

  /// Sets the value of a key of 1 to 511 bytes.
  package mutating func put(_ key: [UInt8], _ value: [UInt8]) {
    changes.updateValue(value, forKey: key)
  }

  /// Takes a row away.
  package mutating func delete(_ key: [UInt8]) { changes.updateValue(nil, forKey: key) }

  /// Hands out the rows whose keys begin with a prefix, in order of key, until `each` says false.
  ///
  /// - Parameter after: begins with the first key greater than this one.
  /// - Throws: `ViewDamage`, and what `each` throws.
  package func scan(
    _ prefix: [UInt8], after: [UInt8]? = nil,
    _ each: (_ key: [UInt8], _ value: [UInt8]) throws -> Bool
  ) throws {
    let changed = changes.keys.filter { key in
      key.starts(with: prefix) && after.map { $0.lexicographicallyPrecedes(key) } ?? true
    }.sorted { $0.lexicographicallyPrecedes($1) }
    var next = changed.startIndex
    /// Hands out the changes before a key of the snapshot; false ends the scan.
    func handOut(before key: [UInt8]?) throws -> Bool {
      while next < changed.endIndex,
        key.map({ changed[next].lexicographicallyPrecedes($0) }) ?? true
      {
        defer { next += 1 }
        if let value = changes[changed[next]] ?? nil {
          guard try each(changed[next], value) else { return false }
        }
      }
      return true
    }
    var isDone = false
    try snapshot?.scan(prefix, after: after) { key, value in
      guard try handOut(before: key) else {
        isDone = true
        return false
      }
      if changes[key] != nil { return true }
      guard try each(key, value) else {
        isDone = true
        return false
      }
      return true
    }
    if !isDone { _ = try handOut(before: nil) }
  }

  /// Whether the rows whose keys begin with a prefix are others than those of the snapshot.
  func isChanged(_ prefix: [UInt8]) -> Bool { changes.keys.contains { $0.starts(with: prefix) } }

  func write(to table: Table, _ write: inout WriteTransaction) throws {
    for key in changes.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      if let value = changes[key] ?? nil {
        try write.put(table, key, ViewRows.stored(key, value))
      } else {
        _ = try write.delete(table, key.span.bytes)
      }
    }
  }

  // MARK: The stored form

  /// Eight bytes of checksum over key and value, then the value.
  static func stored(_ key: [UInt8], _ value: [UInt8]) -> [UInt8] {
    var row: [UInt8] = []
    row.reserveCapacity(8 + value.count)
    withUnsafeBytes(of: sum(key.span.bytes, value.span.bytes).littleEndian) {
      row.append(contentsOf: $0)
    }
    row.append(contentsOf: value)
    return row
  }

  /// How many bytes a checksum takes.
  static let sumLength = 8

  /// The value of a stored row.
  static func value(of row: RawSpan, key: RawSpan) throws(ViewDamage) -> [UInt8] {
    try check(row, key: key)
    return row.extracting(droppingFirst: sumLength).withUnsafeBytes { Array($0) }
  }

  /// Checks that a stored row is what was written.
  static func check(_ row: RawSpan, key: RawSpan) throws(ViewDamage) {
    guard row.byteCount >= sumLength else {
      throw ViewDamage("a row is shorter than its checksum")
    }
    let stated = UInt64(
      littleEndian: row.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self))
    guard stated == sum(key, row.extracting(droppingFirst: sumLength)) else {
      throw ViewDamage("a row does not match its checksum")
    }
  }

  private static func sum(_ key: RawSpan, _ value: RawSpan) -> UInt64 {
    Fingerprint.hash(value, seed: Fingerprint.hash(key, seed: 0))
  }
}

/// Stored rows of a view that are not what was written; the view is made anew from the log.
package struct ViewDamage: Error {
  /// What is wrong.
  package let what: String

  package init(_ what: String) { self.what = what }
}

/// One moment of a view's rows.
final class ViewSnapshot {
  private let transaction: ReadTransaction
  private let rows: Table
  let position: ViewPosition

  init(_ file: ViewFile) throws {
    rows = file.rows
    do {
      transaction = try file.environment.beginRead()
      position = try ViewPosition(
        transaction.copy(file.meta, ViewFile.positionKey), version: file.version)
    } catch {
      throw ViewSnapshot.damage(error)
    }
  }

  init(_ index: IndexView) throws {
    rows = index.runs
    do {
      transaction = try index.environment.beginRead()
      position = try index.position(transaction)
    } catch {
      throw ViewSnapshot.damage(error)
    }
  }

  func value(_ key: [UInt8]) throws -> [UInt8]? {
    let row: [UInt8]?
    do {
      row = try transaction.copy(rows, key)
    } catch {
      throw ViewDamage(error.message)
    }
    guard let row else { return nil }
    return try ViewRows.value(of: row.span.bytes, key: key.span.bytes)
  }

  func scan(
    _ prefix: [UInt8], after: [UInt8]?, _ each: (_ key: [UInt8], _ value: [UInt8]) throws -> Bool
  ) throws {
    try scanRows(prefix, after: after) { key, row in
      try each(key.copy(), ViewRows.value(of: row, key: key))
    }
  }

  /// The stored rows as they are, for a comparison.
  func scanRows(
    _ prefix: [UInt8], after: [UInt8]? = nil,
    _ each: (_ key: RawSpan, _ row: RawSpan) throws -> Bool
  ) throws {
    do {
      try ViewSnapshot.walk(transaction, rows, prefix, after, each)
    } catch let error as LMDBError {
      throw ViewDamage(error.message)
    }
  }

  private static func walk(
    _ transaction: borrowing ReadTransaction, _ rows: Table, _ prefix: [UInt8], _ after: [UInt8]?,
    _ each: (_ key: RawSpan, _ row: RawSpan) throws -> Bool
  ) throws {
    var cursor = try transaction.cursor(rows)
    let start = after ?? prefix
    var isThere = try start.isEmpty ? cursor.first() : cursor.seek(atOrAfter: start.span.bytes)
    if isThere, let after, cursor.key.equals(after) { isThere = try cursor.next() }
    while isThere, cursor.key.starts(with: prefix) {
      guard try each(cursor.key, cursor.value) else { return }
      isThere = try cursor.next()
    }
  }

  /// Whatever is wrong with the file of a view, the log can make it anew.
  static func damage(_ error: any Error) -> any Error {
    switch error {
    case let error as ViewDamage: error
    case let error as LMDBError: ViewDamage(error.message)
    case let error as LogError: ViewDamage(error.message)
    default: error
    }
  }
}
