import CasefileModel
import Foundation
import Testing

@testable import CasefileCommands

@Suite("The program", .serialized, .timeLimit(.minutes(2)))
struct EndToEndTests {
  private func line(_ number: Int, version: Int? = nil, group: (Int, Int, Int)? = nil) -> String {
    var more = version.map { #", "expectedVersion": \#($0)"# } ?? ""
    if let group {
      more +=
        #", "group": {"id": "0195f000-0000-7000-8000-00000000a00\#(group.0)", "#
        + #""index": \#(group.1), "count": \#(group.2)}"#
    }
    return Lines.line(
      "ticket.tagged", "11:00", "agent a-1", #"{"tag": "t-\#(number)"}"#,
      id: "0195f000-0000-7000-8000-00000000000\(number)", more: more)
  }

  private func made() throws -> CommandLineTool {
    let tool = try CommandLineTool()
    try #require(try tool.run("init").status == 0)
    return tool
  }

  private func events(_ tool: CommandLineTool) throws -> JSONValue? {
    try tool.run("log", "stat", "--format", "json").json()["events"]
  }

  @Test("init makes a store once")
  func initialise() throws {
    let tool = try CommandLineTool()
    let made = try tool.run("init", "--origin", "desk.example", "--format", "json")
    #expect(made.status == 0)
    let json = try made.json()
    #expect(json["store"] == .string(tool.store))
    #expect(json["origin"] == "desk.example")
    #expect(json["formatVersion"] == 1)
    let again = try tool.run("init", "--format", "json")
    #expect(again.status == 2)
    #expect(try again.error()["code"] == "storeExists")
  }

  @Test("Without a store nothing can run")
  func missing() throws {
    let tool = try CommandLineTool()
    let outcome = try tool.run("log", "stat", "--format", "json")
    #expect(outcome.status == 2)
    #expect(try outcome.error()["code"] == "storeMissing")
    #expect(outcome.output.isEmpty)
  }

  @Test(
    "Wrong usage is status 2 and help is status 0",
    arguments: [
      ([], 0), (["--help"], 0), (["ticket", "show", "--help"], 0), (["--version"], 0),
      (["nonsense"], 2), (["ticket", "show"], 2), (["log", "read", "--limit", "-1"], 2),
      (["log", "read", "--from", "x"], 2), (["log", "read", "--stream", "noslash"], 2),
      (["log", "read", "--type", "ticket.opend"], 2), (["ticket", "show", "7", "--as-of", "x"], 2),
      (["ticket", "show", "7", "--zone", "Mars/Base"], 2),
      (["ticket", "show", "7", "--position", "1", "--known-at", "2026-03-02"], 2),
      (["append", "no-such-file"], 2), (["init", "--format", "xml"], 2),
    ] as [([String], Int32)])
  func usage(arguments: [String], status: Int32) throws {
    let tool = try made()
    #expect(try tool.start(arguments).wait().status == status)
  }

  @Test("Usage failures are JSON where that is asked for")
  func usageJSON() throws {
    let tool = try made()
    let outcome = try tool.run("log", "read", "--type", "ticket.opend", "--format", "json")
    let error = try outcome.error()
    #expect(error["code"] == "usage")
    guard case .string(let message)? = error["message"] else {
      Issue.record("no message")
      return
    }
    #expect(message.contains("ticket.opened"))
    #expect(error["position"] == .null)
  }

  @Test("Appending answers each line, and repeating it stores nothing")
  func append() throws {
    let tool = try made()
    let input = [line(1), "", line(2)].joined(separator: "\n")
    let first = try tool.run("append", "--format", "json", input: input)
    #expect(first.status == 0)
    #expect(
      first.lines == [
        #"{"id":"0195f000-0000-7000-8000-000000000001","position":0,"stream":"ticket/7","version":1,"duplicate":false}"#,
        #"{"id":"0195f000-0000-7000-8000-000000000002","position":1,"stream":"ticket/7","version":2,"duplicate":false}"#,
      ])
    let again = try tool.run("append", "-", "--format", "json", input: input + "\n" + line(3))
    #expect(again.status == 0)
    let duplicates = try again.lines.map { try JSONValue(parsing: Array($0.utf8))["duplicate"] }
    #expect(duplicates == [true, true, false])
    #expect(try events(tool) == 3)
  }

  @Test("One bad line and nothing is stored")
  func badLine() throws {
    let tool = try made()
    let path = try tool.write("in.ndjson", [line(1), "{oops", line(2)].joined(separator: "\n"))
    let outcome = try tool.run("append", path, "--format", "json")
    #expect(outcome.status == 1)
    let error = try outcome.error()
    #expect(error["code"] == "invalidJSON")
    #expect(error["line"] == 2)
    #expect(error["file"] == .string(path))
    #expect(outcome.output.isEmpty)
    #expect(try events(tool) == 0)
  }

  @Test("Bad lines can be set aside, an action group as a whole")
  func setAside() throws {
    let tool = try made()
    let bad = Lines.line("ticket.tagged", "11:00", "agent a-1", #"{"tagg": "x"}"#)
    let input = [line(1), line(2, group: (1, 1, 2)), bad, line(3)].joined(separator: "\n")
    let aside = tool.directory + "/aside.ndjson"
    let outcome = try tool.run("append", "--set-aside", aside, "--format", "json", input: input)
    #expect(outcome.status == 0)
    #expect(outcome.lines.count == 3)
    // The member of the group that could be read is complete by its own id, the unreadable line
    // names no group: its action group lacks a member and both are set aside.
    let torn = [line(4, group: (2, 1, 2)), "{oops", line(5)].joined(separator: "\n")
    let second = tool.directory + "/second.ndjson"
    let other = try tool.run("append", "--set-aside", second, "--format", "json", input: torn)
    #expect(other.lines.count == 1)
    let kept = try String(contentsOfFile: second, encoding: .utf8)
    #expect(kept == line(4, group: (2, 1, 2)) + "\n{oops\n")
    #expect(try tool.run("append", "--set-aside", second, input: line(6)).status == 2)
  }

  @Test("Ids: the same event twice is one, another event is refused")
  func ids() throws {
    let tool = try made()
    let twice = try tool.run(
      "append", "--format", "json", input: line(1) + "\n" + line(1) + "\n")
    #expect(twice.status == 0)
    #expect(
      try twice.lines.map { try JSONValue(parsing: Array($0.utf8))["duplicate"] } == [false, true])
    let other = line(1).replacingOccurrences(of: "t-1", with: "t-9")
    let stored = try tool.run("append", "--format", "json", input: other)
    #expect(stored.status == 1)
    #expect(try stored.error()["code"] == "idReused")
    #expect(try stored.error()["position"] == 0)
    let within = line(2) + "\n" + line(2).replacingOccurrences(of: "t-2", with: "t-9")
    #expect(try tool.run("append", input: within).status == 1)
    #expect(try events(tool) == 1)
  }

  @Test("Expected versions are judged along the whole input, before anything is stored")
  func versions() throws {
    let tool = try made()
    let good = [line(1, version: 0), line(2), line(3, version: 2)].joined(separator: "\n")
    #expect(try tool.run("append", input: good).status == 0)
    // Again: what is there already is not judged anew.
    #expect(try tool.run("append", input: good).status == 0)
    let bad = [line(4, version: 3), line(5, version: 3)].joined(separator: "\n")
    let refused = try tool.run("append", "--format", "json", input: bad)
    #expect(refused.status == 1)
    #expect(try refused.error()["code"] == "versionConflict")
    #expect(try refused.error()["line"] == 2)
    #expect(try events(tool) == 3)
  }

  @Test("An action group that is interrupted by other lines is refused")
  func groups() throws {
    let tool = try made()
    let whole = [line(1, group: (1, 1, 2)), line(2, group: (1, 2, 2))].joined(separator: "\n")
    #expect(try tool.run("append", input: whole).status == 0)
    let torn = [line(3, group: (2, 1, 2)), line(4), line(5, group: (2, 2, 2))]
    let outcome = try tool.run(
      "append", "--format", "json", input: torn.joined(separator: "\n"))
    #expect(outcome.status == 1)
    #expect(try outcome.error()["code"] == "invalidGroup")
    #expect(try events(tool) == 2)
  }

  @Test("What one store prints, an empty one stores again")
  func roundTrip() throws {
    let tool = try made()
    try tool.run("append", input: TicketTextTests.story.joined(separator: "\n"))
    let read = try tool.run("log", "read", "--format", "json")
    #expect(read.lines.count == 12)
    let other = try made()
    #expect(try other.run("append", input: read.output).status == 0)
    let again = try other.run("log", "read", "--format", "json")
    func bare(_ lines: [String]) throws -> [[JSONValue?]] {
      try lines.map { line in
        let json = try JSONValue(parsing: Array(line.utf8))
        return ["id", "stream", "type", "occurredAt", "actor", "data", "version"].map { json[$0] }
      }
    }
    #expect(try bare(again.lines) == bare(read.lines))
  }

  @Test("Reading selects by position, stream, type and number")
  func read() throws {
    let tool = try made()
    try tool.run("append", input: TicketTextTests.story.joined(separator: "\n"))
    func positions(_ arguments: String...) throws -> [JSONValue?] {
      try tool.start(["log", "read", "--format", "json"] + arguments).wait().lines.map {
        try JSONValue(parsing: Array($0.utf8))["position"]
      }
    }
    #expect(try positions("--from", "2", "--to", "4") == [2, 3, 4])
    #expect(try positions("--backward", "--limit", "2") == [11, 10])
    #expect(try positions("--type", "ticket.closed", "--type", "ticket.opened") == [0, 8])
    #expect(try positions("--type", "acme.refundPaid") == [11])
    #expect(try positions("--type", "acme.other") == [])
    #expect(try positions("--stream", "ticket/8") == [])
    #expect(try positions("--limit", "0") == [])
    #expect(try positions("--until", "2000-01-01") == [])
  }

  @Test("ticket show in text and JSON, and what is not there")
  func show() throws {
    let tool = try made()
    try tool.run("append", input: TicketTextTests.story.joined(separator: "\n"))
    let text = try tool.run("ticket", "show", "7")
    #expect(text.status == 0)
    #expect(text.output.hasPrefix("Ticket 7: Принтер 🔥\n"))
    let then = try tool.run(
      "ticket", "show", "7", "--as-of", "2026-03-02T15:01:00Z", "--format", "json")
    #expect(try then.json()["state"]?["assignee"] == "a-1")
    #expect(try then.json()["state"]?["openOffer"]?["handoff"] == "h-1")
    let known = try tool.run("ticket", "show", "7", "--position", "8", "--format", "json")
    #expect(try known.json()["state"]?["closeKind"] == "agentUnconfirmed")
    let date = try tool.run("ticket", "show", "7", "--as-of", "2026-03-03", "--zone", "Asia/Tokyo")
    #expect(date.errors.contains("2026-03-02T15:00:00.000000Z"))
    let none = try tool.run("ticket", "show", "#07", "--format", "json")
    #expect(none.status == 1)
    #expect(try none.error()["code"] == "notFound")
    #expect(none.errors.contains("is it 7?"))
    let early = try tool.run("ticket", "show", "7", "--known-at", "2000-01-01")
    #expect(early.status == 1)
    #expect(early.errors.contains("this store began at"))
    #expect(try tool.run("ticket", "show", "7", "--as-of", "2000-01-01").status == 1)
  }

  @Test("verify says that a new store is sound")
  func verify() throws {
    let tool = try made()
    try tool.run("append", input: line(1))
    let outcome = try tool.run("log", "verify", "--format", "json")
    #expect(outcome.status == 0)
    #expect(try outcome.json()["ok"] == true)
    #expect(try outcome.json()["events"] == 1)
    #expect(try outcome.json()["problems"] == [])
  }

  @Test("Following goes on behind its cursor and ends on an interrupt")
  func follow() async throws {
    let tool = try made()
    try tool.run("append", input: [line(1), line(2), line(3)].joined(separator: "\n"))
    let cursor = tool.directory + "/cursor"
    func follow(_ limit: String) throws -> [String] {
      try tool.run("log", "follow", "--cursor", cursor, "--limit", limit, "--format", "json").lines
    }
    #expect(try follow("2").count == 2)
    #expect(try follow("1").first?.contains("t-3") == true)
    let live = try tool.start(["log", "follow", "--cursor", cursor, "--format", "json"])
    try tool.run("append", input: line(4))
    while !live.printed.contains("t-4") { try await Task.sleep(for: .milliseconds(20)) }
    live.process.interrupt()
    let outcome = try live.wait()
    #expect(outcome.status == 0)
    #expect(outcome.lines.count == 1)
    #expect(try String(contentsOfFile: cursor, encoding: .utf8).contains(#""position":3"#))
    let other = try made()
    try other.run("append", input: line(1))
    let wrong = try other.run("log", "follow", "--cursor", cursor, "--format", "json")
    #expect(wrong.status == 2)
    #expect(try wrong.error()["code"] == "wrongLog")
  }

  @Test("A reader that goes away is no failure")
  func brokenPipe() throws {
    let tool = try made()
    let many = (0..<3000).map { number in
      Lines.line(
        "ticket.noteAdded", "11:00", "agent a-1", #"{"noteId": "n\#(number)", "text": "x"}"#)
    }
    #expect(try tool.run("append", input: many.joined(separator: "\n")).status == 0)
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/bash")
    shell.arguments = [
      "-c", #"set -o pipefail; "$0" log read --store "$1" --format json | head -n 1 > /dev/null"#,
      CommandLineTool.binary, tool.store,
    ]
    let errors = Pipe()
    shell.standardError = errors
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0)
    #expect(errors.fileHandleForReading.availableData.isEmpty)
  }

  @Test("The help of each command has an example")
  func examples() throws {
    let tool = try CommandLineTool()
    for command in [
      ["init"], ["append"], ["import", "csv"], ["ticket", "show"], ["log", "stat"],
      ["log", "read"], ["log", "follow"], ["log", "verify"], ["findings", "list"],
      ["findings", "show"], ["findings", "count"], ["metric", "list"], ["metric", "run"],
      ["metric", "open"], ["report", "run", "handovers"], ["report", "run", "sla"],
      ["report", "run", "agents"], ["report", "run", "figures"], ["report", "run", "satisfaction"],
      ["report", "run", "reviews"], ["report", "run", "calls"], ["report", "run", "reasons"],
      ["report", "run", "shift-handover"], ["kpi", "close"], ["kpi", "check"],
    ] {
      let help = try tool.start(command + ["--help"]).wait()
      #expect(help.status == 0)
      #expect(help.output.contains("Example:"), "\(command)")
    }
  }
}
