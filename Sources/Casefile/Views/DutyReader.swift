internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// Reads the rows that tell of duty, and counts them.
struct DutyReader {
  private let rows: ViewRows
  /// How many rows were read.
  private(set) var count = 0

  init(_ rows: ViewRows) { self.rows = rows }

  /// What rows say of an agent.
  enum Answer {
    /// No event names the agent.
    case nothing
    case duty(AgentDuty)
    /// Only the agent's events tell it, folded together.
    case entangled
  }

  // MARK: One agent

  /// All that is known of an agent.
  mutating func duty(of agent: String) throws -> Answer {
    try answer(agent) { reader, share in
      for part: DutyRows.Part in [.near, .far, .other] {
        share.shifts += try reader.all(AgentDuty.Shift.self, agent, part)
      }
      for part: DutyRows.Part in [.nearAbsence, .farAbsence] {
        share.absences += try reader.all(AgentDuty.Absence.self, agent, part)
      }
      share.presences = try reader.all(AgentDuty.PresenceChange.self, agent, .presence)
    }
  }

  /// What tells how an agent stood at each instant of a time, as `AgentDuty.standing(at:)` and
  /// `AgentDuty.periods(from:until:)` have it; of shifts and absences only those on which that
  /// depends.
  ///
  /// - Complexity: the rows near the time and those that reach far.
  mutating func duty(of agent: String, during time: DutyTime) throws -> Answer {
    try answer(agent) { reader, share in
      // Those listed first are kept: they have the tickets that were left too.
      var ties: Set<Position> = []
      for shift in try reader.near(agent, time) + reader.all(AgentDuty.Shift.self, agent, .far)
        + reader.started(agent, time) + reader.outermost(agent)
      where ties.insert(shift.tie).inserted {
        share.shifts.append(shift)
      }
      let reach = DutyReader.reach
      share.absences =
        try reader.newest(AgentDuty.Absence.self, agent, .nearAbsence, through: time.until) {
          $0.from >= time.from.adding(microseconds: -reach) ? .taken : .tooOld
        } + reader.all(AgentDuty.Absence.self, agent, .farAbsence)
    }
  }

  private static let reach = AgentDuty.Shift.reachSeconds * 1_000_000
  private static let horizon = AgentDuty.horizonSeconds * 1_000_000

  private mutating func answer(
    _ agent: String, _ read: (inout DutyReader, inout DutyShare) throws -> Void
  ) throws -> Answer {
    let marks = try all(Bool.self, agent, .mark)
    if marks.contains(true) { return .entangled }
    var share = DutyShare()
    share.profile = try all(AgentDuty.Profile.self, agent, .profile).first
    try read(&self, &share)
    guard !marks.isEmpty || share != DutyShare() else { return .nothing }
    return .duty(AgentDuty(agent: agent, share))
  }

  /// The shifts that are near a time. A plan may begin before the shift does, and the end of the last
  /// shift is told for a day.
  private mutating func near(_ agent: String, _ time: DutyTime) throws -> [AgentDuty.Shift] {
    let first = time.from.adding(microseconds: -DutyReader.reach - DutyReader.horizon)
    let last = time.until?.adding(microseconds: DutyReader.reach)
    return try newest(AgentDuty.Shift.self, agent, .near, through: last) { shift in
      shift.begin.map { $0 >= first } ?? true ? .taken : .tooOld
    }
  }

  /// The shifts that were begun within a time and the last one before it; where there is none, the
  /// newest, since who clocks shifts is known by that.
  private mutating func started(_ agent: String, _ time: DutyTime) throws -> [AgentDuty.Shift] {
    let found = try newest(AgentDuty.Shift.self, agent, .started, through: time.until) { shift in
      shift.startedAt.map { $0 >= time.from } ?? true ? .taken : .last
    }
    guard found.isEmpty else { return found }
    return try newest(AgentDuty.Shift.self, agent, .started, through: nil) { _ in .last }
  }

  /// The newest shift, and the first one that has an end: between them nobody is unknown.
  private mutating func outermost(_ agent: String) throws -> [AgentDuty.Shift] {
    let oldest = try newest(AgentDuty.Shift.self, agent, .ended, through: nil) { _ in .last }
    return try oldest + newest(AgentDuty.Shift.self, agent, .near, through: nil) { _ in .last }
  }

  private enum Use { case taken, last, tooOld }

  /// The rows of a part in their order, from an instant on backward, as long as they are wanted.
  private mutating func newest<Value: RowCodable>(
    _ type: Value.Type, _ agent: String, _ part: DutyRows.Part, through last: Timestamp?,
    _ use: (Value) -> Use
  ) throws -> [Value] {
    let prefix = DutyRows.prefix(agent, part)
    var values: [Value] = []
    // A key that is shorter than others which begin with it comes before them.
    try rows.scan(prefix, after: last.map { prefix + DutyRows.descending($0) }) { _, bytes in
      count += 1
      let row = try TicketsView.decode(DutyRow<Value>.self, bytes)
      // A long id is cut in the key.
      guard row.agent.utf8.elementsEqual(agent.utf8) else { return true }
      let use = use(row.value)
      if use != .tooOld { values.append(row.value) }
      return use == .taken
    }
    return values
  }

  private mutating func all<Value: RowCodable>(
    _ type: Value.Type, _ agent: String, _ part: DutyRows.Part
  ) throws -> [Value] {
    try newest(type, agent, part, through: nil) { _ in .taken }
  }

  // MARK: All agents

  /// How many rows one core reads at a time.
  private static let readByOne = 2_048

  /// All that is known of every agent, by agent; nil where of some the events alone tell it.
  ///
  /// - Parameter tickets: which of the tickets are wanted that shifts' ends list.
  mutating func duties(naming tickets: ShiftTickets) throws -> [String: AgentDuty]? {
    var shares: [String: DutyShare] = [:]
    var work = OrderedWork<[String: DutyShare]>()
    defer { work.cancel() }
    func take(isLast: Bool) throws {
      while let portion = try work.next(isLast: isLast) {
        for (agent, share) in portion { shares[agent, default: DutyShare()].add(share) }
      }
    }
    try rows.scanBlocks(
      [TicketsView.Kind.duty.rawValue], count: DutyReader.readByOne, size: 1 << 20
    ) { block in
      count += block.count
      work.add { try DutyReader.shares(in: block, naming: tickets) }
      try take(isLast: false)
      return true
    }
    try take(isLast: true)
    guard !shares.values.contains(where: \.isEntangled) else { return nil }
    return Dictionary(
      uniqueKeysWithValues: shares.map { ($0.key, AgentDuty(agent: $0.key, $0.value)) })
  }

  /// What the rows of a block say, by agent.
  private static func shares(
    in block: RowBlock, naming tickets: ShiftTickets
  ) throws -> [String: DutyShare] {
    var shares: [String: DutyShare] = [:]
    for index in 0..<block.count {
      let range = try block.value(at: index)
      // The agent's id ends with a zero.
      let key = block.key(at: index)
      let part = key.firstIndex(of: 0).flatMap { end in
        key.indices.contains(end + 1) ? DutyRows.Part(rawValue: key[end + 1]) : nil
      }
      // They tell once more what others tell.
      if part == .started || part == .ended { continue }
      guard let part, shares.read(block.bytes, in: range, part, naming: tickets) else {
        throw ViewDamage("a row of the view tickets can't be read")
      }
    }
    return shares
  }

  // MARK: Events

  /// The positions of the events that name an agent, and of those which name a shift that one of
  /// these names.
  mutating func events(of agent: String) throws -> Set<Position> {
    var positions: Set<Position> = []
    var shifts: Set<String> = []
    try rows.scan(TicketsView.prefix(.dutyEvent, agent)) { key, bytes in
      count += 1
      let row = try TicketsView.decode(DutyRow<[String]>.self, bytes)
      guard row.agent.utf8.elementsEqual(agent.utf8) else { return true }
      positions.insert(TicketsView.position(in: key))
      shifts.formUnion(row.value)
      return true
    }
    for shift in shifts {
      count += 1
      if let row = try DutyGroupRow.of(.shift(shift), rows) { positions.formUnion(row.events) }
    }
    return positions
  }
}

extension [String: DutyShare] {
  /// Adds what a row says; false where it can't be read.
  fileprivate mutating func read(
    _ bytes: [UInt8], in range: Range<Int>, _ part: DutyRows.Part, naming tickets: ShiftTickets
  ) -> Bool {
    var reader = RowReader(bytes, in: range)
    do throws(RowError) {
      let agent: String = try reader.get()
      try self[agent, default: DutyShare()].read(part, from: &reader, naming: tickets)
    } catch { return false }
    return reader.isAtEnd
  }
}

extension DutyShare {
  /// Adds what a row says.
  fileprivate mutating func read(
    _ part: DutyRows.Part, from reader: inout RowReader, naming tickets: ShiftTickets
  ) throws(RowError) {
    switch part {
    case .profile: profile = try AgentDuty.Profile(from: &reader)
    case .near, .far, .other: shifts.append(try AgentDuty.Shift(from: &reader, naming: tickets))
    case .nearAbsence, .farAbsence: absences.append(try reader.get())
    case .presence: presences.append(try reader.get())
    case .mark: isEntangled = try Bool(from: &reader) || isEntangled
    case .started, .ended: break
    }
  }
}
