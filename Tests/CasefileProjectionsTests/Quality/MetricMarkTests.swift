import CasefileCalendars
import CasefileModel
import CasefileProjections
import Testing

/// Marks, reviews and cuts, by hand-computed tables.
@Suite("Metrics of marks, and cuts")
struct MetricMarkTests {
  private func measured(_ metric: Metric, _ desk: FindingDesk) throws -> TicketMetric {
    try #require(desk.events.history.metric(metric, at: TicketCase.at(50_000)))
  }

  private func rated(
    _ score: Int64?, _ id: String, _ kind: RatingKind = .csat, _ low: Int64? = 1,
    _ high: Int64? = 5, comment: String? = nil
  ) -> RatingReceived {
    RatingReceived(
      ratingId: id, questionId: id, kind: kind, score: score, scaleMin: low, scaleMax: high,
      comment: comment)
  }

  private func desk(_ marks: [RatingReceived]) -> FindingDesk {
    var desk = FindingDesk()
    desk.add(MessageSent(messageId: "m", author: .agent), at: 1)
    for (index, mark) in marks.enumerated() { desk.add(mark, at: Double(10 + index), by: .client) }
    return desk
  }

  @Test("Bad marks are those of the lowest quarter, the unsolved and who would not recommend")
  func bad() throws {
    let found = try measured(
      .badMarks,
      desk([
        rated(2, "a"), rated(3, "b"), rated(0, "c", .solved, nil, nil),
        rated(1, "d", .solved, nil, nil), rated(6, "e", .nps, 0, 10), rated(7, "f", .nps, 0, 10),
        rated(1, "g", .ces), rated(9, "h"), rated(nil, "i"), rated(3, "j", .csat, 5, 5),
      ]))
    #expect(
      found.samples.map { "\($0.part ?? "") \($0.value)" } == [
        "csat 1", "csat 0", "solved 1", "solved 0", "nps 1", "nps 0",
      ])
    #expect(found.samples.allSatisfy { $0.agent == "a-1" })
    // A mark of effort is neither bad nor good, and is told.
    #expect(found.omissions == [.outsideScale: 2, .noScore: 1, .otherKind: 1])
    let effort = try measured(.goodMarks, desk([rated(1, "g", .ces, 1, 7), rated(5, "a")]))
    #expect(effort.samples.map(\.value) == [1] && effort.omissions == [.otherKind: 1])
    // A scale may be anything.
    let wide = desk([rated(.max, "a", .csat, .min, .max), rated(.min, "b", .nps, .min, .max)])
    #expect(try measured(.badMarks, wide).samples.map(\.value) == [0, 1])
  }

  @Test("A value that was corrected is proven by the correction too")
  func corrected() throws {
    var desk = desk([])
    let id = desk.add(rated(5, "r"), at: 10, by: .client)
    let wrong = desk.add(
      EventCorrected(targetEventId: id, field: "score", newValue: "2"), at: 20)
    desk.add(EventCorrected(targetEventId: id, field: "nothing", newValue: "2"), at: 21)
    let found = try measured(.satisfaction, desk).samples
    #expect(found.map(\.value) == [2])
    #expect(found[0].positions == [Position(3), Position(4)])
    desk.add(EventRetracted(targetEventId: wrong), at: 22)
    let before = try measured(.satisfaction, desk).samples
    #expect(before.map(\.value) == [5] && before[0].positions == [Position(3)])
  }

  @Test("Loyalty is those for it less those against it")
  func loyalty() throws {
    let marks = [9, 10, 8, 7, 6, 0].enumerated().map {
      rated(Int64($1), "n-\($0)", .nps, 0, 10)
    }
    let found = try measured(.loyalty, desk(marks + [rated(5, "c")]))
    #expect(found.samples.map(\.value) == [1, 1, 0, 0, -1, -1])
    var table = MetricTable(.loyalty)
    table.add(found)
    #expect(table.rows.map(\.sum) == [0] && table.rows.map(\.count) == [6])
  }

  @Test("Words, answers to surveys and tickets without a good mark")
  func shares() throws {
    var one = desk([
      rated(2, "a", comment: "slow"), rated(4, "b", comment: " "), rated(4, "c"),
    ])
    #expect(try measured(.comments, one).samples.map(\.value) == [1, 0, 0])
    #expect(try measured(.unsatisfied, one).samples.map(\.value) == [0])
    #expect(try measured(.unsatisfied, desk([rated(3, "a")])).samples.map(\.value) == [1])
    #expect(try measured(.unsatisfied, desk([])).samples.map(\.value) == [1])
    #expect(
      try measured(.unsatisfied, desk([rated(1, "a", .solved, 0, 1)])).samples.map(\.value) == [0])
    one.add(SurveyOffered(surveyId: "s-1"), at: 20)
    one.add(SurveyOffered(surveyId: "s-2"), at: 21)
    for id in ["k-1", "k-2"] {
      one.add(RatingReceived(ratingId: id, surveyId: "s-2", kind: .csat, score: 5), at: 22)
    }
    let answered = try measured(.surveyAnswers, one).samples
    #expect(answered.map(\.value) == [0, 1] && answered.map(\.agent) == ["a-1", "a-1"])
    #expect(answered[1].positions.count == 2)
    // Offered once more, and answered once: the mark before stays that of the offer before.
    one.add(SurveyOffered(surveyId: "s-2"), at: 23)
    #expect(try measured(.surveyAnswers, one).samples.map(\.value) == [0, 1, 0])
    var twice = desk([])
    twice.add(SurveyOffered(surveyId: "s-3"), at: 20)
    twice.add(SurveyOffered(surveyId: "s-3"), at: 21)
    twice.add(RatingReceived(ratingId: "k", surveyId: "s-3", kind: .csat, score: 5), at: 22)
    #expect(try measured(.surveyAnswers, twice).samples.map(\.value) == [0, 1])
    one.add(RatingWithdrawn(ratingId: "a"), at: 30, by: .client)
    #expect(try measured(.comments, one).omissions[.replaced] == 2)
  }

  @Test("Totals as stated, else weighted; a critical criterion fails with nought")
  func reviews() throws {
    func submitted(_ id: String, total: Int64?, _ answers: [ReviewAnswer]) -> ReviewSubmitted {
      ReviewSubmitted(reviewId: id, answers: answers, totalPermille: total, agentId: "a-2")
    }
    let answers = [
      ReviewAnswer(criterion: "A", weightPermille: 750, isCritical: true, score: 2, scoreMax: 4),
      ReviewAnswer(criterion: "B", weightPermille: 250, score: 4, scoreMax: 4),
      ReviewAnswer(criterion: "C", weightPermille: 500, score: nil, scoreMax: 4),
    ]
    var desk = FindingDesk()
    desk.add(submitted("r-1", total: 900, answers), at: 1, by: Actor(.reviewer, "r"))
    desk.add(submitted("r-2", total: nil, answers), at: 2, by: Actor(.reviewer, "r"))
    desk.add(submitted("r-3", total: 1_001, []), at: 3, by: Actor(.reviewer, "r"))
    desk.add(submitted("r-4", total: nil, []), at: 4, by: Actor(.reviewer, "r"))
    // 0.75 · 2/4 + 0.25 · 4/4 = 0.625
    let totals = try measured(.reviewTotal, desk)
    #expect(totals.samples.map(\.value) == [900, 625] && totals.samples[0].agent == "a-2")
    #expect(totals.omissions == [.outsideScale: 1, .noScore: 1])
    #expect(try measured(.criticalFailures, desk).samples.map(\.value) == [0, 0])
    desk.add(
      ReviewResolved(reviewId: "r-1", changedScores: [ChangedScore(criterion: "A", newScore: 0)]),
      at: 5, by: Actor(.reviewer, "r"))
    // One quarter by its scores, but what is critical was failed.
    #expect(try measured(.reviewTotal, desk).samples.map(\.value) == [0, 625])
    #expect(try measured(.criticalFailures, desk).samples.map(\.value) == [1, 0])
    #expect(try measured(.criticalFailures, desk).omissions == [.noScore: 2])
  }

  // MARK: Cuts

  /// 2026-03-02 10:00 UTC was a Monday, 22:30 of the Sunday after it in Moscow is 19:30 UTC.
  private func keys(_ cut: MetricCut, _ desk: FindingDesk, zone: ZoneRules = .utc) throws
    -> [String?]
  {
    var keys = MetricKeys(zone: zone, companies: ["c-9": "acme"])
    let found = try measured(.newContacts, desk)
    return keys.keys(of: try #require(found.samples.first), on: found.traits, by: cut)
  }

  @Test("Each cut takes its key from the value or its ticket")
  func cuts() throws {
    var desk = FindingDesk(channel: .email)
    desk.add(TicketTagged(tag: "vip"), at: 1)
    desk.add(TicketTagged(tag: "a"), at: 1)
    desk.add(TicketClassified(topicId: "t-1"), at: 1)
    desk.add(SLABreachExplained(clock: "resolution", causeCode: .overload), at: 2)
    desk.add(TicketClosed(kind: .confirmed), at: 3)
    let expected: [MetricCut: [String?]] = [
      .all: [nil], .agent: ["a-1"], .group: ["g-1"], .channel: ["email"], .topic: ["t-1"],
      .tag: ["a", "vip"], .priority: ["high"], .client: ["c-9"], .company: ["acme"],
      .project: [nil], .kind: ["unknown"], .entryPoint: ["unknown"], .template: ["unknown"],
      .tenure: ["unknown"], .shift: ["unknown"], .release: ["none"], .hours: ["unknown"],
      .closeKind: ["confirmed"], .cause: ["overload"], .day: ["2026-03-02"],
      .week: ["2026-W10"], .month: ["2026-03"], .weekday: ["1"], .hour: ["10"],
    ]
    for cut in MetricCut.allCases { #expect(try keys(cut, desk) == expected[cut], "\(cut)") }
    let empty = FindingDesk()
    #expect(try keys(.tag, empty) == [nil] && keys(.closeKind, empty) == [nil])
  }

  @Test("Days begin in the zone; a week belongs to the year of its Thursday")
  func times() throws {
    let moscow = try MachineZones().rules(of: "Europe/Moscow")
    func key(_ cut: MetricCut, _ time: String, _ zone: ZoneRules = .utc) throws -> String? {
      var keys = MetricKeys(zone: zone)
      var events = TicketCase()
      let at = try #require(Timestamp(time))
      events.add(
        TicketOpened(), at: Double(at.seconds - TicketCase.start.seconds) / 60, by: .client)
      let found = try #require(events.history.metric(.newContacts, at: .latest))
      return keys.keys(of: found.samples[0], on: found.traits, by: cut)[0]
    }
    #expect(try key(.day, "2026-03-08T22:30:00Z") == "2026-03-08")
    #expect(try key(.day, "2026-03-08T22:30:00Z", moscow) == "2026-03-09")
    #expect(try key(.hour, "2026-03-08T22:30:00Z", moscow) == "01")
    #expect(try key(.weekday, "2026-03-08T22:30:00Z") == "7")
    #expect(try key(.weekday, "2026-03-08T22:30:00Z", moscow) == "1")
    #expect(try key(.week, "2026-03-08T22:30:00Z", moscow) == "2026-W11")
    #expect(try key(.week, "2027-01-01T00:00:00Z") == "2026-W53")
    #expect(try key(.week, "2024-12-30T00:00:00Z") == "2025-W01")
    #expect(try key(.month, "1969-12-31T23:59:59Z") == "1969-12")
    #expect(try key(.weekday, "1969-12-31T23:59:59Z") == "3")
  }

  @Test("A table takes the values that a filter means, once for each tag")
  func filtered() throws {
    var one = FindingDesk(channel: .email)
    one.add(TicketTagged(tag: "a"), at: 1)
    one.add(TicketTagged(tag: "b"), at: 1)
    var tags = MetricTable(.newContacts, by: .tag)
    var mail = MetricTable(.newContacts, filter: MetricFilter(keys: [.channel: "email"]))
    var late = MetricTable(.newContacts, filter: MetricFilter(since: TicketCase.at(1)))
    for desk in [one, FindingDesk(channel: .chat)] {
      let found = try measured(.newContacts, desk)
      tags.add(found)
      mail.add(found)
      late.add(found)
    }
    #expect(tags.rows.map(\.key) == ["a", "b", nil] && tags.rows.map(\.count) == [1, 1, 1])
    #expect(mail.rows.map(\.count) == [1] && mail.needsTraits)
    #expect(late.rows.isEmpty && late.ticketCount == 2 && !late.needsTraits)
  }
}
