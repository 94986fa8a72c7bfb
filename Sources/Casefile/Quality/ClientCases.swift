public import CasefileModel
public import CasefileProjections

/// The tickets and calls of which an agreed report tells.
public struct ClientCases: Sendable {
  /// A ticket that was opened in the period.
  public struct Ticket: Sendable {
    /// Its state, without the texts of what is not public.
    public let state: TicketState
    /// By what it is told apart.
    public let traits: TicketTraits
    /// The number that people see.
    public let number: String?
    /// What it is about by its nature: a word of `TicketKind`.
    public let kind: String?
    /// The value of the metric `firstReply`; nil where it has none.
    public let firstReplySeconds: Int64?
    /// The value of the metric `resolution`; nil where it has none.
    public let resolutionSeconds: Int64?
  }

  /// A call that ended in the period.
  public struct Call: Sendable {
    /// The call; its client is nil where it is of another company.
    public let record: CallRecord
    /// Who called or was called, of the company.
    public let client: String?
    /// The ticket to which it belongs; nil where there is none, or it is of another company.
    public let ticket: String?
    /// By what it is told apart: those of its ticket or of its contact.
    public let traits: TicketTraits
  }

  /// The tickets, in order of their opening.
  public internal(set) var tickets: [Ticket] = []
  /// The calls, in order of their beginning.
  public internal(set) var calls: [Call] = []
  /// How many tickets are left out since a tombstone stands on them.
  public internal(set) var deletedCount = 0
  /// How many calls began in the period and are left out since they had not ended in it.
  public internal(set) var unendedCount = 0
}

extension Store {
  /// Gathers what an agreed report tells of: tickets that were opened in the period, and calls that
  /// ended in it, as far as they are public and the agreement includes them. Those of clients who were
  /// merged into others are these others'.
  ///
  /// A call on a ticket is the ticket's company's, one outside of tickets is that of the client whom it
  /// names.
  ///
  /// - Parameters:
  ///   - agreement: whose, and by which filters.
  ///   - since: the first instant; nil: from the beginning.
  ///   - until: the first instant after the period; nil: to the end.
  ///   - now: what happened later is left out.
  ///   - knownAt: leaves out what was recorded later.
  /// - Throws: as `read`.
  /// - Complexity: a row of the view `quality` for each ticket of the months of the period, or for every
  ///   ticket where not all is known; and the events of those that are included.
  public func clientCases(
    of agreement: ClientAgreement, since: Timestamp? = nil, until: Timestamp? = nil,
    at now: Timestamp, knownAt: KnownAt? = nil
  ) throws -> ClientCases {
    let companies = try clientCompanies(of: agreement, knownAt: knownAt)
    var candidates: [CaseCandidate] = []
    let plan = ClientPlan(
      now: now, knownAt: knownAt,
      // A call whose end is not recorded counts a day after the last that is.
      filter: MetricFilter(since: since?.adding(microseconds: -86_400_000_000), until: until))
    try scan(plan) { candidate in
      if agreement.includes(candidate.traits, companies: companies) {
        candidates.append(candidate)
      }
      return true
    }
    var reader = ClientCaseReader(
      store: self, agreement: agreement, companies: companies, since: since, until: until,
      now: now, knownAt: knownAt)
    for candidate in candidates { try reader.read(candidate) }
    return reader.sorted
  }

  /// The companies of clients; of one who was merged into another it is the other's, as far as that
  /// has one.
  private func clientCompanies(
    of agreement: ClientAgreement, knownAt: KnownAt?
  ) throws -> [String: String] {
    let companies = try metricKeys(knownAt: knownAt).companies
    let survivors = try clientSurvivors(knownAt: knownAt)
    var all = companies
    for client in survivors.keys {
      var last = client
      // There are no circles among survivors.
      while let next = survivors[last] { last = next }
      all[client] = last == agreement.customer ? last : companies[last] ?? companies[client]
    }
    return all
  }
}

/// A ticket or a contact that may belong to a company.
private struct CaseCandidate: Sendable {
  /// The ticket; of a contact the one to which it belongs.
  let ticket: String?
  /// The contact's stream; nil for a ticket.
  let contact: String?
  let traits: TicketTraits
}

/// What every ticket and contact is about.
private struct ClientPlan: QualityPlan {
  typealias Answer = CaseCandidate

  let now: Timestamp
  let knownAt: KnownAt?
  /// Tickets of other months have no part in the period.
  let filter: MetricFilter?
  var sections: Set<QualitySection>? { [.traits] }
  var needsContacts: Bool { true }

  func makeReader() -> (QualityTicket) throws -> CaseCandidate? {
    { ticket in
      switch ticket {
      case .stored(let stored):
        return CaseCandidate(
          ticket: stored.facts.ticket, contact: stored.facts.contact,
          traits: try stored.facts.traits())
      case .folded(let history, _):
        return history.metric(.newContacts, at: now, knownAt: knownAt).map {
          CaseCandidate(ticket: history.ticket, contact: nil, traits: $0.traits)
        }
      case .contact(let record):
        return record.metrics([.newContacts], at: now)?.first.map {
          CaseCandidate(
            ticket: record.tickets.first, contact: record.stream.description, traits: $0.traits)
        }
      }
    }
  }
}

/// Reads candidates from the log.
private struct ClientCaseReader {
  let store: Store
  let agreement: ClientAgreement
  let companies: [String: String]
  let since: Timestamp?
  let until: Timestamp?
  let now: Timestamp
  let knownAt: KnownAt?
  private var cases = ClientCases()

  init(
    store: Store, agreement: ClientAgreement, companies: [String: String], since: Timestamp?,
    until: Timestamp?, now: Timestamp, knownAt: KnownAt?
  ) {
    self.store = store
    self.agreement = agreement
    self.companies = companies
    self.since = since
    self.until = until
    self.now = now
    self.knownAt = knownAt
  }

  /// What was read, in order.
  var sorted: ClientCases {
    var sorted = cases
    sorted.tickets.sort {
      ($0.state.openedAt ?? .latest, $0.state.ticket)
        < ($1.state.openedAt ?? .latest, $1.state.ticket)
    }
    sorted.calls.sort {
      ($0.record.at, $0.record.id ?? "", $0.ticket ?? "")
        < ($1.record.at, $1.record.id ?? "", $1.ticket ?? "")
    }
    return sorted
  }

  private func isInPeriod(_ instant: Timestamp) -> Bool {
    since.map { $0 <= instant } ?? true && until.map { instant < $0 } ?? true
  }

  mutating func read(_ candidate: CaseCandidate) throws {
    if let contact = candidate.contact {
      try readContact(contact, candidate)
    } else if let ticket = candidate.ticket {
      try readTicket(ticket, candidate.traits)
    }
  }

  private mutating func readTicket(_ id: String, _ traits: TicketTraits) throws {
    let events = try store.ticketEvents(of: .ticket(id))
    let whole = TicketHistory(events: events, schema: store.schema)
    let entries = whole.entries(asOf: now, knownAt: knownAt)
    let withheld = Withheld.entries(entries)
    if !agreement.callColumns.isEmpty {
      add(
        CallRecord.records(entries, without: Set(withheld.keys)), ticket: id, traits)
    }
    guard !agreement.ticketColumns.isEmpty else { return }
    let counted = entries.filter { $0.retractedBy == nil && withheld[$0.position] == nil }
    // A ticket whose opening is not public is not the client's to see.
    let openings = counted.filter { $0.typeNumber == TicketOpened.type.number }
      .compactMap { try? TicketOpened(from: $0.fields) }
    guard let opening = openings.last else { return }
    let history = TicketHistory(
      events: Withheld.strip(events, withheld: withheld), schema: store.schema)
    let state = history.state(asOf: now, knownAt: knownAt)
    guard let openedAt = state.openedAt, isInPeriod(openedAt) else { return }
    if state.isDeleted {
      cases.deletedCount += 1
      return
    }
    func value(_ metric: Metric, _ column: ClientColumn) -> Int64? {
      guard agreement.columns.contains(column) else { return nil }
      return whole.metric(metric, at: now, knownAt: knownAt)?.samples.last?.value
    }
    let kinds = counted.filter { $0.typeNumber == TicketClassified.type.number }
      .compactMap { (try? TicketClassified(from: $0.fields))?.kind }
    cases.tickets.append(
      ClientCases.Ticket(
        state: state, traits: traits, number: openings.compactMap(\.number).last,
        kind: (kinds.last ?? opening.kind)?.word,
        firstReplySeconds: value(.firstReply, .firstReply),
        resolutionSeconds: value(.resolution, .resolution)))
  }

  private mutating func readContact(_ name: String, _ candidate: CaseCandidate) throws {
    guard !agreement.callColumns.isEmpty, let stream = try? StreamID(name) else { return }
    let events = try store.amendedEvents(of: [stream]).filter {
      knownAt?.contains($0.envelope) ?? true
    }
    guard
      let record = ContactRecord.records(events, schema: store.schema).first(where: {
        $0.stream == stream
      })
    else { return }
    let ticket = try candidate.ticket.flatMap { try isOfCustomer(ticket: $0) ? $0 : nil }
    add(record.publicCalls(at: now), ticket: ticket, candidate.traits)
  }

  private func isOfCustomer(ticket id: String) throws -> Bool {
    guard let history = try store.ticket(id),
      let traits = history.metric(.newContacts, at: now, knownAt: knownAt)?.traits
    else { return false }
    return agreement.isOfCustomer(traits.client, companies)
  }

  private mutating func add(_ calls: [CallRecord], ticket: String?, _ traits: TicketTraits) {
    // A call inside the desk is no call of the client's.
    for call in calls where call.direction != .internal {
      guard isInPeriod(call.countedAt), call.countedAt <= now else {
        cases.unendedCount += isInPeriod(call.at) ? 1 : 0
        continue
      }
      let client = call.client ?? traits.client
      cases.calls.append(
        ClientCases.Call(
          record: call, client: agreement.isOfCustomer(client, companies) ? client : nil,
          ticket: ticket, traits: traits))
    }
  }
}
