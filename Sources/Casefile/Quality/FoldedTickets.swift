internal import CasefileModel
internal import CasefileProjections
internal import Synchronization

/// Tickets as they were at one moment, in rows like those of the view `quality`.
///
/// At an earlier moment the view's own rows don't tell of tickets that were under way, so these are
/// folded from the log. Who asks all tickets twice, for what bears on others and then for values, folds
/// them once so.
final class FoldedTickets: Sendable {
  /// A ticket's row.
  struct Row: Sendable {
    let facts: [UInt8]
    /// What its clocks depend on; nil where the view's own row tells it.
    let clocks: [UInt8]?

    init(_ facts: QualityFacts) {
      var writer = RowWriter()
      facts.write(to: &writer)
      self.facts = writer.bytes
      clocks = facts.clocks.map { RowWriter.encode($0) }
    }
  }

  private let now: Timestamp
  private let knownAt: KnownAt?
  /// By the first position; nil of those of which nothing had happened.
  private let rows = Mutex<[Position: Row?]>([:])

  /// - Parameters:
  ///   - now: what happened later is left out.
  ///   - knownAt: leaves out what was recorded later.
  init(at now: Timestamp, knownAt: KnownAt?) {
    self.now = now
    self.knownAt = knownAt
  }

  /// Whether no ticket was folded yet.
  var isEmpty: Bool { rows.withLock(\.isEmpty) }

  /// The row of a ticket, which is folded where it was not yet; nil where nothing had happened.
  func row(of first: Position, _ history: () throws -> TicketHistory) throws -> Row? {
    if let known = rows.withLock({ $0[first] }) { return known }
    let row = try history().metricFacts(at: now, knownAt: knownAt).map { Row($0) }
    rows.withLock { $0[first] = .some(row) }
    return row
  }
}
