import CasefileModel

extension TicketDecisions {
  /// Messages, notes and agreements; nil for actions of other topics.
  func decideContact(_ action: TicketAction) throws(TicketRefusal) -> [Event]? {
    switch action {
    case .receive(var payload):
      if payload.clientId == nil, payload.authorId == nil { payload.clientId = state.client }
      try requireNew(message: payload.messageId)
      return [event(payload, tags: payload.clientId.map { ["client:\($0)"] } ?? [])]
    case .reply(let payload): return [try reply(payload)]
    case .note(let text, let id):
      try require(text, "the note")
      return [
        event(
          TicketNoteAdded(noteId: id ?? request.description, text: text), visibility: .internal)
      ]
    case .agree(let agreement): return [try agree(agreement)]
    case .fulfil(let id, let evidence):
      try requireOpen(agreement: id)
      return [event(TicketAgreementFulfilled(agreementId: id, evidenceRef: evidence))]
    case .breakAgreement(let id, let reason):
      try requireOpen(agreement: id)
      return [event(TicketAgreementBroken(agreementId: id, reason: reason))]
    default: return nil
    }
  }

  // MARK: Messages

  private func reply(_ given: MessageSent) throws(TicketRefusal) -> Event {
    var payload = given
    try require(payload.body, "the message")
    try requireNew(message: payload.messageId)
    if payload.author == nil {
      switch actor.kind {
      case .agent: payload.author = .agent
      case .bot: payload.author = .bot
      case .rule: payload.author = .rule
      default: payload.author = .auto
      }
    }
    if payload.author == .agent, payload.agentId == nil { payload.agentId = try agent() }
    if payload.to.isEmpty {
      guard let client = state.client else {
        throw TicketRefusal(
          .notPresent, "ticket \(ticket) has no client; say to whom the message went")
      }
      payload.to = [Recipient(role: .client, personId: client)]
    }
    if payload.clientId == nil { payload.clientId = state.client }
    let tags = [payload.clientId.map { "client:\($0)" }, payload.agentId.map { "agent:\($0)" }]
    return event(payload, tags: tags.compactMap { $0 })
  }

  private func requireNew(message id: String) throws(TicketRefusal) {
    let isUsed = entries.contains { entry in
      switch entry.typeNumber {
      case MessageSent.type.number:
        (try? entry.payload(MessageSent.self))?.messageId == id
      case MessageReceived.type.number:
        (try? entry.payload(MessageReceived.self))?.messageId == id
      default: false
      }
    }
    guard isUsed else { return }
    throw TicketRefusal(.idUsed, "ticket \(ticket) has the message \(id) already")
  }

  // MARK: Agreements

  private func agree(_ agreement: TicketAgreement) throws(TicketRefusal) -> Event {
    try require(agreement.text, "the agreement")
    try requireAhead(agreement.dueAt, "the agreement's date")
    let id = agreement.id ?? request.description
    guard !state.agreements.contains(where: { $0.id == id }) else {
      throw TicketRefusal(.idUsed, "ticket \(ticket) has the agreement \(id) already")
    }
    return event(
      TicketAgreementRecorded(
        agreementId: id, text: agreement.text, promisedBy: agreement.promisedBy ?? actor.id,
        promisedTo: agreement.promisedTo ?? state.client, dueAt: agreement.dueAt,
        sourceMessage: agreement.sourceMessage))
  }

  func agreement(_ id: String) throws(TicketRefusal) -> TicketState.Agreement {
    guard let agreement = state.agreements.last(where: { $0.id == id }) else {
      throw TicketRefusal(
        .agreementUnknown, "ticket \(ticket) has no agreement \(id); record it first")
    }
    return agreement
  }

  private func requireOpen(agreement id: String) throws(TicketRefusal) {
    let agreement = try agreement(id)
    guard agreement.outcome == .open else {
      throw TicketRefusal(
        .agreementSettled, "the agreement \(id) is \(agreement.outcome.rawValue) already")
    }
  }
}
