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
    if !isQuicklyPassed(event) { try checkThoroughly(event) }
  }

  /// The same of an event of a list, which is not taken out for it.
  package func check(_ events: Span<Event>, at index: Int) throws(ModelError) {
    if !quick.passes(events, at: index) { try checkThoroughly(events[index]) }
  }

  /// Whether the check that names no mistake finds none.
  package func isQuicklyPassed(_ event: Event) -> Bool { quick.passes([event].span, at: 0) }

  /// The check that says what is wrong.
  package func checkThoroughly(_ event: Event) throws(ModelError) {
    guard let known = descriptor(number: event.type.number, name: event.type.name) else {
      guard event.type.number == EventType.firstOwnNumber else {
        throw ModelError(.unknownType, unknownTypeMessage(event.type.name))
      }
      try checkUnregistered(event)
      return
    }
    guard known.streamKinds.isEmpty || known.streamKinds.contains(where: event.stream.isOfKind)
    else {
      throw ModelError(
        .wrongStreamKind,
        "\(known.type.name) belongs on streams of kind \(known.streamKinds.joined(separator: ", "))"
      )
    }
    try check(event.contents, known.fields)
    do {
      try check(
        MessagePart(span: event.body.span.bytes, range: 0..<event.body.count), event.contents,
        known.fields, contentPath: ""
      ) { "data" }
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
    if contents.count > 1 {
      guard Set(contents.map(\.path)).count == contents.count else {
        throw ModelError(.wrongType, "a content field is there twice")
      }
    }
    for content in contents {
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
      guard content.bytes.span.bytes.isUTF8 else {
        throw ModelError(.invalidText, "\(place) is not UTF-8")
      }
    }
  }

  /// A message that lies in the body.
  private struct MessagePart: ~Escapable {
    let span: RawSpan
    let range: Range<Int>
    var depth = 0

    @_lifetime(copy span)
    init(span: RawSpan, range: Range<Int>, depth: Int = 0) {
      self.span = span
      self.range = range
      self.depth = depth
    }
  }

  /// - Parameters:
  ///   - contentPath: the part of content paths that leads to the message.
  ///   - path: what errors call the message. Made when there is one: most checks find nothing.
  private func check(
    _ message: borrowing MessagePart, _ contents: [FieldWriter.ContentField], _ fields: [Field],
    contentPath: String, path: () -> String
  ) throws {
    var seen: UInt64 = 0
    var elements: [UInt32: Int] = [:]
    var reader = WireReader(message.span, in: message.range)
    while let found = try reader.next() {
      guard let index = fields.firstIndex(where: { $0.number == found.number }) else { continue }
      let field = fields[index]
      if index < 64 { seen |= 1 << UInt64(index) }
      guard !field.isContent else {
        throw ModelError(
          .personalData,
          "\(path()).\(field.name) is content and can't be among the plain fields")
      }
      guard field.kind.allows(found.kind, isList: field.isList) else {
        throw ModelError(
          .wrongType, "\(path()).\(field.name) has wire type \(found.kind.rawValue)")
      }
      guard case .message(let name) = field.kind else {
        try check(found, message.span, field) { "\(path()).\(field.name)" }
        continue
      }
      guard message.depth < Limits.nestingDepth else {
        throw CodecError(.tooDeep, "messages nest deeper than here allowed", at: found.start)
      }
      let part = MessagePart(
        span: message.span, range: found.range, depth: message.depth + 1)
      guard field.isList else {
        try check(
          part, contents, messages[name] ?? [], contentPath: "\(contentPath)\(field.number)."
        ) { "\(path()).\(field.name)" }
        continue
      }
      let element = elements[field.number, default: 0]
      elements[field.number] = element + 1
      try check(
        part, contents, messages[name] ?? [],
        contentPath: "\(contentPath)\(field.number).\(element)."
      ) { "\(path()).\(field.name)[\(element)]" }
    }
    for (index, field) in fields.enumerated() where field.isRequired {
      let isThere =
        field.isContent
        ? EventSchema.holds(contents, field.number, below: contentPath)
        : index < 64
          ? seen >> UInt64(index) & 1 == 1 : try holds(message, field.number)
      guard isThere else {
        throw ModelError(.missingField, "\(path()).\(field.name) is required")
      }
    }
  }

  private func holds(_ message: borrowing MessagePart, _ number: UInt32) throws -> Bool {
    var reader = WireReader(message.span, in: message.range)
    while let found = try reader.next() {
      if found.number == number { return true }
    }
    return false
  }

  private func check(
    _ found: WireField, _ span: RawSpan, _ field: Field, place: () -> String
  ) throws {
    switch field.kind {
    case .id:
      let text = span.extracting(found.range)
      guard text.isUTF8 else {
        throw CodecError(.invalidText, "an id is not UTF-8", at: found.range.lowerBound)
      }
      try OpaqueID.check(text, in: place)
    case .eventID:
      guard found.range.count == 16 else {
        throw CodecError(.wrongSize, "an event id has another size", at: found.range.lowerBound)
      }
    case .time:
      let time = Timestamp(microseconds: Int64(bitPattern: found.value))
      guard time.isInRange else {
        throw ModelError(
          .timeOutOfRange, "\(place()) is \(time.microseconds) µs since 1970, out of range")
      }
    case .enumeration(let name):
      guard found.kind == .length else {
        return try check(Int64(bitPattern: found.value), name, place)
      }
      var packed = PackedReader(span, in: found.range)
      while let value = try packed.next() { try check(Int64(bitPattern: value), name, place) }
    default: return
    }
  }

  private func check(
    _ number: Int64, _ name: String, _ place: () -> String
  ) throws(ModelError) {
    let known = enums[name] ?? []
    guard known.contains(where: { Int64($0.number) == number }) else {
      throw ModelError(
        .unknownEnumValue,
        "\(place()) has the unknown number \(number); known are "
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
  /// Whether a field of this kind may have a wire type.
  func allows(_ wire: WireKind, isList: Bool) -> Bool {
    switch self {
    case .time: wire == .fixed64
    case .int, .enumeration: wire == .varint || isList && wire == .length
    case .bool: wire == .varint
    default: wire == .length
    }
  }
}

extension EventSchema {
  /// Whether something of a content field is there: its value, or the first of its elements.
  fileprivate static func holds(
    _ contents: [FieldWriter.ContentField], _ number: UInt32, below path: String
  ) -> Bool {
    guard !contents.isEmpty else { return false }
    let wanted = path.isEmpty ? String(number) : "\(path)\(number)"
    return contents.contains { content in
      guard content.path.utf8.starts(with: wanted.utf8) else { return false }
      let rest = content.path.utf8.dropFirst(wanted.utf8.count)
      return rest.isEmpty || rest.elementsEqual(".0".utf8) || rest.elementsEqual(".0.1".utf8)
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
