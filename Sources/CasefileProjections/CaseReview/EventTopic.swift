/// What an event is about, as readers ask for it. An event may be about several things.
public enum EventTopic: String, Hashable, Sendable, CaseIterable {
  /// What was written, noted, agreed and rated.
  case messages
  /// Telephone calls.
  case calls
  /// Who is responsible.
  case responsibility
  /// Clocks, promises of time and waits.
  case deadlines
  /// What the ticket is, and how it ended.
  case changes
  /// What was put right, retracted, reviewed or disputed.
  case corrections

  /// Whether an entry is about this. An entry that was put right is about corrections too.
  public func covers(_ entry: TicketEntry) -> Bool {
    if self == .corrections, !entry.corrections.isEmpty || entry.retractedBy != nil { return true }
    return EventTopic.topics(of: entry.typeName).contains(self)
  }

  /// The topics of a type; what belongs to no other topic is a change.
  public static func topics(of type: String) -> Set<EventTopic> {
    if let topics = exceptions[type] { return topics }
    switch type.prefix(while: { $0 != "." }) {
    case "message", "attachment", "chat", "channel", "survey", "rating": return [.messages]
    case "call", "contact": return [.calls]
    case "handoff", "escalation", "continuity": return [.responsibility]
    case "sla", "waiting", "cause": return [.deadlines]
    case "event", "review", "dispute": return [.corrections]
    default: return [.changes]
    }
  }

  private static let exceptions: [String: Set<EventTopic>] = [
    "ticket.noteAdded": [.messages], "ticket.clientReminder": [.messages],
    "ticket.agreementRecorded": [.messages], "ticket.agreementFulfilled": [.messages],
    "ticket.agreementBroken": [.messages],
    "ticket.delayNoticeSent": [.messages, .deadlines], "ticket.dueDateSet": [.deadlines],
    "ticket.staleDetected": [.deadlines],
    "ticket.assigned": [.responsibility], "ticket.unassigned": [.responsibility],
    "ticket.groupChanged": [.responsibility],
    "close.confirmationRequested": [.messages, .changes], "close.confirmed": [.messages, .changes],
    "close.rejected": [.messages, .changes],
  ]
}
