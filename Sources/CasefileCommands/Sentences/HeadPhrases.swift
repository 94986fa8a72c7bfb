import CasefileModel
import CasefileProjections

/// The labels of a head.
enum HeadLabel: CaseIterable, Sendable {
  case trueAt, knownAt, times, status, client, participants, priority, topic, tags, links
  case absorbed, alsoShown, responsible, offer, accountable, handoffs, channels, opened
  case firstReaction, firstReply, contacts, waits, deadlines, due, solution, closed, confirmed
  case reopened, agreed, marks, corrections, names, gaps, notAssessable, source
}

/// What the head of a ticket says. Times, names and positions come as texts.
protocol HeadPhrases: Sendable {
  func label(_ label: HeadLabel) -> String
  func title(ticket: String, subject: String?) -> String
  func group(_ name: String) -> String
  /// A name as it was, with today's.
  func renamed(_ name: String, today: String) -> String
  var unknown: String { get }
  var nobody: String { get }
  var none: String { get }

  // When and by which knowledge.
  func times(in zone: String) -> String
  func known(atPosition position: String) -> String
  func knownToSource(_ time: String, unknown count: Int) -> String

  // What it is.
  func status(_ word: String, source: String?, isDeleted: Bool, survivor: String?) -> String
  func link(_ relation: String, ticket: String) -> String
  func tickets(_ ids: [String]) -> String
  func related(_ ticket: String, _ relation: RelatedTicket.Relation) -> String
  func moreRelated(_ count: Int) -> String

  // Who was responsible.
  func span(_ span: SpanPhrase) -> String
  func start(_ start: TicketState.Start) -> String
  func offer(
    from: String, to: String?, toGroup: String?, since: String, reason: String?, expires: String?
  ) -> String
  func handoffs(_ counts: HandoffCounts) -> String
  func handoff(
    _ kind: TicketState.Handoff.Kind, from: String, to: String, at: String, reason: String?
  ) -> String

  // Contact.
  func by(_ actor: String) -> String
  func after(_ duration: String) -> String
  func failedReply(at time: String, hasOther: Bool) -> String
  func messages(_ count: Int) -> String
  func calls(_ count: Int) -> String
  func clientTouches(_ count: Int) -> String
  func workTouches(_ count: Int) -> String
  func wait(_ reason: String, since: String, until: String?) -> String
  func times(_ count: Int) -> String

  // Deadlines.
  func deadline(_ name: String, instance: Int64?, due: String?, verdict: String) -> String
  func breached(at time: String, holder: String?) -> String
  func warned(at time: String) -> String
  func evaluated(_ verdict: Verdict, at time: String) -> String
  func cause(_ word: String) -> String
  /// A deadline as the published policies judge it.
  func judged(_ name: String, instance: Int, due: String?, verdict: String, by measure: String?)
    -> String
  func left(_ duration: String) -> String
  func notAssessable(_ reason: ClockReviews.Reason, _ name: String?) -> String
  /// Where the derivation is to be found.
  func judgedAt(_ time: String, command: String) -> String
  /// What was written down, and by whom.
  func recordedDeadline(_ text: String, isImported: Bool) -> String
  func promise(kept: Bool, by duration: String) -> String
  var promiseOverdue: String { get }
  var promiseOpen: String { get }

  // Outcome.
  func proposed(at time: String) -> String
  func closed(_ time: String, by actor: String?, kind: String?) -> String
  func evidence(_ close: CloseReview, kind: String?) -> String
  func confirmation(_ time: String, by person: String?, authority: String?) -> String
  var laterConfirmation: String { get }
  var confirmedByNobody: String { get }
  func agreement(
    _ text: String, by: String?, to: String?, due: String?, position: String
  ) -> String
  func outcome(_ outcome: TicketState.Agreement.Outcome, lateBy duration: String?) -> String
  func mark(_ kind: String?, score: Int64?, scale: Int64?, at time: String) -> String
  func belongs(to agent: String?, _ ground: MarkReview.Ground) -> String
  func changedMark(from score: Int64?, position: String) -> String
  func withdrawnMark(_ position: String) -> String
  func disputedMark(_ position: String) -> String
  func replacedMark(_ position: String) -> String

  // What was put right, what is missing, where it comes from.
  func correction(_ position: String, field: String, of target: String, applied: Bool) -> String
  func retraction(_ position: String, of target: String) -> String
  func gap(_ kind: CaseGap.Kind, channel: String?, from: String?, until: String?) -> String
  func unreadable(_ position: String) -> String
  func mergeCircle(_ tickets: [String]) -> String
  func contradiction(_ kind: TicketState.Contradiction.Kind) -> String
  func notAssessable(_ subject: Assessability.Subject, _ answer: Assessability.Answer) -> String
  func imported(_ count: Int, system: String?, batch: String?, since: String) -> String
  func live(_ count: Int) -> String
  func enteredLater(_ count: Int) -> String
  var withheldText: String { get }
  var hiddenText: String { get }
}

/// A time of responsibility, in texts.
struct SpanPhrase: Sendable {
  let holder: String
  let from: String
  let until: String?
  let duration: String?
  let start: String
}

/// How often a ticket changed hands.
struct HandoffCounts: Sendable {
  let acknowledged: Int
  let forced: Int
  let bare: Int
  let indirect: Int
  let groups: Int
  /// Those between two holders without a time in between.
  var direct: Int { acknowledged + forced + bare }
}
