internal import CasefileModel

/// A profile's columns in the order in which rows keep their cells, each with what it is for.
struct SnapshotPlan: Sendable {
  /// What a change of the column means.
  enum Role: Hashable, Sendable {
    case state, group, assignee, client, openedBy, number, subject, topic, priority, impact
    case urgency, channel, counter, plainField, contentField, untracked
  }

  struct Column: Sendable {
    let name: String
    let role: Role

    var rule: ValuePool.Rule {
      switch role {
      case .group, .assignee, .client, .openedBy, .topic: .id
      case .subject, .contentField, .untracked: .free
      default: .plain
      }
    }
  }

  let columns: [Column]
  let state: Int?
  let counter: Int?
  /// Every column that is part of a row's identity, sorted by name: all that the profile reads.
  let identityNames: [String]
  /// Stands for the names in each row's hash, so that other columns give other ids.
  let identityDigest: Digest

  init(_ profile: ImportProfile) {
    let rules = profile.snapshots
    var columns: [Column] = []
    func add(_ name: String?, _ role: Role) {
      if let name { columns.append(Column(name: name, role: role)) }
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
    for field in rules.fields {
      add(field.column, field.kind == .plain ? .plainField : .contentField)
    }
    for column in rules.untracked { add(column, .untracked) }
    self.columns = columns
    state = columns.firstIndex { $0.role == .state }
    counter = columns.firstIndex { $0.role == .counter }
    var names = Set(columns.map(\.name))
    names.formUnion([profile.ticket, profile.eventTime, profile.actor.column])
    names.formUnion(profile.recordKey)
    if let order = profile.order { names.insert(order) }
    if let writtenAt = profile.writtenAt { names.insert(writtenAt) }
    identityNames = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    identityDigest = ImportHash.digest(of: Array(identityNames.joined(separator: "\n").utf8))
  }
}

/// Where a file has the columns of a plan.
struct ColumnMap {
  let ticket: Int
  let order: Int?
  let eventTime: Int
  let writtenAt: Int?
  let actor: Int
  let recordKey: [Int]
  let cells: [Int]
  let identity: [Int]
  let names: [String]

  /// Finds the columns in a header.
  ///
  /// - Throws: `ImportError` `.csvHeader`, `.columnMissing` or `.columnUnknown`.
  init(header names: [String], profile: ImportProfile, plan: SnapshotPlan) throws(ImportError) {
    try ColumnMap.check(names)
    var places: [String: Int] = [:]
    for (index, name) in names.enumerated() { places[name] = index }
    let missing = plan.identityNames.filter { places[$0] == nil }
    guard missing.isEmpty else {
      let unused = names.filter { !plan.identityNames.contains($0) }
      let list = missing.map { name in
        name + (NearMatch.best(for: name, in: unused).map { " (is it \($0)?)" } ?? "")
      }
      throw ImportError(
        .columnMissing,
        "the file has no column \(list.joined(separator: ", ")), which the profile names. "
          + "It has \(names.prefix(40).joined(separator: ", "))", line: 1)
    }
    let known = Set(plan.identityNames).union(profile.leaking)
    let unknown = names.filter { !known.contains($0) }
    guard unknown.isEmpty || profile.otherColumns == .ignore else {
      throw ImportError(
        .columnUnknown,
        "the profile does not say what \(unknown.prefix(40).joined(separator: ", ")) is; add it to "
          + "snapshots.fields, snapshots.untracked or leaking, or set otherColumns to ignore",
        line: 1)
    }
    // Every name asked for is in `places`, as was just checked.
    func place(_ name: String) -> Int { places[name] ?? 0 }
    ticket = place(profile.ticket)
    order = profile.order.map(place)
    eventTime = place(profile.eventTime)
    writtenAt = profile.writtenAt.map(place)
    actor = place(profile.actor.column)
    recordKey = profile.recordKey.map(place)
    cells = plan.columns.map { place($0.name) }
    identity = plan.identityNames.map(place)
    self.names = names
  }

  private static func check(_ names: [String]) throws(ImportError) {
    guard names.count <= ImportLimits.columnCount else {
      throw ImportError(
        .csvHeader,
        "the header has \(names.count) columns; the limit is \(ImportLimits.columnCount)", line: 1)
    }
    var seen: Set<String> = []
    for (index, name) in names.enumerated() {
      guard !name.isEmpty, name.utf8.count <= ImportLimits.columnNameSizeBytes else {
        throw ImportError(
          .csvHeader,
          "column \(index + 1) of the header has \(name.utf8.count) bytes; a name has 1 to "
            + "\(ImportLimits.columnNameSizeBytes)", line: 1)
      }
      guard seen.insert(name).inserted else {
        throw ImportError(
          .csvHeader, "the header has the column \(name) twice; rename one of them", line: 1)
      }
    }
  }
}
