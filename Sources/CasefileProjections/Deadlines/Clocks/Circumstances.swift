internal import CasefileModel

/// Who was responsible at each moment, whether at work, and what offer waited for an answer.
struct Circumstances {
  struct Moment {
    let holder: HolderSpan?
    let standing: AgentDuty.Standing
    let offer: DeadlineSpan.Offer?
  }

  /// A moment at which they change, and the event that says so, where it is one of the ticket.
  struct Cut {
    let at: Timestamp
    let position: Position?
  }

  let holders: [HolderSpan]
  let offers: [OfferSpan]
  let duties: [String: AgentDuty]

  func at(_ instant: Timestamp) -> Moment {
    let holder = holders.last { span in
      span.from <= instant && span.until.map { instant < $0 } ?? true
    }
    let offer = offers.last { span in
      span.from <= instant && span.until.map { instant < $0 } ?? true
    }
    let duty = holder.flatMap { duties[$0.holder] }
    return Moment(
      holder: holder, standing: duty?.standing(at: instant) ?? .unknown,
      offer: offer.map {
        DeadlineSpan.Offer(
          handoff: $0.handoff, to: $0.toAgent ?? $0.toGroup, since: $0.from,
          position: $0.position)
      })
  }

  /// The moments strictly within a span at which they change, in order.
  func cuts(from: Timestamp, until: Timestamp) -> [Cut] {
    var found: [Timestamp: Position?] = [:]
    func add(_ instant: Timestamp?, _ position: Position?) {
      guard let instant, instant > from, instant < until else { return }
      // Where one holder follows another, the event that made the new one is the one to name.
      if let known = found[instant], known != nil || position == nil { return }
      found[instant] = .some(position)
    }
    for span in holders {
      add(span.from, span.position)
      add(span.until, nil)
    }
    for offer in offers {
      add(offer.from, offer.position)
      add(offer.until, nil)
    }
    for span in holders {
      guard let duty = duties[span.holder] else { continue }
      for instant in duty.timeline.turns where instant >= span.from {
        if let end = span.until, instant >= end { break }
        add(instant, nil)
      }
    }
    return found.sorted { $0.key < $1.key }.filter { cut in
      // A bell that changes nothing cuts nothing.
      let before = at(cut.key.adding(microseconds: -1))
      let after = at(cut.key)
      return before.holder != after.holder || before.standing != after.standing
        || before.offer != after.offer
    }.map { Cut(at: $0.key, position: $0.value) }
  }
}
