public import CasefileModel

/// What one agent did and held, over all tickets, within a time.
///
/// ```swift
/// let march = AgentHistory(agent: "a-1", parts: parts, duty: duty, since: first, until: end)
/// march.counts.handoffsIn
/// march.openTickets(at: end)
/// ```
/// The words are those of the definitions: a handoff moves responsibility directly between two named
/// holders; indirect ones are counted apart and never added in; touches are those of people. Calls
/// are those on tickets.
public struct AgentHistory: Hashable, Sendable {
  /// How often, within the time.
  public struct Counts: Hashable, Sendable {
    /// The agent became the holder by an assignment.
    public var assignments = 0
    /// Responsibility came directly from another holder.
    public var handoffsIn = 0
    /// Responsibility went directly to another holder.
    public var handoffsOut = 0
    /// It came after a time without holder.
    public var indirectHandoffsIn = 0
    /// It went on after a time without holder.
    public var indirectHandoffsOut = 0
    /// Client touches.
    public var touches = 0
    /// Action groups that are no client touch.
    public var workTouches = 0
    /// Messages sent.
    public var messages = 0
    /// Calls that the agent answered or talked on, each once.
    public var calls = 0
    /// Tickets with an entry of the agent, or held by the agent for some of the time.
    public var tickets = 0

    /// Counts nothing yet.
    public init() {}
  }

  /// The agent.
  public let agent: String
  /// What each ticket says of the agent, in the order given.
  public let parts: [AgentPart]
  /// What is known apart from tickets.
  public let duty: AgentDuty
  /// Counts nothing before this instant.
  public let since: Timestamp?
  /// Counts nothing at this instant or later.
  public let until: Timestamp?
  /// What happened within the time, in order of time.
  public let entries: [AgentEntry]
  /// How often, within the time.
  public let counts: Counts

  /// Joins the parts of one agent; parts of others are left out.
  ///
  /// - Parameters:
  ///   - since: counts nothing before it.
  ///   - until: counts nothing at it or later.
  /// - Complexity: O(n log n) in the entries.
  public init(
    agent: String, parts: [AgentPart], duty: AgentDuty? = nil, since: Timestamp? = nil,
    until: Timestamp? = nil
  ) {
    let own = parts.filter { $0.agent.utf8.elementsEqual(agent.utf8) }
    self.agent = agent
    self.parts = own
    self.duty = duty ?? AgentDuty(agent: agent)
    self.since = since
    self.until = until
    func isWithin(_ instant: Timestamp) -> Bool {
      since.map { $0 <= instant } ?? true && until.map { instant < $0 } ?? true
    }
    var counts = Counts()
    var entries: [AgentEntry] = []
    for part in own {
      let inside = part.entries.filter { isWithin($0.at) }
      counts.add(inside)
      let isHeld = part.spans.contains { span in
        (until.map { span.from < $0 } ?? true)
          && (since.map { (span.until ?? .latest) > $0 } ?? true)
      }
      if isHeld || !inside.isEmpty { counts.tickets += 1 }
      entries += inside
    }
    entries += self.duty.entries.filter { isWithin($0.at) }
    self.entries = entries.sorted { ($0.at, $0.position) < ($1.at, $1.position) }
    self.counts = counts
  }

  /// The tickets that the agent held at an instant and that were not closed then, in the order of
  /// the parts.
  ///
  /// - Parameter instant: nil: the end of the time; without one, the end of what is known.
  public func openTickets(at instant: Timestamp? = nil) -> [String] {
    // The end itself no longer belongs to the time.
    let instant = instant ?? until.map { $0.adding(microseconds: -1) } ?? .latest
    return parts.filter { $0.isHeld(at: instant) && $0.isTicketOpen(at: instant) }.map(\.ticket)
  }
}

extension AgentHistory.Counts {
  /// Adds the entries of one ticket.
  fileprivate mutating func add(_ entries: [AgentEntry]) {
    var talks: Set<String> = []
    for entry in entries {
      switch entry.kind {
      case .assigned: assignments += 1
      case .handoffIn: handoffsIn += 1
      case .handoffOut: handoffsOut += 1
      case .indirectHandoffIn: indirectHandoffsIn += 1
      case .indirectHandoffOut: indirectHandoffsOut += 1
      case .clientTouch: touches += 1
      case .workTouch: workTouches += 1
      case .messageSent: messages += 1
      case .callAnswered: talks.insert(entry.contact ?? "")
      case .callEnded:
        if (entry.talkSeconds ?? 0) > 0 { talks.insert(entry.contact ?? "") }
      case .unassigned, .offerMade, .offerReceived, .shiftStarted, .shiftEnded, .absenceStarted,
        .absenceEnded:
        continue
      }
    }
    calls += talks.count
  }
}
