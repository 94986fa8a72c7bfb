/// A column that a client company's report may have: the whole list, so that nothing else can get
/// into one.
///
/// The raw value is the name by which an agreement asks for it.
public enum ClientColumn: String, Hashable, Sendable, CaseIterable {
  // Of tickets.

  /// The ticket's id.
  case ticket
  /// The number that people see.
  case number
  /// The subject line.
  case subject
  /// What it is about by its nature: a question, an incident and so on.
  case kind
  /// The kind of channel by which it was opened.
  case channel
  /// The topic.
  case topic
  /// The priority.
  case priority
  /// The project.
  case project
  /// The tags.
  case tags
  /// Whether it is open, waits, or is closed.
  case status
  /// When it was opened.
  case openedAt
  /// When it was first replied to.
  case firstReplyAt
  /// When the proposal that stands was made.
  case resolvedAt
  /// When it was closed.
  case closedAt
  /// How it was closed.
  case closeKind
  /// How often it was opened again.
  case reopenCount
  /// How many messages went either way.
  case messages
  /// How many calls there were.
  case calls
  /// The metric of the same name.
  case firstReply
  /// The metric of the same name.
  case resolution
  /// The group that has it.
  case group
  /// Who asked.
  case client
  /// Who is responsible.
  case agent

  // Of calls.

  /// The call's id.
  case callId
  /// When it was made.
  case callAt
  /// Who called whom.
  case callDirection
  /// What came of it.
  case callOutcome
  /// How long the caller waited.
  case callWait
  /// How long it was, talk and hold together.
  case callLength
  /// How long was spoken.
  case callTalk
  /// How long the client was on hold.
  case callHold
  /// The ticket to which it belongs.
  case callTicket
  /// The topic.
  case callTopic
  /// Who called or was called.
  case callClient
  /// Who spoke for the desk.
  case callAgent

  /// Whether it tells of calls, else of tickets.
  public var isOfCalls: Bool {
    switch self {
    case .callId, .callAt, .callDirection, .callOutcome, .callWait, .callLength, .callTalk,
      .callHold, .callTicket, .callTopic, .callClient, .callAgent:
      true
    default: false
    }
  }

  /// Whether it shows how long a call was.
  public var isCallLength: Bool {
    switch self {
    case .callLength, .callTalk, .callHold: true
    default: false
    }
  }

  /// The purpose without which it is withheld; nil: it tells of nobody and shows no text.
  public var purpose: ClientPurpose? {
    switch self {
    case .client, .callClient: .people
    case .agent, .callAgent: .staff
    case .subject: .texts
    default: nil
    }
  }
}

/// For what more than figures, times and codes may be passed on to a client company.
public enum ClientPurpose: String, Hashable, Sendable, CaseIterable {
  /// Who of the company asked.
  case people
  /// Who of the desk served.
  case staff
  /// What was written.
  case texts
}

/// How often an agreed report is made: so many days, weeks, months or years.
public struct ClientPeriod: Hashable, Sendable {
  /// What is counted.
  public enum Unit: Character, Hashable, Sendable, CaseIterable {
    /// Days.
    case day = "D"
    /// Weeks.
    case week = "W"
    /// Months.
    case month = "M"
    /// Years.
    case year = "Y"
  }

  /// How many of them.
  public let count: Int
  /// What is counted.
  public let unit: Unit

  /// Reads an ISO 8601 duration of one unit, such as `P1M`; nil for anything else, and for more than
  /// 366 of a unit.
  ///
  /// - Parameter text: the duration.
  public init?(_ text: String) {
    guard text.first == "P", let last = text.last, let unit = Unit(rawValue: last) else {
      return nil
    }
    let digits = text.dropFirst().dropLast()
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(digits),
      (1...366).contains(count)
    else { return nil }
    self.count = count
    self.unit = unit
  }
}
