extension JSONValue {
  func asSmall(_ place: String) throws(ModelError) -> UInt32 {
    guard let value = UInt32(exactly: try asInt(place)) else {
      throw ModelError(.wrongType, "\(place) is out of range")
    }
    return value
  }

  func asCount(_ place: String) throws(ModelError) -> UInt64 {
    guard let value = UInt64(exactly: try asInt(place)) else {
      throw ModelError(.wrongType, "\(place) is below 0")
    }
    return value
  }

  func asEnum<Value: OpenEnum>(_ place: String) throws(ModelError) -> Value {
    if case .string(let word) = self, let value = Value(name: word) { return value }
    if case .int(let number) = self, let number = UInt32(exactly: number) {
      return Value(rawValue: number)
    }
    throw ModelError(
      .unknownEnumValue,
      "\(place) is none of the known values: "
        + Value.names.map { $0.0 }.joined(separator: ", "))
  }

  /// Calls `read` with each member that is not null; anything but an object is an error.
  func readMembers(
    _ place: String, _ read: (String, JSONValue) throws(ModelError) -> Bool
  ) throws(ModelError) {
    guard case .object(let members) = self else {
      throw ModelError(.wrongType, "\(place) is \(kindName); it should be an object")
    }
    for member in members where member.value != .null {
      guard try read(member.name, member.value) else {
        throw ModelError(.unknownField, "\(place) has no member of that name")
      }
    }
  }
}

extension OpenEnum {
  /// The word, or the number that only a newer program knows.
  package var json: JSONValue { name.map { .string($0) } ?? .int(Int64(rawValue)) }
}

extension Actor {
  init(json: JSONValue) throws(ModelError) {
    var kind: Kind?
    var id: String?
    var onBehalfOf: String?
    try json.readMembers("actor") { name, value throws(ModelError) in
      switch name {
      case "kind": kind = try value.asEnum("actor.kind")
      case "id": id = try value.asText("actor.id")
      case "onBehalfOf": onBehalfOf = try value.asText("actor.onBehalfOf")
      default: return false
      }
      return true
    }
    guard let kind else { throw ModelError(.missingField, "actor.kind is required") }
    self.init(kind, id, onBehalfOf: onBehalfOf)
  }

  /// The actor's JSON form.
  package var json: JSONValue {
    ["kind": kind.json, "id": JSONValue(id), "onBehalfOf": JSONValue(onBehalfOf)]
  }
}

extension Origin {
  init(json: JSONValue) throws(ModelError) {
    var origin = Origin()
    try json.readMembers("origin") { name, value throws(ModelError) in
      let place = "origin.\(name)"
      switch name {
      case "system": origin.system = try value.asText(place)
      case "externalId": origin.externalID = try value.asText(place)
      case "importBatch": origin.importBatch = try value.asText(place)
      case "channel": origin.channel = try value.asText(place)
      case "sequence": origin.sequence = try value.asInt(place)
      case "basis": origin.basis = try value.asEnum(place)
      case "sourceRecordedAt": origin.sourceRecordedAt = try value.asTime(place)
      case "file": origin.file = try value.asSmall(place)
      case "row": origin.row = try value.asCount(place)
      default: return false
      }
      return true
    }
    self = origin
  }

  /// The origin's JSON form.
  package var json: JSONValue {
    [
      "system": JSONValue(system), "externalId": JSONValue(externalID),
      "importBatch": JSONValue(importBatch), "channel": JSONValue(channel),
      "sequence": sequence.map { .int($0) } ?? .null, "basis": basis.json,
      "sourceRecordedAt": JSONValue(sourceRecordedAt),
      "file": JSONValue(file.map { UInt64($0) }), "row": JSONValue(row),
    ]
  }
}

extension ActionGroup {
  init(json: JSONValue) throws(ModelError) {
    var id: EventID?
    var index: UInt32 = 0
    var count: UInt32 = 0
    try json.readMembers("group") { name, value throws(ModelError) in
      switch name {
      case "id": id = try value.asEventID("group.id")
      case "index": index = try value.asSmall("group.index")
      case "count": count = try value.asSmall("group.count")
      default: return false
      }
      return true
    }
    guard let id else { throw ModelError(.missingField, "group.id is required") }
    self.init(id: id, index: index, count: count)
  }

  /// The group's JSON form.
  package var json: JSONValue {
    [
      "id": .string(id.description), "index": .int(Int64(index)), "count": .int(Int64(count)),
    ]
  }
}
