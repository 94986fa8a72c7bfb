public import CasefileModel

/// A case's deadlines as the published policies judge them, or why they can't be judged.
///
/// What a source or a monitor wrote down of deadlines is told apart: by `DeadlineReviews`.
public struct ClockReviews: Hashable, Sendable {
  /// Why something is not assessable: no verdict is given then, so that missing data is no guilt.
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// No policy is published in this store.
    case noPolicyPublished
    /// Policies are published, and none governs the ticket.
    case noPolicyMatches
    /// The ticket was put under a policy that nobody published.
    case unknownPolicy
    /// A policy governs it, and nothing has happened that starts one of its clocks.
    case nothingStarted
    /// Some entries may not be told, and a verdict without them could be a wrong one.
    case entriesWithheld
    /// The clock counts a calendar that is not known.
    case unknownCalendar
    /// The clock ends with a reply, and the source does not record messages or calls.
    case repliesNotRecorded
    /// The clock ends with a reply, and the source does not state whether it records them.
    case repliesNotStated
  }

  /// What a case's clocks are reviewed from.
  public enum Basis: Sendable {
    /// What the evaluator found.
    case judged(TicketDeadlines)
    /// There is nothing to review.
    case notAssessable(Reason)
  }

  /// The instant of evaluation; nil where nothing was judged.
  public let evaluatedAt: Timestamp?
  /// The policy that governs then.
  public let policy: TicketDeadlines.PolicyVersion?
  /// The clocks in the order of `TicketDeadlines`.
  public let clocks: [ClockVerdict]
  /// Why there is no clock; nil where there is one.
  public let reason: Reason?

  init(_ basis: Basis) {
    switch basis {
    case .notAssessable(let reason):
      evaluatedAt = nil
      policy = nil
      clocks = []
      self.reason = reason
    case .judged(let deadlines):
      evaluatedAt = deadlines.evaluatedAt
      policy = deadlines.policy
      clocks = deadlines.clocks
      if !clocks.isEmpty {
        reason = nil
      } else if !deadlines.unknownPolicies.isEmpty {
        reason = .unknownPolicy
      } else {
        reason = deadlines.policy == nil ? .noPolicyMatches : .nothingStarted
      }
    }
  }
}
