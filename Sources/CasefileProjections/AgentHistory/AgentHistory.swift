public import CasefileModel

/// What one agent did and held, over all tickets, within a time.
///
/// ```swift
/// let march = AgentHistory(agent: "a-1", parts: parts, duty: duty, since: first, until: end)
/// march.counts.handoffsIn
/// march.openTickets(at: end)
/// ```
/// The words are those of the definitions: a handoff moves responsibility directly between two named
/// holders; indirect ones are counted apart and never added in; touches are those of people.
/// Calls, messages and chats before or without a ticket count too.
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
    /// Deadlines that passed while the agent was responsible.
    public var breaches = 0
    /// Those of them at which the agent was off shift or absent.
    public var breachesAway = 0

    /// Counts nothing yet.
    public init() {}
  }

  /// The agent.
  public let agent: String
  /// What each ticket says of the agent, in the order given.
  public let parts: [AgentPart]
  /// What the agent did in contacts outside of tickets.
  public let contacts: [AgentEntry]
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
  ///   - contacts: what the agent did in contacts outside of tickets, as `contactEntries` has it.
  ///   - since: counts nothing before it.
  ///   - until: counts nothing at it or later.
  /// - Complexity: O(n log n) in the entries.
  public init(
    agent: String, parts: [AgentPart], contacts: [AgentEntry] = [], duty: AgentDuty? = nil,
    since: Timestamp? = nil, until: Timestamp? = nil
  ) {
    let own = parts.filter { $0.agent.utf8.elementsEqual(agent.utf8) }
    self.agent = agent
    self.parts = own
    self.contacts = contacts
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
      if part.isHeld(since: since, until: until) || !inside.isEmpty { counts.tickets += 1 }
      entries += inside
    }
    // A call of which a ticket tells as well, within a day, is one call.
    let near = AgentPart.margin(since: since, until: until)
    let told = Set(
      own.flatMap(\.entries).filter { near.has($0.at) }.compactMap(\.contact))
    let outside = contacts.filter { entry in
      isWithin(entry.at) && entry.contact.map { !told.contains($0) } ?? true
    }
    counts.add(outside)
    entries += outside
    entries += self.duty.entries.filter { isWithin($0.at) }
    self.entries = entries.sorted { ($0.at, $0.position) < ($1.at, $1.position) }
    let known = self.duty
    counts.breachesAway = entries.count { entry in
      entry.kind == .deadlineMissed && known.standing(at: entry.at).isAway
    }
    self.counts = counts
  }

  /// A time of responsibility with its ticket.
  public struct HeldSpan: Hashable, Sendable {
    /// The ticket.
    public let ticket: String
    /// The time, and how the agent stood in it.
    public let duty: SpanDuty
  }

  /// The shifts that touch the time of the history, in order of their beginning.
  public var shifts: [AgentDuty.Shift] {
    duty.shifts.filter { shift in
      let instants = [shift.plannedFrom, shift.plannedTo, shift.startedAt, shift.endedAt]
        .compactMap { $0 }
      guard let first = instants.min(), let last = instants.max() else { return true }
      return until.map { first < $0 } ?? true && since.map { $0 <= last } ?? true
    }
  }

  /// The absences that touch the time of the history, in order of their beginning.
  public var absences: [AgentDuty.Absence] {
    duty.absences.filter { absence in
      until.map { absence.from < $0 } ?? true
        && since.map { $0 <= absence.until ?? .latest } ?? true
    }
  }

  /// The times of responsibility that touch the time of the history, in order.
  ///
  /// - Parameter now: up to when a span that lasts is counted; of a closed ticket it is counted up to
  ///   the close.
  public func spans(now: Timestamp) -> [HeldSpan] {
    parts.flatMap { part -> [HeldSpan] in
      let offers = part.entries.compactMap { OfferPeriod($0, by: agent) }
      let close = part.closures.last { $0.until == nil }?.from
      let end = close.map { min($0, now) } ?? now
      return part.spans.filter { part.touches($0, since: since, until: until) }.map {
        HeldSpan(
          ticket: part.ticket, duty: SpanDuty($0, offers: offers, duty: duty, end: end))
      }
    }.sorted {
      ($0.duty.span.from, $0.duty.span.position) < ($1.duty.span.from, $1.duty.span.position)
    }
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
      case .deadlineMissed: breaches += 1
      case .unassigned, .offerMade, .offerReceived, .shiftStarted, .shiftEnded, .absenceStarted,
        .absenceEnded:
        continue
      }
    }
    calls += talks.count
  }
}
