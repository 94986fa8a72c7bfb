import Casefile
import CasefileTesting

/// Tickets whose events come late, twice thought over, merged and out of order: what no orderly desk
/// would record, and every real one does.
struct RandomDesk {
  let tickets: [String]
  private(set) var events: [Event] = []
  private let start = Timestamp(seconds: 1_772_445_600)
  private var count: UInt64 = 0
  private var amended: Set<EventID> = []

  init(tickets count: Int, eventsEach: Int = 24, using random: inout SeededRandom) {
    tickets = (1...count).map { "T-\($0)" }
    for ticket in tickets {
      add(
        TicketOpened(number: ticket, clientId: "c-\(Int.random(in: 1...3, using: &random))"),
        ticket, minutes: 0, by: Actor(.client, "c-1"))
    }
    for step in 1...(eventsEach * count) {
      let ticket = tickets[Int.random(in: 0..<count, using: &random)]
      let minutes = Double(step) * 3 + Double.random(in: -60..<1, using: &random)
      if Int.random(in: 0..<7, using: &random) == 0 {
        amend(ticket, minutes, using: &random)
      } else {
        act(step, ticket, minutes, using: &random)
      }
    }
  }

  /// A moment at or near an event.
  func moment(using random: inout SeededRandom) -> Timestamp {
    let event = events[Int.random(in: events.indices, using: &random)]
    return event.occurredAt.adding(microseconds: Int64.random(in: -1...1, using: &random))
  }

  private func at(_ minutes: Double) -> Timestamp {
    // No two events at one instant: there the order of recording would decide.
    start.adding(microseconds: Int64(minutes * 60_000) * 1000 + Int64(count))
  }

  private mutating func add(
    _ payload: some EventPayload, _ ticket: String, minutes: Double, by actor: Actor,
    sequence: Int64? = nil, stream: StreamID? = nil
  ) {
    count += 1
    var event = Event(
      payload, on: stream ?? StreamID.known(ticket), at: at(minutes), by: actor,
      id: EventID(high: 0x0195_0000_0000_7000, low: count))
    if let sequence { event.origin = Origin(system: "old", sequence: sequence, basis: .imported) }
    events.append(event)
  }

  /// Corrections and retractions, also of each other, from the ticket itself, from another one and
  /// from a stream that is no ticket; some name events that come later.
  private mutating func amend(
    _ ticket: String, _ minutes: Double, using random: inout SeededRandom
  ) {
    let ahead = Int.random(in: 0..<5, using: &random) == 0 ? 6 : 0 as UInt64
    let target = EventID(
      high: 0x0195_0000_0000_7000, low: UInt64.random(in: 1...(count + ahead), using: &random))
    // Of two corrections of one field the later position wins, so their order is of account.
    guard amended.insert(target).inserted else { return }
    let streams = [nil, StreamID.known(tickets[0]), try? StreamID(kind: "import", id: "b-1")]
    let stream = streams[Int.random(in: 0..<streams.count, using: &random)]
    if Bool.random(using: &random) {
      add(
        EventRetracted(targetEventId: target), ticket, minutes: minutes,
        by: Actor(.reviewer, "r-1"), stream: stream)
    } else {
      add(
        EventCorrected(
          targetEventId: target, field: "occurredAt",
          newValue: JSONText("\"\(at(minutes / 2))\"")), ticket, minutes: minutes,
        by: Actor(.reviewer, "r-1"), stream: stream)
    }
  }

  private mutating func act(
    _ step: Int, _ ticket: String, _ minutes: Double, using random: inout SeededRandom
  ) {
    let agent = "a-\(Int.random(in: 1...4, using: &random))"
    let actor = Actor(.agent, agent)
    let word = "\(Int.random(in: 1...3, using: &random))"
    let sequence = Int.random(in: 0..<4, using: &random) == 0 ? Int64(step) : nil
    switch Int.random(in: 0..<15, using: &random) {
    case 0, 1:
      add(TicketAssigned(agentId: agent), ticket, minutes: minutes, by: actor, sequence: sequence)
    case 2: add(TicketUnassigned(), ticket, minutes: minutes, by: actor, sequence: sequence)
    case 3:
      add(
        HandoffOffered(handoffId: "h-\(word)", fromAgent: agent, toAgent: "a-2", summary: "s"),
        ticket, minutes: minutes, by: actor)
    case 4:
      add(
        HandoffAccepted(handoffId: "h-\(word)", agentId: "a-2"), ticket, minutes: minutes, by: actor
      )
    case 5: add(HandoffForced(toAgent: agent), ticket, minutes: minutes, by: actor)
    case 6: add(TicketGroupChanged(toGroup: "g-\(word)"), ticket, minutes: minutes, by: actor)
    case 7:
      add(
        WaitingStarted(waitId: "w-\(word)", reason: .client, until: at(minutes + 45)), ticket,
        minutes: minutes, by: actor, sequence: sequence)
    case 8: add(WaitingEnded(waitId: "w-\(word)"), ticket, minutes: minutes, by: actor)
    case 9:
      add(
        MessageReceived(messageId: "m-\(step)"), ticket, minutes: minutes, by: Actor(.client, "c-1")
      )
    case 10, 11:
      add(
        MessageSent(messageId: "m-\(step)", channel: .email, agentId: agent), ticket,
        minutes: minutes, by: actor, sequence: sequence)
    case 12: add(TicketClosed(kind: .confirmed), ticket, minutes: minutes, by: actor)
    case 13: add(TicketReopened(), ticket, minutes: minutes, by: actor)
    default:
      let other = tickets[Int.random(in: 0..<tickets.count, using: &random)]
      if Int.random(in: 0..<4, using: &random) == 0 {
        add(TicketMerged(intoTicket: other), ticket, minutes: minutes, by: actor)
      } else {
        add(TicketTagged(tag: "t-\(word)"), ticket, minutes: minutes, by: actor)
      }
    }
  }
}

extension StreamID {
  /// The stream of a ticket whose id a test chose.
  static func known(_ ticket: String) -> StreamID {
    guard let stream = try? StreamID.ticket(ticket) else {
      preconditionFailure("A test chose an id that no stream can have.")
    }
    return stream
  }
}
