internal import CasefileMerkle
package import CasefileModel
internal import LMDB

/// Going through the log without decoding it: what a fold over all of it asks for.
extension Log {
  /// How many events are checked ahead of those that are handed out.
  private static let scannedTogether: UInt64 = 4_096

  /// Lends the bytes of every envelope from a position on in order, checked against the tree's leaf
  /// hashes, up to the head at the time of the call.
  ///
  /// While some are handed out, the next ones are checked on another core. Reading a few fields where
  /// they lie takes a tenth of decoding the event.
  /// - Throws: `LogError` `.damaged` with the position of an entry whose bytes do not match; those
  ///   before it have been handed out, except for up to 4,095. Also what `each` throws.
  package func scan(
    from first: Position = Position(0),
    _ each: (_ position: Position, _ envelope: RawSpan) throws -> Void
  ) throws {
    let end = try reading { try meta($0).events }
    var ahead: Ahead<Void>?
    var next = first.rawValue
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
      var cursor = try transaction.cursor(tables.entries)
      var isThere = try cursor.seek(atOrAfter: range.lowerBound)
      // Two at a time: their hashes take little more time than one.
      for position in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
        guard isThere, cursor.integerKey == position else { throw Log.missing(Position(position)) }
        let first = cursor.value
        isThere = try cursor.next()
        let expected = try leaves.leaf(position, meta, self, transaction)
        guard position + 1 < range.upperBound else {
          guard MerkleHash.leaf(first) == expected else { throw Log.mismatch(Position(position)) }
          return
        }
        guard isThere, cursor.integerKey == position + 1 else {
          throw Log.missing(Position(position + 1))
        }
        let found = MerkleHash.leaves(first, cursor.value)
        guard found.0 == expected else { throw Log.mismatch(Position(position)) }
        guard try found.1 == leaves.leaf(position + 1, meta, self, transaction) else {
          throw Log.mismatch(Position(position + 1))
        }
        isThere = try cursor.next()
      }
    }
  }
}
