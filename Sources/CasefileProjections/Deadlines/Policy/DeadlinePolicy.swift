public import CasefileModel

/// One version of a deadline policy, checked. Versions never change.
public struct DeadlinePolicy: Hashable, Sendable {
  /// The policy's id.
  public let id: String
  /// Its version.
  public let version: Int64
  /// The name that people see.
  public let name: String?
  /// Its clocks, each once.
  public let clocks: [ClockName: ClockTerms]
  /// Which tickets match: those for which a rule holds; all, where there is none.
  public let rules: [PolicyRule]
  /// From when it is in force.
  public let effectiveFrom: Timestamp
  /// What it does to tickets that another version governs.
  public let mode: PolicyMode?
  /// Which goes first where several match: the lowest; those without one go last.
  public let rank: Int64?
  /// The event that published it; nil where it is only tried.
  public let position: Position?

  /// Takes a version as it was published.
  ///
  /// - Parameter publishedAt: from when it is in force, where it does not say.
  /// - Throws: `PolicyError` with what is wrong in it.
  public init(
    _ payload: PolicyPublished, publishedAt: Timestamp, position: Position?
  ) throws(PolicyError) {
    id = payload.policyId
    version = payload.version
    name = payload.name
    rules = payload.rules
    effectiveFrom = payload.effectiveFrom ?? publishedAt
    mode = payload.mode
    rank = payload.rank
    self.position = position
    guard payload.version >= 1 else {
      throw PolicyError(
        .invalidVersion,
        "the policy \(payload.policyId) has the version \(payload.version); versions count from 1")
    }
    guard !payload.clocks.isEmpty else {
      throw PolicyError(.noClocks, "the policy \(payload.policyId) has no clock; give one at least")
    }
    var clocks: [ClockName: ClockTerms] = [:]
    for clock in payload.clocks {
      let terms = try ClockTerms(clock, in: payload.policyId)
      guard clocks.updateValue(terms, forKey: terms.clock) == nil else {
        throw PolicyError(
          .duplicateClock,
          "the policy \(payload.policyId) gives the clock \(terms.clock.rawValue) twice")
      }
    }
    self.clocks = clocks
    try DeadlinePolicy.check(payload.rules, of: payload.policyId)
  }

  /// Checks that a version can follow the one before it.
  ///
  /// - Throws: `PolicyError` `.invalidVersion`, `.effectiveBackwards`.
  public func check(after last: DeadlinePolicy?) throws(PolicyError) {
    guard version == (last?.version ?? 0) + 1 else {
      throw PolicyError(
        .invalidVersion,
        "the policy \(id) is at version \(last?.version ?? 0), so the next one is "
          + "\((last?.version ?? 0) + 1) and not \(version); versions never change")
    }
    if let last, effectiveFrom < last.effectiveFrom {
      throw PolicyError(
        .effectiveBackwards,
        "version \(version) of the policy \(id) is in force from \(effectiveFrom), before version "
          + "\(last.version) (\(last.effectiveFrom)); an effective date can't go backwards")
    }
  }

  /// Checks that all calendars that it names are published.
  ///
  /// - Throws: `PolicyError` `.missingCalendar`.
  public func check(calendars: Set<String>) throws(PolicyError) {
    for terms in clocks.values.sorted(by: { $0.clock.rawValue < $1.clock.rawValue }) {
      guard let calendar = terms.calendar, !calendars.contains(calendar) else { continue }
      throw PolicyError(
        .missingCalendar,
        "the clock \(terms.clock.rawValue) of the policy \(id) names the calendar "
          + "\(calendar.debugDescription), which is not published; publish it first")
    }
  }

  private static func check(_ rules: [PolicyRule], of policy: String) throws(PolicyError) {
    var ids: Set<String> = []
    for rule in rules {
      guard ids.insert(rule.ruleId).inserted else {
        throw PolicyError(
          .duplicateRule, "the policy \(policy) has two rules \(rule.ruleId.debugDescription)")
      }
      for condition in rule.conditions {
        let place = "the rule \(rule.ruleId) of the policy \(policy)"
        switch condition.relation ?? .oneOf {
        case .present, .absent: continue
        case .atLeast, .atMost:
          guard condition.values.count == 1, Int64(condition.values[0]) != nil else {
            throw PolicyError(
              .invalidCondition, "\(place) compares \(condition.field) with no whole number")
          }
        case .oneOf, .noneOf, .contains:
          guard !condition.values.isEmpty else {
            throw PolicyError(
              .invalidCondition, "\(place) compares \(condition.field) with nothing; give values")
          }
        case let unknown:
          throw PolicyError(
            .invalidCondition, "\(place) has the relation \(unknown.rawValue), which is not known")
        }
      }
    }
  }
}
