internal import CasefileModel

/// Templates of single values: `"{column}"`, `"turn-{number}"`, or an object with `column`.
extension EventRuleReader {
  mutating func value(
    _ json: JSONValue?, _ kind: EventSchema.FieldKind, _ field: String, isContent: Bool,
    _ path: String
  ) -> ValueTemplate? {
    switch json {
    case nil: return nil
    case .string(let text)?:
      guard let pieces = ValueTemplate.pieces(text) else {
        mistakes.note(
          path, "a brace is open; columns stand as {name}, and {{ is a brace of the text")
        return nil
      }
      return template(pieces, kind, field, isContent: isContent, isMapped: false, path)
    case .object?: return mappedValue(json, kind, field, isContent: isContent, path)
    case let other?:
      mistakes.note(path, "is \(other.kindName); it should be a text such as {column}")
      return nil
    }
  }

  private mutating func mappedValue(
    _ json: JSONValue?, _ kind: EventSchema.FieldKind, _ field: String, isContent: Bool,
    _ path: String
  ) -> ValueTemplate? {
    var reader = ProfileReader(json, path: path, mistakes: mistakes)
    let column = reader.text("column", "the name of a column")
    var values: [String: String]?
    reader.skip("values")
    if reader.has("values") {
      values = reader.map("values") { reader, key in
        reader.scalarText(key).flatMap { self.checked($0, kind, "\(path).values.\(key)") }
      }
    }
    var otherwise = ValueTemplate.Otherwise.reject
    if reader.hasNull("else") {
      otherwise = .leaveOut
    } else if let text = reader.scalarText("else").flatMap({ checked($0, kind, "\(path).else") }) {
      otherwise = .value(text)
    }
    if values == nil, reader.has("else") || reader.hasNull("else") {
      reader.note("else", "it belongs to values, which say what each text means")
    }
    var factor: Int64 = 1
    if let number = reader.raw("times") {
      if kind == .int, case .int(let given) = number, (1...1_000_000_000).contains(given) {
        factor = given
      } else {
        reader.note("times", "it is a whole number of a field that is a number, such as 60")
      }
    }
    let separator = reader.optionalText("split")
    reader.finish()
    guard !column.isEmpty,
      var made = template(
        [.column(column)], kind, field, isContent: isContent, isMapped: values != nil, path)
    else { return nil }
    made.values = values
    made.otherwise = otherwise
    made.factor = factor
    made.separator = separator
    return made
  }

  /// A word of `values`, if the field can hold it.
  private func checked(
    _ text: String, _ kind: EventSchema.FieldKind, _ path: String
  ) -> String? {
    do {
      switch kind {
      case .enumeration(let name):
        let known = (EventSchema.builtIn.enums[name] ?? []).map(\.name)
        guard !known.contains(text) else { return text }
        let near = NearMatch.best(for: text, in: known)
        mistakes.note(
          path,
          "\(text) is not known" + (near.map { "; is it \($0)?" } ?? ".")
            + " Known: \(known.joined(separator: ", "))")
        return nil
      case .id: try OpaqueID.check(text, in: "it")
      case .int where Int64(text) == nil: mistakes.note(path, "it should be a whole number")
      case .bool where Bool(text) == nil: mistakes.note(path, "it should be true or false")
      default: break
      }
      return text
    } catch {
      mistakes.note(path, error.message)
      return nil
    }
  }

  private mutating func template(
    _ pieces: [ValueTemplate.Piece], _ kind: EventSchema.FieldKind, _ field: String,
    isContent: Bool, isMapped: Bool, _ path: String
  ) -> ValueTemplate? {
    var identity: SourceTable.Identity?
    var parts: [ValueTemplate.Part] = []
    for piece in pieces {
      switch piece {
      case .text(let text): parts.append(.text(text))
      case .column(let name):
        var rule = EventRuleReader.rule(kind, isContent: isContent || isMapped)
        if let form = identities[name], form != .opaque, !isContent, !isMapped {
          guard kind == .id, pieces.count == 1, PersonRole(field: field)?.isPerson == true else {
            mistakes.note(
              path,
              "the column \(name) identifies people by \(form.rawValue); it may stand alone in an id "
                + "of a person, such as agentId or clientId, or in content")
            return nil
          }
          identity = form
          rule = .free
        }
        parts.append(.column(columns.place(of: name, rule)))
      }
    }
    if case .json = kind, !isContent { return nil }
    return ValueTemplate(parts: parts, identity: identity)
  }

  /// What values must be for a field: what goes into envelopes as text may not look personal.
  private static func rule(_ kind: EventSchema.FieldKind, isContent: Bool) -> ValuePool.Rule {
    guard !isContent else { return .free }
    switch kind {
    case .id: return .id
    case .string: return .plain
    default: return .free
    }
  }
}

extension ValueTemplate {
  enum Piece { case text(String), column(String) }

  /// Splits `a{b}c`; `{{` and `}}` are braces of the text. Nil if a brace is open.
  static func pieces(_ text: String) -> [Piece]? {
    var pieces: [Piece] = []
    var literal = ""
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if (character == "{" || character == "}"), rest.first == character {
        rest.removeFirst()
        literal.append(character)
      } else if character == "{" {
        guard let close = rest.firstIndex(of: "}"), close > rest.startIndex else { return nil }
        if !literal.isEmpty { pieces.append(.text(literal)) }
        literal = ""
        pieces.append(.column(String(rest[..<close])))
        rest = rest[rest.index(after: close)...]
      } else if character == "}" {
        return nil
      } else {
        literal.append(character)
      }
    }
    if !literal.isEmpty { pieces.append(.text(literal)) }
    return pieces
  }
}
