internal import CasefileModel

/// A profile's columns in the order in which rows keep their cells, each with what it is for.
struct SnapshotPlan: Sendable {
  /// What a change of the column means.
  enum Role: Hashable, Sendable {
    case state, group, assignee, client, openedBy, number, subject, topic, priority, impact
    case urgency, openedAt, resolvedAt, channel, counter, plainField, contentField, untracked
  }

  struct Column: Sendable {
    let name: String
    let role: Role
    /// What its values identify people by.
    var identity = SourceTable.Identity.opaque

    /// What its ids name, as far as several sources may have other ids for the same.
    var person: PersonRole? {
      switch role {
      case .assignee, .openedBy: .agent
      case .client: .client
      case .group: .group
      case .topic: .topic
      default: nil
      }
    }

    var rule: ValuePool.Rule {
      // Names and addresses are replaced by opaque ids as they are read.
      guard identity == .opaque else { return .free }
      return ruleOfRole
    }

    private var ruleOfRole: ValuePool.Rule {
      switch role {
      case .group, .assignee, .client, .openedBy, .topic: .id
      case .subject, .contentField, .openedAt, .resolvedAt, .untracked: .free
      default: .plain
      }
    }
  }

  let columns: [Column]
  let state: Int?
  let counter: Int?
  let openedAt: Int?
  let resolvedAt: Int?

  init(_ profile: ImportProfile) {
    let rules = profile.snapshots
    var columns: [Column] = []
    func add(_ name: String?, _ role: Role) {
      if let name { columns.append(Column(name: name, role: role)) }
    }
    func add(_ person: SnapshotRules.PersonColumn?, _ role: Role) {
      guard let person else { return }
      columns.append(Column(name: person.name, role: role, identity: person.identity))
    }
    add(rules.state, .state)
    if case .counter(let column)? = rules.reopening { add(column, .counter) }
    add(rules.group, .group)
    add(rules.assignee, .assignee)
    add(rules.priority, .priority)
    add(rules.client, .client)
    add(rules.subject, .subject)
    add(rules.topic, .topic)
    add(rules.number, .number)
    add(rules.channel, .channel)
    add(rules.impact, .impact)
    add(rules.urgency, .urgency)
    add(rules.openedBy, .openedBy)
    add(rules.openedAt, .openedAt)
    add(rules.resolvedAt, .resolvedAt)
    for field in rules.fields {
      add(field.column, field.kind == .plain ? .plainField : .contentField)
    }
    for column in rules.untracked { add(column, .untracked) }
    self.columns = columns
    state = columns.firstIndex { $0.role == .state }
    counter = columns.firstIndex { $0.role == .counter }
    openedAt = columns.firstIndex { $0.role == .openedAt }
    resolvedAt = columns.firstIndex { $0.role == .resolvedAt }
  }
}
