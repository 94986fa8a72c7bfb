import CasefileModel
import Testing

@testable import CasefileCommands

@Suite("A ticket as JSON")
struct TicketJSONTests {
  private func names(_ value: JSONValue?) -> [String] {
    guard case .object(let members)? = value else { return [] }
    return members.map(\.name)
  }

  @Test("Documented members are always there, unknown is null")
  func members() throws {
    let view = try Lines.view([Lines.line("ticket.tagged", "11:00", "rule", #"{"tag": "x"}"#)])
    let json = try TicketJSON().json(view)
    #expect(
      names(json) == [
        "ticket", "version", "state", "events", "withheld", "spans", "breaches", "deadlines",
        "mergeCircle",
      ])
    #expect(
      names(json["deadlines"]) == ["evaluatedAt", "policy", "notAssessable", "clocks", "recorded"])
    #expect(json["deadlines"]?["notAssessable"] == "noPolicyPublished")
    let state = names(json["state"])
    for name in [
      "status", "sourceStatus", "assignee", "group", "priority", "channel", "openedAt",
      "firstReplyAt", "resolvedAt", "closedAt", "closeKind", "reopenCount", "handoffCount",
      "messageCount", "touchCount", "client", "topic", "tags", "firstReactionAt",
      "indirectHandoffCount", "groupTransferCount", "callCount", "workTouchCount", "openOffer",
      "waits", "agreements", "links", "mergedInto",
    ] { #expect(state.contains(name), "\(name)") }
    #expect(Set(state).count == state.count)
    #expect(json["state"]?["openedAt"] == .null)
    #expect(json["state"]?["status"] == "new")
    guard case .array(let events)? = json["events"] else {
      Issue.record("events is no list")
      return
    }
    #expect(
      Array(names(events.first).prefix(9)) == [
        "position", "version", "id", "type", "occurredAt", "recordedAt", "actor", "body", "content",
      ])
    #expect(events.first?["actor"] == ["kind": "rule", "id": nil, "onBehalfOf": nil])
  }

  @Test("Plain fields and content are divided as the schema says, nested ones too")
  func division() throws {
    let view = try Lines.view(TicketTextTests.story)
    let json = try TicketJSON().json(view)
    guard case .array(let events)? = json["events"] else {
      Issue.record("events is no list")
      return
    }
    #expect(
      events[3]["body"] == [
        "messageId": "m-2", "to": [["role": "client", "personId": "c-9"]], "channel": "email",
        "agentId": "a-1",
      ])
    #expect(
      events[3]["content"] == ["to.0.address": "c@x.example", "body": "日本語 answer"])
    #expect(events[8]["body"] == ["kind": "agentUnconfirmed"])
    #expect(events[8]["corrected"]?["data"] == ["kind": "confirmed"])
    #expect(events[8]["correctedBy"] == [9])
    #expect(events[11]["body"] == [:])
    #expect(events[11]["content"] == ["amount": 12])
    #expect(json["state"]?["closeKind"] == "confirmed")
    #expect(json["version"] == 12)
  }
}
