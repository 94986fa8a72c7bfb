public import CasefileCalendars
public import CasefileModel
public import CasefileProjections

extension Store {
  /// The policies and calendars as they were known at a moment.
  ///
  /// Make it once for many tickets.
  /// - Parameters:
  ///   - knownAt: leaves out what was recorded later.
  ///   - zones: the zone data; the system's unless you have others.
  ///   - trial: a policy or a calendar that is tried and not stored.
  /// - Throws: as `read`; what reading zone data throws.
  public func deadlineBook(
    knownAt: KnownAt? = nil, zones: any ZoneDataSource = ZoneDirectory(),
    trying trial: DeadlineBook.Trial = DeadlineBook.Trial()
  ) throws -> DeadlineBook {
    try DeadlineBook(
      events: deadlineRules(), knownAt: knownAt, schema: schema, zones: zones, trying: trial)
  }

  /// The deadlines of a ticket at an instant; nil for a ticket that is not there.
  ///
  /// ```swift
  /// let book = try store.deadlineBook()
  /// let deadlines = try store.deadlines(of: "4711", at: now, book: book)
  /// ```
  /// - Parameters:
  ///   - ticket: its id.
  ///   - now: the instant of evaluation; what happened later is left out.
  ///   - knownAt: leaves out what was recorded later. Make the book with the same one.
  ///   - book: the policies and calendars; made anew without one.
  ///   - detail: whether the derivation is worked out too.
  /// - Throws: `ModelError` for an id that can't be a ticket's; as `read`.
  public func deadlines(
    of ticket: String, at now: Timestamp, knownAt: KnownAt? = nil, book: DeadlineBook? = nil,
    detail: DeadlineDetail = .derivation
  ) throws -> TicketDeadlines? {
    guard let history = try self.ticket(ticket) else { return nil }
    let book = try book ?? deadlineBook(knownAt: knownAt)
    let duties = try agentDuties(
      during: history.dutyTimes(asOf: now, knownAt: knownAt), knownAt: knownAt)
    return history.deadlines(
      at: now, knownAt: knownAt, book: book, duties: duties, detail: detail)
  }

  /// What changed an answer about a ticket's deadlines since an earlier knowledge, event by event:
  /// verdicts, whose time it was, and whether they were at work. Nil for a ticket that is not there.
  ///
  /// ```swift
  /// let changes = try store.deadlineChanges(
  ///   of: "4711", at: complaint, from: .recorded(complaint))
  /// ```
  /// - Parameters:
  ///   - ticket: its id.
  ///   - now: the instant of which both answers tell.
  ///   - earlier: a position or a time of recording.
  ///   - later: the knowledge of the new answer; nil: all.
  ///   - zones: the zone data; the system's unless you have others.
  /// - Throws: `ModelError` for an id that can't be a ticket's; as `read`.
  /// - Complexity: the ticket is judged once for each event between the two that it, its policies and
  ///   calendars, or the duty of its holders is made of.
  public func deadlineChanges(
    of ticket: String, at now: Timestamp, from earlier: KnownAt, to later: KnownAt? = nil,
    zones: any ZoneDataSource = ZoneDirectory()
  ) throws -> DeadlineChanges? {
    try self.ticket(ticket)?.deadlineChanges(
      at: now, from: earlier, to: later, rules: deadlineRules(),
      duties: events(of: AgentDuty.types), zones: zones)
  }

  /// What books are made of.
  private func deadlineRules() throws -> [StoredEvent] {
    try amendedEvents(of: DeadlineBook.types)
  }

  /// Events of some types, with all corrections and retractions.
  private func events(of types: Set<UInt32>) throws -> [StoredEvent] {
    var events: [StoredEvent] = []
    let types = types.union(AmendmentIndex.types)
    try read(EventReadOptions(query: EventQuery(types: types))) { event in
      events.append(event)
      return true
    }
    return events
  }
}
