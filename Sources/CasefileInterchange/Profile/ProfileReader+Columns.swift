internal import CasefileModel

/// The values that only profiles have: people's columns, time formats, zones, what is recorded.
extension ProfileReader {
  /// The column of this object, which is about a person, and how its values identify people.
  mutating func personColumn() -> SnapshotRules.PersonColumn {
    let column = text("column", "the name of a column")
    return .init(name: column, identity: word("identity", SourceTable.Identity.self) ?? .opaque)
  }

  mutating func optionalPersonColumn(_ name: String) -> SnapshotRules.PersonColumn? {
    if isText(name) {
      skip(name)
      note(name, "should be an object such as {\"column\": …, \"identity\": \"opaque\"}")
      return nil
    }
    var reader = object(name, isRequired: false)
    guard reader.isPresent else { return nil }
    defer { reader.finish() }
    return reader.personColumn()
  }

  /// A text that may be empty.
  mutating func anyText(_ name: String, _ what: String) -> String? {
    guard case .string(let text)? = raw(name) else {
      note(name, "should be a text: \(what)")
      return nil
    }
    return text
  }

  /// A text, a number or a truth value, as a text.
  mutating func scalarText(_ name: String) -> String? {
    switch raw(name) {
    case nil: return nil
    case .string(let text)?: return text
    case .int(let number)?: return String(number)
    case .bool(let value)?: return value ? "true" : "false"
    case let other?:
      note(name, "is \(other.kindName); it should be a text, a number, true or false")
      return nil
    }
  }

  /// What a rule demands of a column: a text, a list of texts, `{"not": …}` or `{"known": …}`.
  mutating func condition(
    _ column: String
  ) -> (values: Set<String>, takesUnknown: Bool, isNegated: Bool)? {
    switch raw(column) {
    case .string(let text)?: return ([text], false, false)
    case .array?: return (Set(texts(column, "a list of texts")), false, false)
    case .object?:
      var inner = object(column)
      defer { inner.finish() }
      // Known is the contrary of unknown.
      if case .bool(let isKnown)? = inner.raw("known") { return ([], true, isKnown) }
      guard inner.has("not") else {
        inner.note("not", "a condition is a text, a list, {\"not\": …} or {\"known\": true}")
        return nil
      }
      return (Set(inner.textOrTexts("not")), false, true)
    default:
      note(column, "a condition is a text, a list, {\"not\": …} or {\"known\": true}")
      return nil
    }
  }

  mutating func timeFormats(_ name: String) -> [TimeFormat] {
    let texts = texts(name, "a list of formats such as [\"yyyy-MM-dd HH:mm\"]")
    if texts.isEmpty, isPresent, !has(name) {
      note(name, "is required: a list of formats such as [\"yyyy-MM-dd HH:mm\"]")
    } else if texts.isEmpty, has(name) {
      note(name, "should have at least one format such as yyyy-MM-dd HH:mm")
    }
    var formats: [TimeFormat] = []
    for (index, text) in texts.enumerated() {
      do {
        formats.append(try TimeFormat(text))
      } catch {
        note("\(name)[\(index)]", "\(text) is no time format: \(error.message)")
      }
    }
    return formats
  }

  /// `UTC`, a fixed offset such as `+03:00`, or a zone by its name.
  mutating func zone(_ name: String) -> SourceZone {
    let utc = SourceZone(seconds: 0)
    guard let text = optionalText(name) else {
      if isPresent, !has(name) {
        note(name, "is required: UTC, an offset such as +03:00, or a zone such as Europe/Moscow")
      }
      return utc
    }
    if text == "UTC" { return utc }
    var scanner = TimeScanner(bytes: Array(text.utf8), index: 0, end: text.utf8.count)
    var seconds: Int64 = 0
    if scanner.offset(into: &seconds), scanner.isAtEnd { return SourceZone(seconds: seconds) }
    if let zone = SourceZone(name: text) { return zone }
    let near = SourceZone.nearName(to: text)
    note(
      name,
      "\(text) is no zone" + (near.isEmpty ? "" : "; is it \(near.joined(separator: " or "))?")
        + "; write UTC, an offset such as +03:00, or a name of the tz database such as Europe/Moscow"
    )
    return utc
  }

  /// Event types, or families of them such as `message.*`.
  mutating func records(_ name: String) -> [String] {
    let texts = texts(name, "a list of event types such as [\"ticket.assigned\"]")
    let types = EventSchema.builtIn.types.map(\.name)
    for (index, text) in texts.enumerated() {
      let isKnown =
        text.hasSuffix(".*")
        ? types.contains { $0.hasPrefix(text.dropLast()) } : types.contains(text)
      guard !isKnown else { continue }
      let near = NearMatch.best(for: text, in: types)
      note(
        "\(name)[\(index)]",
        "there is no event type \(text)"
          + (near.map { "; is it \($0)?" } ?? ""))
    }
    return texts
  }
}
