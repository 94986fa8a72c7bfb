import CasefileModel
import CasefileProjections
import Testing

/// What came to agents, the way in, and stress, by hand-computed tables.
@Suite("Metrics of inflow, the way in and stress")
struct MetricStressTests {
  private func measured(
    _ metric: Metric, _ desk: FindingDesk, _ inflow: AgentInflow = AgentInflow()
  ) throws -> TicketMetric {
    try #require(
      desk.events.history.metric(
        metric, at: TicketCase.at(50_000), context: MetricContext(inflow: inflow)))
  }

  /// Three tickets come to Anna within the first hour, and one in each of some later hours.
  private func inflow(hours: Int) throws -> AgentInflow {
    var inflow = AgentInflow()
    for minutes in [0, 10, 59] + (0..<hours).map({ 60 + Double($0) * 60 }) {
      inflow.add(try measured(.arrivals, FindingDesk(takenAt: minutes)))
    }
    inflow.finish()
    return inflow
  }

  private func rows(_ found: TicketMetric) -> [String] {
    found.samples.map { "\($0.part ?? "-") \($0.agent ?? "-") \($0.positions.map(\.rawValue))" }
  }

  @Test("A ticket comes to an agent each time that somebody becomes responsible")
  func arrivals() throws {
    var desk = FindingDesk(takenAt: 5)
    desk.add(TicketAssigned(agentId: "a-2", mode: .give), at: 10)
    // Once more to the same agent: nothing came.
    desk.add(TicketAssigned(agentId: "a-2", mode: .manual), at: 11)
    desk.add(TicketUnassigned(agentId: "a-2"), at: 12)
    desk.add(TicketAssigned(agentId: "a-2", mode: .take), at: 13, by: .boris)
    let found = try measured(.arrivals, desk).samples
    #expect(found.map(\.agent) == ["a-1", "a-2", "a-2"] && found.map(\.value) == [1, 1, 1])
    #expect(found.map(\.at) == [5, 10, 13].map { TicketCase.at($0) })
    #expect(found[0].group == "g-1" && found[0].positions == [Position(1)])
    #expect(try measured(.arrivals, FindingDesk(takenAt: nil)).samples.isEmpty)
  }

  @Test(
    "The way in is told as it is stated, and what is not stated is left out",
    arguments: [
      (nil, [], [], [.noTime: 1], [], [.noPath: 1]),
      (0, ["home"], [0], [:], [1], [:]),
      (90, ["home", "help", "form"], [90], [:], [3], [:]),
      (-1, [], [], [.outsideScale: 1], [], [.noPath: 1]),
    ] as [(Int64?, [String], [Int64], [Metric.Omission: Int], [Int64], [Metric.Omission: Int])])
  func wayIn(
    seconds: Int64?, path: [String], times: [Int64], noTimes: [Metric.Omission: Int],
    steps: [Int64], noSteps: [Metric.Omission: Int]
  ) throws {
    var desk = FindingDesk(empty: ())
    desk.add(
      TicketOpened(clientId: "c-9", entryPath: path, secondsToFind: seconds), at: 0, by: .client)
    let time = try measured(.timeToFind, desk)
    #expect(time.samples.map(\.value) == times && time.omissions == noTimes)
    let way = try measured(.entrySteps, desk)
    #expect(way.samples.map(\.value) == steps && way.omissions == noSteps)
  }

  @Test("Signs of stress are counted as they were flagged, of the holder then")
  func flags() throws {
    var desk = FindingDesk(takenAt: 10)
    desk.add(TicketSentimentFlagged(flag: .urgent), at: 5, by: .bot)
    desk.add(TicketSentimentFlagged(flag: .negative), at: 20, by: .bot)
    desk.add(TicketSentimentFlagged(flag: .negative), at: 30, by: .bot)
    let found = try measured(.stressFlags, desk)
    #expect(rows(found) == ["urgent - [2]", "negative a-1 [3]", "negative a-1 [4]"])
  }

  @Test("An hour is a rush where more came than in nine of ten of the agent's own hours")
  func rush() throws {
    let desk = FindingDesk(takenAt: 59)
    // Ten hours with tickets, nine of them with one: the ninth of ten is one, and three are more.
    #expect(
      rows(try measured(.stressCases, desk, try inflow(hours: 9))) == ["inflow a-1 [1]"])
    // Of nine hours the ninth is the rush itself.
    #expect(rows(try measured(.stressCases, desk, try inflow(hours: 8))) == ["calm a-1 [1]"])
    let later = FindingDesk(takenAt: 60)
    #expect(rows(try measured(.stressCases, later, try inflow(hours: 9))) == ["calm a-1 [1]"])
    var boris = FindingDesk(takenAt: nil)
    boris.add(TicketAssigned(agentId: "a-2", mode: .take), at: 10, by: .boris)
    #expect(rows(try measured(.stressCases, boris, try inflow(hours: 9))) == ["calm a-2 [1]"])
    // The limit is worked out of nothing before it is asked for.
    var unfinished = AgentInflow()
    unfinished.add(try measured(.arrivals, desk))
    #expect(rows(try measured(.stressCases, desk, unfinished)) == ["calm a-1 [1]"])
  }

  @Test("A ticket counts once for each kind of stress; one that nobody held is left out")
  func kinds() throws {
    var desk = FindingDesk(takenAt: 10)
    desk.add(TicketSentimentFlagged(flag: .negative), at: 20, by: .bot)
    desk.add(TicketSentimentFlagged(flag: .negative), at: 30, by: .bot)
    desk.add(TicketSentimentFlagged(flag: .overloadContext), at: 40, by: .bot)
    #expect(
      rows(try measured(.stressCases, desk, try inflow(hours: 9))) == [
        "inflow a-1 [1]", "negative a-1 [2]", "overloadContext a-1 [4]",
      ])
    let bare = try measured(.stressCases, FindingDesk(takenAt: nil))
    #expect(bare.samples.isEmpty && bare.omissions == [.noHolder: 1])
    var open = FindingDesk(takenAt: nil)
    open.add(TicketSentimentFlagged(flag: .urgent), at: 5, by: .bot)
    #expect(rows(try measured(.stressCases, open)) == ["urgent - [1]"])
  }

  @Test(
    "A mark is within stress by what was flagged before it, or by the rush of its own agent",
    arguments: [
      ("nothing", "outside"), ("flagged", "inside"), ("flaggedLater", "outside"),
      ("rush", "inside"), ("rushOfAnother", "outside"),
    ])
  func marks(case name: String, part: String) throws {
    var desk = FindingDesk(takenAt: name.hasPrefix("rush") ? 59 : 120)
    if name == "rushOfAnother" {
      desk.add(TicketAssigned(agentId: "a-2", mode: .give), at: 130)
    }
    let author: Actor = name == "rushOfAnother" ? .boris : .anna
    desk.add(MessageSent(messageId: "m", author: .agent), at: 140, by: author)
    if name == "flagged" { desk.add(TicketSentimentFlagged(flag: .urgent), at: 150, by: .bot) }
    desk.add(
      RatingReceived(ratingId: "k", kind: .csat, score: 4, scaleMin: 1, scaleMax: 5), at: 160,
      by: .client)
    desk.add(
      RatingReceived(
        ratingId: "o", questionId: "o", kind: .csat, score: 9, scaleMin: 1, scaleMax: 5),
      at: 161, by: .client)
    if name == "flaggedLater" {
      desk.add(TicketSentimentFlagged(flag: .urgent), at: 170, by: .bot)
    }
    let found = try measured(.stressMarks, desk, try inflow(hours: 9))
    #expect(found.samples.map(\.value) == [750] && found.samples.map(\.part) == [part])
    #expect(found.omissions == [.outsideScale: 1])
    #expect(found.samples[0].positions.count == (part == "inside" ? 2 : 1))
  }

  @Test("Marks of several scales stand on one; good ones are the highest quarter")
  func levels() throws {
    func rated(_ score: Int64?, _ id: String, _ kind: RatingKind, _ low: Int64?, _ high: Int64?)
      -> RatingReceived
    {
      RatingReceived(
        ratingId: id, questionId: id, kind: kind, score: score, scaleMin: low, scaleMax: high)
    }
    var desk = FindingDesk()
    desk.add(MessageSent(messageId: "m", author: .agent), at: 1)
    for (index, mark) in [
      rated(1, "a", .csat, 1, 5), rated(4, "b", .csat, 1, 5), rated(7, "c", .csat, 0, 10),
      rated(8, "d", .csat, 0, 10), rated(11, "e", .csat, 0, 10), rated(nil, "f", .csat, 0, 10),
      rated(9, "g", .nps, 0, 10), rated(8, "h", .nps, 0, 10), rated(1, "i", .solved, nil, nil),
      rated(0, "j", .solved, nil, nil),
    ].enumerated() {
      desk.add(mark, at: Double(10 + index), by: .client)
    }
    let levels = try measured(.markLevel, desk)
    #expect(levels.samples.map(\.value) == [0, 750, 700, 800])
    #expect(levels.omissions == [.outsideScale: 1, .noScore: 1])
    let good = try measured(.goodMarks, desk)
    #expect(
      good.samples.map { "\($0.part ?? "") \($0.value)" } == [
        "csat 0", "csat 1", "csat 0", "csat 1", "nps 1", "nps 0", "solved 1", "solved 0",
      ])
    #expect(good.samples.allSatisfy { $0.agent == "a-1" })
    #expect(try measured(.goodMarks, FindingDesk()).samples.isEmpty)
  }
}
