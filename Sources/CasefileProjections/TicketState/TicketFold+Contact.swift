import CasefileModel

extension TicketFold {
  /// A turn goes on while the same agent writes in the same channel.
  struct Turn: Hashable {
    let agent: String
    let channel: UInt32?
  }

  /// What was said of a call so far.
  struct CallRecord {
    var isInbound = false
    var isWithClient = true
    var isAbandoned = false
    var isConnected = false
    /// Those who answered, the last one last.
    var answeredBy: [String] = []
  }

  /// The longest gap within one client touch.
  static let turnGapMicroseconds: Int64 = 15 * 60 * 1_000_000

  /// Messages, calls and chats. False for events of other topics.
  mutating func applyContact(_ entry: TicketEntry) throws(CodecError) -> Bool {
    switch entry.typeNumber {
    case MessageReceived.type.number: receive(try entry.payload(MessageReceived.self), entry)
    case MessageSent.type.number: send(try entry.payload(MessageSent.self), entry)
    case CallOffered.type.number: offerCall(try entry.payload(CallOffered.self), entry)
    case CallAnswered.type.number:
      let payload = try entry.payload(CallAnswered.self)
      let agent = payload.agentId ?? (entry.actor.kind == .agent ? entry.actor.id ?? "" : nil)
      let call = note(payload.callId)
      if let agent {
        noteAnswer(call, agent, entry)
        connect(call, at: payload.answeredAt ?? entry.occurredAt, agent: agent, entry)
      }
    case CallAbandoned.type.number:
      let call = note(try entry.payload(CallAbandoned.self).callId)
      calls[call]?.isAbandoned = true
    case CallTransferred.type.number: note(try entry.payload(CallTransferred.self).callId)
    case CallEnded.type.number: endCall(try entry.payload(CallEnded.self), entry)
    case ChannelUntrackedContactReported.type.number:
      use(channel: try entry.payload(ChannelUntrackedContactReported.self).channel?.word)
    case ChatStarted.type.number:
      use(channel: try entry.payload(ChatStarted.self).channel?.word ?? Channel.chat.word)
    default: return false
    }
    return true
  }

  mutating func react(at instant: Timestamp) {
    marks.reactedAt = instant
    if state.firstReactionAt == nil { state.firstReactionAt = instant }
  }

  // MARK: Messages

  private mutating func receive(_ payload: MessageReceived, _ entry: TicketEntry) {
    if messages.insert(payload.messageId).inserted { state.messageCount += 1 }
    use(channel: payload.channel?.word)
    let isClient: Bool
    switch payload.authorRole {
    case nil, .client?, .authorised?: isClient = true
    default: isClient = false
    }
    guard isClient, payload.autoSubmitted != true else { return }
    turns = [:]
    marks.isClientTurn = payload.needsReply != .no
    endClientWaits(at: entry.occurredAt)
  }

  private mutating func send(_ payload: MessageSent, _ entry: TicketEntry) {
    let isNew = messages.insert(payload.messageId).inserted
    if isNew { state.messageCount += 1 }
    use(channel: payload.channel?.word)
    let author = payload.humanAuthor(actor: entry.actor)
    if isNew, let author {
      var act = AgentEntry(.messageSent, entry)
      act.contact = payload.messageId
      act.channel = payload.channel?.word
      credit(act, to: author)
    }
    guard let agent = author, entry.event.envelope.visibility == .public,
      let recipients = clientRecipients(payload)
    else { return }
    if state.firstReplySentAt == nil { state.firstReplySentAt = entry.occurredAt }
    guard !deliveries.isFailed(payload.messageId, recipients: recipients) else { return }
    reply(at: entry.occurredAt)
    touchKeys.insert(WorkKey(entry))
    let turn = Turn(agent: agent, channel: payload.channel?.rawValue)
    let last = turns.updateValue(entry.effectiveAt, forKey: turn)
    let gap = last.map { entry.effectiveAt.microseconds - $0.microseconds }
    if gap.map({ $0 <= TicketFold.turnGapMicroseconds }) ?? false { return }
    touch(agent, channel: payload.channel?.word, entry)
  }

  /// The ids of those recipients who make a message a reply, as far as they are known; nil where
  /// there are none. A message without any recipient stated went to the client.
  private func clientRecipients(_ payload: MessageSent) -> [String]? {
    if payload.to.isEmpty { return [] }
    let reached = payload.to.filter { recipient in
      switch recipient.role {
      case .client?, .authorised?, nil: true
      default: recipient.personId.map(isClientOrAuthorised) ?? false
      }
    }
    return reached.isEmpty ? nil : reached.compactMap(\.personId)
  }

  private func isClientOrAuthorised(_ person: String) -> Bool {
    person == state.client
      || state.participants.contains {
        $0.person == person && ($0.role == .authorisedConfirmer || $0.role == .requester)
      }
  }

  private mutating func reply(at instant: Timestamp) {
    marks.repliedAt = instant
    if state.firstReplyAt == nil { state.firstReplyAt = instant }
    hasHumanAct = true
    react(at: instant)
  }

  private mutating func touch(_ agent: String, channel: String?, _ entry: TicketEntry) {
    var act = AgentEntry(.clientTouch, entry)
    act.channel = channel
    credit(act, to: agent)
    state.touchCount += 1
    state.touchesByAgent[agent, default: 0] += 1
  }

  // MARK: Calls

  /// The key of a call; an event without an id is about the call before it.
  @discardableResult
  private mutating func note(_ id: String?) -> String {
    let key = id ?? lastCall ?? ""
    if calls[key] == nil {
      calls[key] = CallRecord()
      state.callCount += 1
      use(channel: Channel.phone.word)
    }
    lastCall = key
    return key
  }

  private mutating func offerCall(_ payload: CallOffered, _ entry: TicketEntry) {
    let key = note(payload.callId)
    calls[key]?.isInbound = payload.direction == .inbound
    let isClient: Bool
    switch payload.partyRole {
    case nil, .client?, .authorised?: isClient = true
    default: isClient = false
    }
    calls[key]?.isWithClient = isClient && payload.direction != .internal
  }

  private mutating func noteAnswer(_ key: String, _ agent: String, _ entry: TicketEntry) {
    guard calls[key]?.answeredBy.contains(agent) == false else { return }
    calls[key]?.answeredBy.append(agent)
    var act = AgentEntry(.callAnswered, entry)
    act.contact = key
    credit(act, to: agent)
  }

  private mutating func connect(
    _ key: String, at instant: Timestamp, agent: String, _ entry: TicketEntry
  ) {
    guard let call = calls[key], call.isWithClient, !call.isConnected else { return }
    calls[key]?.isConnected = true
    touchKeys.insert(.call(key))
    if state.firstReplySentAt == nil { state.firstReplySentAt = instant }
    reply(at: instant)
    touch(agent, channel: Channel.phone.word, entry)
    // The client speaks on a call of its own: what an agent writes afterwards is another turn.
    if call.isInbound { turns = [:] }
  }

  private mutating func endCall(_ payload: CallEnded, _ entry: TicketEntry) {
    let key = note(payload.callId)
    // Who hung up the phone may be a telephone system: then it was the last one who answered.
    let own = entry.actor.kind == .agent ? entry.actor.id : nil
    let agent = own ?? calls[key]?.answeredBy.last
    if let agent {
      var act = AgentEntry(.callEnded, entry)
      act.contact = key
      act.talkSeconds = payload.talkSeconds
      credit(act, to: agent)
    }
    // Some sources record no answer, only how long the two talked.
    guard (payload.talkSeconds ?? 0) > 0, calls[key]?.isAbandoned == false else { return }
    switch payload.outcome {
    case .noAnswer?, .busy?, .voicemail?, .failed?, .abandoned?: return
    default: connect(key, at: entry.occurredAt, agent: agent ?? "", entry)
    }
  }

  // MARK: Work

  /// What counts once as work: an action group, a single event, or all that was done on a call.
  enum WorkKey: Hashable {
    case group(EventID)
    case event(EventID)
    case call(String)

    init(_ entry: TicketEntry) {
      let envelope = entry.event.envelope
      self = envelope.group.map { .group($0.id) } ?? .event(envelope.id)
    }
  }

  /// Who did a piece of work first, and with which event.
  struct WorkRecord {
    let agent: String
    let act: AgentEntry
  }

  /// Notes whether somebody at the desk acted, and whether it is work.
  mutating func noteHumanAct(_ entry: TicketEntry) {
    guard !TicketFold.reviewTypes.contains(entry.typeNumber) else { return }
    let isCall = TicketFold.callTypes.contains(entry.typeNumber)
    if entry.actor.kind == .agent {
      let key = isCall ? .call(lastCall ?? "") : WorkKey(entry)
      if work[key] == nil {
        work[key] = WorkRecord(
          agent: entry.actor.id ?? "", act: AgentEntry(.workTouch, entry))
      }
    }
    let isOpening =
      entry.typeNumber == TicketOpened.type.number
      || (openingGroup != nil && entry.event.envelope.group?.id == openingGroup)
    let isStated =
      entry.typeNumber == HandoffAccepted.type.number
      || (entry.typeNumber == TicketAssigned.type.number && TicketFold.isHumanAssignment(entry))
    if (entry.actor.kind == .agent && !isOpening) || isStated { hasHumanAct = true }
  }

  /// Reviews judge the work and are none.
  private static let reviewTypes = ReviewStarted.type.number...ReviewCalibrated.type.number
  /// A call is one thing, however many events tell of it.
  private static let callTypes = CallOffered.type.number...CallListened.type.number

  private static func isHumanAssignment(_ entry: TicketEntry) -> Bool {
    guard let payload = try? entry.payload(TicketAssigned.self) else { return false }
    return payload.mode.isHuman(actor: entry.actor)
  }

  /// Counts what is known at the end, and what the opening itself answers.
  mutating func finishContact() {
    state.workTouchCount = work.keys.count { !touchKeys.contains($0) }
    answerOpening(in: &state)
  }

  /// Whether an agent opened the ticket from a call that was answered.
  func isOpenedFromCall(_ state: TicketState) -> Bool {
    guard let call = openedFromCall, state.openedBy?.kind == .agent else { return false }
    // The call may be recorded in a stream of its own.
    return calls[call].map { !$0.isAbandoned } ?? true
  }

  /// The same by what the ticket shows: where it tells of the call, that somebody was reached on it.
  func isOpenedFromAnsweredCall(_ state: TicketState) -> Bool {
    isOpenedFromCall(state) && openedFromCall.flatMap { calls[$0]?.isConnected } ?? true
  }

  /// Whether that call is recorded in a stream of its own, so that nothing else here tells of it.
  func isOpenedFromOwnCall(_ state: TicketState) -> Bool {
    isOpenedFromCall(state) && openedFromCall.map { calls[$0] == nil } ?? false
  }

  /// A ticket that was opened from an answered call has its first reply at the opening.
  func answerOpening(in state: inout TicketState) {
    guard isOpenedFromCall(state), let opened = state.openedAt else { return }
    state.firstReplyAt = min(state.firstReplyAt ?? opened, opened)
    state.firstReplySentAt = min(state.firstReplySentAt ?? opened, opened)
    state.firstReactionAt = min(state.firstReactionAt ?? opened, opened)
  }
}

extension MessageSent {
  /// The person who wrote it; nil for bots, rules and automatic replies.
  func humanAuthor(actor: Actor) -> String? {
    switch author {
    case .agent?: agentId ?? actor.id ?? ""
    case nil: agentId ?? (actor.kind == .agent ? actor.id ?? "" : nil)
    default: nil
    }
  }
}
