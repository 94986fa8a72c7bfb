/// One committed state of the data file, read through ``FileMap`` and checked on the way.
///
/// LMDB has no checksums and follows every number that it finds: of 400 single flipped bits one or
/// two ended the process inside of it. So read transactions take from LMDB only that the pages of
/// their snapshot stay, and walk the trees here; what can't be true is a ``PageDamage``.
///
/// The holder sees to it that the transaction which pins the snapshot is open while it is used, and
/// lets no view outlive it. Every `unsafe` below rests on that.
@safe
struct Snapshot {
  /// As deep as LMDB's own stack.
  static let depthMax = 32
  private static let firstPage: UInt64 = 2
  private static let overflowFlag: UInt16 = 4

  let pageSize: Int
  /// The pages that the snapshot may use and the file has.
  let pageCount: UInt64
  let meta: MetaPage
  let start: UnsafeRawPointer

  var id: UInt64 { meta.transactionID }

  @unsafe
  init(start: UnsafeRawPointer, pageSize: Int, pageCount: UInt64, meta: MetaPage) {
    unsafe self.start = start
    self.pageSize = pageSize
    self.pageCount = pageCount
    self.meta = meta
  }

  /// A page of a tree, its header checked.
  func page(_ number: UInt64) throws(PageDamage) -> Page {
    try checkNumber(number)
    return try unsafe Page(start + Int(number) * pageSize, size: pageSize, number: number)
  }

  private func checkNumber(_ number: UInt64) throws(PageDamage) {
    guard number >= Self.firstPage, number < pageCount else {
      throw PageDamage(page: number, reason: "is used, but is not in the file")
    }
  }

  /// The value of a row, which for a big one fills overflow pages.
  func value(_ node: Page.Node, _ page: Page) throws(PageDamage) -> UnsafeRawBufferPointer {
    guard node.isBig else { return unsafe page.bytes(node.data) }
    let number = page.load(node.data.lowerBound, as: UInt64.self)
    try checkNumber(number)
    let first = unsafe start + Int(number) * pageSize
    let header = unsafe RawSpan(_unsafeStart: first, byteCount: Page.headerSize)
    let count = UInt64(header.number(at: 12, as: UInt32.self))
    guard header.number(at: 0, as: UInt64.self) == number,
      header.number(at: 10, as: UInt16.self) & Self.overflowFlag != 0,
      count <= pageCount - number,
      node.valueSize <= Int(count) * pageSize - Page.headerSize
    else {
      throw PageDamage(page: number, reason: "is not the begin of the long value that it should be")
    }
    return unsafe UnsafeRawBufferPointer(start: first + Page.headerSize, count: node.valueSize)
  }

  /// The place of the child that has a key, or would have it.
  func child(_ key: RawSpan, _ kind: Table.Keys, of page: Page) throws(PageDamage) -> Int {
    let found = try page.search(key, kind)
    return found.isEqual ? found.index : found.index - 1
  }

  /// Finds the row with a key.
  func row(
    _ key: RawSpan, _ kind: Table.Keys, in tree: TreeRecord
  ) throws(PageDamage) -> (page: Page, node: Page.Node)? {
    guard let root = tree.root else { return nil }
    var page = try page(root)
    for _ in 0..<Self.depthMax {
      if page.isLeaf {
        let found = try page.search(key, kind)
        return found.isEqual ? (page, try page.node(found.index)) : nil
      }
      page = try self.page(page.node(child(key, kind, of: page)).child)
    }
    throw PageDamage(page: page.number, reason: "is deeper than any tree")
  }

  /// The record of a table; nil when this snapshot has none of that name.
  func tree(_ table: Table) throws(PageDamage) -> TreeRecord? {
    if table == .main { return meta.main }
    // SAFETY: a byte has no padding.
    let name = unsafe table.name.utf8.span.bytes
    guard let (page, node) = try row(name, .bytes, in: meta.main), node.isTree else { return nil }
    // SAFETY: `node` has checked the place and the size.
    let record = TreeRecord(unsafe RawSpan(_unsafeBytes: page.bytes(node.data)), at: 0)
    guard record.isPossible(lastPage: meta.lastPage) else {
      throw PageDamage(page: page.number, reason: "has an impossible record of the table")
    }
    return record
  }
}

// MARK: - What transactions ask

extension Snapshot {
  /// Reads a value; the holder narrows its lifetime to its own.
  @_lifetime(borrow self)
  func value(_ table: Table, _ key: RawSpan) throws(LMDBError) -> RawSpan? {
    let tree = try knownTree(table)
    do throws(PageDamage) {
      guard let (page, node) = try row(key, table.keyKind, in: tree) else { return nil }
      // SAFETY: pages stay where they are until the transaction ends.
      let span = unsafe RawSpan(_unsafeBytes: try value(node, page))
      return unsafe _overrideLifetime(span, borrowing: self)
    } catch {
      throw LMDBError(error, table)
    }
  }

  /// Opens a cursor; the holder narrows its lifetime to its own.
  @_lifetime(borrow self)
  func cursor(_ table: Table) throws(LMDBError) -> Cursor {
    // SAFETY: the caller narrows the lifetime further.
    unsafe _overrideLifetime(Cursor(self, table, try knownTree(table)), borrowing: self)
  }

  func statistics(_ table: Table) throws(LMDBError) -> TableStatistics {
    try knownTree(table).statistics
  }

  func knownTree(_ table: Table) throws(LMDBError) -> TreeRecord {
    do throws(PageDamage) {
      if let tree = try tree(table) { return tree }
    } catch {
      throw LMDBError(error, table)
    }
    throw LMDBError(
      code: .badTransaction,
      message: "the table \(table.name) did not exist when this transaction began; begin another")
  }

  /// The keys of the main table that can be names.
  func names() throws(LMDBError) -> [String] {
    var cursor = try cursor(.main)
    var names: [String] = []
    while try cursor.next() {
      let key = cursor.key
      let bytes = key.byteOffsets.map { key.number(at: $0, as: UInt8.self) }
      guard let name = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
        continue
      }
      names.append(name)
    }
    return names
  }
}

extension LMDBError {
  init(_ damage: PageDamage, _ table: Table) {
    let name = table == .main ? "the table of names" : "the table \(table.name)"
    self.init(
      code: .damaged,
      message: "page \(damage.page) of \(name) \(damage.reason); restore the files from a copy")
  }
}
