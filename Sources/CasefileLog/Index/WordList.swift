/// The postings of one kind in the order of their positions, with a table of the words: memory
/// that grows without an allocation for each posting.
struct WordList {
  private(set) var fingerprints: [UInt64] = []
  private(set) var offsets: [UInt32] = []
  /// For each posting the one of the same word before it, counted from 1; 0: none.
  private var previous: [UInt32] = []
  /// Words to their newest posting, counted from 1, as an open hash table; the upper half of a slot
  /// are bits of the fingerprint, so that a miss costs no look at the postings. 0: free.
  private var slots: [UInt64] = Array(repeating: 0, count: 64)
  private(set) var wordCount = 0

  var count: Int { fingerprints.count }

  /// Adds a posting; offsets come in order.
  mutating func append(_ fingerprint: UInt64, at offset: UInt32) {
    if (wordCount + 1) * 2 > slots.count { grow() }
    let (index, known) = find(fingerprint)
    if known == 0 { wordCount += 1 }
    fingerprints.append(fingerprint)
    offsets.append(offset)
    previous.append(known)
    slots[index] = WordList.check(fingerprint) | UInt64(fingerprints.count)
  }

  /// Whether a word has a posting.
  func contains(_ fingerprint: UInt64) -> Bool { find(fingerprint).newest != 0 }

  /// Hands out the offsets of a word, newest first, until `visit` says that it is enough.
  func forEach(_ fingerprint: UInt64, _ visit: (UInt32) -> Bool) {
    var next = find(fingerprint).newest
    while next != 0, visit(offsets[Int(next) - 1]) { next = previous[Int(next) - 1] }
  }

  /// Hands out all postings, by fingerprint, then by offset.
  func forEachSorted(_ visit: (_ fingerprint: UInt64, _ offset: UInt32) -> Void) {
    var words: [(fingerprint: UInt64, newest: UInt32)] = []
    words.reserveCapacity(wordCount)
    if wordCount == count {
      // Ids: nearly sorted already, which the sort makes use of.
      for index in fingerprints.indices { words.append((fingerprints[index], UInt32(index + 1))) }
    } else {
      for slot in slots where slot != 0 {
        let newest = UInt32(truncatingIfNeeded: slot)
        words.append((fingerprints[Int(newest) - 1], newest))
      }
    }
    words.sort { $0.fingerprint < $1.fingerprint }
    var chain: [UInt32] = []
    for word in words {
      var next = word.newest
      while next != 0 {
        chain.append(offsets[Int(next) - 1])
        next = previous[Int(next) - 1]
      }
      for offset in chain.reversed() { visit(word.fingerprint, offset) }
      chain.removeAll(keepingCapacity: true)
    }
  }

  private static func hash(_ fingerprint: UInt64) -> UInt64 {
    // Ids of one time differ in their low bits only, so the bits are spread.
    let product = fingerprint.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }

  private static func check(_ fingerprint: UInt64) -> UInt64 {
    hash(fingerprint) & 0xFFFF_FFFF_0000_0000
  }

  private func find(_ fingerprint: UInt64) -> (index: Int, newest: UInt32) {
    let hash = WordList.hash(fingerprint)
    let mask = slots.count - 1
    var index = Int(truncatingIfNeeded: hash) & mask
    while true {
      let slot = slots[index]
      let newest = UInt32(truncatingIfNeeded: slot)
      if newest == 0 { return (index, 0) }
      if (slot ^ hash) >> 32 == 0, fingerprints[Int(newest) - 1] == fingerprint {
        return (index, newest)
      }
      index = (index + 1) & mask
    }
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: 0, count: old.count * 2)
    let mask = slots.count - 1
    for slot in old where slot != 0 {
      let newest = Int(UInt32(truncatingIfNeeded: slot))
      var index = Int(truncatingIfNeeded: WordList.hash(fingerprints[newest - 1])) & mask
      while slots[index] != 0 { index = (index + 1) & mask }
      slots[index] = slot
    }
  }
}
