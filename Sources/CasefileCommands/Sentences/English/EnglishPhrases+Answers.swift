import CasefileModel
import CasefileProjections

extension EnglishPhrases {
  // MARK: Deadlines

  func deadline(_ name: String, instance: Int64?, due: String?, verdict: String) -> String {
    "\(name)" + (instance.map { $0 > 1 ? " \($0)" : "" } ?? "")
      + (due.map { ", due \($0)" } ?? "") + ": \(verdict)"
  }
  func breached(at time: String, holder: String?) -> String {
    "passed, observed \(time)" + (holder.map { "; \($0)" } ?? "")
  }
  func warned(at time: String) -> String { "warning at \(time), nothing after it is written" }
  func evaluated(_ verdict: Verdict, at time: String) -> String {
    verdict == .notAssessable
      ? "can't be judged" : "\(word(verdict.word, of: "Verdict")), evaluated \(time)"
  }
  func cause(_ word: String) -> String { "put down to \(word)" }
  func judged(
    _ name: String, instance: Int, due: String?, verdict: String, by measure: String?
  ) -> String {
    name + (instance > 1 ? " \(instance)" : "") + ": \(verdict)"
      + (due.map { ", due \($0)" } ?? "") + (measure.map { ", \($0)" } ?? "")
  }
  func left(_ duration: String) -> String { "\(duration) of working time left" }
  func notAssessable(_ reason: ClockReviews.Reason, _ name: String?) -> String {
    "not assessable: "
      + {
        switch reason {
        case .noPolicyPublished: "no policy is published in this store"
        case .noPolicyMatches: "no published policy governs the ticket"
        case .unknownPolicy:
          "it is under a policy that nobody published" + (name.map { ", \($0)" } ?? "")
        case .nothingStarted: "nothing that starts a clock of its policy has happened"
        case .entriesWithheld: "a verdict without the withheld events could be wrong"
        case .unknownCalendar: "the calendar\(name.map { " \($0)" } ?? "") is not known"
        case .repliesNotRecorded: "the source doesn't record replies"
        case .repliesNotStated: "the source doesn't state whether it records replies"
        }
      }()
  }
  func judgedAt(_ time: String, command: String) -> String {
    "as of \(time); the derivation: \(command)"
  }
  func recordedDeadline(_ text: String, isImported: Bool) -> String {
    (isImported ? "as its source states: " : "as a monitor wrote: ") + text
  }
  func promise(kept: Bool, by duration: String) -> String {
    kept ? "kept, \(duration) before" : "not kept, \(duration) late"
  }
  var promiseOverdue: String { "not kept so far" }
  var promiseOpen: String { "still to come" }

  // MARK: Outcome

  func proposed(at time: String) -> String { "proposed \(time)" }

  func closed(_ time: String, by actor: String?, kind: String?) -> String {
    time + (actor.map { " by \($0)" } ?? "") + ": " + (kind ?? "how is not stated")
  }

  func evidence(_ close: CloseReview, kind: String?) -> String {
    if close.evidenced == .confirmed {
      let position = close.confirmation.map { " #\($0)" } ?? ""
      return "the record shows: confirmed by the client\(position)"
    }
    let doubt =
      switch close.doubt {
      case .noConfirmation?: "nobody confirmed between the last proposal and the close"
      case .rejected(let position)?: "it was rejected #\(position)"
      case .notEntitled(let position)?:
        "whoever confirmed #\(position) is neither the client nor authorised"
      case .withoutEvidence(let position)?:
        "the confirmation #\(position) names no message, call or clause"
      case nil: ""
      }
    guard let kind else { return "the record doesn't show how: \(doubt)" }
    return "the record shows: \(kind); \(doubt)"
  }

  func confirmation(_ time: String, by person: String?, authority: String?) -> String {
    time + (person.map { " by \($0)" } ?? "") + (authority.map { ", as \($0)" } ?? "")
  }
  var laterConfirmation: String { "after the close" }
  var confirmedByNobody: String { "by nobody" }

  func agreement(
    _ text: String, by: String?, to: String?, due: String?, position: String
  ) -> String {
    let who = [by.map { "by \($0)" }, to.map { "to \($0)" }, due.map { "for \($0)" }]
      .compactMap { $0 }
    return ([text] + who + [position]).joined(separator: " ")
  }
  func outcome(_ outcome: TicketState.Agreement.Outcome, lateBy duration: String?) -> String {
    switch outcome {
    case .open: "nothing more is stated"
    case .fulfilled: duration.map { "kept, \($0) late" } ?? "kept"
    case .broken: "not kept"
    }
  }

  func mark(_ kind: String?, score: Int64?, scale: Int64?, at time: String) -> String {
    (score.map(String.init) ?? "no figure") + (scale.map { " of \($0)" } ?? "")
      + (kind.map { ", \($0)" } ?? "") + ", \(time)"
  }
  func belongs(to agent: String?, _ ground: MarkReview.Ground) -> String {
    let name = agent ?? "nobody"
    return switch ground {
    case .named: "for \(name), whom it names"
    case .lastReply: "for \(name), who replied last"
    case .holder: "for \(name), who held it at the end"
    case .none: "for nobody"
    }
  }
  func changedMark(from score: Int64?, position: String) -> String {
    "changed \(position)" + (score.map { ", first \($0)" } ?? "")
  }
  func withdrawnMark(_ position: String) -> String { "withdrawn \(position)" }
  func disputedMark(_ position: String) -> String { "disputed \(position)" }
  func replacedMark(_ position: String) -> String { "replaced by \(position)" }

  // MARK: What was put right, what is missing, where it comes from

  func correction(_ position: String, field: String, of target: String, applied: Bool) -> String {
    "\(position) corrects \(field) of \(target)" + (applied ? "" : ", which has no such field")
  }
  func retraction(_ position: String, of target: String) -> String {
    "\(position) retracts \(target)"
  }

  func gap(_ kind: CaseGap.Kind, channel: String?, from: String?, until: String?) -> String {
    let what =
      switch kind {
      case .recordingMissing: "a recording is missing"
      case .attachmentMissing: "a file is missing"
      case .untrackedContact: "a contact outside the tracked channels"
      case .erased: "texts were erased"
      case .outage: "\(channel ?? "a channel") was out of order"
      case .recorderGap: "nothing was recorded"
      }
    return what + (from.map { ", from \($0)" } ?? "") + (until.map { " to \($0)" } ?? "")
  }

  func unreadable(_ position: String) -> String { "the fields can't be read \(position)" }

  func contradiction(_ kind: TicketState.Contradiction.Kind) -> String {
    switch kind {
    case .offerNotOpen: "an offer was accepted that was not open; nothing moved"
    case .giverNotHolder: "an offer was accepted whose giver no longer held it; nothing moved"
    case .notHolder: "somebody was taken off who didn't hold it"
    case .closedTwice: "closed while it was closed"
    case .reopenedWhileOpen: "opened again while it was open"
    case .waitNotOpen: "a wait ended that was not open"
    case .waitWhileClosed: "a wait began while it was closed"
    case .agreementUnknown: "an agreement was settled that was never recorded"
    }
  }

  func notAssessable(_ subject: Assessability.Subject, _ answer: Assessability.Answer) -> String {
    answer == .notRecorded
      ? "\(subject.rawValue): the source doesn't record them"
      : "\(subject.rawValue): the source doesn't state whether it records them"
  }

  func mergeCircle(_ tickets: [String]) -> String {
    "merged in a circle: \(tickets.joined(separator: ", ")); none of them is the survivor"
  }

  func imported(_ count: Int, system: String?, batch: String?, since: String) -> String {
    "\(events(count)) imported" + (system.map { " from \($0)" } ?? "")
      + (batch.map { ", batch \($0)" } ?? "")
      + ": proven by this store from \(since); before that, as the source stated it"
  }
  func live(_ count: Int) -> String { "\(events(count)) recorded as they happened" }
  func enteredLater(_ count: Int) -> String { "\(events(count)) entered later by hand" }
  var withheldText: String { "withheld" }
  var hiddenText: String { "text not shown" }
}
