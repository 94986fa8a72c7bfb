public import CasefileCalendars
public import CasefileModel

/// Every deadline of a ticket at an instant, by what is known.
///
/// A pure function of the ticket's events, the published policies and calendars, the zone data and
/// the instant: what was answered before is answered again by the same prefix of the log.
public struct TicketDeadlines: Hashable, Sendable {
  /// A version of a policy.
  public struct PolicyVersion: Hashable, Sendable {
    /// The policy's id.
    public let id: String
    /// Its version.
    public let version: Int64
  }

  /// A policy that an event names and nobody published.
  public struct UnknownPolicy: Hashable, Sendable {
    /// The policy's id.
    public let id: String
    /// The event.
    public let position: Position
  }

  /// The ticket.
  public let ticket: String
  /// The instant of evaluation.
  public let evaluatedAt: Timestamp
  /// The policy that governs it then; nil: no deadline is set.
  public let policy: PolicyVersion?
  /// Every instance of every clock: by clock in the order of `ClockName`, then by instance.
  public let clocks: [ClockVerdict]
  /// Policies that can't be applied, since they are not known.
  public let unknownPolicies: [UnknownPolicy]
  /// Which zone data it was computed with.
  public let zones: ZoneDataIdentity
  /// Whether something was tried that is not stored.
  public let isHypothetical: Bool
}

/// How much of a verdict is worked out.
public enum DeadlineDetail: Sendable {
  /// Verdicts, breaches and their holders.
  case verdicts
  /// The derivation too: every span with its cause, holder and seconds.
  case derivation
}

extension TicketHistory {
  /// Judges the ticket's deadlines.
  ///
  /// - Parameters:
  ///   - now: the instant of evaluation; what happened later is left out.
  ///   - knownAt: leaves out what was recorded later. Make the book with the same one.
  ///   - book: the policies and calendars.
  ///   - duties: shifts and absences by agent; without them nobody's duty is known.
  /// - Complexity: O(n log n) in the ticket's events.
  public func deadlines(
    at now: Timestamp, knownAt: KnownAt? = nil, book: DeadlineBook,
    duties: [String: AgentDuty] = [:], detail: DeadlineDetail = .derivation
  ) -> TicketDeadlines {
    clockFacts(knownAt: knownAt).deadlines(at: now, book: book, duties: duties, detail: detail)
  }
}
