import CasefileModel
import CasefileProjections

/// The columns of a derivation.
enum DeadlineColumn: CaseIterable, Sendable {
  case from, until, state, why, position, working, holder
}

/// What a clock does, for the legend of its picture.
enum DeadlineShade: CaseIterable, Sendable {
  case running, late, paused, stopped
}

/// What is said of deadlines. Names, times, durations and positions come as texts.
protocol DeadlinePhrases: Sendable {
  var hypothetical: String { get }
  func deadlinesTitle(_ ticket: String, at time: String) -> String
  func governed(by policy: String, version: Int64) -> String
  var ungoverned: String { get }
  func zoneData(_ version: String?, sha256: String?) -> String
  func unknownPolicy(_ id: String, position: String) -> String

  // One instance of a clock.
  func clock(_ name: String, _ instance: Int, _ verdict: String) -> String
  func cancelled(_ reason: ClockVerdict.CancelReason) -> String
  func underLastTarget(_ verdict: String) -> String
  /// The policy and the calendar; a calendar of nil counts around the clock.
  func terms(
    policy: String, version: Int64, calendar: String?, calendarVersion: Int64?
  ) -> String
  func progress(started: String, position: String, target: String, used: String) -> String
  func due(_ time: String?, isPaused: Bool) -> String
  func ended(_ time: String, position: String?) -> String
  func missed(_ time: String, policy: String, version: Int64, byNewTarget: Bool) -> String
  func overrun(business: String, wall: String) -> String
  func observed(_ position: String) -> String
  func hadStopped(_ time: String, position: String, verdict: String, after used: String) -> String
  func putDown(to code: String?, position: String) -> String
  func byHolder(_ shares: [String]) -> String
  var unassigned: String { get }
  func label(_ column: DeadlineColumn) -> String
  func why(_ why: DeadlineSpan.Why) -> String
  func caption(_ shade: DeadlineShade) -> String
  var dueMark: String { get }

  // Lists.
  func listed(_ clock: String, _ verdict: String, _ state: String, due: String, used: String)
    -> String
  func used(_ used: String, of target: String) -> String
  var noDeadlines: String { get }

  // What changed an answer.
  func known(by time: String) -> String
  func known(byPosition position: String) -> String
  var knownNow: String { get }
  func changed(by position: String, _ title: String, of stream: String, recorded: String) -> String
  var noClockYet: String { get }
  var nothingChanged: String { get }
}
