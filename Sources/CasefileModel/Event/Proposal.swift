/// One event as a caller gives it, encoded alone: the first part of an envelope, to which the writer
/// adds the seal, and the content.
package struct Proposal: Sendable {
  package let id: EventID
  package let stream: StreamID
  /// The envelope without its seal.
  package let bytes: [UInt8]
  /// How many of `bytes` come before the commitments.
  package let plainSizeBytes: Int
  /// The content bytes, empty where the event has none.
  package let content: [UInt8]

  /// What it will take in the log.
  package var sizeBytes: Int { bytes.count + Seal.sizeBytes + content.count }

  /// Encodes an event.
  ///
  /// - Throws: as `ProposalBatch.appendNext`.
  package init(
    _ event: Event, id: EventID, seeds: inout some SeedSource
  ) throws(ModelError) {
    let batch = try ProposalBatch(event, id: id, seeds: &seeds)
    self.id = id
    stream = event.stream
    bytes = batch.envelope(0).copy()
    plainSizeBytes = batch.items[0].plainSizeBytes
    content = batch.content(0).copy()
  }
}

extension ProposalBatch {
  /// Encodes one event; its leaf hash is begun.
  ///
  /// - Throws: as `appendNext`.
  package init(
    _ event: Event, id: EventID, seeds: inout some SeedSource
  ) throws(ModelError) {
    let events = [event]
    var drawn = DrawnSeeds.draw(for: events.span, from: &seeds).all
    self.init(of: events, capacity: 1)
    try appendNext(of: events.span, id: id, seeds: &drawn)
    hashBeginnings()
  }
}
