/// Which page of an LMDB data file is used for what: walks all trees of the newest snapshot with
/// plain reads.
package struct PageMap {
  /// What a page is used for.
  package struct Use: Hashable, Sendable, CustomStringConvertible {
    /// The table, or `free list`, `main` and `meta`.
    package let table: String
    /// branch, leaf, overflow, or nothing for pages of no tree.
    package let part: String

    package var description: String { part.isEmpty ? table : "\(table) \(part)" }

    static let meta = Use(table: "meta page", part: "")
    static let free = Use(table: "free page", part: "")
  }

  package static let pageSize = 4096
  private static let noPage = UInt64.max

  private let bytes: [UInt8]
  private var uses: [UInt64: Use] = [0: .meta, 1: .meta]
  /// The last page in use.
  package let lastPage: UInt64

  /// Walks a file.
  package init(path: String) throws {
    bytes = try Files.read(path)
    let current = PageMap.currentMeta(bytes)
    lastPage = PageMap.number(bytes, current + 136, as: UInt64.self)
    walk(root: root(at: current + 40), "free list")
    walk(root: root(at: current + 88), "main")
  }

  /// What a page is used for.
  package func use(ofPage page: UInt64) -> Use { uses[page] ?? .free }

  /// How many pages each use has.
  package var counts: [Use: Int] { uses.values.reduce(into: [:]) { $0[$1, default: 0] += 1 } }

  private static func currentMeta(_ bytes: [UInt8]) -> Int {
    let first = number(bytes, 144, as: UInt64.self)
    let second = number(bytes, pageSize + 144, as: UInt64.self)
    return second > first ? pageSize : 0
  }

  private static func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: [UInt8], _ offset: Int, as type: Number.Type
  ) -> Number {
    bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: type)
  }

  private func root(at database: Int) -> UInt64 {
    PageMap.number(bytes, database + 40, as: UInt64.self)
  }

  private mutating func walk(root: UInt64, _ table: String) {
    guard root != PageMap.noPage else { return }
    var waiting = [root]
    while let page = waiting.popLast() {
      let start = Int(page) * PageMap.pageSize
      let flags = PageMap.number(bytes, start + 10, as: UInt16.self)
      let lower = Int(PageMap.number(bytes, start + 12, as: UInt16.self))
      let isBranch = flags & 1 != 0
      uses[page] = Use(table: table, part: isBranch ? "branch" : "leaf")
      for pointer in stride(from: 16, to: lower, by: 2) {
        let node = start + Int(PageMap.number(bytes, start + pointer, as: UInt16.self))
        if isBranch {
          let low = UInt64(PageMap.number(bytes, node, as: UInt32.self))
          waiting.append(low | UInt64(PageMap.number(bytes, node + 4, as: UInt16.self)) << 32)
        } else {
          visit(node: node, table)
        }
      }
    }
  }

  private mutating func visit(node: Int, _ table: String) {
    let size = Int(PageMap.number(bytes, node, as: UInt32.self))
    let flags = PageMap.number(bytes, node + 4, as: UInt16.self)
    let keySize = Int(PageMap.number(bytes, node + 6, as: UInt16.self))
    let value = node + 8 + keySize
    if flags & 1 != 0 {
      let first = PageMap.number(bytes, value, as: UInt64.self)
      let pages = (16 + size + PageMap.pageSize - 1) / PageMap.pageSize
      for page in first..<first + UInt64(pages) {
        uses[page] = Use(table: table, part: "overflow")
      }
    } else if flags & 2 != 0 {
      let name = String(decoding: bytes[node + 8..<value], as: UTF8.self)
      walk(root: root(at: value), name)
    }
  }
}
