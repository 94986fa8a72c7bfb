import CasefileProjections

extension EnglishPhrases {
  func title(of code: FindingCode) -> String {
    switch code {
    case .noResponsible: "no responsible"
    case .pingPongAgents: "back and forth between agents"
    case .pingPongGroups: "back and forth between groups"
    case .handoffWithoutSummary: "handoff without summary"
    case .handoffUnacknowledged: "handoff not acknowledged"
    case .handoffExpired: "handoff expired"
    case .deadOfferAccepted: "dead offer accepted"
    case .handoffAfterShiftEnd: "handoff after the shift"
    case .absentWithoutHandoff: "absent without handoff"
    case .leftAtShiftEnd: "left at the end of a shift"
    case .continuityBroken: "continuity broken"
    case .hung: "hung"
    case .unanswered: "unanswered"
    case .clientReminder: "client's reminder"
    case .clientRetold: "client told it again"
    case .untrackedContact: "untracked contact"
    case .recordingMissing: "recording missing"
    case .callAnsweredLate: "call answered late"
    case .callAbandoned: "call abandoned"
    case .templateDisliked: "template disliked"
    case .channelOutage: "channel out of order"
    case .closedWithoutConfirmation: "closed without confirmation"
    case .automaticClose: "closed automatically"
    case .reopened: "reopened"
    case .closedAgain: "closed again"
    case .labelContradicted: "label contradicted"
    case .repeatContact: "repeat contact"
    case .agreementNotKept: "agreement not kept"
    case .statedCause: "stated cause"
    case .noDeadline: "no deadline"
    case .delayWithoutNotice: "delay without notice"
    case .pauseWithoutQuestion: "pause without a question"
    case .lateRetarget: "late change of a target"
    case .resolvedAndContinued: "resolved and continued"
    case .promiseMoved: "promise moved after it passed"
    case .recordedLate: "recorded late"
    case .bulkClose: "closed in bulk"
    }
  }

  func sentence(_ words: FindingWords) -> String {
    responsibility(words) ?? contact(words) ?? outcome(words) ?? clocks(words)
  }

  private func over(_ words: FindingWords) -> String {
    "\(words.duration ?? "?")" + (words.limit.map { ", the limit is \($0)" } ?? "")
  }

  /// How long, and by which time it was counted.
  private func counted(_ words: FindingWords) -> String {
    let time = words.calendar.map { " of working time by the calendar \($0)" }
    return (words.duration ?? "?") + (time ?? " around the clock")
      + (words.limit.map { ", the limit is \($0)" } ?? "")
  }

  private func since(_ words: FindingWords, _ text: String) -> String {
    words.until == nil ? text + ", and it still lasts" : text
  }

  private func handoff(_ words: FindingWords) -> String {
    words.agents.count > 1 ? "from \(words.agents[0]) to \(words.agents[1])" : ""
  }

  private func responsibility(_ words: FindingWords) -> String? {
    let path = (words.agents + words.groups).joined(separator: " → ")
    switch words.code {
    case .noResponsible: return since(words, "nobody was responsible for \(counted(words))")
    case .pingPongAgents, .pingPongGroups:
      return "it went \(path), back after \(words.duration ?? "?")"
    case .handoffWithoutSummary: return "handed over \(handoff(words)) without a summary"
    case .handoffUnacknowledged:
      return "moved \(handoff(words)) by an order, acknowledged by nobody"
    case .handoffExpired:
      let to = (words.agents.dropFirst() + words.groups).joined(separator: ", ")
      return "the offer of \(words.agents.first ?? "?")" + (to.isEmpty ? "" : " to \(to)")
        + " had no answer" + (words.duration.map { " for \($0)" } ?? "")
    case .deadOfferAccepted:
      return
        "\(words.agents.last ?? "somebody") accepted an offer that was no longer open; nothing "
        + "moved"
    case .handoffAfterShiftEnd:
      return "\(words.agents.first ?? "?") offered it only "
        + (words.duration.map { "\($0) after" } ?? "outside") + " the shift"
    case .absentWithoutHandoff:
      return "\(words.agents.first ?? "?") was absent"
        + (words.word.map { " (\($0))" } ?? "") + " and had offered it to nobody, for "
        + (words.duration ?? "?")
    case .leftAtShiftEnd:
      return "the shift of \(words.agents.first ?? "?") ended and it was not handed over"
    case .continuityBroken:
      return "after \(words.count.map { "\($0)" } ?? "several") questions "
        + "\(words.agents.last ?? "?") answered, no longer the one before"
    default: return nil
    }
  }

  private func contact(_ words: FindingWords) -> String? {
    switch words.code {
    case .hung: return since(words, "nobody worked on it for \(counted(words))")
    case .unanswered: return since(words, "the client had no answer for \(over(words))")
    case .clientReminder: return "the client reminded the desk"
    case .clientRetold:
      return "the client had to tell it again"
        + (words.agents.count > 1 ? " after the handoff \(handoff(words))" : "")
    case .untrackedContact:
      return "\(words.agent ?? "somebody") had contact outside the tracked channels"
        + (words.word.map { " (\($0))" } ?? "")
    case .recordingMissing:
      return "a call has no recording" + (words.word.map { ": \($0)" } ?? "")
    case .callAnsweredLate:
      return "a call was answered after \(over(words))"
        + (words.count.map { ", \($0) rings" } ?? "")
    case .callAbandoned:
      return "a call was given up" + (words.duration.map { " after \($0)" } ?? "")
    case .templateDisliked:
      return "the mark \(words.count.map { "\($0)" } ?? "?")"
        + (words.word.map { " (\($0))" } ?? "") + " for an answer by the template "
        + (words.other ?? "?")
    case .channelOutage:
      return since(words, "\(words.word ?? "a channel") was out of order")
    default: return nil
    }
  }

  private func outcome(_ words: FindingWords) -> String? {
    switch words.code {
    case .closedWithoutConfirmation:
      let why =
        switch words.word {
        case "rejected": "the client had rejected it"
        case "notEntitled": "whoever confirmed was not entitled to"
        case "withoutEvidence": "no message, call or clause shows the confirmation"
        default: "nobody had confirmed"
        }
      return "closed" + (words.other.map { " (stated: \($0))" } ?? "") + ", and \(why)"
    case .automaticClose:
      return "closed by a rule" + (words.duration.map { " after silence of \($0)" } ?? "")
    case .reopened:
      return "opened again" + (words.duration.map { ", \($0) after its end" } ?? "")
        + (words.word.map { ", by: \($0)" } ?? "")
    case .closedAgain:
      return "\(words.agent ?? "somebody") closed it while it was closed"
        + (words.duration.map { ", \($0) after the close before" } ?? "")
    case .labelContradicted:
      return "the label says \(words.word ?? "?"), and by what happened it is \(words.other ?? "?")"
    case .repeatContact:
      return "a repeat of \(words.other ?? "?"), \(words.count.map { "\($0)" } ?? "?") days after "
        + "its close"
    case .agreementNotKept:
      let what =
        switch words.word {
        case "broken": "was not kept"
        case "late": "was kept late"
        default: "is overdue"
        }
      return "the agreement \(words.other ?? "?") \(what)"
        + (words.until.map { ", due \($0)" } ?? "")
    case .statedCause: return "stated as the cause: \(words.word ?? "?")"
    default: return nil
    }
  }

  private func clocks(_ words: FindingWords) -> String {
    switch words.code {
    case .noDeadline:
      "open for \(words.duration ?? "?"), and no policy gives it a deadline"
    case .delayWithoutNotice:
      "a deadline passed (\(words.word ?? "?")), and the client had not been told of a delay"
    case .pauseWithoutQuestion:
      "\(words.agent ?? "somebody") paused the clocks for the client and had asked nothing"
        + (words.limit.map { " within \($0)" } ?? "")
    case .lateRetarget:
      "late in the target something was changed by which it grew: \(words.word ?? "?")"
    case .resolvedAndContinued:
      "\(words.agent ?? "somebody") resolved it and went on after \(words.duration ?? "?"): "
        + (words.word ?? "?")
    case .promiseMoved:
      "the promised date was moved to \(words.until ?? "?"), \(words.duration ?? "?") after it had "
        + "passed"
    case .recordedLate:
      "written down \(words.duration ?? "?") late, and a missed deadline became a kept one: "
        + (words.word ?? "?")
    default:
      "closed together with many others"
        + (words.count.map {
          " at the end of a month: \($0) by the same agent"
            + (words.limit.map { " within \($0)" } ?? "")
        } ?? "")
    }
  }

  func findingsTitle(_ ticket: String, at time: String) -> String {
    "Findings on ticket \(ticket) at \(time)"
  }

  func findingsFound(_ number: Int, tickets: Int) -> String {
    number == 0 ? "nothing found" : "\(count(number, "finding")) on \(count(tickets, "ticket"))"
  }

  func clockEffect(clock: String, instance: Int, verdict: String, without: String?) -> String {
    "\(clock) \(instance): \(verdict), without it \(without ?? "no such deadline")"
  }

  func notFound(_ titles: String) -> String { "Not found: \(titles)" }
  func notAssessable(_ titles: String, _ why: String) -> String {
    "Not assessable (\(why)): \(titles)"
  }

  func gap(_ gap: FindingAnswer.Gap) -> String {
    switch gap {
    case .notRecorded(let type): "the source doesn't record: \(title(of: type) ?? type)"
    case .notStated(let type):
      "the source doesn't state whether it records: \(title(of: type) ?? type)"
    case .dutyUnknown: "no shift or absence is known"
    case .shiftNotListed: "a shift's end doesn't list what was not handed over"
    case .noPolicy: "no policy governs it"
    case .closeUnclear: "the record doesn't show how it was closed"
    case .clientUnknown: "the client isn't known"
    case .topicUnknown: "the client came again, and whether on the same topic isn't known"
    case .switchedOff: "switched off by the rule set"
    }
  }

  func findingRules(_ ruleSet: String?, version: Int64, limits: String) -> String {
    "Rules: \(ruleSet ?? "built in"), version \(version); \(limits)"
  }

  var findingColumns: [String] {
    ["finding", "findings", "tickets", "without", "not assessable", "contacts", "share"]
  }
}
