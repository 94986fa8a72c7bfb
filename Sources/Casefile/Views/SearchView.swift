internal import CasefileLog
internal import CasefileModel
internal import CasefileSearch

/// The view `search`: for each word of texts, each name, number and id, the positions of the events
/// that have it.
///
/// A key has 64 bits of a hash of the word and no text; the hash is salted with the leaf of the log's
/// first event, so that the view's file alone does not tell whether a number is in it. A value has
/// positions only. What is found is confirmed against the event, so a collision costs a read.
/// Postings are cut at multiples of 65,536 positions: a row is a function of the log alone, and a
/// batch of events changes the newest row of each word only. Content that is erased later stays found
/// by position, and no longer matches; the view is made anew after an erasure.
///
/// Only the fields of the library's own types are looked at: an embedder's types are not known to
/// every program that may advance the view.
struct SearchView: View {
  let name = "search"
  let version = 2

  /// What a row is about: the first byte of its key.
  enum Kind: UInt8 {
    /// What the stemmers make of some words.
    case probe = 0
    /// A word of a text.
    case word = 1
    /// The beginning of a word of a name or an address.
    case name = 2
    /// The last digits of a telephone number.
    case phone = 3
    /// A client's id: what is said of the client, and what happened outside of tickets.
    case client = 4
    /// An event's id, or a batch of an import: what corrects or retracts it.
    case amendment = 5
    /// The id of a contract or a company: the contract, and the company's people.
    case contract = 6
    /// The id of a ticket or a contact: what links one to the other.
    case link = 7
  }

  func apply(_ events: [StoredEvent], to rows: inout ViewRows, log: LogPrefix) throws {
    guard !events.isEmpty else { return }
    try SearchView.checkStemmers(&rows)
    var step = SearchStep(keys: try SearchKeys(log))
    for event in events { step.note(event) }
    for (key, offsets) in step.postings {
      rows.put(key, (try rows.value(key) ?? []) + offsets)
    }
  }

  func describe(key: [UInt8]) -> String {
    switch key.first.flatMap(Kind.init) {
    case .probe: "the release of the stemmers"
    case .word: "positions of a word"
    case .name: "positions of a name"
    case .phone: "positions of a telephone number"
    case .client: "positions of a client"
    case .amendment: "positions of corrections"
    case .contract: "positions of a contract or a company"
    case .link: "positions of links of a ticket or a contact"
    case nil: "an unknown row"
    }
  }

  /// Another release of the stemmers may give other words: the rows would no longer be found.
  private static func checkStemmers(_ rows: inout ViewRows) throws {
    let key = [Kind.probe.rawValue]
    guard let row = try rows.value(key) else { return rows.put(key, stemmers) }
    guard row == stemmers else { throw ViewDamage("it was made with other stemmers") }
  }

  /// The same for a reader.
  static func checkStemmers(_ rows: ViewRows) throws {
    guard try rows.value([Kind.probe.rawValue]).map({ $0 == stemmers }) ?? true else {
      throw ViewDamage("it was made with other stemmers")
    }
  }

  private static let stemmers = Array(Digest.sha256(SearchWords.probe().utf8).bytes.prefix(8))
}

/// Makes the keys of the view.
struct SearchKeys {
  private let salt: [UInt8]

  /// - Throws: `LogError` for a log without its first event.
  init(_ log: LogPrefix) throws { salt = try log.event(at: Position(0)).leaf.bytes }

  /// What a batch of an import is looked up by, told from the ids of events.
  static func word(batch: String) -> String { "batch \(batch)" }

  /// The beginning of the keys of a word, to which blocks are appended.
  func prefix(_ kind: SearchView.Kind, _ word: String) -> [UInt8] {
    var hash = RunningHash()
    hash.add(salt)
    hash.add([kind.rawValue])
    hash.add(word.utf8)
    return [kind.rawValue] + hash.digest.bytes.prefix(8)
  }
}

/// The postings of one word: positions, cut into blocks of which each is a row.
enum SearchPostings {
  /// The key of the row in which a position stands.
  static func key(_ prefix: [UInt8], _ position: Position) -> [UInt8] {
    prefix + RowCoding.key(position.rawValue >> 16)
  }

  /// The place in the row: two bytes.
  static func offset(_ position: Position) -> [UInt8] {
    [
      UInt8(truncatingIfNeeded: position.rawValue >> 8),
      UInt8(truncatingIfNeeded: position.rawValue),
    ]
  }

  /// All positions of a word in their order.
  static func positions(_ prefix: [UInt8], _ rows: ViewRows) throws -> [Position] {
    var positions: [Position] = []
    try rows.scan(prefix) { key, value in
      guard key.count == prefix.count + 8, value.count.isMultiple(of: 2) else {
        throw ViewDamage("a row of postings has a wrong size")
      }
      let block = RowCoding.number(key.suffix(8)) << 16
      for index in stride(from: 0, to: value.count, by: 2) {
        positions.append(Position(block | UInt64(value[index]) << 8 | UInt64(value[index + 1])))
      }
      return true
    }
    return positions
  }
}

/// One batch of events on its way into the rows.
private struct SearchStep: ~Copyable {
  let keys: SearchKeys
  private(set) var postings: [[UInt8]: [UInt8]] = [:]
  private var words = SearchWords()
  /// Hashes of the words of the batch: most come again.
  private var prefixes: [Word: [UInt8]] = [:]

  private struct Word: Hashable {
    let kind: SearchView.Kind
    let text: String
  }

  init(keys: SearchKeys) { self.keys = keys }

  mutating func note(_ event: StoredEvent) {
    var found: Set<Word> = []
    for text in SearchFields.texts(of: event) {
      for stem in words.stems(in: text.text) { found.insert(Word(kind: .word, text: stem)) }
    }
    for text in SearchFields.identities(of: event) {
      for word in IdentityWords.words(in: text.text) {
        for prefix in IdentityWords.prefixes(of: word) {
          found.insert(Word(kind: .name, text: prefix))
        }
      }
      if let number = PhoneNumber(text.text) {
        found.insert(Word(kind: .phone, text: number.ending))
      }
    }
    for client in SearchFields.clients(of: event) {
      found.insert(Word(kind: .client, text: client))
    }
    for id in SearchFields.contracts(of: event) { found.insert(Word(kind: .contract, text: id)) }
    for id in SearchFields.links(of: event) { found.insert(Word(kind: .link, text: id)) }
    if let target = event.amendedEvent {
      found.insert(Word(kind: .amendment, text: target.description))
    }
    if let batch = event.retractedBatch {
      found.insert(Word(kind: .amendment, text: SearchKeys.word(batch: batch)))
    }
    for word in found { add(word, event.position) }
  }

  private mutating func add(_ word: Word, _ position: Position) {
    let prefix: [UInt8]
    if let known = prefixes[word] {
      prefix = known
    } else {
      prefix = keys.prefix(word.kind, word.text)
      prefixes[word] = prefix
    }
    postings[SearchPostings.key(prefix, position), default: []] += SearchPostings.offset(position)
  }
}
