internal import CasefileModel

/// Applies the rules of one table to a row. It is pure: the same cells give the same drafts.
struct RuleEvaluator: Sendable {
  let table: SourceTable
  let timeFormats: [TimeFormat]
  let zone: SourceZone
  let tags: Set<PersonRole>
  let people: PersonDirectory

  init(_ profile: ImportProfile, _ table: SourceTable, people: PersonDirectory) {
    self.table = table
    timeFormats = profile.timeFormats
    zone = profile.zone
    tags = profile.tags
    self.people = people
  }

  /// The events of a row in the order of the rules.
  ///
  /// - Parameter isFirst: whether it is its ticket's first row; nil applies all rules, to check a row
  ///   before that is known.
  func drafts(
    _ cells: RowCells, at time: Timestamp, actor: String?, isFirst: Bool?
  ) throws(RowFault) -> [EventDraft] {
    var drafts: [EventDraft] = []
    var isNamed = false
    for rule in table.rules {
      let holds = rule.conditions.allSatisfy { $0.holds(cells.text($0.column)) }
      guard holds else { continue }
      isNamed = true
      guard isFirst == nil || rule.rows == .all || (rule.rows == .first) == isFirst,
        let type = rule.type
      else { continue }
      drafts.append(try draft(rule, type, cells, time, actor))
    }
    guard isNamed else { throw noRule(cells) }
    return drafts
  }

  private func draft(
    _ rule: EventRule, _ type: EventSchema.TypeDescriptor, _ cells: RowCells, _ rowTime: Timestamp,
    _ actorID: String?
  ) throws(RowFault) -> EventDraft {
    var time = rowTime
    if let column = rule.time {
      guard let text = cells.text(column) else {
        throw missing(column, "it is the time of \(type.type.name)")
      }
      time = try instant(text, column)
    }
    var members: [JSONValue.Member] = []
    var tags: [String] = []
    for member in rule.data {
      guard let value = try json(member, cells, type, time) else { continue }
      members.append(.init(member.field.name, value))
      if let role = PersonRole.tagged(member.field.name), self.tags.contains(role),
        case .string(let id) = value
      {
        tags.append("\(role.rawValue):\(id)")
      }
    }
    var visibility = rule.visibility
    if let template = rule.visibilityTemplate, let word = try text(template, cells, .string) {
      visibility = Visibility(name: word) ?? .public
    }
    return EventDraft(
      type: type, data: .object(members), time: time,
      actor: try actor(rule.actor, actorID, cells, time), visibility: visibility,
      stream: try stream(rule.stream, cells, type, time), tags: tags)
  }

  private func actor(
    _ template: EventRule.ActorTemplate?, _ id: String?, _ cells: RowCells, _ time: Timestamp
  ) throws(RowFault) -> Actor {
    if let template {
      guard let value = template.id else { return Actor(template.kind) }
      let role: PersonRole = template.kind == .client ? .client : .agent
      return Actor(template.kind, try text(value, cells, .id, role, time))
    }
    let kind = id.flatMap { table.actor.kinds[$0] } ?? table.actor.kind
    guard let id else { return Actor(kind) }
    let role: PersonRole = kind == .client ? .client : .agent
    return Actor(kind, people.id(of: id, as: role, by: table.actor.identity, at: time))
  }

  private func stream(
    _ template: EventRule.StreamTemplate?, _ cells: RowCells, _ type: EventSchema.TypeDescriptor,
    _ time: Timestamp
  ) throws(RowFault) -> StreamID? {
    guard let template else { return nil }
    let role = PersonRole(rawValue: template.kind)
    guard let id = try text(template.id, cells, .id, role, time) else {
      throw RowFault(
        code: .valueMissing,
        message: "the id of the stream of \(type.type.name) is empty")
    }
    do {
      return try StreamID(kind: template.kind, id: id)
    } catch {
      throw RowFault(code: .valueInvalid, message: error.message)
    }
  }

  // MARK: Values

  private func json(
    _ member: DataTemplate.Member, _ cells: RowCells, _ type: EventSchema.TypeDescriptor,
    _ time: Timestamp
  ) throws(RowFault) -> JSONValue? {
    let value = try json(member.template, member.field, cells, type, time)
    if value == nil, member.field.isRequired {
      let column: Int? = if case .value(let it) = member.template { it.column } else { nil }
      let what = "it is the field \(member.field.name) of \(type.type.name)"
      throw column.map { missing($0, what) }
        ?? RowFault(code: .valueMissing, message: "a column is empty; \(what)")
    }
    return value
  }

  private func json(
    _ template: DataTemplate, _ field: EventSchema.Field, _ cells: RowCells,
    _ type: EventSchema.TypeDescriptor, _ time: Timestamp
  ) throws(RowFault) -> JSONValue? {
    switch template {
    case .constant(let json): return json
    case .value(let value):
      let role = PersonRole(field: field.name)
      return try text(value, cells, field.kind, role, time).map { text throws(RowFault) in
        try typed(text, field.kind, value)
      }
    case .list(let elements):
      var values: [JSONValue] = []
      for element in elements {
        if let value = try json(element, field, cells, type, time) { values.append(value) }
      }
      return values.isEmpty ? nil : .array(values)
    case .split(let value, let separator):
      let role = PersonRole(field: field.name)
      var values: [JSONValue] = []
      for part in raw(value, cells)?.split(separator: separator) ?? [] {
        var element = part.drop { $0 == " " }
        while element.last == " " { element.removeLast() }
        guard !element.isEmpty,
          let text = try meaning(String(element), value, field.kind, role, time)
        else { continue }
        values.append(try typed(text, field.kind, value))
      }
      return values.isEmpty ? nil : .array(values)
    case .message(let members):
      var values: [JSONValue.Member] = []
      for member in members {
        guard let value = try json(member, cells, type, time) else { continue }
        values.append(.init(member.field.name, value))
      }
      return .object(values)
    case .map(let pairs):
      var values: [JSONValue.Member] = []
      for (key, template) in pairs {
        guard let text = try text(template, cells, .string) else { continue }
        let isNumber = field.kind == .intMap
        values.append(
          .init(key, isNumber ? try typed(text, .int, template) : .string(text)))
      }
      return values.isEmpty ? nil : .object(values)
    }
  }

  /// A template's text; nil where one of its columns is unknown.
  private func text(
    _ template: ValueTemplate, _ cells: RowCells, _ kind: EventSchema.FieldKind,
    _ role: PersonRole? = nil, _ time: Timestamp? = nil
  ) throws(RowFault) -> String? {
    guard let text = raw(template, cells) else { return nil }
    return try meaning(text, template, kind, role, time)
  }

  private func raw(_ template: ValueTemplate, _ cells: RowCells) -> String? {
    var text = ""
    for part in template.parts {
      switch part {
      case .text(let literal): text += literal
      case .column(let place):
        guard let cell = cells.text(place) else { return nil }
        text += cell
      }
    }
    return text
  }

  /// What a text means by the template's values, and for ids by the directory.
  private func meaning(
    _ given: String, _ template: ValueTemplate, _ kind: EventSchema.FieldKind,
    _ role: PersonRole?, _ time: Timestamp?
  ) throws(RowFault) -> String? {
    var text = given
    if let values = template.values {
      guard let mapped = values[text] else {
        switch template.otherwise {
        case .leaveOut: return nil
        case .value(let word): return word
        case .reject: throw unmapped(template, text)
        }
      }
      return mapped
    }
    guard kind == .id else { return text }
    if let role {
      text = people.id(of: text, as: role, by: template.identity ?? .opaque, at: time)
    }
    do {
      try OpaqueID.check(text, in: "an id made of \(names(of: template))")
    } catch {
      throw RowFault(
        code: error.code == .personalData ? .valuePersonal : .valueInvalid, message: error.message)
    }
    return text
  }

  private func typed(
    _ text: String, _ kind: EventSchema.FieldKind, _ template: ValueTemplate
  ) throws(RowFault) -> JSONValue {
    switch kind {
    case .int:
      guard let number = DecimalText.times(template.factor, text) else {
        throw invalid(template, "a whole number", text)
      }
      return .int(number)
    case .bool:
      switch text.lowercased() {
      case "true", "yes", "1": return true
      case "false", "no", "0": return false
      default: throw invalid(template, "true or false; say by values what means which", text)
      }
    case .time: return JSONValue(try instant(text, template.column ?? 0))
    case .enumeration(let name):
      let known = EventSchema.builtIn.enums[name] ?? []
      guard known.contains(where: { $0.name == text }) else { throw unmapped(template, text) }
      return .string(text)
    default: return .string(text)
    }
  }

  private func instant(_ text: String, _ column: Int) throws(RowFault) -> Timestamp {
    let bytes = Array(text.utf8)
    let field = CSVField(start: 0, end: bytes.count)
    for format in timeFormats {
      if let time = format.time(bytes, field, in: zone) { return time }
    }
    throw RowFault(
      code: .valueInvalid,
      message: "the column \(name(column)) is no time in \(timeFormats.map(\.text)), or one that "
        + "does not exist: \(RowReader.shape(bytes, field))")
  }

  // MARK: Faults

  private func name(_ column: Int) -> String { table.columns.names[column] }

  private func names(of template: ValueTemplate) -> String {
    let names = template.parts.compactMap { part -> String? in
      if case .column(let place) = part { name(place) } else { nil }
    }
    return names.isEmpty ? "a constant" : names.joined(separator: ", ")
  }

  private func missing(_ column: Int, _ what: String) -> RowFault {
    RowFault(
      code: .valueMissing, message: "the column \(name(column)) is empty, and \(what)")
  }

  private func invalid(_ template: ValueTemplate, _ what: String, _ text: String) -> RowFault {
    let bytes = Array(text.utf8)
    let shape = RowReader.shape(bytes, CSVField(start: 0, end: bytes.count))
    return RowFault(
      code: .valueInvalid, message: "the column \(names(of: template)) is not \(what): \(shape)")
  }

  private func unmapped(_ template: ValueTemplate, _ text: String) -> RowFault {
    let column = names(of: template)
    return RowFault(
      code: .valueUnmapped,
      message: "the column \(column) holds a value for which the profile has no rule; --check "
        + "lists such values. Add it to values, or say by else what the others mean",
      unmapped: [ImportSummary.Unmapped(column: column, value: text)])
  }

  private func noRule(_ cells: RowCells) -> RowFault {
    let conditions = table.rules.flatMap(\.conditions)
    var columns: [Int] = []
    for condition in conditions where !columns.contains(condition.column) {
      columns.append(condition.column)
    }
    var unmapped: [ImportSummary.Unmapped] = []
    for column in columns {
      guard let text = cells.text(column),
        !conditions.contains(where: { $0.column == column && $0.values.contains(text) })
      else { continue }
      unmapped.append(ImportSummary.Unmapped(column: name(column), value: text))
    }
    return RowFault(
      code: .valueUnmapped,
      message: "no rule of the profile fits the row; the rules look at "
        + columns.map { name($0) }.joined(separator: ", ")
        + ". Add one, with the event none if the row is to be passed over", unmapped: unmapped)
  }
}
