import CasefileMerkle
import CasefileModel
import Testing

@Suite("The Merkle tree")
struct MerkleTreeTests {
  /// RFC 6962 §2.1 written down as it stands there: split at the largest power of two below n.
  static func reference(_ leaves: ArraySlice<Digest>) -> Digest {
    guard leaves.count > 1, let first = leaves.indices.first else {
      return leaves.first ?? MerkleHash.emptyRoot
    }
    var split = 1
    while split * 2 < leaves.count { split *= 2 }
    return MerkleHash.node(
      reference(leaves[first..<first + split]), reference(leaves[(first + split)...]))
  }

  static func leaves(_ count: Int) -> [Digest] {
    (0..<count).map { MerkleHash.leaf(Array("event \($0)".utf8)) }
  }

  @Test("An empty tree has the hash of nothing as root")
  func empty() {
    #expect(
      MerkleTree().root.description
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test("A leaf hashes its entry behind a zero byte")
  func leaf() {
    // The test vector of RFC 6962 implementations for an empty entry.
    #expect(
      MerkleHash.leaf([UInt8]()).description
        == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
  }

  @Test("The root is that of the RFC's definition at every size up to 600")
  func roots() {
    let leaves = MerkleTreeTests.leaves(600)
    var tree = MerkleTree()
    for (index, leaf) in leaves.enumerated() {
      tree.append(leaf) { _ in }
      #expect(tree.root == MerkleTreeTests.reference(leaves[...index]))
      #expect(tree.size == UInt64(index + 1))
    }
  }

  @Test(
    "A tree that is built again from its rows goes on as if it had never stopped",
    arguments: [0, 1, 126, 127, 128, 255, 256, 257, 511, 512, 1000, 32_511, 32_512, 32_600, 70_000])
  func reopened(size: Int) {
    let leaves = MerkleTreeTests.leaves(size + 300)
    var rows: [UInt64: MerkleTree.Row] = [:]
    var tree = MerkleTree()
    for leaf in leaves[..<size] {
      tree.append(leaf) { row in
        #expect(rows[row.key] == nil)
        #expect(row.bytes.count == 127 * 32)
        rows[row.key] = row
      }
    }
    #expect(rows.values.filter { $0.level == 0 }.count == size / 127)
    #expect(rows.values.filter { $0.level == 1 }.count == size / 256 / 127)
    var again = MerkleTree(size: UInt64(size)) { level, index in
      rows[MerkleTree.Row.key(level: level, index: index)]?.hashes ?? []
    } leaf: {
      leaves[Int($0)]
    }
    #expect(again.root == tree.root)
    for leaf in leaves[size...] {
      var left: [MerkleTree.Row] = []
      var right: [MerkleTree.Row] = []
      tree.append(leaf) { left.append($0) }
      again.append(leaf) { right.append($0) }
      #expect(left == right)
    }
    #expect(again.root == tree.root)
    #expect(again.pendingLeaf(at: tree.size - 1) == tree.pendingLeaf(at: tree.size - 1))
  }
}
