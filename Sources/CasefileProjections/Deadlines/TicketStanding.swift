package import CasefileModel

/// How a ticket stood at an instant, told by what its clocks depend on: so a list of thousands of open
/// tickets needs to fold none of them.
package struct TicketStanding: Sendable {
  /// The ticket's id.
  package let ticket: String
  /// Whether somebody still had to see to it: `TicketState.isOpen`.
  package let isOpen: Bool
  /// The status; nil where its waits ended by themselves: only a fold tells which one it is then.
  package let status: TicketStatus?
  /// The priority.
  package let priority: String?
  /// The group.
  package let group: String?
  /// Who held it; nil: nobody.
  package let holder: String?
  /// Since when.
  package let heldSince: Timestamp?
  /// By which event.
  package let heldBy: Position?
  /// The reasons for which it waited, in the order in which it began to.
  package let waits: [WaitReason]
  /// Whether it may have been offered to somebody who had not answered yet.
  package let mayBeOffered: Bool
  /// Who held it up to the instant, in order.
  let holders: [HolderSpan]
  /// Whether it had been offered to anybody.
  let wasOffered: Bool

  /// - Parameters:
  ///   - facts: what the clocks of the ticket depend on.
  ///   - now: what happened later is left out.
  package init(_ facts: ClockFacts, at now: Timestamp) {
    let moments = TicketMoments(facts)
    let span = moments.span(at: now)
    let told = moments.status(at: now)
    let waits = moments.waits(at: now)
    ticket = facts.ticket
    isOpen = told != .closed && !moments.isGone(at: now)
    status =
      switch told {
      case .pending?, .onHold?:
        waits.contains(where: \.isForClient) ? .pending : waits.isEmpty ? nil : .onHold
      default: told
      }
    priority = moments.priority(at: now)
    group = moments.group(at: now)
    holder = span?.holder
    heldSince = span?.from
    heldBy = span?.position
    self.waits = waits
    mayBeOffered = facts.offers.contains {
      $0.from <= now && $0.until.map { now <= $0 } ?? true
    }
    holders = facts.holders.filter { $0.from <= now }
    wasOffered = facts.offers.contains { $0.from <= now }
  }
}
