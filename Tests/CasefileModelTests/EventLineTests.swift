import CasefileModel
import Testing

@Suite("An event line")
struct EventLineTests {
  @Test("Every type's sample survives line, record, line and record with the same bytes")
  func roundTrip() throws {
    let events = try SampleMaker.events()
    #expect(events.count == payloadTypes.count)
    for event in events {
      let sealed = try event.sealed()
      let line = try EventLine.json(of: sealed.stored()).text
      let again = try EventLine(parsing: Array(line.utf8)).event
      #expect(again == event, "\(event.type)")
      let repeated = try again.sealed()
      #expect(repeated.envelope == sealed.envelope, "\(event.type)")
      #expect(repeated.content == sealed.content, "\(event.type)")
      #expect(try EventLine.json(of: repeated.stored()).text == line)
      try EventSchema.builtIn.check(again)
    }
  }

  @Test("The line of a stored event holds the data that was given")
  func data() throws {
    var maker = SampleMaker()
    for descriptor in SampleMaker.descriptors {
      let given = maker.line(of: descriptor)
      let stored = try EventLine(given).event.sealed().stored()
      let shown = try EventLine.json(of: stored)
      for name in [
        "id", "stream", "type", "schemaVersion", "zone", "uncertaintyMillis", "actor", "origin",
        "causation", "correlation", "group", "tenant", "project", "visibility", "tags",
      ] {
        #expect(shown[name] == given[name], "\(descriptor.type) \(name)")
      }
      #expect(sorted(shown["data"]) == sorted(given["data"]), "\(descriptor.type)")
      #expect(shown["occurredAt"] == "2026-03-02T11:05:00.000001Z")
      #expect(shown["erased"] == .array([]))
    }
  }

  /// Maps come back sorted by the bytes of their keys.
  private func sorted(_ value: JSONValue?) -> JSONValue? {
    switch value {
    case .object(let members):
      .object(
        members.map { .init($0.name, sorted($0.value) ?? .null) }
          .sorted { $0.name.isBefore($1.name) })
    case .array(let values): .array(values.map { sorted($0) ?? .null })
    default: value
    }
  }

  @Test("Every typed payload equals what its line gives back")
  func payloads() throws {
    let events = try SampleMaker.events()
    for (event, type) in zip(events, payloadTypes) {
      #expect(event.type == type.type)
      try expectRoundTrip(event, type)
    }
  }

  private func expectRoundTrip<Payload: EventPayload>(
    _ event: Event, _ type: Payload.Type
  ) throws {
    let payload = try #require(try event.sealed().stored().payload(as: type), "\(type)")
    let typed = Event(payload, on: event.stream, at: event.occurredAt, by: event.actor)
    #expect(typed.body == event.body, "\(type)")
    #expect(typed.contents == event.contents, "\(type)")
    #expect(typed.schemaVersion == event.schemaVersion)
    try EventSchema.builtIn.check(typed)
    let line = try EventLine.json(of: typed.sealed().stored()).text
    let again = try EventLine(parsing: Array(line.utf8)).event.sealed().stored()
    #expect(try again.payload(as: type) == payload, "\(type)")
  }

  @Test("A line needs stream, type, occurredAt, actor and data, and no more")
  func required() throws {
    let line: JSONValue = [
      "stream": "ticket/1", "type": "ticket.tagged", "occurredAt": "2026-03-02T11:05:00Z",
      "actor": ["kind": "system"], "data": ["tag": "vip"],
    ]
    let event = try EventLine(line).event
    #expect(event.id == nil)
    #expect(event.visibility == .public)
    guard case .object(let members) = line else { return }
    for index in members.indices {
      var fewer = members
      fewer.remove(at: index)
      #expect(throws: ModelError.missing) { try EventLine(.object(fewer)) }
      var nulled = members
      nulled[index] = .init(members[index].name, .null)
      #expect(throws: ModelError.missing) { try EventLine(.object(nulled)) }
    }
  }

  @Test("Members that the log adds are taken and ignored")
  func ignored() throws {
    let sealed = try SampleMaker.events()[0].sealed(at: 41, version: 7)
    let line = try EventLine.json(of: sealed.stored())
    #expect(line["position"] == 41)
    #expect(line["version"] == 7)
    #expect(line["leaf"] == .string(sealed.leaf.description))
    #expect(try EventLine(line).expectedVersion == nil)
  }

  @Test("A misspelt member is refused, and the right one is named")
  func misspelt() throws {
    let error = modelError {
      _ = try EventLine([
        "stream": "ticket/1", "type": "ticket.tagged", "occuredAt": "2026-03-02T11:05:00Z",
        "actor": ["kind": "system"], "data": ["tag": "vip"],
      ])
    }
    #expect(error?.code == .unknownField)
    #expect(error?.message.contains("is it occurredAt?") == true)
  }

  @Test("Large and negative numbers of the envelope stay exact")
  func numbers() throws {
    var event = try SampleMaker.events()[0]
    event.origin = Origin(sequence: .min, file: .max, row: UInt64(Int64.max))
    event.uncertaintyMilliseconds = .max
    event.group = ActionGroup(id: SampleMaker.eventID(1), index: .max, count: .max)
    let line = try EventLine.json(of: event.sealed().stored()).text
    #expect(try EventLine(parsing: Array(line.utf8)).event == event)
  }

  @Test("Erased content is null in the line, and its paths are listed")
  func erased() throws {
    for event in try SampleMaker.events() where !event.contents.isEmpty {
      let stored = try event.sealed().stored(withContent: false)
      let line = try EventLine.json(of: stored)
      let paths = stored.envelope.commitments.map { JSONValue.string($0.path) }
      #expect(line["erased"] == .array(paths), "\(event.type)")
      let descriptor = try #require(EventSchema.builtIn.descriptor(named: event.type.name))
      for field in descriptor.fields where field.isContent {
        #expect(line["data"]?[field.name] == .null, "\(event.type).\(field.name)")
      }
    }
  }

  @Test("Two canonically equal keys of a map are one member too many")
  func canonicalKeys() {
    // Swift compares texts by canonical equivalence; a map of both would lose one of them.
    #expect(throws: ModelError.self) { try JSONValue(JSONText("{\"\u{439}\":1,\"и\u{306}\":2}")) }
  }
}

extension ModelError {
  static let missing = ModelError(.missingField, "")
}
