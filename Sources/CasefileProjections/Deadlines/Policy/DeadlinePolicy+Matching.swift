internal import CasefileModel

/// What policies ask of a ticket, at one instant.
struct TicketAttributes: Hashable, Sendable {
  var priority: String?
  var kind: String?
  var channel: String?
  var topic: String?
  var group: String?
  var client: String?
  var tags: [String] = []
  /// The organisation's own fields, as JSON.
  var fields: [String: String] = [:]

  /// The values of a field; most fields have one or none.
  func values(of field: String) -> [String] {
    switch field {
    case "priority": one(priority)
    case "kind": one(kind)
    case "channel": one(channel)
    case "topicId": one(topic)
    case "groupId": one(group)
    case "clientId": one(client)
    case "tag": tags
    default: one(fields[field].map(TicketAttributes.plain))
    }
  }

  private func one(_ value: String?) -> [String] { value.map { [$0] } ?? [] }

  /// A JSON string without its quotes; any other value as it is written.
  private static func plain(_ json: String) -> String {
    if case .string(let text)? = try? JSONValue(parsing: json.utf8) { return text }
    return json
  }
}

extension DeadlinePolicy {
  /// The id of the first rule that holds, nil where none does; the empty text where all match.
  func match(_ ticket: TicketAttributes) -> String? {
    if rules.isEmpty { return "" }
    return rules.first { rule in rule.conditions.allSatisfy { $0.holds(for: ticket) } }?.ruleId
  }
}

extension PolicyCondition {
  func holds(for ticket: TicketAttributes) -> Bool {
    let found = ticket.values(of: field)
    switch relation ?? .oneOf {
    case .oneOf: return found.contains { values.contains($0) }
    case .noneOf: return !found.contains { values.contains($0) }
    case .contains:
      if field == "tag" { return values.allSatisfy { found.contains($0) } }
      return found.contains { text in values.allSatisfy { text.contains($0) } }
    case .present: return !found.isEmpty
    case .absent: return found.isEmpty
    case .atLeast: return compare(found) { $0 >= $1 }
    case .atMost: return compare(found) { $0 <= $1 }
    default: return false
    }
  }

  private func compare(_ found: [String], _ relation: (Int64, Int64) -> Bool) -> Bool {
    guard let limit = values.first.flatMap({ Int64($0) }) else { return false }
    return found.contains { Int64($0).map { relation($0, limit) } ?? false }
  }
}
