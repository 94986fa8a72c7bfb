package import CasefileModel

/// What one event tells of a training, or of a review that may lead to one.
///
/// A view keeps it of events on which nothing acts, so that of thousands of trainings none has to be
/// read from the log.
package struct TrainingNote: Sendable, Equatable {
  package enum Kind: UInt8, Sendable {
    case assigned, completed, missed, review
  }

  package let kind: Kind
  /// Whose training it is; empty of a review.
  package let agent: String
  /// The training's id, or the review's.
  package let name: String
  /// The reviews that a training names as its cause.
  package let reviews: [String]
  /// When it was so.
  package let at: Timestamp
  package let position: Position

  /// Nil of another event, or of one that can't be read.
  ///
  /// - Parameter event: as it was stored; nothing acts on it.
  package init?(_ event: StoredEvent) {
    self.init(event.envelope.typeNumber, event.fields, event.envelope.occurredAt, event.position)
  }

  init?(_ entry: TicketEntry) {
    self.init(entry.typeNumber, entry.fields, entry.effectiveAt, entry.position)
  }

  private init?(_ type: UInt32, _ fields: FieldReader, _ at: Timestamp, _ position: Position) {
    switch type {
    case TrainingAssigned.type.number:
      guard let payload = try? TrainingAssigned(from: fields) else { return nil }
      (kind, agent) = (.assigned, payload.agentId)
      (name, reviews) = (payload.trainingId, payload.reviewIds)
    case TrainingCompleted.type.number:
      guard let payload = try? TrainingCompleted(from: fields) else { return nil }
      kind = payload.result == .missed ? .missed : .completed
      agent = payload.agentId
      (name, reviews) = (payload.trainingId, payload.reviewIds)
    case ReviewSubmitted.type.number:
      guard let payload = try? ReviewSubmitted(from: fields) else { return nil }
      (kind, agent, name, reviews) = (.review, "", payload.reviewId, [])
    default: return nil
    }
    self.at = at
    self.position = position
  }

  /// What `row` wrote.
  ///
  /// - Parameter position: that of the event.
  package init(row: [UInt8], at position: Position) throws(RowError) {
    var reader = RowReader(row)
    guard let kind = Kind(rawValue: try reader.byte()) else { throw RowError() }
    self.kind = kind
    agent = try reader.get()
    name = try reader.get()
    reviews = try reader.get()
    at = try reader.get()
    self.position = position
    guard reader.isAtEnd else { throw RowError() }
  }

  /// All of it but the position.
  package var row: [UInt8] {
    var writer = RowWriter()
    writer.put(byte: kind.rawValue)
    writer.put(agent)
    writer.put(name)
    writer.put(reviews)
    writer.put(at)
    return writer.bytes
  }
}

extension [TrainingNote] {
  /// What events tell that stand, as they were corrected.
  ///
  /// - Parameters:
  ///   - events: of `TrainingBook.types`, with what corrects or retracts them, in any order; others are of
  ///     no account.
  ///   - knownAt: leaves out what was recorded later.
  ///   - schema: the types of events.
  package init(events: [StoredEvent], knownAt: KnownAt?, schema: EventSchema) {
    self = events.inForce(TrainingBook.types, knownAt: knownAt, schema: schema)
      .compactMap { TrainingNote($0) }
  }
}
