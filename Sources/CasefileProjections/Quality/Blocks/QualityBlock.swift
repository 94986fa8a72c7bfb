import CasefileModel

/// A part of what a block keeps of its tickets; each is read without the others.
package enum QualitySection: Hashable, Sendable {
  /// What the tickets are about.
  case traits
  /// What of their course bears on the instant and on other tickets.
  case courses
  /// Their values of a metric of the basis `history`.
  case metric(Metric)

  /// All of them, in the order of their numbers.
  package static let all: [QualitySection] =
    [.traits, .courses] + Metric.stored.map { .metric($0) }
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
    case .trainingEffect: [.metric(.reviewTotal)]
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
  private var courses = RowWriter()
  private var metrics = Metric.stored.map { _ in MetricSection.Writer() }
  private var count = 0

  package init() {}

  /// Adds the next ticket; nil: all of it was retracted, so that its row says nothing.
  package mutating func add(_ facts: StoredFacts?) throws(RowError) {
    traits.add(try facts?.traits() ?? TicketTraits())
    courses.put(try facts?.course())
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

/// Reads the tickets of a block one after the other, as far as their sections were handed in.
///
/// An object, so that a ticket is read by whoever needs it, as a row is.
package final class QualityBlockReader: MeasuredTicket {
  private static let places = Dictionary(
    uniqueKeysWithValues: zip(Metric.stored, Metric.stored.indices))

  private var traitsSection: TraitsSection?
  private var courses: RowReader?
  private var courseCount = 0
  /// Those of `Metric.stored`, in its order.
  private var sections: [MetricSection?] = Array(repeating: nil, count: Metric.stored.count)
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
    known = Array(repeating: nil, count: Metric.stored.count)
    for (section, bytes) in sections where !bytes.isEmpty {
      switch section {
      case .traits: traitsSection = try TraitsSection(bytes)
      case .courses: courses = RowReader(bytes)
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
    var course: TicketCourse?
    if var reader = courses {
      courses = nil
      while courseCount <= place {
        let next: TicketCourse? = try reader.get()
        course = next
        courseCount += 1
      }
      courses = reader
    }
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
