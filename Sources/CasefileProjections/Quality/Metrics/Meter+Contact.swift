import CasefileModel

/// What was asked and answered.
extension Meter {
  /// A question of the client with the reply to it: a run of messages without a reply between is one,
  /// and counts from its first.
  struct Turn {
    let at: Timestamp
    let position: Position
    /// Nil while nobody has replied.
    var reply: (at: Timestamp, entry: TicketEntry)?
    /// Whether a reply went out before it.
    let isLater: Bool
  }

  /// The turns that need a reply, in order.
  func turns() -> [Turn] {
    var turns: [Turn] = []
    var isOpen = false
    // What was said on the call from which it was opened is a reply.
    var isReplied = one.openingFromCall != nil
    for signal in one.facts.signals where signal.at <= one.now {
      if signal.kind == .clientTurn, !isOpen {
        turns.append(Turn(at: signal.at, position: signal.position, isLater: isReplied))
        isOpen = true
      }
      guard signal.kind == .reply, let entry = one.entry(at: signal.position) else { continue }
      isReplied = true
      if isOpen {
        turns[turns.count - 1].reply = (signal.at, entry)
        isOpen = false
      }
    }
    return turns
  }

  mutating func measureReplies(onlyLater: Bool) {
    for turn in turns() where !onlyLater || turn.isLater {
      guard let reply = turn.reply else {
        omit(.notYet)
        continue
      }
      add(
        FindingCase.seconds(turn.at, reply.at), at: reply.at,
        [turn.position, reply.entry.position],
        agent: one.replier(reply.entry))
    }
  }

  /// Who made a human reply, and where.
  private func replies() -> [(at: Timestamp, entry: TicketEntry)] {
    return one.facts.signals.compactMap { signal in
      guard signal.kind == .reply, signal.at <= one.now else { return nil }
      return one.entry(at: signal.position).map { (signal.at, $0) }
    }
  }

  mutating func measureFirstReply() {
    // The client was on the phone and answered before there was a ticket.
    if let opening = one.openingFromCall {
      return add(0, at: opening.effectiveAt, [opening.position], agent: one.agent(of: opening))
    }
    let turns = [firstMessage, firstCall].compactMap { $0 }
    let first = turns.min { ($0.at, $0.entry.position) < ($1.at, $1.entry.position) }
    guard let first else { return omit(.noClientMessage) }
    let place = (first.entry.effectiveAt, first.entry.position)
    let reply = replies().first { ($0.entry.effectiveAt, $0.entry.position) > place }
    guard let reply else { return omit(.notYet) }
    add(
      max(0, FindingCase.seconds(first.at, reply.at)), at: reply.at,
      [first.entry.position, reply.entry.position], agent: one.replier(reply.entry))
  }

  /// The first message of the client.
  private var firstMessage: (at: Timestamp, entry: TicketEntry)? {
    let first = one.all(MessageReceived.self).first { _, payload in
      switch payload.authorRole {
      case nil, .client?, .authorised?: payload.autoSubmitted != true
      default: false
      }
    }
    return first.map { ($0.entry.effectiveAt, $0.entry) }
  }

  /// The first call of the client, which begins when it rings.
  private var firstCall: (at: Timestamp, entry: TicketEntry)? {
    let first = one.all(CallOffered.self).first { _, payload in
      guard payload.direction == nil || payload.direction == .inbound else { return false }
      switch payload.partyRole {
      case nil, .client?, .authorised?: return true
      default: return false
      }
    }
    return first.map {
      (min($0.payload.startedAt ?? $0.entry.effectiveAt, $0.entry.effectiveAt), $0.entry)
    }
  }

  mutating func measureFirstReaction() {
    guard let opened = one.state.openedAt, let reacted = one.state.firstReactionAt else {
      return omit(.notYet)
    }
    let signal = one.facts.signals.first { $0.kind == .reaction && $0.at == reacted }
    add(
      max(0, FindingCase.seconds(opened, reacted)), at: reacted,
      [one.open.first?.begin, signal?.position], agent: one.holder(at: reacted))
  }

  /// Of whoever replied first: the next question is about that answer.
  mutating func measureFollowUpQuestions() {
    let opening = one.openingFromCall.map { ($0.effectiveAt, $0, one.agent(of: $0)) }
    let reply = replies().first.map { ($0.at, $0.entry, one.replier($0.entry)) }
    guard let (at, entry, agent) = opening ?? reply else { return omit(.notYet) }
    let later = turns().filter(\.isLater)
    add(
      Int64(later.count), at: at, [entry.position] + later.map(\.position), agent: agent)
  }

  /// Of whoever answered; a question before which none was answered has nobody to keep to.
  mutating func measureContinuity() {
    var last: String?
    for turn in turns() {
      guard let reply = turn.reply, let agent = one.replier(reply.entry) else { continue }
      if let last {
        add(
          last == agent ? 1 : 0, at: reply.at, [turn.position, reply.entry.position], agent: agent)
      }
      last = agent
    }
  }
}
