package import CasefileModel

/// A part of what a block keeps of its tickets; each is read without the others.
package enum QualitySection: Hashable, Sendable {
  /// What the tickets are about.
  case traits
  /// What of their course bears on the instant and on other tickets.
  case courses
  /// Of which tickets there are values of `Metric.kept`: `KeptSection`.
  case kept
  /// What became of the clocks of these tickets.
  case outcomes
  /// Their values of a metric of `Metric.stored`, or of one of `Metric.kept`.
  case metric(Metric)
  /// What they have together of each of these: `TotalsSection`.
  case totals

  /// All of them, in the order of their numbers.
  package static let all: [QualitySection] =
    [.traits, .courses] + Metric.stored.map { .metric($0) } + keptOnes + [.totals]

  /// Those that follow from rules.
  package static let keptOnes: [QualitySection] =
    [.kept, .outcomes] + Metric.kept.map { .metric($0) }
}

extension Metric {
  /// In which sections of blocks there is what its values are made of.
  package var keptIn: [QualitySection] {
    switch self {
    case .firstReactionWorkingTime: [.metric(.firstReaction)]
    case .firstReplyWorkingTime: [.metric(.firstReply)]
    case .repliesWorkingTime: [.metric(.replies)]
    case .resolutionWorkingTime: [.metric(.resolution)]
    case .stressCases: [.metric(.arrivals), .metric(.stressFlags)]
    case .stressMarks: [.metric(.markLevel), .metric(.arrivals), .metric(.stressFlags)]
    case .checklistDone, .checklistSkipped:
      [.metric(.resolution), .metric(.diagnosticActs), .traits]
    case .trainedReviews: [.metric(.reviewResponses)]
    case .trainingEffect, .reviewScore, .criticalFailures: [.metric(.reviewTotal)]
    default:
      switch basis {
      case .moment, .company: [.courses]
      case .policies: []
      default: [.metric(self)]
      }
    }
  }
}

/// Of what rows are made: a ticket's own row, or its part of a block.
package protocol MeasuredTicket {
  /// The ticket's id; of a contact the ticket's to which it belongs.
  var ticket: String? { get }
  /// The contact's stream; nil for a ticket.
  var contact: String? { get }
  /// By what its values are told apart.
  func traits() throws(RowError) -> TicketTraits
  /// What bears on the instant and on other tickets; nil where all was retracted.
  func course() throws(RowError) -> TicketCourse?
  /// The values of a metric of the basis `history`, without traits.
  func metric(_ metric: Metric) throws(RowError) -> TicketMetric
}

extension StoredFacts: MeasuredTicket {}

/// Makes the sections of a block.
package struct QualityBlockWriter {
  private var traits = TraitsSection.Writer()
  private var courses = CoursesSection.Writer()
  private var metrics = Metric.stored.map { _ in MetricSection.Writer() }
  private var count = 0

  package init() {}

  /// Adds the next ticket; nil: all of it was retracted, so that its row says nothing.
  package mutating func add(_ facts: StoredFacts?) throws(RowError) {
    traits.add(try facts?.traits() ?? TicketTraits())
    courses.add(try facts?.course())
    if let facts {
      for (place, metric) in Metric.stored.enumerated() {
        metrics[place].add(try facts.metric(metric), ticket: count)
      }
    }
    count += 1
  }

  /// The sections that are not empty, in order of `QualitySection.all`.
  package var sections: [(section: QualitySection, bytes: [UInt8])] {
    zip(QualitySection.all, [traits.bytes, courses.bytes] + metrics.map(\.bytes))
      .filter { !$1.isEmpty }.map { ($0, $1) }
  }
}

/// Makes the sections of what follows from rules.
package struct KeptWriter {
  private let judge: MetricJudge
  private let book: DeadlineBook
  private let count: UInt64
  private var outcomes = OutcomesSection.Writer()
  private var metrics = Metric.kept.map { _ in MetricSection.Writer() }
  private let end: Timestamp
  private var kinds: [KeptSection.Kind] = []
  private var clocks = ClockFacts()

  /// - Parameters:
  ///   - count: how many events the log had from which the book was made.
  ///   - end: at which instant tickets are judged: not before the newest event of any.
  package init(_ book: DeadlineBook, count: UInt64, at end: Timestamp) {
    self.book = book
    self.count = count
    self.end = end
    judge = MetricJudge(at: end, MetricContext(book: book))
  }

  /// Adds the next ticket.
  ///
  /// - Parameters:
  ///   - facts: nil: all of it was retracted.
  ///   - row: what its clocks depend on.
  package mutating func add(_ facts: StoredFacts?, clocks row: [UInt8]?) throws(RowError) {
    let place = kinds.count
    guard let facts, let row else { return kinds.append(.nothing) }
    try clocks.read(row: row)
    let kept = try judge.kept(clocks) { metric throws(RowError) in try facts.metric(metric) }
    kinds.append(kept?.kind ?? .nothing)
    guard let kept else { return }
    for (index, metric) in kept.values.enumerated() { metrics[index].add(metric, ticket: place) }
    judge.addOutcomes(of: clocks, into: &outcomes)
    outcomes.end(clocks, ticket: place)
  }

  /// The sections that are not empty.
  package var sections: [(section: QualitySection, bytes: [UInt8])] {
    let kept = KeptSection(book, count: count, end: end, kinds: kinds)
    return zip(
      QualitySection.keptOnes, [RowWriter.encode(kept), outcomes.bytes] + metrics.map(\.bytes)
    )
    .filter { !$1.isEmpty }.map { ($0, $1) }
  }
}

/// Reads the tickets of a block one after the other, as far as their sections were handed in.
///
/// An object, so that a ticket is read by whoever needs it, as a row is.
package final class QualityBlockReader: MeasuredTicket {
  private static let metrics = Metric.stored + Metric.kept
  private static let places = Dictionary(uniqueKeysWithValues: zip(metrics, metrics.indices))

  private var traitsSection: TraitsSection?
  private var courses: CoursesSection?
  /// Those of `metrics`, in its order.
  private var sections: [MetricSection?] = Array(repeating: nil, count: metrics.count)
  /// The ticket's place in the block.
  private var place = -1
  package private(set) var ticket: String?
  package private(set) var contact: String?
  /// What was read of the ticket, since several metrics may be made of the same values.
  private var known: [(place: Int, metric: TicketMetric)?]
  private var knownTraits: TicketTraits?
  private var knownCourse: TicketCourse??

  /// - Parameter sections: their bytes; those that are missing are empty.
  package init(_ sections: [QualitySection: [UInt8]]) throws(RowError) {
    known = Array(repeating: nil, count: QualityBlockReader.metrics.count)
    for (section, bytes) in sections where !bytes.isEmpty {
      switch section {
      case .traits: traitsSection = try TraitsSection(bytes)
      case .courses: courses = try CoursesSection(bytes)
      case .kept, .outcomes, .totals: continue
      case .metric(let metric):
        guard let place = QualityBlockReader.places[metric] else { continue }
        self.sections[place] = try MetricSection(bytes)
      }
    }
  }

  /// Goes on to a ticket behind the one before.
  package func move(to place: Int, ticket: String?, contact: String?) {
    self.place = place
    self.ticket = ticket
    self.contact = contact
    knownTraits = nil
    knownCourse = nil
  }

  package func traits() throws(RowError) -> TicketTraits {
    if let knownTraits { return knownTraits }
    let traits = try traitsSection?.traits(of: place) ?? TicketTraits()
    knownTraits = traits
    return traits
  }

  package func course() throws(RowError) -> TicketCourse? {
    if let knownCourse { return knownCourse }
    try courses?.move(to: place)
    let course = courses?.course(of: ticket ?? "")
    knownCourse = course
    return course
  }

  package func metric(_ metric: Metric) throws(RowError) -> TicketMetric {
    var value = TicketMetric()
    value.contact = contact
    guard let index = QualityBlockReader.places[metric], sections[index] != nil else {
      return value
    }
    if let known = known[index], known.place == place { return known.metric }
    while let next = sections[index]?.ticket, next <= place {
      if next < place {
        try sections[index]?.skip()
      } else {
        value = try sections[index]?.take(ticket: ticket, contact: contact) ?? value
      }
    }
    known[index] = (place, value)
    return value
  }
}
