internal import CasefileModel

/// A posting: a word's fingerprint with one place where it stands.
struct Posting: Comparable {
  let kind: Fingerprint.Kind
  let fingerprint: UInt64
  /// Events after the first of the run.
  let offset: UInt32

  static func < (left: Posting, right: Posting) -> Bool {
    (left.kind.rawValue, left.fingerprint, left.offset)
      < (right.kind.rawValue, right.fingerprint, right.offset)
  }
}

/// The index of the newest events, which no run of the index view holds yet. In memory only.
///
/// 24 bytes a posting and about four postings an event: 12 MB when a block of 65,536 is full.
struct TailIndex {
  /// The first position that it covers.
  private(set) var base: UInt64
  /// The position after the last one that it covers.
  private(set) var end: UInt64

  /// Words to their newest posting, as an open hash table of powers of two.
  private var slots: [Int32]
  private var postings: [Entry] = []

  private struct Entry {
    let fingerprint: UInt64
    let position: UInt64
    let kind: Fingerprint.Kind
    /// The posting of the same word before this one; -1: none.
    var previous: Int32
  }

  init(base: UInt64) {
    self.base = base
    end = base
    slots = Array(repeating: -1, count: 1024)
  }

  /// Adds one event; positions come in order.
  mutating func append(_ envelope: RawSpan, at position: UInt64) throws(CodecError) {
    var tags: [Range<Int>] = []
    let header = try EnvelopeHeader(envelope) { tags.append($0) }
    insert(.id, Fingerprint.of(header.id), position)
    insert(
      .stream,
      Fingerprint.hash(
        envelope.extracting(header.streamRange), seed: UInt64(Fingerprint.Kind.stream.rawValue)),
      position)
    insert(.type, Fingerprint.of(type: header.typeNumber), position)
    for range in tags {
      insert(
        .tag,
        Fingerprint.hash(
          envelope.extracting(range), seed: UInt64(Fingerprint.Kind.tag.rawValue)), position)
    }
    end = position + 1
  }

  private mutating func insert(_ kind: Fingerprint.Kind, _ fingerprint: UInt64, _ position: UInt64)
  {
    if (postings.count + 1) * 2 > slots.count { grow() }
    let slot = slot(kind, fingerprint)
    let entry = Entry(
      fingerprint: fingerprint, position: position, kind: kind, previous: slots[slot])
    slots[slot] = Int32(postings.count)
    postings.append(entry)
  }

  private func slot(_ kind: Fingerprint.Kind, _ fingerprint: UInt64) -> Int {
    let mask = UInt64(slots.count - 1)
    // Ids of one time differ in their low bits only, so the bits are spread.
    var index = (fingerprint &+ UInt64(kind.rawValue)) &* 0x9E37_79B9_7F4A_7C15
    index = (index >> 29) & mask
    while true {
      let found = slots[Int(index)]
      if found < 0 { return Int(index) }
      let entry = postings[Int(found)]
      if entry.fingerprint == fingerprint, entry.kind == kind { return Int(index) }
      index = (index + 1) & mask
    }
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for index in postings.indices {
      // A later posting of a word takes the slot over: it is the newest.
      slots[slot(postings[index].kind, postings[index].fingerprint)] = Int32(index)
    }
  }

  /// The positions of a word within a range, newest first.
  func positions(
    _ kind: Fingerprint.Kind, _ fingerprint: UInt64, in range: Range<UInt64>, limit: Int = .max
  ) -> [UInt64] {
    var found: [UInt64] = []
    var index = slots[slot(kind, fingerprint)]
    while index >= 0, found.count < limit {
      let entry = postings[Int(index)]
      guard entry.position >= range.lowerBound else { break }
      if entry.position < range.upperBound { found.append(entry.position) }
      index = entry.previous
    }
    return found
  }

  /// The postings of the positions before `limit`; a run stores them sorted.
  func block(until limit: UInt64) -> [Posting] {
    var block: [Posting] = []
    block.reserveCapacity(postings.count)
    for entry in postings where entry.position < limit {
      block.append(
        Posting(
          kind: entry.kind, fingerprint: entry.fingerprint, offset: UInt32(entry.position - base)))
    }
    return block
  }

  /// Drops the positions before `limit`, which a run holds now.
  mutating func dropFirst(until limit: UInt64) {
    let kept = postings.filter { $0.position >= limit }
    let end = max(end, limit)
    self = TailIndex(base: limit)
    for entry in kept { insert(entry.kind, entry.fingerprint, entry.position) }
    self.end = end
  }
}
