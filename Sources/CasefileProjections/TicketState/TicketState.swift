public import CasefileModel

/// What is true of a ticket at one instant, by what is known: a fold over its events.
///
/// The words are those of the vocabulary; unknown is nil. Times are those that the events give.
public struct TicketState: Hashable, Sendable, Codable {
  /// The ticket's id.
  public let ticket: String
  /// The instant for which this holds; nil without any event.
  public package(set) var evaluatedAt: Timestamp?

  // MARK: What it is about

  /// Closed, resolved, pending, on hold, open or new; derived, never the source's word.
  public internal(set) var status = TicketStatus.new
  /// The status as the source labels it.
  public internal(set) var sourceStatus: String?
  /// Whether the source's label once stood for a status that the source itself does not know.
  public internal(set) var hadUnknownStatus = false
  /// The subject line; nil also where it was erased.
  public internal(set) var subject: String?
  /// The client.
  public internal(set) var client: String?
  /// Others who take part, in order of their ids.
  public internal(set) var participants: [Participant] = []
  /// The kind of channel by which it was opened.
  public internal(set) var channel: String?
  /// The priority, on the source's own scale.
  public internal(set) var priority: String?
  /// The topic.
  public internal(set) var topic: String?
  /// The tags, sorted.
  public internal(set) var tags: [String] = []
  /// The organisation's own fields, by key, as JSON.
  public internal(set) var fields: [String: String] = [:]
  /// Other tickets, in the order in which they were linked.
  public internal(set) var links: [Link] = []
  /// The ticket into which this one was merged.
  public internal(set) var mergedInto: String?
  /// The tickets that were merged into this one.
  public internal(set) var absorbed: [String] = []
  /// Whether a tombstone stands on it.
  public internal(set) var isDeleted = false

  // MARK: Responsibility

  /// The holder: who is responsible.
  public internal(set) var assignee: String?
  /// The group.
  public internal(set) var group: String?
  /// Whom an expired offer made accountable, until somebody else takes over.
  public internal(set) var accountable: String?
  /// Which group an expired offer made accountable.
  public internal(set) var accountableGroup: String?
  /// The offer that waits for an answer; its giver stays responsible.
  public internal(set) var openOffer: Offer?
  /// Every span of time in which somebody was responsible, in order.
  public internal(set) var responsibility: [Span] = []
  /// Responsibility that moved directly between two holders.
  public internal(set) var handoffs: [Handoff] = []
  /// Responsibility that went from one holder to another with nobody in between.
  public internal(set) var indirectHandoffs: [Handoff] = []
  /// Every change of the group, in order; what it was opened with is none.
  public internal(set) var groupChanges: [GroupChange] = []
  /// How often it went from one named group to another.
  public internal(set) var groupTransferCount = 0

  // MARK: Contact

  /// When it was opened.
  public internal(set) var openedAt: Timestamp?
  /// When the source says that it was opened, where that is before the first that it tells.
  public internal(set) var statedOpenedAt: Timestamp?
  /// Who opened it.
  public internal(set) var openedBy: Actor?
  /// The first human reply, without those that are known to have failed.
  public internal(set) var firstReplyAt: Timestamp?
  /// The first human reply as it was sent, whether or not it arrived.
  public internal(set) var firstReplySentAt: Timestamp?
  /// The first human assignment, self-take, accept, reply or answered call.
  public internal(set) var firstReactionAt: Timestamp?
  /// How many messages went either way.
  public internal(set) var messageCount = 0
  /// How many calls there were, answered or not.
  public internal(set) var callCount = 0
  /// Client touches: human turns towards the client.
  public internal(set) var touchCount = 0
  /// Client touches by agent.
  public internal(set) var touchesByAgent: [String: Int] = [:]
  /// Action groups by human agents that are no client touch.
  public internal(set) var workTouchCount = 0
  /// The kinds of channel that were used, in order of first use.
  public internal(set) var channels: [String] = []

  // MARK: Waiting and agreements

  /// The waits that are open, in order of their beginning.
  public internal(set) var waits: [Wait] = []
  /// The waits that ended, in order of their end.
  public internal(set) var pastWaits: [Wait] = []
  /// What was agreed, in order.
  public internal(set) var agreements: [Agreement] = []
  /// What the ticket itself was promised for by hand.
  public internal(set) var dueAt: Timestamp?

  // MARK: Outcome

  /// When the proposal that stands was made.
  public internal(set) var resolvedAt: Timestamp?
  /// When it was last resolved, as the source states it with a close.
  public internal(set) var statedResolvedAt: Timestamp?
  /// When it was closed; nil while it is open.
  public internal(set) var closedAt: Timestamp?
  /// How it was closed, as stated.
  public internal(set) var closeKind: CloseKind?
  /// Who closed it.
  public internal(set) var closedBy: Actor?
  /// The confirmations that were not rejected since, in order.
  public internal(set) var confirmations: [Confirmation] = []
  /// How often it was opened again.
  public internal(set) var reopenCount = 0

  // MARK: What does not fit

  /// Facts that contradict others. They are stored and change nothing.
  public internal(set) var contradictions: [Contradiction] = []
  /// Events whose fields could not be read; they change nothing.
  public internal(set) var unreadable: [Position] = []

  /// Whether somebody still has to see to it: it is not closed, not merged into another ticket, and
  /// has no tombstone.
  public var isOpen: Bool { status != .closed && mergedInto == nil && !isDeleted }
  /// How often responsibility moved directly from one holder to another.
  public var handoffCount: Int { handoffs.count }
  /// How often it moved with a time without holder in between.
  public var indirectHandoffCount: Int { indirectHandoffs.count }

  init(ticket: String) { self.ticket = ticket }
}
