internal import CasefileModel
internal import LMDB

/// Adding blocks.
extension IndexView {
  /// Adds one block, then joins runs where they are due; all of it is fully synced.
  ///
  /// The block is there with its commit. What a kill leaves of the joins is done before the next
  /// block is added; lookups are right meanwhile.
  ///
  /// - Parameter pieceSizeBytes: about the most that one transaction of a join writes.
  /// - Returns: false if another process added the block meanwhile.
  func append(
    block: [Posting], from first: UInt64, leaf: Digest, pieceSizeBytes: Int = 4 << 20
  ) throws -> Bool {
    let number = first / IndexRun.positionsPerBlock
    var isAdded = false
    while !isAdded {
      try finishJoins(pieceSizeBytes: pieceSizeBytes)
      guard let added = try add(block, number: number, leaf: leaf) else { return false }
      isAdded = added
    }
    try finishJoins(pieceSizeBytes: pieceSizeBytes)
    return true
  }

  /// Commits a block; false while runs are joined, which another process may have begun; nil if it is
  /// not the next one.
  func add(_ block: [Posting], number: UInt64, leaf: Digest) throws -> Bool? {
    var writer = RunWriter(run: IndexRun(level: 0, firstBlock: number))
    var write = try environment.beginWrite()
    let known = try ViewPosition(write.copy(meta, IndexView.metaKey), version: IndexView.version)
    guard known.events == number * IndexRun.positionsPerBlock else { return nil }
    guard try write.copy(meta, RunJoin.key) == nil else { return false }
    for posting in block {
      if let row = writer.add(posting) { try write.put(runs, row.key, row.value) }
    }
    if let row = writer.finish() { try write.put(runs, row.key, row.value) }
    let next = ViewPosition(events: (number + 1) * IndexRun.positionsPerBlock, leaf: leaf)
    try write.put(meta, IndexView.metaKey, next.bytes(version: IndexView.version))
    if !IndexRun.merges(blocks: number + 1).isEmpty {
      try write.put(meta, RunJoin.key, RunJoin(blocks: number + 1).bytes)
    }
    try write.commit()
    return true
  }

  /// Joins all runs that are due.
  func finishJoins(pieceSizeBytes: Int = 4 << 20) throws {
    while try joinPiece(sizeBytes: pieceSizeBytes) {}
  }
}

/// Cuts a sorted stream of postings into rows.
struct RunWriter {
  struct Row {
    let key: [UInt8]
    let value: [UInt8]
    let last: Posting
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
    guard let first = postings.first, let last = postings.last else { return nil }
    let key = PostingChunk.key(run, first.kind, first.fingerprint, first.offset)
    let row = Row(key: key, value: PostingChunk.value(postings[...], key: key), last: last)
    postings.removeAll(keepingCapacity: true)
    return row
  }
}
