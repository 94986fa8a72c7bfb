import Casefile
import CasefileInterchange
import CasefileLog
import CasefileModel
import Foundation
import Testing

/// Names, addresses and numbers: opaque ids in envelopes, the values in content alone.
@Suite("Identities")
struct IdentityTests {
  private typealias Source = SmallSource

  private static let rows = [
    Source.row(
      "T1", 0, "10:00", who: "Anna Berg", client: "Max@Mail.example", by: "+7 921 555-44-33"),
    Source.row(
      "T1", 1, "10:01", who: "anna  berg", client: "max@mail.example", by: "8 (921) 5554433"),
    Source.row("T2", 0, "10:02", who: "Ivan", client: "eve@mail.example", by: "89215554433"),
  ]

  private static func edit(_ text: String) -> String {
    text.replacing("\"who\", \"identity\": \"opaque\"", with: "\"who\", \"identity\": \"name\"")
      .replacing(
        "\"client\", \"identity\": \"opaque\"", with: "\"client\", \"identity\": \"email\""
      )
      .replacing("\"by\", \"identity\": \"opaque\"", with: "\"by\", \"identity\": \"phone\"")
  }

  private static func run(
    _ store: Store, _ file: String, map: IdentityMap = .none, isCheck: Bool = false
  ) throws -> ImportSummary {
    var options = Importer.Options()
    options.map = map
    options.isCheck = isCheck
    return try Importer(into: store, profile: Source.profile(edit)).run(
      files: [file], options: options)
  }

  /// The envelopes of all events as text.
  private static func envelopes(_ store: Store) throws -> String {
    var text = ""
    try store.read(EventReadOptions()) { event in
      text += String(decoding: event.envelopeBytes, as: UTF8.self)
      return true
    }
    return text
  }

  @Test("People get opaque ids, the same for every writing of the same value")
  func opaque() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("a.csv", Source.text(Self.rows))
    let check = try Self.run(store, file, isCheck: true)
    #expect(!FileManager.default.fileExists(atPath: store.directory + "/identities.key"))
    let summary = try Self.run(store, file)
    #expect(check.events == summary.events && check.eventsByType == summary.eventsByType)
    let first = try store.events(of: .ticket("T1"))
    let agent = try #require(try first[1].payload(as: TicketAssigned.self)?.agentId)
    let client = try #require(try first[0].payload(as: TicketOpened.self)?.clientId)
    #expect(agent.hasPrefix("ag-") && agent.count == 23)
    #expect(client.hasPrefix("c-") && client.count == 22)
    #expect(first[0].envelope.tags == ["client:\(client)"])
    // Nothing changed with the second row: the writings are of the same people.
    #expect(
      first.count == 3 && EventSchema.builtIn.typeName(of: first[2].envelope) == "source.updated")
    let actors = try (first + store.events(of: .ticket("T2"))).map(\.envelope.actor.id)
    #expect(Set(actors).count == 1 && actors[0]?.hasPrefix("ag-") == true)

    // The values lie in content of the people's own streams, and nowhere in an envelope.
    let registered = try store.events(of: StreamID(kind: "agent", id: agent))
    #expect(
      try registered.compactMap { try $0.payload(as: AgentRegistered.self)?.name } == [
        "Anna Berg", "anna  berg",
      ])
    let identity = try #require(
      try store.events(of: StreamID(kind: "client", id: client))[0].payload(
        as: ClientIdentityAdded.self))
    #expect(
      identity.address == "Max@Mail.example" && identity.kind == .email && identity.source == "desk"
    )
    let text = try Self.envelopes(store)
    for word in ["Anna", "anna", "Ivan", "ail.example", "921", "555"] {
      #expect(!text.contains(word), "\(word)")
    }
  }

  @Test("A growing export knows the people again, and another store has other ids")
  func again() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let parts = try (1...3).map {
      try directory.file("\($0).csv", Source.text(Array(Self.rows[..<$0])))
    }
    for file in parts { _ = try Self.run(store, file) }
    #expect(try Self.run(store, parts[2]).events == 0)
    var names: [String: Int] = [:]
    try store.read(EventReadOptions()) { event in
      names[EventSchema.builtIn.typeName(of: event.envelope), default: 0] += 1
      return true
    }
    // Four people, three of them by two writings, one of them by three.
    #expect(names["agent.registered"] == 3 + 3 && names["client.identityAdded"] == 3)
    let other = try Store.create(at: directory.path + "/other")
    _ = try Self.run(other, parts[2])
    func agent(_ store: Store) throws -> String? {
      try store.events(of: .ticket("T1"))[1].payload(as: TicketAssigned.self)?.agentId
    }
    #expect(try agent(store) != agent(other))
    let attributes = try FileManager.default.attributesOfItem(
      atPath: store.directory + "/identities.key")
    #expect("\(attributes[.posixPermissions] ?? 0)" == "\(0o600)")
  }

  @Test("A key that is not whole stops the import")
  func brokenKey() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    try Data([1, 2, 3]).write(to: URL(filePath: store.directory + "/identities.key"))
    let file = try directory.file("a.csv", Source.text(Self.rows))
    #expect(code { _ = try Self.run(store, file) } == "identityKeyFailed")
    #expect(try store.head == nil)
  }

  @Test("A map joins the ids of several sources")
  func map() throws {
    let text = """
      {"agents": {"ag-anna": {"desk": ["Anna Berg", "anna  berg"], "other": "4711"},
                  "ag-ivan": {"other": "Ivan"}},
       "clients": {"c-max": {"desk": ["Max@Mail.example", "max@mail.example"]}},
       "groups": {"g-1": {"desk": "team one"}}}
      """
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let rows = Self.rows + [Source.row("T3", 0, "10:03", who: "Ivan", team: "team one")]
    let file = try directory.file("a.csv", Source.text(rows))
    let map = try IdentityMap(parsing: text.utf8, source: "desk")
    let plain = try Self.run(store, file, isCheck: true)
    let summary = try Self.run(store, file, map: map)
    #expect(summary.batch != plain.batch)
    let first = try store.events(of: .ticket("T1"))
    #expect(try first[1].payload(as: TicketAssigned.self)?.agentId == "ag-anna")
    #expect(try first[0].payload(as: TicketOpened.self)?.clientId == "c-max")
    let third = try store.events(of: .ticket("T3"))
    #expect(try third[0].payload(as: TicketOpened.self)?.groupId == "g-1")
    #expect(try third[1].payload(as: TicketAssigned.self)?.agentId != "ag-ivan")
    // The same file again, with the map or without: the rows are known.
    #expect(try Self.run(store, file, map: map).events == 0)
    #expect(try Self.run(store, file).events == 0)
  }

  @Test("Rules map ids by the field that they stand in")
  func rules() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let map = try IdentityMap(
      parsing:
        "{\"agents\": {\"ag-1\": {\"desk\": \"a1\"}}, \"clients\": {\"c-1\": {\"desk\": \"a1\"}}}"
        .utf8,
      source: "desk")
    let rows = [
      ActionSource.action("T1", 1, "10:00", "open", who: "a1", by: "a1"),
      ActionSource.action("T1", 2, "10:01", "take", who: "a1", by: "a1"),
      ActionSource.action("T1", 3, "10:01", "shift", who: "a1", note: "in"),
    ]
    let file = try directory.file("a.csv", ActionSource.text(ActionSource.actions, rows))
    var options = Importer.Options()
    options.map = map
    _ = try Importer(into: store, profile: ActionSource.profile()).run(
      files: [file], options: options)
    #expect(
      try ActionSource.words(store) == [
        "ticket/T1 ticket.opened {\"clientId\":\"c-1\",\"kind\":\"incident\"}",
        "ticket/T1 ticket.assigned {\"agentId\":\"ag-1\",\"mode\":\"take\"}",
        "agent/ag-1 agent.presenceChanged {\"to\":\"online\"}",
      ])
    #expect(try store.events(of: .ticket("T1")).map(\.envelope.actor.id) == ["ag-1", "ag-1"])
  }

  @Test("Identity columns of rules may stand in ids of people and in content, nowhere else")
  func ruleIdentities() throws {
    func edit(_ more: String) -> (String) -> String {
      {
        $0.replacing(
          "\"eventTime\": \"at\",",
          with: "\"identities\": {\"who\": \"email\"\(more)}, \"eventTime\": \"at\",")
      }
    }
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let rows = [ActionSource.action("T1", 1, "10:00", "open", who: "x@y.example", by: "u1")]
    let file = try directory.file("a.csv", ActionSource.text(ActionSource.actions, rows))
    // The shift's stream is an agent's, so its id may be made of an address as well.
    _ = try Importer(into: store, profile: ActionSource.profile(edit(""))).run(files: [file])
    let words = try ActionSource.words(store)
    #expect(words.count == 2 && words[0].hasPrefix("client/c-") && words[0].contains("x@y.example"))
    #expect(!(try Self.envelopes(store)).contains("x@y"))
    #expect(code { _ = try ActionSource.profile(edit(", \"id\": \"name\"")) } == "profileInvalid")
    let mistake = code {
      _ = try ActionSource.profile {
        edit("")($0).replacing("\"messageId\": \"m-{message}\"", with: "\"messageId\": \"{text}\"")
          .replacing("\"agentId\": \"{who}\"", with: "\"agentId\": \"x-{who}\"")
      }
    }
    #expect(mistake == "profileInvalid")
  }

  @Test(
    "Every mistake of a map is named",
    arguments: [
      ("[", "not JSON"), ("{\"agent\": {}}", "is it agents?"),
      ("{\"agents\": {\"a@b.example\": {\"desk\": \"x\"}}}", "looks like a mail address"),
      ("{\"agents\": {\"a\": {\"desk\": \"x\"}, \"b\": {\"desk\": \"x\"}}}", "both a and b"),
      ("{\"agents\": {\"a\": {\"desk\": 7}}}", "agents.a.desk: is a number"),
    ])
  func mapMistakes(_ text: String, _ part: String) {
    do {
      _ = try IdentityMap(parsing: text.utf8, source: "desk")
      Issue.record("no error")
    } catch {
      #expect(error.code == .mapInvalid && error.message.contains(part), "\(error.message)")
    }
  }
}
