internal import CasefileCalendars
public import CasefileModel

/// Something about a deadline that a monitor has to write down, and that nobody has written yet.
public struct DeadlineObservation: Hashable, Sendable {
  /// What was seen.
  public enum Kind: Hashable, Sendable {
    /// So many working seconds are left.
    case warning(remainingSeconds: Int64)
    /// The deadline has passed.
    case breach(DeadlineBreach)
  }

  /// The ticket.
  public let ticket: String
  /// The clock.
  public let clock: ClockVerdict
  /// What was seen.
  public let kind: Kind
  /// When it was due.
  public let dueAt: Timestamp
  /// When it was seen.
  public let observedAt: Timestamp
  /// Which zone data it was computed with.
  public let zoneDataVersion: String?

  /// What it is told apart by: the same observation has the same words, whoever makes it and when.
  public var identity: String {
    let what =
      switch kind {
      case .warning(let seconds): "warning \(seconds)"
      case .breach(let breach): "breach \(breach.targetSeconds)"
      }
    return "\(ticket)\n\(clock.clock.rawValue) \(clock.instance)\n\(policy.id)\n\(policy.version) "
      + "\(dueAt.microseconds) \(what)"
  }

  /// The policy whose target it is about.
  public var policy: TicketDeadlines.PolicyVersion {
    if case .breach(let breach) = kind {
      return TicketDeadlines.PolicyVersion(id: breach.policy, version: breach.policyVersion)
    }
    return TicketDeadlines.PolicyVersion(id: clock.policy, version: clock.policyVersion)
  }

  /// The event of a warning; nil for a breach.
  public var warning: SLAWarningIssued? {
    guard case .warning(let seconds) = kind else { return nil }
    return SLAWarningIssued(
      clock: clock.clock.rawValue, instance: Int64(clock.instance), dueAt: dueAt,
      observedAt: observedAt, policyId: policy.id, policyVersion: policy.version,
      calendarId: clock.calendar, calendarVersion: clock.calendarVersion,
      holderAgent: holder, remainingSeconds: seconds)
  }

  /// The event of a breach; nil for a warning.
  public var breach: SLABreachObserved? {
    guard case .breach(let breach) = kind else { return nil }
    return SLABreachObserved(
      clock: clock.clock.rawValue, instance: Int64(clock.instance), dueAt: dueAt,
      observedAt: observedAt, policyId: policy.id, policyVersion: policy.version,
      calendarId: clock.calendar, calendarVersion: clock.calendarVersion,
      holderAgent: breach.holder, cause: breach.cause,
      overrunBusinessSeconds: breach.overrunBusinessSeconds,
      overrunWallSeconds: breach.overrunWallSeconds, openHandoff: breach.offer?.handoff,
      zoneDataVersion: zoneDataVersion)
  }

  /// Who holds the ticket, as the derivation tells.
  private var holder: String? { clock.spans.last?.holder }
}

extension TicketDeadlines {
  /// What a monitor has to write down at the instant of evaluation: each warning whose time has come
  /// and each breach, unless it is written already.
  ///
  /// A pure function, so a monitor that starts again goes on where the log ends. Nothing is observed
  /// of what is only tried.
  public var observations: [DeadlineObservation] {
    guard !isHypothetical else { return [] }
    var observations: [DeadlineObservation] = []
    for clock in clocks {
      func add(_ kind: DeadlineObservation.Kind, _ dueAt: Timestamp) {
        observations.append(
          DeadlineObservation(
            ticket: ticket, clock: clock, kind: kind, dueAt: dueAt, observedAt: evaluatedAt,
            zoneDataVersion: zones.version))
      }
      for breach in clock.breaches where breach.observedBy == nil {
        add(.breach(breach), breach.at)
      }
      guard let dueAt = clock.dueAt, clock.state == .running else { continue }
      for warning in clock.warnings where warning.issuedBy == nil && warning.at <= evaluatedAt {
        add(.warning(remainingSeconds: warning.remainingSeconds), dueAt)
      }
    }
    return observations
  }
}
