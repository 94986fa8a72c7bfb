public import Casefile

/// Events as a log holds them, made in memory: for tests of folds, which need no store.
public enum StoredEvents {
  /// Seals events in order, at gapless positions, one millisecond of recording apart.
  ///
  /// Envelopes, contents and commitments are those that a store would write for the same ids and
  /// seeds; leaf hashes and the links between events are zero.
  ///
  /// - Parameters:
  ///   - first: the position of the first event.
  ///   - recordedAt: when the first was recorded; nil: when it happened.
  /// - Throws: `ModelError` for an event that a store refuses.
  public static func make(
    _ events: [Event], from first: Position = Position(0), recordedAt: Timestamp? = nil,
    schema: EventSchema = .builtIn, seed: UInt64 = 1
  ) throws -> [StoredEvent] {
    var seeds = SeededSeeds(seed)
    var random = SeededRandom(seed)
    var versions: [StreamID: UInt64] = [:]
    var recorded = recordedAt ?? events.map(\.occurredAt).min() ?? ManualClock.start
    var stored: [StoredEvent] = []
    for (index, event) in events.enumerated() {
      try schema.check(event)
      let id = event.id ?? EventID(at: event.occurredAt, using: &random)
      let proposal = try Proposal(event, id: id, seeds: &seeds)
      versions[event.stream, default: 0] += 1
      if recordedAt == nil { recorded = max(recorded, event.occurredAt) }
      var bytes = proposal.bytes
      Seal(
        position: Position(first.rawValue + UInt64(index)),
        version: StreamVersion(versions[event.stream] ?? 0), recordedAt: recorded, previous: .zero
      ).write(to: &bytes)
      recorded = recorded.adding(microseconds: 1000)
      let content =
        proposal.content.isEmpty ? nil : try Content(decoding: proposal.content.span.bytes)
      stored.append(
        StoredEvent(
          envelope: try Envelope(decoding: bytes.span.bytes), envelopeBytes: bytes, leaf: .zero,
          content: content))
    }
    return stored
  }
}
