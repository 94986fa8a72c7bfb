import CasefileModel
import CasefileProjections
import Testing

@Suite("Findings about work and contact")
struct FindingContactTests {
  private func sent(_ id: String, template: String? = nil) -> MessageSent {
    MessageSent(messageId: id, author: .agent, templateId: template)
  }

  @Test(
    "Hung: no human act for longer than the limit, from act to act",
    arguments: [(14_400.0, 0), (14_401.0, 1)])
  func hung(minutes: Double, count: Int) throws {
    var desk = FindingDesk()
    desk.add(TicketNoteAdded(noteId: "n-1"), at: minutes)
    desk.add(TicketClosed(), at: minutes + 1)
    let found = try desk.found(.hung)
    #expect(found.count == count)
    #expect(found.allSatisfy { $0.agent == "a-1" && $0.details.limitSeconds == 864_000 })
  }

  @Test("A wait whose end lies ahead excuses it; one without an end, or long over, does not")
  func hungWaiting() throws {
    func desk(until: Double?) -> FindingDesk {
      var desk = FindingDesk()
      desk.add(
        WaitingStarted(
          waitId: "w", reason: .scheduledUntil, until: until.map { TicketCase.at($0) }), at: 1)
      return desk
    }
    #expect(try desk(until: 20_000).found(.hung, at: 19_000) == [])
    #expect(try desk(until: nil).found(.hung, at: 19_000).count == 1)
    #expect(try desk(until: 5_000).found(.hung, at: 19_000).count == 1)
    // One that was over when it was asked does not excuse what came after it.
    #expect(try desk(until: 20_000).found(.hung, at: 19_999) == [])
    #expect(try desk(until: 20_000).found(.hung, at: 20_000).count == 1)
    #expect(try desk(until: 20_000).found(.hung, at: 90_000).count == 1)
    // Nor one that began when it had hung already; two, one after the other, do.
    var waits = desk(until: 15_000)
    waits.add(
      WaitingStarted(waitId: "v", reason: .vendor, until: TicketCase.at(20_000)), at: 14_900,
      by: .rule)
    #expect(try waits.found(.hung, at: 19_000) == [])
    waits.add(TicketNoteAdded(noteId: "n"), at: 20_000)
    #expect(try waits.found(.hung, at: 21_000) == [])
    var late = desk(until: 15_000)
    late.add(
      WaitingStarted(waitId: "v", reason: .vendor, until: TicketCase.at(20_000)), at: 15_001,
      by: .rule)
    #expect(try late.found(.hung, at: 19_000).count == 1)
    // Rules and bots are no human.
    var desk = FindingDesk()
    desk.add(TicketTagged(tag: "x"), at: 9_000, by: .rule)
    #expect(try desk.found(.hung, at: 14_401).count == 1)
    #expect(try desk.found(.hung, at: 14_400) == [])
  }

  @Test(
    "Unanswered: around the clock, whatever pauses, up to a human reply",
    arguments: [(4_320.0, 0), (4_321.0, 1)])
  func unanswered(minutes: Double, count: Int) throws {
    var desk = FindingDesk()
    desk.add(WaitingStarted(waitId: "w", reason: .vendor), at: 1)
    desk.add(sent("m-1"), at: minutes)
    let found = try desk.found(.unanswered)
    #expect(found.count == count)
    #expect(found.allSatisfy { $0.positions.map(\.rawValue) == [0, 3] })
  }

  @Test("What needs no reply, what a close ended, and a bot's answer")
  func unansweredEdges() throws {
    var desk = FindingDesk()
    desk.add(sent("m-1"), at: 1)
    desk.add(MessageReceived(messageId: "m-2", authorRole: .client, needsReply: .no), at: 2)
    desk.add(MessageReceived(messageId: "m-3", authorRole: .client, autoSubmitted: true), at: 3)
    #expect(try desk.found(.unanswered) == [])
    desk.add(MessageReceived(messageId: "m-4", authorRole: .client), at: 4, by: .client)
    desk.add(MessageSent(messageId: "m-5", author: .bot), at: 5, by: .bot)
    #expect(try desk.found(.unanswered, at: 4_325).first?.details.until == nil)
    #expect(try desk.found(.unanswered, at: 4_324) == [])
    desk.add(TicketClosed(), at: 100)
    #expect(try desk.found(.unanswered) == [])
  }

  @Test("A source that does not record messages is never told to have left a client alone")
  func notAssessable() throws {
    func desk(_ origin: Origin) -> FindingDesk {
      var desk = FindingDesk(empty: ())
      desk.add(TicketOpened(clientId: "c-9"), at: 0, by: .client, origin: origin)
      return desk
    }
    let imported = desk(Origin(system: "desk", importBatch: "b", basis: .imported))
    #expect(
      try imported.answer(.unanswered, records: ["ticket.opened"])
        == .notAssessable(.notRecorded("message.sent")))
    #expect(
      try imported.answer(.unanswered, records: []) == .notAssessable(.notStated("message.sent")))
    #expect(
      try imported.answer(.callAbandoned, records: ["message.*"])
        == .notAssessable(.notRecorded("call.abandoned")))
    let answer = try imported.answer(.unanswered, records: ["message.*"])
    guard case .found = answer else {
      Issue.record("\(answer)")
      return
    }
  }

  @Test("Reminders, told again, untracked contacts and missing recordings, by their events")
  func stated() throws {
    var desk = FindingDesk()
    desk.add(HandoffForced(handoffId: "h-1", fromAgent: "a-1", toAgent: "a-2"), at: 5)
    for code in [FindingCode.clientReminder, .clientRetold, .untrackedContact, .recordingMissing] {
      #expect(try desk.answer(code) == .notFound([]))
    }
    desk.add(TicketClientReminder(messageId: "m-1"), at: 10, by: .rule)
    desk.add(HandoffClientRetoldDetected(marker: .agentAsked, handoffId: "h-1"), at: 11, by: .rule)
    desk.add(
      ChannelUntrackedContactReported(agentId: "a-3", channel: .whatsapp, durationSeconds: 60),
      at: 12)
    desk.add(CallAnswered(callId: "k", agentId: "a-1"), at: 13)
    let missing = desk.add(CallRecordingMissing(reason: .personalPhone, callId: "k"), at: 14)
    let reminder = try #require(try desk.found(.clientReminder).first)
    #expect(reminder.agent == "a-2" && reminder.details.other == "m-1")
    // A defect of the handover: it is about the giver.
    let retold = try #require(try desk.found(.clientRetold).first)
    #expect(retold.agent == "a-1" && retold.positions.map(\.rawValue) == [2, 4])
    #expect(try desk.found(.untrackedContact).map(\.agent) == ["a-3"])
    let recording = try #require(try desk.found(.recordingMissing).first)
    #expect(recording.agent == "a-1" && recording.details.word == "personalPhone")
    // Retracted it is none.
    desk.add(EventRetracted(targetEventId: missing), at: 15)
    #expect(try desk.found(.recordingMissing) == [])
  }

  @Test(
    "A call is late after more than the seconds or the rings",
    arguments: [(24, nil, 0), (25, nil, 1), (3, 4, 0), (3, 5, 1), (nil, nil, 1)]
      as [(Int64?, Int64?, Int)])
  func lateCall(wait: Int64?, rings: Int64?, count: Int) throws {
    var desk = FindingDesk()
    desk.add(CallOffered(callId: "k", direction: .inbound), at: 10, by: .client)
    // Half a minute by the two events, where neither is stated.
    desk.add(CallAnswered(callId: "k", agentId: "a-1", waitSeconds: wait, rings: rings), at: 10.5)
    #expect(try desk.found(.callAnsweredLate).count == count)
    var own = FindingDesk()
    own.add(CallOffered(callId: "k", direction: .outbound), at: 10)
    own.add(CallAnswered(callId: "k", agentId: "a-1", waitSeconds: wait, rings: rings), at: 10.5)
    #expect(try own.found(.callAnsweredLate) == [])
  }

  @Test(
    "After a transfer the client waits from the transfer on, and times that can't be say nothing")
  func transferred() throws {
    var desk = FindingDesk()
    desk.add(CallOffered(callId: "k", direction: .inbound), at: 10, by: .client)
    desk.add(CallAnswered(callId: "k", agentId: "a-1"), at: 10.1)
    var warm = desk
    desk.add(CallTransferred(callId: "k", fromAgent: "a-1", toAgent: "a-2"), at: 15)
    desk.add(CallAnswered(callId: "k", agentId: "a-2"), at: 15.2, by: .boris)
    #expect(try desk.found(.callAnsweredLate) == [])
    desk.add(CallTransferred(callId: "k", fromAgent: "a-2", toAgent: "a-1"), at: 20)
    desk.add(CallAnswered(callId: "k", agentId: "a-1"), at: 20.5)
    let found = try desk.found(.callAnsweredLate)
    #expect(found.map(\.details.seconds) == [30] && found[0].agent == "a-1")
    #expect(found[0].positions.map(\.rawValue) == [6, 7])
    // Who joins a call on which somebody speaks lets nobody wait.
    warm.add(CallAnswered(callId: "k", agentId: "a-2"), at: 15, by: .boris)
    #expect(try warm.found(.callAnsweredLate) == [])
    var odd = FindingDesk()
    odd.add(CallOffered(callId: "k", direction: .inbound), at: 10, by: .client)
    odd.add(CallAnswered(callId: "k", agentId: "a-1", waitSeconds: -500), at: 10.5)
    #expect(try odd.found(.callAnsweredLate).map(\.details.seconds) == [30])
    odd.add(CallAbandoned(callId: "k", waitSeconds: -1), at: 11, by: .client)
    #expect(try odd.found(.callAbandoned).map(\.details.seconds) == [60])
  }

  @Test("A call that was given up, with how long the caller waited")
  func abandoned() throws {
    var desk = FindingDesk()
    desk.add(CallOffered(callId: "k", direction: .inbound), at: 10, by: .client)
    #expect(try desk.answer(.callAbandoned) == .notFound([]))
    desk.add(CallAbandoned(callId: "k"), at: 11, by: .client)
    #expect(try desk.found(.callAbandoned).map(\.details.seconds) == [60])
  }

  @Test(
    "A bad mark on an answer by a template",
    arguments: [
      (2, .csat, 1, 5, "t-1", 1), (3, .csat, 1, 5, "t-1", 0), (1, .csat, 1, 5, nil, 0),
      (6, .nps, 0, 10, "t-1", 1), (7, .nps, 0, 10, "t-1", 0), (0, .solved, 0, 1, "t-1", 1),
      // Outside its scale it says nothing.
      (0, .csat, 1, 5, "t-1", 0),
    ] as [(Int64, RatingKind, Int64, Int64, String?, Int)])
  func template(
    score: Int64, kind: RatingKind, low: Int64, high: Int64, template: String?, count: Int
  ) throws {
    var desk = FindingDesk()
    desk.add(sent("m-1", template: template), at: 10)
    desk.add(
      RatingReceived(
        ratingId: "r-1", kind: kind, score: score, scaleMin: low, scaleMax: high), at: 20,
      by: .client)
    let found = try desk.found(.templateDisliked)
    #expect(found.count == count)
    if let one = found.first { #expect(one.details.other == "t-1" && one.agent == "a-1") }
    desk.add(RatingWithdrawn(ratingId: "r-1"), at: 30)
    #expect(try desk.found(.templateDisliked) == [])
  }

  @Test(
    "An outage of a channel that the ticket used, in its time",
    arguments: [
      (Channel.email, 10.0, 20.0, 1), (.phone, 10.0, 20.0, 0), (.email, -20.0, -1.0, 0),
      (.email, -20.0, 0.0, 1), (.email, 101.0, 120.0, 0),
    ])
  func outage(channel: Channel, from: Double, to: Double, count: Int) throws {
    var desk = FindingDesk(channel: .email)
    desk.add(TicketClosed(), at: 100)
    desk.add(
      ChannelOutage(channel: channel, from: TicketCase.at(from), to: TicketCase.at(to)), at: to,
      by: .rule, stream: "channel/x")
    #expect(try desk.found(.channelOutage).count == count)
  }

  @Test("A call before the ticket is the ticket's once it is linked, and nobody's else")
  func contacts() throws {
    var desk = FindingDesk()
    desk.add(
      CallOffered(callId: "k", direction: .inbound), at: -10, by: .client, stream: "call/k")
    desk.add(CallAbandoned(callId: "k", waitSeconds: 70), at: -9, by: .rule, stream: "call/k")
    #expect(try desk.answer(.callAbandoned) == .notFound([]))
    let record = try #require(ContactTrail.trails(desk.events.stored()).first)
    let own = record.findings(at: TicketCase.at(0), rules: .builtIn)
    #expect(own.map(\.code) == [.callAbandoned] && own[0].contact == "call/k")
    #expect(own[0].ticket == nil && own[0].details.seconds == 70)
    #expect(record.findings(at: TicketCase.at(-9.5), rules: .builtIn) == [])
    desk.add(ContactLinkedToTicket(contactId: "k", ticketId: "7"), at: 1, stream: "call/k")
    let found = try desk.found(.callAbandoned)
    #expect(found.map(\.ticket) == ["7"] && found[0].positions.map(\.rawValue) == [2, 3])
    desk.add(ContactUnlinked(contactId: "k", ticketId: "7"), at: 2, stream: "call/k")
    #expect(try desk.answer(.callAbandoned) == .notFound([]))
  }
}
