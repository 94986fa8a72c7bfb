import CasefileCalendars
import CasefileModel
import CasefileProjections

/// The derivation of a ticket's deadlines for people.
struct DeadlineText {
  private let deadlines: TicketDeadlines
  private let zone: Zone
  private let clock: ClockName?

  init(_ deadlines: TicketDeadlines, zone: Zone, only clock: ClockName?) {
    self.deadlines = deadlines
    self.zone = zone
    self.clock = clock
  }

  /// All lines.
  var lines: [String] {
    var lines: [String] = []
    if deadlines.isHypothetical { lines.append("HYPOTHETICAL: nothing of this is stored.") }
    lines.append("ticket \(deadlines.ticket) at \(time(deadlines.evaluatedAt))")
    lines.append(
      deadlines.policy.map { "policy \($0.id) version \($0.version)" }
        ?? "no policy governs it")
    let hash = deadlines.zones.sha256.map { ", SHA-256 \($0)" } ?? ""
    lines.append("zone data \(deadlines.zones.version ?? "of unknown version")\(hash)")
    for unknown in deadlines.unknownPolicies {
      lines.append(
        "position \(unknown.position.rawValue) names the policy \(unknown.id), which is not known")
    }
    for verdict in deadlines.clocks where clock == nil || clock == verdict.clock {
      lines.append("")
      lines += self.lines(verdict)
    }
    return lines.map { VisibleText.escape($0) }
  }

  private func lines(_ verdict: ClockVerdict) -> [String] {
    var lines = ["\(verdict.clock.rawValue) \(verdict.instance): \(headline(verdict))"]
    lines.append(
      "  policy \(verdict.policy) version \(verdict.policyVersion), "
        + (verdict.calendar.map {
          "calendar \($0) version \(verdict.calendarVersion.map { "\($0)" } ?? "not in force")"
        } ?? "around the clock"))
    lines.append(
      "  started \(time(verdict.startedAt)) (position \(verdict.startPosition.rawValue)), target "
        + "\(DeadlineText.duration(verdict.targetSeconds)), used "
        + DeadlineText.duration(verdict.elapsedSeconds))
    lines.append("  " + due(verdict))
    for breach in verdict.breaches { lines.append("  " + line(breach)) }
    for cycle in verdict.cycles {
      lines.append(
        "  had stopped \(time(cycle.stoppedAt)) (position \(cycle.position.rawValue)): "
          + "\(word(cycle.verdict)) after \(DeadlineText.duration(cycle.elapsedSeconds))")
    }
    for cause in verdict.causes {
      lines.append("  put down to \(cause.code ?? "no code") (position \(cause.position.rawValue))")
    }
    let shares = verdict.secondsByHolder.map {
      "\($0.holder ?? "unassigned") \(DeadlineText.duration($0.seconds))"
    }
    if !shares.isEmpty { lines.append("  by holder: \(shares.joined(separator: ", "))") }
    for share in verdict.unattendedSeconds {
      lines.append(
        "  unattended, offered to \(share.offeree ?? "nobody"): "
          + DeadlineText.duration(share.seconds))
    }
    let table = TextTable(
      columns: ["from", "until", "state", "why", "position", "working", "holder"],
      numbers: [4, 5])
    return lines + table.lines(verdict.spans.map(row)).map { "  " + $0 }
  }

  private func headline(_ verdict: ClockVerdict) -> String {
    var text = word(verdict.verdict)
    if verdict.verdict != .cancelled, verdict.state != .stopped {
      text += ", \(verdict.state.name ?? "unknown")"
    }
    if let reason = verdict.cancelReason { text += " (\(reason.rawValue))" }
    if let current = verdict.verdictUnderCurrentPolicy, current != verdict.verdict {
      text += "; by the target that held at the end \(word(current))"
    }
    return text
  }

  private func due(_ verdict: ClockVerdict) -> String {
    var text =
      verdict.dueAt.map { "due \(time($0))" }
      ?? (verdict.state == .paused ? "due: not while it is paused" : "due: not set")
    if let stopped = verdict.stoppedAt {
      text += ", ended \(time(stopped))"
      if let position = verdict.stopPosition { text += " (position \(position.rawValue))" }
    }
    return text
  }

  private func line(_ breach: DeadlineBreach) -> String {
    var text = "breached \(time(breach.at)) under \(breach.policy) version \(breach.policyVersion)"
    if breach.cause == .retarget { text += " by a new target" }
    text += ", held by \(breach.holder ?? "nobody")\(standing(breach.standing)); over by "
    text += "\(DeadlineText.duration(breach.overrunBusinessSeconds)) of working time, "
    text += "\(DeadlineText.duration(breach.overrunWallSeconds)) in all"
    if let offer = breach.offer { text += "; offered to \(offer.to ?? "nobody")" }
    if let position = breach.observedBy { text += "; observed at position \(position.rawValue)" }
    return text
  }

  private func row(_ span: DeadlineSpan) -> [String] {
    var holder = (span.holder ?? "–") + standing(span.standing)
    if let offer = span.offer { holder += ", offered to \(offer.to ?? "nobody")" }
    return [
      time(span.from), span.until.map { $0 == span.from ? "" : time($0) } ?? "…",
      span.state.name ?? "unknown", why(span.why), "\(span.position.rawValue)",
      DeadlineText.duration(span.businessSeconds), holder,
    ]
  }

  private func why(_ why: DeadlineSpan.Why) -> String {
    switch why {
    case .started(let event): "started: \(event.name ?? "unknown")"
    case .paused(let reasons): "waits: " + reasons.compactMap(\.name).joined(separator: ", ")
    case .stopped(let event): "stopped: \(event.name ?? "unknown")"
    case .cancelled(let reason): "cancelled: \(reason.rawValue)"
    case .resumed, .retargeted, .restarted, .reopened: why.word
    }
  }

  private func standing(_ standing: AgentDuty.Standing) -> String {
    switch standing {
    case .onDuty: ", on duty"
    case .offShift: ", off shift"
    case .absent: ", absent"
    case .unknown: ""
    }
  }

  private func word(_ verdict: Verdict) -> String { verdict.name ?? "unknown" }

  private func time(_ time: Timestamp) -> String { zone.text(time) }

  /// `2 h 05 min`, with seconds only where there are some.
  static func duration(_ seconds: Int64) -> String {
    guard seconds != 0 else { return "0" }
    let (minutes, rest) = seconds.magnitude.quotientAndRemainder(dividingBy: 60)
    let (hours, small) = minutes.quotientAndRemainder(dividingBy: 60)
    var parts: [String] = []
    if hours > 0 { parts.append("\(hours) h") }
    if small > 0 { parts.append("\(small) min") }
    if rest > 0 { parts.append("\(rest) s") }
    return (seconds < 0 ? "-" : "") + parts.joined(separator: " ")
  }
}
