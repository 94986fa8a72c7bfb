public import CasefileModel

/// A client who may be meant by a name, a number, an address or an id.
public struct ClientCandidate: Sendable, Hashable {
  /// By what it was found.
  public enum Match: String, Sendable, Hashable, CaseIterable {
    /// The client's id.
    case id
    /// A telephone number of the client.
    case phone
    /// An e-mail address of the client.
    case email
    /// A name of the client.
    case name
    /// Another identity: an account, a messenger.
    case account
    /// A contract, or the name of its company.
    case contract
    /// The number of a call.
    case call
    /// The sender of a message.
    case message
    /// An address for a survey, or of somebody who takes part in a ticket.
    case participant
  }

  /// The client that survives all merges; nil where only calls or messages of no known client match.
  public let client: String?
  /// The ids under which it was found, where they were merged into the client.
  public let mergedFrom: [String]
  /// The name that is known last.
  public let name: String?
  /// By what it was found, the strongest first.
  public let matched: [Match]
  /// How many of the words, number and address of the query it has.
  public let termCount: Int
  /// How many tickets the client has.
  public let ticketCount: Int
  /// How many of them are not closed.
  public let openTicketCount: Int
  /// The streams of the events by which it was found, sorted.
  public let streams: [StreamID]
  /// Those events, the first hundred.
  public let positions: [Position]
  /// When the client was first seen: the earliest of those events and of the tickets.
  public let firstSeenAt: Timestamp?
  /// When last.
  public let lastSeenAt: Timestamp?
}
