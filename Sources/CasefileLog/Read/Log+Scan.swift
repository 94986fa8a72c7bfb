internal import CasefileMerkle
package import CasefileModel
internal import LMDB

/// Going through the log without decoding it: what a fold over all of it asks for.
extension Log {
  /// How many events are checked ahead of those that are handed out.
  private static let scannedTogether: UInt64 = 4_096

  /// Lends the bytes of every envelope in order, checked against the tree's leaf hashes, up to the
  /// head at the time of the call.
  ///
  /// While some are handed out, the next ones are checked on another core. Reading a few fields where
  /// they lie takes a tenth of decoding the event.
  /// - Throws: `LogError` `.damaged` with the position of an entry whose bytes do not match; those
  ///   before it have been handed out, except for up to 4,095. Also what `each` throws.
  package func scan(_ each: (_ position: Position, _ envelope: RawSpan) throws -> Void) throws {
    let end = try reading { try meta($0).events }
    var ahead: Ahead<Void>?
    var next: UInt64 = 0
    while next < end {
      let range = next..<min(next + Log.scannedTogether, end)
      if let ahead { try ahead.get() } else { try checkLeaves(in: range) }
      next = range.upperBound
      let following = next..<min(next + Log.scannedTogether, end)
      ahead = Ahead { try self.checkLeaves(in: following) }
      var thrown: (any Error)?
      do {
        try reading { transaction in
          try forEachEntry(in: range, transaction) { position, entry in
            do { try each(Position(position), entry) } catch {
              thrown = error
              throw error
            }
          }
        }
      } catch {
        throw thrown ?? error
      }
    }
  }

  /// Compares the entries of a range with the leaf hashes that the tree holds.
  private func checkLeaves(in range: Range<UInt64>) throws {
    try reading { transaction in
      let meta = try meta(transaction)
      var leaves = LeafRow()
      try forEachEntry(in: range, transaction) { position, entry in
        guard try MerkleHash.leaf(entry) == leaves.leaf(position, meta, self, transaction) else {
          throw Log.mismatch(Position(position))
        }
      }
    }
  }
}
