import CasefileModel

/// A review as its own events left it, without what only its scorecard says.
///
/// A view keeps it in the place of a total, so that the total follows from the scorecards when somebody
/// asks: these may be published, corrected and retracted at any time.
struct ReviewRecord: Hashable, Sendable {
  /// What was said of one criterion.
  struct Answer: Hashable, Sendable {
    let criterion: String
    /// As the last decision on a dispute left it.
    let score: Int64?
    let best: Int64?
    let weight: Int64?
    let isCritical: Bool?
  }

  let scorecard: String?
  let version: Int64?
  /// The total that was stated last; nil where the scores tell it.
  let total: Int64?
  let answers: [Answer]

  /// All of it as a text in which each scalar is a byte: what values are kept with is texts. Below 256
  /// no two of them mean the same letter, so other bytes are another text.
  var text: String {
    var text = String.UnicodeScalarView()
    for byte in RowWriter.encode(self) { text.append(Unicode.Scalar(byte)) }
    return String(text)
  }

  init(scorecard: String?, version: Int64?, total: Int64?, answers: [Answer]) {
    self.scorecard = scorecard
    self.version = version
    self.total = total
    self.answers = answers
  }

  /// What `text` wrote.
  init(text: String) throws(RowError) {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard let byte = UInt8(exactly: scalar.value) else { throw RowError() }
      bytes.append(byte)
    }
    self = try RowReader.decode(ReviewRecord.self, bytes)
  }
}

extension ReviewRecord: RowCodable {
  func write(to writer: inout RowWriter) {
    writer.put(scorecard)
    writer.put(version)
    writer.put(total)
    writer.put(answers)
  }

  init(from reader: inout RowReader) throws(RowError) {
    scorecard = try reader.get()
    version = try reader.get()
    total = try reader.get()
    answers = try reader.get()
  }
}

extension ReviewRecord.Answer: RowCodable {
  func write(to writer: inout RowWriter) {
    writer.put(criterion)
    writer.put(score)
    writer.put(best)
    writer.put(weight)
    writer.put(isCritical)
  }

  init(from reader: inout RowReader) throws(RowError) {
    criterion = try reader.get()
    score = try reader.get()
    best = try reader.get()
    weight = try reader.get()
    isCritical = try reader.get()
  }
}

/// A review with what its scorecard says besides.
struct JudgedReview {
  /// A value, or why there is none.
  enum Outcome: Equatable {
    case value(Int64)
    case omitted(Metric.Omission)
  }

  private struct Answer {
    let criterion: String
    /// False of a criterion that the scorecard does not have.
    let isPublished: Bool
    let score: Int64?
    let best: Int64?
    let weight: Int64
    let isCritical: Bool

    var isOnScale: Bool { score.map { $0 >= 0 && $0 <= best ?? .max } ?? true }
    /// Failed is nought, and nothing that lies outside the scale.
    var isFailed: Bool { isCritical && score == 0 && isOnScale }
  }

  private let answers: [Answer]
  private let stated: Int64?
  /// Whether the scorecard, its version and all criteria were published; true of a review of none.
  private let isPublished: Bool
  /// The event that published the scorecard.
  let position: Position?

  /// What the review says itself goes before what the scorecard says.
  init(_ record: ReviewRecord, by scorecards: Scorecards, at instant: Timestamp) {
    let version = record.scorecard.flatMap {
      scorecards.version(record.version, of: $0, at: instant)
    }
    let isFree = record.scorecard == nil
    answers = record.answers.map { answer in
      let criterion = version?.criteria[answer.criterion]
      return Answer(
        criterion: answer.criterion, isPublished: isFree || criterion != nil, score: answer.score,
        best: answer.best ?? criterion?.scoreMax,
        // A criterion without a weight weighs as much as a whole.
        weight: max(0, answer.weight ?? criterion?.weightPermille ?? 1_000),
        isCritical: answer.isCritical ?? criterion?.isCritical ?? false)
    }
    stated = record.total
    isPublished = (isFree || version != nil) && answers.allSatisfy(\.isPublished)
    position = version?.position
  }

  /// What came of each answer.
  var scores: [(criterion: String, outcome: Outcome)] {
    answers.map { answer in
      guard answer.isPublished else { return (answer.criterion, .omitted(.noScorecard)) }
      guard let score = answer.score else { return (answer.criterion, .omitted(.noScore)) }
      return (answer.criterion, answer.isOnScale ? .value(score) : .omitted(.outsideScale))
    }
  }

  /// The total as stated, else the scores as shares of their best, weighted; nought where a critical
  /// criterion is failed.
  var total: Outcome {
    guard isPublished else { return .omitted(.noScorecard) }
    if answers.contains(where: \.isFailed) { return .value(0) }
    if let stated {
      return (0...1_000).contains(stated) ? .value(stated) : .omitted(.outsideScale)
    }
    guard answers.allSatisfy(\.isOnScale) else { return .omitted(.outsideScale) }
    var sum = 0.0
    var weights = 0.0
    for answer in answers {
      guard let score = answer.score, let best = answer.best, best > 0 else { continue }
      sum += Double(answer.weight) * Double(score) / Double(best)
      weights += Double(answer.weight)
    }
    return weights > 0 ? .value(Int64((sum / weights * 1_000).rounded())) : .omitted(.noScore)
  }

  /// One where a critical criterion is failed.
  var criticalFailure: Outcome {
    guard isPublished else { return .omitted(.noScorecard) }
    let critical = answers.filter { $0.isCritical && $0.score != nil }
    guard !critical.isEmpty else { return .omitted(.noScore) }
    if critical.contains(where: \.isFailed) { return .value(1) }
    return critical.allSatisfy(\.isOnScale) ? .value(0) : .omitted(.outsideScale)
  }

  /// What a metric of the basis `scorecards` makes of it, by part.
  func outcomes(of metric: Metric) -> [(part: String?, outcome: Outcome)] {
    switch metric {
    case .reviewScore: scores.map { ($0.criterion, $0.outcome) }
    case .reviewTotal: [(nil, total)]
    case .criticalFailures: [(nil, criticalFailure)]
    default: []
    }
  }
}
