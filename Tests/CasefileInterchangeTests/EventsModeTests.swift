import Casefile
import CasefileInterchange
import CasefileLog
import CasefileModel
import Foundation
import Testing

/// Rows that are actions, by rules.
@Suite("Events mode")
struct EventsModeTests {
  private typealias Source = ActionSource

  private static let rows = [
    Source.action("T1", 1, "10:00", "open", who: "c1", note: "No light", by: "c1"),
    Source.action("T1", 2, "10:01", "take", who: "a1", by: "a1"),
    Source.action("T1", 3, "10:02", "give", who: "a2", by: "robot"),
    Source.action("T1", 4, "10:03", "log", who: "a2", note: "1.5"),
    Source.action("T2", 5, "10:04", "noise"),
    Source.action("T2", 6, "10:05", "shift", who: "a1", note: "out"),
  ]
  private static let sentences = [
    Source.sentence("T1", 7, 0, "10:10", "One."), Source.sentence("T1", 7, 2, "10:10", "Three."),
    Source.sentence("T1", 8, 0, "10:11", "Other."), Source.sentence("T1", 7, 1, "10:10", "Two."),
  ]

  private static func run(
    _ store: Store, _ files: [String], _ options: Importer.Options = .init(),
    _ edit: (String) -> String = { $0 }
  ) throws -> ImportSummary {
    try Importer(into: store, profile: Source.profile(edit)).run(files: files, options: options)
  }

  private static func files(_ directory: borrowing TemporaryDirectory) throws -> [String] {
    [
      try directory.file("m.csv", Source.text(Source.messages, sentences)),
      try directory.file("a.csv", Source.text(Source.actions, rows)),
    ]
  }

  @Test("Rules make events of rows, and rows of one record are joined")
  func rules() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let summary = try Self.run(store, Self.files(directory))
    #expect(summary.rows == 10 && summary.events == 7 && summary.streams == 2)
    #expect(
      try Source.words(store) == [
        "ticket/T1 ticket.opened {\"subject\":\"No light\",\"clientId\":\"c1\",\"kind\":\"incident\"}",
        "ticket/T1 ticket.assigned {\"agentId\":\"a1\",\"mode\":\"take\"}",
        "ticket/T1 ticket.assigned {\"agentId\":\"a2\"}",
        "ticket/T1 ticket.timeLogged {\"agentId\":\"a2\",\"seconds\":90}",
        "agent/a1 agent.presenceChanged {\"to\":\"offline\"}",
        "ticket/T1 message.received {\"messageId\":\"m-7\",\"authorRole\":\"client\","
          + "\"body\":\"One. Two. Three.\"}",
        "ticket/T1 message.received {\"messageId\":\"m-8\",\"authorRole\":\"client\","
          + "\"body\":\"Other.\"}",
      ])
    let events = try store.events(of: .ticket("T1")).map(\.envelope)
    #expect(
      events.map(\.actor) == [
        Actor(.agent, "c1"), Actor(.agent, "a1"), Actor(.bot, "robot"), Actor(.agent, "u1"),
        Actor(.client), Actor(.client),
      ])
    #expect(
      events.map(\.tags) == [["client:c1"], ["agent:a1"], ["agent:a2"], ["agent:a2"], [], []])
    #expect(events.map { $0.origin?.file } == [2, 2, 2, 2, 1, 1])
  }

  @Test("Again, shuffled, split, under other names: nothing is added, and the parts make the whole")
  func again() throws {
    let directory = try TemporaryDirectory()
    let whole = try Store.create(at: directory.path + "/whole")
    _ = try Self.run(whole, Self.files(directory))
    let head = try whole.head
    let shuffled = [
      try directory.file("x", Source.text(Source.actions, Self.rows.reversed())),
      try directory.file("y", Source.text(Source.messages, Self.sentences.reversed())),
    ]
    let again = try Self.run(whole, shuffled)
    #expect(again.events == 0 && again.duplicates == 7 && again.batch == nil)
    #expect(try whole.head == head)

    // A growing export, file by file, with a sentence that comes in two overlapping files.
    let parts = try Store.create(at: directory.path + "/parts")
    for count in 1...Self.rows.count {
      let text = Source.text(Source.actions, Array(Self.rows[..<count]))
      _ = try Self.run(parts, [try directory.file("p\(count)", text)])
    }
    _ = try Self.run(
      parts,
      [
        try directory.file("q", Source.text(Source.messages, Array(Self.sentences[..<3]))),
        try directory.file("r", Source.text(Source.messages, Array(Self.sentences[2...]))),
      ])
    func lines(_ store: Store) throws -> [String] {
      var lines: [String] = []
      try store.read(EventReadOptions()) { event in
        if event.envelope.stream.kind != "import" {
          lines.append("\(event.envelope.id) \(event.envelope.group?.count ?? 0)")
        }
        return true
      }
      return lines.sorted()
    }
    #expect(try lines(parts) == lines(whole))
    #expect(try Source.words(parts).sorted() == Source.words(whole).sorted())
  }

  @Test("A cell may hold a list")
  func lists() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let row = Source.action("T1", 1, "10:00", "offer", who: "a2", note: "p1; p2 ;;p3")
    let file = try directory.file("a.csv", Source.text(Source.actions, [row]))
    _ = try Self.run(store, [file])
    let offer = try store.events(of: .ticket("T1"))[0].payload(as: HandoffOffered.self)
    #expect(offer?.promises == ["p1", "p2", "p3"] && offer?.toAgent == "a2")
    let personal = Source.action("T1", 2, "10:00", "offer", who: "a2", note: "p1;x@y.example")
    let bad = try directory.file("b.csv", Source.text(Source.actions, [personal]))
    #expect(code { _ = try Self.run(store, [bad]) } == "valuePersonal")
    let mistakes = [
      ("\"split\": \";\"", "\"else\": null"),
      ("\"toAgent\": \"{who}\"", "\"toAgent\": {\"column\": \"who\", \"split\": \";\"}"),
    ]
    for (old, new) in mistakes {
      #expect(code { _ = try Source.profile { $0.replacing(old, with: new) } } == "profileInvalid")
    }
  }

  struct Rejected: Sendable, CustomTestStringConvertible {
    let row: String
    let code: String
    let part: String
    var testDescription: String { "\(code) \(part)" }
  }

  static let rejected = [
    Rejected(
      row: Source.action("T9", 9, "10:00", "sing"), code: "valueUnmapped", part: "no rule"),
    Rejected(
      row: Source.action("T9", 9, "10:00", "shift", who: "a1", note: "lost"),
      code: "valueUnmapped", part: "column note"),
    Rejected(
      row: Source.action("T9", 9, "10:00", "log", who: "a1", note: "ten"),
      code: "valueInvalid", part: "column note is not a whole number: aaa"),
    Rejected(
      row: Source.action("T9", 9, "10:00", "log", note: "1"), code: "valueMissing",
      part: "column who is empty, and it is the field agentId of ticket.timeLogged"),
    Rejected(
      row: Source.action("T9", 9, "10:00", "take", who: "x@y.example"), code: "valuePersonal",
      part: "column who"),
    Rejected(
      row: Source.action("T9", 9, "10:00", "shift", note: "in"), code: "valueMissing",
      part: "stream"),
    Rejected(
      row: Source.action("T9", 9, "10:00", "take", who: "a1").replacing(",9,", with: ",9.5,"),
      code: "valueInvalid", part: "wholeNumbers"),
  ]

  @Test("A row that the rules can't take is rejected with its line", arguments: rejected)
  func rejection(_ it: Rejected) throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file(
      "a.csv", Source.text(Source.actions, [Self.rows[0], it.row, Self.rows[1]]))
    do {
      _ = try Self.run(store, [file])
      Issue.record("no error")
    } catch let error as ImportError {
      #expect(error.code.description == it.code && error.line == 3 && error.file == file)
      #expect(error.message.contains(it.part), "\(error.message)")
      for word in ["sing", "lost", "ten,", "x@y"] { #expect(!error.message.contains(word)) }
    }
    #expect(try store.head == nil)
    var options = Importer.Options()
    options.setAside = directory.path + "/aside"
    let summary = try Self.run(store, [file], options)
    #expect(summary.events == 2 && summary.rejected == 1)
    #expect(summary.unmapped == (it.code == "valueUnmapped" ? 1 : 0))
  }

  @Test("Rows of one record that contradict each other are rejected together")
  func contradiction() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    for (sentence, code) in [
      (Source.sentence("T1", 7, 1, "10:11", "Two."), "recordContradicts"),
      (Source.sentence("T1", 7, 0, "10:10", "Two."), "recordContradicts"),
      (Source.sentence("T1", 7, 0, "10:10", "Two.").replacing(",0,", with: ",x,"), "valueInvalid"),
    ] {
      let file = try directory.file(
        "m.csv", Source.text(Source.messages, Array(Self.sentences[..<3]) + [sentence]))
      var options = Importer.Options()
      options.isCheck = true
      let found = try Self.run(store, [file], options).rejections.map(\.error.code.description)
      let rest = ["recordIncomplete", "recordIncomplete"]
      #expect(found == rest + [code])
    }
  }

  @Test("Rules may look at the first row of a ticket")
  func firstRows() throws {
    func edit(_ text: String) -> String {
      text.replacing("{\"when\": {\"what\": \"open\"},", with: "{\"rows\": \"first\",")
    }
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    for (index, row) in Self.rows[1...3].enumerated() {
      let file = try directory.file("\(index)", Source.text(Source.actions, [row]))
      let summary = try Self.run(store, [file], .init(), edit)
      #expect(summary.newTickets == (index == 0 ? 1 : 0))
      #expect(try Self.run(store, [file], .init(), edit).duplicates == (index == 0 ? 2 : 1))
    }
    let types = try store.events(of: .ticket("T1")).map {
      EventSchema.builtIn.typeName(of: $0.envelope)
    }
    #expect(
      types == ["ticket.opened", "ticket.assigned", "ticket.assigned", "ticket.timeLogged"])
  }

  @Test("A file must have the columns of one table")
  func tables() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("m.csv", "ticket,message,place,send,text\n")
    do {
      _ = try Self.run(store, [file])
      Issue.record("no error")
    } catch let error as ImportError {
      #expect(error.code == .columnMissing)
      #expect(error.message.contains("as a file of messages") && error.message.contains("sent"))
      #expect(error.message.contains("is it send?"))
    }
  }
}
