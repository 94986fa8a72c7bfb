import Casefile
import CasefileProjections
import CasefileTesting
import Testing

/// Tables that are filled from blocks against those that take one value after the other.
@Suite("Blocks of the view of quality")
struct QualityBlocksTests {
  private static func filters(_ known: [MetricSample]) -> [MetricFilter] {
    let sample = known.randomElement()
    let month = Timestamp("2026-03-01T00:00:00Z") ?? .earliest
    return [
      MetricFilter(), MetricFilter(since: month), MetricFilter(until: month),
      MetricFilter(agent: sample?.agent), MetricFilter(group: sample?.group ?? "none"),
      MetricFilter(part: sample?.part ?? "none"), MetricFilter(keys: [.channel: "email"]),
    ]
  }

  @Test("Tables of blocks have what the values one by one give", arguments: 0..<4)
  func tables(seed: UInt64) throws {
    let temporary = try TemporaryStore(
      seed: seed, qualityBlocks: QualityBlocks(width: 3 + seed, restCount: seed * 7))
    let store = temporary.store
    var random = SeededRandom(seed)
    let desk = QualityDesk(using: &random)
    try QualityDesk.publish(store)
    try desk.fill(
      store, batch: Int.random(in: 3...20, using: &random), updating: seed.isMultiple(of: 2))
    if seed.isMultiple(of: 3) { _ = try store.replay() }
    let keys = try store.metricKeys(for: MetricCut.allCases, zone: "Europe/Moscow")
    var valueCount = 0
    for now in [Timestamp.latest, desk.base.moment(using: &random)] {
      var all: [[TicketMetric]] = []
      try store.metrics(Metric.allCases, at: now, withTraits: true, withCalendars: true) {
        all.append($0)
        return true
      }
      let times = (0..<4).map { _ in desk.base.moment(using: &random) }.sorted()
      let period = MetricFilter(since: times[1], until: times[2])
      var tables: [MetricTable] = []
      var limited: [MetricTable] = []
      for (place, metric) in Metric.allCases.enumerated() {
        let filters = Self.filters(all.flatMap { $0[place].samples })
        for cut in MetricCut.allCases {
          let some =
            cut == .all ? filters : filters.randomElement(using: &random).map { [$0] } ?? []
          tables += some.map { MetricTable(metric, by: cut, filter: $0, keys: keys) }
        }
        var parts = MetricTable(metric, keys: keys)
        parts.boundaries = times
        tables.append(parts)
        limited += [MetricCut.agent, .topic, .hours].map {
          MetricTable(metric, by: $0, filter: period, keys: keys)
        }
      }
      var expected = tables + limited
      for ticket in all {
        for index in expected.indices {
          guard let place = Metric.allCases.firstIndex(of: expected[index].metric),
            ticket[place].contact == nil || expected[index].metric.isOfContacts
          else { continue }
          expected[index].add(ticket[place])
          valueCount += ticket[place].samples.count
        }
      }
      // Of a time alone the same values, without what is none.
      let found =
        try store.fill(tables, at: now) + store.fill(limited, at: now, withOmissions: false)
      for (index, (found, expected)) in zip(found, expected).enumerated() {
        let what = "\(found.metric) by \(found.cut) \(found.filter)"
        #expect(found.rows == expected.rows, "\(what)")
        #expect(found.earliest == expected.earliest, "\(what)")
        guard index < tables.count else { continue }
        #expect(found.omissions == expected.omissions, "\(what)")
        #expect(found.ticketCount == expected.ticketCount, "\(what)")
        #expect(found.contactCount == expected.contactCount, "\(what)")
      }
    }
    #expect(valueCount > 1_000)
  }

  @Test("A table goes on where it was")
  func goingOn() throws {
    let temporary = try TemporaryStore(qualityBlocks: QualityBlocks(width: 4, restCount: 0))
    var random = SeededRandom(3)
    let desk = QualityDesk(using: &random)
    try desk.fill(temporary.store, batch: 20, updating: true)
    let once = try temporary.store.fill([MetricTable(.replies, by: .agent)], at: .latest)
    let twice = try temporary.store.fill(once, at: .latest)
    #expect(once[0].rows.map { $0.count * 2 } == twice[0].rows.map(\.count))
    #expect(once[0].ticketCount * 2 == twice[0].ticketCount)
    #expect(try temporary.store.fill([], at: .latest).isEmpty)
  }
}
