package import CasefileModel

/// How many tickets came to each agent in each hour, and in which hours these were many.
///
/// An hour is one of UTC, whatever the agent's zone: hours of other zones begin with it almost
/// everywhere. Of an agent's hours in which any ticket came, nine in ten have at most the limit; more
/// than that is a rush. So a rush is one by the agent's own measure, and who has few such hours has
/// none.
public struct AgentInflow: Sendable {
  /// The hours of one agent, some on a page: who works has most of them near each other.
  private struct Hours {
    /// The numbers of the pages, sorted.
    private var numbers: [Int64] = []
    /// By the number's place, that of the page.
    private var places: [Int] = []
    private var pages: [HourPage] = []

    mutating func add(_ hour: Int64) {
      let number = HourPage.number(of: hour)
      var place = numbers.count - 1
      if numbers.last != number {
        place = numbers.firstPlace { $0 >= number }
        if place == numbers.count || numbers[place] != number {
          add(HourPage(), number)
        }
      }
      pages[places[place]].add(1, in: hour)
    }

    /// - Parameter number: one of which there is no page yet.
    mutating func add(_ page: HourPage, _ number: Int64) {
      let place = numbers.firstPlace { $0 >= number }
      numbers.insert(number, at: place)
      places.insert(pages.count, at: place)
      pages.append(page)
    }

    /// How many tickets came in an hour.
    func count(in hour: Int64) -> UInt32 {
      let number = HourPage.number(of: hour)
      let place = numbers.firstPlace { $0 >= number }
      guard place < numbers.count, numbers[place] == number else { return 0 }
      return pages[places[place]].count(in: hour)
    }

    /// So many at most came in nine of ten hours in which any did.
    var limit: UInt32 {
      let sorted = pages.flatMap(\.counts).filter { $0 > 0 }.sorted()
      return sorted.isEmpty ? .max : sorted[max(1, (sorted.count * 900 + 999) / 1_000) - 1]
    }
  }

  /// The agents by their numbers here.
  private var agents: [String: Int] = [:]
  /// By agent's number.
  private var hours: [Hours] = []
  private var limits: [UInt32] = []

  /// Nothing came yet.
  public init() {}

  /// What came with some tickets, as it is noted together.
  package struct Part: Sendable {
    private var numbers: [String: Int] = [:]
    fileprivate var agents: [String] = []
    fileprivate var arrivals: [(agent: Int, hour: Int64)] = []

    package init() {}

    /// Notes what came, as `Metric.arrivals` has it.
    package mutating func add(_ values: TicketMetric) {
      for sample in values.samples {
        guard let agent = sample.agent else { continue }
        arrivals.append((number(of: agent), AgentInflow.hour(of: sample.at)))
      }
    }

    private mutating func number(of agent: String) -> Int {
      if let known = numbers[agent] { return known }
      agents.append(agent)
      numbers[agent] = agents.count - 1
      return agents.count - 1
    }

    /// Notes what came in a block.
    ///
    /// - Parameters:
    ///   - section: of `Metric.arrivals`.
    ///   - tickets: which of the tickets are meant.
    ///   - end: what came later is left out.
    package mutating func add(
      _ section: [UInt8], _ tickets: SectionTickets, until end: Timestamp = .latest
    ) throws(RowError) {
      var section = try MetricSection(section)
      let numbers = section.texts.map { $0.map { number(of: $0) } ?? -1 }
      while let ticket = section.ticket {
        guard ticket < tickets.total else { throw RowError() }
        let isMeant = tickets.isMeant(ticket)
        while section.valueCount > 0 {
          let value = try section.next()
          guard isMeant, numbers[value.agent] >= 0, value.at <= end.microseconds else { continue }
          let hour = AgentInflow.hour(of: Timestamp(microseconds: value.at))
          arrivals.append((numbers[value.agent], hour))
        }
        try section.advance()
      }
    }
  }

  /// Notes what came, as `Metric.arrivals` has it.
  public mutating func add(_ arrivals: TicketMetric) {
    var part = Part()
    part.add(arrivals)
    add(part)
  }

  private mutating func number(of agent: String) -> Int {
    if let known = agents[agent] { return known }
    agents[agent] = hours.count
    hours.append(Hours())
    return hours.count - 1
  }

  /// Takes what came to an agent in the hours of a page, each of which comes once.
  package mutating func add(_ page: HourPage, _ number: Int64, of agent: String) {
    hours[self.number(of: agent)].add(page, number)
  }

  /// Notes what came with some tickets, before the limits are worked out.
  package mutating func add(_ part: Part) {
    let numbers = part.agents.map { number(of: $0) }
    for arrival in part.arrivals { hours[numbers[arrival.agent]].add(arrival.hour) }
  }

  /// Works out the limits of all agents; before that nothing is a rush.
  public mutating func finish() { limits = hours.map(\.limit) }

  /// The number of an agent here; nil where none came.
  func number(known agent: String) -> Int? { agents[agent] }

  /// The same as of the agent whose number it is.
  func isRush(_ agent: Int, at instant: Timestamp) -> Bool {
    guard agent < limits.count else { return false }
    return hours[agent].count(in: AgentInflow.hour(of: instant)) > limits[agent]
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

/// An hour of an agent.
package struct AgentHour: Hashable, Sendable {
  package let agent: String
  /// The number of the hour, counted from 1970.
  package let hour: Int64
}

extension TicketMetric {
  /// How many values of `Metric.arrivals` lie in which hours of agents.
  package var arrivals: [AgentHour: Int] {
    samples.reduce(into: [:]) { counts, sample in
      guard let agent = sample.agent else { return }
      counts[AgentHour(agent: agent, hour: AgentInflow.hour(of: sample.at)), default: 0] += 1
    }
  }
}
