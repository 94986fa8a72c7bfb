import CasefileModel
import CasefileProjections
import Testing

@testable import CasefileCommands

@Suite("An audit")
struct TicketAuditTests {
  private func audit(_ lines: [String], asOf: Timestamp? = nil) throws -> TicketAudit {
    TicketAudit(TicketHistory(events: try Lines.stored(lines)), ticket: "7", asOf: asOf)
  }

  @Test("Documented members come first, are always there, and unknown is null")
  func members() throws {
    let audit = try audit([
      Lines.line(
        "ticket.assigned", "11:00", "agent a-1", #"{"agentId": "a-1"}"#,
        more: #", "origin": {"basis": "imported"}"#)
    ])
    let json = audit.json(audit.entries[0])
    guard case .object(let members) = json else {
      Issue.record("an entry is no object")
      return
    }
    #expect(
      members.prefix(10).map(\.name) == [
        "position", "type", "occurredAt", "recordedAt", "actor", "channel", "changes",
        "correctedBy", "late", "basis",
      ])
    #expect(Set(members.map(\.name)).count == members.count)
    #expect(json["late"] == .null && json["channel"] == .null && json["correctedBy"] == [])
    #expect(json["basis"] == "imported" && json["type"] == "ticket.assigned")
    guard case .array(let changes)? = json["changes"] else {
      Issue.record("changes is no list")
      return
    }
    #expect(changes.contains { $0["field"] == "assignee" && $0["after"] == "a-1" })
    #expect(changes.allSatisfy { $0["before"] != nil })
  }

  @Test("An audit in words: what holds for all first, then each change, its correction beside it")
  func text() throws {
    let story = TicketTextTests.story
    let audit = TicketAudit(
      TicketHistory(events: try Lines.stored([story[2], story[8], story[9]])), ticket: "7",
      lateLimitSeconds: 400 * 86_400)
    let lines = TicketAuditText(audit, zone: .utc).lines(width: 80)
    #expect(lines.contains("    event.corrected: seen in the mailbox"))
    // The sentences, four columns in, have tests of their own.
    #expect(
      lines.filter { !$0.hasPrefix("    ") || $0.hasPrefix("     ") }.joined(separator: "\n") == """
        Audit of ticket 7
          times      in UTC; # is the position in the log
          events     3, 1 of them corrected
          proof      proven by this store from 2027-01-15 08:00:00 +00:00
          late       over 400 d from the event to its record: 0 late, 3 in time, 0 not
                     known

        2026-03-02 11:10:00 +00:00  agent a-1  #0 live
              status                – → open
              assignee              – → a-1
              first reaction at     – → 2026-03-02 11:10:00 +00:00
        2026-03-02 16:00:00 +00:00  agent a-2  #1 live
              status                open → closed
              closed at             – → 2026-03-02 16:00:00 +00:00
              close kind            – → confirmed
              closed by             – → agent a-2
              ! kind corrected by #2, reviewer q-1, recorded 2027-01-15 08:00:02 +00:00:
              agentUnconfirmed → confirmed
        2026-03-02 17:00:00 +00:00  reviewer q-1  #2 live
              ! corrects kind of #1: agentUnconfirmed → confirmed
        """)
  }

  @Test("A long audit is folded by day and holder, with every position and the net changes")
  func folded() throws {
    var lines = [
      Lines.line("ticket.opened", "08:00", "client c-9", "{}"),
      Lines.line("ticket.assigned", "08:01", "agent a-1", #"{"agentId": "a-1"}"#),
    ]
    for minute in 10..<59 {
      lines.append(
        Lines.line("ticket.priorityChanged", "09:\(minute)", "agent a-1", #"{"to": "\#(minute)"}"#))
    }
    for minute in 10..<30 {
      lines.append(
        Lines.line("ticket.noteAdded", "10:\(minute)", "agent a-1", #"{"noteId": "n"}"#))
    }
    let audit = try audit(lines)
    let text = TicketAuditText(audit, zone: .utc)
    let folded = text.lines(width: 100)
    #expect(folded.contains { $0.hasPrefix("2026-03-02  held by a-1, 70 events: ") })
    #expect(folded.contains("    positions #1–#70"))
    #expect(folded.contains("      priority              – → 58"))
    #expect(folded.last == "71 events, folded by day and holder; --all shows every one")
    // Late are all, for the fixture's store began later; a note each is not lost by folding.
    #expect(folded.count { $0.contains("late: written down") } == 71)
    #expect(text.lines(width: 100, showsAll: true).count { $0.hasSuffix(" live") } == 71)
  }

  @Test("Texts of others can't move the cursor")
  func escaped() throws {
    let audit = try audit([
      Lines.line(
        "ticket.opened", "11:00", "client c-9",
        #"{"subject": "a\u001b[2Jb\u202Ec", "priority": "1"}"#)
    ])
    let text = TicketAuditText(audit, zone: .utc).lines(width: 60).joined(separator: "\n")
    #expect(text.contains("\\u{001B}[2Jb\\u{202E}c"))
    #expect(!text.unicodeScalars.contains("\u{1B}"))
  }
}
