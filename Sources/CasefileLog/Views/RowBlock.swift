/// Rows of a view one after the other in one piece of memory, as they are stored: to be checked and
/// read by another thread than the one that has the snapshot.
///
/// Nothing is allocated for a single row, and the thread that has the snapshot checks none.
package struct RowBlock: Sendable {
  private struct Place: Sendable {
    let key: Int
    let row: Int
    let end: Int
  }

  /// What the rows stand in; see `value`.
  package private(set) var bytes: [UInt8] = []
  private var places: [Place] = []

  package init() {}

  /// How many rows it has.
  package var count: Int { places.count }

  /// How many bytes they take.
  package var size: Int { bytes.count }

  /// Adds a row as it is stored, with its checksum.
  mutating func add(_ key: RawSpan, stored row: RawSpan) {
    let start = bytes.count
    key.withUnsafeBytes { bytes.append(contentsOf: $0) }
    row.withUnsafeBytes { bytes.append(contentsOf: $0) }
    places.append(Place(key: start, row: start + key.byteCount, end: bytes.count))
  }

  /// Adds a row that was read by itself.
  package mutating func add(_ key: [UInt8], _ value: [UInt8]) {
    add(key.span.bytes, stored: ViewRows.stored(key, value).span.bytes)
  }

  /// The key of a row.
  package func key(at index: Int) -> ArraySlice<UInt8> {
    bytes[places[index].key..<places[index].row]
  }

  /// Where in `bytes` the value of a row stands, once it was checked.
  ///
  /// - Throws: `ViewDamage` for a row that does not match its checksum.
  package func value(at index: Int) throws(ViewDamage) -> Range<Int> {
    let place = places[index]
    let all = bytes.span.bytes
    try ViewRows.check(
      all.extracting(place.row..<place.end), key: all.extracting(place.key..<place.row))
    return place.row + ViewRows.sumLength..<place.end
  }
}

extension ViewRows {
  /// Hands out the rows whose keys begin with a prefix in blocks, in order of key, until `each` says
  /// false. What a block holds is not checked yet.
  ///
  /// - Parameters:
  ///   - after: begins with the first key greater than this one.
  ///   - last: ends with this key, or the last one before it; nil: the last one of the prefix.
  ///   - count: how many rows a block has at most.
  ///   - size: a block with so many bytes is handed out, whatever its count.
  /// - Throws: `ViewDamage`, and what `each` throws.
  package func scanBlocks(
    _ prefix: [UInt8], after: [UInt8]? = nil, through last: [UInt8]? = nil, count: Int, size: Int,
    _ each: (RowBlock) throws -> Bool
  ) throws {
    var block = RowBlock()
    var isWanted = true
    func handOut() throws {
      guard block.count > 0 else { return }
      let full = block
      block = RowBlock()
      isWanted = try each(full)
    }
    func isFull() -> Bool { block.count >= count || block.size >= size }
    if let snapshot, !isChanged(prefix) {
      try snapshot.scanRows(prefix, after: after) { key, row in
        if let last, key.follows(last) { return false }
        block.add(key, stored: row)
        if isFull() { try handOut() }
        return isWanted
      }
    } else {
      try scan(prefix, after: after) { key, value in
        if let last, last.lexicographicallyPrecedes(key) { return false }
        block.add(key, value)
        if isFull() { try handOut() }
        return isWanted
      }
    }
    if isWanted { try handOut() }
  }
}

extension RawSpan {
  fileprivate func follows(_ key: [UInt8]) -> Bool {
    withUnsafeBytes { key.lexicographicallyPrecedes($0) }
  }
}
