import CasefileModel
import CasefileProjections
import Foundation
import Testing

@testable import CasefileCommands

@Suite("Reports for client companies", .serialized, .timeLimit(.minutes(3)))
struct ClientReportTests {
  private typealias Desk = ClientDesk

  private func run(
    _ tool: CommandLineTool, _ more: String..., since: String? = "2026-03-01"
  ) throws -> CommandLineTool.Outcome {
    let period = since.map { ["--since", $0] } ?? []
    return try tool.start(
      ["report", "run", "client", "--agreement", "acme"] + period + more
    ).wait()
  }

  private func json(_ tool: CommandLineTool, _ more: String...) throws -> JSONValue {
    let outcome = try tool.start(
      [
        "report", "run", "client", "--agreement", "acme", "--since", "2026-03-01", "--format",
        "json", "--no-record",
      ] + more
    ).wait()
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try outcome.json()
  }

  private func rows(_ report: JSONValue, _ table: String) throws -> [JSONValue] {
    let found = report["tables"]?.elements?.first { $0["table"] == .string(table) }
    return try #require(found?["rows"]?.elements, "\(table)")
  }

  // MARK: What it shows

  @Test("Rows, columns, headings, cuts and zone are those that were agreed")
  func obeys() throws {
    let tool = try Desk.made()
    let report = try json(tool)
    // A month from the midnight of the agreed zone.
    #expect(report["since"] == "2026-02-28T21:00:00.000000Z")
    #expect(report["until"] == "2026-03-31T21:00:00.000000Z")
    #expect(report["agreement"]?["id"] == "acme" && report["agreement"]?["version"] == 1)
    #expect(report["agreement"]?["customer"] == "co-1")
    let tickets = try rows(report, "tickets")
    #expect(tickets.map { $0["ticket"] } == ["1", "2"])
    #expect(tickets.map { $0["subject"] } == ["Broken lamp", "No light"])
    #expect(tickets.map { $0["topic"] } == ["Lamps and bulbs", "Lamps and bulbs"])
    #expect(tickets.map { $0["firstReply"] } == [1_800, 60])
    #expect(tickets.map { $0["resolution"] } == [7_200, .null])
    let calls = try rows(report, "calls")
    #expect(calls.map { $0["callId"] } == ["k-1", "k-2", "k-3", "k-4"])
    #expect(calls.map { $0["callLength"] } == [130, 90, 0, 10])
    #expect(calls.map { $0["callClient"] }.suffix(2) == ["Anna Client", "Anna Client"])
    // The ticket of the last one is another company's.
    #expect(calls.map { $0["callTicket"] } == ["2", "6", .null, .null])
    let all = try rows(report, "totals")[0]
    #expect(all["ticketCount"] == 2 && all["callCount"] == 4 && all["callLengthSum"] == 230)
    #expect(all["firstReply.median"] == 60 && all["resolution.median"] == 7_200)
    // Calls without a topic of their own are told by their ticket's.
    let topics = try rows(report, "byTopic")
    #expect(topics.map { $0["topic"] } == ["Lamps and bulbs", .null, "all"])
    #expect(topics.map { $0["callLengthSum"] } == [220, 10, 230])
    #expect(topics.map { $0["callCount"] } == [2, 2, 4])
    let days = try rows(report, "byDay").filter { $0["total"] == false }
    #expect(days.count == 31 && days[1]["ticketCount"] == 1 && days[2]["callCount"] == 1)
    #expect(days[3]["callLengthSum"] == 100 && days[4]["callLengthSum"] == .null)
    let list = report["tables"]?.elements?.first { $0["table"] == "tickets" }
    #expect(list?["leftOut"] == [["why": "deleted", "count": 1]])
    #expect(list?["columns"]?.elements?[0]["heading"] == "Ваш номер")
    #expect(list?["columns"]?.elements?[1]["heading"] == .null)
    let text = try run(tool, "--no-record").output
    // A mark a day, and none for the sum of all.
    let marks = text.split(separator: "\n").map { $0.count { "▁▂▃▄▅▆▇█".contains($0) } }
    #expect(marks.filter { $0 > 0 } == [31, 31])
    #expect(text.contains("\nВаш номер") && text.contains("по соглашению acme, версия 1"))
    #expect(text.contains("не раскрываются по соглашению"))
    let csv = try run(tool, "--no-record", "--format", "csv", "--table", "tickets", "--lang", "ru")
    #expect(
      csv.output.split(separator: "\r\n").first
        == "Ваш номер,subject,topic,openedAt,firstReply,resolution")
    let english = try run(tool, "--no-record", "--lang", "en").output
    #expect(english.contains("\nticket  subject") && english.contains("withheld by the agreement"))
  }

  @Test(
    "What was not agreed is in no form of the report",
    arguments: ReportForm.allCases.map(\.rawValue))
  func withholds(_ form: String) throws {
    let columns = ["ticket", "status", "callId", "callOutcome"]
    let tool = try Desk.made(Desk.agreement(columns, payment: "perCall", purposes: [], cuts: []))
    for language in ["en", "ru"] {
      // What any letters may stand in: hashes and ids of events.
      let output = try run(tool, "--format", form, "--no-record", "--lang", language).output
        .replacing(/[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, with: "#")
      #expect(output.contains("k-2") && !output.contains("k-5"))
      for secret in [
        "a-1", "Ivan", "Staff", "Anna", "Boris", "c-1", "c-2", "c-3", "co-2", "Vera",
        "Broken", "No light", "Foreign", "Hidden", "Gone case", "Old case", "difficult", "lamps",
        "Lamps", "high", "g-1", "callLength", "callTalk", "firstReply", "metric open",
      ] { #expect(!output.contains(secret), "\(form) \(language): \(secret)") }
      // 2 minutes 10 seconds and 1 minute 30 seconds, or the seconds.
      let lengths = ["json", "csv"].contains(form) ? ["130", "125"] : ["2 min", "2 мин", "1 min"]
      for length in lengths { #expect(!output.contains(length), "\(form) \(length)") }
      // Sentences have no place in a table for programs.
      guard form != "csv" else { continue }
      let words = language == "en" || form == "json" ? "Payment is per call" : "Оплата за звонок"
      #expect(output.contains(words), "\(form) \(language)")
    }
  }

  @Test("Filters hold for tickets and calls, and the report says so")
  func filters() throws {
    let tool = try Desk.made(
      Desk.agreement(more: #", "filters": {"channel": ["phone"]}"#))
    let report = try json(tool)
    #expect(try rows(report, "tickets").map { $0["ticket"] } == ["2"])
    #expect(try rows(report, "calls").map { $0["callId"] } == ["k-1", "k-3", "k-4"])
    #expect(report["notes"]?.elements?.first == "Only this channel: phone.")
  }

  @Test("A call across the end of a period is told once, in the period in which it ended")
  func crossing() throws {
    let tool = try Desk.made()
    func call(_ type: String, _ time: String, _ more: String = "") -> String {
      Desk.line(
        "call/x-9", "call.\(type)", time, "agent a-1", #"{"callId": "k-9"\#(more)}"#)
    }
    let lines = [
      call("offered", "31 20:59", #", "direction": "inbound", "clientId": "c-1""#),
      call("answered", "31 20:59", #", "agentId": "a-1""#),
      // Midnight in Moscow is 21:00.
      call("ended", "31 21:10", #", "talkSeconds": 605"#),
    ]
    try #require(try tool.run("append", input: lines.joined(separator: "\n")).status == 0)
    let march = try json(tool)
    #expect(try rows(march, "calls").map { $0["callId"] } == ["k-1", "k-2", "k-3", "k-4"])
    let list = march["tables"]?.elements?.first { $0["table"] == "calls" }
    #expect(list?["leftOut"] == [["why": "notEnded", "count": 1]])
    let outcome = try tool.run(
      "report", "run", "client", "--agreement", "acme", "--since", "2026-04-01", "--format", "json",
      "--no-record")
    let april = try outcome.json()
    #expect(try rows(april, "calls").map { $0["callId"] } == ["k-9"])
    #expect(try rows(april, "calls").map { $0["callLength"] } == [605])
    // The sums of the days are those of all.
    let days = try rows(april, "byDay")
    #expect(days.first?["callCount"] == 1 && days.last?["callLengthSum"] == 605)
    // As of a later instant March is the same.
    let later = try json(tool, "--as-of", "2026-05-01T00:00:00Z")
    #expect(try rows(later, "calls").count == 4)
  }

  @Test("Tickets of a client who was merged are the company's, and a merged ticket is not open")
  func merged() throws {
    let tool = try Desk.made(
      Desk.agreement(["ticket", "status", "callId", "callLength"], purposes: [], cuts: []))
    func tickets() throws -> [JSONValue?] { try rows(json(tool), "tickets").map { $0["ticket"] } }
    #expect(try tickets() == ["1", "2"])
    let merge = Desk.line(
      "client/c-3", "client.merged", "05 08:00", "agent a-1",
      #"{"clientId": "c-3", "intoClient": "c-1"}"#)
    try #require(try tool.run("append", input: merge).status == 0)
    #expect(try tickets() == ["1", "2", "3"])
    let ticket = ReportDesk.line(
      2, "ticket.merged", "05 09:00", "agent a-1", #"{"intoTicket": "1"}"#)
    try #require(try tool.run("append", input: ticket).status == 0)
    #expect(
      try rows(json(tool), "tickets").map { $0["status"] } == ["resolved", "merged", "new"])
    let back = Desk.line(
      "client/c-3", "client.unmerged", "06 08:00", "agent a-1",
      #"{"clientId": "c-3", "intoClient": "c-1"}"#)
    try #require(try tool.run("append", input: back).status == 0)
    #expect(try tickets() == ["1", "2"])
  }

  // MARK: What is recorded

  @Test("The bytes that are put out are those that are recorded, and can be made again")
  func recorded() throws {
    let tool = try Desk.made()
    let file = tool.directory + "/march.html"
    let made = try run(tool, "--format", "html", "--output", file, "--by", "a-1")
    try #require(made.status == 0, "\(made.errors)")
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    var hash = RunningHash()
    hash.add(bytes)
    #expect(made.errors.contains("sha256 \(hash.digest)"))
    let event = try tool.run("log", "read", "--type", "report.generated", "--format", "json").json()
    let data = try #require(event["data"])
    #expect(data["outputSha256"] == .string("\(hash.digest)") && data["format"] == "html")
    #expect(data["rowCount"] == 6 && data["version"] == 1 && data["language"] == "ru")
    let position = try #require(data["asOfPosition"]?.intValue)
    #expect(event["position"] == .int(position + 1) && event["actor"]?["id"] == "a-1")
    let checked = try tool.run("report", "check", file, "--format", "json")
    #expect(checked.status == 0)
    #expect(try checked.json()["same"] == true)
    // The same position gives the same bytes, and one record of them.
    let again = try run(tool, "--format", "html", "--position", "\(position)")
    #expect(Array(again.output.utf8) == bytes && again.errors.contains("уже записано"))
    // Whatever comes later.
    let late = Desk.call(
      "ticket/2", "ended", "03 11:30", #"{"callId": "k-1", "talkSeconds": 999}"#)
    try #require(try tool.run("append", input: late).status == 0)
    #expect(try tool.run("report", "check", file).status == 0)
    let now = try run(tool, "--format", "html", "--no-record")
    #expect(now.status == 0 && Array(now.output.utf8) != bytes)
    let other = try tool.write("now.html", now.output)
    let unknown = try tool.run("report", "check", other)
    #expect(unknown.status == 1 && unknown.errors.contains("is recorded: it was not made here"))
    #expect(try tool.run("report", "check", file, "--agreement", "other").status == 1)
    let id = try #require(event["id"]?.textValue)
    let retraction = Desk.line(
      "report/acme", "event.retracted", "05 10:00", "agent a-1",
      #"{"targetEventId": "\#(id)", "reason": "wrong"}"#)
    try #require(try tool.run("append", input: retraction).status == 0)
    let gone = try tool.run("report", "check", file)
    #expect(gone.status == 1 && gone.errors.contains("the record was retracted"))
  }

  @Test("A record of bytes that the log does not give is found out")
  func forged() throws {
    let tool = try Desk.made()
    let made = try run(tool, "--format", "csv")
    let file = try tool.write("forged.csv", made.output.replacing("130", with: "190"))
    var hash = RunningHash()
    hash.add([UInt8](try Data(contentsOf: URL(fileURLWithPath: file))))
    let event = try tool.run("log", "read", "--type", "report.generated", "--format", "json").json()
    let data = try #require(event["data"])
    let genuine = try #require(data["outputSha256"]?.textValue)
    let line = Desk.line(
      "report/acme", "report.generated", "05 10:00", "agent a-9",
      data.text.replacing(genuine, with: "\(hash.digest)"))
    let appended = try tool.run("append", input: line)
    try #require(appended.status == 0, "\(appended.errors)")
    let found = try tool.run("report", "check", file, "--format", "json")
    #expect(found.status == 1)
    #expect(try found.json()["same"] == false && found.json()["sameLog"] == true)
    #expect(try found.json()["made"] == .string(genuine))
    // One that does not say how it was made can't be vouched for either.
    let bare = try tool.write("bare.txt", "anything")
    var other = RunningHash()
    other.add(Array("anything".utf8))
    let mute = Desk.line(
      "report/acme", "report.generated", "05 10:00", "agent a-9",
      #"{"reportId": "acme", "outputSha256": "\#(other.digest)"}"#)
    try #require(try tool.run("append", input: mute).status == 0)
    let unclear = try tool.run("report", "check", bare)
    #expect(unclear.status == 1 && unclear.output.contains("does not say by which position"))
  }

  @Test("A ticket that a correction moves to another month stays where it was known then")
  func moved() throws {
    let tool = try Desk.made()
    let id = "01960000-0000-7000-8000-000000000009"
    let opened = Desk.line(
      "ticket/9", "ticket.opened", "02 09:00", "client c-1", #"{"clientId": "c-1"}"#, id: id)
    try #require(try tool.run("append", input: opened).status == 0)
    let made = try run(tool, "--format", "json")
    let file = try tool.write("march.json", made.output)
    let position = try #require(try made.json()["position"]?.intValue)
    let corrected = Desk.line(
      "ticket/9", "event.corrected", "05 10:00", "agent a-1",
      #"{"targetEventId": "\#(id)", "field": "occurredAt", "#
        + #""newValue": "2026-04-02T09:00:00Z", "reason": "mistyped"}"#)
    try #require(try tool.run("append", input: corrected).status == 0)
    #expect(try rows(json(tool), "tickets").map { $0["ticket"] } == ["1", "2"])
    let then = try json(tool, "--position", "\(position)")
    #expect(try rows(then, "tickets").map { $0["ticket"] } == ["9", "1", "2"])
    #expect(try tool.run("report", "check", file).status == 0)
    // The same of the values behind any figure.
    func listed(_ more: String...) throws -> Bool {
      let arguments = [
        "metric", "open", "newContacts", "--since", "2026-03-01", "--until", "2026-03-31",
        "--format", "json",
      ]
      return try tool.start(arguments + more).wait().output.contains(#""ticket":"9""#)
    }
    #expect(try !listed() && listed("--position", "\(position)"))
  }

  @Test("That a report was given is recorded once, beside its record, and check tells of it")
  func delivered() throws {
    let tool = try Desk.made()
    let file = try tool.write("march.html", try run(tool, "--format", "html").output)
    let none = try tool.run("report", "check", file, "--format", "json").json()
    #expect(none["deliveries"] == [])
    let generated = try #require(none["position"]?.intValue)
    func deliver(_ report: String, _ more: [String]) throws -> JSONValue {
      let outcome = try tool.start(["report", "deliver", report, "--format", "json"] + more).wait()
      #expect(outcome.status == 0 && !outcome.output.contains("books"), "\(outcome.errors)")
      return try outcome.json()
    }
    let to = ["--to", "books@acme.example", "--channel", "email", "--at", "2026-04-01T09:00:00Z"]
    let answer = try deliver(file, to + ["--by", "a-1"])
    #expect(answer["agreement"] == "acme" && answer["new"] == true && answer["channel"] == "email")
    #expect(answer["generated"] == .int(generated) && answer["position"] == .int(generated + 1))
    let event = try tool.run(
      "log", "read", "--type", "report.delivered", "--format", "json"
    ).json()
    #expect(event["data"]?["customerId"] == "co-1" && event["stream"] == "report/acme")
    #expect(event["data"]?["address"] == "books@acme.example" && event["actor"]?["id"] == "a-1")
    #expect(event["occurredAt"] == "2026-04-01T09:00:00.000000Z")
    let record = try tool.run(
      "log", "read", "--type", "report.generated", "--format", "json"
    ).json()
    #expect(event["causation"] == record["id"])
    // The same again, by the hash alone, and to somebody else.
    let hash = try #require(answer["sha256"]?.textValue)
    let again = try deliver(hash, to)
    #expect(again["new"] == false && again["position"] == answer["position"])
    let other = try deliver(hash, ["--recipient", "c-2"])
    #expect(other["new"] == true && other["recipient"] == "c-2")
    let check = try tool.run("report", "check", file, "--format", "json").json()
    #expect(check["deliveries"]?.elements?.map { $0["channel"] } == ["email", .null])
    #expect(check["same"] == true)
    let text = try tool.run("report", "check", file, "--lang", "en").output
    #expect(text.contains("delivered 2026-04-01 09:00:00") && text.contains("to c-2 (#"))
    #expect(!text.contains("books"))
    // One that is taken back is told no more, and can be recorded anew.
    let id = try #require(event["id"]?.textValue)
    let retraction = Desk.line(
      "report/acme", "event.retracted", "05 10:00", "agent a-1",
      #"{"targetEventId": "\#(id)", "reason": "never sent"}"#)
    try #require(try tool.run("append", input: retraction).status == 0)
    let left = try tool.run("report", "check", file, "--format", "json").json()
    #expect(left["deliveries"]?.elements?.count == 1)
    #expect(try deliver(file, to)["new"] == true)
  }

  @Test("What was not made here can't be delivered, and to nobody neither")
  func undeliverable() throws {
    let tool = try Desk.made()
    let file = try tool.write("march.csv", try run(tool, "--format", "csv").output)
    let other = try tool.write("other.csv", "anything")
    let zeros = String(repeating: "0", count: 64)
    for (arguments, status, said) in [
      ([file], 2, "say to whom"), ([file, "--to", ""], 2, "say to whom"),
      ([file, "--to", "x", "--channel", "emal"], 2, "is it email?"),
      ([file, "--to", "x", "--at", "soon"], 2, "--at"),
      ([other, "--to", "x"], 1, "it was not made here"),
      ([zeros, "--to", "x"], 1, "no report with the sha256 000"),
      ([file, "--to", "x", "--agreement", "other"], 1, "by agreement other"),
      ([tool.directory + "/no.csv", "--to", "x"], 2, "can't be read"),
    ] as [([String], Int32, String)] {
      let outcome = try tool.start(["report", "deliver"] + arguments).wait()
      #expect(outcome.status == status && outcome.errors.contains(said), "\(arguments)")
    }
    #expect(try tool.run("log", "read", "--type", "report.delivered").output.isEmpty)
  }

  @Test("To look changes nothing")
  func look() throws {
    let tool = try Desk.made()
    let before = try tool.run("log", "stat", "--format", "json").json()["root"]
    let looked = try run(tool, "--no-record")
    #expect(looked.status == 0 && looked.errors.contains("не записано"))
    #expect(try tool.run("log", "stat", "--format", "json").json()["root"] == before)
  }

  // MARK: Agreements

  @Test("A later version holds, and as of a position the one that was known then")
  func versions() throws {
    let tool = try Desk.made()
    let first = try tool.run("report", "agreements", "--format", "json").json()
    #expect(first["version"] == 1 && first["inForce"] == true)
    let position = try #require(first["position"]?.intValue)
    let next = try tool.write(
      "next.json", Desk.agreement(["ticket"], payment: "flat", purposes: []))
    #expect(try tool.run("report", "agree", next, "--check").output.contains("nothing was stored"))
    let agreed = try tool.run("report", "agree", next, "--format", "json").json()
    #expect(agreed["version"] == 2 && agreed["position"] == .int(position + 1))
    #expect(try json(tool)["tables"]?.elements?.count == 4)
    let then = try json(tool, "--position", "\(position)")
    #expect(then["agreement"]?["version"] == 1 && then["tables"]?.elements?.count == 5)
    let early = try run(tool, "--position", "\(position - 1)")
    #expect(early.status == 1 && early.errors.contains("recorded at position \(position), after"))
    let old = try tool.write("old.json", Desk.agreement(more: #", "version": 2"#))
    let refused = try tool.run("report", "agree", old)
    #expect(refused.status == 1 && refused.errors.contains("has version 2 already"))
    // A correction counts like what it corrects.
    let second = try tool.run(
      "log", "read", "--type", "report.agreementRecorded", "--format", "json"
    ).lines.map { try JSONValue(parsing: Array($0.utf8)) }
    let id = try #require(second.last?["id"]?.textValue)
    func amend(_ type: String, _ data: String) throws {
      let line = Desk.line(
        "report/acme", type, "05 10:00", "agent a-1", #"{"targetEventId": "\#(id)", \#(data)}"#)
      let outcome = try tool.run("append", input: line)
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    try amend(
      "event.corrected", #""field": "columns", "newValue": ["ticket", "status"], "reason": "x""#)
    #expect(try rows(json(tool), "tickets")[0]["status"] == "resolved")
    try amend("event.corrected", #""field": "customerId", "reason": "x""#)
    let unknown = try run(tool)
    #expect(
      unknown.status == 1 && unknown.errors.contains("customerId was corrected to be unknown"))
    // Without the second one the first is in force again; without both there is none.
    try amend("event.retracted", #""reason": "x""#)
    #expect(try json(tool)["agreement"]?["version"] == 1)
    let one = try #require(second.first?["id"]?.textValue)
    let line = Desk.line(
      "report/acme", "event.retracted", "05 10:00", "agent a-1",
      #"{"targetEventId": "\#(one)", "reason": "x"}"#)
    try #require(try tool.run("append", input: line).status == 0)
    let gone = try run(tool)
    #expect(gone.status == 1 && gone.errors.contains("agreement acme was retracted at position"))
    let listed = try tool.run("report", "agreements", "--lang", "ru")
    #expect(listed.output.split(separator: "\n").filter { $0.contains("отозвано") }.count == 2)
  }

  @Test("What can't be obeyed is refused when it is recorded, and when it came past that")
  func refused() throws {
    let tool = try ReportDesk.made(Desk.history)
    #expect(
      try tool.run("report", "agreements", "--lang", "en").output == "no agreement is recorded\n")
    let file = try tool.write("bad.json", Desk.agreement(payment: "perCall"))
    let refused = try tool.run("report", "agree", file)
    #expect(refused.status == 1 && refused.errors.contains("bad.json: columns has callLength"))
    let zone = try tool.write(
      "zone.json", Desk.agreement().replacing("Europe/Moscow", with: "Europe/Nowhere"))
    let nowhere = try tool.run("report", "agree", zone)
    #expect(nowhere.status == 1 && nowhere.errors.contains("timeZone: "))
    let word = try tool.write("word.json", Desk.agreement(payment: "perHour"))
    #expect(try tool.run("report", "agree", word).errors.contains("perMinute, perCall, flat"))
    let line = Desk.line(
      "report/acme", "report.agreementRecorded", "05 10:00", "agent a-1",
      Desk.agreement(payment: "perCall"))
    try #require(try tool.run("append", input: line).status == 0)
    let obeyed = try run(tool)
    #expect(obeyed.status == 1 && obeyed.output.isEmpty)
    #expect(obeyed.errors.contains("can't be obeyed: columns has callLength and paymentBasis is"))
    let listed = try tool.run("report", "agreements", "--format", "json").json()
    #expect(listed["inForce"] == false)
    #expect(listed["problem"]?.textValue?.contains("callLength") == true)
  }

  @Test("More than the contract covers is refused, when it is agreed and when a report is made")
  func contract() throws {
    let tool = try ReportDesk.made(Desk.history)
    func publish(_ version: Int, _ from: String, _ purposes: String) throws {
      let line = Desk.line(
        "contract/K-1", "contract.published", "01 08:0\(version)", "agent a-1",
        #"{"contractId": "K-1", "version": \#(version), "companyId": "co-1", "#
          + #""effectiveFrom": "\#(from)", "purposes": \#(purposes)}"#)
      let outcome = try tool.run("append", input: line)
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    try publish(1, "2026-01-01T00:00:00Z", #"["texts", "support"]"#)
    let file = try tool.write("acme.json", Desk.agreement())
    let refused = try tool.run("report", "agree", file, "--format", "json")
    #expect(refused.status == 1 && refused.errors.contains("“support”, “texts”"))
    #expect(try refused.error()["code"] == "notInContract")
    try publish(2, "2026-02-01T00:00:00Z", #"["texts", "people"]"#)
    try #require(try tool.run("report", "agree", file).status == 0)
    let made = try run(tool, "--format", "csv", "--as-of", "2026-03-20T00:00:00Z")
    #expect(made.status == 0)
    let march = try tool.write("march.csv", made.output)
    // A contract that covers less from some day on lets no report of a later instant through.
    try publish(3, "2026-03-25T00:00:00Z", #"["texts"]"#)
    let late = try run(tool, "--as-of", "2026-03-26T00:00:00Z", "--no-record")
    #expect(late.status == 1 && late.output.isEmpty && late.errors.contains("has “people”"))
    #expect(try run(tool, "--as-of", "2026-03-20T00:00:00Z", "--no-record").status == 0)
    #expect(try tool.run("report", "check", march).status == 0)
    let listed = try tool.run("report", "agreements", "--format", "json").json()
    #expect(listed["inForce"] == false && listed["problem"]?.textValue?.contains("people") == true)
  }

  @Test("A filter that was erased is no filter that may be forgotten")
  func erased() throws {
    let line = Desk.line(
      "report/acme", "report.agreementRecorded", "05 10:00", "agent a-1",
      Desk.agreement(more: #", "filters": {"channel": ["phone"]}"#))
    let stored = try Lines.stored([line])
    _ = try #require(RecordedAgreement.all(stored).first).checked()
    let bare = stored.map {
      StoredEvent(
        envelope: $0.envelope, envelopeBytes: $0.envelopeBytes, leaf: $0.leaf, content: nil)
    }
    let recorded = try #require(RecordedAgreement.all(bare).first)
    let error = #expect(throws: ClientAgreementError.self) { _ = try recorded.checked() }
    #expect(error?.code == .notKnown && error?.message.contains("filters was erased") == true)
  }

  // MARK: Wrong questions

  @Test("What can't be answered says why")
  func failures() throws {
    let tool = try Desk.made()
    let unknown = try tool.run("report", "run", "client", "--agreement", "acne")
    #expect(
      unknown.status == 1 && unknown.errors.contains("there is no agreement acne; is it acme?"))
    let backwards = try run(tool, "--until", "2026-02-01")
    #expect(backwards.status == 2 && backwards.errors.contains("is not after --since"))
    let beyond = try run(tool, "--position", "9999")
    #expect(beyond.status == 1 && beyond.errors.contains("beyond the log"))
    let noon = try run(tool, since: "2026-03-01T12:00:00Z")
    #expect(noon.status == 2 && noon.errors.contains("give --until"))
    let table = try run(tool, "--table", "notes")
    #expect(table.status == 2 && table.errors.contains("has no table notes; there are: totals"))
    #expect(try tool.run("log", "read", "--type", "report.generated").output.isEmpty)
    let missing = try tool.run("report", "check", tool.directory + "/nothing.html")
    #expect(missing.status == 2)
    // A time in which nothing happened has no data, and never 0 %.
    let none = try run(tool, "--no-record", "--lang", "en", since: "2026-07-01")
    #expect(
      none.status == 0 && none.output.contains("no data") && none.output.contains("0 tickets"))
  }

  @Test("A company without tickets, and one that nobody belongs to, have no data")
  func nobody() throws {
    let tool = try Desk.made(Desk.agreement().replacing("co-1", with: "co-9"))
    let report = try json(tool)
    #expect(report["noData"] == true)
    #expect(try run(tool, "--no-record").output.contains("нет данных"))
  }

  @Test("An agreed period ends at a local midnight")
  func periods() throws {
    let zone = try Zone(named: "Europe/Berlin")
    func end(_ text: String, _ since: String) throws -> String? {
      let since = try #require(zone.startOfDay(since))
      return try ClientPeriod(text).map { zone.text(try $0.end(from: since, in: zone)) }
    }
    // On 29 March the clocks go forward.
    #expect(try end("P1M", "2026-03-01") == "2026-04-01 00:00:00 +02:00")
    #expect(try end("P1M", "2026-01-31") == "2026-02-28 00:00:00 +01:00")
    #expect(try end("P3M", "2026-11-15") == "2027-02-15 00:00:00 +01:00")
    #expect(try end("P1Y", "2028-02-29") == "2029-02-28 00:00:00 +01:00")
    #expect(try end("P2W", "2026-03-20") == "2026-04-03 00:00:00 +02:00")
    #expect(try end("P1D", "2026-03-29") == "2026-03-30 00:00:00 +02:00")
    #expect(
      ["P", "P1", "1M", "PM", "P-1M", "P367D", "PT1H"].allSatisfy { ClientPeriod($0) == nil })
    #expect(ClientPeriod("P366D") != nil)
  }

  @Test("Every column has words of its own among tickets and among calls, in both languages")
  func words() {
    for phrases in [EnglishPhrases(), RussianPhrases()] as [any Phrases] {
      for ofCalls in [false, true] {
        let columns = ClientColumn.allCases.filter { $0.isOfCalls == ofCalls }
        #expect(Set(columns.map { phrases.heading(of: $0) }).count == columns.count)
      }
    }
    #expect(ClientAgreement.languages == Language.allCases.map(\.rawValue))
  }
}
