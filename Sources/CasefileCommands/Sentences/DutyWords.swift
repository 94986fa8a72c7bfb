import CasefileModel
import CasefileProjections

/// The duty of a holder in words.
struct DutyWords {
  let voice: Voice
  private var phrases: any Phrases { voice.phrases }

  /// A standing with the event that says so, such as `absent #12`.
  func text(_ standing: AgentDuty.Standing) -> String {
    phrases.standing(standing.kind) + (standing.position.map { " #\($0)" } ?? "")
  }

  /// What is to be said of a span beside its holder and its time: one text for its duty, then one
  /// for each offer that was open in it and each time in which nobody looked after the ticket.
  func texts(_ duty: SpanDuty) -> [String] {
    var texts: [String] = []
    if duty.periods.count == 1, let only = duty.periods.first {
      // That nothing is known of the duty is said once in the head, not of each span.
      if only.standing != .unknown { texts.append(text(only.standing)) }
    } else {
      texts.append(
        phrases.duty(
          duty.periods.enumerated().map { index, period in
            let seconds = duty.seconds(of: period)
            return phrases.dutyPart(
              text(period.standing), from: index == 0 ? nil : voice.zone.text(period.from),
              duration: seconds > 0 ? phrases.duration(seconds) : nil)
          }))
    }
    for offer in duty.offers {
      texts.append(
        phrases.openOffer(
          to: offer.toAgent.map { voice.names.text(.agent, $0, at: offer.since) },
          toGroup: offer.toGroup.map { voice.names.text(.group, $0, at: offer.since) },
          since: voice.zone.text(offer.since), until: offer.until.map(voice.zone.text),
          outcome: phrases.outcome(offer.outcome)) + " #\(offer.position)")
    }
    if duty.unattendedSeconds > 0, let last = duty.unattended.last {
      texts.append(
        phrases.unattended(
          phrases.duration(duty.unattendedSeconds), offeredTo: offeree(last.offer)))
    }
    return texts
  }

  /// Whom an offer is made to.
  func offeree(_ offer: OfferPeriod) -> String {
    offer.toAgent.map { voice.names.text(.agent, $0, at: offer.since) }
      ?? offer.toGroup.map { phrases.group(voice.names.text(.group, $0, at: offer.since)) }
      ?? phrases.anybody
  }

  /// Who was responsible when a deadline passed, and whether at work.
  func text(_ breach: ResponsibilityReview.Breach) -> String {
    let offer = breach.offer.map {
      phrases.offered(to: offeree($0), since: voice.zone.text($0.since)) + " (#\($0.position))"
    }
    let said = phrases.heldAtBreach(
      by: breach.holder.map { voice.names.text(.agent, $0, at: breach.at) },
      standing: text(breach.standing), offer: offer)
    let stated = breach.statedHolder.map {
      "; " + phrases.statedHolder(voice.names.text(.agent, $0, at: breach.at))
    }
    return said + (stated ?? "")
  }
}

/// The duty of a holder in JSON, every documented member present.
enum DutyJSON {
  /// A span with its duty.
  static func json(_ duty: SpanDuty) -> JSONValue {
    guard case .object(let span) = duty.span.json else { return duty.span.json }
    return .object(
      span + [
        .init("seconds", .int(duty.seconds)),
        .init("duty", .array(duty.periods.map { json($0, seconds: duty.seconds(of: $0)) })),
        .init("offers", .array(duty.offers.map(json))),
        .init("unattendedSeconds", .int(duty.unattendedSeconds)),
        .init("unattended", .array(duty.unattended.map(json))),
      ])
  }

  private static func json(_ period: AgentDuty.Period, seconds: Int64) -> JSONValue {
    [
      "standing": .string(period.standing.word),
      "position": JSONValue(period.standing.position?.rawValue), "from": JSONValue(period.from),
      "until": JSONValue(period.until), "seconds": .int(seconds),
    ]
  }

  static func json(_ offer: OfferPeriod) -> JSONValue {
    [
      "handoff": JSONValue(offer.handoff), "from": .string(offer.from),
      "toAgent": JSONValue(offer.toAgent), "toGroup": JSONValue(offer.toGroup),
      "since": JSONValue(offer.since), "until": JSONValue(offer.until),
      "outcome": .string(offer.outcome.rawValue), "position": JSONValue(offer.position.rawValue),
    ]
  }

  private static func json(_ unattended: SpanDuty.Unattended) -> JSONValue {
    [
      "from": JSONValue(unattended.from), "until": JSONValue(unattended.until),
      "seconds": .int(unattended.seconds), "toAgent": JSONValue(unattended.offer.toAgent),
      "toGroup": JSONValue(unattended.offer.toGroup),
      "position": JSONValue(unattended.offer.position.rawValue),
    ]
  }

  /// A breach with whoever was responsible.
  static func json(_ breach: ResponsibilityReview.Breach) -> JSONValue {
    [
      "clock": .string(breach.clock), "instance": breach.instance.map { .int($0) } ?? .null,
      "at": JSONValue(breach.at), "position": JSONValue(breach.position.rawValue),
      "holder": JSONValue(breach.holder), "statedHolder": JSONValue(breach.statedHolder),
      "standing": .string(breach.standing.word),
      "standingPosition": JSONValue(breach.standing.position?.rawValue),
      "offer": breach.offer.map(json) ?? .null,
    ]
  }
}
