package import CasefileModel

/// How many tickets came to each agent in each hour, and in which hours these were many.
///
/// An hour is one of UTC, whatever the agent's zone: hours of other zones begin with it almost
/// everywhere. Of an agent's hours in which any ticket came, nine in ten have at most the limit; more
/// than that is a rush. So a rush is one by the agent's own measure, and who has few such hours has
/// none.
public struct AgentInflow: Sendable {
  private var counts: [String: [Int64: Int]] = [:]
  private var limits: [String: Int] = [:]

  /// Nothing came yet.
  public init() {}

  /// Notes what came, as `Metric.arrivals` has it.
  public mutating func add(_ arrivals: TicketMetric) {
    for sample in arrivals.samples { add(sample.agent, hour: AgentInflow.hour(of: sample.at)) }
  }

  package mutating func add(_ agent: String?, hour: Int64) {
    guard let agent else { return }
    counts[agent, default: [:]][hour, default: 0] += 1
  }

  /// Adds what another one counted, before the limits are worked out.
  package mutating func merge(_ other: AgentInflow) {
    counts.merge(other.counts) { $0.merging($1, uniquingKeysWith: +) }
  }

  /// Notes what came in a block.
  ///
  /// - Parameters:
  ///   - section: of `Metric.arrivals`.
  ///   - tickets: the places of the tickets that are meant.
  package mutating func add(
    _ section: [UInt8], _ tickets: Set<Int>
  ) throws(RowError) {
    guard !section.isEmpty else { return }
    var section = try MetricSection(section)
    while let ticket = section.ticket {
      let isMeant = tickets.contains(ticket)
      while section.valueCount > 0 {
        let value = try section.next()
        guard isMeant else { continue }
        add(
          section.texts[value.agent],
          hour: AgentInflow.hour(of: Timestamp(microseconds: value.at)))
      }
      try section.advance()
    }
  }

  /// Works out the limits of all agents; before that nothing is a rush.
  public mutating func finish() {
    limits = counts.mapValues { hours in
      let sorted = hours.values.sorted()
      return sorted[max(1, (sorted.count * 900 + 999) / 1_000) - 1]
    }
  }

  /// Whether more came to an agent within the hour than in nine of ten hours.
  func isRush(_ agent: String, at instant: Timestamp) -> Bool {
    guard let limit = limits[agent], let count = counts[agent]?[AgentInflow.hour(of: instant)]
    else { return false }
    return count > limit
  }

  /// The number of an hour, counted from 1970.
  package static func hour(of instant: Timestamp) -> Int64 {
    let seconds = instant.seconds
    return seconds >= 0 ? seconds / 3_600 : (seconds - 3_599) / 3_600
  }
}
