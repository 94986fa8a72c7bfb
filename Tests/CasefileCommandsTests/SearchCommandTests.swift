import CasefileModel
import Foundation
import Testing

@testable import CasefileCommands

/// `search`, `client find`, `client show` and `ticket list --text` as scripts use them.
@Suite("Search and clients on the command line", .serialized, .timeLimit(.minutes(2)))
struct SearchCommandTests {
  private static func line(_ stream: String, _ type: String, _ minute: Int, _ data: String)
    -> String
  {
    #"{"stream": "\#(stream)", "type": "\#(type)", "occurredAt": "2026-03-02T10:\#(minute):00Z", "#
      + #""actor": {"kind": "agent", "id": "a-1"}, "data": \#(data)}"#
  }

  private static let lines = [
    line(
      "client/c-1", "client.registered", 10, #"{"clientId": "c-1", "name": "Анна Ёлкина"}"#),
    line(
      "client/c-1", "client.identityAdded", 11,
      #"{"clientId": "c-1", "kind": "phone", "address": "+7 (912) 345-67-89"}"#),
    line("ticket/T-1", "ticket.opened", 12, #"{"number": "T-1", "clientId": "c-1"}"#),
    line(
      "ticket/T-1", "ticket.noteAdded", 13,
      #"{"noteId": "n-1", "text": "Клиент просит возвраты.\n\u202eStill no refund"}"#),
    line("ticket/T-2", "ticket.noteAdded", 14, #"{"noteId": "n-2", "text": "refunded"}"#),
  ]

  private func made() throws -> CommandLineTool {
    let tool = try CommandLineTool()
    try #require(try tool.run("init").status == 0)
    let input = SearchCommandTests.lines.joined(separator: "\n")
    try #require(try tool.run("append", input: input).status == 0)
    return tool
  }

  private func names(_ value: JSONValue?) -> [String] {
    guard case .object(let members)? = value else { return [] }
    return members.map(\.name)
  }

  private func parsed(_ outcome: CommandLineTool.Outcome) throws -> [JSONValue] {
    try outcome.lines.map { try JSONValue(parsing: Array($0.utf8)) }
  }

  @Test("search prints a line for each match with all members")
  func search() throws {
    let tool = try made()
    let outcome = try tool.run("search", "Refunds", "--format", "json")
    #expect(outcome.status == 0)
    let found = try parsed(outcome)
    #expect(found.map { $0["position"] } == [4, 3])
    #expect(
      names(found[0]) == [
        "ticket", "stream", "position", "type", "occurredAt", "recordedAt", "actor", "field",
        "text",
        "visibility", "correctedBy", "retractedBy",
      ])
    #expect(found[1]["ticket"] == "T-1" && found[1]["field"] == "text")
    #expect(try parsed(tool.run("search", "возврата refund", "--format", "json")).count == 1)
    #expect(try tool.run("search", "refund", "--limit", "1", "--format", "json").lines.count == 1)
    let later = try tool.run(
      "search", "refund", "--since", "2026-03-02T10:14:00Z", "--format", "json")
    #expect(try parsed(later).map { $0["position"] } == [4])
    let earlier = try tool.run(
      "search", "refund", "--until", "2026-03-02T10:14:00Z", "--format", "json")
    #expect(try parsed(earlier).map { $0["position"] } == [3])
    let none = try tool.run("search", "parcel", "--format", "json")
    #expect(none.status == 0 && none.output.isEmpty)
  }

  @Test("search for people shows who, when and the place, and nothing that a terminal obeys")
  func searchText() throws {
    let tool = try made()
    let output = try tool.run("search", "возврат", "--zone", "Europe/Moscow").output
    #expect(output.contains("2026-03-02 13:13:00 +03:00  T-1  agent a-1  note  #3 live"))
    #expect(output.contains(#"Клиент просит возвраты. \u{202E}Still no refund"#))
    #expect(!output.contains("\u{1B}") && !output.contains("\u{202E}"))
    #expect(output.hasSuffix("1 match\n"))
    #expect(try tool.run("search", "parcel").output == "no matches\n")
  }

  @Test("ticket list takes a text")
  func list() throws {
    let tool = try made()
    let found = try parsed(tool.run("ticket", "list", "--text", "возврату", "--format", "json"))
    #expect(found.map { $0["ticket"] } == ["T-1"])
    let both = try parsed(tool.run("ticket", "list", "--text", "refund", "--format", "json"))
    #expect(both.map { $0["ticket"] } == ["T-1", "T-2"])
    let error = try tool.run("ticket", "list", "--text", "!", "--format", "json")
    #expect(error.status == 1)
    #expect(try error.error()["code"] == "invalidText")
  }

  @Test(
    "client find takes a number in any writing",
    arguments: ["9123456789", "8 912 345-67-89", "+79123456789", "ёлкина", "c-1"])
  func find(text: String) throws {
    let tool = try made()
    let found = try parsed(tool.run("client", "find", text, "--format", "json"))
    #expect(found.map { $0["client"] } == ["c-1"])
    #expect(
      names(found.first) == [
        "client", "mergedFrom", "name", "matched", "tickets", "openTickets", "firstSeenAt",
        "lastSeenAt", "streams", "positions",
      ])
    #expect(found.first?["name"] == "Анна Ёлкина" && found.first?["tickets"] == 1)
  }

  @Test("client show has a head and one timeline, and a period chooses rows")
  func show() throws {
    let tool = try made()
    let json = try tool.run("client", "show", "c-1", "--format", "json").json()
    #expect(
      names(json) == [
        "client", "asked", "merged", "name", "company", "identities", "tickets", "openTickets",
        "closedTickets", "ticketIds", "contacts", "messages", "calls", "chats", "marks",
        "openAgreements", "firstSeenAt", "lastSeenAt", "since", "until", "entries",
      ])
    guard case .array(let entries)? = json["entries"] else {
      Issue.record("no entries")
      return
    }
    #expect(entries.map { $0["position"] } == [0, 1, 2, 3])
    #expect(Array(names(entries.first).prefix(4)) == ["ticket", "stream", "foundBy", "position"])
    let part = try tool.run(
      "client", "show", "c-1", "--since", "2026-03-02T10:13:00Z", "--format", "json"
    ).json()
    guard case .array(let rows)? = part["entries"] else { return }
    #expect(rows.map { $0["position"] } == [3])
    #expect(part["tickets"] == 1)
    let text = try tool.run("client", "show", "c-1").output
    #expect(text.hasPrefix("Client c-1: Анна Ёлкина\n"))
    #expect(text.contains("phone +7 (912) 345-67-89 #1") && text.contains("T-1"))
  }

  @Test("A client that is not there is told with what may be meant, without what was given")
  func missing() throws {
    let tool = try made()
    for (id, part) in [("C-1", "is it c-1?"), ("Ёлкина", "leads to c-1"), ("c-9", "client find")] {
      let outcome = try tool.run("client", "show", id, "--format", "json")
      #expect(outcome.status == 1)
      let error = try outcome.error()
      #expect(error["code"] == "notFound")
      guard case .string(let message)? = error["message"] else {
        Issue.record("no message")
        continue
      }
      #expect(message.contains(part) && !message.contains("Ёлкина"))
    }
    #expect(try tool.run("client", "find", "??", "--format", "json").status == 1)
    #expect(try tool.run("search", "x", "--limit", "-1").status == 2)
    #expect(try tool.run("client", "find").status == 2)
  }

  @Test("An excerpt shows the words however far in a text they stand")
  func excerpt() {
    let text =
      String(repeating: "слово ", count: 40) + "возврат 👍 " + String(repeating: "y", count: 99)
    guard let range = text.range(of: "возврат") else { return }
    let excerpt = Excerpt(text, [range], width: 60)
    let line = excerpt.line(.plain)
    #expect(line.hasPrefix("…") && line.hasSuffix("…") && line.contains("возврат"))
    #expect(DisplayWidth.of(line) <= 60)
    #expect(excerpt.line(.ansi).contains("\u{1B}[1mвозврат\u{1B}[0m"))
    #expect(Excerpt("", [], width: 20).line(.plain).isEmpty)
    #expect(Excerpt("a\u{1B}[2J", [], width: 20).line(.ansi) == #"a\u{001B}[2J"#)
  }
}
