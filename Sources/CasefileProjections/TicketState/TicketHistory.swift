public import CasefileModel

/// The events of one ticket, and what they say of any moment, as known at any moment.
///
/// ```swift
/// let history = TicketHistory(events: try store.events(of: .ticket("4711")))
/// let now = history.state()
/// let then = history.state(asOf: complaint, knownAt: .recorded(complaint))
/// ```
/// A pure value: the same events, appended in any order, give the same answers. Events of other
/// streams may be among them; of those only corrections and retractions act.
public struct TicketHistory: Sendable {
  /// The ticket's id; nil without any event of a ticket.
  public let ticket: String?
  private let events: [StoredEvent]
  let schema: EventSchema

  /// Takes the events of a ticket in any order, and corrections of them from other streams.
  ///
  /// - Parameter schema: knows the fields of the embedder's own types, for corrections of them.
  public init(events: [StoredEvent], schema: EventSchema = .builtIn) {
    self.events = events
    self.schema = schema
    ticket = events.first { $0.envelope.stream.kind == "ticket" }?.envelope.stream.id
  }

  /// The entries in domain order, those which do not count among them.
  ///
  /// - Parameters:
  ///   - asOf: leaves out what happened later; a correction or retraction stays with its target.
  ///   - knownAt: leaves out what was recorded later, corrections too.
  /// - Complexity: O(n log n).
  public func entries(asOf: Timestamp? = nil, knownAt: KnownAt? = nil) -> [TicketEntry] {
    select(asOf, from: known(at: knownAt))
  }

  /// The state at an instant, the newest event's without one, by what was known.
  ///
  /// - Complexity: O(n log n): the ticket is folded anew.
  public func state(asOf: Timestamp? = nil, knownAt: KnownAt? = nil) -> TicketState {
    folded(asOf: asOf, knownAt: knownAt).state
  }

  /// The fold itself, which knows more than the state tells.
  func folded(asOf: Timestamp?, knownAt: KnownAt?) -> TicketFold {
    let all = known(at: knownAt)
    let entries = select(asOf, from: all)
    var fold = TicketFold(ticket: ticket ?? "", deliveries: DeliveryVerdicts(all))
    for entry in entries where entry.retractedBy == nil && !entry.isAmendment {
      fold.apply(entry)
    }
    // The time of what does not count is no moment of the ticket.
    fold.finish(at: asOf ?? entries.last { $0.retractedBy == nil }?.effectiveAt)
    return fold
  }

  /// Whether anything happened by then, and was known, that was not retracted: without it the ticket
  /// is in no list.
  public func isInForce(asOf: Timestamp? = nil, knownAt: KnownAt? = nil) -> Bool {
    entries(asOf: asOf, knownAt: knownAt).contains { $0.retractedBy == nil }
  }

  /// State, version, the agents' parts and what clocks depend on, of what is known and of one fold.
  package func summary() -> Summary {
    let (clocks, fold) = collected(knownAt: nil)
    return Summary(
      state: fold.state, version: version(), parts: AgentPart.parts(of: fold), clocks: clocks)
  }

  /// What views keep of a ticket.
  package struct Summary {
    package let state: TicketState
    package let version: StreamVersion
    package let parts: [AgentPart]
    package let clocks: ClockFacts
  }

  /// The version of the ticket's stream by what was known; `.none` where nothing was.
  public func version(knownAt: KnownAt? = nil) -> StreamVersion {
    ownEvents(knownAt).map(\.envelope.version).max() ?? .none
  }

  private func ownEvents(_ knownAt: KnownAt?) -> [StoredEvent] {
    events.filter {
      $0.envelope.stream.kind == "ticket" && $0.envelope.stream.id == ticket
        && (knownAt?.contains($0.envelope) ?? true)
    }
  }

  func known(at knownAt: KnownAt?) -> [TicketEntry] {
    let amendments = Amendments(
      events.filter { knownAt?.contains($0.envelope) ?? true }, schema: schema)
    return DomainOrder.sort(ownEvents(knownAt).map { amendments.entry(of: $0) })
  }

  func select(_ asOf: Timestamp?, from entries: [TicketEntry]) -> [TicketEntry] {
    guard let asOf else { return entries }
    let byID = Dictionary(
      entries.map { ($0.event.envelope.id, $0) }, uniquingKeysWith: { first, _ in first })
    return entries.filter { entry in
      var place = entry
      // An amendment is where its target is; a circle of them ends at the depth limit.
      for _ in 0..<Limits.nestingDepth where place.isAmendment {
        guard let target = Amendments.target(of: place.event), let next = byID[target] else {
          break
        }
        place = next
      }
      return place.effectiveAt <= asOf
    }
  }
}
