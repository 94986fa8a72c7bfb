import CasefileModel
import CasefileProjections
import Testing

@testable import CasefileCommands

@Suite("A ticket for people")
struct TicketTextTests {
  static let story = [
    Lines.line(
      "ticket.opened", "11:05", "client c-9",
      #"{"clientId": "c-9", "channel": "email", "subject": "Принтер 🔥", "priority": "3"}"#),
    Lines.line(
      "message.received", "11:06", "client c-9",
      #"{"messageId": "m-1", "channel": "email", "body": "It burns.\n\u001b[2J\u202E"}"#),
    Lines.line("ticket.assigned", "11:10", "agent a-1", #"{"agentId": "a-1", "mode": "take"}"#),
    Lines.line(
      "message.sent", "11:12", "agent a-1",
      #"{"messageId": "m-2", "channel": "email", "agentId": "a-1", "body": "日本語 answer", "#
        + #""to": [{"role": "client", "personId": "c-9", "address": "c@x.example"}]}"#),
    Lines.line(
      "ticket.agreementRecorded", "11:13", "agent a-1",
      #"{"agreementId": "g-1", "text": "Someone comes", "promisedBy": "a-1", "promisedTo": "c-9"}"#),
    Lines.line(
      "handoff.offered", "15:00", "agent a-1",
      #"{"handoffId": "h-1", "fromAgent": "a-1", "toAgent": "a-2", "reason": "shiftEnd", "#
        + #""summary": "Call back"}"#),
    Lines.line(
      "handoff.accepted", "15:04", "agent a-2", #"{"handoffId": "h-1", "agentId": "a-2"}"#),
    Lines.line("call.recordingMissing", "15:30", "system", #"{"reason": "personalPhone"}"#),
    Lines.line(
      "ticket.closed", "16:00", "agent a-2", #"{"kind": "agentUnconfirmed"}"#,
      id: "0195f000-0000-7000-8000-000000000001"),
    Lines.line(
      "event.corrected", "17:00", "reviewer q-1",
      #"{"targetEventId": "0195f000-0000-7000-8000-000000000001", "field": "kind", "#
        + #""newValue": "confirmed", "reason": "seen in the mailbox"}"#),
    Lines.line(
      "ticket.staleDetected", "18:00", "rule r-1", #"{"ruleId": "r-1", "thresholdSeconds": 60}"#,
      more: #", "origin": {"basis": "imported"}, "visibility": "internal""#),
    Lines.line("acme.refundPaid", "19:00", "integration", #"{"amount": 12}"#),
  ]

  @Test("The head answers first")
  func head() throws {
    let view = try Lines.view(TicketTextTests.story)
    let zone = try Zone(named: "Europe/Moscow")
    #expect(
      TicketHead(view, voice: Voice(zone: zone)).lines(width: 80).joined(separator: "\n") == """
        Ticket 7: Принтер 🔥
          times          in Europe/Moscow; # is the position in the log
          status         closed
          client         c-9
          priority       3
          responsible    a-2
                         a-1, from 2026-03-02 14:10:00 +03:00 to 2026-03-02 18:04:00
                         +03:00 (3 h 54 min), took it #2–#6
                           offered to a-2 from 2026-03-02 18:00:00 +03:00 to 2026-03-02
                           18:04:00 +03:00: accepted #5
                         a-2, from 2026-03-02 18:04:00 +03:00 on, accepted #6
          handoffs       1 direct (1 acknowledged)
                         a-1 to a-2, 2026-03-02 18:04:00 +03:00, acknowledged: shift end
                         #5, #6
          channels       email
          opened         2026-03-02 14:05:00 +03:00 by client c-9
          first reaction 2026-03-02 14:10:00 +03:00, after 5 min
          first reply    2026-03-02 14:12:00 +03:00, after 7 min
          contacts       2 messages, 0 calls, 1 client touch, 5 work touches
          deadlines      not assessable: no policy is published in this store
          closed         2026-03-02 19:00:00 +03:00 by agent a-2: confirmed by the
                         client
                         the record shows: by the agent, not confirmed; nobody confirmed
                         between the last proposal and the close
          confirmed      by nobody
          agreed         “Someone comes” by a-1 to c-9 #4: nothing more is stated
          marks          none
          corrections    #9 corrects kind of #8
          gaps           a recording is missing #7
          source         1 event imported: proven by this store from 2027-01-15 11:00:10
                         +03:00; before that, as the source stated it
                         11 events recorded as they happened
        """)
  }

  @Test("Rows in a narrow terminal")
  func narrow() throws {
    let view = try Lines.view(TicketTextTests.story)
    #expect(
      TicketTimeline(view, voice: Voice()).lines(width: 80).joined(separator: "\n") == """
        2026-03-02 11:05:00 +00:00  client c-9    #0 live
            opened the ticket by email for client c-9, priority 3
            │ Принтер 🔥
        2026-03-02 11:06:00 +00:00  client c-9    #1 live
            wrote by email (message id m-1)
            │ It burns.
            │ \\u{001B}[2J\\u{202E}
        2026-03-02 11:10:00 +00:00  agent a-1     #2 live
            took the ticket
        2026-03-02 11:12:00 +00:00  agent a-1     #3 live
            replied by email to c-9 (message id m-2)
            │ 日本語 answer
        2026-03-02 11:13:00 +00:00  agent a-1     #4 live
            recorded an agreement: a-1 promised to c-9 (agreement id g-1)
            │ Someone comes
        2026-03-02 15:00:00 +00:00  agent a-1     #5 live
            offered the ticket of a-1 to a-2: shift end, handoff h-1
            │ Call back
        2026-03-02 15:04:00 +00:00  agent a-2     #6 live
            accepted the ticket, handoff h-1
        2026-03-02 15:30:00 +00:00  system        #7 live
            there is no recording of the call: personal phone
        2026-03-02 16:00:00 +00:00  agent a-2     #8 live, corrected by #9
            closed the ticket: confirmed by the client
        2026-03-02 17:00:00 +00:00  reviewer q-1  #9 live
            corrected kind of event #8 to “confirmed by the client”
            │ reason: seen in the mailbox
        2026-03-02 18:00:00 +00:00  rule r-1      #10 imported, internal
            found to stand still (rule id r-1; threshold 1 min)
        2026-03-02 19:00:00 +00:00  integration   #11 live
            acme: refund paid (amount 12)
        """)
  }

  @Test("Rows in a wide terminal keep their columns")
  func wide() throws {
    let view = try Lines.view(Array(TicketTextTests.story[2...4]))
    #expect(
      TicketTimeline(view, voice: Voice()).lines(width: 120).joined(separator: "\n") == """
        2026-03-02 11:10:00 +00:00  agent a-1  took the ticket                                                #0 live
        2026-03-02 11:12:00 +00:00  agent a-1  replied by email to c-9 (message id m-2)                       #1 live
                                               │ 日本語 answer
        2026-03-02 11:13:00 +00:00  agent a-1  recorded an agreement: a-1 promised to c-9 (agreement id g-1)  #2 live
                                               │ Someone comes
        """)
  }

  @Test("More than sixty events are folded by day and holder, with every position")
  func folded() throws {
    var lines = [
      Lines.line("ticket.opened", "08:00", "client c-9", "{}"),
      Lines.line("ticket.assigned", "08:01", "agent a-1", #"{"agentId": "a-1"}"#),
    ]
    for minute in 10..<58 {
      lines.append(
        Lines.line(
          minute % 4 == 0 ? "ticket.noteAdded" : "ticket.tagged", "09:\(minute)", "agent a-1",
          minute % 4 == 0 ? #"{"noteId": "n", "text": "t"}"# : #"{"tag": "x"}"#))
    }
    lines.append(Lines.line("ticket.assigned", "10:00", "agent a-2", #"{"agentId": "a-2"}"#))
    for minute in 10..<21 {
      lines.append(Lines.line("ticket.tagged", "10:\(minute)", "agent a-2", #"{"tag": "x"}"#))
    }
    let view = try Lines.view(lines)
    let timeline = TicketTimeline(view, voice: Voice())
    #expect(
      timeline.lines(width: 100).joined(separator: "\n") == """
        2026-03-02 08:00:00 +00:00  client c-9  opened the ticket                                    #0 live
        2026-03-02  held by a-1, 49 events: 36 × tag added, 12 × note, assignment
                    positions #1–#49
        2026-03-02  held by a-2, 12 events: 11 × tag added, assignment
                    positions #50–#61

        62 events, folded by day and holder; --all shows every one
        """)
    #expect(timeline.lines(width: 100, showsAll: true).count == 62 + 12)
  }

  @Test("Positions in short", arguments: [([1, 2, 3, 7], "#1–#3, #7"), ([5], "#5"), ([], "")])
  func ranges(positions: [UInt64], text: String) {
    #expect(TicketTimeline.ranges(positions.map { Position($0) }) == text)
  }

  @Test("A retracted event stays as a row that says so")
  func retracted() throws {
    let view = try Lines.view([
      Lines.line("ticket.opened", "11:05", "client c-9", "{}"),
      Lines.line(
        "ticket.closed", "12:00", "agent a-1", "{}", id: "0195f000-0000-7000-8000-000000000001"),
      Lines.line(
        "event.retracted", "13:00", "reviewer q-1",
        #"{"targetEventId": "0195f000-0000-7000-8000-000000000001"}"#),
    ])
    let text = TicketTimeline(view, voice: Voice()).lines(width: 100)
    #expect(text[2] == "2026-03-02 12:00:00 +00:00  agent a-1     #1 live, retracted by #2")
    let head = TicketHead(view, voice: Voice()).lines(width: 100)
    #expect(head.contains("  corrections    #2 retracts #1"))
    #expect(head.contains("  status         new"))
  }

  @Test("Every event type has words, and no field is dropped")
  func everyType() {
    for type in EventSchema.builtIn.types {
      let sentence = Voice().sentence(
        for: type.name, .object([.init("somethingNew", "kept"), .init("text", .null)]),
        by: Actor(.agent, "a-1"))
      #expect(!sentence.what.isEmpty)
      #expect(sentence.what.contains("something new kept"))
      #expect(sentence.what.contains("erased"))
    }
  }
}
