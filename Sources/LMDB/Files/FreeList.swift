/// Reads the list of free pages out of a data file with plain reads.
///
/// The list is a tree from transaction ids to page numbers. Only read when a file is shorter than
/// its meta page says, which is rare; so nothing here is fast. Every offset is checked.
struct FreeList: ~Copyable {
  private static let headerSize = 16
  private static let nodeHeaderSize = 8
  private static let branchFlag: UInt16 = 1
  private static let leafFlag: UInt16 = 2
  private static let overflowFlag: UInt16 = 4
  private static let bigValueFlag: UInt16 = 1

  private let path: String
  private let pageSize: Int
  private let root: UInt64?
  private let pagesInFile: UInt64
  private let lastPage: UInt64

  init(path: String, meta: MetaPage, pagesInFile: UInt64) {
    self.path = path
    pageSize = meta.pageSize
    root = meta.freeList.root
    lastPage = meta.lastPage
    self.pagesInFile = pagesInFile
  }

  /// Collects the free pages from a page number on.
  ///
  /// - Throws: `.damaged` when the list itself is cut off or makes no sense.
  /// - Complexity: O(pages of the free list).
  func pages(from first: UInt64, in file: borrowing FileDescriptor) throws(LMDBError)
    -> Set<UInt64>
  {
    var found: Set<UInt64> = []
    var visited: Set<UInt64> = []
    var waiting = root.map { [$0] } ?? []
    while let number = waiting.popLast() {
      guard visited.insert(number).inserted else { throw damaged(number, "is used twice") }
      let page = try read(number, count: pageSize, in: file)
      let bytes = page.rawSpan
      let flags = bytes.number(at: 10, as: UInt16.self)
      for node in try nodes(of: bytes, number) {
        if flags & Self.branchFlag != 0 {
          let low = UInt64(bytes.number(at: node, as: UInt32.self))
          waiting.append(low | UInt64(bytes.number(at: node + 4, as: UInt16.self)) << 32)
        } else if flags & Self.leafFlag != 0 {
          let value = try value(bytes, node: node, number, in: file)
          found.formUnion(value.filter { $0 >= first && $0 <= lastPage })
        } else {
          throw damaged(number, "is of the wrong kind")
        }
      }
    }
    return found
  }

  private func nodes(of bytes: RawSpan, _ number: UInt64) throws(LMDBError) -> [Int] {
    let lower = Int(bytes.number(at: 12, as: UInt16.self))
    guard lower >= Self.headerSize, lower <= pageSize else {
      throw damaged(number, "has an impossible header")
    }
    var nodes: [Int] = []
    for offset in stride(from: Self.headerSize, to: lower - 1, by: 2) {
      let node = Int(bytes.number(at: offset, as: UInt16.self))
      guard node >= lower, node + Self.nodeHeaderSize + 16 <= pageSize + 8 else {
        throw damaged(number, "has a row outside of it")
      }
      nodes.append(node)
    }
    return nodes
  }

  /// The page numbers in one row, stored as a count and so many numbers.
  private func value(
    _ bytes: RawSpan, node: Int, _ number: UInt64, in file: borrowing FileDescriptor
  ) throws(LMDBError) -> [UInt64] {
    let size = Int(bytes.number(at: node, as: UInt32.self))
    let flags = bytes.number(at: node + 4, as: UInt16.self)
    let start = node + Self.nodeHeaderSize + Int(bytes.number(at: node + 6, as: UInt16.self))
    let isBig = flags & Self.bigValueFlag != 0
    guard size >= 8, start + (isBig ? 8 : size) <= pageSize else {
      throw damaged(number, "has a row that is too long")
    }
    guard isBig else { return try numbers(bytes.extracting(start..<start + size), number) }
    let overflow = bytes.number(at: start, as: UInt64.self)
    let long = try read(overflow, count: Self.headerSize + size, in: file)
    let longBytes = long.rawSpan
    guard longBytes.number(at: 10, as: UInt16.self) & Self.overflowFlag != 0 else {
      throw damaged(overflow, "is of the wrong kind")
    }
    return try numbers(longBytes.extracting(Self.headerSize..<Self.headerSize + size), overflow)
  }

  private func numbers(_ bytes: RawSpan, _ number: UInt64) throws(LMDBError) -> [UInt64] {
    let count = bytes.number(at: 0, as: UInt64.self)
    guard count < UInt64(bytes.byteCount / 8) else { throw damaged(number, "has a wrong count") }
    return (0..<Int(count)).map { bytes.number(at: 8 + $0 * 8, as: UInt64.self) }
  }

  private func read(
    _ number: UInt64, count: Int, in file: borrowing FileDescriptor
  ) throws(LMDBError) -> [UInt8] {
    guard number >= 2, number < pagesInFile else { throw damaged(number, "is not in the file") }
    let page = try file.read(count: count, at: Int(number) * pageSize)
    guard page.count == count, page.rawSpan.number(at: 0, as: UInt64.self) == number else {
      throw damaged(number, "has another number")
    }
    return page
  }

  private func damaged(_ number: UInt64, _ reason: String) -> LMDBError {
    LMDBError(
      code: .damaged,
      message: "\(path) is cut off to \(pagesInFile) pages, and page \(number) of its free list "
        + "\(reason); restore it from a copy")
  }
}
