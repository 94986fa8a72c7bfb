public import CasefileModel

/// What one ticket says of one agent.
public struct AgentPart: Hashable, Sendable, Codable {
  /// A time in which the ticket was closed.
  public struct Closure: Hashable, Sendable, Codable {
    /// When it was closed.
    public let from: Timestamp
    /// When it was opened again; nil while it is closed.
    public internal(set) var until: Timestamp?
  }

  /// The agent.
  public let agent: String
  /// The ticket.
  public let ticket: String
  /// What the agent did there and what happened to the agent, in order of time.
  public let entries: [AgentEntry]
  /// The times in which the agent was responsible, in order.
  public let spans: [TicketState.Span]
  /// The times in which the ticket was closed, in order.
  public let closures: [Closure]

  /// Whether the agent is responsible at the end of what is known.
  public var isHeld: Bool { isHeld(at: .latest) }
  /// Whether the ticket is not closed at the end of what is known.
  public var isTicketOpen: Bool { isTicketOpen(at: .latest) }

  /// Whether the agent was responsible at an instant.
  public func isHeld(at instant: Timestamp) -> Bool {
    spans.contains { $0.from <= instant && $0.until.map { instant < $0 } ?? true }
  }

  /// Whether the agent was responsible at some instant from one to another, not included.
  func isHeld(since: Timestamp?, until: Timestamp?) -> Bool {
    spans.contains { touches($0, since: since, until: until) }
  }

  /// Whether a span has an instant from one to another, not included; one that lasts goes up to the
  /// close of its ticket.
  func touches(_ span: TicketState.Span, since: Timestamp?, until: Timestamp?) -> Bool {
    until.map { span.from < $0 } ?? true && since.map { end(of: span) > $0 } ?? true
  }

  private func end(of span: TicketState.Span) -> Timestamp {
    // A span that began after the close, of whoever was assigned then, has no time before it.
    span.until ?? closures.last { $0.until == nil }.map { max($0.from, span.from) } ?? .latest
  }

  /// From the first to the last instant of which the part tells; nil where it tells of none.
  var times: (from: Timestamp, until: Timestamp)? {
    let begins = [entries.first?.at, spans.first?.from].compactMap { $0 }
    let ends = entries.last.map { [$0.at] } ?? []
    guard let from = begins.min(), let until = (ends + spans.map(end)).max() else { return nil }
    return (from, until)
  }

  /// A time in which an instant may lie.
  struct Margin {
    let from: Timestamp
    let until: Timestamp

    func has(_ instant: Timestamp) -> Bool { from <= instant && instant < until }
  }

  /// The time of a history with a day on either side: what a ticket and a call's own stream say of
  /// one call may lie on two sides of its bounds.
  static func margin(since: Timestamp?, until: Timestamp?) -> Margin {
    let day: Int64 = 24 * 3600 * 1_000_000
    return Margin(
      from: since.map { $0.adding(microseconds: -day) } ?? .earliest,
      until: until.map { $0.adding(microseconds: day) } ?? .latest)
  }

  /// Whether the ticket was not closed at an instant.
  public func isTicketOpen(at instant: Timestamp) -> Bool {
    !closures.contains { $0.from <= instant && $0.until.map { instant < $0 } ?? true }
  }
}

extension TicketHistory {
  /// What the ticket says of every agent that it names, in order of their ids.
  ///
  /// Bots, rules and importers are no agents; an agent whom the source does not name has no part.
  /// - Complexity: O(n log n): the ticket is folded once for all agents.
  public func agentParts(asOf: Timestamp? = nil, knownAt: KnownAt? = nil) -> [AgentPart] {
    AgentPart.parts(of: folded(asOf: asOf, knownAt: knownAt))
  }
}

extension AgentPart {
  /// What a fold says of every agent.
  static func parts(of fold: TicketFold) -> [AgentPart] {
    var entries = fold.acts
    for (agent, act) in fold.workTouches + fold.offerActs {
      entries[agent, default: []].append(act)
    }
    let spans = Dictionary(grouping: fold.state.responsibility, by: \.holder)
    return Set(entries.keys).union(spans.keys).filter { !$0.isEmpty }
      .sorted { $0.isBefore($1) }
      .map { agent in
        AgentPart(
          agent: agent, ticket: fold.state.ticket,
          entries: (entries[agent] ?? []).sorted { ($0.at, $0.position) < ($1.at, $1.position) },
          spans: spans[agent] ?? [], closures: fold.closures)
      }
  }
}

extension AgentPart {
  /// The entries of one contact in domain order, with what corrects and retracts them.
  package static func contactTrail(
    _ events: [StoredEvent], schema: EventSchema = .builtIn
  ) -> [TicketEntry] {
    let amendments = Amendments(events, schema: schema)
    let own = events.filter { ["contact", "call"].contains($0.envelope.stream.kind) }
    return DomainOrder.sort(own.map { amendments.entry(of: $0) })
  }

  /// What the events of one contact, a call, a chat or messages before or without a ticket, say of
  /// every agent, by agent in order of time.
  ///
  /// - Parameter events: all events of the contact's stream, and what corrects them elsewhere.
  public static func contactEntries(
    _ events: [StoredEvent], schema: EventSchema = .builtIn
  ) -> [String: [AgentEntry]] {
    let entries = contactTrail(events, schema: schema)
    var fold = TicketFold(ticket: "", deliveries: DeliveryVerdicts(entries))
    for entry in entries where entry.retractedBy == nil && !entry.isAmendment {
      fold.apply(entry)
    }
    fold.finish(at: entries.last?.effectiveAt)
    var acts = fold.acts
    for (agent, act) in fold.workTouches { acts[agent, default: []].append(act) }
    acts[""] = nil
    return acts.mapValues { $0.sorted { ($0.at, $0.position) < ($1.at, $1.position) } }
  }
}
