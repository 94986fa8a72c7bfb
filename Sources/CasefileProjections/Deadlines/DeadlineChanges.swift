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
    /// Its stream: the ticket's, a policy's, a calendar's, an import's, an agent's or a shift's, or
    /// that of a correction.
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
    let reason: ClockReviews.Reason?
    let breaches: [Breach]
    let shares: [Share]
    let unattended: [Share]

    struct Breach: Hashable {
      let at: Timestamp
      let overrunSeconds: Int64
      let holder: String?
      let duty: AgentDuty.Standing.Kind
    }
  }

  fileprivate var gist: Gist {
    Gist(
      verdict: verdict, state: state, policy: policy, policyVersion: policyVersion,
      calendarVersion: calendarVersion, startedAt: startedAt, dueAt: dueAt, stoppedAt: stoppedAt,
      elapsedSeconds: elapsedSeconds, targetSeconds: targetSeconds,
      reason: reason,
      breaches: breaches.map {
        Gist.Breach(
          at: $0.at, overrunSeconds: $0.overrunBusinessSeconds, holder: $0.holder,
          duty: $0.standing.kind)
      },
      shares: shares,
      unattended: unattendedSeconds.map {
        Share(holder: $0.offeree, duty: .unknown, seconds: $0.seconds)
      })
  }
}

extension TicketHistory {
  /// Finds out what changed an answer that was given by an earlier knowledge: verdicts, and whose
  /// time it was and whether they were at work.
  ///
  /// The answer is worked out anew after each event between the two that the ticket or its answer is
  /// made of: its own and what acts on it from elsewhere, policies, calendars and its imports, and
  /// the duty of those who held it.
  ///
  /// - Parameters:
  ///   - now: the instant of which both answers tell.
  ///   - earlier: a prefix of the log: a position or a time of recording.
  ///   - later: a longer one; nil: all.
  ///   - rules: the events of `DeadlineBook.types`, and all corrections and retractions.
  ///   - duties: the events of `AgentDuty.types`, and all corrections and retractions.
  /// - Throws: what reading zone data throws.
  /// - Complexity: O(m·n) for m such events between the two, and n of the ticket, of rules, or of the
  ///   duty of its holders.
  public func deadlineChanges(
    at now: Timestamp, from earlier: KnownAt, to later: KnownAt? = nil, rules: [StoredEvent],
    duties: [StoredEvent] = [], zones: any ZoneDataSource
  ) throws -> DeadlineChanges {
    func isBetween(_ event: StoredEvent) -> Bool {
      !earlier.contains(event.envelope) && later?.contains(event.envelope) ?? true
    }
    let ruling = ruling(among: rules)
    var touching: [Position: StoredEvent] = [:]
    for event in events + rules.filter({ ruling.contains($0.envelope.id) })
    where isBetween(event) {
      touching[event.position] = event
    }
    // What the ticket tells by each knowledge, and so who held it by any.
    var facts = clockFacts(knownAt: earlier)
    var tellings: [Position: ClockFacts] = [:]
    for event in events where isBetween(event) {
      tellings[event.position] = clockFacts(knownAt: .position(event.position))
    }
    let holders = Set(([facts] + tellings.values).flatMap { $0.holders.map(\.holder) })
    let onDuty = AgentDuty.events(of: holders, in: duties, schema: schema)
    for event in onDuty where isBetween(event) { touching[event.position] = event }

    func book(_ known: KnownAt?) throws -> DeadlineBook {
      try DeadlineBook(events: rules, knownAt: known, schema: schema, zones: zones)
    }
    func duty(_ known: KnownAt) -> [String: AgentDuty] {
      AgentDuty.all(events: onDuty.filter { known.contains($0.envelope) }, schema: schema)
    }
    var current = try book(earlier)
    var standing = duty(earlier)
    func judged() -> TicketDeadlines {
      facts.deadlines(at: now, book: current, duties: standing, detail: .derivation)
    }
    let dutyPositions = Set(onDuty.map(\.position))
    let before = judged()
    var last = before
    var steps: [DeadlineChanges.Step] = []
    for (position, event) in touching.sorted(by: { $0.key < $1.key }) {
      let known = KnownAt.position(position)
      if let telling = tellings[position] { facts = telling }
      let isRule = ruling.contains(event.envelope.id)
      if isRule { current = try book(known) }
      let found = dutyPositions.contains(position) ? duty(known) : standing
      guard tellings[position] != nil || isRule || found != standing else { continue }
      standing = found
      let next = judged()
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

  /// What makes the book of this ticket: policies, calendars, and the beginnings of its own imports.
  private func ruling(among rules: [StoredEvent]) -> Set<EventID> {
    let imports = Set(events.compactMap { $0.envelope.origin?.importBatch })
    return Amendments.closure(of: rules) { event in
      guard DeadlineBook.types.contains(event.envelope.typeNumber) else { return false }
      guard let batch = try? event.payload(as: ImportBatchStarted.self) else { return true }
      return imports.contains(batch.batchId)
    }
  }
}

extension Amendments {
  /// The ids of some events and of what corrects or retracts them.
  fileprivate static func closure(
    of events: [StoredEvent], where isWanted: (StoredEvent) -> Bool
  ) -> Set<EventID> {
    var next = events.filter(isWanted)
    var ids = Set(next.map(\.envelope.id))
    var byTarget: [EventID: [StoredEvent]] = [:]
    var byBatch: [String: [StoredEvent]] = [:]
    for event in events {
      if let target = target(of: event) {
        byTarget[target, default: []].append(event)
      } else if let retraction = try? event.payload(as: ImportBatchRetracted.self) {
        byBatch[retraction.batchId, default: []].append(event)
      }
    }
    // A retraction may itself be retracted.
    while let event = next.popLast() {
      let ofBatch = event.envelope.origin?.importBatch.flatMap { byBatch[$0] } ?? []
      for amendment in (byTarget[event.envelope.id] ?? []) + ofBatch
      where ids.insert(amendment.envelope.id).inserted {
        next.append(amendment)
      }
    }
    return ids
  }
}

extension AgentDuty {
  /// The events that tell of the duty of some agents, with their corrections and retractions.
  fileprivate static func events(
    of agents: Set<String>, in events: [StoredEvent], schema: EventSchema
  ) -> [StoredEvent] {
    let streams = Dictionary(
      grouping: events.filter { types.contains($0.envelope.typeNumber) }, by: \.envelope.stream)
    // A shift's stream names its agent in its events only.
    let wanted = streams.filter { _, events in
      !agents.isDisjoint(with: all(events: events, schema: schema).keys)
    }
    let ids = Amendments.closure(of: events) { event in
      types.contains(event.envelope.typeNumber) && wanted[event.envelope.stream] != nil
    }
    return events.filter { ids.contains($0.envelope.id) }
  }
}
