internal import CasefileModel

/// The clocks that a policy may set.
public enum ClockName: String, CaseIterable, Hashable, Sendable, Codable {
  /// From the opening to the first human touch.
  case firstReaction
  /// From the opening to the first human reply.
  case firstReply
  /// From a client's turn after a reply to the next human reply; an instance for each turn.
  case nextReply
  /// From the opening to the proposal of a solution.
  case resolution
  /// From each human reply to the next one, while nothing is proposed.
  case periodicUpdate
  /// How long the client waits for the desk in all: as `resolution`, paused by waits for the client
  /// where the policy names none.
  case requesterWait
  /// The time within one group; an instance for each stay.
  case groupHold

  /// Its place among all cases.
  var place: Int {
    switch self {
    case .firstReaction: 0
    case .firstReply: 1
    case .nextReply: 2
    case .resolution: 3
    case .periodicUpdate: 4
    case .requesterWait: 5
    case .groupHold: 6
    }
  }

  /// What starts it where the policy says nothing.
  var startsOn: Set<ClockEvent> {
    switch self {
    case .firstReaction, .firstReply, .resolution, .requesterWait: [.opened]
    case .nextReply: [.clientTurn]
    case .periodicUpdate: [.humanReply]
    case .groupHold: [.groupEntered]
    }
  }

  /// What stops it where the policy says nothing.
  var stopsOn: Set<ClockEvent> {
    switch self {
    case .firstReaction: [.firstReaction]
    case .firstReply, .nextReply, .periodicUpdate: [.humanReply]
    case .resolution, .requesterWait: [.proposed]
    case .groupHold: [.groupLeft]
    }
  }

  /// Whether a ticket may have several instances without being reopened.
  var isRepeated: Bool {
    switch self {
    case .nextReply, .periodicUpdate, .groupHold: true
    default: false
    }
  }

  /// Whether a reply is what it waits for.
  var endsWithReply: Bool {
    switch self {
    case .firstReply, .nextReply, .periodicUpdate: true
    case .firstReaction, .resolution, .requesterWait, .groupHold: false
    }
  }

  /// Whether the close of a ticket is an end of the work that it measures, and not a cancellation.
  var isStoppedByClose: Bool {
    switch self {
    case .resolution, .requesterWait, .groupHold: true
    default: false
    }
  }
}
