internal import Casefile
internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// Records whose content the source has changed since they were imported.
///
/// A record's first event is the end of a chain: the first event of its n-th correction has an id made
/// of the same record key and n. The group of the last one tells which content was imported last, so
/// that a source that changes something back is understood, and the same export twice adds nothing.
extension ImportRun {
  /// The events of one stream by what is random in their ids.
  struct Chains {
    var events: [UInt64: StoredEvent] = [:]
    private var streams: Set<StreamID> = []

    mutating func add(_ stream: StreamID, of store: Store) throws {
      guard streams.insert(stream).inserted else { return }
      for event in try store.events(of: stream) { events[event.envelope.id.low] = event }
    }

  }

  /// How often a record was corrected, and its last state's group.
  struct Chain {
    /// The number of corrections, those that were retracted included.
    let length: UInt32
    /// The time from which the ids are made: the record's when it was first imported.
    let time: Timestamp
    let lastGroup: UInt64?
  }

  /// Finds a record's chain; nil if the store does not have the record.
  func chain(of row: Int, in chains: Chains) -> Chain? {
    let time = reader.table.times[row]
    func first(_ number: UInt32) -> StoredEvent? {
      chains.events[identity(of: row).corrected(number).eventID(0, at: time).low]
    }
    guard var last = first(0) else { return nil }
    let milliseconds = Int64(last.envelope.id.high >> 16)
    var number: UInt32 = 0
    while let next = first(number + 1) {
      // The number of a correction that was retracted with its import is not used again.
      if !isRetracted(next) { last = next }
      number += 1
    }
    return Chain(
      length: number, time: Timestamp(microseconds: milliseconds * 1_000),
      lastGroup: last.envelope.group?.id.low)
  }

  /// Whether the store's last word on a record is what the row says.
  func isUpToDate(_ row: Int, _ chain: Chain) -> Bool {
    // Which correction was the last that counts is told by its group alone.
    (0...chain.length).contains { number in
      identity(of: row).corrected(number).groupID(at: chain.time).low == chain.lastGroup
    }
  }

  /// Events that put right what the store holds of the changed records of one ticket.
  ///
  /// - Parameter new: the events that a row has now.
  func corrections(
    of row: Int, new: [Event], in chains: Chains, batch: String
  ) throws -> [Event] {
    guard let chain = chain(of: row, in: chains) else { return [] }
    let base = identity(of: row)
    var current: [TicketEntry] = []
    let counting = chains.events.values.filter { !isRetracted($0) }
    let amendments = Amendments(counting, schema: .builtIn)
    for number in 0...chain.length {
      for index in 0..<ImportLimits.eventsPerRow {
        let low = base.corrected(number).eventID(index, at: chain.time).low
        guard let event = chains.events[low] else { break }
        if isRetracted(event) { continue }
        let entry = amendments.entry(of: event)
        if !entry.isAmendment, entry.retractedBy == nil { current.append(entry) }
      }
    }
    var writer = CorrectionWriter(
      identity: base.corrected(chain.length + 1), idTime: chain.time,
      time: correctionTime(row), actor: options.actor,
      origin: Origin(
        system: profile.source, importBatch: batch, sequence: sequence(of: row), basis: .imported,
        sourceRecordedAt: reader.table.writtenTimes[row], file: reader.table.files[row],
        row: UInt64(reader.table.rows[row])))
    for event in new {
      let match = current.firstIndex {
        $0.event.envelope.typeNumber == event.type.number
          && $0.event.envelope.stream == event.stream
          && $0.event.envelope.visibility == event.visibility
      }
      guard let match else {
        writer.add(event)
        continue
      }
      try writer.correct(current.remove(at: match), to: event)
    }
    for entry in current { writer.retract(entry) }
    return writer.finish(isChanged: !isUpToDate(row, chain), stream: try stream(of: row))
  }

  /// Corrects what the store holds of changed records.
  func correctRecords(
    _ mapper: RowMapper, _ tickets: inout TicketProgress, _ queue: inout EventQueue,
    _ summary: inout ImportSummary, batch: String
  ) throws {
    guard !changedRows.isEmpty else { return }
    for rows in order.ticketRanges {
      let indices = order.rows(rows)
      guard indices.contains(where: { changedRows[$0] != nil }) else { continue }
      var chains = Chains()
      let stream = try stream(of: indices[0])
      try chains.add(stream, of: store)
      var snapshot: Snapshot?
      for row in indices where !isNew[row] && chain(of: row, in: chains) != nil {
        // In mode events a row stands for itself; a snapshot's changes depend on the one before.
        guard profile.mode == .snapshots || changedRows[row] != nil else { continue }
        // A snapshot without one before it opens its ticket by itself.
        var isFirst = false
        if profile.mode == .events, let first = changedRows[row] {
          isFirst = try isOpening(row, first)
        }
        let (events, next) = try mapper.map(
          snapshotRow(reader.table, row, on: stream), table: table(of: row), after: snapshot,
          isFirst: isFirst)
        snapshot = next
        for event in events { try chains.add(event.stream, of: store) }
        let corrections = try corrections(of: row, new: events, in: chains, batch: batch)
        for event in corrections { queue.streams.note(event.stream) }
        try enqueue(corrections, &queue, &summary)
      }
      if let snapshot { tickets.setBase(snapshot, of: reader.table.tickets[indices[0]]) }
    }
  }

  /// In mode snapshots a changed row can be corrected only together with those after it, since their
  /// changes are differences from it.
  mutating func rejectLoneSnapshots() throws {
    guard profile.mode == .snapshots, !changedRows.isEmpty else { return }
    for rows in order.ticketRanges {
      let indices = order.rows(rows)
      let changed = indices.filter { changedRows[$0] != nil }
      guard !changed.isEmpty else { continue }
      var chains = Chains()
      try chains.add(stream(of: indices[0]), of: store)
      var groups = Set(
        chains.events.values.filter {
          $0.envelope.origin?.system == profile.source && $0.envelope.origin?.basis == .imported
        }.compactMap { $0.envelope.group?.id.low })
      for row in indices {
        guard let chain = chain(of: row, in: chains) else { continue }
        for number in 0...chain.length {
          let low = identity(of: row).corrected(number).eventID(0, at: chain.time).low
          if let group = chains.events[low]?.envelope.group?.id.low { groups.remove(group) }
        }
      }
      guard !groups.isEmpty else { continue }
      for row in changed {
        changedRows[row] = nil
        try rejectChanged(
          row,
          "the record is known and has other content, and the files lack other rows of its "
            + "ticket; a snapshot is corrected only by an export that holds the whole ticket")
      }
    }
  }

  private func stream(of row: Int) throws -> StreamID {
    try stream(of: reader.table.tickets[row])
  }

  private func sequence(of row: Int) -> Int64? {
    profile.tables[table(of: row)].order == nil ? nil : reader.table.orders[row]
  }

  /// When the source changed its mind: when it wrote the row, or when the row says it happened.
  private func correctionTime(_ row: Int) -> Timestamp {
    max(reader.table.times[row], reader.table.writtenTimes[row] ?? reader.table.times[row])
  }
}

extension RowIdentity {
  /// The identity of the n-th correction of the record.
  func corrected(_ number: UInt32) -> RowIdentity {
    RowIdentity(
      source: source, key: key, content: content, ordinal: number, generation: generation)
  }
}

/// Writes the events of one correction.
private struct CorrectionWriter {
  let identity: RowIdentity
  let idTime: Timestamp
  let time: Timestamp
  let actor: Actor
  let origin: Origin
  private var events: [Event] = []

  init(
    identity: RowIdentity, idTime: Timestamp, time: Timestamp, actor: Actor, origin: Origin
  ) {
    self.identity = identity
    self.idTime = idTime
    self.time = time
    self.actor = actor
    self.origin = origin
  }

  /// An event that the record did not have.
  mutating func add(_ event: Event) { events.append(event) }

  mutating func retract(_ entry: TicketEntry) {
    append(
      EventRetracted(
        targetEventId: entry.event.envelope.id, reason: "The source's record has changed."),
      entry.event.envelope)
  }

  /// One event for each field that differs.
  mutating func correct(_ entry: TicketEntry, to event: Event) throws {
    let envelope = entry.event.envelope
    let schema = EventSchema.builtIn
    let old = try entry.correctedData ?? schema.data(of: entry.event).data
    // As it would be read back: two forms of one value are no change.
    let new = try schema.data(of: event)
    guard case .object(let oldMembers) = old, case .object(let newMembers) = new else { return }
    for name in (newMembers + oldMembers).map(\.name).uniqued() {
      change(name, old[name], new[name], envelope)
    }
    change(
      "occurredAt", JSONValue(entry.occurredAt), JSONValue(event.occurredAt), envelope)
    change("actor.id", JSONValue(entry.actor.id), JSONValue(event.actor.id), envelope)
    change("actor.kind", entry.actor.kind.json, event.actor.kind.json, envelope)
  }

  private mutating func change(
    _ field: String, _ old: JSONValue?, _ new: JSONValue?, _ envelope: Envelope
  ) {
    let (old, new) = (old ?? .null, new ?? .null)
    guard old != new else { return }
    append(
      EventCorrected(
        targetEventId: envelope.id, field: field,
        newValue: new == .null ? nil : JSONText(new.text),
        reason: "The source's record has changed.",
        oldValue: old == .null ? nil : JSONText(old.text)), envelope)
  }

  private mutating func append(_ payload: some EventPayload, _ target: Envelope) {
    events.append(
      Event(
        payload, on: target.stream, at: time, by: actor, visibility: target.visibility,
        tags: target.tags))
  }

  /// The events with their ids, as one group. A change that no event shows is kept as one that
  /// says so, so that the next import knows it.
  func finish(isChanged: Bool, stream: StreamID) -> [Event] {
    var events = events
    if events.isEmpty, isChanged {
      events = [Event(SourceUpdated(changedColumns: []), on: stream, at: time, by: actor)]
    }
    for index in events.indices {
      events[index].id = identity.eventID(index, at: idTime)
      events[index].origin = origin
      events[index].group = ActionGroup(
        id: identity.groupID(at: idTime), index: UInt32(index + 1), count: UInt32(events.count))
    }
    return events
  }
}

extension [String] {
  /// Each element once, in the order of its first place.
  fileprivate func uniqued() -> [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
