import CasefileModel

/// What was done on a ticket: each act is a value of its own, of whoever did it and when.
extension Meter {
  /// The types that tell of turns towards the client.
  private static let turnTypes: Set<UInt32> = [
    MessageReceived.type.number, MessageSent.type.number, CallOffered.type.number,
    CallAnswered.type.number, CallEnded.type.number,
  ]

  /// A ticket without any is one of which that is known.
  mutating func measureTouches() {
    guard !one.isSilentImport(of: Meter.turnTypes) else { return omit(.notRecorded) }
    var acts = one.fold.acts.flatMap { agent, acts in
      acts.filter { $0.kind == .clientTouch }.map { (agent: agent, at: $0.at, $0.position) }
    }
    if let opening = one.openingFromOwnCall {
      acts.append((one.agent(of: opening) ?? "", opening.effectiveAt, opening.position))
    }
    add(acts)
  }

  mutating func measureWorkTouches() {
    add(one.fold.workTouches.map { (agent: $0, at: $1.at, $1.position) })
  }

  /// - Parameter acts: with the agent, empty where none is named.
  private mutating func add(_ acts: [(agent: String, at: Timestamp, Position)]) {
    guard !acts.isEmpty else {
      guard let opening = opening?.entry else { return }
      return add(0, at: opening.effectiveAt, [opening.position], agent: nil)
    }
    for (agent, at, position) in acts.sorted(by: { ($0.1, $0.2) < ($1.1, $1.2) }) {
      add(1, at: at, [position], agent: agent.isEmpty ? nil : agent)
    }
  }

  /// What agents logged, and what calls took, each as it is stated; neither is added to the other.
  mutating func measureHandlingTime() {
    let count = result.samples.count
    for (entry, payload) in one.all(TicketTimeLogged.self) where payload.seconds > 0 {
      add(
        payload.seconds, at: entry.occurredAt, [entry.position], agent: payload.agentId,
        part: "logged")
    }
    let calls =
      hasCalls ? CallMeter(one.entries, agent: one.agent(of:)).measured(.handlingTime).values : []
    for call in calls {
      add(call.value, at: call.at, call.positions, agent: call.agent, part: "calls")
    }
    if result.samples.count == count { omit(.noTime) }
  }
}
