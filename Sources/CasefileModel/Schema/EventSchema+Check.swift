extension EventSchema {
  /// Refuses an event whose form is wrong: a required field absent, a number that no enumeration
  /// has, an id that looks personal, a time out of range, a stream of the wrong kind, a content field
  /// among the plain ones.
  ///
  /// It judges form only; a fact that contradicts another one is stored (and is a finding). Typed
  /// payloads and NDJSON lines both pass here. Fields that are not known here pass too.
  ///
  /// - Throws: `ModelError` that names the field and never its text.
  /// - Complexity: one pass over the body.
  public func check(_ event: Event) throws(ModelError) {
    guard let known = descriptor(number: event.type.number, name: event.type.name) else {
      guard event.type.number == EventType.firstOwnNumber else {
        throw ModelError(.unknownType, unknownTypeMessage(event.type.name))
      }
      try checkUnregistered(event)
      return
    }
    guard known.streamKinds.isEmpty || known.streamKinds.contains(event.stream.kind) else {
      throw ModelError(
        .wrongStreamKind,
        "\(known.type.name) belongs on streams of kind \(known.streamKinds.joined(separator: ", "))"
      )
    }
    try check(event.contents, known.fields)
    do {
      try check(
        FieldReader(
          body: event.body,
          values: event.contents.map { Content.Value(path: $0.path, subject: 0, bytes: $0.bytes) }),
        known.fields, path: "data")
    } catch let error as ModelError {
      throw error
    } catch {
      throw ModelError(.wrongType, "the payload of \(known.type.name) is not in wire format")
    }
  }

  /// A type that nobody registered is one JSON object in the content: nobody knows which of its
  /// fields are personal.
  private func checkUnregistered(_ event: Event) throws(ModelError) {
    try checkOwnName(event.type.name)
    guard event.body.isEmpty, event.contents.count == 1, let content = event.contents.first,
      content.path == "1", case .object? = try? JSONValue(parsing: content.bytes, depth: 1)
    else {
      throw ModelError(
        .unknownType,
        "an event of a type that is not registered holds one JSON object as content field 1; "
          + "register the type")
    }
  }

  private func check(
    _ contents: [FieldWriter.ContentField], _ fields: [Field]
  ) throws(ModelError) {
    var paths: Set<String> = []
    for content in contents {
      guard paths.insert(content.path).inserted else {
        throw ModelError(.wrongType, "a content field is there twice")
      }
      switch destination(of: content.path, in: fields) {
      case .unknown: continue
      case .plain:
        throw ModelError(.wrongType, "a content value lies at the place of a plain field")
      case .content(let field): try check(content, field)
      }
    }
  }

  private func check(
    _ content: FieldWriter.ContentField, _ field: Field
  ) throws(ModelError) {
    let place = "content field \(field.name)"
    switch field.kind {
    case .int, .time:
      guard content.bytes.count == 8 else {
        throw ModelError(.wrongType, "\(place) has \(content.bytes.count) bytes instead of 8")
      }
      guard field.kind == .time else { return }
      let bits = content.bytes.reduce(0) { $0 << 8 | UInt64($1) }
      guard Timestamp(microseconds: Int64(bitPattern: bits)).isInRange else {
        throw ModelError(.timeOutOfRange, "\(place) lies outside 1900 … 9999")
      }
    case .bytes: return
    case .json:
      // Two levels deep in the line that shows it, which has to be readable again.
      do {
        _ = try JSONValue(parsing: content.bytes, depth: 2)
      } catch {
        throw ModelError(.invalidJSON, "\(place) is no JSON", offset: error.offset)
      }
    default:
      guard String(validating: content.bytes, as: UTF8.self) != nil else {
        throw ModelError(.invalidText, "\(place) is not UTF-8")
      }
    }
  }

  private func check(_ reader: FieldReader, _ fields: [Field], path: String) throws {
    var counts: [UInt32: Int] = [:]
    for found in try reader.all(nil, nil) {
      guard let field = fields.first(where: { $0.number == found.number }) else { continue }
      let place = "\(path).\(field.name)"
      counts[field.number, default: 0] += 1
      guard !field.isContent else {
        throw ModelError(.personalData, "\(place) is content and can't be among the plain fields")
      }
      guard field.kind.allows(found.kind, isList: field.isList) else {
        throw ModelError(.wrongType, "\(place) has wire type \(found.kind.rawValue)")
      }
      switch field.kind {
      case .id: try OpaqueID.check(try reader.text(found), in: place)
      case .eventID: _ = try reader.eventID(found)
      case .time:
        let time = Timestamp(microseconds: Int64(bitPattern: found.value))
        guard time.isInRange else {
          throw ModelError(
            .timeOutOfRange, "\(place) is \(time.microseconds) µs since 1970, out of range")
        }
      case .enumeration(let name):
        if field.isList {
          guard counts[field.number] == 1 else { continue }
          for value in try reader.ints(field.number) { try check(value, name, place) }
        } else {
          try check(Int64(bitPattern: found.value), name, place)
        }
      case .message(let name):
        let index = counts[field.number, default: 1] - 1
        let suffix = field.isList ? "\(field.number).\(index)." : "\(field.number)."
        try check(
          try reader.nested(found.range, suffix), messages[name] ?? [],
          path: field.isList ? "\(place)[\(index)]" : place)
      default: continue
      }
    }
    for field in fields where field.isRequired {
      let isThere =
        field.isContent
        ? reader.hasContent(field) : counts[field.number] != nil
      guard isThere else {
        throw ModelError(.missingField, "\(path).\(field.name) is required")
      }
    }
  }

  private func check(_ number: Int64, _ name: String, _ place: String) throws(ModelError) {
    let known = enums[name] ?? []
    guard known.contains(where: { Int64($0.number) == number }) else {
      throw ModelError(
        .unknownEnumValue,
        "\(place) has the unknown number \(number); known are "
          + known.map { "\($0.name) = \($0.number)" }.joined(separator: ", "))
    }
  }

  // MARK: Content paths

  /// What lies at a content path.
  package enum Destination {
    case content(Field)
    case plain
    case unknown
  }

  /// Where a content path leads among the fields of a type or message.
  package func destination(of path: String, in fields: [Field]) -> Destination {
    var fields = fields
    var parts = path.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)[...]
    while let part = parts.popFirst() {
      guard let number = EventSchema.number(part),
        let field = fields.first(where: { $0.number == number })
      else { return .unknown }
      let indices = parts.prefix(2).compactMap { EventSchema.number($0) }
      if field.isContent {
        let isElement =
          switch (field.kind, field.isList) {
          case (.map, _): parts.count == 2 && indices.count == 2 && (1...2).contains(indices[1])
          case (_, true): parts.count == 1 && indices.count == 1
          default: parts.isEmpty
          }
        return isElement ? .content(field) : .plain
      }
      guard case .message(let name) = field.kind else { return .plain }
      if field.isList {
        guard parts.popFirst() != nil, !indices.isEmpty else { return .plain }
      }
      fields = messages[name] ?? []
    }
    return .plain
  }

  /// Whether a text is numbers joined by points, none with a leading zero.
  static func isPath(_ text: String) -> Bool {
    text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .allSatisfy { number($0) != nil }
  }

  private static func number(_ digits: Substring.UTF8View) -> UInt32? {
    let isCanonical =
      digits.allSatisfy { (0x30...0x39).contains($0) }
      && (digits.count == 1 || digits.first != UInt8(ascii: "0"))
    return isCanonical ? UInt32(Substring(digits)) : nil
  }
}

extension EventSchema.FieldKind {
  fileprivate func allows(_ wire: WireKind, isList: Bool) -> Bool {
    switch self {
    case .time: wire == .fixed64
    case .int, .enumeration: wire == .varint || isList && wire == .length
    case .bool: wire == .varint
    default: wire == .length
    }
  }
}

extension FieldReader {
  /// Whether something of a content field can be read.
  func hasContent(_ field: EventSchema.Field) -> Bool {
    contentValue("\(field.number)") != nil || contentValue("\(field.number).0") != nil
      || contentValue("\(field.number).0.1") != nil
  }
}
