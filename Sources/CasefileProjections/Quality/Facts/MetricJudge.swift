internal import CasefileCalendars
package import CasefileModel

/// What some metrics ask for besides a ticket's own events. Make it once for many tickets.
public struct MetricContext: Sendable {
  /// The limits of untouched tickets and of repeats.
  public var rules: FindingRules
  /// The policies and calendars; nil: no policy is known.
  public var book: DeadlineBook?
  /// What else clients brought.
  public var contacts: ClientContacts
  /// How many tickets came to agents.
  public var inflow: AgentInflow
  /// What topics call for.
  public var checklists: TopicChecklists
  /// In what agents were trained.
  public var trainings: TrainingBook
  /// By what work is reviewed.
  public var scorecards: Scorecards

  /// Makes a context; what is left out is not known.
  ///
  /// - Parameters:
  ///   - rules: the limits.
  ///   - book: the policies and calendars.
  ///   - contacts: what else clients brought.
  ///   - inflow: how many tickets came to agents, finished.
  ///   - checklists: what topics call for.
  ///   - trainings: in what agents were trained, with the reviews counted.
  ///   - scorecards: by what work is reviewed.
  public init(
    rules: FindingRules = .builtIn, book: DeadlineBook? = nil,
    contacts: ClientContacts = ClientContacts(), inflow: AgentInflow = AgentInflow(),
    checklists: TopicChecklists = TopicChecklists(), trainings: TrainingBook = TrainingBook(),
    scorecards: Scorecards = Scorecards()
  ) {
    self.rules = rules
    self.book = book
    self.contacts = contacts
    self.inflow = inflow
    self.checklists = checklists
    self.trainings = trainings
    self.scorecards = scorecards
  }
}

/// Measures what depends on more than a ticket's own events: the instant, other tickets, policies.
///
/// An object, of which each thread has its own: the evaluator of deadlines uses its memory again.
package final class MetricJudge {
  package let now: Timestamp
  let context: MetricContext
  private let evaluator: DeadlineEvaluator?
  /// By policy, then by clock.
  private let schedules: [[Schedule]]

  /// How a policy counts time.
  enum Schedule {
    case aroundTheClock
    case calendar(String, WorkingTime)
    /// By a calendar that is not published.
    case unknown
  }

  package init(at now: Timestamp, _ context: MetricContext) {
    self.now = now
    self.context = context
    evaluator = context.book.map {
      // Who was at work when is no matter of any metric.
      DeadlineEvaluator(at: now, book: $0, detail: .verdicts)
    }
    schedules =
      context.book.map { book in
        book.policies.indices.map { policy in
          ClockName.allCases.map { clock in
            guard let id = book.calendar(of: policy, for: clock) else { return .aroundTheClock }
            return book.calendars[id].map { .calendar(id, $0) } ?? .unknown
          }
        }
      } ?? []
  }

  /// A metric of the basis `moment` or `company`.
  package func measure(_ metric: Metric, _ course: TicketCourse) -> TicketMetric {
    switch metric {
    case .backlog: backlog(course)
    case .stale: stale(course)
    case .repeatContacts, .oneReply, .firstContact: closed(metric, course)
    default: TicketMetric()
    }
  }

  // MARK: Calendars

  /// Which policy governed the ticket from when on; nil: none.
  func policies(of facts: ClockFacts) -> [(from: Timestamp, policy: Int?)] {
    evaluator?.governed(facts) ?? []
  }

  /// Whether somebody put the ticket under a policy that is not known.
  func namesUnknownPolicy(_ facts: ClockFacts) -> Bool {
    evaluator?.namesUnknownPolicy(facts) ?? true
  }

  /// Whether time alone decides nothing more on a ticket.
  func isDecided(_ facts: ClockFacts) -> Bool {
    guard let last = facts.signals.last, last.at <= now, let evaluator else { return false }
    let outlines = evaluator.outlines(of: facts, ClockName.allCases) ?? []
    return !outlines.contains { $0.verdict == .pending }
  }

  /// Hands out what became of the ticket's clocks.
  func addOutcomes(of facts: ClockFacts, into sink: inout some OutcomeSink) {
    evaluator?.add(facts, into: &sink)
  }

  /// How a policy counts a clock.
  func schedule(of policy: Int, for clock: ClockName) -> Schedule {
    schedules[policy][clock.place]
  }

  /// By which calendar the ticket's policy counted from when on; the empty id where it counted around
  /// the clock.
  package func calendarPeriods(of facts: ClockFacts) -> [TicketTraits.Period] {
    policies(of: facts).map { change in
      let key: String? =
        switch change.policy.map({ schedule(of: $0, for: .resolution) }) {
        case .calendar(let id, _)?: id
        case .aroundTheClock?: ""
        case .unknown?, nil: nil
        }
      return TicketTraits.Period(from: change.from, key: key)
    }
  }

  // MARK: The instant

  private func backlog(_ course: TicketCourse) -> TicketMetric {
    var result = TicketMetric()
    guard let part = BacklogPart(course, hasHolder: course.holder != nil, at: now),
      let opened = course.openedAt
    else { return result }
    result.samples = [
      sample(
        FindingCase.seconds(opened, now), course, [course.opening], agent: course.holder,
        part: part.rawValue)
    ]
    return result
  }

  private func stale(_ course: TicketCourse) -> TicketMetric {
    var result = TicketMetric()
    guard let silence = Silence(course, at: now, context.rules) else { return result }
    result.samples = [
      sample(
        silence.isStale ? 1 : 0, course, [silence.hasWorked ? course.lastWork : course.openBegin],
        agent: course.holder)
    ]
    return result
  }

  private func sample(
    _ value: Int64, _ course: TicketCourse, _ positions: [Position?], agent: String?,
    part: String? = nil
  ) -> MetricSample {
    MetricSample(
      ticket: course.ticket, contact: nil, at: now, value: value, part: part, agent: agent,
      group: course.group, positions: positions.compactMap { $0 })
  }

  // MARK: Other tickets

  private func closed(_ metric: Metric, _ course: TicketCourse) -> TicketMetric {
    var result = TicketMetric()
    let outcome = CloseOutcome(of: metric, course, at: now, context.rules) { closedAt, window in
      context.contacts.repeats(of: course, closedAt: closedAt, within: window)
    }
    switch outcome {
    case .omitted(let why): result.omit(why)
    case .share(let value, let closedAt, let position):
      result.samples = [
        MetricSample(
          ticket: course.ticket, contact: nil, at: closedAt, value: value ? 1 : 0, part: nil,
          agent: course.closeHolder, group: course.closeGroup,
          positions: [course.closing, position].compactMap { $0 })
      ]
    }
    return result
  }

  // MARK: Policies

  /// A metric of the basis `policies`.
  package func measure(_ metric: Metric, _ facts: ClockFacts) -> TicketMetric {
    var result = TicketMetric()
    guard facts.isOpened(at: now) else { return result }
    let wanted = metric == .overdueReplies ? MetricJudge.replyClocks : ClockName.allCases
    guard let clocks = evaluator?.outlines(of: facts, wanted) else {
      result.omit(.noPolicy)
      return result
    }
    if metric == .overdueReplies {
      for clock in clocks { judge(clock, facts, &result) }
    } else {
      judge(clocks, facts, &result)
    }
    return result
  }

  private static let replyClocks = [ClockName.firstReply, .nextReply]

  /// One value of a clock: missed or kept. What still runs in time may yet be missed, so there is no
  /// value yet; what was given up, such as a reply to a ticket that was merged, was neither.
  private func judge(_ clock: ClockOutline, _ facts: ClockFacts, _ result: inout TicketMetric) {
    switch clock.verdict {
    case .breached:
      guard let at = clock.breachedAt else { return }
      result.add(1, clock, facts, at: at, part: clock.clock.rawValue)
    case .pending: result.omit(.notYet)
    case .met:
      guard let at = clock.stoppedAt else { return }
      result.add(0, clock, facts, at: at, part: clock.clock.rawValue)
    case .notAssessable: result.omit(.notAssessable)
    default: return
    }
  }

  /// One value of all clocks: missed where one of them was, kept where all that ended were met.
  private func judge(
    _ clocks: [ClockOutline], _ facts: ClockFacts, _ result: inout TicketMetric
  ) {
    let missed = clocks.filter { $0.verdict == .breached }.compactMap { clock in
      clock.breachedAt.map { (clock: clock, at: $0) }
    }.min { ($0.at, $0.clock.startPosition) < ($1.at, $1.clock.startPosition) }
    if let missed { return result.add(1, missed.clock, facts, at: missed.at) }
    if clocks.contains(where: { $0.verdict == .pending }) { return result.omit(.notYet) }
    let met = clocks.filter { $0.verdict == .met }.compactMap { clock in
      clock.stoppedAt.map { (clock: clock, at: $0) }
    }.max { ($0.at, $0.clock.startPosition) < ($1.at, $1.clock.startPosition) }
    if let met { return result.add(0, met.clock, facts, at: met.at) }
    if clocks.contains(where: { $0.verdict == .notAssessable }) { result.omit(.notAssessable) }
  }
}

extension TicketMetric {
  /// Adds what became of a clock, with whoever held the ticket then.
  fileprivate mutating func add(
    _ value: Int64, _ clock: ClockOutline, _ facts: ClockFacts, at instant: Timestamp,
    part: String? = nil
  ) {
    samples.append(
      MetricSample(
        ticket: facts.ticket, contact: nil, at: instant, value: value, part: part,
        agent: facts.holder(at: instant), group: facts.group(at: instant),
        positions: [clock.startPosition, clock.stopPosition].compactMap { $0 }))
  }
}

extension ClockFacts {
  /// Who held the ticket at an instant.
  fileprivate func holder(at instant: Timestamp) -> String? {
    holders.last { $0.from <= instant && $0.until.map { instant < $0 } ?? true }?.holder
  }

  /// Which group had it at an instant.
  fileprivate func group(at instant: Timestamp) -> String? {
    guard let last = signals.last(where: { $0.kind == .group && $0.at <= instant }) else {
      return nil
    }
    return text(String?.self, of: last) ?? nil
  }
}
