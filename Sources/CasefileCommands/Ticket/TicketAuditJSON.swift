import CasefileModel
import CasefileProjections

extension TicketAudit {
  /// One entry, every documented member present; unknown is null, and so is all of an event that is
  /// withheld but its place.
  func json(_ row: Row) -> JSONValue {
    guard case .object(let members) = told(row), row.isWithheld else { return told(row) }
    let places: Set<String> = ["position", "ticket", "version", "visibility", "lateLimitSeconds"]
    return .object(
      members.map { member in
        if member.name == "visibility" {
          let visibility = row.view.withheld[row.audited.position] ?? .restricted
          return JSONValue.Member(member.name, visibility.json)
        }
        if member.name == "isWithheld" || places.contains(member.name) { return member }
        if case .array = member.value { return JSONValue.Member(member.name, .array([])) }
        return JSONValue.Member(member.name, .null)
      })
  }

  private func told(_ row: Row) -> JSONValue {
    let audited = row.audited
    let entry = audited.entry
    let envelope = entry.event.envelope
    return [
      "position": JSONValue(envelope.position.rawValue), "type": .string(entry.typeName),
      "occurredAt": JSONValue(envelope.occurredAt), "recordedAt": JSONValue(envelope.recordedAt),
      "actor": envelope.actor.json, "channel": JSONValue(audited.channel),
      "changes": .array(audited.changes.map(json)),
      "correctedBy": .array(entry.corrections.map { JSONValue($0.position.rawValue) }),
      "late": audited.lateness.isLate.map { .bool($0) } ?? .null, "basis": audited.basis.json,
      "ticket": .string(row.view.ticket), "id": .string(envelope.id.description),
      "version": JSONValue(envelope.version.rawValue),
      "effectiveAt": JSONValue(entry.effectiveAt),
      "sourceRecordedAt": JSONValue(envelope.origin?.sourceRecordedAt),
      "source": JSONValue(envelope.origin?.system),
      "delaySeconds": audited.lateness.delaySeconds.map { .int($0) } ?? .null,
      "lateLimitSeconds": JSONValue(lateLimitSeconds),
      "visibility": envelope.visibility.json,
      "corrections": .array(entry.corrections.map(json)),
      "correctedOccurredAt": entry.occurredAt == envelope.occurredAt
        ? .null : JSONValue(entry.occurredAt),
      "correctedActor": entry.actor == envelope.actor ? .null : entry.actor.json,
      "retractedBy": JSONValue(entry.retractedBy?.rawValue),
      "amends": audited.amendment.map(json) ?? .null,
      "contradictions": .array(audited.contradictions.map { .string($0.rawValue) }),
      "isUnreadable": .bool(audited.isUnreadable), "isWithheld": .bool(row.isWithheld),
    ]
  }

  private func json(_ change: AuditChange) -> JSONValue {
    [
      "field": .string(change.field), "before": change.before, "after": change.after,
      "lapsedAt": JSONValue(change.lapsedAt),
    ]
  }

  private func json(_ correction: TicketEntry.Correction) -> JSONValue {
    [
      "position": JSONValue(correction.position.rawValue), "field": .string(correction.field),
      "before": correction.before, "after": correction.after,
      "isApplied": .bool(correction.isApplied), "actor": correction.actor.json,
      "recordedAt": JSONValue(correction.recordedAt),
    ]
  }

  private func json(_ amendment: AuditAmendment) -> JSONValue {
    [
      "target": .string(amendment.target.description),
      "position": JSONValue(amendment.targetPosition?.rawValue),
      "field": JSONValue(amendment.field), "before": amendment.before, "after": amendment.after,
      "isInForce": .bool(amendment.isInForce),
    ]
  }
}
