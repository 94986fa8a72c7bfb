internal import CasefileModel
internal import Dispatch
internal import LMDB
internal import Synchronization

/// The part of the index that is on disk: `views/index-v2`, whole blocks of 65,536 events.
///
/// It is a view: it may be deleted at any time and comes back from the log with the same rows, once
/// the joins of its runs are finished.
final class IndexView: Sendable {
  static let name = "index"
  static let version = 2

  let environment: Environment
  let runs: Table
  let meta: Table
  static let metaKey: [UInt8] = Array("view".utf8)
  let filters = Mutex(RunFilters())
  let filterQueue = DispatchQueue(label: "casefile-run-filter", qos: .utility)

  private init(environment: Environment, runs: Table, meta: Table) {
    self.environment = environment
    self.runs = runs
    self.meta = meta
  }

  /// Opens the view, or makes it where it is missing and may be made.
  ///
  /// - Throws: `.damaged` or another error, upon which the caller deletes it.
  static func open(at directory: String, isReadOnly: Bool) throws -> IndexView {
    let environment = try openEnvironment(at: directory, isReadOnly: isReadOnly)
    let opened = try environment.withRead { transaction in
      (
        try transaction.openTable("runs", keys: .bytes),
        try transaction.openTable("meta", keys: .bytes)
      )
    }
    if let runs = opened.0, let meta = opened.1 {
      return IndexView(environment: environment, runs: runs, meta: meta)
    }
    guard !isReadOnly else { throw LogError(.damaged, "the index view has no tables") }
    var write = try environment.beginWrite()
    let runs = try write.makeTable("runs", keys: .bytes)
    let meta = try write.makeTable("meta", keys: .bytes)
    if try write.copy(meta, metaKey) == nil {
      try write.put(meta, metaKey, ViewPosition().bytes(version: version))
    }
    try write.commit()
    return IndexView(environment: environment, runs: runs, meta: meta)
  }

  private static func openEnvironment(at directory: String, isReadOnly: Bool) throws
    -> Environment
  {
    do throws(LMDBError) {
      return try Environment.open(at: directory, configuration: configuration(isReadOnly))
    } catch {
      guard error.code == .noSuchDirectory, !isReadOnly else { throw error }
    }
    do throws(LMDBError) {
      try Environment.create(at: directory)
    } catch {
      // Another process may have made it just now.
      guard error.code == .alreadyExists else { throw error }
    }
    return try Environment.open(at: directory, configuration: configuration(isReadOnly))
  }

  /// Few tables: LMDB clears room for all that there may be whenever a transaction begins.
  private static func configuration(_ isReadOnly: Bool) -> Environment.Configuration {
    .init(maxTables: 4, isReadOnly: isReadOnly)
  }

  func position(_ transaction: borrowing ReadTransaction) throws -> ViewPosition {
    try ViewPosition(transaction.copy(meta, IndexView.metaKey), version: IndexView.version)
  }

  /// The positions of a word within a range, in ascending or descending order.
  ///
  /// - Complexity: a lookup in each of up to 8 runs a level, of a stream only in those that may hold it
  ///   where many were asked for; descending reads a run's part whole.
  func positions(
    _ kind: Fingerprint.Kind, _ fingerprint: UInt64, in range: Range<UInt64>,
    isBackward: Bool = false, limit: Int = .max, _ transaction: borrowing ReadTransaction
  ) throws -> [UInt64] {
    var found: [UInt64] = []
    var stretches = try stretches(transaction)
    if isBackward { stretches.reverse() }
    for stretch in stretches {
      var part: [UInt64] = []
      for run in stretch.runs
      where run.endPosition > range.lowerBound && run.firstPosition < range.upperBound {
        // Of runs that are being joined none is whole.
        guard stretch.runs.count > 1 || mayHold(kind, fingerprint, run) else { continue }
        let lowest = max(range.lowerBound, run.firstPosition) - run.firstPosition
        let highest = min(range.upperBound, run.endPosition) - run.firstPosition
        let offsets = try offsets(
          run, kind, fingerprint, in: lowest..<highest,
          limit: isBackward ? .max : limit - found.count, transaction)
        part += offsets.map { run.firstPosition + UInt64($0) }
      }
      // What was joined last may stand in the old run and in the new one.
      if stretch.runs.count > 1 { part = Set(part).sorted() }
      found.append(contentsOf: isBackward ? part.reversed() : part)
      if found.count >= limit { return Array(found.prefix(limit)) }
    }
    return found
  }

  private func offsets(
    _ run: IndexRun, _ kind: Fingerprint.Kind, _ fingerprint: UInt64, in range: Range<UInt64>,
    limit: Int, _ transaction: borrowing ReadTransaction
  ) throws -> [UInt32] {
    let wanted = PostingChunk.key(run, kind, fingerprint, UInt32(range.lowerBound))
    let prefix = Array(wanted[..<6])
    var cursor = try transaction.cursor(runs)
    // The word may begin inside the chunk before the first whose key is not below it.
    let isThere = try cursor.seek(atOrAfter: wanted.span.bytes)
    if !isThere || !cursor.key.equals(wanted) {
      let moved = isThere ? try cursor.previous() : try cursor.last()
      if !moved || !cursor.key.starts(with: prefix) {
        guard isThere, try cursor.seek(atOrAfter: wanted.span.bytes) else { return [] }
      }
    }
    var offsets: [UInt32] = []
    while cursor.key.starts(with: prefix) {
      let value = cursor.value
      let count = try PostingChunk.count(value, key: cursor.key)
      var index = PostingChunk.firstIndex(
        value, count: count, atOrAfter: fingerprint, UInt32(range.lowerBound))
      while index < count, offsets.count < limit,
        PostingChunk.fingerprint(value, index) == fingerprint,
        UInt64(PostingChunk.offset(value, index)) < range.upperBound
      {
        offsets.append(PostingChunk.offset(value, index))
        index += 1
      }
      guard index == count, try cursor.next() else { break }
    }
    return offsets
  }

  /// The largest fingerprint of an id in any run; 0 where there is none.
  func newestID(_ transaction: borrowing ReadTransaction) throws -> UInt64 {
    var newest: UInt64 = 0
    var cursor = try transaction.cursor(runs)
    for run in try stretches(transaction).flatMap(\.runs) {
      let end = PostingChunk.key(run, .stream, 0, 0)
      let isThere = try cursor.seek(atOrAfter: end.span.bytes)
      guard isThere ? try cursor.previous() : try cursor.last(),
        cursor.key.starts(with: PostingChunk.key(run, .id, 0, 0)[..<6])
      else { continue }
      let value = cursor.value
      let count = try PostingChunk.count(value, key: cursor.key)
      if count > 0 { newest = max(newest, PostingChunk.fingerprint(value, count - 1)) }
    }
    return newest
  }

  /// Hands out the fingerprints of a kind, run by run; some twice while runs are joined.
  func forEachFingerprint(
    _ kind: Fingerprint.Kind, _ transaction: borrowing ReadTransaction,
    _ body: (UInt64) -> Void
  ) throws {
    for run in try stretches(transaction).flatMap(\.runs) {
      try forEachFingerprint(kind, in: run, transaction, body)
    }
  }

  /// Hands out the fingerprints of a kind of one run, in order.
  func forEachFingerprint(
    _ kind: Fingerprint.Kind, in run: IndexRun, _ transaction: borrowing ReadTransaction,
    _ body: (UInt64) -> Void
  ) throws {
    var cursor = try transaction.cursor(runs)
    let first = PostingChunk.key(run, kind, 0, 0)
    var isThere = try cursor.seek(atOrAfter: first.span.bytes)
    while isThere, cursor.key.starts(with: first[..<6]) {
      let value = cursor.value
      for index in 0..<(try PostingChunk.count(value, key: cursor.key)) {
        body(PostingChunk.fingerprint(value, index))
      }
      isThere = try cursor.next()
    }
  }
}

extension RawSpan {
  func equals(_ bytes: [UInt8]) -> Bool {
    byteCount == bytes.count && withUnsafeBytes { $0.elementsEqual(bytes) }
  }

  func starts(with prefix: some Collection<UInt8>) -> Bool {
    byteCount >= prefix.count && withUnsafeBytes { $0.starts(with: prefix) }
  }
}
