import CasefileModel
import Foundation
import Testing

@testable import CasefileCommands

/// What a reviewer is told by another moment's knowledge, of a case with merged tickets and renamed
/// people, by the built program.
@Suite("By what was known then", .serialized, .timeLimit(.minutes(2)))
struct KnownThenTests {
  private static func line(_ stream: String, _ type: String, _ day: Int, _ data: String) -> String {
    let date = day < 10 ? "0\(day)" : "\(day)"
    return #"{"stream": "\#(stream)", "type": "\#(type)", "#
      + #""occurredAt": "2026-03-\#(date)T10:00:00Z", "actor": {"kind": "agent", "id": "a-1"}, "data": \#(data)}"#
  }

  /// Positions 0 … 5.
  private static let first = [
    line("agent/a-1", "agent.registered", 1, #"{"agentId": "a-1", "displayName": "Anna Old"}"#),
    line("group/g-1", "group.registered", 1, #"{"groupId": "g-1", "name": "Desk"}"#),
    line(
      "client/c-1", "client.registered", 1, #"{"clientId": "c-1", "name": "Olga Rein"}"#),
    line("ticket/T-1", "ticket.opened", 2, #"{"clientId": "c-1", "groupId": "g-1"}"#),
    line("ticket/T-1", "ticket.assigned", 3, #"{"agentId": "a-1", "mode": "take"}"#),
    line("ticket/T-2", "ticket.opened", 4, #"{"clientId": "c-1"}"#),
  ]

  /// Positions 6 … 9, appended later.
  private static let second = [
    line(
      "agent/a-1", "agent.profileChanged", 20, #"{"agentId": "a-1", "displayName": "Anna New"}"#),
    line("group/g-1", "group.renamed", 20, #"{"groupId": "g-1", "name": "Help"}"#),
    line("ticket/T-2", "ticket.merged", 21, #"{"intoTicket": "T-1"}"#),
    line("ticket/T-1", "ticket.absorbed", 21, #"{"fromTicket": "T-2"}"#),
  ]

  private func made() throws -> CommandLineTool {
    let tool = try CommandLineTool()
    try #require(try tool.run("init").status == 0)
    for lines in [KnownThenTests.first, KnownThenTests.second] {
      let outcome = try tool.run("append", input: lines.joined(separator: "\n"))
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    return tool
  }

  @Test("Names are those of their time with today's beside them, and then only what was known")
  func names() throws {
    let tool = try made()
    let now = try tool.run("ticket", "show", "T-1").output
    #expect(now.contains("Anna Old (a-1), from 2026-03-03 10:00:00 +00:00 on"))
    #expect(now.contains("renamed since  Anna Old (a-1), today “Anna New”"))
    #expect(now.contains("group Help (g-1)"))
    let then = try tool.run("ticket", "show", "T-1", "--as-of", "2026-03-05").output
    #expect(
      then.contains(
        "responsible    Anna Old (a-1), today “Anna New”, group Desk (g-1), today “Help”"))
    let known = try tool.run("ticket", "show", "T-1", "--position", "5").output
    #expect(known.contains("responsible    Anna Old (a-1), group Desk (g-1)"))
    #expect(!known.contains("New") && !known.contains("Help") && !known.contains("T-2"))
    let list = try tool.run("ticket", "list", "--position", "5").output
    #expect(list.contains("Anna Old (a-1)") && !list.contains("Anna New"))
    #expect(try tool.run("ticket", "list").output.contains("Anna New (a-1)"))
  }

  @Test("A merged ticket shows its survivor and both histories, from either side")
  func merged() throws {
    let tool = try made()
    for command in ["show", "audit"] {
      let survivor = try tool.run("ticket", command, "T-1")
      #expect(survivor.output.contains("ticket T-2, which was merged"))
      let merged = try tool.run("ticket", command, "T-2")
      #expect(merged.output.contains("ticket T-1, into which it was merged"))
      for outcome in [survivor, merged] {
        #expect(outcome.output.contains("#3 live") && outcome.output.contains("#5 live"))
      }
    }
    let lines = try tool.run("ticket", "audit", "T-2", "--format", "json").lines
    let tickets = try lines.map { try JSONValue(parsing: Array($0.utf8))["ticket"] }
    #expect(tickets == ["T-1", "T-1", "T-2", "T-2", "T-1"])
  }

  @Test("All tickets of the client stand together")
  func ofClient() throws {
    let tool = try made()
    let shown = try tool.run(
      "ticket", "audit", "T-1", "--with", "client", "--position", "5", "--format", "json")
    let tickets = try shown.lines.map { try JSONValue(parsing: Array($0.utf8))["ticket"] }
    #expect(tickets == ["T-1", "T-1", "T-2"])
  }

  @Test(
    "What can't be answered says why",
    arguments: [
      (["ticket", "show", "T-1", "--known-at", "2020-01-01"], 1, "this store began at"),
      (["ticket", "audit", "T-1", "--known-at", "2020-01-01"], 1, "this store began at"),
      (["ticket", "list", "--known-at", "2020-01-01"], 1, "this store began at"),
      (["ticket", "show", "T-1", "--as-of", "2020-01-01"], 1, "had no event by"),
      (["ticket", "show", "T-1", "--position", "99"], 1, "ends with position 9"),
      (["ticket", "list", "--position", "99"], 1, "ends with position 9"),
      (["ticket", "audit", "т1"], 1, "is it T-1?"),
      (["ticket", "show", "T-3"], 1, "no ticket T-3"),
      (
        ["ticket", "show", "T-1", "--as-of", "2026-03-05", "--as-of-end", "2026-03-05"], 2,
        "one of"
      ),
      (["ticket", "audit", "T-1", "--only", "words"], 2, "--only"),
      (["ticket", "audit", "T-1", "--with", "friends"], 2, "friends"),
      (
        ["ticket", "audit", "T-1", "--since", "2026-03-05", "--until", "2026-03-04"], 2,
        "nothing is"
      ),
      (["ticket", "audit", "T-1", "--text", "none", "--format", "json"], 2, "--text"),
      (["ticket", "list", "--lang", "de"], 2, "de"),
      (["ticket", "list", "--zone", "MSK"], 2, "MSK"),
      (
        ["ticket", "list", "--opened-from", "2026-03-05", "--opened-to", "2026-03-05"], 2,
        "not after"
      ), (["ticket", "list", "--after", "T-9"], 1, "T-9"),
      (["agent", "show", "anna"], 1, "is it a-1?"),
      (["client", "show", "Olga"], 1, "leads to c-1"),
      (["client", "show", "c-1", "--zone", "X/Y"], 2, "X/Y"),
      (["search", "x", "--limit", "-1"], 2, "--limit"),
    ] as [([String], Int32, String)])
  func failures(arguments: [String], status: Int32, words: String) throws {
    let tool = try made()
    let outcome = try tool.start(arguments).wait()
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test("A list by a moment before anything happened says so, in words and by an empty list")
  func nothingYet() throws {
    let tool = try made()
    let text = try tool.run("ticket", "list", "--as-of", "2020-01-01")
    #expect(text.status == 0)
    #expect(text.output.hasPrefix("no tickets: nothing had happened by 2020-01-01"))
    let json = try tool.run("ticket", "list", "--as-of", "2020-01-01", "--format", "json")
    #expect(json.status == 0 && json.output.isEmpty)
    let filtered = try tool.run("ticket", "list", "--as-of", "2026-03-05", "--status", "closed")
    #expect(filtered.output == "no tickets\n")
    let mistyped = try tool.run("ticket", "list", "--agent", "A-1", "--client", "C-1")
    #expect(mistyped.status == 1 && mistyped.output.isEmpty)
    #expect(mistyped.errors.contains("is it a-1?") && mistyped.errors.contains("is it c-1?"))
    let nobody = try tool.run("ticket", "list", "--agent", "a-1", "--status", "closed")
    #expect(nobody.errors.isEmpty)
  }

  @Test(
    "A list of what is nowhere in the store says so, and what may have been meant",
    arguments: [
      (["ticket", "list", "--group", "G-1"], 1, "is it g-1?"),
      (["ticket", "list", "--group", "group/g-1"], 1, "is it g-1?"),
      (["ticket", "list", "--group", "night"], 1, "there are: g-1"),
      (["ticket", "list", "--group", "g-1", "--status", "closed"], 0, ""),
      (["ticket", "list", "--channel", "emal"], 1, "is it email?"),
      (["ticket", "list", "--channel", "email"], 0, ""),
      (["ticket", "list", "--topic", "lamps"], 1, "there is no topic lamps"),
      (["ticket", "list", "--tag", "vip"], 1, "it names none at all"),
      (["ticket", "list", "--tag", "vip", "--limit", "0"], 0, ""),
      (["ticket", "list", "--group", "g-2", "--agent", "a-2"], 1, "is it a-1?"),
      (["findings", "list", "--group", "g-2"], 1, "is it g-1?"),
      (["findings", "list", "--agent", "a-2", "--format", "json"], 1, #""code":"notFound""#),
      (["findings", "list", "--group", "g-1", "--code", "reopened"], 0, ""),
    ])
  func mistyped(arguments: [String], status: Int32, said: String) throws {
    let tool = try made()
    let outcome = try tool.start(arguments).wait()
    #expect(outcome.status == status)
    #expect(said.isEmpty ? outcome.errors.isEmpty : outcome.errors.contains(said))
  }

  @Test("Lists speak Russian where it is asked for, and JSON never does")
  func russian() throws {
    let tool = try made()
    #expect(try tool.run("ticket", "list", "--lang", "ru").output.contains("2 заявки"))
    #expect(try tool.run("agent", "list", "--lang", "ru").output.hasPrefix("1 сотрудник\n"))
    #expect(try tool.run("agent", "show", "a-1", "--lang", "ru").output.hasPrefix("Сотрудник a-1"))
    #expect(try tool.run("agent", "handoffs", "--lang", "ru").output.hasPrefix("0 прямых передач"))
    #expect(try tool.run("client", "show", "c-1", "--lang", "ru").output.hasPrefix("Клиент c-1"))
    #expect(try tool.run("client", "find", "olga", "--lang", "ru").output.contains("1 подходящий"))
    #expect(try tool.run("search", "nothing", "--lang", "ru").output == "совпадений нет\n")
    let json = try tool.run("ticket", "list", "--lang", "ru", "--format", "json")
    #expect(json.output.contains(#""open""#) && !json.output.contains("открыта"))
  }
}

/// A call before a ticket, and the ticket.
@Suite("Contacts of a ticket", .serialized, .timeLimit(.minutes(1)))
struct TicketContactTests {
  private static func line(_ stream: String, _ type: String, _ minute: Int, _ data: String)
    -> String
  {
    #"{"stream": "\#(stream)", "type": "\#(type)", "occurredAt": "2026-03-02T10:\#(minute):00Z", "#
      + #""actor": {"kind": "agent", "id": "a-1"}, "data": \#(data)}"#
  }

  private static let lines = [
    line("contact/k-1", "call.offered", 10, #"{"callId": "k-1", "direction": "inbound"}"#),
    line("contact/k-1", "call.answered", 11, #"{"callId": "k-1", "agentId": "a-1"}"#),
    line("ticket/T-1", "ticket.opened", 12, #"{"clientId": "c-1", "contactId": "k-1"}"#),
    line("contact/k-2", "call.offered", 13, #"{"callId": "k-2", "direction": "inbound"}"#),
  ]

  @Test("With what is linked, a ticket shows the calls that belong to it, each row with its place")
  func contacts() throws {
    let tool = try CommandLineTool()
    try #require(try tool.run("init").status == 0)
    let input = TicketContactTests.lines.joined(separator: "\n")
    try #require(try tool.run("append", input: input).status == 0)
    let alone = try tool.run("ticket", "show", "T-1")
    #expect(!alone.output.contains("#1 live"))
    let shown = try tool.run("ticket", "show", "T-1", "--with", "linked")
    #expect(shown.output.contains("shown with it  contact/k-1, which belongs to it"))
    #expect(shown.output.contains("#0 live") && shown.output.contains("#1 live"))
    #expect(!shown.output.contains("k-2"))
    let json = try tool.run("ticket", "show", "T-1", "--with", "linked", "--format", "json").json()
    guard case .array(let events)? = json["events"] else {
      Issue.record("events is no list")
      return
    }
    #expect(events.map { $0["stream"] } == ["contact/k-1", "contact/k-1", "ticket/T-1"])
    #expect(events.map { $0["ticket"] } == [.null, .null, "T-1"])
    let audit = try tool.run("ticket", "audit", "T-1", "--with", "linked", "--format", "json")
    #expect(audit.lines.count == 1)
  }
}
