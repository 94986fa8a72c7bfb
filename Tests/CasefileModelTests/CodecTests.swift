import CasefileModel
import Testing

@Suite("The codec")
struct CodecTests {
  private func sealed(_ fill: (inout WireWriter) -> Void) -> [UInt8] {
    var writer = WireWriter.make(fill)
    Seal(position: Position(0), version: StreamVersion(1), recordedAt: .earliest, previous: .zero)
      .write(to: &writer.bytes)
    return writer.bytes
  }

  private func required(_ writer: inout WireWriter) {
    writer.bytes(1, SampleMaker.eventID(1).bytes)
    writer.string(2, "ticket/1")
    writer.varint(3, 100)
    writer.fixed64(6, 0)
  }

  private func code(_ bytes: [UInt8]) -> CodecError.Code? {
    do {
      _ = try Envelope(decoding: bytes.span.bytes)
      return nil
    } catch {
      return error.code
    }
  }

  @Test("An envelope needs an id, a stream, a type, a time and the seal")
  func required() throws {
    #expect(code(sealed { required(&$0) }) == nil)
    for missing in [1, 2, 3, 6] as [UInt32] {
      let bytes = sealed { writer in
        var all = WireWriter()
        required(&all)
        var reader = WireReader(all.bytes.span.bytes)
        while let field = try? reader.next() {
          if field.number != missing {
            writer.bytes += all.bytes[field.start..<field.end(in: reader)]
          }
        }
      }
      #expect(code(bytes) == .missingField, "field \(missing)")
      // The index reads the time only to order by it.
      if missing != 6 { #expect(throws: CodecError.self) { try EnvelopeHeader(bytes.span.bytes) } }
    }
    let whole = sealed { required(&$0) }
    #expect(code(Array(whole.dropLast())) == .wrongSeal)
    #expect(code(Array(whole.suffix(64))) == .truncated)
    #expect(code([]) == .truncated)
    for index in whole.count - 65..<whole.count {
      var damaged = whole
      damaged[index] ^= 0xFF
      let isTag = [0, 1, 10, 11, 20, 21, 30, 31, 32].contains(index - (whole.count - 65))
      #expect(code(damaged) == (isTag ? .wrongSeal : nil))
    }
  }

  @Test("Cut, oversized and malformed fields are told from each other")
  func malformed() {
    let cases: [([UInt8], CodecError.Code)] = [
      ([0x0A], .truncated), ([0x0A, 0x05, 1], .truncated), ([0x09, 1, 2], .truncated),
      ([0x0D, 1], .truncated), ([0x08, 0x80], .truncated), ([0x00], .malformed),
      ([0x0B], .malformed), ([0x0C], .malformed), ([0x0E], .malformed), ([0x0F], .malformed),
      ([0x07], .malformed),
      ([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], .truncated),
      ([0x08] + Array(repeating: 0x80, count: 10) + [0x01, 0x00], .malformed),
      ([0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02, 0x00], .malformed),
      ([0x80, 0x80, 0x80, 0x80, 0x10, 0x00], .malformed), ([0x08, 0x01], .malformed),
      ([0x12, 0x01, 0xFF], .invalidText), ([0x0A, 0x01, 0x00], .wrongSize),
      ([0xC2, 0x3E, 0x00], .wrongSize), ([0xC2, 0x3E, 0x02, 0x1A, 0x00], .wrongSize),
      ([0x4A, 0x02, 0x12, 0x05], .truncated), ([0x35, 1, 2, 3, 4], .malformed),
    ]
    for (bytes, expected) in cases {
      let whole = sealed {
        required(&$0)
        $0.bytes += bytes
      }
      #expect(code(whole) == expected, "\(bytes)")
    }
  }

  @Test("A message in two parts is their union, as every protobuf reader has it")
  func union() throws {
    let bytes = sealed { writer in
      required(&writer)
      writer.bytes(9, WireWriter.make { $0.varint(1, 1) }.bytes)
      writer.bytes(9, WireWriter.make { $0.string(2, "a-1") }.bytes)
      writer.bytes(10, WireWriter.make { $0.string(1, "crm") }.bytes)
      writer.bytes(10, WireWriter.make { $0.varint(5, .max) }.bytes)
      writer.bytes(13, WireWriter.make { $0.varint(2, 1) }.bytes)
      writer.bytes(13, WireWriter.make { $0.varint(3, 2) }.bytes)
      writer.string(12, "first")
      writer.string(12, "last")
    }
    let envelope = try Envelope(decoding: bytes.span.bytes)
    #expect(envelope.actor == Actor(.agent, "a-1"))
    #expect(envelope.origin == Origin(system: "crm", sequence: .min))
    #expect(envelope.group?.index == 1)
    #expect(envelope.group?.count == 2)
    #expect(envelope.correlation == "last")

    var writer = FieldWriter()
    writer.id(1, "r-1")
    writer.raw(WireWriter.make { $0.bytes(9, WireWriter.make { $0.string(2, "a") }.bytes) }.bytes)
    writer.raw(WireWriter.make { $0.bytes(9, WireWriter.make { $0.string(3, "b") }.bytes) }.bytes)
    let event = Event(
      type: RatingReceived.type, schemaVersion: 1, stream: try .ticket("1"),
      occurredAt: .earliest, actor: Actor(.client), fields: writer)
    let stored = try event.sealed().stored()
    let about = try EventLine.json(of: stored)["data"]?["about"]
    guard case .object(let members)? = about else {
      Issue.record("about is no object")
      return
    }
    #expect(members.count == 2)
    #expect(try stored.payload(as: RatingReceived.self)?.about != nil)
  }

  @Test("Of a field that stands twice the last counts, whatever its number; bytes may end badly")
  func repeatedFields() throws {
    for number in [1, 2, 62, 63, 64, 127, 100_000] as [UInt32] {
      for others in [[], [3], [64], [63, 64, 70], [200_000, 200_000]] as [[UInt32]]
      where !others.contains(number) {
        var body = WireWriter.make { writer in
          for other in others { writer.string(other, "other") }
          writer.string(number, "first")
          for other in others { writer.string(other, "other") }
        }.bytes
        let once = FieldReader(body: body, content: nil)
        #expect(try once.string(number) == "first")
        #expect(try once.string(number + 1 == others.first ? 5 : number + 1) == nil)
        #expect(try once.strings(number) == ["first"])
        body += WireWriter.make { $0.string(number, "last") }.bytes
        let twice = FieldReader(body: body, content: nil)
        #expect(try twice.string(number) == "last")
        #expect(try twice.strings(number) == ["first", "last"])
        // Who asks for a field that is not there comes upon bytes that can't be read too.
        let cut = FieldReader(body: Array(body.dropLast()), content: nil)
        #expect(throws: CodecError.self) { try cut.string(number) }
        #expect(throws: CodecError.self) { try cut.string(5) }
      }
    }
  }

  @Test("A content's values may stand before its subjects")
  func contentOrder() throws {
    let subject = WireWriter.make {
      $0.string(1, "c-1")
      $0.bytes(2, Array(repeating: UInt8(7), count: 32))
    }
    func content(subject index: UInt64, form: UInt64 = 1) -> [UInt8] {
      WireWriter.make {
        $0.bytes(
          3,
          WireWriter.make {
            $0.string(1, "2")
            $0.varint(2, index)
            $0.string(3, "x")
          }.bytes)
        $0.bytes(2, subject.bytes)
        $0.varint(1, form)
      }.bytes
    }
    let sound = content(subject: 0)
    let decoded = try Content(decoding: sound.span.bytes)
    #expect(decoded.value(at: "2") == [UInt8(ascii: "x")])
    for bytes in [content(subject: 1), content(subject: .max), content(subject: 0, form: 2), []] {
      #expect(throws: CodecError(.malformed, "", at: 0)) { try Content(decoding: bytes.span.bytes) }
    }
  }

  @Test("A content matches its own commitments and no others")
  func commitments() {
    let seeds = (0..<2).map { [UInt8](repeating: UInt8($0), count: 32) }
    func content(_ values: [(String, Int, UInt8)]) -> Content {
      Content(
        subjects: [.init(id: "c-1", seed: seeds[0]), .init(id: "c-2", seed: seeds[1])],
        values: values.map { Content.Value(path: $0, subject: $1, bytes: [$2]) })
    }
    let values: [(String, Int, UInt8)] = [("1", 0, 7), ("2", 1, 7), ("3", 1, 8), ("4", 0, 9)]
    let sound = content(values)
    #expect(sound.matches(sound.commitments()))
    #expect(Content().matches([]))
    var others = [content(values.dropLast()), content(values.reversed()), Content()]
    for index in values.indices {
      var changed = values
      changed[index].0 = "9"
      others.append(content(changed))
      changed = values
      changed[index].1 = 1 - changed[index].1
      others.append(content(changed))
      changed = values
      changed[index].2 += 1
      others.append(content(changed))
    }
    for other in others {
      #expect(!sound.matches(other.commitments()))
      #expect(!other.matches(sound.commitments()))
    }
  }

  @Test("An empty value is there and an absent one is not")
  func presence() throws {
    var data = TicketOpened(number: "", subject: "", entryPath: [""], secondsToFind: 0)
    data.description = nil
    let event = Event(
      data, on: try .ticket("1"), at: .earliest, by: Actor(.system), id: SampleMaker.eventID(1))
    let stored = try event.sealed().stored()
    #expect(stored.content?.value(at: "2") == [])
    #expect(stored.content?.value(at: "17") == nil)
    #expect(try stored.payload(as: TicketOpened.self) == data)
    #expect(
      try EventLine.json(of: stored)["data"]
        == ["number": "", "subject": "", "entryPath": [""], "secondsToFind": 0])
    // An empty list is none; an empty message is there.
    var rating = RatingReceived(ratingId: "r-1")
    rating.about = RatingAbout()
    let rated = Event(rating, on: try .ticket("1"), at: .earliest, by: Actor(.system))
    #expect(try EventLine.json(of: rated.sealed().stored())["data"]?["about"] == [:])
    let empty = Event(
      TicketOpened(entryPath: []), on: try .ticket("1"), at: .earliest, by: Actor(.system))
    #expect(try EventLine.json(of: empty.sealed().stored())["data"] == [:])
  }

  @Test("Maps are sorted by the bytes of their keys")
  func maps() throws {
    // Swift would put the decomposed letter after "к", by its composed form й.
    let keys = ["b", "a", "", "\u{10000}", "\u{FFFD}", "и\u{306}я", "к"]
    var writer = FieldWriter()
    writer.contentMap(1, Dictionary(uniqueKeysWithValues: keys.map { ($0, $0) }))
    let event = Event(
      type: OrderFact.type, schemaVersion: 1, stream: try .ticket("1"), occurredAt: .earliest,
      actor: Actor(.system), fields: writer)
    let sorted = event.contents.filter { $0.path.hasSuffix(".1") }.map(\.bytes)
    #expect(sorted == sorted.sorted { $0.lexicographicallyPrecedes($1) })
    #expect(sorted.count == keys.count)
  }

  @Test("Seeds are drawn once for each data subject of an event")
  func subjects() throws {
    let sent = MessageSent(
      messageId: "m-1",
      to: [
        Recipient(personId: "c-1", address: "a@b.c"), Recipient(personId: "c-2", address: "d@e.f"),
        Recipient(personId: "c-1", address: "g@h.i"), Recipient(address: "j@k.l"),
      ], body: "x", clientId: "c-1")
    let event = Event(sent, on: try .ticket("1"), at: .earliest, by: Actor(.system))
    let content = try #require(try event.sealed().stored().content)
    #expect(content.subjects.map(\.id) == ["c-1", "c-2"])
    #expect(content.values.map(\.path) == ["2.0.3", "2.1.3", "2.2.3", "2.3.3", "6"])
    #expect(content.values.map(\.subject) == [0, 1, 0, 0, 0])
    let withoutClient = Event(
      TicketNoteAdded(noteId: "n", text: "x"), on: try .ticket("1"), at: .earliest,
      by: Actor(.system))
    #expect(try withoutClient.sealed().stored().content?.subjects.map(\.id) == ["ticket/1"])
    var system = SystemSeeds()
    #expect(Set((0..<200).map { _ in system.next() }).count == 200)
  }
}

extension WireField {
  /// Where the field ends, also a varint, at which the reader stands.
  func end(in reader: borrowing WireReader) -> Int { max(end, reader.offset) }
}
