public import CasefileLog
public import CasefileModel
public import CasefileProjections

/// What came of an action.
public struct Performed: Sendable {
  /// The request's id, which is the first event's.
  public let request: EventID
  /// Where the events stand; empty where nothing was to be done.
  public let appended: [Appended]
  /// The ticket right after them.
  public let state: TicketState
  /// The version of the ticket's stream right after them.
  public let version: StreamVersion
  /// How often it was decided; above 1 where others changed the ticket meanwhile.
  public let attempts: Int
  /// Whether the request had been performed before, and this is its first result.
  public var isRepeated: Bool { appended.first?.isDuplicate ?? false }
}

extension Store {
  /// How often `perform` decides before it gives up. Each time that one is refused for a conflict,
  /// another has succeeded, so this is also how many may act on one ticket at the same instant.
  public static let performAttempts = 32

  /// Reads a ticket, decides, and stores what was decided, if the ticket is still as it was read;
  /// otherwise it reads and decides anew.
  ///
  /// ```swift
  /// let taken = try await store.perform(.take, on: "4711", by: Actor(.agent, "ag-anna"))
  /// print(taken.state.assignee)
  /// ```
  /// A request that is repeated with its id gets its first result, whatever the ticket is now: give
  /// ids where a request may come twice or its answer may get lost. The actor and the action must be
  /// the same; the time of the first counts.
  ///
  /// - Parameters:
  ///   - action: what is to be done.
  ///   - ticket: the ticket's id.
  ///   - actor: who does it.
  ///   - time: when it was done; nil: now. Either is raised to the ticket's newest event where that
  ///     is up to a minute later, see `TicketDecisions.clockToleranceMicroseconds`.
  ///   - request: a UUID of the caller's, such as one that came with an HTTP request; nil: drawn,
  ///     and the request is not repeatable.
  ///   - attempts: how often it is decided at most.
  /// - Throws: `TicketRefusal` where the ticket speaks against it: nothing is stored. `LogError`
  ///   `.versionConflict` or `.changedSince` after too many attempts, `.idReused` for the id of
  ///   another request, and as `append`; after `.unknownOutcome`, `.ioFailed` and `.diskFull` open
  ///   the store again and repeat with the same request id.
  /// - Complexity: one fold of the ticket before and one after the commit, for each attempt.
  @discardableResult
  public func perform(
    _ action: TicketAction, on ticket: String, by actor: Actor, at time: Timestamp? = nil,
    request: EventID? = nil, attempts: Int = Store.performAttempts
  ) async throws -> Performed {
    try await perform(
      on: ticket, by: actor, at: time, request: request, attempts: attempts
    ) { decisions in try decisions.decide(action).events }
  }

  /// The same with a decision of one's own: events of own types, several actions in one, or events
  /// on other streams beside the ticket's.
  ///
  /// - Parameters:
  ///   - ticket: the ticket's id.
  ///   - actor: who does it.
  ///   - time: when it was done; nil: now.
  ///   - given: the request's id; nil: drawn, and the request is not repeatable.
  ///   - attempts: how often it is decided at most.
  ///   - deciding: gives the events, dated by `TicketDecisions.time`; none: nothing is stored. It is
  ///     called once for each attempt and must be pure: a repeated request is known by deciding it
  ///     again on what was known then. What it throws ends the call.
  /// - Throws: as the other `perform`, and what `deciding` throws.
  @discardableResult
  public func perform(
    on ticket: String, by actor: Actor, at time: Timestamp? = nil, request given: EventID? = nil,
    attempts: Int = Store.performAttempts, deciding: (TicketDecisions) throws -> [Event]
  ) async throws -> Performed {
    precondition(attempts >= 1, "perform needs at least one attempt.")
    let stream = try StreamID.ticket(ticket)
    let request = given ?? drawID()
    var attempt = 0
    while true {
      attempt += 1
      if given != nil, let first = try event(id: request) {
        return try await repeated(first, ticket, actor, attempt, deciding)
      }
      let head = try head
      let events = try head.map { try ticketEvents(of: stream, through: $0) } ?? []
      let decisions = try TicketDecisions(
        TicketHistory(events: events, schema: schema), of: ticket, by: actor, at: time ?? now(),
        request: request)
      let decision = decisions.decision(try deciding(decisions))
      guard !decision.events.isEmpty else {
        return Performed(
          request: request, appended: [], state: decisions.state, version: decisions.version,
          attempts: attempt)
      }
      do {
        let appended = try await append(
          decision.events, if: Store.condition(of: decision, head: head))
        return try performed(appended, decisions, attempts: attempt)
      } catch let error as LogError where attempt < attempts && Store.isOvertaken(error) {
        // The same request from another task may have come first; it is found above.
        if error.code == .idReused, try positions(of: [request])[0] == nil { throw error }
      }
    }
  }

  /// The ticket's stream is as it was, and nobody has corrected anything from another stream.
  private static func condition(of decision: TicketDecision, head: Position?) -> AppendCondition {
    .all([
      decision.expectedVersion == .none
        ? .newStream(decision.stream) : .version(decision.stream, decision.expectedVersion),
      .unchanged(since: head, EventQuery(types: AmendmentIndex.types)),
    ])
  }

  private static func isOvertaken(_ error: LogError) -> Bool {
    error.code == .versionConflict || error.code == .changedSince || error.code == .idReused
  }

  private func performed(
    _ appended: [Appended], _ decisions: TicketDecisions, attempts: Int
  ) throws -> Performed {
    let last = appended.map(\.position).max()
    let events = try ticketEvents(of: decisions.stream, through: last)
    let history = TicketHistory(events: events, schema: schema)
    return Performed(
      request: decisions.request, appended: appended, state: history.state(asOf: decisions.time),
      version: history.version(), attempts: attempts)
  }

  /// Decides a request again on what was known when it was first performed. If the same events come
  /// of it, the log knows them as its own and returns their places.
  private func repeated(
    _ first: StoredEvent, _ ticket: String, _ actor: Actor, _ attempt: Int,
    _ deciding: (TicketDecisions) throws -> [Event]
  ) async throws -> Performed {
    let request = first.envelope.id
    let other = LogError(
      .idReused,
      "the request id \(request) is that of the event at position \(first.position), which another "
        + "action made; a request id is given once for ever", position: first.position)
    var events: [StoredEvent] = []
    if first.position.rawValue > 0 {
      events = try ticketEvents(
        of: .ticket(ticket), through: Position(first.position.rawValue - 1))
    }
    let decisions: TicketDecisions
    let decision: TicketDecision
    do {
      decisions = try TicketDecisions(
        TicketHistory(events: events, schema: schema), of: ticket, by: actor,
        at: first.envelope.occurredAt, request: request)
      decision = decisions.decision(try deciding(decisions))
    } catch is TicketRefusal {
      throw other
    }
    // What is not there yet would be stored now: then it is another request.
    let group = first.envelope.group
    guard decision.events.count == (group?.id == request ? Int(group?.count ?? 1) : 1),
      !(try positions(of: decision.events.compactMap(\.id))).contains(nil)
    else { throw other }
    return try performed(try await append(decision.events), decisions, attempts: attempt)
  }
}
