public import CasefileModel

/// The trainings to which reviews led, and how many reviews stand around each of them.
public struct TrainingBook: Sendable {
  /// The types of the events that tell of trainings and of the reviews that led to them.
  public static let types: Set<UInt32> = [
    TrainingAssigned.type.number, TrainingCompleted.type.number, ReviewSubmitted.type.number,
  ]

  /// For so long before a training was assigned, and after it was completed, reviews count.
  static let windowSeconds: Int64 = 30 * 86_400
  /// Of fewer reviews on a side nothing can be told.
  static let fewestReviews = 3

  /// A training that was completed.
  struct Training {
    let agent: String
    let assignedAt: Timestamp
    let completedAt: Timestamp
    let positions: [Position]
    var before = 0
    var after = 0

    /// Whether a review lies within the time before it, or after it; nil for neither.
    func isAfter(_ instant: Timestamp) -> Bool? {
      if instant < assignedAt {
        return FindingCase.seconds(instant, assignedAt) <= TrainingBook.windowSeconds ? false : nil
      }
      guard instant >= completedAt else { return nil }
      return FindingCase.seconds(completedAt, instant) <= TrainingBook.windowSeconds ? true : nil
    }

    var isAssessable: Bool {
      before >= TrainingBook.fewestReviews && after >= TrainingBook.fewestReviews
    }
  }

  private var trainings: [String: [Training]] = [:]
  /// By the event of the review, the assignment of the training to which it led.
  private var led: [Position: Position] = [:]

  /// No training is known.
  public init() {}

  /// Whether no training is known.
  public var isEmpty: Bool { trainings.isEmpty && led.isEmpty }

  /// Reads trainings and reviews.
  ///
  /// - Parameters:
  ///   - events: of `types`, with what corrects or retracts them, in any order.
  ///   - now: what happened later is left out.
  ///   - knownAt: leaves out what was recorded later.
  ///   - schema: the types of events.
  public init(
    events: [StoredEvent], at now: Timestamp, knownAt: KnownAt? = nil,
    schema: EventSchema = .builtIn
  ) {
    struct Key: Hashable {
      let agent: String
      let training: String
    }
    var assigned: [Key: (at: Timestamp, position: Position, hasReviews: Bool)] = [:]
    var causes: [String: Position] = [:]
    var reviews: [(id: String, position: Position)] = []
    for entry in events.inForce(TrainingBook.types, knownAt: knownAt, schema: schema)
    where entry.effectiveAt <= now {
      switch entry.typeNumber {
      case ReviewSubmitted.type.number:
        guard let payload = try? entry.payload(ReviewSubmitted.self) else { continue }
        reviews.append((payload.reviewId, entry.position))
      case TrainingAssigned.type.number:
        guard let payload = try? entry.payload(TrainingAssigned.self) else { continue }
        let key = Key(agent: payload.agentId, training: payload.trainingId)
        assigned[key] =
          assigned[key]
          ?? (entry.effectiveAt, entry.position, !payload.reviewIds.isEmpty)
        for review in payload.reviewIds { causes[review] = causes[review] ?? entry.position }
      default:
        guard let payload = try? entry.payload(TrainingCompleted.self) else { continue }
        for review in payload.reviewIds { causes[review] = causes[review] ?? entry.position }
        let begin = assigned[Key(agent: payload.agentId, training: payload.trainingId)]
        guard payload.result != .missed, begin?.hasReviews ?? false || !payload.reviewIds.isEmpty
        else { continue }
        trainings[payload.agentId, default: []].append(
          Training(
            agent: payload.agentId, assignedAt: begin?.at ?? entry.effectiveAt,
            completedAt: entry.effectiveAt,
            positions: [begin?.position, entry.position].compactMap { $0 }))
      }
    }
    for review in reviews { led[review.position] = causes[review.id] }
  }

  /// Counts the totals of reviews that a ticket has, as `Metric.reviewTotal` has them.
  public mutating func count(_ totals: TicketMetric) {
    for sample in totals.samples { count(sample.agent, at: sample.at) }
  }

  private mutating func count(_ agent: String?, at instant: Timestamp) {
    guard let agent, let places = trainings[agent]?.indices else { return }
    for place in places {
      guard let isAfter = trainings[agent]?[place].isAfter(instant) else { continue }
      if isAfter {
        trainings[agent]?[place].after += 1
      } else {
        trainings[agent]?[place].before += 1
      }
    }
  }

  /// In which times reviews count for those trainings of an agent for which one within a time does.
  ///
  /// - Parameters:
  ///   - since: the first instant of the time; nil: from the beginning.
  ///   - until: the first instant after it; nil: to the end.
  package func windows(
    of agent: String, since: Timestamp?, until: Timestamp?
  ) -> [(since: Timestamp, until: Timestamp)] {
    let reach = (TrainingBook.windowSeconds + 1) * 1_000_000
    return trainings(of: agent).map {
      ($0.assignedAt.adding(microseconds: -reach), $0.completedAt.adding(microseconds: reach))
    }.filter { window in
      since.map { $0 < window.1 } ?? true && until.map { window.0 < $0 } ?? true
    }
  }

  /// The same book with no review counted.
  package var emptied: TrainingBook {
    var book = self
    book.trainings = trainings.mapValues { trainings in
      trainings.map { training in
        var training = training
        (training.before, training.after) = (0, 0)
        return training
      }
    }
    return book
  }

  /// Adds what another one of the same trainings counted.
  package mutating func merge(_ other: TrainingBook) {
    for (agent, counted) in other.trainings {
      for (place, one) in counted.enumerated() {
        trainings[agent]?[place].before += one.before
        trainings[agent]?[place].after += one.after
      }
    }
  }

  /// Counts the totals of a block.
  ///
  /// - Parameters:
  ///   - section: of `Metric.reviewTotal`.
  ///   - tickets: which of the tickets are meant.
  package mutating func count(
    _ section: [UInt8], _ tickets: SectionTickets
  ) throws(RowError) {
    guard !section.isEmpty else { return }
    var section = try MetricSection(section)
    while let ticket = section.ticket {
      guard ticket < tickets.total else { throw RowError() }
      while section.valueCount > 0 {
        let value = try section.next()
        guard tickets.isMeant(ticket) else { continue }
        count(section.texts[value.agent], at: Timestamp(microseconds: value.at))
      }
      try section.advance()
    }
  }

  /// The trainings of an agent, in order.
  func trainings(of agent: String) -> [Training] { trainings[agent] ?? [] }

  /// The assignment of a training to which a review led.
  func training(after review: Position) -> Position? { led[review] }
}
