public import CasefileModel

/// The scorecards by which work is reviewed, as `scorecard.published` states them.
public struct Scorecards: Sendable {
  /// The types of the events that state them.
  public static let types: Set<UInt32> = [ScorecardPublished.type.number]

  /// One version; versions never change.
  struct Version {
    let number: Int64
    /// When it was published, or is in force if that is earlier.
    let from: Timestamp
    /// From when on it is what the scorecard's name means.
    let inForceFrom: Timestamp
    let position: Position
    let criteria: [String: Criterion]
  }

  /// By scorecard, in order of `inForceFrom`.
  private var versions: [String: [Version]] = [:]

  /// No scorecard was published.
  public init() {}

  /// Reads the publications of scorecards; of two that state the same version the first one holds.
  ///
  /// - Parameters:
  ///   - events: publications with what corrects or retracts them, in any order.
  ///   - knownAt: leaves out what was recorded later.
  ///   - schema: the types of events.
  public init(events: [StoredEvent], knownAt: KnownAt? = nil, schema: EventSchema = .builtIn) {
    for entry in events.inForce(Scorecards.types, knownAt: knownAt, schema: schema) {
      guard let payload = try? entry.payload(ScorecardPublished.self) else { continue }
      var known = versions[payload.scorecardId] ?? []
      guard !known.contains(where: { $0.number == payload.version }) else { continue }
      let inForceFrom = payload.effectiveFrom ?? entry.effectiveAt
      let version = Version(
        number: payload.version, from: min(entry.effectiveAt, inForceFrom),
        inForceFrom: inForceFrom, position: entry.position,
        criteria: Dictionary(payload.criteria.map { ($0.criterion, $0) }) { first, _ in first })
      known.insert(version, at: known.firstPlace { $0.inForceFrom > inForceFrom })
      versions[payload.scorecardId] = known
    }
  }

  /// The version by which a review was made; nil where none was published by then.
  ///
  /// - Parameter number: nil: the review names none, so that it is the one in force.
  func version(_ number: Int64?, of scorecard: String, at instant: Timestamp) -> Version? {
    let known = versions[scorecard] ?? []
    guard let number else { return known.last { $0.inForceFrom <= instant } }
    return known.first { $0.number == number && $0.from <= instant }
  }
}
