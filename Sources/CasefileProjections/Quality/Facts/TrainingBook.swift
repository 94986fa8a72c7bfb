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
    let assignedAt: Timestamp
    let completedAt: Timestamp
    let positions: [Position]
    /// Its place among all trainings.
    fileprivate(set) var number = 0

    /// Whether a review lies within the time before it, or after it; nil for neither.
    func isAfter(_ instant: Timestamp) -> Bool? {
      if instant < assignedAt {
        return FindingCase.seconds(instant, assignedAt) <= TrainingBook.windowSeconds ? false : nil
      }
      guard instant >= completedAt else { return nil }
      return FindingCase.seconds(completedAt, instant) <= TrainingBook.windowSeconds ? true : nil
    }
  }

  /// The trainings of an agent.
  struct Trainings {
    /// In order of their ends.
    let all: [Training]
    /// By the place of a training, when the first one was assigned of it and those after it.
    private let begins: [Timestamp]

    init(_ trainings: [Training] = []) {
      all = trainings
      var begins = trainings.map(\.assignedAt)
      for place in begins.indices.dropLast().reversed() {
        begins[place] = min(begins[place], begins[place + 1])
      }
      self.begins = begins
    }

    /// Those around which something may stand that was so at an instant.
    func around(_ instant: Timestamp) -> ArraySlice<Training> {
      let reach = (TrainingBook.windowSeconds + 1) * 1_000_000
      let since = instant.adding(microseconds: -reach)
      let until = instant.adding(microseconds: reach)
      let first = all.firstPlace { $0.completedAt >= since }
      return all[first..<max(first, begins.firstPlace { $0 > until })]
    }
  }

  private struct Count {
    var before = 0
    var after = 0
  }

  private var trainings: [String: Trainings] = [:]
  private var trainingCount = 0
  /// By the number of the training, how many reviews stand around it; empty while none was counted.
  private var counts: [Count] = []
  /// By the review, the assignment of the training to which it led.
  private var causes: [String: Position] = [:]
  /// The same by the event of the review.
  private var led: [Position: Position] = [:]

  /// No training is known.
  public init() {}

  /// Whether no training is known.
  public var isEmpty: Bool { trainings.isEmpty && causes.isEmpty }

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
    self.init([TrainingNote](events: events, knownAt: knownAt, schema: schema), at: now)
  }

  /// Takes what is known of trainings and reviews, in any order.
  ///
  /// - Parameter now: what happened later is left out.
  package init(_ notes: [TrainingNote], at now: Timestamp) {
    struct Key: Hashable {
      let agent: String
      let training: String
    }
    var assigned: [Key: (at: Timestamp, position: Position, hasReviews: Bool)] = [:]
    var completed: [String: [Training]] = [:]
    let trained = notes.filter { $0.kind != .review && $0.at <= now }
    for note in trained.sorted(by: { ($0.at, $0.position) < ($1.at, $1.position) }) {
      let key = Key(agent: note.agent, training: note.name)
      for review in note.reviews { causes[review] = causes[review] ?? note.position }
      guard note.kind != .assigned else {
        assigned[key] = assigned[key] ?? (note.at, note.position, !note.reviews.isEmpty)
        continue
      }
      let begin = assigned[key]
      guard note.kind != .missed, begin?.hasReviews ?? false || !note.reviews.isEmpty else {
        continue
      }
      completed[note.agent, default: []].append(
        Training(
          assignedAt: begin?.at ?? note.at, completedAt: note.at,
          positions: [begin?.position, note.position].compactMap { $0 }))
    }
    for (agent, ones) in completed {
      var ones = ones.enumerated().sorted {
        ($0.element.completedAt, $0.offset) < ($1.element.completedAt, $1.offset)
      }.map(\.element)
      for place in ones.indices { ones[place].number = trainingCount + place }
      trainingCount += ones.count
      trainings[agent] = Trainings(ones)
    }
    add(reviews: notes, at: now)
  }

  /// Whether a training names a review as its cause.
  package func isCause(_ review: String) -> Bool { causes[review] != nil }

  /// Learns where reviews stand.
  ///
  /// - Parameters:
  ///   - notes: of reviews; others are of no account.
  ///   - now: what happened later is left out.
  package mutating func add(reviews notes: [TrainingNote], at now: Timestamp) {
    guard !causes.isEmpty else { return }
    for note in notes where note.kind == .review && note.at <= now {
      led[note.position] = causes[note.name]
    }
  }

  /// Counts the totals of reviews that a ticket has, as `Metric.reviewTotal` has them.
  public mutating func count(_ totals: TicketMetric) {
    for sample in totals.samples { count(sample.agent, at: sample.at) }
  }

  private mutating func count(_ agent: String?, at instant: Timestamp) {
    guard let agent, let trainings = trainings[agent] else { return }
    for training in trainings.around(instant) {
      guard let isAfter = training.isAfter(instant) else { continue }
      if counts.isEmpty { counts = Array(repeating: Count(), count: trainingCount) }
      if isAfter {
        counts[training.number].after += 1
      } else {
        counts[training.number].before += 1
      }
    }
  }

  /// Whether enough reviews stand on both sides of a training.
  func isAssessable(_ training: Training) -> Bool {
    guard training.number < counts.count else { return false }
    let count = counts[training.number]
    return count.before >= TrainingBook.fewestReviews && count.after >= TrainingBook.fewestReviews
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
    return trainings(of: agent).all.map {
      ($0.assignedAt.adding(microseconds: -reach), $0.completedAt.adding(microseconds: reach))
    }.filter { window in
      since.map { $0 < window.1 } ?? true && until.map { window.0 < $0 } ?? true
    }
  }

  /// Adds what another one of the same trainings counted.
  package mutating func merge(_ other: TrainingBook) {
    guard !counts.isEmpty else { return counts = other.counts }
    for (number, count) in other.counts.enumerated() {
      counts[number].before += count.before
      counts[number].after += count.after
    }
  }

  /// Counts the totals of a block.
  ///
  /// - Parameters:
  ///   - section: of `Metric.reviewTotal`.
  ///   - tickets: which of the tickets are meant.
  ///   - scorecards: a review of one that is not published has no total.
  package mutating func count(
    _ section: [UInt8], _ tickets: SectionTickets, by scorecards: Scorecards
  ) throws(RowError) {
    guard !section.isEmpty else { return }
    var section = try MetricSection(section)
    while let ticket = section.ticket {
      guard ticket < tickets.total else { throw RowError() }
      while section.valueCount > 0 {
        let value = try section.next()
        guard tickets.isMeant(ticket) else { continue }
        let instant = Timestamp(microseconds: value.at)
        // Few reviews stand around a training, and to read one takes longer than to ask for that.
        guard let agent = section.texts[value.agent], let known = trainings[agent],
          known.around(instant).contains(where: { $0.isAfter(instant) != nil })
        else { continue }
        let record = try ReviewRecord(text: section.texts[value.part] ?? "")
        if case .value = JudgedReview(record, by: scorecards, at: instant).total {
          count(section.texts[value.agent], at: instant)
        }
      }
      try section.advance()
    }
  }

  /// The trainings of an agent.
  func trainings(of agent: String) -> Trainings { trainings[agent] ?? Trainings() }

  /// The assignment of a training to which a review led.
  func training(after review: Position) -> Position? { led[review] }
}
