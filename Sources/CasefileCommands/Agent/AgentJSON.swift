import CasefileModel
import CasefileProjections

/// An agent's history as JSON, every documented member present.
struct AgentJSON {
  private let history: AgentHistory
  private let instant: Timestamp

  /// - Parameter instant: the moment for which duty is told.
  init(_ history: AgentHistory, at instant: Timestamp) {
    self.history = history
    self.instant = instant
  }

  /// A line of `agent list`.
  var summary: JSONValue { .object(members) }

  /// The answer of `agent show`.
  var full: JSONValue {
    .object(
      members + [
        .init("shifts", .array(history.shifts.map(shift))),
        .init("absences", .array(history.absences.map(absence))),
        .init("spans", .array(history.spans(now: instant).map(span))),
        .init("entries", .array(history.entries.map(entry))),
      ])
  }

  private var members: [JSONValue.Member] {
    let counts = history.counts
    let open = history.openTickets()
    let duty = history.duty
    let all: [(String, JSONValue)] = [
      ("agent", .string(history.agent)), ("assignments", JSONValue(counts.assignments)),
      ("handoffsIn", JSONValue(counts.handoffsIn)),
      ("handoffsOut", JSONValue(counts.handoffsOut)),
      ("indirectHandoffsIn", JSONValue(counts.indirectHandoffsIn)),
      ("indirectHandoffsOut", JSONValue(counts.indirectHandoffsOut)),
      ("touches", JSONValue(counts.touches)), ("messages", JSONValue(counts.messages)),
      ("calls", JSONValue(counts.calls)), ("tickets", JSONValue(counts.tickets)),
      ("openTickets", JSONValue(open.count)), ("workTouches", JSONValue(counts.workTouches)),
      ("breaches", JSONValue(counts.breaches)), ("breachesAway", JSONValue(counts.breachesAway)),
      ("openTicketIds", texts(open)), ("since", JSONValue(history.since)),
      ("until", JSONValue(history.until)), ("name", JSONValue(duty.name)),
      ("displayName", JSONValue(duty.displayName)), ("groups", texts(duty.groups)),
      ("registeredAt", JSONValue(duty.registeredAt)),
      ("deactivatedAt", JSONValue(duty.deactivatedAt)), ("duty", standing),
    ]
    return all.map { JSONValue.Member($0.0, $0.1) }
  }

  private var standing: JSONValue {
    let standing = history.duty.standing(at: instant)
    let presence = history.duty.presences.last { $0.at <= instant }
    return [
      "at": JSONValue(instant), "standing": .string(standing.word),
      "position": JSONValue(standing.position?.rawValue),
      "presence": presence?.presence.json ?? .null,
    ]
  }

  /// How the agent stood when a deadline passed; null for other entries.
  private func standing(at entry: AgentEntry) -> JSONValue {
    entry.kind == .deadlineMissed ? .string(history.duty.standing(at: entry.at).word) : .null
  }

  private func span(_ span: AgentHistory.HeldSpan) -> JSONValue {
    guard case .object(let members) = DutyJSON.json(span.duty) else { return .null }
    return .object([.init("ticket", .string(span.ticket))] + members)
  }

  private func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

  private func shift(_ shift: AgentDuty.Shift) -> JSONValue {
    [
      "id": JSONValue(shift.id), "group": JSONValue(shift.group),
      "plannedFrom": JSONValue(shift.plannedFrom), "plannedTo": JSONValue(shift.plannedTo),
      "isCancelled": .bool(shift.isCancelled), "startedAt": JSONValue(shift.startedAt),
      "endedAt": JSONValue(shift.endedAt), "openTickets": texts(shift.openTickets),
      "unhandedTickets": texts(shift.unhandedTickets),
      "planPosition": JSONValue(shift.planPosition?.rawValue),
      "startPosition": JSONValue(shift.startPosition?.rawValue),
      "endPosition": JSONValue(shift.endPosition?.rawValue),
    ]
  }

  private func absence(_ absence: AgentDuty.Absence) -> JSONValue {
    [
      "id": JSONValue(absence.id), "kind": absence.kind?.json ?? .null,
      "isPlanned": absence.isPlanned.map { .bool($0) } ?? .null,
      "coveredBy": JSONValue(absence.coveredBy), "from": JSONValue(absence.from),
      "until": JSONValue(absence.until), "position": JSONValue(absence.position.rawValue),
      "endPosition": JSONValue(absence.endPosition?.rawValue),
    ]
  }

  private func entry(_ entry: AgentEntry) -> JSONValue {
    [
      "kind": .string(entry.kind.rawValue), "at": JSONValue(entry.at),
      "position": JSONValue(entry.position.rawValue), "ticket": JSONValue(entry.ticket),
      "by": entry.by?.json ?? .null, "other": JSONValue(entry.other),
      "otherGroup": JSONValue(entry.otherGroup), "mode": entry.mode?.json ?? .null,
      "handoffKind": JSONValue(entry.handoffKind?.rawValue),
      "handoff": JSONValue(entry.handoff), "reason": entry.reason?.json ?? .null,
      "hasSummary": entry.hasSummary.map { .bool($0) } ?? .null,
      "offeredAt": JSONValue(entry.offeredAt), "acceptedBy": JSONValue(entry.acceptedBy),
      "unassignedAt": JSONValue(entry.unassignedAt),
      "outcome": JSONValue(entry.outcome?.rawValue), "outcomeAt": JSONValue(entry.outcomeAt),
      "outcomePosition": JSONValue(entry.outcomePosition?.rawValue),
      "contact": JSONValue(entry.contact), "channel": JSONValue(entry.channel),
      "clock": JSONValue(entry.clock), "standing": standing(at: entry),
      "talkSeconds": entry.talkSeconds.map { .int($0) } ?? .null, "duty": JSONValue(entry.duty),
      "absence": entry.absence?.json ?? .null,
      "openTickets": entry.openTickets.map(texts) ?? .null,
      "unhandedTickets": entry.unhandedTickets.map(texts) ?? .null,
    ]
  }
}
