extension EventSchema {
  /// Writes the members of a `data` object as fields, in order of the field numbers.
  ///
  /// - Throws: `ModelError` that names the member, its kind and what would be right.
  package func write(
    _ data: JSONValue, as descriptor: TypeDescriptor, to writer: inout FieldWriter
  ) throws(ModelError) {
    if let subject = descriptor.subject, case .string(let id)? = data[subject] {
      writer.setSubject(id)
    }
    try write(data, descriptor.fields, to: &writer, path: "data")
  }

  /// Writes one value as one field, as to find out whether it can be.
  ///
  /// - Throws: `ModelError` that names the field.
  package func writeField(
    _ value: JSONValue, _ field: Field, to writer: inout FieldWriter
  ) throws(ModelError) {
    try write(value, field, nil, to: &writer, path: field.name)
  }

  private func write(
    _ data: JSONValue, _ fields: [Field], to writer: inout FieldWriter, path: String
  ) throws(ModelError) {
    guard case .object(let members) = data else {
      throw ModelError(.wrongType, "\(path) is \(data.kindName); it should be an object")
    }
    var values: [String: JSONValue] = [:]
    for member in members {
      if EventSchema.carriedSuffix(member.name) != nil { continue }
      guard fields.contains(where: { $0.name == member.name }) else {
        let near = NearMatch.best(for: member.name, in: fields.map(\.name))
        throw ModelError(
          .unknownField,
          "\(path) has no member of that name" + (near.map { "; is it \($0)?" } ?? "")
            + " Known: \(fields.map(\.name).joined(separator: ", "))")
      }
      values[member.name] = member.value
    }
    for field in fields {
      guard let value = values[field.name], value != .null else { continue }
      let place = "\(path).\(field.name)"
      var subject: String?
      if let name = field.subject, case .string(let id)? = values[name] { subject = id }
      if field.isList {
        guard case .array(let elements) = value else {
          throw ModelError(.wrongType, "\(place) is \(value.kindName); it should be a list")
        }
        try write(elements, field, subject, to: &writer, path: place)
      } else {
        try write(value, field, subject, to: &writer, path: place)
      }
    }
    for member in members {
      guard let suffix = EventSchema.carriedSuffix(member.name) else { continue }
      try carry(suffix, member.value, fields, to: &writer, path: path)
    }
  }

  /// The digits and points after `#` in the name of a member that carries a field unknown here.
  static func carriedSuffix(_ name: String) -> String? {
    guard name.utf8.first == UInt8(ascii: "#") else { return nil }
    let suffix = name.utf8.dropFirst()
    let isPath =
      !suffix.isEmpty
      && suffix.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    return isPath ? String(Substring(suffix)) : nil
  }

  /// Takes back a field of a newer version, as it was printed.
  private func carry(
    _ suffix: String, _ value: JSONValue, _ fields: [Field], to writer: inout FieldWriter,
    path: String
  ) throws(ModelError) {
    guard value != .null else { return }
    let place = "\(path).#…"
    guard EventSchema.isPath(suffix), case .unknown = destination(of: suffix, in: fields) else {
      throw ModelError(.unknownField, "\(place) is no field, or one that has a name here")
    }
    if case .string(let text) = value {
      guard let number = UInt32(suffix), let bytes = Hex.decode(text), !bytes.isEmpty,
        EventSchema.areFields(bytes, of: number)
      else {
        throw ModelError(
          .wrongType, "\(place) should be a whole protobuf field in hexadecimal digits")
      }
      writer.raw(bytes)
      return
    }
    var bytes: [UInt8]?
    var subject: String?
    try value.readMembers(place) { name, value throws(ModelError) in
      switch name {
      case "text": bytes = Array(try value.asText("\(place).text").utf8)
      case "hex": bytes = try value.asBytes("\(place).hex")
      case "subject": subject = try value.asText("\(place).subject")
      default: return false
      }
      return true
    }
    guard let bytes else {
      throw ModelError(.missingField, "\(place) has neither text nor hex")
    }
    writer.rawContent(suffix, bytes, subject: subject)
  }

  private static func areFields(_ bytes: [UInt8], of number: UInt32) -> Bool {
    var reader = WireReader(bytes.span.bytes)
    do {
      while let field = try reader.next() {
        if field.number != number { return false }
      }
      return true
    } catch {
      return false
    }
  }

  private func write(
    _ value: JSONValue, _ field: Field, _ subject: String?, to writer: inout FieldWriter,
    path: String
  ) throws(ModelError) {
    let number = field.number
    switch field.kind {
    case .string, .id:
      let text = try value.asText(path)
      if field.isContent {
        writer.contentString(number, text, subject: subject)
      } else {
        writer.string(number, text)
      }
    case .int:
      let int = try value.asInt(path)
      if field.isContent {
        writer.contentInt(number, int, subject: subject)
      } else {
        writer.int(number, int)
      }
    case .bool: writer.bool(number, try value.asBool(path))
    case .time:
      let time = try value.asTime(path)
      if field.isContent {
        writer.contentTime(number, time, subject: subject)
      } else {
        writer.time(number, time)
      }
    case .bytes:
      let bytes = try value.asBytes(path)
      if field.isContent {
        writer.contentBytes(number, bytes, subject: subject)
      } else {
        writer.bytes(number, bytes)
      }
    case .eventID: writer.eventID(number, try value.asEventID(path))
    case .json: writer.contentJSON(number, JSONText(value.text), subject: subject)
    case .map:
      let map = try value.asMap(path) { value, place throws(ModelError) in try value.asText(place) }
      if field.isContent {
        writer.contentMap(number, map, subject: subject)
      } else {
        writer.map(number, map)
      }
    case .intMap:
      writer.intMap(
        number,
        try value.asMap(path) { value, place throws(ModelError) in try value.asInt(place) })
    case .enumeration(let name): writer.int(number, Int64(try enumNumber(value, name, path)))
    case .message(let name):
      try writer.nested(number, path: writer.path(to: number)) { inner throws(ModelError) in
        try write(value, messages[name] ?? [], to: &inner, path: path)
      }
    }
  }

  private func write(
    _ elements: [JSONValue], _ field: Field, _ subject: String?, to writer: inout FieldWriter,
    path: String
  ) throws(ModelError) {
    var texts: [String] = []
    var numbers: [Int64] = []
    for (index, element) in elements.enumerated() {
      let place = "\(path)[\(index)]"
      switch field.kind {
      case .int: numbers.append(try element.asInt(place))
      case .enumeration(let name): numbers.append(Int64(try enumNumber(element, name, place)))
      case .message(let name):
        try writer.nested(field.number, path: writer.path(to: field.number, index: index)) {
          inner throws(ModelError) in
          try write(element, messages[name] ?? [], to: &inner, path: place)
        }
      case .eventID: writer.eventID(field.number, try element.asEventID(place))
      case .bytes: writer.bytes(field.number, try element.asBytes(place))
      case .json: texts.append(element.text)
      default: texts.append(try element.asText(place))
      }
    }
    if field.isContent {
      writer.contentStrings(field.number, texts, subject: subject)
    } else {
      writer.strings(field.number, texts)
      writer.ints(field.number, numbers)
    }
  }

  private func enumNumber(
    _ value: JSONValue, _ name: String, _ path: String
  ) throws(ModelError) -> UInt32 {
    let known = enums[name] ?? []
    switch value {
    case .string(let word):
      if let found = known.first(where: { $0.name == word }) { return found.number }
    case .int(let number):
      // Printed so for a number that only a newer program knows; `check` judges it.
      if let number = UInt32(exactly: number) { return number }
    default: break
    }
    throw ModelError(
      .unknownEnumValue,
      "\(path) is none of the known values: \(known.map(\.name).joined(separator: ", "))")
  }

  // MARK: Reading

  /// The fields of a stored event as a `data` object, and the paths of what was erased.
  package func data(of event: StoredEvent) throws(CodecError) -> (data: JSONValue, erased: [String])
  {
    let envelope = event.envelope
    var paths = Set(event.content?.values.map(\.path) ?? [])
    let erased = envelope.commitments.map(\.path).filter { !paths.contains($0) }
    paths.formUnion(erased)
    let descriptor = descriptor(number: envelope.typeNumber, name: envelope.typeName)
    if descriptor == nil, envelope.typeNumber == EventType.firstOwnNumber {
      return (try unregisteredData(of: event), erased)
    }
    let known = descriptor?.fields ?? []
    var members = try members(event.fields, known, paths: paths, prefix: "")
    members += unknownContent(of: event, known)
    for path in erased {
      if case .content = destination(of: path, in: known) { continue }
      members.append(.init("#\(path)", .null))
    }
    return (.object(members), erased)
  }

  /// The fields of an event that is not stored yet as a `data` object.
  package func data(of event: Event) throws(CodecError) -> JSONValue {
    let values = event.contents.map {
      Content.Value(path: $0.path, subject: 0, bytes: $0.bytes)
    }
    let known = descriptor(number: event.type.number, name: event.type.name)?.fields ?? []
    return .object(
      try members(
        FieldReader(body: event.body, values: values), known, paths: Set(values.map(\.path)),
        prefix: ""))
  }

  /// The content values that no known field accounts for: text, or hexadecimal bytes.
  private func unknownContent(of event: StoredEvent, _ fields: [Field]) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    for value in event.content?.values ?? [] {
      if case .content = destination(of: value.path, in: fields) { continue }
      let isText = value.bytes.allSatisfy { $0 >= 0x20 || (0x09...0x0D).contains($0) }
      let text = isText ? String(utf8: value.bytes) : nil
      members.append(
        .init(
          "#\(value.path)",
          [
            text == nil ? "hex" : "text": .string(text ?? Hex.encode(value.bytes)),
            "subject": JSONValue(event.content?.subjects[value.subject].id),
          ]))
    }
    return members
  }

  /// A type that nobody registered: its whole body is one JSON text in the content.
  private func unregisteredData(of event: StoredEvent) throws(CodecError) -> JSONValue {
    guard let text = try event.fields.contentJSON(1) else { return .object([]) }
    guard let value = try? JSONValue(text) else {
      throw CodecError(.malformed, "the content is no JSON", at: 0)
    }
    return value
  }

  private func members(
    _ reader: FieldReader, _ fields: [Field], paths: Set<String>, prefix: String
  ) throws(CodecError) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    for field in fields {
      let path = "\(prefix)\(field.number)"
      let value: JSONValue?
      if field.isContent {
        guard paths.contains(where: { $0 == path || $0.hasPrefix(path + ".") }) else { continue }
        value = reader.hasContent(field) ? try contentValue(reader, field) : .null
      } else {
        value = try plainValue(reader, field, paths: paths, path: path)
      }
      if let value { members.append(.init(field.name, value)) }
    }
    // A repeated field stands several times: one member holds all of it, a name stands once.
    var unknown: [(number: UInt32, bytes: [UInt8])] = []
    for field in try reader.all(nil, nil)
    where !fields.contains(where: { $0.number == field.number }) {
      if let index = unknown.firstIndex(where: { $0.number == field.number }) {
        unknown[index].bytes += reader.bytes(field)
      } else {
        unknown.append((field.number, reader.bytes(field)))
      }
    }
    for field in unknown {
      members.append(.init("#\(field.number)", .string(Hex.encode(field.bytes))))
    }
    return members
  }

  private func contentValue(
    _ reader: FieldReader, _ field: Field
  ) throws(CodecError) -> JSONValue? {
    if field.isList {
      return .array(try reader.contentStrings(field.number).map { json($0, field) })
    }
    switch field.kind {
    case .int: return try reader.contentInt(field.number).map { .int($0) } ?? .null
    case .time: return JSONValue(try reader.contentTime(field.number))
    case .bytes: return JSONValue(try reader.contentBytes(field.number).map { Hex.encode($0) })
    case .map:
      let map = try reader.contentMap(field.number)
      let pairs = map.sorted { $0.key.isBefore($1.key) }
      return .object(pairs.map { .init($0.key, .string($0.value)) })
    default: return try reader.contentString(field.number).map { json($0, field) } ?? .null
    }
  }

  private func json(_ text: String, _ field: Field) -> JSONValue {
    guard field.kind == .json else { return .string(text) }
    return (try? JSONValue(JSONText(text))) ?? .string(text)
  }

  private func plainValue(
    _ reader: FieldReader, _ field: Field, paths: Set<String>, path: String
  ) throws(CodecError) -> JSONValue? {
    let number = field.number
    switch field.kind {
    case .string, .id, .json:
      if !field.isList { return try reader.string(number).map { .string($0) } }
      return list(try reader.strings(number).map { .string($0) })
    case .int:
      if !field.isList { return try reader.int(number).map { .int($0) } }
      return list(try reader.ints(number).map { .int($0) })
    case .bool: return try reader.bool(number).map { .bool($0) }
    case .time: return try reader.time(number).map { JSONValue($0) }
    case .bytes: return try reader.bytes(number).map { .string(Hex.encode($0)) }
    case .eventID:
      if !field.isList { return try reader.eventID(number).map { .string($0.description) } }
      return list(try reader.eventIDs(number).map { .string($0.description) })
    case .map:
      let map = try reader.map(number).sorted { $0.key.isBefore($1.key) }
      return map.isEmpty ? nil : .object(map.map { .init($0.key, .string($0.value)) })
    case .intMap:
      let map = try reader.intMap(number).sorted { $0.key.isBefore($1.key) }
      return map.isEmpty ? nil : .object(map.map { .init($0.key, .int($0.value)) })
    case .enumeration(let name):
      if !field.isList { return try reader.int(number).map { word($0, name) } }
      return list(try reader.ints(number).map { word($0, name) })
    case .message(let name):
      let fields = messages[name] ?? []
      if !field.isList {
        guard let inner = try reader.message(number) else { return nil }
        return .object(try members(inner, fields, paths: paths, prefix: "\(path)."))
      }
      var values: [JSONValue] = []
      for (index, found) in try reader.all(number, .length).enumerated() {
        let inner = try reader.nested(found.range, "\(number).\(index).")
        values.append(
          .object(try members(inner, fields, paths: paths, prefix: "\(path).\(index).")))
      }
      return list(values)
    }
  }

  private func list(_ values: [JSONValue]) -> JSONValue? { values.isEmpty ? nil : .array(values) }

  /// 32 bits count, as for every protobuf reader.
  private func word(_ value: Int64, _ name: String) -> JSONValue {
    let number = UInt32(truncatingIfNeeded: value)
    let known = enums[name]?.first { $0.number == number }
    return known.map { .string($0.name) } ?? .int(Int64(number))
  }
}
