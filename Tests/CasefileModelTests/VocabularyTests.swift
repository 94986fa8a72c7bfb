import CasefileModel
import Foundation
import Testing

@Suite("The vocabulary")
struct VocabularyTests {
  private func types() throws -> JSONValue {
    let file = Repository.schemas.appending(path: "casefile/v1/types.json")
    return try JSONValue(parsing: Array(Data(contentsOf: file)))
  }

  private func elements(_ value: JSONValue?) -> [JSONValue] {
    guard case .array(let elements)? = value else { return [] }
    return elements
  }

  @Test("types.json, the Swift types and the table of fields say the same")
  func agreement() throws {
    let entries = elements(try types()["types"])
    #expect(entries.count == payloadTypes.count)
    #expect(EventSchema.builtIn.types == payloadTypes.map { $0.type })
    for (entry, type) in zip(entries, payloadTypes) {
      guard case .string(let name)? = entry["name"], case .int(let number)? = entry["number"],
        case .int(let version)? = entry["schemaVersion"]
      else {
        Issue.record("an entry has no name, number or version")
        continue
      }
      #expect(type.type == EventType(number: UInt32(number), name: name))
      #expect(entry["swift"] == .string(String(describing: type)))
      #expect(type.schemaVersion == UInt32(version))
      let descriptor = try #require(EventSchema.builtIn.descriptor(named: name))
      #expect(descriptor.type == type.type)
      #expect(descriptor.schemaVersion == UInt32(version))
      #expect(descriptor.subject.map { .string($0) } == entry["subject"], "\(name)")
      let streams = elements(entry["streams"])
      #expect(
        descriptor.streamKinds.map { .string($0) } == (streams == ["*"] ? [] : streams), "\(name)")
      try expectFields(descriptor.fields, elements(entry["fields"]), name)
    }
    guard case .object(let messages)? = try types()["messages"] else { return }
    #expect(Set(messages.map(\.name)) == Set(EventSchema.builtIn.messages.keys))
    for message in messages {
      try expectFields(
        try #require(EventSchema.builtIn.messages[message.name]),
        elements(message.value["fields"]), message.name)
    }
  }

  private func expectFields(
    _ fields: [EventSchema.Field], _ entries: [JSONValue], _ owner: String
  ) throws {
    #expect(fields.count == entries.count, "\(owner)")
    for (field, entry) in zip(fields, entries) {
      let place = Comment(rawValue: "\(owner).\(field.name)")
      #expect(entry["name"] == .string(field.name), place)
      #expect(entry["number"] == .int(Int64(field.number)), place)
      #expect((entry["content"] ?? false) == .bool(field.isContent), place)
      #expect((entry["required"] ?? false) == .bool(field.isRequired), place)
      #expect((entry["list"] ?? false) == .bool(field.isList), place)
      #expect(entry["subject"] == field.subject.map { .string($0) }, place)
    }
  }

  @Test("What types.json marks as personal or free text is content, or an opaque id")
  func marks() throws {
    let root = try types()
    var owners = elements(root["types"]).map { ($0["name"], $0["fields"]) }
    if case .object(let messages)? = root["messages"] {
      owners += messages.map { (.string($0.name), $0.value["fields"]) }
    }
    for (owner, fields) in owners {
      for field in elements(fields) {
        guard case .string(let marks)? = field["marks"], field["content"] != true else { continue }
        // Free text is never plain; what names a person without being content is opaque.
        let isOpaque =
          field["type"] == "id"
          || {
            if case .string(let type)? = field["type"] { type.hasPrefix("enum:") } else { false }
          }()
        #expect(
          !marks.contains("S") || isOpaque, "\(owner?.text ?? "") \(field["name"]?.text ?? "")")
        #expect(isOpaque || marks.contains("E"), "\(owner?.text ?? "") \(field.text)")
      }
    }
  }

  @Test("The envelope's enumerations are those of envelope.proto")
  func envelopeEnumerations() throws {
    let file = Repository.schemas.appending(path: "casefile/v1/envelope.proto")
    let proto = try String(contentsOf: file, encoding: .utf8)
    func words(_ names: [(String, UInt32)]) -> [String] {
      names.map { name, number in
        let upper = name.map { $0.isUppercase ? "_\($0)" : $0.uppercased() }.joined()
        return "  \(upper) = \(number);"
      }
    }
    for line in words(Actor.Kind.names) + words(Visibility.names) + words(Origin.Basis.names) {
      #expect(proto.contains(line), "\(line)")
    }
  }

  @Test(
    "The generated files are those that types.json gives",
    .enabled(if: Tool.python != nil, "python3 is missing"))
  func generated() throws {
    let script = Repository.root.appending(path: "Tools/generate").path
    let answer = try Tool.run(try #require(Tool.python), [script, "--check"])
    #expect(answer.status == 0, "\(answer.text)\(answer.errors)")
  }

  @Test("A near match is found within a third of the letters")
  func nearMatch() {
    let names = EventSchema.builtIn.types.map(\.name)
    #expect(NearMatch.best(for: "ticket.opend", in: names) == "ticket.opened")
    #expect(NearMatch.best(for: "TICKET.OPENED", in: names) == "ticket.opened")
    #expect(NearMatch.best(for: "x", in: names) == nil)
    #expect(NearMatch.best(for: "", in: names) == nil)
    #expect(NearMatch.best(for: "", in: ["", "a"]) == "")
    #expect(NearMatch.best(for: String(repeating: "a", count: 100_000), in: names) == nil)
  }
}
