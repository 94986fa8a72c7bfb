internal import CasefileModel

/// Makes the events of a row by the rules of its table.
///
/// Events of one time and one actor are one action group; a row that tells of two moments, as of a
/// turn's begin and its end, gives two.
struct EventMapper {
  private let profile: ImportProfile
  private let plans: [RowPlan]
  private let evaluators: [RuleEvaluator]
  private let pools: [ValuePool]
  private let actors: ValuePool
  private let batch: String?

  init(
    profile: ImportProfile, plans: [RowPlan], pools: [ValuePool], actors: ValuePool,
    people: PersonDirectory, batch: String?
  ) {
    self.profile = profile
    self.plans = plans
    self.pools = pools
    self.actors = actors
    self.batch = batch
    evaluators = plans.map { RuleEvaluator(profile, $0.table, people: people) }
  }

  /// The events of a row in order.
  ///
  /// - Parameter isFirst: whether the source has told nothing of the ticket before.
  /// - Throws: `ImportError` for what the check of rows lets through: nothing, if the schema and the
  ///   rules agree.
  func map(_ row: SnapshotRow, table: Int, isFirst: Bool) throws(ImportError) -> [Event] {
    let cells = RowCells(
      codes: row.cells[...], pools: pools, poolStart: plans[table].poolStart)
    do throws(RowFault) {
      let drafts = try evaluators[table].drafts(
        cells, at: row.time, actor: actors.text(row.actor), isFirst: isFirst)
      return try events(of: drafts, row)
    } catch {
      throw ImportError(error.code, error.message)
    }
  }

  private func events(of drafts: [EventDraft], _ row: SnapshotRow) throws(RowFault) -> [Event] {
    let origin = Origin(
      system: profile.source, externalID: nil, importBatch: batch, sequence: row.sequence,
      basis: .imported, sourceRecordedAt: row.writtenAt, file: row.file, row: row.row)
    let groups = ActionGroups(drafts)
    var events: [Event] = []
    for (index, draft) in drafts.enumerated() {
      var writer = FieldWriter()
      do {
        try EventSchema.builtIn.write(draft.data, as: draft.type, to: &writer)
      } catch {
        throw RowFault(code: .valueInvalid, message: error.message)
      }
      var event = Event(
        type: draft.type.type, schemaVersion: draft.type.schemaVersion,
        stream: draft.stream ?? row.stream, occurredAt: draft.time, actor: draft.actor,
        fields: writer)
      // A row is looked up by its first event, at the row's own time.
      event.id = row.identity.eventID(index, at: index == 0 ? row.time : draft.time)
      event.visibility = draft.visibility
      event.zone = profile.zone.name
      event.tags = draft.tags
      event.origin = origin
      let place = groups.places[index]
      event.group = ActionGroup(
        id: row.identity.groupID(at: draft.time, number: place.group), index: UInt32(place.index),
        count: UInt32(groups.counts[place.group]))
      events.append(event)
    }
    return events
  }
}

/// Which events of a row are one action: those of one time and one actor.
private struct ActionGroups {
  private(set) var places: [(group: Int, index: Int)] = []
  private(set) var counts: [Int] = []

  init(_ drafts: [EventDraft]) {
    var keys: [(Timestamp, Actor)] = []
    for draft in drafts {
      let found = keys.firstIndex { $0 == (draft.time, draft.actor) }
      if found == nil {
        keys.append((draft.time, draft.actor))
        counts.append(0)
      }
      let group = found ?? keys.count - 1
      counts[group] += 1
      places.append((group, counts[group]))
    }
  }
}
