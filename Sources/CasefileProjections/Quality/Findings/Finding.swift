public import CasefileModel

/// Something that a ticket's history shows, with the events that prove it.
public struct Finding: Hashable, Sendable {
  /// What a sentence about it names; which of them are there is the code's.
  public struct Details: Hashable, Sendable {
    /// Agents in the order of what happened.
    public internal(set) var agents: [String] = []
    /// Groups in the order of what happened.
    public internal(set) var groups: [String] = []
    /// How long it lasted.
    public internal(set) var seconds: Int64?
    /// What it was measured against.
    public internal(set) var limitSeconds: Int64?
    /// A number of its own unit, such as a mark.
    public internal(set) var count: Int64?
    /// A word of the vocabulary, such as a kind of close.
    public internal(set) var word: String?
    /// The id of another thing, such as a ticket, a template or an agreement.
    public internal(set) var other: String?
    /// When it ended or was due.
    public internal(set) var until: Timestamp?
    /// The calendar by whose working time it was measured; nil: around the clock.
    public internal(set) var calendar: String?

    init() {}
  }

  /// What a clock's verdict is with an act, and what it would be without it.
  public struct ClockEffect: Hashable, Sendable {
    /// The clock; nil: the promised date.
    public let clock: ClockName?
    /// Which instance.
    public let instance: Int
    /// The verdict with the act.
    public let verdict: Verdict
    /// The verdict without it; nil where there would be no such instance.
    public let verdictWithout: Verdict?
    /// When it is due with the act; nil while it is paused.
    public let dueAt: Timestamp?
    /// When it would be due without it.
    public let dueAtWithout: Timestamp?
  }

  /// What it says.
  public let code: FindingCode
  /// The ticket; nil for what happened on a contact that belongs to none.
  public let ticket: String?
  /// The contact's stream, for what happened on a contact that belongs to no ticket.
  public let contact: String?
  /// When it happened or began.
  public let at: Timestamp
  /// The events that prove it, in the order of what happened.
  public let positions: [Position]
  /// The agent whom it is about: who acted, or who held the ticket then; nil for nobody. A repeat is
  /// about whoever held the ticket whose close it repeats.
  public let agent: String?
  /// The group that had that ticket then.
  public let group: String?
  /// What a sentence about it names.
  public let details: Details
  /// The verdicts with and without the act; empty for what is no act on a clock.
  public let clocks: [ClockEffect]
}

/// What is known of one code on one ticket.
public enum FindingAnswer: Hashable, Sendable {
  /// Why nothing can be said: missing data are never guilt.
  public enum Gap: Hashable, Sendable {
    /// The source states that it does not record events of this type.
    case notRecorded(String)
    /// The source does not state whether it records events of this type.
    case notStated(String)
    /// Of nobody who held the ticket a shift or an absence is known.
    case dutyUnknown
    /// A shift of a holder ended, and its end does not list what was not handed over.
    case shiftNotListed
    /// No policy governs the ticket.
    case noPolicy
    /// The record does not show how the ticket was closed.
    case closeUnclear
    /// Who the client is is not known.
    case clientUnknown
    /// The client came again, and whether on the same topic is not known.
    case topicUnknown
    /// The rule set switches the rule off.
    case switchedOff
  }

  /// It is so, once or more.
  case found([Finding])
  /// It is not so. Where something shows that, its positions.
  case notFound([Position])
  /// Nothing can be said.
  case notAssessable(Gap)
}

/// All that findings say of one ticket.
public struct TicketFindings: Hashable, Sendable {
  /// What is known of one code.
  public struct Answer: Hashable, Sendable {
    /// The code.
    public let code: FindingCode
    /// What is known.
    public let answer: FindingAnswer
  }

  /// The ticket.
  public let ticket: String
  /// The instant for which it holds.
  public let evaluatedAt: Timestamp
  /// The rules.
  public let rules: FindingRules
  /// The answer of each code that was asked for, in the order of `FindingCode`.
  public let answers: [Answer]

  /// Everything that was found, in the order of the codes, then of time.
  public var findings: [Finding] {
    answers.flatMap { one -> [Finding] in
      if case .found(let findings) = one.answer { findings } else { [] }
    }
  }

  /// The answer of a code; nil where it was not asked for.
  public subscript(_ code: FindingCode) -> FindingAnswer? {
    answers.first { $0.code == code }?.answer
  }
}
