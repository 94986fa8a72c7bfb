public import CasefileModel

/// One deadline of a ticket, as far as the events themselves tell of it.
///
/// Nothing is computed here: a verdict is what was observed and written down at the time.
public struct DeadlineReview: Hashable, Sendable {
  /// What is known of a deadline.
  public enum Verdict: Hashable, Sendable {
    /// It was seen to pass.
    case breached
    /// What the monitor last believed.
    case evaluated(CasefileModel.Verdict)
    /// A warning was issued, and nothing is written after it.
    case warned
  }

  /// What a breach was put down to.
  public struct Cause: Hashable, Sendable {
    /// The code, ours or the organisation's own.
    public let code: String?
    /// The event.
    public let position: Position
  }

  /// The clock's name.
  public let clock: String
  /// Which instance of the clock.
  public let instance: Int64?
  /// When it was due.
  public internal(set) var dueAt: Timestamp?
  /// What is known of it.
  public internal(set) var verdict: Verdict
  /// When that was observed.
  public internal(set) var observedAt: Timestamp
  /// Who held the ticket then, as observed.
  public internal(set) var holder: String?
  /// The event that says so.
  public internal(set) var position: Position
  /// The policy and its version.
  public internal(set) var policy: String?
  /// The version of the policy.
  public internal(set) var policyVersion: Int64?
  /// Whether an import brought it: the word of its source, and of no monitor of this store.
  public internal(set) var isImported = false
  /// What the breach was put down to, in order.
  public internal(set) var causes: [Cause] = []
}

/// All deadlines of a ticket.
public struct DeadlineReviews: Hashable, Sendable {
  /// The deadlines in order of their first event.
  public private(set) var deadlines: [DeadlineReview] = []
  /// The policy that applies, if one was ever applied and not detached.
  public private(set) var policy: String?
  /// The event that applied it.
  public private(set) var policyPosition: Position?

  /// Collects what a ticket's entries say of its deadlines.
  ///
  /// - Parameter entries: a ticket's entries in domain order.
  public init(entries: [TicketEntry]) {
    for entry in entries where entry.retractedBy == nil && !entry.isAmendment {
      try? apply(entry)
    }
  }

  private mutating func apply(_ entry: TicketEntry) throws(CodecError) {
    switch entry.typeNumber {
    case SLAPolicyApplied.type.number:
      policy = try entry.payload(SLAPolicyApplied.self).policyId
      policyPosition = entry.position
    case SLAPolicyDetached.type.number:
      policy = nil
      policyPosition = nil
    case SLAWarningIssued.type.number:
      let payload = try entry.payload(SLAWarningIssued.self)
      let index = index(payload.clock, payload.instance, entry)
      // What was seen to pass doesn't become a warning again.
      guard deadlines[index].verdict != .breached else { return }
      note(index, .warned, due: payload.dueAt, at: payload.observedAt, entry)
      deadlines[index].holder = payload.holderAgent
      deadlines[index].policy = payload.policyId
      deadlines[index].policyVersion = payload.policyVersion
    case SLABreachObserved.type.number:
      let payload = try entry.payload(SLABreachObserved.self)
      let index = index(payload.clock, payload.instance, entry)
      note(index, .breached, due: payload.dueAt, at: payload.observedAt, entry)
      deadlines[index].holder = payload.holderAgent
      deadlines[index].policy = payload.policyId
      deadlines[index].policyVersion = payload.policyVersion
    case SLAEvaluated.type.number:
      let payload = try entry.payload(SLAEvaluated.self)
      guard let verdict = payload.verdict else { return }
      let index = index(payload.clock, payload.instance, entry)
      // A breach stays one: a later belief is told by the timeline.
      guard deadlines[index].verdict != .breached else { return }
      note(
        index, verdict == .breached ? .breached : .evaluated(verdict), due: payload.dueAt,
        at: payload.evaluatedAt, entry)
      deadlines[index].policy = payload.policyId
      deadlines[index].policyVersion = payload.policyVersion
    case SLABreachExplained.type.number:
      let payload = try entry.payload(SLABreachExplained.self)
      let index = index(payload.clock, payload.instance, entry)
      deadlines[index].causes.append(
        DeadlineReview.Cause(
          code: payload.causeCode?.word ?? payload.ownCode, position: entry.position))
    default: break
    }
  }

  private mutating func index(_ clock: String, _ instance: Int64?, _ entry: TicketEntry) -> Int {
    if let index = deadlines.firstIndex(where: { $0.clock == clock && $0.instance == instance }) {
      return index
    }
    deadlines.append(
      DeadlineReview(
        clock: clock, instance: instance, verdict: .evaluated(.notAssessable),
        observedAt: entry.occurredAt, position: entry.position))
    return deadlines.count - 1
  }

  private mutating func note(
    _ index: Int, _ verdict: DeadlineReview.Verdict, due: Timestamp?, at: Timestamp?,
    _ entry: TicketEntry
  ) {
    deadlines[index].verdict = verdict
    deadlines[index].dueAt = due ?? deadlines[index].dueAt
    deadlines[index].observedAt = at ?? entry.occurredAt
    deadlines[index].position = entry.position
    deadlines[index].isImported = entry.event.envelope.origin?.basis == .imported
  }
}
