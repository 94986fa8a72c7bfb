public import CasefileModel

/// Why responsibility moved, by the event that moved it.
///
/// The reason of an accepted handoff stands in its offer; of an indirect one, in the removal.
public struct HandoffReasons: Hashable, Sendable {
  /// A reason as it was stated.
  public struct Reason: Hashable, Sendable {
    /// The word of the vocabulary; nil where none is stated.
    public let word: String?
    /// In the words of whoever stated it.
    public let text: String?
    /// The event that states it.
    public let position: Position
  }

  private var reasons: [Position: Reason] = [:]

  /// Collects the reasons.
  ///
  /// - Parameter entries: a ticket's entries in domain order.
  public init(entries: [TicketEntry]) {
    var offers: [String: Reason] = [:]
    var removal: Reason?
    for entry in entries where entry.retractedBy == nil && !entry.isAmendment {
      try? apply(entry, &offers, &removal)
    }
  }

  /// Why the event at a position moved the ticket; nil where no reason is stated.
  public func reason(at position: Position) -> Reason? { reasons[position] }

  private mutating func apply(
    _ entry: TicketEntry, _ offers: inout [String: Reason], _ removal: inout Reason?
  ) throws(CodecError) {
    switch entry.typeNumber {
    case HandoffOffered.type.number:
      let payload = try entry.payload(HandoffOffered.self)
      offers[payload.handoffId] = Reason(
        word: payload.reason?.word, text: payload.reasonText, position: entry.position)
    case HandoffAccepted.type.number:
      reasons[entry.position] = offers[try entry.payload(HandoffAccepted.self).handoffId]
    case HandoffForced.type.number:
      let payload = try entry.payload(HandoffForced.self)
      keep(payload.code?.word, payload.reason, entry)
    case TicketUnassigned.type.number:
      let payload = try entry.payload(TicketUnassigned.self)
      removal = Reason(
        word: payload.reason?.word, text: payload.reasonText, position: entry.position)
      if payload.reason == nil, payload.reasonText == nil { removal = nil }
    case TicketAssigned.type.number:
      if let reason = try entry.payload(TicketAssigned.self).reason {
        keep(nil, reason, entry)
      } else if let removal {
        reasons[entry.position] = removal
      }
      removal = nil
    default: break
    }
  }

  private mutating func keep(_ word: String?, _ text: String?, _ entry: TicketEntry) {
    guard word != nil || text != nil else { return }
    reasons[entry.position] = Reason(word: word, text: text, position: entry.position)
  }
}
