public import CasefileModel

/// Who was responsible when, and whether at work: of every span and of every deadline that was
/// missed.
///
/// Nobody off duty is blamed without that mark: whoever counts breaches of a person counts them from
/// here.
public struct ResponsibilityReview: Hashable, Sendable {
  /// A deadline that was missed, and who was responsible at that moment.
  public struct Breach: Hashable, Sendable {
    /// The clock's name.
    public let clock: String
    /// Which instance of the clock.
    public let instance: Int64?
    /// When it was due, else when the breach was observed.
    public let at: Timestamp
    /// The event that states the breach.
    public let position: Position
    /// The holder at that moment; nil where there was none.
    public let holder: String?
    /// The holder whom the event names, where that is another one than the history shows.
    public let statedHolder: String?
    /// Whether the holder was at work.
    public let standing: AgentDuty.Standing
    /// The offer that waited for an answer at that moment.
    public let offer: OfferPeriod?
  }

  /// The spans in order.
  public let spans: [SpanDuty]
  /// The breaches in order of their clocks' first events.
  public let breaches: [Breach]

  /// Reviews a ticket.
  ///
  /// - Parameters:
  ///   - history: the ticket.
  ///   - deadlines: its deadlines, as `CaseReview` has them.
  ///   - duties: what is known of agents' duty, by agent; who is missing is unknown.
  /// - Complexity: the ticket is folded once.
  public init(
    _ history: TicketHistory, asOf: Timestamp? = nil, knownAt: KnownAt? = nil,
    deadlines: DeadlineReviews, duties: [String: AgentDuty]
  ) {
    let fold = history.folded(asOf: asOf, knownAt: knownAt)
    let offers = fold.offerActs.compactMap { OfferPeriod($0.1, by: $0.0) }
    let spans = fold.state.responsibility.map {
      SpanDuty($0, offers: offers, duty: duties[$0.holder], end: fold.state.evaluatedAt)
    }
    self.spans = spans
    breaches = deadlines.deadlines.filter { $0.verdict == .breached }.map { deadline in
      let at = deadline.dueAt ?? deadline.observedAt
      let span = spans.last { span in
        span.span.from <= at && span.span.until.map { at < $0 } ?? true
      }
      let holder = span?.span.holder
      return Breach(
        clock: deadline.clock, instance: deadline.instance, at: at, position: deadline.position,
        holder: holder, statedHolder: deadline.holder == holder ? nil : deadline.holder,
        standing: span?.standing(at: at) ?? .unknown,
        offer: span?.offers.last { $0.isOpen(at: at) })
    }
  }
}
