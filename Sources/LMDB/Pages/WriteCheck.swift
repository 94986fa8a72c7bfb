import Synchronization

/// Checks pages before LMDB follows them in a write transaction of this process.
///
/// Reading is safe in a ``Snapshot``; changing is LMDB's own code, which dies of a wrong number in a
/// page or writes over good ones. So the pages that a change can touch are checked first, in the
/// state that was committed before. What this process committed itself is sound after that, so an
/// environment that only appends checks the ends of its tables and the free list once.
final class WriteCheck: Sendable {
  private struct State {
    /// The transaction whose main table and free list were checked.
    var id: UInt64?
    /// The tables whose end was checked, by serial number.
    var tables: Set<UInt64> = []
  }

  private let state = Mutex(State())

  /// Checks what every commit touches, when another process has written since the last one here.
  func begin(_ snapshot: Snapshot) throws(LMDBError) {
    guard state.withLock({ $0.id }) != snapshot.id else { return }
    try snapshot.checkMain()
    try snapshot.checkFreeList()
    state.withLock { $0 = State(id: snapshot.id) }
  }

  /// Notes a commit of this process, which was made of checked pages.
  func committed(_ id: UInt64) { state.withLock { $0.id = id } }

  /// Checks what an append touches.
  func end(of table: Table, _ snapshot: Snapshot) throws(LMDBError) {
    guard !state.withLock({ $0.tables.contains(table.serial) }) else { return }
    try snapshot.check(table) { tree throws(PageDamage) in
      try snapshot.checkEnd(tree, table.keyKind)
    }
    state.withLock { _ = $0.tables.insert(table.serial) }
  }

  /// Checks what finding or setting a row touches.
  func path(to key: RawSpan, _ table: Table, _ snapshot: Snapshot) throws(LMDBError) {
    try snapshot.check(table) { tree throws(PageDamage) in
      try snapshot.checkPath(tree, table.keyKind, to: key)
    }
  }

  /// Checks what removing a row touches, which may join pages with their neighbours.
  func neighbourhood(of key: RawSpan, _ table: Table, _ snapshot: Snapshot) throws(LMDBError) {
    try snapshot.check(table) { tree throws(PageDamage) in
      try snapshot.checkPath(tree, table.keyKind, to: key, withNeighbours: true)
    }
  }

  /// Checks a whole table.
  func all(of table: Table, _ snapshot: Snapshot) throws(LMDBError) {
    try snapshot.check(table) { tree throws(PageDamage) in
      try snapshot.checkAll(tree, table.keyKind)
    }
  }
}

extension Snapshot {
  /// Checks a table, unless it was made after this snapshot.
  fileprivate func check(
    _ table: Table, _ body: (TreeRecord) throws(PageDamage) -> Void
  ) throws(LMDBError) {
    do throws(PageDamage) {
      if let tree = try tree(table) { try body(tree) }
    } catch {
      throw LMDBError(error, table)
    }
  }

  /// Checks the tree of all names.
  func checkMain() throws(LMDBError) {
    try check(.main) { tree throws(PageDamage) in try checkAll(tree, .bytes) }
  }

  /// Checks every table, and the free list.
  func checkAll() throws(LMDBError) {
    try checkMain()
    try checkFreeList()
    for name in try names() {
      for kind in [Table.Keys.bytes, .integer] {
        let table = Table(name: name, keyKind: kind, handle: 0, serial: 0, environment: 0)
        try check(table) { tree throws(PageDamage) in
          if (tree.flags & 8 != 0) == (kind == .integer) { try checkAll(tree, kind) }
        }
      }
    }
  }

  /// Checks a tree whole, its long values too.
  fileprivate func checkAll(_ tree: TreeRecord, _ kind: Table.Keys) throws(PageDamage) {
    try walk(tree, kind) { page, node throws(PageDamage) in
      if node.isBig { _ = unsafe try value(node, page) }
    }
  }

  /// Checks the pages down to the last row.
  fileprivate func checkEnd(_ tree: TreeRecord, _ kind: Table.Keys) throws(PageDamage) {
    guard var page = try tree.root.map(page) else { return }
    for _ in 0..<Self.depthMax {
      try checkWhole(page, kind)
      if page.isLeaf { return }
      page = try self.page(page.node(page.count - 1).child)
    }
    throw PageDamage(page: page.number, reason: "is deeper than any tree")
  }

  /// Checks the pages down to a key and, if wanted, those beside each of them.
  fileprivate func checkPath(
    _ tree: TreeRecord, _ kind: Table.Keys, to key: RawSpan, withNeighbours: Bool = false
  ) throws(PageDamage) {
    guard var page = try tree.root.map(page) else { return }
    for _ in 0..<Self.depthMax {
      try checkWhole(page, kind)
      if page.isLeaf {
        let found = try page.search(key, kind)
        // LMDB frees as many pages as the first one of a long value says.
        if found.isEqual { _ = unsafe try value(page.node(found.index), page) }
        return
      }
      let index = try child(key, kind, of: page)
      if withNeighbours {
        for beside in [index - 1, index + 1] where beside >= 0 && beside < page.count {
          try checkWhole(self.page(page.node(beside).child), kind)
        }
      }
      page = try self.page(page.node(index).child)
    }
    throw PageDamage(page: page.number, reason: "is deeper than any tree")
  }

  private func checkWhole(_ page: Page, _ kind: Table.Keys) throws(PageDamage) {
    try page.checkAll(kind)
    // LMDB aborts the process over a branch with a single child.
    guard page.isLeaf || page.count > 1 else {
      throw PageDamage(page: page.number, reason: "is a branch with one child")
    }
  }

  /// Checks the list of free pages: a tree from transactions to page numbers, in falling order,
  /// after their count. LMDB writes to the pages that it finds here.
  func checkFreeList() throws(LMDBError) {
    do throws(PageDamage) {
      try walk(meta.freeList, .integer) { page, node throws(PageDamage) in
        // SAFETY: `value` has checked where it lies.
        let bytes = unsafe RawSpan(_unsafeBytes: try value(node, page))
        let room = bytes.byteCount / 8
        guard room > 0, bytes.number(at: 0, as: UInt64.self) < UInt64(room) else {
          throw PageDamage(page: page.number, reason: "has a wrong count")
        }
        var before = meta.lastPage + 1
        for place in 0..<Int(bytes.number(at: 0, as: UInt64.self)) {
          let number = bytes.number(at: 8 + 8 * place, as: UInt64.self)
          guard number < before, number >= 2 else {
            throw PageDamage(page: page.number, reason: "names a page that can't be free")
          }
          before = number
        }
      }
    } catch {
      throw LMDBError(
        code: .damaged,
        message: "page \(error.page) of the free list \(error.reason); restore the files from a "
          + "copy")
    }
  }

  /// Visits every row of a tree, whose pages are checked whole.
  private func walk(
    _ tree: TreeRecord, _ kind: Table.Keys,
    _ body: (Page, Page.Node) throws(PageDamage) -> Void
  ) throws(PageDamage) {
    var waiting = tree.root.map { [(number: $0, depth: 1)] } ?? []
    while let next = waiting.popLast() {
      guard next.depth <= Self.depthMax else {
        throw PageDamage(page: next.number, reason: "is deeper than any tree")
      }
      let page = try page(next.number)
      try page.checkAll(kind)
      for index in 0..<page.count {
        let node = try page.node(index)
        if page.isLeaf {
          try body(page, node)
        } else {
          waiting.append((node.child, next.depth + 1))
        }
      }
    }
  }
}
