internal import CasefileModel
internal import CasefileMerkle
internal import LMDB
internal import Synchronization

/// Reading one entry: every read recomputes what it returns.
extension Log {
  func meta(_ transaction: borrowing ReadTransaction) throws -> LogMeta {
    try LogMeta(transaction.copy(tables.meta, LogMeta.key))
  }

  /// The tree's edge at the snapshot's size, its root compared with the meta row's.
  ///
  /// - Complexity: nothing where the size is known, else the new leaves, at most a rebuild of the
  ///   edge.
  func tree(_ meta: LogMeta, _ transaction: borrowing ReadTransaction) throws -> MerkleTree {
    if let known = edge.withLock({ $0 }), known.size == meta.events { return known }
    let tree = try rebuiltTree(meta, transaction)
    edge.withLock { known in
      if known.map({ $0.size < tree.size }) ?? true { known = tree }
    }
    return tree
  }

  func rebuiltTree(
    _ meta: LogMeta, _ transaction: borrowing ReadTransaction
  ) throws -> MerkleTree {
    let tree = try MerkleTree(size: meta.events) { level, index in
      try storedRow(level: level, index, transaction)
    } leaf: { index in
      guard let entry = try transaction.value(tables.entries, index) else {
        throw Log.missing(Position(index))
      }
      return MerkleHash.leaf(entry)
    }
    guard tree.root == meta.root else {
      throw LogError(
        .damaged,
        "the root of the newest \(meta.events % MerkleTree.hashesPerRow) events and the stored "
          + "tree is \(tree.root), the log's meta row says \(meta.root); run casefile log verify")
    }
    return tree
  }

  /// The hashes of a stored row of the tree.
  func storedRow(
    level: Int, _ index: UInt64, _ transaction: borrowing ReadTransaction
  ) throws -> [Digest] {
    let key = MerkleTree.Row.key(level: level, index: index)
    var hashes: [Digest] = []
    hashes.reserveCapacity(Int(MerkleTree.hashesPerRow))
    if let row = try transaction.value(tables.tree, key) {
      while hashes.count < Int(MerkleTree.hashesPerRow),
        let hash = Digest(row, at: hashes.count * Digest.sizeBytes)
      {
        hashes.append(hash)
      }
    }
    guard hashes.count == Int(MerkleTree.hashesPerRow) else {
      let number = index * MerkleTree.hashesPerRow + UInt64(hashes.count)
      throw LogError(
        .damaged, "the tree has no hash \(number) of level \(level)",
        position: level == 0 ? Position(number) : nil)
    }
    return hashes
  }

  private func storedLeaf(
    _ index: UInt64, _ transaction: borrowing ReadTransaction
  ) throws -> Digest {
    let key = MerkleTree.Row.key(level: 0, index: index / MerkleTree.hashesPerRow)
    return try Log.hash(of: index, in: transaction.value(tables.tree, key))
  }

  /// Where the leaf hash of a position stands in its row of the tree.
  static func offsetInRow(_ position: UInt64) -> Int {
    Int(position % MerkleTree.hashesPerRow) * Digest.sizeBytes
  }

  /// The leaf hash of a position in its row of the tree.
  static func hash(of position: UInt64, in row: RawSpan?) throws(LogError) -> Digest {
    guard let row, let hash = Digest(row, at: offsetInRow(position)) else {
      throw LogError(
        .damaged, "the tree has no hash \(position) of level 0", position: Position(position))
    }
    return hash
  }

  /// The leaf hash that the tree holds for a position.
  ///
  /// Those of the newest events, which no stored row holds, are known by the root; what a row holds
  /// is compared without the work of computing the root, which is some milliseconds.
  func expectedLeaf(
    _ position: UInt64, _ meta: LogMeta, _ transaction: borrowing ReadTransaction
  ) throws -> Digest {
    guard position < meta.events - meta.events % MerkleTree.hashesPerRow else {
      guard let pending = try tree(meta, transaction).pendingLeaf(at: position) else {
        throw Log.missing(Position(position))
      }
      return pending
    }
    return try storedLeaf(position, transaction)
  }

  static func mismatch(_ position: Position) -> LogError {
    LogError(
      .damaged,
      "the entry at position \(position) does not match its leaf hash; run casefile log verify and "
        + "restore it from a backup", position: position)
  }

  static func unreadable(_ position: Position, _ error: CodecError) -> LogError {
    LogError(
      .damaged, "the entry at position \(position) can't be read: \(error)", position: position,
      cause: error)
  }

  static func missing(_ position: Position) -> LogError {
    LogError(
      .damaged, "the log has no entry at position \(position); restore it from a backup",
      position: position)
  }

  /// Reads an event and checks its bytes against the tree, its place against the seal, and its
  /// content against the commitments.
  func event(
    at position: UInt64, _ meta: LogMeta, includesContent: Bool,
    _ transaction: borrowing ReadTransaction
  ) throws -> StoredEvent {
    guard let entry = try transaction.value(tables.entries, position) else {
      throw Log.missing(Position(position))
    }
    return try event(
      entry, at: position, expecting: expectedLeaf(position, meta, transaction),
      includesContent: includesContent, transaction)
  }

  func event(
    _ entry: RawSpan, at position: UInt64, expecting expected: Digest, includesContent: Bool,
    _ transaction: borrowing ReadTransaction
  ) throws -> StoredEvent {
    let leaf = MerkleHash.leaf(entry)
    let envelope = try envelope(entry, leaf, at: Position(position), expecting: expected)
    var content: Content?
    if includesContent, envelope.hasCommitments,
      let bytes = try transaction.value(tables.contents, position)
    {
      content = try self.content(bytes, of: envelope)
    }
    return StoredEvent(
      envelope: envelope, envelopeBytes: entry.withUnsafeBytes { Array($0) }, leaf: leaf,
      content: content)
  }

  /// Decodes an entry whose leaf hash is known, after a comparison with the one that it must have.
  func envelope(
    _ entry: RawSpan, _ leaf: Digest, at place: Position, expecting expected: Digest,
    probablyOf stream: StreamID? = nil
  ) throws(LogError) -> Envelope {
    guard leaf == expected else { throw Log.mismatch(place) }
    let envelope: Envelope
    do throws(CodecError) {
      envelope = try Envelope(decoding: entry, of: stream)
    } catch {
      throw Log.unreadable(place, error)
    }
    guard envelope.position == place else {
      throw LogError(
        .damaged, "the entry at position \(place) carries position \(envelope.position)",
        position: place)
    }
    return envelope
  }

  /// Decodes a content and compares it with the commitments of its event.
  func content(_ bytes: RawSpan, of envelope: Envelope) throws(LogError) -> Content {
    let content: Content
    do throws(CodecError) {
      content = try Content(decoding: bytes)
    } catch {
      throw Log.unreadable(envelope.position, error)
    }
    guard content.matches(envelope.commitments) else {
      throw LogError(
        .damaged, "the content at position \(envelope.position) does not match its commitments",
        position: envelope.position)
    }
    return content
  }
}

/// The leaf hashes of neighbours: a row of the tree is looked up once for its 127.
struct LeafRow {
  private var row: (index: UInt64, hashes: [Digest])?

  /// The hash that the tree holds for a position.
  mutating func leaf(
    _ position: UInt64, _ meta: LogMeta, _ log: Log, _ transaction: borrowing ReadTransaction
  ) throws -> Digest {
    guard position < meta.events - meta.events % MerkleTree.hashesPerRow else {
      return try log.expectedLeaf(position, meta, transaction)
    }
    let index = position / MerkleTree.hashesPerRow
    let place = Int(position % MerkleTree.hashesPerRow)
    if let row, row.index == index { return row.hashes[place] }
    let hashes = try log.storedRow(level: 0, index, transaction)
    row = (index, hashes)
    return hashes[place]
  }
}
