internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections
internal import CasefileSearch

/// Looks for clients in the view `search`, and confirms each by its events.
struct ClientFinder {
  /// Whom an event leads to.
  enum Owner: Hashable {
    case client(String)
    /// No client is known: the stream stands for the person.
    case stream(StreamID)
  }

  /// What speaks for one owner.
  struct Evidence {
    var matched: Set<ClientCandidate.Match> = []
    var terms: Set<Int> = []
    var aliases: Set<String> = []
    /// Where each event stands, and when it saw the client; nil for contracts and the like.
    var events: [Position: (stream: StreamID, seenAt: Timestamp?)] = [:]
  }

  private let index: SearchIndex
  private let clients: ClientDirectory
  private(set) var found: [Owner: Evidence] = [:]

  init(_ index: SearchIndex, _ clients: ClientDirectory) {
    self.index = index
    self.clients = clients
  }

  /// Notes everything that speaks for somebody.
  mutating func look(for query: ClientQuery) throws {
    if let phone = query.phone {
      for position in try index.positions(.phone, phone.ending) {
        try judge(position, term: 0) { PhoneNumber($0).map(phone.matches) ?? false }
      }
    }
    if let address = query.address {
      let words = IdentityWords.words(in: address)
      for position in try nameCandidates(words) {
        try judge(position, term: 1) { IdentityWords.address($0).hasPrefix(address) }
      }
    }
    if !query.words.isEmpty {
      for position in try nameCandidates(query.words) {
        try judge(position, term: 2) { IdentityWords.matches(query.words, $0) }
      }
    }
    for id in query.ids { try look(forID: id) }
  }

  private func nameCandidates(_ words: [String]) throws -> [Position] {
    try index.positions(
      .name, allOf: Set(words.map { String($0.prefix(IdentityWords.prefixSize)) }))
  }

  private mutating func look(forID id: String) throws {
    if try clients.isKnown(id) {
      try note(.client(id), .id, term: 3, event: nil)
    }
    for position in try index.positions(.contract, id) {
      let event = try index.log.event(at: position)
      guard SearchFields.contracts(of: event).contains(id), try index.isInForce(event) else {
        continue
      }
      for owner in try owners(of: event) { try note(owner, .contract, term: 3, event: event) }
    }
  }

  /// Notes whom an event leads to if one of its texts is meant.
  private mutating func judge(
    _ position: Position, term: Int, _ isMeant: (String) -> Bool
  ) throws {
    let event = try index.log.event(at: position)
    guard let text = SearchFields.identities(of: event).first(where: { isMeant($0.text) }) else {
      return
    }
    guard try index.entry(of: event).retractedBy == nil else { return }
    var stated = event
    // A corrected name leads to whom it corrects.
    for _ in 0..<Limits.nestingDepth {
      guard let target = stated.amendedEvent else { break }
      guard let event = try index.log.event(id: target) else { return }
      stated = event
    }
    let match = ClientFinder.match(stated, text)
    for owner in try owners(of: stated) { try note(owner, match, term: term, event: event) }
  }

  private static func match(_ event: StoredEvent, _ text: SearchText) -> ClientCandidate.Match {
    switch event.envelope.typeNumber {
    case ContractPublished.type.number: return .contract
    case CallOffered.type.number: return .call
    case MessageReceived.type.number: return .message
    case TicketParticipantAdded.type.number, SurveyOffered.type.number: return .participant
    default: break
    }
    if text.field == "name" { return .name }
    let kind = (try? event.payload(as: ClientIdentityAdded.self))?.kind
    switch kind {
    case .name?: return .name
    case .email?: return .email
    case .phone?: return .phone
    default: break
    }
    if text.text.contains("@") { return .email }
    return PhoneNumber(text.text) == nil ? .account : .phone
  }

  // MARK: Owners

  private func owners(of event: StoredEvent) throws -> [Owner] {
    let stream = event.envelope.stream
    if stream.kind == "client" {
      return [.client(SearchFields.client(of: event) ?? stream.id)]
    }
    if let contract = try event.payload(as: ContractPublished.self) {
      let people = Set(contract.authorisedConfirmers + [contract.companyId].compactMap { $0 })
      let staff = try contract.companyId.map { try clients.staff(of: $0) } ?? []
      return people.union(staff).sorted().map { .client($0) }
    }
    if let participant = try event.payload(as: TicketParticipantAdded.self) {
      return [.client(participant.personId)]
    }
    if let survey = try event.payload(as: SurveyOffered.self), let person = survey.to {
      return [.client(person)]
    }
    if let message = try event.payload(as: MessageReceived.self),
      message.authorRole == .vendor || message.authorRole == .internal
    {
      // The sender is not the client, nor a friend of theirs.
      return [.stream(stream)]
    }
    if let client = SearchFields.client(of: event) { return [.client(client)] }
    if let ticket = try index.ticket(of: stream), let client = try clients.client(ofTicket: ticket)
    {
      return [.client(client)]
    }
    return [.stream(stream)]
  }

  private func isContact(_ event: StoredEvent) -> Bool {
    ["ticket", "contact", "call"].contains(event.envelope.stream.kind)
  }

  private mutating func note(
    _ owner: Owner, _ match: ClientCandidate.Match, term: Int, event: StoredEvent?
  ) throws {
    var key = owner
    if case .client(let id) = owner { key = .client(try clients.record(of: id).client) }
    if case .client(let id) = owner, key != owner {
      found[key, default: Evidence()].aliases.insert(id)
    }
    found[key, default: Evidence()].matched.insert(match)
    found[key, default: Evidence()].terms.insert(term)
    if let event {
      found[key, default: Evidence()].events[event.position] = (
        event.envelope.stream, isContact(event) ? event.envelope.occurredAt : nil
      )
    }
  }
}
