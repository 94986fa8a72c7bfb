import CasefileInterchange
import CasefileModel
import Foundation
import Testing

@Suite("ImportProfile")
struct ImportProfileTests {
  private static func message(_ edit: (String) -> String) -> String {
    do {
      _ = try SmallSource.profile(edit)
      return "no mistake"
    } catch let error as ImportError {
      return "\(error.code): \(error.message)"
    } catch {
      return "\(error)"
    }
  }

  /// What to replace in the small profile, by what, and parts of the message.
  static let mistakes: [(String, String, [String])] = [
    ("{\"profile\"", "[\"profile\"", ["profileInvalid", "not JSON at byte"]),
    (
      "\"profile\": \"small\"", "\"profil\": \"small\"",
      ["profil: there is no such member; is it profile?", "profile: is required"]
    ),
    ("\"profile\": \"small\"", "\"profile\": 1", ["profile: is a number", "a text"]),
    ("\"version\": \"1\", ", "", ["version: is required"]),
    ("\"source\": \"desk\"", "\"source\": \"desk@acme.com\"", ["source looks like a mail address"]),
    (
      "\"mode\": \"snapshots\"", "\"mode\": \"snapshot\"",
      ["mode: snapshot is not known; is it snapshots?", "snapshots, events"]
    ),
    (
      "\"mode\": \"snapshots\"", "\"mode\": \"events\"",
      ["events: is required: a list of rules", "snapshots: mode events has rules"]
    ),
    (
      "\"mode\": \"snapshots\"", "\"mode\": \"snapshots\", \"tables\": [], \"events\": []",
      ["tables: only mode events", "events: only mode events has rules"]
    ),
    (
      "\"mode\": \"snapshots\"",
      "\"mode\": \"snapshots\", \"join\": {\"order\": \"x\", \"texts\": {}}",
      [
        "join: only mode events joins", "join: rows of one record key",
        "join.texts: it should name",
      ]
    ),
    (
      "{\"unknown\": [\"?\"]}", "{\"unknown\": \"?\"}",
      ["csv.unknown: is a text", "[\"?\", \"N/A\"]"]
    ),
    ("{\"unknown\": [\"?\"]}", "{\"unknown\": [1]}", ["csv.unknown[0]: is a number"]),
    (
      "{\"unknown\": [\"?\"]}", "{\"unknown\": [\"a\", \"a\"]}",
      ["csv.unknown[1]: a stands here twice"]
    ),
    (
      "{\"unknown\": [\"?\"]}", "{\"delimiter\": \"::\"}",
      ["csv.delimiter: should be one ASCII character"]
    ),
    (
      "{\"unknown\": [\"?\"]}", "{\"delimiter\": \"\\\"\"}",
      ["csv.quote: it is the same as the delimiter"]
    ),
    (
      "{\"unknown\": [\"?\"]}", "{\"encoding\": \"windows-1521\"}",
      ["csv.encoding: windows-1521 can't be read; is it windows-1251?", "koi8-r", "iconv"]
    ),
    (
      "\"formats\": [\"yyyy-MM-dd HH:mm\"]", "\"formats\": []",
      ["time.formats: should have at least one"]
    ),
    ("\"formats\": [\"yyyy-MM-dd HH:mm\"], ", "", ["time.formats: is required"]),
    ("yyyy-MM-dd HH:mm", "yyyy-MM-DD HH:mm", ["time.formats[0]", "DD is none of", "dd"]),
    (
      "\"zone\": \"UTC\"", "\"zone\": \"Moscow\"",
      ["time.zone: Moscow is no zone; is it Europe/Moscow?"]
    ),
    ("\"zone\": \"UTC\"", "\"zone\": \"Europe/Atlantis\"", ["time.zone: Europe/Atlantis is no"]),
    (", \"zone\": \"UTC\"", "", ["time.zone: is required: UTC"]),
    ("\"ticket\": \"id\", ", "", ["ticket: is required: the column"]),
    ("\"eventTime\": \"at\", ", "", ["eventTime: is required"]),
    (
      "\"order\": \"n\"", "\"order\": \"who\"",
      ["order: the column who has a role already, in snapshots.assignee.column"]
    ),
    ("\"actor\": {\"column\": \"by\", ", "\"actor\": {", ["actor.column: is required"]),
    (
      "\"by\", \"identity\": \"opaque\"", "\"by\"",
      ["actor.identity: is required: opaque or name or email or phone"]
    ),
    (
      "\"by\", \"identity\": \"opaque\"", "\"by\", \"identity\": \"mail\"",
      ["actor.identity: mail is not known; is it email?"]
    ),
    (
      "{\"robot\": \"bot\"}", "{\"robot\": \"bott\"}",
      ["actor.kinds.robot: bott is not known; is it bot?"]
    ),
    (
      "[\"agent\", \"group\", \"client\"]", "[\"agents\"]",
      ["tags: agents is not known; is it agent?"]
    ),
    (
      "\"leaking\": [\"end\"]", "\"leaking\": [\"who\"]",
      ["leaking: the column who has a role already"]
    ),
    (
      "\"leaking\": [\"end\"]", "\"leaking\": [\"end\"], \"writtenAt\": \"end\"",
      ["profileInvalid", "byte"]
    ),
    (
      "\"order\": \"n\"", "\"order\": \"n\", \"recordKey\": \"end\"",
      ["recordKey: the column end is listed in leaking"]
    ),
    (
      "\"order\": \"n\"", "\"order\": \"n\", \"recordKey\": 3",
      ["recordKey: is a number", "a column or a list of columns"]
    ),
    (
      "\"order\": \"n\"", "\"order\": \"n\", \"records\": [\"ticket.asigned\"]",
      ["records[0]: there is no event type ticket.asigned; is it ticket.assigned?"]
    ),
    (
      "\"order\": \"n\"", "\"order\": \"n\", \"otherColumns\": \"drop\"",
      ["otherColumns: drop is not known", "refuse, ignore"]
    ),
    (
      "\"snapshots\": {", "\"snapshot\": {",
      ["snapshot: there is no such member; is it snapshots?", "snapshots: is required"]
    ),
    ("{\"column\": \"state\", ", "{", ["snapshots.state.column: is required"]),
    (
      "{\"status\": \"new\"}", "{\"status\": \"neww\"}",
      ["snapshots.state.labels.new.status: neww is not known; is it new?"]
    ),
    ("{\"status\": \"new\"}", "{}", ["snapshots.state.labels.new.status: it is required"]),
    (
      "{\"status\": \"new\"}", "\"new\"",
      ["snapshots.state.labels.new: is a text; it should be an object"]
    ),
    (
      "{\"status\": \"pending\", \"waitsFor\": \"client\"}", "{\"status\": \"pending\"}",
      ["labels.ask.waitsFor: only a wait makes a ticket pending", "vendor"]
    ),
    (
      "{\"status\": \"pending\", \"waitsFor\": \"client\"}",
      "{\"status\": \"onHold\", \"waitsFor\": \"client\"}",
      ["labels.ask.status: a ticket that waits for client is pending"]
    ),
    (
      "{\"status\": \"resolved\"}", "{\"status\": \"resolved\", \"closeKind\": \"unknown\"}",
      ["labels.done.closeKind: only a label whose status is closed"]
    ),
    (
      "{\"counter\": \"reopened\"}", "{}",
      ["snapshots.reopening.counter: it should have either counter"]
    ),
    (
      "{\"counter\": \"reopened\"}", "{\"counter\": \"reopened\", \"leaving\": [\"closed\"]}",
      ["snapshots.reopening.counter: it should have either"]
    ),
    (
      "{\"counter\": \"reopened\"}", "{\"leaving\": [\"close\"]}",
      ["snapshots.reopening.leaving: close is not known; is it closed?"]
    ),
    (
      "\"assignee\": {\"column\": \"who\", \"identity\": \"opaque\"}", "\"assignee\": \"who\"",
      ["snapshots.assignee: should be an object such as", "identity"]
    ),
    (
      "{\"lang\": \"plain\"", "{\"lang\": \"text\"",
      ["snapshots.fields.lang: text is not known", "plain, content"]
    ),
    (
      "{\"lang\": \"plain\"", "{\"who\": \"plain\"",
      ["snapshots.fields: the column who has a role already, in snapshots.assignee.column"]
    ),
    (
      "\"untracked\": [\"seen\"]", "\"untracked\": [\"id\"]",
      ["snapshots.untracked: the column id has a role already, in ticket"]
    ),
    (
      "\"group\": \"team\"", "\"groups\": \"team\"",
      ["snapshots.groups: there is no such member; is it group?"]
    ),
    (
      "\"group\": \"team\"", "\"group\": \"team\", \"kind\": \"incidents\"",
      ["snapshots.kind: incidents is not known; is it incident?"]
    ),
  ]

  @Test("Every mistake is named with its path and what would be right", arguments: mistakes)
  func isNamed(_ old: String, _ new: String, _ parts: [String]) {
    #expect(SmallSource.profileText.contains(old))
    let found = Self.message { $0.replacingOccurrences(of: old, with: new) }
    for part in parts { #expect(found.contains(part), "\(found)") }
  }

  /// The same for the profile of actions.
  static let ruleMistakes: [(String, String, [String])] = [
    (
      "\"ticket.opened\"", "\"ticket.open\"",
      ["tables[0].events[0].event: there is no event type ticket.open; is it ticket.opened?"]
    ),
    (
      "\"agentId\": \"{who}\",\n", "\"agent\": \"{who}\",\n",
      [
        "tables[0].events[1].data.agent: ticket.assigned has no such field",
        "tables[0].events[1].data.agentId: is required by ticket.assigned",
      ]
    ),
    (
      "\"kind\": \"incident\"", "\"kind\": \"incidents\"",
      ["tables[0].events[0].data.kind: kind is none of the known values: question"]
    ),
    (
      "\"values\": {\"take\": \"take\"}", "\"values\": {\"take\": \"takes\"}",
      ["data.mode.values.take: takes is not known; is it take?"]
    ),
    ("\"times\": 60", "\"times\": \"60\"", ["data.seconds.times: it is a whole number"]),
    ("{\"known\": true}", "{\"know\": true}", ["when.who.not: a condition is a text, a list"]),
    ("{\"known\": true}", "7", ["when.who: a condition is a text, a list"]),
    ("\"m-{message}\"", "\"m-{message\"", ["data.messageId: a brace is open"]),
    ("\"authorRole\": \"client\"", "\"to\": []", ["message.received has no such field"]),
    (
      "\"on\": {\"kind\": \"agent\", \"id\": \"{who}\"}", "\"rows\": \"all\"",
      ["tables[0].events[3].on: agent.presenceChanged belongs on streams of kind agent"]
    ),
    ("\"recordKey\": [\"message\"],", "", ["tables[1].join: rows of one record key are joined"]),
    ("\"name\": \"messages\", ", "", ["tables[1].name: is required"]),
    (
      "\"name\": \"messages\", ", "\"name\": \"actions\", ",
      ["tables[1].name: actions stands here twice"]
    ),
    (
      "\"recordKey\": \"row\"", "\"recordKey\": \"row\", \"leaking\": [\"who\"]",
      ["tables[0].events: the column who is listed in leaking"]
    ),
    ("{\"kind\": \"client\"},", "{\"kind\": \"clients\"},", ["actor.kind: clients is not known"]),
  ]

  @Test("Every mistake of a rule is named with its path", arguments: ruleMistakes)
  func ruleIsNamed(_ old: String, _ new: String, _ parts: [String]) {
    let found = code {
      do {
        _ = try ActionSource.profile { $0.replacingOccurrences(of: old, with: new) }
      } catch let error as ImportError {
        for part in parts { #expect(error.message.contains(part), "\(error.message)") }
        throw error
      }
    }
    #expect(found == (parts.isEmpty ? nil : "profileInvalid"))
  }

  @Test("Several mistakes are told at once")
  func several() {
    let found = Self.message {
      $0.replacingOccurrences(of: "\"plain\"", with: "\"x\"")
        .replacingOccurrences(of: "UTC", with: "X")
    }
    #expect(found.contains("2 mistakes") && found.contains("lang") && found.contains("time.zone"))
  }

  @Test("A profile that is fine says what it is")
  func fine() throws {
    let profile = try SmallSource.profile()
    #expect(profile.name == "small" && profile.version == "1" && profile.source == "desk")
    #expect(profile.mode == .snapshots)
    #expect(
      code { _ = try SmallSource.profile { $0.replacingOccurrences(of: "UTC", with: "-03:30") } }
        == nil)
    #expect(
      code { _ = try ImportProfile(parsing: [UInt8](repeating: 32, count: 2 << 20)) }
        == "profileInvalid")
  }

  @Test(
    "The profiles of Schemas can be read",
    .enabled(if: findAbove("Schemas/profiles") != nil, "Schemas/profiles is not here"))
  func shipped() throws {
    let directory = try #require(findAbove("Schemas/profiles"))
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
    #expect(names.contains("uci498.json"))
    for name in names where name.hasSuffix(".json") {
      let bytes = try Data(contentsOf: URL(filePath: directory + "/" + name))
      #expect(code { _ = try ImportProfile(parsing: bytes) } == nil, "\(name)")
    }
  }

  @Test(
    "The JSON Schema and the reader know the same members",
    .enabled(if: findAbove("Schemas/import-profile.schema.json") != nil, "the schema is not here"))
  func schema() throws {
    let path = try #require(findAbove("Schemas/import-profile.schema.json"))
    let schema = try JSONValue(parsing: Data(contentsOf: URL(filePath: path)))
    func names(_ json: JSONValue?) -> [String] {
      guard case .object(let members)? = json?["properties"] else { return [] }
      return members.map(\.name).sorted()
    }
    func known(_ edit: (String) -> String) -> [String] {
      let found = Self.message(edit)
      guard let list = found.components(separatedBy: "Known: ").last else { return [] }
      return list.components(separatedBy: ", ")
    }
    let snapshots = schema["properties"]?["snapshots"]
    let places: [(String, JSONValue?)] = [
      ("{\"profile\"", schema), ("\"csv\": {", schema["properties"]?["csv"]),
      ("\"time\": {", schema["properties"]?["time"]),
      ("\"actor\": {", schema["$defs"]?["actor"]), ("\"snapshots\": {", snapshots),
      ("\"state\": {", snapshots?["properties"]?["state"]),
      ("\"reopening\": {", snapshots?["properties"]?["reopening"]),
      ("\"assignee\": {", schema["$defs"]?["person"]),
      ("\"new\": {", schema["$defs"]?["meaning"]),
    ]
    for (place, part) in places {
      let opening = place.hasPrefix("{") ? "{" : place
      let rest = place.hasPrefix("{") ? "\"profile\"" : ""
      let found = known {
        $0.replacingOccurrences(of: place, with: "\(opening)\"zzzzzzzzzz\": 1, \(rest)")
      }
      #expect(found == names(part), "\(place)")
    }
  }

  @Test(
    "The JSON Schema and the reader know the same members of rules",
    .enabled(if: findAbove("Schemas/import-profile.schema.json") != nil, "the schema is not here"))
  func ruleSchema() throws {
    let path = try #require(findAbove("Schemas/import-profile.schema.json"))
    let schema = try JSONValue(parsing: Data(contentsOf: URL(filePath: path)))
    let rule = schema["$defs"]?["rule"]
    let places: [(String, JSONValue?)] = [
      ("\"name\": \"messages\"", schema["$defs"]?["table"]),
      ("\"when\": {\"what\": \"noise\"}", rule),
      ("\"order\": \"place\"", schema["$defs"]?["join"]),
      ("\"kind\": \"agent\", \"id\"", rule?["properties"]?["on"]),
      ("\"column\": \"note\", \"times\"", schema["$defs"]?["mappedValue"]),
    ]
    for (place, part) in places {
      guard case .object(let members)? = part?["properties"] else {
        Issue.record("the schema has no \(place)")
        continue
      }
      do {
        _ = try ActionSource.profile {
          $0.replacingOccurrences(of: place, with: "\"zzzzzzzzzz\": 1, \(place)")
        }
        Issue.record("no mistake at \(place)")
      } catch let error as ImportError {
        let list = error.message.components(separatedBy: "Known: ").last ?? ""
        #expect(list.components(separatedBy: ", ") == members.map(\.name).sorted(), "\(place)")
      }
    }
  }
}
