import CasefileModel
import CasefileProjections

/// Findings for programs: every documented member present.
enum FindingJSON {
  static func json(_ rules: FindingRules) -> JSONValue {
    ["ruleSet": JSONValue(rules.ruleSet), "version": .int(rules.version)]
  }

  static func json(_ finding: Finding, _ rules: FindingRules) -> JSONValue {
    let details = finding.details
    return [
      "code": .string(finding.code.rawValue), "ticket": JSONValue(finding.ticket),
      "contact": JSONValue(finding.contact),
      "at": JSONValue(finding.at),
      "positions": .array(finding.positions.map { JSONValue($0.rawValue) }),
      "agent": JSONValue(finding.agent), "group": JSONValue(finding.group),
      "details": [
        "agents": texts(details.agents), "groups": texts(details.groups),
        "seconds": number(details.seconds), "limitSeconds": number(details.limitSeconds),
        "count": number(details.count), "word": JSONValue(details.word),
        "other": JSONValue(details.other), "until": JSONValue(details.until),
        "calendar": JSONValue(details.calendar),
      ],
      "clocks": .array(finding.clocks.map(json)),
      "sentence": .string(FindingText(Voice(.en)).sentence(finding)), "rules": json(rules),
    ]
  }

  private static func json(_ effect: Finding.ClockEffect) -> JSONValue {
    [
      "clock": .string(effect.word), "instance": JSONValue(effect.instance),
      "verdict": .string(effect.verdict.word),
      "verdictWithout": JSONValue(effect.verdictWithout?.word), "dueAt": JSONValue(effect.dueAt),
      "dueAtWithout": JSONValue(effect.dueAtWithout),
    ]
  }

  static func json(_ findings: TicketFindings) -> JSONValue {
    [
      "ticket": .string(findings.ticket), "evaluatedAt": JSONValue(findings.evaluatedAt),
      "rules": [
        "ruleSet": JSONValue(findings.rules.ruleSet), "version": .int(findings.rules.version),
        "position": JSONValue(findings.rules.position?.rawValue),
        "thresholds": .object(
          FindingRules.Threshold.allCases.map {
            .init($0.rawValue, .int(findings.rules.value($0, for: $0.code)))
          }),
      ],
      "answers": .array(findings.answers.map { json($0.code, $0.answer, findings.rules) }),
    ]
  }

  private static func json(
    _ code: FindingCode, _ answer: FindingAnswer, _ rules: FindingRules
  ) -> JSONValue {
    let word: String
    var reason: String?
    var found: [Finding] = []
    var shown: [Position] = []
    switch answer {
    case .found(let findings): (word, found) = ("found", findings)
    case .notFound(let positions): (word, shown) = ("notFound", positions)
    case .notAssessable(let gap): (word, reason) = ("notAssessable", gap.word)
    }
    return [
      "code": .string(code.rawValue), "answer": .string(word), "reason": JSONValue(reason),
      "shownBy": .array(shown.map { JSONValue($0.rawValue) }),
      "findings": .array(found.map { json($0, rules) }),
    ]
  }

  private static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
  private static func number(_ number: Int64?) -> JSONValue { number.map { .int($0) } ?? .null }
}

extension FindingAnswer.Gap {
  /// The fixed word for it.
  var word: String {
    switch self {
    case .notRecorded(let type): "notRecorded: \(type)"
    case .notStated(let type): "notStated: \(type)"
    case .dutyUnknown: "dutyUnknown"
    case .shiftNotListed: "shiftNotListed"
    case .noPolicy: "noPolicy"
    case .closeUnclear: "closeUnclear"
    case .clientUnknown: "clientUnknown"
    case .topicUnknown: "topicUnknown"
    case .switchedOff: "switchedOff"
    }
  }
}
