public import CasefileModel

/// What somebody wants to do to a ticket. `TicketDecisions` makes events of it or refuses it.
///
/// Payloads are given where the caller knows their fields best; what the ticket and the actor tell,
/// such as the time since the close, is filled in where it is missing.
public enum TicketAction: Hashable, Sendable {
  // MARK: What it is about

  /// Open the ticket. Refused where it is open or was opened before.
  case open(TicketOpened)
  /// Change the priority; nil: none.
  case setPriority(String?, reason: String? = nil)
  /// State the topic.
  case setTopic(String)
  /// Transfer it to another group; the holder stays. Nil: to none.
  case setGroup(String?, reason: GroupChangeReason? = nil, text: String? = nil)
  /// Change the subject line.
  case setSubject(String)
  /// Set a field of the organisation's own; its value becomes content.
  case setField(String, to: JSONText)
  /// Label the status in the desk's own words; this closes and pauses nothing.
  case setStatusLabel(String)
  /// Promise a date by hand; nil takes it back.
  case setDueDate(Timestamp?, reason: String? = nil)
  /// Add a tag.
  case tag(String)
  /// Take a tag away.
  case untag(String)
  /// Let somebody take part.
  case addParticipant(String, as: ParticipantRole)
  /// Let somebody take part no more.
  case removeParticipant(String, as: ParticipantRole)
  /// Link it to another ticket.
  case link(String, as: LinkRelation)

  // MARK: Responsibility

  /// Take the ticket that nobody holds.
  case take
  /// Take the ticket from its holder, without the holder's word.
  case steal(reason: String)
  /// Give the ticket that nobody holds to an agent.
  case assign(to: String, reason: String? = nil)
  /// Take the ticket from its holder, so that nobody holds it.
  case unassign(UnassignReason, text: String? = nil)
  /// Offer the ticket to another; the holder stays responsible until the offer is accepted.
  case handOff(TicketHandoff)
  /// Accept the open offer, or the one that is named. Responsibility moves here.
  case accept(handoff: String? = nil)
  /// Decline the open offer, or the one that is named.
  case decline(handoff: String? = nil, code: HandoffDeclineReason? = nil, reason: String? = nil)
  /// State that an offer lapsed, and who is accountable from now on.
  case expireHandoff(String, escalatedTo: String? = nil, group: String? = nil)
  /// Move the ticket over its holder's head, as a supervisor does.
  case force(to: String, code: HandoffReason, reason: String? = nil, summary: String? = nil)

  // MARK: Contact

  /// Record a message that came in.
  case receive(MessageReceived)
  /// Record a message that went out; without recipients, to the client.
  case reply(MessageSent)
  /// Write an internal note.
  case note(String, id: String? = nil)
  /// Record what was agreed.
  case agree(TicketAgreement)
  /// State that an agreement was kept.
  case fulfil(agreement: String, evidence: String? = nil)
  /// State that an agreement was broken.
  case breakAgreement(String, reason: String? = nil)

  // MARK: Waiting and outcome

  /// Wait, which pauses clocks.
  case wait(for: WaitReason, until: Timestamp? = nil, text: String? = nil, id: String? = nil)
  /// End a wait; without an id the only one that is open.
  case endWait(id: String? = nil, ending: WaitEnding? = nil)
  /// Propose a solution.
  case proposeResolution(ResolutionProposed)
  /// Ask for the confirmation of the close; without people, the client.
  case requestConfirmation(CloseConfirmationRequested)
  /// Record the confirmation of the close, with its message, call or clause.
  case confirm(CloseConfirmed)
  /// Record the rejection of the close.
  case rejectClose(CloseRejected)
  /// Close the ticket.
  case close(TicketClosed)
  /// Open a closed or resolved ticket again.
  case reopen(TicketReopened)
}

/// What the giver of a ticket tells the next agent.
public struct TicketHandoff: Hashable, Sendable {
  /// To whom a ticket is offered.
  public enum Addressee: Hashable, Sendable {
    /// One agent.
    case agent(String)
    /// Any agent of a group. Who belongs to it is for the service to check before an accept.
    case group(String)
  }

  /// To whom.
  public var to: Addressee
  /// Why.
  public var reason: HandoffReason
  /// What the code can't say.
  public var reasonText: String?
  /// What the next agent must know; required.
  public var summary: String
  /// What is still open.
  public var openQuestions: [String]
  /// The agreements that are still to be kept, by their ids.
  public var promises: [String]
  /// What is to be done next.
  public var nextStep: String?
  /// When that is due.
  public var nextStepDueAt: Timestamp?
  /// The points of the checklist and their state.
  public var checklist: [String: String]
  /// When the offer lapses.
  public var expiresAt: Timestamp?
  /// The handoff's id; nil: derived from the request's.
  public var id: String?

  /// Makes an offer's content.
  public init(
    to: Addressee, reason: HandoffReason, summary: String, reasonText: String? = nil,
    openQuestions: [String] = [], promises: [String] = [], nextStep: String? = nil,
    nextStepDueAt: Timestamp? = nil, checklist: [String: String] = [:],
    expiresAt: Timestamp? = nil, id: String? = nil
  ) {
    self.to = to
    self.reason = reason
    self.summary = summary
    self.reasonText = reasonText
    self.openQuestions = openQuestions
    self.promises = promises
    self.nextStep = nextStep
    self.nextStepDueAt = nextStepDueAt
    self.checklist = checklist
    self.expiresAt = expiresAt
    self.id = id
  }
}

/// What is agreed with a client.
public struct TicketAgreement: Hashable, Sendable {
  /// The words; required.
  public var text: String
  /// Who promises; nil: the actor.
  public var promisedBy: String?
  /// To whom; nil: the client.
  public var promisedTo: String?
  /// For when.
  public var dueAt: Timestamp?
  /// The message or call in which it was agreed.
  public var sourceMessage: String?
  /// The agreement's id; nil: derived from the request's.
  public var id: String?

  /// Makes an agreement.
  public init(
    _ text: String, promisedBy: String? = nil, promisedTo: String? = nil, dueAt: Timestamp? = nil,
    sourceMessage: String? = nil, id: String? = nil
  ) {
    self.text = text
    self.promisedBy = promisedBy
    self.promisedTo = promisedTo
    self.dueAt = dueAt
    self.sourceMessage = sourceMessage
    self.id = id
  }
}
