import Casefile
import CasefileModel
import CasefileProjections
import Testing

@testable import Simulation

@Suite("Metrics of a simulated desk")
struct QualityTests {
  @Test("Every metric has values, and the view gives those of the histories")
  func everything() throws {
    let folder = try TemporaryFolder()
    let options = try #require(
      try Options([
        "--tickets", "300", "--seed", "9", "--days", "40", "--store", folder.path + "/store",
      ]))
    _ = try SimulationRun(options).run()
    let store = try Store.open(at: folder.path + "/store")
    defer { store.close() }
    try QualityTests.train(in: store)
    let head = try #require(try store.head)
    let newest = try #require(try store.event(at: head)).envelope.recordedAt
    let book = try store.deadlineBook()
    // Whether clients come again is known two weeks later.
    let now = newest.adding(microseconds: 14 * 86_400 * 1_000_000)
    let rules = try store.findingRules(at: now)
    var courses: [TicketCourse] = []
    var tickets: [TicketHistory] = []
    try store.tickets { summary in
      let history = try #require(try store.ticket(summary.ticket))
      if let course = history.course(at: now, knownAt: nil) { courses.append(course) }
      tickets.append(history)
      return true
    }
    var events: [StoredEvent] = []
    try store.read { event in
      events.append(event)
      return true
    }
    courses += ContactRecord.records(events).compactMap { TicketCourse($0, at: now) }
    var inflow = AgentInflow()
    var trainings = TrainingBook(events: events, at: now)
    let scorecards = MetricContext(scorecards: Scorecards(events: events))
    for ticket in tickets {
      ticket.metric(.arrivals, at: now).map { inflow.add($0) }
      ticket.metric(.reviewTotal, at: now, context: scorecards).map { trainings.count($0) }
    }
    inflow.finish()
    let context = MetricContext(
      rules: rules, book: book, contacts: ClientContacts(courses: courses), inflow: inflow,
      checklists: TopicChecklists(events: events), trainings: trainings,
      scorecards: scorecards.scorecards)
    var counts: [Metric: Int] = [:]
    var index = 0
    var calls = 0
    try store.metrics(Metric.allCases, at: now, withTraits: true) { found in
      guard found[0].contact == nil else {
        calls += found.reduce(0) { $0 + $1.samples.count }
        for (metric, one) in zip(Metric.allCases, found) {
          counts[metric, default: 0] += one.samples.count
        }
        return true
      }
      let pure = tickets[index].metrics(
        Metric.allCases, knownAt: nil, MetricJudge(at: now, context))
      #expect(found == pure)
      for (metric, one) in zip(Metric.allCases, found) {
        counts[metric, default: 0] += one.samples.count
        #expect(one.samples.allSatisfy { $0.positions.allSatisfy { $0 <= head } })
      }
      index += 1
      return true
    }
    #expect(index == 300)
    #expect(calls > 20)
    // All tickets of the simulator end.
    #expect(Metric.allCases.filter { counts[$0] == 0 } == [.backlog, .stale])
  }

  /// Trains an agent who was reviewed, with three more reviews before that and three after it: of so few
  /// tickets nobody has as many.
  private static func train(in store: Store) throws {
    var reviewed: MetricSample?
    try store.metric(.reviewTotal, at: .latest) { ticket in
      reviewed = reviewed ?? ticket.samples.first { $0.agent != nil && $0.ticket != nil }
      return reviewed == nil
    }
    let sample = try #require(reviewed)
    let agent = try #require(sample.agent)
    let ticket = try StreamID(kind: "ticket", id: try #require(sample.ticket))
    let stream = try StreamID(kind: "agent", id: agent)
    let begin = sample.at.adding(microseconds: 5 * 3_600_000_000)
    let reviewer = Actor(.reviewer, "ag-sofia")
    let reviews = [-3, -2, -1, 1, 2, 3].map { (hour: Int64) in
      Event(
        ReviewSubmitted(
          reviewId: "rv-test\(hour)", totalPermille: 600 + hour * 50, agentId: agent),
        on: ticket, at: begin.adding(microseconds: hour * 3_600_000_000), by: reviewer)
    }
    let acts: [any EventPayload] = [
      TrainingAssigned(trainingId: "tr-test", agentId: agent, reviewIds: ["rv-test-1"]),
      TrainingCompleted(trainingId: "tr-test", agentId: agent),
    ]
    _ = try store.appendBlocking(
      reviews + acts.map { Event($0, on: stream, at: begin, by: Actor(.agent, agent)) })
  }
}
