public import CasefileModel
public import CasefileProjections

extension Store {
  /// Hands out what every ticket gives a metric, in order of the tickets' first positions, until
  /// `each` says false.
  ///
  /// ```swift
  /// var table = MetricTable(.firstReply, by: .agent)
  /// try store.metric(.firstReply, at: now) { table.add($0); return true }
  /// ```
  /// - Parameters:
  ///   - metric: what is measured.
  ///   - now: what happened later is left out.
  ///   - knownAt: leaves out what was recorded later.
  ///   - each: takes them; false ends the reading.
  /// - Throws: as `read`; what `each` throws.
  /// - Complexity: every ticket is folded from the log once, on all cores.
  public func metric(
    _ metric: Metric, at now: Timestamp, knownAt: KnownAt? = nil,
    _ each: (TicketMetric) throws -> Bool
  ) throws {
    try judged(at: now, { $0.metric(metric, at: now, knownAt: knownAt) }, each)
  }
}
