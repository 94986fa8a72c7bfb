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

  /// Makes a context; what is left out is not known.
  ///
  /// - Parameters:
  ///   - rules: the limits.
  ///   - book: the policies and calendars.
  ///   - contacts: what else clients brought.
  ///   - inflow: how many tickets came to agents, finished.
  ///   - checklists: what topics call for.
  ///   - trainings: in what agents were trained, with the reviews counted.
  public init(
    rules: FindingRules = .builtIn, book: DeadlineBook? = nil,
    contacts: ClientContacts = ClientContacts(), inflow: AgentInflow = AgentInflow(),
    checklists: TopicChecklists = TopicChecklists(), trainings: TrainingBook = TrainingBook()
  ) {
    self.rules = rules
    self.book = book
    self.contacts = contacts
    self.inflow = inflow
    self.checklists = checklists
    self.trainings = trainings
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
    case .repeatContacts: closed(course) { .share($0.isRepeated, $0.repeat) }
    case .oneReply:
      closed(course) { close in
        guard course.touchCount > 0 else { return .omitted(.noReply) }
        let isSingle = course.touchCount == 1 && !course.isReopened
        return isSingle ? .share(close.isRepeated.map { !$0 }, close.repeat) : .share(false, nil)
      }
    case .firstContact:
      closed(course) { close in
        guard course.isAnswered else { return .omitted(.noReply) }
        let isSingle = course.laterTurnCount == 0 && !course.isReopened
        return isSingle ? .share(close.isRepeated.map { !$0 }, close.repeat) : .share(false, nil)
      }
    default: TicketMetric()
    }
  }

  // MARK: Calendars

  /// Which policy governed the ticket from when on; nil: none.
  func policies(of facts: ClockFacts) -> [(from: Timestamp, policy: Int?)] {
    evaluator?.governed(facts) ?? []
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
    guard course.openSince != nil, let opened = course.openedAt, opened <= now else {
      return result
    }
    let part =
      course.holder == nil ? "unheld" : course.isWaiting(at: now) ? "waiting" : "working"
    result.samples = [
      sample(
        FindingCase.seconds(opened, now), course, [course.opening], agent: course.holder,
        part: part)
    ]
    return result
  }

  /// A wait whose own end lies ahead excuses it.
  private func stale(_ course: TicketCourse) -> TicketMetric {
    var result = TicketMetric()
    guard let since = course.openSince, since <= now else { return result }
    let worked = course.lastWorkAt.map { $0 > since } ?? false
    let quiet = worked ? course.lastWorkAt ?? since : since
    let limit = context.rules.seconds(.staleDays, for: .hung)
    let isStale =
      FindingCase.seconds(quiet, now) > limit && !(course.waitsUntil.map { $0 > now } ?? false)
    result.samples = [
      sample(
        isStale ? 1 : 0, course, [worked ? course.lastWork : course.openBegin],
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

  /// What is known of the repeat of a close.
  private struct Close {
    /// Nil where that can't be told.
    let isRepeated: Bool?
    let `repeat`: Position?
    let why: Metric.Omission
  }

  private enum Outcome {
    case share(Bool?, Position?)
    case omitted(Metric.Omission)
  }

  private func closed(_ course: TicketCourse, _ judge: (Close) -> Outcome) -> TicketMetric {
    var result = TicketMetric()
    guard let closedAt = course.closedAt, closedAt <= now else {
      result.omit(.notEnded)
      return result
    }
    guard !course.isVoid else {
      result.omit(.void)
      return result
    }
    let window = context.rules.followUpSeconds
    guard FindingCase.seconds(closedAt, now) > window else {
      result.omit(.windowOpen)
      return result
    }
    let close: Close =
      switch context.contacts.repeats(of: course, closedAt: closedAt, within: window) {
      case .repeated(let position): Close(isRepeated: true, repeat: position, why: .noTopic)
      case .none: Close(isRepeated: false, repeat: nil, why: .noTopic)
      case .possible: Close(isRepeated: nil, repeat: nil, why: .possibleRepeat)
      case .clientUnknown: Close(isRepeated: nil, repeat: nil, why: .noClient)
      }
    switch judge(close) {
    case .omitted(let why): result.omit(why)
    case .share(nil, _): result.omit(close.why)
    case .share(let value?, let position):
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
