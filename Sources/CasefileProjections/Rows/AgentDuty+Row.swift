import CasefileModel

// Fields in order of declaration; a change of them needs a new version of the view `tickets`.

extension Presence: RowCodable {}

/// Which of the tickets are wanted that shifts' ends list: these are most of what is kept of a shift.
package enum ShiftTickets: Sendable {
  case all
  /// Those not handed over that may be among some; none of those that were open besides.
  case unhanded(among: TextFilter)

  /// None at all.
  package static let none = ShiftTickets.unhanded(among: TextFilter())
}

extension AgentDuty.Shift: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(id)
    writer.put(group)
    writer.put(plannedFrom)
    writer.put(plannedTo)
    writer.put(isCancelled)
    writer.put(startedAt)
    writer.put(endedAt)
    writer.put(openTickets)
    writer.put(unhandedTickets)
    writer.put(planPosition)
    writer.put(startPosition)
    writer.put(endPosition)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    try self.init(from: &reader, naming: .all)
  }

  /// Reads what `write` wrote, but for tickets that are not asked for.
  package init(from reader: inout RowReader, naming tickets: ShiftTickets) throws(RowError) {
    self.init(id: try reader.get())
    group = try reader.get()
    plannedFrom = try reader.get()
    plannedTo = try reader.get()
    isCancelled = try reader.get()
    startedAt = try reader.get()
    endedAt = try reader.get()
    switch tickets {
    case .all:
      openTickets = try reader.get()
      unhandedTickets = try reader.get()
    case .unhanded(let filter):
      for _ in 0..<(try reader.count()) { _ = try reader.range() }
      for _ in 0..<(try reader.count()) {
        if let ticket = try reader.text(among: filter) { unhandedTickets.append(ticket) }
      }
    }
    planPosition = try reader.get()
    startPosition = try reader.get()
    endPosition = try reader.get()
  }
}

extension AgentDuty.Absence: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(id)
    writer.put(kind)
    writer.put(isPlanned)
    writer.put(coveredBy)
    writer.put(from)
    writer.put(until)
    writer.put(position)
    writer.put(endPosition)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      id: try reader.get(), kind: try reader.get(), isPlanned: try reader.get(),
      coveredBy: try reader.get(), from: try reader.get(), until: try reader.get(),
      position: try reader.get(), endPosition: try reader.get())
  }
}

extension AgentDuty.PresenceChange: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(presence)
    writer.put(at)
    writer.put(position)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(presence: try reader.get(), at: try reader.get(), position: try reader.get())
  }
}

extension AgentDuty.Profile: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(registeredAt)
    writer.put(displayName)
    writer.put(name)
    writer.put(groups)
    writer.put(deactivatedAt)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      registeredAt: try reader.get(), displayName: try reader.get(), name: try reader.get(),
      groups: try reader.get(), deactivatedAt: try reader.get())
  }
}
