import CasefileModel

/// What was done on a ticket: each act is a value of its own, of whoever did it and when.
extension Meter {
  /// The types that tell of turns towards the client.
  private static let turnTypes: Set<UInt32> = [
    MessageReceived.type.number, MessageSent.type.number, CallOffered.type.number,
    CallAnswered.type.number, CallEnded.type.number,
  ]

  /// An act of an agent, whose id is empty where none is named.
  private typealias Act = (agent: String, at: Timestamp, position: Position)

  /// The turns towards the client, in order; nil where nothing is known of any.
  private var touches: [Act]? {
    guard !one.isSilentImport(of: Meter.turnTypes) else { return nil }
    var acts = one.fold.acts.flatMap { agent, acts in
      acts.filter { $0.kind == .clientTouch }.map {
        (agent: agent, at: $0.at, position: $0.position)
      }
    }
    if let opening = one.openingFromOwnCall {
      acts.append((one.agent(of: opening) ?? "", opening.effectiveAt, opening.position))
    }
    return acts.sorted { ($0.at, $0.position) < ($1.at, $1.position) }
  }

  mutating func measureTouches() {
    guard let touches else { return omit(.notRecorded) }
    add(touches)
  }

  mutating func measureWorkTouches() {
    let acts = one.fold.workTouches.map { (agent: $0, at: $1.at, position: $1.position) }
    add(acts.sorted { ($0.at, $0.position) < ($1.at, $1.position) })
  }

  /// A ticket without any is one of which that is known.
  private mutating func add(_ acts: [Act]) {
    if acts.isEmpty, let opening = opening?.entry {
      return add(0, at: opening.effectiveAt, [opening.position], agent: nil)
    }
    for act in acts {
      add(1, at: act.at, [act.position], agent: act.agent.isEmpty ? nil : act.agent)
    }
  }

  /// The first turn after a reminder answers it, however often the client reminded before.
  mutating func measurePromptedTouches() {
    guard let touches, !one.isSilentImport(of: [TicketClientReminder.type.number]) else {
      return omit(.notRecorded)
    }
    var reminders = one.all(TicketClientReminder.self).map(\.entry)[...]
    for touch in touches {
      var last: TicketEntry?
      while let next = reminders.first,
        (next.effectiveAt, next.position) < (touch.at, touch.position)
      {
        last = next
        reminders.removeFirst()
      }
      add(
        last == nil ? 0 : 1, at: touch.at, [last?.position, touch.position],
        agent: touch.agent.isEmpty ? nil : touch.agent)
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
