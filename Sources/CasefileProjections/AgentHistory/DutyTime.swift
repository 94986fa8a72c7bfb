package import CasefileModel

/// A time for which somebody's duty is wanted.
package struct DutyTime: Hashable, Sendable {
  /// Since when.
  package private(set) var from: Timestamp
  /// Until when, included; nil: for ever, by what is known.
  package private(set) var until: Timestamp?

  /// Makes a time.
  package init(from: Timestamp, until: Timestamp?) {
    self.from = from
    self.until = until
  }

  /// Stretches it so that it has all of another one too.
  package mutating func add(_ other: DutyTime) {
    from = min(from, other.from)
    guard let end = until, let otherEnd = other.until else { return until = nil }
    until = max(end, otherEnd)
  }

  /// Whether all of another one lies within it.
  package func has(_ other: DutyTime) -> Bool {
    guard from <= other.from else { return false }
    guard let until else { return true }
    return other.until.map { $0 <= until } ?? false
  }
}

extension TicketState {
  /// When each agent was responsible, by agent; up to the moment of the state where that lasts.
  package var dutyTimes: [String: DutyTime] {
    responsibility.reduce(into: [:]) { times, span in
      let now = evaluatedAt.map { max($0, span.from) }
      let time = DutyTime(from: span.from, until: span.until ?? now)
      times[span.holder, default: time].add(time)
    }
  }
}

extension TicketHistory {
  /// When each agent was responsible, by what the state of a moment, its review and its deadlines tell.
  /// Deadlines know all that is known, whichever moment they are asked for.
  package func dutyTimes(asOf: Timestamp? = nil, knownAt: KnownAt? = nil) -> [String: DutyTime] {
    var times = state(knownAt: knownAt).dutyTimes
    if asOf != nil {
      for (agent, time) in state(asOf: asOf, knownAt: knownAt).dutyTimes {
        times[agent, default: time].add(time)
      }
    }
    return times
  }
}

extension AgentDuty.Shift {
  /// How far from its beginning a shift or an absence may tell of anything, to be looked for only
  /// around its beginning.
  package static let reachSeconds: Int64 = 2 * 24 * 3600

  /// What settles the order of shifts that begin at one instant; no two shifts of an agent have the
  /// same.
  package var tie: Position { planPosition ?? startPosition ?? endPosition ?? Position(0) }

  /// When it was over, as far as that is known; nil for one that began and has no end.
  package var end: Timestamp? { endedAt ?? (startedAt == nil ? plannedTo : nil) }

  /// Whether all its instants are within reach of its beginning.
  package var isNear: Bool {
    guard let begin else { return false }
    return [plannedFrom, plannedTo, startedAt, endedAt].allSatisfy { instant in
      instant.map { AgentDuty.isNear($0, begin) } ?? true
    }
  }

  /// The shift without the tickets that were left at its end.
  package var withoutTickets: AgentDuty.Shift {
    var shift = self
    shift.openTickets = []
    shift.unhandedTickets = []
    return shift
  }
}

extension AgentDuty.Absence {
  /// Whether it ended, and within reach of its beginning.
  package var isNear: Bool { until.map { AgentDuty.isNear($0, from) } ?? false }
}

extension AgentDuty {
  fileprivate static func isNear(_ instant: Timestamp, _ begin: Timestamp) -> Bool {
    let reach = Shift.reachSeconds * 1_000_000
    return instant >= begin.adding(microseconds: -reach)
      && instant <= begin.adding(microseconds: reach)
  }
}
