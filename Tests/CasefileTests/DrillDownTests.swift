import Casefile
import CasefileTesting
import Testing

/// What is opened behind one agent's month against all values of all tickets.
@Suite("Drill-downs")
struct DrillDownTests {
  private static func filters(
    _ samples: [MetricSample], _ desk: QualityDesk, using random: inout SeededRandom
  ) -> [MetricFilter] {
    let times = (0..<2).map { _ in desk.moment(using: &random) }.sorted()
    let other = "a-\(Int.random(in: 1...4, using: &random))"
    var filters = [
      MetricFilter(since: times[0], until: times[1], agent: other),
      MetricFilter(since: times[0], agent: other), MetricFilter(until: times[1], agent: other),
      MetricFilter(since: times[0], until: times[1]),
      MetricFilter(since: times[1], until: times[0], agent: other),
    ]
    // A month in which there is something.
    for (number, sample) in samples.shuffled(using: &random).prefix(3).enumerated() {
      let month = String("\(sample.at)".prefix(7))
      let begin = Timestamp(month + "-01T00:00:00Z") ?? .earliest
      let end = begin.adding(microseconds: 31 * 86_400_000_000)
      switch number {
      case 0: filters.append(MetricFilter(since: begin, until: end, agent: sample.agent))
      case 1:
        filters.append(
          MetricFilter(since: begin, until: end, keys: [.agent: sample.agent ?? "unknown"]))
      default: filters.append(MetricFilter(since: begin, until: end))
      }
    }
    return filters
  }

  @Test("An agent's month has those values that all tickets have of it", arguments: 0..<3)
  func months(seed: UInt64) throws {
    let temporary = try TemporaryStore(
      seed: seed, qualityBlocks: QualityBlocks(width: seed * 2 + 3, restCount: seed * 5))
    let store = temporary.store
    var random = SeededRandom(seed &+ 90)
    let desk = QualityDesk(spread: 700, using: &random)
    // Deadlines long after anything happened.
    try QualityDesk.publish(store, target: seed.isMultiple(of: 2) ? 4_000_000 : 40_000)
    try desk.fill(
      store, batch: Int.random(in: 3...30, using: &random), updating: seed.isMultiple(of: 2))
    try store.updateViews()
    let keys = MetricKeys()
    var found: [Metric.Basis: Int] = [:]
    for now in [Timestamp.latest, desk.moment(using: &random)] {
      var all: [[MetricSample]] = Metric.allCases.map { _ in [] }
      try store.metrics(Metric.allCases, at: now) { tickets in
        for (index, ticket) in tickets.enumerated() { all[index] += ticket.samples }
        return true
      }
      // The instant itself, at which what is open is counted.
      let instant = MetricFilter(
        since: now.adding(microseconds: -1), until: now.adding(microseconds: 1), agent: "a-2")
      let some = Set(Metric.stored.shuffled(using: &random).prefix(10))
      for (index, metric) in Metric.allCases.enumerated()
      where metric.basis != .history || some.contains(metric) {
        let filters = Self.filters(all[index].filter { $0.agent != nil }, desk, using: &random)
        for filter in filters + [instant] {
          var reader = keys
          let expected = all[index].filter {
            metric.isOfContacts && $0.contact != nil || $0.contact == nil
          }.filter { filter.matches($0, on: TicketTraits(), &reader) }
          var opened: [MetricSample] = []
          try store.samples(of: metric, at: now, filter: filter, keys: keys) {
            opened.append($0)
            return true
          }
          #expect(opened == expected, "\(metric) \(filter) at \(now)")
          found[metric.basis, default: 0] += opened.count
        }
      }
    }
    #expect(try store.compareView(named: "quality").isEqual)
    #expect((found[.history] ?? 0) > 20)
    #expect(found.values.count { $0 > 0 } > 4, "\(found)")
  }

  @Test("What is nobody's is opened by the key of what is not known")
  func nobody() throws {
    let temporary = try TemporaryStore(seed: 3)
    var random = SeededRandom(93)
    let desk = QualityDesk(using: &random)
    try desk.fill(temporary.store, batch: 30, updating: true)
    var expected: [MetricSample] = []
    try temporary.store.metric(.newContacts, at: .latest) {
      expected += $0.samples.filter { $0.agent == nil }
      return true
    }
    var opened: [MetricSample] = []
    try temporary.store.samples(
      of: .newContacts, at: .latest, filter: MetricFilter(keys: [.agent: "unknown"])
    ) {
      opened.append($0)
      return true
    }
    #expect(!expected.isEmpty && opened == expected)
  }
}
