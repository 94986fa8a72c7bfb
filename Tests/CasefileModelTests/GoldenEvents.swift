import CasefileMerkle
import CasefileModel

/// The events of the golden vectors, in order of position. Together they are a log.
enum GoldenEvents {
  struct Definition {
    let name: String
    let about: String
    let line: String
  }

  /// Our types and one of an embedder.
  static func schema() throws -> EventSchema {
    var schema = EventSchema.builtIn
    try schema.register(
      EventType(number: 10_001, name: "acme.refundPaid"), schemaVersion: 2, on: ["ticket"],
      subject: "clientId",
      fields: [
        .init(1, "kopecks", .int, isRequired: true), .init(2, "clientId", .id),
        .init(3, "reason", .string, isContent: true), .init(4, "paidAt", .time),
        .init(5, "proof", .bytes, isContent: true), .init(6, "cause", .eventID),
        .init(7, "isPartial", .bool), .init(8, "steps", .string, isContent: true, isList: true),
      ])
    return schema
  }

  static let definitions: [Definition] = [
    Definition(
      name: "opened", about: "Cyrillic in the stream, the plain fields and the content",
      line: #"""
        {"id": "019cadf4-30e0-7000-8000-000000000000", "stream": "ticket/№ 4711",
        "type": "ticket.opened", "occurredAt": "2026-03-02T14:05:00+03:00",
        "zone": "Europe/Moscow", "actor": {"kind": "client", "id": "c-9"}, "tags": ["client:c-9"],
        "data": {"number": "№ 4711", "subject": "Не пришёл заказ", "clientId": "c-9",
        "channel": "email", "entryPath": ["Помощь", "Доставка"], "description": ""}}
        """#),
    Definition(
      name: "recipients", about: "content in a list of messages, with two data subjects",
      line: #"""
        {"id": "019cadf4-30e1-7000-8000-000000000001", "stream": "ticket/№ 4711",
        "type": "message.sent", "occurredAt": "2026-03-02T11:06:00.5Z",
        "actor": {"kind": "agent", "id": "a-1"},
        "data": {"messageId": "m-1", "to": [{"role": "client", "personId": "c-9",
        "address": "ivan@example.com"}, {"role": "authorised", "personId": "c-10",
        "address": "+7 916 123-45-67"}], "channel": "email", "agentId": "a-1",
        "body": "Здравствуйте!\nЗаказ в пути.", "attachments": ["f-1", "f-2"],
        "clientId": "c-9"}}
        """#),
    Definition(
      name: "review", about: "content at the path 5.1.6, and negative numbers",
      line: #"""
        {"id": "019cadf4-30e2-7000-8000-000000000002", "stream": "ticket/№ 4711",
        "type": "review.submitted", "occurredAt": "1969-12-31T23:59:59.999999Z",
        "actor": {"kind": "reviewer", "id": "q-1"}, "visibility": "restricted",
        "data": {"reviewId": "r-1", "version": -9223372036854775808, "answers": [
        {"criterion": "greeting", "weightPermille": 0, "isCritical": false, "score": -1},
        {"criterion": "tone", "isCritical": true, "score": 9223372036854775807,
        "comment": "Грубо.", "evidenceRefs": ["m-1"]}], "reviewerId": "q-1", "agentId": "a-1"}}
        """#),
    Definition(
      name: "policy", about: "nested messages, packed enumerations, a map of numbers",
      line: #"""
        {"id": "019cadf4-30e3-7000-8000-000000000003", "stream": "policy/vip",
        "type": "policy.published", "occurredAt": "2026-03-02T00:00:00Z",
        "actor": {"kind": "system"}, "data": {"policyId": "vip", "version": 3, "clocks": [
        {"clock": "firstReply", "targetSecondsByPriority": {"низкий": 28800, "high": 900,
        "later": -1}, "pauseOn": ["client", "vendor"]}], "rules": [{"ruleId": "1",
        "conditions": [{"field": "priority", "values": ["high", "низкий"]}]}],
        "effectiveFrom": "2026-04-01T00:00:00Z",
        "documentSha256":
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}
        """#),
    Definition(
      name: "order", about: "a map in the content, its keys sorted by bytes, one value empty",
      line: #"""
        {"id": "019cadf4-30e4-7000-8000-000000000004", "stream": "contact/call-1",
        "type": "order.fact", "occurredAt": "2024-02-29T23:59:59.000001Z",
        "actor": {"kind": "integration", "id": "shop"}, "data": {"facts": {"товар": "Чайник 😀",
        "adresse": "", "Z": "1"}, "orderId": "o-1", "clientId": "c-9"}}
        """#),
    Definition(
      name: "field", about: "JSON in the content, kept as text, and every field of the envelope",
      line: #"""
        {"id": "019cadf4-30e5-7000-8000-000000000005", "stream": "ticket/№ 4711",
        "type": "ticket.fieldChanged", "schemaVersion": 7,
        "occurredAt": "1900-01-01T00:00:00Z", "zone": "Asia/Yekaterinburg",
        "uncertaintyMillis": 4294967295,
        "actor": {"kind": "importer", "id": "i-1", "onBehalfOf": "a-2"},
        "origin": {"system": "crm", "externalId": "row 7", "importBatch": "b-1",
        "channel": "mail", "sequence": -9223372036854775808, "basis": "enteredLater",
        "sourceRecordedAt": "9999-12-31T23:59:59.999999Z", "file": 1, "row": 5000000000},
        "causation": "019cadf4-30e0-7000-8000-000000000000", "correlation": "c-1",
        "group": {"id": "ffffffff-ffff-ffff-ffff-ffffffffffff", "index": 2, "count": 3},
        "tenant": "t-1", "project": "p-1", "visibility": "internal",
        "tags": ["agent:a-1", "topic:возврат"], "data": {"field": "amount",
        "oldValue": null, "newValue": {"sum": 1.50, "list": [true, "\u0001", -0.0]}}}
        """#),
    Definition(
      name: "own-type", about: "an embedder's registered type",
      line: #"""
        {"id": "019cadf4-30e6-7000-8000-000000000006", "stream": "ticket/№ 4711",
        "type": "acme.refundPaid", "occurredAt": "2026-03-02T11:07:00Z",
        "actor": {"kind": "bot", "id": "b-1"}, "data": {"kopecks": -150000, "clientId": "c-9",
        "reason": "Опоздание", "paidAt": "2026-03-03T00:00:00Z", "proof": "00ff80",
        "cause": "019cadf4-30e0-7000-8000-000000000000", "isPartial": false,
        "steps": ["одобрено", ""]}}
        """#),
    Definition(
      name: "unregistered", about: "a type that nobody registered: content as a whole",
      line: #"""
        {"id": "019cadf4-30e7-7000-8000-000000000007", "stream": "warehouse/1",
        "type": "acme.stockMoved", "occurredAt": "2026-03-02T11:08:00Z",
        "actor": {"kind": "rule", "id": "r-1"}, "data": {"what": "Чайник", "count": [1, 2]}}
        """#),
    Definition(
      name: "empty-text", about: "an empty text is there; an absent one is not",
      line: #"""
        {"id": "019cadf4-30e8-7000-8000-000000000008", "stream": "ticket/№ 4711",
        "type": "ticket.noteAdded", "occurredAt": "2026-03-02T11:09:00Z",
        "actor": {"kind": "agent", "id": "a-1"}, "data": {"noteId": "n-1", "text": ""}}
        """#),
    Definition(
      name: "newer", about: "fields and an enumeration value that only a newer program knows",
      line: #"""
        {"id": "019cadf4-30e9-7000-8000-000000000009", "stream": "ticket/№ 4711",
        "type": "ticket.opened", "occurredAt": "2026-03-02T11:10:00Z",
        "actor": {"kind": "agent", "id": "a-1"}, "data": {"channel": 4000,
        "#40": "c00203c00204", "#41": {"text": "Новое", "subject": "c-10"},
        "#42.0": {"hex": "00ff", "subject": "ticket/№ 4711"}}}
        """#),
  ]

  /// A vector: the bytes of one event, and what they say.
  static func vectors() throws -> [(name: String, json: JSONValue)] {
    let schema = try schema()
    var tree = MerkleTree()
    var heads: [StreamID: (version: UInt64, leaf: Digest)] = [:]
    var vectors: [(String, JSONValue)] = []
    for (index, definition) in definitions.enumerated() {
      let event = try EventLine(parsing: Array(definition.line.utf8), schema: schema).event
      let head = heads[event.stream] ?? (0, .zero)
      let sealed = try event.sealed(
        at: UInt64(index), version: head.version + 1, previous: head.leaf,
        recordedAt: Timestamp(microseconds: 1_772_449_800_000_000 + Int64(index)),
        seeds: SeededSeeds(UInt64(index + 1)))
      heads[event.stream] = (head.version + 1, sealed.leaf)
      tree.append(sealed.leaf) { _ in }
      vectors.append(
        (
          "\(index)-\(definition.name)",
          try json(definition, sealed.stored(), sealed.content, tree.root, schema)
        ))
    }
    return vectors
  }

  private static func json(
    _ definition: Definition, _ stored: StoredEvent, _ content: [UInt8], _ root: Digest,
    _ schema: EventSchema
  ) throws -> JSONValue {
    let values = stored.content?.values ?? []
    let subjects = stored.content?.subjects ?? []
    return [
      "format": 1, "name": .string(definition.name), "about": .string(definition.about),
      "position": JSONValue(stored.position.rawValue),
      "line": try EventLine.json(of: stored, schema: schema),
      "envelope": .string(Hex.encode(stored.envelopeBytes)),
      "content": .string(Hex.encode(content)),
      "seeds": .array(
        subjects.map { ["subject": .string($0.id), "seed": .string(Hex.encode($0.seed))] }),
      "commitments": .array(
        zip(values, stored.envelope.commitments).map { value, commitment in
          [
            "path": .string(commitment.path), "subject": .string(commitment.subject),
            "value": .string(Hex.encode(value.bytes)),
            "commitment": .string(commitment.hash.description),
          ]
        }),
      "leaf": .string(stored.leaf.description),
      "root": .string(root.description),
    ]
  }

  /// One member a line, one element of a list a line.
  static func text(_ json: JSONValue) -> String {
    guard case .object(let members) = json else { return json.text }
    let lines = members.map { member in
      let name = JSONValue.string(member.name).text
      guard case .array(let elements) = member.value, !elements.isEmpty else {
        return "  \(name): \(member.value.text)"
      }
      return "  \(name): [\n" + elements.map { "    " + $0.text }.joined(separator: ",\n")
        + "\n  ]"
    }
    return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
  }
}
