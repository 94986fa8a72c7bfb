import CasefileModel
import Testing

@Suite("A newer or older program's event")
struct EvolutionTests {
  private static let time = Timestamp(seconds: 1_772_449_500)

  private func line(_ data: JSONValue, type: String = "ticket.opened") -> JSONValue {
    [
      "id": .string(SampleMaker.eventID(5).description), "stream": "ticket/1",
      "type": .string(type), "occurredAt": "2026-03-02T11:05:00Z", "actor": ["kind": "system"],
      "data": data,
    ]
  }

  @Test("Unknown plain fields survive record, line and record, also in nested messages")
  func unknownFields() throws {
    var answer = WireWriter()
    answer.string(1, "tone")
    answer.varint(30, 5)
    var writer = FieldWriter()
    writer.id(1, "r-1")
    writer.raw(answer.field(5))
    // Of every wire type, and one of them repeated.
    writer.raw(WireWriter.make { $0.varint(40, .max) }.bytes)
    writer.raw(WireWriter.make { $0.fixed64(41, 7) }.bytes)
    writer.raw([0xD5, 0x02, 1, 2, 3, 4])
    writer.raw(WireWriter.make { $0.string(43, "раз") }.bytes)
    writer.raw(WireWriter.make { $0.string(43, "два") }.bytes)
    let event = Event(
      type: ReviewSubmitted.type, schemaVersion: 9, stream: try .ticket("1"),
      occurredAt: EvolutionTests.time, actor: Actor(.system), fields: writer)
    let sealed = try event.sealed()
    let shown = try EventLine.json(of: sealed.stored())
    #expect(shown["schemaVersion"] == 9)
    #expect(
      shown["data"] == [
        "reviewId": "r-1", "answers": [["criterion": "tone", "#30": "f00105"]],
        "#40": "c002ffffffffffffffffff01", "#41": "c9020700000000000000",
        "#42": "d50201020304", "#43": "da0206d180d0b0d0b7da0206d0b4d0b2d0b0",
      ])
    let again = try EventLine(parsing: Array(shown.text.utf8)).event
    try EventSchema.builtIn.check(again)
    #expect(try again.sealed().envelope == sealed.envelope)
    // A typed reader passes them over.
    let payload = try sealed.stored().payload(as: ReviewSubmitted.self)
    #expect(payload?.answers.map(\.criterion) == ["tone"])
  }

  @Test("Unknown content survives with its subject, and is never plain")
  func unknownContent() throws {
    let given = line([
      "clientId": "c-9", "#90": ["text": "Тайна"], "#91.0": ["hex": "00ff", "subject": "c-10"],
    ])
    let event = try EventLine(given).event
    try EventSchema.builtIn.check(event)
    let sealed = try event.sealed()
    #expect(!Hex.encode(sealed.envelope).contains(Hex.encode("Тайна".utf8)))
    let stored = try sealed.stored()
    #expect(stored.envelope.commitments.map(\.path) == ["90", "91.0"])
    #expect(stored.envelope.commitments.map(\.subject) == ["c-9", "c-10"])
    let shown = try EventLine.json(of: stored)
    #expect(shown["data"]?["#90"] == ["text": "Тайна", "subject": "c-9"])
    #expect(try EventLine(shown).event.sealed().content == sealed.content)
    let erased = try EventLine.json(of: sealed.stored(withContent: false))
    #expect(erased["data"]?["#90"] == .null)
    #expect(erased["erased"] == ["90", "91.0"])
    #expect(throws: Never.self) { try EventLine(erased) }
  }

  @Test(
    "What claims to be an unknown field and is none is refused",
    arguments: [
      ("#3", "1a01"), ("#2", ["text": "the subject line"]), ("#40", "1a0163"),
      ("#40", "c202ff"), ("#40", ""), ("#40", "xyz"), ("#0", "00"), ("#40", 5), ("#40", [:]),
      ("#40", ["text": 5]), ("#40", ["secret": "a"]), ("#040", "c00200"), ("#40.", ["text": "a"]),
      ("#.", ["text": "a"]), ("#99999999999", "c00200"), ("#5.1", ["text": "below a plain field"]),
    ] as [(String, JSONValue)])
  func falseFields(name: String, value: JSONValue) {
    #expect(throws: ModelError.self) { try EventLine(line(.object([.init(name, value)]))) }
  }

  @Test("An unknown enumeration number is kept on reading and refused on appending")
  func enumerations() throws {
    let event = try EventLine(line(["channel": 4_000])).event
    let error = modelError { try EventSchema.builtIn.check(event) }
    #expect(error?.code == .unknownEnumValue)
    #expect(error?.message.contains("email = 1") == true)
    let stored = try event.sealed().stored()
    let payload = try #require(try stored.payload(as: TicketOpened.self))
    #expect(payload.channel == Channel(rawValue: 4_000))
    #expect(payload.channel?.name == nil)
    #expect(try EventLine.json(of: stored)["data"] == ["channel": 4_000])
    // Typed or not, only 32 bits count, as for every protobuf reader.
    var writer = FieldWriter()
    writer.int(5, 1 << 32 + 1)
    writer.int(7, -1)
    let wide = Event(
      type: TicketOpened.type, schemaVersion: 1, stream: try .ticket("1"),
      occurredAt: EvolutionTests.time, actor: Actor(.system), fields: writer)
    let shown = try EventLine.json(of: wide.sealed().stored())
    #expect(shown["data"] == ["channel": "email", "kind": 4_294_967_295])
    #expect(try wide.sealed().stored().payload(as: TicketOpened.self)?.channel == .email)
    #expect(modelError { try EventSchema.builtIn.check(wide) }?.code == .unknownEnumValue)
  }

  @Test("An unknown event type keeps its number and fields, and is not appended anew")
  func unknownType() throws {
    var writer = FieldWriter()
    writer.string(1, "plain")
    writer.contentString(2, "secret", subject: "c-1")
    let event = Event(
      type: EventType(number: 4_711, name: ""), schemaVersion: 1, stream: try .ticket("1"),
      occurredAt: EvolutionTests.time, actor: Actor(.system), fields: writer)
    #expect(modelError { try EventSchema.builtIn.check(event) }?.code == .unknownType)
    let shown = try EventLine.json(of: event.sealed().stored())
    #expect(shown["type"] == "type 4711")
    #expect(shown["data"] == ["#1": "0a05706c61696e", "#2": ["text": "secret", "subject": "c-1"]])
    #expect(modelError { _ = try EventLine(shown) }?.code == .unknownType)
  }

  @Test("A name beside one of our numbers does not rename it")
  func falseName() throws {
    var bytes = WireWriter()
    bytes.bytes(1, SampleMaker.eventID(1).bytes)
    bytes.string(2, "ticket/1")
    bytes.varint(3, 100)
    bytes.string(5, "ticket.closed")
    bytes.fixed64(6, 0)
    Seal(position: Position(0), version: StreamVersion(1), recordedAt: .earliest, previous: .zero)
      .write(to: &bytes.bytes)
    let envelope = try Envelope(decoding: bytes.bytes.span.bytes)
    #expect(EventSchema.builtIn.typeName(of: envelope) == "ticket.opened")
    // Nobody is named as the actor of an event that names none.
    #expect(envelope.actor == Actor(Actor.Kind(rawValue: 0)))
  }

  @Test("Upcasting turns seconds of version 1 into milliseconds of version 2 on reading")
  func upcasting() throws {
    let type = EventType(number: 10_002, name: "acme.calledBack")
    struct CalledBack: EventPayload {
      static var type: EventType { EventType(number: 10_002, name: "acme.calledBack") }
      static var schemaVersion: UInt32 { 3 }
      var milliseconds: Int64?
      var note: String?
      var channel: Channel?
      init(from reader: FieldReader) throws(CodecError) {
        milliseconds = try reader.int(3)
        note = try reader.contentString(2)
        channel = try reader.enumeration(4)
      }
      func write(to writer: inout FieldWriter) {
        writer.contentString(2, note)
        writer.int(3, milliseconds)
        writer.enumeration(4, channel)
      }
    }
    var upcasters = Upcasters()
    upcasters.add(type, from: 1) { old, new throws(CodecError) in
      new.contentString(2, try old.contentString(2))
      new.int(3, try old.int(1).map { $0 * 1_000 })
    }
    upcasters.add(type, from: 2) { old, new throws(CodecError) in
      new.contentString(2, try old.contentString(2))
      new.int(3, try old.int(3))
      new.enumeration(4, Channel.phone)
    }
    var writer = FieldWriter()
    writer.int(1, 90)
    writer.contentString(2, "Перезвонил")
    let old = Event(
      type: type, schemaVersion: 1, stream: try .ticket("1"), occurredAt: EvolutionTests.time,
      actor: Actor(.system), fields: writer)
    let stored = try old.sealed().stored()
    let newest = try #require(try stored.payload(as: CalledBack.self, upcasters: upcasters))
    #expect(newest.milliseconds == 90_000)
    #expect(newest.note == "Перезвонил")
    #expect(newest.channel == .phone)
    // Without steps it is read as it was written; the stored bytes never change.
    #expect(try stored.payload(as: CalledBack.self)?.milliseconds == nil)
    #expect(try stored.payload(as: TicketOpened.self) == nil)
    let event = Event(newest, on: stored.envelope.stream, at: old.occurredAt, by: old.actor)
    #expect(event.schemaVersion == 3)
    let again = try event.sealed().stored()
    #expect(try again.payload(as: CalledBack.self, upcasters: upcasters) == newest)
  }
}

extension WireWriter {
  static func make(_ write: (inout WireWriter) -> Void) -> WireWriter {
    var writer = WireWriter()
    write(&writer)
    return writer
  }

  /// The bytes as a length-delimited field.
  fileprivate func field(_ number: UInt32) -> [UInt8] {
    WireWriter.make { $0.bytes(number, bytes) }.bytes
  }
}
