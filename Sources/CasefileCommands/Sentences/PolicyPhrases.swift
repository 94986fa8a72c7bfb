import CasefileModel
import CasefileProjections

/// The columns of the lists of policies and calendars.
enum PolicyColumn: CaseIterable, Sendable {
  case policy, calendar, version, inForceFrom, clocks, zone, dates, position
}

/// The values of a policy that two versions are compared by.
enum PolicyField: String, CaseIterable, Sendable {
  case name, effectiveFrom, mode, rank, rules, clock, targetSec, targetSecByPriority, calendar
  case pauseOn, startOn, stopOn, stopStatuses, reopen, warnBeforeSec
}

/// One clock of a policy, in texts.
struct ClockTermsPhrase: Sendable {
  let name: String
  let targets: [String]
  let calendar: String?
  let pauses: [String]
  let starts: [String]
  let stops: [String]
  let statuses: [String]
  let reopen: String
}

/// What is said of policies, calendars, the monitor, and trials. Times come as texts.
protocol PolicyPhrases: Sendable {
  func label(_ column: PolicyColumn) -> String
  func label(_ field: PolicyField) -> String
  func versionTitle(_ id: String, _ version: Int64, name: String?) -> String
  /// In force from a time; nil: always has been.
  func inForce(from time: String?, position: String?) -> String
  var always: String { get }
  func otherVersions(_ mode: String) -> String
  func rank(_ rank: Int64) -> String
  func rule(_ id: String, _ conditions: [String]) -> String
  func condition(_ field: String, _ relation: ConditionRelation, _ values: [String]) -> String
  func terms(_ terms: ClockTermsPhrase) -> String
  var noDifference: String { get }
  /// A day of the week, Monday being 0.
  func weekday(_ day: Int) -> String
  var dayOff: String { get }

  // The monitor.
  func observed(_ isBreach: Bool, ticket: String, clock: String, due: String) -> String

  // Trials.
  func tried(tickets: Int, differences: Int) -> String
  var noVerdicts: String { get }
}
