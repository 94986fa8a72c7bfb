public import CasefileModel
public import CasefileProjections

/// An event as a session shows it.
public enum SessionEvent: Sendable, Hashable {
  /// The reader may see it.
  case shown(StoredEvent)
  /// The reader may know that it is there.
  case withheld(WithheldEvent)

  /// Its place in the log.
  public var position: Position {
    switch self {
    case .shown(let event): event.position
    case .withheld(let event): event.position
    }
  }
}

/// The place of an event that the reader may not see. Its type, actor and time stay untold: they
/// may be what is to be withheld.
public struct WithheldEvent: Sendable, Hashable {
  /// Its place in the log.
  public let position: Position
  /// Its stream.
  public let stream: StreamID
  /// Its number in the stream.
  public let version: StreamVersion
  /// Who may see it.
  public let visibility: Visibility
}

/// A ticket as a reader may see it.
public struct SessionTicket: Sendable {
  /// The ticket's id.
  public let ticket: String
  /// The instant that was asked for; nil: the newest event's.
  public let asOf: Timestamp?
  /// What the shown events say; those withheld are not in it, so the state may lack what they
  /// changed.
  public let history: TicketHistory
  /// What was withheld, the ticket's own first, then corrections from other streams.
  public let withheld: [WithheldEvent]

  /// The state at the instant, by the shown events.
  public var state: TicketState { history.state(asOf: asOf) }
  /// The shown entries up to the instant.
  public var entries: [TicketEntry] { history.entries(asOf: asOf) }
}
