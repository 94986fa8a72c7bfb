import CasefileModel
import CasefileProjections
import Foundation

/// A deadline scenario in a few words, so that a person can check it by hand.
///
/// Times are a day of the week from Monday 2026-11-16 and a clock reading in Moscow; `mo2` is the
/// Monday after. The office works Monday to Friday from 9:00 to 18:00. Minutes are working minutes.
struct DeadlineScenario: CustomStringConvertible {
  let name: String
  /// The rules of the specification that it shows.
  let rules: Set<Int>
  /// `p1` matches every ticket; one with `!` before its name governs only where it is applied.
  let policies: [String]
  let events: String
  let now: String
  let expected: [String]
  var holders = false

  init(
    _ name: String, rules: Set<Int>, _ policies: String..., events: String, now: String,
    holders: Bool = false, _ expected: [String]
  ) {
    self.name = name
    self.rules = rules
    self.policies = policies
    self.events = events
    self.now = now
    self.holders = holders
    self.expected = expected
  }

  var description: String { name }

  /// The clocks of which it says something.
  var clocks: Set<String> {
    Set(expected.compactMap { $0.split(separator: " ").first.map(String.init) })
  }

  /// What the evaluator says.
  func found(detail: DeadlineDetail = .derivation) throws -> [String] {
    var desk = DeadlineDesk()
    try publish(in: &desk)
    var ids: [EventID] = []
    for line in events.split(separator: ";") {
      ids.append(try ScenarioEvent(line).add(to: &desk, ids: ids))
    }
    let deadlines = try desk.deadlines(at: try ScenarioTime.read(now), detail: detail)
    return deadlines.clocks.map { line($0) }
  }

  private func publish(in desk: inout DeadlineDesk) throws {
    let start = Timestamp(seconds: 0)
    func days(_ from: String) -> [WeeklyHours] {
      [Weekday.monday, .tuesday, .wednesday, .thursday, .friday].map {
        WeeklyHours(day: $0, intervals: [DayInterval(from: from, to: "18:00")])
      }
    }
    func publish(_ id: String, _ version: Int64, _ hours: [WeeklyHours], from: Timestamp?) {
      desk.add(
        CalendarPublished(
          calendarId: id, version: version, timeZone: "Europe/Moscow", weekly: hours,
          effectiveFrom: from), at: start, stream: "calendar/\(id)")
    }
    publish("ru", 1, days("09:00"), from: nil)
    publish("two", 1, days("09:00"), from: nil)
    publish("two", 2, days("12:00"), from: try ScenarioTime.read("tu 00:00"))
    publish("tie", 1, days("12:00"), from: start)
    publish("tie", 2, days("09:00"), from: start)
    for policy in policies { try ScenarioPolicy(policy).publish(in: &desk) }
  }

  private func line(_ clock: ClockVerdict) -> String {
    func minutes(_ seconds: Int64) -> String {
      seconds % 60 == 0 ? "\(seconds / 60)" : "\(seconds)s"
    }
    func time(_ time: Timestamp?) -> String { time.map(ScenarioTime.text) ?? "-" }
    var words = [
      clock.clock.rawValue, "\(clock.instance)", clock.verdict.name ?? "?",
      clock.state.name ?? "?", "due=\(time(clock.dueAt))", "end=\(time(clock.stoppedAt))",
      "used=\(minutes(clock.elapsedSeconds))",
    ]
    for breach in clock.breaches {
      words.append(
        "breach=\(time(breach.at))/\(breach.cause.name ?? "?")/\(breach.holder ?? "-")/"
          + "\(minutes(breach.overrunBusinessSeconds))/\(minutes(breach.overrunWallSeconds))")
    }
    if let reason = clock.cancelReason { words.append("cancel=\(reason.rawValue)") }
    for cycle in clock.cycles { words.append("was=\(cycle.verdict.name ?? "?")") }
    if let current = clock.verdictUnderCurrentPolicy, current != clock.verdict {
      words.append("now=\(current.name ?? "?")")
    }
    if holders {
      words.append(
        "by="
          + clock.secondsByHolder.map { "\($0.holder ?? "-"):\(minutes($0.seconds))" }
          .joined(separator: ","))
      for share in clock.unattendedSeconds {
        words.append("unattended=\(share.offeree ?? "-"):\(minutes(share.seconds))")
      }
    }
    return words.joined(separator: " ")
  }
}

enum ScenarioTime {
  struct Unreadable: Error { let text: String }
  private static let days = ["mo", "tu", "we", "th", "fr", "sa", "su"]
  /// Monday 2026-11-16 00:00 in Moscow.
  private static let start: Int64 = 1_794_776_400

  static func read(_ text: some StringProtocol) throws -> Timestamp {
    let parts = text.split(separator: " ")
    let clock = parts.last?.split(separator: ":").compactMap { Int64($0) } ?? []
    guard parts.count == 2, clock.count == 2,
      let day = days.firstIndex(of: String(parts[0].prefix(2)))
    else { throw Unreadable(text: String(text)) }
    let week = Int64(parts[0].dropFirst(2)) ?? 1
    return Timestamp(
      seconds: start + ((week - 1) * 7 + Int64(day)) * 86_400 + clock[0] * 3600 + clock[1] * 60)
  }

  static func text(_ time: Timestamp) -> String {
    let seconds = time.seconds - start
    let day = Int(seconds / 86_400)
    let week = day / 7 + 1
    let rest = Int(seconds % 86_400)
    return days[day % 7] + (week == 1 ? "" : "\(week)")
      + String(format: " %d:%02d", rest / 3600, rest / 60 % 60)
  }
}

/// `p1: firstReply 60 pause=client; resolution 480`, in minutes; `all 60` is every clock.
struct ScenarioPolicy {
  private let text: String
  init(_ text: String) { self.text = text }

  func publish(in desk: inout DeadlineDesk) throws {
    // A colon without a blank stands in a time.
    let head = text.split(separator: ": ", maxSplits: 1)
    guard head.count == 2 else { throw ScenarioTime.Unreadable(text: text) }
    let words = head[0].split(separator: " ")
    let id = words[0].filter { $0 != "!" && $0 != "*" }
    var clocks: [PolicyClock] = []
    for part in head[1].split(separator: ";") {
      let words = part.split(separator: " ").map(String.init)
      let names = words[0] == "all" ? ClockName.allCases.map(\.rawValue) : [words[0]]
      for name in names { clocks.append(clock(name, Array(words.dropFirst()))) }
    }
    let never = PolicyRule(
      ruleId: "never", conditions: [PolicyCondition(field: "tag", values: ["never"])])
    let vip = PolicyRule(
      ruleId: "vip", conditions: [PolicyCondition(field: "tag", values: ["vip"])])
    let version = words.dropFirst().first { $0.hasPrefix("v") }.flatMap { Int64($0.dropFirst()) }
    let from = words.firstIndex(of: "from").map {
      words[($0 + 1)...($0 + 2)].joined(separator: " ")
    }
    let mode = words.compactMap { PolicyMode(name: String($0)) }.first
    desk.add(
      PolicyPublished(
        policyId: id, version: version ?? 1, clocks: clocks,
        rules: head[0].contains("!") ? [never] : head[0].contains("*") ? [vip] : [],
        effectiveFrom: try from.map { try ScenarioTime.read($0) }, mode: mode,
        rank: head[0].contains("*") ? 1 : nil),
      at: Timestamp(seconds: 0), stream: "policy/\(id)")
  }

  private func clock(_ name: String, _ words: [String]) -> PolicyClock {
    var clock = PolicyClock(clock: name, calendarId: "ru")
    for word in words {
      let parts = word.split(separator: "=").map(String.init)
      let values = parts.count > 1 ? parts[1].split(separator: ",").map(String.init) : []
      switch parts[0] {
      case "pause": clock.pauseOn = values.compactMap { WaitReason(name: $0) }
      case "start": clock.startOn = values.compactMap { ClockEvent(name: $0) }
      case "stop": clock.stopOn = values.compactMap { ClockEvent(name: $0) }
      case "status": clock.stopStatuses = values
      case "reopen": clock.reopen = ReopenMode(name: values[0])
      case "cal": clock.calendarId = values.first
      case "high": clock.targetSecondsByPriority["high"] = (Int64(values[0]) ?? 0) * 60
      default: clock.targetSeconds = Int64(word).map { $0 * 60 }
      }
    }
    return clock
  }
}

/// `mo 10:00 reply a`.
struct ScenarioEvent {
  private let at: Timestamp
  private let words: [String]

  init(_ line: Substring) throws {
    let all = line.split(separator: " ").map(String.init)
    guard all.count >= 3 else { throw ScenarioTime.Unreadable(text: String(line)) }
    at = try ScenarioTime.read("\(all[0]) \(all[1])")
    words = Array(all.dropFirst(2))
  }

  private func value(_ name: String) -> String? {
    words.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
  }

  private var first: String { words.count > 1 ? words[1] : "" }

  func add(to desk: inout DeadlineDesk, ids: [EventID]) throws -> EventID {
    let message = "m-\(ids.count)"
    func add(_ payload: some EventPayload, _ actor: Actor = .anna) -> EventID {
      desk.add(payload, at: at, by: actor)
    }
    switch words[0] {
    case "opened":
      let byAgent = value("by") == "agent" || value("by") == "call"
      return add(
        TicketOpened(
          channel: byAgent ? nil : .email, groupId: value("g"), priority: value("p"),
          callId: value("by") == "call" ? "c-1" : nil), byAgent ? .anna : .client)
    case "msg": return add(MessageReceived(messageId: message), .client)
    case "auto": return add(MessageReceived(messageId: message, autoSubmitted: true), .client)
    case "noreply": return add(MessageReceived(messageId: message, needsReply: .no), .client)
    case "vendormsg":
      return add(MessageReceived(messageId: message, authorRole: .vendor), .client)
    case "reply":
      return add(
        MessageSent(messageId: message, agentId: first, author: .agent), Actor(.agent, first))
    case "botreply": return add(MessageSent(messageId: message, author: .bot), .bot)
    case "failed":
      return add(
        MessageDeliveryUpdated(messageId: "m-\((Int(first) ?? 1) - 1)", status: .failed), .bot)
    case "answered":
      return add(CallAnswered(callId: message, agentId: first), Actor(.agent, first))
    default: return try addMore(to: &desk, ids: ids)
    }
  }

  private func addMore(to desk: inout DeadlineDesk, ids: [EventID]) throws -> EventID {
    func add(_ payload: some EventPayload, _ actor: Actor = .anna) -> EventID {
      desk.add(payload, at: at, by: actor)
    }
    switch words[0] {
    case "assign": return add(TicketAssigned(agentId: first, mode: .manual))
    case "autoassign": return add(TicketAssigned(agentId: first, mode: .auto), .rule)
    case "unassign": return add(TicketUnassigned(agentId: first))
    case "offer":
      return add(HandoffOffered(handoffId: "h", fromAgent: first, toAgent: words[2], summary: "s"))
    case "accept": return add(HandoffAccepted(handoffId: "h", agentId: first))
    case "on":
      return desk.add(ShiftStarted(agentId: first, shiftId: "s"), at: at, stream: "agent/\(first)")
    case "off":
      return desk.add(ShiftEnded(agentId: first, shiftId: "s"), at: at, stream: "agent/\(first)")
    case "wait":
      let until = words.firstIndex(of: "until").map { "\(words[$0 + 1]) \(words[$0 + 2])" }
      return add(
        WaitingStarted(
          waitId: first, reason: WaitReason(name: first) ?? .other,
          until: try until.map { try ScenarioTime.read($0) }))
    case "endwait": return add(WaitingEnded(waitId: first))
    case "proposed": return add(ResolutionProposed())
    case "confirmed": return add(CloseConfirmed(), .client)
    case "rejected": return add(CloseRejected(), .client)
    case "closed": return add(TicketClosed(kind: CloseKind(name: first)))
    case "reopened": return add(TicketReopened())
    case "merged": return add(TicketMerged(intoTicket: first))
    case "deleted": return add(TicketDeleted())
    case "restored": return add(TicketRestored())
    case "prio": return add(TicketPriorityChanged(to: first))
    case "group": return add(TicketGroupChanged(toGroup: first == "-" ? nil : first))
    case "tag": return add(TicketTagged(tag: first))
    case "status": return add(TicketStatusChanged(sourceLabel: first))
    case "apply":
      let version = first.split(separator: ".").last.flatMap { Int64($0) }
      return add(
        SLAPolicyApplied(
          policyId: first.split(separator: ".").first.map(String.init) ?? "",
          policyVersion: version,
          mode: words.count > 2 ? PolicyMode(name: words[2]) : nil), .rule)
    case "detach": return add(SLAPolicyDetached(), .rule)
    case "retract": return add(EventRetracted(targetEventId: ids[(Int(first) ?? 1) - 1]))
    case "correct":
      let time = try ScenarioTime.read("\(words[2]) \(words[3])")
      return add(
        EventCorrected(
          targetEventId: ids[(Int(first) ?? 1) - 1], field: "occurredAt",
          newValue: JSONText("\"\(time)\"")))
    default: throw ScenarioTime.Unreadable(text: words[0])
    }
  }
}
