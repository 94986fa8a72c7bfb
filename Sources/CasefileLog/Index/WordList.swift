/// The postings of one kind in the order of their positions, with a table of the words: memory
/// that grows without an allocation for each posting.
///
/// The table is made when it is asked for the first time, and goes on with each question: ids of new
/// events are greater than all before them, so that nobody asks while events are only appended.
struct WordList {
  private struct Place {
    let fingerprint: UInt64
    let offset: UInt32
    /// The posting of the same word before this one, counted from 1; 0: none, or not looked for yet.
    var previous: UInt32 = 0
  }

  private var places: [Place] = []
  /// How many postings the table knows.
  private var knownCount = 0
  /// Words to their newest posting, counted from 1, as an open hash table; the upper half of a slot
  /// are bits of the fingerprint, so that a miss costs no look at the postings. 0: free.
  private var slots: [UInt64] = Array(repeating: 0, count: 64)
  /// How many words the table has.
  private var wordCount = 0

  var count: Int { places.count }

  /// Adds a posting; offsets come in order.
  mutating func append(_ fingerprint: UInt64, at offset: UInt32) {
    places.append(Place(fingerprint: fingerprint, offset: offset))
  }

  /// Whether a word has a posting.
  mutating func contains(_ fingerprint: UInt64) -> Bool {
    learn()
    return find(fingerprint).newest != 0
  }

  /// Hands out the offsets of a word, newest first, until `visit` says that it is enough.
  mutating func forEach(_ fingerprint: UInt64, _ visit: (UInt32) -> Bool) {
    learn()
    var next = find(fingerprint).newest
    while next != 0, visit(places[Int(next) - 1].offset) { next = places[Int(next) - 1].previous }
  }

  /// Hands out the fingerprints of all postings, in the order of their offsets.
  func forEachFingerprint(_ visit: (UInt64) -> Void) {
    for place in places { visit(place.fingerprint) }
  }

  /// Hands out all postings, by fingerprint, then by offset.
  func forEachSorted(_ visit: (_ fingerprint: UInt64, _ offset: UInt32) -> Void) {
    guard knownCount == places.count, wordCount < places.count else {
      // Nobody has asked, or each word is there once: ids, which are nearly sorted already.
      let sorted = places.sorted { ($0.fingerprint, $0.offset) < ($1.fingerprint, $1.offset) }
      for place in sorted { visit(place.fingerprint, place.offset) }
      return
    }
    for index in sortedIndices() { visit(places[index].fingerprint, places[index].offset) }
  }

  /// Where the postings lie that `forEachSorted` hands out, by the table: the words are sorted, and
  /// each posting is put behind those of its word. To follow each word's postings from the newest to
  /// the oldest waited for memory at every step, and took most of the time of moving a block to disk.
  private func sortedIndices() -> [Int] {
    var words: [(fingerprint: UInt64, slot: Int)] = []
    words.reserveCapacity(wordCount)
    for (index, slot) in slots.enumerated() where slot != 0 {
      words.append((places[Int(UInt32(truncatingIfNeeded: slot)) - 1].fingerprint, index))
    }
    words.sort { $0.fingerprint < $1.fingerprint }
    // How many postings each word has, then where its next one goes.
    var next = Array(repeating: 0, count: slots.count)
    let slotOfPlace = places.map { place in
      let slot = find(place.fingerprint).index
      next[slot] += 1
      return UInt32(slot)
    }
    var start = 0
    for word in words {
      let count = next[word.slot]
      next[word.slot] = start
      start += count
    }
    var sorted = Array(repeating: 0, count: places.count)
    for (index, slot) in slotOfPlace.enumerated() {
      sorted[next[Int(slot)]] = index
      next[Int(slot)] += 1
    }
    return sorted
  }

  // MARK: The table

  /// Takes the postings into the table that came since the last question.
  mutating func learn() {
    while knownCount < places.count {
      if (wordCount + 1) * 2 > slots.count { grow() }
      let fingerprint = places[knownCount].fingerprint
      let (index, newest) = find(fingerprint)
      if newest == 0 { wordCount += 1 }
      places[knownCount].previous = newest
      knownCount += 1
      slots[index] = WordList.check(fingerprint) | UInt64(knownCount)
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
      if (slot ^ hash) >> 32 == 0, places[Int(newest) - 1].fingerprint == fingerprint {
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
      var index = Int(truncatingIfNeeded: WordList.hash(places[newest - 1].fingerprint)) & mask
      while slots[index] != 0 { index = (index + 1) & mask }
      slots[index] = slot
    }
  }
}
