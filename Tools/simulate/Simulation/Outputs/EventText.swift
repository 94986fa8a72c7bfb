package import CasefileModel

/// Events as lines of NDJSON, the form that `casefile append` takes.
package struct EventText {
  private let schema = EventSchema.builtIn

  package init() {}

  /// The line of an event, without its end. Members that say nothing are left out.
  ///
  /// - Throws: `CodecError` for an event whose body is not of its type: a mistake in the simulator.
  package func line(_ event: Event) throws -> [UInt8] {
    var members: [JSONValue.Member] = []
    members.reserveCapacity(12)
    if let id = event.id { members.append(.init("id", .string(id.description))) }
    members.append(.init("stream", .string(event.stream.description)))
    members.append(.init("type", .string(event.type.name)))
    members.append(.init("occurredAt", JSONValue(event.occurredAt)))
    if let zone = event.zone { members.append(.init("zone", .string(zone))) }
    if let uncertainty = event.uncertaintyMilliseconds {
      members.append(.init("uncertaintyMillis", .int(Int64(uncertainty))))
    }
    members.append(.init("actor", EventText.json(event.actor)))
    if let origin = event.origin { members.append(.init("origin", EventText.json(origin))) }
    if let group = event.group {
      members.append(
        .init(
          "group",
          [
            "id": .string(group.id.description), "index": .int(Int64(group.index)),
            "count": .int(Int64(group.count)),
          ]))
    }
    if !event.tags.isEmpty {
      members.append(.init("tags", .array(event.tags.map { .string($0) })))
    }
    if event.visibility != .public {
      members.append(.init("visibility", JSONValue(event.visibility.name)))
    }
    members.append(.init("data", try schema.data(of: event)))
    var writer = JSONWriter()
    writer.write(.object(members))
    return writer.bytes
  }

  private static func json(_ actor: Actor) -> JSONValue {
    var members: [JSONValue.Member] = [.init("kind", JSONValue(actor.kind.name))]
    if let id = actor.id { members.append(.init("id", .string(id))) }
    return .object(members)
  }

  private static func json(_ origin: Origin) -> JSONValue {
    [
      "basis": JSONValue(origin.basis.name), "sourceRecordedAt": JSONValue(origin.sourceRecordedAt),
    ]
  }
}
