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

  /// An event with what corrects and retracts it, wherever that stands.
  func entry(of event: StoredEvent) throws -> TicketEntry {
    Amendments(try amendments(of: [event]), schema: schema).entry(of: event)
  }

  /// What acts on events, and on what acts on them.
  func amendments(of events: [StoredEvent]) throws -> [StoredEvent] {
    var found: [Position: StoredEvent] = [:]
    var waiting = events.map(\.envelope.id)
    while let id = waiting.popLast() {
      for position in try positions(.amendment, id.description) where found[position] == nil {
        let event = try log.event(at: position)
        guard event.amendedEvent == id else { continue }
        found[position] = event
        waiting.append(event.envelope.id)
      }
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
