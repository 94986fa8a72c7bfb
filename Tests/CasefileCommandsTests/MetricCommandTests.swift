import CasefileModel
import CasefileProjections
import Foundation
import Testing

@testable import CasefileCommands

@Suite("Commands of metrics", .serialized, .timeLimit(.minutes(2)))
struct MetricCommandTests {
  /// Three tickets: two of one agent, taken 60 and 120 minutes after the opening, one of another.
  private static let events: [String] = [
    (1, "a-1", "11:00"), (2, "a-1", "12:00"), (3, "a-2", "10:30"),
  ].flatMap { ticket, agent, time in
    [
      Lines.line("ticket.opened", "10:00", "client c-9", #"{"clientId": "c-9", "groupId": "=g"}"#),
      Lines.line(
        "ticket.assigned", time, "agent \(agent)", #"{"agentId": "\#(agent)", "mode": "take"}"#),
    ].map { $0.replacing("ticket/7", with: "ticket/\(ticket)") }
  }

  private func made() throws -> CommandLineTool {
    let tool = try CommandLineTool()
    try #require(try tool.run("init").status == 0)
    let outcome = try tool.run("append", input: Self.events.joined(separator: "\n"))
    try #require(outcome.status == 0, "\(outcome.errors)")
    return tool
  }

  @Test("run tells mean, median and what was left out, in each cut")
  func run() throws {
    let tool = try made()
    let all = try tool.run("metric", "run", "firstReaction", "--format", "json").json()
    #expect(all["unit"] == "seconds" && all["counts"] == "tickets" && all["tickets"] == 3)
    #expect(
      all["rows"] == [
        [
          "key": .null, "part": .null, "count": 3, "tickets": 3, "sum": 12_600,
          "mean": .number("4200.0000"), "median": 3_600, "p90": 7_200,
        ]
      ])
    let agents = try tool.run(
      "metric", "run", "firstReaction", "--by", "agent", "--until", "2026-03-02T11:30:00Z",
      "--format", "json"
    ).json()
    guard case .array(let rows)? = agents["rows"] else {
      Issue.record("rows is no list")
      return
    }
    #expect(rows.map { $0["key"] } == ["a-1", "a-2"] && rows.map { $0["count"] } == [1, 1])
    let open = try tool.run("metric", "run", "resolution", "--format", "json").json()
    #expect(open["noData"] == true && open["leftOut"] == ["notEnded": 3] && open["rows"] == [])
  }

  @Test("What is no value is of all, and is told so where less is asked for")
  func ofAll() throws {
    let tool = try made()
    let words = ["metric", "run", "resolution", "--lang", "en"]
    let all = try tool.start(words).wait().output
    #expect(all.hasSuffix("\nleft out: 3 that have not ended\n"))
    let filters = [
      ["--group", "=g"], ["--where", "channel=phone"], ["--since", "2030-01-01"],
      ["--agent", "a-1"], ["--part", "x"],
    ]
    for filter in filters {
      let some = try tool.start(words + filter).wait().output
      #expect(
        some.hasSuffix("3 that have not ended (of all, not only of what is asked for)\n"),
        "\(filter): \(some)")
    }
    let json = try tool.run(
      "metric", "run", "resolution", "--since", "2030-01-01", "--format", "json"
    ).json()
    #expect(json["leftOutOfAll"] == true)
    let report = ["report", "run", "agents", "--lang", "ru"]
    let whole = try tool.start(report).wait().output
    #expect(whole.contains("не вошли: 3") && !whole.contains("отобранных"))
    let day = try tool.start(report + ["--since", "2026-03-02", "--until", "2026-03-03"]).wait()
    #expect(day.output.contains("(из всех, а не только из отобранных)"))
    let tables = try tool.start(
      ["report", "run", "agents", "--since", "2026-03-02", "--format", "json"]
    ).wait().json()["tables"]?.elements
    #expect(tables?.first?["leftOutOfAll"] == true && tables?.last?["leftOutOfAll"] == false)
  }

  @Test("Of nothing that is asked for nothing is said; words are those of the language")
  func words() throws {
    let tool = try made()
    let none = try tool.run("metric", "open", "firstReaction", "--limit", "0", "--lang", "en")
    #expect(none.status == 0 && none.output.isEmpty)
    let empty = try tool.run("metric", "open", "resolution", "--lang", "en")
    #expect(empty.output == "no data\n")
    let one = try tool.run("metric", "open", "firstReaction", "--value", "7200", "--format", "json")
    #expect(try one.lines.count == 1 && one.json()["ticket"] == "2")
    let russian = RussianPhrases()
    #expect(russian.metricPart("partlyUpheld", of: .disputeTime) == "удовлетворён частично")
    #expect(russian.metricPart("partlyUpheld", of: .reviewScore) == "partlyUpheld")
  }

  @Test("Whoever is nowhere in the store is told, with the nearest name")
  func unknown() throws {
    let tool = try made()
    let cases: [(words: [String], said: String)] = [
      (["metric", "open", "firstReaction", "--agent", "A-1"], "is it a-1?"),
      (["metric", "run", "firstReaction", "--agent", "A-2"], "is it a-2?"),
      (["metric", "run", "firstReaction", "--group", "g-7"], "there is no group g-7"),
      (["metric", "open", "firstReaction", "--group", "g-7"], "there is no group g-7"),
      (["deadline", "list", "--agent", "A-1"], "is it a-1?"),
      (["deadline", "list", "--group", "g-7"], "there is no group g-7"),
    ]
    for (words, said) in cases {
      let outcome = try tool.start(words).wait()
      #expect(outcome.status == 1 && outcome.errors.contains(said), "\(words): \(outcome.errors)")
    }
    // No value is an answer about somebody who is there.
    let known = [
      ["metric", "open", "resolution", "--agent", "a-2"],
      ["metric", "run", "resolution", "--agent", "a-2"], ["deadline", "list", "--agent", "a-2"],
      ["metric", "open", "firstReaction", "--agent", "A-1", "--limit", "0"],
    ]
    for words in known { #expect(try tool.start(words).wait().status == 0, "\(words)") }
  }

  @Test("Text says the definition and the figures in both languages, CSV is safe to open")
  func text() throws {
    let tool = try made()
    let english = try tool.run("metric", "run", "firstReaction", "--by", "agent", "--lang", "en")
    #expect(english.output.hasPrefix("From the opening to the first human assignment"))
    #expect(english.output.contains("\na-1         2        2  1 h 30 min     1 h     2 h\n"))
    #expect(english.output.contains("looked at: 3 tickets\n"))
    let share = try tool.run("metric", "run", "stale", "--by", "agent", "--lang", "en").output
    #expect(share.contains("mean") && !share.contains("median"))
    let russian = try tool.run("metric", "run", "resolution", "--lang", "ru").output
    #expect(russian.contains("нет данных\n") && russian.contains("не вошли: 3 — ещё не завершены"))
    let csv = try tool.run("metric", "run", "firstReaction", "--by", "group", "--format", "csv")
    #expect(
      csv.output.split(separator: "\r\n") == [
        "metric,key,part,count,tickets,sum,mean,median,p90",
        "firstReaction,'=g,,3,3,12600,4200.0000,3600,7200",
      ])
  }

  @Test("open lists the values behind a figure, with their events")
  func open() throws {
    let tool = try made()
    let lines = try tool.run(
      "metric", "open", "firstReaction", "--agent", "a-2", "--format", "json"
    ).lines.map { try JSONValue(parsing: Array($0.utf8)) }
    #expect(lines.map { $0["ticket"] } == ["3"] && lines[0]["value"] == 1_800)
    #expect(lines[0]["positions"] == [4, 5] && lines[0]["group"] == "=g")
    let none = try tool.run("metric", "open", "callWait", "--lang", "en")
    #expect(none.output == "no data\n" && none.status == 0)
  }

  @Test("Cuts by what the desk was like have a key for what is not known, which can be opened")
  func cuts() throws {
    let tool = try made()
    func line(_ type: String, _ stream: String, _ data: String) -> String {
      Lines.line(type, "09:00", "system", data).replacing("ticket/7", with: stream)
    }
    let more = [
      line(
        "agent.registered", "agent/a-1", #"{"agentId": "a-1", "hiredAt": "2025-12-02T10:30:00Z"}"#),
      line(
        "shift.scheduled", "shift/s",
        #"{"shiftId": "s", "agentId": "a-1", "groupId": "g-1", "from": "2026-03-02T08:00:00Z", "to": "2026-03-02T12:00:00Z"}"#
      ),
    ]
    try #require(try tool.run("append", input: more.joined(separator: "\n")).status == 0)
    func keys(_ cut: String, _ more: String...) throws -> [String] {
      let json = try tool.start(
        ["metric", "run", "firstReaction", "--by", cut, "--format", "json"] + more
      ).wait().json()
      return json["rows"]?.elements?.map { "\($0["key"]?.text ?? "") \($0["count"]?.text ?? "")" }
        ?? []
    }
    // Ninety days, and of the other agent nothing is known.
    #expect(try keys("tenure") == [#""90-364" 2"#, #""unknown" 1"#])
    // At noon the shift is over.
    #expect(try keys("shift") == [#""g-1 08" 1"#, #""offShift" 1"#, #""unknown" 1"#])
    #expect(try keys("shift", "--zone", "Europe/Moscow")[0] == #""g-1 11" 1"#)
    for cut in ["kind", "entryPoint", "template", "hours"] {
      #expect(try keys(cut) == [#""unknown" 3"#])
    }
    #expect(try keys("release") == [#""none" 3"#])
    func opened(_ keys: String...) throws -> [JSONValue?] {
      try tool.start(
        ["metric", "open", "firstReaction", "--format", "json"] + keys.flatMap { ["--where", $0] }
      ).wait().lines.map { try JSONValue(parsing: Array($0.utf8))["ticket"] }
    }
    #expect(try opened("tenure=unknown") == ["3"] && opened("topic=unknown") == ["1", "2", "3"])
    #expect(try opened("tenure=90-364", "shift=offShift") == ["2"])
    #expect(try opened("hours=working") == [])
    let text = try tool.run(
      "metric", "run", "firstReaction", "--by", "tenure", "--lang", "ru"
    ).output
    #expect(text.contains("\n90-364 дней ") && text.contains("\nне известно "))
  }

  @Test("Keys of templates and shifts have the names that the history tells")
  func names() throws {
    let tool = try made()
    func line(_ type: String, _ time: String, _ stream: String, _ data: String) -> String {
      Lines.line(type, time, "agent a-1", data).replacing("ticket/7", with: stream)
    }
    func reply(_ ticket: Int, _ data: String) -> [String] {
      [
        line(
          "message.received", "12:30", "ticket/\(ticket)", #"{"messageId": "q-\#(ticket)"}"#),
        line(
          "message.sent", "13:0\(ticket)", "ticket/\(ticket)",
          #"{"messageId": "m-\#(ticket)"\#(data)}"#),
      ]
    }
    let more = [
      line("group.registered", "08:00", "group/g-1", #"{"groupId": "g-1", "name": "Early birds"}"#),
      line(
        "template.published", "08:00", "template/t-1",
        #"{"templateId": "t-1", "version": 1, "name": "Money"}"#),
      line(
        "template.published", "08:10", "template/t-1",
        #"{"templateId": "t-1", "version": 2, "name": "Money back"}"#),
    ]
    let replied =
      reply(1, #", "templateId": "t-1", "templateVersion": 2"#)
      + reply(2, #", "templateId": "t-9", "templateVersion": 1"#) + reply(3, "")
    let appended = try tool.run("append", input: (more + replied).joined(separator: "\n"))
    try #require(appended.status == 0, "\(appended.errors)")
    let replies = try tool.run(
      "metric", "run", "replies", "--by", "template", "--lang", "en"
    ).output
    #expect(replies.contains("\nMoney back (t-1) v2  "))
    #expect(replies.contains("\nt-9 v1  ") && replies.contains("\nnone  "))
    // Until the shift is known there is no name to tell.
    let before = try tool.run("metric", "run", "firstReaction", "--by", "shift", "--lang", "en")
    #expect(!before.output.contains("Early birds"))
    let shift = line(
      "shift.scheduled", "08:00", "shift/s",
      #"{"shiftId": "s", "agentId": "a-1", "groupId": "g-1", "from": "2026-03-02T08:00:00Z", "#
        + #""to": "2026-03-02T12:00:00Z"}"#)
    try #require(try tool.run("append", input: shift).status == 0)
    let shifts = try tool.run("metric", "run", "firstReaction", "--by", "shift", "--lang", "en")
    #expect(shifts.output.contains("\nEarly birds (g-1) 08  "))
    #expect(shifts.output.contains("\noff shift  ") && shifts.output.contains("\nunknown  "))
  }

  @Test("What the newer metrics leave out is told, and of nothing there is no data")
  func leftOut() throws {
    let tool = try made()
    for (metric, why) in [
      ("resolutionWorkingTime", "notEnded"), ("firstReactionWorkingTime", "noPolicy"),
      ("checklistDone", "notEnded"), ("timeToFind", "noTime"), ("entrySteps", "noPath"),
    ] {
      let json = try tool.run("metric", "run", metric, "--format", "json").json()
      #expect(json["noData"] == true && json["leftOut"] == [why: 3], "\(metric)")
      let text = try tool.run("metric", "run", metric, "--lang", "en").output
      #expect(text.contains("\nno data\n") && !text.contains("%"))
    }
    for metric in ["calibration", "trainingEffect", "stressMarks", "disputeTime"] {
      let json = try tool.run("metric", "run", metric, "--format", "json").json()
      #expect(json["noData"] == true && json["rows"] == [], "\(metric)")
    }
    let stress = try tool.run("metric", "run", "stressCases", "--lang", "ru").output
    #expect(stress.contains("\nспокойно "))
  }

  @Test("Every metric has a definition in both languages, and the list prints it")
  func definitions() throws {
    for phrases in [EnglishPhrases(), RussianPhrases()] as [any Phrases] {
      #expect(
        Set(Metric.allCases.map { phrases.definition(of: $0) }).count == Metric.allCases.count)
    }
    let list = try CommandLineTool().run("metric", "list", "--format", "json").lines
    #expect(list.count == Metric.allCases.count && list[0].contains(#""metric":"newContacts""#))
  }

  @Test(
    "What can't be asked says why",
    arguments: [
      (["run", "mood"], "mood"), (["run", "firstReply", "--by", "moon"], "moon"),
      (["run", "firstReply", "--since", "2026-03-02", "--until", "2026-03-01"], "not after"),
    ])
  func failures(arguments: [String], words: String) throws {
    let tool = try made()
    let outcome = try tool.start(["metric"] + arguments).wait()
    #expect(outcome.status == 2 && outcome.errors.contains(words), "\(outcome.errors)")
  }
}
