public import CasefileModel

/// One thing that an agent did or that happened to an agent.
///
/// What does not belong to its kind is nil.
public struct AgentEntry: Hashable, Sendable, Codable {
  /// What happened.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// The agent became the holder by `ticket.assigned`. Assigning the holder once more is none.
    case assigned
    /// The agent held the ticket and was taken off it, or gave it back.
    case unassigned
    /// Responsibility came directly from another named holder.
    case handoffIn
    /// Responsibility went directly to another named holder.
    case handoffOut
    /// The agent is the next holder after somebody else, with a time without holder in between.
    case indirectHandoffIn
    /// Somebody else is the next holder after the agent, with a time without holder in between.
    case indirectHandoffOut
    /// The agent offered the ticket to somebody.
    case offerMade
    /// The ticket was offered to the agent.
    case offerReceived
    /// The agent wrote to somebody, in public or not.
    case messageSent
    /// The agent answered a call.
    case callAnswered
    /// A call ended in which the agent was the last to speak, or which the agent ended.
    case callEnded
    /// A human turn towards the client.
    case clientTouch
    /// An action group that is no client touch.
    case workTouch
    /// A deadline passed while the agent was responsible, as `sla.breachObserved` states.
    case deadlineMissed
    /// The agent came on duty.
    case shiftStarted
    /// The agent went off duty.
    case shiftEnded
    /// An absence began.
    case absenceStarted
    /// The agent was back.
    case absenceEnded
  }

  /// What became of an offer.
  public enum OfferOutcome: String, Hashable, Sendable, Codable {
    /// It waits for an answer.
    case open
    /// It was accepted, and responsibility moved.
    case accepted
    /// It was declined.
    case declined
    /// `handoff.expired` says that nobody answered.
    case expired
    /// Its own end came, and nobody recorded an answer.
    case lapsed
    /// A newer offer took its place.
    case replaced
    /// A supervisor's order overtook it.
    case forced
    /// The giver no longer held the ticket: there was nothing left to accept.
    case moot
  }

  /// What happened.
  public let kind: Kind
  /// When, corrections applied.
  public let at: Timestamp
  /// The event.
  public let position: Position
  /// The ticket; nil for what concerns no ticket.
  public internal(set) var ticket: String?
  /// Who did it, where it wasn't the agent's own act by nature.
  public internal(set) var by: Actor?
  /// The other agent of a handoff or an offer.
  public internal(set) var other: String?
  /// The group to which an offer was made.
  public internal(set) var otherGroup: String?
  /// How it was assigned.
  public internal(set) var mode: AssignmentMode?
  /// How responsibility moved.
  public internal(set) var handoffKind: TicketState.Handoff.Kind?
  /// The handoff's id.
  public internal(set) var handoff: String?
  /// Why it was handed off.
  public internal(set) var reason: HandoffReason?
  /// Whether there was a summary, erased since or not.
  public internal(set) var hasSummary: Bool?
  /// When the handoff was offered.
  public internal(set) var offeredAt: Timestamp?
  /// Who accepted the handoff: without this it was never acknowledged.
  public internal(set) var acceptedBy: String?
  /// For an indirect handoff: since when nobody held the ticket.
  public internal(set) var unassignedAt: Timestamp?
  /// What became of the offer.
  public internal(set) var outcome: OfferOutcome?
  /// When that happened.
  public internal(set) var outcomeAt: Timestamp?
  /// The event that says so; nil where time alone ended the offer.
  public internal(set) var outcomePosition: Position?
  /// The message or the call.
  public internal(set) var contact: String?
  /// The clock that ran out.
  public internal(set) var clock: String?
  /// The kind of channel.
  public internal(set) var channel: String?
  /// How long the two talked.
  public internal(set) var talkSeconds: Int64?
  /// The shift or the absence.
  public internal(set) var duty: String?
  /// Why the agent was absent.
  public internal(set) var absence: AbsenceKind?
  /// At the end of a shift: the tickets that the agent held.
  public internal(set) var openTickets: [String]?
  /// At the end of a shift: those that were not handed over.
  public internal(set) var unhandedTickets: [String]?

  init(_ kind: Kind, at: Timestamp, position: Position) {
    self.kind = kind
    self.at = at
    self.position = position
  }

  init(_ kind: Kind, _ entry: TicketEntry, by actor: Actor? = nil) {
    self.init(kind, at: entry.occurredAt, position: entry.position)
    ticket = entry.event.envelope.stream.kind == "ticket" ? entry.event.envelope.stream.id : nil
    by = actor
  }
}
