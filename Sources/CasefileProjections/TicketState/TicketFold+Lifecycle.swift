import CasefileModel

extension TicketFold {
  /// What the ticket is about. False for events of other topics.
  mutating func applyLifecycle(_ entry: TicketEntry) throws(CodecError) -> Bool {
    switch entry.typeNumber {
    case TicketOpened.type.number: open(try entry.payload(TicketOpened.self), entry)
    case TicketClassified.type.number:
      let payload = try entry.payload(TicketClassified.self)
      if let topic = payload.topicId { state.topic = topic }
    case TicketTagged.type.number:
      let tag = try entry.payload(TicketTagged.self).tag
      if !state.tags.contains(tag) { state.tags = (state.tags + [tag]).sorted() }
    case TicketUntagged.type.number:
      let tag = try entry.payload(TicketUntagged.self).tag
      state.tags.removeAll { $0 == tag }
    case TicketPriorityChanged.type.number:
      state.priority = try entry.payload(TicketPriorityChanged.self).to
    case TicketFieldChanged.type.number:
      let payload = try entry.payload(TicketFieldChanged.self)
      state.fields[payload.field] =
        payload.newValue?.text ?? payload.plainNewValue.map { JSONValue.string($0).text }
    case TicketStatusChanged.type.number:
      let payload = try entry.payload(TicketStatusChanged.self)
      state.sourceStatus = payload.sourceLabel ?? payload.to?.name
      if payload.isUnknown { state.hadUnknownStatus = true }
    case TicketSubjectChanged.type.number:
      state.subject = try entry.payload(TicketSubjectChanged.self).newSubject
    case TicketClientChanged.type.number:
      state.client = try entry.payload(TicketClientChanged.self).toClient
    case TicketDueDateSet.type.number:
      state.dueAt = try entry.payload(TicketDueDateSet.self).dueAt
    case TicketDeleted.type.number: state.isDeleted = true
    case TicketRestored.type.number: state.isDeleted = false
    case TicketParticipantAdded.type.number, TicketParticipantRemoved.type.number:
      try changeParticipants(entry)
    default:
      if try applyAgreement(entry) { return true }
      return try applyLink(entry)
    }
    return true
  }

  private mutating func open(_ payload: TicketOpened, _ entry: TicketEntry) {
    state.openedAt = entry.occurredAt
    state.statedOpenedAt = payload.statedOpenedAt ?? state.statedOpenedAt
    state.openedBy = payload.openedBy.map { Actor(entry.actor.kind, $0) } ?? entry.actor
    state.client = payload.clientId ?? state.client
    state.subject = payload.subject ?? state.subject
    state.channel = payload.channel?.word ?? payload.channelLabel
    state.priority = payload.priority ?? state.priority
    state.topic = payload.topicId ?? state.topic
    state.group = payload.groupId ?? state.group
    state.sourceStatus = payload.sourceLabel ?? payload.status?.name ?? state.sourceStatus
    if payload.hasUnknownStatus { state.hadUnknownStatus = true }
    // The first values of fields, whose changes tell only what came later.
    for (key, value) in payload.fields { state.fields[key] = JSONValue.string(value).text }
    for (key, value) in payload.contentFields { state.fields[key] = JSONValue.string(value).text }
    openedFromCall = payload.callId
    openingGroup = entry.event.envelope.group?.id
    use(channel: state.channel)
    if let parent = payload.parentTicket { link(parent, .parent, entry) }
  }

  private mutating func changeParticipants(_ entry: TicketEntry) throws(CodecError) {
    if entry.typeNumber == TicketParticipantAdded.type.number {
      let payload = try entry.payload(TicketParticipantAdded.self)
      let new = TicketState.Participant(person: payload.personId, role: payload.role)
      guard !state.participants.contains(new) else { return }
      state.participants.append(new)
      state.participants.sort { ($0.person, $0.role.rawValue) < ($1.person, $1.role.rawValue) }
    } else {
      let payload = try entry.payload(TicketParticipantRemoved.self)
      state.participants.removeAll { $0.person == payload.personId && $0.role == payload.role }
    }
  }

  private mutating func applyAgreement(_ entry: TicketEntry) throws(CodecError) -> Bool {
    switch entry.typeNumber {
    case TicketAgreementRecorded.type.number:
      let payload = try entry.payload(TicketAgreementRecorded.self)
      changedAgreement = state.agreements.count
      state.agreements.append(
        TicketState.Agreement(
          id: payload.agreementId, text: payload.text, promisedBy: payload.promisedBy,
          promisedTo: payload.promisedTo, dueAt: payload.dueAt, at: entry.occurredAt,
          position: entry.position))
    case TicketAgreementFulfilled.type.number:
      let payload = try entry.payload(TicketAgreementFulfilled.self)
      settle(payload.agreementId, .fulfilled, entry)
    case TicketAgreementBroken.type.number:
      settle(try entry.payload(TicketAgreementBroken.self).agreementId, .broken, entry)
    default: return false
    }
    return true
  }

  private mutating func settle(
    _ id: String, _ outcome: TicketState.Agreement.Outcome, _ entry: TicketEntry
  ) {
    guard let index = state.agreements.lastIndex(where: { $0.id == id }) else {
      contradict(.agreementUnknown, entry)
      return
    }
    changedAgreement = index
    state.agreements[index].outcome = outcome
    state.agreements[index].outcomeAt = entry.occurredAt
    state.agreements[index].outcomePosition = entry.position
  }

  private mutating func applyLink(_ entry: TicketEntry) throws(CodecError) -> Bool {
    switch entry.typeNumber {
    case TicketLinked.type.number:
      let payload = try entry.payload(TicketLinked.self)
      link(payload.otherTicket, payload.relation, entry)
    case TicketUnlinked.type.number:
      let payload = try entry.payload(TicketUnlinked.self)
      state.links.removeAll {
        $0.ticket == payload.otherTicket
          && (payload.relation == nil || $0.relation == payload.relation)
      }
    case TicketFollowUpLinked.type.number:
      link(try entry.payload(TicketFollowUpLinked.self).previousTicket, .followUpOf, entry)
    case TicketMerged.type.number:
      state.mergedInto = try entry.payload(TicketMerged.self).intoTicket
    case TicketAbsorbed.type.number:
      let other = try entry.payload(TicketAbsorbed.self).fromTicket
      if !state.absorbed.contains(other) { state.absorbed.append(other) }
    default: return false
    }
    return true
  }

  private mutating func link(_ other: String, _ relation: LinkRelation, _ entry: TicketEntry) {
    guard !state.links.contains(where: { $0.ticket == other && $0.relation == relation }) else {
      return
    }
    state.links.append(
      TicketState.Link(ticket: other, relation: relation, position: entry.position))
  }
}

extension TicketStatusChanged {
  /// Whether the source itself does not know the status for which its label stands.
  var isUnknown: Bool { sourceLabel != nil && to == nil }
}

extension TicketOpened {
  /// Whether the source itself does not know the status for which its label stands.
  var hasUnknownStatus: Bool { sourceLabel != nil && status == nil }
}

extension OpenEnum {
  /// The word, or the number that only a newer program knows.
  package var word: String { name ?? String(rawValue) }
}
