public import CasefileModel

/// A call, a chat or a message before or without a ticket.
public struct ContactRecord: Sendable {
  /// Its stream.
  public let stream: StreamID
  /// What counts of it, in order.
  let entries: [TicketEntry]
  /// The tickets to which it belongs, sorted.
  public let tickets: [String]

  /// Takes the events of contacts apart.
  ///
  /// - Parameter events: of contacts, with what corrects or retracts them, in any order.
  public static func records(
    _ events: [StoredEvent], schema: EventSchema = .builtIn
  ) -> [ContactRecord] {
    let amendments = Amendments(events, schema: schema)
    let kinds = ["call", "contact"]
    let own = Dictionary(
      grouping: events.filter { kinds.contains($0.envelope.stream.kind) },
      by: \.envelope.stream)
    return own.keys.sorted().map { stream in
      ContactRecord(
        stream,
        DomainOrder.sort(
          (own[stream] ?? []).map { amendments.entry(of: $0) }.filter {
            $0.retractedBy == nil && !$0.isAmendment
          }))
    }
  }

  private init(_ stream: StreamID, _ entries: [TicketEntry]) {
    self.stream = stream
    self.entries = entries
    tickets = ContactRecord.tickets(of: entries)
  }

  /// The tickets to which it belongs by some of its entries, sorted.
  static func tickets(of entries: [TicketEntry]) -> [String] {
    var tickets: Set<String> = []
    for entry in entries {
      if entry.typeNumber == ContactLinkedToTicket.type.number {
        guard let payload = try? entry.payload(ContactLinkedToTicket.self) else { continue }
        tickets.insert(payload.ticketId)
      } else if entry.typeNumber == ContactUnlinked.type.number {
        guard let payload = try? entry.payload(ContactUnlinked.self) else { continue }
        tickets.remove(payload.ticketId)
      }
    }
    return tickets.sorted()
  }

  func entries(at now: Timestamp) -> [TicketEntry] { entries.filter { $0.effectiveAt <= now } }

  /// What of it findings are made of.
  public var trail: ContactTrail {
    ContactTrail(stream: stream, tickets: tickets, acts: CallAct.acts(in: entries))
  }
}
