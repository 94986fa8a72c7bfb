public import CasefileModel

extension TicketHistory {
  /// The values that a ticket gives a metric; nil where nothing had happened.
  ///
  /// - Parameters:
  ///   - metric: what is measured.
  ///   - now: what happened later is left out.
  ///   - knownAt: leaves out what was recorded later.
  ///   - context: what some metrics ask for besides the ticket.
  /// - Complexity: O(n log n): the ticket is folded once.
  public func metric(
    _ metric: Metric, at now: Timestamp, knownAt: KnownAt? = nil,
    context: MetricContext = MetricContext()
  ) -> TicketMetric? {
    metrics([metric], knownAt: knownAt, MetricJudge(at: now, context))?.first
  }

  /// The same for several metrics, of one fold; the traits are there.
  ///
  /// - Parameter clocks: what its clocks depend on; nil: that is worked out where it is needed.
  package func metrics(
    _ metrics: [Metric], knownAt: KnownAt?, _ judge: MetricJudge, withCalendars: Bool = false,
    clocks: ClockFacts? = nil
  ) -> [TicketMetric]? {
    guard let one = measured(at: judge.now, knownAt: knownAt) else { return nil }
    var traits = TicketTraits(one)
    let course = TicketCourse(one)
    let clocks =
      withCalendars || metrics.contains { $0.basis.needsClocks }
      ? clocks ?? clockFacts(knownAt: knownAt) : ClockFacts()
    if withCalendars { traits.calendars = judge.calendarPeriods(of: clocks) }
    return metrics.map { metric in
      var found: TicketMetric
      switch metric.basis {
      case .history: found = Meter.measure(metric, of: one)
      case .moment, .company: found = judge.measure(metric, course)
      case .policies: found = judge.measure(metric, clocks)
      case .calendars, .inflow, .checklists, .trainings, .scorecards:
        found = judge.derive(metric, clocks, topic: traits.topic) { Meter.measure($0, of: one) }
      }
      found.traits = traits
      return found
    }
  }

  /// The ticket as metrics see it; nil where nothing had happened.
  func measured(at now: Timestamp, knownAt: KnownAt?) -> FindingCase? {
    FindingCase(self, at: now, knownAt: knownAt, rules: .builtIn, context: FindingContext())
  }

  /// All that a view keeps for metrics, by what is known.
  package func qualityFacts(of folded: FoldedHistory) -> QualityFacts {
    let last = folded.last
    var facts = QualityFacts(
      ticket: ticket, version: version(), begin: folded.first.effectiveAt, end: last.effectiveAt,
      lastPosition: events.map(\.position).max() ?? last.position)
    if let one = FindingCase(self, at: last.effectiveAt, folded) { facts.measure(one) }
    facts.clocks = folded.facts
    return facts
  }

  /// What a row of a view has of the ticket for metrics, as the ticket was at a moment; nil where nothing
  /// had happened. Nothing else of it is there; what its clocks depend on only with `knownAt`, since
  /// what is kept of all that is known tells it for every instant.
  package func metricFacts(at now: Timestamp, knownAt: KnownAt?) -> QualityFacts? {
    guard let one = measured(at: now, knownAt: knownAt) else { return nil }
    var facts = QualityFacts(
      ticket: ticket, version: version(), begin: now, end: now, lastPosition: Position(0))
    facts.measure(one, isWhole: false)
    facts.clocks = knownAt == nil ? nil : clockFacts(knownAt: knownAt)
    return facts
  }

  /// What a ticket does for the repeats of others; nil where nothing had happened.
  package func course(at now: Timestamp, knownAt: KnownAt?) -> TicketCourse? {
    measured(at: now, knownAt: knownAt).map { TicketCourse($0) }
  }
}
