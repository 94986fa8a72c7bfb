/// What LMDB keeps of one tree: `MDB_db` in its mdb.c, 48 bytes in native byte order.
/// ```
/// offset size
///      0    4  unused here (in the free list of a meta page: the page size)
///      4    2  flags (8: integer keys)
///      6    2  depth
///      8    8  branch pages, then leaf pages, overflow pages and entries
///     40    8  root; all bits set: the tree is empty
/// ```
struct TreeRecord: Equatable {
  static let size = 48
  private static let noPage = UInt64.max

  let flags: UInt16
  let depth: UInt16
  let branchPages: UInt64
  let leafPages: UInt64
  let overflowPages: UInt64
  let entries: UInt64
  let root: UInt64?

  /// Reads a record; the bytes are there.
  init(_ bytes: RawSpan, at offset: Int) {
    flags = bytes.number(at: offset + 4, as: UInt16.self)
    depth = bytes.number(at: offset + 6, as: UInt16.self)
    branchPages = bytes.number(at: offset + 8, as: UInt64.self)
    leafPages = bytes.number(at: offset + 16, as: UInt64.self)
    overflowPages = bytes.number(at: offset + 24, as: UInt64.self)
    entries = bytes.number(at: offset + 32, as: UInt64.self)
    let root = bytes.number(at: offset + 40, as: UInt64.self)
    self.root = root == Self.noPage ? nil : root
  }

  /// Whether the numbers can be true in a file with so many pages.
  func isPossible(lastPage: UInt64) -> Bool {
    guard let root, depth > 0 else {
      return root == nil && depth == 0 && branchPages == 0 && leafPages == 0 && entries == 0
    }
    // A row takes at least two bytes of a page of at most 32,768.
    return depth <= 32 && root >= 2 && root <= lastPage && branchPages < lastPage
      && leafPages >= 1 && leafPages < lastPage && overflowPages < lastPage && entries >= 1
      && entries / 16_384 <= leafPages
  }

  var statistics: TableStatistics {
    TableStatistics(
      depth: Int(depth), branchPages: Int(clamping: branchPages),
      leafPages: Int(clamping: leafPages), overflowPages: Int(clamping: overflowPages),
      entries: Int(clamping: entries))
  }
}
