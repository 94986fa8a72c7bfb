import Casefile
import CasefileCalendars
import CasefileLog
import CasefileModel
import CasefileProjections

/// Reads a ticket and what belongs to its case: those merged with it, and where asked, those linked
/// or of the same client; imports and outages that bear on it; and the names of all who appear.
///
/// Every read goes by an index: of a stream, or of a rare type.
struct CaseLookup {
  /// Which other tickets are wanted.
  enum Company: String, CaseIterable {
    case linked
    case client
  }

  private let store: Store
  private let tickets: TicketLookup

  init(_ store: Store) {
    self.store = store
    tickets = TicketLookup(store)
  }

  /// Reads a case.
  ///
  /// - Throws: a failure `notFound` where there is no such ticket, or nothing was known of it.
  func view(
    of id: String, _ question: TicketQuestion, with company: Company? = nil
  ) throws -> CaseView {
    if case .position? = question.knownAt { try tickets.refuseUnknownMoment(question.knownAt) }
    let events = try tickets.events(of: id)
    let context = try context(of: events)
    var times = TicketHistory(events: events).dutyTimes(
      asOf: question.asOf, knownAt: question.knownAt)
    var duties = try store.agentDuties(during: times, knownAt: question.knownAt)
    let main = try TicketView(
      events, ticket: id, question: question, context: context,
      outages: { try store.gapEvents(from: $0, until: $1, knownAt: question.knownAt) },
      judge: try judge(question, duties))
    if main.entries.isEmpty {
      throw try tickets.nothingKnown(events, of: id, question)
    }
    var file = CaseView(main)
    var search = Search(found: [id], question: question)
    try addMerged(to: &file, &search)
    switch company {
    case .linked?: try addLinked(to: &file, &search)
    case .client?: try addOfClient(to: &file, &search)
    case nil: break
    }
    file.names = try names(in: file)
    // Other tickets have other times, and so has one of which not all may be told.
    let shown = file.views.flatMap(\.state.dutyTimes)
    if !shown.allSatisfy({ agent, time in times[agent]?.has(time) ?? false }) {
      for (agent, time) in shown { times[agent, default: time].add(time) }
      duties = try store.agentDuties(during: times, knownAt: question.knownAt)
    }
    file.duties = duties
    return file
  }

  /// What was found so far.
  private struct Search {
    var found: Set<String>
    let question: TicketQuestion
  }

  private func add(
    _ wanted: [(ticket: String, relation: RelatedTicket.Relation)], to file: inout CaseView,
    _ search: inout Search
  ) throws -> [TicketView] {
    var added: [TicketView] = []
    for (ticket, relation) in wanted where search.found.insert(ticket).inserted {
      guard file.related.count < RelatedTickets.limit else {
        file.omitted += 1
        continue
      }
      // A ticket that is named and not there stays a name in the head.
      guard let events = try tickets.eventsIfAny(of: ticket) else { continue }
      let known = search.question.knownAt
      let view = try TicketView(
        events, ticket: ticket, question: search.question, context: try context(of: events),
        outages: { try store.gapEvents(from: $0, until: $1, knownAt: known) })
      guard !view.entries.isEmpty else { continue }
      file.related.append(RelatedTicket(relation: relation, view: view))
      added.append(view)
    }
    return added
  }

  /// Follows merges in both directions, as far as they go.
  private func addMerged(to file: inout CaseView, _ search: inout Search) throws {
    var round = [file.main]
    while !round.isEmpty {
      let wanted = round.flatMap { view in
        (view.state.mergedInto.map { [($0, RelatedTicket.Relation.survivor)] } ?? [])
          + view.state.absorbed.map { ($0, .absorbed) }
      }
      round = try add(wanted, to: &file, &search)
    }
  }

  private func addLinked(to file: inout CaseView, _ search: inout Search) throws {
    let own = Set([file.main.ticket] + file.related.map(\.view.ticket))
    var wanted = ([file.main] + file.related.map(\.view)).flatMap { $0.state.links.map(\.ticket) }
    // Whoever links to this ticket says so in a stream of its own.
    var options = EventReadOptions(includesContent: false)
    options.query.types = [TicketLinked.type.number, TicketFollowUpLinked.type.number]
    try store.read(options) { event in
      let other =
        try event.payload(as: TicketLinked.self)?.otherTicket
        ?? event.payload(as: TicketFollowUpLinked.self)?.previousTicket
      if let other, own.contains(other), event.envelope.stream.kind == "ticket" {
        wanted.append(event.envelope.stream.id)
      }
      return true
    }
    let tickets = file.views.map(\.ticket)
    _ = try add(wanted.map { ($0, .linked) }, to: &file, &search)
    for ticket in tickets { try addContacts(of: ticket, to: &file, &search) }
  }

  /// The calls, chats and messages of their own that belong to a ticket.
  private func addContacts(
    of ticket: String, to file: inout CaseView, _ search: inout Search
  ) throws {
    for stream in try store.contacts(ofTicket: ticket)
    where search.found.insert(stream.description).inserted {
      guard file.related.count < RelatedTickets.limit else {
        file.omitted += 1
        continue
      }
      let view = TicketView(
        contact: stream, try store.amendedEvents(of: [stream]), question: search.question)
      guard !view.entries.isEmpty else { continue }
      file.related.append(RelatedTicket(relation: .contact, view: view))
    }
  }

  private func addOfClient(to file: inout CaseView, _ search: inout Search) throws {
    guard let client = file.main.state.client else {
      throw CommandFailure.notFound(
        "the client of ticket \(file.main.ticket) is not known, so there are no others of that "
          + "client to show; leave out --with client")
    }
    let (ids, wanted) = try store.caseTickets(ofClient: client)
    let before = file.related.count
    _ = try add(wanted.map { ($0, .sameClient) }, to: &file, &search)
    // One that went to another client since is none of this client's.
    file.related =
      Array(file.related[..<before])
      + file.related[before...].filter {
        $0.view.state.client.map(ids.contains) ?? false
      }
  }

  // MARK: What bears on it

  /// The beginnings of its imports.
  private func context(of events: [StoredEvent]) throws -> [StoredEvent] {
    var context: [StoredEvent] = []
    for batch in Set(events.compactMap { $0.envelope.origin?.importBatch }).sorted() {
      guard let stream = try? StreamID(kind: "import", id: batch) else { continue }
      // Its end is often the log's newest event, whose proof takes longer than the rest of the case.
      let beginning = EventQuery(streams: [stream], types: [ImportBatchStarted.type.number])
      try store.read(EventReadOptions(query: beginning)) { event in
        context.append(event)
        return true
      }
    }
    return context
  }

  /// What those are called who appear, by what was known.
  private func names(in file: CaseView) throws -> NameBook {
    var keys: Set<People.Key> = []
    for row in file.rows { keys.formUnion(People.Key.of(row.entry, schema: store.schema)) }
    return try People(store, knownAt: file.main.question.knownAt).names(of: keys)
  }

  /// What the ticket's deadlines are judged by; nil where no policy is published.
  private func judge(
    _ question: TicketQuestion, _ duties: [String: AgentDuty]
  ) throws -> DeadlineJudge? {
    var options = EventReadOptions(includesContent: false)
    options.query.types = [PolicyPublished.type.number]
    options.limit = 1
    var isPublished = false
    try store.read(options) { _ in
      isPublished = true
      return false
    }
    guard isPublished else { return nil }
    return DeadlineJudge(
      book: try store.deadlineBook(knownAt: question.knownAt, zones: UnnamedZones()),
      duties: duties)
  }
}

/// The system's zone data without their hash, which takes as long as the rest of a case: its head
/// does not print it, as `deadline explain` does.
private struct UnnamedZones: ZoneDataSource {
  let directory = ZoneDirectory()
  var identity: ZoneDataIdentity { .none }
  func file(of zone: String) throws -> [UInt8]? { try directory.file(of: zone) }
}
