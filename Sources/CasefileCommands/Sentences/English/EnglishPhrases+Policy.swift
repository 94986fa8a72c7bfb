import CasefileModel

extension EnglishPhrases {
  func label(_ column: PolicyColumn) -> String {
    switch column {
    case .policy: "policy"
    case .calendar: "calendar"
    case .version: "version"
    case .inForceFrom: "in force from"
    case .clocks: "clocks"
    case .zone: "zone"
    case .dates: "dates"
    case .position: "position"
    }
  }

  func label(_ field: PolicyField) -> String {
    switch field {
    case .name: "name"
    case .effectiveFrom: "in force from"
    case .mode: "tickets under another version"
    case .rank: "rank"
    case .rules: "rules"
    case .clock: "clock"
    case .targetSec: "target"
    case .targetSecByPriority: "target by priority"
    case .calendar: "calendar"
    case .pauseOn: "pauses for"
    case .startOn: "starts on"
    case .stopOn: "stops on"
    case .stopStatuses: "statuses that stop it"
    case .reopen: "reopened"
    case .warnBeforeSec: "warns before"
    }
  }

  func versionTitle(_ id: String, _ version: Int64, name: String?) -> String {
    "\(id) version \(version)" + (name.map { ": \($0)" } ?? "")
  }

  func inForce(from time: String?, position: String?) -> String {
    "in force from \(time ?? always)" + (position.map { ", \($0)" } ?? "")
  }

  var always: String { "always" }
  func otherVersions(_ mode: String) -> String { "tickets under another version: \(mode)" }
  func rank(_ rank: Int64) -> String { "rank \(rank)" }
  func rule(_ id: String, _ conditions: [String]) -> String {
    "rule \(id): " + conditions.joined(separator: " and ")
  }

  func condition(_ field: String, _ relation: ConditionRelation, _ values: [String]) -> String {
    let list = values.joined(separator: ", ")
    return switch relation {
    case .oneOf: "\(field) is one of \(list)"
    case .noneOf: "\(field) is none of \(list)"
    case .contains: "\(field) contains \(list)"
    case .atLeast: "\(field) is \(list) or more"
    case .atMost: "\(field) is \(list) or less"
    case .present: "\(field) is given"
    case .absent: "\(field) is not given"
    default: "\(field) \(relation.rawValue) \(list)"
    }
  }

  func terms(_ terms: ClockTermsPhrase) -> String {
    var text = "\(terms.name): target \(terms.targets.joined(separator: ", "))"
    text += terms.calendar.map { " of \($0)" } ?? " around the clock"
    if !terms.pauses.isEmpty {
      text += "; pauses while it waits for \(terms.pauses.joined(separator: ", "))"
    }
    text += "; starts on: \(terms.starts.joined(separator: ", "))"
    text += "; stops on: \(terms.stops.joined(separator: ", "))"
    if !terms.statuses.isEmpty { text += " (\(terms.statuses.joined(separator: ", ")))" }
    return text + "; reopened: \(terms.reopen)"
  }

  var noDifference: String { "nothing differs" }

  func weekday(_ day: Int) -> String {
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][day % 7]
  }

  var dayOff: String { "off" }

  func observed(_ isBreach: Bool, ticket: String, clock: String, due: String) -> String {
    "\(isBreach ? "breach" : "warning"): ticket \(ticket), \(clock), due \(due)"
  }

  func tried(tickets: Int, differences: Int) -> String {
    "tickets: \(tickets), verdicts that differ: \(differences)"
  }

  var noVerdicts: String { "none" }
}
