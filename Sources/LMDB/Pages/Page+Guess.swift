import CPrefetch

/// Searching near a guess.
extension Page {
  /// Where a key probably is, by what the branch above tells of the lowest key here and of the lowest
  /// one of the next page: no key of this page is looked at. Those of a log follow each other without
  /// a gap, so that it mostly is there.
  func guess(_ key: UInt64, from low: UInt64?, to high: UInt64?) -> Int {
    let low = low ?? 0
    guard key > low else { return 0 }
    let distance = key - low
    guard let high, high > key, high - low <= UInt64(UInt32.max) else {
      return Int(min(distance, UInt64(count - 1)))
    }
    return Int(distance * UInt64(count) / (high - low))
  }

  /// Asks for the memory of a node: of a leaf also for its data as far as that is short.
  func prefetch(_ index: Int) {
    let offset = Int(load(Self.headerSize + 2 * index, as: UInt16.self))
    let end = min(size, offset + (isLeaf ? 256 : 1))
    for place in stride(from: offset, to: end, by: 64) {
      // SAFETY: the place is in the page, and nothing is read.
      unsafe casefile_prefetch(start + place)
    }
  }

  /// As ``search(_:_:)`` for a number, with a first look at a guess.
  func search(
    _ key: UInt64, near guess: Int
  ) throws(PageDamage) -> (index: Int, isEqual: Bool) {
    if isLeaf || guess > 0 {
      let found = try integerKey(guess)
      if found == key { return (guess, true) }
      guard !isLeaf, found < key else { return try search(key) }
    }
    // In a branch, where the next child's keys begin behind the wanted one.
    guard !isLeaf else { return try search(key) }
    if guess + 1 < count, try integerKey(guess + 1) <= key { return try search(key) }
    return (guess + 1, false)
  }
}
