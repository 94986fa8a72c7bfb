import CasefileModel
import CasefileProjections
import Testing

@testable import CasefileCommands

@Suite("An audit")
struct TicketAuditTests {
  private func audit(
    _ lines: [String], _ question: TicketQuestion = TicketQuestion(),
    selection: RowSelection = RowSelection(), late: Int = 15 * 60
  ) throws -> TicketAudit {
    TicketAudit(try Lines.view(lines, question), selection: selection, lateLimitSeconds: late)
  }

  private func text(
    _ audit: TicketAudit, _ voice: Voice = Voice(), length: TextLength = .full
  ) -> TicketAuditText { TicketAuditText(audit, voice: voice, length: length) }

  @Test("Documented members come first, are always there, and unknown is null")
  func members() throws {
    let audit = try audit([
      Lines.line(
        "ticket.assigned", "11:00", "agent a-1", #"{"agentId": "a-1"}"#,
        more: #", "origin": {"basis": "imported"}"#)
    ])
    let json = audit.json(audit.rows[0])
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
    let audit = try audit([story[2], story[8], story[9]], late: 400 * 86_400)
    let lines = text(audit).lines(width: 80)
    #expect(lines.contains("    correction"))
    // The sentences, four columns in, have tests of their own.
    #expect(
      lines.filter { !$0.hasPrefix("    ") || $0.hasPrefix("     ") }.joined(separator: "\n") == """
        Audit of ticket 7
          times    in UTC; # is the position in the log
          events   3, 1 of them corrected
          proof    proven by this store from 2027-01-15 08:00:00 +00:00
          late     over 400 d from the event to its record: 0 late, 3 in time, 0 not
                   known

        2026-03-02 11:10:00 +00:00  agent a-1  #0 live
              status                – → open
              holder                – → a-1
              first reaction at     – → 2026-03-02 11:10:00 +00:00
        2026-03-02 16:00:00 +00:00  agent a-2  #1 live
              status                open → closed
              closed at             – → 2026-03-02 16:00:00 +00:00
              close kind            – → confirmed by the client
              closed by             – → agent a-2
              ! kind corrected by #2, reviewer q-1, recorded 2027-01-15 08:00:02 +00:00:
              by the agent, not confirmed → confirmed by the client
        2026-03-02 17:00:00 +00:00  reviewer q-1  #2 live
              │ reason: seen in the mailbox
              ! corrects kind of #1: by the agent, not confirmed → confirmed by the
              client
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
    let text = text(audit)
    let folded = text.lines(width: 100)
    #expect(folded.contains { $0.hasPrefix("2026-03-02  held by a-1, 70 events: ") })
    #expect(folded.contains("            positions #1–#70"))
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
    let text = text(audit).lines(width: 60).joined(separator: "\n")
    #expect(text.contains("\\u{001B}[2Jb\\u{202E}c"))
    #expect(!text.unicodeScalars.contains("\u{1B}"))
  }

  // MARK: What is asked for

  private let mixed = [
    Lines.line("ticket.opened", "08:00", "client c-9", #"{"clientId": "c-9", "subject": "Oven"}"#),
    Lines.line("ticket.assigned", "09:00", "agent a-1", #"{"agentId": "a-1"}"#),
    Lines.line(
      "ticket.noteAdded", "10:00", "agent a-1", #"{"noteId": "n", "text": "He is rude"}"#,
      more: #", "visibility": "internal""#),
    Lines.line("ticket.priorityChanged", "11:00", "agent a-1", #"{"to": "2"}"#),
  ]

  @Test("Since, until and topics choose rows, and what is left out is said with its positions")
  func selection() throws {
    let since = try #require(Timestamp("2026-03-02T09:00:00Z"))
    let until = try #require(Timestamp("2026-03-02T11:00:00Z"))
    let lines = text(
      try audit(
        mixed, selection: RowSelection(since: since, until: until, topics: [.responsibility]))
    ).lines(width: 120)
    #expect(lines.contains { $0.contains("assigned the ticket") })
    #expect(!lines.contains { $0.contains("rude") || $0.contains("Oven") })
    #expect(
      Array(lines.suffix(3)) == [
        "left out: 1 event before 2026-03-02 09:00:00 +00:00: #0",
        "left out: 1 event from 2026-03-02 11:00:00 +00:00 on: #3",
        "left out: 1 event that are not about responsibility: #2",
      ])
    let json = try audit(mixed, selection: RowSelection(topics: [.changes]))
    #expect(json.allRows.map { json.json($0)["position"] } == [0, 3])
  }

  @Test("For the client, what is internal is named by its place only, in words and in JSON")
  func visibility() throws {
    let audit = try audit(mixed, TicketQuestion(isPublic: true))
    let lines = text(audit).lines(width: 120)
    #expect(lines.last == "withheld: 1 event, internal: #2")
    #expect(!lines.contains { $0.contains("rude") })
    let json = audit.allRows.map { audit.json($0) }
    #expect(json.map { $0["isWithheld"] } == [false, false, true, false])
    #expect(json[2]["position"] == 2 && json[2]["visibility"] == "internal")
    #expect(json[2]["type"] == .null && json[2]["actor"] == .null && json[2]["changes"] == [])
    #expect(!json.contains { $0.text.contains("rude") })
  }

  @Test("Texts whole, in short or not at all")
  func lengths() throws {
    let audit = try audit(mixed)
    #expect(text(audit).lines(width: 120).contains("      │ He is rude"))
    let none = text(audit, length: .none).lines(width: 120)
    #expect(!none.contains { $0.contains("rude") || $0.contains("Oven") })
    #expect(none.contains { $0.contains("subject") && $0.contains("text not shown") })
    #expect(none.last == "2 texts not shown; --text full shows all")
  }

  @Test("Two tickets of one case stand in one audit, each row with its own")
  func merged() throws {
    var file = try Lines.view(mixed)
    let other = [
      Lines.line("ticket.opened", "08:30", "client c-9", "{}"),
      Lines.line("ticket.merged", "12:30", "agent a-1", #"{"intoTicket": "7"}"#),
    ].map { $0.replacing("ticket/7", with: "ticket/8") }
    // A log has one event at a position.
    let all = try Lines.stored(mixed + other)
    file.related = [
      RelatedTicket(
        relation: .absorbed, view: try TicketView(Array(all.suffix(2)), ticket: "8"))
    ]
    let audit = TicketAudit(file)
    #expect(audit.rows.map(\.view.ticket) == ["7", "8", "7", "7", "7", "8"])
    let lines = text(audit).lines(width: 120)
    #expect(lines.contains { $0.contains("ticket 8, which was merged") })
    #expect(lines.contains { $0.hasPrefix("2026-03-02 12:30:00 +00:00  ticket 8  agent a-1") })
    #expect(audit.json(audit.rows[1])["ticket"] == "8")
  }

  @Test("An audit in Russian has no English word")
  func russian() throws {
    let audit = try audit(TicketTextTests.story, late: 60)
    let lines = text(audit, Voice(.ru)).lines(width: 110)
    #expect(lines[0] == "Проверка заявки 7")
    #expect(lines.contains("      ответственный         – → a-1"))
    let known = [
      "a-1", "a-2", "c-9", "h-1", "m-1", "m-2", "g-1", "q-1", "r-1", "UTC", "It burns.",
      "\\u{001B}[2J\\u{202E}", "answer", "Someone comes", "Call back", "seen in the mailbox",
      "acme: refund paid (amount 12)",
    ]
    for line in lines {
      let rest = known.reduce(line) { $0.replacing($1, with: "") }
      let latin = rest.unicodeScalars.filter {
        ("a"..."z").contains($0) || ("A"..."Z").contains($0)
      }
      #expect(latin.isEmpty, "\(line)")
    }
  }
}
