import Casefile
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
    let events = try tickets.events(of: id)
    let context = try context(of: events)
    let main = TicketView(events, ticket: id, question: question, context: context)
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
      let view = TicketView(
        events, ticket: ticket, question: search.question, context: try context(of: events))
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
    _ = try add(wanted.map { ($0, .linked) }, to: &file, &search)
  }

  private func addOfClient(to file: inout CaseView, _ search: inout Search) throws {
    guard let client = file.main.state.client else {
      throw CommandFailure.notFound(
        "the client of ticket \(file.main.ticket) is not known, so there are no others of that "
          + "client to show; leave out --with client")
    }
    var wanted: [String] = []
    var options = EventReadOptions(includesContent: false)
    options.query.types = [TicketOpened.type.number, TicketClientChanged.type.number]
    try store.read(options) { event in
      let named =
        try event.payload(as: TicketOpened.self)?.clientId
        ?? event.payload(as: TicketClientChanged.self)?.toClient
      if named == client { wanted.append(event.envelope.stream.id) }
      return true
    }
    let before = file.related.count
    _ = try add(wanted.map { ($0, .sameClient) }, to: &file, &search)
    // One that went to another client since is none of this client's.
    file.related =
      Array(file.related[..<before])
      + file.related[before...].filter { $0.view.state.client == client }
  }

  // MARK: What bears on it

  /// The beginnings of its imports, outages of channels, gaps of the recorder.
  private func context(of events: [StoredEvent]) throws -> [StoredEvent] {
    var context: [StoredEvent] = []
    for batch in Set(events.compactMap { $0.envelope.origin?.importBatch }).sorted() {
      guard let stream = try? StreamID(kind: "import", id: batch) else { continue }
      context += try store.events(of: stream)
    }
    var options = EventReadOptions()
    options.query.types = [
      ChannelOutage.type.number, ChannelRestored.type.number, SystemRecorderGap.type.number,
    ]
    try store.read(options) { event in
      context.append(event)
      return true
    }
    return context
  }

  /// What those are called who appear.
  private func names(in file: CaseView) throws -> NameBook {
    var streams: Set<StreamID> = []
    for row in file.rows {
      for (kind, id) in CaseLookup.named(in: row.entry) {
        // What was stored as an id may break a rule of today; it has no stream then.
        if let stream = try? StreamID(kind: kind.rawValue, id: id) { streams.insert(stream) }
      }
    }
    guard !streams.isEmpty else { return NameBook() }
    var events: [StoredEvent] = []
    try store.read(EventReadOptions(query: EventQuery(streams: streams))) { event in
      events.append(event)
      return true
    }
    return NameBook(events: try store.withoutRetracted(events))
  }

  private static func named(in entry: TicketEntry) -> [(NameBook.Kind, String)] {
    var found: [(NameBook.Kind, String)] = []
    switch (entry.actor.kind, entry.actor.id) {
    case (.agent, let id?), (.reviewer, let id?): found.append((.agent, id))
    case (.client, let id?): found.append((.client, id))
    default: break
    }
    if let id = entry.actor.onBehalfOf { found.append((.agent, id)) }
    let data = entry.correctedData ?? (try? EventSchema.builtIn.data(of: entry.event).data)
    if let data { collect(data, field: "", &found) }
    return found
  }

  private static func collect(
    _ value: JSONValue, field: String, _ found: inout [(NameBook.Kind, String)]
  ) {
    switch value {
    case .string(let id): found += NameBook.kinds(ofField: field).map { ($0, id) }
    case .array(let values): for value in values { collect(value, field: field, &found) }
    case .object(let members):
      for member in members { collect(member.value, field: member.name, &found) }
    default: break
    }
  }
}
