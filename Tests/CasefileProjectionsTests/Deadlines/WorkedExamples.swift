import CasefileModel
import CasefileProjections
import Foundation

/// The worked examples as they stand in their file.
struct WorkedExamples: Decodable {
  struct Calendar: Decodable {
    let tz: String
    let effectiveFrom: String?
    let weekly: [String: [[String]]]
    let exceptions: [String: [[String]]]
  }
  struct Clock: Decodable {
    let targetMin: Int64
    let calendar: String
    let pauseOn: [String]
    let stopOn: String?
    let reopen: String?
  }
  struct Policy: Decodable { let clocks: [String: Clock] }
  struct Item: Decodable {
    let seq: UInt64
    let at: String
    let recordedAt: String
    let type: String
    let policy: String?
    let mode: String?
    let agent: String?
    let from: String?
    let reason: String?
    let target: UInt64?
    let newAt: String?
  }
  struct AsOf: Decodable {
    let uptoSeq: UInt64?
    let now: String
  }
  struct Breach: Decodable {
    let at: String
    let policy: String
    let cause: String
    let holder: String?
    let overrunBusinessSec: Int64
    let overrunWallSec: Int64
  }
  struct ExpectedClock: Decodable {
    let clock: String
    let instance: Int
    let policy: String
    let state: String
    let verdict: String
    let startedAt: String
    let dueAt: String?
    let stoppedAt: String?
    let elapsedSec: Int64
    let targetSec: Int64
    let verdictUnderCurrentPolicy: String?
    let breaches: [Breach]
    let cancelReason: String?
    let elapsedByHolderSec: [String: Int64]?
  }
  struct Expected: Decodable {
    let asOf: AsOf
    let clocks: [ExpectedClock]
  }
  struct Scenario: Decodable {
    let id: String
    let calendars: [String: [Calendar]]
    let policies: [String: Policy]
    let events: [Item]
    let expected: [Expected]
  }
  let scenarios: [Scenario]

  /// Nil where the file is missing.
  static func load() throws -> WorkedExamples? {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appending(path: "../shared/data/deadlines/examples.json")
    guard let data = FileManager.default.contents(atPath: file.path) else { return nil }
    return try JSONDecoder().decode(WorkedExamples.self, from: data)
  }
}

extension WorkedExamples.Scenario {
  /// The scenario as events of the vocabulary, and the position of each of its numbers.
  func desk() throws -> (desk: DeadlineDesk, positions: [UInt64: Position]) {
    var desk = DeadlineDesk()
    let start = Timestamp(seconds: 0)
    var position: UInt64 = 0
    for (id, versions) in calendars.sorted(by: { $0.key < $1.key }) {
      for (index, calendar) in versions.enumerated() {
        desk.add(
          calendar.payload(id, Int64(index + 1)), at: start, stream: "calendar/\(id)")
        position += 1
      }
    }
    for (id, policy) in policies.sorted(by: { $0.key < $1.key }) {
      desk.add(policy.payload(id), at: start, stream: "policy/\(id)")
      position += 1
    }
    var ids: [UInt64: EventID] = [:]
    var positions: [UInt64: Position] = [:]
    for event in events {
      ids[event.seq] = try event.add(to: &desk, targets: ids)
      positions[event.seq] = Position(position)
      position += 1
    }
    return (desk, positions)
  }
}

extension WorkedExamples.Calendar {
  func payload(_ id: String, _ version: Int64) -> CalendarPublished {
    let days: [(String, Weekday)] = [
      ("mon", .monday), ("tue", .tuesday), ("wed", .wednesday), ("thu", .thursday),
      ("fri", .friday), ("sat", .saturday), ("sun", .sunday),
    ]
    func intervals(_ list: [[String]]) -> [DayInterval] {
      list.map { DayInterval(from: $0[0], to: $0[1]) }
    }
    return CalendarPublished(
      calendarId: id, version: version, timeZone: tz,
      weekly: days.compactMap { name, day in
        weekly[name].map { WeeklyHours(day: day, intervals: intervals($0)) }
      },
      exceptions: exceptions.map {
        CalendarException(date: $0.key, intervals: intervals($0.value))
      },
      effectiveFrom: effectiveFrom.flatMap(Timestamp.init))
  }
}

extension WorkedExamples.Policy {
  func payload(_ id: String) -> PolicyPublished {
    PolicyPublished(
      policyId: id, version: 1,
      clocks: clocks.map { name, clock in
        PolicyClock(
          clock: name, targetSeconds: clock.targetMin * 60, calendarId: clock.calendar,
          pauseOn: clock.pauseOn.map(WorkedExamples.reason),
          stopOn: clock.stopOn.flatMap { ClockEvent(name: $0) }.map { [$0] } ?? [],
          reopen: clock.reopen.flatMap { ReopenMode(name: $0) })
      })
  }
}

extension WorkedExamples {
  static func reason(_ text: String) -> WaitReason {
    text == "waiting_client" ? .client : .vendor
  }
}

extension WorkedExamples.Item {
  struct Unknown: Error { let what: String }

  func add(to desk: inout DeadlineDesk, targets: [UInt64: EventID]) throws -> EventID {
    guard let time = Timestamp(at), let recorded = Timestamp(recordedAt) else {
      throw Unknown(what: at)
    }
    let someone = Actor(.agent, agent ?? "agent-x")
    func add(_ payload: some EventPayload, by actor: Actor) -> EventID {
      desk.add(payload, at: time, recorded: recorded, by: actor)
    }
    switch type {
    case "policy.applied":
      return add(
        SLAPolicyApplied(
          policyId: policy ?? "", policyVersion: 1, mode: mode.flatMap { PolicyMode(name: $0) }),
        by: .rule)
    case "ticket.opened": return add(TicketOpened(channel: .email), by: .client)
    case "message.sent":
      return add(MessageSent(messageId: "m-\(seq)", agentId: agent, author: .agent), by: someone)
    case "message.received": return add(MessageReceived(messageId: "m-\(seq)"), by: .client)
    case "resolution.proposed": return add(ResolutionProposed(), by: someone)
    case "waiting.started":
      return add(
        WaitingStarted(waitId: reason ?? "", reason: WorkedExamples.reason(reason ?? "")),
        by: someone)
    case "waiting.ended": return add(WaitingEnded(waitId: reason ?? ""), by: someone)
    case "ticket.assigned": return add(TicketAssigned(agentId: agent ?? ""), by: someone)
    case "handoff.offered":
      return add(
        HandoffOffered(
          handoffId: "h", fromAgent: from ?? "", toAgent: agent, reason: .shiftEnd,
          summary: "s"), by: someone)
    case "handoff.accepted":
      return add(HandoffAccepted(handoffId: "h", agentId: agent ?? ""), by: someone)
    case "note.added": return add(TicketNoteAdded(noteId: "n-\(seq)", text: "n"), by: someone)
    case "event.corrected":
      guard let target = target.flatMap({ targets[$0] }), let newAt else {
        throw Unknown(what: "target")
      }
      return add(
        EventCorrected(
          targetEventId: target, field: "occurredAt", newValue: JSONText("\"\(newAt)\""),
          reason: reason), by: someone)
    default: throw Unknown(what: type)
    }
  }
}
