import CasefileModel
import CasefileProjections

/// An audit for people: what holds for all events first, then each event with what it changed.
struct TicketAuditText {
  /// Longer audits are folded.
  static let foldAbove = 60

  private let audit: TicketAudit
  private let voice: Voice
  private let values: AuditValues
  private let length: TextLength
  private let ink: Ink
  private var phrases: any Phrases { voice.phrases }
  private var zone: Zone { voice.zone }
  private var hasSeveralTickets: Bool { !audit.file.related.isEmpty }

  init(
    _ audit: TicketAudit, voice: Voice, length: TextLength = .full, ink: Ink = .plain
  ) {
    self.audit = audit
    self.voice = voice
    self.length = length
    self.ink = ink
    values = AuditValues(voice: voice, length: length)
  }

  /// The lines, escaped, broken at a width.
  func lines(width: Int, showsAll: Bool = false) -> [String] {
    var lines = head(width: width) + [""]
    var notes: [String] = []
    if audit.rows.isEmpty {
      lines.append(phrases.noEvents)
    } else if audit.rows.count <= TicketAuditText.foldAbove || showsAll {
      lines += audit.rows.flatMap { row($0, width: width) }
    } else {
      for run in runs() {
        lines +=
          run.rows.count <= 3
          ? run.rows.flatMap { row($0, width: width) } : folded(run, width: width)
      }
      notes.append(phrases.folded(audit.rows.count))
    }
    notes += audit.selection.notes(audit.rest, voice: voice, cutCount: cutCount, length)
    guard !notes.isEmpty else { return lines }
    return lines + [""] + notes.flatMap { DisplayWidth.wrap(VisibleText.escape($0), to: width) }
  }

  private var cutCount: Int {
    length == .full
      ? 0
      : audit.rows.reduce(0) { count, row in
        count + sentence(row.entry).quotes.count { length.apply($0.text) != $0.text }
      }
  }

  // MARK: The head

  private func head(width: Int) -> [String] {
    let question = audit.file.main.question
    var texts: [(String, String)] = []
    if let asOf = question.asOf { texts.append((phrases.label(.trueAt), zone.text(asOf))) }
    if let known = question.knownAt { texts.append((phrases.label(.knownAt), text(known))) }
    texts.append((phrases.label(.times), phrases.times(in: zone.name)))
    for ticket in audit.file.related {
      texts.append(
        (phrases.label(.alsoShown), phrases.related(ticket.view.ticket, ticket.relation)))
    }
    if audit.file.omitted > 0 {
      texts.append((phrases.label(.alsoShown), phrases.moreRelated(audit.file.omitted)))
    }
    texts.append((phrases.label(.events), phrases.counts(counts)))
    if !audit.rows.isEmpty {
      texts.append((phrases.label(.proof), proof))
      texts.append((phrases.label(.late), late))
    }
    let column = (texts.map { DisplayWidth.of($0.0) }.max() ?? 0) + 3
    var last: String?
    return DisplayWidth.wrap(
      VisibleText.escape(phrases.auditTitle(audit.file.main.ticket)), to: width
    ).map(ink.strong)
      + texts.flatMap { label, text in
        defer { last = label }
        let shown = label == last ? "" : label
        return DisplayWidth.wrap(VisibleText.escape(text), to: max(20, width - column - 2))
          .enumerated().map { index, line in
            let label = index == 0 ? shown : ""
            let space = String(repeating: " ", count: column - DisplayWidth.of(label))
            return "  " + ink.strong(label) + space + line
          }
      }
  }

  private func text(_ known: KnownAt) -> String {
    switch known {
    case .position(let position): phrases.known(atPosition: "\(position)")
    case .recorded(let time): zone.text(time)
    case .sourceClaim(let time):
      phrases.knownToSource(
        zone.text(time), unknown: audit.file.main.review.provenance.withoutSourceTimeCount)
    }
  }

  private var counts: AuditCounts {
    let entries = audit.entries
    return AuditCounts(
      all: entries.count,
      corrected: entries.count { $0.entry.corrections.contains(where: \.isApplied) },
      retracted: entries.count { $0.entry.retractedBy != nil },
      contradicting: entries.count { !$0.contradictions.isEmpty },
      unreadable: entries.count(where: \.isUnreadable))
  }

  private var proof: String {
    let recorded = audit.entries.map(\.entry.event.envelope.recordedAt).min() ?? .earliest
    let imported = audit.entries.count { $0.basis == .imported }
    return phrases.proof(since: zone.text(recorded), imported: imported, of: audit.entries.count)
  }

  private var late: String {
    let late = audit.entries.count { $0.lateness.isLate == true }
    let unknown = audit.entries.count { $0.lateness.isLate == nil }
    return phrases.lateness(
      limit: phrases.duration(Int64(audit.lateLimitSeconds)), late: late,
      inTime: audit.entries.count - late - unknown, unknown: unknown)
  }

  // MARK: Rows

  private func row(_ row: TicketAudit.Row, width: Int) -> [String] {
    let audited = row.audited
    let entry = row.entry
    let instant = entry.occurredAt
    let ticket = hasSeveralTickets ? phrases.ticket(row.view.ticket) + "  " : ""
    let start = "\(zone.text(instant))  \(ticket)"
    let channel = audited.channel.map { ", \(phrases.word($0, of: "Channel"))" } ?? ""
    let who = VisibleText.escape(voice.actor(entry.actor, at: instant) + channel)
    let how = VisibleText.escape(EntryNote.text(entry, phrases, withAmendments: false))
    var lines: [String] = []
    if DisplayWidth.of(start + who) + 2 + DisplayWidth.of(how) <= width {
      lines.append("\(VisibleText.escape(start))\(ink.strong(who))  \(ink.faint(how))")
    } else {
      lines += DisplayWidth.wrap(VisibleText.escape(start) + who, to: width)
      lines += indented(how, by: 4, width: width).map { ink.faint($0) }
    }
    let sentence = sentence(entry)
    lines += indented(sentence.what, by: 4, width: width)
    for quote in sentence.quotes { lines += self.quote(quote, width: width) }
    for change in audited.changes { lines += self.change(change, at: instant, width: width) }
    for note in notes(audited) {
      lines += indented("! \(note)", by: 6, width: width).map { ink.alert($0) }
    }
    return lines
  }

  private func indented(_ text: String, by indent: Int, width: Int) -> [String] {
    DisplayWidth.wrap(VisibleText.escape(text), to: max(20, width - indent))
      .map { String(repeating: " ", count: indent) + $0 }
  }

  private func quote(_ quote: Sentence.Quote, width: Int) -> [String] {
    guard let text = length.apply(quote.text) else { return [] }
    let label = quote.label.map { "\($0): " } ?? ""
    return VisibleText.lines(text).enumerated().flatMap { index, line in
      DisplayWidth.wrap((index == 0 ? label : "") + line, to: max(20, width - 8))
        .map { "      │ \($0)" }
    }
  }

  private func sentence(_ entry: TicketEntry) -> Sentence {
    let data = entry.correctedData ?? (try? voice.schema.data(of: entry.event).data) ?? .object([])
    if entry.isAmendment {
      // What it puts right stands in a note of its own.
      let sentence = Sentence(voice.title(of: entry.typeName))
      guard case .string(let reason)? = data["reason"] else { return sentence }
      return sentence.quoting(reason, as: phrases.label("reason"))
    }
    return voice.sentence(for: entry.typeName, data, by: entry.actor, at: entry.occurredAt)
  }

  private func change(_ change: AuditChange, at instant: Timestamp?, width: Int) -> [String] {
    let name = values.name(change.field)
    var text =
      values.text(change.before, of: change.field, at: instant) + " → "
      + values.text(change.after, of: change.field, at: instant)
    if let lapsed = change.lapsedAt { text += " (\(phrases.lapsed(zone.text(lapsed))))" }
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
      notes.append(phrases.writtenLate(phrases.duration(delay)))
    }
    for correction in entry.corrections {
      let change = phrase(
        correction.before, correction.after, correction.field, entry.typeName,
        isApplied: correction.isApplied)
      notes.append(
        phrases.correctedField(
          phrases.label(correction.field), by: "#\(correction.position)",
          voice.actor(correction.actor, at: correction.recordedAt),
          recorded: zone.text(correction.recordedAt), change))
    }
    if let position = entry.retractedBy {
      notes.append(phrases.changesNothing(retractedBy: "#\(position)"))
    }
    if let amendment = audited.amendment { notes.append(text(amendment)) }
    notes += audited.contradictions.map(phrases.contradiction)
    if audited.isUnreadable { notes.append(phrases.unreadableEvent) }
    return notes
  }

  private func phrase(
    _ before: JSONValue, _ after: JSONValue, _ field: String, _ type: String, isApplied: Bool
  ) -> ChangePhrase {
    ChangePhrase(
      before: values.text(before, ofField: field, type: type, at: nil),
      after: values.text(after, ofField: field, type: type, at: nil), isApplied: isApplied)
  }

  private func text(_ amendment: AuditAmendment) -> String {
    let target = amendment.targetPosition.map { "#\($0)" }
    guard let field = amendment.field else {
      return phrases.retracts(target, isInForce: amendment.isInForce)
    }
    let type = audit.entries.first { $0.position == amendment.targetPosition }?.entry.typeName
    return phrases.corrects(
      phrases.label(field), of: target,
      phrase(
        amendment.before, amendment.after, field, type ?? "", isApplied: amendment.isInForce))
  }

  // MARK: Folding

  private struct RunKey: Equatable {
    let day: String
    let holder: String?
    let ticket: String
  }

  private func key(_ row: TicketAudit.Row) -> RunKey {
    let instant = row.entry.effectiveAt
    let span = row.view.state.responsibility.last {
      $0.from <= instant && $0.until.map { instant < $0 } ?? true
    }
    return RunKey(
      day: zone.day(row.entry.occurredAt),
      holder: span.map { voice.names.text(.agent, $0.holder, at: instant) },
      ticket: row.view.ticket)
  }

  private func runs() -> [(key: RunKey, rows: [TicketAudit.Row])] {
    var runs: [(key: RunKey, rows: [TicketAudit.Row])] = []
    for row in audit.rows {
      let key = key(row)
      if runs.last?.key == key {
        runs[runs.count - 1].rows.append(row)
      } else {
        runs.append((key, [row]))
      }
    }
    return runs
  }

  /// One line for what happened, and each field with its value before and after all of it.
  private func folded(_ run: (key: RunKey, rows: [TicketAudit.Row]), width: Int) -> [String] {
    var titles: [String: Int] = [:]
    for row in run.rows { titles[voice.title(of: row.entry.typeName), default: 0] += 1 }
    let kinds = titles.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      $0.value == 1 ? $0.key : "\($0.value) × \($0.key)"
    }
    let ticket = hasSeveralTickets ? phrases.ticket(run.key.ticket) + ", " : ""
    let said =
      ticket
      + phrases.run(
        holder: run.key.holder, count: run.rows.count, kinds: kinds.joined(separator: ", "))
    let wrapped = DisplayWidth.wrap(VisibleText.escape(said), to: max(20, width - 12))
    let space = String(repeating: " ", count: 12)
    var lines = [ink.strong(run.key.day) + "  " + wrapped[0]]
    lines += wrapped.dropFirst().map { space + $0 }
    let positions = phrases.positions(TicketTimeline.ranges(run.rows.map(\.audited.position)))
    lines += indented(positions, by: 12, width: width).map { ink.faint($0) }
    lines += netChanges(run.rows).flatMap {
      change($0, at: run.rows.last?.entry.occurredAt, width: width)
    }
    for row in run.rows {
      for note in notes(row.audited) {
        lines += indented("! #\(row.audited.position) \(note)", by: 6, width: width)
          .map { ink.alert($0) }
      }
    }
    return lines
  }

  private func netChanges(_ rows: [TicketAudit.Row]) -> [AuditChange] {
    var order: [String] = []
    var net: [String: AuditChange] = [:]
    for change in rows.flatMap(\.audited.changes) {
      if net[change.field] == nil { order.append(change.field) }
      net[change.field] = AuditChange(
        field: change.field, before: net[change.field]?.before ?? change.before,
        after: change.after, lapsedAt: nil)
    }
    return order.compactMap { net[$0] }.filter { $0.before != $0.after }
  }
}
