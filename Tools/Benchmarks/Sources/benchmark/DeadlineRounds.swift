internal import Casefile
internal import CasefileModel
internal import CasefileProjections
internal import Workload

/// Judging the deadlines of many tickets from a warm view, and explaining single ones.
struct DeadlineRounds {
  private static let tickets = 20_000
  private static let explained = 200
  private static let start: Int64 = 1_767_600_000

  private let path: String
  private let store: Store
  private let book: DeadlineBook
  private let limits: DeadlineLimits

  /// Fills a store with tickets of 15 events each and brings its views up.
  init(directory: String) async throws {
    path = "\(directory)/deadlines"
    store = try Store.create(at: path)
    let actor = Actor(.agent, "a-1")
    try await store.publish(
      CalendarPublished(
        calendarId: "office", version: 0, timeZone: "Europe/Berlin",
        weekly: [Weekday.monday, .tuesday, .wednesday, .thursday, .friday].map {
          WeeklyHours(day: $0, intervals: [DayInterval(from: "09:00", to: "18:00")])
        }), by: actor)
    try await store.publish(
      PolicyPublished(
        policyId: "p", version: 0,
        clocks: ["firstReply", "nextReply", "resolution"].map {
          PolicyClock(
            clock: $0, targetSeconds: 4 * 3600, calendarId: "office", pauseOn: [.client])
        }, effectiveFrom: Timestamp(seconds: 0)), by: actor)
    for first in stride(from: 0, to: DeadlineRounds.tickets, by: 200) {
      _ = try store.appendBlocking(
        try (first..<first + 200).flatMap { try DeadlineRounds.events(of: $0) })
    }
    try store.updateViews()
    book = try store.deadlineBook()
    limits = try DeadlineLimits(
      at: "\(path)/limit",
      tickets: try (0..<DeadlineRounds.tickets).map {
        try DeadlineRounds.events(of: $0).compactMap(DeadlineRounds.signal)
      }, until: DeadlineRounds.now.seconds)
    try checkLimits()
  }

  private static let now = Timestamp(seconds: start + 400 * 86_400)

  /// What the limit program takes of an event; nil where it means nothing to the clocks.
  private static func signal(_ event: Event) -> (kind: DeadlineLimits.Kind, at: Int64)? {
    let kind: DeadlineLimits.Kind? =
      switch event.type.number {
      case TicketOpened.type.number: .opened
      case MessageSent.type.number: .sent
      case WaitingStarted.type.number: .waiting
      case MessageReceived.type.number: .received
      case ResolutionProposed.type.number: .proposed
      default: nil
      }
    return kind.map { ($0, event.occurredAt.seconds) }
  }

  /// A program that judged otherwise would be no limit.
  private func checkLimits() throws {
    var sums = DeadlineLimits.Sums()
    try store.deadlines(at: DeadlineRounds.now, book: book) { deadlines in
      for clock in deadlines.clocks {
        sums.verdicts += 1
        sums.breached += clock.breaches.isEmpty ? 0 : 1
        sums.elapsedSeconds += clock.elapsedSeconds
      }
      return true
    }
    let limit = try limits.judge(at: DeadlineRounds.now.seconds)
    guard sums == limit else {
      throw UsageError("the limit program judges otherwise: \(limit) instead of \(sums)")
    }
  }

  private static func events(of ticket: Int) throws -> [Event] {
    let stream = try StreamID.ticket("D\(ticket)")
    let agent = Actor(.agent, "a-\(ticket % 50)")
    let client = Actor(.client, "c-\(ticket % 900)")
    let opened = start + Int64(ticket) * 137
    var events: [Event] = []
    func add(_ payload: some EventPayload, _ minutes: Int64, _ actor: Actor) {
      events.append(
        Event(payload, on: stream, at: Timestamp(seconds: opened + minutes * 60), by: actor))
    }
    add(TicketOpened(channel: .email, groupId: "g", priority: "2"), 0, client)
    add(TicketAssigned(agentId: agent.id ?? "", mode: .take), 10, agent)
    for turn in 0..<4 {
      let minutes = Int64(turn) * 200
      add(
        MessageSent(messageId: "s\(turn)", agentId: agent.id, author: .agent), minutes + 30, agent)
      add(WaitingStarted(waitId: "w\(turn)", reason: .client), minutes + 31, agent)
      add(MessageReceived(messageId: "r\(turn)"), minutes + 90, client)
    }
    add(ResolutionProposed(), 900, agent)
    return events
  }

  /// Measures both once.
  func run(into samples: inout Samples) throws {
    let now = DeadlineRounds.now
    var limit = Cost()
    try limit.add(events: DeadlineRounds.tickets) { _ = try limits.judge(at: now.seconds) }
    samples.add("limit.deadlines", limit)
    var cost = Cost()
    try cost.add(events: DeadlineRounds.tickets) {
      var count = 0
      try store.deadlines(at: now, book: book) { deadlines in
        count += deadlines.clocks.isEmpty ? 0 : 1
        return true
      }
      guard count == DeadlineRounds.tickets else {
        throw UsageError("\(count) of \(DeadlineRounds.tickets) tickets have deadlines")
      }
    }
    samples.add("deadlines", cost)
    var times: [Double] = []
    for index in 0..<DeadlineRounds.explained {
      let ticket = "D\(index * (DeadlineRounds.tickets / DeadlineRounds.explained))"
      times.append(
        try Monotonic.seconds { _ = try store.deadlines(of: ticket, at: now, book: book) })
    }
    samples.add("deadlines.explain.p50", times.median * 1e3)
    samples.add("deadlines.explain.p99", times.percentile(0.99) * 1e3)
  }

  func close() {
    store.close()
    Files.remove(path)
  }
}

extension Timestamp {
  fileprivate var seconds: Int64 { microseconds / 1_000_000 }
}
