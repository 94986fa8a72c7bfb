import CasefileModel
import Testing

@Suite("Proposals of a batch")
struct ProposalBatchTests {
  /// An event of each type, and one whose content has two subjects.
  private static func events() throws -> [Event] {
    var fields = FieldWriter()
    fields.contentString(1, "one", subject: "client/c-1")
    fields.contentString(2, "two")
    fields.contentString(3, "three", subject: "client/c-1")
    let mixed = Event(
      type: EventType(number: 10_001, name: "own.mixed"), schemaVersion: 1,
      stream: try .ticket("9"), occurredAt: .earliest, actor: Actor(.system), fields: fields)
    return try SampleMaker.events() + [mixed]
  }

  private static func batch(
    _ events: [Event], _ range: Range<Int>, _ seeds: DrawnSeeds
  ) throws -> ProposalBatch {
    var batch = ProposalBatch(of: events, from: range.lowerBound, capacity: range.count)
    var seeds = seeds
    for index in range {
      try batch.appendNext(
        of: events.span, id: SampleMaker.eventID(Int64(index)), seeds: &seeds)
    }
    return batch
  }

  @Test("Are the same bytes as each of them alone, however they are put together")
  func parts() throws {
    let events = try ProposalBatchTests.events()
    var seeds = SeededSeeds()
    let alone = try events.indices.map {
      try Proposal(events[$0], id: SampleMaker.eventID(Int64($0)), seeds: &seeds)
    }
    for middle in [0, 1, events.count / 2, events.count - 1] {
      var source = SeededSeeds()
      let drawn = DrawnSeeds.draw(for: events.span, from: &source, marked: middle)
      var batch = try ProposalBatchTests.batch(events, 0..<middle, drawn.all)
      batch.hashBeginnings()
      var rest = try ProposalBatchTests.batch(events, middle..<events.count, drawn.fromMarked)
      rest.hashBeginnings()
      batch.append(rest)
      #expect(batch.count == events.count)
      #expect(batch.sizeBytes == alone.reduce(0) { $0 + $1.sizeBytes })
      for (index, proposal) in alone.enumerated() {
        let envelope = batch.envelope(index).copy()
        #expect(envelope == proposal.bytes)
        #expect(batch.content(index).copy() == proposal.content)
        #expect(batch.items[index].plainSizeBytes == proposal.plainSizeBytes)
        #expect(batch.items[index].id == proposal.id)
        #expect(batch.stream(index) == events[index].stream)
        #expect(batch.items[index].typeNumber == events[index].type.number)
        let name = batch.streamName(index).copy()
        #expect(name == Array(events[index].stream.description.utf8))
        var tags: [[UInt8]] = []
        batch.forEachTag(index) { tags.append($0.copy()) }
        #expect(tags == events[index].tags.map { Array($0.utf8) })
        let leaf = batch.leaf(index).digest(of: envelope.span.bytes)
        #expect(leaf == PrefixedHash.digest(0, envelope.span.bytes))
      }
      batch.letGoOfEvents()
      #expect(events.indices.allSatisfy { batch.stream($0) == events[$0].stream })
    }
  }

  @Test("Have leaf hashes that go on from beginnings of any two lengths")
  func beginnings() {
    let message = (0..<400).map { UInt8(truncatingIfNeeded: $0 * 29 + 3) }
    for left in [0, 1, 62, 63, 64, 126, 127, 128, 200, 255, 300] {
      for right in [0, 62, 63, 127, 190, 191, 299] {
        let pair = HashBeginning.pair(
          5, message.span.bytes.extracting(first: left),
          message.span.bytes.extracting(last: right))
        let first = pair.0.digest(of: message.span.bytes)
        #expect(first == PrefixedHash.digest(5, message.span.bytes))
        let second = pair.1.digest(of: message.span.bytes.extracting(last: right))
        #expect(second == PrefixedHash.digest(5, message.span.bytes.extracting(last: right)))
      }
    }
  }

  @Test("Of a tag, the part behind its kind is an id by itself")
  func tagIDs() throws {
    var event = try SampleMaker.events()[0]
    for (tag, code) in [
      ("client:", .invalidID), ("client:+79161234567", .personalData),
      ("+7 (495):123 45 67 89", nil), ("client:a@b.ru", .personalData), ("a:b:", nil),
      ("client:1234567890", nil), ("client:c-\u{1F}", .invalidID),
    ] as [(String, ModelError.Code?)] {
      event.tags = [tag]
      guard let code else {
        _ = try event.sealed()
        continue
      }
      #expect(modelError { _ = try event.sealed() }?.code == code, "\(tag.count)")
    }
  }
}

@Suite("A look at an id, eight bytes at a time")
struct OpaqueIDLookTests {
  @Test("Sees control characters and at signs at any place, and nothing else")
  func places() {
    for byte in UInt8.min...UInt8(0x7F) {
      for size in 1...19 {
        for place in 0..<size {
          var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: size)
          bytes[place] = byte
          let text = String(decoding: bytes, as: UTF8.self)
          let isControl = byte < 0x20 || byte == 0x7F
          let isColon = byte == UInt8(ascii: ":") && place == size - 1
          #expect(OpaqueID.isPlain(tag: text) == !(isControl || byte == 0x40 || isColon))
          let passes = OpaqueID.passes(bytes.span.bytes)
          #expect(passes == !isControl)
        }
      }
    }
  }

  @Test("Counts the digits of a text in any letters as they are counted one by one")
  func digits() {
    var random = SeededRandom(11)
    let letters = Array("0123456789/:;09йж€😀az+ ()")
    for _ in 0..<4000 {
      let text = String(
        (0..<Int.random(in: 1...24, using: &random)).map { _ in
          letters[Int.random(in: letters.indices, using: &random)]
        })
      let count = text.utf8.filter { (0x30...0x39).contains($0) }.count
      #expect(OpaqueID.isPlain(tag: text) == (count < 10 && text.utf8.last != 0x3A))
    }
  }
}
