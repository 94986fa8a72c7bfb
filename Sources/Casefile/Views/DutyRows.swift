internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// The rows of the view `tickets` that tell of agents' duty.
///
/// A row for each shift, absence and change of presence, in order of time within an agent, so that
/// whoever asks for a time reads what is near it and little else.
enum DutyRows {
  /// What a row tells of its agent: the byte after the agent in its key.
  enum Part: UInt8 {
    /// Who it is.
    case profile = 0
    /// A shift that counts and is near its beginning, the newest first.
    case near = 1
    /// A shift that counts and reaches far from its beginning.
    case far = 2
    /// A shift that was cancelled, or of which no beginning is known.
    case other = 3
    /// Once more each shift that was really begun, the newest first: the last one before an instant
    /// counts, however old it is.
    case started = 4
    /// Once more each shift that counts and has an end, the oldest first: before the first one nothing
    /// is known.
    case ended = 5
    /// An absence that ended near its beginning, the newest first.
    case nearAbsence = 6
    /// An absence that lasts, or lasted long.
    case farAbsence = 7
    /// A change of presence.
    case presence = 8
    /// That a group names the agent, and whether it is entangled with others.
    case mark = 9
  }

  static func key(_ group: DutyGroup) -> [UInt8] {
    let kind = TicketsView.Kind.dutyGroup.rawValue
    return switch group {
    case .shift(let id): [kind, 0] + RowCoding.key(id)
    case .agent(let id): [kind, 1] + RowCoding.key(id)
    case .presence(let position): [kind, 2] + RowCoding.key(position.rawValue)
    }
  }

  /// The rows of the groups of agents.
  static let agentGroups = [TicketsView.Kind.dutyGroup.rawValue, 1]

  static func prefix(_ agent: String, _ part: Part) -> [UInt8] {
    TicketsView.prefix(.duty, agent) + [part.rawValue]
  }

  /// A time whose bytes sort as times do.
  static func ascending(_ time: Timestamp) -> [UInt8] {
    RowCoding.key(UInt64(bitPattern: time.microseconds) ^ 1 << 63)
  }

  /// A time whose bytes sort the newest first.
  static func descending(_ time: Timestamp) -> [UInt8] {
    RowCoding.key(~(UInt64(bitPattern: time.microseconds) ^ 1 << 63))
  }

  /// The rows of what a group says of an agent.
  static func rows(
    _ agent: String, _ share: DutyShare, of group: DutyGroup, first: Position
  ) -> [(key: [UInt8], value: [UInt8])] {
    var rows: [(key: [UInt8], value: [UInt8])] = []
    func add(_ part: Part, _ place: [UInt8], _ value: some RowCodable) {
      rows.append(
        (prefix(agent, part) + place, RowWriter.encode(DutyRow(agent: agent, value: value))))
    }
    if let profile = share.profile { add(.profile, [], profile) }
    for shift in share.shifts {
      let tie = shift.tie.rawValue
      if let begin = shift.begin, !shift.isCancelled {
        let part: Part = shift.isNear ? .near : .far
        add(part, descending(begin) + RowCoding.key(tie), shift)
        if shift.end != nil {
          add(.ended, ascending(begin) + RowCoding.key(tie), shift.withoutTickets)
        }
      } else {
        add(.other, RowCoding.key(tie), shift)
      }
      if let start = shift.startedAt {
        // Of those that began at one instant the last one counts.
        add(.started, descending(start) + RowCoding.key(~tie), shift.withoutTickets)
      }
    }
    for absence in share.absences {
      add(
        absence.isNear ? .nearAbsence : .farAbsence,
        descending(absence.from) + RowCoding.key(absence.position.rawValue), absence)
    }
    for change in share.presences {
      add(.presence, ascending(change.at) + RowCoding.key(change.position.rawValue), change)
    }
    if rows.isEmpty || share.isEntangled {
      // Groups of one agent may begin with one event.
      let place = RowCoding.key(first.rawValue) + RowCoding.key(RowCoding.hash(key(group)))
      add(.mark, place, share.isEntangled)
    }
    return rows
  }
}

/// A row that tells of an agent. It has the agent too: in the key a long id is cut.
struct DutyRow<Value: RowCodable>: RowCodable {
  let agent: String
  let value: Value

  init(agent: String, value: Value) {
    self.agent = agent
    self.value = value
  }

  func write(to writer: inout RowWriter) {
    writer.put(agent)
    writer.put(value)
  }

  init(from reader: inout RowReader) throws(RowError) {
    self.init(agent: try reader.get(), value: try reader.get())
  }
}

/// The row of a group of events that are folded together: of which events it is made, and which rows it has.
struct DutyGroupRow: RowCodable {
  /// The id that the group is of; empty for a change of presence.
  let name: String
  var events: [Position] = []
  /// The keys of its rows, to take them away when it is folded anew.
  var keys: [RowKey] = []

  init(name: String) { self.name = name }

  func write(to writer: inout RowWriter) {
    writer.put(name)
    writer.put(events)
    writer.put(keys)
  }

  init(from reader: inout RowReader) throws(RowError) {
    name = try reader.get()
    events = try reader.get()
    keys = try reader.get()
  }

  static func of(_ group: DutyGroup, _ rows: ViewRows) throws -> DutyGroupRow? {
    try at(DutyRows.key(group), rows)
  }

  static func at(_ key: [UInt8], _ rows: ViewRows) throws -> DutyGroupRow? {
    try rows.value(key).map { try TicketsView.decode(self, $0) }
  }

  /// The key of a row as a value.
  struct RowKey: RowCodable, Hashable {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func write(to writer: inout RowWriter) { writer.put(blob: bytes) }

    init(from reader: inout RowReader) throws(RowError) {
      var bytes: [UInt8] = []
      try reader.blob(into: &bytes)
      self.bytes = bytes
    }
  }
}

/// The groups of duty that a batch of events touches, on their way into the rows.
struct DutyStep {
  private var touched: Set<DutyGroup> = []
  /// Whether nothing is to be folded.
  var isEmpty: Bool { touched.isEmpty }

  /// Notes an event, once more where an amendment acts on it; those which tell of no duty are of no
  /// account.
  mutating func note(_ event: StoredEvent, _ rows: inout ViewRows, _ log: LogPrefix) throws {
    guard DutyGroup.has(event) else { return }
    let amendments = try DutyStep.amendments(of: event.position, rows, log)
    let groups = DutyGroup.groups(of: event, amendments: amendments)
    for group in groups {
      touched.insert(group)
      var row = try DutyGroupRow.of(group, rows) ?? DutyGroupRow(name: group.name)
      guard !row.events.contains(event.position) else { continue }
      row.events = (row.events + [event.position]).sorted()
      rows.put(DutyRows.key(group), RowWriter.encode(row))
    }
    let shifts = groups.compactMap { group in
      if case .shift(let id) = group { id } else { nil }
    }.sorted { $0.isBefore($1) }
    for agent in DutyGroup.agents(in: event, amendments: amendments) {
      rows.put(
        TicketsView.key(.dutyEvent, agent, event.position),
        RowWriter.encode(DutyRow(agent: agent, value: shifts)))
    }
  }

  private static func amendments(
    of event: Position, _ rows: ViewRows, _ log: LogPrefix
  ) throws -> [StoredEvent] {
    try TicketsView.amendments(of: event, rows).map { try log.event(at: $0) }
  }

  /// Folds the touched groups anew.
  ///
  /// - Parameter isEnd: whether `log` ends with the batch. Before that the groups of agents are left,
  ///   since they are touched again and again, and each time are folded as a whole.
  mutating func fold(
    _ retractions: BatchRetractions, schema: EventSchema, isEnd: Bool,
    _ rows: inout ViewRows, _ log: LogPrefix
  ) throws {
    if log.isAhead {
      touched = touched.filter { if case .agent = $0 { false } else { true } }
      if isEnd {
        try rows.scan(DutyRows.agentGroups) { _, value in
          touched.insert(.agent(try TicketsView.decode(DutyGroupRow.self, value).name))
          return true
        }
      }
    }
    // An event that a correction moves from one shift to another keeps its place: what one group
    // gives up, another one may have now.
    var new: [[UInt8]: [UInt8]] = [:]
    for group in touched {
      for (key, value) in try fold(group, retractions, schema, &rows, log) { new[key] = value }
    }
    for (key, value) in new { rows.put(key, value) }
  }

  /// Folds a group and takes its old rows away.
  ///
  /// - Returns: its new rows.
  private func fold(
    _ group: DutyGroup, _ retractions: BatchRetractions, _ schema: EventSchema,
    _ rows: inout ViewRows, _ log: LogPrefix
  ) throws -> [[UInt8]: [UInt8]] {
    guard var row = try DutyGroupRow.of(group, rows), let first = row.events.first else {
      return [:]
    }
    var amendments: [Position: StoredEvent] = [:]
    let events = try row.events.map { position in
      for amendment in try DutyStep.amendments(of: position, rows, log) {
        amendments[amendment.position] = amendment
      }
      return try log.event(at: position)
    }
    let all = retractions.completing(events, foreign: Array(amendments.values))
    var new: [[UInt8]: [UInt8]] = [:]
    for (agent, share) in group.shares(all, schema: schema) {
      for (key, value) in DutyRows.rows(agent, share, of: group, first: first) { new[key] = value }
    }
    let old = Set(row.keys.map(\.bytes))
    for key in old.subtracting(new.keys) { rows.delete(key) }
    if old != Set(new.keys) {
      row.keys = new.keys.sorted { $0.lexicographicallyPrecedes($1) }.map {
        DutyGroupRow.RowKey($0)
      }
      rows.put(DutyRows.key(group), RowWriter.encode(row))
    }
    return new
  }
}

extension DutyGroup {
  fileprivate var name: String {
    switch self {
    case .shift(let id), .agent(let id): id
    case .presence: ""
    }
  }
}
