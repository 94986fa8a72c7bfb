import CasefileModel
import Foundation
import Testing

@testable import CasefileCommands

@Suite("Exports", .serialized, .timeLimit(.minutes(2)))
struct ExportCommandTests {
  private static let events = [
    Lines.line(
      "ticket.opened", "10:00", "client c-1",
      ##"{"number": "7", "clientId": "c-1", "subject": "=HYPERLINK(\"x\"), \"quoted\""}"##),
    Lines.line("ticket.assigned", "10:10", "agent a-1", #"{"agentId": "a-1", "mode": "take"}"#),
    Lines.line("ticket.assigned", "11:10", "agent a-2", #"{"agentId": "a-2", "mode": "steal"}"#),
  ]

  private func made() throws -> CommandLineTool {
    let tool = try CommandLineTool()
    try #require(try tool.run("init").status == 0)
    let outcome = try tool.run("append", input: Self.events.joined(separator: "\n"))
    try #require(outcome.status == 0, "\(outcome.errors)")
    return tool
  }

  private func rows(_ outcome: CommandLineTool.Outcome) -> [String] {
    outcome.output.components(separatedBy: "\r\n").filter { !$0.isEmpty }
  }

  @Test("Tickets, handoffs and events are tables; texts come only when they are asked for")
  func tables() throws {
    let tool = try made()
    let tickets = rows(try tool.run("export", "csv", "tickets"))
    #expect(tickets.count == 2 && tickets[0].hasPrefix("ticket,status,"))
    #expect(tickets[1].hasPrefix("7,open,,a-2,"))
    let handoffs = rows(try tool.run("export", "csv", "handoffs"))
    #expect(handoffs.count == 2 && handoffs[0].hasPrefix("ticket,from,to,kind,at,"))
    #expect(handoffs[1].hasPrefix("7,a-1,a-2,bare,2026-03-02T11:10:00.000000Z,"))
    let events = rows(try tool.run("export", "csv", "events", "--from", "1"))
    #expect(events.count == 3 && events[1].hasPrefix("1,"))
    #expect(![tickets, handoffs, events].joined().contains { $0.contains("HYPERLINK") })

    // A spreadsheet would run the text as a formula: it begins with an apostrophe.
    let texts = rows(try tool.run("export", "csv", "tickets", "--texts"))
    #expect(texts[1].hasSuffix(#","'=HYPERLINK(""x""), ""quoted""""#))
  }

  @Test("A past moment and a file are obeyed, and wrong usage says what is right")
  func options() throws {
    let tool = try made()
    let past = rows(try tool.run("export", "csv", "tickets", "--as-of", "2026-03-02T10:30:00Z"))
    #expect(past[1].hasPrefix("7,open,,a-1,"))
    #expect(
      rows(try tool.run("export", "csv", "handoffs", "--as-of", "2026-03-02T10:30:00Z")).count == 1)
    let file = tool.directory + "/tickets.csv"
    let said = try tool.run("export", "csv", "tickets", "--output", file, "--format", "json")
    #expect(try said.json()["rows"] == 1)
    #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("ticket,status,"))
    let wrong = try tool.run("export", "csv", "events", "--as-of", "2026-03-02")
    #expect(wrong.status == 2 && wrong.errors.contains("--from and --to"))
    let nowhere = try tool.run(
      "export", "csv", "tickets", "--output", tool.directory + "/none/t.csv")
    #expect(nowhere.status == 2 && nowhere.output.isEmpty)
  }

  @Test("A pipe is written to and not replaced by a file")
  func pipe() throws {
    let tool = try made()
    let path = tool.directory + "/pipe"
    try #require(mkfifo(path, 0o600) == 0)
    // Held open for both, so that neither side waits for the other.
    let held = open(path, O_RDWR | O_NONBLOCK)
    try #require(held >= 0)
    defer { close(held) }
    #expect(try tool.run("export", "csv", "handoffs", "--output", path).status == 0)
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(held, &bytes, bytes.count)
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    #expect(text.hasPrefix("ticket,from,to,kind,at,"))
  }
}
