public import CasefileCalendars
public import CasefileModel

/// What was said of a ticket's deadlines by an earlier knowledge, what is said of the same instant by
/// a later one, and which events made the difference.
public struct DeadlineChanges: Hashable, Sendable {
  /// One instance of a clock of which another thing is said.
  public struct Change: Hashable, Sendable {
    /// The clock.
    public let clock: ClockName
    /// Which instance, from 1.
    public let instance: Int
    /// What was said; nil: there was no such instance.
    public let before: ClockVerdict?
    /// What is said; nil: there is no such instance any more.
    public let after: ClockVerdict?
  }

  /// An event by which something changed.
  public struct Step: Hashable, Sendable {
    /// Where it stands.
    public let position: Position
    /// Its stream: the ticket's, a policy's, a calendar's, or that of a correction.
    public let stream: StreamID
    /// The name of its type.
    public let type: String
    /// When the store recorded it.
    public let recordedAt: Timestamp
    /// What it changed.
    public let changes: [Change]
  }

  /// By the earlier knowledge.
  public let before: TicketDeadlines
  /// By the later one.
  public let after: TicketDeadlines
  /// The events, in order of the log.
  public let steps: [Step]

  /// What is said otherwise in the end.
  public var changes: [Change] { DeadlineChanges.changes(from: before, to: after) }

  static func changes(from before: TicketDeadlines, to after: TicketDeadlines) -> [Change] {
    var changes: [Change] = []
    for clock in ClockName.allCases {
      let old = before.clocks.filter { $0.clock == clock }
      let new = after.clocks.filter { $0.clock == clock }
      for index in 0..<max(old.count, new.count) {
        let was = index < old.count ? old[index] : nil
        let now = index < new.count ? new[index] : nil
        guard was?.gist != now?.gist else { continue }
        changes.append(Change(clock: clock, instance: index + 1, before: was, after: now))
      }
    }
    return changes
  }
}

extension ClockVerdict {
  /// What makes two verdicts different ones: not by which events they came about, nor who wrote them
  /// down.
  fileprivate struct Gist: Hashable {
    let verdict: Verdict
    let state: ClockState
    let policy: String
    let policyVersion: Int64
    let calendarVersion: Int64?
    let startedAt: Timestamp
    let dueAt: Timestamp?
    let stoppedAt: Timestamp?
    let elapsedSeconds: Int64
    let targetSeconds: Int64
    let breaches: [[Int64]]
    let holders: [String?]
  }

  fileprivate var gist: Gist {
    Gist(
      verdict: verdict, state: state, policy: policy, policyVersion: policyVersion,
      calendarVersion: calendarVersion, startedAt: startedAt, dueAt: dueAt, stoppedAt: stoppedAt,
      elapsedSeconds: elapsedSeconds, targetSeconds: targetSeconds,
      breaches: breaches.map { [$0.at.microseconds, $0.overrunBusinessSeconds] },
      holders: breaches.map(\.holder))
  }
}

extension TicketHistory {
  /// Finds out what changed an answer that was given by an earlier knowledge.
  ///
  /// The answer is worked out anew after each event that was recorded between the two: of the ticket,
  /// of what acts on it from elsewhere, of policies and of calendars.
  ///
  /// - Parameters:
  ///   - now: the instant of which both answers tell.
  ///   - earlier: a prefix of the log: a position or a time of recording.
  ///   - later: a longer one; nil: all.
  ///   - rules: the events of policies and calendars, and all corrections and retractions.
  ///   - duties: shifts and absences by agent, the same for both.
  /// - Throws: what reading zone data throws.
  /// - Complexity: O(m·n) for m events between the two and n of the ticket.
  public func deadlineChanges(
    at now: Timestamp, from earlier: KnownAt, to later: KnownAt? = nil, rules: [StoredEvent],
    duties: [String: AgentDuty] = [:], zones: any ZoneDataSource
  ) throws -> DeadlineChanges {
    let ruling = TicketHistory.ruling(rules)
    func book(_ known: KnownAt?) throws -> DeadlineBook {
      try DeadlineBook(events: rules, knownAt: known, schema: schema, zones: zones)
    }
    var current = try book(earlier)
    func judged(_ known: KnownAt?, by book: DeadlineBook) -> TicketDeadlines {
      deadlines(at: now, knownAt: known, book: book, duties: duties, detail: .verdicts)
    }
    let before = judged(earlier, by: current)
    var last = before
    var steps: [DeadlineChanges.Step] = []
    var between: [Position: StoredEvent] = [:]
    for event in events + rules.filter({ ruling.contains($0.envelope.id) })
    where !earlier.contains(event.envelope) && later?.contains(event.envelope) ?? true {
      between[event.position] = event
    }
    for (position, event) in between.sorted(by: { $0.key < $1.key }) {
      let known = KnownAt.position(position)
      if ruling.contains(event.envelope.id) { current = try book(known) }
      let next = judged(known, by: current)
      let changes = DeadlineChanges.changes(from: last, to: next)
      if !changes.isEmpty {
        let envelope = event.envelope
        steps.append(
          DeadlineChanges.Step(
            position: position, stream: envelope.stream, type: schema.typeName(of: envelope),
            recordedAt: envelope.recordedAt, changes: changes))
      }
      last = next
    }
    return DeadlineChanges(before: before, after: last, steps: steps)
  }

  /// The events that make a book: what was published, and what corrects or retracts that.
  private static func ruling(_ events: [StoredEvent]) -> Set<EventID> {
    var next = events.filter { DeadlineBook.types.contains($0.envelope.typeNumber) }
      .map(\.envelope.id)
    var ids = Set(next)
    var byTarget: [EventID: [EventID]] = [:]
    for event in events {
      guard let target = Amendments.target(of: event) else { continue }
      byTarget[target, default: []].append(event.envelope.id)
    }
    // A retraction may itself be retracted.
    while let id = next.popLast() {
      for amendment in byTarget[id] ?? [] where ids.insert(amendment).inserted {
        next.append(amendment)
      }
    }
    return ids
  }
}
