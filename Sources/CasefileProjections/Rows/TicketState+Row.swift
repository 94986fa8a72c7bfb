import CasefileModel

// Fields in order of declaration; a change of them needs a new version of the view `tickets`.

extension TicketState: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(ticket)
    writer.put(evaluatedAt)
    writer.put(status)
    writer.put(sourceStatus)
    writer.put(hadUnknownStatus)
    writer.put(subject)
    writer.put(client)
    writer.put(participants)
    writer.put(channel)
    writer.put(priority)
    writer.put(topic)
    writer.put(tags)
    writer.put(fields)
    writer.put(links)
    writer.put(mergedInto)
    writer.put(absorbed)
    writer.put(isDeleted)
    writer.put(assignee)
    writer.put(group)
    writer.put(accountable)
    writer.put(accountableGroup)
    writer.put(openOffer)
    writer.put(responsibility)
    writer.put(handoffs)
    writer.put(indirectHandoffs)
    writer.put(groupChanges)
    writer.put(groupTransferCount)
    writer.put(openedAt)
    writer.put(statedOpenedAt)
    writer.put(openedBy)
    writer.put(firstReplyAt)
    writer.put(firstReplySentAt)
    writer.put(firstReactionAt)
    writer.put(messageCount)
    writer.put(callCount)
    writer.put(touchCount)
    writer.put(touchesByAgent)
    writer.put(workTouchCount)
    writer.put(channels)
    writer.put(waits)
    writer.put(pastWaits)
    writer.put(agreements)
    writer.put(dueAt)
    writer.put(resolvedAt)
    writer.put(statedResolvedAt)
    writer.put(closedAt)
    writer.put(closeKind)
    writer.put(closedBy)
    writer.put(confirmations)
    writer.put(reopenCount)
    writer.put(contradictions)
    writer.put(unreadable)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(ticket: try reader.get())
    evaluatedAt = try reader.get()
    status = try reader.get()
    sourceStatus = try reader.get()
    hadUnknownStatus = try reader.get()
    subject = try reader.get()
    client = try reader.get()
    participants = try reader.get()
    channel = try reader.get()
    priority = try reader.get()
    topic = try reader.get()
    tags = try reader.get()
    fields = try reader.get()
    links = try reader.get()
    mergedInto = try reader.get()
    absorbed = try reader.get()
    isDeleted = try reader.get()
    assignee = try reader.get()
    group = try reader.get()
    accountable = try reader.get()
    accountableGroup = try reader.get()
    openOffer = try reader.get()
    responsibility = try reader.get()
    handoffs = try reader.get()
    indirectHandoffs = try reader.get()
    groupChanges = try reader.get()
    groupTransferCount = try reader.get()
    openedAt = try reader.get()
    statedOpenedAt = try reader.get()
    openedBy = try reader.get()
    firstReplyAt = try reader.get()
    firstReplySentAt = try reader.get()
    firstReactionAt = try reader.get()
    messageCount = try reader.get()
    callCount = try reader.get()
    touchCount = try reader.get()
    touchesByAgent = try reader.get()
    workTouchCount = try reader.get()
    channels = try reader.get()
    waits = try reader.get()
    pastWaits = try reader.get()
    agreements = try reader.get()
    dueAt = try reader.get()
    resolvedAt = try reader.get()
    statedResolvedAt = try reader.get()
    closedAt = try reader.get()
    closeKind = try reader.get()
    closedBy = try reader.get()
    confirmations = try reader.get()
    reopenCount = try reader.get()
    contradictions = try reader.get()
    unreadable = try reader.get()
  }
}

extension TicketState.Participant: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(person)
    writer.put(role)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      person: try reader.get(), role: try reader.get())
  }
}

extension TicketState.Link: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(ticket)
    writer.put(relation)
    writer.put(position)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      ticket: try reader.get(), relation: try reader.get(), position: try reader.get())
  }
}

extension TicketState.Span: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(holder)
    writer.put(group)
    writer.put(start)
    writer.put(from)
    writer.put(until)
    writer.put(position)
    writer.put(endPosition)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      holder: try reader.get(), group: try reader.get(), start: try reader.get(),
      from: try reader.get(), until: try reader.get(), position: try reader.get(),
      endPosition: try reader.get())
  }
}

extension TicketState.Start: RowCodable {
  package func write(to writer: inout RowWriter) {
    switch self {
    case .assigned(let mode):
      writer.put(0)
      writer.put(mode)
    case .accepted: writer.put(1)
    case .forced: writer.put(2)
    }
  }

  package init(from reader: inout RowReader) throws(RowError) {
    switch try reader.get() as Int {
    case 0: self = .assigned(try reader.get())
    case 1: self = .accepted
    case 2: self = .forced
    default: throw RowError()
    }
  }
}

extension TicketState.Offer: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(handoff)
    writer.put(from)
    writer.put(toAgent)
    writer.put(toGroup)
    writer.put(reason)
    writer.put(since)
    writer.put(expiresAt)
    writer.put(position)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      handoff: try reader.get(), from: try reader.get(), toAgent: try reader.get(),
      toGroup: try reader.get(), reason: try reader.get(), since: try reader.get(),
      expiresAt: try reader.get(), position: try reader.get())
  }
}

extension TicketState.Handoff.Kind: RowCodable {}

extension TicketState.Handoff: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(from)
    writer.put(to)
    writer.put(kind)
    writer.put(mode)
    writer.put(at)
    writer.put(unassignedAt)
    writer.put(position)
    writer.put(handoff)
    writer.put(reason)
    writer.put(offeredAt)
    writer.put(hasSummary)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      from: try reader.get(), to: try reader.get(), kind: try reader.get(), mode: try reader.get(),
      at: try reader.get(), unassignedAt: try reader.get(), position: try reader.get(),
      handoff: try reader.get(), reason: try reader.get(), offeredAt: try reader.get(),
      hasSummary: try reader.get())
  }
}

extension TicketState.GroupChange: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(from)
    writer.put(to)
    writer.put(at)
    writer.put(position)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      from: try reader.get(), to: try reader.get(), at: try reader.get(), position: try reader.get()
    )
  }
}

extension TicketState.Wait.Ending: RowCodable {}

extension TicketState.Wait: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(id)
    writer.put(reason)
    writer.put(since)
    writer.put(until)
    writer.put(endedAt)
    writer.put(ending)
    writer.put(position)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      id: try reader.get(), reason: try reader.get(), since: try reader.get(),
      until: try reader.get(), endedAt: try reader.get(), ending: try reader.get(),
      position: try reader.get())
  }
}

extension TicketState.Agreement.Outcome: RowCodable {}

extension TicketState.Agreement: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(id)
    writer.put(text)
    writer.put(promisedBy)
    writer.put(promisedTo)
    writer.put(dueAt)
    writer.put(at)
    writer.put(position)
    writer.put(outcome)
    writer.put(outcomeAt)
    writer.put(outcomePosition)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      id: try reader.get(), text: try reader.get(), promisedBy: try reader.get(),
      promisedTo: try reader.get(), dueAt: try reader.get(), at: try reader.get(),
      position: try reader.get(), outcome: try reader.get(), outcomeAt: try reader.get(),
      outcomePosition: try reader.get())
  }
}

extension TicketState.Confirmation: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(by)
    writer.put(authority)
    writer.put(at)
    writer.put(position)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      by: try reader.get(), authority: try reader.get(), at: try reader.get(),
      position: try reader.get())
  }
}

extension TicketState.Contradiction.Kind: RowCodable {}

extension TicketState.Contradiction: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(kind)
    writer.put(position)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      kind: try reader.get(), position: try reader.get())
  }
}
