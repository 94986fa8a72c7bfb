import CasefileModel

/// The values of derived metrics on the tickets of a block, worked out one ticket after the other from
/// the sections of what they are made of.
///
/// The same as `MetricJudge.derive`, without the events that prove it and without making a value of
/// its own of each: texts are places of one list. Metrics that are made of the same sections are worked
/// out together.
struct DerivedSection {
  /// What metrics have in common that are worked out together.
  enum Group: Hashable {
    case closes, courses, stress, checklists, trainedReviews, trainingEffect, reviews

    /// Nil of a metric that is not worked out here.
    init?(_ metric: Metric) {
      switch metric.basis {
      case .company: self = .closes
      case .moment: self = .courses
      case .inflow: self = .stress
      case .checklists: self = .checklists
      case .trainings: self = metric == .trainedReviews ? .trainedReviews : .trainingEffect
      case .scorecards: self = .reviews
      default: return nil
      }
    }
  }

  private let group: Group
  private let metrics: [Metric]
  private let context: MetricContext
  private let now: Timestamp
  private let span: MetricFilter?
  /// The texts by place; the first is none. More come while tickets are read.
  private(set) var texts: [String?] = [nil]
  private var places: [String: Int] = [:]
  /// What the ticket that was read last gives, with the metric's place among all. One list of plain
  /// numbers for all of them: lists of lists would be counted and copied for each ticket.
  private(set) var values: [(metric: Int, value: MetricSection.Value)] = []
  /// What of it is no value.
  private(set) var omissions: [(metric: Int, why: Metric.Omission, count: Int)] = []

  /// What the metrics are made of, in the order of `sources(of:)`.
  private var sources: [Source] = []
  /// The courses, where the metrics are made of them, with the places of their texts in `texts`.
  private var courses: CoursesSection?
  private var courseTexts: [Int] = []
  /// By the place in the courses' texts, the client and the topic among those of the context.
  private var clients: [ClientContacts.Client?] = []
  private var courseTopics: [ClientContacts.TopicNumber?] = []
  private let followed: TextFilter
  /// By the ticket's place, what is known of repeats of its close.
  private let known: [ClientContacts.Known]
  /// By the ticket's place, its topic as a place of `topicTexts`.
  private var topics: [Int] = []
  private var topicTexts: [String?] = [nil]
  /// By the place of the topic, its checklists, once somebody asked.
  private var lists: [[Checklist]?] = []
  /// By the place of the agent, its number in the inflow, once somebody asked; -1: nothing came to it.
  private var numbers: [Int?] = []
  private var trainings: [Int: TrainingBook.Trainings] = [:]
  /// The reviews of the ticket that was read last, for the first of the metrics and all others.
  private var judged: [JudgedReview] = []

  /// A checklist of a topic, with places of texts.
  private struct Checklist {
    let from: Timestamp
    let steps: [Int]
  }

  /// - Parameters:
  ///   - group: that of the metrics.
  ///   - metrics: each once.
  ///   - sections: what the block has.
  ///   - tickets: those that it has.
  ///   - span: in which time values are wanted, where nobody asks what is no value.
  init(
    _ group: Group, _ metrics: [Metric], _ sections: [QualitySection: [UInt8]],
    of tickets: SectionTickets, at now: Timestamp, _ context: MetricContext, span: MetricFilter?
  ) throws(RowError) {
    self.group = group
    self.metrics = metrics
    self.context = context
    self.now = now
    self.span = span
    known = group == .closes ? context.contacts.known(of: tickets.blockEnd) : []
    followed = context.contacts.followed
    for one in DerivedSection.sources(of: group) {
      var source = try Source(sections[.metric(one)] ?? [])
      source.places = source.texts.map { place(ofSection: $0) }
      sources.append(source)
    }
    if group == .closes || group == .courses {
      guard let bytes = sections[.courses], !bytes.isEmpty else { return }
      let courses = try CoursesSection(bytes)
      courseTexts = Array(repeating: -1, count: courses.texts.count)
      clients = Array(repeating: nil, count: courseTexts.count)
      courseTopics = Array(repeating: nil, count: courseTexts.count)
      self.courses = courses
    }
    guard group == .checklists else { return }
    guard let traits = sections[.traits], !traits.isEmpty else {
      topics = Array(repeating: 0, count: tickets.total)
      return
    }
    var section = try TraitsSection(traits)
    topicTexts = section.texts
    lists = Array(repeating: nil, count: topicTexts.count)
    topics = try section.places(of: .topic, count: tickets.total)
  }

  private static func sources(of group: Group) -> [Metric] {
    switch group {
    case .stress: [.arrivals, .stressFlags, .markLevel]
    case .checklists: [.resolution, .diagnosticActs]
    case .trainedReviews: [.reviewResponses]
    case .trainingEffect, .reviews: [.reviewTotal]
    case .closes, .courses: []
    }
  }

  /// The place of a text; it may be a new one.
  mutating func place(_ text: String?) -> Int {
    guard let text else { return 0 }
    if DerivedSection.isRecord(text), let known = texts.firstIndex(of: text) { return known }
    if let known = places[text] { return known }
    places[text] = texts.count
    texts.append(text)
    return texts.count - 1
  }

  /// Whether a text begins as a review does that is kept as one: each is another, and nobody asks for it.
  private static func isRecord(_ text: String) -> Bool { text.utf8.first.map { $0 < 2 } ?? false }

  /// The place of a text of a section, which has each once.
  private mutating func place(ofSection text: String?) -> Int {
    guard let text, DerivedSection.isRecord(text) else { return place(text) }
    texts.append(text)
    return texts.count - 1
  }

  /// Reads a ticket behind the one before.
  ///
  /// - Parameter ids: of all tickets, where `MetricTable.needsIDs` says so.
  mutating func read(_ ticket: Int, ids: TextRanges?) throws(RowError) {
    values.removeAll(keepingCapacity: true)
    omissions.removeAll(keepingCapacity: true)
    for index in sources.indices {
      try sources[index].move(to: ticket, withProofs: group == .trainedReviews)
    }
    if group == .closes || group == .courses {
      try courses?.move(to: ticket)
      guard let course = courses?.current else { return }
      if group == .closes {
        addCloses(course, of: ticket, ids?.text(at: ticket, among: followed))
      } else {
        for index in metrics.indices { add(course, to: metrics[index], index) }
      }
      return
    }
    for index in metrics.indices {
      switch metrics[index] {
      case .stressCases: addStressCases(index)
      case .stressMarks: addStressMarks(index)
      case .checklistDone: addChecklist(of: ticket, index, isDone: true)
      case .checklistSkipped: addChecklist(of: ticket, index, isDone: false)
      case .trainedReviews: addTrainedReviews(index)
      case .trainingEffect: try addTrainingEffect(index)
      case .reviewScore, .reviewTotal, .criticalFailures: try addReviews(index)
      default: break
      }
    }
  }

  @inline(__always)
  private mutating func add(_ value: MetricSection.Value, _ metric: Int) {
    values.append((metric, value))
  }

  private mutating func omit(_ why: Metric.Omission, _ metric: Int) {
    omissions.append((metric, why, 1))
  }

  /// Takes over what of a source is no value.
  private mutating func omit(what source: Int, _ metric: Int) {
    for one in sources[source].omissions { omissions.append((metric, one.why, one.count)) }
  }

  // MARK: Courses

  private mutating func add(_ course: CoursesSection.Item, to metric: Metric, _ index: Int) {
    let (value, part): (Int64, Int)
    if metric == .backlog {
      guard let state = BacklogPart(course, hasHolder: course.holder != 0, at: now),
        let opened = course.openedAt
      else { return }
      (value, part) = (FindingCase.seconds(opened, now), place(state.rawValue))
    } else {
      guard let silence = Silence(course, at: now, context.rules) else { return }
      (value, part) = (silence.isStale ? 1 : 0, 0)
    }
    add(
      MetricSection.Value(
        at: now.microseconds, value: value, part: part, agent: placeOfCourse(course.holder),
        group: placeOfCourse(course.group)), index)
  }

  private mutating func addCloses(_ course: CoursesSection.Item, of ticket: Int, _ id: String?) {
    if let closedAt = course.closedAt, let span, !span.mayHave(closedAt) { return }
    // All of them ask the same.
    var answer: ClientContacts.Answer?
    for index in metrics.indices {
      let outcome = CloseOutcome(of: metrics[index], course, at: now, context.rules) {
        closedAt, seconds in
        if let answer { return answer }
        if id == nil, ticket < known.count, let opening = known[ticket].opening,
          opening == course.opening, known[ticket].closedAt == closedAt
        {
          return known[ticket].answer
        }
        let found = context.contacts.repeats(
          of: id, openedBy: course.opening, topic: topic(course.topic), client(course.client),
          closedAt: closedAt, within: seconds)
        answer = found
        return found
      }
      switch outcome {
      case .omitted(let why): omit(why, index)
      case .share(let value, let closedAt, _):
        add(
          MetricSection.Value(
            at: closedAt.microseconds, value: value ? 1 : 0, part: 0,
            agent: placeOfCourse(course.closeHolder), group: placeOfCourse(course.closeGroup)),
          index)
      }
    }
  }

  /// The place in `texts` of a text of the courses. Most of these are clients, for which nobody asks.
  private mutating func placeOfCourse(_ text: Int) -> Int {
    if courseTexts[text] < 0 { courseTexts[text] = place(courses?.texts[text] ?? nil) }
    return courseTexts[text]
  }

  private mutating func client(_ place: Int) -> ClientContacts.Client {
    if let known = clients[place] { return known }
    var found = ClientContacts.Client.unknown
    if let client = courses?.texts[place] {
      found = context.contacts.client(client)
    }
    clients[place] = found
    return found
  }

  private mutating func topic(_ place: Int) -> ClientContacts.TopicNumber {
    if let known = courseTopics[place] { return known }
    let found = context.contacts.number(ofTopic: courses?.texts[place] ?? nil)
    courseTopics[place] = found
    return found
  }

  // MARK: Stress

  private mutating func addStressCases(_ index: Int) {
    let count = values.count
    if let rush = rush(nil, until: now.microseconds) {
      add(rush.with(1, part: place("inflow")), index)
    }
    let flags = sources[1].values
    for (number, flag) in flags.enumerated()
    where !flags[..<number].contains(where: { $0.part == flag.part }) {
      add(flag, index)
    }
    guard values.count == count else { return }
    if let first = sources[0].values.first {
      add(first.with(1, part: place("calm")), index)
    } else {
      omit(.noHolder, index)
    }
  }

  private mutating func addStressMarks(_ index: Int) {
    omit(what: 2, index)
    for mark in sources[2].values {
      let isFlagged = sources[1].values.contains { $0.at <= mark.at }
      let agent = mark.agent == 0 ? nil : mark.agent
      let isInside = isFlagged || rush(agent, until: mark.at) != nil
      let part = place(isInside ? "inside" : "outside")
      add(mark.with(mark.value, part: part), index)
    }
  }

  private mutating func rush(_ agent: Int?, until end: Int64) -> MetricSection.Value? {
    for arrival in sources[0].values
    where arrival.at <= end && arrival.agent != 0 && (agent ?? arrival.agent) == arrival.agent {
      if let number = number(of: arrival.agent),
        context.inflow.isRush(number, at: Timestamp(microseconds: arrival.at))
      {
        return arrival
      }
    }
    return nil
  }

  private mutating func number(of agent: Int) -> Int? {
    if agent >= numbers.count {
      numbers.append(contentsOf: repeatElement(nil, count: agent + 1 - numbers.count))
    }
    let number = numbers[agent] ?? texts[agent].flatMap { context.inflow.number(known: $0) } ?? -1
    numbers[agent] = number
    return number < 0 ? nil : number
  }

  // MARK: Checklists

  private mutating func addChecklist(of ticket: Int, _ index: Int, isDone wantsDone: Bool) {
    guard let end = sources[0].values.first else {
      return omit(what: 0, index)
    }
    guard topics[ticket] != 0 else { return omit(.noTopic, index) }
    makeLists(of: topics[ticket])
    let list = lists[topics[ticket]]?.last { $0.from.microseconds <= end.at }
    guard let list, !list.steps.isEmpty else { return omit(.noChecklist, index) }
    var doneCount: Int64 = 0
    for step in list.steps {
      let isDone = sources[1].values.contains { $0.at <= end.at && $0.part == step }
      if isDone {
        doneCount += 1
      } else if !wantsDone {
        add(end.with(1, part: step), index)
      }
    }
    if wantsDone {
      add(end.with(doneCount * 1_000 / Int64(list.steps.count), part: 0), index)
    }
  }

  private mutating func makeLists(of topic: Int) {
    guard lists[topic] == nil else { return }
    let versions = topicTexts[topic].map { context.checklists.versions(of: $0) } ?? []
    lists[topic] = versions.map { version in
      Checklist(from: version.from, steps: version.steps.map { place($0) })
    }
  }

  // MARK: Reviews

  private mutating func addReviews(_ index: Int) throws(RowError) {
    omit(what: 0, index)
    if index == 0 {
      judged.removeAll(keepingCapacity: true)
      for value in sources[0].values { judged.append(try review(value)) }
    }
    for (value, review) in zip(sources[0].values, judged) {
      for (part, outcome) in review.outcomes(of: metrics[index]) {
        switch outcome {
        case .omitted(let why): omit(why, index)
        case .value(let number): add(value.with(number, part: place(part)), index)
        }
      }
    }
  }

  private func review(_ value: MetricSection.Value) throws(RowError) -> JudgedReview {
    JudgedReview(
      try ReviewRecord(text: texts[value.part] ?? ""), by: context.scorecards,
      at: Timestamp(microseconds: value.at))
  }

  // MARK: Trainings

  private mutating func addTrainedReviews(_ index: Int) {
    omit(what: 0, index)
    for (review, proof) in zip(sources[0].values, sources[0].proofs) {
      let training = proof.flatMap { context.trainings.training(after: $0) }
      add(review.with(training == nil ? 0 : 1, part: 0), index)
    }
  }

  private mutating func addTrainingEffect(_ index: Int) throws(RowError) {
    for total in sources[0].values where total.agent != 0 {
      let instant = Timestamp(microseconds: total.at)
      let around = trainings(of: total.agent).around(instant).filter { $0.isAfter(instant) != nil }
      guard !around.isEmpty, case .value(let reached) = try review(total).total else { continue }
      for training in around {
        guard let isAfter = training.isAfter(instant) else { continue }
        guard context.trainings.isAssessable(training) else {
          omit(.fewReviews, index)
          continue
        }
        let part = place(isAfter ? "after" : "before")
        add(total.with(reached, part: part), index)
      }
    }
  }

  private mutating func trainings(of agent: Int) -> TrainingBook.Trainings {
    if let known = trainings[agent] { return known }
    let found =
      texts[agent].map { context.trainings.trainings(of: $0) } ?? TrainingBook.Trainings()
    trainings[agent] = found
    return found
  }
}

extension DerivedSection {
  /// One section of what a metric is made of.
  private struct Source {
    private var section: MetricSection
    /// By places of the section's texts, those of the derived one's.
    var places: [Int] = []
    private(set) var values: [MetricSection.Value] = []
    /// The first event that proves each value, where that was asked for.
    private(set) var proofs: [Position?] = []
    private(set) var omissions: [(why: Metric.Omission, count: Int)] = []

    init(_ bytes: [UInt8]) throws(RowError) { section = try MetricSection(bytes) }

    var texts: [String?] { section.texts }

    /// Reads what a ticket has in it.
    mutating func move(to ticket: Int, withProofs: Bool) throws(RowError) {
      values.removeAll(keepingCapacity: true)
      proofs.removeAll(keepingCapacity: true)
      if !omissions.isEmpty { omissions.removeAll(keepingCapacity: true) }
      while let next = section.ticket, next <= ticket {
        if next == ticket, !section.omissions.isEmpty { omissions = section.omissions }
        while section.valueCount > 0 {
          let value = try section.next()
          let proof = withProofs ? try section.firstProof() : nil
          guard next == ticket else { continue }
          values.append(
            MetricSection.Value(
              at: value.at, value: value.value, part: places[value.part],
              agent: places[value.agent], group: places[value.group]))
          if withProofs { proofs.append(proof) }
        }
        try section.advance()
      }
    }
  }
}

extension MetricSection.Value {
  fileprivate func with(_ value: Int64, part: Int) -> MetricSection.Value {
    MetricSection.Value(at: at, value: value, part: part, agent: agent, group: group)
  }
}
