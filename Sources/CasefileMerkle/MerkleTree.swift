public import CasefileModel

/// The growing edge of a Merkle tree: it takes leaf hashes in order and knows the root.
///
/// It keeps one hash for each set bit of the size, and the hashes that do not fill a stored row yet.
/// Hashes of tile levels (leaves, and every eighth level of nodes above, as C2SP tlog-tiles has
/// them) leave it in rows that fill a page of the log.
public struct MerkleTree: Sendable {
  /// How many hashes one stored row holds: 127 × 32 bytes fill LMDB's 4 KiB overflow page but for
  /// 16 bytes, where a whole 256-hash tile would take three pages.
  public static let hashesPerRow: UInt64 = 127

  /// A row of hashes of one tile level.
  public struct Row: Hashable, Sendable {
    /// The tile level: 0 for leaves, 1 for nodes over 256 leaves, 2 over 65,536 …
    public let level: Int
    /// Which row of the level, from 0.
    public let index: UInt64
    /// `hashesPerRow` hashes.
    public let hashes: [Digest]

    /// The row's key in the table `tree`: the level in the first byte, then the index.
    public var key: UInt64 { Row.key(level: level, index: index) }

    /// The key of a row.
    public static func key(level: Int, index: UInt64) -> UInt64 { UInt64(level) << 56 | index }

    /// The stored bytes: the hashes one after the other.
    public var bytes: [UInt8] { hashes.withUnsafeBytes { Array($0) } }
  }

  /// The number of leaves.
  public private(set) var size: UInt64 = 0
  /// The root of the perfect subtree for each set bit of the size, by height.
  private var subtrees: [Digest?] = []
  /// By tile level, the hashes after the last full row.
  private var pending: [[Digest]] = [[]]

  /// Makes an empty tree.
  public init() {}

  /// The root (RFC 6962 §2.1): the subtrees joined from the smallest up.
  public var root: Digest {
    var root: Digest?
    for case let subtree? in subtrees {
      root = root.map { MerkleHash.node(subtree, $0) } ?? subtree
    }
    return root ?? MerkleHash.emptyRoot
  }

  /// Adds a leaf hash; full rows are handed out in the order in which they fill.
  public mutating func append(_ leaf: Digest, row: (Row) throws -> Void) rethrows {
    try append(contentsOf: [leaf], row: row)
  }

  /// Adds leaf hashes; full rows are handed out, those of a level in order.
  ///
  /// The tree grows level by level, since nodes beside each other are hashed faster than one after
  /// the other.
  public mutating func append(
    contentsOf leaves: [Digest], row: (Row) throws -> Void
  ) rethrows {
    guard !leaves.isEmpty else { return }
    let first = size
    size += UInt64(leaves.count)
    try keep(leaves[...], level: 0, row: row)
    var hashes = leaves
    var height = 0
    while !hashes.isEmpty {
      if height == subtrees.count { subtrees.append(nil) }
      // A set bit of the size before has a subtree waiting that is joined with the first one.
      if first >> UInt64(height) & 1 == 1, let waiting = subtrees[height] {
        hashes.insert(waiting, at: 0)
      }
      subtrees[height] = hashes.count.isMultiple(of: 2) ? nil : hashes.removeLast()
      MerkleHash.joinPairs(&hashes)
      height += 1
      if height.isMultiple(of: 8) { try keep(hashes[...], level: height / 8, row: row) }
    }
  }

  private mutating func keep(
    _ hashes: ArraySlice<Digest>, level: Int, row: (Row) throws -> Void
  ) rethrows {
    guard !hashes.isEmpty else { return }
    if level == pending.count { pending.append([]) }
    var rest = hashes
    // The rows before these hashes: of those of the size, some are not there yet.
    var index =
      (size >> UInt64(8 * level) - UInt64(hashes.count)) / MerkleTree.hashesPerRow
    while !rest.isEmpty {
      let part = rest.prefix(Int(MerkleTree.hashesPerRow) - pending[level].count)
      pending[level].append(contentsOf: part)
      rest = rest.dropFirst(part.count)
      guard pending[level].count == Int(MerkleTree.hashesPerRow) else { return }
      try row(Row(level: level, index: index, hashes: pending[level]))
      pending[level].removeAll(keepingCapacity: true)
      index += 1
    }
  }

  /// The hash of a leaf that no stored row holds yet; nil for others.
  public func pendingLeaf(at index: UInt64) -> Digest? {
    let first = size - UInt64(pending[0].count)
    guard index >= first, index < size else { return nil }
    return pending[0][Int(index - first)]
  }

  // MARK: Opening

  /// Builds the edge of a stored tree again.
  ///
  /// - Parameters:
  ///   - size: the number of leaves.
  ///   - row: gives the hashes of a stored row.
  ///   - leaf: gives the hash of a leaf after the last full row, computed from its entry.
  /// - Complexity: at most 126 leaves, and for each level above 126 × 256 nodes.
  public init(
    size: UInt64, row: (_ level: Int, _ index: UInt64) throws -> [Digest],
    leaf: (_ index: UInt64) throws -> Digest
  ) rethrows {
    self.size = size
    pending = []
    var level = 0
    while level == 0 || size >> UInt64(8 * level) > 0 {
      let count = size >> UInt64(8 * level)
      var hashes: [Digest] = []
      hashes.reserveCapacity(Int(MerkleTree.hashesPerRow))
      for index in count - count % MerkleTree.hashesPerRow..<count {
        if level == 0 {
          hashes.append(try leaf(index))
        } else {
          // 256 nodes of the level below make one of this level.
          let below = index * 256..<(index + 1) * 256
          hashes.append(MerkleTree.join(try self.hashes(level: level - 1, below, row: row)))
        }
      }
      pending.append(hashes)
      level += 1
    }
    for level in pending.indices {
      let count = size >> UInt64(8 * level)
      var start = count - count % 256
      for bit in stride(from: 7, through: 0, by: -1) where (count % 256) >> UInt64(bit) & 1 == 1 {
        let part = start..<start + (1 << UInt64(bit))
        start = part.upperBound
        let height = level * 8 + bit
        while subtrees.count <= height { subtrees.append(nil) }
        subtrees[height] = MerkleTree.join(try hashes(level: level, part, row: row))
      }
    }
  }

  /// The hashes of a range of a level, from stored rows and then from those that none holds yet.
  private func hashes(
    level: Int, _ range: Range<UInt64>, row: (Int, UInt64) throws -> [Digest]
  ) rethrows -> [Digest] {
    let count = size >> UInt64(8 * level)
    let firstPending = count - count % MerkleTree.hashesPerRow
    var hashes: [Digest] = []
    hashes.reserveCapacity(range.count)
    var next = range.lowerBound
    while next < min(range.upperBound, firstPending) {
      let first = next - next % MerkleTree.hashesPerRow
      let end = min(first + MerkleTree.hashesPerRow, range.upperBound)
      hashes += try row(level, first / MerkleTree.hashesPerRow)[
        Int(next - first)..<Int(end - first)]
      next = end
    }
    if next < range.upperBound {
      hashes += pending[level][Int(next - firstPending)..<Int(range.upperBound - firstPending)]
    }
    return hashes
  }

  /// The root of a perfect tree over a power of two of hashes.
  private static func join(_ hashes: [Digest]) -> Digest {
    var row = hashes
    while row.count > 1 { MerkleHash.joinPairs(&row) }
    return row[0]
  }
}
