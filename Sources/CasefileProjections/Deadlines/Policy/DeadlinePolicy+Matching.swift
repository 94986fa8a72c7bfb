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
}

/// The rules of a policy made ready for judging: lists of deadlines match every ticket anew at every
/// change, and to find out by its name which field a condition means took longer than to compare it.
struct PolicyMatcher: Sendable {
  /// A field that a condition may name.
  enum Field: Hashable, Sendable {
    case priority, kind, channel, topic, group, client, tag
    /// One of the organisation's own.
    case own(String)

    init(_ name: String) {
      switch name {
      case "priority": self = .priority
      case "kind": self = .kind
      case "channel": self = .channel
      case "topicId": self = .topic
      case "groupId": self = .group
      case "clientId": self = .client
      case "tag": self = .tag
      default: self = .own(name)
      }
    }
  }

  fileprivate struct Condition: Sendable {
    let field: Field
    let relation: ConditionRelation
    let values: [String]
  }

  private let rules: [(id: String, conditions: [Condition])]

  init(_ policy: DeadlinePolicy) {
    rules = policy.rules.map { rule in
      let conditions = rule.conditions.map {
        Condition(field: Field($0.field), relation: $0.relation ?? .oneOf, values: $0.values)
      }
      return (rule.ruleId, conditions)
    }
  }

  /// Whether it asks for one of a ticket's lists: its tags, or its own fields.
  var asksForLists: Bool {
    rules.lazy.flatMap(\.conditions).contains { condition in
      switch condition.field {
      case .tag, .own: true
      default: false
      }
    }
  }

  /// The id of the first rule that holds, nil where none does; the empty text where all match.
  func match(_ ticket: TicketAttributes) -> String? {
    if rules.isEmpty { return "" }
    return rules.first { rule in rule.conditions.allSatisfy { $0.holds(for: ticket) } }?.id
  }
}

extension PolicyMatcher.Condition {
  func holds(for ticket: TicketAttributes) -> Bool {
    switch field {
    case .priority: holds(for: ticket.priority)
    case .kind: holds(for: ticket.kind)
    case .channel: holds(for: ticket.channel)
    case .topic: holds(for: ticket.topic)
    case .group: holds(for: ticket.group)
    case .client: holds(for: ticket.client)
    case .tag: holds(among: ticket.tags)
    case .own(let name): holds(for: ticket.fields[name].map(Self.plain))
    }
  }

  /// A field that has one value or none.
  private func holds(for value: String?) -> Bool {
    if let value { holds(among: CollectionOfOne(value)) } else { holds(among: EmptyCollection()) }
  }

  private func holds(among found: some Collection<String>) -> Bool {
    switch relation {
    case .oneOf: return found.contains { values.contains($0) }
    case .noneOf: return !found.contains { values.contains($0) }
    case .contains:
      if field == .tag { return values.allSatisfy { found.contains($0) } }
      return found.contains { text in values.allSatisfy { text.contains($0) } }
    case .present: return !found.isEmpty
    case .absent: return found.isEmpty
    case .atLeast: return compare(found) { $0 >= $1 }
    case .atMost: return compare(found) { $0 <= $1 }
    default: return false
    }
  }

  private func compare(
    _ found: some Collection<String>, _ relation: (Int64, Int64) -> Bool
  ) -> Bool {
    guard let limit = values.first.flatMap({ Int64($0) }) else { return false }
    return found.contains { Int64($0).map { relation($0, limit) } ?? false }
  }

  /// A JSON string without its quotes; any other value as it is written.
  private static func plain(_ json: String) -> String {
    if case .string(let text)? = try? JSONValue(parsing: json.utf8) { return text }
    return json
  }
}
