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

  // Time to the client.

  /// From the opening to the first human act.
  case firstReaction
  /// From the client's first message to the first public reply of a human agent after it.
  case firstReply
  /// From each later turn of the client to the human reply to it.
  case nextReplies
  /// From each turn of the client to the human reply to it.
  case replies
  /// From the opening to the last solution or close.
  case resolution

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
  /// Human acts on the ticket that are no turn towards the client.
  case workTouches
  /// Working time, as it was logged or as calls took it.
  case handlingTime

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

  // Quality control.

  /// Scores of quality control, by criterion.
  case reviewScore
  /// Totals of reviews.
  case reviewTotal
  /// Whether a review failed a critical criterion.
  case criticalFailures

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
  }

  /// The version of the definition.
  public var version: Int { 1 }

  /// What a value is.
  public var unit: Unit {
    switch self {
    case .reviewScore, .satisfaction: .mark
    case .newContacts, .closed, .reasons, .handoffs, .reassignments, .touches, .workTouches,
      .followUpQuestions, .callOutcomes:
      .count
    case .firstReply, .nextReplies, .replies, .firstReaction, .resolution, .backlog,
      .acknowledgement, .handlingTime, .callWait, .callTalk, .callHold:
      .seconds
    case .reopened, .overdueTickets, .overdueReplies, .stale, .repeatContacts, .oneReply,
      .firstContact, .continuity, .callsAbandoned, .badMarks, .comments, .surveyAnswers,
      .unsatisfied, .criticalFailures:
      .share
    case .reviewTotal: .permille
    case .loyalty: .balance
    }
  }

  /// What is counted.
  public var counted: Counted {
    switch self {
    case .reviewScore: .answers
    case .closed, .handoffs, .reassignments, .acknowledgement: .events
    case .newContacts: .contacts
    case .backlog, .reasons, .firstReply, .firstReaction, .resolution,
      .overdueTickets, .stale, .reopened, .repeatContacts, .oneReply, .firstContact,
      .followUpQuestions, .touches, .workTouches, .handlingTime, .unsatisfied:
      .tickets
    case .replies, .nextReplies, .overdueReplies, .continuity: .replies
    case .satisfaction, .badMarks, .comments, .loyalty: .marks
    case .callWait, .callTalk, .callHold, .callsAbandoned, .callOutcomes: .calls
    case .reviewTotal, .criticalFailures: .reviews
    case .surveyAnswers: .surveys
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
  }

  /// On what its values depend.
  package var basis: Basis {
    switch self {
    case .backlog, .stale: .moment
    case .repeatContacts, .oneReply, .firstContact: .company
    case .overdueTickets, .overdueReplies: .policies
    default: .history
    }
  }

  /// Those whose values a view can keep, in the order of their sections.
  package static let stored: [Metric] = allCases.filter { $0.basis == .history }

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

/// What a ticket is about, as it stands now.
public struct TicketTraits: Hashable, Sendable {
  /// The kind of channel by which it was opened.
  public internal(set) var channel: String?
  /// The topic.
  public internal(set) var topic: String?
  /// The priority, on the source's own scale.
  public internal(set) var priority: String?
  /// The client.
  public internal(set) var client: String?
  /// The project.
  public internal(set) var project: String?
  /// How it was closed, as stated; nil while it is open.
  public internal(set) var closeKind: String?
  /// The tags, sorted.
  public internal(set) var tags: [String] = []
  /// What missed deadlines were put down to, each code once, sorted.
  public internal(set) var causes: [String] = []

  /// Nothing is known of it.
  public init() {}
}
