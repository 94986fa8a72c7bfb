public import CasefileCalendars
public import CasefileModel

/// What the desk was like at each instant, for the cuts that ask for it: how long agents had been
/// there, their shifts, releases and calendars.
public struct MetricDesk: Sendable {
  /// The types of the events that tell since when agents are there, and of releases.
  public static let types: Set<UInt32> = [
    AgentRegistered.type.number, AgentProfileChanged.type.number, ReleasePublished.type.number,
  ]

  /// When each agent was hired, by agent.
  private var hired: [String: Timestamp] = [:]
  private let duties: [String: AgentDuty]
  /// The shifts by the events that planned them or began them, as a standing names them.
  private var shifts: [Position: AgentDuty.Shift] = [:]
  /// When releases came out, by project, in order; those of no project are everybody's.
  private var releases: [String?: [Timestamp]] = [:]
  private let calendars: [String: WorkingTime]

  /// Takes what is known; what is left out is not.
  ///
  /// - Parameters:
  ///   - events: of `types`, with what corrects or retracts them, in any order.
  ///   - duties: what is known of agents' shifts and absences, by agent.
  ///   - calendars: the working time of each calendar.
  ///   - knownAt: leaves out what was recorded later.
  ///   - schema: the types of events.
  public init(
    events: [StoredEvent] = [], duties: [String: AgentDuty] = [:],
    calendars: [String: WorkingTime] = [:], knownAt: KnownAt? = nil,
    schema: EventSchema = .builtIn
  ) {
    self.duties = duties
    for shift in duties.values.lazy.flatMap(\.shifts) {
      for position in [shift.planPosition, shift.startPosition].compactMap({ $0 }) {
        shifts[position] = shift
      }
    }
    self.calendars = calendars
    for entry in events.inForce(MetricDesk.types, knownAt: knownAt, schema: schema) {
      switch entry.typeNumber {
      case AgentRegistered.type.number:
        guard let payload = try? entry.payload(AgentRegistered.self) else { continue }
        hired[payload.agentId] = payload.hiredAt ?? hired[payload.agentId]
      case AgentProfileChanged.type.number:
        guard let payload = try? entry.payload(AgentProfileChanged.self) else { continue }
        hired[payload.agentId] = payload.hiredAt ?? hired[payload.agentId]
      default:
        guard let payload = try? entry.payload(ReleasePublished.self) else { continue }
        releases[entry.event.envelope.project, default: []].append(
          payload.publishedAt ?? entry.occurredAt)
      }
    }
    releases = releases.mapValues { $0.sorted() }
  }

  /// What is not known in the cuts of this kind.
  package static let unknown = "unknown"

  /// The band of days since the agent was hired.
  func tenure(of agent: String?, at instant: Timestamp) -> String {
    guard let agent, let hired = hired[agent], hired <= instant else { return MetricDesk.unknown }
    return MetricDesk.band(
      of: instant, since: hired, [(89, "0-89"), (364, "90-364"), (1_094, "365-1094")],
      beyond: "1095+")
  }

  /// The band of days since the last release of the project, or of all projects, before the instant.
  func release(of project: String?, at instant: Timestamp) -> String {
    let common = MetricDesk.last(before: instant, in: releases[nil])
    let own = project.flatMap { MetricDesk.last(before: instant, in: releases[$0]) }
    guard let last = [common, own].compactMap({ $0 }).max() else { return "none" }
    return MetricDesk.band(
      of: instant, since: last, [(1, "0-1"), (7, "2-7"), (30, "8-30")], beyond: "31+")
  }

  /// The group and the hour of the beginning of the shift under which the agent was, or that there was
  /// none.
  func shift(of agent: String?, at instant: Timestamp, in zone: ZoneRules) -> String {
    guard let agent, let duty = duties[agent] else { return MetricDesk.unknown }
    switch duty.standing(at: instant) {
    case .onDuty(let position):
      guard let shift = shifts[position], let begin = shift.plannedFrom ?? shift.startedAt else {
        return MetricDesk.unknown
      }
      let hour = MetricKeys.hour(of: begin, in: zone)
      return shift.group.map { "\($0) \(hour)" } ?? hour
    case .offShift: return "offShift"
    case .absent: return "absent"
    case .unknown: return MetricDesk.unknown
    }
  }

  /// Whether the instant is working time of the calendar by which the ticket's policy counted then.
  func hours(_ periods: [TicketTraits.Period], at instant: Timestamp) -> String {
    guard let id = TicketTraits.period(at: instant, in: periods)?.key else {
      return MetricDesk.unknown
    }
    if id.isEmpty { return "aroundTheClock" }
    guard let calendar = calendars[id] else { return MetricDesk.unknown }
    return calendar.contains(instant) ? "working" : "outside"
  }

  private static func band(
    of instant: Timestamp, since begin: Timestamp, _ bands: [(last: Int64, key: String)],
    beyond: String
  ) -> String {
    let days = FindingCase.seconds(begin, instant) / 86_400
    return bands.first { days <= $0.last }?.key ?? beyond
  }

  private static func last(before instant: Timestamp, in times: [Timestamp]?) -> Timestamp? {
    guard let times else { return nil }
    // Releases are few, and the newest ones are asked for most.
    return times.last { $0 <= instant }
  }
}
