public import CasefileModel

/// What a case's head answers besides its state: how it was closed, marks, deadlines, why it
/// changed hands, what is missing, and where the history comes from.
public struct CaseReview: Sendable {
  /// How it was closed; nil while it is open.
  public let close: CloseReview?
  /// The client's marks.
  public let marks: [MarkReview]
  /// Its deadlines, as its events tell of them.
  public let deadlines: DeadlineReviews
  /// Its deadlines, as the published policies judge them.
  public let clocks: ClockReviews
  /// Why responsibility moved.
  public let handoffReasons: HandoffReasons
  /// What is missing.
  public let gaps: [CaseGap]
  /// Where it comes from.
  public let provenance: Provenance
  /// What can be judged.
  public let assessability: Assessability

  /// Reviews a ticket's entries in domain order.
  ///
  /// - Parameters:
  ///   - state: what the same entries fold to.
  ///   - context: events of other streams that bear on it: the beginnings of its imports, outages
  ///     of channels, gaps of the recorder.
  ///   - clocks: what the evaluator found at the moment of the state.
  public init(
    entries: [TicketEntry], state: TicketState, context: [StoredEvent] = [],
    clocks: ClockReviews.Basis = .notAssessable(.noPolicyPublished)
  ) {
    close = CloseReview(entries: entries)
    marks = MarkReview.marks(in: entries)
    deadlines = DeadlineReviews(entries: entries)
    handoffReasons = HandoffReasons(entries: entries)
    provenance = Provenance(entries: entries)
    assessability = Assessability(
      entries: entries, batches: context.compactMap { try? $0.payload(as: ImportBatchStarted.self) }
    )
    self.clocks = ClockReviews(clocks)
    var gaps = CaseGap.gaps(in: entries)
    if let time = CaseReview.time(entries, state) {
      gaps += CaseGap.outages(
        in: context, from: time.from, until: time.until, channels: state.channels)
    }
    self.gaps = gaps
  }

  /// The time of a case, into which outages may fall; nil without an entry.
  package static func time(
    _ entries: [TicketEntry], _ state: TicketState
  ) -> (from: Timestamp, until: Timestamp)? {
    let times = entries.map(\.effectiveAt)
    guard let first = times.min(), let last = times.max() else { return nil }
    return (first, max(last, state.closedAt ?? state.evaluatedAt ?? last))
  }
}
