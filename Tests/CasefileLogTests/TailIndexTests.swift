import CasefileModel
import CasefileTesting
import LMDB
import Testing

@testable import CasefileLog

@Suite("The index in memory")
struct TailIndexTests {
  /// Words of made-up events: ids once each, few types, streams of several events, tags doubled.
  private static func words(_ count: Int, seed: UInt64) throws -> (EventWords, [Envelope]) {
    var words = EventWords()
    var envelopes: [Envelope] = []
    var seeds = SeededSeeds(seed)
    for number in 0..<count {
      var event = try Fixture.event(number + Int(seed) * 10_000)
      event.tags.append("topic:t-\(number % 4)")
      let batch = try ProposalBatch(event, id: Fixture.id(number), seeds: &seeds)
      words.append(batch, at: 0)
      let seal = Seal(
        position: Position(UInt64(number)), version: StreamVersion(1),
        recordedAt: event.occurredAt, previous: .zero)
      var bytes = batch.envelope(0).copy()
      seal.write(to: &bytes)
      envelopes.append(try Envelope(decoding: bytes.span.bytes))
      var again = EventWords()
      try again.append(bytes.span.bytes)
      // What the caller's thread finds in the proposal, another process finds in the envelope.
      #expect(again.events[0].id == words.events[number].id)
      #expect(again.events[0].stream == words.events[number].stream)
      #expect(again.events[0].type == words.events[number].type)
      #expect(again.tags[...] == words.tags[words.tags(of: number)])
    }
    return (words, envelopes)
  }

  @Test("Every word is found where it stands, newest first, within the range asked for")
  func positions() throws {
    let (words, envelopes) = try TailIndexTests.words(700, seed: 1)
    var tail = TailIndex(base: 0)
    tail.append(words, from: 0)
    #expect(tail.end == 700)
    let range: Range<UInt64> = 13..<640
    for stream in Set(envelopes.map(\.stream)) {
      let wanted = envelopes.filter { $0.stream == stream }.map(\.position.rawValue)
        .filter(range.contains)
      let found = tail.positions(.stream, Fingerprint.of(stream: stream.description), in: range)
      #expect(found == wanted.reversed())
    }
    for envelope in envelopes {
      let found = tail.positions(.id, Fingerprint.of(envelope.id), in: 0..<700)
      #expect(found == [envelope.position.rawValue])
    }
    let hasType = tail.contains(.type, Fingerprint.of(type: envelopes[0].typeNumber))
    let hasTag = tail.contains(.tag, Fingerprint.of(tag: "topic:none"))
    let few = tail.positions(.tag, Fingerprint.of(tag: "topic:t-1"), in: range, limit: 3)
    #expect(hasType && !hasTag && few.count == 3)
  }

  @Test("A stream is found among words in order and behind them as among words that are not")
  func ordered() throws {
    var seeds = SeededSeeds(8)
    func append(_ numbers: Range<Int>, to words: inout TailWords) throws {
      for number in numbers {
        let batch = try ProposalBatch(
          try Fixture.event(number), id: Fixture.id(number), seeds: &seeds)
        var bytes = batch.envelope(0).copy()
        let seal = Seal(
          position: Position(UInt64(number)), version: StreamVersion(1),
          recordedAt: .earliest, previous: .zero)
        seal.write(to: &bytes)
        try words.append(bytes.span.bytes)
      }
    }
    let streams = Set(try (0..<900).map { try Fixture.event($0).stream.description })
    #expect(streams.count > 3)
    func found(_ words: TailWords, in range: Range<UInt64>) -> [[UInt64]] {
      (streams.sorted() + ["ticket/none"]).map { stream in
        var positions: [UInt64] = []
        words.add(.stream, Fingerprint.of(stream: stream), in: range, to: &positions)
        return positions
      }
    }
    var plain = TailWords(base: 100)
    try append(0..<600, to: &plain)
    var ordered = plain
    for _ in 0..<TailWords.patience { ordered.noteStreamLookup() }
    try append(600..<900, to: &plain)
    try append(600..<900, to: &ordered)
    for range: Range<UInt64> in [0..<1_000, 100..<1_000, 250..<690, 650..<820, 720..<990, 0..<90] {
      #expect(found(ordered, in: range) == found(plain, in: range), "\(range)")
    }
    #expect(found(plain, in: 0..<1_000).joined().count == 900)
    for _ in 0..<TailWords.patience { ordered.noteStreamLookup() }
    #expect(found(ordered, in: 300..<950) == found(plain, in: 300..<950))
  }

  @Test("A block leaves in the same order whether or not its ids were asked for before")
  func asked() throws {
    let (words, envelopes) = try TailIndexTests.words(500, seed: 4)
    var asked = TailBlock(base: 0)
    var quiet = TailBlock(base: 0)
    // Ids that do not ascend, and each of them twice, as colliding fingerprints are.
    for (place, index) in (Array((0..<500).reversed()) + Array(0..<500)).enumerated() {
      asked.append(words, at: index, position: UInt64(place))
      quiet.append(words, at: index, position: UInt64(place))
      let id = Fingerprint.of(envelopes[index].id)
      if place % 7 == 0 {
        let isThere = asked.contains(.id, id)
        #expect(isThere)
      }
    }
    let last = asked.contains(.id, Fingerprint.of(envelopes[0].id))
    #expect(last)
    #expect(asked.sorted() == quiet.sorted())
    #expect(quiet.greatestID == envelopes.map { Fingerprint.of($0.id) }.max())
    var places: [UInt32] = []
    quiet.forEach(.id, Fingerprint.of(envelopes[3].id)) {
      places.append($0)
      return true
    }
    #expect(places == [503, 496])
  }

  @Test("A full block leaves as a whole, sorted as a run stores it, and the rest stays")
  func blocks() throws {
    let count = Int(IndexRun.positionsPerBlock)
    let (words, _) = try TailIndexTests.words(300, seed: 2)
    var tail = TailIndex(base: 0)
    var next: UInt64 = 0
    while next < UInt64(count + 900) {
      tail.append(words, from: next)
      next += 300
      #expect((tail.fullBlock != nil) == (next >= UInt64(count)))
    }
    // Events that are being stored fill no block.
    var storing = TailIndex(base: 0)
    for first in stride(from: 0, to: UInt64(count + 300), by: 300) {
      storing.append(words, from: first, isCommitted: false)
    }
    #expect(storing.fullBlock == nil)
    storing.committed()
    #expect(storing.fullBlock?.sorted() == tail.fullBlock?.sorted())
    let block = try #require(tail.fullBlock)
    let sorted = block.sorted()
    let isSorted = zip(sorted, sorted.dropFirst()).allSatisfy { $0 <= $1 }
    #expect(isSorted)
    #expect(sorted.filter { $0.kind == .type }.count == count)
    #expect(sorted.allSatisfy { Int($0.offset) < count })
    tail.dropFirst(until: UInt64(count))
    #expect(tail.base == UInt64(count))
    #expect(tail.fullBlock == nil)
    let id = Fingerprint.of(Fixture.id(5))
    let left = tail.positions(.id, id, in: 0..<next)
    #expect(!left.isEmpty)
    #expect(left.allSatisfy { $0 >= UInt64(count) })
  }

  @Test("A filter never denies what is there, and seldom admits what is not")
  func bloom() {
    var random = SeededRandom(8)
    var filter = BloomFilter(capacity: 20_000)
    let keys = (0..<20_000).map { _ in random.next() }
    for key in keys { filter.insert(key) }
    #expect(!filter.isFull)
    #expect(keys.allSatisfy { filter.mayHold($0) })
    let mistakes = (0..<20_000).filter { _ in filter.mayHold(random.next()) }.count
    #expect(mistakes < 600)
    for _ in 0..<2_000 { filter.insert(random.next()) }
    #expect(filter.isFull)
  }

  @Test("The filter of an index rules out newer ids at once, and unknown words once it read them")
  func filter() throws {
    let directory = try TemporaryDirectory()
    let view = try IndexView.open(at: directory.path + "/view", isReadOnly: false)
    for block in 0..<9 {
      let first = UInt64(block) * IndexRun.positionsPerBlock
      let postings = IndexRunTests.postings(block)
      #expect(try view.append(block: postings, from: first, leaf: .zero))
    }
    let end = 9 * IndexRun.positionsPerBlock
    let ids = (0..<9).flatMap { IndexRunTests.postings($0) }.filter { $0.kind == .id }
      .map(\.fingerprint)
    let newest = try #require(ids.max())
    for withWords in [false, true] {
      let kinds: Set<Fingerprint.Kind> = withWords ? [.id, .stream] : []
      let filter = try IndexFilter(view, with: kinds)
      #expect(filter.events == end)
      #expect(ids.allSatisfy { filter.mayHold(id: $0, before: end) })
      #expect((0..<50).allSatisfy { filter.mayHold(stream: $0, before: end) })
      #expect(newest == .max || !filter.mayHold(id: newest + 1, before: end))
      // It covers no more than it has read.
      #expect(filter.mayHold(id: newest, before: end + 1))
      var random = SeededRandom(1234)
      let mistakes = (0..<1000).filter { _ in
        filter.mayHold(stream: random.next(), before: end)
      }.count
      #expect(withWords ? mistakes < 50 : mistakes == 1000)
    }
  }

  @Test("A fingerprint is the same number as ever, of bytes of any length")
  func fingerprints() {
    // It is stored, so that another number would be another format: byte by byte here.
    func mix(_ value: UInt64) -> UInt64 {
      var state = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ state >> 27) &* 0x94D0_49BB_1331_11EB
      return state ^ state >> 31
    }
    func fold(_ value: UInt64) -> UInt64 {
      let product = value.multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
      return product.high ^ product.low
    }
    for size in 0...40 {
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 151 + size) }
      var state = mix(3 &+ UInt64(size) &* 0xA076_1D64_78BD_642F)
      var rest = bytes[...]
      while rest.count >= 8 {
        state = fold(state ^ rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
        rest = rest.dropFirst(8)
      }
      let wanted = mix(fold(state ^ rest.reduce(0) { $0 << 8 | UInt64($1) }))
      #expect(Fingerprint.hash(bytes.span.bytes, seed: 3) == wanted)
    }
  }

  @Test("Heads are kept with a bound, and a stream that is written on stays known")
  func heads() throws {
    var heads = StreamHeads()
    let busy = try Fixture.ticket(0)
    let fingerprint = Fingerprint.of(stream: busy.description)
    var place = heads.add(busy, fingerprint, StreamHead(version: StreamVersion(1), leaf: .zero))
    for number in 1..<3 * StreamHeads.countMax {
      // A collision of fingerprints on purpose: the names decide.
      let stream = StreamID(stored: "t/\(number)")
      _ = heads.add(
        stream, number % 1000 == 7 ? fingerprint : UInt64(number) &* 0x9E37_79B9_7F4A_7C15,
        StreamHead(version: StreamVersion(2), leaf: .zero))
      if number % 10_000 == 0 {
        heads.trim()
        let found = heads.place(of: busy, fingerprint)
        place = try #require(found)
        heads[place].version = StreamVersion(UInt64(number))
      }
    }
    #expect(heads[place].version == StreamVersion(190_000))
    let forgotten = heads.place(of: StreamID(stored: "t/1"), 0x9E37_79B9_7F4A_7C15)
    #expect(forgotten == nil)
    #expect(heads.count <= 2 * StreamHeads.countMax + 10_000)
  }

  @Test("Ids of a commit are found, whatever their bits have in common")
  func ids() {
    var ids = EventIDs()
    func found(_ high: UInt64, _ number: UInt64) -> Int? {
      ids.index(of: EventID(high: high, low: number << 40))
    }
    for round in 0..<2 {
      for number in 0..<3000 {
        let id = EventID(high: UInt64(number % 3), low: UInt64(number) << 40)
        // Every third one is added as the writer does, which knows that it is new.
        if number % 3 == 2 {
          ids.append(id)
          continue
        }
        let before = ids.index(of: id)
        let isNew = ids.insert(id)
        let isNewAgain = ids.insert(id)
        #expect(before == nil && isNew && !isNewAgain)
      }
      let places = [found(1, 4), found(2, 5), found(2, 2999), found(2, 4)]
      #expect(places == [4, 5, 2999, nil], "round \(round)")
      ids.removeAll()
    }
  }
}
