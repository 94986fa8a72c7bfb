internal import CasefileLog
public import CasefileModel
internal import CasefileProjections
internal import CasefileSearch

extension Store {
  /// Hands out the events whose texts have all words of a text, what was recorded last first, until
  /// `each` says false.
  ///
  /// Looked at are messages, notes, agreements, subjects, summaries, reasons, comments and
  /// transcripts of tickets, contacts and disputes. Case, ё and endings of Russian and English words
  /// make no difference. A text that was corrected or retracted is found and says so; one whose
  /// content was erased, or whose whole import was retracted, is not.
  /// What happened before `since`, or at `until` or later, is left out.
  /// - Throws: `ModelError` `.invalidText` for a text without words; `LogError` as `read`, and what
  ///   `each` throws.
  /// - Complexity: one read for each event that has all words.
  public func search(
    _ text: String, since: Timestamp? = nil, until: Timestamp? = nil,
    _ each: (SearchMatch) throws -> Bool
  ) throws {
    try search(text, since: since, until: until, knownAt: nil, each)
  }

  private func search(
    _ text: String, since: Timestamp?, until: Timestamp?, knownAt: KnownAt?,
    _ each: (SearchMatch) throws -> Bool
  ) throws {
    // A damaged row found on the way begins the body again: nothing is handed out twice.
    var last: Position?
    try reading(searchView) { rows, log in
      let index = try SearchIndex(rows, log, schema: schema)
      var reader = try MatchReader(text, index, knownAt)
      for position in try index.positions(.word, allOf: reader.stems).reversed() {
        if let last, position >= last { continue }
        guard let match = try reader.match(at: position, since: since, until: until) else {
          continue
        }
        last = position
        guard try each(match) else { return }
      }
    }
  }

  /// The tickets with a match that had happened, and was known, at a moment.
  func tickets(
    matching text: String, asOf: Timestamp?, knownAt: KnownAt?
  ) throws -> Set<StreamID> {
    var tickets: Set<StreamID> = []
    try search(text, since: nil, until: nil, knownAt: knownAt) { match in
      guard asOf.map({ match.entry.occurredAt <= $0 }) ?? true,
        match.entry.retractedBy == nil, let ticket = match.ticket
      else { return true }
      tickets.insert(try .ticket(ticket))
      return true
    }
    return tickets
  }
}

/// Confirms by its event what the view found.
private struct MatchReader: ~Copyable {
  let stems: Set<String>
  private var words: SearchWords
  private let index: SearchIndex
  private let knownAt: KnownAt?
  private var tickets: [StreamID: String?] = [:]

  init(_ text: String, _ index: SearchIndex, _ knownAt: KnownAt?) throws {
    var words = SearchWords()
    stems = words.stems(in: text)
    guard !stems.isEmpty else {
      throw ModelError(.invalidText, "there is no word to look for; give letters or digits")
    }
    self.words = words
    self.index = index
    self.knownAt = knownAt
  }

  mutating func match(
    at position: Position, since: Timestamp?, until: Timestamp?
  ) throws -> SearchMatch? {
    let event = try index.log.event(at: position)
    guard knownAt?.contains(event.envelope) ?? true else { return nil }
    var missing = stems
    var best: (text: SearchText, ranges: [Range<String.Index>], count: Int)?
    for text in SearchFields.texts(of: event) {
      let found = words.words(in: text.text).filter { stems.contains($0.stem) }
      guard !found.isEmpty else { continue }
      let different = Set(found.map(\.stem))
      missing.subtract(different)
      if different.count > best?.count ?? 0 { best = (text, found.map(\.range), different.count) }
    }
    guard missing.isEmpty, let best else { return nil }
    let entry = try index.entry(of: event, knownAt: knownAt)
    guard entry.retractedBatch == nil, since.map({ entry.occurredAt >= $0 }) ?? true,
      until.map({ entry.occurredAt < $0 }) ?? true
    else { return nil }
    return SearchMatch(
      ticket: try ticket(of: event.envelope.stream), entry: entry, field: best.text.field,
      text: best.text.text, ranges: best.ranges)
  }

  private mutating func ticket(of stream: StreamID) throws -> String? {
    if let known = tickets[stream] { return known }
    let ticket = try index.ticket(of: stream)
    tickets[stream] = .some(ticket)
    return ticket
  }
}
