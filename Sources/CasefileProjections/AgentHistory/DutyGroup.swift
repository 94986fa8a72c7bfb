package import CasefileModel

/// A part of what is told of duty that can be folded apart from all else.
///
/// What names one shift says nothing of another one, so whoever keeps what comes of each group folds
/// only the groups that a new event, a correction or a retraction touches. Where that does not hold,
/// the group says so of the agents that it names: see `DutyShare.isEntangled`.
package enum DutyGroup: Hashable, Sendable {
  /// All that names a shift.
  case shift(String)
  /// What names an agent and no shift: profile, absences, clockings without the id of a shift.
  case agent(String)
  /// A change of presence, of which an agent has thousands.
  case presence(Position)

  /// Whether an event tells of duty, and so belongs to groups.
  package static func has(_ event: StoredEvent) -> Bool {
    guard AgentDuty.types.contains(event.envelope.typeNumber) else { return false }
    let kind = event.envelope.stream.kind
    return kind == "agent" || kind == "shift"
  }

  /// The groups to which an event belongs, now or by what may be known of it later or earlier.
  ///
  /// More amendments never give fewer groups, so it is of no account which of them were known when a
  /// group was noted.
  /// - Parameter amendments: the corrections and retractions that act on it, also by way of others.
  package static func groups(of event: StoredEvent, amendments: [StoredEvent]) -> Set<DutyGroup> {
    guard has(event) else { return [] }
    let names = DutyNames(event, amendments: amendments)
    guard names.role != .presence else { return [.presence(event.position)] }
    var groups = Set(names.shifts.map { DutyGroup.shift($0) })
    switch names.role {
    case .profile, .absence: groups.formUnion(names.agents.map { .agent($0) })
    case .clock:
      if names.shifts.isEmpty || names.isCorrected {
        groups.formUnion(names.agents.map { .agent($0) })
      }
    case .plan, .presence: break
    }
    // A source's order key counts within a stream, whatever shift its events name.
    let stream = event.envelope.stream
    if stream.kind == "shift" { groups.insert(.shift(stream.id)) }
    return groups
  }

  /// The agents that an event names, by what it was or may be corrected to.
  package static func agents(in event: StoredEvent, amendments: [StoredEvent]) -> Set<String> {
    has(event) ? DutyNames(event, amendments: amendments).agents : []
  }

  /// What the events of the group say of each agent, by agent.
  ///
  /// - Parameter events: all events of the group, what amends them, and what retracts the imports that
  ///   brought any of these.
  package func shares(
    _ events: [StoredEvent], schema: EventSchema = .builtIn
  ) -> [String: DutyShare] {
    let own = events.filter { DutyGroup.has($0) }
    let amendments = events.filter { !DutyGroup.has($0) }
    var shares: [String: DutyShare] = [:]
    for (agent, duty) in AgentDuty.all(events: events, schema: schema) {
      var share = DutyShare()
      switch self {
      case .shift(let id): share.shifts = duty.shifts.filter { $0.id == id }
      case .agent(let name):
        guard name == agent else { continue }
        share = DutyShare(duty)
        share.shifts = duty.shifts.filter { $0.id == nil }
        share.presences = []
      case .presence: share.presences = duty.presences
      }
      shares[agent] = share
    }
    guard own.contains(where: { isEntangling($0, amendments) }) else { return shares }
    var agents = own.reduce(into: Set(shares.keys)) {
      $0.formUnion(DutyGroup.agents(in: $1, amendments: amendments))
    }
    if case .agent(let name) = self { agents = [name] }
    for agent in agents { shares[agent, default: DutyShare()].isEntangled = true }
    return shares
  }

  /// Whether an event acts beyond its group, or is acted on from beyond it.
  private func isEntangling(_ event: StoredEvent, _ amendments: [StoredEvent]) -> Bool {
    if case .agent = self, event.envelope.typeNumber == ShiftEnded.type.number {
      // Without an id it ends the newest shift that is open, whatever that one's id is.
      return true
    }
    guard event.envelope.sequence != nil else { return false }
    // An order key moves what stands in one stream: a shift's own stream is the group.
    guard case .shift(let id) = self, event.envelope.stream.kind == "shift",
      event.envelope.stream.id == id
    else { return true }
    return DutyGroup.groups(of: event, amendments: amendments) != [self]
  }
}

/// What a group says of one agent.
package struct DutyShare: Hashable, Sendable {
  /// The shifts, in no order.
  package var shifts: [AgentDuty.Shift] = []
  /// The absences, in no order.
  package var absences: [AgentDuty.Absence] = []
  /// The changes of presence, in no order.
  package var presences: [AgentDuty.PresenceChange] = []
  /// Who it is; nil where the group does not tell.
  package var profile: AgentDuty.Profile?
  /// Whether only all events of the agent together tell what was.
  package var isEntangled = false

  /// Tells nothing yet.
  package init() {}

  init(_ duty: AgentDuty) {
    shifts = duty.shifts
    absences = duty.absences
    presences = duty.presences
    profile = duty.profile
  }

  /// Takes in what another group says.
  package mutating func add(_ other: DutyShare) {
    shifts += other.shifts
    absences += other.absences
    presences += other.presences
    profile = profile ?? other.profile
    isEntangled = isEntangled || other.isEntangled
  }
}

/// Whom and which shift an event names, as it was written and as it may be corrected.
private struct DutyNames {
  enum Role { case profile, plan, clock, absence, presence }

  let role: Role
  private(set) var agents: Set<String> = []
  private(set) var shifts: Set<String> = []
  /// Whether a correction names another agent or shift, or none.
  private(set) var isCorrected = false

  private static let fieldNames: Set<String> = ["agentId", "shiftId"]
  /// By type, the numbers of the fields that name an agent and a shift.
  private static let fields: [UInt32: (agent: UInt32?, shift: UInt32?)] = {
    var fields: [UInt32: (agent: UInt32?, shift: UInt32?)] = [:]
    for type in EventSchema.builtIn.types where AgentDuty.types.contains(type.number) {
      let known = EventSchema.builtIn.descriptor(named: type.name)?.fields ?? []
      fields[type.number] = (
        known.first { $0.name == "agentId" }?.number, known.first { $0.name == "shiftId" }?.number
      )
    }
    return fields
  }()

  init(_ event: StoredEvent, amendments: [StoredEvent]) {
    role = DutyNames.role(of: event.envelope.typeNumber)
    let fields = DutyNames.fields[event.envelope.typeNumber]
    // Each field by itself: a correction may mend what keeps the whole from being read.
    if let agent = fields?.agent.flatMap({ (try? event.fields.id($0)) ?? nil }) {
      agents.insert(agent)
    }
    if let shift = fields?.shift.flatMap({ (try? event.fields.id($0)) ?? nil }) {
      shifts.insert(shift)
    }
    if role == .absence || role == .presence, event.envelope.stream.kind == "agent" {
      agents.insert(event.envelope.stream.id)
    }
    addCorrected(amendments.compactMap { try? $0.payload(as: EventCorrected.self) })
    agents.remove("")
  }

  private static func role(of type: UInt32) -> Role {
    switch type {
    case ShiftScheduled.type.number, ShiftChanged.type.number, ShiftCancelled.type.number: .plan
    case ShiftStarted.type.number, ShiftEnded.type.number: .clock
    case AbsenceStarted.type.number, AbsenceEnded.type.number: .absence
    case AgentPresenceChanged.type.number: .presence
    default: .profile
    }
  }

  /// A correction may be corrected too: its value, or which field it puts right.
  private mutating func addCorrected(_ corrections: [EventCorrected]) {
    let isRenamed = corrections.contains {
      $0.field == "field" && DutyNames.texts($0).contains { DutyNames.fieldNames.contains($0) }
    }
    guard isRenamed || corrections.contains(where: { DutyNames.fieldNames.contains($0.field) })
    else { return }
    isCorrected = true
    for correction in corrections
    where isRenamed || DutyNames.fieldNames.contains(correction.field)
      || correction.field == "newValue"
    {
      for text in DutyNames.texts(correction) {
        agents.insert(text)
        if role == .plan || role == .clock { shifts.insert(text) }
      }
    }
  }

  /// The text that a correction states, and the text within that, where it is JSON itself.
  private static func texts(_ correction: EventCorrected) -> [String] {
    guard case .string(let text)? = correction.newValue.flatMap({ try? JSONValue($0) }) else {
      return []
    }
    guard case .string(let inner)? = try? JSONValue(parsing: Array(text.utf8)) else {
      return [text]
    }
    return [text, inner]
  }
}
