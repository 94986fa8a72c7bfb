import CasefileModel

/// Measures calls, on a ticket or before one.
struct CallMeter {
  /// One value.
  struct Value {
    let value: Int64
    let at: Timestamp
    let positions: [Position]
    let agent: String?
    var part: String?
  }

  private let entries: [TicketEntry]
  private let types: Set<UInt32>
  private let agent: (TicketEntry) -> String?
  private(set) var values: [Value] = []
  private(set) var omissions: [Metric.Omission: Int] = [:]

  /// - Parameter agent: the agent who acted, else whoever held the ticket.
  init(_ entries: [TicketEntry], agent: @escaping (TicketEntry) -> String?) {
    self.entries = entries
    types = Set(entries.map(\.typeNumber))
    self.agent = agent
  }

  /// The same with the values of a metric of calls.
  func measured(_ metric: Metric) -> CallMeter {
    var meter = self
    switch metric {
    case .callWait: meter.measureWaits()
    case .callTalk: meter.measureEnds { $0.talkSeconds }
    case .callHold: meter.measureEnds { $0.holdSeconds }
    case .callsAbandoned: meter.measureAbandoned()
    case .callOutcomes: meter.measureOutcomes()
    case .handlingTime: meter.measureWork()
    default: break
    }
    return meter
  }

  private func all<Payload: EventPayload>(
    _ type: Payload.Type
  ) -> [(entry: TicketEntry, payload: Payload)] {
    guard types.contains(type.type.number) else { return [] }
    return entries.compactMap { entry in
      guard entry.typeNumber == type.type.number, let payload = try? entry.payload(type) else {
        return nil
      }
      return (entry, payload)
    }
  }

  private mutating func omit(_ why: Metric.Omission) { omissions[why, default: 0] += 1 }

  private mutating func add(
    _ value: Int64, at instant: Timestamp, _ positions: [Position?], agent: String?,
    part: String? = nil
  ) {
    values.append(
      Value(
        value: value, at: instant, positions: positions.compactMap { $0 }, agent: agent, part: part)
    )
  }

  /// Who spoke: whoever answered last, else the actor.
  private func speaker(_ call: String?, _ entry: TicketEntry) -> String? {
    let answer = all(CallAnswered.self).last { $0.payload.callId == call && call != nil }
    if let answer { return answer.payload.agentId ?? agent(answer.entry) }
    return agent(entry)
  }

  private func offer(of call: String?) -> (entry: TicketEntry, payload: CallOffered)? {
    all(CallOffered.self).last { $0.payload.callId == call && call != nil }
  }

  /// An agent's own call waits for the client and is none. Who takes a call over lets the client wait
  /// from the transfer on.
  private mutating func measureWaits() {
    let transfers = all(CallTransferred.self)
    var answeredBefore: [String?: Int] = [:]
    for (entry, payload) in all(CallAnswered.self) {
      let offer = offer(of: payload.callId)
      guard offer?.payload.direction != .outbound else { continue }
      let answered = payload.answeredAt ?? entry.occurredAt
      let count = answeredBefore[payload.callId, default: 0]
      answeredBefore[payload.callId] = count + 1
      let begin: (at: Timestamp, position: Position)?
      if count == 0 || payload.callId == nil {
        begin = offer.map { ($0.payload.startedAt ?? $0.entry.occurredAt, $0.entry.position) }
      } else {
        begin = transfers.last {
          $0.payload.callId == payload.callId && $0.entry.effectiveAt <= entry.effectiveAt
        }.map { ($0.entry.occurredAt, $0.entry.position) }
      }
      let measured = begin.map { FindingCase.seconds($0.at, answered) }
      // As the finding has it: times that contradict each other say nothing of the wait.
      let waited = [payload.waitSeconds, measured].lazy.compactMap { $0 }.first { $0 >= 0 }
      guard let waited else {
        omit(.noTime)
        continue
      }
      add(
        waited, at: answered, [begin?.position, entry.position],
        agent: payload.agentId ?? agent(entry))
    }
  }

  /// Calls on which nobody spoke are left out.
  private mutating func measureEnds(_ seconds: (CallEnded) -> Int64?) {
    let abandoned = Set(all(CallAbandoned.self).map { $0.payload.callId })
    for (entry, payload) in all(CallEnded.self)
    where payload.callId == nil || !abandoned.contains(payload.callId) {
      switch payload.outcome {
      case .noAnswer?, .busy?, .voicemail?, .failed?, .abandoned?: continue
      default: break
      }
      guard let value = seconds(payload), value >= 0 else {
        omit(.noTime)
        continue
      }
      add(
        value, at: payload.endedAt ?? entry.occurredAt, [entry.position],
        agent: speaker(payload.callId, entry))
    }
  }

  /// Of the calls that came in; one is its last word. Of nobody: who gave up reached no agent, and a
  /// share of those who did alone would be nought whoever it is.
  private mutating func measureAbandoned() {
    let offers = all(CallOffered.self)
    let answers = all(CallAnswered.self)
    let given = all(CallAbandoned.self)
    for (entry, payload) in offers where payload.direction == nil || payload.direction == .inbound {
      if let answer = answers.last(where: { $0.payload.callId == payload.callId }) {
        add(
          0, at: answer.payload.answeredAt ?? answer.entry.occurredAt,
          [entry.position, answer.entry.position], agent: nil)
      } else if let up = given.last(where: { $0.payload.callId == payload.callId }) {
        add(1, at: up.entry.occurredAt, [entry.position, up.entry.position], agent: nil)
      } else {
        omit(.noOutcome)
      }
    }
    // Some sources record only that it was given up.
    let offered = Set(offers.map { Optional($0.payload.callId) })
    for (entry, payload) in given where payload.callId == nil || !offered.contains(payload.callId) {
      add(1, at: entry.occurredAt, [entry.position], agent: nil)
    }
  }

  private mutating func measureOutcomes() {
    for (entry, payload) in all(CallEnded.self) {
      guard let outcome = payload.outcome?.word ?? payload.outcomeCode else {
        omit(.noOutcome)
        continue
      }
      add(
        1, at: payload.endedAt ?? entry.occurredAt, [entry.position],
        agent: speaker(payload.callId, entry), part: outcome)
    }
  }

  /// Talk, hold and wrap-up together, as far as they are stated.
  private mutating func measureWork() {
    for (entry, payload) in all(CallEnded.self) {
      let parts = [payload.talkSeconds, payload.holdSeconds, payload.wrapUpSeconds]
      let seconds = parts.compactMap { $0 }.filter { $0 > 0 }.reduce(Int64(0)) { sum, part in
        let (total, isOver) = sum.addingReportingOverflow(part)
        return isOver ? .max : total
      }
      guard seconds > 0 else { continue }
      add(
        seconds, at: payload.endedAt ?? entry.occurredAt, [entry.position],
        agent: speaker(payload.callId, entry), part: "calls")
    }
  }
}
