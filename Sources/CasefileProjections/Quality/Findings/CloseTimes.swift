internal import CasefileCalendars
package import CasefileModel

/// When each agent closed tickets: many within a short time may be closes in bulk.
public struct CloseTimes: Hashable, Sendable {
  /// Ascending.
  private let byAgent: [String: [Timestamp]]

  /// Closes never count together over a longer time, whatever rules say.
  package static let longestSeconds: Int64 = 31 * 86_400

  /// Of nobody a close is known.
  public init() { byAgent = [:] }

  package init(_ closes: [AgentClose]) {
    byAgent = Dictionary(grouping: closes, by: \.agent).mapValues { $0.map(\.at).sorted() }
  }

  /// The most closes of the agent within a length of time that has an instant in it.
  func count(of agent: String, at instant: Timestamp, within seconds: Int64) -> Int {
    let times = byAgent[agent] ?? []
    var begin = times.firstPlace { FindingCase.seconds($0, instant) <= seconds }
    var end = begin
    var most = 0
    while begin < times.count, times[begin] <= instant {
      while end < times.count, FindingCase.seconds(times[begin], times[end]) <= seconds { end += 1 }
      most = max(most, end - begin)
      begin += 1
    }
    return most
  }
}

/// A close by an agent, whoever held the ticket.
package struct AgentClose: Hashable, Sendable {
  /// Who closed it.
  package let agent: String
  /// When.
  package let at: Timestamp
  let position: Position
}

extension AgentClose: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(agent)
    writer.put(at)
    writer.put(position)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(agent: try reader.get(), at: try reader.get(), position: try reader.get())
  }
}

extension TicketHistory {
  /// The closes of the ticket by agents.
  package func agentCloses(at now: Timestamp, knownAt: KnownAt?) -> [AgentClose] {
    FindingCase(
      self, at: now, knownAt: knownAt, rules: .builtIn, context: FindingContext()
    )?.agentCloses ?? []
  }
}

extension FindingCase {
  /// A close of a closed ticket is none, and a rule is no agent.
  var agentCloses: [AgentClose] {
    let again = Set(state.contradictions.filter { $0.kind == .closedTwice }.map(\.position))
    return all(TicketClosed.self).compactMap { entry, payload in
      guard entry.actor.kind == .agent, let agent = entry.actor.id, payload.kind != .autoClose,
        !again.contains(entry.position)
      else { return nil }
      return AgentClose(agent: agent, at: entry.occurredAt, position: entry.position)
    }
  }

  /// Stated as such.
  func statedBulkCloses() -> [Finding] {
    all(TicketClosed.self).filter { $0.payload.kind == .bulk }.map { entry, payload in
      finding(.bulkClose, at: entry.occurredAt, [entry.position], agent: agent(of: entry)) {
        $0.other = payload.ruleId
      }
    }
  }

  /// Each with the verdicts that the same policies give without it.
  func bulkCloses() -> [Finding] {
    let stated = statedBulkCloses()
    let derived = tenure.bulkCloses(
      agentCloses, besides: stated, context.closes, rules, time)
    return (stated + derived).map { finding in
      finding.with(clocks: effects(without: Set(finding.positions)))
    }
  }
}

extension TicketTenure {
  /// Closes by an agent who closed many within a short time, at the end of a month: in the zone of the
  /// calendar that governs the ticket, else in UTC.
  ///
  /// - Parameter stated: those that are known to be in bulk.
  func bulkCloses(
    _ closes: [AgentClose], besides stated: [Finding], _ times: CloseTimes, _ rules: FindingRules,
    _ time: CountedTime?
  ) -> [Finding] {
    let most = max(1, rules.value(.bulkCloses, for: .bulkClose))
    let window = min(rules.seconds(.bulkMinutes, for: .bulkClose), CloseTimes.longestSeconds)
    let known = Set(stated.flatMap(\.positions))
    return closes.compactMap { close in
      guard !known.contains(close.position), isAtEndOfMonth(close.at, rules, time) else {
        return nil
      }
      let count = Int64(times.count(of: close.agent, at: close.at, within: window))
      guard count >= most else { return nil }
      return finding(.bulkClose, at: close.at, [close.position], agent: close.agent) {
        $0.count = count
        $0.limitSeconds = window
      }
    }
  }

  private func isAtEndOfMonth(
    _ instant: Timestamp, _ rules: FindingRules, _ time: CountedTime?
  ) -> Bool {
    let offset = time?.calendar(at: instant, for: .resolution)?.time.offsetSeconds(at: instant) ?? 0
    let local = FindingCase.end(instant, offset)
    let end = FindingCase.end(local, rules.seconds(.bulkEndHours, for: .bulkClose))
    return QualityFacts.month(of: local) != QualityFacts.month(of: end)
  }
}
