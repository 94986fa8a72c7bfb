#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why a page can't be what LMDB wrote.
struct PageDamage: Error {
  let page: UInt64
  let reason: StaticString
}

/// A page of a tree in mapped memory; no number in it is believed before it was checked.
///
/// Layout of `MDB_page` and `MDB_node` in mdb.c on 64 bits, in native (little-endian) byte order:
/// ```
/// page                                       node, at an even offset
///  0 8  page number                           0 4  leaf: size of the data; branch: low half of
/// 10 2  flags: 1 branch, 2 leaf, 4 overflow        the child's page number
/// 12 2  end of the nodes' offsets             4 2  leaf: flags; branch: high part of the number
/// 14 2  begin of the nodes                    6 2  size of the key
/// 16 2… offsets of the nodes, by key          8 …  key, then data
/// ```
/// Flag 1 of a node says that the data is the number of the first overflow page, flag 2 that it is
/// a ``TreeRecord``. The first key of a branch page stands for all smaller ones and is not read.
@safe
struct Page {
  static let headerSize = 16
  static let nodeHeaderSize = 8
  private static let branchFlag: UInt16 = 1
  private static let leafFlag: UInt16 = 2

  let number: UInt64
  let count: Int
  let isLeaf: Bool
  let start: UnsafeRawPointer
  let size: Int
  private let upper: Int

  /// Checks the header of a page of `size` bytes that are all mapped.
  @unsafe
  init(_ start: UnsafeRawPointer, size: Int, number: UInt64) throws(PageDamage) {
    self.number = number
    unsafe self.start = start
    self.size = size
    let bytes = unsafe RawSpan(_unsafeStart: start, byteCount: size)
    guard bytes.number(at: 0, as: UInt64.self) == number else {
      throw PageDamage(page: number, reason: "has another number")
    }
    switch bytes.number(at: 10, as: UInt16.self) {
    case Self.branchFlag: isLeaf = false
    case Self.leafFlag: isLeaf = true
    default: throw PageDamage(page: number, reason: "is of the wrong kind")
    }
    let lower = Int(bytes.number(at: 12, as: UInt16.self))
    upper = Int(bytes.number(at: 14, as: UInt16.self))
    guard lower > Self.headerSize, lower & 1 == 0, lower <= upper, upper <= size else {
      throw PageDamage(page: number, reason: "has an impossible header")
    }
    count = (lower - Self.headerSize) / 2
  }

  /// A row of a leaf, or a child of a branch.
  struct Node {
    let flags: UInt16
    /// Where its key and its data are in the page; for a big value, the data is a page number.
    let key: Range<Int>
    let data: Range<Int>
    /// The size of a big value, else of the data.
    let valueSize: Int
    /// The page below, of a branch.
    let child: UInt64

    var isBig: Bool { flags & 1 != 0 }
    var isTree: Bool { flags & 2 != 0 }
    /// The bytes that it takes of the page, its offset apart.
    var sizeBytes: Int { (data.upperBound - key.lowerBound + Page.nodeHeaderSize + 1) & ~1 }
  }

  /// Finds a node, which lies inside the page.
  func node(_ index: Int) throws(PageDamage) -> Node {
    precondition(index >= 0 && index < count)
    let offset = Int(load(Self.headerSize + 2 * index, as: UInt16.self))
    guard offset >= upper, offset & 1 == 0, offset <= size - Self.nodeHeaderSize else {
      throw PageDamage(page: number, reason: "has a row outside of it")
    }
    let low = load(offset, as: UInt32.self)
    let high = load(offset + 4, as: UInt16.self)
    let keyStart = offset + Self.nodeHeaderSize
    let keyEnd = keyStart + Int(load(offset + 6, as: UInt16.self))
    guard isLeaf else {
      guard keyEnd <= size else {
        throw PageDamage(page: number, reason: "has a key that reaches beyond it")
      }
      return Node(
        flags: 0, key: keyStart..<keyEnd, data: keyEnd..<keyEnd, valueSize: 0,
        child: UInt64(low) | UInt64(high) << 32)
    }
    // Flag 4 is for several values of a key, which this layer never makes.
    guard high <= 2 else { throw PageDamage(page: number, reason: "has a row of a wrong kind") }
    let dataSize = high & 1 != 0 ? 8 : Int(low)
    guard keyEnd <= size, dataSize <= size - keyEnd else {
      throw PageDamage(page: number, reason: "has a row that reaches beyond it")
    }
    guard high & 2 == 0 || low == TreeRecord.size else {
      throw PageDamage(page: number, reason: "has a table's record of a wrong size")
    }
    return Node(
      flags: high, key: keyStart..<keyEnd, data: keyEnd..<keyEnd + dataSize,
      valueSize: Int(low), child: 0)
  }

  /// Bytes of a node; valid as long as the page is mapped and its transaction lasts.
  func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    // SAFETY: ranges come from `node`, so they lie inside the page.
    unsafe UnsafeRawBufferPointer(start: start + range.lowerBound, count: range.count)
  }

  func load<Number: FixedWidthInteger & BitwiseCopyable>(
    _ offset: Int, as type: Number.Type
  ) -> Number {
    // SAFETY: offsets are those of the header or come from `node`, so they lie inside the page.
    unsafe start.loadUnaligned(fromByteOffset: offset, as: type)
  }

  // MARK: Searching

  /// The first node, of a branch from the second on, whose key is not below `key`; `count` when all
  /// are.
  func search(
    _ key: RawSpan, _ kind: Table.Keys
  ) throws(PageDamage) -> (index: Int, isEqual: Bool) {
    if kind == .integer { return try search(key.number(at: 0, as: UInt64.self)) }
    var low = isLeaf ? 0 : 1
    var high = count
    var isEqual = false
    while low < high {
      let middle = (low + high) / 2
      let order = try compare(node(middle), key, kind)
      if order < 0 {
        low = middle + 1
      } else {
        high = middle
        if order == 0 { isEqual = true }
      }
    }
    return (low, isEqual)
  }

  /// The same among keys of numbers. Those of a log follow each other without a gap, so the first
  /// look goes where a line from the lowest to the highest key has it; in a leaf it mostly hits.
  func search(_ key: UInt64) throws(PageDamage) -> (index: Int, isEqual: Bool) {
    var low = isLeaf ? 0 : 1
    var high = count
    if high - low > 2 {
      let lowest = try integerKey(low)
      let highest = try integerKey(high - 1)
      if key > lowest, key <= highest {
        let share = Double(key - lowest) / Double(highest - lowest)
        var middle = low + Int(share * Double(high - 1 - low))
        var step = 1
        // Ever wider steps from there, until the key lies between two looks.
        while low < high {
          let found = try integerKey(middle)
          if found == key { return (middle, true) }
          if found < key {
            low = middle + 1
            if middle + step >= high { break }
            middle += step
          } else {
            high = middle
            if middle - step < low { break }
            middle -= step
          }
          step *= 2
        }
      }
    }
    while low < high {
      let middle = (low + high) / 2
      let found = try integerKey(middle)
      if found == key { return (middle, true) }
      if found < key { low = middle + 1 } else { high = middle }
    }
    return (low, false)
  }

  /// The key of a node of a table whose keys are numbers.
  func integerKey(_ index: Int) throws(PageDamage) -> UInt64 {
    let offset = Int(load(Self.headerSize + 2 * index, as: UInt16.self))
    guard offset >= upper, offset & 1 == 0, offset <= size - Self.nodeHeaderSize - 8 else {
      throw PageDamage(page: number, reason: "has a row outside of it")
    }
    guard load(offset + 6, as: UInt16.self) == 8 else {
      throw PageDamage(page: number, reason: "has a key that is not 8 bytes long")
    }
    return load(offset + Self.nodeHeaderSize, as: UInt64.self)
  }

  /// The order of a node's key and another one, as LMDB has it: negative when it comes before.
  func compare(_ node: Node, _ key: RawSpan, _ kind: Table.Keys) throws(PageDamage) -> Int {
    if kind == .integer {
      guard node.key.count == 8 else {
        throw PageDamage(page: number, reason: "has a key that is not 8 bytes long")
      }
      let left = load(node.key.lowerBound, as: UInt64.self)
      let right = key.number(at: 0, as: UInt64.self)
      return left < right ? -1 : left == right ? 0 : 1
    }
    let left = unsafe bytes(node.key)
    // SAFETY: both are valid during the call, and as long as the shorter one.
    let order = unsafe key.withUnsafeBytes { right in
      guard let left = left.baseAddress, let right = right.baseAddress else {
        return 0
      }
      return Int(unsafe memcmp(left, right, min(node.key.count, key.byteCount)))
    }
    return order != 0 ? order : node.key.count - key.byteCount
  }

  // MARK: Checking

  /// Checks all nodes: LMDB packs them without a gap, so one that was moved shows in the sum.
  func checkAll(_ kind: Table.Keys) throws(PageDamage) {
    var sum = 0
    for index in 0..<count {
      let node = try node(index)
      sum += node.sizeBytes
      guard isLeaf || index > 0 else { continue }
      let keySize = node.key.count
      let isPossible = kind == .integer ? keySize == 8 : 1...Table.keySizeMax ~= keySize
      guard isPossible else {
        throw PageDamage(page: number, reason: "has a key of an impossible size")
      }
    }
    guard sum == size - upper else {
      throw PageDamage(page: number, reason: "has rows that overlap or leave a gap")
    }
  }
}
