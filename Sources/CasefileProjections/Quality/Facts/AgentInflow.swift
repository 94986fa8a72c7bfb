package import CasefileModel

/// How many tickets came to each agent in each hour, and in which hours these were many.
///
/// An hour is one of UTC, whatever the agent's zone: hours of other zones begin with it almost
/// everywhere. Of an agent's hours in which any ticket came, nine in ten have at most the limit; more
/// than that is a rush. So a rush is one by the agent's own measure, and who has few such hours has
/// none.
public struct AgentInflow: Sendable {
  /// An hour of an agent.
  private struct Slot: Hashable {
    let agent: Int
    let hour: Int64
  }

  /// The agents by their numbers here.
  private var agents: [String: Int] = [:]
  private var counts: [Slot: Int] = [:]
  /// By agent's number.
  private var limits: [Int] = []

  /// Nothing came yet.
  public init() {}

  /// Notes what came, as `Metric.arrivals` has it.
  public mutating func add(_ arrivals: TicketMetric) {
    for sample in arrivals.samples { add(sample.agent, hour: AgentInflow.hour(of: sample.at)) }
  }

  package mutating func add(_ agent: String?, hour: Int64) {
    guard let agent else { return }
    counts[Slot(agent: number(of: agent), hour: hour), default: 0] += 1
  }

  private mutating func number(of agent: String) -> Int {
    if let known = agents[agent] { return known }
    agents[agent] = agents.count
    return agents.count - 1
  }

  /// Adds what another one counted, before the limits are worked out.
  package mutating func merge(_ other: AgentInflow) {
    var numbers = Array(repeating: 0, count: other.agents.count)
    for (agent, number) in other.agents { numbers[number] = self.number(of: agent) }
    for (slot, count) in other.counts {
      counts[Slot(agent: numbers[slot.agent], hour: slot.hour), default: 0] += count
    }
  }

  /// Notes what came in a block.
  ///
  /// - Parameters:
  ///   - section: of `Metric.arrivals`.
  ///   - tickets: which of the tickets are meant.
  package mutating func add(
    _ section: [UInt8], _ tickets: SectionTickets
  ) throws(RowError) {
    guard !section.isEmpty else { return }
    var section = try MetricSection(section)
    let numbers = section.texts.map { $0.map { number(of: $0) } }
    while let ticket = section.ticket {
      guard ticket < tickets.total else { throw RowError() }
      let isMeant = tickets.isMeant(ticket)
      while section.valueCount > 0 {
        let value = try section.next()
        guard isMeant, let agent = numbers[value.agent] else { continue }
        let hour = AgentInflow.hour(of: Timestamp(microseconds: value.at))
        counts[Slot(agent: agent, hour: hour), default: 0] += 1
      }
      try section.advance()
    }
  }

  /// Works out the limits of all agents; before that nothing is a rush.
  public mutating func finish() {
    var hours = Array(repeating: [Int](), count: agents.count)
    for (slot, count) in counts { hours[slot.agent].append(count) }
    limits = hours.map { counts in
      let sorted = counts.sorted()
      return sorted.isEmpty ? .max : sorted[max(1, (sorted.count * 900 + 999) / 1_000) - 1]
    }
  }

  /// The number of an agent here; nil where none came.
  func number(known agent: String) -> Int? { agents[agent] }

  /// The same as of the agent whose number it is.
  func isRush(_ agent: Int, at instant: Timestamp) -> Bool {
    guard limits.indices.contains(agent),
      let count = counts[Slot(agent: agent, hour: AgentInflow.hour(of: instant))]
    else { return false }
    return count > limits[agent]
  }

  /// Whether more came to an agent within the hour than in nine of ten hours.
  func isRush(_ agent: String, at instant: Timestamp) -> Bool {
    number(known: agent).map { isRush($0, at: instant) } ?? false
  }

  /// The number of an hour, counted from 1970.
  package static func hour(of instant: Timestamp) -> Int64 {
    let seconds = instant.seconds
    return seconds >= 0 ? seconds / 3_600 : (seconds - 3_599) / 3_600
  }
}
