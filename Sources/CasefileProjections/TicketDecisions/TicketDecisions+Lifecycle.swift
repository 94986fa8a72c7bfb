import CasefileModel

extension TicketDecisions {
  func open(_ payload: TicketOpened) throws(TicketRefusal) -> Event {
    guard state.openedAt == nil else {
      throw TicketRefusal(
        .alreadyOpened,
        "ticket \(ticket) was opened at \(state.openedAt ?? time) already; a repeated contact is a "
          + "message, a reopening or a ticket of another number")
    }
    guard !state.isDeleted else {
      throw TicketRefusal(.ticketDeleted, "ticket \(ticket) was deleted; use another number")
    }
    let tags = [
      payload.clientId.map { "client:\($0)" }, payload.topicId.map { "topic:\($0)" },
      payload.groupId.map { "group:\($0)" },
    ]
    return event(payload, tags: tags.compactMap { $0 })
  }

  /// What the ticket is about; nil for actions of other topics.
  func decideLifecycle(_ action: TicketAction) throws(TicketRefusal) -> [Event]? {
    switch action {
    case .setPriority(let new, let reason):
      guard new != state.priority else { throw noChange("has the priority \(new ?? "none")") }
      return [event(TicketPriorityChanged(from: state.priority, to: new, reason: reason))]
    case .setTopic(let topic):
      guard topic != state.topic else { throw noChange("has the topic \(topic)") }
      let payload = TicketClassified(topicId: topic, oldTopic: state.topic, byRole: role)
      return [event(payload, tags: ["topic:\(topic)"])]
    case .setGroup(let group, let reason, let text):
      guard group != state.group else { throw noChange("is with the group \(group ?? "none")") }
      let payload = TicketGroupChanged(
        fromGroup: state.group, toGroup: group, reason: reason, reasonText: text)
      return [event(payload, tags: group.map { ["group:\($0)"] } ?? [])]
    case .setSubject(let subject):
      try require(subject, "the subject line")
      guard subject != state.subject else { throw noChange("has this subject line") }
      return [event(TicketSubjectChanged(oldSubject: state.subject, newSubject: subject))]
    case .setField(let field, let value):
      let old = state.fields[field]
      guard old != value.text else { throw noChange("has this value of the field \(field)") }
      return [
        event(TicketFieldChanged(field: field, oldValue: old.map { JSONText($0) }, newValue: value))
      ]
    case .setStatusLabel(let label):
      try require(label, "the status label")
      guard label != state.sourceStatus else { throw noChange("has the status label \(label)") }
      return [event(TicketStatusChanged(sourceLabel: label, fromLabel: state.sourceStatus))]
    case .setDueDate(let due, let reason):
      guard due != state.dueAt else { throw noChange("has this date") }
      try requireAhead(due, "the date")
      return [event(TicketDueDateSet(dueAt: due, reason: reason, oldDueAt: state.dueAt))]
    default: return try decideLabels(action)
    }
  }

  private func decideLabels(_ action: TicketAction) throws(TicketRefusal) -> [Event]? {
    switch action {
    case .tag(let tag):
      guard !state.tags.contains(tag) else { throw noChange("has the tag \(tag)") }
      return [event(TicketTagged(tag: tag))]
    case .untag(let tag):
      guard state.tags.contains(tag) else {
        throw TicketRefusal(.notPresent, "ticket \(ticket) has no tag \(tag)")
      }
      return [event(TicketUntagged(tag: tag))]
    case .addParticipant(let person, let role):
      guard !isParticipant(person, role) else {
        throw noChange("has \(person) as \(role.word)")
      }
      return [event(TicketParticipantAdded(role: role, personId: person))]
    case .removeParticipant(let person, let role):
      guard isParticipant(person, role) else {
        throw TicketRefusal(.notPresent, "ticket \(ticket) has no \(person) as \(role.word)")
      }
      return [event(TicketParticipantRemoved(role: role, personId: person))]
    case .link(let other, let relation):
      guard other != ticket else {
        throw TicketRefusal(.toOneself, "ticket \(ticket) can't be linked to itself")
      }
      guard !state.links.contains(where: { $0.ticket == other && $0.relation == relation }) else {
        throw noChange("is linked to \(other) as \(relation.word)")
      }
      return [event(TicketLinked(otherTicket: other, relation: relation))]
    default: return nil
    }
  }

  func isParticipant(_ person: String, _ role: ParticipantRole) -> Bool {
    state.participants.contains { $0.person == person && $0.role == role }
  }

  /// The actor's kind in the words of a case.
  var role: PartyRole? { actor.kind.name.flatMap { PartyRole(name: $0) } }
}
