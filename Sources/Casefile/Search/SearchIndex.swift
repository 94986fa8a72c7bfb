internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections
internal import CasefileSearch

/// Reads the view `search`, and the events that it leads to.
struct SearchIndex {
  private let rows: ViewRows
  let log: LogPrefix
  private let schema: EventSchema
  private let keys: SearchKeys?

  /// - Throws: `ViewDamage` for rows that were made with other stemmers.
  init(_ rows: ViewRows, _ log: LogPrefix, schema: EventSchema) throws {
    try SearchView.checkStemmers(rows)
    self.rows = rows
    self.log = log
    self.schema = schema
    keys = log.count == 0 ? nil : try SearchKeys(log)
  }

  /// The positions that may have a word, in their order.
  func positions(_ kind: SearchView.Kind, _ word: String) throws -> [Position] {
    guard let keys else { return [] }
    return try SearchPostings.positions(keys.prefix(kind, word), rows)
  }

  /// The positions that may have all of some words.
  func positions(_ kind: SearchView.Kind, allOf words: some Sequence<String>) throws -> [Position] {
    var lists: [[Position]] = []
    for word in words {
      let list = try positions(kind, word)
      if list.isEmpty { return [] }
      lists.append(list)
    }
    lists.sort { $0.count < $1.count }
    guard var found = lists.first else { return [] }
    for list in lists.dropFirst() { found = SearchIndex.common(found, list) }
    return found
  }

  /// What two sorted lists have in common.
  private static func common(_ left: [Position], _ right: [Position]) -> [Position] {
    var found: [Position] = []
    var index = 0
    for position in left {
      while index < right.count, right[index] < position { index += 1 }
      if index < right.count, right[index] == position { found.append(position) }
    }
    return found
  }

  /// An event with what corrects and retracts it, wherever that stands, as far as it was known.
  func entry(of event: StoredEvent, knownAt: KnownAt? = nil) throws -> TicketEntry {
    let known = try amendments(of: [event]).filter { knownAt?.contains($0.envelope) ?? true }
    return Amendments(known, schema: schema).entry(of: event)
  }

  /// Whether an event counts for what is known of people: the batch with which it came does.
  func isInForce(_ event: StoredEvent) throws -> Bool {
    guard event.envelope.origin?.importBatch != nil else { return true }
    return try entry(of: event).retractedBatch == nil
  }

  /// What acts on events, and on what acts on them.
  func amendments(of events: [StoredEvent]) throws -> [StoredEvent] {
    var found: [Position: StoredEvent] = [:]
    var batches: Set<String> = []
    var waiting = events
    func add(_ word: String, _ acts: (StoredEvent) -> Bool) throws {
      for position in try positions(.amendment, word) where found[position] == nil {
        let event = try log.event(at: position)
        guard acts(event) else { continue }
        found[position] = event
        waiting.append(event)
      }
    }
    while let envelope = waiting.popLast()?.envelope {
      try add(envelope.id.description) { $0.amendedEvent == envelope.id }
      guard let batch = envelope.origin?.importBatch, batches.insert(batch).inserted else {
        continue
      }
      try add(SearchKeys.word(batch: batch)) { $0.retractedBatch == batch }
    }
    return found.values.sorted { $0.position < $1.position }
  }

  /// The contacts that a ticket's events and links name, or the tickets of a contact, as they stand.
  func linked(_ word: String) throws -> Set<ContactLink> {
    var standing: [String: ContactLink] = [:]
    for position in try positions(.link, word) {
      let event = try log.event(at: position)
      guard let link = ContactLink(event), try entry(of: event).retractedBy == nil,
        [ContactLink.ticketWord(link.ticket), ContactLink.contactWord(link.contact)].contains(word)
      else { continue }
      standing["\(link.contact)\u{0}\(link.ticket)"] = link.isLinked ? link : nil
    }
    return Set(standing.values)
  }

  /// The ticket of an event: its stream, or the one that its contact was linked to last.
  func ticket(of stream: StreamID) throws -> String? {
    switch stream.kind {
    case "ticket": stream.id
    case "contact", "call":
      try linked(ContactLink.contactWord(stream.id)).map(\.ticket).min()
    default: nil
    }
  }
}
