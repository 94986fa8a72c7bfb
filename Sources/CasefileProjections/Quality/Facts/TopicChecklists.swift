public import CasefileModel

/// The diagnostic steps for which topics call, as `topic.registered` states them.
public struct TopicChecklists: Sendable {
  /// The types of the events that state them.
  public static let types: Set<UInt32> = [TopicRegistered.type.number]

  struct Version {
    let from: Timestamp
    let steps: [String]
    let position: Position
  }

  /// By topic, in order of time.
  private var versions: [String: [Version]] = [:]

  /// No topic calls for anything.
  public init() {}

  /// Reads the registrations of topics.
  ///
  /// - Parameters:
  ///   - events: registrations with what corrects or retracts them, in any order.
  ///   - knownAt: leaves out what was recorded later.
  ///   - schema: the types of events.
  public init(events: [StoredEvent], knownAt: KnownAt? = nil, schema: EventSchema = .builtIn) {
    for entry in events.inForce(TopicChecklists.types, knownAt: knownAt, schema: schema) {
      guard let payload = try? entry.payload(TopicRegistered.self) else { continue }
      var seen: Set<String> = []
      versions[payload.topicId, default: []].append(
        Version(
          from: entry.effectiveAt, steps: payload.checklist.filter { seen.insert($0).inserted },
          position: entry.position))
    }
  }

  /// What a topic called for, in order of time.
  func versions(of topic: String) -> [Version] { versions[topic] ?? [] }

  /// The steps for which a topic called at an instant, and the event that says so; nil where it called
  /// for none.
  func steps(of topic: String, at instant: Timestamp) -> (steps: [String], position: Position)? {
    guard let version = versions[topic]?.last(where: { $0.from <= instant }),
      !version.steps.isEmpty
    else { return nil }
    return (version.steps, version.position)
  }
}

extension [StoredEvent] {
  /// The events of some types that stand, as they were corrected, in order of time.
  func inForce(
    _ types: Set<UInt32>, knownAt: KnownAt?, schema: EventSchema
  ) -> [TicketEntry] {
    let known = filter { knownAt?.contains($0.envelope) ?? true }
    let amendments = Amendments(known, schema: schema)
    return known.filter { types.contains($0.envelope.typeNumber) }
      .map { amendments.entry(of: $0) }.filter { $0.retractedBy == nil }
      .sorted { ($0.effectiveAt, $0.position) < ($1.effectiveAt, $1.position) }
  }
}
