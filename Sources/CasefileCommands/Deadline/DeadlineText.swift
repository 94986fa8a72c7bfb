import CasefileCalendars
import CasefileModel
import CasefileProjections

/// The derivation of a ticket's deadlines for people.
struct DeadlineText {
  private let deadlines: TicketDeadlines
  private let voice: Voice
  private let ink: Ink
  private let clocks: [ClockVerdict]
  private var phrases: any Phrases { voice.phrases }

  init(
    _ deadlines: TicketDeadlines, voice: Voice, only clock: ClockName?, ink: Ink = .plain
  ) {
    self.deadlines = deadlines
    self.voice = voice
    self.ink = ink
    clocks = deadlines.clocks.filter { clock == nil || clock == $0.clock }
  }

  /// Who appears in a derivation.
  static func people(in deadlines: TicketDeadlines) -> Set<People.Key> {
    var keys: Set<People.Key> = []
    for verdict in deadlines.clocks {
      let ids =
        verdict.spans.flatMap { [$0.holder, $0.offer?.to] }
        + verdict.breaches.flatMap { [$0.holder, $0.offer?.to] }
      for id in ids.compactMap({ $0 }) { keys.formUnion([.agent(id), .group(id)]) }
    }
    return keys
  }

  /// All lines, escaped, broken at a width.
  func lines(width: Int) -> [String] {
    var texts: [String] = []
    if deadlines.isHypothetical { texts.append(phrases.hypothetical) }
    texts.append(
      phrases.deadlinesTitle(deadlines.ticket, at: time(deadlines.evaluatedAt)))
    let title = texts.count
    texts.append(
      deadlines.policy.map { phrases.governed(by: $0.id, version: $0.version) }
        ?? phrases.ungoverned)
    texts.append(
      phrases.zoneData(deadlines.zones.version, sha256: deadlines.zones.sha256?.description))
    for unknown in deadlines.unknownPolicies {
      texts.append(phrases.unknownPolicy(unknown.id, position: "#\(unknown.position)"))
    }
    var lines: [String] = []
    for (index, text) in texts.enumerated() {
      let wrapped = DisplayWidth.wrap(VisibleText.escape(text), to: width)
      lines += index < title ? wrapped.map(ink.strong) : wrapped
    }
    for verdict in clocks { lines += [""] + self.lines(verdict, width) }
    return lines
  }

  private func lines(_ verdict: ClockVerdict, _ width: Int) -> [String] {
    let head = DisplayWidth.wrap(
      VisibleText.escape(
        phrases.clock(
          phrases.word(verdict.clock.rawValue, of: nil), verdict.instance, headline(verdict))),
      to: width)
    var texts = [
      phrases.terms(
        policy: verdict.policy, version: verdict.policyVersion, calendar: verdict.calendar,
        calendarVersion: verdict.calendarVersion),
      phrases.progress(
        started: time(verdict.startedAt), position: "#\(verdict.startPosition)",
        target: duration(verdict.targetSeconds), used: duration(verdict.elapsedSeconds)),
      due(verdict),
    ]
    texts += verdict.breaches.map(text)
    texts += verdict.cycles.map { cycle in
      phrases.hadStopped(
        time(cycle.stoppedAt), position: "#\(cycle.position)", verdict: word(cycle.verdict),
        after: duration(cycle.elapsedSeconds))
    }
    texts += verdict.causes.map { cause in
      phrases.putDown(
        to: cause.code.map { phrases.word($0, of: "CauseCode") }, position: "#\(cause.position)")
    }
    let shares = verdict.secondsByHolder.map {
      "\($0.holder.map { agent($0, at: nil) } ?? phrases.unassigned) \(duration($0.seconds))"
    }
    if !shares.isEmpty { texts.append(phrases.byHolder(shares)) }
    texts += verdict.unattendedSeconds.map {
      phrases.unattended(
        duration($0.seconds), offeredTo: $0.offeree.map { agent($0, at: nil) } ?? phrases.anybody)
    }
    return head.map(verdict.verdict == .breached ? ink.alert : ink.strong)
      + texts.flatMap { indented($0, by: 2, width) } + spans(verdict.spans, width)
  }

  private func indented(_ text: String, by indent: Int, _ width: Int) -> [String] {
    DisplayWidth.wrap(VisibleText.escape(text), to: max(20, width - indent))
      .map { String(repeating: " ", count: indent) + $0 }
  }

  private func headline(_ verdict: ClockVerdict) -> String {
    var text = DeadlineText.word(verdict, phrases)
    if verdict.verdict != .cancelled, verdict.state != .stopped {
      text += ", \(state(verdict.state))"
    }
    if let reason = verdict.cancelReason { text += ", \(phrases.cancelled(reason))" }
    if let current = verdict.verdictUnderCurrentPolicy, current != verdict.verdict {
      text += "; " + phrases.underLastTarget(word(current))
    }
    return text
  }

  private func due(_ verdict: ClockVerdict) -> String {
    let due = phrases.due(verdict.dueAt.map(time), isPaused: verdict.state == .paused)
    guard let stopped = verdict.stoppedAt else { return due }
    return due + ", "
      + phrases.ended(time(stopped), position: verdict.stopPosition.map { "#\($0)" })
  }

  private func text(_ breach: DeadlineBreach) -> String {
    let duty = DutyWords(voice: voice)
    let offer = breach.offer.map { offer in
      phrases.offered(
        to: offer.to.map { agent($0, at: offer.since) } ?? phrases.anybody,
        since: time(offer.since)) + " (#\(offer.position))"
    }
    var parts = [
      phrases.missed(
        time(breach.at), policy: breach.policy, version: breach.policyVersion,
        byNewTarget: breach.cause == .retarget),
      phrases.heldAtBreach(
        by: breach.holder.map { agent($0, at: breach.at) }, standing: duty.text(breach.standing),
        offer: offer),
      phrases.overrun(
        business: duration(breach.overrunBusinessSeconds),
        wall: duration(breach.overrunWallSeconds)),
    ]
    if let position = breach.observedBy { parts.append(phrases.observed("#\(position)")) }
    return parts.joined(separator: "; ")
  }

  // MARK: Spans

  /// A table, or where the terminal is too narrow for one, two lines for each span.
  private func spans(_ spans: [DeadlineSpan], _ width: Int) -> [String] {
    guard !spans.isEmpty else { return [] }
    let rows = spans.map { row($0).map { VisibleText.escape($0) } }
    let columns = DeadlineColumn.allCases.map { phrases.label($0) }
    let table = TextTable(columns: columns, numbers: [4, 5]).lines(rows).map { "  " + $0 }
    if !table.contains(where: { DisplayWidth.of($0) > width }) { return table }
    return rows.flatMap { cells in
      indented(
        cells[1].isEmpty
          ? "\(cells[0])  \(cells[2])" : "\(cells[0]) – \(cells[1])  \(cells[2])", by: 2, width)
        + indented("\(cells[3]) #\(cells[4]), \(cells[5]), \(cells[6])", by: 6, width)
    }
  }

  private func row(_ span: DeadlineSpan) -> [String] {
    var holder = span.holder.map { agent($0, at: span.from) } ?? "–"
    if span.holder != nil, span.standing != .unknown {
      holder += ", " + DutyWords(voice: voice).text(span.standing)
    }
    if let offer = span.offer {
      holder +=
        ", "
        + phrases.offered(
          to: offer.to.map { agent($0, at: offer.since) } ?? phrases.anybody,
          since: time(offer.since))
    }
    return [
      time(span.from), span.until.map { $0 == span.from ? "" : time($0) } ?? "…",
      state(span.state), phrases.why(span.why), "\(span.position)",
      duration(span.businessSeconds), holder,
    ]
  }

  // MARK: Words

  /// An offer may be to a group, whose id is no agent's.
  private func agent(_ id: String, at instant: Timestamp?) -> String {
    if voice.names.name(.agent, id, at: instant) == nil,
      let group = voice.names.name(.group, id, at: instant)
    {
      return phrases.group("\(group) (\(id))")
    }
    return voice.names.text(.agent, id, at: instant)
  }

  private func word(_ verdict: Verdict) -> String { phrases.word(verdict.word, of: "Verdict") }
  private func state(_ state: ClockState) -> String { phrases.word(state.word, of: "ClockState") }
  private func time(_ time: Timestamp) -> String { voice.zone.text(time) }
  private func duration(_ seconds: Int64) -> String {
    DeadlineText.duration(seconds, phrases)
  }

  /// The verdict, or why there is none.
  private static func word(_ verdict: ClockVerdict, _ phrases: any Phrases) -> String {
    verdict.reason.map { phrases.notAssessable($0, verdict.calendar) }
      ?? phrases.word(verdict.verdict.word, of: "Verdict")
  }

  /// A verdict in one line.
  static func line(_ verdict: ClockVerdict, _ voice: Voice) -> String {
    let phrases = voice.phrases
    return phrases.listed(
      "\(phrases.word(verdict.clock.rawValue, of: nil)) \(verdict.instance)",
      word(verdict, phrases),
      phrases.word(verdict.state.word, of: "ClockState"),
      due: phrases.due(verdict.dueAt.map(voice.zone.text), isPaused: verdict.state == .paused),
      used: phrases.used(
        duration(verdict.elapsedSeconds, phrases), of: duration(verdict.targetSeconds, phrases)))
  }

  /// To the second: a verdict may hang on one.
  static func duration(_ seconds: Int64, _ phrases: any Phrases = EnglishPhrases()) -> String {
    let size = Int64(clamping: seconds.magnitude)
    let rest = size % 60
    var parts: [String] = []
    if size >= 60 { parts.append(phrases.duration(size - rest)) }
    if rest > 0 || parts.isEmpty { parts.append(phrases.duration(rest)) }
    return (seconds < 0 ? "−" : "") + parts.joined(separator: " ")
  }
}
