import CasefileModel
import Simulation
import Testing

@testable import CasefileCommands

@Suite("A log, read and appended to an empty store", .timeLimit(.minutes(5)))
struct RoundTripTests {
  /// What a new store gives itself: the time, and through it the links and hashes.
  private static let own: Set<String> = ["recordedAt", "previous", "leaf"]

  /// A simulated history with all faults, then an event of each type with every member filled.
  private static func lines() throws -> [String] {
    var settings = Settings()
    settings.tickets = 120
    settings.seed = 11
    let desk = HelpDesk(settings)
    let text = EventText()
    var lines: [String] = []
    while true {
      let events = desk.next(atLeast: 1000)
      if events.isEmpty { break }
      for event in events { lines.append(String(decoding: try text.line(event), as: UTF8.self)) }
    }
    var filler = LineFiller()
    for type in EventSchema.builtIn.typesByName.values.sorted(by: { $0.type.name < $1.type.name }) {
      lines.append(filler.line(of: type).text)
    }
    // A type that nobody registered.
    lines.append(
      #"{"stream": "ticket/№ 1", "type": "acme.refundPaid", "occurredAt": "2024-02-29T12:00:00Z", "#
        + #""id": "019cadf4-30e1-7000-8000-00000000abcd", "#
        + #""actor": {"kind": "bot", "id": "b-1"}, "data": {"kopecks": -1, "why": "Опоздание"}}"#)
    return lines
  }

  private static func store(_ lines: [String]) throws -> [JSONValue] {
    let tool = try CommandLineTool()
    try #require(try tool.run("init").status == 0)
    let file = try tool.write("events.ndjson", lines.joined(separator: "\n") + "\n")
    let outcome = try tool.run("append", file, "--format", "json")
    try #require(outcome.status == 0, "\(outcome.errors.prefix(2000))")
    let read = try tool.run("log", "read", "--format", "json")
    try #require(read.status == 0, "\(read.errors.prefix(2000))")
    #expect(try tool.run("log", "verify").status == 0)
    return try read.lines.map { try JSONValue(parsing: Array($0.utf8)) }
  }

  @Test("It has the same events, member by member, and a time of recording of its own")
  func sameEvents() throws {
    let lines = try RoundTripTests.lines()
    let first = try RoundTripTests.store(lines)
    let second = try RoundTripTests.store(first.map(\.text))
    try #require(first.count == lines.count && second.count == lines.count)
    var differences: [String] = []
    var times: (first: String, second: String) = ("", "")
    for (index, line) in lines.enumerated() {
      let given = try EventLine(parsing: Array(line.utf8)).event
      // The whole event: envelope fields, tags, body, and contents with their subjects.
      for stored in [first[index], second[index]] where try EventLine(stored).event != given {
        differences.append("event \(index), \(given.type.name)")
      }
      guard case .object(let members) = first[index], case .object(let others) = second[index]
      else {
        differences.append("event \(index) is no object")
        continue
      }
      #expect(members.map(\.name) == others.map(\.name))
      for member in members where !RoundTripTests.own.contains(member.name) {
        guard second[index][member.name] == member.value else {
          differences.append("event \(index), \(given.type.name): \(member.name)")
          continue
        }
      }
      guard case .string(let old)? = first[index]["recordedAt"],
        case .string(let new)? = second[index]["recordedAt"]
      else {
        differences.append("event \(index): recordedAt")
        continue
      }
      // One form and one zone, so texts are ordered as their times are.
      if old < times.first || new < times.second || new <= old {
        differences.append("event \(index): recordedAt \(old), then \(new)")
      }
      times = (old, new)
    }
    #expect(differences == [], "\(differences.count) differences")
    let types = Set(first.compactMap { $0["type"]?.text })
    #expect(types.count == EventSchema.builtIn.typesByName.count + 1)
  }
}

/// Makes a line of any type with every field filled once.
private struct LineFiller {
  private var count: Int64 = 0

  mutating func line(of type: EventSchema.TypeDescriptor) -> JSONValue {
    let number = Int64(type.type.number)
    return [
      "id": .string(LineFiller.id(number)),
      "stream": .string("\(type.streamKinds.first ?? "ticket")/№ \(number % 7)"),
      "type": .string(type.type.name), "occurredAt": "2026-03-02T14:05:00.000001+03:00",
      "zone": "Asia/Yekaterinburg", "uncertaintyMillis": 60_000,
      "actor": ["kind": "reviewer", "id": "a-1", "onBehalfOf": "a-2"],
      "origin": [
        "system": "crm", "externalId": "строка 7", "importBatch": "b-1", "channel": "mail",
        "sequence": -7, "basis": "imported", "sourceRecordedAt": "1969-12-31T23:59:59.999999Z",
        "file": 2, "row": 5_000_000_000,
      ],
      "causation": .string(LineFiller.id(1)), "correlation": "c-1",
      "group": ["id": .string(LineFiller.id(100_000 + number)), "index": 1, "count": 1],
      "tenant": "t-1", "project": "p-1", "visibility": "restricted",
      "tags": ["agent:a-1", "topic:возврат"], "data": object(type.fields),
    ]
  }

  private static func id(_ number: Int64) -> String {
    EventID(derivedAt: Timestamp(seconds: 1_772_449_500), 7, UInt64(number)).description
  }

  private mutating func object(_ fields: [EventSchema.Field]) -> JSONValue {
    var members: [JSONValue.Member] = []
    for field in fields {
      let value = value(of: field)
      members.append(.init(field.name, field.isList ? .array([value]) : value))
    }
    return .object(members)
  }

  private mutating func value(of field: EventSchema.Field) -> JSONValue {
    count += 1
    switch field.kind {
    case .string: return .string("«\(field.name)» \(count)\n")
    case .id: return .string("id-\(count)")
    case .int: return .int(count.isMultiple(of: 2) ? count : -count)
    case .bool: return .bool(count.isMultiple(of: 2))
    case .time: return JSONValue(Timestamp(microseconds: (count - 300) * 86_400_123_457))
    case .bytes: return .string(Hex.encode([0, UInt8(truncatingIfNeeded: count), 0xFF]))
    case .eventID: return .string(LineFiller.id(count))
    case .json: return ["was": .string("«\(count)»"), "n": .number("-1.50e+2")]
    case .map: return .object([.init("ключ", .string("\(count)")), .init("a", "")])
    case .intMap: return .object([.init("высокий", .int(-count))])
    case .enumeration(let name):
      let words = EventSchema.builtIn.enums[name] ?? []
      return .string(words[Int(count) % words.count].name)
    case .message(let name): return object(EventSchema.builtIn.messages[name] ?? [])
    }
  }
}
