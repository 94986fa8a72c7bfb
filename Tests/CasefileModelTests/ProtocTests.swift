import CasefileModel
import Foundation
import Testing

/// What our codec writes, Google's reads, and the other way round.
@Suite(
  "Protobuf's own compiler",
  .enabled(if: Tool.protoc != nil, "protoc is missing: apt-get install protobuf-compiler"))
struct ProtocTests {
  private static let bodyOffset: UInt32 = 1_000

  /// A message of all envelopes, contents and bodies, so that one call does for all types.
  private static func batchProto() throws -> String {
    var lines = [
      "syntax = \"proto3\";", "package casefile.check;", "import \"casefile/v1/envelope.proto\";",
      "import \"casefile/v1/content.proto\";", "import \"casefile/v1/events.proto\";",
      "message Batch {", "repeated casefile.v1.Envelope envelopes = 1;",
      "repeated casefile.v1.Content contents = 2;",
    ]
    for (number, message) in try messageNames() {
      lines.append("casefile.v1.\(message) body_\(number) = \(bodyOffset + number);")
    }
    return (lines + ["}"]).joined(separator: "\n")
  }

  /// The messages of `events.proto` with the option `event_type`.
  private static func messageNames() throws -> [(number: UInt32, message: String)] {
    let url = Repository.schemas.appending(path: "casefile/v1/events.proto")
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    let option = "  option (casefile.v1.event_type) = "
    return zip(lines, lines.dropFirst()).compactMap { line, next in
      guard line.hasPrefix("message "), next.hasPrefix(option),
        let number = UInt32(next.dropFirst(option.count).dropLast())
      else { return nil }
      return (number, String(line.dropFirst("message ".count).dropLast(2)))
    }
  }

  private static func run(_ mode: String, _ input: [UInt8]) throws -> Tool.Answer {
    let directory = try TemporaryDirectory()
    _ = try directory.write(batchProto(), to: "batch.proto")
    let path = try #require(Tool.protoc)
    let answer = try Tool.run(
      path,
      [
        "-I", Repository.schemas.path, "-I", directory.url.path, "\(mode)=casefile.check.Batch",
        "batch.proto",
      ] + (mode == "--encode" ? ["--deterministic_output"] : []), input: input)
    #expect(answer.status == 0, "\(answer.errors)")
    return answer
  }

  @Test("Every type has one message of the proto file")
  func messages() throws {
    let names = try ProtocTests.messageNames()
    #expect(names.map(\.number) == payloadTypes.map { $0.type.number })
    #expect(names.map(\.message) == payloadTypes.map { String(describing: $0) })
  }

  @Test("protoc reads every type's envelope, content and body and writes the same bytes again")
  func decode() throws {
    var batch = WireWriter()
    let sealed = try SampleMaker.events().enumerated().map { index, event in
      try event.sealed(
        at: UInt64(index), version: .max, previous: Commitment.hash(of: [], path: "", seed: []))
    }
    for sample in sealed { batch.bytes(1, sample.envelope) }
    for sample in sealed where !sample.content.isEmpty { batch.bytes(2, sample.content) }
    for sample in sealed {
      let envelope = try sample.stored().envelope
      batch.bytes(ProtocTests.bodyOffset + envelope.typeNumber, envelope.body)
    }
    let text = try ProtocTests.run("--decode", batch.bytes).text
    // A field that its message doesn't know stands there by its number.
    let unknown = text.split(separator: "\n").filter {
      $0.drop { $0 == " " }.first?.isNumber == true
    }
    #expect(unknown == [])
    #expect(text.split(separator: "\n").count { $0.hasPrefix("envelopes {") } == sealed.count)
    let again = try ProtocTests.run("--encode", Array(text.utf8)).output
    #expect(again == batch.bytes)
  }

  @Test("Bodies that protoc writes from text are ours, byte for byte, and read as the same values")
  func encode() throws {
    var maker = SampleMaker()
    var text = ""
    var events: [Event] = []
    for descriptor in SampleMaker.descriptors {
      let line = maker.line(of: descriptor)
      events.append(try EventLine(line).event)
      let writer = TextFormat(schema: maker.schema)
      text += "body_\(descriptor.type.number) {\n"
      text += writer.message(try #require(line["data"]), descriptor.fields)
      text += "}\n"
    }
    let bytes = try ProtocTests.run("--encode", Array(text.utf8)).output
    var bodies: [UInt32: [UInt8]] = [:]
    var reader = WireReader(bytes.span.bytes)
    while let field = try reader.next() {
      bodies[field.number - ProtocTests.bodyOffset] = Array(bytes[field.range])
    }
    #expect(bodies.count == events.count)
    for (event, type) in zip(events, payloadTypes) {
      let body = try #require(bodies[event.type.number])
      #expect(body == event.body, "\(event.type)")
      try expectEqual(body, event, type)
    }
  }

  private func expectEqual<Payload: EventPayload>(
    _ body: [UInt8], _ event: Event, _ type: Payload.Type
  ) throws {
    let content = try event.sealed().stored().content
    let theirs = try Payload(from: FieldReader(body: body, content: content))
    let ours = try Payload(from: FieldReader(body: event.body, content: content))
    #expect(theirs == ours)
  }

  @Test("An envelope and a content that protoc writes from text read as what the text says")
  func envelope() throws {
    let bytes = try ProtocTests.run("--encode", Array(ProtocTests.sampleText.utf8)).output
    var parts: [[UInt8]] = []
    var reader = WireReader(bytes.span.bytes)
    while let field = try reader.next() { parts.append(Array(bytes[field.range])) }
    try #require(parts.count == 2)
    let (envelopeBytes, contentBytes) = (parts[0], parts[1])
    let envelope = try Envelope(decoding: envelopeBytes.span.bytes)
    #expect(envelope.id.description == "00010203-0405-0607-0809-0a0b0c0d0e0f")
    #expect(envelope.stream == (try StreamID("ticket/№ 7")))
    #expect(envelope.typeNumber == 10_001)
    #expect(envelope.typeName == "acme.refundPaid")
    #expect(envelope.schemaVersion == 3)
    #expect(envelope.occurredAt.microseconds == -1)
    #expect(envelope.zone == "Europe/Moscow")
    #expect(envelope.uncertaintyMilliseconds == 0)
    #expect(envelope.actor == Actor(.reviewer, "a-1", onBehalfOf: "a-2"))
    #expect(
      envelope.origin
        == Origin(
          system: "crm", externalID: "7", importBatch: "b", channel: "mail", sequence: .min,
          basis: .enteredLater, sourceRecordedAt: Timestamp(microseconds: 0), file: 2, row: .max))
    #expect(envelope.causation == EventID(high: 0, low: 1))
    #expect(envelope.correlation == "c")
    #expect(envelope.group == ActionGroup(id: EventID(high: 0, low: 2), index: 1, count: 2))
    #expect(envelope.tenant == "t")
    #expect(envelope.project == "p")
    #expect(envelope.visibility == .restricted)
    #expect(envelope.tags == ["agent:a", "тема:б"])
    #expect(envelope.body == [0x08, 0x01])
    #expect(
      envelope.commitments
        == [Commitment(path: "5.0.4", subject: "c-1", hash: try #require(ProtocTests.hash))])
    #expect(envelope.position == Position(.max))
    #expect(envelope.version == StreamVersion(1))
    #expect(envelope.recordedAt.microseconds == 1_772_449_500_000_001)
    #expect(envelope.previous == .zero)
    let header = try EnvelopeHeader(envelopeBytes.span.bytes)
    #expect(header.id == envelope.id)
    #expect(header.typeNumber == 10_001)

    let content = try Content(decoding: contentBytes.span.bytes)
    #expect(content.subjects.map(\.id) == ["c-1", "ticket/7"])
    #expect(content.subjects.map(\.seed.count) == [32, 32])
    #expect(
      content.values == [
        .init(path: "2", subject: 0, bytes: Array("Счёт".utf8)),
        .init(path: "5.0.4", subject: 1, bytes: []),
      ])
    #expect(content.encoded() == contentBytes)
  }

  private static let hash = Digest(
    Array("0123456789abcdef0123456789abcdef".utf8))

  private static let sampleText = #"""
    envelopes {
      id: "\000\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017"
      stream: "ticket/№ 7"  type: 10001  schema_version: 3  type_name: "acme.refundPaid"
      occurred_at: -1  zone: "Europe/Moscow"  uncertainty_millis: 0
      actor { kind: REVIEWER id: "a-1" on_behalf_of: "a-2" }
      origin {
        system: "crm" external_id: "7" import_batch: "b" channel: "mail"
        sequence: -9223372036854775808 basis: ENTERED_LATER source_recorded_at: 0 file: 2
        row: 18446744073709551615
      }
      causation: "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\001"  correlation: "c"
      group { id: "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\002" index: 1 count: 2 }
      tenant: "t"  project: "p"  visibility: RESTRICTED  tags: "agent:a"  tags: "тема:б"
      body: "\010\001"
      commitments { path: "5.0.4" subject: "c-1" hash: "0123456789abcdef0123456789abcdef" }
      position: 18446744073709551615  version: 1  recorded_at: 1772449500000001
      previous: "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    }
    contents {
      form: 1
      subjects { id: "c-1" seed: "0123456789abcdef0123456789abcdef" }
      subjects { id: "ticket/7" seed: "fedcba9876543210fedcba9876543210" }
      values { path: "2" value: "Счёт" }
      values { path: "5.0.4" subject: 1 value: "" }
    }
    """#
}

/// Writes data as protobuf's text format, by the rules of `Tools/generate` for names.
private struct TextFormat {
  let schema: EventSchema

  func message(_ data: JSONValue, _ fields: [EventSchema.Field]) -> String {
    var text = ""
    for field in fields where !field.isContent {
      guard let value = data[field.name] else { continue }
      if case .array(let elements) = value {
        for element in elements { text += self.field(element, field) }
      } else {
        text += self.field(value, field)
      }
    }
    return text
  }

  private func field(_ value: JSONValue, _ field: EventSchema.Field) -> String {
    let name = snake(field.name)
    switch (field.kind, value) {
    case (.time, .string(let text)): return "\(name): \(Timestamp(text)?.microseconds ?? 0)\n"
    case (.bytes, .string(let text)): return "\(name): \(quoted(Hex.decode(text) ?? []))\n"
    case (.eventID, .string(let text)): return "\(name): \(quoted(EventID(text)?.bytes ?? []))\n"
    case (.enumeration(let type), .string(let word)):
      return "\(name): \(snake(type).uppercased())_\(snake(word).uppercased())\n"
    case (.message(let type), _):
      return "\(name) {\n\(message(value, schema.messages[type] ?? []))}\n"
    case (.map, .object(let members)), (.intMap, .object(let members)):
      // Reversed: protoc sorts by key, as we do.
      return members.reversed().map {
        "\(name) { key: \(quoted($0.name.utf8)) value: \(scalar($0.value)) }\n"
      }.joined()
    default: return "\(name): \(scalar(value))\n"
    }
  }

  private func scalar(_ value: JSONValue) -> String {
    if case .string(let text) = value { return quoted(text.utf8) }
    return value.text
  }

  private func quoted(_ bytes: some Sequence<UInt8>) -> String {
    "\""
      + bytes.map { byte in
        "\\" + [byte >> 6, byte >> 3 & 7, byte & 7].map { String($0) }.joined()
      }.joined() + "\""
  }

  private func snake(_ name: String) -> String {
    var snake = ""
    for character in name {
      if character.isUppercase, let last = snake.last, last.isLowercase || last.isNumber {
        snake += "_"
      }
      snake += character.lowercased()
    }
    return snake
  }
}
