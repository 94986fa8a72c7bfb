import CasefileModel
import CasefileProjections
import Foundation
import Testing

@testable import CasefileCommands

@Suite("Commands of findings", .serialized, .timeLimit(.minutes(2)))
struct FindingsCommandTests {
  /// A ticket that lies without a holder, is closed by a rule and opened again, and one like it of
  /// another agent; a call that nobody answered.
  private static let events: [String] = {
    func line(_ type: String, _ time: String, _ actor: String, _ data: String) -> String {
      Lines.line(type, time, actor, data)
    }
    let story = [
      line("ticket.opened", "08:00", "client c-9", #"{"clientId": "c-9", "groupId": "g-1"}"#),
      line("ticket.assigned", "10:00", "agent a-1", #"{"agentId": "a-1", "mode": "take"}"#),
      line(
        "handoff.forced", "10:10", "agent s-1",
        #"{"fromAgent": "a-1", "toAgent": "a-2", "summary": "x"}"#),
      line("ticket.closed", "11:00", "rule r-1", #"{"kind": "autoClose", "ruleId": "r-1"}"#),
      line("ticket.reopened", "12:00", "client c-9", #"{"byRole": "client"}"#),
    ]
    let other = [
      line("ticket.opened", "09:00", "client c-8", #"{"clientId": "c-8", "groupId": "g-2"}"#),
      line("ticket.assigned", "09:01", "agent a-3", #"{"agentId": "a-3", "mode": "take"}"#),
      line("ticket.reopened", "09:02", "agent a-3", "{}"),
    ].map { $0.replacing("ticket/7", with: "ticket/8") }
    let call = [
      line("call.abandoned", "09:00", "system", #"{"callId": "k", "waitSeconds": 70}"#)
        .replacing("ticket/7", with: "call/k"),
      line("agent.registered", "07:00", "system", #"{"agentId": "a-1", "displayName": "Anna"}"#)
        .replacing("ticket/7", with: "agent/a-1"),
    ]
    return story + other + call
  }()

  private func made(_ more: [String] = []) throws -> CommandLineTool {
    let tool = try CommandLineTool()
    try #require(try tool.run("init").status == 0)
    let outcome = try tool.run("append", input: (Self.events + more).joined(separator: "\n"))
    try #require(outcome.status == 0, "\(outcome.errors)")
    return tool
  }

  private func lines(_ tool: CommandLineTool, _ arguments: String...) throws -> [JSONValue] {
    let outcome = try tool.start(
      ["findings"] + arguments + ["--as-of", "2026-03-02T12:30:00Z", "--format", "json"]
    ).wait()
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try outcome.lines.map { try JSONValue(parsing: Array($0.utf8)) }
  }

  private func codes(_ lines: [JSONValue]) -> [String] {
    lines.map { "\($0["code"]?.text ?? "") \($0["ticket"]?.text ?? "")".replacing("\"", with: "") }
  }

  @Test("list has one line a finding, with its proof; filters leave out the others")
  func list() throws {
    let tool = try made()
    let all = try lines(tool, "list")
    #expect(
      codes(all) == [
        "noResponsible 7", "handoffUnacknowledged 7", "automaticClose 7", "reopened 7",
        "reopened 8", "callAbandoned null",
      ])
    let first = all[0]
    #expect(first["positions"] == [0, 1] && first["agent"] == .null && first["group"] == "g-1")
    #expect(first["details"]?["seconds"] == 7_200 && first["details"]?["limitSeconds"] == 3_600)
    #expect(first["rules"] == ["ruleSet": .null, "version": 0])
    #expect(
      first["sentence"] == "nobody was responsible for 2 h around the clock, the limit is 1 h")
    #expect(all[5]["contact"] == "call/k" && all[5]["clocks"] == [])
    #expect(try codes(lines(tool, "list", "--agent", "a-3")) == ["reopened 8"])
    #expect(try codes(lines(tool, "list", "--group", "g-2")) == ["reopened 8"])
    #expect(try codes(lines(tool, "list", "--ticket", "8")) == ["reopened 8"])
    #expect(
      try codes(lines(tool, "list", "--code", "reopened", "--code", "callAbandoned")) == [
        "reopened 7", "reopened 8", "callAbandoned null",
      ])
    #expect(
      try codes(lines(tool, "list", "--since", "2026-03-02T12:00:00Z")) == ["reopened 7"])
    #expect(try codes(lines(tool, "list", "--limit", "1")) == ["noResponsible 7"])
  }

  @Test("show answers every code: found, not found, or not assessable with the reason")
  func show() throws {
    let tool = try made()
    let answer = try lines(tool, "show", "7")[0]
    guard case .array(let answers)? = answer["answers"] else {
      Issue.record("answers is no list")
      return
    }
    func one(_ code: String) -> JSONValue? {
      answers.first { $0["code"] == .string(code) }
    }
    #expect(answers.count == 37 && answer["rules"]?["version"] == 0)
    #expect(answer["rules"]?["thresholds"]?["noHolderMinutes"] == 60)
    #expect(one("reopened")?["answer"] == "found")
    #expect(one("recordingMissing")?["answer"] == "notFound")
    #expect(one("lateRetarget")?["answer"] == "notAssessable")
    #expect(one("lateRetarget")?["reason"] == "noPolicy")
    let text = try tool.run(
      "findings", "show", "7", "--as-of", "2026-03-02T12:30:00Z", "--lang", "ru"
    ).output
    #expect(text.hasPrefix("Выводы по заявке 7 на 2026-03-02 12:30:00 +00:00\n"))
    #expect(
      text.contains("  нет ответственного: 2026-03-02 08:00:00 +00:00 без ответственного 2 ч"))
    #expect(text.contains("Правила: встроенные, версия 0; noHolderMinutes 60"))
    let english = try tool.run(
      "findings", "list", "--as-of", "2026-03-02T12:30:00Z", "--lang", "en"
    ).output
    #expect(english.contains("moved from Anna (a-1) to a-2 by an order"))
    #expect(english.contains("6 findings on 2 tickets\n"))
    #expect(english.contains("Rules: built in, version 0;"))
  }

  @Test("count tells of how many tickets it is so, is not, and can't be told")
  func count() throws {
    let tool = try made()
    let counts = try lines(tool, "count", "--code", "reopened", "--code", "callAbandoned")
    #expect(counts.map { $0["tickets"] } == [0, 2] && counts.map { $0["findings"] } == [1, 2])
    #expect(counts.map { $0["contacts"] } == [1, 0] && counts.map { $0["notFound"] } == [2, 0])
    let policies = try lines(tool, "count", "--code", "recordedLate")
    #expect(policies[0]["notAssessable"] == 2 && policies[0]["notFound"] == 0)
    let text = try tool.run("findings", "count", "--code", "recordedLate", "--lang", "en").output
    // Of nothing that can be told there is no share.
    #expect(text.contains("no data") && !text.contains("%"))
  }

  @Test("A published rule set holds from its beginning, and what it names in vain is told")
  func rules() throws {
    let tool = try made([
      Lines.line(
        "ruleSet.published", "11:30", "agent s-1",
        #"{"ruleSetId": "rs", "version": 3, "thresholds": {"noHolderMinutes": 180, "colour": 1}}"#
      ).replacing("ticket/7", with: "ruleSet/rs")
    ])
    let now = try tool.run("findings", "list", "--as-of", "2026-03-02T12:30:00Z", "--lang", "en")
    #expect(!now.output.contains("nobody was responsible"))
    #expect(now.output.contains("Rules: rs, version 3; noHolderMinutes 180"))
    #expect(!now.errors.contains("published again"))
    #expect(now.errors.contains("rs version 3 names what is not used: colour"))
    let before = try tool.run("findings", "list", "--as-of", "2026-03-02T11:29:00Z", "--lang", "en")
    #expect(before.output.contains("nobody was responsible for 2 h"))
    #expect(before.output.contains("Rules: built in, version 0;"))
  }

  @Test("A version that is published again changes nothing and is told; the limits are those used")
  func republished() throws {
    func rules(_ time: String, _ data: String) -> String {
      Lines.line("ruleSet.published", time, "agent s-1", data)
        .replacing("ticket/7", with: "ruleSet/rs")
    }
    let tool = try made([
      rules(
        "07:30",
        #"{"ruleSetId": "rs", "version": 1, "thresholds": {"noHolderMinutes": 180}, "rules": "#
          + #"[{"ruleId": "hung", "thresholds": {"staleDays": 5}}]}"#),
      rules("07:40", #"{"ruleSetId": "rs", "version": 1, "thresholds": {"noHolderMinutes": 1}}"#),
    ])
    let now = try tool.run("findings", "list", "--as-of", "2026-03-02T12:30:00Z", "--lang", "en")
    #expect(!now.output.contains("nobody was responsible"))
    #expect(now.output.contains("Rules: rs, version 1; noHolderMinutes 180, staleDays 5,"))
    #expect(now.errors.contains("was published again, as something else, at #11"))
  }

  @Test(
    "What can't be asked says why",
    arguments: [
      (["list", "--code", "mood"], 2, "no finding mood"), (["show", "9"], 1, "no ticket 9"),
      (["list", "--ticket", "9"], 1, "no ticket 9"),
      (["show", "7", "--as-of", "2020-01-01"], 1, "had no event by"),
      (["list", "--since", "2026-03-02", "--until", "2026-03-02"], 2, "not after"),
      (["count", "--as-of", "soon"], 2, "--as-of is soon"),
    ] as [([String], Int32, String)])
  func failures(arguments: [String], status: Int32, words: String) throws {
    let tool = try made()
    let outcome = try tool.start(["findings"] + arguments).wait()
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test("Every code has a title of its own in both languages, and a sentence in Russian letters")
  func languages() {
    for phrases in [EnglishPhrases(), RussianPhrases()] as [any Phrases] {
      let titles = FindingCode.allCases.map { phrases.title(of: $0) }
      #expect(Set(titles).count == FindingCode.allCases.count)
    }
    for code in FindingCode.allCases {
      var words = FindingWords(code: code)
      words.agents = ["Анна", "Борис"]
      words.groups = ["первая"]
      (words.agent, words.duration, words.limit) = ("Анна", "1 ч", "2 ч")
      words.calendar = "будни"
      (words.count, words.word, words.other, words.until) = (3, "слово", "7", "завтра")
      let text = RussianPhrases().sentence(words)
      #expect(!text.contains { $0.isASCII && $0.isLetter }, "\(text)")
      #expect(!EnglishPhrases().sentence(words).contains("?"), "\(code)")
    }
  }
}
