internal import CasefileLog
public import CasefileModel
public import CasefileProjections

extension Store {
  /// The values behind a figure, in order of the tickets' first positions, until `each` says false.
  ///
  /// - Parameters:
  ///   - metric: what is measured.
  ///   - now: what happened later is left out.
  ///   - knownAt: leaves out what was recorded later.
  ///   - filter: which values are meant.
  ///   - keys: the zone and the companies, for keys that need them.
  ///   - each: takes them; false ends the reading.
  /// - Throws: as `read`; what `each` throws.
  /// - Complexity: where all is known and the filter names an agent or both ends of a time, only tickets
  ///   of the agent and the time are looked at, and those that bear on theirs; else as `metrics`. Whether
  ///   many tickets came at once takes a row for some hundred hours of those to whom any came; where
  ///   something happened after the instant, all tickets.
  public func samples(
    of metric: Metric, at now: Timestamp, knownAt: KnownAt? = nil,
    filter: MetricFilter = MetricFilter(), keys: MetricKeys = MetricKeys(),
    _ each: (MetricSample) throws -> Bool
  ) throws {
    let isPart = knownAt == nil && filter.isPart
    var plan = MetricPlan(
      metrics: [metric], withTraits: filter.needsTraits, withCalendars: filter.needsCalendars,
      now: now, knownAt: knownAt,
      context: try metricContext(
        for: [metric], withCalendars: filter.needsCalendars, at: now, knownAt: knownAt,
        withOthers: !isPart))
    switch metric.basis {
    case .moment:
      // Its values lie at the instant itself, in whatever month something happened.
      guard filter.mayHave(now) else { return }
      if filter.onlyAgent != nil {
        plan.filter = filter
        plan.filter?.since = now
        plan.filter?.until = now.adding(microseconds: 1)
        plan.isOfHolders = true
      }
    case .policies:
      // Its values lie at deadlines, in whatever month these are.
      plan.span = filter
      if filter.onlyAgent != nil {
        plan.filter = filter
        plan.isOfHolders = true
      }
    case .company where isPart:
      plan.filter = filter
      plan.context.contacts = try clientContacts(
        bearingOn: filter, within: plan.context.rules.followUpSeconds, at: now)
    case .inflow where isPart:
      plan.filter = filter
      plan.context.inflow = try inflow(bearingOn: filter, at: now)
    case .trainings where isPart:
      plan.filter = filter
      plan.context.trainings = try trainings(
        bearingOn: filter, of: metric, at: now, by: plan.context.scorecards)
    default: plan.filter = filter
    }
    var keys = keys
    try scan(plan) { tickets in
      for sample in tickets[0].samples
      where filter.matches(sample, on: tickets[0].traits, &keys) {
        guard try each(sample) else { return false }
      }
      return true
    }
  }

  /// Whether values of any metric may name an agent, at whatever moment.
  ///
  /// - Throws: as `read`.
  /// - Complexity: one row of the view `quality`.
  package func hasValues(ofAgent agent: String) throws -> Bool {
    try reading(qualityView) { rows, _ in
      var isFound = false
      try rows.scan(QualityView.prefix(ofAgent: agent)) { _, _ in
        isFound = true
        return false
      }
      return isFound
    }
  }

  /// What clients brought after those closes that are meant.
  private func clientContacts(
    bearingOn filter: MetricFilter, within seconds: Int64, at now: Timestamp
  ) throws -> ClientContacts {
    let contacts = try noContacts(knownAt: nil)
    var questions: [(ticket: String, ClientContacts.Question)] = []
    try scan(CoursePlan(now: now, knownAt: nil, filter: filter)) { course in
      if let question = contacts.question(about: course, within: seconds, at: now),
        filter.mayHave(question.times.lowerBound)
      {
        questions.append((course.ticket, question))
      }
      return true
    }
    let places = try reading(qualityView) { rows, _ in
      let index = QualityIndex(rows: rows)
      return try questions.reduce(into: Set<Position>()) {
        $0.formUnion(try index.places(of: $1.1, about: $1.ticket))
      }
    }
    var part = contacts.part(ClientContacts.Window(nil, within: seconds))
    let others = CoursePlan(now: now, knownAt: nil, firsts: Array(places), needsContacts: true)
    try scan(others) {
      part.add($0)
      return true
    }
    return contacts.knowing([part], within: seconds) { count, make in (0..<count).map(make) }
  }

  /// How many tickets came in each hour to those to whom tickets came that are meant.
  private func inflow(bearingOn filter: MetricFilter, at now: Timestamp) throws -> AgentInflow {
    var agents: Set<String> = []
    var plan = MetricPlan(
      metrics: [.arrivals], withTraits: false, withCalendars: false, now: now, knownAt: nil,
      context: MetricContext())
    plan.filter = filter
    try scan(plan) { found in
      agents.formUnion(found[0].samples.compactMap(\.agent))
      return true
    }
    return try inflow(of: agents, at: now, knownAt: nil)
      ?? metricContext(for: [.stressCases], withCalendars: false, at: now, knownAt: nil).inflow
  }

  /// The trainings that bear on those values that are meant.
  private func trainings(
    bearingOn filter: MetricFilter, of metric: Metric, at now: Timestamp,
    by scorecards: Scorecards
  ) throws -> TrainingBook {
    let types = TrainingBook.types.subtracting([ReviewSubmitted.type.number])
    var reviews: [TrainingNote] = []
    let isWanted: ((TrainingNote) -> Bool)?
    if metric == .trainingEffect {
      isWanted = filter.onlyAgent.map { agent in { $0.agent == agent } }
    } else {
      let (notes, arePlain) = try self.reviews(behind: filter, at: now)
      reviews = notes
      // What acts on a review may give it another id.
      let ids = Set(notes.map(\.name))
      isWanted = arePlain ? { !ids.isDisjoint(with: $0.reviews) } : nil
    }
    var book = TrainingBook(reviews + (try trainingNotes(of: types, where: isWanted)), at: now)
    guard metric == .trainingEffect, !book.isEmpty else { return book }
    var plan = MetricPlan(
      metrics: [.reviewTotal], withTraits: false, withCalendars: false, now: now, knownAt: nil,
      context: MetricContext(scorecards: scorecards))
    if let agent = filter.onlyAgent {
      let windows = book.windows(of: agent, since: filter.since, until: filter.until)
      plan.firsts = try reading(qualityView) { rows, _ in
        let index = QualityIndex(rows: rows)
        return try windows.reduce(into: Set<Position>()) {
          let window = MetricFilter(since: $1.since, until: $1.until, agent: agent)
          $0.formUnion(try index.places(window) ?? [])
        }.sorted()
      }
    }
    try scan(plan) { tickets in
      book.count(tickets[0])
      return true
    }
    return book
  }

  /// The reviews to whose responses those values belong that are meant, and whether nothing acts on any
  /// of them.
  private func reviews(
    behind filter: MetricFilter, at now: Timestamp
  ) throws -> (notes: [TrainingNote], arePlain: Bool) {
    var plan = MetricPlan(
      metrics: [.reviewResponses], withTraits: false, withCalendars: false, now: now, knownAt: nil,
      context: MetricContext())
    plan.filter = filter
    var reviews: [Position: String] = [:]
    try scan(plan) { found in
      for sample in found[0].samples where filter.mayHave(sample.at) {
        if filter.onlyAgent.map({ $0 == sample.agent }) ?? true, let ticket = sample.ticket,
          let review = sample.positions.first
        {
          reviews[review] = ticket
        }
      }
      return true
    }
    let sorted = reviews.sorted { $0.key < $1.key }
    let (plain, tickets) = try reading(qualityView) { rows, _ in
      var plain: [TrainingNote] = []
      var tickets: Set<String> = []
      for (review, ticket) in sorted {
        let type = ReviewSubmitted.type.number
        if let note = try QualityIndex(rows: rows).training(at: review, of: type) {
          plain.append(note)
        } else {
          tickets.insert(ticket)
        }
      }
      return (plain, tickets)
    }
    let others = try tickets.sorted().flatMap { ticket in
      [TrainingNote](
        events: try ticketEvents(of: .ticket(ticket)), knownAt: nil, schema: schema)
    }
    return (plain + others, tickets.isEmpty)
  }
}

extension MetricFilter {
  /// Whether it lets only values of an agent or of a time through.
  fileprivate var isPart: Bool {
    onlyAgent != nil || (since != nil && until != nil)
  }
}
