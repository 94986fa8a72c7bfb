import Casefile
import CasefileProjections
import CasefileTesting
import Foundation
import Testing

/// The standing of an agent by a search against the same by a walk through all shifts.
@Suite("The timeline of an agent's duty")
struct DutyTimelineTests {
  /// As the documentation of `standing(at:)` has it, for one instant.
  private static func standing(_ duty: AgentDuty, at instant: Timestamp) -> AgentDuty.Standing {
    let day: Int64 = 86_400_000_000
    let worked = duty.shifts.last { shift in shift.startedAt.map { $0 <= instant } ?? false }
    let absence = duty.absences.last { absence in
      absence.from <= instant && absence.until.map { instant < $0 } ?? true
    }
    if let worked, let start = worked.startedAt, let position = worked.startPosition {
      let planned = worked.plannedTo.flatMap { $0 > start ? $0 : nil }
      let end = worked.endedAt ?? planned ?? start.adding(microseconds: day)
      if instant < end, absence.map({ $0.from <= start }) ?? true { return .onDuty(by: position) }
    }
    if let absence { return .absent(by: absence.position) }
    if let left = duty.deactivatedAt, left <= instant { return .offShift }
    let plan = duty.shifts.last { shift in
      guard !shift.isCancelled, let from = shift.plannedFrom, let to = shift.plannedTo else {
        return false
      }
      return from <= instant && instant < to
    }
    if let plan {
      if plan.startedAt != nil { return plan.endedAt == nil ? .unknown : .offShift }
      if duty.shifts.contains(where: { $0.startedAt != nil }) { return .unknown }
      return plan.planPosition.map { .onDuty(by: $0) } ?? .unknown
    }
    let shifts = duty.shifts.filter { !$0.isCancelled }
    let ends = shifts.filter { $0.begin.map { $0 <= instant } ?? false }.compactMap {
      $0.endedAt ?? ($0.startedAt == nil ? $0.plannedTo : nil)
    }
    guard let last = ends.max() else { return .unknown }
    let isAnyAhead = shifts.contains { $0.begin.map { $0 > instant } ?? false }
    return isAnyAhead || instant < last.adding(microseconds: day) ? .offShift : .unknown
  }

  @Test("Both tell the same at, before and after every moment of a shift", arguments: 0..<20)
  func standings(seed: UInt64) throws {
    var random = SeededRandom(seed &+ 77)
    let desk = RandomShifts(seed, steps: 160, isOrderly: seed.isMultiple(of: 2))
    let duties = AgentDuty.all(events: try StoredEvents.make(desk.events))
    #expect(duties.count >= RandomShifts.agents.count)
    for duty in duties.values {
      var moments = (0..<60).map { _ in desk.moment(using: &random) }
      for shift in duty.shifts {
        for moment in [shift.startedAt, shift.endedAt, shift.plannedFrom, shift.plannedTo] {
          guard let moment else { continue }
          moments += [-1, 0, 1, 86_400_000_000].map { moment.adding(microseconds: $0) }
        }
      }
      for absence in duty.absences {
        moments += [absence.from, absence.until].compactMap { $0 }
      }
      for moment in moments {
        let expected = DutyTimelineTests.standing(duty, at: moment)
        #expect(duty.standing(at: moment) == expected, "\(duty.agent) at \(moment)")
      }
      let (first, last) = (moments.min() ?? .earliest, moments.max() ?? .latest)
      let periods = duty.periods(from: first, until: last)
      #expect(periods.first?.from == first && periods.last?.until == last)
      for (one, next) in zip(periods, periods.dropFirst()) {
        #expect(one.until == next.from && one.standing != next.standing)
      }
    }
  }

  @Test("Who was absent while holding a ticket is found by the periods", arguments: 0..<8)
  func absences(seed: UInt64) throws {
    var random = SeededRandom(seed &+ 11)
    let desk = RandomShifts(seed, steps: 160, isOrderly: seed.isMultiple(of: 2))
    let duties = AgentDuty.all(events: try StoredEvents.make(desk.events))
    let context = FindingContext(duties: duties)
    var found = [0, 0]
    for agent in RandomShifts.agents {
      for _ in 0..<40 {
        let times = [desk.moment(using: &random), desk.moment(using: &random)].sorted()
        let stream = StreamID.known("7")
        let history = TicketHistory(
          events: try StoredEvents.make([
            Event(TicketOpened(), on: stream, at: times[0], by: Actor(.system)),
            Event(TicketAssigned(agentId: agent), on: stream, at: times[0], by: Actor(.system)),
          ]))
        let standing = TicketStanding(history.clockFacts(), at: times[1])
        let periods = duties[agent]?.periods(
          from: times[0], until: times[1].adding(microseconds: 1))
        let absent = (periods ?? []).dropFirst().filter { $0.standing.kind == .absent }
        let isAbsent = !absent.isEmpty
        #expect(context.mayBeLeft(standing, at: times[1]) == isAbsent, "\(agent) \(times)")
        let findings = history.findings(
          at: times[1], rules: .builtIn, context: context, codes: [.absentWithoutHandoff])
        #expect(findings?.findings.map(\.at) == absent.map(\.from))
        #expect(
          findings?.findings.map(\.details.seconds)
            == absent.map { period in
              let end = min(period.until ?? times[1], times[1])
              return (end.microseconds - period.from.microseconds) / 1_000_000
            })
        #expect(findings?.findings.map(\.positions.last) == absent.map(\.standing.position))
        found[isAbsent ? 1 : 0] += 1
      }
    }
    #expect(found.min() ?? 0 > 10, "\(found)")
  }

  @Test("What was worked out is no part of the value")
  func value() throws {
    let desk = RandomShifts(3, steps: 120, isOrderly: true)
    let stored = try StoredEvents.make(desk.events)
    let (asked, fresh) = (AgentDuty.all(events: stored), AgentDuty.all(events: stored))
    for duty in asked.values { #expect(duty.standing(at: .earliest) == .unknown) }
    #expect(asked == fresh && asked.hashValue == fresh.hashValue)
    for (agent, duty) in asked {
      let bytes = try JSONEncoder().encode(duty)
      let read = try JSONDecoder().decode(AgentDuty.self, from: bytes)
      #expect(read == duty && read.agent == agent)
      let instant = desk.events[desk.events.count / 2].occurredAt
      #expect(read.standing(at: instant) == duty.standing(at: instant))
    }
  }
}
