extension EnglishPhrases {
  func label(_ label: AuditLabel) -> String {
    switch label {
    case .events: "events"
    case .proof: "proof"
    case .late: "late"
    }
  }

  func auditTitle(_ ticket: String) -> String { "Audit of ticket \(ticket)" }

  func counts(_ counts: AuditCounts) -> String {
    var parts = ["\(counts.all)"]
    if counts.corrected > 0 { parts.append("\(counts.corrected) of them corrected") }
    if counts.retracted > 0 { parts.append("\(counts.retracted) retracted") }
    if counts.contradicting > 0 {
      parts.append("\(counts.contradicting) contradict what was before")
    }
    if counts.unreadable > 0 { parts.append("\(counts.unreadable) can't be read") }
    return parts.joined(separator: ", ")
  }

  func proof(since: String, imported: Int, of total: Int) -> String {
    "proven by this store from \(since)"
      + (imported > 0
        ? "; before that as the source stated it (\(imported) of \(events(total)) imported)" : "")
  }

  func lateness(limit: String, late: Int, inTime: Int, unknown: Int) -> String {
    "over \(limit) from the event to its record: \(late) late, \(inTime) in time, "
      + "\(unknown) not known"
  }

  func writtenLate(_ duration: String) -> String {
    "late: written down \(duration) after it happened"
  }

  func correctedField(
    _ field: String, by position: String, _ actor: String, recorded: String, _ change: ChangePhrase
  ) -> String {
    "\(field) corrected by \(position), \(actor), recorded \(recorded): "
      + (change.isApplied
        ? "\(change.before) → \(change.after)"
        : "to \(change.after), which does not fit; nothing changed")
  }

  func corrects(_ field: String, of target: String?, _ change: ChangePhrase) -> String {
    "corrects \(field) of \(target ?? "an event of another ticket"): \(change.before) → "
      + "\(change.after)" + (change.isApplied ? "" : "; it is not in force")
  }

  func retracts(_ target: String?, isInForce: Bool) -> String {
    "retracts \(target ?? "an event of another ticket")"
      + (isInForce ? "" : "; it is not in force")
  }

  func changesNothing(retractedBy position: String) -> String {
    "retracted by \(position): it changes nothing"
  }

  var unreadableEvent: String { "its fields can't be read: it changes nothing" }

  func lapsed(_ time: String) -> String { "by itself, \(time)" }

  func stateField(_ name: String) -> String {
    switch name {
    case "assignee": "holder"
    case "dueAt": "promised for"
    default: EventFields.divided(name)
    }
  }

  func outcomeWord(_ outcome: String) -> String { EventFields.divided(outcome) }
}
