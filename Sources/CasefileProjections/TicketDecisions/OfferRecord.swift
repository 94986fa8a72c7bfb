import CasefileModel

/// An offer of the past, to tell why it can't be answered any more.
struct OfferRecord {
  /// Why an offer no longer waits.
  enum Fate {
    case accepted, declined, expired, replaced
    /// Its end came, and nobody has stated it.
    case lapsed
    /// Its giver no longer holds the ticket.
    case giverGone

    func refusal(_ id: String) -> TicketRefusal {
      switch self {
      case .accepted: TicketRefusal(.offerAnswered, "the offer \(id) was accepted before")
      case .declined:
        TicketRefusal(.offerDeclined, "the offer \(id) was declined; the holder makes a new one")
      case .expired, .lapsed:
        TicketRefusal(.offerExpired, "the offer \(id) has lapsed; the holder makes a new one")
      case .replaced:
        TicketRefusal(.offerReplaced, "a newer offer or an order came after the offer \(id)")
      case .giverGone:
        TicketRefusal(.giverNotHolder, "the giver of the offer \(id) no longer holds the ticket")
      }
    }
  }

  let since: Timestamp
  let expiresAt: Timestamp?
  let fate: Fate?
}

extension TicketDecisions {
  /// What became of an offer; nil where the ticket has none with this id.
  ///
  /// The fold keeps the open offer only; this reads the ticket's entries again, on the way to a
  /// refusal.
  func offerRecord(_ id: String) -> OfferRecord? {
    var found: HandoffOffered?
    var since = time
    var fate: OfferRecord.Fate?
    // An entry that can't be read changes nothing in the fold, and nothing here.
    for entry in entries {
      switch entry.typeNumber {
      case HandoffOffered.type.number:
        guard let payload = try? entry.payload(HandoffOffered.self) else { continue }
        if payload.handoffId == id {
          found = payload
          since = entry.occurredAt
          fate = nil
        } else {
          fate = fate ?? .replaced
        }
      case HandoffAccepted.type.number:
        guard let payload = try? entry.payload(HandoffAccepted.self), payload.handoffId == id
        else { continue }
        let isLate = found?.expiresAt.map { $0 < entry.effectiveAt } ?? false
        if !isLate { fate = fate ?? .accepted }
      case HandoffDeclined.type.number:
        if (try? entry.payload(HandoffDeclined.self))?.handoffId == id { fate = fate ?? .declined }
      case HandoffExpired.type.number:
        if (try? entry.payload(HandoffExpired.self))?.handoffId == id { fate = fate ?? .expired }
      case HandoffForced.type.number: fate = fate ?? .replaced
      default: continue
      }
    }
    guard let found else { return nil }
    if fate == nil, let end = found.expiresAt, end < time { fate = .lapsed }
    if fate == nil, found.fromAgent != state.assignee { fate = .giverGone }
    return OfferRecord(since: since, expiresAt: found.expiresAt, fate: fate)
  }
}
