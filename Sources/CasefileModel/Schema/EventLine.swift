/// One event as a line of JSON: what `append` takes and `log read` prints.
///
/// Described by `Schemas/casefile/v1/event.schema.json`.
public struct EventLine: Hashable, Sendable {
  /// The event.
  public var event: Event
  /// The version that its stream must have before, 0 for a new stream; nil: any.
  public var expectedVersion: StreamVersion?

  private static let members: Set<String> = [
    "id", "stream", "type", "schemaVersion", "occurredAt", "zone", "uncertaintyMillis", "actor",
    "origin", "causation", "correlation", "group", "tenant", "project", "tags", "visibility",
    "data", "expectedVersion", "position", "version", "recordedAt", "previous", "leaf", "erased",
  ]

  /// Reads a line.
  ///
  /// - Throws: `ModelError` with the byte where the text is no JSON, else with the member's name.
  public init(
    parsing line: some Collection<UInt8>, schema: EventSchema = .builtIn
  ) throws(ModelError) {
    guard line.count <= Limits.lineSizeBytes else {
      throw ModelError(
        .tooLarge, "the line has \(line.count) bytes; the limit is \(Limits.lineSizeBytes)")
    }
    try self.init(JSONValue(parsing: line), schema: schema)
  }

  /// Reads the JSON form of an event.
  ///
  /// - Throws: `ModelError` with the member's name.
  public init(_ json: JSONValue, schema: EventSchema = .builtIn) throws(ModelError) {
    guard case .object(let members) = json else {
      throw ModelError(.wrongType, "the line is \(json.kindName); it should be an object")
    }
    for member in members where !EventLine.members.contains(member.name) {
      let near = NearMatch.best(for: member.name, in: EventLine.members.sorted())
      throw ModelError(
        .unknownField,
        "an event has no member of that name" + (near.map { "; is it \($0)?" } ?? ""))
    }
    func present(_ name: String) -> JSONValue? {
      // A `nil` beside a JSONValue would be its null.
      guard let value = json[name], value != .null else { return Optional.none }
      return value
    }
    func required(_ name: String) throws(ModelError) -> JSONValue {
      guard let value = present(name) else {
        throw ModelError(.missingField, "\(name) is required")
      }
      return value
    }
    func text(_ name: String) throws(ModelError) -> String? {
      guard let value = present(name) else { return nil }
      return try value.asText(name)
    }
    let stream = try StreamID(try required("stream").asText("stream"))
    let name = try required("type").asText("type")
    let occurredAt = try required("occurredAt").asTime("occurredAt")
    let actor = try Actor(json: required("actor"))
    event = try EventLine.event(
      named: name, data: required("data"), on: stream, at: occurredAt, by: actor, json: json,
      schema: schema)
    if let id = present("id") { event.id = try id.asEventID("id") }
    event.zone = try text("zone")
    if let value = present("uncertaintyMillis") {
      event.uncertaintyMilliseconds = try value.asSmall("uncertaintyMillis")
    }
    if let value = present("origin") { event.origin = try Origin(json: value) }
    if let value = present("causation") { event.causation = try value.asEventID("causation") }
    event.correlation = try text("correlation")
    if let value = present("group") { event.group = try ActionGroup(json: value) }
    event.tenant = try text("tenant")
    event.project = try text("project")
    if let value = present("visibility") {
      event.visibility = try value.asEnum("visibility")
    }
    if let value = present("tags") {
      guard case .array(let tags) = value else {
        throw ModelError(.wrongType, "tags is \(value.kindName); it should be a list")
      }
      for tag in tags { event.tags.append(try tag.asText("tags")) }
    }
    if let value = present("expectedVersion") {
      expectedVersion = StreamVersion(try value.asCount("expectedVersion"))
    }
  }

  private static func event(
    named name: String, data: JSONValue, on stream: StreamID, at occurredAt: Timestamp,
    by actor: Actor, json: JSONValue, schema: EventSchema
  ) throws(ModelError) -> Event {
    var writer = FieldWriter()
    guard let descriptor = schema.descriptor(named: name) else {
      try schema.checkOwnName(name)
      guard case .object(let members) = data else {
        throw ModelError(.wrongType, "data is \(data.kindName); it should be an object")
      }
      guard !members.contains(where: { EventSchema.carriedSuffix($0.name) != nil }) else {
        throw ModelError(
          .unknownType,
          "the line was printed where the event's type was not known; register the type, or print "
            + "the line by a program that knows it")
      }
      writer.contentJSON(1, JSONText(data.text))
      return Event(
        type: EventType(number: EventType.firstOwnNumber, name: name), schemaVersion: 1,
        stream: stream, occurredAt: occurredAt, actor: actor, fields: writer)
    }
    try schema.write(data, as: descriptor, to: &writer)
    var schemaVersion = descriptor.schemaVersion
    if let value = json["schemaVersion"], value != .null {
      schemaVersion = try value.asSmall("schemaVersion")
    }
    return Event(
      type: descriptor.type, schemaVersion: schemaVersion, stream: stream, occurredAt: occurredAt,
      actor: actor, fields: writer)
  }

  /// The line of a stored event: what a caller gave and what the log added. Members that have no
  /// value are null; a content field that was erased is null and its path is listed in `erased`.
  ///
  /// - Throws: `CodecError` if the body is not of its type.
  public static func json(
    of stored: StoredEvent, schema: EventSchema = .builtIn
  ) throws(CodecError) -> JSONValue {
    let envelope = stored.envelope
    let (data, erased) = try schema.data(of: stored)
    return [
      "id": .string(envelope.id.description),
      "stream": .string(envelope.stream.description),
      "type": .string(schema.typeName(of: envelope)),
      "schemaVersion": .int(Int64(envelope.schemaVersion)),
      "occurredAt": JSONValue(envelope.occurredAt),
      "zone": JSONValue(envelope.zone),
      "uncertaintyMillis": JSONValue(envelope.uncertaintyMilliseconds.map { UInt64($0) }),
      "actor": envelope.actor.json,
      "origin": envelope.origin?.json ?? .null,
      "causation": JSONValue(envelope.causation?.description),
      "correlation": JSONValue(envelope.correlation),
      "group": envelope.group?.json ?? .null,
      "tenant": JSONValue(envelope.tenant),
      "project": JSONValue(envelope.project),
      "tags": .array(envelope.tags.map { .string($0) }),
      "visibility": envelope.visibility.json,
      "data": data,
      "erased": .array(erased.map { .string($0) }),
      "position": JSONValue(envelope.position.rawValue),
      "version": JSONValue(envelope.version.rawValue),
      "recordedAt": JSONValue(envelope.recordedAt),
      "previous": .string(envelope.previous.description),
      "leaf": .string(stored.leaf.description),
    ]
  }
}
