public import CasefileModel
public import CasefileProjections

/// Everything that happened with a client, over all tickets, calls, chats and messages.
public struct ClientHistory: Sendable {
  /// Why an entry is among a client's.
  public enum Basis: String, Sendable, Hashable {
    /// It is recorded of the client itself.
    case client
    /// It belongs to a ticket of the client.
    case ticket
    /// It belongs to a contact that names the client, or is linked to one of the tickets.
    case contact
    /// It belongs to a contact that names nobody, with a number or an address of the client.
    case address
  }

  /// One event.
  public struct Entry: Sendable, Hashable {
    /// The event, with what corrects or retracts it.
    public let entry: TicketEntry
    /// Why it is here.
    public let basis: Basis
    /// The ticket; nil for the client's own and for contacts that were never linked.
    public let ticket: String?

    /// The stream that it stands in.
    public var stream: StreamID { entry.event.envelope.stream }
  }

  /// Who the client is.
  public let record: ClientRecord
  /// The tickets in order of first position, as they stand.
  public let tickets: [TicketSummary]
  /// The contacts outside of tickets, sorted.
  public let contacts: [StreamID]
  /// The marks that the client gave, in the order of time.
  public let marks: [ClientMark]
  /// The entries by (effectiveAt, position).
  public let entries: [Entry]

  /// The tickets that are neither closed nor went into others.
  public var openTickets: [TicketSummary] { tickets.filter(\.state.isOpen) }

  /// The agreements of all tickets of which nothing came yet, each with its ticket.
  public var openAgreements: [(ticket: String, agreement: TicketState.Agreement)] {
    tickets.flatMap { ticket in
      ticket.state.agreements.filter { $0.outcome == .open }.map { (ticket.ticket, $0) }
    }
  }

  /// When the client was first seen.
  public var firstSeenAt: Timestamp? { seenAt.min() }
  /// When the client was last seen.
  public var lastSeenAt: Timestamp? { seenAt.max() }

  private var seenAt: [Timestamp] {
    record.seenAt
      + entries.filter { $0.basis != .client && $0.entry.retractedBy == nil }.map {
        $0.entry.effectiveAt
      }
  }
}
