public import CasefileModel

/// A client's mark: what it is now, and to whom it belongs.
public struct MarkReview: Hashable, Sendable {
  /// Why it belongs to an agent.
  public enum Ground: String, Hashable, Sendable {
    /// The mark names the agent.
    case named
    /// The agent wrote or spoke the last human reply before the survey was offered.
    case lastReply
    /// The agent held the ticket at the last resolution or close.
    case holder
    /// It belongs to nobody.
    case none
  }

  /// The mark's id.
  public let id: String
  /// The event that brought it.
  public let position: Position
  /// When it was given.
  public let at: Timestamp
  /// Which kind of mark.
  public let kind: RatingKind?
  /// The mark as it is now.
  public internal(set) var score: Int64?
  /// The mark as it was first given.
  public let firstScore: Int64?
  /// The lowest mark of its scale.
  public let scaleMin: Int64?
  /// The highest mark of its scale.
  public let scaleMax: Int64?
  /// The client's words; nil where there are none or they were erased.
  public internal(set) var comment: String?
  /// Whose it is.
  public let agent: String?
  /// Why it is that agent's.
  public let ground: Ground
  /// Who held the ticket at the last resolution or close before it.
  public let holderAtResolution: String?
  /// The last event that changed it.
  public internal(set) var changedBy: Position?
  /// The event that withdrew it.
  public internal(set) var withdrawnBy: Position?
  /// The event that disputes it.
  public internal(set) var disputedBy: Position?
  /// A newer mark of the same survey and question, which counts instead.
  public internal(set) var replacedBy: Position?

  private let question: [String?]

  /// The marks of a ticket in the order in which they were given.
  ///
  /// - Parameter entries: a ticket's entries in domain order.
  public static func marks(in entries: [TicketEntry]) -> [MarkReview] {
    var trail = MarkTrail()
    for entry in entries where entry.retractedBy == nil && !entry.isAmendment {
      try? trail.apply(entry)
    }
    return trail.marks
  }

  fileprivate init(
    _ payload: RatingReceived, _ entry: TicketEntry, agent: String?, ground: Ground,
    holder: String?
  ) {
    id = payload.ratingId
    position = entry.position
    at = entry.occurredAt
    kind = payload.kind
    score = payload.score
    firstScore = payload.score
    scaleMin = payload.scaleMin
    scaleMax = payload.scaleMax
    comment = payload.comment
    self.agent = agent
    self.ground = ground
    holderAtResolution = holder
    // Marks outside any survey are of one question only where they are the same kind.
    question = [payload.surveyId, payload.questionId, payload.kind?.word]
  }

  fileprivate func asksTheSame(as other: MarkReview) -> Bool { question == other.question }
}

private struct MarkTrail {
  var marks: [MarkReview] = []
  private var holder: String?
  private var holderAtResolution: String?
  private var lastReply: String?
  private var replyAtOffer: [String: String?] = [:]

  mutating func apply(_ entry: TicketEntry) throws(CodecError) {
    switch entry.typeNumber {
    case TicketAssigned.type.number: holder = try entry.payload(TicketAssigned.self).agentId
    case TicketUnassigned.type.number: holder = nil
    case HandoffAccepted.type.number: holder = try entry.payload(HandoffAccepted.self).agentId
    case HandoffForced.type.number: holder = try entry.payload(HandoffForced.self).toAgent
    case ResolutionProposed.type.number, TicketClosed.type.number: holderAtResolution = holder
    case MessageSent.type.number:
      let payload = try entry.payload(MessageSent.self)
      guard entry.event.envelope.visibility == .public, payload.author ?? .agent == .agent else {
        return
      }
      lastReply =
        payload.agentId ?? (entry.actor.kind == .agent ? entry.actor.id : nil) ?? lastReply
    case CallAnswered.type.number:
      let agent = try entry.payload(CallAnswered.self).agentId
      lastReply = agent ?? (entry.actor.kind == .agent ? entry.actor.id : nil) ?? lastReply
    case SurveyOffered.type.number:
      replyAtOffer[try entry.payload(SurveyOffered.self).surveyId] = .some(lastReply)
    default: try applyRating(entry)
    }
  }

  private mutating func applyRating(_ entry: TicketEntry) throws(CodecError) {
    switch entry.typeNumber {
    case RatingReceived.type.number: receive(try entry.payload(RatingReceived.self), entry)
    case RatingChanged.type.number:
      let payload = try entry.payload(RatingChanged.self)
      guard let index = index(of: payload.ratingId) else { return }
      marks[index].score = payload.newScore ?? marks[index].score
      marks[index].comment = payload.comment ?? marks[index].comment
      marks[index].changedBy = entry.position
    case RatingWithdrawn.type.number:
      guard let index = index(of: try entry.payload(RatingWithdrawn.self).ratingId) else { return }
      marks[index].withdrawnBy = entry.position
    case RatingDisputed.type.number:
      guard let index = index(of: try entry.payload(RatingDisputed.self).ratingId) else { return }
      marks[index].disputedBy = entry.position
    default: break
    }
  }

  private func index(of id: String) -> Int? { marks.lastIndex { $0.id == id } }

  private mutating func receive(_ payload: RatingReceived, _ entry: TicketEntry) {
    let replied = payload.surveyId.flatMap { replyAtOffer[$0] } ?? lastReply
    let agent: String?
    let ground: MarkReview.Ground
    if let named = payload.about?.agentId {
      (agent, ground) = (named, .named)
    } else if let replied {
      (agent, ground) = (replied, .lastReply)
    } else if let holderAtResolution {
      (agent, ground) = (holderAtResolution, .holder)
    } else {
      (agent, ground) = (nil, .none)
    }
    let mark = MarkReview(
      payload, entry, agent: agent, ground: ground, holder: holderAtResolution)
    for index in marks.indices
    where marks[index].replacedBy == nil && marks[index].asksTheSame(as: mark) {
      marks[index].replacedBy = entry.position
    }
    marks.append(mark)
  }
}
