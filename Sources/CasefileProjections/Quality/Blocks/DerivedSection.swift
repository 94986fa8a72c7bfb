import CasefileModel

/// The values of a derived metric on the tickets of a block, worked out one ticket after the other from
/// the sections of what it is made of.
///
/// The same as `MetricJudge.derive`, without the events that prove it and without making a value of
/// its own of each: texts are places of one list.
struct DerivedSection {
  /// The metrics that it knows.
  static func knows(_ metric: Metric) -> Bool {
    switch metric.basis {
    case .inflow, .checklists, .trainings, .company, .moment: true
    default: false
    }
  }

  /// Whether it has to be told the tickets' ids.
  static func needsIDs(_ metric: Metric) -> Bool { metric.basis == .company }

  private let metric: Metric
  private let context: MetricContext
  private let now: Timestamp
  /// The texts by place; the first is none. More come while tickets are read.
  private(set) var texts: [String?] = [nil]
  private var places: [String: Int] = [:]
  /// The values of the ticket that was read last.
  private(set) var values: [MetricSection.Value] = []
  /// What of it is no value.
  private(set) var omissions: [(why: Metric.Omission, count: Int)] = []

  /// What the metric is made of, in the order of `metrics(of:)`.
  private var sources: [Source] = []
  /// The courses, where the metric is made of them, with the places of their texts in `texts`.
  private var courses: CoursesSection?
  private var courseTexts: [Int] = []
  /// By the place of the client in the courses' texts, its tickets.
  private var contacts: [Int: [ClientContacts.Contact]] = [:]
  /// By the ticket's place, its topic as a place of `topicTexts`.
  private var topics: [Int] = []
  private var topicTexts: [String?] = [nil]
  private var lists: [Int: [Checklist]] = [:]
  /// By the place of the agent, its number in the inflow.
  private var numbers: [Int: Int?] = [:]
  private var trainings: [Int: [TrainingBook.Training]] = [:]

  /// A checklist of a topic, with places of texts.
  private struct Checklist {
    let from: Timestamp
    let steps: [Int]
  }

  /// - Parameters:
  ///   - sections: what the block has.
  ///   - count: how many tickets it has.
  init(
    _ metric: Metric, _ sections: [QualitySection: [UInt8]], count: Int, at now: Timestamp,
    _ context: MetricContext
  ) throws(RowError) {
    self.metric = metric
    self.context = context
    self.now = now
    for one in DerivedSection.metrics(of: metric) {
      var source = try Source(sections[.metric(one)] ?? [])
      source.places = source.texts.map { place($0) }
      sources.append(source)
    }
    if metric.basis == .company || metric.basis == .moment {
      guard let bytes = sections[.courses], !bytes.isEmpty else { return }
      let courses = try CoursesSection(bytes)
      courseTexts = courses.texts.map { place($0) }
      self.courses = courses
    }
    guard metric.basis == .checklists else { return }
    guard let traits = sections[.traits], !traits.isEmpty else {
      topics = Array(repeating: 0, count: count)
      return
    }
    var section = try TraitsSection(traits)
    topicTexts = section.texts
    topics = try section.places(of: .topic, count: count)
  }

  private static func metrics(of metric: Metric) -> [Metric] {
    switch metric {
    case .stressCases: [.arrivals, .stressFlags]
    case .stressMarks: [.arrivals, .stressFlags, .markLevel]
    case .checklistDone, .checklistSkipped: [.resolution, .diagnosticActs]
    case .trainedReviews: [.reviewResponses]
    case .trainingEffect: [.reviewTotal]
    default: []
    }
  }

  /// The place of a text; it may be a new one.
  mutating func place(_ text: String?) -> Int {
    guard let text else { return 0 }
    if let known = places[text] { return known }
    places[text] = texts.count
    texts.append(text)
    return texts.count - 1
  }

  /// Reads a ticket behind the one before.
  ///
  /// - Parameter id: the ticket's id, where `needsIDs` says so.
  mutating func read(_ ticket: Int, id: String?) throws(RowError) {
    values.removeAll(keepingCapacity: true)
    omissions.removeAll(keepingCapacity: true)
    let needsProofs = metric == .trainedReviews
    for index in sources.indices {
      try sources[index].move(to: ticket, withProofs: needsProofs)
    }
    switch metric {
    case .stressCases: addStressCases()
    case .stressMarks: addStressMarks()
    case .checklistDone, .checklistSkipped: addChecklist(of: ticket)
    case .trainedReviews: addTrainedReviews()
    case .trainingEffect: addTrainingEffect()
    case .repeatContacts, .oneReply, .firstContact, .backlog, .stale:
      try courses?.move(to: ticket)
      addCourse(id)
    default: break
    }
  }

  // MARK: Courses

  private mutating func addCourse(_ id: String?) {
    guard let courses, courses.isThere else { return }
    switch metric {
    case .backlog: addBacklog(courses.item)
    case .stale: addStale(courses.item)
    default: addClose(courses, id ?? "")
    }
  }

  private mutating func addBacklog(_ course: CoursesSection.Item) {
    guard let part = BacklogPart(course, hasHolder: course.holder != 0, at: now),
      let opened = course.openedAt
    else { return }
    add(FindingCase.seconds(opened, now), course, part: place(part.rawValue))
  }

  private mutating func addStale(_ course: CoursesSection.Item) {
    guard let silence = Silence(course, at: now, context.rules) else { return }
    add(silence.isStale ? 1 : 0, course, part: 0)
  }

  /// Adds a value of the instant.
  private mutating func add(_ value: Int64, _ course: CoursesSection.Item, part: Int) {
    values.append(
      MetricSection.Value(
        at: now.microseconds, value: value, part: part, agent: courseTexts[course.holder],
        group: courseTexts[course.group]))
  }

  private mutating func addClose(_ courses: CoursesSection, _ id: String) {
    let course = courses.item
    let outcome = CloseOutcome(of: metric, course, at: now, context.rules) { closedAt, seconds in
      context.contacts.repeats(
        of: id, topic: courses.texts[course.topic],
        among: course.client == 0 ? nil : contacts(of: course.client, courses.texts),
        closedAt: closedAt, within: seconds)
    }
    switch outcome {
    case .omitted(let why): omissions.append((why, 1))
    case .share(let value, let closedAt, _):
      values.append(
        MetricSection.Value(
          at: closedAt.microseconds, value: value ? 1 : 0, part: 0,
          agent: courseTexts[course.closeHolder], group: courseTexts[course.closeGroup]))
    }
  }

  private mutating func contacts(
    of client: Int, _ texts: [String?]
  ) -> [ClientContacts.Contact] {
    if let known = contacts[client] { return known }
    let found = texts[client].map { context.contacts.contacts(of: $0) } ?? []
    contacts[client] = found
    return found
  }

  // MARK: Stress

  private mutating func addStressCases() {
    if let rush = rush(nil, until: now.microseconds) {
      values.append(rush.with(1, part: place("inflow")))
    }
    let flags = sources[1].values
    for (index, flag) in flags.enumerated()
    where !flags[..<index].contains(where: { $0.part == flag.part }) {
      values.append(flag)
    }
    guard values.isEmpty else { return }
    if let first = sources[0].values.first {
      values.append(first.with(1, part: place("calm")))
    } else {
      omissions.append((.noHolder, 1))
    }
  }

  private mutating func addStressMarks() {
    omissions = sources[2].omissions
    for mark in sources[2].values {
      let isFlagged = sources[1].values.contains { $0.at <= mark.at }
      let agent = mark.agent == 0 ? nil : mark.agent
      let isInside = isFlagged || rush(agent, until: mark.at) != nil
      values.append(mark.with(mark.value, part: place(isInside ? "inside" : "outside")))
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
    if let known = numbers[agent] { return known }
    let found = texts[agent].flatMap { context.inflow.number(known: $0) }
    numbers[agent] = .some(found)
    return found
  }

  // MARK: Checklists

  private mutating func addChecklist(of ticket: Int) {
    guard let end = sources[0].values.first else {
      omissions = sources[0].omissions
      return
    }
    guard topics[ticket] != 0 else { return omissions.append((.noTopic, 1)) }
    let list = lists(of: topics[ticket]).last { $0.from.microseconds <= end.at }
    guard let list, !list.steps.isEmpty else { return omissions.append((.noChecklist, 1)) }
    var doneCount: Int64 = 0
    for step in list.steps {
      let isDone = sources[1].values.contains { $0.at <= end.at && $0.part == step }
      if isDone {
        doneCount += 1
      } else if metric == .checklistSkipped {
        values.append(end.with(1, part: step))
      }
    }
    if metric == .checklistDone {
      values.append(end.with(doneCount * 1_000 / Int64(list.steps.count), part: 0))
    }
  }

  private mutating func lists(of topic: Int) -> [Checklist] {
    if let known = lists[topic] { return known }
    let versions = topicTexts[topic].map { context.checklists.versions(of: $0) } ?? []
    let found = versions.map { version in
      Checklist(from: version.from, steps: version.steps.map { place($0) })
    }
    lists[topic] = found
    return found
  }

  // MARK: Trainings

  private mutating func addTrainedReviews() {
    omissions = sources[0].omissions
    for (review, proof) in zip(sources[0].values, sources[0].proofs) {
      let training = proof.flatMap { context.trainings.training(after: $0) }
      values.append(review.with(training == nil ? 0 : 1, part: 0))
    }
  }

  private mutating func addTrainingEffect() {
    for total in sources[0].values where total.agent != 0 {
      for training in trainings(of: total.agent) {
        guard let isAfter = training.isAfter(Timestamp(microseconds: total.at)) else { continue }
        guard training.isAssessable else {
          omissions.append((.fewReviews, 1))
          continue
        }
        values.append(total.with(total.value, part: place(isAfter ? "after" : "before")))
      }
    }
  }

  private mutating func trainings(of agent: Int) -> [TrainingBook.Training] {
    if let known = trainings[agent] { return known }
    let found = texts[agent].map { context.trainings.trainings(of: $0) } ?? []
    trainings[agent] = found
    return found
  }
}

extension DerivedSection {
  /// One section of what a metric is made of.
  private struct Source {
    private var section: MetricSection?
    /// By places of the section's texts, those of the derived one's.
    var places: [Int] = []
    private(set) var values: [MetricSection.Value] = []
    /// The first event that proves each value, where that was asked for.
    private(set) var proofs: [Position?] = []
    private(set) var omissions: [(why: Metric.Omission, count: Int)] = []

    init(_ bytes: [UInt8]) throws(RowError) {
      section = bytes.isEmpty ? nil : try MetricSection(bytes)
    }

    var texts: [String?] { section?.texts ?? [] }

    /// Reads what a ticket has in it.
    mutating func move(to ticket: Int, withProofs: Bool) throws(RowError) {
      values.removeAll(keepingCapacity: true)
      proofs.removeAll(keepingCapacity: true)
      omissions.removeAll(keepingCapacity: true)
      guard var section else { return }
      // Owned here meanwhile, so that nothing of it is copied.
      self.section = nil
      defer { self.section = section }
      while let next = section.ticket, next <= ticket {
        if next == ticket { omissions = section.omissions }
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
