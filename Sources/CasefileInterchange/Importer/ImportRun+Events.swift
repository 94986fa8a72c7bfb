internal import Casefile
internal import CasefileModel

/// What mode events needs to know of the store before rows are mapped.
extension ImportRun {
  /// How many events a row has that is in the store already.
  func eventCount(of row: Int, _ first: StoredEvent) throws -> Int {
    guard profile.mode == .events else { return Int(first.envelope.group?.count ?? 1) }
    let table = reader.table
    let index = self.table(of: row)
    let plan = reader.plans[index]
    let evaluator = RuleEvaluator(profile, plan.table, people: people)
    let cells = RowCells(codes: table.cells(of: row)[...], pools: pools, poolStart: plan.poolStart)
    func types(isFirst: Bool) throws(RowFault) -> [UInt32] {
      try evaluator.drafts(
        cells, at: table.times[row], actor: reader.actors.text(table.actors[row]), isFirst: isFirst
      ).map(\.type.type.number)
    }
    let (later, opening) = (try types(isFirst: false), try types(isFirst: true))
    let isOpening =
      later.first == opening.first
      ? first.envelope.version.rawValue == 1 : opening.first == first.envelope.typeNumber
    return isOpening ? opening.count : later.count
  }

  /// Finds out which tickets with new rows have events of this source already, and which rows are
  /// known records with another time.
  mutating func readBegunTickets() throws {
    let table = reader.table
    for rows in order.ticketRanges {
      let indices = order.byTicket[rows].map { Int($0) }
      guard indices.contains(where: { isNew[$0] }) else { continue }
      let ticket = table.tickets[indices[0]]
      var firstIDs: Set<UInt64> = []
      for event in try store.events(of: stream(of: ticket)) {
        guard let origin = event.envelope.origin, origin.basis == .imported,
          origin.system == profile.source, !isRetracted(event)
        else { continue }
        begunTickets.insert(ticket)
        firstIDs.insert(event.envelope.id.low)
      }
      for row in indices where isNew[row] && isKeyed(row) {
        guard firstIDs.contains(identity(of: row).eventID(0, at: table.times[row]).low) else {
          continue
        }
        isNew[row] = false
        try rejectChanged(row)
      }
    }
  }
}
