extension EventSchema {
  /// Refuses an event whose form is wrong: a required field absent, a number that no enumeration
  /// has, an id that looks personal, a time out of range, a stream of the wrong kind.
  ///
  /// It judges form only; a fact that contradicts another one is stored (and is a finding). Typed
  /// payloads and NDJSON lines both pass here.
  ///
  /// - Throws: `ModelError` that names the field and never its text.
  /// - Complexity: one pass over the body.
  public func check(_ event: Event) throws(ModelError) {
    guard let known = descriptor(number: event.type.number, name: event.type.name) else {
      if event.type.number == EventType.firstOwnNumber { return }
      throw ModelError(.unknownType, unknownTypeMessage(event.type.name))
    }
    guard known.streamKinds.isEmpty || known.streamKinds.contains(event.stream.kind) else {
      throw ModelError(
        .wrongStreamKind,
        "\(known.type.name) belongs on streams of kind \(known.streamKinds.joined(separator: ", "))"
          + ", not \(event.stream.kind)")
    }
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

  private func check(_ reader: FieldReader, _ fields: [Field], path: String) throws {
    var counts: [UInt32: Int] = [:]
    for found in try reader.all(nil, nil) {
      guard let field = fields.first(where: { $0.number == found.number }) else { continue }
      let place = "\(path).\(field.name)"
      counts[field.number, default: 0] += 1
      switch field.kind {
      case .id: try OpaqueID.check(try reader.text(found), in: place)
      case .time:
        let time = Timestamp(microseconds: Int64(bitPattern: found.value))
        guard time.isInRange else {
          throw ModelError(
            .timeOutOfRange, "\(place) is \(time.microseconds) µs since 1970, out of range")
        }
      case .enumeration(let name):
        if field.isList {
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
}

extension FieldReader {
  fileprivate func hasContent(_ field: EventSchema.Field) -> Bool {
    contentValue("\(field.number)") != nil || contentValue("\(field.number).0") != nil
      || contentValue("\(field.number).0.1") != nil
  }
}
