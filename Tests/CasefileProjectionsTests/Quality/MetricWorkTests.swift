import CasefileModel
import CasefileProjections
import Testing

/// Load, questions and answers, handovers and effort, by hand-computed tables.
@Suite("Metrics of load and work")
struct MetricWorkTests {
  private func measured(
    _ metric: Metric, _ desk: FindingDesk, at minutes: Double = 50_000
  ) throws -> TicketMetric {
    try #require(desk.events.history.metric(metric, at: TicketCase.at(minutes)))
  }

  /// The client asks at 10, 30, 50 and 80; Anna answers at 20, Boris at 45 and 60; the last question
  /// is open.
  private func questions() -> FindingDesk {
    var desk = FindingDesk()
    for (asked, answered, agent) in [
      (10.0, 20.0, Actor.anna), (30, 45, .boris), (50, 60, .boris),
    ] {
      desk.add(MessageReceived(messageId: "q-\(asked)"), at: asked, by: .client)
      desk.add(MessageSent(messageId: "m-\(answered)", author: .agent), at: answered, by: agent)
    }
    desk.add(MessageReceived(messageId: "q-80"), at: 80, by: .client)
    return desk
  }

  @Test("A contact counts when it is opened, a close each time, a topic as it was found last")
  func load() throws {
    var desk = FindingDesk()
    #expect(try measured(.reasons, desk).omissions == [.noTopic: 1])
    desk.add(TicketClassified(topicId: "t-1"), at: 1)
    desk.add(TicketClassified(topicId: "t-2"), at: 2)
    desk.add(TicketClosed(), at: 10)
    desk.add(TicketClosed(), at: 11)
    desk.add(TicketReopened(), at: 20)
    desk.add(TicketClosed(), at: 30, by: .boris)
    let opened = try measured(.newContacts, desk).samples
    #expect(opened.map(\.value) == [1] && opened[0].at == TicketCase.at(0))
    #expect(opened[0].positions == [Position(0)] && opened[0].group == "g-1")
    // The close of a closed ticket is none.
    let closes = try measured(.closed, desk).samples
    #expect(closes.map(\.at) == [10, 30].map { TicketCase.at($0) })
    #expect(closes.map(\.agent) == ["a-1", "a-2"])
    let reasons = try measured(.reasons, desk).samples
    #expect(reasons.map(\.part) == ["t-2"] && reasons[0].positions == [Position(0), Position(3)])
    #expect(try measured(.newContacts, desk, at: 0).samples.count == 1)
    #expect(desk.events.history.metric(.newContacts, at: TicketCase.at(-1)) == nil)
  }

  @Test("The backlog tells age, and whether it waits, is worked on or is nobody's")
  func backlog() throws {
    var desk = FindingDesk(takenAt: nil)
    func row(_ minutes: Double) throws -> [String] {
      try measured(.backlog, desk, at: minutes).samples.map { "\($0.part ?? "") \($0.value)" }
    }
    #expect(try row(5) == ["unheld 300"])
    desk.add(TicketAssigned(agentId: "a-1", mode: .take), at: 10)
    desk.add(WaitingStarted(waitId: "w", reason: .client, until: TicketCase.at(60)), at: 20)
    #expect(try row(15) == ["working 900"] && row(30) == ["waiting 1800"])
    // The wait ends by itself; without an end it would last.
    #expect(try row(61) == ["working 3660"])
    desk.add(TicketClosed(), at: 70)
    #expect(try row(80) == [])
    desk.add(TicketReopened(), at: 90)
    #expect(try row(100) == ["working 6000"])
  }

  @Test("Untouched for longer than the limit is stale; a wait with an end ahead excuses it")
  func stale() throws {
    let day = 1_440.0
    var desk = FindingDesk()
    func value(_ days: Double) throws -> [Int64] {
      try measured(.stale, desk, at: days * day).samples.map(\.value)
    }
    #expect(try value(9) == [0] && value(10.5) == [1])
    desk.add(TicketNoteAdded(noteId: "n", text: "-"), at: 11 * day)
    #expect(try value(20) == [0] && value(22) == [1])
    #expect(try measured(.stale, desk, at: 22 * day).samples[0].positions == [Position(2)])
    desk.add(
      WaitingStarted(waitId: "w", reason: .vendor, until: TicketCase.at(40 * day)), at: 12 * day)
    #expect(try value(30) == [0] && value(41) == [1])
    desk.add(TicketClosed(), at: 42 * day)
    #expect(try value(60) == [])
  }

  @Test("Later replies, questions after the first reply, and whether one agent kept to them")
  func questionsAndAnswers() throws {
    let later = try measured(.nextReplies, questions())
    #expect(later.samples.map(\.value) == [900, 600] && later.omissions == [.notYet: 1])
    #expect(later.samples.map(\.agent) == ["a-2", "a-2"])
    let all = try measured(.replies, questions())
    #expect(all.samples.map(\.value) == [600, 900, 600] && all.omissions == [.notYet: 1])
    let follow = try measured(.followUpQuestions, questions()).samples
    #expect(follow.map(\.value) == [3] && follow[0].agent == "a-1")
    #expect(follow[0].positions.count == 4)
    // 20 by Anna, 45 by Boris: broken; 60 by Boris again: kept.
    let kept = try measured(.continuity, questions()).samples
    #expect(kept.map(\.value) == [0, 1] && kept.map(\.agent) == ["a-2", "a-2"])
    #expect(try measured(.followUpQuestions, FindingDesk()).omissions == [.notYet: 1])
    #expect(try measured(.continuity, FindingDesk()).samples.isEmpty)
  }

  @Test("An acknowledgement runs from the offer to its acceptance, and is the taker's")
  func acknowledgement() throws {
    var desk = FindingDesk()
    desk.add(
      HandoffOffered(handoffId: "h", fromAgent: "a-1", toAgent: "a-2", summary: "so far"), at: 10)
    desk.add(HandoffAccepted(handoffId: "h", agentId: "a-2"), at: 25, by: .boris)
    desk.add(HandoffForced(toAgent: "a-1"), at: 40, by: .boris)
    let found = try measured(.acknowledgement, desk)
    #expect(found.samples.map(\.value) == [900] && found.samples[0].agent == "a-2")
    #expect(found.samples[0].positions == [Position(2), Position(3)] && found.omissions.isEmpty)
  }

  @Test("Work touches are counted, and logged time apart from that of calls")
  func effort() throws {
    var desk = FindingDesk()
    desk.add(TicketNoteAdded(noteId: "n", text: "-"), at: 1)
    desk.add(MessageSent(messageId: "m", author: .agent), at: 2)
    // The taking of the ticket and the note; the message is a turn towards the client.
    let acts = try measured(.workTouches, desk).samples
    #expect(acts.map(\.value) == [1, 1] && acts.map(\.agent) == ["a-1", "a-1"])
    #expect(acts.map(\.at) == [0, 1].map { TicketCase.at($0) })
    #expect(acts.map(\.positions) == [[Position(1)], [Position(2)]])
    #expect(try measured(.workTouches, FindingDesk(takenAt: nil)).samples.map(\.value) == [0])
    #expect(try measured(.handlingTime, desk).omissions == [.noTime: 1])
    desk.add(TicketTimeLogged(agentId: "a-1", seconds: 100), at: 3)
    desk.add(TicketTimeLogged(agentId: "a-2", seconds: 50), at: 4)
    desk.add(TicketTimeLogged(agentId: "a-1", seconds: 20), at: 5)
    desk.add(TicketTimeLogged(agentId: "a-1", seconds: -7), at: 6)
    desk.add(CallAnswered(callId: "k", agentId: "a-2"), at: 7)
    desk.add(CallEnded(callId: "k", talkSeconds: 30, holdSeconds: 5, wrapUpSeconds: 10), at: 8)
    let time = try measured(.handlingTime, desk).samples
    #expect(
      time.map { "\($0.part ?? "") \($0.agent ?? "") \($0.value)" } == [
        "logged a-1 100", "logged a-2 50", "logged a-1 20", "calls a-2 45",
      ])
    #expect(time.map(\.at) == [3, 4, 5, 8].map { TicketCase.at($0) })
    desk.add(TicketTimeLogged(agentId: "a-1", seconds: .max), at: 9)
    #expect(try measured(.handlingTime, desk).samples.map(\.value).contains(.max))
  }

  @Test("The first turn after a reminder is prompted; all others are the agent's own")
  func prompted() throws {
    var desk = FindingDesk()
    desk.add(MessageSent(messageId: "m-1", author: .agent), at: 10)
    desk.add(TicketClientReminder(messageId: "q-1"), at: 30, by: .client)
    desk.add(TicketClientReminder(messageId: "q-2"), at: 40, by: .client)
    desk.add(MessageSent(messageId: "m-2", author: .agent), at: 50, by: .boris)
    desk.add(MessageSent(messageId: "m-3", author: .agent), at: 90, by: .boris)
    // Nobody answered the last one yet.
    desk.add(TicketClientReminder(messageId: "q-3"), at: 95, by: .client)
    let found = try measured(.promptedTouches, desk).samples
    #expect(found.map(\.value) == [0, 1, 0] && found.map(\.agent) == ["a-1", "a-2", "a-2"])
    #expect(found[1].positions == [Position(4), Position(5)])
    #expect(try measured(.promptedTouches, FindingDesk()).samples.isEmpty)
  }

  @Test("Calls: spoken, on hold, given up, and what came of them")
  func calls() throws {
    var desk = FindingDesk()
    desk.add(CallOffered(callId: "k", direction: .inbound), at: 1, by: .client)
    desk.add(CallAnswered(callId: "k", agentId: "a-2"), at: 2)
    desk.add(CallEnded(callId: "k", talkSeconds: 90, outcome: .resolved), at: 4, by: .bot)
    desk.add(CallOffered(callId: "l", direction: .inbound), at: 5, by: .client)
    desk.add(CallAbandoned(callId: "l", waitSeconds: 40), at: 6, by: .bot)
    desk.add(CallEnded(callId: "l"), at: 6, by: .bot)
    desk.add(CallOffered(callId: "m", direction: .outbound), at: 7)
    desk.add(CallEnded(callId: "m", talkSeconds: 10, holdSeconds: 3), at: 8)
    desk.add(CallOffered(callId: "p", direction: .outbound), at: 8)
    desk.add(CallEnded(callId: "p", talkSeconds: 0, holdSeconds: 0, outcome: .noAnswer), at: 8.5)
    desk.add(CallOffered(callId: "n"), at: 9, by: .client)
    desk.add(CallAbandoned(callId: "o"), at: 10, by: .bot)
    let talk = try measured(.callTalk, desk)
    #expect(talk.samples.map(\.value) == [90, 10] && talk.samples.map(\.agent) == ["a-2", "a-1"])
    let hold = try measured(.callHold, desk)
    #expect(hold.samples.map(\.value) == [3] && hold.omissions == [.noTime: 1])
    // k was answered, l and o were given up, of n nothing more is told, m went out.
    let lost = try measured(.callsAbandoned, desk)
    #expect(lost.samples.map(\.value) == [0, 1, 1] && lost.omissions == [.noOutcome: 1])
    #expect(lost.samples.map(\.agent) == [nil, nil, nil])
    let outcomes = try measured(.callOutcomes, desk)
    #expect(outcomes.samples.map(\.part) == ["resolved", "noAnswer"])
    #expect(outcomes.omissions == [.noOutcome: 2])
  }
}
