import CasefileModel
import CasefileProjections

/// Who was responsible, and the contact with the client.
extension TicketHead {
  var responsibility: [Answer] {
    var now = state.assignee.map { name(.agent, $0) } ?? phrases.nobody
    if let group = state.group { now += ", \(phrases.group(name(.group, group)))" }
    var lines = answer(.responsible, all: [now] + file.responsibility.spans.flatMap(span))
    if let offer = state.openOffer {
      let text = phrases.offer(
        from: agent(offer.from, at: offer.since),
        to: offer.toAgent.map { agent($0, at: offer.since) },
        toGroup: offer.toGroup.map { voice.names.text(.group, $0, at: offer.since) },
        since: time(offer.since),
        reason: view.isTold(offer.position)
          ? offer.reason.map { phrases.word($0.word, of: "HandoffReason") } : nil,
        expires: time(offer.expiresAt))
      lines += answer(.offer, "\(text) #\(offer.position)")
    }
    lines += answer(
      .accountable,
      state.accountable.map { name(.agent, $0) }
        ?? state.accountableGroup.map { phrases.group(name(.group, $0)) })
    return lines + answer(.handoffs, all: handoffs)
  }

  private var handoffs: [String] {
    func count(_ kind: TicketState.Handoff.Kind) -> Int { state.handoffs.count { $0.kind == kind } }
    let counts = HandoffCounts(
      acknowledged: count(.acknowledged), forced: count(.forced), bare: count(.bare),
      indirect: state.indirectHandoffCount, groups: state.groupTransferCount)
    let all = (state.handoffs + state.indirectHandoffs).sorted {
      ($0.at, $0.position) < ($1.at, $1.position)
    }
    return [phrases.handoffs(counts)] + all.map(handoff)
  }

  private func handoff(_ handoff: TicketState.Handoff) -> String {
    let reason = review.handoffReasons.reason(at: handoff.position)
    let isTold = reason.map { view.isTold($0.position) } ?? true
    let word = reason?.word.map {
      phrases.word($0, of: handoff.kind == .indirect ? "UnassignReason" : "HandoffReason")
    }
    let text = [word, shown(reason?.text)].compactMap { $0 }.joined(separator: ", ")
    let said = phrases.handoff(
      handoff.kind, from: agent(handoff.from, at: handoff.at),
      to: agent(handoff.to, at: handoff.at),
      at: time(handoff.at), reason: isTold ? (text.isEmpty ? nil : text) : phrases.withheldText)
    let positions = Set([reason?.position, handoff.position].compactMap { $0 }).sorted()
    return "\(said) " + positions.map { "#\($0)" }.joined(separator: ", ")
  }

  /// The span, then its duty and its offers.
  private func span(_ duty: SpanDuty) -> [String] {
    let span = duty.span
    // How long an open span lasts depends on now, which is asked for or not known.
    let end = span.until ?? view.question.asOf
    let said = phrases.span(
      SpanPhrase(
        holder: agent(span.holder, at: span.from), from: time(span.from), until: time(span.until),
        duration: end.map { duration(from: span.from, to: $0) }, start: phrases.start(span.start)))
    let place = span.endPosition.map { "#\(span.position)–#\($0)" } ?? "#\(span.position)"
    return ["\(said) \(place)"] + DutyWords(voice: voice).texts(duty).map { "  " + $0 }
  }

  // MARK: Contact

  var contact: [Answer] {
    let channels = state.channels.map { phrases.word($0, of: "Channel") }
    var lines = answer(.channels, channels.isEmpty ? nil : channels.joined(separator: ", "))
    lines += answer(
      .opened, state.openedAt.map { time($0) + (state.openedBy.map(by) ?? "") })
    lines += answer(.firstReaction, state.firstReactionAt.map(sinceOpening))
    lines += answer(.firstReply, firstReply) + answer(.contacts, contacts)
    return lines
      + answer(
        .waits,
        all: state.waits.map { wait in
          phrases.wait(
            phrases.word(wait.reason.word, of: "WaitReason"), since: time(wait.since),
            until: time(wait.until)) + " #\(wait.position)"
        })
  }

  private func by(_ actor: Actor) -> String {
    phrases.by(voice.actor(actor, at: state.openedAt))
  }

  private func sinceOpening(_ instant: Timestamp) -> String {
    guard let opened = state.openedAt, opened < instant else { return time(instant) }
    return time(instant) + ", " + phrases.after(duration(from: opened, to: instant))
  }

  private var firstReply: String? {
    var reply = state.firstReplyAt.map(sinceOpening)
    if state.firstReplySentAt != state.firstReplyAt, let sent = state.firstReplySentAt {
      reply = (reply ?? "") + phrases.failedReply(at: time(sent), hasOther: reply != nil)
    }
    // Where replies are not recorded, none is no answer.
    return reply ?? (isAssessable(.messages) ? phrases.none : nil)
  }

  private var contacts: String {
    var parts: [String] = []
    if isAssessable(.messages) { parts.append(phrases.messages(state.messageCount)) }
    if isAssessable(.calls) { parts.append(phrases.calls(state.callCount)) }
    if isAssessable(.messages) || isAssessable(.calls) {
      parts.append(phrases.clientTouches(state.touchCount))
    }
    parts.append(phrases.workTouches(state.workTouchCount))
    return parts.joined(separator: ", ")
  }

  /// Whether the absence of something says anything.
  func isAssessable(_ subject: Assessability.Subject) -> Bool {
    review.assessability.answer(subject) == .assessable
  }
}
