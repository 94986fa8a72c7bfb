internal import CasefileModel

/// Reads the rules of one table and finds every mistake that does not need a file: types and fields
/// that are not there, constants of the wrong kind, required fields without a value.
struct EventRuleReader {
  let identities: [String: SourceTable.Identity]
  let streamKind: String
  let mistakes: ProfileMistakes
  var columns = RuleColumns()
  private let schema = EventSchema.builtIn

  init(
    identities: [String: SourceTable.Identity], streamKind: String,
    profileMistakes: ProfileMistakes
  ) {
    self.identities = identities
    self.streamKind = streamKind
    mistakes = profileMistakes
  }

  mutating func rules(_ reader: inout ProfileReader, isRequired: Bool) -> [EventRule] {
    guard isRequired else {
      if reader.has("events") { reader.note("events", "only mode events has rules") }
      reader.skip("events")
      return []
    }
    var rules: [EventRule] = []
    for (path, var inner) in reader.objects("events", "a list of rules") {
      rules.append(rule(&inner, path))
      inner.finish()
    }
    if rules.count > ImportLimits.eventsPerRow {
      reader.note(
        "events", "it has \(rules.count) rules; the limit is \(ImportLimits.eventsPerRow)")
    }
    for column in identities.keys.sorted() where !columns.names.contains(column) {
      reader.note("identities.\(column)", "no rule shows the column \(column)")
    }
    if rules.isEmpty, reader.isPresent, mistakes.isEmpty {
      reader.note(
        "events", "it should have at least one rule, such as {\"event\": \"ticket.opened\"}")
    }
    return rules
  }

  private mutating func rule(_ reader: inout ProfileReader, _ path: String) -> EventRule {
    let name = reader.text("event", "an event type such as ticket.assigned, or none")
    let type = descriptor(name, &reader)
    let conditions = reader.orderedMap("when") { reader, column in
      reader.condition(column)
    }.map { column, condition in
      EventRule.Condition(
        column: columns.place(of: column, .free), values: condition.values,
        takesUnknown: condition.takesUnknown, isNegated: condition.isNegated)
    }
    let rows = reader.word("rows", EventRule.Rows.self, isRequired: false) ?? .all
    let time = reader.optionalText("at").map { columns.place(of: $0, .free) }
    let stream = stream(&reader, type, path)
    let visibility = visibility(&reader, path)
    return EventRule(
      conditions: conditions, rows: rows, type: type,
      data: data(reader.raw("data"), type, path + ".data"), time: time,
      actor: actor(&reader, path), visibility: visibility.constant,
      visibilityTemplate: visibility.template, stream: stream)
  }

  private func descriptor(
    _ name: String, _ reader: inout ProfileReader
  ) -> EventSchema.TypeDescriptor? {
    guard !name.isEmpty, name != "none" else { return nil }
    if let found = schema.descriptor(named: name) { return found }
    let near = NearMatch.best(for: name, in: schema.types.map(\.name))
    reader.note(
      "event", "there is no event type \(name)" + (near.map { "; is it \($0)?" } ?? ""))
    return nil
  }

  private mutating func stream(
    _ reader: inout ProfileReader, _ type: EventSchema.TypeDescriptor?, _ path: String
  ) -> EventRule.StreamTemplate? {
    var inner = reader.object("on", isRequired: false)
    defer { inner.finish() }
    var kind = streamKind
    var template: EventRule.StreamTemplate?
    if inner.isPresent {
      kind = inner.text("kind", "the kind of the stream, such as agent")
      // Whom an agent's or a client's stream is about.
      let field = kind + "Id"
      if let id = value(inner.raw("id"), .id, field, isContent: false, path + ".on.id") {
        template = EventRule.StreamTemplate(kind: kind, id: id)
      } else if !inner.has("id") {
        inner.note("id", "is required: a template such as {agent}")
      }
    }
    if let type, !type.streamKinds.isEmpty, !type.streamKinds.contains(kind), !kind.isEmpty {
      reader.note(
        "on",
        "\(type.type.name) belongs on streams of kind \(type.streamKinds.joined(separator: ", ")), "
          + "not on \(kind); say which by {\"kind\": …, \"id\": …}")
    }
    return template
  }

  private mutating func actor(
    _ reader: inout ProfileReader, _ path: String
  ) -> EventRule.ActorTemplate? {
    var inner = reader.object("actor", isRequired: false)
    defer { inner.finish() }
    guard inner.isPresent else { return nil }
    let kind = inner.enumeration("kind", Actor.Kind.self)
    if kind == nil, !inner.has("kind") { inner.note("kind", "is required: such as agent") }
    let name = kind == .client ? "clientId" : "agentId"
    let id = inner.raw("id").flatMap { value($0, .id, name, isContent: false, path + ".actor.id") }
    return EventRule.ActorTemplate(kind: kind ?? .agent, id: id)
  }

  private mutating func visibility(
    _ reader: inout ProfileReader, _ path: String
  ) -> (constant: Visibility, template: ValueTemplate?) {
    guard reader.isText("visibility") else {
      guard let json = reader.raw("visibility") else { return (.public, nil) }
      let words = Visibility.names.map(\.0)
      guard let template = value(json, .string, "", isContent: true, path + ".visibility") else {
        return (.public, nil)
      }
      for word in (template.values ?? [:]).values where !words.contains(word) {
        reader.note("visibility", "\(word) is not known. Known: \(words.joined(separator: ", "))")
      }
      if template.values == nil {
        reader.note("visibility", "it needs values, which say what each text means")
      }
      return (.public, template)
    }
    return (reader.enumeration("visibility", Visibility.self) ?? .public, nil)
  }

  // MARK: Fields

  private mutating func data(
    _ json: JSONValue?, _ type: EventSchema.TypeDescriptor?, _ path: String
  ) -> [DataTemplate.Member] {
    guard let type else {
      if json != nil, mistakes.isEmpty { mistakes.note(path, "a rule for none has no data") }
      return []
    }
    return members(json ?? .object([]), type.fields, path, type.type.name)
  }

  private mutating func members(
    _ json: JSONValue, _ fields: [EventSchema.Field], _ path: String, _ owner: String
  ) -> [DataTemplate.Member] {
    guard case .object(let given) = json else {
      mistakes.note(path, "is \(json.kindName); it should be an object of fields")
      return []
    }
    var members: [DataTemplate.Member] = []
    for member in given where member.value != .null {
      guard let field = fields.first(where: { $0.name == member.name }) else {
        let near = NearMatch.best(for: member.name, in: fields.map(\.name))
        mistakes.note(
          "\(path).\(member.name)",
          "\(owner) has no such field" + (near.map { "; is it \($0)?" } ?? ".")
            + " Known: \(fields.map(\.name).joined(separator: ", "))")
        continue
      }
      if let template = template(member.value, field, "\(path).\(member.name)") {
        members.append(DataTemplate.Member(field: field, template: template))
      }
    }
    for field in fields where field.isRequired {
      guard given.contains(where: { $0.name == field.name && $0.value != .null }) else {
        mistakes.note("\(path).\(field.name)", "is required by \(owner)")
        continue
      }
    }
    return members
  }

  private mutating func template(
    _ json: JSONValue, _ field: EventSchema.Field, _ path: String
  ) -> DataTemplate? {
    guard field.isList else { return element(json, field, path) }
    if case .object = json {
      let made = value(json, field.kind, field.name, isContent: field.isContent, path)
      if let made, let separator = made.separator { return .split(made, separator: separator) }
      if made != nil {
        mistakes.note("\(path).split", "is required: what stands between two, such as ;")
      }
      return nil
    }
    guard case .array(let elements) = json else {
      mistakes.note(path, "is \(json.kindName); it should be a list, or a cell with split")
      return nil
    }
    return .list(
      elements.enumerated().compactMap { index, json in element(json, field, "\(path)[\(index)]") })
  }

  private mutating func element(
    _ json: JSONValue, _ field: EventSchema.Field, _ path: String
  ) -> DataTemplate? {
    switch field.kind {
    case .message(let name):
      return .message(members(json, schema.messages[name] ?? [], path, name))
    case .map, .intMap:
      guard case .object(let given) = json else {
        mistakes.note(path, "is \(json.kindName); it should be an object")
        return nil
      }
      return .map(
        given.compactMap { member in
          value(member.value, .string, "", isContent: field.isContent, "\(path).\(member.name)")
            .map { (key: member.name, template: $0) }
        })
    default:
      if case .object = json {
        let made = value(json, field.kind, field.name, isContent: field.isContent, path)
        if made?.separator != nil { mistakes.note("\(path).split", "the field is no list") }
        return made.map { .value($0) }
      }
      guard case .string(let text) = json else { return constant(json, field, path) }
      if !text.contains("{") { return constant(json, field, path) }
      return value(json, field.kind, field.name, isContent: field.isContent, path)
        .map { .value($0) }
    }
  }

  /// A value without columns, checked as the store would.
  private func constant(
    _ json: JSONValue, _ field: EventSchema.Field, _ path: String
  ) -> DataTemplate? {
    var single = field
    single.isList = false
    single.isRequired = false
    var writer = FieldWriter()
    do {
      try schema.writeField(json, single, to: &writer)
      if field.kind == .id, case .string(let text) = json { try OpaqueID.check(text, in: path) }
      return .constant(json)
    } catch {
      mistakes.note(path, error.message)
      return nil
    }
  }
}
