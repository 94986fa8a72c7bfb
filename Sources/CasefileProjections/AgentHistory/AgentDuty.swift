public import CasefileModel

/// What is known of an agent apart from tickets: registration, shifts, absences, presence.
public struct AgentDuty: Hashable, Sendable, Codable {
  /// Whether an agent was at work at an instant.
  public enum Standing: Hashable, Sendable, Codable {
    /// By the shift that this event began, or by the plan that it states.
    case onDuty(by: Position)
    /// Between two shifts, or off the desk for good.
    case offShift
    /// By the absence that this event states.
    case absent(by: Position)
    /// The source does not say. It is never held against the agent.
    case unknown

    /// A standing without the event that says so.
    public enum Kind: String, Hashable, Sendable { case onDuty, offShift, absent, unknown }

    /// What it is, whichever event says so.
    public var kind: Kind {
      switch self {
      case .onDuty: .onDuty
      case .offShift: .offShift
      case .absent: .absent
      case .unknown: .unknown
      }
    }
  }

  /// A shift, as planned and as worked.
  public struct Shift: Hashable, Sendable, Codable {
    /// The shift's id, where it has one.
    public let id: String?
    /// The group for which it is planned.
    public internal(set) var group: String?
    /// When it should begin.
    public internal(set) var plannedFrom: Timestamp?
    /// When it should end.
    public internal(set) var plannedTo: Timestamp?
    /// Whether the plan was taken back.
    public internal(set) var isCancelled = false
    /// When the agent came on duty.
    public internal(set) var startedAt: Timestamp?
    /// When the agent went off duty.
    public internal(set) var endedAt: Timestamp?
    /// The tickets that the agent held at the end.
    public internal(set) var openTickets: [String] = []
    /// Those of them that were not handed over: a finding.
    public internal(set) var unhandedTickets: [String] = []
    /// The event that planned it.
    public internal(set) var planPosition: Position?
    /// The event that began it.
    public internal(set) var startPosition: Position?
    /// The event that ended it.
    public internal(set) var endPosition: Position?
  }

  /// An absence.
  public struct Absence: Hashable, Sendable, Codable {
    /// The absence's id, where it has one.
    public let id: String?
    /// Why, where it may be stored.
    public let kind: AbsenceKind?
    /// Whether it was planned.
    public let isPlanned: Bool?
    /// Who stands in.
    public let coveredBy: String?
    /// Since when.
    public let from: Timestamp
    /// Until when, as announced or as it ended; nil while nobody knows.
    public internal(set) var until: Timestamp?
    /// The event.
    public let position: Position
    /// The event that ended it.
    public internal(set) var endPosition: Position?
  }

  /// A change of presence.
  public struct PresenceChange: Hashable, Sendable, Codable {
    /// What it is since.
    public let presence: Presence
    /// Since when.
    public let at: Timestamp
    /// The event.
    public let position: Position
  }

  /// For how long a shift without an end goes on, and for how long after a shift without a next one
  /// nobody is taken to work: beyond a day nothing is known.
  public static let horizonSeconds: Int64 = 24 * 3600

  /// The agent.
  public let agent: String
  /// When the agent was registered; nil where no event says so.
  public internal(set) var registeredAt: Timestamp?
  /// The pseudonym that clients see; nil where it is unknown or erased.
  public internal(set) var displayName: String?
  /// The name; nil where it is unknown or erased.
  public internal(set) var name: String?
  /// The groups, sorted.
  public internal(set) var groups: [String] = []
  /// When the agent left the desk.
  public internal(set) var deactivatedAt: Timestamp? { didSet { memory.forget() } }
  /// The shifts, in order of their beginning.
  public internal(set) var shifts: [Shift] = [] { didSet { memory.forget() } }
  /// The absences, in order of their beginning.
  public internal(set) var absences: [Absence] = [] { didSet { memory.forget() } }
  /// The changes of presence, in order. They tell who could be reached, not who was on duty.
  public internal(set) var presences: [PresenceChange] = []
  private var memory = DutyMemory()

  private enum CodingKeys: CodingKey {
    case agent, registeredAt, displayName, name, groups, deactivatedAt, shifts, absences, presences
  }

  /// A person of whom nothing is known apart from tickets.
  public init(agent: String) { self.agent = agent }

  /// How the agent stood at all times.
  var timeline: DutyTimeline { memory.timeline(of: self) }

  /// Whether the agent was at work at an instant.
  ///
  /// Of a shift that was really begun and an absence the later one counts. A plan counts where the
  /// desk clocks no shifts of this agent; a planned shift that nobody began is unknown where it
  /// does, and so is everything before the first shift and a day after the last one.
  /// - Complexity: O(log n) in shifts and absences; the first answer sorts them.
  public func standing(at instant: Timestamp) -> Standing { timeline.standing(at: instant) }

  /// Shifts that really began and ended, and absences, as entries of a history.
  public var entries: [AgentEntry] {
    var entries: [AgentEntry] = []
    for shift in shifts {
      if let at = shift.startedAt, let position = shift.startPosition {
        var entry = AgentEntry(.shiftStarted, at: at, position: position)
        entry.duty = shift.id
        entries.append(entry)
      }
      if let at = shift.endedAt, let position = shift.endPosition {
        var entry = AgentEntry(.shiftEnded, at: at, position: position)
        entry.duty = shift.id
        entry.openTickets = shift.openTickets
        entry.unhandedTickets = shift.unhandedTickets
        entries.append(entry)
      }
    }
    for absence in absences {
      var entry = AgentEntry(.absenceStarted, at: absence.from, position: absence.position)
      entry.duty = absence.id
      entry.absence = absence.kind
      entries.append(entry)
      if let at = absence.until, let position = absence.endPosition {
        var end = AgentEntry(.absenceEnded, at: at, position: position)
        end.duty = absence.id
        end.absence = absence.kind
        entries.append(end)
      }
    }
    return entries.sorted { ($0.at, $0.position) < ($1.at, $1.position) }
  }
}

extension AgentDuty.Shift {
  /// When it really began, else when it should have.
  package var begin: Timestamp? { startedAt ?? plannedFrom }
}
