import CasefileModel
import CasefileProjections

/// Fields and values of an audit in words.
struct AuditValues {
  let voice: Voice
  let length: TextLength
  private var phrases: any Phrases { voice.phrases }

  /// `closeKind` as `close kind`; the ids behind a dot stay as they are.
  func name(_ field: String) -> String {
    guard let dot = field.firstIndex(of: ".") else { return phrases.stateField(field) }
    let list = String(field[..<dot])
    let id = String(field[field.index(after: dot)...])
    switch list {
    case "fields": return id
    case "pastWaits": return "\(phrases.stateField("wait")) \(id)"
    case "agreements": return "\(phrases.stateField("agreement")) \(id)"
    default: return field
    }
  }

  /// A value of the state in one line; a dash for unknown and none.
  func text(_ value: JSONValue, of field: String, at instant: Timestamp?) -> String {
    let list = field.prefix { $0 != "." }
    // What stands behind the dot is an id.
    return text(value, String(list), in: String(list), at: instant)
  }

  /// - Parameter list: the field of the state to which a part belongs.
  private func text(
    _ value: JSONValue, _ name: String, in list: String, at instant: Timestamp?
  ) -> String {
    switch value {
    case .null: return "–"
    case .string(let text):
      if let time = Timestamp(text) { return voice.zone.text(time) }
      return text.isEmpty ? phrases.quoted("") : word(text, name, in: list, at: instant)
    case .bool(let value): return value ? phrases.yes : phrases.no
    case .array(let values):
      return values.isEmpty
        ? "–" : values.map { text($0, name, in: list, at: instant) }.joined(separator: "; ")
    case .object(let members):
      if members.map(\.name) == ["kind", "id"], case .string(let kind) = members[0].value,
        let kind = Actor.Kind(name: kind)
      {
        // Somebody, as rows name people.
        let id: String? = if case .string(let text) = members[1].value { text } else { nil }
        return voice.actor(Actor(kind, id), at: instant)
      }
      let parts = members.filter { $0.value != .null && $0.value != .array([]) }.map { member in
        let said = text(member.value, member.name, in: list, at: instant)
        return member.name == "position"
          ? "#\(said)" : "\(phrases.stateField(member.name)) \(said)"
      }
      return parts.joined(separator: ", ")
    case .int, .number: return value.text
    }
  }

  private func word(
    _ text: String, _ name: String, in list: String, at instant: Timestamp?
  ) -> String {
    if let kind = AuditValues.people["\(list).\(name)"] ?? AuditValues.people[name] {
      return voice.names.text(kind, text, at: instant)
    }
    if let enumeration = AuditValues.enumerations["\(list).\(name)"]
      ?? AuditValues.enumerations[name]
    {
      return phrases.word(text, of: enumeration)
    }
    if list == "agreements", name == "outcome" { return phrases.outcomeWord(text) }
    guard AuditValues.texts.contains(name) || list == "fields" else { return text }
    return length.apply(text).map(phrases.quoted) ?? phrases.hiddenText
  }

  private static let people: [String: NameBook.Kind] = [
    "assignee": .agent, "accountable": .agent, "openOffer.from": .agent, "toAgent": .agent,
    "promisedBy": .agent, "client": .client, "promisedTo": .client, "person": .client,
    "confirmations.by": .client, "group": .group, "accountableGroup": .group, "toGroup": .group,
    "topic": .topic,
  ]

  private static let enumerations = [
    "status": "TicketStatus", "channel": "Channel", "channels": "Channel",
    "closeKind": "CloseKind", "role": "ParticipantRole", "relation": "LinkRelation",
    "waits.reason": "WaitReason", "pastWaits.reason": "WaitReason",
    "openOffer.reason": "HandoffReason", "authority": "ConfirmationAuthority",
    "ending": "WaitEnding",
  ]

  /// Words of people, which are shown in the length that is asked for.
  private static let texts: Set<String> = ["subject", "text"]

  /// A value of a field of an event, as its correction states it.
  func text(
    _ value: JSONValue, ofField name: String, type: String, at instant: Timestamp?
  ) -> String {
    guard case .string(let text) = value else { return self.text(value, of: name, at: instant) }
    let field = voice.schema.descriptor(named: type)?.fields.first { $0.name == name }
    if case .enumeration(let enumeration)? = field?.kind {
      return phrases.word(text, of: enumeration)
    }
    if let time = Timestamp(text) { return voice.zone.text(time) }
    for kind in NameBook.kinds(ofField: name) {
      if let known = voice.names.name(kind, text, at: instant) { return "\(known) (\(text))" }
    }
    guard field?.isContent ?? false else { return text }
    return length.apply(text).map(phrases.quoted) ?? phrases.hiddenText
  }
}
