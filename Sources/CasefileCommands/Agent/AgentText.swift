import CasefileModel
import CasefileProjections

/// An agent for people: the head answers first, then what happened in order of time.
struct AgentText {
  /// Longer histories are folded by day.
  static let foldAbove = 60

  private let history: AgentHistory
  private let period: Period
  private let voice: Voice
  private let ink: Ink
  private var zone: Zone { voice.zone }
  private var phrases: any Phrases { voice.phrases }

  init(_ history: AgentHistory, period: Period, voice: Voice, ink: Ink = .plain) {
    self.history = history
    self.period = period
    self.voice = voice
    self.ink = ink
  }

  /// The lines, escaped, broken at a width.
  func lines(width: Int, showsAll: Bool = false) -> [String] {
    let duty = history.duty
    let names = [duty.name, duty.displayName].compactMap { $0 }
    let title = phrases.agentTitle(history.agent, names: names)
    var lines = DisplayWidth.wrap(VisibleText.escape(title), to: width).map(ink.strong)
    let column = (AgentLabel.allCases.map { DisplayWidth.of(phrases.label($0)) }.max() ?? 0) + 2
    for (label, text) in head {
      let texts = DisplayWidth.wrap(VisibleText.escape(text), to: max(20, width - column - 2))
      for (index, text) in texts.enumerated() {
        let label = index == 0 ? label.map { ($0, phrases.label($0)) } : nil
        let space = column - DisplayWidth.of(label?.1 ?? "")
        lines.append("  " + inked(label) + String(repeating: " ", count: space) + text)
      }
    }
    lines.append("")
    let entries = history.entries
    guard !entries.isEmpty else { return lines + [phrases.noEntries] }
    if entries.count <= AgentText.foldAbove || showsAll { return lines + rows(entries, width) }
    return lines + folded(entries, width) + ["", phrases.foldedByDay(entries.count)]
  }

  private func inked(_ label: (AgentLabel, String)?) -> String {
    guard let label else { return "" }
    return label.0 == .findings ? ink.alert(label.1) : ink.strong(label.1)
  }

  // MARK: The head

  /// A text without a label belongs to the one before.
  private var head: [(AgentLabel?, String)] {
    let counts = history.counts
    let duty = history.duty
    var lines: [(AgentLabel?, String)] = []
    if let text = phrases.period(
      since: period.since.map(zone.text), until: period.until.map(zone.text))
    {
      lines.append((.counted, text))
    }
    lines.append((.times, phrases.times(in: zone.name)))
    lines.append(
      (
        .registered,
        phrases.registered(
          duty.registeredAt.map(zone.text), left: duty.deactivatedAt.map(zone.text))
      ))
    if !duty.groups.isEmpty {
      lines.append((.groups, list(duty.groups.map { voice.names.text(.group, $0, at: nil) })))
    }
    lines.append((.duty, standing))
    let open = history.openTickets()
    lines.append((.tickets, phrases.ticketsHeld(counts.tickets, open: open.count)))
    if !open.isEmpty {
      let shown = list(Array(open.prefix(20)))
      lines.append((.holds, open.count > 20 ? phrases.more(shown, open.count - 20) : shown))
    }
    lines += held
    lines.append((.assigned, phrases.timesAssigned(counts.assignments, modes: modes)))
    lines.append(
      (
        .handoffs,
        phrases.inAndOut(
          (counts.handoffsIn, kinds(.handoffIn)), (counts.handoffsOut, kinds(.handoffOut)))
      ))
    lines.append(
      (
        .indirect,
        phrases.indirectly(in: counts.indirectHandoffsIn, out: counts.indirectHandoffsOut)
      ))
    lines.append((.contacts, phrases.agentContacts(counts)))
    lines.append((.breaches, phrases.breaches(counts.breaches, away: counts.breachesAway)))
    return lines + findings
  }

  private var standing: String {
    let standing = history.duty.standing(at: period.instant)
    var text = phrases.standing(
      standing == .unknown ? phrases.dutyUnknown : phrases.standing(standing.kind),
      by: standing.position.map { "#\($0)" },
      at: zone.text(period.instant),
      hasShifts: standing != .unknown || !history.duty.shifts.isEmpty)
    if let presence = history.duty.presences.last(where: { $0.at <= period.instant }) {
      text +=
        "; "
        + phrases.presence(
          phrases.word(presence.presence.word, of: "Presence"), since: zone.text(presence.at),
          position: "#\(presence.position)")
    }
    return text
  }

  /// How long tickets were held, by how the holder stood.
  private var held: [(AgentLabel?, String)] {
    let spans = history.spans(now: period.instant)
    let total = spans.reduce(0) { $0 + $1.duty.seconds }
    guard total > 0 else { return [] }
    var byKind: [AgentDuty.Standing.Kind: Int64] = [:]
    for span in spans {
      for part in span.duty.periods {
        byKind[part.standing.kind, default: 0] += span.duty.seconds(of: part)
      }
    }
    let kinds: [AgentDuty.Standing.Kind] = [.onDuty, .offShift, .absent, .unknown]
    let parts = kinds.compactMap { standing in
      byKind[standing].flatMap {
        $0 > 0 ? "\(phrases.standing(standing)) \(phrases.duration($0))" : nil
      }
    }
    let unattended = spans.reduce(0) { $0 + $1.duty.unattendedSeconds }
    return [
      (
        .held,
        phrases.heldTotals(
          phrases.duration(total), parts: parts,
          unattended: unattended > 0 ? phrases.duration(unattended) : nil)
      )
    ]
  }

  private var modes: String {
    var modes: [String: Int] = [:]
    for entry in history.entries where entry.kind == .assigned {
      let word =
        entry.mode.map { phrases.word($0.word, of: "AssignmentMode") } ?? phrases.modeNotStated
      modes[word, default: 0] += 1
    }
    return counted(modes)
  }

  private func kinds(_ kind: AgentEntry.Kind) -> String {
    var kinds: [String: Int] = [:]
    for entry in history.entries where entry.kind == kind {
      kinds[entry.handoffKind.map(phrases.handoffKind) ?? "", default: 0] += 1
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
  private var findings: [(AgentLabel?, String)] {
    var texts: [String] = []
    for shift in history.entries where shift.kind == .shiftEnded {
      guard let tickets = shift.unhandedTickets, !tickets.isEmpty else { continue }
      texts.append(
        phrases.unhanded(zone.text(shift.at), tickets: list(tickets)) + " #\(shift.position)")
    }
    return texts.enumerated().map { ($0.offset == 0 ? .findings : nil, $0.element) }
  }

  private func list(_ texts: [String]) -> String { texts.joined(separator: ", ") }

  // MARK: Rows

  private func rows(_ entries: [AgentEntry], _ width: Int) -> [String] {
    let words = AgentWords(voice: voice, duty: history.duty)
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
      for entry in entries { kinds[phrases.kind(entry.kind), default: 0] += 1 }
      let parts = kinds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
        "\($0.value) × \($0.key)"
      }
      let text = phrases.dayOfEntries(
        entries.count, tickets: Set(entries.compactMap(\.ticket)).count, kinds: list(parts))
      let positions = entries.map(\.position)
      let range = "#\(positions.min() ?? Position(0))–#\(positions.max() ?? Position(0))"
      let lines = DisplayWidth.wrap(VisibleText.escape(text), to: max(20, width - 12))
      let space = String(repeating: " ", count: 12)
      return [ink.strong(day) + "  " + lines[0]] + lines.dropFirst().map { space + $0 }
        + [space + ink.faint(phrases.within(range))]
    }
  }
}
