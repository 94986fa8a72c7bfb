import CasefileModel

/// How what happens becomes events.
extension HelpDesk {
  /// Begins an action of somebody; `end` completes it.
  func begin(_ actor: Actor) { self.actor = actor }

  /// Adds an event to the action at hand.
  @discardableResult
  func put(
    _ payload: some EventPayload, _ ticket: Ticket, tags: [String] = [],
    visibility: Visibility = .public
  ) -> EventID {
    put(payload, on: ticket.stream, tags: tags, visibility: visibility)
  }

  @discardableResult
  func put(
    _ payload: some EventPayload, on stream: StreamID, tags: [String] = [],
    visibility: Visibility = .public
  ) -> EventID {
    let time = Timestamp(seconds: now)
    let id = EventID(at: time, using: &dice)
    outbox.append(
      Event(
        payload, on: stream, at: time, by: actor, id: id, visibility: visibility, tags: tags))
    return id
  }

  /// Completes an action on a ticket: several events become one group.
  func end(_ ticket: Ticket) {
    let first = actionStart
    guard outbox.count > first else { return }
    ticket.version += Int64(outbox.count - first)
    ticket.actionCount += 1
    complete(zone(of: ticket))
    followClocks(ticket, outbox[first...])
    for observer in observers {
      observer.acted(self, on: ticket, events: outbox[first...])
    }
  }

  /// Completes an action apart from tickets.
  func end(zone: Zone = .moscow) { complete(zone) }

  private func complete(_ zone: Zone) {
    let count = outbox.count - actionStart
    if count > 1 {
      let group = EventID(at: Timestamp(seconds: now), using: &dice)
      for index in 0..<count {
        outbox[actionStart + index].group = ActionGroup(
          id: group, index: UInt32(index + 1), count: UInt32(count))
      }
    }
    for index in actionStart..<outbox.count { outbox[index].zone = zone.name }
    actionStart = outbox.count
  }

  /// The place of the newest event of the action at hand.
  var newest: Int? { outbox.count > actionStart ? outbox.count - 1 : nil }

  private func zone(of ticket: Ticket) -> Zone {
    if let holder = ticket.holder { return Team.all[holder.team].zone }
    return ticket.isRussian ? .moscow : .berlin
  }

  /// A stream apart from tickets.
  func stream(_ kind: String, _ id: String) -> StreamID { StreamID(stored: kind + "/" + id) }
}
