import CasefileModel
import CasefileProjections
import Testing

@Suite("Findings about clocks")
struct FindingClockTests {
  private func governed(
    _ clock: String = "resolution", minutes: Int64 = 480, low: Int64? = nil
  ) -> FindingDesk {
    var desk = FindingDesk()
    desk.govern(clock, minutes: minutes, low: low)
    return desk
  }

  private func sent(_ id: String) -> MessageSent { MessageSent(messageId: id, author: .agent) }

  @Test("Without a policy nothing is said of clocks")
  func noPolicy() throws {
    let codes: [FindingCode] = [
      .delayWithoutNotice, .pauseWithoutQuestion, .lateRetarget, .recordedLate,
    ]
    for code in codes { #expect(try FindingDesk().answer(code) == .notAssessable(.noPolicy)) }
  }

  @Test(
    "A deadline passed without a notice before it",
    arguments: [(nil, 1), (480.0, 0), (481.0, 1)] as [(Double?, Int)])
  func delay(notice: Double?, count: Int) throws {
    var desk = governed()
    if let notice { desk.add(TicketDelayNoticeSent(messageId: "m"), at: notice) }
    let found = try desk.found(.delayWithoutNotice)
    #expect(found.count == count)
    if let one = found.first {
      #expect(one.at == TicketCase.at(480) && one.agent == "a-1")
      #expect(one.details.word == "resolution")
    }
    #expect(try desk.found(.delayWithoutNotice, at: 480) == [])
  }

  @Test(
    "A notice about one clock excuses no other one",
    arguments: [("resolution", 0), (nil, 0), ("firstReply", 1), ("mood", 1)] as [(String?, Int)])
  func noticeOfOneClock(clock: String?, count: Int) throws {
    var desk = governed()
    desk.add(TicketDelayNoticeSent(messageId: "m", clock: clock), at: 400)
    #expect(try desk.found(.delayWithoutNotice).count == count)
  }

  @Test(
    "A pause for the client without a question shortly before, and what it did to the clock",
    arguments: [(340.0, 0), (339.0, 1), (401.0, 1)])
  func pause(asked: Double, count: Int) throws {
    var desk = governed()
    desk.add(sent("m-1"), at: asked)
    desk.add(WaitingStarted(waitId: "w", reason: .client), at: 400)
    desk.add(WaitingEnded(waitId: "w"), at: 900)
    desk.add(ResolutionProposed(), at: 950)
    let found = try desk.found(.pauseWithoutQuestion)
    #expect(found.count == count)
    if let one = found.first {
      let effect = try #require(one.clocks.first)
      #expect(effect.clock == .resolution && effect.verdict == .met)
      #expect(effect.verdictWithout == .breached)
      #expect(effect.dueAtWithout == TicketCase.at(480) && one.agent == "a-1")
    }
  }

  @Test("A pause that changed nothing, or for somebody else, is none")
  func harmlessPause() throws {
    var vendor = governed()
    vendor.add(WaitingStarted(waitId: "w", reason: .vendor), at: 400)
    vendor.add(WaitingEnded(waitId: "w"), at: 900)
    #expect(try vendor.answer(.pauseWithoutQuestion) == .notFound([]))
    var late = governed()
    // The deadline had passed already.
    late.add(WaitingStarted(waitId: "w", reason: .client), at: 500)
    late.add(WaitingEnded(waitId: "w"), at: 600)
    late.add(ResolutionProposed(), at: 700)
    #expect(try late.answer(.pauseWithoutQuestion) == .notFound([]))
  }

  @Test(
    "Late in the target a change by which it grew",
    arguments: [(383.0, 960, 0), (384.0, 960, 1), (384.0, 470, 0)] as [(Double, Int64, Int)])
  func retarget(minutes: Double, low: Int64, count: Int) throws {
    var desk = governed(low: low)
    desk.add(TicketPriorityChanged(from: "high", to: "low"), at: minutes)
    desk.add(ResolutionProposed(), at: 600)
    let found = try desk.found(.lateRetarget)
    #expect(found.count == count)
    if let one = found.first {
      #expect(one.clocks.map(\.verdict) == [.met] && one.clocks[0].verdictWithout == .breached)
      #expect(one.details.word == "ticket.priorityChanged" && one.agent == "a-1")
    }
  }

  @Test(
    "Resolved and continued by the same agent within the hour",
    arguments: [(160.0, Actor.anna, 1), (161.0, .anna, 0), (160.0, .boris, 0)])
  func continued(minutes: Double, actor: Actor, count: Int) throws {
    var desk = governed()
    desk.add(ResolutionProposed(), at: 100)
    desk.add(TicketNoteAdded(noteId: "n"), at: minutes, by: actor)
    let found = try desk.found(.resolvedAndContinued)
    #expect(found.count == count)
    if let one = found.first {
      #expect(one.positions.map(\.rawValue) == [3, 4])
      #expect(one.clocks.map(\.verdict) == [.met] && one.clocks[0].verdictWithout == .breached)
    }
  }

  @Test("What closes the ticket, or asks for a mark, continues nothing")
  func ended() throws {
    var desk = FindingDesk()
    desk.add(ResolutionProposed(), at: 100)
    desk.add(SurveyOffered(surveyId: "s"), at: 101)
    desk.add(TicketClosed(), at: 102)
    #expect(try desk.answer(.resolvedAndContinued) == .notFound([]))
  }

  @Test(
    "A promised date that was moved after it had passed",
    arguments: [(100.0, 200.0, 0), (101.0, 200.0, 1), (101.0, 90.0, 0)])
  func promise(minutes: Double, due: Double, count: Int) throws {
    var desk = FindingDesk()
    desk.add(TicketDueDateSet(dueAt: TicketCase.at(100), setBy: "a-1"), at: 10)
    desk.add(TicketDueDateSet(dueAt: TicketCase.at(due), setBy: "a-2"), at: minutes)
    let found = try desk.found(.promiseMoved)
    #expect(found.count == count)
    if let one = found.first {
      #expect(one.agent == "a-2" && one.positions.map(\.rawValue) == [2, 3])
    }
  }

  @Test(
    "Written down late, and a missed deadline became a kept one",
    arguments: [(415.0, 400.0, 0), (416.0, 400.0, 1), (700.0, 481.0, 0)])
  func recordedLate(written: Double, happened: Double, count: Int) throws {
    var desk = governed()
    desk.add(
      ResolutionProposed(), at: happened,
      origin: Origin(
        system: "desk", basis: .imported, sourceRecordedAt: TicketCase.at(written)))
    let found = try desk.found(.recordedLate)
    #expect(found.count == count)
    if let one = found.first {
      #expect(one.clocks.map(\.verdict) == [.met] && one.clocks[0].verdictWithout == .breached)
      #expect(one.details.seconds == 960 && one.details.word == "resolution.proposed")
    }
  }

  @Test("An import that does not say when its source wrote is never late; a live event is")
  func unknownWriting() throws {
    var imported = governed()
    imported.add(ResolutionProposed(), at: 400, origin: Origin(system: "desk", basis: .imported))
    #expect(try imported.found(.recordedLate) == [])
    var live = governed()
    live.add(ResolutionProposed(), at: 400)
    #expect(try live.found(.recordedLate).count == 1)
  }
}
