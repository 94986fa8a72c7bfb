public import CasefileModel

/// A metric: what is measured of tickets, by a written definition.
///
/// A definition never changes: another one is another version.
public enum Metric: String, Hashable, Sendable, CaseIterable {
  /// Scores of quality control, by criterion.
  case reviewScore
  /// Direct handoffs between agents.
  case handoffs
  /// Turns of responsibility after the first, those that went to the same agent too.
  case reassignments
  /// From the client's first message to the first public reply of a human agent after it.
  case firstReply
  /// From each turn of the client to the human reply to it.
  case replies
  /// From the opening to the first human act.
  case firstReaction
  /// From the opening to the last solution or close.
  case resolution
  /// Whether a ticket that had ended was opened again.
  case reopened
  /// Human turns towards the client.
  case touches
  /// The client's marks of satisfaction.
  case satisfaction
  /// How long callers waited until somebody answered.
  case callWait

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
  }

  /// What is counted: one value each.
  public enum Counted: String, Hashable, Sendable {
    /// Tickets.
    case tickets
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
  }

  /// The version of the definition.
  public var version: Int { 1 }

  /// What a value is.
  public var unit: Unit {
    switch self {
    case .reviewScore, .satisfaction: .mark
    case .handoffs, .reassignments, .touches: .count
    case .firstReply, .replies, .firstReaction, .resolution, .callWait: .seconds
    case .reopened: .share
    }
  }

  /// What is counted.
  public var counted: Counted {
    switch self {
    case .reviewScore: .answers
    case .handoffs, .reassignments: .events
    case .firstReply, .firstReaction, .resolution, .reopened, .touches: .tickets
    case .replies: .replies
    case .satisfaction: .marks
    case .callWait: .calls
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
    /// No score is stated.
    case noScore
    /// The mark lies outside its scale.
    case outsideScale
    /// It was withdrawn, or a newer one stands in its place.
    case replaced
    /// How long it took is not stated.
    case noTime
  }
}

/// One value of a metric, with the events that prove it.
public struct MetricSample: Hashable, Sendable {
  /// The ticket.
  public let ticket: String
  /// When it was so: at the end of what is measured.
  public let at: Timestamp
  /// The value, in the metric's unit.
  public let value: Int64
  /// Of what it is a part: a criterion, or a scale.
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
}
