internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections
internal import CasefileSearch

extension Store {
  /// Who may be meant by a name, a telephone number in any writing, an e-mail address, the id of a
  /// client or a contract, or several of them; who has most of them first.
  ///
  /// Words are compared without case and by their beginnings. Numbers of calls and senders of
  /// messages lead to the client of the ticket. A client that was merged into another one is found
  /// as that one.
  /// - Throws: `ModelError` `.invalidText` for a text without letters and digits; `LogError` as
  ///   `read`.
  /// - Complexity: a read for each event that may match, and the tickets of each client.
  public func findClients(_ text: String) throws -> [ClientCandidate] {
    let query = try ClientQuery(text)
    return try readingClients { index, directory in
      var finder = ClientFinder(index, directory)
      try finder.look(for: query)
      return try finder.found.map { try candidate($0.key, $0.value, directory) }.sorted {
        Store.rank($0) == Store.rank($1)
          ? ($0.lastSeenAt ?? .earliest, $1.client ?? "") > (
            $1.lastSeenAt ?? .earliest, $0.client ?? ""
          )
          : Store.rank($0) > Store.rank($1)
      }
    }
  }

  /// How much speaks for a candidate: more terms, and a client rather than a stranger.
  private static func rank(_ candidate: ClientCandidate) -> Int {
    candidate.termCount * 2 + (candidate.client == nil ? 0 : 1)
  }

  private func candidate(
    _ owner: ClientFinder.Owner, _ evidence: ClientFinder.Evidence, _ directory: ClientDirectory
  ) throws -> ClientCandidate {
    var record: ClientRecord?
    var tickets: [TicketSummary] = []
    if case .client(let id) = owner {
      let known = try directory.record(of: id)
      tickets = try directory.tickets(of: known)
      record = known
    }
    let times =
      evidence.events.values.compactMap(\.seenAt) + (record?.seenAt ?? [])
      + tickets.flatMap { [$0.state.openedAt, $0.state.evaluatedAt].compactMap { $0 } }
    return ClientCandidate(
      client: record?.client, mergedFrom: evidence.aliases.sorted(), name: record?.name,
      matched: ClientCandidate.Match.allCases.filter(evidence.matched.contains),
      termCount: evidence.terms.count, ticketCount: tickets.count,
      openTicketCount: tickets.count(where: \.state.isOpen),
      streams: Set(evidence.events.values.map(\.stream)).sorted(),
      positions: Array(evidence.events.keys.sorted().prefix(100)), firstSeenAt: times.min(),
      lastSeenAt: times.max())
  }

  /// Reads both views that know of clients.
  func readingClients<Result>(
    _ body: (SearchIndex, ClientDirectory) throws -> Result
  ) throws -> Result {
    try reading(searchView) { rows, _ in
      // The later of two looks at the log has all positions that both views name.
      try reading(ticketsView) { tickets, log in
        let index = try SearchIndex(rows, log, schema: schema)
        return try body(index, ClientDirectory(index, tickets: tickets, schema: schema))
      }
    }
  }
}
