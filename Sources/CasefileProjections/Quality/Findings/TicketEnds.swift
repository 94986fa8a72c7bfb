public import CasefileModel

/// Which tickets ended when, whose they were, and about what: what a later contact may repeat.
///
/// Clients who turned out to be one are one here.
public struct TicketEnds: Hashable, Sendable {
  /// A close that stands. One that says that there was nothing to do is repeated by none.
  struct End: Hashable, Sendable {
    let ticket: String
    let topic: String?
    let closedAt: Timestamp
    /// The event that closed it.
    let closing: Position
    /// Who held it then.
    let holder: String?
    let group: String?

    /// Whether a contact at an instant is so soon after it that it may repeat it.
    func isBefore(_ instant: Timestamp, within seconds: Int64) -> Bool {
      closedAt <= instant && FindingCase.seconds(closedAt, instant) <= seconds
    }
  }

  /// What is known of a ticket that a link names.
  enum Standing {
    case unknown
    /// It is open, or its close says that there was nothing to do.
    case noEnd
    case ended(End)
  }

  private let survivors: [String: String]
  private var ends: [End] = []
  /// By client the places of the ends.
  private var byClient: [String: [Int32]] = [:]
  /// By ticket the place of its end; below nought: it has none.
  private var byTicket: [String: Int32] = [:]

  /// Makes one without any.
  ///
  /// - Parameter survivors: the client that survives, of one that was merged.
  public init(survivors: [String: String] = [:]) { self.survivors = survivors }

  /// Notes a ticket as it was at a moment; of one of which nothing had happened nothing is known.
  public mutating func add(
    _ history: TicketHistory, at now: Timestamp = .latest, knownAt: KnownAt? = nil
  ) {
    if let course = history.course(at: now, knownAt: knownAt) { add(course) }
  }

  /// The same by what a row keeps of it.
  package mutating func add(_ course: TicketCourse) {
    guard let closedAt = course.closedAt, !course.isVoid, ends.count < Int32.max else {
      byTicket[course.ticket] = -1
      return
    }
    let place = Int32(ends.count)
    ends.append(
      End(
        ticket: course.ticket, topic: course.topic, closedAt: closedAt,
        closing: course.closing ?? course.first, holder: course.closeHolder,
        group: course.closeGroup))
    byTicket[course.ticket] = place
    if let client = course.client { byClient[survivor(of: client), default: []].append(place) }
  }

  func standing(of ticket: String) -> Standing {
    guard let place = byTicket[ticket] else { return .unknown }
    return place < 0 ? .noEnd : .ended(ends[Int(place)])
  }

  /// The ends of a client's tickets, in the order in which they were noted.
  func ends(of client: String) -> [End] {
    (byClient[survivor(of: client)] ?? []).map { ends[Int($0)] }
  }

  /// The client that survives, with all that it survived.
  package func clients(oneWith client: String) -> [String] {
    let survivor = survivor(of: client)
    return [survivor] + survivors.keys.filter { self.survivor(of: $0) == survivor }.sorted()
  }

  private func survivor(of client: String) -> String {
    var client = client
    // There are no circles among survivors.
    while let next = survivors[client] { client = next }
    return client
  }
}

extension TicketCourse {
  /// The tickets that a person linked as followed up by this one.
  package var followedTickets: [String] { follows.map(\.previous) }
}
