import CasefileModel
import CasefileProjections
import Foundation
import Testing

@testable import CasefileCommands

@Suite("Reports of metrics", .serialized, .timeLimit(.minutes(2)))
struct MetricReportTests {
  private typealias Desk = ReportDesk

  /// 2 is answered by a-1 in two hours and solved by a-2 in 22, who offers it to a-3 meanwhile; 3 is
  /// not answered.
  private static let history =
    Desk.solvedAndAsked + [
      Desk.replied(2, "02 13:00", "a-1"),
      Desk.took(2, "02 14:00", "a-2"),
      Desk.line(
        2, "handoff.offered", "02 14:30", "agent a-2",
        #"{"handoffId": "h-1", "fromAgent": "a-2", "toAgent": "a-3", "reason": "shiftEnd", "#
          + #""summary": "half done"}"#),
      Desk.line(2, "resolution.proposed", "03 09:00", "agent a-2"),
      Desk.opened(3, "03 10:00", "g-2", nil), Desk.asked(3, "03 10:00"),
      mark(1, "02 13:00", score: 4, agent: "a-1"), mark(2, "03 10:00", score: 2, agent: "a-2"),
      review(1, "02 18:00", scores: ["A": 3, "B": 5], total: 800, agent: "a-1"),
      review(2, "03 18:00", scores: ["A": 4], total: 400, agent: "a-2"),
    ]

  private static func mark(_ ticket: Int, _ time: String, score: Int, agent: String) -> String {
    Desk.line(
      ticket, "rating.received", time, "client c-\(ticket)",
      #"{"ratingId": "r-\#(ticket)", "kind": "csat", "score": \#(score), "scaleMin": 1, "#
        + #""scaleMax": 5, "about": {"agentId": "\#(agent)"}}"#)
  }

  private static func review(
    _ ticket: Int, _ time: String, scores: KeyValuePairs<String, Int>, total: Int, agent: String
  ) -> String {
    let answers = scores.map {
      #"{"criterion": "\#($0)", "score": \#($1), "scoreMax": 5, "weightPermille": 500}"#
    }
    return Desk.line(
      ticket, "review.submitted", time, "reviewer q-1",
      #"{"reviewId": "v-\#(ticket)", "agentId": "\#(agent)", "totalPermille": \#(total), "#
        + #""answers": [\#(answers.joined(separator: ", "))]}"#)
  }

  private func report(_ tool: CommandLineTool, _ more: String...) throws -> JSONValue {
    let outcome = try tool.start(["report", "run"] + more + ["--format", "json"]).wait()
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try outcome.json()
  }

  private static let period = ["--since", "2026-03-02", "--until", "2026-03-05"]

  private func rows(_ report: JSONValue, _ table: String) throws -> [JSONValue] {
    let found = report["tables"]?.elements?.first { $0["table"] == .string(table) }
    return try #require(found?["rows"]?.elements, "\(table)")
  }

  @Test("Agents stand side by side, each figure by its metric's definition")
  func agents() throws {
    let tool = try Desk.made(Self.history)
    let json = try report(tool, "agents", "--since", "2026-03-02", "--until", "2026-03-05")
    let work = try rows(json, "agentWork")
    #expect(work.map { $0["agent"] }.prefix(2) == ["a-1", "a-2"])
    #expect(work[0]["replies.count"] == 2 && work[0]["firstReply.median"] == 1_800)
    #expect(work[0]["resolution.count"] == 1 && work[0]["resolution.median"] == 7_200)
    #expect(work[0]["reopened.share"] == .number("0.0000") && work[0]["reopened.shareOf"] == 1)
    // Nothing answered: the number of replies is nought, their time and share are no data.
    #expect(work[1]["replies.count"] == 0 && work[1]["firstReply.median"] == .null)
    #expect(work[1]["resolution.median"] == 79_200)
    let marks = try rows(json, "agentMarks")
    #expect(marks.map { $0["scale"] } == ["1–5", "1–5"])
    #expect(marks.map { $0["satisfaction.mean"] } == [.number("4.00"), .number("2.00")])
    let reviews = try rows(json, "agentReviews")
    #expect(reviews.map { $0["reviewTotal.share"] } == [.number("0.8000"), .number("0.4000")])
    #expect(json["definitions"]?.elements?.count == 10)
    let csv = try tool.run(
      "report", "run", "agents", "--table", "agentMarks", "--format", "csv"
    ).output.split(separator: "\r\n")
    #expect(csv[0] == "agent,agentName,scale,satisfaction.count,satisfaction.mean")
    #expect(csv[1] == "a-1,,1–5,1,4.00")
  }

  @Test("Marks are told by scale, and how many there are of each")
  func satisfaction() throws {
    let tool = try Desk.made(Self.history)
    let json = try report(tool, "satisfaction", "--since", "2026-03-02", "--until", "2026-03-05")
    let scale = try rows(json, "byScale")
    #expect(scale.count == 1 && scale[0]["satisfaction.count"] == 2)
    #expect(scale[0]["satisfaction.mean"] == .number("3.00"))
    let marks = try rows(json, "distribution")
    #expect(marks.map { $0["score"] } == [2, 4] && marks.map { $0["number"] } == [1, 1])
    #expect(marks[0]["share"] == .number("0.5000"))
    // Each of the two figures is opened by itself.
    for (column, values) in [("number", [2]), ("share", [4, 2])] as [(String, [Int64])] {
      guard case .string(let command)? = marks[0]["opens"]?[column] else {
        Issue.record("no command opens \(column)")
        continue
      }
      let words = command.split(separator: " ").dropFirst().map {
        String($0).replacing("'", with: "")
      }
      let opened = try tool.start(words + ["--format", "json"]).wait()
      let found = try opened.lines.map { try JSONValue(parsing: Array($0.utf8))["value"] }
      #expect(found == values.map { .int($0) }, "\(command)")
    }
    let days = try rows(json, "byPeriod")
    #expect(days.map { $0["satisfaction.count"] } == [1, 1, 0])
    #expect(days[2]["satisfaction.mean"] == .null)
    #expect(try rows(json, "surveys").isEmpty)
    // People read words, programs the fixed ones.
    #expect(try rows(json, "badMarksByKind").map { $0["kind"] } == ["csat"])
    let words = try tool.run("report", "run", "satisfaction", "--lang", "ru").output
    #expect(words.contains("\nудовлетворённость ") && !words.contains("csat"))
    let none = try report(tool, "satisfaction", "--agent", "a-9")
    #expect(none["noData"] == true)
    let text = try tool.run("report", "run", "satisfaction", "--agent", "a-9", "--lang", "ru")
    #expect(text.output.contains("нет данных") && !text.output.contains("0,0 %"))
  }

  @Test(
    "How many surveys were offered and how many answered are two figures, as marks and bad ones")
  func offered() throws {
    func offer(_ ticket: Int, _ survey: String) -> String {
      Desk.line(
        ticket, "survey.offered", "02 12:30", "agent a-1", #"{"surveyId": "\#(survey)"}"#)
    }
    func answer(_ ticket: Int, _ id: String, _ kind: String, _ score: Int) -> String {
      Desk.line(
        ticket, "rating.received", "02 12:40", "client c-\(ticket)",
        #"{"ratingId": "\#(id)", "surveyId": "s-1", "questionId": "\#(id)", "kind": "\#(kind)", "#
          + #""score": \#(score), "scaleMin": 1, "scaleMax": 5}"#)
    }
    let tool = try Desk.made(
      Desk.solvedAndAsked + [
        offer(1, "s-1"), offer(1, "s-2"), offer(2, "s-1"), answer(1, "k-1", "csat", 5),
        answer(1, "k-2", "csat", 1), answer(1, "k-3", "csat", 4), answer(1, "k-4", "ces", 1),
      ])
    let json = try report(tool, "satisfaction")
    let surveys = try rows(json, "surveys")
    #expect(surveys.count == 1 && surveys[0]["surveyAnswers.count"] == 3)
    #expect(surveys[0]["surveyAnswers.sum"] == 1)
    #expect(surveys[0]["surveyAnswers.share"] == .number("0.3333"))
    let bad = try rows(json, "badMarksByKind")
    #expect(bad.map { $0["badMarks.count"] } == [3] && bad.map { $0["badMarks.sum"] } == [1])
    let text = try tool.run("report", "run", "satisfaction", "--lang", "en").output
    #expect(text.contains("\nsurveys offered  surveys answered  surveys answered, share\n"))
    #expect(text.contains("marks given  bad marks  bad marks, share\n"))
    #expect(text.contains("bad marks: left out: 1 of effort or of a kind"))
    let russian = try tool.run("report", "run", "satisfaction", "--lang", "ru").output
    #expect(russian.contains("предложено опросов") && russian.contains("всего оценок"))
  }

  @Test("Scores are told by criterion and agent")
  func reviews() throws {
    let tool = try Desk.made(Self.history)
    let json = try report(tool, "reviews", "--since", "2026-03-02", "--until", "2026-03-05")
    let criteria = try rows(json, "byCriterion")
    #expect(criteria.map { $0["criterion"] } == ["A", "B"])
    #expect(criteria.map { $0["reviewScore.mean"] } == [.number("3.50"), .number("5.00")])
    #expect(try rows(json, "byAgent").map { $0["reviewScore.count"] } == [1, 1, 1])
    let all = try rows(json, "reviewTotals")[0]
    #expect(all["reviewTotal.count"] == 2 && all["reviewTotal.share"] == .number("0.6000"))
    let one = try report(tool, "reviews", "--agent", "a-2")
    #expect(try rows(one, "byCriterion").map { $0["reviewScore.mean"] } == [.number("4.00")])
    #expect(one["agent"] == "a-2")
  }

  @Test("A period is compared with the one before it")
  func figures() throws {
    let tool = try Desk.made(Self.history)
    let json = try report(tool, "figures", "--since", "2026-03-03", "--until", "2026-03-04")
    func row(_ figure: String) throws -> JSONValue {
      try #require(try rows(json, "keyFigures").first { $0["figure"] == .string(figure) })
    }
    let opened = try row("newContacts.sum")
    #expect(opened["now"] == 1 && opened["before"] == 2 && opened["growth"] == -1)
    let reply = try row("firstReply.median")
    #expect(reply["now"] == .null && reply["before"] == 1_800 && reply["growth"] == .null)
    #expect(reply["numberBefore"] == 2 && reply["number"] == 0)
    let solved = try row("resolution.median")
    #expect(solved["growth"] == 72_000)
    let marks = try row("satisfaction.mean")
    #expect(marks["part"] == "1–5" && marks["growth"] == .number("-2.00"))
    let total = try row("reviewTotal.share")
    #expect(total["now"] == .number("0.4000") && total["growth"] == .number("-0.400"))
    #expect(
      json["notes"] == [
        "Before is the period from 2 Mar 2026 00:00 +00:00 to before 3 Mar 2026 00:00 +00:00."
      ])
    let russian = try tool.run(
      "report", "run", "figures", "--since", "2026-03-03", "--until", "2026-03-04", "--lang", "ru"
    ).output
    #expect(russian.contains("\u{2212}40,0 п. п.") && russian.contains("+20 ч"))
    // The period before a month is a month, however long it was.
    let zone = try Zone(named: "Europe/Moscow")
    let march = try #require(zone.startOfDay("2026-03-01"))
    let april = try #require(zone.startOfDay("2026-04-01"))
    #expect(ReportSteps.before(march, april, in: zone) == zone.startOfDay("2026-02-01"))
    let january = try #require(zone.startOfDay("2026-01-01"))
    #expect(ReportSteps.before(january, april, in: zone) == zone.startOfDay("2025-10-01"))
  }

  @Test("Topics stand by how often they came, without the unknown ones")
  func reasons() throws {
    func about(_ ticket: Int, _ topic: String) -> String {
      Desk.line(
        ticket, "ticket.opened", "02 10:00", "client c-1",
        #"{"clientId": "c-1", "channel": "email", "topicId": "\#(topic)"}"#)
    }
    let tool = try Desk.made(
      Self.history + [about(11, "t-b"), about(12, "t-a"), about(13, "t-b")])
    let json = try report(tool, "reasons")
    let topics = try rows(json, "byTopic")
    #expect(topics.map { $0["topic"] } == ["t-b", "t-a"])
    #expect(topics.map { $0["reasons.sum"] } == [2, 1])
    #expect(topics[0]["share"] == .number("0.6667"))
    #expect(
      json["tables"]?.elements?[0]["leftOut"]?.elements?.contains {
        $0["why"] == "reasons.noTopic" && $0["count"] == 3
      } == true)
  }

  @Test("Waits and abandoned calls are told")
  func calls() throws {
    func call(_ type: String, _ time: String, _ id: String, _ more: String) -> String {
      Desk.line(1, type, time, "agent a-1", #"{"callId": "\#(id)", \#(more)}"#)
    }
    let tool = try Desk.made(
      Self.history + [
        call("call.offered", "03 10:00", "k-1", #""direction": "inbound""#),
        call("call.answered", "03 10:01", "k-1", #""agentId": "a-1", "waitSeconds": 40"#),
        call("call.offered", "03 11:00", "k-2", #""direction": "inbound""#),
        call("call.answered", "03 11:01", "k-2", #""agentId": "a-1", "waitSeconds": 10"#),
        call("call.offered", "03 12:00", "k-3", #""direction": "inbound""#),
        call("call.abandoned", "03 12:02", "k-3", #""waitSeconds": 120"#),
      ])
    let json = try report(tool, "calls", "--since", "2026-03-03", "--until", "2026-03-04")
    let all = try rows(json, "callTotals")[0]
    #expect(all["callWait.count"] == 2 && all["callWait.median"] == 10 && all["callWait.p90"] == 40)
    #expect(all["callsAbandoned.shareCount"] == 1 && all["callsAbandoned.shareOf"] == 3)
    #expect(all["callsAbandoned.count"] == 3 && all["callsAbandoned.sum"] == 1)
    #expect(all["callTalk.median"] == .null)
    #expect(try report(tool, "calls", "--until", "2026-03-03")["noData"] == true)
  }

  @Test("A shift hands over what is open, overdue, offered and unanswered")
  func shift() throws {
    let tool = try Desk.made(Self.history)
    let json = try report(
      tool, "shift-handover", "--group", "g-1", "--as-of", "2026-03-02T15:30:00Z")
    #expect(json["group"] == "g-1" && json["since"] == .null)
    // The first is solved, and so open until somebody closes it; its deadlines are done.
    let open = try rows(json, "openTickets")
    #expect(open.map { $0["ticket"] } == ["2", "1"] && open.map { $0["overdue"] } == [1, 0])
    #expect(open[0]["holder"] == "a-2" && open[0]["heldSince"] == "2026-03-02T14:00:00.000000Z")
    #expect(open[0]["duty"] == "unknown" && open[0]["positions"] == [9])
    let offers = try rows(json, "openOffers")
    #expect(offers.count == 1 && offers[0]["from"] == "a-2" && offers[0]["to"] == "a-3")
    #expect(offers[0]["reason"] == "shiftEnd" && offers[0]["positions"] == [10])
    #expect(try rows(json, "byHolder").map { $0["open"] } == [1, 1])
    let short = try report(
      tool, "shift-handover", "--group", "g-1", "--as-of", "2026-03-02T15:30:00Z", "--limit", "1")
    #expect(try rows(short, "openTickets").map { $0["ticket"] } == ["2"])
    #expect(try rows(short, "byHolder").map { $0["open"] } == [1, 1])
    let tables = try #require(short["tables"]?.elements)
    let listed = try #require(tables.first { $0["table"] == "openTickets" })
    #expect(listed["leftOut"] == [["why": "notListed", "count": 1]], "\(listed)")
    let text = try tool.run(
      "report", "run", "shift-handover", "--group", "g-1", "--as-of", "2026-03-02T15:30:00Z",
      "--limit", "1", "--lang", "en")
    #expect(text.output.contains("not listed: 1 more"), "\(text.output)")
    let later = try report(
      tool, "shift-handover", "--group", "g-2", "--as-of", "2026-03-03T11:30:00Z")
    let third = try rows(later, "openTickets")
    #expect(third.map { $0["ticket"] } == ["3"] && third[0]["overdue"] == 1)
    #expect(third[0]["nextDeadline"] == "resolution" && third[0]["holder"] == .null)
    #expect(third[0]["due"] == "2026-03-03T14:00:00.000000Z")
    // Each lets an offer expire; the newest one stands first.
    let expired = try Desk.made(
      Self.history + [
        Desk.opened(4, "03 12:00", "g-1", nil), Desk.took(4, "03 12:00", "a-1"),
        Desk.line(
          4, "handoff.offered", "03 12:00", "agent a-1",
          #"{"handoffId": "h-4", "fromAgent": "a-1", "toAgent": "a-2", "summary": "s"}"#),
        Desk.line(4, "handoff.expired", "03 13:00", "agent a-1", #"{"handoffId": "h-4"}"#),
        Desk.line(2, "handoff.expired", "02 15:00", "agent a-2", #"{"handoffId": "h-1"}"#),
      ])
    let left = try rows(
      report(expired, "shift-handover", "--as-of", "2026-03-03T14:00:00Z"), "unanswered")
    #expect(left.map { $0["ticket"] } == ["4", "2"], "\(left)")
    #expect(left.allSatisfy { $0["finding"] == "handoffExpired" })
    let nobody = try report(
      tool, "shift-handover", "--group", "g-9", "--as-of", "2026-03-03T11:30:00Z")
    #expect(nobody["noData"] == true)
  }

  @Test("All reports are the same bytes at a position, and open each figure by a command")
  func reproducible() throws {
    let tool = try Desk.made(Self.history)
    for name in ["agents", "figures", "satisfaction", "reviews", "calls", "reasons"] {
      for format in ["json", "html"] {
        let run = ["report", "run", name, "--format", format, "--lang", "en"] + Self.period
        let first = try tool.start(run).wait()
        #expect(first.status == 0, "\(name): \(first.errors)")
        #expect(try tool.start(run + ["--position", "17"]).wait().output == first.output)
      }
    }
    let json = try report(tool, "agents", "--since", "2026-03-02", "--until", "2026-03-05")
    let row = try rows(json, "agentWork")[0]
    guard case .string(let command)? = row["opens"]?["replies.count"] else {
      Issue.record("no command opens the replies")
      return
    }
    let words = command.split(separator: " ").dropFirst().map(String.init)
    #expect(try tool.start(words + ["--format", "json"]).wait().lines.count == 2)
  }

  @Test(
    "What can't be asked says why",
    arguments: [
      (["figures"], 2, "--since and --until"),
      (["agents", "--since", "2026-03-05", "--until", "2026-03-02"], 2, "not after"),
      (["reviews", "--table", "byMoon"], 2, "byCriterion"),
      (["shift-handover", "--since", "2026-03-05"], 2, "--since"),
      (["shift-handover", "--limit=-1"], 2, "--limit -1"),
      (["calls", "--position", "99"], 1, "beyond the log"),
    ] as [([String], Int32, String)])
  func failures(arguments: [String], status: Int32, words: String) throws {
    let tool = try Desk.made(Self.history)
    let outcome = try tool.start(["report", "run"] + arguments).wait()
    #expect(outcome.status == status && outcome.errors.contains(words), "\(outcome.errors)")
  }
}
