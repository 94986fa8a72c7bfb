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
    try handoverCases(breach: breach, asOf: asOf, knownAt: knownAt) {
      study.add($0)
      return true
    }
    return study
  }

  /// Hands out the tickets of which the study tells, until `each` says false.
  ///
  /// - Parameters:
  ///   - breach: the field that says of a ticket whether it was late.
  ///   - asOf: what was true then.
  ///   - knownAt: what was recorded by then.
  ///   - each: takes them, in order of their first positions, behind the others those whose status was
  ///     once unknown to the source; false ends the reading.
  /// - Throws: as `tickets`; what `each` throws.
  /// - Complexity: as `handoverStudy`.
  public func handoverCases(
    breach: HandoverCase.BreachField, asOf: Timestamp? = nil, knownAt: KnownAt? = nil,
    _ each: (HandoverCase) throws -> Bool
  ) throws {
    var unclear: [String] = []
    var isWanted = true
    try tickets(asOf: asOf, knownAt: knownAt) { summary in
      if summary.state.hadUnknownStatus {
        unclear.append(summary.ticket)
      } else {
        isWanted = try each(HandoverCase(summary.state, breach))
      }
      return isWanted
    }
    for id in unclear where isWanted {
      guard let history = try ticket(id) else { continue }
      isWanted = try each(HandoverCase(history, asOf: asOf, knownAt: knownAt, breach))
    }
  }
}
