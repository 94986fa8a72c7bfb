public import CasefileModel
public import CasefileProjections

extension Store {
  /// How long tickets take, and how many are late, by how often they went between groups.
  ///
  /// - Parameters:
  ///   - priority: only tickets of this priority; see `HandoverStudy`.
  ///   - breach: the field that says of a ticket whether it was late.
  ///   - asOf: what was true then.
  ///   - knownAt: what was recorded by then.
  /// - Throws: as `tickets`.
  /// - Complexity: as `tickets`, and every event of those whose status was once unknown to the source.
  public func handoverStudy(
    priority: String? = nil, breach: HandoverCase.BreachField, asOf: Timestamp? = nil,
    knownAt: KnownAt? = nil
  ) throws -> HandoverStudy {
    var study = HandoverStudy(priority: priority)
    var unclear: [String] = []
    try tickets(asOf: asOf, knownAt: knownAt) { summary in
      if summary.state.hadUnknownStatus {
        unclear.append(summary.ticket)
      } else {
        study.add(HandoverCase(summary.state, breach))
      }
      return true
    }
    for id in unclear {
      guard let history = try ticket(id) else { continue }
      study.add(HandoverCase(history, asOf: asOf, knownAt: knownAt, breach))
    }
    return study
  }
}
