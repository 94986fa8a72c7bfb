internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections
internal import CasefileSearch

extension Store {
  /// Everything that happened with a client, tickets, calls, chats, messages and marks, those of
  /// clients that were merged with it among them; nil for a client of whom nothing is known.
  ///
  /// The id of a merged client gives the history of the one that survives.
  /// - Throws: `LogError` as `read`.
  /// - Complexity: all events of the client's tickets and contacts are read.
  public func client(_ id: String) throws -> ClientHistory? {
    try readingClients { index, directory in
      guard try directory.isKnown(id) else { return nil }
      let record = try directory.record(of: id)
      let tickets = try directory.tickets(of: record)
      var collector = ClientCollector(
        index, directory, try directory.retractions(), schema: schema)
      collector.add(record)
      for ticket in tickets { try collector.add(ticket) }
      for id in [record.client] + record.merged {
        for stream in try directory.contacts(naming: id) {
          try collector.add(contact: stream, .contact)
        }
      }
      for identity in record.identities where identity.kind != .name {
        for stream in try collector.strangers(with: identity) {
          try collector.add(contact: stream, .address)
        }
      }
      return collector.history(record, tickets)
    }
  }
}

/// Gathers the entries of one client.
private struct ClientCollector {
  private let index: SearchIndex
  private let directory: ClientDirectory
  private let retractions: BatchRetractions
  private let schema: EventSchema
  private var entries: [ClientHistory.Entry] = []
  private var contacts: Set<StreamID> = []
  private var marks: [ClientMark] = []

  init(
    _ index: SearchIndex, _ directory: ClientDirectory, _ retractions: BatchRetractions,
    schema: EventSchema
  ) {
    self.index = index
    self.directory = directory
    self.retractions = retractions
    self.schema = schema
  }

  mutating func add(_ record: ClientRecord) {
    entries += record.entries.map {
      ClientHistory.Entry(entry: $0, basis: .client, ticket: nil)
    }
  }

  mutating func add(_ ticket: TicketSummary) throws {
    let events = retractions.completing(
      try index.log.events(beginningAt: ticket.firstPosition),
      foreign: try directory.foreign(ticket.firstPosition).map { try index.log.event(at: $0) })
    note(TicketHistory(events: events, schema: schema).entries(), .ticket, ticket.ticket)
    for link in try index.linked(ContactLink.ticketWord(ticket.ticket)) {
      for kind in ["contact", "call"] {
        guard let stream = try? StreamID(kind: kind, id: link.contact) else { continue }
        try add(contact: stream, .contact)
      }
    }
  }

  mutating func add(contact stream: StreamID, _ basis: ClientHistory.Basis) throws {
    guard contacts.insert(stream).inserted else { return }
    let events = try index.log.events(of: stream)
    let amendments = Amendments(try index.amendments(of: events), schema: schema)
    let found = events.map { amendments.entry(of: $0) }
    guard found.contains(where: { $0.retractedBatch == nil }) else {
      contacts.remove(stream)
      return
    }
    note(found, basis, try index.ticket(of: stream))
  }

  private mutating func note(
    _ found: [TicketEntry], _ basis: ClientHistory.Basis, _ ticket: String?
  ) {
    marks += ClientMark.marks(in: found)
    entries += found.map { ClientHistory.Entry(entry: $0, basis: basis, ticket: ticket) }
  }

  /// Contacts that name no client and belong to no ticket, but have a number or an address of one:
  /// a call that nobody answered is such a contact.
  func strangers(with identity: ClientRecord.Identity) throws -> Set<StreamID> {
    guard let text = identity.address else { return [] }
    var streams: Set<StreamID> = []
    let number = PhoneNumber(text)
    let address = text.contains("@") ? IdentityWords.address(text) : nil
    var positions = try number.map { try index.positions(.phone, $0.ending) } ?? []
    if let address {
      let words = IdentityWords.words(in: address).map {
        String($0.prefix(IdentityWords.prefixSize))
      }
      positions += try index.positions(.name, allOf: Set(words))
    }
    for position in positions {
      let event = try index.log.event(at: position)
      let stream = event.envelope.stream
      guard ["contact", "call"].contains(stream.kind), !contacts.contains(stream),
        SearchFields.client(of: event) == nil, try index.ticket(of: stream) == nil
      else { continue }
      let isSame = SearchFields.identities(of: event).contains { found in
        number.map { PhoneNumber(found.text)?.matches($0) ?? false } ?? false
          || address == IdentityWords.address(found.text)
      }
      if isSame { streams.insert(stream) }
    }
    return streams
  }

  func history(_ record: ClientRecord, _ tickets: [TicketSummary]) -> ClientHistory {
    ClientHistory(
      record: record, tickets: tickets, contacts: contacts.sorted(),
      marks: marks.sorted { ($0.at, $0.position) < ($1.at, $1.position) },
      entries: entries.sorted {
        ($0.entry.effectiveAt, $0.entry.position) < ($1.entry.effectiveAt, $1.entry.position)
      })
  }
}
