public import CasefileModel

/// A verdict on one instance of a clock, with what the ticket was when it was decided: what reports
/// count, so that nobody answers for what another one held.
public struct ClockOutcome: Hashable, Sendable {
  /// A time in which a deadline was past and what it asks for was not done.
  public struct Overdue: Hashable, Sendable {
    /// The deadline.
    public let from: Timestamp
    /// When it was done, or given up; nil while it lasts.
    public let until: Timestamp?

    /// Makes a time.
    ///
    /// - Parameters:
    ///   - from: the deadline.
    ///   - until: when it ended; nil while it lasts.
    public init(from: Timestamp, until: Timestamp?) {
      self.from = from
      self.until = until
    }
  }

  /// The ticket.
  public let ticket: String
  /// The verdict. Only where it was needed are there spans in it.
  public let judged: ClockVerdict
  /// When the verdict came about: a met one at its stop, a breached one at the first deadline that
  /// passed, a cancelled one at its end. Nil while nothing is decided or nothing can be told.
  public let decidedAt: Timestamp?
  /// The priority then, else at the instant of evaluation.
  public let priority: String?
  /// The group that had the ticket then, else at the instant of evaluation.
  public let group: String?
  /// Who held the ticket then, else at the instant of evaluation.
  public let holder: String?
  /// When it was overdue, in order.
  public let overdue: [Overdue]

  /// Whether it is overdue at the instant of evaluation.
  public var isOverdue: Bool { overdue.last.map { $0.until == nil } ?? false }
}

/// What a ticket was at an instant, told by its facts.
struct TicketMoments {
  private let facts: ClockFacts

  init(_ facts: ClockFacts) { self.facts = facts }

  func priority(at instant: Timestamp) -> String? {
    // The priority stands first in the attributes.
    newest(ClockSignal.Kinds(.attributes), at: instant).flatMap { facts.text(String?.self, of: $0) }
      ?? nil
  }

  func group(at instant: Timestamp) -> String? {
    newest(.group, at: instant).flatMap { facts.text(String?.self, of: $0) } ?? nil
  }

  func holder(at instant: Timestamp) -> String? { span(at: instant)?.holder }

  func span(at instant: Timestamp) -> HolderSpan? {
    facts.holders.last { $0.from <= instant && $0.until.map { instant < $0 } ?? true }
  }

  /// The status at the newest event that changed it.
  func status(at instant: Timestamp) -> TicketStatus? {
    // Our own word stands before the source's label.
    newest(.status, at: instant).flatMap { facts.text([String].self, of: $0)?.first }
      .flatMap { TicketStatus(name: $0) }
  }

  func waits(at instant: Timestamp) -> [WaitReason] {
    newest(.waiting, at: instant).flatMap { facts.text([WaitReason].self, of: $0) } ?? []
  }

  /// Whether it was merged into another ticket, or had a tombstone.
  func isGone(at instant: Timestamp) -> Bool {
    if newest(.merged, at: instant) != nil { return true }
    let tombstones: ClockSignal.Kinds = [.deleted, .restored]
    return newest(tombstones, at: instant)?.kind == .deleted
  }

  private func newest(_ kinds: ClockSignal.Kinds, at instant: Timestamp) -> ClockSignal? {
    facts.signals.last { kinds.contains($0.kind) && $0.at <= instant }
  }
}

extension ClockFacts {
  /// The outcomes of verdicts on the ticket at an instant.
  ///
  /// - Parameters:
  ///   - deadlines: the verdicts.
  ///   - derive: works out the same with its spans; asked only where a reopening took back a stop of
  ///     a clock that was late, so that the time between is not counted.
  package func outcomes(
    of deadlines: TicketDeadlines, derive: () -> TicketDeadlines
  ) -> [ClockOutcome] {
    let needsSpans = deadlines.clocks.contains { !$0.breaches.isEmpty && !$0.cycles.isEmpty }
    let moments = TicketMoments(self)
    let judged = needsSpans ? derive() : deadlines
    return judged.clocks.map { verdict in
      let decided = verdict.decidedAt
      let instant = decided ?? deadlines.evaluatedAt
      return ClockOutcome(
        ticket: ticket, judged: verdict, decidedAt: decided,
        priority: moments.priority(at: instant),
        group: verdict.group ?? moments.group(at: instant),
        holder: verdict.breaches.first.map(\.holder) ?? moments.holder(at: instant),
        overdue: verdict.overdue)
    }
  }
}

extension ClockVerdict {
  fileprivate var decidedAt: Timestamp? {
    switch verdict {
    case .breached: breaches.first?.at
    case .met, .cancelled: stoppedAt
    default: nil
    }
  }

  /// From the first deadline that passed to the stop, without the time between a stop and the
  /// reopening that took it back.
  fileprivate var overdue: [ClockOutcome.Overdue] {
    guard let first = breaches.first?.at else { return [] }
    let end = state == .running || state == .paused ? nil : stoppedAt
    guard !cycles.isEmpty, !spans.isEmpty else {
      return [ClockOutcome.Overdue(from: first, until: end)]
    }
    var times: [ClockOutcome.Overdue] = []
    for span in spans where span.state == .running || span.state == .paused {
      let from = max(first, span.from)
      guard span.until.map({ from < $0 }) ?? true else { continue }
      if let last = times.last, last.until == from {
        times[times.count - 1] = ClockOutcome.Overdue(from: last.from, until: span.until)
      } else {
        times.append(ClockOutcome.Overdue(from: from, until: span.until))
      }
    }
    return times
  }
}
