import CasefileModel
import CasefileProjections
import Testing

/// Ends, repeats and deadlines, by hand-computed tables.
@Suite("Metrics of outcomes")
struct MetricOutcomeTests {
  private static let day = 1_440.0

  /// A ticket with replies at some minutes, and its close.
  private func ticket(
    _ id: String, openedAt: Double = 0, client: String? = "c-1", topic: String? = "t-1",
    replies: [Double] = [10], questions: [Double] = [], closedAt: Double? = 60,
    kind: CloseKind = .confirmed, follows: String? = nil
  ) -> TicketCase {
    var events = TicketCase()
    let stream = "ticket/\(id)"
    events.add(
      TicketOpened(clientId: client, topicId: topic, groupId: "g-1"), at: openedAt, by: .client,
      stream: stream)
    events.add(TicketAssigned(agentId: "a-1"), at: openedAt + 1, stream: stream)
    for minutes in replies {
      events.add(
        MessageSent(messageId: "m-\(minutes)", author: .agent), at: openedAt + minutes,
        stream: stream)
    }
    for minutes in questions {
      events.add(
        MessageReceived(messageId: "q-\(minutes)"), at: openedAt + minutes, by: .client,
        stream: stream)
    }
    if let follows {
      events.add(
        TicketFollowUpLinked(previousTicket: follows), at: openedAt + 2, stream: stream)
    }
    if let closedAt {
      events.add(TicketClosed(kind: kind), at: openedAt + closedAt, stream: stream)
    }
    return events
  }

  private func measured(
    _ metric: Metric, _ one: TicketCase, among others: [TicketCase] = [], onDay day: Double = 30,
    survivors: [String: String] = [:]
  ) throws -> TicketMetric {
    let now = TicketCase.at(day * Self.day)
    // One log: tickets are told apart by where they were opened.
    var log = TicketCase()
    log.events = ([one] + others).flatMap(\.events)
    let stored = log.stored()
    let histories = ([one] + others).map { ticket in
      TicketHistory(
        events: stored.filter { $0.envelope.stream == ticket.events.first?.stream })
    }
    let contacts = ClientContacts(
      survivors: survivors,
      courses: try histories.map { try #require($0.course(at: now, knownAt: nil)) })
    return try #require(
      histories[0].metric(metric, at: now, context: MetricContext(contacts: contacts)))
  }

  @Test("A repeat is the same client's, on the same topic, in the window, or linked")
  func repeats() throws {
    let base = ticket("1")
    func value(_ others: [TicketCase], _ survivors: [String: String] = [:]) throws -> [Int64] {
      try measured(.repeatContacts, base, among: others, survivors: survivors).samples.map(\.value)
    }
    #expect(try value([]) == [0])
    #expect(try value([ticket("2", openedAt: 2 * Self.day)]) == [1])
    #expect(try value([ticket("2", openedAt: 7 * Self.day + 60)]) == [1])
    #expect(try value([ticket("2", openedAt: 7 * Self.day + 61)]) == [0])
    #expect(try value([ticket("2", openedAt: 30)]) == [0])
    #expect(try value([ticket("2", openedAt: Self.day, topic: "t-2")]) == [0])
    #expect(try value([ticket("2", openedAt: Self.day, client: "c-2")]) == [0])
    #expect(try value([ticket("2", openedAt: Self.day, client: "c-2")], ["c-2": "c-1"]) == [1])
    #expect(try value([ticket("2", openedAt: Self.day, client: "c-2", follows: "1")]) == [1])
    #expect(try value([ticket("2", openedAt: Self.day, kind: .duplicate)]) == [0])
    let sample = try measured(
      .repeatContacts, base, among: [ticket("2", openedAt: Self.day)]
    ).samples[0]
    #expect(sample.agent == "a-1" && sample.at == TicketCase.at(60) && sample.group == "g-1")
  }

  @Test("What is not known yet, or can't be known, is left out of the share")
  func leftOut() throws {
    func omitted(
      _ one: TicketCase, among others: [TicketCase] = [], onDay day: Double = 30
    ) throws -> [Metric.Omission: Int] {
      let found = try measured(.repeatContacts, one, among: others, onDay: day)
      #expect(found.samples.isEmpty != found.omissions.isEmpty)
      return found.omissions
    }
    #expect(try omitted(ticket("1"), onDay: 7) == [.windowOpen: 1])
    #expect(try omitted(ticket("1"), onDay: 7.1) == [:])
    #expect(try omitted(ticket("1", closedAt: nil)) == [.notEnded: 1])
    #expect(try omitted(ticket("1", kind: .spam)) == [.void: 1])
    #expect(try omitted(ticket("1", client: nil)) == [.noClient: 1])
    let second = ticket("2", openedAt: Self.day, topic: nil)
    #expect(try omitted(ticket("1"), among: [second]) == [.possibleRepeat: 1])
    #expect(try omitted(ticket("1", topic: nil)) == [:])
  }

  @Test("One reply and one contact settle it without more turns, reopening or repeat")
  func resolutions() throws {
    func values(
      _ one: TicketCase, among others: [TicketCase] = []
    ) throws -> [[Int64]] {
      try [Metric.oneReply, .firstContact].map {
        try measured($0, one, among: others).samples.map(\.value)
      }
    }
    #expect(try values(ticket("1")) == [[1], [1]])
    // Two turns towards the client; nothing was asked in between.
    #expect(try values(ticket("1", replies: [10, 40])) == [[0], [1]])
    #expect(try values(ticket("1", questions: [20])) == [[1], [0]])
    #expect(try values(ticket("1"), among: [ticket("2", openedAt: Self.day)]) == [[0], [0]])
    var reopened = ticket("1")
    reopened.add(TicketReopened(), at: 70, stream: "ticket/1")
    reopened.add(TicketClosed(kind: .confirmed), at: 80, stream: "ticket/1")
    #expect(try values(reopened) == [[0], [0]])
    #expect(try measured(.oneReply, ticket("1", replies: [])).omissions == [.noReply: 1])
    #expect(try measured(.firstContact, ticket("1", replies: [])).omissions == [.noReply: 1])
    // Whether it was repeated can't be known; that there were two replies can.
    #expect(try measured(.oneReply, ticket("1", client: nil)).omissions == [.noClient: 1])
    #expect(try values(ticket("1", client: nil, replies: [10, 40]))[0] == [0])
  }

  @Test(
    "A ticket is overdue with its first missed deadline; one that runs in time has no value yet")
  func overdue() throws {
    func found(
      _ metric: Metric, _ desk: FindingDesk, at minutes: Double
    ) throws -> TicketMetric {
      let stored = desk.events.stored()
      let context = MetricContext(book: try DeadlineBook(events: stored, zones: MachineZones()))
      return try #require(
        TicketHistory(events: stored.filter { $0.envelope.stream.isTicket }).metric(
          metric, at: TicketCase.at(minutes), context: context))
    }
    var desk = FindingDesk()
    #expect(try found(.overdueTickets, desk, at: 10).omissions == [.noPolicy: 1])
    desk.govern("firstReply", minutes: 60)
    #expect(try found(.overdueTickets, desk, at: 10).omissions == [.notYet: 1])
    let late = try found(.overdueTickets, desk, at: 61).samples
    #expect(late.map(\.value) == [1] && late[0].agent == "a-1" && late[0].group == "g-1")
    #expect(late[0].at == TicketCase.at(60))
    desk.add(MessageSent(messageId: "m", author: .agent), at: 30, by: .boris)
    let kept = try found(.overdueReplies, desk, at: 100).samples
    #expect(kept.map(\.value) == [0] && kept[0].part == "firstReply")
    #expect(kept[0].at == TicketCase.at(30) && kept[0].agent == "a-1")
    #expect(try found(.overdueTickets, desk, at: 100).samples.map(\.value) == [0])
  }
}
