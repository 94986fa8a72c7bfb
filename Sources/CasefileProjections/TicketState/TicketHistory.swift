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
  private let stream: StreamID?
  let events: [StoredEvent]
  let schema: EventSchema

  /// Takes the events of a ticket in any order, and corrections of them from other streams.
  ///
  /// - Parameter schema: knows the fields of the embedder's own types, for corrections of them.
  public init(events: [StoredEvent], schema: EventSchema = .builtIn) {
    self.events = events
    self.schema = schema
    stream = events.first { $0.envelope.stream.isTicket }?.envelope.stream
    ticket = stream?.id
  }

  /// Where the ticket begins; nil without an event of it.
  var first: Position? {
    events.lazy.filter { $0.envelope.stream == stream }.map(\.position).min()
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
    var fold = applied(entries, of: all)
    fold.finish(at: asOf ?? TicketHistory.newestMoment(of: entries))
    return fold
  }

  /// The time of what does not count is no moment of the ticket.
  private static func newestMoment(of entries: [TicketEntry]) -> Timestamp? {
    entries.last { $0.retractedBy == nil }?.effectiveAt
  }

  private func applied(_ entries: [TicketEntry], of all: [TicketEntry]) -> TicketFold {
    var fold = TicketFold(ticket: ticket ?? "", deliveries: DeliveryVerdicts(all))
    for entry in entries where entry.retractedBy == nil && !entry.isAmendment {
      fold.apply(entry)
    }
    return fold
  }

  /// Whether anything happened by then, and was known, that was not retracted: without it the ticket
  /// is in no list.
  public func isInForce(asOf: Timestamp? = nil, knownAt: KnownAt? = nil) -> Bool {
    entries(asOf: asOf, knownAt: knownAt).contains { $0.retractedBy == nil }
  }

  /// All that is known, folded once; nil without an event of a ticket.
  package func folded() -> FoldedHistory? {
    let entries = known(at: nil)
    guard ticket != nil, let first = entries.first, let last = entries.last else { return nil }
    let (facts, fold) = collected(entries)
    return FoldedHistory(entries: entries, facts: facts, fold: fold, first: first, last: last)
  }

  /// All that the view of tickets keeps of what is known.
  package func summary(of folded: FoldedHistory) -> HistorySummary {
    let (entries, first, last) = (folded.entries, folded.first, folded.last)
    let newest = TicketHistory.newestMoment(of: entries)
    var fold = folded.fold
    var later = folded.fold
    fold.finish(at: newest)
    later.finish(at: newest.map { _ in .latest })
    later.state.evaluatedAt = fold.state.evaluatedAt
    return HistorySummary(
      state: fold.state, version: version(), parts: AgentPart.parts(of: fold),
      clocks: folded.facts,
      isInForce: newest != nil, begin: first.effectiveAt, end: last.effectiveAt,
      lastPosition: events.map(\.position).max() ?? last.position,
      isSettled: later.state == fold.state)
  }

  /// The state at a moment; nil where nothing that counts had happened, or was known.
  package func stateInForce(asOf: Timestamp?, knownAt: KnownAt?) -> TicketState? {
    let all = known(at: knownAt)
    let entries = select(asOf, from: all)
    guard let newest = TicketHistory.newestMoment(of: entries) else { return nil }
    var fold = applied(entries, of: all)
    fold.finish(at: asOf ?? newest)
    return fold.state
  }

  /// The version of the ticket's stream by what was known; `.none` where nothing was.
  public func version(knownAt: KnownAt? = nil) -> StreamVersion {
    ownEvents(knownAt).map(\.envelope.version).max() ?? .none
  }

  private func ownEvents(_ knownAt: KnownAt?) -> [StoredEvent] {
    events.filter {
      $0.envelope.stream == stream && (knownAt?.contains($0.envelope) ?? true)
    }
  }

  func known(at knownAt: KnownAt?) -> [TicketEntry] {
    let amendments = Amendments(
      events.filter { knownAt?.contains($0.envelope) ?? true }, schema: schema)
    return DomainOrder.sort(ownEvents(knownAt).map { amendments.entry(of: $0) })
  }

  func select(_ asOf: Timestamp?, from entries: [TicketEntry]) -> [TicketEntry] {
    guard let asOf else { return entries }
    guard entries.contains(where: \.isAmendment) else {
      return Array(entries.prefix { $0.effectiveAt <= asOf })
    }
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

/// A ticket folded up to its newest event, before what depends on the instant is settled.
package struct FoldedHistory {
  /// In domain order, those which do not count among them.
  let entries: [TicketEntry]
  let facts: ClockFacts
  let fold: TicketFold
  let first: TicketEntry
  let last: TicketEntry
}

/// What a view keeps of a ticket.
package struct HistorySummary: Sendable {
  /// The state at the newest event.
  package let state: TicketState
  /// The version of its stream.
  package let version: StreamVersion
  /// What it says of its agents.
  package let parts: [AgentPart]
  /// What its clocks depend on.
  package let clocks: ClockFacts
  /// False where all that it has was retracted: then no list has it.
  package let isInForce: Bool
  /// Before this instant the ticket was not there.
  package let begin: Timestamp
  /// From this instant on nothing happened.
  package let end: Timestamp
  /// The position of the newest event, of corrections from elsewhere too.
  package let lastPosition: Position
  /// Whether the state at any later instant is the same, but for that instant: no wait ends by
  /// itself, no offer expires.
  package let isSettled: Bool
}
