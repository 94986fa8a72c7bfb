import CasefileModel
import Foundation
import Testing

@testable import CasefileCommands

@Suite("The program shows tickets", .serialized, .timeLimit(.minutes(2)))
struct TicketShowTests {
  /// Ticket 8 was merged into 7; 9 is linked to 7 and of the same client; 10 is of another one.
  private func desk() throws -> CommandLineTool {
    let tool = try CommandLineTool()
    try tool.run("init")
    let lines = [
      on("client/c-9", "client.registered", "07:00", #"{"clientId": "c-9", "name": "Ромб"}"#),
      on("ticket/7", "ticket.opened", "08:00", #"{"clientId": "c-9", "subject": "Survivor"}"#),
      on("ticket/8", "ticket.opened", "08:30", #"{"clientId": "c-9"}"#),
      on("ticket/9", "ticket.opened", "09:00", #"{"clientId": "c-9"}"#),
      on("ticket/10", "ticket.opened", "09:10", #"{"clientId": "c-1"}"#),
      on("ticket/8", "ticket.merged", "10:00", #"{"intoTicket": "7"}"#),
      on("ticket/7", "ticket.absorbed", "10:00", #"{"fromTicket": "8"}"#),
      on("ticket/9", "ticket.linked", "11:00", #"{"otherTicket": "7", "relation": "related"}"#),
    ]
    let outcome = try tool.run("append", input: lines.joined(separator: "\n"))
    try #require(outcome.status == 0, "\(outcome.errors)")
    return tool
  }

  private func on(_ stream: String, _ type: String, _ time: String, _ data: String) -> String {
    Lines.line(type, time, "agent a-1", data)
      .replacing(#""stream": "ticket/7""#, with: #""stream": "\#(stream)""#)
  }

  private func tickets(_ tool: CommandLineTool, _ arguments: String...) throws -> [String] {
    let all = ["ticket", "show"] + arguments + ["--format", "json"]
    let outcome = try tool.start(all).wait()
    try #require(outcome.status == 0, "\(outcome.errors)")
    guard case .array(let events)? = try outcome.json()["events"] else { return [] }
    return try events.map { try ($0["ticket"] ?? .null).asText("ticket") }
  }

  @Test("Merged tickets are shown from both sides, linked ones and the client's on demand")
  func related() throws {
    let tool = try desk()
    #expect(try tickets(tool, "7") == ["7", "8", "8", "7"])
    #expect(try tickets(tool, "8") == ["7", "8", "8", "7"])
    #expect(try tickets(tool, "10") == ["10"])
    // Before the merge was recorded they were two.
    #expect(try tickets(tool, "8", "--position", "4") == ["8"])
    #expect(try tickets(tool, "7", "--with", "linked") == ["7", "8", "9", "8", "7", "9"])
    #expect(try tickets(tool, "10", "--with", "client") == ["10"])
    #expect(try tickets(tool, "9", "--with", "client") == ["7", "8", "9", "8", "7", "9"])
    let text = try tool.run("ticket", "show", "8")
    #expect(text.output.contains("merged into ticket 7"))
    #expect(text.output.contains("ticket 7, into which it was merged"))
    #expect(text.output.contains("Ромб (c-9)"))
    #expect(text.output.contains("Survivor"))
    #expect(!text.output.contains("\u{1B}"))
  }

  @Test("Russian where it is asked for, JSON and failures in English")
  func russian() throws {
    let tool = try desk()
    let russian = try tool.run("ticket", "show", "7", "--lang", "ru", "--as-of", "2026-03-03")
    #expect(russian.output.contains("Заявка 7: Survivor"))
    #expect(russian.output.contains("принята история заявки 8"))
    #expect(
      russian.errors == "casefile: --as-of 2026-03-03 — это 2026-03-03T00:00:00.000000Z (UTC)\n")
    let json = try tool.run("ticket", "show", "7", "--lang", "ru", "--format", "json")
    let plain = try tool.run("ticket", "show", "7", "--format", "json")
    #expect(json.output == plain.output)
    let failure = try tool.run("ticket", "show", "77", "--lang", "ru")
    #expect(failure.status == 1)
    #expect(
      failure.errors
        == "casefile: there is no ticket 77 in this store; casefile ticket list and casefile search "
        + "find those that are\n")
  }

  @Test("The end of a day takes in all of it")
  func endOfDay() throws {
    let tool = try desk()
    let end = try tool.run("ticket", "show", "7", "--as-of-end", "2026-03-02")
    #expect(end.status == 0)
    #expect(
      end.errors == "casefile: --as-of-end 2026-03-02 is 2026-03-02T23:59:59.999999Z (UTC)\n")
    #expect(end.output.contains("holds also     tickets 8"))
    #expect(try tool.run("ticket", "show", "7", "--as-of-end", "2026-03-01").status == 1)
  }

  @Test(
    "Options that contradict each other or make no sense are wrong usage",
    arguments: [
      (["--as-of", "2026-03-02", "--as-of-end", "2026-03-02"], "--as-of and --as-of-end"),
      (["--position", "1", "--known-at", "2026-03-02"], "--position and --known-at"),
      (["--known-at", "2026-03-02", "--known-at-source", "2026-03-02"], "--known-at-source"),
      (["--since", "2026-03-02", "--until", "2026-03-02"], "nothing is between"),
      (["--since", "2026-03-03", "--until", "2026-03-02"], "nothing is between"),
      (["--only", "messages,gossip"], "gossip"), (["--only", ""], "messages, calls"),
      (["--visibility", "secret"], "public"), (["--text", "long"], "short"),
      (["--with", "friends"], "linked"), (["--lang", "de"], "ru"),
      (["--as-of-end", "2026-03-02T10:00:00Z"], "give a date"),
      (["--text", "none", "--format", "json"], "JSON"),
    ] as [([String], String)])
  func usage(arguments: [String], word: String) throws {
    let tool = try CommandLineTool()
    try tool.run("init")
    let outcome = try tool.start(["ticket", "show", "7"] + arguments).wait()
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(word), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test("Topics can be listed and repeated")
  func topics() throws {
    let tool = try desk()
    #expect(
      try tickets(tool, "7", "--only", "messages,calls", "--only", "corrections").isEmpty)
    #expect(try tickets(tool, "7", "--only", "changes").count == 4)
  }

  @Test("Without a known client there are no others of that client")
  func noClient() throws {
    let tool = try CommandLineTool()
    try tool.run("init")
    try tool.run("append", input: on("ticket/7", "ticket.opened", "08:00", "{}"))
    let outcome = try tool.run("ticket", "show", "7", "--with", "client")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("--with client"))
  }
}
