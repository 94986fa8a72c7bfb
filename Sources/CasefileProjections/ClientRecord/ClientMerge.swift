public import CasefileModel

/// That a client turned out to be another one, or that this was a mistake.
public struct ClientMerge: Hashable, Sendable {
  /// The client that is no longer one of its own.
  public let client: String
  /// The client that survives.
  public let into: String
  /// False where an earlier merge is taken back.
  public let isMerge: Bool

  /// Reads an event; nil for one of another type, and for one that can't be read.
  public init?(_ event: StoredEvent) {
    self.init(event.fields, event.envelope)
  }

  /// The same, corrections applied.
  init?(_ entry: TicketEntry) { self.init(entry.fields, entry.event.envelope) }

  private init?(_ fields: FieldReader, _ envelope: Envelope) {
    let stream = envelope.stream
    let named: String?
    switch envelope.typeNumber {
    case ClientMerged.type.number:
      guard let merge = try? ClientMerged(from: fields) else { return nil }
      (named, into, isMerge) = (merge.clientId, merge.intoClient, true)
    case ClientUnmerged.type.number:
      guard let merge = try? ClientUnmerged(from: fields) else { return nil }
      (named, into, isMerge) = (merge.clientId, merge.intoClient, false)
    default: return nil
    }
    client = named ?? stream.id
  }
}
