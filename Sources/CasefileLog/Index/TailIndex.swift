internal import CasefileModel

/// A posting: a word's fingerprint with one place where it stands.
struct Posting {
  let kind: Fingerprint.Kind
  let fingerprint: UInt64
  /// Events after the first of the run.
  let offset: UInt32
}

extension Posting: Comparable {
  static func < (left: Posting, right: Posting) -> Bool {
    (left.kind.rawValue, left.fingerprint, left.offset)
      < (right.kind.rawValue, right.fingerprint, right.offset)
  }
}

/// The words of events, all but their tags' in order: found by callers' threads, so that the
/// writer reads no envelope again.
struct EventWords {
  /// What the words of one event are, its tags aside.
  struct Event {
    let id: UInt64
    let stream: UInt64
    let type: UInt64
    /// Where its tags end among all; they begin where those of the event before end.
    let tagsEnd: Int
  }

  private(set) var events: [Event] = []
  private(set) var tags: [UInt64] = []

  var count: Int { events.count }
  /// The least fingerprint of an id; of no events the greatest that there is.
  var leastID: UInt64 {
    var least = UInt64.max
    for index in events.indices { least = min(least, events[index].id) }
    return least
  }

  func tags(of index: Int) -> Range<Int> {
    (index == 0 ? 0 : events[index - 1].tagsEnd)..<events[index].tagsEnd
  }

  mutating func removeAll() {
    events.removeAll(keepingCapacity: true)
    tags.removeAll(keepingCapacity: true)
  }

  /// Makes room for so many events with so many tags together.
  mutating func reserveCapacity(_ count: Int, tagCount: Int = 0) {
    events.reserveCapacity(count)
    tags.reserveCapacity(tagCount)
  }

  /// Finds the words of a proposal where they lie.
  mutating func append(_ proposals: ProposalBatch, at index: Int) {
    proposals.forEachTag(index) {
      tags.append(Fingerprint.hash($0, seed: UInt64(Fingerprint.Kind.tag.rawValue)))
    }
    events.append(
      Event(
        id: Fingerprint.of(proposals.items[index].id),
        stream: Fingerprint.hash(
          proposals.streamName(index), seed: UInt64(Fingerprint.Kind.stream.rawValue)),
        type: Fingerprint.of(type: proposals.items[index].typeNumber), tagsEnd: tags.count))
  }

  mutating func append(_ other: EventWords) {
    for index in 0..<other.count { append(other, at: index) }
  }

  mutating func append(_ other: EventWords, at index: Int) {
    let event = other.events[index]
    for tag in other.tags(of: index) { tags.append(other.tags[tag]) }
    events.append(
      Event(id: event.id, stream: event.stream, type: event.type, tagsEnd: tags.count))
  }

  mutating func append(_ envelope: RawSpan) throws(CodecError) {
    let seed = UInt64(Fingerprint.Kind.tag.rawValue)
    let kept = tags.count
    let header: EnvelopeHeader
    do {
      header = try EnvelopeHeader(envelope) {
        tags.append(Fingerprint.hash(envelope.extracting($0), seed: seed))
      }
    } catch {
      tags.removeLast(tags.count - kept)
      throw error
    }
    events.append(
      Event(
        id: Fingerprint.of(header.id),
        stream: Fingerprint.hash(
          envelope.extracting(header.streamRange),
          seed: UInt64(Fingerprint.Kind.stream.rawValue)),
        type: Fingerprint.of(type: header.typeNumber), tagsEnd: tags.count))
  }
}

/// The index of the newest events, which no run of the index view holds yet. In memory only, a part
/// for each block, so that a block that is on disk is dropped as a whole.
///
/// 16 bytes a posting, about four postings an event, and the table of the words: 8 MB a block.
struct TailIndex {
  /// The first position that it covers.
  private(set) var base: UInt64
  /// The position after the last one that it covers.
  private(set) var end: UInt64
  /// The position after the last one of those that is committed.
  private var committedEnd: UInt64
  private var blocks: [TailBlock] = []
  /// Kept for its memory.
  private var scratch = EventWords()

  init(base: UInt64) {
    self.base = base
    end = base
    committedEnd = base
  }

  /// Adds one event; positions come in order.
  mutating func append(_ envelope: RawSpan, at position: UInt64) throws(CodecError) {
    var words = EventWords()
    swap(&words, &scratch)
    words.removeAll()
    try words.append(envelope)
    append(words, from: position)
    swap(&words, &scratch)
  }

  /// Adds events, the first of them at `position`.
  ///
  /// - Parameter isCommitted: false while they are being stored. Readers look no further than their
  ///   snapshot, and no block leaves before `committed()`.
  mutating func append(_ words: EventWords, from position: UInt64, isCommitted: Bool = true) {
    for index in 0..<words.count {
      let blockBase = base + UInt64(blocks.count) * IndexRun.positionsPerBlock
      if position + UInt64(index) >= blockBase { blocks.append(TailBlock(base: blockBase)) }
      blocks[blocks.count - 1].append(words, at: index, position: position + UInt64(index))
    }
    end = position + UInt64(words.count)
    if isCommitted { committedEnd = end }
  }

  /// The greatest fingerprint of an id.
  var greatestID: UInt64 {
    var greatest: UInt64 = 0
    for index in blocks.indices { greatest = max(greatest, blocks[index].greatestID) }
    return greatest
  }

  /// Notes that all events are committed.
  mutating func committed() { committedEnd = end }

  /// The positions of a word within a range, newest first.
  mutating func positions(
    _ kind: Fingerprint.Kind, _ fingerprint: UInt64, in range: Range<UInt64>, limit: Int = .max
  ) -> [UInt64] {
    var found: [UInt64] = []
    for index in blocks.indices.reversed() where found.count < limit {
      let blockBase = blocks[index].base
      guard blockBase < range.upperBound else { continue }
      blocks[index].forEach(kind, fingerprint) { offset in
        let position = blockBase + UInt64(offset)
        guard position >= range.lowerBound, found.count < limit else { return false }
        if position < range.upperBound { found.append(position) }
        return true
      }
    }
    return found
  }

  /// Whether a word stands somewhere in the tail.
  mutating func contains(_ kind: Fingerprint.Kind, _ fingerprint: UInt64) -> Bool {
    // Looked at where they lie: a copy of a block counts sixteen references up and down, and this is
    // asked for each new event.
    for index in blocks.indices where blocks[index].contains(kind, fingerprint) { return true }
    return false
  }

  /// The oldest block, if all of its positions are there.
  var fullBlock: TailBlock? {
    committedEnd >= base + IndexRun.positionsPerBlock ? blocks.first : nil
  }

  /// Drops the positions before `limit`, which a run holds now: whole blocks.
  mutating func dropFirst(until limit: UInt64) {
    while base < limit {
      base += IndexRun.positionsPerBlock
      if !blocks.isEmpty { blocks.removeFirst() }
    }
    end = max(end, base)
    committedEnd = max(committedEnd, base)
  }
}

/// The index of up to 65,536 events.
struct TailBlock {
  let base: UInt64
  private var ids = WordList()
  private var streams = WordList()
  private var types = WordList()
  private var tags = WordList()
  /// The greatest fingerprint of an id: those of new events, which begin with their time, are
  /// nearly always greater, and are not looked for.
  private(set) var greatestID: UInt64 = 0

  init(base: UInt64) { self.base = base }

  func list(_ kind: Fingerprint.Kind) -> WordList {
    switch kind {
    case .id: ids
    case .stream: streams
    case .type: types
    case .tag: tags
    }
  }

  /// Hands out the offsets of a word, newest first, until `visit` says that it is enough.
  mutating func forEach(
    _ kind: Fingerprint.Kind, _ fingerprint: UInt64, _ visit: (UInt32) -> Bool
  ) {
    switch kind {
    case .id: ids.forEach(fingerprint, visit)
    case .stream: streams.forEach(fingerprint, visit)
    case .type: types.forEach(fingerprint, visit)
    case .tag: tags.forEach(fingerprint, visit)
    }
  }

  /// Whether a word stands in the block.
  mutating func contains(_ kind: Fingerprint.Kind, _ fingerprint: UInt64) -> Bool {
    switch kind {
    case .id: fingerprint <= greatestID && ids.contains(fingerprint)
    case .stream: streams.contains(fingerprint)
    case .type: types.contains(fingerprint)
    case .tag: tags.contains(fingerprint)
    }
  }

  /// Adds an event. All words but ids are sure to be asked for, at the latest when the block moves to
  /// disk, so that their tables go on at once.
  mutating func append(_ words: EventWords, at index: Int, position: UInt64) {
    let offset = UInt32(position - base)
    let event = words.events[index]
    ids.append(event.id, at: offset)
    greatestID = max(greatestID, event.id)
    streams.append(event.stream, at: offset)
    streams.learn()
    types.append(event.type, at: offset)
    types.learn()
    for tag in words.tags(of: index) { tags.append(words.tags[tag], at: offset) }
    tags.learn()
  }

  /// All postings in the order in which a run stores them.
  func sorted() -> [Posting] {
    var postings: [Posting] = []
    postings.reserveCapacity(Fingerprint.Kind.allCases.reduce(0) { $0 + list($1).count })
    for kind in Fingerprint.Kind.allCases {
      list(kind).forEachSorted {
        postings.append(Posting(kind: kind, fingerprint: $0, offset: $1))
      }
    }
    return postings
  }
}
