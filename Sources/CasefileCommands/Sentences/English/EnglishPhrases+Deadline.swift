import CasefileModel
import CasefileProjections

extension EnglishPhrases {
  var hypothetical: String { "HYPOTHETICAL: nothing of this is stored." }

  func deadlinesTitle(_ ticket: String, at time: String) -> String {
    "Deadlines of ticket \(ticket) at \(time)"
  }

  func governed(by policy: String, version: Int64) -> String {
    "policy \(policy) version \(version)"
  }

  var ungoverned: String { "no policy governs it" }

  func zoneData(_ version: String?, sha256: String?) -> String {
    "zone data \(version ?? "of unknown version")" + (sha256.map { ", SHA-256 \($0)" } ?? "")
  }

  func unknownPolicy(_ id: String, position: String) -> String {
    "\(position) names the policy \(id), which is not known"
  }

  // MARK: One instance of a clock

  func clock(_ name: String, _ instance: Int, _ verdict: String) -> String {
    "\(name) \(instance): \(verdict)"
  }

  func cancelled(_ reason: ClockVerdict.CancelReason) -> String {
    switch reason {
    case .closed: "the ticket was closed"
    case .merged: "the ticket was merged"
    case .deleted: "the ticket was deleted"
    case .resolved: "a solution was proposed"
    case .policyRestart: "a change of policy began it afresh"
    case .policyChanged: "the new policy has no such clock or target"
    case .policyDetached: "no policy governs it any more"
    }
  }

  func underLastTarget(_ verdict: String) -> String {
    "by the target that held at the end \(verdict)"
  }

  func terms(
    policy: String, version: Int64, calendar: String?, calendarVersion: Int64?
  ) -> String {
    "\(governed(by: policy, version: version)), "
      + (calendar.map {
        "calendar \($0) "
          + (calendarVersion.map { "version \($0)" } ?? "of which no version is in force")
      } ?? "around the clock")
  }

  func progress(started: String, position: String, target: String, used: String) -> String {
    "started \(started) \(position), target \(target), used \(used)"
  }

  func due(_ time: String?, isPaused: Bool) -> String {
    time.map { "due \($0)" } ?? (isPaused ? "not due while it is paused" : "no due time is set")
  }

  func ended(_ time: String, position: String?) -> String {
    "ended \(time)" + (position.map { " \($0)" } ?? "")
  }

  func missed(_ time: String, policy: String, version: Int64, byNewTarget: Bool) -> String {
    "missed \(time) under \(policy) version \(version)" + (byNewTarget ? " by a new target" : "")
  }

  func overrun(business: String, wall: String) -> String {
    "over by \(business) of working time, \(wall) in all"
  }

  func observed(_ position: String) -> String { "observed \(position)" }

  func hadStopped(_ time: String, position: String, verdict: String, after used: String) -> String {
    "had stopped \(time) \(position): \(verdict) after \(used)"
  }

  func putDown(to code: String?, position: String) -> String {
    "put down to \(code ?? "no code") \(position)"
  }

  func byHolder(_ shares: [String]) -> String { "by holder: " + shares.joined(separator: ", ") }

  var unassigned: String { "unassigned" }

  func label(_ column: DeadlineColumn) -> String {
    switch column {
    case .from: "from"
    case .until: "until"
    case .state: "state"
    case .why: "why"
    case .position: "position"
    case .working: "working"
    case .holder: "holder"
    }
  }

  func why(_ why: DeadlineSpan.Why) -> String {
    switch why {
    case .started(let event): "started: \(word(event.word, of: "ClockEvent"))"
    case .paused(let reasons):
      "waits for " + reasons.map { word($0.word, of: "WaitReason") }.joined(separator: ", ")
    case .resumed: "resumed"
    case .retargeted: "another target"
    case .restarted: "began afresh"
    case .reopened: "reopened"
    case .stopped(let event): "stopped: \(word(event.word, of: "ClockEvent"))"
    case .cancelled(let reason): "cancelled: \(cancelled(reason))"
    }
  }

  func caption(_ shade: DeadlineShade) -> String {
    switch shade {
    case .running: "running"
    case .late: "past its deadline"
    case .paused: "paused"
    case .stopped: "stopped"
    }
  }

  var dueMark: String { "due" }

  // MARK: Lists

  func listed(
    _ clock: String, _ verdict: String, _ state: String, due: String, used: String
  ) -> String {
    "\(clock)  \(verdict) (\(state))  \(due), \(used)"
  }

  func used(_ used: String, of target: String) -> String { "used \(used) of \(target)" }

  var noDeadlines: String { "no deadline" }

  // MARK: What changed an answer

  func known(by time: String) -> String { "as known at \(time)" }
  func known(byPosition position: String) -> String { "as known at position \(position)" }
  var knownNow: String { "as known now" }
  func changed(
    by position: String, _ title: String, of stream: String, recorded: String
  ) -> String {
    "\(position) \(title) (\(stream)), recorded \(recorded)"
  }
  var noClockYet: String { "no such clock" }
  var nothingChanged: String { "nothing that was recorded since changed a verdict" }
}
