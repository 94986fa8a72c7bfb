internal import Casefile
internal import CasefileModel

/// What mode events needs to know of the store before rows are mapped.
extension ImportRun {
  /// How many events a row has that is in the store already.
  func eventCount(of row: Int, _ first: StoredRow) throws -> Int {
    guard profile.mode == .events else { return first.eventCount }
    return try drafts(of: row, isFirst: isOpening(row, first)).count
  }

  /// Whether a row that is in the store was its ticket's first one when it was imported.
  func isOpening(_ row: Int, _ first: StoredRow) throws -> Bool {
    let later = try drafts(of: row, isFirst: false).first?.type.type.number
    let opening = try drafts(of: row, isFirst: true).first?.type.type.number
    guard let envelope = try store.event(at: first.position)?.envelope else { return false }
    return later == opening ? envelope.version.rawValue == 1 : opening == envelope.typeNumber
  }

  private func drafts(of row: Int, isFirst: Bool) throws(RowFault) -> [EventDraft] {
    let table = reader.table
    let plan = reader.plans[self.table(of: row)]
    let evaluator = RuleEvaluator(profile, plan.table, people: people)
    return try evaluator.drafts(
      RowCells(codes: table.cells(of: row)[...], pools: pools, poolStart: plan.poolStart),
      at: table.times[row], actor: reader.actors.text(table.actors[row]), isFirst: isFirst)
  }

  /// Finds out which tickets with new rows have events of this source already, and which rows are
  /// known records with another time.
  mutating func readBegunTickets() throws {
    let table = reader.table
    for rows in order.ticketRanges {
      let indices = order.rows(rows)
      guard indices.contains(where: { isNew[$0] }) else { continue }
      let ticket = table.tickets[indices[0]]
      var events: [UInt64: StoredEvent] = [:]
      for event in try store.events(of: stream(of: ticket)) {
        guard let origin = event.envelope.origin, origin.basis == .imported,
          origin.system == profile.source, !isRetracted(event)
        else { continue }
        begunTickets.insert(ticket)
        events[event.envelope.id.low] = event
      }
      for row in indices where isNew[row] && isKeyed(row) {
        let low = identity(of: row).eventID(0, at: table.times[row]).low
        guard let first = events[low] else { continue }
        isNew[row] = false
        try settleChanged(row, first: StoredRow(first))
      }
    }
  }
}
