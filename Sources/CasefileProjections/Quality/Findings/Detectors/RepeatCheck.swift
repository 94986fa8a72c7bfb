import CasefileModel

/// What tells whether a ticket, or a contact outside of tickets, comes back to what had been closed.
///
/// It is the same question that the metric `repeatContacts` asks of the close, asked of whoever came
/// again: where the metric counts a close, something is found that names it.
struct RepeatCheck {
  let ticket: String?
  var contact: String?
  let client: String?
  let topic: String?
  let openedAt: Timestamp?
  let opening: Position?
  /// Whether there was nothing to do: a duplicate, merged, spam. Such a one repeats nothing.
  let isVoid: Bool
  /// Links that a person made, each as it is found where nothing is known of the ticket that it names.
  let links: [Finding]

  /// What is found; without any why nothing can be said.
  ///
  /// - Parameter gap: why a missing link shows nothing.
  func answer(
    _ ends: TicketEnds, _ rules: FindingRules, gap: @autoclosure () -> FindingAnswer.Gap?
  ) -> FindingAnswer {
    guard !isVoid else { return .found([]) }
    let window = rules.followUpSeconds
    var found: [Finding] = []
    var named: Set<String> = []
    for link in links {
      guard let previous = link.details.other, previous != ticket, !named.contains(previous)
      else { continue }
      switch ends.standing(of: previous) {
      case .unknown:
        // Of a ticket that is not here only the link says when it was closed.
        guard let days = link.details.count, 0...rules.followUpDays ~= days else { continue }
        found.append(link)
      case .noEnd: continue
      case .ended(let end):
        guard let openedAt, end.isBefore(openedAt, within: window) else { continue }
        found.append(finding(end, openedAt, at: link.at, by: link.positions))
      }
      named.insert(previous)
    }
    var isPossible = false
    if let client, let openedAt {
      for end in ends.ends(of: client)
      where end.ticket != ticket && !named.contains(end.ticket)
        && end.isBefore(openedAt, within: window)
      {
        guard let topic, let other = end.topic else {
          isPossible = true
          continue
        }
        guard topic == other else { continue }
        found.append(finding(end, openedAt, at: openedAt, by: [opening].compactMap { $0 }))
      }
    }
    guard found.isEmpty else { return .found(found) }
    if client == nil { return .notAssessable(gap() ?? .clientUnknown) }
    return isPossible ? .notAssessable(.topicUnknown) : .found([])
  }

  /// It is about whoever held the ticket that was closed.
  private func finding(
    _ end: TicketEnds.End, _ openedAt: Timestamp, at instant: Timestamp, by positions: [Position]
  ) -> Finding {
    var details = Finding.Details()
    details.other = end.ticket
    details.count = FindingCase.seconds(end.closedAt, openedAt) / 86_400
    return Finding(
      code: .repeatContact, ticket: ticket, contact: contact, at: instant,
      positions: [end.closing] + positions, agent: end.holder, group: end.group,
      details: details, clocks: [])
  }
}

extension FindingCase {
  /// The tickets that a person linked as followed up by this one; a link that says that the topic is
  /// another one is none.
  func followUps() -> [Finding] {
    all(TicketFollowUpLinked.self).filter { $0.payload.sameTopic != false }.map { entry, payload in
      finding(
        .repeatContact, at: entry.occurredAt, [entry.position], agent: holder(at: entry.effectiveAt)
      ) {
        $0.other = payload.previousTicket
        $0.count = payload.daysSinceClose
      }
    }
  }

  /// On the ticket that came after the close: as somebody linked it, or another ticket of the same
  /// client on the same topic.
  func repeats() -> FindingAnswer {
    let isVoid =
      switch state.closeKind {
      case .duplicate?, .merged?, .spam?: true
      default: state.mergedInto != nil
      }
    return RepeatCheck(
      ticket: state.ticket, client: state.client, topic: state.topic, openedAt: state.openedAt,
      opening: open.first?.begin, isVoid: isVoid, links: followUps()
    ).answer(context.ends, rules, gap: gap(["ticket.followUpLinked"]))
  }
}
