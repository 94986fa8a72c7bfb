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
      try storedHash(level: level, index, transaction)
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

  private func storedHash(
    level: Int, _ index: UInt64, _ transaction: borrowing ReadTransaction
  ) throws -> Digest {
    let key = MerkleTree.Row.key(level: level, index: index / MerkleTree.hashesPerRow)
    guard let row = try transaction.value(tables.tree, key),
      let hash = Digest(row, at: Int(index % MerkleTree.hashesPerRow) * Digest.sizeBytes)
    else {
      throw LogError(
        .damaged, "the tree has no hash \(index) of level \(level)",
        position: level == 0 ? Position(index) : nil)
    }
    return hash
  }

  /// The leaf hash that the tree holds for a position.
  func expectedLeaf(
    _ position: UInt64, _ tree: MerkleTree, _ transaction: borrowing ReadTransaction
  ) throws -> Digest {
    if let pending = tree.pendingLeaf(at: position) { return pending }
    return try storedHash(level: 0, position, transaction)
  }

  static func missing(_ position: Position) -> LogError {
    LogError(
      .damaged, "the log has no entry at position \(position); restore it from a backup",
      position: position)
  }

  /// Reads an event and checks its bytes against the tree, its place against the seal, and its
  /// content against the commitments.
  func event(
    at position: UInt64, _ tree: MerkleTree, includesContent: Bool,
    _ transaction: borrowing ReadTransaction
  ) throws -> StoredEvent {
    guard let entry = try transaction.value(tables.entries, position) else {
      throw Log.missing(Position(position))
    }
    return try event(
      entry, at: position, tree, includesContent: includesContent, transaction)
  }

  func event(
    _ entry: RawSpan, at position: UInt64, _ tree: MerkleTree, includesContent: Bool,
    _ transaction: borrowing ReadTransaction
  ) throws -> StoredEvent {
    let place = Position(position)
    let leaf = MerkleHash.leaf(entry)
    guard try leaf == expectedLeaf(position, tree, transaction) else {
      throw LogError(
        .damaged,
        "the entry at position \(place) does not match its leaf hash; run casefile log verify and "
          + "restore it from a backup", position: place)
    }
    do {
      let envelope = try Envelope(decoding: entry)
      guard envelope.position == place else {
        throw LogError(
          .damaged, "the entry at position \(place) carries position \(envelope.position)",
          position: place)
      }
      var content: Content?
      if includesContent, !envelope.commitments.isEmpty,
        let bytes = try transaction.value(tables.contents, position)
      {
        let decoded = try Content(decoding: bytes)
        guard decoded.commitments() == envelope.commitments else {
          throw LogError(
            .damaged, "the content at position \(place) does not match its commitments",
            position: place)
        }
        content = decoded
      }
      return StoredEvent(
        envelope: envelope, envelopeBytes: entry.withUnsafeBytes { Array($0) }, leaf: leaf,
        content: content)
    } catch let error as CodecError {
      throw LogError(
        .damaged, "the entry at position \(place) can't be read: \(error)", position: place,
        cause: error)
    }
  }
}
