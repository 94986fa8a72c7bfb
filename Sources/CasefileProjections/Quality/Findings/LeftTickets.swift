package import CasefileModel

/// What is found on tickets that were left to others.
extension FindingContext {
  /// The codes of it, in their order.
  package static let left: [FindingCode] = [
    .handoffUnacknowledged, .handoffExpired, .absentWithoutHandoff, .leftAtShiftEnd,
  ]
  /// Those of them that only a fold tells.
  package static let leftByFold = Set(left).subtracting([.leftAtShiftEnd])

  /// Whether one of `leftByFold` may be found on a ticket, as far as is seen without a fold: with a
  /// single holder, no offer and no absence there is none.
  package func mayBeLeft(_ ticket: TicketStanding, at now: Timestamp) -> Bool {
    if ticket.holders.count > 1 || ticket.wasOffered { return true }
    return ticket.holders.contains { span in
      duties[span.holder]?.timeline.isAbsence(
        after: span.from, before: now.adding(microseconds: 1)) ?? false
    }
  }

  /// The shifts of a ticket's holders that were over by an instant, and whose ends list the ticket as
  /// not handed over: what `leftAtShiftEnd` finds, in its order.
  package func shifts(leaving ticket: TicketStanding, by now: Timestamp) -> [ShiftEnd] {
    guard let shifts = leftBehind[ticket.ticket] else { return [] }
    return shifts.over(of: ticket.holders.map(\.holder), by: now).map { shift, end in
      ShiftEnd(agent: shift.agent, at: end, position: shift.endPosition)
    }.sorted {
      ($0.at, $0.position ?? Position(0)) < ($1.at, $1.position ?? Position(0))
    }
  }

  /// The end of a shift.
  package struct ShiftEnd: Hashable, Sendable {
    /// Whose shift it was.
    package let agent: String
    /// When it ended.
    package let at: Timestamp
    /// The event that says so.
    package let position: Position?
  }
}

/// A shift whose end lists tickets.
struct AgentShift: Sendable {
  let agent: String
  let endedAt: Timestamp?
  let endPosition: Position?
}

extension [AgentShift] {
  /// Those of some agents that were over by an instant, agent by agent in order of their ids.
  func over(of agents: [String], by now: Timestamp) -> [(shift: AgentShift, end: Timestamp)] {
    Set(agents).sorted().flatMap { agent in
      compactMap { shift in
        guard shift.agent == agent, let end = shift.endedAt, end <= now else { return nil }
        return (shift, end)
      }
    }
  }
}

extension [String: AgentDuty] {
  /// By agent when shifts ended that list no ticket at all, ascending: which were left they don't say.
  var unlistedShifts: [String: [Timestamp]] {
    mapValues { duty in
      duty.shifts.filter { $0.openTickets.isEmpty && $0.unhandedTickets.isEmpty }
        .compactMap(\.endedAt).sorted()
    }.filter { !$0.value.isEmpty }
  }

  /// By ticket the shifts whose ends list it as not handed over, each agent's in order; a list may name
  /// a ticket twice.
  var leftBehind: [String: [AgentShift]] {
    var left: [String: [AgentShift]] = [:]
    for (agent, duty) in self {
      for shift in duty.shifts where !shift.unhandedTickets.isEmpty {
        let one = AgentShift(agent: agent, endedAt: shift.endedAt, endPosition: shift.endPosition)
        for ticket in Set(shift.unhandedTickets) { left[ticket, default: []].append(one) }
      }
    }
    return left
  }
}
