internal import LMDB

/// What the index on disk surely lacks, so that a new id or stream costs no lookup there.
///
/// New ids are nearly always newer than all stored ones, which one comparison tells. For others,
/// and for new streams, there is a Bloom filter each: 10 bits a word, so 12 MB for the ids of ten
/// million events. Each is read from the index once so many lookups were made that this pays: a
/// load of new tickets in the order of their times needs the streams alone.
struct IndexFilter {
  /// How many lookups are made without the words.
  private static let patience = 512

  /// How many events it covers; nil: unknown, so that nothing is ruled out.
  private(set) var events: UInt64? = 0
  private var newestID: UInt64 = 0
  private var ids: BloomFilter?
  private var streams: BloomFilter?
  private var idLookups = 0
  private var streamLookups = 0

  /// Whether the first `base` events may hold an id.
  func mayHold(id fingerprint: UInt64, before base: UInt64) -> Bool {
    guard let events, events >= base else { return true }
    if base == 0 || fingerprint > newestID { return false }
    return ids?.mayHold(fingerprint) ?? true
  }

  /// Whether the first `base` events may hold a stream.
  func mayHold(stream fingerprint: UInt64, before base: UInt64) -> Bool {
    guard let events, events >= base else { return true }
    if base == 0 { return false }
    return streams?.mayHold(fingerprint) ?? true
  }

  /// Notes a lookup of an id that a filter might have spared; true: it is time to read the ids.
  mutating func noteIDLookup() -> Bool {
    idLookups += 1
    return ids == nil && idLookups > IndexFilter.patience
  }

  /// The same for a stream.
  mutating func noteStreamLookup() -> Bool {
    streamLookups += 1
    return streams == nil && streamLookups > IndexFilter.patience
  }

  /// Takes in a block that was moved to disk.
  mutating func add(_ block: TailBlock) {
    guard events == block.base else { return forget() }
    events = block.base + IndexRun.positionsPerBlock
    newestID = max(newestID, block.greatestID)
    IndexFilter.insert(block.list(.id), into: &ids)
    IndexFilter.insert(block.list(.stream), into: &streams)
  }

  private static func insert(_ list: WordList, into filter: inout BloomFilter?) {
    guard filter != nil else { return }
    list.forEachFingerprint { filter?.insert($0) }
    // A filter that is too full is read anew, larger.
    if filter?.isFull ?? false { filter = nil }
  }

  /// Another process has changed the index.
  mutating func forget() {
    events = nil
    ids = nil
    streams = nil
  }

  /// Reads what the index holds: the newest id, and the words of the kinds that are asked for.
  init(_ view: IndexView, with kinds: Set<Fingerprint.Kind> = []) throws {
    let transaction = try view.environment.beginRead()
    let events = try view.position(transaction).events
    self.events = events
    newestID = try view.newestID(transaction)
    func words(_ kind: Fingerprint.Kind, capacity: UInt64) throws -> BloomFilter {
      var words = BloomFilter(capacity: Int(capacity))
      try view.forEachFingerprint(kind, transaction) { words.insert($0) }
      return words
    }
    // With room to grow by half.
    let capacity = events * 3 / 2
    if kinds.contains(.id) { ids = try words(.id, capacity: capacity) }
    guard kinds.contains(.stream) else { return }
    // Nearly always there are far fewer streams than events.
    streams = try words(.stream, capacity: capacity / 4)
    if streams?.isFull ?? false { streams = try words(.stream, capacity: capacity) }
  }

  /// The kinds of which it has the words.
  var kinds: Set<Fingerprint.Kind> {
    Set((ids == nil ? [] : [.id]) + (streams == nil ? [] : [.stream]))
  }

  init() {}
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
