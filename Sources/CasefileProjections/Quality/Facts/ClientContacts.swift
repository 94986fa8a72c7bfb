package import CasefileModel

/// Which tickets of each client came when, and about what: of these a close was repeated.
///
/// Clients who turned out to be one are one here.
public struct ClientContacts: Sendable {
  /// A ticket of a client. Plain numbers: each close of millions goes through those of its client.
  struct Contact: Comparable {
    var topic: TopicNumber
    let openedAt: Timestamp
    let opening: Position
    /// Which metrics ask whether its close was repeated, and when that was.
    var asks = CloseTally.Asks.none
    var closedAt = Timestamp.latest
    /// Its place in its block.
    var place: Int32 = 0
    /// The number of the part with which it came.
    var part: Int32 = 0

    static func < (one: Contact, other: Contact) -> Bool {
      (one.openedAt, one.opening) < (other.openedAt, other.opening)
    }
  }

  /// A topic's number among all; nought: not known.
  typealias TopicNumber = Int32

  /// What is known of repeats of a closed ticket.
  enum Answer {
    case repeated(Position)
    case none
    /// There is another contact, and whether it is on the same topic is not known.
    case possible
    case clientUnknown
  }

  private let survivors: Survivors
  /// Those that one survived, by that one.
  private let merged: [String: [String]]
  /// The clients by their hashes, so that several threads put together what is known of them.
  private var shards: [Shard] = []
  private var topics = Topics()
  private var links = Links()
  /// Of the closes of blocks' tickets, by the block and the ticket's place in it, what `Shard` found.
  private var known: [Position: [Known]] = [:]
  /// Of blocks whose closes are taken together, by the block, what comes of all of them.
  private var tallies: [Position: CloseTally] = [:]

  /// What is known of repeats of a ticket's close, links aside.
  struct Known {
    /// Where the ticket was opened: nothing of it is known if another one stands in its place.
    var opening: Position?
    /// Of which close it is known.
    var closedAt = Timestamp.latest
    var answer = Answer.none
  }

  /// Knows of no tickets.
  ///
  /// - Parameter survivors: the client that survives, of one that was merged.
  public init(survivors: [String: String] = [:]) {
    let known = Survivors(survivors)
    self.survivors = known
    merged = Dictionary(grouping: survivors.keys) { known.root(of: $0) }
    shards = (0..<ClientContacts.shardCount).map { Shard($0, [], [], Links(), within: 0) }
  }

  /// Knows some tickets, in any order.
  package init(survivors: [String: String] = [:], courses: [TicketCourse]) {
    self.init(survivors: survivors)
    var part = Part(Window(nil, within: 0), self.survivors, nil)
    for course in courses { part.add(course) }
    take([part], within: 0) { count, make in (0..<count).map(make) }
  }

  /// Which client survives, of those that merges and what takes them back name.
  ///
  /// - Parameter events: what names merges, with what corrects or retracts it, in any order.
  package static func survivors(
    _ events: [StoredEvent], schema: EventSchema = .builtIn
  ) -> [String: String] {
    let amendments = Amendments(events, schema: schema)
    let entries = events.map { amendments.entry(of: $0) }.filter { $0.retractedBy == nil }
    return ClientRecord.survivors(
      entries.sorted { ($0.effectiveAt, $0.position) < ($1.effectiveAt, $1.position) })
  }

  /// Topics by their numbers, from 1 on.
  fileprivate struct Topics {
    private(set) var texts: [String] = []
    private var numbers: [String: TopicNumber] = [:]

    func number(known topic: String) -> TopicNumber? { numbers[topic] }

    mutating func number(of topic: String?) -> TopicNumber {
      guard let topic else { return 0 }
      if let known = numbers[topic] { return known }
      texts.append(topic)
      numbers[topic] = TopicNumber(texts.count)
      return TopicNumber(texts.count)
    }
  }

  /// What somebody linked as following another ticket up.
  fileprivate struct Links: Sendable {
    /// By the ticket that is followed up.
    private var follows: [String: [(openedAt: Timestamp, position: Position)]] = [:]
    /// The tickets that are followed up.
    private(set) var followed = TextFilter()

    var isEmpty: Bool { follows.isEmpty }

    mutating func add(_ ticket: String, openedAt: Timestamp, _ position: Position) {
      follows[ticket, default: []].append((openedAt, position))
      followed.add(ticket)
    }

    /// The first of the tickets that say that they follow another one up within some seconds.
    func first(to ticket: String, _ closedAt: Timestamp, within seconds: Int64) -> Position? {
      follows[ticket]?.filter {
        $0.openedAt >= closedAt && FindingCase.seconds(closedAt, $0.openedAt) <= seconds
      }.min { ($0.openedAt, $0.position) < ($1.openedAt, $1.position) }?.position
    }

    /// What they answer of the close of a ticket of a block; nil: nothing.
    func answer(to contact: Contact, _ ids: TextRanges?, within seconds: Int64) -> Answer? {
      guard followed.mayContain(hash: contact.asks.hash), let ids,
        let ticket = ids[Int(contact.place)]
      else { return nil }
      return first(to: ticket, contact.closedAt, within: seconds).map { .repeated($0) }
    }
  }

  /// When tickets were opened that bear on closes within a time.
  package struct Window: Sendable {
    private let since: Timestamp
    private let until: Timestamp

    /// - Parameters:
    ///   - span: the time of the closes; nil: any.
    ///   - seconds: how long after a close a ticket repeats it.
    package init(_ span: MetricFilter?, within seconds: Int64) {
      since = span?.since ?? .earliest
      until = span?.until.map { ClientContacts.end(of: seconds, after: $0) } ?? .latest
    }

    func contains(_ opened: Timestamp) -> Bool { since <= opened && opened <= until }

    func isAfter(_ opened: Timestamp) -> Bool { opened < since }
  }

  /// Some tickets, as they are noted together.
  package struct Part: Sendable {
    private let window: Window
    private let survivors: Survivors
    fileprivate var topics = Topics()
    /// By shard.
    fileprivate var batches = [Batch](repeating: Batch(), count: ClientContacts.shardCount)
    fileprivate var follows: [(ticket: String, openedAt: Timestamp, position: Position)] = []
    /// The block, and how many tickets it has.
    fileprivate var block: (end: Position, count: Int)?
    /// What is asked of closes; nil: nobody asks.
    private let question: CloseTally.Question?
    /// What comes of its closes together, but for what other tickets bear on; nil where they are asked
    /// for one by one.
    fileprivate var tally: CloseTally?
    /// The closes of the block whose client is not known.
    fileprivate var clientless: [Contact] = []
    /// The ids of the block's tickets.
    fileprivate var ids: TextRanges?
    /// The places of those tickets of the block that are not meant and were opened before what is of any
    /// account.
    package private(set) var earlyPlaces: Set<Int> = []

    /// - Parameter window: others are of no account.
    fileprivate init(_ window: Window, _ survivors: Survivors, _ question: CloseTally.Question?) {
      self.window = window
      self.survivors = survivors
      self.question = question
    }

    /// Clients with how many tickets they have, and these one client after the other. Most clients have
    /// one or two in a block, so a list of its own for each would cost more than what is in it.
    fileprivate struct Batch {
      var clients: [(name: String, count: Int)] = []
      var contacts: [Contact] = []
    }

    private mutating func add(_ contacts: ArraySlice<Contact>, of client: String) {
      let (client, shard) = survivors.place(of: client)
      batches[shard].clients.append((client, contacts.count))
      batches[shard].contacts += contacts
    }

    /// Notes a ticket.
    package mutating func add(_ course: TicketCourse) {
      guard let opened = course.openedAt, let opening = course.opening, !course.isVoid,
        window.contains(opened)
      else { return }
      if let client = course.client {
        let topic = topics.number(of: course.topic)
        add([Contact(topic: topic, openedAt: opened, opening: opening)], of: client)
      }
      for follow in course.follows { follows.append((follow.previous, opened, follow.position)) }
    }

    /// Notes the tickets of a block.
    ///
    /// - Parameters:
    ///   - section: their courses.
    ///   - tickets: which of them are meant.
    package mutating func add(
      _ section: [UInt8], _ tickets: SectionTickets
    ) throws(RowError) {
      guard !section.isEmpty else { return }
      if let end = tickets.blockEnd { block = (end, tickets.total) }
      var section = try CoursesSection(section)
      // Of what is asked for together every ticket counts, whenever it was opened.
      var closes = CloseTally()
      var isWhole = block != nil && tickets.count == tickets.total
      ids = question == nil ? nil : tickets.ids
      // By the place of the client and of the topic: names are looked up once a block.
      var ends = [Int](repeating: 0, count: section.texts.count)
      var numbers = [TopicNumber?](repeating: nil, count: section.texts.count)
      var found: [(client: Int, contact: Contact)] = []
      for place in 0..<tickets.total {
        try section.move(to: place)
        guard section.isThere else { continue }
        guard tickets.isMeant(place) else {
          if section.item.openedAt.map(window.isAfter) ?? false { earlyPlaces.insert(place) }
          continue
        }
        var asks = CloseTally.Asks.none
        if block != nil, let question { asks = closes.note(section.item, question) }
        if !asks.isEmpty, let ids { asks.hash = ids.hash(at: place) }
        guard !section.item.isVoid, let opened = section.item.openedAt,
          let opening = section.item.opening, !asks.isEmpty || window.contains(opened)
        else {
          if !asks.isEmpty { isWhole = false }
          continue
        }
        let name = section.item.topic
        let topic = numbers[name] ?? topics.number(of: section.texts[name])
        numbers[name] = topic
        let contact = Contact(
          topic: topic, openedAt: opened, opening: opening, asks: asks,
          closedAt: section.item.closedAt ?? .latest, place: Int32(place))
        if section.item.client != 0 {
          ends[section.item.client] += 1
          found.append((section.item.client, contact))
        } else if !asks.isEmpty {
          clientless.append(contact)
        }
        guard window.contains(opened) else { continue }
        for follow in section.item.follows {
          follows.append((section.texts[follow.previous] ?? "", opened, follow.position))
        }
      }
      if isWhole, let question, closes.times.map(question.isTaken) ?? true { tally = closes }
      guard let first = found.first else { return }
      var contacts = Array(repeating: first.contact, count: found.count)
      for client in ends.indices.dropFirst() { ends[client] += ends[client - 1] }
      let begins = [0] + ends
      var next = begins
      for (client, contact) in found {
        contacts[next[client]] = contact
        next[client] += 1
      }
      for (client, name) in section.texts.enumerated() where begins[client] < ends[client] {
        if let name { add(contacts[begins[client]..<ends[client]], of: name) }
      }
    }
  }

  /// Begins to note tickets of these clients.
  ///
  /// - Parameter question: what is asked of closes.
  package func part(_ window: Window, _ question: CloseTally.Question? = nil) -> Part {
    Part(window, survivors, question)
  }

  /// The same clients with some tickets in the place of those that are known.
  ///
  /// - Parameters:
  ///   - parts: the tickets.
  ///   - seconds: how long after a close a ticket repeats it.
  ///   - onAllCores: hands out what a closure makes of each number below a count, in order.
  package func knowing(
    _ parts: [Part], within seconds: Int64,
    onAllCores: (_ count: Int, _ make: @escaping @Sendable (Int) -> Shard) throws -> [Shard]
  ) rethrows -> ClientContacts {
    var contacts = self
    try contacts.take(parts, within: seconds, onAllCores)
    return contacts
  }

  private mutating func take(
    _ parts: [Part], within seconds: Int64,
    _ onAllCores: (_ count: Int, _ make: @escaping @Sendable (Int) -> Shard) throws -> [Shard]
  ) rethrows {
    (topics, links) = (Topics(), Links())
    var numbers: [[TopicNumber]] = []
    for part in parts {
      numbers.append([0] + part.topics.texts.map { topics.number(of: $0) })
      for (ticket, opened, position) in part.follows {
        links.add(ticket, openedAt: opened, position)
      }
    }
    let (topicNumbers, links) = (numbers, links)
    shards = try onAllCores(ClientContacts.shardCount) {
      Shard($0, parts, topicNumbers, links, within: seconds)
    }
    (known, tallies) = ([:], [:])
    var known = parts.map { part in
      Array(repeating: Known(), count: part.tally == nil ? part.block?.count ?? 0 : 0)
    }
    for index in shards.indices {
      for one in shards[index].takeKnown() {
        known[Int(one.part)][Int(one.place)] = one.known
      }
    }
    for (index, part) in parts.enumerated() {
      guard let end = part.block?.end else { continue }
      guard var tally = part.tally else {
        self.known[end] = known[index]
        continue
      }
      for contact in part.clientless {
        let answer = links.answer(to: contact, part.ids, within: seconds)
        tally.note(contact.asks, closedAt: contact.closedAt, answer ?? .clientUnknown)
      }
      for shard in shards { if let more = shard.tallies[index] { tally.add(more) } }
      tallies[end] = tally
    }
  }

  /// What is known of a block's tickets, by their places; empty of one that was not among the tickets.
  func known(of blockEnd: Position?) -> [Known] { blockEnd.flatMap { known[$0] } ?? [] }

  /// What comes of a block's closes together; nil where they are asked for one by one.
  package func closes(of blockEnd: Position) -> CloseTally? { tallies[blockEnd] }

  private static let shardCount = 8

  /// Which client is which other one, and which shard knows of whom.
  fileprivate struct Survivors: Sendable {
    private let survivors: [String: String]
    /// Those that another one survived: most did not turn out to be another one.
    private var names = TextFilter()

    init(_ survivors: [String: String]) {
      self.survivors = survivors
      for name in survivors.keys { names.add(name) }
    }

    func root(of client: String) -> String {
      var client = client
      // There are no circles among survivors.
      while let next = survivors[client] { client = next }
      return client
    }

    /// The one that survived, and its shard.
    func place(of client: String) -> (client: String, shard: Int) {
      let hash = TextFilter.hash(of: client)
      guard names.mayContain(hash: hash) else { return (client, Survivors.shard(hash)) }
      let root = root(of: client)
      return (root, Survivors.shard(TextFilter.hash(of: root)))
    }

    private static func shard(_ hash: UInt64) -> Int { Int(hash % UInt64(shardCount)) }
  }

  /// Some of the clients with their tickets.
  package struct Shard: Sendable {
    /// The places of the clients in `begins`.
    private var places: [String: Int] = [:]
    /// Where each client's tickets begin, with where the last one's end.
    private var begins: [Int] = []
    /// The tickets of one client after those of the other, in order of their opening.
    private var contacts: [Contact] = []
    /// What is known of the closes of blocks' tickets, with the part in which a ticket came.
    private var known: [(part: Int32, place: Int32, known: Known)] = []
    /// By the part, what comes of those closes that are taken together.
    fileprivate private(set) var tallies: [CloseTally?]

    /// - Parameters:
    ///   - number: its number among the shards.
    ///   - topics: of each part, the numbers of its topics.
    ///   - seconds: how long after a close a ticket repeats it.
    fileprivate init(
      _ number: Int, _ parts: [Part], _ topics: [[TopicNumber]], _ links: Links,
      within seconds: Int64
    ) {
      tallies = parts.map { $0.tally == nil ? nil : CloseTally() }
      var found: [Int] = []
      var counts: [Int] = []
      for part in parts {
        for (client, count) in part.batches[number].clients {
          let place = places[client] ?? counts.count
          if place == counts.count {
            places[client] = place
            counts.append(0)
          }
          counts[place] += count
          found.append(place)
        }
      }
      var end = 0
      begins = counts.map { count in
        defer { end += count }
        return end
      }
      var next = begins
      begins.append(end)
      contacts = Array(
        repeating: Contact(topic: 0, openedAt: .earliest, opening: Position(0)), count: end)
      var entry = 0
      for (index, (part, topics)) in zip(parts, topics).enumerated() {
        var more = 0
        for (_, count) in part.batches[number].clients {
          let place = found[entry]
          entry += 1
          for _ in 0..<count {
            var contact = part.batches[number].contacts[more]
            more += 1
            contact.topic = topics[Int(contact.topic)]
            contact.part = Int32(index)
            contacts[next[place]] = contact
            next[place] += 1
          }
        }
      }
      sort()
      // One client after the other, while its tickets are at hand: to look the client up again for each
      // close took a tenth of the time of key figures.
      for place in begins.indices.dropLast() {
        for index in begins[place]..<begins[place + 1] where !contacts[index].asks.isEmpty {
          let contact = contacts[index]
          let part = Int(contact.part)
          let answer =
            links.answer(to: contact, parts[part].ids, within: seconds)
            ?? repeats(
              at: place, openedBy: contact.opening, topic: contact.topic,
              closedAt: contact.closedAt, within: seconds)
          if tallies[part] != nil {
            tallies[part]?.note(contact.asks, closedAt: contact.closedAt, answer)
          } else {
            known.append(
              (
                contact.part, contact.place,
                Known(opening: contact.opening, closedAt: contact.closedAt, answer: answer)
              ))
          }
        }
      }
    }

    /// Hands out what is known of closes.
    fileprivate mutating func takeKnown() -> [(part: Int32, place: Int32, known: Known)] {
      defer { known = [] }
      return known
    }

    /// Tickets come almost in order of their opening.
    private mutating func sort() {
      for (begin, end) in zip(begins, begins.dropFirst()) {
        let isSorted = (begin..<end).dropFirst().allSatisfy { !(contacts[$0] < contacts[$0 - 1]) }
        if !isSorted { contacts[begin..<end].sort() }
      }
    }

    func place(of client: String) -> Int? { places[client] }

    /// The first ticket, from an instant on and within some seconds, on a topic.
    ///
    /// - Parameter opening: the one that does not count.
    func repeats(
      at place: Int, openedBy opening: Position?, topic: TopicNumber, closedAt: Timestamp,
      within seconds: Int64
    ) -> Answer {
      var (next, end) = (begins[place], begins[place + 1])
      while next < end {
        let middle = (next + end) / 2
        if contacts[middle].openedAt >= closedAt { end = middle } else { next = middle + 1 }
      }
      var isPossible = false
      while next < begins[place + 1] {
        let contact = contacts[next]
        next += 1
        guard FindingCase.seconds(closedAt, contact.openedAt) <= seconds else { break }
        guard contact.opening != opening else { continue }
        guard topic != 0, contact.topic != 0 else {
          isPossible = true
          continue
        }
        if topic == contact.topic { return .repeated(contact.opening) }
      }
      return isPossible ? .possible : .none
    }
  }

  /// Whether somebody made a link, so that tickets must be known by their ids.
  package var hasLinks: Bool { !links.isEmpty }

  /// The tickets that are followed up.
  var followed: TextFilter { links.followed }

  /// The number of a topic here; one that no ticket has where none is on it.
  func number(ofTopic topic: String?) -> TopicNumber {
    guard let topic else { return 0 }
    return topics.number(known: topic) ?? -1
  }

  /// Whose tickets are looked through.
  enum Client {
    case unknown, nobody
    case known(shard: Int, place: Int)
  }

  /// What is known of a client.
  func client(_ name: String) -> Client {
    let (root, shard) = survivors.place(of: name)
    return shards[shard].place(of: root).map { .known(shard: shard, place: $0) } ?? .nobody
  }

  /// When a time after an instant is over; what is left of its last second counts too.
  private static func end(of seconds: Int64, after instant: Timestamp) -> Timestamp {
    let whole = min(seconds, Int64.max - 1) + 1
    let (length, isOver) = whole.multipliedReportingOverflow(by: 1_000_000)
    return instant.adding(microseconds: isOver ? Int64.max : length)
  }

  /// Which other tickets bear on whether a close was repeated.
  package struct Question {
    /// The client, and those who are one with it.
    package let clients: [String]
    /// When they were opened.
    package let times: ClosedRange<Timestamp>
  }

  /// Which other tickets bear on whether the close of a ticket was repeated, besides those that say
  /// they follow it up; nil where that is asked of nobody.
  ///
  /// - Parameters:
  ///   - seconds: how long after the close they count.
  ///   - now: the instant of evaluation.
  package func question(
    about course: TicketCourse, within seconds: Int64, at now: Timestamp
  ) -> Question? {
    guard let closedAt = course.closedAt, closedAt <= now else { return nil }
    let end = ClientContacts.end(of: seconds, after: closedAt)
    let survivor = course.client.map { survivors.root(of: $0) }
    let clients: [String] = survivor.map { [$0] + (merged[$0] ?? []) } ?? []
    return Question(clients: clients, times: closedAt...max(closedAt, end))
  }

  /// Whether a close was repeated within some seconds.
  func repeats(of course: TicketCourse, closedAt: Timestamp, within seconds: Int64) -> Answer {
    return repeats(
      of: course.ticket, openedBy: course.opening, topic: number(ofTopic: course.topic),
      course.client.map { client($0) } ?? .unknown, closedAt: closedAt, within: seconds)
  }

  /// The same of a ticket by what counts of it.
  ///
  /// - Parameters:
  ///   - ticket: its id; nil where `followed` does not have it.
  ///   - opening: where it was opened.
  func repeats(
    of ticket: String?, openedBy opening: Position?, topic: TopicNumber, _ client: Client,
    closedAt: Timestamp, within seconds: Int64
  ) -> Answer {
    if let ticket, let first = links.first(to: ticket, closedAt, within: seconds) {
      return .repeated(first)
    }
    switch client {
    case .unknown: return .clientUnknown
    case .nobody: return .none
    case .known(let shard, let place):
      return shards[shard].repeats(
        at: place, openedBy: opening, topic: topic, closedAt: closedAt, within: seconds)
    }
  }
}
