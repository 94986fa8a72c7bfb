/// A place in a table, in key order.
///
/// A new cursor is before the first and after the last row at once: ``next()`` goes to the first,
/// ``previous()`` to the last. After it ran off one end it stays there, and going back finds the
/// row at that end. It cannot leave its transaction; ``value`` can outlive the cursor.
@safe
public struct Cursor: ~Copyable, ~Escapable {
  private enum Place { case nowhere, row, start, end }

  /// A branch on the way to the row, and which of its children leads there.
  private struct Step {
    var page: UInt64 = 0
    var index = 0
  }

  private let snapshot: Snapshot
  private let table: Table
  private let tree: TreeRecord
  private var place = Place.nowhere
  /// From the root down; the first `depth` count.
  private var path = InlineArray<32, Step>(repeating: Step())
  private var depth = 0
  /// Nil until the first move.
  private var leaf: Page?
  private var index = 0
  // SAFETY: no bytes at all until the cursor is at a row.
  private var currentKey = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
  private var currentValue = unsafe UnsafeRawBufferPointer(start: nil, count: 0)

  /// A cursor before the first row; the caller ties it to the transaction of the snapshot.
  @_lifetime(immortal)
  init(_ snapshot: Snapshot, _ table: Table, _ tree: TreeRecord) {
    self.snapshot = snapshot
    self.table = table
    self.tree = tree
  }

  /// Goes to the first row; false when the table is empty.
  public mutating func first() throws(LMDBError) -> Bool {
    try moveToFirst(otherwise: .nowhere)
  }

  /// Goes to the last row; false when the table is empty.
  public mutating func last() throws(LMDBError) -> Bool {
    try moveToLast(otherwise: .nowhere)
  }

  /// Goes to the row after this one; false at the end.
  public mutating func next() throws(LMDBError) -> Bool {
    switch place {
    case .nowhere, .start: try moveToFirst(otherwise: .end)
    case .row: try stepForward(otherwise: .end)
    case .end: false
    }
  }

  /// Goes to the row before this one; false at the start.
  public mutating func previous() throws(LMDBError) -> Bool {
    switch place {
    case .nowhere, .end: try moveToLast(otherwise: .start)
    case .row: try stepBackward(otherwise: .start)
    case .start: false
    }
  }

  /// Goes to the row with this key; false when there is none, and the cursor is nowhere then.
  public mutating func seek(_ key: UInt64) throws(LMDBError) -> Bool {
    let number = table.integerKey(key)
    return try seek(number.bytes, isExact: true)
  }

  /// Goes to the row with this key; false when there is none, and the cursor is nowhere then.
  public mutating func seek(_ key: RawSpan) throws(LMDBError) -> Bool {
    try table.checkKey(key)
    return try seek(key, isExact: true)
  }

  /// Goes to the row with this key or the next greater one; false when all keys are smaller, and
  /// the cursor is at the end then.
  public mutating func seek(atOrAfter key: UInt64) throws(LMDBError) -> Bool {
    let number = table.integerKey(key)
    return try seek(number.bytes, isExact: false)
  }

  /// Goes to the row with this key or the next greater one; false when all keys are smaller, and
  /// the cursor is at the end then.
  public mutating func seek(atOrAfter key: RawSpan) throws(LMDBError) -> Bool {
    try table.checkKey(key)
    return try seek(key, isExact: false)
  }

  /// Whether the cursor is at a row.
  public var isAtRow: Bool { place == .row }

  /// The key of the current row of a table with integer keys. The cursor must be at a row.
  public var integerKey: UInt64 {
    precondition(table.keyKind == .integer, "The table \(table.name) has byte string keys.")
    return key.number(at: 0, as: UInt64.self)
  }

  /// The key of the current row. The cursor must be at a row. Valid as long as the transaction.
  public var key: RawSpan {
    @_lifetime(copy self)
    get {
      precondition(place == .row, "The cursor is not at a row.")
      // SAFETY: the pages of a snapshot stay where they are until its transaction ends or writes,
      // and the cursor's lifetime, which the span takes over, ends before either.
      let span = unsafe RawSpan(_unsafeBytes: currentKey)
      return unsafe _overrideLifetime(span, copying: self)
    }
  }

  /// The value of the current row. The cursor must be at a row. Valid as long as the transaction.
  public var value: RawSpan {
    @_lifetime(copy self)
    get {
      precondition(place == .row, "The cursor is not at a row.")
      // SAFETY: as for the key.
      let span = unsafe RawSpan(_unsafeBytes: currentValue)
      return unsafe _overrideLifetime(span, copying: self)
    }
  }

  // MARK: Moving

  private mutating func moveToFirst(otherwise: Place) throws(LMDBError) -> Bool {
    try move(otherwise: otherwise) { cursor throws(PageDamage) in
      guard let root = cursor.tree.root else { return false }
      cursor.depth = 0
      try cursor.descend(to: root, isForward: true)
      return true
    }
  }

  private mutating func moveToLast(otherwise: Place) throws(LMDBError) -> Bool {
    try move(otherwise: otherwise) { cursor throws(PageDamage) in
      guard let root = cursor.tree.root else { return false }
      cursor.depth = 0
      try cursor.descend(to: root, isForward: false)
      return true
    }
  }

  private mutating func stepForward(otherwise: Place) throws(LMDBError) -> Bool {
    try move(otherwise: otherwise) { cursor throws(PageDamage) in
      try cursor.step(isForward: true)
    }
  }

  private mutating func stepBackward(otherwise: Place) throws(LMDBError) -> Bool {
    try move(otherwise: otherwise) { cursor throws(PageDamage) in
      try cursor.step(isForward: false)
    }
  }

  private mutating func seek(_ key: RawSpan, isExact: Bool) throws(LMDBError) -> Bool {
    try move(otherwise: isExact ? .nowhere : .end) { cursor throws(PageDamage) in
      guard let root = cursor.tree.root else { return false }
      cursor.depth = 0
      var page = try cursor.snapshot.page(root)
      while !page.isLeaf {
        let index = try cursor.snapshot.child(key, cursor.table.keyKind, of: page)
        page = try cursor.enter(page, index)
      }
      let found = try page.search(key, cursor.table.keyKind)
      cursor.leaf = page
      cursor.index = found.index
      if found.isEqual { return true }
      if isExact { return false }
      if found.index < page.count { return true }
      // All keys of this leaf are smaller, so the next leaf begins with the wanted one.
      cursor.index = page.count - 1
      return try cursor.step(isForward: true)
    }
  }

  /// Runs a move, then takes the row that it led to.
  private mutating func move(
    otherwise: Place, _ body: (inout Cursor) throws(PageDamage) -> Bool
  ) throws(LMDBError) -> Bool {
    place = .nowhere
    do throws(PageDamage) {
      guard try body(&self), let leaf else {
        place = otherwise
        return false
      }
      let node = try leaf.node(index)
      guard table.keyKind == .bytes || node.key.count == 8 else {
        throw PageDamage(page: leaf.number, reason: "has a key that is not 8 bytes long")
      }
      // SAFETY: both lie in mapped pages, which stay until the transaction ends.
      unsafe currentValue = try snapshot.value(node, leaf)
      unsafe currentKey = leaf.bytes(node.key)
    } catch {
      throw LMDBError(error, table)
    }
    place = .row
    return true
  }

  /// Notes a branch on the path and gives its child.
  private mutating func enter(_ page: Page, _ index: Int) throws(PageDamage) -> Page {
    guard depth < Snapshot.depthMax else {
      throw PageDamage(page: page.number, reason: "is deeper than any tree")
    }
    path[depth] = Step(page: page.number, index: index)
    depth += 1
    return try snapshot.page(page.node(index).child)
  }

  /// Goes down along one edge of a subtree. A walk checks its pages whole, since a row that was
  /// moved would be left out without a sign; a search checks what it looks at.
  private mutating func descend(to root: UInt64, isForward: Bool) throws(PageDamage) {
    var page = try snapshot.page(root)
    try page.checkAll(table.keyKind)
    while !page.isLeaf {
      page = try enter(page, isForward ? 0 : page.count - 1)
      try page.checkAll(table.keyKind)
    }
    leaf = page
    index = isForward ? 0 : page.count - 1
  }

  /// Goes to the neighbour, in the same leaf or by the lowest branch that has one.
  private mutating func step(isForward: Bool) throws(PageDamage) -> Bool {
    guard let leaf else { return false }
    let next = isForward ? index + 1 : index - 1
    if next >= 0, next < leaf.count {
      index = next
      return true
    }
    let edge = try leaf.node(index)
    while depth > 0 {
      depth -= 1
      let step = path[depth]
      let page = try snapshot.page(step.page)
      let next = isForward ? step.index + 1 : step.index - 1
      guard next >= 0, next < page.count else { continue }
      path[depth].index = next
      depth += 1
      try descend(to: page.node(next).child, isForward: isForward)
      try checkOrder(leaf, edge, isForward: isForward)
      return true
    }
    return false
  }

  /// Two neighbours that are out of order show a branch that leads to a wrong page.
  private func checkOrder(
    _ before: Page, _ edge: Page.Node, isForward: Bool
  ) throws(PageDamage) {
    guard let leaf else { return }
    // SAFETY: the key lies in a mapped page.
    let key = unsafe RawSpan(_unsafeBytes: before.bytes(edge.key))
    let order = try leaf.compare(leaf.node(index), key, table.keyKind)
    guard isForward ? order > 0 : order < 0 else {
      throw PageDamage(page: leaf.number, reason: "is out of order")
    }
  }
}
