internal import CasefileLog
public import CasefileModel
public import CasefileProjections
internal import Dispatch
internal import Synchronization

extension Store {
  /// The rules of findings in force at an instant, by what was known; the built-in ones where no rule
  /// set is published.
  ///
  /// - Throws: as `read`.
  public func findingRules(at instant: Timestamp, knownAt: KnownAt? = nil) throws -> FindingRules {
    FindingRules(
      events: try events(of: FindingRules.types.union(AmendmentIndex.types)), at: instant,
      knownAt: knownAt, schema: schema)
  }

  /// What bears on findings besides the tickets' own events. Make it once for many tickets.
  ///
  /// - Parameters:
  ///   - knownAt: leaves out what was recorded later.
  ///   - ticket: of contacts outside of tickets only those that belong to this one.
  ///   - zones: the zone data; the system's unless you have others.
  /// - Throws: as `read`; what reading zone data throws.
  /// - Complexity: a row of the view for each ticket, or for each of the ticket's client; with
  ///   `knownAt`, as `tickets`.
  public func findingContext(
    knownAt: KnownAt? = nil, ticket: String? = nil, zones: any ZoneDataSource = ZoneDirectory()
  ) throws -> FindingContext {
    let book = try deadlineBook(knownAt: knownAt, zones: zones)
    let events = try withoutRetracted(
      events(
        of: [
          ImportBatchStarted.type.number, ChannelOutage.type.number, ChannelRestored.type.number,
          SystemRecorderGap.type.number,
        ]
      ).filter { knownAt?.contains($0.envelope) ?? true })
    return FindingContext(
      duties: try agentDuties(knownAt: knownAt),
      batches: events.compactMap { try? $0.payload(as: ImportBatchStarted.self) },
      outages: events.filter { $0.envelope.typeNumber != ImportBatchStarted.type.number },
      book: book, contacts: try contactRecords(of: ticket, knownAt: knownAt),
      ends: try ticketEnds(bearingOn: ticket, knownAt: knownAt))
  }

  private func ticketEnds(bearingOn ticket: String?, knownAt: KnownAt?) throws -> TicketEnds {
    var filter = TicketFilter()
    if let ticket {
      let client = try self.ticket(ticket)?.state(knownAt: knownAt).client
      guard let client else { return TicketEnds() }
      filter.client = client
    }
    var ends = TicketEnds()
    try tickets(filter, knownAt: knownAt) { summary in
      ends.add(summary.state, first: summary.firstPosition)
      return true
    }
    return ends
  }

  private func contactRecords(of ticket: String?, knownAt: KnownAt?) throws -> [ContactRecord] {
    let links: Set<UInt32> = [ContactLinkedToTicket.type.number, ContactUnlinked.type.number]
    let calls: Set<UInt32> = [
      CallOffered.type.number, CallAnswered.type.number, CallAbandoned.type.number,
      CallRecordingMissing.type.number, ChannelUntrackedContactReported.type.number,
    ]
    var own: [StoredEvent]
    if let ticket {
      let streams = Set(
        try events(of: [ContactLinkedToTicket.type.number]).compactMap { event in
          (try? event.payload(as: ContactLinkedToTicket.self))?.ticketId == ticket
            ? event.envelope.stream : nil
        })
      own = streams.isEmpty ? [] : try amendedEvents(of: streams)
    } else {
      own = try events(of: links.union(calls)).filter { !$0.envelope.stream.isTicket }
      if let head = try head, !own.isEmpty {
        let acting = try amendments.positions(actingOn: own, through: head, in: log)
        own += try acting.sorted().compactMap { try event(at: $0) }
      }
    }
    return ContactRecord.records(
      own.filter { knownAt?.contains($0.envelope) ?? true }, schema: schema)
  }

  private func events(of types: Set<UInt32>) throws -> [StoredEvent] {
    var events: [StoredEvent] = []
    try read(EventReadOptions(query: EventQuery(types: types))) { event in
      events.append(event)
      return true
    }
    return events
  }

  /// How many tickets are folded side by side; their events are in memory at once.
  private static let judgedTogether = 256

  /// Hands out what is found on every ticket, in order of their first positions, until `each` says
  /// false. Tickets of which nothing had happened, or was known, are left out.
  ///
  /// - Parameters:
  ///   - now: the instant of evaluation; what happened later is left out.
  ///   - knownAt: leaves out what was recorded later. Make rules and context with the same one.
  ///   - rules: the limits.
  ///   - context: what is judged by apart from the ticket.
  ///   - codes: what is looked for; nil: everything.
  ///   - onlyFound: also leaves out tickets whose row of the view shows that nothing can be found.
  ///   - each: takes them; false ends the reading.
  /// - Throws: as `read`; what `each` throws.
  /// - Complexity: a row of the view for each ticket; those which are not left out are folded from
  ///   the log once, on all cores.
  public func findings(
    at now: Timestamp, knownAt: KnownAt? = nil, rules: FindingRules, context: FindingContext,
    codes: Set<FindingCode>? = nil, onlyFound: Bool = false,
    _ each: (TicketFindings) throws -> Bool
  ) throws {
    let wanted = codes ?? Set(FindingCode.allCases)
    func isPossible(_ state: TicketState) -> Bool {
      wanted.contains { rules.isOn($0) && $0.isPossible(in: state) }
    }
    // By what was known earlier a row may say something else than the history.
    try judged(
      at: now, where: onlyFound && knownAt == nil ? isPossible : nil,
      { $0.findings(at: now, knownAt: knownAt, rules: rules, context: context, codes: codes) }, each
    )
  }

  /// Hands out what a function says of every ticket's history, in order of their first positions;
  /// nil is not handed out.
  ///
  /// - Parameter isWanted: leaves out tickets by their states, where their rows tell those of the
  ///   instant.
  func judged<Answer: Sendable>(
    at now: Timestamp, where isWanted: ((TicketState) -> Bool)? = nil,
    _ judge: @Sendable (TicketHistory) -> Answer?, _ each: (Answer) throws -> Bool
  ) throws {
    // A damaged row makes the reading begin again, without the stored rows.
    var done: Position?
    try reading(ticketsView) { rows, log in
      let retractions = try BatchRetractions(rows, log)
      var last: [UInt8]?
      while true {
        var newest: [UInt8]?
        var tickets: [(first: Position, foreign: [Position])] = []
        try rows.scan([TicketsView.Kind.state.rawValue], after: last) { key, value in
          newest = key
          let first = TicketsView.position(in: key)
          guard done.map({ $0 < first }) ?? true else { return true }
          let (head, state) = try TicketsView.read(value)
          switch head.answer(asOf: now, known: nil, first: first) {
          case .absent: return true
          case .state:
            if let isWanted, !isWanted(try state()) { return true }
          case .unknown: break
          }
          let foreign = try rows.value(TicketsView.key(.foreign, first))
          tickets.append((first, try foreign.map { try TicketsView.positions(in: $0) } ?? []))
          return tickets.count < Store.judgedTogether
        }
        let found = try judgements(of: tickets, retractions, log, judge)
        for (index, answer) in found.enumerated() {
          done = tickets[index].first
          if let answer, try !each(answer) { return }
        }
        guard let newest else { return }
        last = newest
      }
    }
  }

  /// Reads histories and judges them on all cores; the answers are in the order of the tickets.
  private func judgements<Answer: Sendable>(
    of tickets: [(first: Position, foreign: [Position])], _ retractions: BatchRetractions,
    _ log: LogPrefix, _ judge: @Sendable (TicketHistory) -> Answer?
  ) throws -> [Answer?] {
    let answers = Mutex<[Int: Result<Answer?, any Error>]>([:])
    let schema = schema
    DispatchQueue.concurrentPerform(iterations: tickets.count) { index in
      let (first, foreign) = tickets[index]
      let answer = Result {
        judge(
          TicketHistory(
            events: retractions.completing(
              try log.events(of: log.event(at: first).envelope.stream),
              foreign: try foreign.map { try log.event(at: $0) }),
            schema: schema))
      }
      answers.withLock { $0[index] = answer }
    }
    let results = answers.withLock { $0 }
    return try tickets.indices.map { try results[$0]?.get() ?? nil }
  }
}
