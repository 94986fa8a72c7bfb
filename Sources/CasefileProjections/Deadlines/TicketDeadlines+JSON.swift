internal import CasefileCalendars
package import CasefileModel

extension TicketDeadlines {
  /// The documented form: every key present, unknown is null.
  ///
  /// - Parameter clock: only this one.
  package func json(only clock: ClockName? = nil) -> JSONValue {
    [
      "ticket": .string(ticket), "evaluatedAt": JSONValue(evaluatedAt),
      "hypothetical": .bool(isHypothetical),
      "policy": policy.map {
        ["id": .string($0.id), "version": .int($0.version)] as JSONValue
      } ?? .null,
      "zoneData": [
        "version": JSONValue(zones.version), "sha256": JSONValue(zones.sha256?.description),
      ],
      "clocks": .array(clocks.filter { clock == nil || $0.clock == clock }.map(\.json)),
      "unknownPolicies": .array(
        unknownPolicies.map {
          ["id": .string($0.id), "position": JSONValue($0.position.rawValue)]
        }),
    ]
  }
}

extension ClockVerdict {
  /// One object, every key present.
  package var json: JSONValue {
    [
      "clock": .string(clock.rawValue), "instance": JSONValue(instance),
      "policy": .string(policy), "policyVersion": .int(policyVersion),
      "policyPosition": JSONValue(policyPosition?.rawValue), "calendar": JSONValue(calendar),
      "calendarVersion": JSONValue(calendarVersion.map { Int($0) }), "state": state.json,
      "verdict": verdict.json, "notAssessable": JSONValue(reason?.rawValue),
      "verdictUnderCurrentPolicy": verdictUnderCurrentPolicy?.json ?? .null,
      "startedAt": JSONValue(startedAt), "startPosition": JSONValue(startPosition.rawValue),
      "dueAt": JSONValue(dueAt), "stoppedAt": JSONValue(stoppedAt),
      "stopPosition": JSONValue(stopPosition?.rawValue),
      "cancelReason": JSONValue(cancelReason?.rawValue),
      "elapsedSec": .int(elapsedSeconds), "targetSec": .int(targetSeconds),
      "group": JSONValue(group), "breaches": .array(breaches.map(\.json)),
      "cycles": .array(cycles.map(\.json)),
      "causes": .array(
        causes.map {
          ["code": JSONValue($0.code), "position": JSONValue($0.position.rawValue)]
        }),
      "elapsedByHolderSec": .array(
        secondsByHolder.map { ["holder": JSONValue($0.holder), "seconds": .int($0.seconds)] }),
      "elapsedByDutySec": .array(
        shares.map {
          [
            "holder": JSONValue($0.holder), "duty": .string($0.duty.rawValue),
            "seconds": .int($0.seconds),
          ]
        }),
      "unattendedSec": .array(
        unattendedSeconds.map { ["offeree": JSONValue($0.offeree), "seconds": .int($0.seconds)] }),
      "spans": .array(spans.map(\.json)),
    ]
  }
}

extension ClockVerdict {
  /// The verdict without its spans; without a derivation nothing is said of whose time it was.
  package func summaryJSON() -> JSONValue {
    guard case .object(let members) = json else { return .null }
    let derived = ["elapsedByHolderSec", "elapsedByDutySec", "unattendedSec"]
    return .object(
      members.filter { member in
        member.name != "spans" && !(spans.isEmpty && derived.contains(member.name))
      })
  }
}

extension DeadlineBreach {
  fileprivate var json: JSONValue {
    [
      "at": JSONValue(at), "policy": .string(policy), "policyVersion": .int(policyVersion),
      "targetSec": .int(targetSeconds), "cause": cause.json, "holder": JSONValue(holder),
      "holderStanding": standing.json, "offer": offer?.json ?? .null,
      "overrunBusinessSec": .int(overrunBusinessSeconds),
      "overrunWallSec": .int(overrunWallSeconds),
      "observedBy": JSONValue(observedBy?.rawValue),
    ]
  }
}

extension ClockVerdict.Cycle {
  fileprivate var json: JSONValue {
    [
      "stoppedAt": JSONValue(stoppedAt), "position": JSONValue(position.rawValue),
      "verdict": verdict.json, "elapsedSec": .int(elapsedSeconds), "dueAt": JSONValue(dueAt),
    ]
  }
}

extension DeadlineSpan {
  fileprivate var json: JSONValue {
    [
      "from": JSONValue(from), "until": JSONValue(until), "state": state.json,
      "why": .string(why.word), "detail": why.detail, "position": JSONValue(position.rawValue),
      "businessSec": .int(businessSeconds), "wallSec": .int(wallSeconds),
      "holder": JSONValue(holder), "holderStanding": standing.json, "offer": offer?.json ?? .null,
      "unattended": .bool(isUnattended), "calendar": JSONValue(calendar),
      "calendarVersion": JSONValue(calendarVersion.map { Int($0) }),
    ]
  }
}

extension DeadlineSpan.Offer {
  fileprivate var json: JSONValue {
    [
      "handoff": .string(handoff), "to": JSONValue(to), "since": JSONValue(since),
      "position": JSONValue(position.rawValue),
    ]
  }
}

extension DeadlineSpan.Why {
  /// The word that machines read.
  package var word: String {
    switch self {
    case .started: "started"
    case .paused: "paused"
    case .resumed: "resumed"
    case .retargeted: "retargeted"
    case .restarted: "restarted"
    case .reopened: "reopened"
    case .stopped: "stopped"
    case .cancelled: "cancelled"
    }
  }

  fileprivate var detail: JSONValue {
    switch self {
    case .started(let event), .stopped(let event): event.json
    case .paused(let reasons): .array(reasons.map(\.json))
    case .cancelled(let reason): .string(reason.rawValue)
    case .resumed, .retargeted, .restarted, .reopened: .null
    }
  }
}

extension AgentDuty.Standing {
  fileprivate var json: JSONValue {
    switch self {
    case .onDuty(let position):
      ["state": "onDuty", "position": JSONValue(position.rawValue)]
    case .offShift: ["state": "offShift", "position": .null]
    case .absent(let position):
      ["state": "absent", "position": JSONValue(position.rawValue)]
    case .unknown: ["state": "unknown", "position": .null]
    }
  }
}

extension OpenEnum {
  fileprivate var json: JSONValue { .string(word) }
}
