import CasefileModel

/// What clients said.
extension Meter {
  /// The marks that stand: neither withdrawn nor replaced by a newer one.
  private mutating func marks(_ kinds: Set<RatingKind>) -> [MarkReview] {
    var found: [MarkReview] = []
    for mark in one.marks {
      guard let kind = mark.kind, kinds.contains(kind) else { continue }
      guard mark.withdrawnBy == nil, mark.replacedBy == nil else {
        omit(.replaced)
        continue
      }
      guard let score = mark.score else {
        omit(.noScore)
        continue
      }
      guard mark.scale?.contains(score) ?? false else {
        omit(.outsideScale)
        continue
      }
      found.append(mark)
    }
    return found
  }

  mutating func measureSatisfaction() {
    for mark in marks([.csat]) {
      guard let scale = mark.scale, let score = mark.score else { continue }
      add(
        score, at: mark.at, [mark.position, mark.changedBy], agent: mark.agent,
        part: "\(scale.lowerBound)–\(scale.upperBound)")
    }
  }

  /// In thousandths of the scale, so that marks of several scales can stand together.
  mutating func measureMarkLevels() {
    for mark in marks([.csat]) {
      guard let height = mark.height else { continue }
      add(
        Int64((height * 1_000).rounded()), at: mark.at, [mark.position, mark.changedBy],
        agent: mark.agent)
    }
  }

  /// Those of kinds for which it is agreed what is good and bad; the others are told as left out.
  private mutating func gradedMarks() -> [MarkReview] {
    let kinds: Set<RatingKind> = [.csat, .nps, .solved]
    for mark in one.marks where mark.withdrawnBy == nil && mark.replacedBy == nil {
      if !(mark.kind.map { kinds.contains($0) } ?? false) { omit(.otherKind) }
    }
    return marks(kinds)
  }

  mutating func measureGoodMarks() {
    for mark in gradedMarks() {
      let isPromoter = mark.kind == .nps && mark.height.map { $0 >= 0.9 } ?? false
      add(
        mark.isGood || isPromoter ? 1 : 0, at: mark.at, [mark.position, mark.changedBy],
        agent: mark.agent, part: mark.kind?.word)
    }
  }

  mutating func measureBadMarks() {
    for mark in gradedMarks() {
      add(
        mark.isBad ? 1 : 0, at: mark.at, [mark.position, mark.changedBy], agent: mark.agent,
        part: mark.kind?.word)
    }
  }

  /// Whether there were words: what they said may be erased, that they were given is not.
  mutating func measureComments() {
    let words = Dictionary(
      one.all(RatingReceived.self).map { entry, payload in
        (entry.position, entry.hasContent(8, named: "comment", payload.comment))
      }, uniquingKeysWith: { first, _ in first })
    let later = one.all(RatingChanged.self).filter { $0.payload.comment != nil }
    for mark in one.marks {
      guard mark.withdrawnBy == nil, mark.replacedBy == nil else {
        omit(.replaced)
        continue
      }
      let isCommented =
        words[mark.position] == true || later.contains { $0.payload.ratingId == mark.id }
      add(
        isCommented ? 1 : 0, at: mark.at, [mark.position], agent: mark.agent, part: mark.kind?.word)
    }
  }

  /// By the usual reading of nought to ten, in whatever steps: from nine on for, up to six against.
  mutating func measureLoyalty() {
    for mark in marks([.nps]) {
      guard let height = mark.height else { continue }
      let value: Int64 = height >= 0.9 ? 1 : height <= 0.6 ? -1 : 0
      add(value, at: mark.at, [mark.position, mark.changedBy], agent: mark.agent)
    }
  }

  /// Of whoever held the ticket when the client was asked. Two marks for one survey answer it once.
  mutating func measureSurveys() {
    let marks = one.all(RatingReceived.self)
    let offers = one.all(SurveyOffered.self)
    for (index, (entry, payload)) in offers.enumerated() {
      // A mark answers the newest offer before it.
      let next = offers[(index + 1)...].first { $0.payload.surveyId == payload.surveyId }?.entry
      let mark = marks.first { mark in
        mark.payload.surveyId == payload.surveyId && Meter.isBefore(entry, mark.entry)
          && next.map { Meter.isBefore(mark.entry, $0) } ?? true
      }
      add(
        mark == nil ? 0 : 1, at: entry.occurredAt, [entry.position, mark?.entry.position],
        agent: one.holder(at: entry.effectiveAt))
    }
  }

  private static func isBefore(_ one: TicketEntry, _ other: TicketEntry) -> Bool {
    (one.effectiveAt, one.position) < (other.effectiveAt, other.position)
  }

  /// The types that tell of marks.
  private static let markTypes: Set<UInt32> = [
    SurveyOffered.type.number, RatingReceived.type.number,
  ]

  /// A ticket without any mark is not a satisfied one: that is what the difference shows. What was
  /// imported without any was perhaps never asked.
  mutating func measureUnsatisfied() {
    guard !one.isSilentImport(of: Meter.markTypes) else { return omit(.notRecorded) }
    guard let opened = one.all(TicketOpened.self).first?.entry else { return }
    let good = one.marks.last {
      $0.withdrawnBy == nil && $0.replacedBy == nil && $0.isGood
    }
    add(
      good == nil ? 1 : 0, at: opened.occurredAt, [opened.position, good?.position],
      agent: good.flatMap(\.agent) ?? one.state.responsibility.last?.holder)
  }
}

extension MarkReview {
  /// Its scale; nil where none is stated.
  var scale: ClosedRange<Int64>? {
    if kind == .solved, scaleMin == nil, scaleMax == nil { return 0...1 }
    guard let low = scaleMin, let high = scaleMax, low < high else { return nil }
    return low...high
  }

  /// How far up its scale it is, from 0 to 1; nil outside of it.
  var height: Double? {
    guard let score, let scale, scale.contains(score) else { return nil }
    // As fractions, since the ends of a scale may be anything.
    let low = Double(scale.lowerBound)
    return (Double(score) - low) / (Double(scale.upperBound) - low)
  }

  /// Satisfaction in the lowest quarter of its scale, not solved, or would not recommend.
  var isBad: Bool {
    guard let height else { return false }
    return switch kind {
    case .csat?: height <= 0.25
    case .solved?: height == 0
    case .nps?: height <= 0.6
    default: false
    }
  }

  /// Satisfaction in the highest quarter of its scale, or solved.
  var isGood: Bool {
    guard let height else { return false }
    return switch kind {
    case .csat?: height >= 0.75
    case .solved?: height == 1
    default: false
    }
  }
}
