public import CasefileModel

/// A time of responsibility with what excuses or explains it: whether the holder was at work, and to
/// whom the ticket was offered meanwhile.
///
/// ```swift
/// let duty = SpanDuty(span, offers: offers, duty: duties[span.holder], end: complaint)
/// duty.unattendedSeconds
/// ```
public struct SpanDuty: Hashable, Sendable {
  /// A time after the giver's shift in which an offer waited for an answer: the giver is still
  /// responsible, and nobody looks after the ticket.
  public struct Unattended: Hashable, Sendable {
    /// Since when.
    public let from: Timestamp
    /// Until when; nil where it lasts.
    public let until: Timestamp?
    /// The offer, which names who could have taken over.
    public let offer: OfferPeriod
    /// How long, up to the end for which the span was reviewed.
    public let seconds: Int64
  }

  /// The time of responsibility.
  public let span: TicketState.Span
  /// How the holder stood, from the span's beginning to its end without a gap.
  public let periods: [AgentDuty.Period]
  /// The offers of the holder that were open within the span, in order.
  public let offers: [OfferPeriod]
  /// The times in which an offer was open and the holder was off shift or absent.
  public let unattended: [Unattended]
  private let end: Timestamp?

  /// Reviews a span.
  ///
  /// - Parameters:
  ///   - offers: all offers of the ticket.
  ///   - duty: what is known of the holder; nil: nothing, which is never held against anybody.
  ///   - end: up to when a span that lasts is counted; nil: its seconds are not counted.
  public init(
    _ span: TicketState.Span, offers: [OfferPeriod], duty: AgentDuty?, end: Timestamp?
  ) {
    self.span = span
    let until = span.until
    self.end = until ?? end.map { max($0, span.from) }
    // Of a span that lasts nothing is told beyond the moment that is asked for: plans may change.
    let known = (duty ?? AgentDuty(agent: span.holder)).periods(
      from: span.from, until: until ?? self.end.map { $0.adding(microseconds: 1) })
    periods = known.enumerated().map { index, period in
      index < known.count - 1
        ? period
        : AgentDuty.Period(standing: period.standing, from: period.from, until: until)
    }
    self.offers = offers.filter { offer in
      offer.from == span.holder && offer.until.map { $0 > span.from } ?? true
        && until.map { offer.since < $0 } ?? true
    }.sorted { ($0.since, $0.position) < ($1.since, $1.position) }
    var unattended: [Unattended] = []
    for offer in self.offers {
      for period in periods where period.standing.isAway {
        let from = max(offer.since, period.from)
        let until = [offer.until, period.until, span.until].compactMap { $0 }.min()
        guard until.map({ from < $0 }) ?? true else { continue }
        unattended.append(
          Unattended(
            from: from, until: until, offer: offer,
            seconds: SpanDuty.seconds(from, until, self.end)))
      }
    }
    self.unattended = unattended
  }

  /// How long somebody was responsible while off shift or absent with an offer open.
  public var unattendedSeconds: Int64 { unattended.reduce(0) { $0 + $1.seconds } }

  /// How long the span lasted, up to the end for which it was reviewed.
  public var seconds: Int64 { SpanDuty.seconds(span.from, span.until, end) }

  /// How long a period lasted, up to the end for which the span was reviewed.
  public func seconds(of period: AgentDuty.Period) -> Int64 {
    SpanDuty.seconds(period.from, period.until, end)
  }

  /// How the holder stood at an instant of the span.
  public func standing(at instant: Timestamp) -> AgentDuty.Standing {
    periods.last { $0.from <= instant }?.standing ?? .unknown
  }

  private static func seconds(_ from: Timestamp, _ until: Timestamp?, _ end: Timestamp?) -> Int64 {
    guard let last = [until, end].compactMap({ $0 }).min() else { return 0 }
    return max(0, (last.microseconds - from.microseconds) / 1_000_000)
  }
}

extension AgentDuty.Standing {
  /// Whether the agent is known not to be at work.
  public var isAway: Bool {
    switch self {
    case .offShift, .absent: true
    case .onDuty, .unknown: false
    }
  }

  /// The fixed word for it.
  public var word: String { kind.rawValue }

  /// The event that says so; nil where none does.
  public var position: Position? {
    switch self {
    case .onDuty(let position), .absent(let position): position
    case .offShift, .unknown: nil
    }
  }
}
