import CasefileModel
import Foundation
import Testing

@testable import CasefileCommands

/// A desk with people of two companies: what is agreed with one, and what it must never see.
enum ClientDesk {
  private typealias Desk = ReportDesk

  /// A line of another stream than a ticket's.
  static func line(
    _ stream: String, _ type: String, _ time: String, _ actor: String, _ data: String,
    id: String? = nil
  ) -> String {
    let parts = time.split(separator: " ")
    return Lines.line(type, String(parts[1]), actor, data, id: id)
      .replacing("ticket/7", with: stream)
      .replacing("2026-03-02T", with: "2026-03-\(parts[0])T")
  }

  private static func registered(_ client: Int, _ company: String, _ name: String) -> String {
    line(
      "client/c-\(client)", "client.registered", "01 08:00", "system",
      #"{"clientId": "c-\#(client)", "companyId": "\#(company)", "name": "\#(name)"}"#)
  }

  private static func opened(
    _ ticket: Int, _ time: String, client: Int, _ subject: String, channel: String = "email"
  ) -> String {
    Desk.line(
      ticket, "ticket.opened", time, "client c-\(client)",
      #"{"clientId": "c-\#(client)", "channel": "\#(channel)", "topicId": "lamps", "#
        + #""subject": "\#(subject)", "priority": "high", "groupId": "g-1"}"#)
  }

  private static func asked(_ ticket: Int, _ time: String, client: Int) -> String {
    Desk.line(
      ticket, "message.received", time, "client c-\(client)",
      #"{"messageId": "q-\#(ticket)", "authorRole": "client", "channel": "email"}"#)
  }

  static func call(
    _ stream: String, _ type: String, _ time: String, _ data: String
  ) -> String {
    line(stream, "call.\(type)", time, "agent a-1", data)
  }

  /// Of company co-1 in March are ticket 1, answered in half an hour and solved in two hours, and
  /// ticket 2; call k-1 on ticket 2, which took 130 seconds, k-2 on ticket 6, whose length of 90
  /// seconds follows from its answer and its end, k-3 outside of tickets, which was given up, and k-4
  /// of 10 seconds, which belongs to another company's ticket. 3 is another company's; the opening of 4
  /// is internal; 5 was deleted; 6 was opened in February; k-5 is a call inside the desk.
  static let history = [
    registered(1, "co-1", "Anna Client"), registered(2, "co-1", "Boris Client"),
    registered(3, "co-2", "Vera Foreign"),
    line(
      "agent/a-1", "agent.registered", "01 08:00", "system",
      #"{"agentId": "a-1", "name": "Ivan Staff"}"#),
    line(
      "topic/lamps", "topic.registered", "01 08:00", "system",
      #"{"topicId": "lamps", "name": "Lamps and bulbs"}"#),
    opened(1, "02 10:00", client: 1, "Broken lamp"), asked(1, "02 10:00", client: 1),
    Desk.took(1, "02 10:10", "a-1"), Desk.replied(1, "02 10:30", "a-1"),
    Desk.line(
      1, "ticket.noteAdded", "02 10:40", "agent a-1",
      #"{"noteId": "n-1", "text": "a difficult client"}"#),
    Desk.line(1, "resolution.proposed", "02 12:00", "agent a-1"),
    opened(2, "03 11:00", client: 2, "No light", channel: "phone"),
    call(
      "ticket/2", "offered", "03 11:01",
      #"{"callId": "k-1", "direction": "inbound", "clientId": "c-2"}"#),
    call("ticket/2", "answered", "03 11:02", #"{"callId": "k-1", "agentId": "a-1"}"#),
    call(
      "ticket/2", "ended", "03 11:05",
      #"{"callId": "k-1", "talkSeconds": 125, "holdSeconds": 5, "outcome": "resolved"}"#),
    call("ticket/2", "offered", "03 12:00", #"{"callId": "k-5", "direction": "internal"}"#),
    opened(3, "03 12:00", client: 3, "Foreign matter"), asked(3, "03 12:00", client: 3),
    opened(4, "03 13:00", client: 1, "Hidden case")
      .replacing(#""actor""#, with: #""visibility": "internal", "actor""#),
    opened(5, "04 09:00", client: 1, "Gone case"),
    Desk.line(5, "ticket.deleted", "04 10:00", "agent a-1"),
    opened(6, "02 09:00", client: 2, "Old case").replacing("2026-03-02T", with: "2026-02-27T"),
    call("ticket/6", "offered", "04 08:00", #"{"callId": "k-2", "direction": "outbound"}"#),
    call(
      "ticket/6", "answered", "04 08:01",
      #"{"callId": "k-2", "agentId": "a-1", "answeredAt": "2026-03-04T08:01:00Z"}"#),
    call(
      "ticket/6", "ended", "04 08:03",
      #"{"callId": "k-2", "endedAt": "2026-03-04T08:02:30Z", "outcome": "informed"}"#),
    call(
      "call/x-1", "offered", "04 15:00",
      #"{"callId": "k-3", "direction": "inbound", "clientId": "c-1"}"#),
    call("call/x-1", "abandoned", "04 15:01", #"{"callId": "k-3", "waitSeconds": 40}"#),
    call(
      "call/x-2", "offered", "04 16:00",
      #"{"callId": "k-4", "direction": "inbound", "clientId": "c-1"}"#),
    call("call/x-2", "answered", "04 16:00", #"{"callId": "k-4", "agentId": "a-1"}"#),
    call("call/x-2", "ended", "04 16:01", #"{"callId": "k-4", "talkSeconds": 10}"#),
    line(
      "call/x-2", "contact.linkedToTicket", "04 16:02", "agent a-1",
      #"{"contactId": "x-2", "ticketId": "3"}"#),
  ]

  /// The columns of the agreement that tests change.
  static let columns = [
    "ticket", "subject", "topic", "openedAt", "firstReply", "resolution", "callId", "callLength",
    "callTicket", "callClient",
  ]

  /// An agreement as a file has it.
  static func agreement(
    _ columns: [String] = columns, payment: String = "perMinute",
    purposes: [String] = ["texts", "people"], cuts: [String] = ["topic", "day"],
    more: String = ""
  ) -> String {
    func list(_ names: [String]) -> String {
      "[" + names.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
    }
    return #"{"reportId": "acme", "customerId": "co-1", "columns": \#(list(columns)), "#
      + #""cuts": \#(list(cuts)), "paymentBasis": "\#(payment)", "purposes": \#(list(purposes)), "#
      + #""wording": [{"column": "\#(columns[0])", "language": "ru", "heading": "Ваш номер"}], "#
      + #""period": "P1M", "language": "ru", "timeZone": "Europe/Moscow"\#(more)}"#
  }

  /// A store with the history and the agreement in it.
  static func made(_ agreement: String = agreement()) throws -> CommandLineTool {
    let tool = try ReportDesk.made(history)
    let file = try tool.write("acme.json", agreement)
    let agreed = try tool.run("report", "agree", file, "--by", "a-1")
    try #require(agreed.status == 0, "\(agreed.errors)")
    return tool
  }
}

extension JSONValue {
  /// The text; nil of anything else.
  var textValue: String? { if case .string(let text) = self { text } else { nil } }
  /// The number; nil of anything else.
  var intValue: Int64? { if case .int(let number) = self { number } else { nil } }
}
