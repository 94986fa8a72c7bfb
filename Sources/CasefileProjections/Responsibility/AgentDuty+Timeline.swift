public import CasefileModel

extension AgentDuty {
  /// A time in which an agent stood in one manner.
  public struct Period: Hashable, Sendable {
    /// Whether the agent was at work.
    public let standing: Standing
    /// Since when.
    public let from: Timestamp
    /// Until when; nil where it lasts.
    public let until: Timestamp?
  }

  /// How the agent stood from one instant to another, without a gap; nothing where the first is not
  /// before the second.
  ///
  /// - Parameter until: not included; nil: for ever, by what is known.
  /// - Complexity: O(changes within the time × shifts).
  public func periods(from: Timestamp, until: Timestamp?) -> [Period] {
    guard until.map({ from < $0 }) ?? true else { return [] }
    var changes: [(at: Timestamp, standing: Standing)] = [(from, standing(at: from))]
    for instant in turns where instant > from && until.map({ instant < $0 }) ?? true {
      let standing = standing(at: instant)
      if changes.last?.standing != standing { changes.append((instant, standing)) }
    }
    return changes.indices.map { index in
      Period(
        standing: changes[index].standing, from: changes[index].at,
        until: index + 1 < changes.count ? changes[index + 1].at : until)
    }
  }

  /// Every instant at which the answer of `standing(at:)` may change, in order.
  private var turns: [Timestamp] {
    var turns: Set<Timestamp> = []
    for shift in shifts {
      for instant in [shift.startedAt, shift.endedAt, shift.plannedFrom, shift.plannedTo] {
        guard let instant else { continue }
        turns.insert(instant)
        turns.insert(instant.adding(microseconds: AgentDuty.horizonSeconds * 1_000_000))
      }
    }
    for absence in absences {
      turns.insert(absence.from)
      if let until = absence.until { turns.insert(until) }
    }
    if let deactivatedAt { turns.insert(deactivatedAt) }
    return turns.sorted()
  }
}
