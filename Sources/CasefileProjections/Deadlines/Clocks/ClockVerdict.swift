public import CasefileModel

/// One instance of a clock of a ticket at an instant: what was due, what became of it, and why.
public struct ClockVerdict: Hashable, Sendable {
  /// Why an instance ended without being met or missed.
  public enum CancelReason: String, Hashable, Sendable {
    /// The ticket was closed before it was fulfilled.
    case closed
    /// The ticket was merged into another one.
    case merged
    /// A tombstone stands on the ticket.
    case deleted
    /// A solution was proposed: no more updates are owed.
    case resolved
    /// A change of policy began a fresh instance.
    case policyRestart
    /// The new policy has no such clock, or no target for this priority.
    case policyChanged
    /// No policy governs the ticket any more.
    case policyDetached
  }

  /// A stop that a reopening took back, with the verdict of that time.
  public struct Cycle: Hashable, Sendable {
    /// When it was stopped.
    public let stoppedAt: Timestamp
    /// The event that stopped it.
    public let position: Position
    /// What was true then.
    public let verdict: Verdict
    /// The working seconds that were used.
    public let elapsedSeconds: Int64
    /// When it had been due; nil where it was stopped while paused.
    public let dueAt: Timestamp?
  }

  /// A moment before the deadline at which the policy wants a warning.
  public struct Warning: Hashable, Sendable {
    /// When.
    public let at: Timestamp
    /// The working seconds that are left then.
    public let remainingSeconds: Int64
    /// The event by which it was issued.
    public let issuedBy: Position?
  }

  /// What a breach was put down to.
  public struct Cause: Hashable, Sendable {
    /// The code, ours or the organisation's own.
    public let code: String?
    /// The event.
    public let position: Position
  }

  /// The clock.
  public let clock: ClockName
  /// Which instance, from 1.
  public let instance: Int
  /// The policy that it is under.
  public let policy: String
  /// The policy's version.
  public let policyVersion: Int64
  /// The event that published it; nil where it is only tried.
  public let policyPosition: Position?
  /// The calendar that counts; nil: around the clock.
  public let calendar: String?
  /// The calendar's version in force at the end of what is judged.
  public let calendarVersion: Int64?
  /// Running, paused, stopped or cancelled.
  public let state: ClockState
  /// Pending, met, breached, cancelled; not assessable where there is a reason for that.
  public let verdict: Verdict
  /// Why it is not assessable: the calendar isn't known, or a reply is missing where the source
  /// records none. No breach is told then, since missing data is no guilt.
  public let reason: ClockReviews.Reason?
  /// Of a stopped one: the same judged by the target that held at the end alone.
  public let verdictUnderCurrentPolicy: Verdict?
  /// When it started.
  public let startedAt: Timestamp
  /// The event that started it.
  public let startPosition: Position
  /// When it is or was due; nil while paused, and where no working time lies ahead.
  public let dueAt: Timestamp?
  /// When it was stopped or cancelled.
  public let stoppedAt: Timestamp?
  /// The event that stopped or cancelled it.
  public let stopPosition: Position?
  /// Why it was cancelled.
  public let cancelReason: CancelReason?
  /// The working seconds used.
  public let elapsedSeconds: Int64
  /// The target in working seconds.
  public let targetSeconds: Int64
  /// The group whose time `groupHold` measures.
  public let group: String?
  /// The deadlines that passed, in order; one for each target at most.
  public let breaches: [DeadlineBreach]
  /// The stops that reopenings took back, in order.
  public let cycles: [Cycle]
  /// What its breaches were put down to, in order.
  public let causes: [Cause]
  /// The warnings that are due before the deadline, with the seconds left at each.
  public let warnings: [Warning]
  /// The derivation: every span, cut where the holder, the duty or an offer changed. Empty unless
  /// asked for.
  public let spans: [DeadlineSpan]
}

/// A deadline that passed while its clock was active.
public struct DeadlineBreach: Hashable, Sendable {
  /// The deadline; with the cause `retarget` the moment of the change.
  public let at: Timestamp
  /// The policy whose target was missed.
  public let policy: String
  /// The policy's version.
  public let policyVersion: Int64
  /// The target in working seconds.
  public let targetSeconds: Int64
  /// Whether the time ran out or a new target was already exceeded.
  public let cause: BreachCause
  /// Who held the ticket.
  public let holder: String?
  /// Whether the holder was at work.
  public let standing: AgentDuty.Standing
  /// The offer that waited for an answer.
  public let offer: DeadlineSpan.Offer?
  /// The working seconds from the deadline to the stop, or to the instant of evaluation.
  public let overrunBusinessSeconds: Int64
  /// The seconds of any kind, those in which the clock was stopped apart.
  public let overrunWallSeconds: Int64
  /// The event by which it was observed.
  public let observedBy: Position?
}

/// A part of an instance's time in which nothing changed.
public struct DeadlineSpan: Hashable, Sendable {
  /// Why a span began.
  public enum Why: Hashable, Sendable {
    /// The clock started.
    case started(ClockEvent)
    /// These waits pause it.
    case paused([WaitReason])
    /// The last wait that pauses it ended.
    case resumed
    /// Another target, calendar or policy came into force.
    case retargeted
    /// A change of policy began it afresh.
    case restarted
    /// The ticket was reopened.
    case reopened
    /// The clock stopped.
    case stopped(ClockEvent)
    /// It was given up.
    case cancelled(ClockVerdict.CancelReason)
  }

  /// A handoff that waited for an answer.
  public struct Offer: Hashable, Sendable {
    /// The handoff's id.
    public let handoff: String
    /// The agent or the group to whom it was offered.
    public let to: String?
    /// Since when.
    public let since: Timestamp
    /// The event.
    public let position: Position
  }

  /// Its first instant.
  public let from: Timestamp
  /// The instant after its last; nil for the last one of an instance that still lasts.
  public let until: Timestamp?
  /// Running, paused, or stopped between a stop and a reopening.
  public let state: ClockState
  /// Why it began.
  public let why: Why
  /// The event by which it began.
  public let position: Position
  /// The working seconds that count; none unless running.
  public let businessSeconds: Int64
  /// The seconds of any kind.
  public let wallSeconds: Int64
  /// Who held the ticket.
  public let holder: String?
  /// Whether the holder was at work.
  public let standing: AgentDuty.Standing
  /// The offer that waited for an answer.
  public let offer: Offer?
  /// The calendar that counted; nil: around the clock.
  public let calendar: String?
  /// The calendar's version at the beginning.
  public let calendarVersion: Int64?

  /// Whether an offer was open while the giver was away.
  public var isUnattended: Bool {
    guard offer != nil else { return false }
    switch standing {
    case .offShift, .absent: return true
    case .onDuty, .unknown: return false
    }
  }
}

extension ClockVerdict {
  /// The working seconds by holder in order of first holding; nil: nobody held the ticket.
  ///
  /// Seconds are counted in full for each span, so they may fall short of the whole by less than one
  /// for each.
  public var secondsByHolder: [(holder: String?, seconds: Int64)] {
    tally(spans.filter { $0.state == .running }) { $0.holder }
  }

  /// Working seconds of one holder in one standing.
  public struct Share: Hashable, Sendable {
    /// Who held the ticket; nil: nobody.
    public let holder: String?
    /// Whether at work; by which event is left out.
    public let duty: AgentDuty.Standing.Kind
    /// How many.
    public let seconds: Int64
  }

  /// The working seconds by holder and duty, in order of first holding.
  public var shares: [Share] {
    var order: [Share] = []
    for span in spans where span.state == .running && span.businessSeconds > 0 {
      let duty = span.holder == nil ? .unknown : span.standing.kind
      let index = order.firstIndex { $0.holder == span.holder && $0.duty == duty }
      let before = index.map { order[$0].seconds } ?? 0
      let share = Share(holder: span.holder, duty: duty, seconds: before + span.businessSeconds)
      if let index { order[index] = share } else { order.append(share) }
    }
    return order
  }

  /// The working seconds in which an offer was open while its giver was away, by whom it was offered
  /// to.
  public var unattendedSeconds: [(offeree: String?, seconds: Int64)] {
    tally(spans.filter { $0.state == .running && $0.isUnattended }) { $0.offer?.to }
      .map { (offeree: $0.holder, seconds: $0.seconds) }
  }

  private func tally(
    _ spans: [DeadlineSpan], by key: (DeadlineSpan) -> String?
  ) -> [(holder: String?, seconds: Int64)] {
    var order: [String?] = []
    var sums: [String?: Int64] = [:]
    for span in spans where span.businessSeconds > 0 {
      if sums[key(span)] == nil { order.append(key(span)) }
      sums[key(span), default: 0] += span.businessSeconds
    }
    return order.map { ($0, sums[$0] ?? 0) }
  }
}
