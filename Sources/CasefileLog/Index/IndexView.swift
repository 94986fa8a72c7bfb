internal import CasefileModel
internal import LMDB

/// The part of the index that is on disk: `views/index-v1`, whole blocks of 65,536 events.
///
/// It is a view: it may be deleted at any time and comes back from the log with the same rows.
final class IndexView: Sendable {
  static let name = "index"
  static let version = 1

  let environment: Environment
  let runs: Table
  private let meta: Table
  private static let metaKey: [UInt8] = Array("view".utf8)

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
      return try Environment.open(at: directory, configuration: .init(isReadOnly: isReadOnly))
    } catch {
      guard error.code == .noSuchDirectory, !isReadOnly else { throw error }
    }
    do throws(LMDBError) {
      try Environment.create(at: directory)
    } catch {
      // Another process may have made it just now.
      guard error.code == .alreadyExists else { throw error }
    }
    return try Environment.open(at: directory)
  }

  func position(_ transaction: borrowing ReadTransaction) throws -> ViewPosition {
    try ViewPosition(transaction.copy(meta, IndexView.metaKey), version: IndexView.version)
  }

  /// The positions of a word within a range, in ascending or descending order.
  ///
  /// - Complexity: a lookup in each of up to 8 runs a level; descending reads a run's part whole.
  func positions(
    _ kind: Fingerprint.Kind, _ fingerprint: UInt64, in range: Range<UInt64>,
    isBackward: Bool = false, limit: Int = .max, _ transaction: borrowing ReadTransaction
  ) throws -> [UInt64] {
    let events = try position(transaction).events
    var found: [UInt64] = []
    var runs = IndexRun.runs(blocks: events / IndexRun.positionsPerBlock)
    if isBackward { runs.reverse() }
    for run in runs
    where run.endPosition > range.lowerBound && run.firstPosition < range.upperBound {
      let lowest = max(range.lowerBound, run.firstPosition) - run.firstPosition
      let highest = min(range.upperBound, run.endPosition) - run.firstPosition
      let offsets = try offsets(
        run, kind, fingerprint, in: lowest..<highest,
        limit: isBackward ? .max : limit - found.count,
        transaction)
      let part = offsets.map { run.firstPosition + UInt64($0) }
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
    let events = try position(transaction).events
    var newest: UInt64 = 0
    var cursor = try transaction.cursor(runs)
    for run in IndexRun.runs(blocks: events / IndexRun.positionsPerBlock) {
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

  /// Hands out the fingerprints of a kind, run by run.
  func forEachFingerprint(
    _ kind: Fingerprint.Kind, _ transaction: borrowing ReadTransaction,
    _ body: (UInt64) -> Void
  ) throws {
    let events = try position(transaction).events
    var cursor = try transaction.cursor(runs)
    for run in IndexRun.runs(blocks: events / IndexRun.positionsPerBlock) {
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

  // MARK: Writing

  /// Adds one block, joins runs where they are due, and commits all of it with a full sync.
  ///
  /// A join of millions of events is committed in pieces, since a transaction keeps in memory what it
  /// has written. No reader looks for a run before the last commit says that it is whole; what a kill
  /// leaves of one is written once more, with the same rows.
  ///
  /// - Parameter pieceSizeBytes: about the most that one transaction of a join writes.
  /// - Returns: false if another process added the block meanwhile.
  func append(
    block: [Posting], from first: UInt64, leaf: Digest, pieceSizeBytes: Int = 4 << 20
  ) throws -> Bool {
    let number = first / IndexRun.positionsPerBlock
    let merges = IndexRun.merges(blocks: number + 1)
    do {
      var rows = RowBatch(first: first, sizeBytesMax: pieceSizeBytes)
      var writer = RunWriter(run: IndexRun(level: 0, firstBlock: number))
      for posting in block {
        if let row = writer.add(posting) { try add(row, to: &rows) }
      }
      if let row = writer.finish() { try add(row, to: &rows) }
      for merge in merges { try join(merge, &rows) }
      var write = try begin(rows.first)
      try put(rows, &write)
      for merge in merges {
        for part in merge.parts { try delete(part, &write) }
      }
      let next = ViewPosition(events: first + IndexRun.positionsPerBlock, leaf: leaf)
      try write.put(meta, IndexView.metaKey, next.bytes(version: IndexView.version))
      try write.commit()
      return true
    } catch is BlockIsKnown {
      return false
    }
  }

  /// Begins a transaction that adds to a block, if that is still the next one.
  private func begin(_ first: UInt64) throws -> WriteTransaction {
    let write = try environment.beginWrite()
    let known = try ViewPosition(write.copy(meta, IndexView.metaKey), version: IndexView.version)
    guard known.events == first else { throw BlockIsKnown() }
    return write
  }

  private func add(_ row: RunWriter.Row, to rows: inout RowBatch) throws {
    rows.add(row)
    if rows.sizeBytes > rows.sizeBytesMax { try commit(&rows) }
  }

  private func commit(_ rows: inout RowBatch) throws {
    var write = try begin(rows.first)
    try put(rows, &write)
    try write.commit()
    rows.removeAll()
  }

  private func put(_ rows: RowBatch, _ write: inout WriteTransaction) throws {
    for row in rows.rows { try write.put(runs, row.key, row.value) }
  }

  /// Merges eight runs into one of the next level, a chunk of each in memory.
  private func join(_ target: IndexRun, _ rows: inout RowBatch) throws {
    // The newest of the eight may be among them.
    try commit(&rows)
    var writer = RunWriter(run: target)
    for kind in Fingerprint.Kind.allCases {
      var sources: [RunSource] = []
      for part in target.parts {
        var source = RunSource(
          run: part, kind: kind, shift: UInt32(part.firstPosition - target.firstPosition))
        try source.load(self)
        sources.append(source)
      }
      while true {
        var smallest: Int?
        for index in sources.indices where sources[index].head != nil {
          if let best = smallest, let bestHead = sources[best].head,
            let head = sources[index].head, bestHead < head
          {
            continue
          }
          smallest = index
        }
        guard let smallest, let posting = sources[smallest].head else { break }
        if let row = writer.add(posting) { try add(row, to: &rows) }
        sources[smallest].advance()
        if sources[smallest].head == nil { try sources[smallest].load(self) }
      }
      if let row = writer.finish() { try add(row, to: &rows) }
    }
  }

  private func delete(_ run: IndexRun, _ write: inout WriteTransaction) throws {
    let prefix = Array(PostingChunk.key(run, .id, 0, 0)[..<5])
    while let key = try firstKey(prefix, write) { _ = try write.delete(runs, key.span.bytes) }
  }

  private func firstKey(
    _ prefix: [UInt8], _ write: borrowing WriteTransaction
  ) throws -> [UInt8]? {
    try write.row(runs, atOrAfter: prefix.span.bytes) { key, _ in
      key.starts(with: prefix) ? key.copy() : nil
    } ?? nil
  }
}

/// Cuts a sorted stream of postings into rows.
private struct RunWriter {
  struct Row {
    let key: [UInt8]
    let value: [UInt8]
  }

  let run: IndexRun
  private var postings: [Posting] = []

  init(run: IndexRun) {
    self.run = run
    postings.reserveCapacity(PostingChunk.postingCount)
  }

  /// Takes a posting; hands out the row before it when that is full or of another kind.
  mutating func add(_ posting: Posting) -> Row? {
    var row: Row?
    if postings.count == PostingChunk.postingCount
      || postings.first.map({ $0.kind != posting.kind }) ?? false
    {
      row = finish()
    }
    postings.append(posting)
    return row
  }

  mutating func finish() -> Row? {
    guard let first = postings.first else { return nil }
    let key = PostingChunk.key(run, first.kind, first.fingerprint, first.offset)
    let row = Row(key: key, value: PostingChunk.value(postings[...], key: key))
    postings.removeAll(keepingCapacity: true)
    return row
  }
}

/// The postings of one kind of a run in order, a chunk in memory.
private struct RunSource {
  let run: IndexRun
  let kind: Fingerprint.Kind
  let shift: UInt32
  private var chunk: [Posting] = []
  private var next = 0
  private var lastKey: [UInt8]?

  init(run: IndexRun, kind: Fingerprint.Kind, shift: UInt32) {
    self.run = run
    self.kind = kind
    self.shift = shift
  }

  var head: Posting? { next < chunk.count ? chunk[next] : nil }

  mutating func advance() { next += 1 }

  mutating func load(_ view: IndexView) throws {
    chunk.removeAll(keepingCapacity: true)
    next = 0
    // The next key after one is that with a zero added.
    let start = lastKey.map { $0 + [0] } ?? PostingChunk.key(run, kind, 0, 0)
    let transaction = try view.environment.beginRead()
    var cursor = try transaction.cursor(view.runs)
    guard try cursor.seek(atOrAfter: start.span.bytes), cursor.key.starts(with: start[..<6]) else {
      return
    }
    let value = cursor.value
    for index in 0..<(try PostingChunk.count(value, key: cursor.key)) {
      chunk.append(
        Posting(
          kind: kind, fingerprint: PostingChunk.fingerprint(value, index),
          offset: PostingChunk.offset(value, index) + shift))
    }
    lastKey = cursor.key.copy()
  }
}

/// Rows that wait for their commit, with the first position of the block that they are added with.
private struct RowBatch {
  let first: UInt64
  let sizeBytesMax: Int
  private(set) var rows: [RunWriter.Row] = []
  private(set) var sizeBytes = 0

  init(first: UInt64, sizeBytesMax: Int) {
    self.first = first
    self.sizeBytesMax = sizeBytesMax
  }

  mutating func add(_ row: RunWriter.Row) {
    rows.append(row)
    sizeBytes += row.key.count + row.value.count
  }

  mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    sizeBytes = 0
  }
}

/// Another process has added the block.
private struct BlockIsKnown: Error {}

extension RawSpan {
  func equals(_ bytes: [UInt8]) -> Bool {
    byteCount == bytes.count && withUnsafeBytes { $0.elementsEqual(bytes) }
  }

  func starts(with prefix: some Collection<UInt8>) -> Bool {
    byteCount >= prefix.count && withUnsafeBytes { $0.starts(with: prefix) }
  }
}
