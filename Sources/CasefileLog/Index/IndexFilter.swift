internal import LMDB

/// What the index on disk surely lacks, so that a new id or stream costs no lookup there.
///
/// New ids are nearly always newer than all stored ones, which one comparison tells. For others,
/// and for new streams, there is a Bloom filter of ids and streams: 10 bits each, 12 MB at ten
/// million events. It is read from the index once so many lookups were made that this pays.
struct IndexFilter {
  /// How many lookups are made without the words.
  private static let patience = 512

  /// How many events it covers; nil: unknown, so that nothing is ruled out.
  private(set) var events: UInt64? = 0
  private var newestID: UInt64 = 0
  private var words: BloomFilter?
  private var lookupCount = 0

  /// Whether the first `base` events may hold an id.
  func mayHold(id fingerprint: UInt64, before base: UInt64) -> Bool {
    guard let events, events >= base else { return true }
    if base == 0 || fingerprint > newestID { return false }
    return words?.mayHold(IndexFilter.key(.id, fingerprint)) ?? true
  }

  /// Whether the first `base` events may hold a stream.
  func mayHold(stream fingerprint: UInt64, before base: UInt64) -> Bool {
    guard let events, events >= base else { return true }
    if base == 0 { return false }
    return words?.mayHold(IndexFilter.key(.stream, fingerprint)) ?? true
  }

  /// Notes a lookup that a filter might have spared; true: it is time to read the words.
  mutating func noteLookup() -> Bool {
    lookupCount += 1
    return words == nil && lookupCount > IndexFilter.patience
  }

  /// Takes in a block that was moved to disk.
  mutating func add(_ block: TailBlock) {
    guard events == block.base else { return forget() }
    events = block.base + IndexRun.positionsPerBlock
    for fingerprint in block.list(.id).fingerprints { newestID = max(newestID, fingerprint) }
    guard words != nil else { return }
    for kind in [Fingerprint.Kind.id, .stream] {
      for fingerprint in block.list(kind).fingerprints {
        words?.insert(IndexFilter.key(kind, fingerprint))
      }
    }
    // A filter that is too full is read anew, larger.
    if words?.isFull ?? false { words = nil }
  }

  /// Another process has changed the index.
  mutating func forget() {
    events = nil
    words = nil
  }

  /// Reads what the index holds: the newest id, and the words too if they are asked for.
  init(_ view: IndexView, withWords: Bool) throws {
    let transaction = try view.environment.beginRead()
    let events = try view.position(transaction).events
    self.events = events
    newestID = try view.newestID(transaction)
    guard withWords else { return }
    // A word for each event and one in ten for the streams, with room to grow by half.
    var words = BloomFilter(capacity: Int(events + events / 10) * 3 / 2)
    for kind in [Fingerprint.Kind.id, .stream] {
      try view.forEachFingerprint(kind, transaction) { words.insert(IndexFilter.key(kind, $0)) }
    }
    self.words = words
  }

  init() {}

  private static func key(_ kind: Fingerprint.Kind, _ fingerprint: UInt64) -> UInt64 {
    fingerprint ^ UInt64(kind.rawValue) << 62
  }
}

/// A set that may say yes by mistake, once in a hundred times, and never no.
struct BloomFilter {
  private static let bitsPerWord = 10
  /// 512 bits, a cache line: a question costs one look at memory.
  private static let wordsPerLine = 8
  private static let bitsSetPerWord = 6

  private var lines: [UInt64]
  private let lineCount: UInt64
  private let capacity: Int
  private var count = 0

  init(capacity: Int) {
    self.capacity = max(capacity, 1024)
    lineCount = UInt64(self.capacity * BloomFilter.bitsPerWord / 512 + 1)
    lines = Array(repeating: 0, count: Int(lineCount) * BloomFilter.wordsPerLine)
  }

  /// Whether more words were added than it has room for.
  var isFull: Bool { count > capacity }

  mutating func insert(_ key: UInt64) {
    var isNew = false
    let (line, bits) = place(key)
    for step in 0..<BloomFilter.bitsSetPerWord {
      let (word, bit) = BloomFilter.bit(bits, step)
      if lines[line + word] & bit == 0 {
        lines[line + word] |= bit
        isNew = true
      }
    }
    if isNew { count += 1 }
  }

  func mayHold(_ key: UInt64) -> Bool {
    let (line, bits) = place(key)
    for step in 0..<BloomFilter.bitsSetPerWord {
      let (word, bit) = BloomFilter.bit(bits, step)
      if lines[line + word] & bit == 0 { return false }
    }
    return true
  }

  /// The line of a key, and the number whose parts say which bits of it.
  private func place(_ key: UInt64) -> (line: Int, bits: UInt64) {
    let product = (key ^ 0x9FB2_1C65_1E98_DF25).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
    let hash = product.high ^ product.low
    let spread = (hash ^ hash >> 32) &* 0xD6E8_FEB8_6659_FD93
    return (
      Int(hash.multipliedFullWidth(by: lineCount).high) * BloomFilter.wordsPerLine,
      spread ^ spread >> 29
    )
  }

  private static func bit(_ bits: UInt64, _ step: Int) -> (word: Int, bit: UInt64) {
    let part = bits >> UInt64(step * 9)
    return (Int(part >> 6 & 7), 1 << (part & 63))
  }
}
