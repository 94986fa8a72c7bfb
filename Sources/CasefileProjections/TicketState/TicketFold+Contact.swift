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
        connect(call, at: payload.answeredAt ?? entry.occurredAt, agent: agent)
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
    endClientWaits(at: entry.occurredAt)
  }

  private mutating func send(_ payload: MessageSent, _ entry: TicketEntry) {
    if messages.insert(payload.messageId).inserted { state.messageCount += 1 }
    use(channel: payload.channel?.word)
    guard let agent = payload.humanAuthor(actor: entry.actor),
      entry.event.envelope.visibility == .public, let recipients = clientRecipients(payload)
    else { return }
    if state.firstReplySentAt == nil { state.firstReplySentAt = entry.occurredAt }
    guard !deliveries.isFailed(payload.messageId, recipients: recipients) else { return }
    reply(at: entry.occurredAt)
    touchKeys.insert(WorkKey(entry))
    let turn = Turn(agent: agent, channel: payload.channel?.rawValue)
    let last = turns.updateValue(entry.effectiveAt, forKey: turn)
    let gap = last.map { entry.effectiveAt.microseconds - $0.microseconds }
    if gap.map({ $0 <= TicketFold.turnGapMicroseconds }) ?? false { return }
    touch(agent)
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
    if state.firstReplyAt == nil { state.firstReplyAt = instant }
    hasHumanAct = true
    react(at: instant)
  }

  private mutating func touch(_ agent: String) {
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

  private mutating func connect(_ key: String, at instant: Timestamp, agent: String) {
    guard let call = calls[key], call.isWithClient, !call.isConnected else { return }
    calls[key]?.isConnected = true
    touchKeys.insert(.call(key))
    if state.firstReplySentAt == nil { state.firstReplySentAt = instant }
    reply(at: instant)
    touch(agent)
    // The client speaks on a call of its own: what an agent writes afterwards is another turn.
    if call.isInbound { turns = [:] }
  }

  private mutating func endCall(_ payload: CallEnded, _ entry: TicketEntry) {
    let key = note(payload.callId)
    // Some sources record no answer, only how long the two talked.
    guard (payload.talkSeconds ?? 0) > 0, calls[key]?.isAbandoned == false else { return }
    switch payload.outcome {
    case .noAnswer?, .busy?, .voicemail?, .failed?, .abandoned?: return
    default: connect(key, at: entry.occurredAt, agent: entry.actor.id ?? "")
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

  /// Notes whether somebody at the desk acted, and whether it is work.
  mutating func noteHumanAct(_ entry: TicketEntry) {
    guard !TicketFold.reviewTypes.contains(entry.typeNumber) else { return }
    let isCall = TicketFold.callTypes.contains(entry.typeNumber)
    if entry.actor.kind == .agent {
      workKeys.insert(isCall ? .call(lastCall ?? "") : WorkKey(entry))
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
    state.workTouchCount = workKeys.subtracting(touchKeys).count
    // Opened from an answered call, which may be recorded in a stream of its own.
    guard let call = openedFromCall, let opened = state.openedAt,
      state.openedBy?.kind == .agent, calls[call].map({ !$0.isAbandoned }) ?? true
    else { return }
    for field in [
      \TicketState.firstReplyAt, \TicketState.firstReplySentAt, \TicketState.firstReactionAt,
    ] { state[keyPath: field] = min(state[keyPath: field] ?? opened, opened) }
  }
}

extension MessageSent {
  /// The person who wrote it; nil for bots, rules and automatic replies.
  fileprivate func humanAuthor(actor: Actor) -> String? {
    switch author {
    case .agent?: agentId ?? actor.id ?? ""
    case nil: agentId ?? (actor.kind == .agent ? actor.id ?? "" : nil)
    default: nil
    }
  }
}
