import Casefile
import CasefileTesting
import Testing

/// A ticket on paper: decides actions one after the other, without any store.
struct PaperDesk {
  static let ticket = "7"
  private(set) var events: [Event] = []
  private var count: UInt64 = 0

  static func at(_ minutes: Int64) -> Timestamp {
    ManualClock.start.adding(microseconds: minutes * 60_000_000)
  }

  /// A ticket that was opened at minute 0 by client c-9.
  init(_ actions: (TicketAction, Actor)...) throws {
    try act(.open(TicketOpened(number: "7", clientId: "c-9")), by: .client9, at: 0)
    for (index, (action, actor)) in actions.enumerated() {
      try act(action, by: actor, at: Int64(index) + 1)
    }
  }

  init(empty: Void) {}

  func decisions(by actor: Actor, at minutes: Int64) throws -> TicketDecisions {
    let history = TicketHistory(events: try StoredEvents.make(events))
    return try TicketDecisions(
      history, of: PaperDesk.ticket, by: actor, at: PaperDesk.at(minutes),
      request: EventID(high: 0x0195_0000_0000_7000, low: count + 1))
  }

  @discardableResult
  mutating func act(
    _ action: TicketAction, by actor: Actor, at minutes: Int64
  ) throws -> [Event] {
    let decision = try decisions(by: actor, at: minutes).decide(action)
    #expect(decision.expectedVersion.rawValue == UInt64(events.count))
    events += decision.events
    count += 1
    return decision.events
  }

  /// Adds a fact without asking, as `append` does.
  mutating func fact(_ payload: some EventPayload, by actor: Actor, at minutes: Int64) throws {
    count += 1
    events.append(
      Event(
        payload, on: try .ticket(PaperDesk.ticket), at: PaperDesk.at(minutes), by: actor,
        id: EventID(high: 0x0195_0000_0000_7000, low: count)))
  }

  /// Why an action is refused; nil where it is not.
  func refusal(_ action: TicketAction, by actor: Actor, at minutes: Int64 = 50)
    -> TicketRefusal.Code?
  {
    do {
      _ = try decisions(by: actor, at: minutes).decide(action)
      return nil
    } catch let refusal as TicketRefusal {
      #expect(!refusal.message.isEmpty)
      return refusal.code
    } catch {
      Issue.record(error)
      return nil
    }
  }

  func state(at minutes: Int64? = nil) throws -> TicketState {
    try foldTicket(events, asOf: minutes.map { PaperDesk.at($0) })
  }
}

extension Actor {
  static let anna = Actor(.agent, "ag-anna")
  static let boris = Actor(.agent, "ag-boris")
  static let clara = Actor(.agent, "ag-clara")
  static let client9 = Actor(.client, "c-9")
  static let rule1 = Actor(.rule, "r-1")
}

extension TicketHandoff {
  static func toBoris(_ id: String = "h-1", until minutes: Int64? = nil) -> TicketHandoff {
    TicketHandoff(
      to: .agent("ag-boris"), reason: .shiftEnd, summary: "The invoice is missing.",
      expiresAt: minutes.map { PaperDesk.at($0) }, id: id)
  }
}
