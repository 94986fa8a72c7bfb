package import CasefileModel

/// Which tickets of each client came when, and about what: of these a close was repeated.
///
/// Clients who turned out to be one are one here.
public struct ClientContacts: Sendable {
  /// A ticket of a client.
  struct Contact {
    let topic: String?
    let openedAt: Timestamp
    let opening: Position
  }

  /// What is known of repeats of a closed ticket.
  enum Answer {
    case repeated(Position)
    case none
    /// There is another contact, and whether it is on the same topic is not known.
    case possible
    case clientUnknown
  }

  private let survivors: [String: String]
  /// Those that one survived, by that one.
  private let merged: [String: [String]]
  /// The place of a client's tickets in `lists`.
  private var places: [String: Int] = [:]
  private var lists: [[Contact]] = []
  /// Links that somebody made, by the ticket that is followed up.
  private var follows: [String: [(openedAt: Timestamp, position: Position)]] = [:]

  /// Knows of no tickets yet.
  ///
  /// - Parameter survivors: the client that survives, of one that was merged.
  public init(survivors: [String: String] = [:]) {
    self.survivors = survivors
    merged = Dictionary(grouping: survivors.keys) {
      ClientContacts.root(of: $0, survivors)
    }
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
  }

  /// Some tickets, as they are noted together.
  package struct Part: Sendable {
    private let window: Window
    fileprivate var contacts: [(client: String, contacts: [Contact])] = []
    fileprivate var follows: [(ticket: String, openedAt: Timestamp, position: Position)] = []

    /// - Parameter window: others are of no account.
    package init(_ window: Window) { self.window = window }

    /// Notes a ticket.
    package mutating func add(_ course: TicketCourse) {
      guard let opened = course.openedAt, let opening = course.opening, !course.isVoid,
        window.contains(opened)
      else { return }
      if let client = course.client {
        contacts.append(
          (client, [Contact(topic: course.topic, openedAt: opened, opening: opening)]))
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
      var section = try CoursesSection(section)
      // By the place of the client: names are looked up once a block.
      var found = [[Contact]](repeating: [], count: section.texts.count)
      for place in 0..<tickets.total where tickets.isMeant(place) {
        try section.move(to: place)
        guard section.isThere, !section.item.isVoid, let opened = section.item.openedAt,
          let opening = section.item.opening, window.contains(opened)
        else { continue }
        if section.item.client != 0 {
          found[section.item.client].append(
            Contact(
              topic: section.texts[section.item.topic], openedAt: opened, opening: opening))
        }
        for follow in section.item.follows {
          follows.append((section.texts[follow.previous] ?? "", opened, follow.position))
        }
      }
      for (client, contacts) in zip(section.texts, found) where !contacts.isEmpty {
        if let client { self.contacts.append((client, contacts)) }
      }
    }
  }

  /// Notes a ticket.
  package mutating func add(_ course: TicketCourse) {
    var part = Part(Window(nil, within: 0))
    part.add(course)
    add(part)
  }

  /// Notes some tickets.
  package mutating func add(_ part: Part) {
    for (client, contacts) in part.contacts {
      let client = survivors.isEmpty ? client : root(of: client)
      let place = places[client] ?? lists.count
      if place == lists.count {
        places[client] = place
        lists.append([])
      }
      for contact in contacts { lists[place].insert(sorted: contact) }
    }
    for (ticket, opened, position) in part.follows {
      follows[ticket, default: []].append((opened, position))
    }
  }

  /// Whether somebody made a link, so that tickets must be known by their ids.
  package var hasLinks: Bool { !follows.isEmpty }

  /// The tickets of a client, in order.
  func contacts(of client: String) -> [Contact] { places[root(of: client)].map { lists[$0] } ?? [] }

  private func root(of client: String) -> String { ClientContacts.root(of: client, survivors) }

  private static func root(of client: String, _ survivors: [String: String]) -> String {
    var client = client
    // There are no circles among survivors.
    while let next = survivors[client] { client = next }
    return client
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
    let survivor = course.client.map { root(of: $0) }
    let clients: [String] = survivor.map { [$0] + (merged[$0] ?? []) } ?? []
    return Question(clients: clients, times: closedAt...max(closedAt, end))
  }

  /// Whether a close was repeated within some seconds.
  func repeats(of course: TicketCourse, closedAt: Timestamp, within seconds: Int64) -> Answer {
    repeats(
      of: course.ticket, openedBy: course.opening, topic: course.topic,
      among: course.client.map { contacts(of: $0) }, closedAt: closedAt, within: seconds)
  }

  /// The same of a ticket by what counts of it.
  ///
  /// - Parameters:
  ///   - ticket: its id; nothing where `hasLinks` is false.
  ///   - opening: where it was opened.
  ///   - contacts: the tickets of its client; nil: it is not known.
  func repeats(
    of ticket: String, openedBy opening: Position?, topic: String?, among contacts: [Contact]?,
    closedAt: Timestamp, within seconds: Int64
  ) -> Answer {
    func isWithin(_ opened: Timestamp) -> Bool {
      opened >= closedAt && FindingCase.seconds(closedAt, opened) <= seconds
    }
    let linked =
      follows.isEmpty ? [] : (follows[ticket] ?? []).filter { isWithin($0.openedAt) }
    if let first = linked.min(by: { ($0.openedAt, $0.position) < ($1.openedAt, $1.position) }) {
      return .repeated(first.position)
    }
    guard let contacts else { return .clientUnknown }
    var isPossible = false
    for contact in contacts[contacts.firstPlace { $0.openedAt >= closedAt }...] {
      guard isWithin(contact.openedAt) else { break }
      guard contact.opening != opening else { continue }
      guard let topic, let other = contact.topic else {
        isPossible = true
        continue
      }
      if topic == other { return .repeated(contact.opening) }
    }
    return isPossible ? .possible : .none
  }
}

extension [ClientContacts.Contact] {
  /// Tickets come almost in order of their opening.
  fileprivate mutating func insert(sorted contact: ClientContacts.Contact) {
    func isAfter(_ other: ClientContacts.Contact) -> Bool {
      (other.openedAt, other.opening) > (contact.openedAt, contact.opening)
    }
    insert(contact, at: last.map(isAfter) ?? false ? firstPlace(where: isAfter) : count)
  }
}
