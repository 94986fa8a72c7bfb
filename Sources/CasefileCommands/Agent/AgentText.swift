import CasefileModel
import CasefileProjections

/// An agent for people: the head answers first, then what happened in order of time.
struct AgentText {
  /// Longer histories are folded by day.
  static let foldAbove = 60

  private let history: AgentHistory
  private let period: Period
  private var zone: Zone { period.zone }

  init(_ history: AgentHistory, period: Period) {
    self.history = history
    self.period = period
  }

  /// The lines, escaped, broken at a width.
  func lines(width: Int, showsAll: Bool = false) -> [String] {
    let duty = history.duty
    let names = [duty.name, duty.displayName].compactMap { $0 }
    let title = "Agent \(history.agent)" + (names.isEmpty ? "" : ": " + list(names))
    var lines = DisplayWidth.wrap(VisibleText.escape(title), to: width)
    let column = 12
    for (label, text) in head {
      let texts = DisplayWidth.wrap(VisibleText.escape(text), to: max(20, width - column - 2))
      for (index, text) in texts.enumerated() {
        lines.append("  " + DisplayWidth.pad(index == 0 ? label : "", to: column) + text)
      }
    }
    lines.append("")
    let entries = history.entries
    guard !entries.isEmpty else { return lines + ["no entries"] }
    if entries.count <= AgentText.foldAbove || showsAll { return lines + rows(entries, width) }
    return lines + folded(entries, width) + [
      "", "\(entries.count) entries, folded by day; --all shows every one",
    ]
  }

  // MARK: The head

  private var head: [(String, String)] {
    let counts = history.counts
    let duty = history.duty
    var lines: [(String, String)] = []
    if let text = period.text { lines.append(("counted", text)) }
    lines.append(("times", "in \(zone.name); # is the position in the log"))
    var registered = duty.registeredAt.map { zone.text($0) } ?? "no event says so"
    if let at = duty.deactivatedAt { registered += ", left the desk \(zone.text(at))" }
    lines.append(("registered", registered))
    if !duty.groups.isEmpty { lines.append(("groups", list(duty.groups))) }
    lines.append(("duty", standing))
    let open = history.openTickets()
    lines.append(("tickets", "\(counts.tickets), \(open.count) of them open and held at the end"))
    if !open.isEmpty {
      let shown = open.prefix(20)
      let rest = open.count - shown.count
      lines.append(("holds", list(Array(shown)) + (rest > 0 ? " and \(rest) more" : "")))
    }
    lines.append(("assigned", times(counts.assignments) + modes))
    lines.append(
      (
        "handoffs",
        "\(counts.handoffsIn) in\(kinds(.handoffIn)), \(counts.handoffsOut) out"
          + kinds(.handoffOut)
      ))
    lines.append(
      (
        "indirect",
        "\(counts.indirectHandoffsIn) in, \(counts.indirectHandoffsOut) out, with a time "
          + "without holder in between"
      ))
    lines.append(
      (
        "contacts",
        "\(counts.touches) client touches, \(counts.workTouches) work touches, "
          + "\(counts.messages) messages sent, \(counts.calls) calls"
      ))
    return lines + findings
  }

  private var standing: String {
    let standing = history.duty.standing(at: period.instant)
    var text = AgentText.word(standing)
    switch standing {
    case .onDuty(let by), .absent(let by): text += " by #\(by)"
    case .offShift: break
    case .unknown:
      if history.duty.shifts.isEmpty { text += ": no shift of the agent is recorded" }
    }
    text += " at \(zone.text(period.instant))"
    if let presence = history.duty.presences.last(where: { $0.at <= period.instant }) {
      text +=
        "; \(EventFields.divided(presence.presence.word)) since \(zone.text(presence.at)) "
        + "#\(presence.position)"
    }
    return text
  }

  private var modes: String {
    var modes: [String: Int] = [:]
    for entry in history.entries where entry.kind == .assigned {
      modes[entry.mode.map { EventFields.divided($0.word) } ?? "mode not stated", default: 0] += 1
    }
    return counted(modes)
  }

  private func kinds(_ kind: AgentEntry.Kind) -> String {
    var kinds: [String: Int] = [:]
    for entry in history.entries where entry.kind == kind {
      kinds[entry.handoffKind?.rawValue ?? "", default: 0] += 1
    }
    return counted(kinds)
  }

  private func counted(_ counts: [String: Int]) -> String {
    guard !counts.isEmpty else { return "" }
    return " ("
      + list(
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" })
      + ")"
  }

  /// What a reviewer must not overlook.
  private var findings: [(String, String)] {
    var texts: [String] = []
    for shift in history.entries where shift.kind == .shiftEnded {
      guard let tickets = shift.unhandedTickets, !tickets.isEmpty else { continue }
      texts.append(
        "the shift ended \(zone.text(shift.at)) with tickets not handed over: \(list(tickets)) "
          + "#\(shift.position)")
    }
    return texts.enumerated().map { ($0.offset == 0 ? "findings" : "", $0.element) }
  }

  /// Whether somebody is at work, in words.
  static func word(_ standing: AgentDuty.Standing) -> String {
    switch standing {
    case .onDuty: "on duty"
    case .offShift: "off shift"
    case .absent: "absent"
    case .unknown: "unknown"
    }
  }

  private func list(_ texts: [String]) -> String { texts.joined(separator: ", ") }
  private func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

  // MARK: Rows

  private func rows(_ entries: [AgentEntry], _ width: Int) -> [String] {
    let words = AgentWords(zone: zone)
    let tickets = entries.map { VisibleText.escape($0.ticket ?? "–") }
    let column = min(16, tickets.map { DisplayWidth.of($0) }.max() ?? 0)
    return zip(entries, tickets).flatMap { entry, ticket in
      let start = "\(zone.text(entry.at))  \(DisplayWidth.pad(ticket, to: column))  "
      let indent = DisplayWidth.of(start)
      let text = VisibleText.escape("\(words.text(entry)) #\(entry.position)")
      guard width - indent >= 30 else {
        return [start] + DisplayWidth.wrap(text, to: max(20, width - 4)).map { "    " + $0 }
      }
      return DisplayWidth.wrap(text, to: width - indent).enumerated().map { index, line in
        (index == 0 ? start : String(repeating: " ", count: indent)) + line
      }
    }
  }

  private func folded(_ entries: [AgentEntry], _ width: Int) -> [String] {
    var days: [(day: String, entries: [AgentEntry])] = []
    for entry in entries {
      let day = zone.day(entry.at)
      if days.last?.day == day {
        days[days.count - 1].entries.append(entry)
      } else {
        days.append((day, [entry]))
      }
    }
    return days.flatMap { day, entries -> [String] in
      if entries.count <= 3 { return rows(entries, width) }
      var kinds: [String: Int] = [:]
      for entry in entries { kinds[EventFields.divided(entry.kind.rawValue), default: 0] += 1 }
      let parts = kinds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
        "\($0.value) × \($0.key)"
      }
      let tickets = Set(entries.compactMap(\.ticket)).count
      let positions = entries.map(\.position)
      let range = "#\(positions.min() ?? Position(0))–#\(positions.max() ?? Position(0))"
      let text = "\(day)  \(entries.count) entries on \(tickets) tickets: \(list(parts))"
      return DisplayWidth.wrap(VisibleText.escape(text), to: width)
        + ["            positions within \(range)"]
    }
  }
}
