import CasefileModel
import CasefileProjections

/// Values of an audit in words.
struct AuditValues {
  let zone: Zone

  /// `closeKind` as `close kind`; the ids behind a dot stay as they are.
  func name(_ field: String) -> String {
    guard let dot = field.firstIndex(of: ".") else { return EventFields.divided(field) }
    let list = String(field[..<dot])
    let id = String(field[field.index(after: dot)...])
    switch list {
    case "fields": return id
    case "pastWaits": return "wait \(id)"
    case "agreements": return "agreement \(id)"
    default: return field
    }
  }

  /// A value in one line; a dash for unknown and none.
  func text(_ value: JSONValue) -> String {
    switch value {
    case .null: return "–"
    case .string(let text): return Timestamp(text).map(zone.text) ?? (text.isEmpty ? "“”" : text)
    case .bool(let value): return value ? "yes" : "no"
    case .array(let values):
      return values.isEmpty ? "–" : values.map(text).joined(separator: "; ")
    case .object(let members):
      if members.map(\.name) == ["kind", "id"], case .string(let kind) = members[0].value {
        // Somebody, as rows name people.
        return members[1].value == .null ? kind : "\(kind) \(text(members[1].value))"
      }
      let parts = members.filter { $0.value != .null && $0.value != .array([]) }.map { member in
        member.name == "position"
          ? "#\(text(member.value))" : "\(EventFields.divided(member.name)) \(text(member.value))"
      }
      return parts.joined(separator: ", ")
    case .int, .number: return value.text
    }
  }

  /// What does not fit.
  func contradiction(_ kind: TicketState.Contradiction.Kind) -> String {
    switch kind {
    case .offerNotOpen: "accepts an offer that was not open; nothing moved"
    case .giverNotHolder: "accepts an offer whose giver no longer held the ticket; nothing moved"
    case .notHolder: "takes somebody off who didn't hold the ticket"
    case .closedTwice: "closes a closed ticket"
    case .reopenedWhileOpen: "opens an open ticket again"
    case .waitNotOpen: "ends a wait that was not open"
    case .waitWhileClosed: "begins a wait on a closed ticket"
    case .agreementUnknown: "settles an agreement that was never recorded"
    }
  }
}
