internal import CasefileModel

extension AgentDuty {
  /// Who an agent is.
  package struct Profile: Hashable, Sendable {
    let registeredAt: Timestamp?
    let displayName: String?
    let name: String?
    let groups: [String]
    let deactivatedAt: Timestamp?
  }

  /// Who the agent is; nil where nothing tells.
  var profile: Profile? {
    let profile = Profile(
      registeredAt: registeredAt, displayName: displayName, name: name, groups: groups,
      deactivatedAt: deactivatedAt)
    let nothing = Profile(
      registeredAt: nil, displayName: nil, name: nil, groups: [], deactivatedAt: nil)
    return profile == nothing ? nil : profile
  }

  /// Joins what the groups say of an agent.
  package init(agent: String, _ share: DutyShare) {
    self.init(agent: agent)
    registeredAt = share.profile?.registeredAt
    displayName = share.profile?.displayName
    name = share.profile?.name
    groups = share.profile?.groups ?? []
    deactivatedAt = share.profile?.deactivatedAt
    shifts = share.shifts
    absences = share.absences
    presences = share.presences.sorted { ($0.at, $0.position) < ($1.at, $1.position) }
    sort()
  }

  /// Brings shifts and absences into the order of their beginning.
  mutating func sort() {
    shifts.sort { ($0.begin ?? .latest, $0.tie) < ($1.begin ?? .latest, $1.tie) }
    absences.sort { ($0.from, $0.position) < ($1.from, $1.position) }
  }
}
