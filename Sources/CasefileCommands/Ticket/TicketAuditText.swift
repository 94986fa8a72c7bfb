import CasefileModel
import CasefileProjections

/// An audit for people: what holds for all events first, then each event with what it changed.
struct TicketAuditText {
  /// Longer audits are folded.
  static let foldAbove = 60

  private let audit: TicketAudit
  private let zone: Zone
  private let voice: Voice
  private let values: AuditValues

  init(_ audit: TicketAudit, zone: Zone) {
    self.audit = audit
    self.zone = zone
    voice = Voice(zone: zone)
    values = AuditValues(zone: zone)
  }

  /// The lines, escaped, broken at a width.
  func lines(width: Int, showsAll: Bool = false) -> [String] {
    var lines = head(width: width) + [""]
    if audit.entries.count <= TicketAuditText.foldAbove || showsAll {
      lines += audit.entries.flatMap { row($0, width: width) }
      return lines
    }
    for run in runs() {
      lines += run.count <= 3 ? run.flatMap { row($0, width: width) } : folded(run, width: width)
    }
    return lines + [
      "", "\(audit.entries.count) events, folded by day and holder; --all shows every one",
    ]
  }

  // MARK: The head

  private func head(width: Int) -> [String] {
    var texts: [(String, String)] = []
    if let asOf = audit.asOf { texts.append(("true at", zone.text(asOf))) }
    switch audit.knownAt {
    case .position(let position)?: texts.append(("known at", "position \(position)"))
    case .recorded(let time)?: texts.append(("known at", zone.text(time)))
    case .sourceClaim(let time)?:
      texts.append(("known at", "\(zone.text(time)) by the source's own claim, not a proof"))
    case nil: break
    }
    texts.append(("times", "in \(zone.name); # is the position in the log"))
    texts.append(("events", counts))
    texts.append(("proof", proof))
    texts.append(("late", late))
    let column = 11
    return DisplayWidth.wrap(VisibleText.escape("Audit of ticket \(audit.ticket)"), to: width)
      + texts.flatMap { label, text in
        DisplayWidth.wrap(VisibleText.escape(text), to: max(20, width - column - 2)).enumerated()
          .map { index, line in
            "  " + DisplayWidth.pad(index == 0 ? label : "", to: column) + line
          }
      }
  }

  private var counts: String {
    let corrected = audit.entries.count { entry in
      entry.entry.corrections.contains(where: \.isApplied)
    }
    let retracted = audit.entries.count { $0.entry.retractedBy != nil }
    let contradictions = audit.entries.count { !$0.contradictions.isEmpty }
    let unreadable = audit.entries.count(where: \.isUnreadable)
    var parts = ["\(audit.entries.count)"]
    if corrected > 0 { parts.append("\(corrected) of them corrected") }
    if retracted > 0 { parts.append("\(retracted) retracted") }
    if contradictions > 0 { parts.append("\(contradictions) contradict what was before") }
    if unreadable > 0 { parts.append("\(unreadable) can't be read") }
    return parts.joined(separator: ", ")
  }

  private var proof: String {
    let recorded = audit.entries.map(\.entry.event.envelope.recordedAt).min() ?? .earliest
    let imported = audit.entries.count { $0.basis == .imported }
    guard imported > 0 else { return "proven by this store from \(zone.text(recorded))" }
    return "proven by this store from \(zone.text(recorded)); before that as the source stated it "
      + "(\(imported) of \(audit.entries.count) events imported)"
  }

  private var late: String {
    let late = audit.entries.count { $0.lateness.isLate == true }
    let unknown = audit.entries.count { $0.lateness.isLate == nil }
    return
      "over \(voice.phrases.duration(Int64(audit.lateLimitSeconds))) from the event to its record: "
      + "\(late) late, \(audit.entries.count - late - unknown) in time, \(unknown) not known"
  }

  // MARK: Rows

  private func row(_ audited: AuditEntry, width: Int) -> [String] {
    let entry = audited.entry
    let start = "\(zone.text(entry.occurredAt))  \(voice.actor(entry.actor))"
    let who = VisibleText.escape(
      start + (audited.channel.map { ", \($0)" } ?? ""))
    let how = VisibleText.escape(self.how(audited))
    var lines: [String] = []
    if DisplayWidth.of(who) + 2 + DisplayWidth.of(how) <= width {
      lines.append("\(who)  \(how)")
    } else {
      lines += DisplayWidth.wrap(who, to: width) + indented(how, by: 4, width: width)
    }
    lines += indented(what(entry), by: 4, width: width)
    for change in audited.changes { lines += self.change(change, width: width) }
    for note in notes(audited) { lines += indented("! \(note)", by: 6, width: width) }
    return lines
  }

  private func indented(_ text: String, by indent: Int, width: Int) -> [String] {
    DisplayWidth.wrap(VisibleText.escape(text), to: max(20, width - indent))
      .map { String(repeating: " ", count: indent) + $0 }
  }

  private func what(_ entry: TicketEntry) -> String {
    let data = entry.correctedData ?? (try? voice.schema.data(of: entry.event).data) ?? .object([])
    if entry.isAmendment {
      // What it puts right stands in a note of its own.
      guard case .string(let reason)? = data["reason"] else { return entry.typeName }
      return "\(entry.typeName): \(reason)"
    }
    return voice.sentence(for: entry.typeName, data, by: entry.actor).what
  }

  private func how(_ audited: AuditEntry) -> String {
    var text = "#\(audited.position) "
    switch audited.basis {
    case .live: text += "live"
    case .imported: text += "imported"
    case .enteredLater: text += "entered later"
    default: text += "basis unknown"
    }
    if audited.entry.event.envelope.visibility != .public {
      text += ", \(audited.entry.event.envelope.visibility.word)"
    }
    return text
  }

  private func change(_ change: AuditChange, width: Int) -> [String] {
    let name = values.name(change.field)
    var text = "\(values.text(change.before)) → \(values.text(change.after))"
    if let lapsed = change.lapsedAt { text += " (by itself, \(zone.text(lapsed)))" }
    let column = 22
    let lines = DisplayWidth.wrap(VisibleText.escape(text), to: max(20, width - column - 8))
    let label = VisibleText.escape(name)
    guard DisplayWidth.of(label) < column else {
      return indented(label, by: 6, width: width)
        + lines.map { String(repeating: " ", count: column + 6) + $0 }
    }
    return lines.enumerated().map { index, line in
      "      " + DisplayWidth.pad(index == 0 ? label : "", to: column) + line
    }
  }

  /// What a reviewer must not overlook.
  private func notes(_ audited: AuditEntry) -> [String] {
    let entry = audited.entry
    var notes: [String] = []
    if audited.lateness.isLate == true, let delay = audited.lateness.delaySeconds {
      notes.append("late: written down \(voice.phrases.duration(delay)) after it happened")
    }
    for correction in entry.corrections {
      let what =
        correction.isApplied
        ? "\(values.text(correction.before)) → \(values.text(correction.after))"
        : "to \(values.text(correction.after)), which does not fit; nothing changed"
      notes.append(
        "\(correction.field) corrected by #\(correction.position), "
          + "\(voice.actor(correction.actor)), recorded \(zone.text(correction.recordedAt)): \(what)"
      )
    }
    if let position = entry.retractedBy {
      notes.append("retracted by #\(position): it changes nothing")
    }
    if let amendment = audited.amendment { notes.append(text(amendment)) }
    notes += audited.contradictions.map(values.contradiction)
    if audited.isUnreadable { notes.append("its fields can't be read: it changes nothing") }
    return notes
  }

  private func text(_ amendment: AuditAmendment) -> String {
    let target = amendment.targetPosition.map { "#\($0)" } ?? "an event of another ticket"
    let force = amendment.isInForce ? "" : "; it is not in force"
    guard let field = amendment.field else { return "retracts \(target)\(force)" }
    return "corrects \(field) of \(target): \(values.text(amendment.before)) → "
      + "\(values.text(amendment.after))\(force)"
  }

  // MARK: Folding

  private func holder(_ instant: Timestamp) -> String? {
    audit.state.responsibility.last {
      $0.from <= instant && $0.until.map { instant < $0 } ?? true
    }?.holder
  }

  private func runs() -> [[AuditEntry]] {
    var runs: [[AuditEntry]] = []
    var last: (day: String, holder: String?)?
    for entry in audit.entries {
      let key = (day: zone.day(entry.entry.occurredAt), holder: holder(entry.entry.effectiveAt))
      if let known = last, known == key {
        runs[runs.count - 1].append(entry)
      } else {
        runs.append([entry])
      }
      last = key
    }
    return runs
  }

  /// One line for what happened, and each field with its value before and after all of it.
  private func folded(_ run: [AuditEntry], width: Int) -> [String] {
    let first = run[0].entry
    let held = holder(first.effectiveAt).map { "held by \($0)" } ?? "held by nobody"
    var types: [String: Int] = [:]
    for entry in run { types[entry.entry.typeName, default: 0] += 1 }
    let kinds = types.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      $0.value == 1 ? $0.key : "\($0.value) × \($0.key)"
    }
    var lines = DisplayWidth.wrap(
      VisibleText.escape(
        "\(zone.day(first.occurredAt))  \(held), \(run.count) events: "
          + kinds.joined(separator: ", ")), to: width)
    lines += indented(
      "positions \(TicketTimeline.ranges(run.map(\.position)))", by: 4, width: width)
    var order: [String] = []
    var net: [String: AuditChange] = [:]
    for change in run.flatMap(\.changes) {
      if net[change.field] == nil { order.append(change.field) }
      net[change.field] = AuditChange(
        field: change.field, before: net[change.field]?.before ?? change.before,
        after: change.after, lapsedAt: nil)
    }
    for field in order {
      if let change = net[field], change.before != change.after {
        lines += self.change(change, width: width)
      }
    }
    for entry in run {
      for note in notes(entry) {
        lines += indented("! #\(entry.position) \(note)", by: 6, width: width)
      }
    }
    return lines
  }
}
