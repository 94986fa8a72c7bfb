public import CasefileModel

/// Decides what an action on a ticket makes happen: state and action give events and a condition,
/// or a typed refusal.
///
/// ```swift
/// let decisions = try TicketDecisions(
///   history, of: "4711", by: Actor(.agent, "ag-anna"), at: now, request: id)
/// let decision = try decisions.decide(.take)
/// ```
/// `append` judges form and stores facts that contradict each other; a service that acts on tickets
/// asks here first, so that it never makes such a fact. Pure: no clock, no random number, no I/O.
/// `Store.perform` reads, decides and appends in one.
public struct TicketDecisions: Sendable {
  /// The ticket's id.
  public let ticket: String
  /// Its stream.
  public let stream: StreamID
  /// The ticket as the actor finds it.
  public let state: TicketState
  /// The version of its stream that the decision is based on; `.none` before its first event.
  public let version: StreamVersion
  /// Who acts.
  public let actor: Actor
  /// When: as given, or the time of the newest event where that is a little later.
  public let time: Timestamp
  /// The id of the first event, and what ids that the caller left out are derived from.
  public let request: EventID
  let entries: [TicketEntry]

  /// How far the clocks of a desk's machines may lie apart, in microseconds: an action within it is
  /// dated to the newest event, so that it stands after what it was decided on. Synchronised clocks
  /// differ by milliseconds; a minute is generous.
  public static let clockToleranceMicroseconds: Int64 = 60 * 1_000_000

  /// Looks at a ticket for an actor at an instant.
  ///
  /// - Parameters:
  ///   - history: nil or empty for a ticket that is not there yet.
  ///   - request: the id of the first event; each request has its own.
  /// - Throws: `ModelError` for an id that can't be a ticket's; `TicketRefusal` `.outOfOrder` for a
  ///   time that lies more than the tolerance before the ticket's newest event.
  public init(
    _ history: TicketHistory?, of ticket: String, by actor: Actor, at time: Timestamp,
    request: EventID
  ) throws {
    self.ticket = ticket
    stream = try .ticket(ticket)
    self.actor = actor
    self.request = request
    entries = history?.entries().filter { $0.retractedBy == nil && !$0.isAmendment } ?? []
    let newest = entries.last
    self.time = max(time, newest?.effectiveAt ?? time)
    let lag = self.time.microseconds.subtractingReportingOverflow(time.microseconds)
    guard !lag.overflow, lag.partialValue <= TicketDecisions.clockToleranceMicroseconds else {
      throw TicketRefusal(
        .outOfOrder,
        "ticket \(ticket) has an event of \(self.time) at position "
          + "\(newest.map(\.position.description) ?? "0"), later than this action of \(time); "
          + "correct a time that is wrong, or append what happened earlier as a fact")
    }
    state = history?.state(asOf: self.time) ?? TicketState(ticket: ticket)
    version = history?.version() ?? .none
  }

  /// The events of an action, and what must still hold when they are appended.
  ///
  /// - Throws: `TicketRefusal`.
  public func decide(_ action: TicketAction) throws(TicketRefusal) -> TicketDecision {
    try checkActor(action)
    if case .open(let payload) = action { return decision([try open(payload)]) }
    try checkTicket(action)
    if let events = try decideLifecycle(action) { return decision(events) }
    if let events = try decideResponsibility(action) { return decision(events) }
    if let events = try decideContact(action) { return decision(events) }
    return decision(try decideOutcome(action))
  }

  /// A decision of one's own: the events get the request's ids and become one action group.
  ///
  /// They may belong to other streams too; they are stored all or none.
  public func decision(_ events: [Event]) -> TicketDecision {
    var events = events
    for index in events.indices {
      events[index].id = request.member(index)
      guard events.count > 1 else { continue }
      events[index].group = ActionGroup(
        id: request, index: UInt32(clamping: index + 1), count: UInt32(clamping: events.count))
    }
    return TicketDecision(stream: stream, expectedVersion: version, events: events)
  }

  /// An event on the ticket, by the actor, at the time of the decision.
  public func event(
    _ payload: some EventPayload, visibility: Visibility = .public, tags: [String] = []
  ) -> Event {
    Event(payload, on: stream, at: time, by: actor, visibility: visibility, tags: tags)
  }

  // MARK: What holds for every action

  /// A client writes, confirms, rejects and reopens; all else is the desk's.
  private func checkActor(_ action: TicketAction) throws(TicketRefusal) {
    guard actor.kind == .client else { return }
    switch action {
    case .open, .receive, .confirm, .rejectClose, .reopen: return
    default:
      throw TicketRefusal(
        .wrongActor, "a client can open, write, confirm, reject and reopen; this is for the desk")
    }
  }

  private func checkTicket(_ action: TicketAction) throws(TicketRefusal) {
    guard version != .none else {
      throw TicketRefusal(.ticketUnknown, "there is no ticket \(ticket); open it first")
    }
    guard !state.isDeleted else {
      throw TicketRefusal(
        .ticketDeleted, "ticket \(ticket) was deleted; restore it before anything is done to it")
    }
    guard let survivor = state.mergedInto else { return }
    switch action {
    case .receive, .note: return
    default:
      throw TicketRefusal(
        .ticketMerged, "ticket \(ticket) was merged into \(survivor); act on \(survivor)")
    }
  }

  /// The agent who acts.
  func agent() throws(TicketRefusal) -> String {
    guard actor.kind == .agent, let id = actor.id else {
      throw TicketRefusal(
        .wrongActor,
        "this is for an agent with an id, not for \(actor.kind.name ?? "an unknown kind of actor")"
      )
    }
    return id
  }

  func requireOpen() throws(TicketRefusal) {
    guard let closedAt = state.closedAt else { return }
    throw TicketRefusal(
      .ticketClosed, "ticket \(ticket) was closed at \(closedAt); reopen it first")
  }

  /// A text that others depend on; blanks are none.
  func require(_ text: String?, _ name: String) throws(TicketRefusal) {
    guard let text, text.contains(where: { !$0.isWhitespace }) else {
      throw TicketRefusal(.missingText, "\(name) is empty; others depend on it, so write it")
    }
  }

  func requireAhead(_ end: Timestamp?, _ name: String) throws(TicketRefusal) {
    guard let end, end <= time else { return }
    throw TicketRefusal(.timePassed, "\(name) is \(end), not after the action's time \(time)")
  }

  func noChange(_ what: String) -> TicketRefusal {
    TicketRefusal(.noChange, "ticket \(ticket) \(what) already; there is nothing to change")
  }
}

/// What an action makes happen, and on what it depends.
public struct TicketDecision: Hashable, Sendable {
  /// The ticket's stream.
  public let stream: StreamID
  /// The version at which the stream must still be; `.none`: it must be new. Where it is not, read
  /// again and decide anew.
  public let expectedVersion: StreamVersion
  /// The events, with their ids; empty where nothing is to be done.
  public let events: [Event]
}
