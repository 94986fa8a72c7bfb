import CasefileMerkle
import CasefileModel

/// Makes an event of every type with every field filled, from the schema's own descriptions.
struct SampleMaker {
  /// What a text field is to hold.
  typealias TextSource = (_ place: String, _ isContent: Bool) -> String

  let schema: EventSchema
  private let text: TextSource
  private let id: (Int64) -> String
  private var count: Int64 = 0

  init(
    schema: EventSchema = .builtIn,
    text: @escaping TextSource = { place, _ in "\(place) — «жалоба» \"\\\u{7F}\n№" },
    id: @escaping (Int64) -> String = { "id-\($0)" }
  ) {
    self.schema = schema
    self.text = text
    self.id = id
  }

  static let descriptors = EventSchema.builtIn.typesByName.values
    .sorted { $0.type.number < $1.type.number }

  mutating func data(of type: EventSchema.TypeDescriptor) -> JSONValue {
    object(type.fields, type.type.name)
  }

  private mutating func object(_ fields: [EventSchema.Field], _ place: String) -> JSONValue {
    var members: [JSONValue.Member] = []
    for field in fields {
      let path = "\(place).\(field.name)"
      if field.isList {
        let elements = (0..<2).map { value(of: field, "\(path).\($0)") }
        members.append(.init(field.name, .array(elements)))
      } else {
        members.append(.init(field.name, value(of: field, path)))
      }
    }
    return .object(members)
  }

  private mutating func value(of field: EventSchema.Field, _ place: String) -> JSONValue {
    count += 1
    switch field.kind {
    case .string: return .string(text(place, field.isContent))
    case .id: return .string(id(count))
    case .int: return .int([count, -count, 0, .max, .min][Int(count % 5)])
    case .bool: return .bool(count.isMultiple(of: 2))
    case .time:
      // Some before 1970, with microseconds.
      return JSONValue(Timestamp(microseconds: (count - 500) * 86_400_123_457))
    case .bytes:
      return .string(Hex.encode([0, 0x80, 0xFF] + Array(text(place, field.isContent).utf8)))
    case .eventID: return .string(SampleMaker.eventID(count).description)
    case .json:
      return ["was": .string(text(place, true)), "n": .number("-1.50e+2"), "list": [nil, true, 7]]
    case .map:
      return .object([
        .init("ключ \(count)", .string(text(place, field.isContent))),
        .init("empty", ""),
        .init(field.isContent ? text("\(place) key", true) : "z", "last"),
      ])
    case .intMap: return .object([.init("высокий", .int(-count)), .init("low", 0)])
    case .enumeration(let name):
      let words = schema.enums[name] ?? []
      return .string(words[Int(count) % words.count].name)
    case .message(let name): return object(schema.messages[name] ?? [], place)
    }
  }

  static func eventID(_ number: Int64) -> EventID {
    EventID(
      derivedAt: Timestamp("2026-03-02T11:05:00Z") ?? .earliest, UInt64(number),
      UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
  }

  /// A line with every member of the envelope.
  mutating func line(of type: EventSchema.TypeDescriptor) -> JSONValue {
    let number = Int64(type.type.number)
    return [
      "id": .string(SampleMaker.eventID(number).description),
      "stream": .string("\(type.streamKinds.first ?? "ticket")/№ \(number)"),
      "type": .string(type.type.name),
      "schemaVersion": .int(Int64(type.schemaVersion)),
      "occurredAt": "2026-03-02T14:05:00.000001+03:00",
      "zone": "Europe/Moscow",
      "uncertaintyMillis": 60_000,
      "actor": ["kind": "reviewer", "id": "a-1", "onBehalfOf": "a-2"],
      "origin": [
        "system": "crm", "externalId": "строка 7", "importBatch": "b-1", "channel": "mail",
        "sequence": -7, "basis": "imported", "sourceRecordedAt": "1969-12-31T23:59:59.999999Z",
        "file": 2, "row": 5_000_000_000,
      ],
      "causation": .string(SampleMaker.eventID(1).description),
      "correlation": "c-1",
      "group": ["id": .string(SampleMaker.eventID(2).description), "index": 2, "count": 3],
      "tenant": "t-1",
      "project": "p-1",
      "visibility": "restricted",
      "tags": ["agent:a-1", "topic:возврат"],
      "data": data(of: type),
    ]
  }

  /// The sample events of all types, in order of their numbers.
  static func events() throws -> [Event] {
    var maker = SampleMaker()
    return try descriptors.map { try EventLine(maker.line(of: $0)).event }
  }
}

extension Event {
  /// The event as the writer would store it.
  func sealed(
    at position: UInt64 = 0, version: UInt64 = 1, previous: Digest = .zero,
    recordedAt: Timestamp = Timestamp(microseconds: 1_772_449_500_000_001),
    seeds: SeededSeeds = SeededSeeds()
  ) throws -> SealedSample {
    var seeds = seeds
    let proposal = try Proposal(self, id: id ?? SampleMaker.eventID(0), seeds: &seeds)
    var bytes = proposal.bytes
    Seal(
      position: Position(position), version: StreamVersion(version), recordedAt: recordedAt,
      previous: previous
    ).write(to: &bytes)
    return SealedSample(envelope: bytes, content: proposal.content, proposal: proposal)
  }
}

/// The bytes of a stored event.
struct SealedSample {
  let envelope: [UInt8]
  let content: [UInt8]
  let proposal: Proposal

  var leaf: Digest { MerkleHash.leaf(envelope) }

  func stored(withContent: Bool = true) throws -> StoredEvent {
    StoredEvent(
      envelope: try Envelope(decoding: envelope.span.bytes), envelopeBytes: envelope, leaf: leaf,
      content: content.isEmpty || !withContent
        ? nil : try Content(decoding: content.span.bytes))
  }
}
