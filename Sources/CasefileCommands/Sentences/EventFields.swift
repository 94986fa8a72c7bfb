import CasefileModel

/// The fields of one event for a sentence. It notes which fields were said, so that the rest can be
/// listed and nothing is dropped.
struct EventFields {
  private let members: [JSONValue.Member]
  private let fields: [EventSchema.Field]
  private let voice: Voice
  private let instant: Timestamp?
  private(set) var said: Set<String> = []

  init(_ data: JSONValue, _ fields: [EventSchema.Field], voice: Voice, at instant: Timestamp?) {
    if case .object(let members) = data { self.members = members } else { members = [] }
    self.fields = fields
    self.voice = voice
    self.instant = instant
  }

  private func value(_ name: String) -> JSONValue? {
    guard let member = members.first(where: { $0.name == name }), member.value != .null else {
      return nil
    }
    return member.value
  }

  /// A field as it is, for a choice of words; it counts as said.
  mutating func raw(_ name: String) -> String? {
    guard let value = value(name) else { return nil }
    said.insert(name)
    return plain(value)
  }

  /// A field as a text: a name with its id, a label, a number.
  mutating func text(_ name: String) -> String? {
    raw(name).map { named($0, name) }
  }

  /// Whether a field names whoever acted.
  func isActor(_ name: String, _ actor: Actor) -> Bool {
    value(name).map { plain($0) == actor.id } ?? false
  }

  /// Somebody else than whoever acted.
  mutating func other(_ name: String, than actor: Actor) -> String? {
    let isSame = isActor(name, actor)
    let text = text(name)
    return isSame ? nil : text
  }

  private func named(_ id: String, _ field: String) -> String {
    for kind in NameBook.kinds(ofField: field) {
      if let name = voice.names.name(kind, id, at: instant) { return "\(name) (\(id))" }
    }
    return id
  }

  /// A fixed word of the vocabulary, as people say it.
  mutating func word(_ name: String) -> String? {
    raw(name).map { voice.phrases.word($0, of: enumeration(name)) }
  }

  private func enumeration(_ name: String) -> String? {
    guard case .enumeration(let enumeration)? = fields.first(where: { $0.name == name })?.kind
    else { return nil }
    return enumeration
  }

  /// A time in the zone.
  mutating func time(_ name: String) -> String? {
    guard case .string(let text)? = value(name), let time = Timestamp(text) else { return nil }
    said.insert(name)
    return voice.zone.text(time)
  }

  /// A number of seconds, such as `1 h 5 min`.
  mutating func seconds(_ name: String) -> String? {
    guard case .int(let seconds)? = value(name) else { return nil }
    said.insert(name)
    return voice.phrases.duration(seconds)
  }

  /// A truth value; false where it is missing.
  mutating func flag(_ name: String) -> Bool {
    guard case .bool(let value)? = value(name) else { return false }
    said.insert(name)
    return value
  }

  /// The texts of a list.
  mutating func list(_ name: String) -> [String] {
    guard case .array(let values)? = value(name) else { return [] }
    said.insert(name)
    return values.map { named(plain($0), name) }
  }

  /// The objects of a list.
  mutating func objects(_ name: String) -> [EventFields] {
    guard case .array(let values)? = value(name) else { return [] }
    said.insert(name)
    return values.map { EventFields($0, inner(name), voice: voice, at: instant) }
  }

  private func inner(_ name: String) -> [EventSchema.Field] {
    guard case .message(let message)? = fields.first(where: { $0.name == name })?.kind else {
      return []
    }
    return voice.schema.messages[message] ?? []
  }

  /// What was not said yet: each field with its value; null is a content that was erased.
  var rest: [(name: String, value: String)] {
    members.filter { !said.contains($0.name) }.map { member in
      (voice.phrases.label(EventFields.bare(member.name)), rest(member))
    }
  }

  /// A value as its field's kind and unit have it.
  private func rest(_ member: JSONValue.Member) -> String {
    if case .int(let number) = member.value {
      if member.name.hasSuffix("Seconds") || member.name == "seconds" {
        return voice.phrases.duration(number)
      }
      if member.name.hasSuffix("Permille") { return EventFields.percent(number) }
      if member.name.hasSuffix("Bytes") { return voice.phrases.bytes(number) }
    }
    if case .object(let members) = member.value {
      guard !inner(member.name).isEmpty else {
        return members.map { "\($0.name) \(plain($0.value))" }.joined(separator: ", ")
      }
      return EventFields(member.value, inner(member.name), voice: voice, at: instant).joined
    }
    if case .array(let values) = member.value {
      if !inner(member.name).isEmpty {
        return values.map {
          EventFields($0, inner(member.name), voice: voice, at: instant).joined
        }.joined(separator: "; ")
      }
      return values.map { rest(JSONValue.Member(member.name, $0)) }.joined(separator: ", ")
    }
    let text = plain(member.value)
    if let enumeration = enumeration(member.name) {
      return voice.phrases.word(text, of: enumeration)
    }
    // The times of types that nobody registered are known by their shape only.
    if isTime(member.name), let time = Timestamp(text) { return voice.zone.text(time) }
    // The names of clocks are words that every policy shares.
    if member.name == "clock" { return voice.phrases.word(text, of: nil) }
    return named(text, member.name)
  }

  private func isTime(_ name: String) -> Bool {
    fields.isEmpty || fields.contains { $0.name == name && $0.kind == .time }
  }

  private var joined: String {
    rest.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
  }

  /// A unit behind a field's name is said with the value.
  private static func bare(_ name: String) -> String {
    for unit in ["Seconds", "Permille", "Bytes"] where name.hasSuffix(unit) {
      return String(name.dropLast(unit.count))
    }
    return name
  }

  private static func percent(_ permille: Int64) -> String {
    permille % 10 == 0 ? "\(permille / 10) %" : "\(permille / 10).\(abs(permille % 10)) %"
  }

  /// `internalDepartment` as `internal department`; ids and labels of others stay as they are.
  static func divided(_ name: String) -> String {
    guard name.utf8.allSatisfy({ (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }),
      name.utf8.first.map({ $0 >= 0x61 }) ?? false
    else { return name }
    // By bytes, since only letters of ASCII are left: asking Unicode of each took a tenth of an
    // `agent show` (perf, 2026-11-25).
    var bytes: [UInt8] = []
    for byte in name.utf8 {
      if byte < 0x61 { bytes.append(UInt8(ascii: " ")) }
      bytes.append(byte | 0x20)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func plain(_ value: JSONValue) -> String {
    switch value {
    case .null: voice.phrases.erased
    case .string(let text): text
    case .bool(let value): value ? voice.phrases.yes : voice.phrases.no
    case .array(let values): values.map { plain($0) }.joined(separator: ", ")
    case .object(let members):
      members.map { "\($0.name) \(plain($0.value))" }.joined(separator: ", ")
    default: value.text
    }
  }
}
