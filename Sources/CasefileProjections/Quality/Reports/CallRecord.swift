public import CasefileModel

/// One call, as the events that belong together tell it.
public struct CallRecord: Hashable, Sendable {
  /// Its id; nil where the source gives none.
  public let id: String?
  /// When it was made.
  public let at: Timestamp
  /// When it counts: at its end, so that it counts once and with its whole length; a day after the last
  /// that is known of it where no end is recorded.
  public private(set) var countedAt: Timestamp
  /// Who called whom; nil where that is not stated.
  public private(set) var direction: CallDirection?
  /// What came of it: a word of `CallOutcome`, else the source's own code.
  public private(set) var outcome: String?
  /// How long the caller waited; nil of a call that the desk made, and where it is not known.
  public private(set) var waitSeconds: Int64?
  /// How long was spoken.
  public private(set) var talkSeconds: Int64?
  /// How long the client was on hold.
  public private(set) var holdSeconds: Int64?
  /// Talk and hold together, else from the answer to the end, of all who answered one after the other;
  /// nought of one that nobody answered.
  public private(set) var lengthSeconds: Int64?
  /// Who called or was called.
  public private(set) var client: String?
  /// The topic.
  public private(set) var topic: String?
  /// Who answered, else who acted.
  public private(set) var agent: String?

  /// The calls among entries, in order of their beginning.
  ///
  /// - Parameters:
  ///   - entries: of a ticket or a contact, in domain order.
  ///   - hidden: entries that are left out.
  public static func records(
    _ entries: [TicketEntry], without hidden: Set<Position> = []
  ) -> [CallRecord] {
    var order: [String] = []
    var parts: [String: [TicketEntry]] = [:]
    for entry in entries where entry.retractedBy == nil && !hidden.contains(entry.position) {
      guard let call = CallRecord.call(of: entry) else { continue }
      // Without an id nothing tells which events belong together.
      let key = call.map { "id \($0)" } ?? "at \(entry.position)"
      if parts[key] == nil { order.append(key) }
      parts[key, default: []].append(entry)
    }
    return order.compactMap { key in parts[key].flatMap { CallRecord($0) } }
      .sorted { ($0.at, $0.id ?? "") < ($1.at, $1.id ?? "") }
  }

  /// The id of the call of which an entry tells, which may have none; nil for other entries.
  private static func call(of entry: TicketEntry) -> String?? {
    switch entry.typeNumber {
    case CallOffered.type.number: (try? entry.payload(CallOffered.self)).map(\.callId)
    case CallAnswered.type.number: (try? entry.payload(CallAnswered.self)).map(\.callId)
    case CallAbandoned.type.number: (try? entry.payload(CallAbandoned.self)).map(\.callId)
    case CallEnded.type.number: (try? entry.payload(CallEnded.self)).map(\.callId)
    default: nil
    }
  }

  /// - Parameter entries: of one call.
  private init?(_ entries: [TicketEntry]) {
    guard let first = entries.first else { return nil }
    id = CallRecord.call(of: first) ?? nil
    at = first.occurredAt
    let last = entries.map(\.occurredAt).max() ?? at
    countedAt = last.adding(microseconds: CallRecord.unendedSeconds * 1_000_000)
    var startedAt: Timestamp?
    var answeredAt: Timestamp?
    var isGivenUp = false
    var legs: [Leg] = []
    for entry in entries {
      if entry.isOf(CallOffered.self), let offer = try? entry.payload(CallOffered.self) {
        direction = offer.direction ?? direction
        client = offer.clientId ?? client
        topic = offer.topicId ?? topic
        startedAt = startedAt ?? offer.startedAt ?? entry.occurredAt
      } else if entry.isOf(CallAnswered.self), let answer = try? entry.payload(CallAnswered.self) {
        let instant = answer.answeredAt ?? entry.occurredAt
        // The client waited until the first one answered.
        if answeredAt == nil {
          answeredAt = instant
          waitSeconds = answer.waitSeconds
        }
        agent = answer.agentId ?? entry.actingAgent ?? agent
        // Passed on without an end of its own, the call goes on, and its end tells all of it.
        if legs.last.map({ $0.endedAt != nil }) ?? true { legs.append(Leg(answeredAt: instant)) }
      } else if entry.isOf(CallAbandoned.self),
        let abandoned = try? entry.payload(CallAbandoned.self)
      {
        isGivenUp = true
        outcome = CallOutcome.abandoned.word
        if answeredAt == nil { waitSeconds = abandoned.waitSeconds }
        countedAt = entry.occurredAt
      } else if entry.isOf(CallEnded.self), let end = try? entry.payload(CallEnded.self) {
        // What came of it is what the last one says; that it was given up stays so.
        if !isGivenUp { outcome = end.outcome?.word ?? end.outcomeCode ?? outcome }
        if legs.isEmpty { legs.append(Leg()) }
        // Told again without another answer it is the same end.
        legs[legs.count - 1].talkSeconds = CallRecord.positive(end.talkSeconds)
        legs[legs.count - 1].holdSeconds = CallRecord.positive(end.holdSeconds)
        legs[legs.count - 1].endedAt = end.endedAt ?? entry.occurredAt
        countedAt = end.endedAt ?? entry.occurredAt
        client = end.clientId ?? client
        topic = end.topicId ?? topic
        agent = agent ?? entry.actingAgent
      }
    }
    if !isGivenUp, let leg = legs.last, leg.endedAt == nil {
      countedAt = last.adding(microseconds: CallRecord.unendedSeconds * 1_000_000)
    }
    talkSeconds = CallRecord.sum(legs.map(\.talkSeconds))
    holdSeconds = CallRecord.sum(legs.map(\.holdSeconds))
    let isSilent = answeredAt == nil && outcome.map(CallRecord.unanswered.contains) ?? false
    lengthSeconds =
      isGivenUp && legs.isEmpty
      ? 0 : CallRecord.sum(legs.map(\.lengthSeconds), isWhole: true) ?? (isSilent ? 0 : nil)
    if direction == .outbound {
      waitSeconds = nil
    } else if waitSeconds == nil, let startedAt, let answeredAt {
      waitSeconds = CallRecord.positive(FindingCase.seconds(startedAt, answeredAt))
    }
  }

  /// What comes of calls that nobody answered.
  private static let unanswered: Set<String> = Set(
    [CallOutcome.noAnswer, .busy, .voicemail, .failed, .abandoned].map(\.word))

  /// So long after the last that is known of a call it lasts no more, whether or not its end is recorded.
  private static let unendedSeconds: Int64 = 86_400

  /// What one of those did who answered a call one after the other.
  private struct Leg {
    var answeredAt: Timestamp?
    var endedAt: Timestamp?
    var talkSeconds: Int64?
    var holdSeconds: Int64?

    var lengthSeconds: Int64? {
      if talkSeconds != nil { return CallRecord.sum([talkSeconds, holdSeconds]) }
      guard let answeredAt, let endedAt else { return nil }
      return CallRecord.positive(FindingCase.seconds(answeredAt, endedAt))
    }
  }

  /// The sum of what is known; nil where nothing is.
  ///
  /// - Parameter isWhole: whether nothing is known unless all is.
  private static func sum(_ parts: [Int64?], isWhole: Bool = false) -> Int64? {
    let known = parts.compactMap { $0 }
    guard !known.isEmpty, !isWhole || known.count == parts.count else { return nil }
    return known.reduce(0) { sum, part in
      let (next, isOver) = sum.addingReportingOverflow(part)
      return isOver ? .max : next
    }
  }

  /// A time that no call can have taken is not known.
  private static func positive(_ seconds: Int64?) -> Int64? {
    seconds.flatMap { $0 >= 0 ? $0 : nil }
  }
}

extension ContactRecord {
  /// The calls that happened by an instant, without those that are not public.
  ///
  /// - Parameter now: what happened later is left out.
  public func publicCalls(at now: Timestamp) -> [CallRecord] {
    let entries = entries(at: now)
    return CallRecord.records(entries, without: Set(Withheld.entries(entries).keys))
  }
}

extension TicketEntry {
  fileprivate func isOf(_ type: (some EventPayload).Type) -> Bool {
    typeNumber == type.type.number
  }

  fileprivate var actingAgent: String? { actor.kind == .agent ? actor.id : nil }
}
