import CasefileModel
import CasefileProjections
import Testing

@testable import CasefileCommands

@Suite("Parts of a ticket")
struct RowSelectionTests {
  private let lines = [
    Lines.line("ticket.opened", "08:00", "client c-9", #"{"clientId": "c-9"}"#),
    Lines.line(
      "message.received", "09:00", "client c-9", #"{"messageId": "m-1", "body": "Help"}"#),
    Lines.line("ticket.assigned", "10:00", "agent a-1", #"{"agentId": "a-1"}"#),
    Lines.line(
      "ticket.noteAdded", "11:00", "agent a-1", #"{"noteId": "n", "text": "He is rude"}"#,
      more: #", "visibility": "internal""#),
    Lines.line(
      "ticket.agreementRecorded", "12:00", "agent a-1",
      #"{"agreementId": "g-1", "text": "We refund"}"#, more: #", "visibility": "restricted""#),
  ]

  private func text(
    _ selection: RowSelection, _ question: TicketQuestion = TicketQuestion(),
    _ length: TextLength = .full, _ language: Language = .en
  ) throws -> [String] {
    let file = try Lines.view(lines, question)
    return TicketTimeline(file, voice: Voice(language), selection: selection, length: length)
      .lines(width: 140)
  }

  private func time(_ text: String) throws -> Timestamp {
    try #require(Timestamp("2026-03-02T\(text):00Z"))
  }

  @Test("Since is included, until is not, and what is left out is said with its positions")
  func times() throws {
    let lines = try text(RowSelection(since: try time("09:00"), until: try time("11:00")))
    #expect(lines.count == 6)
    #expect(lines[0].hasPrefix("2026-03-02 09:00:00"))
    #expect(lines[2].hasPrefix("2026-03-02 10:00:00"))
    #expect(
      Array(lines.suffix(2)) == [
        "left out: 1 event before 2026-03-02 09:00:00 +00:00: #0",
        "left out: 2 events from 2026-03-02 11:00:00 +00:00 on: #3–#4",
      ])
    let russian = try text(
      RowSelection(since: try time("09:00"), until: try time("11:00")), TicketQuestion(), .full, .ru
    )
    #expect(
      Array(russian.suffix(2)) == [
        "не показано: 1 событие до 2026-03-02 09:00:00 +00:00: #0",
        "не показано: 2 события начиная с 2026-03-02 11:00:00 +00:00: #3–#4",
      ])
  }

  @Test("Only some topics")
  func topics() throws {
    let lines = try text(RowSelection(topics: [.responsibility]))
    #expect(lines.first?.contains("assigned the ticket") == true)
    #expect(
      lines.last == "left out: 4 events that are not about responsibility: #0–#1, #3–#4")
    let none = try text(RowSelection(topics: [.calls]))
    #expect(none[0] == "no events")
  }

  @Test("For the client, neither rows nor the head tell what is internal")
  func visibility() throws {
    let question = TicketQuestion(isPublic: true)
    let lines = try text(RowSelection(), question)
    #expect(
      Array(lines.suffix(2)) == [
        "withheld: 1 event, internal: #3", "withheld: 1 event, restricted: #4",
      ])
    let file = try Lines.view(self.lines, question)
    let head = TicketHead(file, voice: Voice()).lines(width: 140)
    #expect(!(lines + head).contains { $0.contains("rude") || $0.contains("refund") })
    #expect(head.contains { $0.contains("agreed") && $0.contains("withheld #4") })
    #expect(!head.contains { $0.contains("erased") })
    let json = try TicketJSON().json(file)
    #expect(json["withheld"] == [3, 4])
    #expect(!json.text.contains("rude") && !json.text.contains("refund"))
  }

  @Test("Texts in short, by what a reader counts as characters, or none")
  func lengths() throws {
    let family = "👩‍👩‍👧"
    let long = String(repeating: family, count: 203)
    #expect(
      TextLength.short.apply(long) == String(repeating: family, count: 200) + "… (+3)")
    let exact = String(repeating: "я", count: 200)
    #expect(TextLength.short.apply(exact) == exact)
    let lines = try text(RowSelection(), TicketQuestion(), .none)
    #expect(!lines.contains { $0.contains("│") })
    #expect(lines.last == "3 texts not shown; --text full shows all")
    #expect(try text(RowSelection(), TicketQuestion(), .short).last?.contains("│") == true)
  }

  @Test("By the source's claim, what it doesn't tell is said")
  func sourceClaim() throws {
    let imported = (0..<2).map { number in
      Lines.line(
        "ticket.tagged", "0\(number + 8):00", "importer", #"{"tag": "t"}"#,
        more: #", "origin": {"basis": "imported", "system": "old""#
          + (number == 0 ? #", "sourceRecordedAt": "2026-03-02T08:30:00Z"}"# : "}"))
    }
    let known = try Lines.view(
      imported, TicketQuestion(knownAt: .sourceClaim(try time("09:00"))))
    #expect(known.main.entries.map(\.position) == [Position(0)])
    let later = try Lines.view(
      imported, TicketQuestion(knownAt: .sourceClaim(Timestamp(seconds: 1_900_000_000))))
    let head = TicketHead(later, voice: Voice()).lines(width: 200)
    #expect(head.contains { $0.contains("not known when the source recorded 1 event") })
    #expect(head.contains { $0.contains("2 events imported from old: proven by this store from") })
    #expect(
      head.contains { $0.contains("calls: the source doesn't state whether it records them") })
  }

  @Test("Rows of two tickets keep each its own order and name")
  func severalTickets() throws {
    var file = try Lines.view(lines)
    let other = [
      Lines.line("ticket.opened", "08:30", "client c-9", "{}"),
      Lines.line("ticket.merged", "12:30", "agent a-1", #"{"intoTicket": "7"}"#),
    ].map { $0.replacing("ticket/7", with: "ticket/8") }
    file.related = [
      RelatedTicket(
        relation: .absorbed, view: try TicketView(Lines.stored(other), ticket: "8"))
    ]
    let timeline = TicketTimeline(file, voice: Voice())
    #expect(timeline.rows.map(\.ticket) == ["7", "8", "7", "7", "7", "7", "8"])
    let head = TicketHead(file, voice: Voice()).lines(width: 100)
    #expect(head.contains { $0.hasSuffix("ticket 8, which was merged") })
    guard case .array(let events)? = try TicketJSON().json(file)["events"] else {
      Issue.record("events is no list")
      return
    }
    #expect(events.map { $0["ticket"] } == ["7", "8", "7", "7", "7", "7", "8"])
  }

  @Test("Names stand where they are known, and today's where it differs")
  func names() throws {
    let named = [
      Lines.line(
        "agent.registered", "07:00", "system", #"{"agentId": "a-1", "displayName": "Анна П."}"#
      ).replacing("ticket/7", with: "agent/a-1"),
      Lines.line("group.registered", "07:00", "system", #"{"groupId": "g-1", "name": "Old"}"#)
        .replacing("ticket/7", with: "group/g-1"),
      Lines.line("group.renamed", "20:00", "system", #"{"groupId": "g-1", "name": "New"}"#)
        .replacing("ticket/7", with: "group/g-1"),
      Lines.line(
        "client.registered", "07:00", "system", #"{"clientId": "c-9", "name": "ООО «Ромб»"}"#
      )
      .replacing("ticket/7", with: "client/c-9"),
    ]
    let addresses = [
      ("client.identityAdded", "email", "info@romb.example"),
      ("client.identityAdded", "phone", "+7 900 000-00-00"),
      ("client.identityRemoved", "email", "info@romb.example"),
    ].map { type, channel, address in
      Lines.line(
        type, "07:30", "system",
        #"{"clientId": "c-9", "channel": "\#(channel)", "address": "\#(address)"}"#
      ).replacing("ticket/7", with: "client/c-9")
    }
    let names = NameBook(events: try Lines.stored(named + addresses))
    let file = try Lines.view(
      lines + [Lines.line("ticket.groupChanged", "13:00", "agent a-1", #"{"toGroup": "g-1"}"#)])
    let voice = Voice(names: names)
    let head = TicketHead(file, voice: voice).lines(width: 140)
    #expect(head.contains("  responsible    Анна П. (a-1), group Old (g-1), today “New”"))
    #expect(head.contains("  client         ООО «Ромб» (c-9), phone +7 900 000-00-00"))
    let rows = TicketTimeline(file, voice: voice).rows
    #expect(rows[2].who == "Анна П. (a-1)")
    #expect(rows[0].who == "client ООО «Ромб» (c-9)")
    #expect(rows[5].what == "moved the ticket to group Old (g-1)")
  }

  @Test("Emphasis is for terminals only and moves no column")
  func ink() throws {
    let file = try Lines.view(lines)
    let plain = TicketTimeline(file, voice: Voice()).lines(width: 140)
    let inked = TicketTimeline(file, voice: Voice(), ink: .ansi).lines(width: 140)
    #expect(!plain.contains { $0.contains("\u{1B}") })
    #expect(inked.contains { $0.contains("\u{1B}[1m") })
    let codes = ["\u{1B}[0m", "\u{1B}[1m", "\u{1B}[2m", "\u{1B}[31m"]
    #expect(inked.map { line in codes.reduce(line) { $0.replacing($1, with: "") } } == plain)
  }

  @Test(
    "A day's last instant",
    arguments: [
      ("UTC", "2026-03-02", "2026-03-02T23:59:59.999999Z"),
      ("Europe/Moscow", "2026-12-31", "2026-12-31T20:59:59.999999Z"),
      ("Europe/Berlin", "2026-03-29", "2026-03-29T21:59:59.999999Z"),
    ])
  func endOfDay(zone: String, date: String, instant: String) throws {
    #expect(try Zone(named: zone).endOfDay(date)?.description == instant)
    #expect(try Zone(named: zone).endOfDay("2026-02-30") == nil)
  }
}
