internal import CasefileLog
public import Casefile
public import CasefileModel

extension Store {
  /// All imports, in order of their beginnings.
  ///
  /// - Throws: `LogError` as `read`; `CodecError` for an event that is none of its type.
  public func imports() throws -> [ImportRecord] {
    let types: Set<UInt32> = [
      ImportBatchStarted.type.number, ImportBatchCompleted.type.number,
      ImportBatchRetracted.type.number,
    ]
    var events: [StoredEvent] = []
    try read(EventReadOptions(query: EventQuery(types: types))) { event in
      if event.envelope.stream.kind == ImportRecord.streamKind { events.append(event) }
      return true
    }
    return try records(events)
  }

  /// An import by its id; nil where the log knows none of it.
  ///
  /// - Throws: as `imports`.
  public func importRecord(_ batch: String) throws -> ImportRecord? {
    guard let stream = try? StreamID(kind: ImportRecord.streamKind, id: batch) else { return nil }
    return try records(try events(of: stream)).first
  }

  /// What the log holds of an import.
  ///
  /// - Throws: `LogError` as `read`.
  public func contents(of record: ImportRecord) throws -> ImportContents {
    try ImportContents(of: record.batch, from: record.position ?? Position(0), in: self)
  }

  private func records(_ events: [StoredEvent]) throws -> [ImportRecord] {
    let retractions = events.filter {
      $0.envelope.typeNumber == ImportBatchRetracted.type.number
    }
    let inForce = Set(try withoutRetracted(retractions).map(\.position))
    var order: [String] = []
    var records: [String: ImportRecord] = [:]
    for event in events {
      let batch = event.envelope.stream.id
      if records[batch] == nil { order.append(batch) }
      try records[batch, default: ImportRecord(batch: batch)].apply(
        event, isInForce: inForce.contains(event.position))
    }
    return order.compactMap { records[$0] }
  }

  /// The imports that don't count.
  func retractedBatches() throws -> Set<String> {
    guard try head != nil else { return [] }
    return Set(try imports().filter { $0.status == .retracted }.map(\.batch))
  }

  // MARK: Taking back

  /// Makes an import not count: every view acts as if each of its events were retracted. The log
  /// keeps all of them, and `restoreImport` takes the retraction back.
  ///
  /// The same rows may be imported again, by the same profile or a better one: they get ids of
  /// their own, as if the store had never had them.
  ///
  /// - Returns: the place of the retraction.
  /// - Throws: `ImportError` `.batchMissing`, `.batchRetracted`; `LogError` `.versionConflict` where
  ///   somebody else wrote to the import meanwhile, and as `append`.
  @discardableResult
  public func retractImport(
    _ batch: String, reason: String, by actor: Actor, at time: Timestamp? = nil
  ) throws -> Position {
    let record = try knownImport(batch)
    if let retraction = record.retraction {
      throw ImportError(
        .batchRetracted,
        "the import \(batch) was retracted at position \(retraction.position) already")
    }
    return try append(
      ImportBatchRetracted(batchId: batch, reason: reason), record, by: actor, at: time)
  }

  /// Makes a retracted import count again.
  ///
  /// - Returns: the place of the event that retracts the retraction.
  /// - Throws: `ImportError` `.batchMissing`, `.batchNotRetracted`; `.batchReplaced` where another
  ///   import of the same source came since and counts: it may have brought the same rows. Else as
  ///   `retractImport`.
  @discardableResult
  public func restoreImport(
    _ batch: String, reason: String, by actor: Actor, at time: Timestamp? = nil
  ) throws -> Position {
    let record = try knownImport(batch)
    guard let retraction = record.retraction else {
      throw ImportError(
        .batchNotRetracted, "the import \(batch) is not retracted; there is nothing to restore")
    }
    let others = try imports().filter { other in
      other.batch != batch && other.source == record.source && other.status != .retracted
        && (other.completedPosition.map { $0 > retraction.position } ?? true)
    }
    if let other = others.first {
      throw ImportError(
        .batchReplaced,
        "the import \(other.batch) of the same source was stored after \(batch) was retracted, and "
          + "may have brought the same rows again; retract it first, or import the file of \(batch) "
          + "once more")
    }
    return try append(
      EventRetracted(targetEventId: retraction.id, reason: reason), record, by: actor, at: time)
  }

  private func knownImport(_ batch: String) throws -> ImportRecord {
    if let record = try importRecord(batch) { return record }
    let near = NearMatch.best(for: batch, in: try imports().map(\.batch))
    throw ImportError(
      .batchMissing,
      "the store has no import \(batch)" + (near.map { "; is it \($0)?" } ?? ";")
        + " casefile import list shows all")
  }

  private func append(
    _ payload: some EventPayload, _ record: ImportRecord, by actor: Actor, at time: Timestamp?
  ) throws -> Position {
    let stream = try StreamID(kind: ImportRecord.streamKind, id: record.batch)
    let event = Event(payload, on: stream, at: time ?? SystemClock.now(), by: actor)
    let appended = try appendBlocking([event], if: .version(stream, record.version))
    guard let position = appended.first?.position else {
      preconditionFailure("An append answers for each of its events.")
    }
    return position
  }
}

extension ImportRecord {
  static let streamKind = "import"
}
