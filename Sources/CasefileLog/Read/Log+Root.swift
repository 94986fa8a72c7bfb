internal import CasefileMerkle
public import CasefileModel
internal import LMDB

extension Log {
  /// The root of the Merkle tree over the first events.
  ///
  /// Rows of hashes are only ever added, so the tree of any earlier size is made of the same rows.
  /// - Parameter count: how many events; at most as many as there are.
  /// - Throws: `LogError` `.limit` for more events than the log has, `.damaged`, `.closed`,
  ///   `.ioFailed`.
  /// - Complexity: at most 126 leaves, and for each level above 126 × 256 nodes.
  public func root(ofFirst count: UInt64) throws(LogError) -> Digest {
    try reading { transaction in
      let meta = try meta(transaction)
      if count == meta.events { return meta.root }
      guard count < meta.events else {
        throw LogError(
          .limit, "the log has \(meta.events) events, there is no root over \(count) of them")
      }
      return try MerkleTree(size: count) { level, index in
        try storedRow(level: level, index, transaction)
      } leaf: { index in
        guard let entry = try transaction.value(tables.entries, index) else {
          throw Log.missing(Position(index))
        }
        return MerkleHash.leaf(entry)
      }.root
    }
  }
}
