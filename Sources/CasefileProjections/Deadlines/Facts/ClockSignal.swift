package import CasefileModel

/// Something that clocks hear, at its place in time.
///
/// Made of a ticket's events alone, whatever the policies and calendars: so it can be kept, and judged
/// under any of them.
struct ClockSignal: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// What policies ask of the ticket has changed.
    case attributes(TicketAttributes)
    /// Somebody put it under a policy.
    case policyApplied(id: String, version: Int64?, mode: PolicyMode?, rule: String?)
    /// No policy governs it any more.
    case policyDetached
    /// It was opened; whether that asks for a reply, and whether by a call that was answered.
    case opened(needsReply: Bool, isAnswered: Bool)
    /// It came into a group, or out of every one.
    case group(String?)
    /// The client wrote something that needs a reply.
    case clientTurn
    /// The first human touch.
    case reaction
    /// A human reply, or an answered call.
    case reply
    case proposed
    case confirmed
    case closed(CloseKind?)
    case reopened
    case merged
    case deleted
    case restored
    /// The statuses in which it is from now on: our word and the source's label.
    case status([String])
    /// What it waits for from now on.
    case waiting([WaitReason])
  }

  let at: Timestamp
  /// The event; for what time alone does, the one that said so.
  let position: Position
  let kind: Kind
}

/// Who held a ticket from when to when.
struct HolderSpan: Hashable, Sendable {
  let holder: String
  let from: Timestamp
  let until: Timestamp?
  let position: Position
}

/// An offer, for as long as it waited for an answer.
struct OfferSpan: Hashable, Sendable {
  let handoff: String
  let toAgent: String?
  let toGroup: String?
  let from: Timestamp
  let until: Timestamp?
  let position: Position
}

/// What a monitor or an import wrote down of a ticket's deadlines.
struct RecordedSignal: Hashable, Sendable {
  enum Kind: String, Hashable, Sendable { case warning, breach, explanation }
  let kind: Kind
  let clock: String
  let instance: Int64?
  let policy: String?
  let policyVersion: Int64?
  let dueAt: Timestamp?
  /// Of a warning: the working seconds that were left.
  let remaining: Int64?
  let code: String?
  let at: Timestamp
  let position: Position
}

/// All of a ticket that its clocks depend on, by what is known; what comes after an instant can be
/// cut off.
package struct ClockFacts: Hashable, Sendable {
  /// The ticket's id.
  package var ticket = ""
  var signals: [ClockSignal] = []
  var holders: [HolderSpan] = []
  var offers: [OfferSpan] = []
  var recorded: [RecordedSignal] = []
  /// The newest event in domain order.
  package var lastAt: Timestamp?
}
