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
    ContactTrail(
      stream: stream, tickets: tickets, acts: CallAct.acts(in: entries), turn: ClientTurn(self))
  }
}

/// A client's turn to the desk, before or without a ticket.
struct ClientTurn: Hashable, Sendable {
  let client: String
  /// Nil where it is not known.
  let topic: String?
  let at: Timestamp
  let effectiveAt: Timestamp
  let position: Position

  private init(
    client: String, topic: String?, at: Timestamp, effectiveAt: Timestamp, position: Position
  ) {
    self.client = client
    self.topic = topic
    self.at = at
    self.effectiveAt = effectiveAt
    self.position = position
  }

  /// Nil where the client did not come, or is not known; of client and topic the last word counts.
  init?(_ record: ContactRecord) {
    guard let begin = record.entries.first(where: ContactRecord.isFromClient) else { return nil }
    var client: String?
    var topic: String?
    for entry in record.entries {
      let said: (client: String?, topic: String?)? =
        switch entry.typeNumber {
        case CallOffered.type.number:
          (try? entry.payload(CallOffered.self)).map { ($0.clientId, $0.topicId) }
        case CallEnded.type.number:
          (try? entry.payload(CallEnded.self)).map { ($0.clientId, $0.topicId) }
        case ChatStarted.type.number:
          (try? entry.payload(ChatStarted.self)).map { ($0.clientId, $0.topicId) }
        case MessageReceived.type.number:
          (try? entry.payload(MessageReceived.self)).map { ($0.clientId, $0.topicId) }
        default: nil
        }
      client = said?.client ?? client
      topic = said?.topic ?? topic
    }
    guard let client else { return nil }
    self.init(
      client: client, topic: topic, at: begin.occurredAt, effectiveAt: begin.effectiveAt,
      position: begin.position)
  }
}

extension ClientTurn: RowCodable {
  func write(to writer: inout RowWriter) {
    writer.put(client)
    writer.put(topic)
    writer.put(at)
    writer.put(effectiveAt)
    writer.put(position)
  }

  init(from reader: inout RowReader) throws(RowError) {
    self.init(
      client: try reader.get(), topic: try reader.get(), at: try reader.get(),
      effectiveAt: try reader.get(), position: try reader.get())
  }
}
