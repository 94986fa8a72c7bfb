import CasefileModel
import CasefileProjections
import Testing

@Suite("Domain order")
struct OrderTests {
  @Test("A source's order key goes before its clock")
  func sequence() {
    var ticket = TicketCase()
    ticket.add(TicketOpened(), at: 0, by: .client, sequence: 1)
    ticket.add(TicketClosed(), at: 10, sequence: 2)
    ticket.add(TicketReopened(), at: 5, sequence: 3)
    let entries = ticket.history.entries()
    #expect(entries.map(\.position.rawValue) == [0, 1, 2])
    #expect(entries[2].effectiveAt == TicketCase.at(10))
    #expect(entries[2].occurredAt == TicketCase.at(5))
    #expect(ticket.state.status == .open)
    #expect(ticket.state.reopenCount == 1)
  }

  @Test("A retracted row pushes none of its followers")
  func retractedRow() {
    var ticket = TicketCase()
    let wrong = ticket.add(TicketOpened(), at: 500, by: .client, sequence: 1)
    ticket.add(TicketOpened(), at: 1, by: .client, sequence: 2)
    ticket.add(EventRetracted(targetEventId: wrong), at: 600)
    #expect(ticket.history.entries()[0].effectiveAt == TicketCase.at(1))
  }

  @Test("Without any event there is nothing, and nothing traps")
  func empty() {
    let history = TicketHistory(events: [])
    #expect(history.ticket == nil)
    #expect(history.entries().isEmpty)
    #expect(history.state().evaluatedAt == nil)
    #expect(history.state().status == .new)
    #expect(history.version() == .none)
  }

  @Test("Any order of appends gives the same state", arguments: 0..<40)
  func anyOrder(seed: UInt64) {
    var random = SplitMix(state: seed)
    let ticket = RandomTicket.make(using: &random)
    let events = ticket.stored()
    let expected = Comparable(TicketHistory(events: events))
    for _ in 0..<5 {
      let order = Array(ticket.events.indices).shuffled(using: &random)
      let shuffled = TicketHistory(events: ticket.stored(order: order).shuffled(using: &random))
      #expect(Comparable(shuffled) == expected)
    }
  }

  @Test("Now is as of the newest event", arguments: 0..<20)
  func newest(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let history = RandomTicket.make(using: &random).history
    let newest = try #require(history.entries().map(\.effectiveAt).max())
    #expect(history.state() == history.state(asOf: newest))
    #expect(history.entries() == history.entries(asOf: newest))
  }

  @Test("What is known at a position is what its prefix says", arguments: 0..<20)
  func prefix(seed: UInt64) {
    var random = SplitMix(state: seed)
    let ticket = RandomTicket.make(using: &random)
    let events = ticket.stored()
    for count in 1...events.count {
      let prefix = TicketHistory(events: Array(events[..<count]))
      let known = KnownAt.position(Position(UInt64(count - 1)))
      #expect(TicketHistory(events: events).state(knownAt: known) == prefix.state())
      let recorded = KnownAt.recorded(events[count - 1].envelope.recordedAt)
      #expect(TicketHistory(events: events).state(knownAt: recorded) == prefix.state())
    }
  }

  /// A state without positions, which do follow the order of appends.
  private struct Comparable: Equatable {
    let texts: [String]

    init(_ history: TicketHistory) {
      let state = history.state()
      texts =
        [
          state.status.word, state.assignee ?? "-", state.group ?? "-", state.priority ?? "-",
          "\(state.tags)", "\(state.handoffs.map { "\($0.kind) \($0.from) \($0.to) \($0.at)" })",
          "\(state.indirectHandoffCount) \(state.groupTransferCount) \(state.reopenCount)",
          "\(state.messageCount) \(state.touchCount) \(state.workTouchCount)",
          "\(state.responsibility.map { "\($0.holder) \($0.from) \(String(describing: $0.until))" })",
          "\(state.waits.map(\.id)) \(state.pastWaits.map { "\($0.id) \($0.ending as Any)" })",
          "\(String(describing: state.firstReplyAt)) \(String(describing: state.closedAt))",
          "\(String(describing: state.openOffer?.handoff)) \(state.contradictions.map(\.kind))",
          "\(state.closeKind?.word ?? "-") \(state.fields) \(state.channels)",
        ] + history.entries().map { "\($0.event.envelope.id) \($0.effectiveAt)" }
    }
  }
}

/// A small generator of random numbers that repeats.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

/// A ticket on which anything may happen, sensible or not; no two live events at one instant.
enum RandomTicket {
  static func make(using random: inout SplitMix) -> TicketCase {
    var ticket = TicketCase()
    ticket.add(TicketOpened(clientId: "c-9", priority: "3"), at: 0, by: .client)
    var corrected: Set<UInt64> = []
    for step in 1...30 {
      let target = UInt64.random(in: 1...UInt64(step), using: &random)
      // One source numbers its rows, and its clock is sometimes behind.
      let isRow = Int.random(in: 0..<3, using: &random) == 0
      let minutes = Double(step) * 7 + Double.random(in: isRow ? -20..<0 : 0..<1, using: &random)
      let amends = Int.random(in: 0..<8, using: &random) == 0
      if amends, corrected.insert(target).inserted {
        if Bool.random(using: &random) {
          ticket.add(EventRetracted(targetEventId: TicketCase.id(target)), at: minutes)
        } else {
          ticket.add(
            EventCorrected(
              targetEventId: TicketCase.id(target), field: "occurredAt",
              newValue: JSONText("\"\(TicketCase.at(minutes / 2 + 0.123))\"")), at: minutes)
        }
        continue
      }
      add(step, at: minutes, sequence: isRow ? Int64(step) : nil, to: &ticket, using: &random)
    }
    return ticket
  }

  private static func add(
    _ step: Int, at minutes: Double, sequence: Int64?, to ticket: inout TicketCase,
    using random: inout SplitMix
  ) {
    let agent = "a-\(Int.random(in: 1...3, using: &random))"
    let actor = Actor(.agent, agent)
    let word = "\(Int.random(in: 1...3, using: &random))"
    switch Int.random(in: 0..<14, using: &random) {
    case 0:
      ticket.add(TicketAssigned(agentId: agent, mode: .manual), at: minutes, sequence: sequence)
    case 1: ticket.add(TicketUnassigned(), at: minutes, sequence: sequence)
    case 2:
      ticket.add(
        HandoffOffered(handoffId: "h-\(word)", fromAgent: agent, toAgent: "a-9", summary: "s"),
        at: minutes, by: actor, sequence: sequence)
    case 3:
      ticket.add(
        HandoffAccepted(handoffId: "h-\(word)", agentId: "a-9"), at: minutes, sequence: sequence)
    case 4: ticket.add(HandoffDeclined(handoffId: "h-\(word)"), at: minutes, sequence: sequence)
    case 5: ticket.add(HandoffForced(toAgent: agent), at: minutes, sequence: sequence)
    case 6: ticket.add(TicketGroupChanged(toGroup: "g-\(word)"), at: minutes, sequence: sequence)
    case 7:
      ticket.add(
        WaitingStarted(
          waitId: "w-\(word)", reason: WaitReason(rawValue: UInt32(word) ?? 1),
          until: TicketCase.at(minutes + 30)), at: minutes, sequence: sequence)
    case 8: ticket.add(WaitingEnded(waitId: "w-\(word)"), at: minutes, sequence: sequence)
    case 9: ticket.add(MessageReceived(messageId: "m-\(step)"), at: minutes, by: .client)
    case 10:
      ticket.add(
        MessageSent(messageId: "m-\(step)", channel: .email, agentId: agent), at: minutes,
        by: actor,
        sequence: sequence)
    case 11: ticket.add(TicketClosed(kind: .confirmed), at: minutes, sequence: sequence)
    case 12: ticket.add(TicketReopened(), at: minutes, sequence: sequence)
    default: ticket.add(TicketTagged(tag: "t-\(word)"), at: minutes, sequence: sequence)
    }
  }
}
