internal import CasefileLog
package import CasefileModel
internal import CasefileProjections

extension Store {
  /// What is recorded in some streams in order of position, then what corrects and retracts it from
  /// other streams.
  ///
  /// - Parameter types: only events of these types; empty: of all.
  /// - Throws: as `read`.
  /// - Complexity: the events that are meant. Of tickets' streams the first call reads the envelopes of
  ///   all corrections.
  package func amendedEvents(
    of streams: Set<StreamID>, types: Set<UInt32> = []
  ) throws -> [StoredEvent] {
    guard !streams.isEmpty, let last = try head else { return [] }
    var events: [StoredEvent] = []
    let query = EventQuery(streams: streams, types: types)
    try read(EventReadOptions(through: last, query: query)) { event in
      events.append(event)
      return true
    }
    return try amended(events, through: last)
  }

  /// Events of some types, and what corrects or retracts them, in order of position.
  ///
  /// - Parameter knownAt: leaves out what was recorded later.
  /// - Throws: as `read`.
  /// - Complexity: the events that are meant, and a few rows of the view `tickets` for each; where one
  ///   of them stands on a ticket, the envelopes of all corrections.
  package func amendedEvents(
    of types: Set<UInt32>, knownAt: KnownAt? = nil
  ) throws -> [StoredEvent] {
    guard let last = try head else { return [] }
    var events: [StoredEvent] = []
    try read(EventReadOptions(through: last, query: EventQuery(types: types))) { event in
      events.append(event)
      return true
    }
    return try amended(events, through: last).filter {
      knownAt?.contains($0.envelope) ?? true
    }.sorted { $0.position < $1.position }
  }

  /// Events, then those from elsewhere that correct or retract them.
  func amended(_ events: [StoredEvent], through last: Position) throws -> [StoredEvent] {
    guard !events.isEmpty else { return [] }
    let acting =
      try events.contains(where: \.envelope.stream.isTicket)
      ? amendments.positions(actingOn: events, through: last, in: log)
      : acting(on: events, through: last)
    let elsewhere = acting.subtracting(events.map(\.position)).sorted()
    return events + (try elsewhere.compactMap { try event(at: $0) })
  }

  /// The tickets that are or were those of a client, or of clients who were merged with it; and the
  /// ids of all of these clients.
  ///
  /// - Throws: as `read`.
  /// - Complexity: the rows of the client's tickets, and every change of a ticket's client.
  package func caseTickets(ofClient id: String) throws -> (clients: Set<String>, tickets: [String])
  {
    let (clients, now) = try readingClients { _, directory in
      let record = try directory.record(of: id)
      return (
        Set([id, record.client] + record.merged), try directory.tickets(of: record).map(\.ticket)
      )
    }
    var tickets = now
    var options = EventReadOptions(includesContent: false)
    options.query.types = [TicketClientChanged.type.number]
    try read(options) { event in
      let change = try event.payload(as: TicketClientChanged.self)
      if [change?.fromClient, change?.toClient].contains(where: {
        $0.map(clients.contains) ?? false
      }) {
        tickets.append(event.envelope.stream.id)
      }
      return true
    }
    return (clients, tickets)
  }

  /// The contacts, calls, chats and messages of their own, that belong to a ticket as it stands; in
  /// order.
  ///
  /// - Throws: as `read`.
  package func contacts(ofTicket id: String) throws -> [StreamID] {
    let links = try readingClients { index, _ in
      try index.linked(ContactLink.ticketWord(id)).map(\.contact)
    }
    var streams: [StreamID] = []
    for contact in Set(links) {
      for kind in ["contact", "call"] {
        guard let stream = try? StreamID(kind: kind, id: contact),
          try firstPosition(of: stream) != nil
        else { continue }
        streams.append(stream)
      }
    }
    return streams.sorted()
  }
}
