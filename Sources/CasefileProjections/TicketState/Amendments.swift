package import CasefileModel

/// Finds what corrections and retractions do to each event, among those that are known.
///
/// Each acts on its target wherever both stand in the log, so the order of appends is of no account;
/// only two corrections of one field are settled by position. Corrections and retractions may
/// themselves be corrected or retracted. A circle of retractions counts as none. The retraction of an
/// import's batch acts on every event that names the batch as its origin, corrections among them.
package struct Amendments {
  private struct Amendment {
    let event: StoredEvent
    let isRetraction: Bool
  }

  private let schema: EventSchema
  private var byTarget: [EventID: [Amendment]] = [:]
  /// Retractions of batches, by the batch's id.
  private var byBatch: [String: [StoredEvent]] = [:]

  /// Takes events in any order; those that amend nothing are of no account.
  package init(_ events: [StoredEvent], schema: EventSchema) {
    self.schema = schema
    for event in events.sorted(by: { $0.position < $1.position }) {
      // A target that can't be read acts on nothing; the entry itself is reported as unreadable.
      if let retraction = try? event.payload(as: EventRetracted.self) {
        byTarget[retraction.targetEventId, default: []].append(
          Amendment(event: event, isRetraction: true))
      } else if let correction = try? event.payload(as: EventCorrected.self) {
        byTarget[correction.targetEventId, default: []].append(
          Amendment(event: event, isRetraction: false))
      } else if let retraction = try? event.payload(as: ImportBatchRetracted.self) {
        byBatch[retraction.batchId, default: []].append(event)
      }
    }
  }

  /// The event with what acts on it.
  package func entry(of event: StoredEvent) -> TicketEntry {
    var entry = TicketEntry(event, typeName: schema.typeName(of: event.envelope))
    var seen: Set<EventID> = []
    entry.retractedBy = retraction(of: event, seen: &seen)
    if let batch = event.envelope.origin?.importBatch, retraction(ofBatch: batch) != nil {
      entry.retractedBatch = batch
    }
    correct(&entry, depth: 0)
    return entry
  }

  /// What an amendment acts on; nil for other events.
  static func target(of event: StoredEvent) -> EventID? {
    if let retraction = try? event.payload(as: EventRetracted.self) {
      return retraction.targetEventId
    }
    return (try? event.payload(as: EventCorrected.self))?.targetEventId
  }

  /// The retraction of a batch that is in force; nil where the batch counts.
  package func retraction(ofBatch batch: String) -> Position? {
    var seen: Set<EventID> = []
    return retraction(ofBatch: batch, seen: &seen)
  }

  private func retraction(ofBatch batch: String, seen: inout Set<EventID>) -> Position? {
    guard let retractions = byBatch[batch] else { return nil }
    return retractions.first { retraction(of: $0, seen: &seen) == nil }?.position
  }

  private func retraction(of event: StoredEvent, seen: inout Set<EventID>) -> Position? {
    let id = event.envelope.id
    let batch = byBatch.isEmpty ? nil : event.envelope.origin?.importBatch
    guard byTarget[id] != nil || batch != nil, seen.insert(id).inserted else { return nil }
    defer { seen.remove(id) }
    for amendment in byTarget[id] ?? [] where amendment.isRetraction {
      if retraction(of: amendment.event, seen: &seen) == nil { return amendment.event.position }
    }
    return batch.flatMap { retraction(ofBatch: $0, seen: &seen) }
  }

  private func correct(_ entry: inout TicketEntry, depth: Int) {
    guard depth < Limits.nestingDepth, let amendments = byTarget[entry.event.envelope.id] else {
      return
    }
    for amendment in amendments where !amendment.isRetraction {
      var seen: Set<EventID> = []
      guard retraction(of: amendment.event, seen: &seen) == nil else { continue }
      var correction = TicketEntry(amendment.event, typeName: EventCorrected.type.name)
      correct(&correction, depth: depth + 1)
      guard let payload = try? correction.payload(EventCorrected.self) else { continue }
      let before = value(at: payload.field, of: entry)
      // Without a value, or with one that was erased since, the field becomes unknown.
      let after = payload.newValue.flatMap { try? JSONValue($0) } ?? .null
      let isApplied = apply(after, at: payload.field, to: &entry)
      entry.corrections.append(
        TicketEntry.Correction(
          position: amendment.event.position, field: payload.field, isApplied: isApplied,
          before: before, after: after, actor: correction.actor,
          recordedAt: amendment.event.envelope.recordedAt))
    }
  }

  /// Puts one field right; false leaves the entry as it was.
  private func apply(
    _ value: JSONValue, at field: String, to entry: inout TicketEntry
  ) -> Bool {
    switch field {
    case "occurredAt":
      guard let time = try? value.asTime("occurredAt") else { return false }
      entry.occurredAt = time
      entry.effectiveAt = time
      return true
    case "actor.id", "actor.onBehalfOf":
      guard let id = value.textOrNull else { return false }
      if field == "actor.id" {
        entry.actor.id = id
      } else {
        entry.actor.onBehalfOf = id
      }
      return true
    case "actor.kind":
      guard case .string(let word) = value, let kind = Actor.Kind(name: word) else { return false }
      entry.actor.kind = kind
      return true
    default: return setData(value, at: field, of: &entry)
    }
  }

  /// A field as it stands so far; null where there is none.
  private func value(at field: String, of entry: TicketEntry) -> JSONValue {
    switch field {
    case "occurredAt": return JSONValue(entry.occurredAt)
    case "actor.id": return JSONValue(entry.actor.id)
    case "actor.onBehalfOf": return JSONValue(entry.actor.onBehalfOf)
    case "actor.kind": return entry.actor.kind.json
    default:
      let data = entry.correctedData ?? (try? schema.data(of: entry.event).data)
      let names = field.split(separator: ".", omittingEmptySubsequences: false)
      return data?.value(at: names[...]) ?? .null
    }
  }

  private func setData(
    _ value: JSONValue, at path: String, of entry: inout TicketEntry
  ) -> Bool {
    let names = path.split(separator: ".", omittingEmptySubsequences: false)
    guard let data = entry.correctedData ?? (try? schema.data(of: entry.event).data),
      let corrected = data.setting(value, at: names[...])
    else { return false }
    let envelope = entry.event.envelope
    guard let descriptor = schema.descriptor(number: envelope.typeNumber, name: envelope.typeName)
    else {
      // The fields of a type that nobody registered are known as JSON only; no fold reads them.
      entry.correctedBody = envelope.body
      entry.correctedContents = entry.event.content?.values ?? []
      entry.correctedData = corrected
      return true
    }
    var writer = FieldWriter()
    do {
      try schema.write(corrected, as: descriptor, to: &writer)
    } catch {
      return false
    }
    let event = Event(
      type: descriptor.type, schemaVersion: envelope.schemaVersion, stream: envelope.stream,
      occurredAt: entry.occurredAt, actor: entry.actor, fields: writer)
    entry.correctedBody = event.body
    entry.correctedContents = event.contents.map {
      Content.Value(path: $0.path, subject: 0, bytes: $0.bytes)
    }
    entry.correctedData = corrected
    return true
  }
}

extension JSONValue {
  /// The text, an inner nil for null, or nil for anything else.
  fileprivate var textOrNull: String?? {
    switch self {
    case .string(let text): .some(text)
    case .null: .some(nil)
    default: nil
    }
  }

  /// The value at a path; nil where no such place is.
  fileprivate func value(at path: ArraySlice<Substring>) -> JSONValue? {
    guard let name = path.first else { return self }
    if case .array(let elements) = self {
      guard let index = Int(name), elements.indices.contains(index) else { return nil }
      return elements[index].value(at: path.dropFirst())
    }
    return self[String(name)]?.value(at: path.dropFirst())
  }

  /// The value with another one at a path; null takes a member away. Nil where no such place is.
  fileprivate func setting(_ value: JSONValue, at path: ArraySlice<Substring>) -> JSONValue? {
    guard let name = path.first else { return value }
    switch self {
    case .object(var members):
      let index = members.firstIndex { $0.name == name }
      if path.count == 1, value == .null {
        if let index { members.remove(at: index) }
        return .object(members)
      }
      let old = index.map { members[$0].value } ?? .object([])
      guard let new = old.setting(value, at: path.dropFirst()) else { return nil }
      if let index {
        members[index] = Member(String(name), new)
      } else {
        members.append(Member(String(name), new))
      }
      return .object(members)
    case .array(var elements):
      guard let index = Int(name), elements.indices.contains(index),
        let new = elements[index].setting(value, at: path.dropFirst())
      else { return nil }
      if path.count == 1, value == .null {
        elements.remove(at: index)
      } else {
        elements[index] = new
      }
      return .array(elements)
    default: return nil
    }
  }
}
