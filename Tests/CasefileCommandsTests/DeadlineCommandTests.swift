import CasefileModel
import Foundation
import Testing

/// Policies, calendars and deadlines by the command line.
@Suite("Deadline commands")
struct DeadlineCommandTests {
  private static let calendar = """
    {"calendarId": "office", "timeZone": "Europe/Moscow", "weekly": [
      {"day": "monday", "intervals": [{"from": "09:00", "to": "18:00"}]},
      {"day": "tuesday", "intervals": [{"from": "09:00", "to": "18:00"}]}]}
    """

  private static func policy(_ minutes: Int, from: String = "2026-01-01T00:00:00Z") -> String {
    """
    {"policyId": "gold", "effectiveFrom": "\(from)", "clocks": [
      {"clock": "firstReply", "targetSeconds": \(minutes * 60), "calendarId": "office"}]}
    """
  }

  private func tool() throws -> CommandLineTool {
    let tool = try CommandLineTool()
    try tool.run("init", "--store", tool.store)
    let calendar = try tool.write("office.json", DeadlineCommandTests.calendar)
    #expect(try tool.run("calendar", "publish", calendar, "--by", "a-1").status == 0)
    let policy = try tool.write("gold.json", DeadlineCommandTests.policy(60))
    #expect(try tool.run("policy", "publish", policy, "--by", "a-1").status == 0)
    // Monday 2026-03-02, 14:00 in Moscow.
    let lines = [
      Lines.line("ticket.opened", "11:00", "client c-1", #"{"channel": "email"}"#),
      Lines.line(
        "message.sent", "12:30", "agent a-1",
        #"{"messageId": "m-1", "agentId": "a-1", "author": "agent"}"#),
    ]
    #expect(try tool.run("append", input: lines.joined(separator: "\n")).status == 0)
    return tool
  }

  @Test("A deadline is explained in both forms, listed, and judged under another policy")
  func answers() throws {
    let tool = try tool()
    let found = try tool.run(
      "deadline", "explain", "7", "--as-of", "2026-03-02T13:00:00Z", "--format", "json")
    let clock = try #require(try found.json()["clocks"]?.elements?.first)
    #expect(clock["verdict"] == "breached")
    #expect(clock["dueAt"] == "2026-03-02T12:00:00.000000Z")
    #expect(clock["breaches"]?.elements?.first?["overrunBusinessSec"] == 1800)
    let text = try tool.run(
      "deadline", "explain", "7", "--as-of", "2026-03-02T13:00:00Z", "--zone", "Europe/Moscow")
    #expect(text.output.contains("first reply 1: breached"))
    #expect(text.output.contains("due 2026-03-02 15:00:00 +03:00"))
    #expect(text.output.contains("calendar office version 1"))
    let bar = try #require(text.lines.first { $0.hasPrefix("first reply 1 ━") })
    #expect(bar.contains("━|█") && bar.hasSuffix("█"))
    let russian = try tool.run(
      "deadline", "explain", "7", "--as-of", "2026-03-02T13:00:00Z", "--lang", "ru")
    #expect(russian.output.hasPrefix("Сроки заявки 7 на 2026-03-02 13:00:00 +00:00\n"))
    #expect(russian.output.contains("первый ответ 1: нарушен"))
    // Lines break where the terminal ends.
    let words = russian.output.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    #expect(words.contains("сверх срока 30 мин рабочего времени"))
    let listed = try tool.run(
      "deadline", "list", "--as-of", "2026-03-02T13:00:00Z", "--lang", "ru")
    #expect(listed.output.contains("7  первый ответ 1  нарушен"))
    let svg = tool.directory + "/clocks.svg"
    try tool.run("deadline", "explain", "7", "--as-of", "2026-03-02T13:00:00Z", "--svg", svg)
    let picture = try String(contentsOfFile: svg, encoding: .utf8)
    #expect(picture.hasPrefix("<svg") && picture.contains("past its deadline"))
    #expect(picture.contains("<title>Deadlines of ticket 7 at 2026-03-02 13:00:00 +00:00</title>"))
    let list = try tool.run(
      "deadline", "list", "--verdict", "breached", "--as-of", "2026-03-02T13:00:00Z", "--format",
      "json")
    #expect(list.lines.count == 1)
    #expect(
      try tool.run("deadline", "list", "--verdict", "met", "--format", "json").lines.isEmpty)
    let longer = try tool.write("longer.json", DeadlineCommandTests.policy(120))
    let tried = try tool.run(
      "deadline", "what-if", "--policy", longer, "--as-of", "2026-03-02T13:00:00Z", "--format",
      "json")
    let summary = try JSONValue(parsing: Array(tried.lines[0].utf8))
    #expect(summary["hypothetical"] == true)
    #expect(summary["before"] == ["firstReply": ["breached": 1]])
    #expect(summary["after"] == ["firstReply": ["met": 1]])
    #expect(tried.lines.count == 2)
    let one = try tool.run("deadline", "what-if", "7", "--policy", longer)
    #expect(one.output.hasPrefix("HYPOTHETICAL"))
  }

  @Test("Versions are listed, shown and compared; the monitor writes once")
  func versions() throws {
    let tool = try tool()
    let next = try tool.write(
      "next.json", DeadlineCommandTests.policy(30, from: "2026-06-01T00:00:00Z"))
    let checked = try tool.run("policy", "publish", next, "--check", "--format", "json")
    #expect(try checked.json() == ["policy": "gold", "version": 2, "position": .null])
    #expect(try tool.run("policy", "publish", next).status == 0)
    #expect(try tool.run("policy", "list", "--format", "json").lines.count == 2)
    let difference = try tool.run("policy", "diff", "gold", "1", "2")
    #expect(difference.output.contains("first reply, target: 1 h → 30 min"))
    let shown = try tool.run("policy", "show", "gold", "--version", "1")
    #expect(shown.output.contains("first reply: target 1 h of office"))
    #expect(try tool.run("calendar", "list", "--format", "json").lines.count == 1)
    #expect(
      try tool.run("calendar", "show", "office").output.contains("Wednesday: off"))
    try russian(tool)
    #expect(try tool.run("deadline", "watch", "--once", "--format", "json").lines.count == 1)
    #expect(try tool.run("deadline", "watch", "--once", "--format", "json").lines.isEmpty)
  }

  /// Nothing English is left but ids and zones.
  private func russian(_ tool: CommandLineTool) throws {
    let list = try tool.run("policy", "list", "--lang", "ru", "--zone", "Europe/Moscow")
    #expect(list.lines.first?.hasPrefix("регламент") == true)
    #expect(list.output.contains("2026-06-01 03:00:00 +03:00  первый ответ"))
    let shown = try tool.run("policy", "show", "gold", "--version", "1", "--lang", "ru")
    #expect(
      shown.output.split { $0.isWhitespace }.joined(separator: " ").contains(
        "первый ответ: норма 1 ч по календарю office; начало: заявка открыта; "
          + "конец: ответ сотрудника; при повторном открытии: отсчёт продолжается"))
    let difference = try tool.run("policy", "diff", "gold", "1", "2", "--lang", "ru")
    #expect(difference.output.contains("первый ответ, норма: 1 ч → 30 мин"))
    #expect(
      try tool.run("policy", "diff", "gold", "1", "1", "--lang", "ru").output
        == "различий нет\n")
    #expect(
      try tool.run("calendar", "list", "--lang", "ru").lines.first?.hasPrefix("календарь") == true)
    #expect(
      try tool.run("calendar", "show", "office", "--lang", "ru").output
        .contains("среда: выходной"))
    let longer = try tool.write("longer.json", DeadlineCommandTests.policy(120))
    let tried = try tool.run(
      "deadline", "what-if", "--policy", longer, "--as-of", "2026-03-02T13:00:00Z", "--lang", "ru")
    #expect(tried.output.contains("первый ответ: 1 нарушен → 1 соблюдён"))
  }

  @Test(
    "Mistakes are refused with a code of their own",
    arguments: [
      (["policy", "show", "silver"], 1, "notFound"),
      (["policy", "show", "gold", "--version", "9"], 1, "notFound"),
      (["calendar", "show", "office", "--version", "9"], 1, "notFound"),
      (["deadline", "explain", "8"], 1, "notFound"),
      (["deadline", "explain", "7", "--position", "9999"], 1, "notFound"),
      (["deadline", "explain", "7", "--position", "1"], 1, "notFound"),
      (["deadline", "explain", "7", "--as-of", "1999-01-01T00:00:00Z"], 1, "notFound"),
      (["deadline", "explain", "7", "--known-at", "2001-01-01T00:00:00Z"], 1, "notFound"),
      (["deadline", "explain", "7", "--clock", "lunch"], 2, "usage"),
      (["deadline", "list", "--state", "lost"], 2, "usage"),
      (["deadline", "list", "--zone-data", "/nowhere"], 2, "usage"),
      (["deadline", "what-if"], 2, "usage"),
      (["deadline", "changes", "7"], 2, "usage"),
      (["deadline", "changes", "8", "--since-position", "1"], 1, "notFound"),
      (["deadline", "changes", "7", "--since-position", "9999"], 1, "notFound"),
      (["deadline", "changes", "7", "--since-known", "2001-01-01T00:00:00Z"], 1, "notFound"),
      (
        ["deadline", "changes", "7", "--since-position", "3", "--position", "2"], 2, "usage"
      ),
      (["policy", "publish", "missing.json"], 2, "ioFailed"),
      (["deadline", "watch", "--every", "0"], 2, "usage"),
    ] as [([String], Int32, String)])
  func mistakes(_ arguments: [String], _ status: Int32, _ code: String) throws {
    let tool = try tool()
    let found = try tool.start(arguments + ["--format", "json"]).wait()
    #expect(found.status == status)
    #expect(try found.error()["code"] == .string(code))
  }

  @Test("A file that says something impossible is named in the error")
  func badFiles() throws {
    let tool = try tool()
    func refused(_ verb: [String], _ text: String, _ code: String) throws {
      let file = try tool.write("bad.json", text)
      let found = try tool.start(verb + [file, "--format", "json"]).wait()
      #expect(found.status == 1, "\(code)")
      let error = try found.error()
      #expect(error["code"] == .string(code))
      #expect(error["file"] == .string(file))
    }
    try refused(["policy", "publish"], "{", "invalidJSON")
    try refused(["policy", "publish"], "{}", "missingField")
    try refused(
      ["policy", "publish"], #"{"policyId": "x", "clocks": [], "colour": 1}"#, "unknownField")
    try refused(["policy", "publish"], #"{"policyId": "x", "clocks": []}"#, "noClocks")
    try refused(
      ["policy", "publish"],
      #"{"policyId": "x", "clocks": [{"clock": "lunch", "targetSeconds": 1}]}"#, "unknownClock")
    try refused(
      ["policy", "publish"],
      #"{"policyId": "x", "clocks": [{"clock": "resolution", "targetSeconds": 1, "calendarId": "y"}]}"#,
      "missingCalendar")
    try refused(
      ["calendar", "publish"], #"{"calendarId": "x", "timeZone": "Mars/Olympus"}"#, "unknownZone")
    try refused(
      ["calendar", "publish"],
      #"{"calendarId": "x", "timeZone": "UTC", "exceptions": [{"date": "2026-02-30"}]}"#,
      "invalidDate")
  }
}

extension JSONValue {
  var elements: [JSONValue]? {
    if case .array(let elements) = self { return elements }
    return nil
  }
}
