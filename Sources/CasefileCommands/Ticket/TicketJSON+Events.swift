import CasefileModel
import CasefileProjections

extension TicketJSON {
  /// One event as it was stored, and what is known of it since.
  ///
  /// - Parameter ticket: nil for an event of a contact.
  func event(_ entry: TicketEntry, of ticket: String?) throws -> JSONValue {
    let envelope = entry.event.envelope
    let (data, erased) = try schema.data(of: entry.event)
    let parts = split(data, of: envelope)
    return [
      "position": JSONValue(envelope.position.rawValue),
      "version": JSONValue(envelope.version.rawValue), "id": .string(envelope.id.description),
      "type": .string(entry.typeName), "occurredAt": JSONValue(envelope.occurredAt),
      "recordedAt": JSONValue(envelope.recordedAt), "actor": envelope.actor.json,
      "body": parts.plain, "content": parts.content,
      "erased": .array(erased.map { .string($0) }),
      "effectiveAt": JSONValue(entry.effectiveAt),
      "basis": (envelope.origin?.basis ?? .live).json, "visibility": envelope.visibility.json,
      "group": envelope.group?.json ?? .null, "ticket": JSONValue(ticket),
      "stream": .string(envelope.stream.description),
      "correctedBy": .array(entry.corrections.map { JSONValue($0.position.rawValue) }),
      "corrected": corrected(entry),
      "retractedBy": JSONValue(entry.retractedBy?.rawValue),
    ]
  }

  /// The values after corrections; null where none acts.
  private func corrected(_ entry: TicketEntry) -> JSONValue {
    guard entry.corrections.contains(where: \.isApplied) else { return .null }
    return [
      "occurredAt": JSONValue(entry.occurredAt), "actor": entry.actor.json,
      "data": entry.correctedData ?? .null,
    ]
  }

  /// Divides fields into those of the envelope and those of the content, as the schema says.
  private func split(
    _ data: JSONValue, of envelope: Envelope
  ) -> (plain: JSONValue, content: JSONValue) {
    guard let descriptor = schema.descriptor(number: envelope.typeNumber, name: envelope.typeName)
    else {
      // A type that nobody registered is content as a whole.
      return envelope.typeNumber == EventType.firstOwnNumber
        ? (.object([]), data) : (data, .object([]))
    }
    var content: [JSONValue.Member] = []
    let plain = split(data, descriptor.fields, prefix: "", &content)
    return (plain, .object(content))
  }

  /// Content of nested messages is named by its path, as commitments name it.
  private func split(
    _ data: JSONValue, _ fields: [EventSchema.Field], prefix: String,
    _ content: inout [JSONValue.Member]
  ) -> JSONValue {
    guard case .object(let members) = data else { return data }
    var plain: [JSONValue.Member] = []
    for member in members {
      guard let field = fields.first(where: { $0.name == member.name }) else {
        plain.append(member)
        continue
      }
      if field.isContent {
        content.append(JSONValue.Member(prefix + member.name, member.value))
      } else if case .message(let name) = field.kind {
        let inner = schema.messages[name] ?? []
        let path = "\(prefix)\(member.name)."
        if case .array(let elements) = member.value {
          var values: [JSONValue] = []
          for (index, element) in elements.enumerated() {
            values.append(split(element, inner, prefix: "\(path)\(index).", &content))
          }
          plain.append(JSONValue.Member(member.name, .array(values)))
        } else {
          let value = split(member.value, inner, prefix: path, &content)
          plain.append(JSONValue.Member(member.name, value))
        }
      } else {
        plain.append(member)
      }
    }
    return .object(plain)
  }
}
