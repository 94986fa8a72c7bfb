import CasefileModel
import CasefileProjections

/// The labels that only an audit's head has.
enum AuditLabel: CaseIterable, Sendable {
  case events, proof, late
}

/// What an audit says besides the events and the values themselves.
protocol AuditPhrases: Sendable {
  func label(_ label: AuditLabel) -> String
  func auditTitle(_ ticket: String) -> String
  func counts(_ counts: AuditCounts) -> String
  /// From when on the store proves it, and how many of how many events came from elsewhere.
  func proof(since: String, imported: Int, of total: Int) -> String
  func lateness(limit: String, late: Int, inTime: Int, unknown: Int) -> String

  // Notes of one event.
  func writtenLate(_ duration: String) -> String
  func correctedField(
    _ field: String, by position: String, _ actor: String, recorded: String, _ change: ChangePhrase
  ) -> String
  func corrects(_ field: String, of target: String?, _ change: ChangePhrase) -> String
  func retracts(_ target: String?, isInForce: Bool) -> String
  func changesNothing(retractedBy position: String) -> String
  var unreadableEvent: String { get }
  func lapsed(_ time: String) -> String
  /// A field of a ticket's state.
  func stateField(_ name: String) -> String
  /// What came of an agreement, as one word of a value.
  func outcomeWord(_ outcome: String) -> String
}

/// How many events of an audit are of which sort.
struct AuditCounts: Sendable {
  var all = 0
  var corrected = 0
  var retracted = 0
  var contradicting = 0
  var unreadable = 0
}

/// A value before and after, in texts.
struct ChangePhrase: Sendable {
  let before: String
  let after: String
  /// Whether it is in force.
  let isApplied: Bool
}
