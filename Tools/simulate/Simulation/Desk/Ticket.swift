import CasefileModel

/// What a source would show as a ticket's status.
enum Label: Int {
  case new, open, waitingForClient, waitingForVendor, waitingForDepartment, waitingForParts,
    scheduled, resolved,
    waitingForConfirmation, confirmed, closedConfirmed, closedUnconfirmed, closedAutomatically,
    duplicate, spam, merged, withdrawn, unreachable, unresolved, closedInBulk

  static let texts = [
    "New", "Open", "Waiting for client", "Waiting for vendor", "Waiting for department",
    "Waiting for parts", "Scheduled", "Resolved", "Waiting for confirmation", "Confirmed",
    "Closed: confirmed", "Closed: unconfirmed",
    "Closed: automatic", "Closed: duplicate", "Closed: spam", "Closed: merged",
    "Closed: withdrawn", "Closed: unreachable", "Closed: unresolved", "Closed: bulk",
  ]

  var text: String { Label.texts[rawValue] }
}

/// Whose turn it is in a ticket's course.
enum Stage {
  /// Nobody holds it.
  case queued
  /// The holder works on it, or will.
  case working
  /// Somebody outside acts next.
  case waiting
  /// A solution is proposed.
  case proposed
  case closed
}

/// What a holder does next.
enum Move: UInt8 {
  case reply, ask, diagnose, note, vendor, department, parts, schedule, agree, settle, phone,
    wrongGroup, pingPong, escalate, resolveEscalation, pauseWithoutQuestion, lateRetarget,
    reclassify, untracked, logTime, orderFact, giveAway, overload, split, resolve, spam, withdraw,
    unreachable, unresolved, mergeAway, delayNotice, dueDate, conflict
}

/// A ticket that is not yet done with.
final class Ticket {
  let number: Int
  let id: String
  let stream: StreamID
  let client: Client
  let isRussian: Bool
  let topicPlace: Int
  let channel: Channel
  var place = 0
  /// The stamp of the plan that counts.
  var stamp: UInt64 = 0
  /// Plans beside the course that still lie ahead.
  var sideCount = 0
  var stage = Stage.queued
  var moves: [Move] = []
  var nextMove = 0
  /// Where the solution is rejected, or the ticket reopened, how often still.
  var reopensLeft = 0
  var callId: String?

  // What a view of the ticket shows; the known answer is made of it.
  var label = Label.new
  var openedAt: Int64 = 0
  var holder: Agent?
  var lastHolder: Agent?
  var groupPlace = 0
  var firstGroup = 0
  var priority = 1
  var topicId = ""
  var wait: Wait?
  var resolvedAt: Int64?
  var closedAt: Int64?
  var closeKind: CloseKind?
  var closer: Agent?
  var reopenCount = 0
  var handoffCount = 0
  var indirectHandoffCount = 0
  var transferCount = 0
  var messageCount = 0
  var isTouched = false
  var spans: [Span] = []
  var waits: [PastWait] = []

  // What the course needs to remember.
  var version: Int64 = 0
  var actionCount = 0
  /// Rows of the export of actions so far.
  var rowCount = 0
  var partCount = 0
  var offer: Offer?
  var hasBadHandoff = false
  var questionCount = 0
  var lastClientMessage: String?
  var clientWroteAt: Int64?
  var lastReply: String?
  var lastReplyAgent: Agent?
  var lastReplyTemplate: String?
  var replyEvent: (id: EventID, time: Int64)?
  var mistake: HelpDesk.Mistake?
  var silentCount = 0
  var isRetold = false
  var handoffId: String?
  var isForgotten = false
  var isReopenedByAgent = false
  var previousGroup: Int?
  var breachDue: Int64 = 0
  /// The deadlines that the desk's system follows, and the priority by which it does.
  var clocks: [SourceClock] = []
  var clockPriority = 1
  /// The miss that somebody will put down to a cause.
  var explainedClock: (name: String, instance: Int64)?
  var ratingId: String?
  var score: Int64 = 0
  var reviewId: String?
  var firstReplyAt: Int64?
  var agreement: String?
  var agreementDue: Int64 = 0
  var escalation: String?
  var dueDate: Int64?
  var policy = 0
  var policyVersion: Int64 = 0
  /// A ticket of the same client that may be the same matter.
  var twin: Ticket?
  var previous: (id: String, closedAt: Int64)?
  var isDone = false

  struct Wait {
    let id: String
    let reason: WaitReason
    let since: Int64
    var isForClient: Bool { reason == .client || reason == .clientConfirmation }
  }

  struct PastWait {
    let reason: WaitReason
    let since: Int64
    let end: Int64
  }

  struct Span {
    let holder: Agent
    let from: Int64
    var until: Int64?
  }

  struct Offer {
    let id: String
    let event: EventID
    let to: Agent
    let reason: HandoffReason
  }

  init(number: Int, client: Client, topicPlace: Int, channel: Channel, isRussian: Bool) {
    self.number = number
    id = "T-" + String(1001 + number)
    stream = StreamID(stored: "ticket/" + id)
    self.client = client
    self.topicPlace = topicPlace
    self.channel = channel
    self.isRussian = isRussian
  }

  /// A new id within the ticket: of a message, a wait, a handoff.
  func part(_ prefix: String) -> String {
    partCount += 1
    return prefix + "-" + String(1001 + number) + "-" + String(partCount)
  }

  var isOpen: Bool { closedAt == nil }
}
