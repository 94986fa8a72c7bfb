public import CasefileModel

/// An offer of a ticket, and how long it waited for an answer.
public struct OfferPeriod: Hashable, Sendable {
  /// The handoff's id.
  public let handoff: String?
  /// The giver, who stays responsible while it is open.
  public let from: String
  /// The agent to whom it is offered.
  public let toAgent: String?
  /// The group to which it is offered.
  public let toGroup: String?
  /// Since when.
  public let since: Timestamp
  /// When it was answered, replaced, or lapsed; nil while it is open.
  public let until: Timestamp?
  /// What became of it.
  public let outcome: AgentEntry.OfferOutcome
  /// The event that made it.
  public let position: Position

  /// Reads an offer that an agent made from the agent's history; nil for other entries.
  public init?(_ entry: AgentEntry, by giver: String) {
    guard entry.kind == .offerMade else { return nil }
    handoff = entry.handoff
    from = giver
    toAgent = entry.other
    toGroup = entry.otherGroup
    since = entry.at
    outcome = entry.outcome ?? .open
    until = entry.outcomeAt
    position = entry.position
  }

  init(
    handoff: String?, toAgent: String?, toGroup: String?, from: String, since: Timestamp,
    until: Timestamp?, outcome: AgentEntry.OfferOutcome, position: Position
  ) {
    self.handoff = handoff
    self.from = from
    self.toAgent = toAgent
    self.toGroup = toGroup
    self.since = since
    self.until = until
    self.outcome = outcome
    self.position = position
  }

  /// Whether it waited for an answer at an instant.
  public func isOpen(at instant: Timestamp) -> Bool {
    since <= instant && until.map { instant < $0 } ?? true
  }
}
