import CasefileModel
import Testing

@Suite("An embedder's own type")
struct OwnTypeTests {
  private static let type = EventType(number: 10_001, name: "acme.refundPaid")

  private func line(_ type: String, _ data: JSONValue, stream: String = "ticket/1") -> JSONValue {
    [
      "stream": .string(stream), "type": .string(type), "occurredAt": "2026-03-02T11:05:00Z",
      "actor": ["kind": "system"], "data": data,
    ]
  }

  @Test("Is registered once, under a number and name of its own")
  func registration() throws {
    var schema = EventSchema.builtIn
    try schema.register(OwnTypeTests.type, fields: [])
    #expect(schema.types.count == payloadTypes.count + 1)
    for (number, name, code) in [
      (10_001, "acme.other", .duplicateType), (10_002, "acme.refundPaid", .duplicateType),
      (10_000, "acme.other", .unknownType), (100, "acme.other", .unknownType),
      (10_002, "ticket.other", .unknownType), (10_002, "acme", .unknownType),
      (10_002, "acme.", .unknownType), (10_002, "acme.возврат", .unknownType),
      (10_002, "acme other", .unknownType),
      (10_002, "acme." + String(repeating: "x", count: 200), .unknownType),
    ] as [(UInt32, String, ModelError.Code)] {
      let error = modelError {
        try schema.register(EventType(number: number, name: name), fields: [])
      }
      #expect(error?.code == code, "\(number) \(name)")
    }
  }

  @Test("Its fields follow the rules of the vocabulary")
  func fields() {
    typealias OwnField = EventSchema.OwnField
    let wrong: [[OwnField]] = [
      [.init(0, "a", .int)], [.init(1 << 29, "a", .int)], [.init(19_000, "a", .int)],
      [.init(1, "a", .int), .init(1, "b", .int)], [.init(1, "a", .int), .init(2, "a", .int)],
      [.init(1, "", .int)], [.init(1, "#1", .int)],
      // Each of these would have been stored as a plain field, or lost.
      [.init(1, "a", .bool, isContent: true)], [.init(1, "a", .id, isContent: true)],
      [.init(1, "a", .eventID, isContent: true)],
      [.init(1, "a", .int, isContent: true, isList: true)],
      [.init(1, "a", .bytes, isList: true)], [.init(1, "a", .time, isList: true)],
      [.init(1, "a", .map, isList: true)], [.init(1, "a", .bool, isList: true)],
    ]
    for fields in wrong {
      var schema = EventSchema.builtIn
      #expect(
        modelError { try schema.register(OwnTypeTests.type, fields: fields) }?.code == .invalidType)
    }
    for subject in ["b", "a"] {
      var schema = EventSchema.builtIn
      let error = modelError {
        try schema.register(OwnTypeTests.type, subject: subject, fields: [.init(1, "a", .string)])
      }
      #expect(error?.code == .invalidType)
    }
    var schema = EventSchema.builtIn
    let error = modelError { try schema.register(OwnTypeTests.type, schemaVersion: 0, fields: []) }
    #expect(error?.code == .invalidType)
  }

  @Test("Every kind of field is written where the schema says, and read back")
  func everyKind() throws {
    let schema = try GoldenEvents.schema()
    let descriptor = try #require(schema.descriptor(named: "acme.refundPaid"))
    var maker = SampleMaker(schema: schema)
    let data = maker.data(of: descriptor)
    let event = try EventLine(line("acme.refundPaid", data), schema: schema).event
    try schema.check(event)
    #expect(event.schemaVersion == 2)
    #expect(event.contents.map(\.path) == ["3", "5", "8.0", "8.1"])
    let stored = try event.sealed().stored()
    #expect(stored.envelope.typeName == "acme.refundPaid")
    #expect(try EventLine.json(of: stored, schema: schema)["data"] == data)
    #expect(throws: ModelError(.wrongStreamKind, "")) {
      try schema.check(
        EventLine(line("acme.refundPaid", data, stream: "policy/1"), schema: schema).event)
    }
  }

  @Test("Read by a program without its registration, it shows all its fields")
  func unregisteredReader() throws {
    let schema = try GoldenEvents.schema()
    let given = line("acme.refundPaid", ["kopecks": 7, "reason": "Опоздание"])
    let stored = try EventLine(given, schema: schema).event.sealed().stored()
    let shown = try EventLine.json(of: stored)
    #expect(shown["type"] == "acme.refundPaid")
    #expect(
      shown["data"] == ["#1": "0807", "#3": ["text": "Опоздание", "subject": "ticket/1"]])
    // Appending that would make another event of it: its fields would be JSON texts.
    #expect(modelError { _ = try EventLine(shown) }?.code == .unknownType)
    #expect(
      try EventLine(shown.setting("data", to: ["kopecks": 7]), schema: schema).event.type.number
        == 10_001)
  }

  @Test("Without a registration it is stored whole as content and comes back as it was")
  func unregistered() throws {
    let data: JSONValue = [
      "who": ["name": "Иван", "phone": "+7 916 123-45-67"], "sums": [1, .number("2.50")],
    ]
    let event = try EventLine(line("acme.stockMoved", data)).event
    try EventSchema.builtIn.check(event)
    let sealed = try event.sealed()
    let stored = try sealed.stored()
    #expect(stored.envelope.typeNumber == EventType.firstOwnNumber)
    #expect(stored.envelope.body == [])
    #expect(stored.envelope.commitments.map(\.path) == ["1"])
    #expect(!Hex.encode(sealed.envelope).contains(Hex.encode("916".utf8)))
    let shown = try EventLine.json(of: stored)
    #expect(shown["type"] == "acme.stockMoved")
    #expect(shown["data"] == data)
    let erased = try EventLine.json(of: sealed.stored(withContent: false))
    #expect(erased["data"] == [:])
    #expect(erased["erased"] == ["1"])
  }

  @Test("A type that is not registered can't hold plain fields")
  func unregisteredPlain() throws {
    let type = EventType(number: EventType.firstOwnNumber, name: "acme.stockMoved")
    let fills: [(inout FieldWriter) -> Void] = [
      { $0.string(1, "Иван") }, { _ in }, { $0.contentString(1, "no JSON") },
      { $0.contentString(1, "[]") }, { $0.contentJSON(2, "{}") },
      {
        $0.contentJSON(1, "{}")
        $0.contentJSON(2, "{}")
      },
    ]
    for fill in fills {
      var writer = FieldWriter()
      fill(&writer)
      let event = Event(
        type: type, schemaVersion: 1, stream: try .ticket("1"), occurredAt: .earliest,
        actor: Actor(.system), fields: writer)
      #expect(modelError { try EventSchema.builtIn.check(event) }?.code == .unknownType)
    }
  }

  @Test("A payload that writes content among the plain fields is refused")
  func misplaced() throws {
    let schema = try GoldenEvents.schema()
    let fills: [((inout FieldWriter) -> Void, ModelError.Code)] = [
      ({ $0.string(3, "Иван") }, .personalData), ({ $0.strings(8, ["Иван"]) }, .personalData),
      ({ $0.contentString(2, "c-9") }, .wrongType), ({ $0.contentString(8, "x") }, .wrongType),
      ({ $0.contentStrings(3, ["x"]) }, .wrongType), ({ $0.string(1, "7") }, .wrongType),
      ({ $0.bool(2, true) }, .wrongType), ({ $0.int(4, 5) }, .wrongType),
      ({ $0.bytes(6, [1, 2]) }, .wrongType), ({ $0.raw([0x07]) }, .wrongType),
      ({ $0.contentBytes(3, [0xFF]) }, .invalidText),
      (
        {
          $0.contentString(3, "a")
          $0.contentString(3, "b")
        }, .wrongType
      ), ({ $0.time(4, .latest.adding(microseconds: 1)) }, .timeOutOfRange),
      ({ $0.id(2, "a@b.c") }, .personalData), ({ _ in }, .missingField),
    ]
    for (index, (fill, code)) in fills.enumerated() {
      var writer = FieldWriter()
      if index != fills.count - 1 { writer.int(1, 5) }
      fill(&writer)
      let event = Event(
        type: OwnTypeTests.type, schemaVersion: 2, stream: try .ticket("1"), occurredAt: .earliest,
        actor: Actor(.system), fields: writer)
      #expect(modelError { try schema.check(event) }?.code == code, "case \(index)")
    }
  }
}
