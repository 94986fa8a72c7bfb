import CasefileModel
import CasefileProjections
import Testing

/// Who came again: the finding names each close that the metric counts as repeated.
@Suite("Findings of repeat contacts")
struct FindingRepeatTests {
  private static let day = 1_440.0

  private struct Desk {
    var log = TicketCase()
    var survivors: [String: String] = [:]

    mutating func ticket(
      _ id: String, day: Double, client: String? = "c-1", topic: String? = "t-1",
      closedAfter: Double? = 0.5, kind: CloseKind = .confirmed
    ) {
      let stream = "ticket/\(id)"
      log.add(
        TicketOpened(clientId: client, topicId: topic), at: day * 1_440, by: .client,
        stream: stream)
      log.add(TicketAssigned(agentId: "a-\(id)"), at: day * 1_440 + 1, stream: stream)
      if let closedAfter {
        log.add(TicketClosed(kind: kind), at: (day + closedAfter) * 1_440, stream: stream)
      }
    }

    mutating func link(
      _ id: String, to previous: String, day: Double, days: Int64? = nil, same: Bool? = nil
    ) {
      log.add(
        TicketFollowUpLinked(previousTicket: previous, daysSinceClose: days, sameTopic: same),
        at: day * 1_440, stream: "ticket/\(id)")
    }

    private func histories() -> [TicketHistory] {
      var order: [StreamID] = []
      for event in log.events where event.stream.isTicket && !order.contains(event.stream) {
        order.append(event.stream)
      }
      let stored = log.stored()
      return order.map { stream in
        TicketHistory(events: stored.filter { $0.envelope.stream == stream })
      }
    }

    func ends() -> TicketEnds {
      var ends = TicketEnds(survivors: survivors)
      for history in histories() { ends.add(history) }
      return ends
    }

    /// What is known of each ticket.
    func answers(onDay day: Double = 60) throws -> [String: FindingAnswer] {
      let context = FindingContext(ends: ends())
      var answers: [String: FindingAnswer] = [:]
      for history in histories() {
        let found = history.findings(
          at: TicketCase.at(day * 1_440), rules: .builtIn, context: context,
          codes: [.repeatContact])
        if let found { answers[found.ticket] = found[.repeatContact] }
      }
      return answers
    }

    /// Which ticket repeats which ones.
    func repeats() throws -> [String: [String]] {
      try answers().compactMapValues { answer in
        guard case .found(let found) = answer else { return nil }
        return found.compactMap(\.details.other).sorted()
      }
    }

    /// The tickets whose close the metric counts as repeated.
    func counted() throws -> Set<String> {
      let now = TicketCase.at(60 * 1_440)
      let histories = histories()
      let contacts = ClientContacts(
        survivors: survivors,
        courses: try histories.map { try #require($0.course(at: now, knownAt: nil)) }
          + ContactRecord.records(log.stored()).compactMap { TicketCourse($0, at: now) })
      let context = MetricContext(contacts: contacts)
      return Set(
        histories.flatMap {
          $0.metric(.repeatContacts, at: now, context: context)?.samples ?? []
        }.filter { $0.value == 1 }.compactMap(\.ticket))
    }
  }

  @Test("The same client once two were found to be one, and whoever was closed holds it")
  func merged() throws {
    var desk = Desk()
    desk.ticket("1", day: 0, client: "c-1")
    desk.ticket("2", day: 1, client: "c-2")
    #expect(try desk.repeats() == [:])
    desk.survivors = ["c-2": "c-3", "c-1": "c-3"]
    #expect(try desk.repeats() == ["2": ["1"]])
    #expect(try desk.counted() == ["1"])
    guard case .found(let found)? = try desk.answers()["2"] else { return }
    #expect(found.map(\.agent) == ["a-1"] && found[0].details.count == 0)
    // The close, and where the other one was opened.
    #expect(found[0].positions.map(\.rawValue) == [2, 3])
    #expect(found[0].at == TicketCase.at(1_440))
  }

  @Test(
    "A link without days and topic is judged by the close that it names",
    arguments: [(1.0, nil, nil, 1), (7.5, 90, nil, 1), (7.6, 0, nil, 0), (1.0, nil, false, 0)]
      as [(Double, Int64?, Bool?, Int)])
  func links(day: Double, days: Int64?, same: Bool?, count: Int) throws {
    var desk = Desk()
    desk.ticket("1", day: 0)
    desk.ticket("2", day: day, client: "c-2", topic: nil)
    desk.link("2", to: "1", day: day + 0.1, days: days, same: same)
    #expect(try desk.repeats() == (count == 1 ? ["2": ["1"]] : [:]))
    #expect(try desk.counted().count == count)
  }

  @Test("What turned out to be nothing repeats nothing, linked or not, and is repeated by nothing")
  func void() throws {
    for kind in [CloseKind.duplicate, .merged, .spam] {
      var later = Desk()
      later.ticket("1", day: 0)
      later.ticket("2", day: 1, kind: kind)
      later.link("2", to: "1", day: 1.1, days: 0, same: true)
      #expect(try later.answers()["2"] == .notFound([]))
      #expect(try later.counted() == [])
      var former = Desk()
      former.ticket("1", day: 0, kind: kind)
      former.ticket("2", day: 1)
      former.link("2", to: "1", day: 1.1, days: 0, same: true)
      #expect(try former.answers()["2"] == .notFound([]))
      #expect(try former.counted() == [])
    }
  }

  @Test("An unknown topic is a possible repeat, and an unknown client none that could be told")
  func unknown() throws {
    var desk = Desk()
    desk.ticket("1", day: 0)
    desk.ticket("2", day: 1, topic: nil)
    desk.ticket("3", day: 20, topic: nil)
    desk.ticket("4", day: 40, client: nil)
    let answers = try desk.answers()
    #expect(answers["2"] == .notAssessable(.topicUnknown))
    // Nothing had been closed shortly before.
    #expect(answers["3"] == .notFound([]))
    #expect(answers["4"] == .notAssessable(.clientUnknown))
  }

  @Test("A ticket names each close that it repeats, and a link is not told twice")
  func several() throws {
    var desk = Desk()
    desk.ticket("1", day: 0, closedAfter: 3)
    desk.ticket("2", day: 1, closedAfter: 1)
    desk.ticket("3", day: 4)
    desk.link("3", to: "2", day: 4.1)
    #expect(try desk.repeats() == ["3": ["1", "2"]])
    #expect(try desk.counted() == ["1", "2"])
  }

  @Test("Whatever happens, the closes that findings name are those that the metric counts")
  func agrees() throws {
    var random = SplitMix(state: 7)
    func any<Value>(_ values: [Value]) -> Value {
      values[Int.random(in: values.indices, using: &random)]
    }
    for _ in 0..<60 {
      var desk = Desk()
      desk.survivors = ["c-3": "c-1"]
      for id in 1...12 {
        let day = Double(Int.random(in: 0..<80, using: &random)) / 4
        desk.ticket(
          "\(id)", day: day, client: any(["c-1", "c-2", "c-3", nil]),
          topic: any(["t-1", "t-2", nil]), closedAfter: any([0.25, 1, 4, nil]),
          kind: any([.confirmed, .confirmed, .agentUnconfirmed, .spam, .duplicate]))
        if any([true, false, false]) {
          desk.link(
            "\(id)", to: "\(Int.random(in: 1...12, using: &random))", day: day + 0.1,
            days: any([nil, 0, 30]), same: any([nil, true, false]))
        }
      }
      let named = Set(try desk.repeats().values.flatMap { $0 })
      #expect(try named == desk.counted())
    }
  }

  // MARK: Calls and chats

  @Test(
    "A call, a chat or a message of the client outside of tickets on the same topic is one too",
    arguments: [
      ("c-1", "t-1", 1.0, 1), ("c-3", "t-1", 1.0, 1), ("c-2", "t-1", 1.0, 0),
      ("c-1", "t-2", 1.0, 0), ("c-1", "t-1", 7.5, 1), ("c-1", "t-1", 7.6, 0),
      ("c-1", "t-1", 0.4, 0), ("c-1", nil, 1.0, 0),
    ] as [(String, String?, Double, Int)])
  func contacts(client: String, topic: String?, day: Double, count: Int) throws {
    let turns: [(String, any EventPayload)] = [
      ("call/k", CallOffered(callId: "k", direction: .inbound, clientId: client, topicId: topic)),
      ("contact/k", ChatStarted(chatId: "k", clientId: client, topicId: topic)),
      ("contact/k", MessageReceived(messageId: "k", clientId: client, topicId: topic)),
    ]
    for (stream, turn) in turns {
      var desk = Desk()
      desk.survivors = ["c-3": "c-1"]
      desk.ticket("1", day: 0)
      desk.log.add(turn, at: day * 1_440, by: .client, stream: stream)
      let ends = desk.ends()
      func found(at minutes: Double = 90_000) throws -> [Finding] {
        try #require(ContactTrail.trails(desk.log.stored()).first).findings(
          at: TicketCase.at(minutes), rules: .builtIn, codes: [.repeatContact], ends: ends)
      }
      #expect(try found().count == count)
      #expect(try desk.counted() == (count == 1 ? ["1"] : []))
      if let one = try found().first {
        #expect(one.contact == stream && one.ticket == nil && one.agent == "a-1")
        #expect(one.details.other == "1" && one.positions.map(\.rawValue) == [2, 3])
        #expect(try found(at: day * 1_440 - 1) == [])
      }
      // What belongs to a ticket is that ticket's.
      desk.log.add(
        ContactLinkedToTicket(contactId: "k", ticketId: "9"), at: day * 1_440 + 1, stream: stream)
      #expect(try found() == [] && desk.counted() == [])
    }
  }

  @Test("A call that is linked to a closed ticket follows it up, whatever it is about")
  func linkedContacts() throws {
    for (day, count) in [(1.0, 1), (7.6, 0), (0.4, 0)] {
      var desk = Desk()
      desk.ticket("1", day: 0)
      desk.ticket("2", day: 0, topic: "t-2")
      desk.log.add(
        CallOffered(callId: "k", direction: .inbound, clientId: "c-1", topicId: "t-2"),
        at: day * 1_440, by: .client, stream: "call/k")
      desk.log.add(
        ContactLinkedToTicket(contactId: "k", ticketId: "1"), at: day * 1_440 + 1, stream: "call/k")
      let found = try #require(ContactTrail.trails(desk.log.stored()).first).findings(
        at: TicketCase.at(90_000), rules: .builtIn, codes: [.repeatContact], ends: desk.ends())
      // It is about the ticket to which it is linked, and not about the other one on its topic.
      #expect(found.map(\.details.other) == (count == 1 ? ["1"] : []))
      #expect(try desk.counted() == (count == 1 ? ["1"] : []))
    }
  }

  @Test("A call that the desk made is no contact of the client's")
  func outbound() throws {
    var desk = Desk()
    desk.ticket("1", day: 0)
    desk.log.add(
      CallOffered(callId: "k", direction: .outbound, clientId: "c-1", topicId: "t-1"),
      at: Self.day, stream: "call/k")
    // Nor is one of a vendor about the client.
    desk.log.add(
      CallOffered(
        callId: "v", direction: .inbound, clientId: "c-1", topicId: "t-1", partyRole: .vendor),
      at: Self.day, stream: "call/v")
    let trail = try #require(ContactTrail.trails(desk.log.stored()).first)
    #expect(trail.findings(at: TicketCase.at(90_000), rules: .builtIn, ends: desk.ends()) == [])
    #expect(try desk.counted() == [])
  }
}
