public import Casefile

/// Checks what a projection makes of events: the states by key, all of them and no other.
///
/// ```swift
/// try assertFold(events, by: RefundTotals(), gives: ["c-9": 1200])
/// ```
/// - Throws: `ProjectionFailure` that names the first key whose state is another; what the projection
///   throws; `ModelError` for events that a store refuses. A thrown error fails the test under every
///   test framework.
public func assertFold<P: Projection>(
  _ events: [Event], by projection: P, gives expected: [String: P.State],
  schema: EventSchema = .builtIn
) throws {
  let states = try ProjectionReplay<P>.states(
    after: StoredEvents.make(events, schema: schema), of: projection)
  for key in Set(states.keys).union(expected.keys).sorted() where states[key] != expected[key] {
    throw ProjectionFailure(
      .otherState, P.name, key: key,
      "the state is \(describe(states[key])), expected \(describe(expected[key]))")
  }
}

/// The state of a ticket by events that are not stored anywhere.
///
/// ```swift
/// #expect(try foldTicket(events).assignee == "ag-anna")
/// ```
/// - Throws: `ModelError` for events that a store refuses.
public func foldTicket(
  _ events: [Event], asOf: Timestamp? = nil, knownAt: KnownAt? = nil,
  schema: EventSchema = .builtIn
) throws -> TicketState {
  let stored = try StoredEvents.make(events, schema: schema)
  return TicketHistory(events: stored, schema: schema).state(asOf: asOf, knownAt: knownAt)
}

func describe<State>(_ state: State?) -> String { state.map { "\($0)" } ?? "none" }
