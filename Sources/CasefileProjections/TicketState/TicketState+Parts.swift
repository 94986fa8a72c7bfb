public import CasefileModel

extension TicketState {
  /// Somebody besides the client and the desk.
  public struct Participant: Hashable, Sendable, Codable {
    /// The opaque id.
    public let person: String
    /// Why the person takes part.
    public let role: ParticipantRole
  }

  /// Another ticket.
  public struct Link: Hashable, Sendable, Codable {
    /// The other ticket's id.
    public let ticket: String
    /// What it is to this one.
    public let relation: LinkRelation
    /// The event that says so.
    public let position: Position
  }

  /// A time in which one agent was responsible.
  public struct Span: Hashable, Sendable, Codable {
    /// The holder.
    public let holder: String
    /// The group at its beginning.
    public let group: String?
    /// How the holder came to it.
    public let start: Start
    /// When it began, in domain order.
    public let from: Timestamp
    /// When it ended; nil while it lasts.
    public internal(set) var until: Timestamp?
    /// The event that began it.
    public let position: Position
    /// The event that ended it.
    public internal(set) var endPosition: Position?
  }

  /// How somebody became responsible.
  public enum Start: Hashable, Sendable, Codable {
    /// By `ticket.assigned`, with its mode where one is stated.
    case assigned(AssignmentMode?)
    /// By accepting an offer.
    case accepted
    /// By a supervisor's order.
    case forced
  }

  /// A handoff that waits for an answer.
  public struct Offer: Hashable, Sendable, Codable {
    /// The handoff's id.
    public let handoff: String
    /// The giver.
    public let from: String
    /// The agent to whom it is offered.
    public let toAgent: String?
    /// The group to which it is offered.
    public let toGroup: String?
    /// Why.
    public let reason: HandoffReason?
    /// Since when.
    public let since: Timestamp
    /// When it lapses.
    public let expiresAt: Timestamp?
    /// The event.
    public let position: Position
  }

  /// Responsibility that moved from one named holder to another.
  public struct Handoff: Hashable, Sendable, Codable {
    /// How it moved.
    public enum Kind: String, Hashable, Sendable, Codable {
      /// An offer was accepted.
      case acknowledged
      /// A supervisor ordered it.
      case forced
      /// It was assigned over a holder.
      case bare
      /// It was taken from one holder, and another one came later.
      case indirect
    }
    /// The holder before.
    public let from: String
    /// The holder after.
    public let to: String
    /// How it moved.
    public let kind: Kind
    /// How a bare one was done.
    public let mode: AssignmentMode?
    /// When.
    public let at: Timestamp
    /// For an indirect one: since when nobody held it.
    public let unassignedAt: Timestamp?
    /// The event that moved it.
    public let position: Position
    /// The handoff's id, where it was offered or ordered under one.
    public let handoff: String?
    /// Why, as the offer or the order states it.
    public let reason: HandoffReason?
    /// When it was offered.
    public let offeredAt: Timestamp?
    /// Whether the offer or the order came with a summary, erased since or not; nil for the bare
    /// and the indirect, which have none.
    public let hasSummary: Bool?

    init(
      from: String, to: String, kind: Kind, mode: AssignmentMode?, at: Timestamp,
      unassignedAt: Timestamp?, position: Position, handoff: String? = nil,
      reason: HandoffReason? = nil, offeredAt: Timestamp? = nil, hasSummary: Bool? = nil
    ) {
      self.from = from
      self.to = to
      self.kind = kind
      self.mode = mode
      self.at = at
      self.unassignedAt = unassignedAt
      self.position = position
      self.handoff = handoff
      self.reason = reason
      self.offeredAt = offeredAt
      self.hasSummary = hasSummary
    }
  }

  /// A change of the group; it keeps the holder.
  public struct GroupChange: Hashable, Sendable, Codable {
    /// The group before.
    public let from: String?
    /// The group after.
    public let to: String?
    /// When.
    public let at: Timestamp
    /// The event.
    public let position: Position

    /// Whether it went from one named group to another.
    public var isTransfer: Bool { from != nil && to != nil && from != to }
  }

  /// A wait, with its end where it ended.
  public struct Wait: Hashable, Sendable, Codable {
    /// Why a wait ended.
    public enum Ending: String, Hashable, Sendable, Codable {
      /// By `waiting.ended`.
      case ended
      /// Its `until` came.
      case untilReached
      /// The client wrote.
      case clientMessage
      /// The ticket was closed.
      case closed
    }
    /// The wait's id.
    public let id: String
    /// What it waits for.
    public let reason: WaitReason
    /// Since when.
    public let since: Timestamp
    /// When it ends by itself.
    public let until: Timestamp?
    /// When it ended.
    public internal(set) var endedAt: Timestamp?
    /// Why it ended.
    public internal(set) var ending: Ending?
    /// The event that began it.
    public let position: Position

    /// Whether it waits for the client.
    public var isForClient: Bool { reason.isForClient }
  }

  /// What was agreed.
  public struct Agreement: Hashable, Sendable, Codable {
    /// What came of an agreement.
    public enum Outcome: String, Hashable, Sendable, Codable {
      /// Nothing is stated yet.
      case open
      /// It was kept.
      case fulfilled
      /// It was not kept.
      case broken
    }
    /// The agreement's id.
    public let id: String
    /// The words; nil where they were erased.
    public let text: String?
    /// Who promised.
    public let promisedBy: String?
    /// To whom.
    public let promisedTo: String?
    /// For when.
    public let dueAt: Timestamp?
    /// When it was agreed.
    public let at: Timestamp
    /// The event.
    public let position: Position
    /// What came of it, as stated.
    public internal(set) var outcome = Outcome.open
    /// When that was stated.
    public internal(set) var outcomeAt: Timestamp?
    /// The event that states it.
    public internal(set) var outcomePosition: Position?
  }

  /// The client's word that it is done.
  public struct Confirmation: Hashable, Sendable, Codable {
    /// Who confirmed, where it is stated.
    public let by: String?
    /// By which right.
    public let authority: ConfirmationAuthority?
    /// When.
    public let at: Timestamp
    /// The event.
    public let position: Position
  }

  /// A fact that does not fit those before it.
  public struct Contradiction: Hashable, Sendable, Codable {
    /// What does not fit.
    public enum Kind: String, Hashable, Sendable, Codable {
      /// An offer was accepted that was declined, expired, replaced or answered before, or is
      /// unknown.
      case offerNotOpen
      /// An offer was accepted whose giver no longer held the ticket.
      case giverNotHolder
      /// Somebody was taken off a ticket who didn't hold it.
      case notHolder
      /// A closed ticket was closed.
      case closedTwice
      /// A ticket was reopened that was neither closed nor resolved.
      case reopenedWhileOpen
      /// A wait ended that was not open.
      case waitNotOpen
      /// A wait began on a closed ticket.
      case waitWhileClosed
      /// An agreement was settled that was never recorded.
      case agreementUnknown
    }
    /// What does not fit.
    public let kind: Kind
    /// The event.
    public let position: Position
  }
}

extension WaitReason {
  /// Whether the client is waited for.
  var isForClient: Bool { self == .client || self == .clientConfirmation }
}
