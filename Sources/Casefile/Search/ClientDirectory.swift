internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// Reads what is known of clients: their records, merges followed, and their tickets.
///
/// A value remembers what it read, for one answer.
final class ClientDirectory {
  private let index: SearchIndex
  private let tickets: ViewRows
  private let schema: EventSchema
  private var records: [String: ClientRecord] = [:]

  init(_ index: SearchIndex, tickets: ViewRows, schema: EventSchema) {
    self.index = index
    self.tickets = tickets
    self.schema = schema
  }

  /// Whether anything is recorded of a client.
  func isKnown(_ id: String) throws -> Bool {
    if try clientEvents(of: id).contains(where: index.isInForce) { return true }
    var isThere = false
    try tickets.scan(TicketsView.prefix(.client, id)) { _, _ in
      isThere = true
      return false
    }
    if isThere { return true }
    return try !contacts(naming: id).isEmpty
  }

  /// The record of a client, or of the one into whom it was merged.
  func record(of id: String) throws -> ClientRecord {
    if let known = records[id] { return known }
    var events: [Position: StoredEvent] = [:]
    var waiting = [id]
    var seen: Set<String> = []
    // Whoever a merge names, on either side, may be the same person.
    while let next = waiting.popLast() {
      guard seen.insert(next).inserted else { continue }
      for event in try clientEvents(of: next) {
        events[event.position] = event
        if let merge = ClientMerge(event) { waiting += [merge.client, merge.into] }
      }
    }
    let known = events.values.sorted { $0.position < $1.position }
    let record = ClientRecord(
      of: id, events: known + (try index.amendments(of: known)), schema: schema)
    records[id] = record
    return record
  }

  /// What is recorded of a client itself, merges on either side among it.
  private func clientEvents(of id: String) throws -> [StoredEvent] {
    try index.positions(.client, id).map { try index.log.event(at: $0) }.filter {
      $0.envelope.stream.kind == "client" && SearchFields.clients(of: $0).contains(id)
    }
  }

  /// Streams of contacts of which an event names a client.
  func contacts(naming id: String) throws -> Set<StreamID> {
    var streams: Set<StreamID> = []
    for position in try index.positions(.client, id) {
      let event = try index.log.event(at: position)
      let kind = event.envelope.stream.kind
      guard kind == "contact" || kind == "call", SearchFields.client(of: event) == id,
        try index.isInForce(event)
      else { continue }
      streams.insert(event.envelope.stream)
    }
    return streams
  }

  /// The clients whose registration names a company.
  func staff(of company: String) throws -> Set<String> {
    var clients: Set<String> = []
    for position in try index.positions(.contract, company) {
      let event = try index.log.event(at: position)
      guard let client = try event.payload(as: ClientRegistered.self), client.companyId == company,
        try index.isInForce(event)
      else { continue }
      clients.insert(client.clientId)
    }
    return clients
  }

  // MARK: Tickets

  /// The client of a ticket as it stands; nil where none is known.
  func client(ofTicket id: String) throws -> String? {
    guard let first = try index.log.firstPosition(of: .ticket(id)),
      let value = try tickets.value(TicketsView.key(.state, first))
    else { return nil }
    return try TicketsView.decode(TicketRow.self, value).state.client
  }

  /// The tickets of a client and of those who were merged into it, in order of first position.
  func tickets(of record: ClientRecord) throws -> [TicketSummary] {
    var found: [TicketSummary] = []
    for id in [record.client] + record.merged {
      try tickets.scan(TicketsView.prefix(.client, id)) { key, _ in
        let first = TicketsView.position(in: key)
        guard let value = try tickets.value(TicketsView.key(.state, first)) else { return true }
        let row = try TicketsView.decode(TicketRow.self, value)
        found.append(
          TicketSummary(
            ticket: row.state.ticket, firstPosition: first, version: row.version, state: row.state))
        return true
      }
    }
    return found.sorted { $0.firstPosition < $1.firstPosition }
  }

  /// What retracts imports.
  func retractions() throws -> BatchRetractions { try BatchRetractions(tickets, index.log) }

  /// The positions of what corrects a ticket from other streams.
  func foreign(_ first: Position) throws -> [Position] {
    try tickets.value(TicketsView.key(.foreign, first)).map { try TicketsView.positions(in: $0) }
      ?? []
  }
}
