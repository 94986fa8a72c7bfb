public import CasefileModel

/// A metric: what is measured of tickets, by a written definition.
///
/// A definition never changes: another one is another version.
public enum Metric: String, Hashable, Sendable, CaseIterable {
  // Load.

  /// Tickets that were opened.
  case newContacts
  /// Closes.
  case closed
  /// How old the tickets are that are open at the instant.
  case backlog
  /// Why clients turn to the desk: the topics of their tickets.
  case reasons
  /// How often tickets came into an agent's hands.
  case arrivals
  /// How long clients looked for a way to ask.
  case timeToFind
  /// How many steps clients took before they asked.
  case entrySteps

  // Time to the client.

  /// From the opening to the first human act.
  case firstReaction
  /// From the client's first message or call to the first human reply to it.
  case firstReply
  /// From each later turn of the client to the human reply to it.
  case nextReplies
  /// From each turn of the client to the human reply to it.
  case replies
  /// From the opening to the last solution or close.
  case resolution

  // The same in the working time of the policy's calendar.

  /// `firstReaction` in working time.
  case firstReactionWorkingTime
  /// `firstReply` in working time.
  case firstReplyWorkingTime
  /// `replies` in working time.
  case repliesWorkingTime
  /// `resolution` in working time.
  case resolutionWorkingTime

  // Deadlines.

  /// Whether a ticket under a policy missed a deadline.
  case overdueTickets
  /// Whether the deadline of a reply was missed.
  case overdueReplies
  /// Whether an open ticket lies untouched for longer than the rule set allows.
  case stale

  // Outcome.

  /// Whether a ticket that had ended was opened again.
  case reopened
  /// Whether the client came again on the same topic soon after the close.
  case repeatContacts
  /// Whether one human turn towards the client settled it.
  case oneReply
  /// Whether the client had to ask nothing more after the first reply.
  case firstContact
  /// How often the client turned to the desk again after the first reply.
  case followUpQuestions

  // Effort.

  /// Human turns towards the client.
  case touches
  /// Whether a human turn towards the client came after a reminder, and not of the agent's own accord.
  case promptedTouches
  /// Human acts on the ticket that are no turn towards the client.
  case workTouches
  /// Working time, as it was logged or as calls took it.
  case handlingTime
  /// Diagnostic steps that were recorded.
  case diagnosticActs
  /// Which share of the topic's checklist was gone through.
  case checklistDone
  /// Steps of the topic's checklist that nobody took.
  case checklistSkipped

  // Responsibility.

  /// Direct handoffs between agents.
  case handoffs
  /// Turns of responsibility after the first, those that went to the same agent too.
  case reassignments
  /// From the offer of a ticket to its acceptance.
  case acknowledgement
  /// Whether the agent answered who had answered the question before.
  case continuity

  // Calls.

  /// How long callers waited until somebody answered.
  case callWait
  /// How long was spoken on a call.
  case callTalk
  /// How long the client was on hold on a call.
  case callHold
  /// Whether the caller gave up before somebody answered.
  case callsAbandoned
  /// What came of calls.
  case callOutcomes

  // Marks of clients.

  /// The client's marks of satisfaction.
  case satisfaction
  /// Where marks of satisfaction stand on their scales.
  case markLevel
  /// Whether a mark is a good one.
  case goodMarks
  /// Whether a mark is a bad one.
  case badMarks
  /// Whether a mark came with words.
  case comments
  /// Who would recommend the desk, less who would not.
  case loyalty
  /// Whether a client who was asked gave a mark.
  case surveyAnswers
  /// Contacts minus the satisfied: whether a ticket is without a good mark.
  case unsatisfied

  // Stress.

  /// Signs of stress that were flagged.
  case stressFlags
  /// Tickets that came in a rush, were urgent or out of temper, and those that were none of it.
  case stressCases
  /// Where marks stand on their scales within stress and outside of it.
  case stressMarks

  // Quality control.

  /// Scores of quality control, by criterion.
  case reviewScore
  /// Totals of reviews.
  case reviewTotal
  /// Whether a review failed a critical criterion.
  case criticalFailures
  /// By how much another reviewer's total differs.
  case calibration
  /// Whether the agent answered to a review.
  case reviewResponses
  /// Whether a review was disputed.
  case reviewDisputes
  /// From the dispute of a review to the decision.
  case disputeTime
  /// Whether a review led to a training.
  case trainedReviews
  /// Totals of an agent's reviews before and after a training to which reviews led.
  case trainingEffect

  /// What a value is.
  public enum Unit: String, Hashable, Sendable {
    /// Seconds, around the clock.
    case seconds
    /// A mark on the scale of its part.
    case mark
    /// A number.
    case count
    /// One or nought: the mean is the share.
    case share
    /// Thousandths of the whole.
    case permille
    /// Thousandths of the whole by which two differ.
    case points
    /// One, nought or less one: the mean is the share of the ones less that of the others.
    case balance
  }

  /// What is counted: one value each.
  public enum Counted: String, Hashable, Sendable {
    /// Tickets.
    case tickets
    /// Tickets, and contacts that belong to none.
    case contacts
    /// Replies.
    case replies
    /// Events.
    case events
    /// Answers to one criterion of a review.
    case answers
    /// Marks.
    case marks
    /// Calls.
    case calls
    /// Reviews.
    case reviews
    /// Offers of a survey.
    case surveys
    /// Steps of a checklist.
    case steps
  }

  /// The version of the definition.
  public var version: Int {
    switch self {
    // Calls are turns too, each act has its own time and agent, what nothing is recorded of is no value,
    // and reviews are judged by their scorecards.
    case .firstReply, .firstReplyWorkingTime, .nextReplies, .followUpQuestions, .touches,
      .workTouches, .handlingTime, .repeatContacts, .oneReply, .firstContact, .callWait, .callTalk,
      .callHold, .callsAbandoned, .surveyAnswers, .unsatisfied, .reviewScore, .reviewTotal,
      .criticalFailures, .trainingEffect:
      2
    default: 1
    }
  }

  /// Whether its values are parts of what there is of a ticket, so that the mean is that of tickets.
  public var isSummedByTicket: Bool {
    switch self {
    case .touches, .workTouches: true
    default: false
    }
  }

  /// What a value is.
  public var unit: Unit {
    switch self {
    case .reviewScore, .satisfaction: .mark
    case .newContacts, .closed, .reasons, .handoffs, .reassignments, .touches, .workTouches,
      .followUpQuestions, .callOutcomes, .arrivals, .entrySteps, .diagnosticActs,
      .checklistSkipped, .stressFlags, .stressCases:
      .count
    case .firstReply, .nextReplies, .replies, .firstReaction, .resolution, .backlog,
      .acknowledgement, .handlingTime, .callWait, .callTalk, .callHold, .timeToFind,
      .firstReactionWorkingTime, .firstReplyWorkingTime, .repliesWorkingTime,
      .resolutionWorkingTime, .disputeTime:
      .seconds
    case .reopened, .overdueTickets, .overdueReplies, .stale, .repeatContacts, .oneReply,
      .firstContact, .continuity, .callsAbandoned, .badMarks, .comments, .surveyAnswers,
      .unsatisfied, .criticalFailures, .goodMarks, .promptedTouches, .reviewResponses,
      .reviewDisputes,
      .trainedReviews:
      .share
    case .reviewTotal, .markLevel, .stressMarks, .checklistDone, .trainingEffect: .permille
    case .calibration: .points
    case .loyalty: .balance
    }
  }

  /// What is counted.
  public var counted: Counted {
    switch self {
    case .reviewScore: .answers
    case .closed, .handoffs, .reassignments, .acknowledgement, .arrivals, .diagnosticActs,
      .stressFlags, .touches, .promptedTouches, .workTouches, .handlingTime:
      .events
    case .newContacts: .contacts
    case .backlog, .reasons, .firstReply, .firstReaction, .resolution,
      .overdueTickets, .stale, .reopened, .repeatContacts, .oneReply, .firstContact,
      .followUpQuestions, .unsatisfied, .timeToFind,
      .entrySteps, .firstReactionWorkingTime, .firstReplyWorkingTime, .resolutionWorkingTime,
      .checklistDone, .stressCases:
      .tickets
    case .replies, .nextReplies, .overdueReplies, .continuity, .repliesWorkingTime: .replies
    case .satisfaction, .badMarks, .comments, .loyalty, .goodMarks, .markLevel, .stressMarks:
      .marks
    case .callWait, .callTalk, .callHold, .callsAbandoned, .callOutcomes: .calls
    case .reviewTotal, .criticalFailures, .calibration, .reviewResponses, .reviewDisputes,
      .disputeTime, .trainedReviews, .trainingEffect:
      .reviews
    case .surveyAnswers: .surveys
    case .checklistSkipped: .steps
    }
  }

  /// On what its values depend.
  package enum Basis: Hashable, Sendable {
    /// On the ticket's events alone: they are the same at every instant after the newest one.
    case history
    /// On the instant too.
    case moment
    /// On what else the client brought, and when.
    case company
    /// On policies and calendars.
    case policies
    /// On values of the ticket's own, and on the calendars by which its policy counts.
    case calendars
    /// On values of the ticket's own, and on how many tickets came to its agents.
    case inflow
    /// On values of the ticket's own, and on what its topic calls for.
    case checklists
    /// On values of the ticket's own, and on what its agents were trained in.
    case trainings
    /// On values of the ticket's own, and on scorecards.
    case scorecards

    /// Whether all of it is worked out of values that a view keeps.
    package var isDerived: Bool {
      switch self {
      case .calendars, .inflow, .checklists, .trainings, .scorecards: true
      default: false
      }
    }

    /// Whether what clocks depend on is needed.
    package var needsClocks: Bool { self == .policies || self == .calendars }
  }

  /// On what its values depend.
  package var basis: Basis {
    switch self {
    case .backlog, .stale: .moment
    case .repeatContacts, .oneReply, .firstContact: .company
    case .overdueTickets, .overdueReplies: .policies
    case .firstReactionWorkingTime, .firstReplyWorkingTime, .repliesWorkingTime,
      .resolutionWorkingTime:
      .calendars
    case .stressCases, .stressMarks: .inflow
    case .checklistDone, .checklistSkipped: .checklists
    case .trainedReviews, .trainingEffect: .trainings
    case .reviewScore, .reviewTotal, .criticalFailures: .scorecards
    default: .history
    }
  }

  /// Those whose values a view can keep, in the order of their sections. Of `reviewTotal` it keeps what
  /// totals, scores and failures are made of: scorecards say the rest.
  package static let stored: [Metric] = allCases.filter {
    $0.basis == .history || $0 == .reviewTotal
  }

  /// Whether calls, chats and messages outside of tickets have values too.
  package var isOfContacts: Bool {
    switch self {
    case .newContacts, .handlingTime, .callWait, .callTalk, .callHold, .callsAbandoned,
      .callOutcomes:
      true
    default: false
    }
  }

  /// Why something is no value of a metric.
  public enum Omission: String, Hashable, Sendable, CaseIterable {
    /// No message of a client is recorded.
    case noClientMessage
    /// Nobody has replied, reacted or answered yet.
    case notYet
    /// It has not ended yet.
    case notEnded
    /// Whether the client comes again is not known yet: the window after the close lasts.
    case windowOpen
    /// It ended as a duplicate, merged into another ticket or as spam: there was nothing to do.
    case void
    /// It ended without any human turn towards the client.
    case noReply
    /// The client is not known.
    case noClient
    /// The topic is not known.
    case noTopic
    /// The client came again, and of one of the two tickets the topic is not known.
    case possibleRepeat
    /// No policy governs it.
    case noPolicy
    /// The record does not show whether a deadline was kept.
    case notAssessable
    /// No score is stated.
    case noScore
    /// The mark lies outside its scale.
    case outsideScale
    /// It was withdrawn, or a newer one stands in its place.
    case replaced
    /// How long it took is not stated.
    case noTime
    /// What came of it is not stated.
    case noOutcome
    /// Its policy counts by no calendar that is published.
    case noCalendar
    /// Its topic has no checklist.
    case noChecklist
    /// The client's way is not stated.
    case noPath
    /// Nobody was responsible for it.
    case noHolder
    /// Too few reviews stand before the training, or after it.
    case fewReviews
    /// It was imported without anything of the kind: whether its source records it is not known.
    case notRecorded
    /// Its scorecard, the version or a criterion was never published.
    case noScorecard
    /// A mark of a kind of which it is not agreed what is good: of effort, or of none that is known.
    case otherKind
  }
}

/// One value of a metric, with the events that prove it.
public struct MetricSample: Hashable, Sendable {
  /// The ticket; nil for what happened on a contact that belongs to none.
  public let ticket: String?
  /// The stream of the call, chat or message outside of tickets on which it happened.
  public let contact: String?
  /// When it was so: at the end of what is measured.
  public let at: Timestamp
  /// The value, in the metric's unit.
  public let value: Int64
  /// Of what it is a part: a criterion, a scale or a kind.
  public let part: String?
  /// Whose it is: who acted or held the ticket then.
  public let agent: String?
  /// The group that had the ticket then.
  public let group: String?
  /// The events that prove it.
  public let positions: [Position]

  /// The same with another value.
  func with(
    _ value: Int64, part: String? = nil, and more: [Position?] = []
  ) -> MetricSample {
    MetricSample(
      ticket: ticket, contact: contact, at: at, value: value, part: part, agent: agent,
      group: group, positions: positions + more.compactMap { $0 })
  }
}

/// A metric of one ticket: its values, and what was left out.
public struct TicketMetric: Hashable, Sendable {
  /// The values.
  public internal(set) var samples: [MetricSample] = []
  /// What is no value, by why.
  public internal(set) var omissions: [Metric.Omission: Int] = [:]
  /// What the ticket is about, by which values are told apart; empty unless that was asked for.
  public package(set) var traits = TicketTraits()

  /// The stream of the contact whose values these are; nil for a ticket's.
  public package(set) var contact: String?

  package init() {}

  mutating func omit(_ why: Metric.Omission) { omissions[why, default: 0] += 1 }
}
