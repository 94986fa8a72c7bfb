import CasefileModel
import Foundation
import Testing

@Suite("The JSON Schema of event lines")
struct JSONSchemaTests {
  private static let file = Repository.schemas.appending(path: "casefile/v1/event.schema.json")

  @Test("Its members are those of a line that is printed, and the expected version")
  func members() throws {
    let schema = try JSONValue(parsing: Array(Data(contentsOf: JSONSchemaTests.file)))
    let event = try #require(try SampleMaker.events().first)
    let printed = try EventLine.json(of: event.sealed().stored())
    let names = JSONSchemaTests.names(schema["properties"])
    #expect(names == JSONSchemaTests.names(printed).union(["expectedVersion"]))
    for part in ["actor", "origin", "group"] {
      #expect(
        JSONSchemaTests.names(schema["properties"]?[part]?["properties"])
          == JSONSchemaTests.names(printed[part]), "\(part)")
    }
    // What the schema names, a line may have.
    guard case .object(let members) = printed else { return }
    let line = try EventLine(.object(members + [.init("expectedVersion", 6)]))
    #expect(line.expectedVersion == StreamVersion(6))
  }

  private static func names(_ value: JSONValue?) -> Set<String> {
    guard case .object(let members)? = value else { return [] }
    return Set(members.map(\.name))
  }

  @Test(
    "Python's jsonschema and our reader agree on lines, right and wrong",
    .enabled(if: Tool.pythonHas("jsonschema"), "jsonschema is missing: pip install jsonschema"))
  func validation() throws {
    var lines: [(text: String, isValid: Bool, what: String)] = []
    var maker = SampleMaker()
    for descriptor in SampleMaker.descriptors {
      let given = maker.line(of: descriptor)
      let stored = try EventLine(given).event.sealed().stored()
      let name = descriptor.type.name
      lines.append((try EventLine.json(of: stored).text, true, name))
      // One change a type: jsonschema takes 10 ms for a line.
      switch (descriptor.type.number % 4, descriptor.fields.first { $0.isRequired }) {
      case (0, _):
        let newer = given.setting("data", to: given["data"]?.setting("#999", to: "b83e01"))
        lines.append((newer.text, true, "\(name) of a newer version"))
      case (1, _) where !descriptor.streamKinds.isEmpty:
        let elsewhere = given.setting("stream", to: "nowhere/7")
        lines.append((elsewhere.text, false, "\(name) elsewhere"))
      case (2, let field?):
        let fewer = given.setting("data", to: given["data"]?.setting(field.name, to: nil))
        lines.append((fewer.text, false, "\(name) without \(field.name)"))
      default:
        let unknown = given.setting("data", to: given["data"]?.setting("surprise", to: 1))
        lines.append((unknown.text, false, "\(name) with an unknown field"))
      }
    }
    lines += try special()
    let verdicts = try JSONSchemaTests.validate(lines.map(\.text))
    try #require(verdicts.count == lines.count)
    for (line, verdict) in zip(lines, verdicts) {
      #expect(verdict == line.isValid, "the schema on: \(line.what)")
      #expect(isTaken(line.text) == line.isValid, "the reader on: \(line.what)")
    }
  }

  private func isTaken(_ line: String) -> Bool {
    do {
      let event = try EventLine(parsing: Array(line.utf8)).event
      try EventSchema.builtIn.check(event)
      _ = try event.sealed()
      return true
    } catch {
      return false
    }
  }

  private func special() throws -> [(text: String, isValid: Bool, what: String)] {
    let base: JSONValue = [
      "stream": "ticket/7", "type": "ticket.opened", "occurredAt": "2026-03-02T11:05:00Z",
      "actor": ["kind": "agent", "id": "a-1"], "data": ["channel": "email", "secondsToFind": 5],
    ]
    let own = base.setting("type", to: "acme.refundPaid")
      .setting("data", to: ["sum": 5, "who": ["name": "Иван"]])
    let changes: [(String, JSONValue?, Bool)] = [
      ("id", "00010203-0405-7607-8809-0A0B0C0D0E0F", true), ("id", "7", false), ("id", 7, false),
      ("stream", "ticket", false), ("stream", "/7", false), ("stream", "tick et/7", false),
      ("stream", .string("ticket/" + String(repeating: "7", count: 194)), false),
      ("stream", .null, false), ("type", "ticket.opend", false), ("type", "refund", false),
      ("type", "acme..paid", false), ("type", 100, false),
      ("occurredAt", "2026-03-02 11:05:00Z", false), ("occurredAt", "2026-03-02T11:05:00", false),
      ("occurredAt", "2026-03-02T11:05:00.1234567Z", false),
      ("occurredAt", "2026-03-02T11:05:00.5+03:00", true), ("occurredAt", 1_772_449_500, false),
      ("actor", ["kind": "robot"], false), ("actor", ["id": "a-1"], false),
      ("actor", "agent", false), ("actor", ["kind": "agent", "name": "x"], false),
      ("origin", ["basis": "dead"], false), ("origin", ["row": 0, "basis": "live"], false),
      ("origin", ["row": .number("1.5")], false), ("origin", .null, true),
      ("causation", "c", false), ("visibility", "secret", false), ("visibility", .null, true),
      ("group", ["index": 1, "count": 1], false), ("tags", "agent:a", false), ("tags", [7], false),
      ("schemaVersion", 0, false), ("schemaVersion", .null, true), ("expectedVersion", -1, false),
      ("expectedVersion", 0, true), ("uncertaintyMillis", -1, false), ("data", nil, false),
      ("data", .null, false), ("data", ["channel": "pigeon"], false),
      ("data", ["channel": true], false), ("data", ["channel": -1], false),
      ("data", ["secondsToFind": "5"], false), ("data", ["entryPath": "a"], false),
      ("data", ["entryPath": ["a", .null]], false), ("data", ["subject": 5], false),
      ("data", ["clientId": ""], false), ("data", ["#99": "zz"], false),
      ("data", ["#99": ""], false), ("data", ["#99": 5], false),
      ("data", ["#99.0": ["text": "Привет", "subject": "c-1"]], true),
      ("data", ["#99": ["hex": "00FF"]], true), ("data", ["#99": ["hex": "0"]], false),
      ("data", ["#99": ["base64": ""]], false), ("data", ["#": "ca0600"], false),
    ]
    var lines = changes.map { name, value, isValid in
      (base.setting(name, to: value).text, isValid, "\(name) = \(value?.text ?? "absent")")
    }
    lines.append((own.text, true, "a type that nobody registered"))
    lines.append((own.setting("data", to: [7]).text, false, "data that is a list"))
    lines.append((base.text, true, "a short line"))
    return lines
  }

  /// Whether each line is valid.
  private static func validate(_ lines: [String]) throws -> [Bool] {
    let script = """
      import json, sys
      from jsonschema import Draft202012Validator
      schema = json.load(open(sys.argv[1], encoding="utf-8"))
      Draft202012Validator.check_schema(schema)
      validator = Draft202012Validator(schema)
      for line in sys.stdin.buffer:
          print(int(validator.is_valid(json.loads(line))))
      """
    let input = lines.map { $0 + "\n" }.joined()
    let answer = try Tool.run(
      try #require(Tool.python), ["-c", script, file.path], input: Array(input.utf8))
    #expect(answer.status == 0, "\(answer.errors)")
    return answer.text.split(separator: "\n").map { $0 == "1" }
  }
}

extension JSONValue {
  /// The object with a member set, or without it.
  func setting(_ name: String, to value: JSONValue?) -> JSONValue {
    guard case .object(var members) = self else { return self }
    if let value {
      if let index = members.firstIndex(where: { $0.name == name }) {
        members[index] = .init(name, value)
      } else {
        members.append(.init(name, value))
      }
    } else {
      members.removeAll { $0.name == name }
    }
    return .object(members)
  }
}
